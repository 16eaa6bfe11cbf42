"""QueryDSL: which entity a generated class stands for: `query.selectFrom(order)` with `import static shop.QOrder.order`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Call
from backwright.review.link.names import family_of
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Project

_GENERATED = regex(r"(?:.*\.)?Q([A-Z]\w*)")
_ABOUT = frozenset("from selectFrom update delete insert".split())
_WORD = regex(r"\w+")


def entities_named(project: "Project", at: int, calls: Sequence[Call]) -> list[str]:
    """Return the entities that a statement names, what it is about first; none in files that do not use the library."""
    file = project.files[at]
    if family_of(file) != "java" or not any(made.module.startswith("com.querydsl") for made in file.imports):
        return []
    about = [value.text for call in calls if call.name in _ABOUT for value in call.args[:1]]
    told = [value.text for call in calls for value in call.args[:4]]
    fn = calls[0].fn if calls else -1
    found = [_entity(project, at, fn, word) for text in (about or told) for word in _WORD.findall(text)[:2]]
    return [name for name in found if name]


def _entity(project: "Project", at: int, fn: int, word: str) -> str:
    if (made := _GENERATED.fullmatch(word)) is not None:
        return made[1] if project.find_class(at, word) is None else ""
    known = project.imported[at].get(word)
    if known is not None and (made := _GENERATED.fullmatch(known.module)) is not None:
        return made[1]
    for scope in (fn, -1):
        for assign in project.assigned[at].get((scope, word), ()):
            first = next(iter(_WORD.findall(assign.value.text)), "")
            if (made := _GENERATED.fullmatch(first)) is not None:
                return made[1]
    return _of_field(project, at, fn, word) or _of_stars(project, at, word)


def _of_field(project: "Project", at: int, fn: int, word: str) -> str:
    """Return the entity of a field of the class itself: `private static final QOrder ORDER = QOrder.order;`."""
    own = project.own_class(at, fn)
    for field in project.class_(own).fields if own is not None else ():
        if field.name == word and (made := _GENERATED.fullmatch(field.type)) is not None:
            return made[1]
    return ""


def _of_stars(project: "Project", at: int, word: str) -> str:
    """Return the entity of a name that a file imports with all others of a generated class: `import static shop.QOrder.*`."""
    named = f"Q{word[:1].upper()}{word[1:]}"
    stars = (made for made in project.files[at].imports if made.name == "*")
    return named[1:] if any(made.module.rpartition(".")[2] == named for made in stars) else ""


__all__ = ["entities_named"]
