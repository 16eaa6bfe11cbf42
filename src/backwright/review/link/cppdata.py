"""C++: the table that a query is about: the type that it is made for, or what stands in its SQL."""

import re
from typing import TYPE_CHECKING

from backwright.review.facts import Call
from backwright.review.link.types import dotted, written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.effects import Effects
    from backwright.review.link.project import Project

_FROM = regex(r"\b(?:from|into|update|join)\s+[\"`\[]?([\w.]+(?:[\"`\]]\.[\"`\[]\w+)?)", re.IGNORECASE)
_MAPPER = regex(r"(^|\.)(Coro)?Mapper(\(\))?$")
_PLAIN = regex(r"^(std|boost|int|unsigned|long|bool|double|float|char|void|auto|u?int\d+_t|size_t)\b|^ormpp\.all$")
# Calls whose type argument is what is stored: `from<users>()`, `findOne<User>(...)`. Of others it may be anything.
_UNIQUE = regex(r"\bCols(\.|::)_(id|uuid|guid|email|username|user_name|login|phone|slug|token)(?=$|\s*[,)])")
_STORING = frozenset(
    "insert update replace persist get_insert_id_after_insert insert_range replace_range update_some".split()
)
_TYPED = frozenset(
    "from query query_s select_by get_all get get_pointer get_optional remove remove_all count load find query_one persist erase "
    "delete_records delete_records_s update_some insert replace update find_by_id erase_query".split()
)


def about(project: "Project", at: int, chain: list[int], effects: "Effects", sql: str) -> str:
    """Return the table, or the class that stands for one, "" if neither is known."""
    calls = [project.files[at].calls[number] for number in chain]
    for call in calls:
        if name := _typed(call) or _mapped(project, at, call):
            return name
    if name := _given(project, at, calls[-1]):
        return name
    if found := _FROM.search(sql):
        return re.sub(r"[\"`\[\]]", "", found[1])
    for number in chain:
        for does in effects.of_call[at].get(number, ()):
            place = does.effect.entity
            value = effects.given(does, (place,)) if place not in ("", "on", "type") else None
            if value is not None and value.kind in ("str", "name"):
                return value.text.rpartition(".")[2]
    return ""


def is_one(call: Call) -> bool:
    """Drogon: whether rows are found by a column that only one row has a value of: `findBy(Criteria(User::Cols::_email, email))`."""
    texts = [item.text for value in call.args for item in (value, *value.items)]
    return any(_UNIQUE.search(text) for text in texts) and not any(
        "CompareOperator.In" in text or "||" in text for text in texts
    )


def _typed(call: Call) -> str:
    """Return the type that a query is made for, by its type argument."""
    if call.name not in _TYPED:
        return ""
    told = next((value.text for value in call.args if value.name == "<>"), "")
    if call.name == "update_some":  # a column: &users::name
        told = dotted(told.lstrip("&")).rpartition(".")[0]
    name = dotted(written(told).name) if told else ""
    return "" if not name or "&" in told or _PLAIN.match(name) else name.rpartition(".")[2]


def _given(project: "Project", at: int, call: Call) -> str:
    """Return the class of an object that is stored: `conn->insert(user)`."""
    value = next((each for each in call.args if not each.name), None)
    if call.name not in _STORING or value is None or value.kind != "name":
        return ""
    known = project.type_of(at, call.fn, value.text)
    return project.class_(known.cls).name if known.cls is not None else ""


def _mapped(project: "Project", at: int, call: Call) -> str:
    """Drogon: return the model of `Mapper<User>`."""
    if not call.on:
        return ""
    known = project.type_of(at, call.fn, call.on.partition(".")[0])
    if not known.args or not _MAPPER.search(known.name):
        return ""
    return dotted(known.args[0]).rpartition(".")[2]
