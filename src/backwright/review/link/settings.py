"""Settings of JVM applications: application.yml and application.properties, by the module that they belong to."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from backwright.review.link.yamlish import parse_yaml
from backwright.review.regexes import regex

Value = str | list[str]
_FILE = regex(r"(^|/)(application|bootstrap|microprofile-config)(-[\w.\-]+)?\.(ya?ml|properties|conf)$")
_MANIFEST = regex(r"(^|/)(pom\.xml|build\.gradle(\.kts)?|libs\.versions\.toml)$")
_PLACEHOLDER = regex(r"[$#]\{([\w.\-]+)(?::([^}]*))?\}")
_INDEX = regex(r"\[\d+\]$")


class Settings:
    """All settings of a repository, and what its build files say."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self._given: dict[str, dict[str, Value]] = {}  # name of an application to what it is served

    def get(self, path: str, key: str) -> Value | None:
        """Return the value of a key for the module that a source file stands in."""
        wanted = _normal(key)
        for _, values in self._of(path):
            if wanted in values:
                return values[wanted]
        return None

    def only(self, key: str) -> Value | None:
        """Return the value of a key that only one file of settings has: of a module that others share."""
        wanted = _normal(key)
        found = [values[wanted] for _, values in self._files if wanted in values]
        return found[0] if len(found) == 1 else None

    def text(self, path: str, key: str) -> str:
        """Return a value as text, "" if there is none; placeholders in it are put in."""
        value = self.get(path, key)
        told = value if isinstance(value, str) else ""
        return self.filled(path, told) if "{" in told else told

    def filled(self, path: str, text: str) -> str:
        """Return a text with `${key:default}` replaced."""

        def told(made: re.Match[str]) -> str:
            value = self.get(path, made[1])
            return value if isinstance(value, str) else made[2] if made[2] is not None else "{*}"

        return _PLACEHOLDER.sub(told, text)

    def below(self, path: str, key: str) -> dict[str, Value]:
        """Return all values whose keys start with this one, by the rest of their keys."""
        start = _normal(key) + "."
        found: dict[str, Value] = {}
        for _, values in self._of(path):
            for name, value in values.items():
                if name.startswith(start):
                    found.setdefault(name[len(start) :], value)
        return found

    def _of(self, path: str) -> list[tuple[str, dict[str, Value]]]:
        """The settings that count for a source file, most important first: its module's, else the only ones."""
        mine = [each for each in self._files if path.startswith(each[0])]
        longest = max((len(root) for root, _ in mine), default=0)
        mine = [each for each in mine if len(each[0]) == longest]
        mine += [(root, values) for root, values in self._served(mine) if values]
        return mine or (self._files if len({root for root, _ in self._files}) == 1 else [])

    def _served(self, mine: list[tuple[str, dict[str, Value]]]) -> list[tuple[str, dict[str, Value]]]:
        """What a configuration service of the repository gives an application: files that are called like it."""
        named = next((v for _, values in mine if isinstance(v := values.get("spring.application.name"), str)), "")
        if not named:
            return []
        if named not in self._given:
            self._given[named] = {}
            for path, text in self.texts.items():
                stem, dot, end = path.rpartition("/")[2].rpartition(".")
                if stem == named and dot and end in ("yml", "yaml", "properties") and "/test/" not in f"/{path}":
                    for name, value in _properties(text) if end == "properties" else _yaml(text):
                        self._given[named].setdefault(name, value)
        return [(mine[0][0], self._given[named])]

    @cached_property
    def _files(self) -> list[tuple[str, dict[str, Value]]]:
        found = []
        for path, text in self.texts.items():
            named = _FILE.search(path)
            if named and "/test/" not in f"/{path}":
                values: dict[str, Value] = {}
                for name, value in _properties(text) if path.endswith(".properties") else _yaml(text):
                    values.setdefault(name, value)
                found.append((bool(named[3]), path, module_of(path), values))
        found.sort(key=lambda each: (each[0], each[1]))
        return [(root, values) for _, _, root, values in found]

    def manifests(self, path: str) -> str | None:
        """Return the build files of a source file's module and of those around it; None if there are none."""
        told = [
            text
            for name, text in self.texts.items()
            if _MANIFEST.search(name)
            and (path.startswith(f"{PurePosixPath(name).parent}/") or "/" not in name or "gradle/" in name)
        ]
        return "\n".join(told) if told else None


def module_of(path: str) -> str:
    """Return the folder of the module that a file stands in, with "/" at its end: what stands before src/."""
    found = re.match(r"(.*?/)?(?=src/(main|test|jvmMain)/|src/[^/]+\.\w+$)", path)
    if found:
        return found[1] or ""
    folder = str(PurePosixPath(path).parent)
    for inner in ("/resources", "/config", "/conf"):
        folder = folder.removesuffix(inner)
    return "" if folder in (".", "config", "resources", "conf") else f"{folder}/"


def _normal(key: str) -> str:
    """Spring's relaxed names: context-path, contextPath and context_path are one."""
    return key.replace("-", "").replace("_", "").lower()


def _properties(text: str) -> Iterator[tuple[str, Value]]:
    lists: dict[str, list[str]] = {}
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        made = re.match(r"\s*([^#!=:\s][^=:]*?)\s*[=:]\s*(.*?)\s*$", line)
        if made and _INDEX.search(made[1]):
            lists.setdefault(_normal(_INDEX.sub("", made[1])), []).append(made[2])
        elif made:
            yield _normal(made[1].strip('"')), made[2]
    yield from lists.items()


def _yaml(text: str) -> Iterator[tuple[str, Value]]:
    for document in re.split(r"^---.*$", text, flags=re.MULTILINE):
        yield from _flat("", parse_yaml(document), 0)


def _flat(key: str, value: Any, depth: int) -> Iterator[tuple[str, Value]]:  # noqa: ANN401
    if isinstance(value, dict) and depth < 12:
        for name, inner in value.items():
            yield from _flat(f"{key}.{_normal(str(name))}" if key else _normal(str(name)), inner, depth + 1)
    elif isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            yield key, [str(each) for each in value]
        for number, each in enumerate(value):
            if isinstance(each, dict):
                yield from _flat(f"{key}.{number}", each, depth + 1)
    elif value is not None:
        yield key, str(value).lower() if isinstance(value, bool) else str(value)
