"""Archives that strangers send: unpacked into a folder, bounded in every way, nothing beside it, no links, no archives within."""

from __future__ import annotations

import bz2
import gzip
import re
import struct
import tarfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from backwright.adapters.source_tree import SOURCE_BYTES_MAX, is_ignored
from backwright.model.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES_MAX = 50_000  # of a review's own limit of 200,000: an upload is one service, not a monorepo
UNPACKED_MAX = 256_000_000  # bytes on the disk; a million lines of source are about 40 MB
READ_MAX = 1_000_000_000  # bytes that come out of the packing, those that are left out included
RATIO_MAX = 200  # unpacked to packed; source reaches 10, minified data 30, a bomb 1000
RATIO_FROM = 20_000_000  # bytes; below it a high ratio hurts nobody
DEPTH_MAX = 60  # folders below each other, as in a review
NAME_MAX = 240  # bytes of one part of a path: file systems take 255
DIRECTORY_MAX = 12_000_000  # bytes of a zip's list of contents, which is read whole into memory
PIECE = 64_000
SKIPPED_NAMED = 20  # of what was left out, by name
ENDING = re.compile(r"\.(zip|tar|tgz|tar\.gz|tbz2?|tar\.bz2)$", re.IGNORECASE)
_ZIP_END, _ZIP_TAIL = b"PK\x05\x06", 65_557
_DRIVE = re.compile(r"^[A-Za-z]:")


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes: ...


@dataclass
class Unpacked:
    """What came out of an archive.

    Attributes:
        top: The one folder that all of it lies in, below the folder it was unpacked to; "." if there are several.
        left_out: Names of what was not unpacked, the first SKIPPED_NAMED, with the reason.
        more: How many more were left out.
    """

    top: str = "."
    files: int = 0
    size: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)
    more: int = 0

    def leave_out(self, name: str, why: str) -> None:
        """Note that something was not unpacked."""
        if len(self.left_out) < SKIPPED_NAMED:
            self.left_out.append((_shown(name), why))
        else:
            self.more += 1


def unpack(packed: BinaryIO, size: int, folder: Path, files_max: int = FILES_MAX) -> Unpacked:
    """Unpack a zip, tar, tar.gz or tar.bz2 into an empty folder.

    What a review would not read anyway (dependencies, binaries of many megabytes) stays packed.

    Raises:
        BadRequest: No such archive, damaged, encrypted, or larger than is taken.
    """
    packed.seek(0)
    start = packed.read(512)
    packed.seek(0)
    made = Unpacked()
    out = _Out(folder, size, files_max, made)
    try:
        if start.startswith(b"PK"):
            _zip(packed, out)
        elif start.startswith(b"\x1f\x8b"):
            _tar(gzip.GzipFile(fileobj=packed, mode="rb"), out)
        elif start.startswith(b"BZh"):
            _tar(bz2.BZ2File(packed, mode="rb"), out)
        elif start[257:262] == b"ustar":
            _tar(packed, out)
        else:
            raise BadRequest(
                "this is no archive that can be read", detail="zip, tar, tar.gz and tar.bz2 are"
            )
    except (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError,
        NotImplementedError, struct.error, RuntimeError, UnicodeError,
    ) as error:  # fmt: skip
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise BadRequest(
            "the archive is damaged",
            detail=f"after {made_files(folder)} files: {_shown(str(error))}",
        ) from None
    if not made.files:
        told = "; ".join(f"{name}: {why}" for name, why in made.left_out[:3])
        raise BadRequest("the archive holds no file that can be read", detail=told)
    made.top = _top(folder)
    return made


def made_files(folder: Path) -> int:
    """Return how many files lie below a folder."""
    return sum(1 for path in folder.rglob("*") if path.is_file())


def _zip(packed: BinaryIO, out: _Out) -> None:
    _check_directory(packed, out.size)
    made = out.made
    with zipfile.ZipFile(packed) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            kind = entry.external_attr >> 28  # the type of a Unix file, 0 if none is given
            if entry.flag_bits & 0x1:
                raise BadRequest("the archive is encrypted", detail="send it without a password")
            if kind not in (0, 8):
                made.leave_out(entry.filename, "a link" if kind == 10 else "no plain file")
            elif entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                made.leave_out(entry.filename, "packed by a method that is not read")
            elif target := out.place(entry.filename, entry.file_size):
                with archive.open(entry) as source:
                    out.copy(source, target, entry.filename)


def _check_directory(packed: BinaryIO, size: int) -> None:
    """Refuse a list of contents that would fill the memory before anything is unpacked."""
    packed.seek(max(0, size - _ZIP_TAIL))
    tail = packed.read(_ZIP_TAIL)
    packed.seek(0)
    at = tail.rfind(_ZIP_END)
    if at < 0 or len(tail) < at + 22:
        raise BadRequest("the archive is damaged", detail="its list of contents is missing")
    length = struct.unpack("<I", tail[at + 12 : at + 16])[0]
    if length > DIRECTORY_MAX:
        raise BadRequest(f"the archive lists more than is taken, {FILES_MAX:,} files")


def _tar(stream: Readable, out: _Out) -> None:
    bounded, made = _Bounded(stream, out.size), out.made
    with tarfile.open(fileobj=bounded, mode="r|", errorlevel=0) as archive:  # type: ignore[call-overload]
        for entry in _entries(archive):
            if entry.isdir():
                continue
            if not entry.isfile() or entry.sparse is not None:
                link = entry.issym() or entry.islnk()
                made.leave_out(entry.name, "a link" if link else "no plain file")
            elif target := out.place(entry.name, entry.size):
                source = archive.extractfile(entry)
                if source is not None:
                    out.copy(source, target, entry.name)


def _entries(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Yield the members and forget them: a tar of a million entries stays small."""
    for entry in archive:
        yield entry
        archive.members = []  # type: ignore[attr-defined]


class _Bounded:
    """A stream that ends with an error after so many bytes: what is skipped in a tar is unpacked, too."""

    def __init__(self, stream: Readable, size: int) -> None:
        self._stream, self._left = stream, min(READ_MAX, max(size * RATIO_MAX, RATIO_FROM * 4))

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            raise too_large()
        return found


class _Out:
    """Where files go: names that lead elsewhere are left out, sums are kept."""

    def __init__(self, folder: Path, size: int, files_max: int, made: Unpacked) -> None:
        self._folder, self._files_max = folder.resolve(), files_max
        self.size, self.made = size, made
        self._seen = 0

    def place(self, name: str, size: int) -> Path | None:
        """Return where a file goes; None if it is left out."""
        self._seen += 1
        if self._seen > 4 * self._files_max:
            raise BadRequest(f"the archive holds more than {self._files_max:,} files")
        why = why_not(name, size)
        if why is not None:
            if why:
                self.made.leave_out(name, why)
            return None
        target = self._folder.joinpath(*_parts(name))
        if target.exists() or not self._make_parent(target):
            self.made.leave_out(name, "its place is taken by another entry")
            return None
        self.made.files += 1
        if self.made.files > self._files_max:
            raise BadRequest(f"the archive holds more than {self._files_max:,} files")
        return target

    def _make_parent(self, target: Path) -> bool:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            return False
        return True

    def copy(self, source: Readable, target: Path, name: str) -> None:
        """Write one file, whatever its entry said its size was."""
        written = 0
        with target.open("xb") as out:
            while piece := source.read(PIECE):
                written += len(piece)
                self.made.size += len(piece)
                if self.made.size > UNPACKED_MAX:
                    raise too_large()
                if self.made.size > max(RATIO_FROM, self.size * RATIO_MAX):
                    raise too_large()
                if written > SOURCE_BYTES_MAX:
                    break
                out.write(piece)
        if written > SOURCE_BYTES_MAX:
            target.unlink()
            self.made.files -= 1
            self.made.leave_out(name, "larger than it said")


def why_not(name: str, size: int) -> str | None:
    """Return why an entry is left out, "" if nobody need be told, None if it is unpacked."""
    parts = name.split("/")
    if "\0" in name or "\\" in name or name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        return "its name leads elsewhere"
    try:
        sizes = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    if max(sizes) > NAME_MAX or len(parts) > DEPTH_MAX:
        return "its name is too long"
    if not _parts(name):
        return "it has no name"
    if is_ignored(name):
        return ""
    if size > SOURCE_BYTES_MAX:
        return f"larger than {SOURCE_BYTES_MAX // 1_000_000} MB"
    return None


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in ("", ".")]


def _top(folder: Path) -> str:
    found = list(folder.iterdir())
    return found[0].name if len(found) == 1 and found[0].is_dir() else "."


def too_large() -> BadRequest:
    """Return what is said of an archive that unpacks to more than is taken."""
    return BadRequest(
        f"the archive unpacks to more than is taken, {UNPACKED_MAX // 1_000_000} MB of files of at most 2 MB",
        detail="leave out data, dependencies and build output",
    )


def _shown(text: str) -> str:
    """Return a stranger's text on one short line, without what a terminal or log acts on."""
    plain = "".join(char if char.isprintable() else "?" for char in text)
    return plain if len(plain) <= 120 else f"{plain[:117]}..."
