"""GraphQL: resolvers that ask for one object at most, whatever lists there are; and what several fields of a type ask, told once."""

from collections.abc import Iterable, Iterator

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Function, Param
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.lazily import plain

FIELDS_NAMED = 4  # fields named in one finding; the path has all
_PARENTS = frozenset({"Parent", "Root"})
_ARGUMENTS = frozenset({"Args", "Arg", "Argument", "InputArgument", "GraphQLArgument"})
# What names one thing: nobody asks for page 17 of every book of a list.
_NAMES_ONE = regex(r"(?:^|_)(?:id|guid|uuid|slug)$|[a-z](?:Id|Guid|Uuid|Slug|ID)$")
_OPTIONAL = ("nullable", "defaultValue")


def for_one(model: Model, fn: Fn, made: Function) -> bool:
    """Whether a resolver asks for one object of a list at most: its asker's own, one that an argument names, or one that came without."""
    parent = next((p.name for p in made.params if any(m.name in _PARENTS for m in p.marks)), "")
    if model.files[fn.file].language == "go" and len(made.params) > 1:  # gqlgen: (ctx, obj)
        parent = made.params[1].name
    return any(_is_key(param) for param in made.params) or (
        bool(parent) and (_is_compared(model, fn, made, parent) or _is_there(model, fn, made, parent))
    )


def _is_key(param: Param) -> bool:
    """Whether a parameter is an argument of the field that must be given and names one thing."""
    marks = [mark for mark in param.marks if mark.name in _ARGUMENTS]
    if not marks or param.default is not None or "null" in param.type or "Optional" in param.type:
        return False
    given = [value for mark in marks for value in _flat(mark.args)]
    if any(value.name in _OPTIONAL and value.text != "false" for value in given):
        return False
    told = next((value.text for value in given if value.kind == "str" and value.name in ("", "name", "value")), "")
    return bool(_NAMES_ONE.search(told or param.name))


def _flat(values: Iterable[Arg]) -> Iterator[Arg]:
    for value in values:
        yield value
        yield from _flat(value.items)


def _is_compared(model: Model, fn: Fn, made: Function, parent: str) -> bool:
    """Whether the object is held against who asks: `if (viewer.id !== user.id) throw ...`."""
    others = {param.name for param in made.params if param.name != parent and param.marks}
    for each in model.inside.compares[fn.file].get(fn.index, ()):
        sides = {_first(each.left), _first(each.right)}
        if parent in sides and sides & others:
            return True
    return False


def _is_there(model: Model, fn: Fn, made: Function, parent: str) -> bool:
    """Whether the field is given as it is if the list has it: `if (book.author) return book.author`."""
    return any(
        each.fn == fn.index and each.value.kind == "name" and each.value.text == f"{parent}.{made.name}"
        for each in model.files[fn.file].returns
    )


def _first(value: Arg) -> str:
    return value.text.partition(".")[0] if value.kind == "name" else ""


def by_type(found: Iterable[tuple[Fn, str, str]]) -> list[list[tuple[Fn, str, str]]]:
    """Return the resolvers of each type that ask: one query with its fields sends them all."""
    types: dict[str, list[tuple[Fn, str, str]]] = {}
    for each in found:
        types.setdefault(plain(each[1].rpartition(".")[2]), []).append(each)
    return list(types.values())


def told_of(fields: list[str], parent: str) -> str:
    """Return what is told of the resolvers of these fields of a type."""
    if len(fields) == 1:
        return f"The resolver of {parent}.{fields[0]} runs one query for each {parent} of a list"
    shown = fields[:FIELDS_NAMED]
    rest = f" and {len(fields) - len(shown)} more fields" if len(fields) > len(shown) else ""
    names = ", ".join(shown) if rest else f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"The resolvers of {parent}.{names}{rest} run one query each for each {parent} of a list"


def place(model: Model, fn: Fn) -> Spot:
    """Return where a resolver stands."""
    return Spot(model.files[fn.file].path, model.project.function(fn).line, f"resolves {model.label(fn)}")
