"""How much of a file is read, and how a compressed one is opened without trusting it."""

import zlib

from backwright.model.errors import BadRequest

PROFILE_BYTES_MAX = 64 * 2**20  # decoded it takes ten times that; an hour at 100 Hz is below 10 MB
HEAP_BYTES_MAX = 512 * 2**20  # read as arrays it takes about twice that in memory
GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"


def inflate(data: bytes, limit: int = PROFILE_BYTES_MAX) -> bytes:
    """Return what a gzip file holds, of at most `limit` bytes; members that follow are not read.

    Raises:
        BadRequest: The file is cut short, damaged, or would grow beyond the limit.
    """
    inflater = zlib.decompressobj(wbits=31)
    try:
        text = inflater.decompress(data, limit + 1)
    except zlib.error as error:
        raise BadRequest(f"its gzip data is damaged: {error}") from None
    if len(text) > limit:
        raise BadRequest(f"it grows beyond {limit // 2**20} MB when it is unpacked")
    if not inflater.eof:
        raise BadRequest("its gzip data ends too early: the file is cut short")
    return text
