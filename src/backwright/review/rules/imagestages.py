"""Stages of a Dockerfile: which of its lines only build, and leave nothing in the image that runs."""

import re
from typing import NamedTuple

from backwright.review.regexes import regex

_FROM = regex(r"^\s*FROM\s+(?:--\S+\s+)*(?P<base>\S+)(?:\s+AS\s+(?P<name>\S+))?", re.IGNORECASE)
_TAKES_FROM = regex(
    r"^\s*(?:COPY|ADD)\s.*--from=(?P<stage>[\w.-]+)|--mount=\S*\bfrom=(?P<mounted>[\w.-]+)", re.IGNORECASE
)
_DEVELOPS = regex(r"(^|[-_.])(dev|develop|development|debug|tests?|testing|ci)([-_.]|$)")  # asked for by its name alone


class _Stage(NamedTuple):
    name: str
    base: str
    line: int
    takes_from: tuple[str, ...]


def is_dockerfile(path: str) -> bool:
    """Whether a file is built into an image, by its name."""
    name = path.rpartition("/")[2].lower()
    return name.startswith(("dockerfile", "containerfile")) or name.endswith(".dockerfile")


def building_lines(text: str) -> frozenset[int]:
    """Return the lines, from 1, of stages whose results are copied into another one that does not build on them.

    Their variables end with them: `COPY --from=build` takes files along and no environment.
    """
    lines = text.splitlines()
    stages = _stages(lines)
    copied = {name for stage in stages for name in stage.takes_from}
    built_on = {stage.base for stage in stages}
    runs = {
        number
        for number, stage in enumerate(stages)
        if number == len(stages) - 1
        or (not {stage.name, str(number)} & (copied | built_on) and not _DEVELOPS.search(stage.name))
    }
    for number in range(len(stages) - 1, -1, -1):  # what a stage that runs is built on stands before it
        if number in runs:
            runs |= {earlier for earlier in range(number) if stages[earlier].name == stages[number].base}
    ends = [stage.line for stage in stages[1:]] + [len(lines) + 1]
    return frozenset(
        line
        for number, (stage, end) in enumerate(zip(stages, ends, strict=False))
        if number not in runs
        for line in range(stage.line, end)
    )


def _stages(lines: list[str]) -> list[_Stage]:
    found: list[_Stage] = []
    for number, line in enumerate(lines, 1):
        if made := _FROM.match(line):
            name = (made["name"] or str(len(found))).lower()
            found.append(_Stage(name, made["base"].lower(), number, ()))
        elif found and (taken := _TAKES_FROM.search(line)):
            stage = (taken["stage"] or taken["mounted"]).lower()
            found[-1] = found[-1]._replace(takes_from=(*found[-1].takes_from, stage))
    return found
