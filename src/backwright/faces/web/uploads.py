"""What visitors upload: a folder of its own for each request, the only one that its job may read, removed afterwards."""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from backwright.adapters import archives
from backwright.adapters.source_tree import SOURCE_BYTES_MAX
from backwright.faces.web.site import site_of, visitor_of
from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Container

    from starlette.datastructures import ImmutableMultiDict
    from starlette.requests import Request

    from backwright.usecases.spec import Question, UseCase

UPLOAD = "upload"  # the form's name for the one thing that most verbs take
NOTE = "upload_note"  # what is said of it beside the answer
FRESH_SECONDS = 900  # what is younger may be another worker's that is just being unpacked
NAME_MAX = 100  # bytes of an upload's name: file systems take 255, and a number may go before it
FILE_MAX = 32_000_000  # bytes of one file that is no archive: profiles and heap snapshots are large
_NAME = re.compile(r"[^\w.\- ]+")


@dataclass(frozen=True)
class Taken:
    """What was uploaded with a form.

    Attributes:
        folder: Where it lies; None if nothing was uploaded.
        also: Names of the verb's fields, with where their uploads are below the folder.
        note: What was taken and what was left out, in words; "" if nothing was uploaded.
    """

    folder: Path | None = None
    also: dict[str, object] = field(default_factory=dict)
    note: str = ""

    def forget(self) -> None:
        """Remove it."""
        if self.folder is not None:
            rmtree(self.folder, ignore_errors=True)


async def taken(request: Request, use_case: UseCase, sent: ImmutableMultiDict[str, Any]) -> Taken:
    """Put what was uploaded into a folder of its own.

    Raises:
        BadRequest: It cannot be unpacked, or is too large; nothing is left on the disk.
    """
    questions = [q for q in use_case.questions() if q.mark.disk in ("file", "folder")]
    found: list[tuple[Question, UploadFile]] = []
    for at, question in enumerate(questions):
        names = (question.name, UPLOAD) if at == 0 else (question.name,)
        files = [f for name in names for f in sent.getlist(name) if isinstance(f, UploadFile)]
        found += [(question, file) for file in files if file.filename or file.size]
    if not found:
        _check_named(request, questions, sent)
        return Taken()
    site = site_of(request)
    in_use = site.parts["jobs"].folders() if "jobs" in site.parts else ()
    return await run_in_threadpool(_put, site.uploads, found, in_use)


def _check_named(
    request: Request, questions: list[Question], sent: ImmutableMultiDict[str, Any]
) -> None:
    """Ask for an upload where the folder that is meant would be one of the server."""
    if visitor_of(request).is_local or not questions or questions[0].mark.disk != "folder":
        return
    if not any(
        isinstance(value, str) and value.strip() for value in sent.getlist(questions[0].name)
    ):
        raise BadRequest(
            "choose a file to upload",
            detail="A zip or tar.gz of the folder; or write 'example' for the one that comes with Backwright.",
        )


def _put(uploads: Path, found: list[tuple[Question, UploadFile]], in_use: Container[str]) -> Taken:
    sweep(uploads, in_use)
    folder = uploads / secrets.token_hex(16)
    also: dict[str, object] = {}
    notes = []
    try:
        folder.mkdir(parents=True, mode=0o700)
        for question, file in found:
            path, note = _one(folder, question, file)
            if question.repeated:
                also[question.name] = [*_listed(also.get(question.name)), path]
            else:
                also[question.name] = path
            notes.append(note)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    return Taken(folder, also, " ".join(notes))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _one(folder: Path, question: Question, file: UploadFile) -> tuple[str, str]:
    """Put one upload below the folder; return where it is and what is to be said of it."""
    name = own_name(file.filename or "")
    size = file.size or 0
    file.file.seek(0)
    if question.mark.disk == "folder" and is_archive(name, file.file.read(4)):
        into = _free(folder, _stem(name))
        into.mkdir()
        made = archives.unpack(file.file, size, into)
        where = into.name if made.top == "." else f"{into.name}/{made.top}"
        return where, _told(name, made)
    limit = SOURCE_BYTES_MAX if question.mark.disk == "folder" else FILE_MAX
    if size > limit:
        raise BadRequest(f"'{name}' is larger than {limit // 1_000_000} MB")
    file.file.seek(0)
    target = _free(folder, name)
    target.write_bytes(file.file.read(limit + 1))
    return target.name, f"{target.name}, {size:,} bytes."


def _free(folder: Path, name: str) -> Path:
    """Return where an upload goes; two from different folders of the sender may have one name."""
    numbered = (folder / f"{at}-{name}" for at in count(2))
    first = folder / name
    return next(each for each in chain((first,), numbered) if not each.exists())


def is_archive(name: str, start: bytes) -> bool:
    """Whether an upload is to be unpacked: by its name, or by how it begins."""
    return bool(archives.ENDING.search(name)) or start.startswith((b"PK\x03\x04", b"\x1f\x8b"))


def own_name(name: str) -> str:
    """Return a name for an upload that says nothing to a file system: its last part, plain."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = _NAME.sub("-", last).strip(". ").encode(errors="ignore")[-NAME_MAX:]
    return plain.decode(errors="ignore") or "upload"


def _stem(name: str) -> str:
    return archives.ENDING.sub("", name) or "upload"


def _told(name: str, made: archives.Unpacked) -> str:
    text = f"{name}: {made.files:,} files unpacked."
    if made.left_out:
        named = "; ".join(f"{each} ({why})" for each, why in made.left_out[:3])
        more = len(made.left_out) + made.more - 3
        text += f" Left out: {named}{f'; {more:,} more' if more > 0 else ''}."
    return text


def sweep(uploads: Path, in_use: Container[str] = (), fresh: float = FRESH_SECONDS) -> None:
    """Remove what was left by a process that ended before it could: at the start, and before each upload.

    `fresh` is the age in seconds from which on nobody is still unpacking it.
    """
    with suppress(OSError):
        for folder in uploads.iterdir():
            if str(folder) in in_use:
                continue
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime >= fresh:  # noqa: TID251  (beside a file's own time)
                    rmtree(folder, ignore_errors=True)
