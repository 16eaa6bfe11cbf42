"""PHP's objects by what gives them: `app(Mailer::class)` and `$container->get(Mailer::class)` that of a class, `new self` that of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

_PLAIN = frozenset({"app", "resolve", "make"})
_MAKES = frozenset({"make", "makeWith", "get", "build"})
_ON = regex(r"(.*\.)?(app|App|container|Container|getContainer|getInstance|di)(\(\))?$")


def class_asked_for(project: Project, at: int, chain: str, args: Sequence[Arg]) -> Cls | None:
    """Return the project's class that a call asks a container for."""
    if project.files[at].language != "php" or not args or args[0].kind != "name":
        return None
    on, _, name = chain.rpartition(".")
    if not args[0].text.endswith(".class") or not (name in _PLAIN if not on else name in _MAKES and _ON.match(on)):
        return None
    return project.find_class(at, args[0].text.removesuffix(".class"))


def asked_for(project: Project, at: int, call: Call) -> tuple[Fn, ...]:
    """Return what a call runs that is made on what a container gives: `app(Mailer::class)->send()`."""
    if call.prev < 0:
        return ()
    before = project.files[at].calls[call.prev]
    cls = class_asked_for(project, at, f"{before.on}.{before.name}".strip("."), before.args)
    return tuple(project.method(cls, call.name)[:1]) if cls is not None else ()


def is_new_self(project: Project, at: int, chain: str) -> bool:
    """Whether a chain begins with `new self` or `new static`."""
    return chain in ("self()", "static()") and project.files[at].language == "php"
