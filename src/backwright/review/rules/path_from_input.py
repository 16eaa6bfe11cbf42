"""path-from-input: what a client sent becomes the path of a file."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.taint import Trace
from backwright.review.regexes import regex
from backwright.review.rules.guarded import Guards
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows, hit_of

VERB = "opens a path that a client chose with"
CHECKS = frozenset(
    "secure_filename sanitize_filename get_valid_filename basename is_relative_to commonpath safe_join realpath resolve startswith startsWith HasPrefix normalize Base GetFileName "
    "send_from_directory getCanonicalPath toRealPath isRelativeTo starts_with canonicalize fileExists getClientOriginalExtension".split()
)
# Methods of a path: what matters is what they are called on.
OF_PATHS = frozenset("read_text read_bytes write_text write_bytes unlink touch iterdir rmdir open mkdir".split())
_TEMPORARY = regex(
    r"files?\b\S*\.(path|filepath|tempFilePath|destination)$|tmp_name|getRealPath|getPathname"
)  # where the framework put an upload
_OPENS = frozenset(
    {
        "open",
        "send_file",
        "FileResponse",
        "sendFile",
        "createReadStream",
        "readFile",
        "readFileSync",
        "readfile",
        "file_get_contents",
    }
)
_KEPT = regex(
    r"\b(?!self|this|req|request|os|settings|config|app)(\w+)\.((?:file_?)?(?:path|name)|file_?name|file|image|attachment)$",
    re.IGNORECASE,
)
_UPLOAD = regex(r"file|image|img|upload|photo|picture|avatar|pic|^f$|^im$", re.IGNORECASE)


# Calls with more than one path, or with the path behind something else; of all others only the first argument is one.
_MORE_PATHS = regex(
    r"cop(y|ies)|move|rename|link|save_?file|SaveUploadedFile|ServeFile|^(File|Path|Paths|get|of|resolve|FileFromFS)$|extract",
    re.IGNORECASE,
)
_PATH_NAMES = regex(r"path|file|dest|target|source|src|dir|folder", re.IGNORECASE)
_ID = regex(r"(^|_)id$|Id$")
_STREAM = regex(r"InputStream\b|OpenReadStream|openStream|\.stream\b|\bgetBytes\b")
_OF_PARAMS = regex(r"\bparams\??\.(\w+)")
_NUMBER = regex(r"number|integer|uuid", re.IGNORECASE)
_NAMED = regex(r"^parameter (\w+)$|\((\w+)\)$|^(\w+) = ")
_PARAMETER = regex(r"^parameter (\w+)$")
# Frameworks whose path parameters hold no slash, even an encoded one, unless the route says so.
_ONE_PART = frozenset(
    "fastapi flask django litestar starlette laravel symfony lumen spring aspnet minimal-api gin".split()
)


def check(model: Model) -> Iterator[Hit]:
    """Yield files whose name a client chooses, where nothing on the way checks it."""
    told: set[object] = set()
    guards = Guards(model)
    for hit in (*flows(model, "sink-path", VERB, _counts), *_paths(model), *_stored(model)):
        # One path is mostly opened, copied and sent by one function, and one value may end in several.
        causes = {(hit.at, hit.fn), *((spot.file, spot.line) for spot in hit.path[1:2] if len(hit.path) > 2)}
        if (hit.fn >= 0 and causes & told) or any(guards.checked(fn) for fn in guards.along(hit.path, hit.at, hit.fn)):
            continue
        told |= causes
        if _is_number(model, hit):
            continue
        is_doubtful = (
            _is_one_part(model, hit)
            or _is_within_part(model, guards, hit)
            or _is_known_key(model, guards, hit)
            or _is_within_key(model, hit)
        )
        yield structs.replace(hit, tier=Tier.STRICT, confidence=Confidence.LOW) if is_doubtful else hit


def _is_known_key(model: Model, guards: Guards, hit: Hit) -> bool:
    """Whether a row is looked up by what the client chose, in a function that it passes: mostly nothing goes on where there is none."""
    names = {name for spot in hit.path for found in _NAMED.findall(spot.note) for name in found if name}
    return any(
        access.op == "read" and access.many is False and names & _keys(model, access)
        for fn in guards.along(hit.path, hit.at, hit.fn)
        for access in model.data.by_function.get(fn, ())
    )


def _is_within_key(model: Model, hit: Hit) -> bool:
    """PHP: whether what a client chose is called an id, and is followed by more text: `$id . "_" . time() . ".png"`."""
    if hit.at < 0 or model.files[hit.at].language != "php":
        return False
    names = {name for spot in hit.path for found in _NAMED.findall(spot.note) for name in found if name}
    held = [value for call in model.files[hit.at].calls if call.line == hit.line for value in _inner(call.args)]
    return bool(names) and all(_ID.search(name) for name in names) and any(v.kind in ("concat", "fmt") for v in held)


def _keys(model: Model, access: Access) -> set[str]:
    calls = model.files[access.at].calls
    return {text.rpartition("=")[2] for number in access.calls for text in flat(calls[number].args)}


def _is_within_part(model: Model, guards: Guards, hit: Hit) -> bool:
    """Whether something stands before what the client chose in the same part of the path: `uploads/17_{name}`.

    `17_..` is no folder that leads upwards, and these languages hand the path to the system as it is.
    """
    if hit.at < 0 or model.files[hit.at].language not in ("java", "kotlin", "python", "rust"):
        return False
    places = {(spot.file, spot.line) for spot in hit.path}
    for fn in guards.along(hit.path, hit.at, hit.fn):
        file = model.files[fn.file]
        known = model.taint.around(fn)
        for assign in file.assigns if known else ():
            value = assign.value
            if (file.path, assign.line) not in places or value.kind not in ("fmt", "concat"):
                continue
            before = value.text.split("{}")
            chosen = [n for n, item in enumerate(value.items) if model.taint.of(fn, item, known, assign.line)]
            if chosen and len(before) == len(value.items) + 1 and all(_is_begun(before, n) for n in chosen):
                return True
    return False


def _is_begun(texts: list[str], place: int) -> bool:
    """Whether the last part of a path has begun with other text before a value."""
    return bool(texts[place]) and not texts[place].endswith(("/", "\\")) and (place > 0 or "." not in texts[place])


def _is_one_part(model: Model, hit: Hit) -> bool:
    """Whether all that the client chooses is one part of the address, which a framework gives without slashes."""
    named = next((found[1] for spot in hit.path if (found := _PARAMETER.match(spot.note))), "")
    declared = _declared(model, hit) if named else None
    if declared is None or declared.framework not in _ONE_PART or f"{{{named}}}" not in declared.path:
        return False
    made = model.project.function(declared.handler) if declared.handler is not None else None
    if declared.framework == "spring":  # a pattern after the name still matches one part only
        return f"{{*{named}}}" not in declared.path
    marks = [text for mark in (made.marks if made is not None else ()) for text in flat(mark.args)]
    given = [text for call in model.files[declared.at].calls if call.line == declared.line for text in flat(call.args)]
    return not any(f"path:{named}" in text or f"{named}:" in text or "*" in text for text in (*marks, *given))


def _is_number(model: Model, hit: Hit) -> bool:
    """Whether the schema of a route lets nothing but a number or a UUID through: `params: Type.Object({ id: Type.Number() })`."""
    named = next((found[1] for spot in hit.path if (found := _OF_PARAMS.search(spot.note))), "")
    declared = _declared(model, hit) if named else None
    return declared is not None and any(
        item.name == named and _NUMBER.search(" ".join(flat((item,)))) is not None for item in _inner(declared.given)
    )


def _declared(model: Model, hit: Hit) -> Declared | None:
    """The endpoint that a finding's way starts with."""
    return next(
        (
            each
            for each in model.declared
            if hit.path and (model.files[each.at].path, each.line) == (hit.path[0].file, hit.path[0].line)
        ),
        None,
    )


def _inner(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        yield value
        yield from _inner(value.items)


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if call.name in ("sendFile", "download") and any(
        item.name == "root" for other in call.args for item in other.items
    ):
        return False  # Express keeps what it sends below its root
    if _TEMPORARY.search(value.text) or not _is_path(call, value):
        return False
    if model.files[at].language == "python":
        if call.name == "save" and (not _is_saved_file(call, value) or _is_kept_by_storage(model, at, call)):
            return False
        if call.name in OF_PATHS and call.on and not _is_module(model, at, call.on):
            return False
    return not _is_checked(model, at, call)


def _is_path(call: Call, value: Arg) -> bool:
    """Whether an argument is the path, and not what is written or how a download is called."""
    if _STREAM.search(" ".join(flat((value,)))):
        return False  # what is written, as in Files.copy(upload.getInputStream(), target)
    if value.name:
        return _PATH_NAMES.search(value.name) is not None and not re.search(r"name|type", value.name)
    return value is call.args[0] or _MORE_PATHS.search(call.name) is not None


def _is_checked(model: Model, at: int, call: Call) -> bool:
    """Whether something in the function checks a path; one that only asks where the program itself lies does not."""
    around = set(model.enclosing(at, call.fn))
    return any(
        other.name in CHECKS
        and other.line <= call.line
        and not any("__file__" in text or "__dirname" in text for text in (other.on, *(v.text for v in other.args)))
        for other in model.files[at].calls
        if other.fn in around
    )


def _is_saved_file(call: Call, value: Arg) -> bool:
    """`upload.save(os.path.join(folder, upload.filename))`, and not a model's or a form's save()."""
    return bool(
        call.args
        and value is call.args[0]
        and not value.name
        and _UPLOAD.search(call.on.rpartition(".")[2].strip("()"))
    )


def _is_kept_by_storage(model: Model, at: int, call: Call) -> bool:
    """Django: `row.image.save(name, content)` of a field, whose storage refuses names that lead elsewhere."""
    return len([value for value in call.args if not value.name]) > 1 and (
        "." in call.on or any(made.module.startswith("django") for made in model.files[at].imports)
    )


def _is_module(model: Model, at: int, on: str) -> bool:
    made = model.project.imported[at].get(on.partition(".")[0])
    return made is not None and not on[:1].isupper()


def _paths(model: Model) -> Iterator[Hit]:
    """Python: methods of a path that is made of what a client sent, and archives of a client's that are unpacked."""
    for at in model.own:
        if model.files[at].language != "python":
            continue
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            effect = next((does for does in told if does.does == "sink-path"), None)
            if effect is None or not call.on or not (call.name in OF_PATHS or _is_archive(model, at, call)):
                continue
            if _is_module(model, at, call.on) or any(value.name == "filter" for value in call.args):
                continue
            trace = _of_receiver(model, at, index, call)
            if trace is not None and not _is_checked(model, at, call):
                yield hit_of(model, at, call, trace, VERB)


def _stored(model: Model) -> Iterator[Hit]:
    """Names of files that a client wrote into the database before, put together to a path that is opened now."""
    stored = model.stored_text
    for at in model.own:
        file = model.files[at]
        for index, told in model.effects.of_call[at].items():
            call = file.calls[index]
            if call.name not in _OPENS or not call.args or not any(does.does == "sink-path" for does in told):
                continue
            fn = Fn(at, model.named(at, call.fn))
            found = next((m for text in flat(call.args[:1]) if (m := _KEPT.search(text))), None)
            if found is None or not model.is_served(fn) or _is_checked(model, at, call):
                continue
            trace = stored.trace(found[2])
            if trace is not None:
                spots = (*model.path_to(fn), *trace.spots[-2:], Spot(file.path, call.line, f"{call.name}()"))
                message = f"{model.label(fn)} opens {found[0]} with {call.name}(), a name that a client stored"
                yield Hit(at, call.line, message, call.fn, spots, Confidence.MEDIUM)


def _is_archive(model: Model, at: int, call: Call) -> bool:
    """A tar archive may name files outside of the folder that it is unpacked to; zipfile cuts such names itself."""
    return call.name in ("extractall", "extract") and any(
        "tar" in receiver.lower() for receiver in model.effects.receivers(at, call)
    )


def _of_receiver(model: Model, at: int, index: int, call: Call) -> Trace | None:
    """How what a method is called on comes from a client: the variable, or what it was made of right there."""
    fn = Fn(at, call.fn)
    known = model.taint.around(fn)
    made = model.files[at].calls[call.prev] if call.prev >= 0 else None
    values = made.args if made is not None else (Arg("name", call.on),)
    return next((t for value in values if (t := model.taint.of(fn, value, known, call.line)) is not None), None)
