"""Scripts that answer requests themselves: what stands outside of any function becomes one, so that it is followed like a handler.

`delete.php` reads $_POST and runs a statement, without a route and without a function. The function has the file's name and kind "page".
"""

from collections.abc import Iterator

from msgspec import structs

from backwright.review.facts import Arg, Call, Catch, Compare, File, Function, Loop, Read, Return
from backwright.review.regexes import regex

PAGE = "page"
DEPTH_MAX = 4  # of values in each other that are looked into
_INPUT = regex(r"\b_(GET|POST|REQUEST|FILES|SESSION)\b|php://input|\b_SERVER\[.REQUEST_METHOD.\]")
_QUERIES = frozenset({"mysqli_query", "mysqli_prepare", "mysql_query", "pg_query", "query", "prepare"})
_SHOWS = frozenset({"echo", "print", "printf", "json_encode", "header"})


def paged(file: File) -> File:
    """Return the facts of a file, with what a script does outside of functions as those of a function of its own."""
    if not _is_page(file):
        return file
    page = len(file.functions)
    name = file.path.rpartition("/")[2]
    functions = [
        structs.replace(made, parent=page) if made.kind == "lambda" and made.parent < 0 and made.cls < 0 else made
        for made in file.functions
    ]
    file.functions = (*functions, Function(name, 1, file.lines, PAGE))
    placed: tuple[Call | Loop | Catch | Read | Return | Compare, ...] = (*file.calls, *file.loops, *file.catches)
    for each in (*placed, *file.reads, *file.returns, *file.compares):
        if each.fn < 0:
            each.fn = page
    for assign in file.assigns:
        if assign.fn < 0 and assign.cls < 0 and not assign.target.isupper():  # a constant is everybody's
            assign.fn = page
    return file


def _is_page(file: File) -> bool:
    """Whether a file itself reads what a request brings, or asks the database and writes an answer."""
    called = {call.name for call in file.calls if call.fn < 0}
    if not _QUERIES.isdisjoint(called) and not _SHOWS.isdisjoint(called):
        return True
    return any(_INPUT.search(text) for value in _values(file) for text in _texts(value, DEPTH_MAX))


def _values(file: File) -> Iterator[Arg]:
    """Yield the values that stand outside of functions and classes."""
    for call in file.calls:
        if call.fn < 0:
            yield from call.args
            yield Arg("name", call.on)
    for assign in file.assigns:
        if assign.fn < 0 and assign.cls < 0:
            yield assign.value
            yield Arg("name", assign.target)
    for compare in file.compares:
        if compare.fn < 0:
            yield from (compare.left, compare.right)
    for loop in file.loops:
        if loop.fn < 0:
            yield Arg("name", loop.over)


def _texts(value: Arg, depth: int) -> Iterator[str]:
    yield value.text
    for item in value.items if depth else ():
        yield from _texts(item, depth - 1)
