"""The catalog as one binary file, because a thousand small files are slow to read.

The compiled form is keyed by the content: a cheap stamp (names, sizes, times) says whether to
look closer, the hash of every byte says whether to compile again.
"""

import os
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

import msgspec

from backwright.catalog.catalog import Catalog
from backwright.catalog.read import read_catalog, read_shipped
from backwright.model.errors import NotFound

FORMAT = 2  # raise when the catalog's types change
Get = Callable[[str], bytes | None]
Put = Callable[[str, bytes], None]


class _Compiled(msgspec.Struct, array_like=True):
    format: int
    digest: str
    catalog: msgspec.Raw


@cache
def _decoder() -> msgspec.msgpack.Decoder[Catalog]:
    return msgspec.msgpack.Decoder(Catalog)


def load_catalog(
    content: Path, get: Get, put: Put, *, is_shipped: bool = False
) -> tuple[Catalog, str]:
    """Return the catalog and the digest of its content, compiled once and kept with `put`.

    Args:
        is_shipped: The folder is our own, and our tests have checked it.

    Raises:
        BadContent: It does not hold together.
    """
    if not content.is_dir():
        raise NotFound(
            f"there is no content folder '{content}'", hint="unset BACKWRIGHT_CONTENT_DIR"
        )
    stamp = f"catalog {FORMAT} {content} {_stamp(content)}"
    if kept := get(stamp):
        try:
            compiled = msgspec.msgpack.decode(kept, type=_Compiled)
            return _decoder().decode(compiled.catalog), compiled.digest
        except msgspec.DecodeError:
            pass  # written by another version; compile again
    catalog = read_shipped(content) if is_shipped else read_catalog(content)
    digest = content_digest(content)
    body = msgspec.Raw(msgspec.msgpack.encode(catalog))
    put(stamp, msgspec.msgpack.encode(_Compiled(FORMAT, digest, body)))
    return catalog, digest


def content_digest(content: Path) -> str:
    """Return the SHA-256 of every content file's name and bytes."""
    digest = sha256()
    for path in sorted(p for p in content.rglob("*") if p.is_file()):
        digest.update(str(path.relative_to(content)).encode() + b"\0")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _stamp(content: Path) -> str:
    """Return a hash of names, sizes and times of all content files, without reading them."""
    digest = sha256()
    folders = [str(content)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                if entry.is_dir():
                    folders.append(entry.path)
                else:
                    status = entry.stat()
                    digest.update(f"{entry.path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
