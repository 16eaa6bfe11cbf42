"""Data delete: forgets a person."""

from dataclasses import dataclass
from shlex import quote
from typing import Annotated

from backwright.model.errors import BadRequest, NothingToDo
from backwright.usecases.bench import Bench


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    yes: Annotated[bool, "Do it; without this nothing is deleted"] = False


@dataclass(frozen=True)
class Answer:
    """Who was forgotten, and how many rows went."""

    profile: str
    rows: int


def run(ask: Ask, bench: Bench) -> Answer:
    """Delete every row of the bench's person.

    What `calibrate` computed from everybody's answers names nobody; it stays.

    Raises:
        BadRequest: `yes` was not given; says how many rows would go.
        NothingToDo: `yes` was not given, and nothing is stored about this person.
    """
    if ask.yes:
        gone = bench.store.delete(bench.profile)
        bench.cache.clear()  # mastery computed from these rows must go with them
        return Answer(bench.profile, gone)
    known = dict(bench.store.profiles())
    if bench.profile not in known:
        raise NothingToDo(
            f"nothing is stored about '{bench.profile}'",
            detail=f"stored: {', '.join(known)}" if known else "",
        )
    count, who = known[bench.profile], quote(bench.profile)
    raise BadRequest(
        f"this deletes {count:,} {'row' if count == 1 else 'rows'} of '{bench.profile}' for good",
        detail=f"Nothing was deleted. For a copy: backwright data export {who}.jsonl --as {who}",
        hint=f"backwright data delete --yes --as {who}",
    )
