"""Names of Java and Kotlin that lead to what is inside a class: static imports, nested classes, methods that are inherited."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Import
from backwright.review.link.modulepaths import shared
from backwright.review.link.settings import module_of

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project

JVM = frozenset({"java", "kotlin"})


def in_module(project: "Project", at: int, found: "list[Fn]") -> "list[Fn]":
    """Return the functions that stand in the asking file's own module, all if none does."""
    if len(found) < 2 or project.files[at].language not in JVM:
        return found
    mine = module_of(project.files[at].path)
    return [fn for fn in found if module_of(project.files[fn.file].path) == mine] or found


def _nearest(project: "Project", at: int, found: "list[Cls]") -> "Cls | None":
    here = project.files[at].path
    return max(found, key=lambda cls: shared(project.files[cls.file].path, here)) if found else None


def imported_from(project: "Project", at: int, made: Import) -> "Cls | None":
    """Return the class that an import names a member of: C of `import static a.b.C.method`, of `import a.b.C.Inner`."""
    package, _, name = made.module.rpartition(".")
    if not name[:1].isupper():
        return None
    there = [c for c in project.classes_by_name.get(name, ()) if _is_of(project, c, package)]
    if there:
        return _nearest(project, at, there)
    outer = imported_from(project, at, Import(package, name, name)) if package else None
    return nested(project, outer, name) if outer is not None else None


def _is_of(project: "Project", cls: "Cls", package: str) -> bool:
    file = project.files[cls.file]
    return file.language in JVM and file.package == package


def nested(project: "Project", outer: "Cls", name: str) -> "Cls | None":
    """Return the class of a name that is written in another, or in one that this inherits from."""
    for each in project.base_classes(outer):
        for cls in project.classes_by_name.get(name, ()):
            if cls.file == each.file and project.class_(cls).outer == each.index:
                return cls
    return None


def inner_class(project: "Project", at: int, made: Import, name: str) -> "Cls | None":
    """Return the nested class that an import names."""
    outer = imported_from(project, at, made) if project.files[at].language in JVM else None
    return nested(project, outer, name) if outer is not None else None


def qualified(project: "Project", at: int, name: str) -> "Cls | None":
    """Return the class of a name with its package or the class around it before it: `a.b.Order`, `Order.Line`."""
    before, _, last = name.rpartition(".")
    if before.rpartition(".")[2][:1].isupper():
        outer = project.find_class(at, before)
        return nested(project, outer, last) if outer is not None else None
    there = [cls for cls in project.classes_by_name.get(last, ()) if _is_of(project, cls, before)]
    return _nearest(project, at, there)


def unimported(project: "Project", at: int, there: "list[Cls]") -> "Cls | None":
    """Return the class that a name means which is not imported: of the package, of one that is imported whole, or of what a class here inherits from."""
    file = project.files[at]
    stars = {each.module for each in file.imports if each.name == "*"}
    top = [cls for cls in there if project.class_(cls).outer < 0]
    found = [cls for cls in top if project.files[cls.file].package == file.package]
    found = found or [cls for cls in top if project.files[cls.file].package in stars]
    if not found and len(top) < len(there):
        holders = {f"{project.files[cls.file].package}.{_outer(project, cls)}": cls for cls in there if cls not in top}
        found = [cls for name, cls in holders.items() if name in stars] or _inherited(project, at, there)
    return _nearest(project, at, found)


def _outer(project: "Project", cls: "Cls") -> str:
    return project.files[cls.file].classes[project.class_(cls).outer].name


def _inherited(project: "Project", at: int, there: "list[Cls]") -> "list[Cls]":
    """Return the classes that are written in one from which a class of the file inherits."""
    bases = {base.rpartition(".")[2].partition("<")[0] for made in project.files[at].classes for base in made.bases}
    near = [cls for cls in there if project.class_(cls).outer >= 0 and _outer(project, cls) in bases]
    return near if len(near) == 1 else []


def unqualified(project: "Project", at: int, fn: int, name: str) -> "tuple[Fn, ...]":
    """Return the methods that a call without an object means: of the class, of those around it, or imported from another."""
    if project.files[at].language not in JVM:
        return ()
    cls = project.own_class(at, fn)
    while cls is not None:
        if found := project.method(cls, name):
            return found
        outer = project.class_(cls).outer
        cls = cls._replace(index=outer) if outer >= 0 else None
    for holder in _imported(project, at, name):
        if found := project.method(holder, name):
            return found
    if project.files[at].language != "java":
        return ()
    # A field's initial value and a static block stand in no method; then the file's own methods are meant.
    here = [f for f in project.functions_by_name.get(name, ()) if f.file == at and project.function(f).kind == "method"]
    return tuple(here[:1]) if fn < 0 or project.files[at].functions[fn].name in ("<clinit>", "<init>") else ()


def _imported(project: "Project", at: int, name: str) -> "Iterator[Cls]":
    """Yield the classes whose members are called by their name alone here, if one of this name may be among them."""
    made = project.imported[at].get(name)
    if made is not None:
        holder = imported_from(project, at, made)
        yield from (holder,) if holder is not None else ()
        return
    for each in project.files[at].imports:
        if each.name == "*" and (holder := imported_from(project, at, each)) is not None:
            yield holder


def filled_in(project: "Project", heir: "Cls", name: str) -> "list[Fn]":
    """Return the method that an heir has, its own or one that it inherits from a class and that does something."""
    own = project.methods_of(heir, name)
    if own or project.files[heir.file].language not in (*JVM, "javascript"):
        return own
    for base in project.base_classes(heir)[1:]:
        if project.class_(base).kind in ("class", "object") and (found := project.methods_of(base, name)):
            return found[:1] if project.does_something(found[0]) else []
    return []
