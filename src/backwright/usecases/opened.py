"""Opens the index of `ask`; it is built once for each content and kept in the cache."""

import msgspec

from backwright.usecases.bench import Bench
from backwright.usecases.indexed import FORMAT, Indexed, Kept


def indexed(bench: Bench) -> Indexed:
    """Return the index of this content, built when it is not kept yet.

    Raises:
        BadContent: The content does not hold together.
    """
    key = f"ask/{FORMAT}/{bench.digest}/{bench.rules()}/{bench.encoder() is not None}"
    if kept := bench.cache.get(key):
        try:
            found = msgspec.msgpack.decode(kept, type=Kept)
            if found.format == FORMAT:
                return Indexed(found)
        except msgspec.DecodeError:
            pass  # written by another version; build again
    from backwright.usecases.indexing import build  # only the first time; it reads everything

    bench.progress("building the index of all pages, once")
    built = build(bench)
    bench.cache.put(key, msgspec.msgpack.encode(built))
    return Indexed(built)
