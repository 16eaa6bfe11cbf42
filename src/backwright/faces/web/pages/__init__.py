"""Pages of their own: one module for a verb that the general page does not serve well, or for a page that is no verb.

A module is found by its name. `pages/<verb with _>.py` has `async def page(use_case, request)`, which replaces the
general page of that verb; any module may have `ROUTES`, further routes of its own.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def modules() -> dict[str, ModuleType]:
    """Return the page modules by name."""
    return {
        found.name: import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)
    }
