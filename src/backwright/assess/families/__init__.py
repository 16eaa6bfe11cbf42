"""One file per question family; a file here is found by itself, nothing registers it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from backwright.assess.family import Family


@cache
def families() -> Mapping[str, Family]:
    """Return every family by name."""
    names = sorted(module.name for module in iter_modules(__path__))
    found = (import_module(f"{__name__}.{name}").FAMILY for name in names)
    return {family.name: family for family in found}
