"""JavaScript: classes that modules hand on with all they have, and what getters give."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Project, Type


def class_handed_on(project: "Project", number: int, name: str) -> "Cls | None":
    """Return the class of a name that a file hands on by `export * from "./orders"`, None if none or several do."""
    if project.files[number].language != "javascript":
        return None
    files = project.stars.files(number)
    found = [cls for cls in project.classes_by_name.get(name, ()) if cls.file in files]
    return found[0] if len(found) == 1 else None


def getter(project: "Project", cls: "Cls", name: str) -> "Type | None":
    """Return what `get queue(): Queue` gives: a method that is read and not called, and takes nothing; None if there is none, or its class has heirs."""
    found = project.methods_of(cls, name) if project.files[cls.file].language == "javascript" else []
    made = project.function(found[0]) if found else None
    if made is None or made.params or not made.returns or made.is_async:
        return None
    known = project.named_type(found[0].file, made.returns)
    return known if known.cls is None or not project.heirs.get(known.cls) else None  # which heir it is, is not known
