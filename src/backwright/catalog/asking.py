"""What questions lead to: content/ask/*.toml to typed values, refused unless it names what exists."""

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import msgspec

from backwright.catalog.catalog import Catalog
from backwright.model.asking import SLOTS, Asking, Intent, Meaning, slots_of
from backwright.model.errors import BadContent

FILES = ("intents", "meanings", "questions", "outside", "elsewhere")
# Kinds of pages besides skills, which have no prefix; those of rules and guides are checked by the tests.
PREFIXES = ("rule", "guide", "technology", "stack", "role", "path", "case")


def read_asking(texts: Mapping[str, str]) -> Asking:
    """Return the content of the files in FILES, by these names.

    Raises:
        BadContent: A file is not of that form.
    """
    records = {name: _loaded(name, texts.get(name, "")) for name in FILES}
    try:
        outside = msgspec.convert(records["outside"], dict[str, tuple[str, ...]])
        return Asking(
            msgspec.convert(records["intents"].get("intent", []), tuple[Intent, ...], strict=True),
            msgspec.convert(records["meanings"].get("meaning", []), tuple[Meaning, ...]),
            msgspec.convert(records["questions"].get("asked", {}), dict[str, tuple[str, ...]]),
            tuple(word for words in outside.values() for word in words),
            msgspec.convert(records["elsewhere"].get("ask", []), tuple[str, ...]),
        )
    except msgspec.ValidationError as error:
        raise BadContent([f"ask/:1: {error}"]) from None


def _loaded(name: str, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadContent([f"ask/{name}.toml:{line[1] if line else 1}: {error}"]) from None


def asking_problems(content: Path, catalog: Catalog) -> list[str]:
    """Return what is wrong with content/ask/*.toml, as "file:line: what"."""
    folder = content / "ask"
    if not folder.exists():
        return []
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
    try:
        asking = read_asking(texts)
    except BadContent as bad:
        return list(bad.problems)
    return [f"ask/{name}.toml:{_line(texts[name], key)}: {what}" for name, key, what in _loose(asking, catalog)]  # fmt: skip


def _loose(asking: Asking, catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for intent in asking.intents:
        if intent.id in seen:
            yield "intents", intent.id, f"two intents are called '{intent.id}'"
        seen.add(intent.id)
        for slot in (*slots_of(intent.command), *intent.given):
            if slot not in SLOTS:
                yield "intents", intent.command, f"nothing fills the slot '{slot}'"
        for page in intent.pages:
            if what := _missing(page, catalog):
                yield "intents", page, what
    for page, questions in asking.asked.items():
        if what := _missing(page, catalog):
            yield "questions", page, what
        if len(set(questions)) < len(questions):
            yield "questions", page, f"a question of '{page}' stands there twice"


def _missing(page: str, catalog: Catalog) -> str:
    prefix, mark, name = page.partition(":")
    if not mark:
        return "" if page in catalog.skills else f"no skill is called '{page}'"
    if prefix not in PREFIXES:
        return f"'{page}': a page is a skill's id or begins with {', '.join(PREFIXES)}"
    known: dict[str, Collection[str]] = {
        "technology": catalog.technologies,
        "stack": catalog.stack.options,
        "role": catalog.roles,
        "path": catalog.paths,
        "case": catalog.cases,
    }
    if name == "*" or name in known.get(prefix, (name,)):
        return ""
    return f"no {prefix} is called '{name}'"


def _line(text: str, key: str) -> int:
    return text.count("\n", 0, max(0, text.find(f'"{key}"'))) + 1
