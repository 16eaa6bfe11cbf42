"""Profiles and heap snapshots that a person brings: told apart by what is in them, bytes in, values out."""

import re

from backwright.advise.profiles.cpuprofile import read_cpuprofile
from backwright.advise.profiles.folded import read_folded
from backwright.advise.profiles.limits import (
    GZIP,
    HEAP_BYTES_MAX,
    PROFILE_BYTES_MAX,
    ZIP,
    inflate,
)
from backwright.advise.profiles.pprof import read_pprof
from backwright.advise.profiles.speedscope import read_speedscope
from backwright.advise.profiles.values import Profile
from backwright.model.errors import BadRequest

_HEAP = re.compile(rb'\s*\{\s*"snapshot"\s*:')
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # bytes that are rare in text
START = 4096  # bytes in which a file shows what it is

__all__ = ["HEAP_BYTES_MAX", "Profile", "is_heap", "read_profile", "unpacked"]


def unpacked(data: bytes) -> bytes:
    """Return the file's content, unpacked if it is gzip; BadRequest if that is damaged or endless."""
    if data.startswith(ZIP):
        raise BadRequest("it is a zip archive: unpack it first and name the file in it")
    if not data.strip():
        raise BadRequest("it is empty")
    return inflate(data) if data.startswith(GZIP) else data


def is_heap(data: bytes) -> bool:
    """Whether this is a V8 heap snapshot."""
    return _HEAP.match(data[:START]) is not None


def read_profile(data: bytes) -> Profile:
    """Return a profile in any of the formats read.

    Raises:
        BadRequest: It is none of them, is damaged, or has no samples.
    """
    if len(data) > PROFILE_BYTES_MAX:
        raise BadRequest(
            f"it has {len(data) // 2**20} MB; a profile of at most {PROFILE_BYTES_MAX // 2**20} MB is read"
        )
    profile = _read(data)
    if not profile.stacks:
        raise BadRequest(f"it is {_an(profile.form)} without any sample in it")
    return profile


def _read(data: bytes) -> Profile:
    if data.lstrip()[:1] == b"{":
        if b'"shared"' in data and b'"profiles"' in data:
            return read_speedscope(data)
        if b'"callFrame"' in data:
            return read_cpuprofile(data)
        raise BadRequest("its JSON is neither speedscope nor a V8 profile or snapshot")
    is_binary = _BINARY.search(data[:START]) is not None
    try:
        return read_folded(data.decode("utf-8"))
    except UnicodeDecodeError:
        return read_pprof(data)
    except BadRequest:
        if is_binary:
            return read_pprof(data)
        raise


def _an(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
