"""Calibrate: fit questions to the answers that are stored, and report those that misbehave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import msgspec

from backwright.assess.entries import Entry, entries_of
from backwright.assess.families import families
from backwright.catalog import Catalog
from backwright.model.evidence import Evidence, Kind, Outcome
from backwright.usecases.bench import Bench
from backwright.usecases.standing import Fitted

if TYPE_CHECKING:
    from backwright.assess.bank import Bank
    from backwright.assess.beliefs import Parameters
    from backwright.assess.irt import Distractor
    from backwright.assess.structure import Bools, Floats, Ints, Structure

PEOPLE_MIN = 10  # fewer say nothing about a question
SHARES_FROM = 100  # people from which the whole model is taken from them, not from authors
SUSPEND_FROM = 200  # answers from which a misbehaving question is not asked any more
_COUNTED = (Outcome.RIGHT, Outcome.WRONG, Outcome.UNKNOWN)


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    dry_run: Annotated[bool, "Only show what would change"] = False
    forget: Annotated[bool, "Go back to what the authors expected"] = False


@dataclass(frozen=True)
class FittedItem:
    """One question after fitting.

    Attributes:
        slope, difficulty: Of the two-parameter logistic model, on the ability scale.
        guess, slip: What the engine uses from now on.
    """

    source: str
    answers: int
    share_right: float
    slope: float
    difficulty: float
    guess: float
    slip: float


@dataclass(frozen=True)
class Misbehaving:
    """A question that misbehaves, why, and whether it is taken out of service."""

    source: str
    answers: int
    reasons: tuple[str, ...]
    suspended: bool


@dataclass(frozen=True)
class Calibration:
    """What the stored answers say about the questions.

    Attributes:
        enough: Whether there were enough people to fit anything.
        kept: Whether the result is in use now.
    """

    people: int
    answers: int
    enough: bool
    kept: bool
    forgotten: bool
    log_likelihood: float
    iterations: int
    items: tuple[FittedItem, ...]
    misbehaving: tuple[Misbehaving, ...]
    needed: int = PEOPLE_MIN


@dataclass(frozen=True)
class _Table:
    """First answers as matrices: people by entries that were asked at all."""

    people: tuple[str, ...]
    sources: tuple[str, ...]
    right: "Floats"
    chosen: "Ints"
    later: "Floats"


def run(ask: Ask, bench: Bench) -> Calibration:
    """Fit the questions to everybody's stored answers."""
    if ask.forget:
        bench.calibration.put("fitted", b"")
        return Calibration(0, 0, enough=False, kept=False, forgotten=True, log_likelihood=0.0,
                           iterations=0, items=(), misbehaving=())  # fmt: skip
    rows = [
        row
        for row in bench.store.all_rows()
        if row.kind in (Kind.ANSWER, Kind.DRILL) and row.outcome in _COUNTED
    ]
    entries = {entry.source: entry for entry in entries_of(bench.catalog, families())}
    rows = [row for row in rows if row.source in entries]
    people = {row.profile for row in rows}
    if len(people) < PEOPLE_MIN:
        return Calibration(len(people), len(rows), enough=False, kept=False, forgotten=False,
                           log_likelihood=0.0, iterations=0, items=(), misbehaving=())  # fmt: skip
    return _fit(ask, bench, entries, rows)


def _fit(
    ask: Ask, bench: Bench, entries: Mapping[str, Entry], rows: Sequence[Evidence]
) -> Calibration:
    import numpy as np

    from backwright.assess.irt import Prior, misbehaving, share_right, two_parameter

    table = _table(bench.catalog, entries, rows)
    expected = np.array([_expected(entries[source]) for source in table.sources])
    model = two_parameter(table.right, Prior(np.log(expected / (1 - expected))))
    learned = _learn(bench, entries, rows)
    bank = learned.noise()
    answers = (~np.isnan(table.right)).sum(axis=0)
    found = misbehaving(
        table.right,
        wrong_options=_wrong_options(bench.catalog, entries, table),
        groups={"later answers": table.later > np.median(table.later)},
    )
    wrongs = tuple(
        Misbehaving(
            table.sources[each.item],
            int(answers[each.item]),
            each.reasons,
            bool(answers[each.item] >= SUSPEND_FROM and _is_serious(each.reasons)),
        )
        for each in found
    )
    shares = share_right(table.right)
    items = tuple(
        FittedItem(
            source=source,
            answers=int(answers[n]),
            share_right=round(float(shares[n]), 3),
            slope=round(float(model.slope[n]), 3),
            difficulty=round(float(-model.intercept[n] / model.slope[n]), 3),
            guess=round(bank[source][0], 3),
            slip=round(bank[source][1], 3),
        )
        for n, source in enumerate(table.sources)
    )
    if not ask.dry_run:
        enough = len(table.people) >= SHARES_FROM
        model_of = learned.parameters
        holds = model_of.holds
        kept = Fitted(
            noise={source: bank[source] for source in table.sources},
            answers=len(rows),
            suspended=tuple(each.source for each in wrongs if each.suspended),
            skills=learned.structure.skills if enough else (),
            offset=tuple(model_of.offset.tolist()) if enough else (),
            slope=tuple(model_of.slope.tolist()) if enough else (),
            leak=tuple(model_of.leak.tolist()) if enough else (),
            holds=tuple(holds.tolist()) if enough and holds is not None else None,
            share=model_of.share,
        )
        bench.calibration.put("fitted", msgspec.msgpack.encode(kept))
    return Calibration(
        people=len(table.people),
        answers=len(rows),
        enough=True,
        kept=not ask.dry_run,
        forgotten=False,
        log_likelihood=round(model.log_likelihood, 3),
        iterations=model.iterations,
        items=items,
        misbehaving=wrongs,
    )


def _is_serious(reasons: Sequence[str]) -> bool:
    """Whether a question does harm: an option that hardly anybody chooses only wastes a line."""
    return any("is chosen by" not in reason for reason in reasons)


def _expected(entry: Entry) -> float:
    """Return the share right that an author expects of people at average ability."""
    mastery = {1: 0.75, 2: 0.5, 3: 0.35, 4: 0.2}[entry.level]
    return mastery * (1 - entry.noise.slip) + (1 - mastery) * entry.noise.guess


def _table(catalog: Catalog, entries: Mapping[str, Entry], rows: Sequence[Evidence]) -> _Table:
    import numpy as np

    people = tuple(sorted({row.profile for row in rows}))
    sources = tuple(sorted({row.source for row in rows}))
    at_person = {name: n for n, name in enumerate(people)}
    at_source = {name: n for n, name in enumerate(sources)}
    right = np.full((len(people), len(sources)), np.nan)
    chosen = np.full(right.shape, -1, dtype=np.int64)
    first = np.full(len(people), np.inf)
    options = {source: _options(catalog, entries[source]) for source in sources}
    for row in rows:
        person, source = at_person[row.profile], at_source[row.source]
        first[person] = min(first[person], row.occurred_at.timestamp())
        if np.isnan(right[person, source]):  # the first answer counts; later ones are practice
            right[person, source] = row.outcome is Outcome.RIGHT
            if row.given in options[row.source]:
                chosen[person, source] = options[row.source].index(row.given)
    return _Table(people, sources, right, chosen, first)


def _options(catalog: Catalog, entry: Entry) -> tuple[str, ...]:
    """Return the options of a choice, the key first; empty for typed and executed questions."""
    name = entry.source.removeprefix("item:")
    item = next((i for i in catalog.items.get(entry.skill, ()) if i.id == name), None)
    return (item.right, *(w.say for w in item.wrong)) if item and item.right else ()


def _wrong_options(
    catalog: Catalog, entries: Mapping[str, Entry], table: _Table
) -> "list[Distractor]":
    import numpy as np

    from backwright.assess.irt import distractors, rest_scores

    rest = rest_scores(table.right)
    found = []
    for n, source in enumerate(table.sources):
        count = len(_options(catalog, entries[source]))
        if count:
            column = slice(n, n + 1)
            found += [
                replace(each, item=n)
                for each in distractors(
                    table.chosen[:, column], np.zeros(1, dtype=np.int64), count, rest[:, column]
                )
            ]
    return found


def _matrices(
    bench: Bench, entries: Mapping[str, Entry], rows: Sequence[Evidence]
) -> "tuple[list[str], Ints, Bools]":
    """Return sources, and per person and skill the first question (-1 for none) and its outcome."""
    import numpy as np

    from backwright.assess.structure import structure_of

    skills = {skill: n for n, skill in enumerate(structure_of(bench.catalog).skills)}
    sources = list(entries)
    number = {source: n for n, source in enumerate(sources)}
    people = {name: n for n, name in enumerate(sorted({row.profile for row in rows}))}
    items = np.full((len(people), len(skills)), -1, dtype=np.int64)
    right = np.zeros(items.shape, dtype=bool)
    for row in rows:
        person, skill = people[row.profile], skills[entries[row.source].skill]
        if items[person, skill] < 0:
            items[person, skill] = number[row.source]
            right[person, skill] = row.outcome is Outcome.RIGHT
    return sources, items, right


@dataclass(frozen=True)
class _Learned:
    """What expectation maximisation around the engine gave."""

    structure: "Structure"
    parameters: "Parameters"
    sources: list[str]
    bank: "Bank"
    items: "Ints"
    right: "Bools"

    def noise(self) -> dict[str, tuple[float, float]]:
        """Return (guess, slip) per source."""
        pairs = zip(self.bank.guess.tolist(), self.bank.slip.tolist(), strict=True)
        return dict(zip(self.sources, pairs, strict=True))


def _learn(bench: Bench, entries: Mapping[str, Entry], rows: Sequence[Evidence]) -> _Learned:
    import numpy as np

    from backwright.assess.learned import learn
    from backwright.assess.structure import structure_of

    structure = structure_of(bench.catalog)
    at = {skill: n for n, skill in enumerate(structure.skills)}
    sources, items, right = _matrices(bench, entries, rows)
    listed = [entries[source] for source in sources]
    parameters, bank = learn(
        structure,
        np.array([at[entry.skill] for entry in listed]),
        np.array([entry.noise.guess for entry in listed]),
        np.array([entry.noise.slip for entry in listed]),
        items,
        right,
    )
    return _Learned(structure, parameters, sources, bank, items, right)
