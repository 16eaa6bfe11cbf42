"""JavaScript: lists of middleware that have a name: `const members = [verifyToken, isMember]; router.post("/", members, add)`."""

from backwright.review.facts import Arg
from backwright.review.link.javascript import EXPORTS
from backwright.review.link.node import inline_words
from backwright.review.link.project import Project
from backwright.review.link.words import words_of

SCOPES_MAX = 8  # functions inside functions


def items_of(project: Project, at: int, fn: int, value: Arg) -> tuple[Arg, ...]:
    """Return what stands in the list that a name stands for, also spread, `...members`; () if it stands for none, or for more than one."""
    return list_of(project, at, fn, value)[1]


def list_of(project: Project, at: int, fn: int, value: Arg) -> tuple[int, tuple[Arg, ...]]:
    """Return the file and the items of the list that a name stands for: (-1, ()) if it stands for none, or for more than one."""
    name = value.text.removeprefix("...")
    if (
        project.files[at].language != "javascript"
        or value.kind not in ("name", "other")
        or not name.replace(".", "").isidentifier()
    ):
        return -1, ()
    first, _, rest = name.partition(".")
    if not rest:
        for _ in range(SCOPES_MAX):
            if found := project.assigned[at].get((fn, first), ()):
                return (at, found[0].value.items) if len(found) == 1 and found[0].value.kind == "list" else (-1, ())
            if fn < 0:
                break
            fn = project.files[at].functions[fn].parent
    made = project.imported[at].get(first)
    if made is None or "." in rest:
        return -1, ()
    wanted = rest or (made.name if made.name not in ("", "*", "default") else "")
    for number in project.module_files(at, made.module):
        for target in (wanted, f"exports.{wanted}", f"module.exports.{wanted}") if wanted else EXPORTS:
            if found := project.assigned[number].get((-1, target), ()):
                return (number, found[0].value.items) if len(found) == 1 and found[0].value.kind == "list" else (-1, ())
    return -1, ()


def before_last(project: Project, at: int, fn: int, value: Arg) -> list[tuple[str, int]]:
    """Return the words of what stands before the handler in a list that a name stands for, each with its file."""
    number, items = list_of(project, at, fn, value)
    told = ([inline_words(project, number, each.ref)] if each.kind == "fn" and each.ref >= 0 else words_of(each) for each in items[:-1])  # fmt: skip
    return [(word, number) for words in told for word in words if word]
