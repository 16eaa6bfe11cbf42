"""JavaScript: uploads that are taken into memory however large they are: multer without limits, interceptors of NestJS without options."""

from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_INTERCEPTORS = regex(r"(?:^|\.)(File|Files|FileFields|AnyFiles)Interceptor$")
_MEMORY = regex(r"(^|\.)memoryStorage$")
_BOUNDS = frozenset({"limits", "dest"})  # of these two one says how much, the other where else it goes
SPOTS_MAX = 24  # other places named in one finding
_FIX = "Say how large a file may be: multer({ storage, limits: { fileSize: 5 * 1024 * 1024 } })."


def boundless_uploads(model: Model) -> Iterator[Hit]:
    """Yield what takes them: one finding for each repository."""
    hits = [*_by_multer(model), *_by_nest(model)]
    if hits:
        first, *others = hits
        spots = tuple(Spot(model.files[hit.at].path, hit.line, "here, too") for hit in others[:SPOTS_MAX])
        yield structs.replace(first, path=(*first.path, *spots))


def _by_multer(model: Model) -> Iterator[Hit]:
    own = frozenset(model.own)
    for at, index in model.project.calls_by_name.get("multer", ()):
        call = model.files[at].calls[index]
        made = model.project.imported[at].get("multer") if at in own and not call.on else None
        if made is None or made.module != "multer" or _takes_none(model, at, call):
            continue
        if _is_boundless(model, at, call):
            message = "uploads of any size are taken into memory: multer() keeps them there and is given no limits"
            yield Hit(at, call.line, message, call.fn, (), Confidence.HIGH, fix=_FIX)


def _takes_none(model: Model, at: int, call: Call) -> bool:
    """Whether forms are read with it that may have no file: `upload.none()`, and nothing else in the file."""
    asked = {each.name for each in model.files[at].calls if call.to and each.on == call.to}
    return "none" in asked and not asked & {"single", "array", "fields", "any"}


def _is_boundless(model: Model, at: int, call: Call) -> bool:
    options = _options(model, at, call)
    if options is None:
        return not call.args
    names = {item.name for item in options.items}
    if names & _BOUNDS or "" in names:  # ...options
        return False
    storage = next((item for item in options.items if item.name == "storage"), None)
    return storage is None or _is_memory(model, at, call.fn, storage)


def _options(model: Model, at: int, call: Call) -> Arg | None:
    """Return the dictionary that a call is given, also by a name; None if it is not known."""
    given = call.args[0] if call.args else None
    if given is not None and given.kind == "name":
        given = next((each.value for each in _held(model, at, call.fn, given.text)), None)
    return given if given is not None and given.kind == "dict" else None


def _held(model: Model, at: int, fn: int, name: str) -> Iterator[Assign]:
    """Yield what a name is given, here or in the module that it is imported from; nothing if that is more than one thing."""
    for scope in dict.fromkeys((fn, -1)):
        if found := model.project.assigned[at].get((scope, name), ()):
            yield from found[:1] if len(found) == 1 else ()
            return
    made = model.project.imported[at].get(name)
    for number in model.project.module_files(at, made.module) if made is not None else ():
        for target in (made.name, "default", "module.exports") if made is not None else ():
            if found := model.project.assigned[number].get((-1, target), ()):
                yield from found[:1]
                return


def _is_memory(model: Model, at: int, fn: int, storage: Arg) -> bool:
    if storage.kind == "name":
        return any(
            each.value.kind == "call" and _MEMORY.search(each.value.text) for each in _held(model, at, fn, storage.text)
        )
    return storage.kind == "call" and bool(_MEMORY.search(storage.text))


def _by_nest(model: Model) -> Iterator[Hit]:
    """`@UseInterceptors(FileInterceptor("file"))`: without options, and without a module that has them, the file is kept in memory."""
    if model.project.calls_by_name.get("register") and any(
        "MulterModule" in made.name for at in model.own for made in model.files[at].imports
    ):
        return
    for declared in model.declared:
        if declared.handler is None or declared.framework != "nestjs":
            continue
        made = model.project.function(declared.handler)
        given = (text for param in made.params for mark in param.marks for text in flat(mark.args))
        is_late = any("MaxFileSize" in text or "ParseFile" in text for text in given)  # it is refused, if late
        for mark in made.marks if not is_late else ():
            for value in mark.args if mark.name == "UseInterceptors" else ():
                if value.kind == "call" and _INTERCEPTORS.search(value.text) and not _has_options(value):
                    message = f"{declared.method} {declared.path} takes uploads of any size into memory: {value.text}() is given no limits"
                    line = mark.line or made.line
                    yield Hit(
                        declared.handler.file, line, message, declared.handler.index, (), Confidence.HIGH, fix=_FIX
                    )


def _has_options(value: Arg) -> bool:
    """Whether an interceptor is given more than the names of fields and how many files there are."""
    return any(item.kind not in ("str", "num", "list") for item in value.items)
