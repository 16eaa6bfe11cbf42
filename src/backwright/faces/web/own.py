"""What the page modules add to verbs: they are found by name, and imported when the application is made."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from starlette.requests import Request

    from backwright.faces.web.site import Visitor
    from backwright.usecases.spec import UseCase

_PAGES = "backwright.faces.web.pages"  # by name: page modules know those who ask here


@cache
def modules() -> dict[str, ModuleType]:
    """Return the page modules by name."""
    found = iter_modules(import_module(_PAGES).__path__)
    return {each.name: import_module(f"{_PAGES}.{each.name}") for each in found}


def module_of(use_case: UseCase) -> ModuleType | None:
    """Return the page module of a verb: its own, or that of its family."""
    own = modules().get(use_case.name.replace(".", "_").replace("-", "_"))
    family = modules().get(use_case.name.partition(".")[0])
    return own or (family if getattr(family, "FAMILY", False) else None)


def context_of(use_case: UseCase, answer: object, visitor: Visitor) -> dict[str, Any]:
    """Return what the verb's page module adds for the verb's template."""
    add = getattr(module_of(use_case), "context", None)
    return add(answer, visitor) if add and answer is not None else {}


def files_of(use_case: UseCase, answer: object) -> dict[str, tuple[str, str | bytes]]:
    """Return the downloads that the verb's page module makes of an answer: name to media type and content."""
    make = getattr(module_of(use_case), "files", None)
    return make(answer) if make else {}


async def after(use_case: UseCase, request: Request) -> None:
    """Do what the verb's page module has done once the verb was run for whoever asks."""
    do = getattr(module_of(use_case), "after", None)
    if do:
        await do(request)
