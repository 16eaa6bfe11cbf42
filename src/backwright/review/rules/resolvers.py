"""Python: functions that answer the fields of a GraphQL schema, those of its roots only."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import File, Function, Param
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

_LIBRARIES = ("graphene", "graphene_django", "graphene_sqlalchemy", "ariadne", "strawberry", "strawberry_django")
_MUTATES = frozenset({"mutate", "mutate_and_get_payload", "perform_mutation"})
_ROOT = regex(r"(Query|Queries|Subscriptions?)$")
_MUTATION = regex(r"(Mutations?)$")
_OBJECT = regex(r"(^|\.)(ObjectType|AbstractType|object|\w*Query)$")


class Resolver(NamedTuple):
    """A resolver: `name` of the field, `params` that hold the client's arguments."""

    fn: Fn
    name: str
    changes: bool
    params: tuple[Param, ...]


def resolvers(model: Model) -> Iterator[Resolver]:
    """Yield the resolvers of graphene, strawberry and ariadne."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or not any(made.module.partition(".")[0] in _LIBRARIES for made in file.imports):
            continue
        for index, made in enumerate(file.functions):
            kind = _kind(file, made)
            if kind is not None and not _has_own_base(model, at, made):
                name, changes = kind
                yield Resolver(Fn(at, index), name, changes, made.params)


def _has_own_base(model: Model, at: int, made: Function) -> bool:
    """Whether a class stands on one of the project's, which may ask who is there for all of them, or says who may use it."""
    if made.cls < 0:
        return False
    file = model.files[at]
    meta = [n for n, each in enumerate(file.classes) if each.outer == made.cls]
    if any("permission" in field.name for n in meta for field in file.classes[n].fields):
        return True
    return any(model.project.find_class(at, base) is not None for base in file.classes[made.cls].bases)


def _kind(file: File, made: Function) -> tuple[str, bool] | None:
    owner = file.classes[made.cls] if made.cls >= 0 else None
    if owner is not None and made.name in _MUTATES and any(_MUTATION.search(base) for base in owner.bases):
        return owner.name, True
    if owner is not None and made.name.startswith("resolve_") and _ROOT.search(owner.name):
        if any(_OBJECT.search(base) for base in owner.bases):
            return made.name.removeprefix("resolve_"), False
    for mark in made.marks:
        if mark.on.startswith("strawberry") and mark.name in ("mutation", "field") and owner is not None:
            if mark.name == "mutation" or _MUTATION.search(owner.name):
                return made.name, True
            return (made.name, False) if _ROOT.search(owner.name) else None
        if mark.name == "field" and mark.args and mark.args[0].kind == "str" and mark.on:
            made_by = next((a.value.text for a in file.assigns if a.target == mark.on and a.fn < 0), mark.on)
            if re.search(r"MutationType|[mM]utation", made_by):
                return mark.args[0].text, True
            return (mark.args[0].text, False) if re.search(r"QueryType|[qQ]uery", made_by) else None
    return None
