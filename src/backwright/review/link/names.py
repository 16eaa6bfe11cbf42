"""Functions by their name alone: a name that one function of the project has means that one."""

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from backwright.review.facts import File
from backwright.review.link import jsrows
from backwright.review.link.everyday import COMMON
from backwright.review.link.evidence import could_be
from backwright.review.link.factories import made_by
from backwright.review.link.javascript import of_global, sibling
from backwright.review.link.modulepaths import shared
from backwright.review.link.settings import module_of
from backwright.review.link.types import dotted

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

LETTERS_MIN = 5  # of a name that says anything
_FAMILY = {"kotlin": "java"}  # Kotlin and Java name each other's classes


def by_name_alone(project: "Project", at: int, name: str, *, of_class: bool = False) -> "tuple[Fn, ...]":
    """Return the only function of a name that is no everyday word. `of_class`: only methods count, and what a factory makes."""
    if name in COMMON or len(name) < LETTERS_MIN:
        return ()
    key = (family_of(project.files[at]), name, of_class)
    if key not in project.alone:
        same = [
            fn for fn in project.functions_by_name.get(name, ())
            if family_of(project.files[fn.file]) == key[0] and _has_name(project, fn) and not project.files[fn.file].is_test
            and (not of_class or project.function(fn).owner or project.function(fn).parent >= 0)
        ]  # fmt: skip
        project.alone[key] = tuple(same) if len(same) == 1 else ()
    return project.alone[key]


def method_alone(project: "Project", at: int, fn: int, on: str, name: str, known: "Type") -> "tuple[Fn, ...]":
    """Return the only function of a name, for a call on something of which no class is known, if it could be of its class."""
    if project.files[at].language == "javascript":
        made = sibling(project, at, fn, name) if on == "this" else made_by(project, at, fn, on, name)
        if made or (made := of_global(project, on, name) or jsrows.of_model(project, on, name)):
            return made
    alone = by_name_alone(project, at, name, of_class=project.files[at].language in ("python", "javascript"))
    return tuple(each for each in alone if could_be(project, at, on, known, each))


def nearest_first(project: "Project", at: int, files: "list[int]") -> "list[int]":
    """Return the files of a package, those of the asking file's own module first: several applications of a repository may have one of that name."""
    if len(files) < 2 or family_of(project.files[at]) != "java":
        return files
    key: Hashable = ("jvm modules", files[0], len(files))
    if key not in project.kept:
        project.kept[key] = len({module_of(project.files[number].path) for number in files}) > 1
    if not project.kept[key]:
        return files
    here = project.files[at].path
    return sorted(files, key=lambda number: -shared(project.files[number].path, here))


def family_of(file: File) -> str:
    """Return the languages that name each other's things as one."""
    return _FAMILY.get(file.language, file.language)


def _has_name(project: "Project", fn: "Fn") -> bool:
    """Whether a function has a name; JavaScript: also one in a variable, which a factory may give: `const find = async (id) => ...`."""
    made = project.function(fn)
    return made.kind != "lambda" or (project.files[fn.file].language == "javascript" and made.call < 0)


def in_namespace(project: "Project", at: int, name: str, there: "Iterable[Cls]") -> "list[Cls]":
    """Return, of classes that share a last name, those in the namespace that a name of PHP begins with."""
    before, _, _ = name.rpartition(".")
    if project.files[at].language != "php" or not before:
        return []
    ending = f".{before.strip('.')}"
    return [cls for cls in there if f".{dotted(project.files[cls.file].package)}".endswith(ending)]
