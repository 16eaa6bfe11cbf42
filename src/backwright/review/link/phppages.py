"""Scripts of PHP that a web server runs by their own path: `admin/delete.php` answers POST /admin/delete.php."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, File
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routes import Routes

FRAMEWORK = "plain php"
DEPTH_MAX = 4  # of values in each other that are looked into
GUARDS_MAX = 4  # calls at the start of a file, among which the one stands that lets nobody run it alone
# The folders that servers are pointed at, if there is an index in one.
_ROOT = regex(r"(?P<root>(.*/)?(public|public_html|htdocs|www|webroot|web|html)/)index\.php$")
# Folders of what is shown by others, run by hand or by a framework.
_INSIDE = regex(
    r"(^|/)(views?|templates?|partials?|layouts?|components?|libs?|librar(y|ies)|config|system|core|controllers?|models?|middlewares?|cron|bin|scripts?|cli|"
    r"tools?|install(er|ation)?|setup|database|migrations?|storage|resources|lang(uages?)?|plugins?|themes?|modules|wp-\w+|bootstrap|routes|docs?|examples?)/",
    re.IGNORECASE,
)
_BODY = regex(r"\b_(POST|FILES)\b|php://input")
_METHOD = regex(r"_SERVER\[.REQUEST_METHOD.\]")
_VERBS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_BY_HAND = frozenset({"php_sapi_name", "getopt"})


def scripts(routes: Routes, numbers: Sequence[int]) -> Iterator[Declared]:
    """Yield the scripts among these files that answer requests themselves, and are put into no other."""
    requires, project = routes.routers.requires, routes.project
    found = [n for n in numbers if n in requires.pages and n not in requires.required]
    if not found:
        return
    roots = [told["root"] for file in project.files if file.language == "php" and (told := _ROOT.match(file.path))]
    for at in found:
        file = project.files[at]
        root = next((each for each in roots if file.path.startswith(each)), "")
        if file.is_test or (roots and not root) or _INSIDE.search(file.path.removeprefix(root)):
            continue
        page = requires.pages[at]
        if _is_put_in(file, page.index):
            continue
        path = canonical_path("/" + file.path.removeprefix(root))
        for method in _methods(file, page.index):
            yield Declared(method, path, file.path.rpartition("/")[2], at, 1, FRAMEWORK, page)


def _is_put_in(file: File, page: int) -> bool:
    """Whether a file says that it only runs inside of something else, or by hand: `defined("ABSPATH") || exit`."""
    own = [call for call in file.calls if call.fn == page]
    made = {call.line for call in own if call.name == "define"}  # defined("ROOT") || define("ROOT", __DIR__)
    return any(call.name == "defined" and call.line not in made for call in own[:GUARDS_MAX]) or any(
        call.name in _BY_HAND for call in own
    )


def _methods(file: File, page: int) -> list[str]:
    """Return the HTTP methods that a script is written for: those that it compares with, else what its input comes with."""
    told = {
        side.text.upper()
        for each in file.compares
        if each.fn == page and any(_METHOD.search(one.text) for one in (each.left, each.right))
        for side in (each.left, each.right)
        if side.kind == "str" and side.text.upper() in _VERBS
    }
    if told:
        return sorted(told)
    texts = [text for value in _values(file, page) for text in _texts(value, DEPTH_MAX)]
    return ["POST"] if any(_BODY.search(text) for text in texts) else ["GET"]


def _values(file: File, page: int) -> Iterator[Arg]:
    for call in file.calls:
        if call.fn == page:
            yield from call.args
    for assign in file.assigns:
        if assign.fn == page:
            yield assign.value
    for loop in file.loops:
        if loop.fn == page:
            yield Arg("name", loop.over)


def _texts(value: Arg, depth: int) -> Iterator[str]:
    yield value.text
    for item in value.items if depth else ():
        yield from _texts(item, depth - 1)
