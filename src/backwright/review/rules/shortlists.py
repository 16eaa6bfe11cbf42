"""Lists that are short by what they are: what has changed, what a form may hold at most, a handful of rows, what a program comes with."""

import re
from collections.abc import Collection, Iterator

from backwright.review.facts import Arg, Loop
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import Loops, root

HANDFUL = 5  # rows that a query is cut to, for which one query each is no matter
FORM_MAX = 25  # elements that a form may hold at most
_CUTS = frozenset("take limit Take Limit setMaxResults set_max_results forPage slice top first".split())
# What two lists do not share: the memberships that a login takes away, the strategies that were removed.
_DIFFERS = regex(
    r"(^|\.)(_\.)?(difference(By|With)?|symmetric_difference|array_diff(_key|_assoc|_ukey|_uassoc)?|array_udiff|diff|diff(Keys|Assoc|Using)|Except|ExceptBy|subtract|subtracting|symmetricDifference|xor)$"
)
_COMPARES = regex(r"(removed|added|updated|changed|deleted|modified|obsolete)", re.IGNORECASE)
_BEFORE = regex(r"^(\w+\.)*(previous|old|before|original|existing|current|last|former)\w*$", re.IGNORECASE)
_EACH = regex(r"^(for_?each|each)$", re.IGNORECASE)
_MINUS = regex(r"(\)|\b\w*(?:ids|keys|names|set|old|new|current|existing|wanted|before|after))\s*-\s*(set\(|[a-z_]\w*)")
# A site is published in a few languages, whatever stands in them.
_LANGUAGES = regex(
    r"[$&]*(\w+_)?(locale|language|lang|culture)(_?(code|id|tag))?$|[$&]*\w+(Locale|Language|Culture)$", re.IGNORECASE
)
# What a database says of itself.
_OF_SCHEMA = regex(
    r"\b(pragma[_ ]\w+|information_schema\.|pg_catalog\.|pg_(class|index|indexes|attribute|constraint)\b|sqlite_(master|schema))|^\s*(show|describe|pragma)\s",
    re.IGNORECASE,
)
# What takes its time for each element: a whole file is read, drawn or stored beside the row.
_MOVES_FILES = regex(
    r"^_*(?i:read|download|upload|put|save|store|copy|write|move|duplicate|render|convert|draw|sign)_?(\w*_)?\w*?(File|Pdf|PDF|Blob|Image|_file|_pdf|_blob|_image)s?(_?(?i:server_?side|(from|to)_?\w+))?$|"
    r"^_*(?i:get|load|read|fetch)_?(\w*_)?\w*?(?i:file|pdf|blob|image|object)_?(?i:server_?side|contents?|bytes|stream|buffer|data)$|^(upload|download)$"
)
_SLEEPS = frozenset("sleep Sleep usleep delay Delay".split())
_ERRORS = regex(
    r"^(add_?[eE]rror|add_?[vV]iolation|reject|reject[vV]alue|report[eE]rror)$|(Error|Exception|Violation)$"
)
_MAX_NAMES = frozenset({"max_length", "max_items", "max"})
_MAX_MARKS = frozenset({"Size", "MaxLength", "ArrayMaxSize"})


def is_short(model: Model, loops: Loops, asking: Asking, at: int, number: int, told: Collection[int] = ()) -> bool:
    """Whether a loop makes few rounds, or so much in each that a query is little, so that only those who ask want to hear of it.

    `told`: the calls that ask.
    """
    made = model.files[at].loops[number]
    return (
        _is_of_languages(made)
        or _is_what_changed(model, at, made)
        or is_handful(model, model.data.element(at, number)[1])
        or _is_capped(model, at, made)
        or _is_of_schema(model, asking, at, made)
        or any(
            index not in told and (_MOVES_FILES.match(model.files[at].calls[index].name) or _waits(model, at, index))
            for index in loops.within(at, number)
        )
    )


def _waits(model: Model, at: int, index: int) -> bool:
    """Whether a loop takes its time on purpose: each round sleeps."""
    call = model.files[at].calls[index]
    return call.name in _SLEEPS and bool(call.args)


def is_handful(model: Model, access: Access | None) -> bool:
    """Whether a query is cut to a handful of rows: `notes().take(3)`."""
    if access is None:
        return False
    calls = (model.files[access.at].calls[index] for index in access.calls)
    return any(call.name in _CUTS and _is_at_most(call.args[:1], HANDFUL) for call in calls)


def only_reports(model: Model, at: int, number: int) -> bool:
    """Whether a loop does nothing but tell an error for each element: there are those that are refused."""
    file = model.files[at]
    if number < 0:
        return False
    made = file.loops[number]
    calls = [
        call for call in file.calls
        if call.fn == made.fn and call.loop == number and call.inside < 0 and call.line > made.line
    ]  # fmt: skip
    return bool(calls) and all(_ERRORS.search(call.name) for call in calls)


def _is_of_languages(made: Loop) -> bool:
    return any(_LANGUAGES.match(var) for var in made.vars)


def _is_what_changed(model: Model, at: int, made: Loop) -> bool:
    """Whether a list is the difference of two: `difference(current, expected)`; what is made of each is no change but a list to show."""
    if made.kind == "map" and not _is_statement(model, at, made):
        return False
    values = [made.value] if made.value is not None else []
    name = root(made.over)
    told = model.project.assigned[at].get((made.fn, name), ()) if name and made.over.strip(" $&*") == name else ()
    values += [each.value for each in told]
    texts = [made.over, *(each.text for each in values)]
    if model.files[at].language in ("python", "kotlin") and any(_MINUS.search(text) for text in texts):
        return True
    called: Iterator[str] = (each.text for each in values if each.kind == "call")
    if any(_DIFFERS.search(text) for text in called):
        return True
    made_by = (
        call for call in model.files[at].calls
        if call.fn == made.fn and ((call.line == made.line and call.name in made.over) or (told and call.to == name))
    )  # fmt: skip
    return any(
        (_DIFFERS.search(call.name) and (call.args or call.on))
        or (len(call.args) > 1 and _COMPARES.search(call.name) and any(_BEFORE.match(v.text) for v in call.args))
        for call in made_by
    )


def _is_statement(model: Model, at: int, made: Loop) -> bool:
    """Whether a function is run for each and gives nothing: `forEach`."""
    file = model.files[at]
    return any(
        fn.call >= 0 and _EACH.match(file.calls[fn.call].name)
        for fn in file.functions
        if fn.kind == "lambda" and fn.loop >= 0 and file.loops[fn.loop] is made
    )


def _is_capped(model: Model, at: int, made: Loop) -> bool:
    """Whether a list is a field of a form that says how many it takes: `file_ids: list[UUID] = Field(max_length=10)`."""
    over = made.over.strip(" $&*").removesuffix("()")
    on, _, name = over.rpartition(".")
    if not on or not name.isidentifier():
        return False
    cls = model.project.type_of(at, made.fn, on).cls
    for each in model.project.base_classes(cls) if cls is not None else ():
        for field in model.project.class_(each).fields:
            if field.name.lstrip("$") == name:
                given = [*(field.value.items if field.value is not None else ())]
                given += [value for mark in field.marks if mark.name in _MAX_MARKS for value in mark.args]
                return any(
                    (value.name in _MAX_NAMES or not value.name) and _is_at_most((value,), FORM_MAX) for value in given
                )
    return False


def _is_of_schema(model: Model, asking: Asking, at: int, made: Loop) -> bool:
    """Whether what is asked in a loop is what a database says of its own tables."""
    return any(
        access.fn == made.fn and made.line <= access.line <= made.end and _OF_SCHEMA.search(asking.sql(access))
        for access in model.data.by_function.get(Fn(at, made.fn), ())
    )


def _is_at_most(values: tuple[Arg, ...], most: int) -> bool:
    return any(value.kind == "num" and value.text.isdigit() and 0 < int(value.text) <= most for value in values)
