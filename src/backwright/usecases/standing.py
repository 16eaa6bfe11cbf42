"""Where a person stands: their rows, what they declared, their mastery. Shared by the verbs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from backwright.catalog import Catalog
from backwright.model.evidence import Evidence, Kind, Outcome, Person
from backwright.model.mastery import Mastery, State
from backwright.model.role import Role, RoleId
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench

if TYPE_CHECKING:
    from backwright.assess.beliefs import Parameters

DEFAULT_ROLE = RoleId("backend-developer")
DEFAULT_HOURS_PER_WEEK = 8.0
PRIOR_FORMAT = 4  # raise when the way a prior is fitted changes
MASTERY_FORMAT = 2  # raise when the way mastery is computed changes


@dataclass(frozen=True)
class Standing:
    """One person now.

    Attributes:
        rows: Everything they did, oldest first.
    """

    person: Person
    rows: tuple[Evidence, ...]
    mastery: Mastery
    now: datetime


@dataclass(frozen=True)
class Fitted:
    """What `calibrate` learned.

    Attributes:
        noise: (guess, slip) per entry source, padding included.
        answers: Stored answers that it was learned from.
        suspended: Sources that misbehaved and are not asked any more.
        skills: The skills that the parameters below are about, in order; empty with few people.
        offset, slope, leak, holds: The model's parameters, as in assess.beliefs.Parameters.
    """

    noise: dict[str, tuple[float, float]]
    answers: int
    suspended: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    offset: tuple[float, ...] = ()
    slope: tuple[float, ...] = ()
    leak: tuple[float, ...] = ()
    holds: tuple[float, ...] | None = None
    share: float = 0.0


def standing(bench: Bench, until: datetime | None = None) -> Standing:
    """Return where the bench's person stands, now or at an earlier moment.

    Without any evidence nothing is computed, so that a first `explore` is fast.
    """
    from backwright.assess.person import person_of

    now = until or bench.clock.now()
    rows = bench.store.rows(bench.profile)
    if until:
        rows = tuple(row for row in rows if row.recorded_at <= until)
    person = person_of(bench.profile, rows)
    if person.role not in bench.catalog.roles:  # said in an older or another content
        person = replace(person, role="")
    return Standing(person, rows, mastery_from(bench, rows, person, now), now)


def mastery_from(
    bench: Bench, rows: tuple[Evidence, ...], person: Person, now: datetime
) -> Mastery:
    """Return the mastery that these rows show; empty when nothing was ever shown.

    It is always computed from the rows. What was computed for the same rows in the same hour is
    taken from the cache, which may forget it at any time.
    """
    rows = tuple(row for row in rows if row.kind not in (Kind.TIME, Kind.DECLARED))
    if not rows:
        return Mastery({}, 0, 0)
    key = _mastery_key(bench, rows, person, now)
    if kept := bench.cache.get(key):
        return msgspec.msgpack.decode(kept, type=Mastery)
    made = _computed(bench, rows, person, now)
    bench.cache.put(key, msgspec.msgpack.encode(made))
    return made


def _mastery_key(bench: Bench, rows: tuple[Evidence, ...], person: Person, now: datetime) -> str:
    """Return what mastery depends on: content, calibration, rows, languages, and the hour (ageing)."""
    shown = sha256("".join(map(repr, rows)).encode()).hexdigest()
    fit = f"{_fit_stamp(bench)} {PRIOR_FORMAT} {MASTERY_FORMAT}"
    return f"mastery {bench.digest} {fit} {shown} {person.languages} {now:%Y-%m-%d %H}"


def _fit_stamp(bench: Bench) -> str:
    """Return what tells one calibration from another; "authors" without any."""
    kept = bench.calibration.get("fitted")
    return sha256(kept).hexdigest()[:16] if kept else "authors"


def _computed(bench: Bench, rows: tuple[Evidence, ...], person: Person, now: datetime) -> Mastery:
    from backwright.assess.measure import mastery_of
    from backwright.assess.structure import structure_of

    structure = structure_of(bench.catalog)
    return mastery_of(
        structure, parameters(bench), rows, person.languages, entry_levels(bench, rows), now
    )


def parameters(bench: Bench) -> "Parameters":
    """Return the model's parameters: fitted to stored answers if calibrated, else the authors'."""
    import numpy as np

    from backwright.assess.beliefs import Parameters
    from backwright.assess.prior import cold_parameters
    from backwright.assess.structure import structure_of

    structure = structure_of(bench.catalog)
    learned = calibration(bench)
    if learned and learned.skills == structure.skills:
        return Parameters(
            np.array(learned.offset),
            np.array(learned.slope),
            np.array(learned.leak),
            learned.share,
            None if learned.holds is None else np.array(learned.holds),
        )
    key = f"prior {PRIOR_FORMAT} {bench.digest}"
    if kept := bench.cache.get(key):
        offset, slope, leak, share = msgspec.msgpack.decode(kept)
        return Parameters(np.array(offset), np.array(slope), np.array(leak), share)
    made = cold_parameters(structure)
    packed = [made.offset.tolist(), made.slope.tolist(), made.leak.tolist(), made.share]
    bench.cache.put(key, msgspec.msgpack.encode(packed))
    return made


def calibration(bench: Bench) -> Fitted | None:
    """Return what `calibrate` kept, or None."""
    kept = bench.calibration.get("fitted")
    return msgspec.msgpack.decode(kept, type=Fitted) if kept else None


def entry_levels(bench: Bench, rows: Iterable[Evidence]) -> Mapping[str, int]:
    """Return the difficulty 1..4 of what these rows were asked, by source.

    Families are imported only if one of theirs was asked: start-up is a feature.
    """
    items = {item.id: item.level for each in bench.catalog.items.values() for item in each}
    levels: dict[str, int] = {}
    for source in {row.source for row in rows}:
        kind, _, name = source.partition(":")
        if kind == "item" and name in items:
            levels[source] = items[name]
        elif kind == "family":
            family, _, skill = name.partition("/")
            levels[source] = family_levels().get(family, {}).get(skill, 0)
    return levels


@cache
def family_levels() -> Mapping[str, Mapping[str, int]]:
    """Return the level of every question family per skill."""
    from backwright.assess.families import families

    return {
        name: {str(k): v for k, v in family.skills.items()} for name, family in families().items()
    }


def role_of(catalog: Catalog, name: str) -> Role:
    """Return a role by id or name; NotFound names the nearest."""
    from backwright.usecases.nearest import not_found

    for role in catalog.roles.values():
        if name.lower() in (role.id, role.name.lower()):
            return role
    raise not_found("role", name, catalog.roles, "backwright explore {}")


def recorded(bench: Bench, **values: object) -> Evidence:
    """Return a row of the bench's person, now; what is not given says nothing."""
    now = bench.clock.now()
    blank: dict[str, object] = {
        "id": bench.clock.new_id(),
        "profile": bench.profile,
        "skill": "",
        "variant": "",
        "kind": Kind.DECLARED,
        "outcome": Outcome.NONE,
        "guess": 0.0,
        "slip": 0.0,
        "weight": 1.0,
        "source": "",
        "given": "",
        "seed": 0,
        "occurred_at": now,
        "recorded_at": now,
    }
    return Evidence(**{**blank, **values})  # type: ignore[arg-type]


def declare(bench: Bench, what: str, value: str) -> Evidence:
    """Return the row of a statement about oneself."""
    return recorded(bench, kind=Kind.DECLARED, source=f"declare:{what}", given=value)


def own_track(role: Role, catalog: Catalog, stand: Standing) -> str:
    """Return the role's language, else the person's first one, else the default."""
    if role.track in catalog.profile.tracks:
        return role.track
    # Evidence may come from elsewhere and name what this catalog does not have.
    used = [t for t in stand.person.languages or () if t in catalog.profile.tracks]
    best = max(
        used,
        key=lambda t: stand.mastery.of(catalog.profile.tracks[t].core).probability,
        default="",
    )
    return catalog.track_or_default(best)


def state_name(mastery: Mastery, skill: SkillId) -> str:
    """Return strong, gap or unknown; unknown when nothing was measured."""
    return mastery.of(skill).state.value if mastery.is_measured else State.UNKNOWN.value
