"""Names for types: C++'s `using OrderPtr = std::shared_ptr<Order>`, and Python's `DbSession = Annotated[Session, Depends(get_db)]`, in this file or where it is imported from."""

from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.link.types import Written, written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Project

_COLLECTION = regex(
    r"\s*(?:(?:readonly|Promise<)\s*)*((?:\w+\.)?(?:Collection|FindCursor|AggregationCursor))\b(?:\s*<([^<>]*))?"
)
_WORD = regex(r"[A-Za-z_]\w*")
HOPS_MAX = 3  # names of names


def alias_of(project: "Project", at: int, name: str) -> tuple[int, Arg] | None:
    """Return the file and the value that a name of a type stands for, None if it is no such name."""
    if project.files[at].language != "python" or not name.isidentifier():
        return None
    places = [(at, name)]
    for _ in range(HOPS_MAX):  # packages hand on what their modules define: `from .common import CurrentUser`
        beyond: list[tuple[int, str]] = []
        for number, known in places:
            for assign in project.assigned[number].get((-1, known), ()):
                return number, assign.value
            if (made := project.imported[number].get(known)) is not None:
                beyond += [(file, made.name) for file in project.module_files(number, made.module) if file != number]
        places = beyond
    return None


def words_of_alias(project: "Project", at: int, name: str) -> str:
    """Return what an alias is made of, as one text: "" if there is none."""
    found = alias_of(project, at, name)
    return words_of(found[1]) if found is not None else ""


def words_of(value: Arg) -> str:
    """Return what a value is made of, as one text."""
    return " ".join([value.text, *(item.text for item in value.items)])


def heart_of(project: "Project", at: int, source: str) -> Written:
    """Return the type at the heart of one as written; MongoDB's `Collection<Order>` asks for orders and is no list of them."""
    told = _COLLECTION.match(source) if project.files[at].language == "javascript" else None
    made = project.imported[at].get(told[1].partition(".")[0]) if told is not None else None
    if told is None or made is None or made.module != "mongodb":
        return written(source)
    return Written(told[1], tuple(_WORD.findall(told[2] or "")[:1]))


def behind(project: "Project", at: int, heart: Written) -> tuple[int, Written]:
    """Return the type at the heart of an annotated alias, and the file in which it is written; as it is if it is none."""
    if project.files[at].language == "cpp":
        return _behind_using(project, at, heart)
    for _ in range(HOPS_MAX):
        found = alias_of(project, at, heart.name) if project.find_class(at, heart.name) is None else None
        if found is None or not found[1].text.startswith("Annotated["):
            break
        at, inner = found[0], written(found[1].text)
        heart = Written(inner.name, inner.args, inner.is_many or heart.is_many)
    return at, heart


def _behind_using(project: "Project", at: int, heart: Written) -> tuple[int, Written]:
    """C++: return what a name of a type stands for, if this file, one that it includes, or all that name it so say the same."""
    for _ in range(HOPS_MAX):
        on, _, last = heart.name.rpartition(".")
        there = project.cpp.aliases.get(last, ()) if not on or project.cpp.is_space(at, on) else ()
        if not there or project.find_class(at, heart.name) is not None:
            break
        told = [each for each in there if each[0] == at] or there
        if len(told) > 1:
            names = project.files[at].imports
            included = {n for made in names if made.name == "*" for n in project.module_files(at, made.module)}
            told = [each for each in told if each[0] in included] or told
        inner = written(told[0][1])
        if inner.name == heart.name or len({text for _, text in told}) > 1:
            break
        at, heart = told[0][0], Written(inner.name, inner.args, inner.is_many or heart.is_many)
    return at, heart
