"""Content of advice to typed values: refused unless every fact names a known source and a day."""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from backwright.catalog.catalog import Catalog
from backwright.model.errors import BadContent
from backwright.model.guidance import (
    ApiGuide,
    DataGuide,
    DeployGuide,
    PerformanceGuide,
    ProfilerTable,
    SecurityGuide,
)

Guide = TypeVar("Guide")

OWN = "own"  # the source of what is our judgement, said so where it is shown
KINDS: dict[str, type] = {
    "security": SecurityGuide,
    "deploy": DeployGuide,
    "performance": PerformanceGuide,
    "profilers": ProfilerTable,
    "api": ApiGuide,
    "data": DataGuide,
}


def read_advice(text: str, name: str, kind: type[Guide]) -> Guide:
    """Return content/advice/<name>.toml as `kind`; BadContent if it is not of that form."""
    try:
        return msgspec.convert(tomllib.loads(text), kind, strict=True)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise BadContent([f"advice/{name}.toml:{line[1] if line else 1}: {error}"]) from None
    except msgspec.ValidationError as error:
        raise BadContent([f"advice/{name}.toml:1: {error}"]) from None


def advice_problems(content: Path, catalog: Catalog) -> list[str]:
    """Return every fact without a known source or day, unknown skill, wrong expression."""
    problems: list[str] = []
    for name, kind in KINDS.items():
        path = content / "advice" / f"{name}.toml"
        if not path.exists():
            continue
        try:
            guide: object = read_advice(path.read_text(encoding="utf-8"), name, kind)
        except BadContent as bad:
            problems += bad.problems
            continue
        problems += [f"advice/{name}.toml:1: {problem}" for problem in _loose(guide, catalog, name)]
    return problems


def _loose(value: object, catalog: Catalog, where: str) -> Iterator[str]:
    if isinstance(value, tuple | list):
        for number, each in enumerate(value):
            yield from _loose(each, catalog, f"{where} {getattr(each, 'id', number + 1)}")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _loose(each, catalog, f"{where} {key}")
    elif is_dataclass(value):
        for field in fields(value):
            held = getattr(value, field.name)
            if check := _CHECKS.get(field.name):
                if problem := check(held, catalog):
                    yield f"{where}: {problem}"
            else:
                yield from _loose(held, catalog, f"{where} {field.name}")


def _source(value: Any, catalog: Catalog) -> str:  # noqa: ANN401
    known = value == OWN or str(value).partition("/")[0] in catalog.sources
    return "" if known else f"no source is called '{value}'"


def _day(value: Any, catalog: Catalog) -> str:  # noqa: ANN401
    fits = re.fullmatch(r"20\d\d-[01]\d-[0-3]\d", str(value))
    return "" if fits else f"'{value}' is no day on which a source was looked at"


def _skill(value: Any, catalog: Catalog) -> str:  # noqa: ANN401
    return "" if value in catalog.skills else f"no skill is called '{value}'"


def _expressions(value: Any, catalog: Catalog) -> str:  # noqa: ANN401
    for text in value:
        try:
            re.compile(text)
        except re.error as error:
            return f"'{text}' is no regular expression: {error}"
    return ""


_CHECKS: dict[str, Callable[[Any, Catalog], str]] = {
    "source": _source,
    "checked": _day,
    "skill": _skill,
    "match": _expressions,
}
