"""Content files to catalog, in one pass, with every problem reported at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path as FilePath
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec

from backwright.catalog.advice import advice_problems
from backwright.catalog.asking import asking_problems
from backwright.catalog.brief import brief_problems
from backwright.catalog.catalog import Catalog, Profile, Track
from backwright.catalog.guides import guide_problems
from backwright.catalog.links import link_problems
from backwright.catalog.locate import line_of
from backwright.catalog.service_guides import service_guide_problems
from backwright.model.case import Case
from backwright.model.errors import BadContent
from backwright.model.item import Item
from backwright.model.role import (
    Criterion,
    LearningLevel,
    Path,
    Pitfall,
    Role,
    RoleId,
    Target,
    Technology,
)
from backwright.model.skill import Skill, SkillId, Source
from backwright.model.stack import Criterion as StackCriterion
from backwright.model.stack import Option, Stack

Value = TypeVar("Value")

# The order in which domains are shown, from the ground up.
DOMAINS = (
    "foundations",
    "systems",
    "languages",
    "api",
    "realtime",
    "databases",
    "caching",
    "messaging",
    "security",
    "testing",
    "craft",
    "architecture",
    "distributed",
    "operations",
    "observability",
    "performance",
    "system-design",
    "ai",
)
_CASE_LISTS = (("estimate", "estimates"), ("failure", "failures"), ("follow_up", "follow_ups"))
_LEVELS = {"guided": 2, "unaided": 3, "expert": 4}
_WEIGHTS = {"useful": 1, "needed": 2, "defining": 3}


def read_catalog(content: FilePath) -> Catalog:
    """Read every file under `content`.

    Raises:
        BadContent: listing all the problems found, one per line, as "file:line: what".
    """
    catalog, problems = read_problems(content)
    if problems:
        raise BadContent(problems)
    return catalog


def read_shipped(content: FilePath) -> Catalog:
    """Read the files that we ship, whose links our tests have checked: four times as fast as `read_catalog`.

    Raises:
        BadContent: listing what could not be read.
    """
    reader = _Reader(content)
    catalog = reader.read()
    if reader.problems:
        raise BadContent(reader.problems)
    return catalog


def read_problems(content: FilePath) -> tuple[Catalog, list[str]]:
    """Return what could be read and every problem, as "file:line: what"."""
    reader = _Reader(content)
    catalog = reader.read()
    loose = [
        *link_problems(catalog, reader.where),
        *advice_problems(content, catalog),
        *guide_problems(content, catalog),
        *service_guide_problems(content, catalog),
        *brief_problems(content, catalog),
        *asking_problems(content, catalog),
    ]
    return catalog, reader.problems + loose


class _Reader:
    """One pass over content/. Keeps the problems and the texts, so that a link can say its line."""

    def __init__(self, content: FilePath) -> None:
        self.content = content
        self.problems: list[str] = []
        self._texts: dict[str, str] = {}

    def read(self) -> Catalog:
        skills = {skill.id: skill for skill in self._skills()}
        base, profile = self._profile()
        return Catalog(
            skills=skills,
            items={skill: tuple(self._items(skill)) for skill in skills},
            roles={role.id: role for role in self._roles(base)},
            paths={p.id: p for p in self._each("paths", Path)},
            technologies={t.id: t for t in self._each("technologies", Technology)},
            sources={s.id: s for s in self._each("sources", Source)},
            pitfalls=self._list("pitfalls.toml", "pitfall", Pitfall),
            criteria=self._list("criteria.toml", "criterion", Criterion),
            levels=self._list("levels.toml", "level", LearningLevel),
            profile=profile,
            lessons=frozenset(s for s in skills if (self._skill_file(s, "lesson.md")).exists()),
            domains=DOMAINS,
            stack=self._stack(),
            cases={case.id: case for case in self._cases()},
        )

    def where(self, file: str, *path: str | int) -> str:
        """Return "file:line" of a value."""
        return f"{file}:{line_of(self._texts.get(file, ''), path)}"

    def _skill_file(self, skill: str, name: str) -> FilePath:
        return self.content / "skills" / skill / name

    def _load(self, file: FilePath) -> dict[str, Any]:
        name = str(file.relative_to(self.content))
        try:
            text = self._texts[name] = file.read_text(encoding="utf-8")
            return tomllib.loads(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
            line = re.search(r"line (\d+)", str(error))
            self.problems.append(f"{name}:{line[1] if line else 1}: {error}")
            return {}

    def _convert(
        self, record: Mapping[str, Any], kind: type[Value], file: FilePath, *path: str | int
    ) -> Value | None:
        """Return the record as `kind`, or None after noting each problem."""
        name = str(file.relative_to(self.content))
        unknown = list(_unknown_keys(record, kind))
        for key in unknown:
            self.problems.append(f"{self.where(name, *path, *key)}: unknown key '{key[-1]}'")
        if unknown:
            return None
        try:
            return msgspec.convert(record, kind, strict=False)
        except msgspec.ValidationError as error:
            message, _, place = str(error).partition(" - at `$")
            keys = [int(k) if k.isdigit() else k for k in re.findall(r"\w+", place.rstrip("`"))]
            label = ".".join(str(key) for key in keys)
            spot = self.where(name, *path, *keys)
            self.problems.append(f"{spot}: {label + ': ' if label else ''}{message}")
            return None

    def _skills(self) -> Iterator[Skill]:
        for file in sorted(self.content.glob("skills/*/skill.toml")):
            record = self._load(file)
            if "resource" in record:
                record["resources"] = record.pop("resource")
            skill = self._convert({**record, "id": file.parent.name}, Skill, file)
            if skill:
                yield skill

    def _items(self, skill: SkillId) -> Iterator[Item]:
        file = self._skill_file(skill, "items.toml")
        if not file.exists():
            return
        record = self._load(file)
        for number, item in enumerate(record.get("item", ())):
            name = item.get("id", str(number))
            if "reviewed" in item:
                item["reviewed"] = str(item["reviewed"])
            full = {
                **item,
                "id": f"{skill}/{name}",
                "skill": skill,
                "ask": str(item.get("ask", "")).strip(),
            }
            if found := self._convert(full, Item, file, "item", number):
                yield found

    def _each(self, folder: str, kind: type[Value]) -> Iterator[Value]:
        for file in sorted(self.content.glob(f"{folder}/*.toml")):
            record = self._load(file)
            if "stage" in record:
                record["stages"] = record.pop("stage")
            if found := self._convert({**record, "id": file.stem}, kind, file):
                yield found

    def _stack(self) -> Stack:
        options = {}
        for file in sorted(self.content.glob("stack/*.toml")):
            if file.stem == "criteria":
                continue
            record = self._load(file)
            for fact in record.get("facts", {}).values():
                if isinstance(fact, dict) and not isinstance(fact.get("value", []), list):
                    fact["value"] = [fact["value"]]  # one value need not be written as a list
            if found := self._convert({**record, "id": file.stem}, Option, file):
                options[found.id] = found
        if not (self.content / "stack" / "criteria.toml").exists():
            return Stack({}, options)
        criteria = self._list("stack/criteria.toml", "criterion", StackCriterion)
        return Stack({criterion.id: criterion for criterion in criteria}, options)

    def _cases(self) -> Iterator[Case]:
        for file in sorted(self.content.glob("cases/*.toml")):
            record = self._load(file)
            for one, many in _CASE_LISTS:
                if one in record:
                    record[many] = record.pop(one)
            if found := self._convert({**record, "id": file.stem}, Case, file):
                yield found

    def _list(self, name: str, key: str, kind: type[Value]) -> tuple[Value, ...]:
        file = self.content / name
        records = self._load(file).get(key, ())
        found = (self._convert(r, kind, file, key, n) for n, r in enumerate(records))
        return tuple(value for value in found if value is not None)

    def _profile(self) -> tuple[dict[SkillId, Target], Profile]:
        record = self._load(self.content / "roles.toml")
        base = {
            SkillId(skill): Target(_LEVELS[level], 1)
            for level, skills in record.get("base", {}).items()
            for skill in skills
        }
        tracks = {
            key: Track(key, track["name"], SkillId(track["core"]), SkillId(track["web"]))
            for key, track in record.get("tracks", {}).items()
        }
        effort = {_LEVELS[level]: share for level, share in record.get("effort", {}).items()}
        transfer = record.get("transfer", {})
        return base, Profile(
            effort=effort,
            bands=record.get("bands", {}),
            tracks=tracks,
            default_track=record.get("default_track", ""),
            transfer=transfer.get("pairs", {}),
            transfer_default=transfer.get("default", 0.0),
            transfer_other=transfer.get("other_kind", 0.0),
        )

    def _roles(self, base: Mapping[SkillId, Target]) -> Iterator[Role]:
        for file in sorted(self.content.glob("roles/*.toml")):
            record = self._load(file)
            targets = dict(base)
            for skill in record.pop("drop", ()):
                targets.pop(skill, None)
            for name, weight in _WEIGHTS.items():
                for skill, level in record.pop(name, {}).items():
                    old = targets.get(skill, Target(0, 0))
                    targets[skill] = Target(max(int(level), old.level), max(weight, old.weight))
            role = self._convert({**record, "id": file.stem}, Role, file)
            if role:
                yield replace(role, id=RoleId(file.stem), targets=targets)


def _unknown_keys(
    record: object,
    kind: Any,  # noqa: ANN401  (a type expression)
    path: tuple[str | int, ...] = (),
) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of each key that the dataclass `kind` does not have, at any depth."""
    if is_dataclass(kind) and isinstance(record, dict):
        hints = get_type_hints(kind)
        known = {field.name for field in fields(kind)}
        for key, value in record.items():
            if key not in known:
                yield (*path, key)
            else:
                yield from _unknown_keys(value, hints[key], (*path, key))
    elif isinstance(record, list) and get_args(kind):
        for number, value in enumerate(record):
            yield from _unknown_keys(value, get_args(kind)[0], (*path, number))
    elif isinstance(record, dict) and len(get_args(kind)) == 2:
        for key, value in record.items():
            yield from _unknown_keys(value, get_args(kind)[1], (*path, key))
