"""What must hold in content/stack: every fact is about a known criterion, fits it, and says its source and day."""

import re
from collections.abc import Callable, Iterator

from backwright.catalog.catalog import Catalog
from backwright.model.stack import LANGUAGE, Criterion, Fact, Option

Where = Callable[..., str]
SHORT_MAX = 12  # a column of a table
DAY = re.compile(r"20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def stack_problems(catalog: Catalog, where: Where) -> Iterator[str]:
    """Yield every loose end as "file:line: what"."""
    for number, criterion in enumerate(catalog.stack.criteria.values()):
        for what in _criterion(criterion):
            yield f"{where('stack/criteria.toml', 'criterion', number, 'id')}: {criterion.id}: {what}"
    for option in catalog.stack.options.values():
        yield from _option(catalog, option, where)


def _criterion(criterion: Criterion) -> Iterator[str]:
    if len(criterion.short) > SHORT_MAX:
        yield f"'{criterion.short}' is longer than {SHORT_MAX} characters"
    if criterion.words and len(criterion.words) < 2:
        yield "one word tells nothing apart"
    if criterion.is_number and not criterion.low < criterion.high:
        yield "a number needs its full range, low < high"
    if not criterion.means:
        yield "say what it means"


def _option(catalog: Catalog, option: Option, where: Where) -> Iterator[str]:
    file = f"stack/{option.id}.toml"
    for skill in option.skills:
        if skill not in catalog.skills:
            yield f"{where(file, 'skills')}: no skill is called '{skill}'"
    for language in option.language:
        known = catalog.stack.options.get(language)
        if known is None or known.kind != LANGUAGE:
            yield f"{where(file, 'language')}: no language is called '{language}'"
    if option.kind == "framework" and not option.language:
        yield f"{where(file)}: name the language of a framework"
    for name, fact in option.facts.items():
        spot = where(file, "facts", name)
        criterion = catalog.stack.criteria.get(name)
        if criterion is None:
            yield f"{spot}: no criterion is called '{name}'"
        elif option.kind not in criterion.kinds:
            yield f"{spot}: '{name}' is not asked of a {option.kind}"
        else:
            yield from (f"{spot}: {what}" for what in _value(criterion, fact))
        yield from (f"{spot}: {what}" for what in _origin(catalog, fact))


def _value(criterion: Criterion, fact: Fact) -> Iterator[str]:
    if not fact.value:
        yield "says nothing; leave the fact out if it is not known"
    try:
        at = [criterion.at(value) for value in fact.value]
    except ValueError:
        wanted = ", ".join(criterion.words) or ("days" if criterion.unit == "day" else "numbers")
        yield f"'{fact.value[0]}' is not among: {wanted}"
        return
    low, high = criterion.ends
    if criterion.is_number and not all(low <= value <= high for value in at):
        yield f"{fact.value[-1]} is not between {criterion.low:g} and {criterion.high:g}"
    if (criterion.is_number or criterion.better) and len(fact.value) > 2:
        yield "an interval has two ends"
    elif (criterion.is_number or criterion.better) and at != sorted(at):
        yield "the lower end comes first"


def _origin(catalog: Catalog, fact: Fact) -> Iterator[str]:
    source, _, section = fact.source.partition("/")
    if source not in catalog.sources:
        yield f"no source is called '{source}'"
    if not section:
        yield f"say which section of {source or 'which source'}"
    if not DAY.fullmatch(fact.date):
        yield f"'{fact.date}' is not a day such as 2026-08-22"
    if fact.url and not fact.url.startswith("https://"):
        yield f"'{fact.url}' is no https address"
