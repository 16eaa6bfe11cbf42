"""Stand-ins: literals that a program uses as its key or password where nobody sets one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Arg, File
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules import literals
from backwright.review.rules.secret_hits import ENVIRONMENT

_OR = regex(
    r"""(?:\bor\b|\|\||\?\?|\?:)\s*[bu]?(?:(?P<quote>["'`])(?P<text>[^"'`]{3,120})(?P=quote)|(?P<name>[A-Za-z_]\w+)\s*\)*$)"""
)
_ASKED = regex(r"""(?:env\w*|getenv|Variable|property|get\w*)[\[(.]\s*["']?(?P<name>[A-Za-z_][\w.]+)""", re.IGNORECASE)
_FIELD = regex(r"""\bField\(\s*(?:default\s*=\s*)?(?P<quote>["'])(?P<text>[^"']{3,200})(?P=quote)""")
_NAMED_DEFAULT = regex(r"^(get_?)?default_?(?P<name>\w+)$", re.IGNORECASE)
# Passwords that open an account of the application itself; one of a database opens it only where it stands.
_OPENS = regex(r"admin|root|super|operator|owner|initial|setup|basic|login", re.IGNORECASE)
_MARKS = frozenset({"clap", "arg", "structopt", "option", "value", "serde"})
DEPTH_MAX = 3  # calls around a stand-in: decode(bytes(getenv() ?: "..."))


class StandIn(NamedTuple):
    """A literal that is used if a setting is missing. `fn` is the function it is read in."""

    line: int
    name: str
    kind: str
    text: str
    fn: int = -1


def of_value(value: Arg, depth: int = 0) -> tuple[str, str]:
    """Return (literal, name of a constant) that stands in for a setting: of `env.KEY || "dev"`, `decode(getenv("K") ?: OLD)`."""
    if value.kind == "other" and ENVIRONMENT.search(value.text):
        found = _OR.search(value.text)
        return (found["text"] or "", found["name"] or "") if found else ("", "")
    if value.kind == "call" and depth < DEPTH_MAX:
        for item in value.items:
            told = of_value(item, depth + 1)
            if any(told):
                return told
    return "", ""


def asked_for(value: Arg, depth: int = 0) -> str:
    """Return the name of the setting that a value asks the environment for, "" if it asks for none."""
    if value.kind == "other" and ENVIRONMENT.search(value.text):
        found = _ASKED.search(value.text)
        return found["name"] if found else ""
    if value.kind == "call" and depth < DEPTH_MAX:
        return next((name for item in value.items if (name := asked_for(item, depth + 1))), "")
    return ""


def opens_account(name: str) -> bool:
    """Whether a password of this name logs somebody in to the application itself."""
    return _OPENS.search(name) is not None


def declared(model: Model, at: int) -> Iterator[StandIn]:
    """Yield defaults that are declared beside a setting: by clap, serde and pydantic, and in a table of settings."""
    file = model.files[at]
    if file.language == "rust":
        yield from _of_rust(file)
    elif file.language == "python":
        yield from _of_python(file)
    elif file.language == "javascript":
        for assign in file.assigns:
            yield from _of_table(assign.value, assign.line, assign.fn)
        for call in file.calls:
            for value in call.args:
                yield from _of_table(value, call.line, call.fn)
        for made in file.returns:
            yield from _of_table(made.value, made.line, made.fn)


def _of_rust(file: File) -> Iterator[StandIn]:
    for cls in file.classes:
        for field in cls.fields:
            kind = literals.kind_of_name(field.name)
            for mark in field.marks if kind else ():
                given = next((v for v in mark.args if v.name == "default_value" and v.kind == "str"), None)
                if given is not None and mark.name in _MARKS:
                    yield StandIn(mark.line or field.line, field.name, kind, given.text)
    for made in file.returns:
        name = file.functions[made.fn].name if made.fn >= 0 and made.value.kind == "str" else ""
        found = _NAMED_DEFAULT.match(name)
        if found and (kind := literals.kind_of_name(found["name"])) and not file.functions[made.fn].params:
            yield StandIn(made.line, found["name"], kind, made.value.text, made.fn)


def _of_python(file: File) -> Iterator[StandIn]:
    for cls in file.classes:
        for field in cls.fields:
            kind = literals.kind_of_name(field.name) if "Field(" in field.type or field.value is not None else ""
            if not kind:
                continue
            found = _FIELD.search(field.type)
            if found:
                yield StandIn(field.line, field.name, kind, found["text"])
            elif field.value is not None and field.value.kind == "call" and field.value.text.endswith("Field"):
                for item in field.value.items[:3]:
                    if item.kind == "str" and item.name in ("", "default"):
                        yield StandIn(field.line, field.name, kind, item.text)


def _of_table(value: Arg, line: int, fn: int) -> Iterator[StandIn]:
    """`{webhookSecret: {default: "abc", env: "WEBHOOK_SECRET"}}` of convict, figue and tables of one's own."""
    if value.kind not in ("dict", "list"):
        return
    for item in value.items:
        place = item.line or line
        named = {each.name: each for each in item.items} if item.kind == "dict" else {}
        given, env = named.get("default"), named.get("env")
        if given is not None and given.kind == "str" and env is not None and env.kind in ("str", "list"):
            kind = literals.kind_of_name(item.name)
            if kind:
                yield StandIn(given.line or place, item.name, kind, given.text, fn)
        yield from _of_table(item, place, fn)
