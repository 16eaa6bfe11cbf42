"""GraphQL: resolvers of a field that are run once for each object of a list and ask each time."""

import re
from collections.abc import Iterator

from backwright.review.facts import Function
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.lazily import plain
from backwright.review.rules.oneobject import for_one
from backwright.review.rules.parameters import own_params
from backwright.review.rules.patterns import flat

ROOTS = regex(r"quer(y|ies)|mutation|subscription", re.IGNORECASE)
LOADERS = regex(r"loader|batch", re.IGNORECASE)
FIELD_MARKS = frozenset({"ResolveField", "FieldResolver", "DgsData", "SchemaMapping", "ResolveProperty"})


def resolvers(model: Model, asking: Asking) -> Iterator[tuple[Fn, str, str]]:
    """Yield resolvers that ask once per object: function, type, field."""
    listed: set[str] | None = None
    for at in model.own:
        for index, made in enumerate(model.files[at].functions):
            fn = Fn(at, index)
            if fn not in asking.reach or asking.reach[fn][1] != "query":
                continue
            parent = _parent(model, fn, made)
            if not parent or ROOTS.search(parent) or _batches(model, fn, made) or for_one(model, fn, made):
                continue
            listed = _listed(model) if listed is None else listed
            if plain(written(parent).name.rpartition(".")[2]) in listed:
                yield fn, parent, re.sub(r"^resolve_|^(get|fetch)(?=[A-Z])", "", made.name)


def _listed(model: Model) -> set[str]:
    """Return the types that some field gives a list or a connection of, by the schema or by what functions return."""
    found: set[str] = set()
    nodes: dict[str, str] = {}
    for path, text in model.texts.items():
        if path.endswith((".graphql", ".graphqls", ".gql")):
            found |= {plain(name) for name in re.findall(r"\[\s*(\w+)", text)}
            nodes |= {
                plain(edge): plain(node)
                for edge, node in re.findall(r"type\s+(\w+)\s*\{[^}]*?\bnode\s*:\s*(\w+)", text)
            }
    for at in model.own:
        for made in model.files[at].functions:
            if made.returns and written(made.returns).is_many:
                found.add(plain(written(made.returns).name.rpartition(".")[2].strip("\"'")))
            for mark in made.marks:
                found |= {plain(name) for text in flat(mark.args) for name in re.findall(r"\[\s*(\w+)\s*\]", text)}
    return found | {node for edge, node in nodes.items() if edge in found}


def _parent(model: Model, fn: Fn, made: Function) -> str:
    """Return the type whose field a function resolves, "" if it resolves none."""
    language = model.files[fn.file].language
    for mark in made.marks:
        if mark.name in FIELD_MARKS:
            return _marked(model, fn, made, " ".join(f"{v.name}={v.text}" for v in mark.args))
    if language == "csharp":
        typed = next((p for p in made.params if any(m.name == "Parent" for m in p.marks)), None)
        return typed.type if typed is not None else ""
    if (
        language == "go"
        and made.owner.endswith("Resolver")
        and len(made.params) >= 2
        and "Context" in made.params[0].type
    ):
        second = made.params[1]
        is_of_type = plain(made.owner.removesuffix("Resolver")) == plain(second.type.rpartition(".")[2].lstrip("*"))
        is_object = second.name in ("obj", "parent", "root") or is_of_type
        return second.type if is_object and re.match(r"\*?(\w+\.)?[A-Z]\w+$", second.type) else ""
    if language != "python" or made.cls < 0:
        return ""
    cls = Cls(fn.file, made.cls)
    whole = model.project.class_(cls)
    if (
        made.name.startswith("resolve_")
        and any(base.endswith("ObjectType") for base in model.project.ancestors(cls))
        and len(made.params) >= 2
    ):
        return whole.name
    strawberry = any(mark.on == "strawberry" or mark.name in ("strawberry", "type") for mark in whole.marks) and any(
        mark.name == "field" for mark in made.marks
    )
    return whole.name if strawberry else ""


def _marked(model: Model, fn: Fn, made: Function, words: str) -> str:
    """Return the type that a mark names: an argument, the class's resolver mark, or the type of the parent parameter."""
    named = re.search(r"(?:parentType|typeName)=\W*([\w.]+)", words)
    if named:
        return named[1].removesuffix(".TYPE_NAME")
    typed = next((p for p in made.params if any(m.name in ("Parent", "Root") for m in p.marks)), None)
    if typed is not None:
        return typed.type or typed.name
    if any(mark.name == "SchemaMapping" for mark in made.marks) and own_params(made):
        return made.params[0].type
    return ""


def _batches(model: Model, fn: Fn, made: Function) -> bool:
    """Whether a resolver hands its object to something that asks for many at once."""
    words = " ".join(
        [
            made.name,
            *(p.type for p in made.params),
            *(mark.name for mark in made.marks),
            *(t for mark in made.marks for t in flat(mark.args)),
        ]
    )
    if LOADERS.search(words):
        return True
    return any(call.fn == fn.index and LOADERS.search(f"{call.on}.{call.name}") for call in model.files[fn.file].calls)
