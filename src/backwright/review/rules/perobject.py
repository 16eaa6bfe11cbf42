"""What a function asks anew with the object that it is given, whatever was loaded with it."""

from collections.abc import Iterator

from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.asking import Asking
from backwright.review.rules.looping import Loops


def asked_with(model: Model, loops: Loops, asking: Asking, fn: Fn, name: str) -> Iterator[int]:
    """Yield each call of a function that asks a database, itself or through others, with what the function is given as `name`."""
    file = model.files[fn.file]
    if not name or asking.remembers(fn):
        return
    names = {name} | {
        assign.target
        for assign in file.assigns
        if assign.fn == fn.index and loops.mentions(fn.file, assign.value, {name})
    }
    for index in model.inside.calls[fn.file].get(fn.index, ()):
        access = model.data.by_call.get((fn.file, index))
        if access is not None and file.calls[access.calls[0]].name == "all":
            continue  # a relation, which is told as such unless it was loaded
        if access is not None:
            asks = asking.reads(access) and any(loops.depends(fn.file, n, frozenset(names)) for n in access.calls)
        else:
            targets = model.project.resolve_call(fn.file, file.calls[index])[:1]
            asks = any(t in asking.reach and asking.reach[t][1] == "query" for t in targets)
            asks = asks and loops.depends(fn.file, index, frozenset(names))
        if asks:
            yield index
