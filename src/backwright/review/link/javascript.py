"""What JavaScript's functions are called that are wrapped or exported, and what modules hand on."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from backwright.review.facts import File, Import
from backwright.review.link.modulepaths import normal, without_ending
from backwright.review.link.pythonnames import held
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Fn, Project

SCOPES_MAX = 8  # functions inside functions
_GLOBALS = "globals of JavaScript"
_GLOBAL = regex(r"(?:global\.\w+|[A-Z][A-Z0-9_]+\.\w+)\Z")
EXPORTS = ("default", "module.exports", "exports")
_EXPORTED = regex(r"(?:module\.)?exports\.(\w+)\Z")


def files_of(project: "Project", at: int, module: str) -> Sequence[int]:
    """Return the files that the name of a module means: by its path, by what manifests and tsconfig.json say, else by the end of a path."""
    path = project.files[at].path
    if module.startswith("."):
        return project.exactly("javascript", normal(PurePosixPath(path).parent / without_ending(module)))
    for places in project.node.places(path, module):
        if found := next((told for each in places if (told := project.exactly("javascript", each))), []):
            return found
    for prefix in ("@/", "~/", "src/", "#"):
        if module.startswith(prefix):
            return project.nearest("javascript", without_ending(module.removeprefix(prefix)).strip("/"), at)
    if module.startswith("@"):  # an alias of a bundler, if the repository has such a file
        return project.nearest("javascript", module[1:], at) if module.count("/") > 0 else []
    return project.nearest("javascript", module, at) if "/" in module else []


def sibling(project: "Project", at: int, fn: int, name: str) -> "tuple[Fn, ...]":
    """Return the function that stands in the same object as the one around a place: `this.find(...)` in `{ list() { ... }, find() { ... } }`."""
    functions = project.files[at].functions
    for _ in range(SCOPES_MAX):
        if fn < 0:
            return ()
        made = functions[fn]
        if made.kind != "lambda" or made.name:  # a lambda without a name has the `this` of what it stands in
            break
        fn = made.parent
    outer = functions[fn].parent
    found = [
        each for each in project.functions_by_name.get(name, ())
        if each.file == at and functions[each.index].parent == outer and functions[each.index].cls < 0 and each.index != fn
    ]  # fmt: skip
    return tuple(found) if len(found) == 1 else ()


def _globals(project: "Project") -> dict[str, tuple[int, str]]:
    """Field of a global object to the file that fills it, and the module that it is filled with."""
    found = project.kept.get(_GLOBALS)
    if isinstance(found, dict):
        return found
    held: dict[str, tuple[int, str]] = {}
    for at, file in enumerate(project.files):
        if file.language == "javascript" and not file.is_test:
            lines = {made.line: made.module for made in file.imports if made.module.startswith(".")}
            for each in file.assigns:
                if _GLOBAL.match(each.target) and each.value.text.startswith("require") and each.line in lines:
                    held.setdefault(each.target.removeprefix("global."), (at, lines[each.line]))
    project.kept[_GLOBALS] = held
    return held


def of_global(project: "Project", on: str, name: str) -> "tuple[Fn, ...]":
    """Return the function of the module that a field of a global object holds: `APP.cache = require("./cache").init()`."""
    held = _globals(project)
    if on.removeprefix("global.") not in held:
        return ()
    at, module = held[on.removeprefix("global.")]
    return next((found for number in project.module_files(at, module) if (found := project.in_file(number, name))), ())


def wanted_in(project: "Project", number: int, made: Import, name: str) -> str:
    """Return what a module calls what is imported from it under a name: `orders` of `import list from "./x"`, if x says `export default orders`."""
    if made.name not in ("", "*", "default"):
        return made.name
    if made.name != "default" or project.files[number].language != "javascript":
        return name
    held = next(iter(project.assigned[number].get((-1, "default"), ())), None)
    if held is not None:
        return held.value.text if held.value.kind == "name" else "default"
    return "default" if "default" in project.imported[number] else name


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
        for file in (project.exports.handed_on(number, made.name) if made.name not in ("", "*", "default") else [])
    ]
    return any(project.in_file(number, name) for number in files)


class Stars:
    """Modules that hand on all that others have: `export * from "./orders"`, `from .orders import *`."""

    def __init__(self, project: "Project") -> None:
        self.project = project
        self._below: dict[int, list[int]] = {}

    def function(self, number: int, name: str) -> "tuple[Fn, ...]":
        """Return the function of a name that a file hands on in this way."""
        if self.project.files[number].language not in ("javascript", "python", "rust"):
            return ()
        if name not in self.project.functions_by_name:
            return held(self.project, number, name)
        files = self.files(number)
        if found := next((told for file in files if (told := self.project.in_file(file, name))), ()):
            return found
        found = next((told for file in files if (told := self._named(file, name))), ())
        return found or held(self.project, number, name)

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
