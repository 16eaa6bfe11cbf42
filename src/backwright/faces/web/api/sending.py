"""What a program sends: fields in a query, JSON, a form; and files, which are put into a folder that only its verb can read."""

from __future__ import annotations

import secrets
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from backwright.faces.web import uploads, verbs
from backwright.faces.web.api.answering import UnsupportedMedia
from backwright.faces.web.api.operation import FORM, JSON, MULTIPART
from backwright.faces.web.site import site_of
from backwright.model.errors import BadRequest
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from backwright.usecases.spec import Question, UseCase

FILES_MAX = 2000  # of one request; more come as an archive
NAME_MAX = 400  # bytes of a path
FILES = "files"


@dataclass(frozen=True)
class Sent:
    """A request of a verb as it was sent.

    Attributes:
        folder: Where the files that came with it are; None if none came.
    """

    ask: Any
    folder: Path | None


def offered(use_case: UseCase) -> tuple[Question, ...]:
    """Return the fields that a program can send: not where to write a file, as it is sent what would be written."""
    return tuple(
        each for each in use_case.questions() if each.mark.disk != "write" or each.default is ...
    )


def takes_files(use_case: UseCase) -> bool:
    """Whether a verb reads files or a folder."""
    return any(each.mark.disk in ("file", "folder") for each in use_case.questions())


def from_query(use_case: UseCase, request: Request) -> Any:  # noqa: ANN401  (the verb's Ask)
    """Return the request that a query makes; several values for one field only where it takes several."""
    return request_of(use_case, _grouped(use_case, request.query_params.multi_items()))


@asynccontextmanager
async def from_body(use_case: UseCase, request: Request, keep: list[Path]) -> AsyncIterator[Sent]:
    """Yield the request that a body makes; its files are removed afterwards unless their folder is put into `keep`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    files: dict[str, str | UploadFile] = {}
    taken = uploads.Taken()
    if kind == JSON:
        given = _from_json(await request.body())
        files = dict(_files_of(use_case, given))
        given = {name: _checked(use_case, name, value) for name, value in given.items()}
    elif kind in (FORM, MULTIPART):
        form = await request.form(max_files=FILES_MAX)
        files = _loose(form)
        others = [n for n, v in form.multi_items() if isinstance(v, UploadFile) and n != FILES]
        _check_files(use_case, bool(files), others)
        given = _grouped(use_case, verbs.pairs(form))
        if others:
            taken = await uploads.taken(request, use_case, form)
            given |= taken.also
    else:
        raise UnsupportedMedia(
            f"'{kind[:80]}' is not read here" if kind else "the body has no content-type",
            hint=f"Content-Type: {JSON}",
        )
    folder = taken.folder
    try:
        ask = request_of(use_case, given)
        folder = folder or (await _put(site_of(request).uploads, files) if files else None)
        yield Sent(ask, folder)
    finally:
        if folder is not None and folder not in keep:
            await run_in_threadpool(rmtree, folder, ignore_errors=True)


def _loose(form: FormData) -> dict[str, str | UploadFile]:
    """Return the files that are sent as they lie in a folder, by path."""
    found = [each for each in form.getlist(FILES) if isinstance(each, UploadFile)]
    return {each.filename or FILES: each for each in found}


def _check_files(use_case: UseCase, has_loose: bool, others: list[str]) -> None:  # noqa: FBT001  (one of two facts)
    if (has_loose or others) and not takes_files(use_case):
        raise BadRequest(f"'{use_case.name}' takes no files")
    names = {q.name for q in use_case.questions() if q.mark.disk in ("file", "folder")}
    for name in others:
        if name not in (*names, uploads.UPLOAD):
            raise _unknown(use_case, name)
    if has_loose and others:
        raise BadRequest(f"files come under '{FILES}' or under the name of a field, not both")


def _from_json(body: bytes) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(body) if body.strip() else {}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(f"the body is not JSON: {str(error)[:200]}") from None
    if not isinstance(given, dict):
        raise BadRequest("the body is not a JSON object")
    return given


def _files_of(use_case: UseCase, given: dict[str, Any]) -> dict[str, str | UploadFile]:
    """Take the files out of a JSON body: path to text."""
    if not takes_files(use_case) or FILES not in given:
        return {}
    files = given.pop(FILES)
    if not isinstance(files, dict) or not all(isinstance(text, str) for text in files.values()):
        raise BadRequest("files: not an object of paths and texts")
    if len(files) > FILES_MAX:
        raise BadRequest(f"files: {len(files)}; at most {FILES_MAX}")
    return dict(files)


def _checked(use_case: UseCase, name: str, value: Any) -> Any:  # noqa: ANN401  (a JSON value)
    """Return a JSON value as it is, unless it is a text where a number or a truth value belongs."""
    question = next((each for each in offered(use_case) if each.name == name), None)
    if question is None:
        raise _unknown(use_case, name)
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) != question.repeated and value is not None:
        raise BadRequest(f"{name}: {'a list' if question.repeated else 'one value'} is expected")
    if question.type is not str and any(isinstance(each, str) for each in values):
        raise BadRequest(f"{name}: a text is not a {question.type.__name__}", detail=question.help)
    if isinstance(value, list) and None in value:
        raise BadRequest(f"{name}: null is no value of a list")
    return value


def _grouped(use_case: UseCase, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    questions = {each.name: each for each in offered(use_case)}
    for name in grouped:
        if name not in questions:
            raise _unknown(use_case, name)
    for name, values in grouped.items():
        if "" in values and questions[name].type is not str:
            raise BadRequest(f"{name}: nothing is said", detail="Leave it out for its default.")
    return {
        name: values if questions[name].repeated or len(values) > 1 else values[0]
        for name, values in grouped.items()
    }


def _unknown(use_case: UseCase, name: str) -> BadRequest:
    names = ", ".join(each.name for each in offered(use_case))
    return BadRequest(
        f"'{use_case.name}' has no field '{str(name)[:80]}'", detail=f"It has: {names}"
    )


async def _put(place: Path, files: Mapping[str, str | UploadFile]) -> Path:
    """Write files into a folder of their own below a place."""
    folder = place / secrets.token_urlsafe(18)
    targets = {name: _inside(folder, name) for name in files}
    try:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else await content.read()
            await run_in_threadpool(_write, targets[name], data)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    return folder


def _write(target: Path, data: bytes) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    except (OSError, ValueError):
        raise BadRequest(f"'{target.name[:80]}' cannot be a file here") from None


def _inside(folder: Path, name: str) -> Path:
    """Return where a file goes; BadRequest if its name leads elsewhere."""
    path = PurePosixPath(name)
    is_own = bool(path.parts) and not path.is_absolute() and ".." not in path.parts
    if not is_own or "\\" in name or not name.isprintable() or len(name.encode()) > NAME_MAX:
        raise BadRequest(f"'{name[:80]}' is no name of a file below the folder that is sent")
    return folder / path
