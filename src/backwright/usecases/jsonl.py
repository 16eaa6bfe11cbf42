"""Evidence as JSON lines: one row per line, all columns, checked on the way in."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC
from math import isfinite
from uuid import UUID

import msgspec

from backwright.model.errors import BadRequest
from backwright.model.evidence import SCHEMA_VERSION, Evidence

LINE_CHARACTERS_MAX = 1024 * 1024  # a row has a few hundred; a longer line is not a row
ROWS_MAX = 1_000_000  # a person answers a few thousand in a year; more would fill the memory
SEED_MAX = 2**63  # what a 64-bit column holds
SPLIT = "split the file by lines and import each part"
_COLUMNS = tuple(field.name for field in fields(Evidence))
_Flat = dict[str, str | int | float | bool | None]  # no nesting, so no depth to bound


def to_json_line(row: Evidence) -> str:
    """Return the row as one line of JSON, without the line end."""
    return msgspec.json.encode(row).decode()


def to_json_lines(rows: Iterable[Evidence]) -> str:
    """Return the rows as text, each line ended."""
    return "".join(to_json_line(row) + "\n" for row in rows)


def from_json_line(line: str) -> Evidence:
    """Return the row of such a line, its times in UTC.

    Raises:
        BadRequest: Saying the first thing that keeps the line from being a row.
    """
    if len(line) > LINE_CHARACTERS_MAX:
        raise BadRequest(f"{len(line):,} characters in a line; at most {LINE_CHARACTERS_MAX:,}")
    try:
        record = msgspec.json.decode(line, type=_Flat)
        _check_known(record)
        row = msgspec.convert(record, Evidence)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        message, _, place = str(error).partition(" - at `$")
        column = place.strip(".`")
        raise BadRequest(f"{column}: {message}" if column in _COLUMNS else message) from None
    return _checked(row)


def read_json_lines(text: str) -> tuple[tuple[Evidence, ...], tuple[str, ...]]:
    """Return the rows of a text and its problems, as "line 3: guess 1.5 is not 0 to 1".

    Empty lines are passed over.

    Raises:
        BadRequest: There are more than ROWS_MAX lines.
    """
    rows: list[Evidence] = []
    problems: list[str] = []
    lines = text.removeprefix("\ufeff").split("\n")  # not splitlines: U+2028 is part of an answer
    if len(lines) > ROWS_MAX + 1:
        raise BadRequest(f"{len(lines):,} lines; at most {ROWS_MAX:,}", hint=SPLIT)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(from_json_line(line))
        except BadRequest as error:
            problems.append(f"line {number}: {error.problem}")
    return tuple(rows), tuple(problems)


def _check_known(record: _Flat) -> None:
    schema = record.get("schema", SCHEMA_VERSION)
    if isinstance(schema, int) and schema > SCHEMA_VERSION:  # first: it explains unknown keys
        raise BadRequest(
            f"schema {schema} is newer than this Backwright knows ({SCHEMA_VERSION}); upgrade first"
        )
    if unknown := [key for key in record if key not in _COLUMNS]:
        raise BadRequest(f"unknown key '{unknown[0][:60]}'")


def _checked(row: Evidence) -> Evidence:
    """Return the row with its times in UTC; BadRequest if a value cannot be."""
    _check_texts(row)
    _check_numbers(row)
    for name in ("occurred_at", "recorded_at"):
        if getattr(row, name).tzinfo is None:
            raise BadRequest(f"{name} has no time zone; end it with Z for UTC")
    try:
        occurred, recorded = row.occurred_at.astimezone(UTC), row.recorded_at.astimezone(UTC)
    except OverflowError:
        raise BadRequest("a time lies outside the years 1 to 9999") from None
    return replace(row, occurred_at=occurred, recorded_at=recorded)


def _check_texts(row: Evidence) -> None:
    try:
        is_uuid = str(UUID(row.id)) == row.id
    except ValueError:
        is_uuid = False
    if not is_uuid:
        raise BadRequest(f"id '{row.id[:60]}' is not a UUID in lower case with hyphens")
    if not row.profile.strip():
        raise BadRequest("profile is empty; it says whose row this is")
    for name in _COLUMNS:
        if "\0" in str(getattr(row, name)):
            raise BadRequest(f"{name} holds the character NUL, which no database keeps")


def _check_numbers(row: Evidence) -> None:
    for name in ("guess", "slip"):
        if not 0 <= getattr(row, name) <= 1:
            raise BadRequest(f"{name} {getattr(row, name):g} is not 0 to 1")
    if not (isfinite(row.weight) and row.weight >= 0):
        raise BadRequest(f"weight {row.weight:g} is not 0 or more")
    if not -SEED_MAX <= row.seed < SEED_MAX:
        raise BadRequest(f"seed {row.seed} does not fit 64 bits")
    if row.schema < 1:
        raise BadRequest(f"schema {row.schema} is not 1 or more")
