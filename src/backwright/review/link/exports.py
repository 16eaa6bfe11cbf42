"""JavaScript: the files that modules hand on under a name, and those that a server is decorated with."""

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.link.javascript import EXPORTS

if TYPE_CHECKING:
    from backwright.review.link.project import Project

HOPS_MAX = 3  # modules that hand on what others do


class Exports:
    """Files behind names."""

    def __init__(self, project: "Project") -> None:
        self.project = project

    @cached_property
    def decorated(self) -> dict[str, list[int]]:
        """What Fastify's `decorate("orders", makeOrders(app))` names, to the files where it is made."""
        project = self.project
        found: dict[str, list[int]] = defaultdict(list)
        for at, index in (
            *project.calls_by_name.get("decorate", ()),
            *project.calls_by_name.get("decorateRequest", ()),
        ):
            call = project.files[at].calls[index]
            if project.files[at].language != "javascript" or len(call.args) < 2 or call.args[0].kind != "str":
                continue
            value = call.args[1]
            if value.kind == "name":
                value = next(
                    (a.value for scope in (call.fn, -1) for a in project.assigned[at].get((scope, value.text), ())),
                    value,
                )
            found[call.args[0].text].append(at)
            if value.kind == "call":
                on, _, name = value.text.rpartition(".")
                found[call.args[0].text] += [fn.file for fn in project.resolve(at, call.fn, on, name)]
        return found

    def handed_on(self, number: int, name: str, hops: int = HOPS_MAX) -> list[int]:
        """Return the files that a file hands on under a name: `module.exports.users = require("./users")`, `export * as users`."""
        if hops == 0:
            return []
        project = self.project
        made = project.imported[number].get(name)
        if made is not None:
            there = project.module_files(number, made.module)
            if made.name in ("", "*", "default"):
                return there
            return [file for each in there for file in self.handed_on(each, made.name, hops - 1)]
        assigned = project.assigned[number]
        values = [
            each.value
            for target in (f"module.exports.{name}", f"exports.{name}")
            for each in assigned.get((-1, target), ())
        ]
        values += [
            item
            for target in EXPORTS
            for each in assigned.get((-1, target), ())
            for item in each.value.items
            if each.value.kind == "dict" and item.name == name
        ]
        for value in values:
            if value.kind == "call" and value.text == "require" and value.items:
                return project.module_files(number, value.items[0].text)
            if value.kind == "name" and value.text != name:
                return self.handed_on(number, value.text, hops - 1)
        return []
