"""WordPress: REST routes that a plugin registers, and what its pages ask for by admin-ajax.php."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.words import argument
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Use
    from backwright.review.link.routes import Routes

FRAMEWORK = "wordpress"
_METHODS = {"READABLE": "GET", "CREATABLE": "POST", "EDITABLE": "POST,PUT,PATCH", "DELETABLE": "DELETE", "ALLMETHODS": "*"}  # fmt: skip
_WORDS = regex(r"\b(GET|POST|PUT|PATCH|DELETE)\b", re.IGNORECASE)
_GROUP = regex(r"\(\?P?<(\w+)>(?:[^()]|\([^()]*\))*\)")
_YES = regex(r"\{\s*return true;\s*\}$|=>\s*true$", re.IGNORECASE)  # a closure that lets everybody through
_AJAX = "wp_ajax_"
_NOBODY = "nopriv_"  # those who are not logged in


def registered(routes: Routes, numbers: Sequence[int]) -> Iterator[Declared]:
    """Yield the routes that these files register."""
    wanted = set(numbers)
    for at, index in routes.project.calls_by_name.get("register_rest_route", ()):
        if at in wanted and routes.project.files[at].language == "php":
            yield from _rest(routes, at, routes.project.files[at].calls[index])
    for at, index in routes.project.calls_by_name.get("add_action", ()):
        if at in wanted and routes.project.files[at].language == "php":
            yield from _ajax(routes, at, routes.project.files[at].calls[index])


def _rest(routes: Routes, at: int, call: Call) -> Iterator[Declared]:
    if len(call.args) < 3:
        return
    space, path = (routes.routers.constant(at, call.fn, value) or "{*}" for value in call.args[:2])
    whole = canonical_path(join(join("/wp-json", space), _GROUP.sub(r"{\1}", path)))
    held = call.args[2]
    several = [item for item in held.items if any(value.name == "callback" for value in item.items)]
    for told in several or [held]:
        callback, asked = (argument(told.items, name) for name in ("callback", "permission_callback"))
        if callback is None:
            continue
        fn, cls, label = _function(routes, at, call, callback)
        for method in _methods(argument(told.items, "methods")):
            yield Declared(method, whole, label, at, call.line, FRAMEWORK, fn, cls, _uses(routes, at, call, asked))


def _ajax(routes: Routes, at: int, call: Call) -> Iterator[Declared]:
    name = routes.routers.constant(at, call.fn, call.args[0]) if len(call.args) > 1 else None
    if name is None or not name.startswith(_AJAX):
        return
    fn, cls, label = _function(routes, at, call, call.args[1])
    action = name.removeprefix(_AJAX)
    uses = () if action.startswith(_NOBODY) else (routes.routers.use("login_required", at, call.line),)
    path = f"/wp-admin/admin-ajax.php/{action.removeprefix(_NOBODY)}"
    yield Declared("POST", path, label, at, call.line, FRAMEWORK, fn, cls, uses)


def _methods(value: Arg | None) -> list[str]:
    texts = [item.text for item in (value.items or (value,))] if value is not None else ["GET"]
    told = [each for text in texts for each in _METHODS.get(text.rpartition(".")[2], "").split(",") if each]
    return told or [word.upper() for text in texts for word in _WORDS.findall(text)] or ["*"]


def _uses(routes: Routes, at: int, call: Call, asked: Arg | None) -> tuple[Use, ...]:
    """A login is asked for by whatever is asked before, if that is not what always says yes."""
    if asked is None or "__return_true" in asked.text or _YES.search(asked.text):
        return ()
    return (routes.routers.use("login_required", at, call.line),)


def _function(routes: Routes, at: int, call: Call, value: Arg) -> tuple[Fn | None, Cls | None, str]:
    """Return what a callback stands for: `[$this, "list"]`, `[Orders::class, "list"]`, `"list_orders"`, a closure."""
    project = routes.project
    if value.kind == "list" and len(value.items) == 2 and value.items[1].kind == "str":
        on, name = value.items[0].text, value.items[1].text
        cls = (
            project.own_class(at, call.fn) if on in ("this", "self", "static") else project.type_of(at, call.fn, on).cls
        )
        cls = cls or project.find_class(at, on.removesuffix(".class"))
        found = project.method(cls, name)[:1] if cls is not None else ()
        return (found[0] if found else None), cls, f"{project.class_(cls).name}.{name}" if cls is not None else name
    return routes.handlers(at, call, value)[0]
