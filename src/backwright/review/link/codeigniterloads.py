"""CodeIgniter 3: models and libraries that `load` puts into fields: `$this->load->model("Order_model", "orders")` makes `$this->orders`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backwright.review.facts import Arg
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project

_AUTOLOAD = regex(r"(^|/)config/autoload\.php$")
_OWN = regex(r"(^|[.\\])(CI|MX|MY)_\w+$|(^|[.\\])(REST_Controller|RestController)$")
_LOADS = regex(r"(^|\.)load$")


def loaded(project: Project, cls: Cls, name: str) -> Cls | None:
    """Return the class of a field that nothing declares, if `load` puts a model or a library of this name there."""
    if project.files[cls.file].language != "php" or not any(_OWN.search(each) for each in project.ancestors(cls)):
        return None
    key = ("codeigniter3 loaded",)
    if key not in project.kept:
        project.kept[key] = _loads(project)
    known = project.kept[key]
    return known.get(name) if isinstance(known, dict) else None


def _loads(project: Project) -> dict[str, Cls]:
    """Return the fields that models and libraries are put into, of those names that always mean the same class."""
    found: dict[str, set[Cls]] = {}
    for kind in ("model", "library"):
        for at, index in project.calls_by_name.get(kind, ()):
            call = project.files[at].calls[index]
            if project.files[at].language != "php" or not _LOADS.search(call.on) or not call.args:
                continue
            alias = call.args[-1].text if len(call.args) > 1 and call.args[-1].kind == "str" else ""
            for value in call.args[0].items or (call.args[0],):
                _take(project, found, kind, value, alias)
    for file in project.files:
        for assign in file.assigns if file.language == "php" and _AUTOLOAD.search(file.path) else ():
            kind = "model" if "'model'" in assign.target or '"model"' in assign.target else "library"
            if kind == "library" and "libraries" not in assign.target:
                continue
            for value in assign.value.items:
                _take(project, found, kind, value, "")
    return {name: next(iter(classes)) for name, classes in found.items() if len(classes) == 1}


def _take(project: Project, found: dict[str, set[Cls]], kind: str, value: Arg, alias: str) -> None:
    if value.kind != "str":
        return
    path, name = value.name or value.text, value.text if value.name else alias  # ["order_model" => "orders"]
    own = path.rpartition("/")[2]
    held = name or (own if kind == "model" else own.lower())
    folder = "models" if kind == "model" else "libraries"
    wanted = own[:1].upper() + own[1:]
    for each in (
        *project.classes_by_name.get(wanted, ()),
        *(project.classes_by_name.get(own, ()) if own != wanted else ()),
    ):
        if (
            re.search(rf"(^|/){folder}/", project.files[each.file].path)
            and "system/" not in project.files[each.file].path
        ):
            found.setdefault(held, set()).add(each)
