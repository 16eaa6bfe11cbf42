"""The JSON Schema of what a verb asks and answers, for faces that publish one."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from importlib import import_module
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from backwright.usecases.spec import Question, UseCase

Json = dict[str, Any]

_PLAIN: dict[object, Json] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    # What is not a number or without end is written as null.
    float: {"type": ["number", "null"]},
    datetime: {"type": "string", "format": "date-time"},
    NoneType: {"type": "null"},
}


def ask_schema(use_case: UseCase) -> Json:
    """Return the schema of a verb's request: an object with a property for each question."""
    questions = use_case.questions()
    return {
        "type": "object",
        "properties": {question.name: _asked(question) for question in questions},
        "required": [question.name for question in questions if question.default is ...],
        "additionalProperties": False,
    }


def _asked(question: Question) -> Json:
    one: Json = {"type": "number"} if question.type is float else dict(_PLAIN[question.type])
    if question.choices:
        one["enum"] = list(question.choices)
    if question.repeated:
        one = {"type": "array", "items": one}
    one["description"] = question.help
    if question.default not in (..., None, "", (), False):
        one["default"] = question.default
    return one


def answer_schema(use_case: UseCase) -> Json:
    """Return the schema of a verb's answer as `--json` prints it: an object, whatever its kinds.

    A verb with several kinds of answer has them under "anyOf".
    """
    known: dict[str, tuple[type, Json]] = {}
    kinds = [_schema(kind, known) for kind in answer_kinds(use_case)]
    root: Json = {
        "type": "object",
        "properties": {"schema": {"type": "string", "const": use_case.schema_name}},
        "required": ["schema"],
    }
    if len(kinds) == 1:
        (name,) = (each["$ref"].rpartition("/")[2] for each in kinds)
        made = known[name][1]
        root["properties"] |= made["properties"]
        root["required"] += made["required"]
        if not _is_used(name, known):
            del known[name]
    else:
        root["anyOf"] = kinds
    if known:
        root["$defs"] = {name: made for name, (_, made) in known.items()}
    return root


def kind_schema(kind: type) -> Json:
    """Return the schema of a dataclass: a reference, and what it refers to under "$defs"."""
    known: dict[str, tuple[type, Json]] = {}
    made = _named(kind, known)
    return {**made, "$defs": {name: each for name, (_, each) in known.items()}}


def answer_kinds(use_case: UseCase) -> tuple[type, ...]:
    """Return the dataclasses that a verb may answer with: what its module says, else what `run` returns."""
    said = getattr(import_module(use_case.home), "answer_kinds", None)
    if said is not None:
        kinds: tuple[type, ...] = said()
        return kinds
    kind = get_type_hints(use_case.run)["return"]
    return get_args(kind) if isinstance(kind, UnionType) else (kind,)


def _is_used(name: str, known: Mapping[str, tuple[type, Json]]) -> bool:
    return f"'#/$defs/{name}'" in repr([made for _, made in known.values()])


def _schema(kind: Any, known: dict[str, tuple[type, Json]]) -> Json:  # noqa: ANN401  (a type expression)
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if isinstance(kind, type) and is_dataclass(kind):
        return _named(kind, known)
    if supertype := getattr(kind, "__supertype__", None):
        return _schema(supertype, known)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [each.value for each in kind]}
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _schema(inner[0], known)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(each, known) for each in inner]}
    return _holding(kind, origin, inner, known)


def _holding(
    kind: Any,  # noqa: ANN401
    origin: Any,  # noqa: ANN401
    inner: tuple[Any, ...],
    known: dict[str, tuple[type, Json]],
) -> Json:
    """Return the schema of what holds others: a mapping, a sequence, a tuple with names; anything else is anything."""
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(inner[1], known)}
    if origin is tuple and inner[-1:] != (...,):
        return {"type": "array", "prefixItems": [_schema(each, known) for each in inner]}
    if isinstance(origin, type) and issubclass(origin, (Sequence, Set)):
        return {"type": "array", "items": _schema(inner[0], known)}
    if isinstance(kind, type) and issubclass(kind, tuple):
        hints = get_type_hints(kind)
        return {"type": "array", "prefixItems": [_schema(each, known) for each in hints.values()]}
    return {}


def _named(kind: type, known: dict[str, tuple[type, Json]]) -> Json:
    """Return a reference to a dataclass, which is described once; two of one name get two names."""
    name = kind.__name__
    while name in known and known[name][0] is not kind:
        name += "_"
    if name not in known:
        made: Json = {"type": "object"}
        known[name] = (kind, made)  # before its fields, which may hold it
        hints = get_type_hints(kind, include_extras=True)
        made["properties"] = {each.name: _schema(hints[each.name], known) for each in fields(kind)}
        # A value read from content has no field of its own where the file says nothing: it is not written.
        made["required"] = [
            each.name
            for each in fields(kind)
            if each.default is MISSING and each.default_factory is MISSING
        ]
    return {"$ref": f"#/$defs/{name}"}
