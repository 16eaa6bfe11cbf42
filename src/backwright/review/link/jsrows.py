"""JavaScript's active records that no type leads to: rows in variables named like a model, and models named by an attribute."""

from typing import TYPE_CHECKING

from backwright.review.facts import AWAITED, Call
from backwright.review.link.packs import Effect
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

# Modules whose rows save and remove themselves.
_LIBRARIES = regex(
    r"^(sequelize|sequelize-typescript|@sequelize/core|mongoose|@nestjs/(sequelize|mongoose)|objection|typeorm|redbean-node)$"
)
_BASES = regex(r"(^|\.)(Model|BaseEntity|BeanModel)$")
_CHANGES = frozenset({"save", "destroy", "update", "reload", "increment", "decrement", "restore", "remove", "deleteOne", "updateOne"})  # fmt: skip
_MODEL = regex(r"(?:^|\.)(\w+)Model$")
_MADE = frozenset({"define", "model"})
_WORD = regex(r"(\w+?)s?\[\]$|(\w+)$")  # orders[] is one of orders
_KEPT = "models of JavaScript"


def names(project: "Project") -> frozenset[str]:
    """Return the names of all models, with a small first letter: `class OrderLine extends Model`, `sequelize.define("order", ...)`."""
    held = project.kept.get(_KEPT)
    if isinstance(held, frozenset):
        return held
    files = [
        file
        for file in project.files
        if file.language == "javascript" and any(_LIBRARIES.match(made.module) for made in file.imports)
    ]
    found = {made.name for file in files for made in file.classes if any(_BASES.search(base) for base in made.bases)}
    for file in files:
        for call in file.calls:
            if call.name in _MADE and call.on and call.args and call.args[0].kind == "str":
                found.add(call.args[0].text)
    told = frozenset(name[:1].lower() + name[1:] for name in found if name.isidentifier())
    project.kept[_KEPT] = told
    return told


def changed(project: "Project", call: Call) -> Effect | None:
    """Return what an awaited call does that changes the row of a model: `await orderLine.destroy()`."""
    if call.name not in _CHANGES or not call.flags & AWAITED or not call.on:
        return None
    word = _WORD.search(call.on)
    if word is None or (word[1] or word[2]) not in names(project):
        return None
    return Effect("query", (), op="write", many=False, library="Active record")


def of_model(project: "Project", on: str, name: str) -> "tuple[Fn, ...]":
    """Return the method of the model that an attribute is named after: `database.orderLineModel.expanded(id)`."""
    named = _MODEL.search(on)
    if named is None or named[1][:1].lower() + named[1][1:] not in names(project):
        return ()
    classes: list[Cls] = project.classes_by_name.get(named[1][:1].upper() + named[1][1:], [])
    return project.method(classes[0], name) if len(classes) == 1 else ()
