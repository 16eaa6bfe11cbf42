"""Names for types: `DbSession = Annotated[Session, Depends(get_db)]`, in this file or where it is imported from."""

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
    if (made := project.imported[at].get(name)) is not None:
        places += [(number, made.name) for number in project.module_files(at, made.module)]
    for number, known in places:
        for assign in project.assigned[number].get((-1, known), ()):
            return number, assign.value
    return None


def words_of_alias(project: "Project", at: int, name: str) -> str:
    """Return what an alias is made of, as one text: "" if there is none."""
    found = alias_of(project, at, name)
    return " ".join([found[1].text, *(item.text for item in found[1].items)]) if found is not None else ""


def heart_of(project: "Project", at: int, source: str) -> Written:
    """Return the type at the heart of one as written; MongoDB's `Collection<Order>` asks for orders and is no list of them."""
    told = _COLLECTION.match(source) if project.files[at].language == "javascript" else None
    made = project.imported[at].get(told[1].partition(".")[0]) if told is not None else None
    if told is None or made is None or made.module != "mongodb":
        return written(source)
    return Written(told[1], tuple(_WORD.findall(told[2] or "")[:1]))


def behind(project: "Project", at: int, heart: Written) -> tuple[int, Written]:
    """Return the type at the heart of an annotated alias, and the file in which it is written; as it is if it is none."""
    for _ in range(HOPS_MAX):
        found = alias_of(project, at, heart.name) if project.find_class(at, heart.name) is None else None
        if found is None or not found[1].text.startswith("Annotated["):
            break
        at, inner = found[0], written(found[1].text)
        heart = Written(inner.name, inner.args, inner.is_many or heart.is_many)
    return at, heart
