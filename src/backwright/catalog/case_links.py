"""What must hold in a design case: names resolve, references are plausible, traps are no right answers."""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import product

from backwright.catalog.catalog import Catalog
from backwright.model.case import LEVELS, Case, Estimate, Point, scale_of
from backwright.model.formula import RESERVED, FormulaError, evaluate, names_in

Where = Callable[..., str]
PARAMETERS_MAX = 8  # every corner of their ranges is computed: 2 to the power of this
TERM = re.compile(r"^[\w%<>=.,:'/*+ -]+(\|[\w%<>=.,:'/*+ -]+)*$")
HOLE = re.compile(r"\{([a-z_][a-z_0-9]*)\}")
NAME = re.compile(r"^[a-z][a-z_0-9]*$")
MINUTES_ASKED = (3, 9)  # estimates: fewer show nothing, more fill the interview


def case_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    """Yield every loose end of the cases as "file:line: what"."""
    for case in catalog.cases.values():
        here = _Here(f"cases/{case.id}.toml", where)
        found = [
            *_name_problems(case, here),
            *_point_problems(catalog, case, here),
            *_skill_problems(catalog, case, here),
            *_hole_problems(case, here),
        ]
        yield from found
        if not found:  # numbers of a case whose names resolve
            yield from _number_problems(case, here)


class _Here:
    def __init__(self, file: str, where: Where) -> None:
        self._file, self._where = file, where

    def at(self, *path: str | int) -> str:
        return self._where(self._file, *path)


def _name_problems(case: Case, here: _Here) -> Iterator[str]:
    if len(case.parameters) > PARAMETERS_MAX:
        yield f"{here.at()}: {len(case.parameters)} parameters; at most {PARAMETERS_MAX}"
    few, many = MINUTES_ASKED
    if not few <= len(case.estimates) <= many:
        yield f"{here.at()}: {len(case.estimates)} estimates; {few} to {many}, please"
    known: set[str] = set()
    for name, parameter in case.parameters.items():
        spot = here.at("parameters", name)
        if name in RESERVED or not NAME.match(name):
            yield f"{spot}: a parameter cannot be called '{name}'"
        if not 0 < parameter.low <= parameter.default <= parameter.high:
            yield f"{spot}: not 0 < low <= default <= high"
        elif not parameter.choices:
            yield f"{spot}: nothing to draw between {parameter.low:g} and {parameter.high:g}"
        known.add(name)
    for number, estimate in enumerate(case.estimates):
        for formula in (estimate.formula, *(trap.formula for trap in estimate.traps)):
            yield from _formula_problems(formula, known, here.at("estimate", number, "formula"))
        if estimate.id in known or estimate.id in RESERVED or not NAME.match(estimate.id):
            yield f"{here.at('estimate', number, 'id')}: an estimate cannot be called '{estimate.id}'"
        if not estimate.tolerance > 1:
            yield f"{here.at('estimate', number)}: the tolerance is a factor above 1"
        if estimate.level not in LEVELS:
            yield f"{here.at('estimate', number)}: no level is called '{estimate.level}'"
        known.add(estimate.id)
    for name, formula in case.derived.items():
        yield from _formula_problems(formula, known, here.at("derived", name))
        known.add(name)


def _formula_problems(formula: str, known: set[str], spot: str) -> Iterator[str]:
    try:
        unknown = sorted(names_in(formula) - known)
    except FormulaError as error:
        yield f"{spot}: {error}"
        return
    if unknown:
        yield f"{spot}: '{formula}' names {', '.join(unknown)}, and nothing before it is called that"


def _point_problems(catalog: Catalog, case: Case, here: _Here) -> Iterator[str]:
    seen: set[str] = set()
    for place, points in places(case):
        if not points:
            yield f"{here.at(*place)}: no points"
        for number, point in enumerate(points):
            spot = here.at(*place, number, "id")
            if point.id in seen:
                yield f"{spot}: the id '{point.id}' is used twice"
            seen.add(point.id)
            if not point.evidence:
                yield f"{spot}: no evidence, so it could never be met"
            for said in point.evidence:
                if not all(TERM.match(term.strip()) for term in said.split("&")):
                    yield f"{spot}: '{said}' is no evidence; terms joined by &, words by |"
            if point.source and point.source.partition("/")[0] not in catalog.sources:
                yield f"{spot}: no source is called '{point.source}'"
    for number, source in enumerate(case.sources):
        if source.partition("/")[0] not in catalog.sources:
            yield f"{here.at('sources', number)}: no source is called '{source}'"


def places(case: Case) -> Iterator[tuple[tuple[str | int, ...], tuple[Point, ...]]]:
    """Yield each list of points with its path in the file."""
    yield ("scope",), case.scope
    yield ("design",), case.design
    for number, prompt in enumerate(case.failures):
        yield ("failure", number, "points"), prompt.points
    for number, prompt in enumerate(case.follow_ups):
        yield ("follow_up", number, "points"), prompt.points


def _skill_problems(catalog: Catalog, case: Case, here: _Here) -> Iterator[str]:
    for skill in case.skills:
        if skill not in catalog.skills:
            yield f"{here.at()}: no skill is called '{skill}'"
        elif catalog.skills[skill].is_choice:
            yield f"{here.at()}: '{skill}' is a choice; name one of {', '.join(catalog.skills[skill].any_of)}"
    asked = {prompt.level for prompt in case.follow_ups}
    if missing := [level for level in LEVELS if level not in asked]:
        yield f"{here.at('follow_up')}: no follow-up for {', '.join(missing)}"


def _hole_problems(case: Case, here: _Here) -> Iterator[str]:
    shown = set(case.parameters)
    everything = shown | {e.id for e in case.estimates} | set(case.derived)
    texts = [("situation", case.situation, shown), ("slo", case.slo, shown)]
    texts += [("skeleton", case.skeleton, everything), ("reference", case.reference, everything)]
    for number, estimate in enumerate(case.estimates):
        earlier = shown | {e.id for e in case.estimates[:number]}
        texts += [(f"estimate {number + 1}", estimate.ask, earlier)]
        texts += [(f"estimate {number + 1}", estimate.because, everything)]
    for name, text, known in texts:
        for hole in HOLE.findall(text):
            if hole not in known:
                yield f"{here.at(name)}: {{{hole}}} in {name} is no number of this case"


def _number_problems(case: Case, here: _Here) -> Iterator[str]:
    told: set[tuple[str, str]] = set()
    sides: dict[tuple[int, str], bool] = {}
    for values in corners(case):
        for number, estimate in enumerate(case.estimates):
            for what in _complaints(case, estimate, values, sides, number):
                key = (estimate.id, what.partition(":")[0])
                if key not in told:
                    told.add(key)
                    yield f"{here.at('estimate', number, 'formula')}: {estimate.id} {what}"


def corners(case: Case) -> Iterator[dict[str, float]]:
    """Yield the defaults and every combination of ends of the ranges, in base units."""
    yield case.defaults
    ends = [(p.choices[0] * p.scale, p.choices[-1] * p.scale) for p in case.parameters.values()]
    for combination in product(*ends):
        yield dict(zip(case.parameters, combination, strict=True))


def _complaints(
    case: Case,
    estimate: Estimate,
    values: Mapping[str, float],
    sides: dict[tuple[int, str], bool],
    number: int,
) -> Iterator[str]:
    """Yield what is wrong with an estimate at one corner; `sides` remembers where its traps lay at others."""
    try:
        known = case.numbers(values)
        reference = known[estimate.id]
        traps = [(trap.formula, evaluate(trap.formula, known)) for trap in estimate.traps]
    except FormulaError as error:
        yield f"has no value: {error}"
        return
    shown = reference / scale_of(estimate.unit)
    if not estimate.low <= shown <= estimate.high:
        yield f"is not plausible: {shown:.4g} {estimate.unit} is outside {estimate.low:g} to {estimate.high:g}"
        return
    for formula, value in traps:
        if value <= 0:
            yield f"has a trap without a positive value: {formula}"
        elif abs(math.log(value / reference)) <= math.log(estimate.tolerance):
            yield f"has a trap that counts as right: {formula} gives {value:.4g}, the reference {reference:.4g}"
        elif sides.setdefault((number, formula), value > reference) != (value > reference):
            yield f"has a trap that crosses the reference between the ends of the ranges: {formula}"
