"""C#: loops through the services that are registered for an interface: as many as somebody has written, `IEnumerable<IEngine> engines`."""

from backwright.review.facts import Loop
from backwright.review.link.model import Model
from backwright.review.link.types import written
from backwright.review.regexes import regex

_HOLDS = regex(r"(IEnumerable|IReadOnlyCollection|IReadOnlyList|ICollection|IList|List)<(\w+)>$|(\w+)\[\]$")
_PART = regex(r"(?:this\.)?(\w+)(?:\.(?:Where|OrderBy|OrderByDescending|Reverse|ToList|ToArray|OfType)\b.*)?$")


def is_registered(model: Model, at: int, made: Loop) -> bool:
    """Whether a loop goes through a field of its class that holds an interface of the project, which is handed to its constructor."""
    found = _PART.match(made.over.strip()) if model.files[at].language == "csharp" else None
    own = model.project.own_class(at, made.fn) if found is not None else None
    if found is None or own is None:
        return False
    for cls in model.project.base_classes(own):
        field = next((each for each in model.project.class_(cls).fields if each.name == found[1]), None)
        if field is not None:
            held = model.project.find_class(cls.file, written(field.type).name) if _HOLDS.match(field.type) else None
            return (
                held is not None and model.project.class_(held).kind == "interface" and held not in model.data.entities
            )
    return False
