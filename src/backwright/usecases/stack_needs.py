"""What a person typed for `advise stack`, to constraints, orders and options; names that do not exist are told apart."""

import re
from collections.abc import Iterable, Mapping, Sequence

from backwright.advise.weights import Pair, cycle_in, pairs_of
from backwright.model.errors import BadRequest, NotFound
from backwright.model.stack import KINDS, LANGUAGE, Constraint, Criterion, Kind, Option, Stack
from backwright.usecases.nearest import nearest

COMMAND = "backwright advise stack"
NEED = re.compile(r"\s*([\w-]+)\s*(?:(!=|>=|<=|=)\s*(.+?))?\s*")
ABOVE = re.compile(r"\s*[>,]\s*")
SHOWN = 8  # names that fit a line or two


def option_named(stack: Stack, name: str) -> Option:
    """Return an option by its id or any of its names.

    Raises:
        NotFound: With the nearest names.
    """
    names = names_of(stack)
    found = names.get(name.strip().lower())
    if found is None:
        close = nearest(name.strip(), names)
        raise NotFound(
            f"no option is called '{name}'",
            detail=f"nearest: {', '.join(close)}" if close else f"kinds: {', '.join(KINDS)}",
            hint=f"{COMMAND} --facts {close[0]}" if close else f"{COMMAND} --compare",
        )
    return found


def names_of(stack: Stack) -> dict[str, Option]:
    """Return every name that an option goes by, in lower case."""
    return {
        each.lower(): option
        for option in stack.options.values()
        for each in (option.id, option.name, *option.also)
    }


def kind_of(kind: str, among: Sequence[Option]) -> Kind:
    """Return the kind that is asked about; BadRequest if options of two kinds are named."""
    kinds = sorted({option.kind for option in among})
    if len(kinds) > 1 or (kinds and kind and kinds != [kind]):
        first = among[0]
        other = next((o for o in among if o.kind != (kind or first.kind)), first)
        raise BadRequest(
            f"{first.name} is a {first.kind} and cannot stand beside another kind"
            if other is first
            else f"{first.name} is a {first.kind}, {other.name} a {other.kind}: these cannot be compared",
            hint=f"{COMMAND} --kind {first.kind} --among {first.id}",
        )
    return kinds[0] if kinds else next((k for k in KINDS if k == kind), KINDS[0])


def criteria_of(stack: Stack, kind: Kind) -> dict[str, Criterion]:
    """Return what options of this kind are asked about."""
    return {name: c for name, c in stack.criteria.items() if kind in c.kinds}


def orders_of(
    prefer: Iterable[str], criteria: Mapping[str, Criterion], kind: str
) -> tuple[tuple[str, ...], tuple[Pair, ...]]:
    """Return the criteria that are named, and which is above which.

    What is named counts more than what is not.
    """
    rated = {name: c for name, c in criteria.items() if c.better}
    chains = []
    for said in prefer:
        chain = tuple(_criterion(word, rated, kind).id for word in ABOVE.split(said) if word)
        if not chain:
            raise BadRequest(
                f"'{said}' names no criterion", hint=f"{COMMAND} --prefer learning,throughput"
            )
        chains.append(chain)
    pairs = pairs_of(chains)
    if circle := cycle_in(pairs):
        raise BadRequest(
            f"the order goes in a circle: {' above '.join(circle)}",
            hint=f"{COMMAND} --prefer {circle[0]},{circle[1]}",
        )
    named = tuple(dict.fromkeys(name for chain in chains for name in chain))
    rest = [name for name in rated if name not in named]
    return named, (*pairs, *((high, low) for high in named for low in rest))


def needs_of(
    needs: Iterable[str], criteria: Mapping[str, Criterion], stack: Stack, kind: str
) -> tuple[Constraint, ...]:
    """Return the constraints; each names its value or is refused with what would be understood."""
    return tuple(dict.fromkeys(_need(said, criteria, stack, kind) for said in needs))


def _need(said: str, criteria: Mapping[str, Criterion], stack: Stack, kind: str) -> Constraint:
    match = NEED.fullmatch(said)
    if not match:
        raise BadRequest(
            f"'{said}' is no need; write CRITERION=VALUE", hint=f"{COMMAND} --need typing=static"
        )
    name, sign, value = match[1], match[2] or "", match[3] or ""
    if name == LANGUAGE and kind == "framework":
        words = tuple(_language(word, stack) for word in value.split(",") if word.strip())
        return Constraint(LANGUAGE, said.strip(), words, excludes=sign == "!=")
    criterion = _criterion(name, criteria, kind)
    if criterion.words and not criterion.better:
        return _described(said, criterion, sign, value)
    return _rated(said, criterion, sign, value)


def _language(word: str, stack: Stack) -> str:
    option = option_named(stack, word)
    if option.kind != LANGUAGE:
        raise BadRequest(
            f"{option.name} is a {option.kind}, not a language", hint=f"{COMMAND} --compare"
        )
    return option.id


def _described(said: str, criterion: Criterion, sign: str, value: str) -> Constraint:
    """A criterion that only describes: one of the words, or none of them."""
    if not value and set(criterion.words) == {"no", "yes"}:
        value = "yes"
    words = tuple(_word(word, criterion) for word in value.split(",") if word.strip())
    if not words or sign in (">=", "<="):
        raise BadRequest(
            f"'{said}' does not say which {criterion.name.lower()}",
            detail=f"one or more of: {', '.join(criterion.words)}",
            hint=f"{COMMAND} --need '{criterion.id}={criterion.words[0]}'",
        )
    return Constraint(criterion.id, said.strip(), words, excludes=sign == "!=")


def _rated(said: str, criterion: Criterion, sign: str, value: str) -> Constraint:
    """A criterion with a better end: this value or better; with <= and >= as they say."""
    if criterion.words:
        best = criterion.words[-1 if criterion.better == "more" else 0]
        at = criterion.at(_word(value or best, criterion))
        if sign == "!=":
            at, sign = at + 1, ">="
    else:
        at = _number(said, criterion, value)
    if sign == "<=" or (sign in ("=", "") and criterion.better == "less"):
        return Constraint(criterion.id, said.strip(), most=at)
    return Constraint(criterion.id, said.strip(), least=at)


def _number(said: str, criterion: Criterion, value: str) -> float:
    example = "2029-01" if criterion.unit == "day" else f"{(criterion.low + criterion.high) / 2:g}"
    if criterion.unit == "day":
        value += {4: "-01-01", 7: "-01"}.get(len(value), "")
    try:
        return criterion.at(value.removesuffix(criterion.unit).strip())
    except ValueError:
        what = (
            "a day, such as 2029-01" if criterion.unit == "day" else f"a number of {criterion.unit}"
        )
        raise BadRequest(
            f"'{said}' needs {what}", hint=f"{COMMAND} --need {criterion.id}={example}"
        ) from None


def _word(word: str, criterion: Criterion) -> str:
    said = word.strip()
    for known in criterion.words:
        if said.lower() == known.lower():
            return known
    close = nearest(said, criterion.words)
    raise NotFound(
        f"{criterion.id} is never '{said}'",
        detail=f"nearest: {', '.join(close)}" if close else f"one of: {', '.join(criterion.words)}",
        hint=f"{COMMAND} --need '{criterion.id}={(close or criterion.words)[0]}'",
    )


def _criterion(word: str, criteria: Mapping[str, Criterion], kind: str) -> Criterion:
    name = word.strip().lower()
    if name in criteria:
        return criteria[name]
    for criterion in criteria.values():
        if name in (criterion.short, criterion.name.lower()):
            return criterion
    close = nearest(name, criteria)
    listed = ", ".join([*criteria][:SHOWN]) + (" ..." if len(criteria) > SHOWN else "")
    raise NotFound(
        f"no criterion of a {kind} is called '{word}'",
        detail=f"nearest: {', '.join(close)}" if close else f"known: {listed}",
        hint=f"{COMMAND} --kind {kind} --prefer {close[0]}"
        if close
        else f"{COMMAND} --kind {kind} --compare",
    )
