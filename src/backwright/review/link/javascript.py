"""What JavaScript's functions are called that are wrapped or exported, and what modules hand on."""

import re
from typing import TYPE_CHECKING

from backwright.review.facts import File
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

EXPORTS = ("default", "module.exports", "exports")
_EXPORTED = regex(r"(?:module\.)?exports\.(\w+)\Z")


def own_name(file: File, index: int) -> str:
    """Return what a function is called: `exports.list = ...` is list, and so is `const list = wrap(async () => ...)`."""
    made = file.functions[index]
    if made.name:
        found = _EXPORTED.match(made.name)
        return found[1] if found else made.name
    if made.kind != "lambda" or made.call < 0:
        return ""
    call = file.calls[made.call]
    while call.inside >= 0 and not call.to:
        call = file.calls[call.inside]
    if not call.to or call.to == "return" or (call.loop >= 0 and made.loop == call.loop != -1):
        return ""
    name = call.to.removesuffix("[]")
    found = _EXPORTED.match(name)
    name = found[1] if found else name
    is_wrapper = not call.on or call.on.partition(".")[0] in ("_", "lodash")
    return (
        name
        if is_wrapper
        and (re.fullmatch(r"\w+", name) or name == "module.exports")
        and call.name not in ("require", "setTimeout", "setInterval")
        else ""
    )


def field_name(file: File, index: int) -> str:
    """Return the field of a class that holds a wrapped function, `list = caught(async (req, res) => ...)`: as good as a method; else ""."""
    made = file.functions[index]
    return own_name(file, index) if file.language == "javascript" and made.cls >= 0 and made.parent < 0 else ""


def called(project: "Project", fn: "Fn") -> str:
    """Return what a function of any language is called by: `list` of `module.exports.list = ...`."""
    file = project.files[fn.file]
    return own_name(file, fn.index) if file.language == "javascript" else file.functions[fn.index].name


def is_own_export(project: "Project", at: int, on: str, name: str) -> bool:
    """Whether a module of the project that a name stands for has a function of this name."""
    made = project.imported[at].get(on)
    if made is None or name not in project.functions_by_name:
        return False
    files = project.module_files(at, made.module)
    files += [
        file
        for number in files
        for file in (project.handed_on(number, made.name) if made.name not in ("", "*", "default") else [])
    ]
    return any(project.in_file(number, name) for number in files)


class Stars:
    """Modules that hand on all that others have: `export * from "./orders"`, `from .orders import *`."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._below: dict[int, list[int]] = {}

    def function(self, number: int, name: str) -> "tuple[Fn, ...]":
        """Return the function of a name that a file hands on in this way."""
        if (
            self.project.files[number].language not in ("javascript", "python", "rust")
            or name not in self.project.functions_by_name
        ):
            return ()
        files = self.files(number)
        if found := next((told for file in files if (told := self.project.in_file(file, name))), ()):
            return found
        return next((told for file in files if (told := self._named(file, name))), ())

    def _named(self, at: int, name: str) -> "tuple[Fn, ...]":
        """Rust: the function that a module hands on by its name: `pub use dashboard::open;`."""
        made = self.project.imported[at].get(name) if self.project.files[at].language == "rust" else None
        if made is None or not made.name:
            return ()
        files = self.project.module_files(at, made.module)
        return next((told for file in files if (told := self.project.in_file(file, made.name))), ())

    def files(self, number: int) -> list[int]:
        """All files whose names a file hands on, through others too."""
        if number not in self._below:
            found, todo = {number: None}, [number]
            while todo:
                at = todo.pop(0)
                for made in self.project.files[at].imports:
                    if made.name == made.alias == "*":
                        new = [file for file in self.project.module_files(at, made.module) if file not in found]
                        found.update(dict.fromkeys(new))
                        todo += new
            self._below[number] = [*found][1:]
        return self._below[number]


def exported_name(project: "Project", number: int) -> "tuple[Fn, ...]":
    """Return the function in `export default list` and `module.exports = fp(plugin)`."""
    for target in EXPORTS:
        for assign in project.assigned[number].get((-1, target), ()):
            value = assign.value
            if value.kind == "call":
                value = next((item for item in value.items if item.kind == "name"), value)
            if value.kind == "name" and (found := project.in_file(number, value.text)):
                return found
            if value.kind == "call" and (found := project.in_file(number, target)):
                return found
    return ()
