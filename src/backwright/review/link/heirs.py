"""Methods that heirs fill in: which ones stand for a method that has nothing in it."""

from collections import defaultdict
from typing import TYPE_CHECKING

from backwright.review.link.types import written

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

# A method of a class may have no body there.
ABSTRACT = frozenset({"javascript", "python", "java", "kotlin", "csharp", "php"})
HEIRS_MAX = 4  # a method that more classes fill in says nothing about which is meant


def heirs_of(project: "Project") -> "dict[Cls, list[Cls]]":
    """Return, for each class or interface, the classes that name it as a base; in Rust also those that are given a trait elsewhere."""
    found: dict[Cls, list[Cls]] = defaultdict(list)
    for cls in sorted(cls for there in project.classes_by_name.values() for cls in there):
        for base in project.class_(cls).bases:
            if (up := project.find_class(cls.file, written(base).name)) is not None:
                found[up].append(cls)
    for trait, cls in project.traits.heirs():
        if cls not in found[trait]:
            found[trait].append(cls)
    return found


def is_abstract(project: "Project", fn: "Fn") -> bool:
    """Whether a method has nothing in it, or in Python is marked so, whatever stands in it."""
    marks = project.function(fn).marks
    return not project.does_something(fn) or any(mark.name.rpartition(".")[2] == "abstractmethod" for mark in marks)


def overriding(project: "Project", cls: "Cls", fn: "Fn", name: str) -> "tuple[Fn, ...]":
    """Return the methods that stand for an abstract one, if they are few."""
    if not project.heirs.get(cls) or not is_abstract(project, fn):
        return ()
    found = tuple(each for heir in project.all_heirs(cls) for each in project.methods_of(heir, name))
    if project.files[cls.file].language == "javascript":
        return found[:HEIRS_MAX]
    return found if len(found) <= HEIRS_MAX else ()


def standing_for(project: "Project", cls: "Cls", name: str) -> "tuple[Fn, ...]":
    """C#: return the methods that stand for one that an interface or an abstract class has or inherits: those that its heirs have or inherit.

    What is declared, if no heir has any; nothing for a name that is not declared.
    """
    declared = [fn for each in project.base_classes(cls) for fn in project.methods_of(each, name)]
    found: dict[Fn, None] = {}
    for heir in project.all_heirs(cls) if declared else ():
        inherited = (project.methods_of(each, name) for each in project.base_classes(heir))
        filled = ([fn for fn in there if project.does_something(fn)] for there in inherited)
        found.update(dict.fromkeys(next((there for there in filled if there), [])))
    return tuple(found) or tuple(declared[:1])
