"""Node: middleware that does not count for some paths: `app.use(jwt({ secret }).unless({ path: ["/login"] }))`."""

from collections.abc import Iterator

from backwright.review.facts import Arg
from backwright.review.link.node import EXACTLY, EXCEPT
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_URL = regex(r"\burl\s*:\s*((?:[\"'`]([^\"'`]*)[\"'`])|/\S+)")
_METHODS = regex(r"\bmethods?\s*:\s*(\[[^\]]*\]|[\"'`]\w+)")
_UNLESS = regex(r"\.unless$")
# A regular expression that is a path and what may follow: /^\/public/, /\/orders(.*)/
_STARTS = regex(r"/\^?((?:\\/[\w-]+)+)(?:\\/)?(?:\(?\.\*\)?)?/\w*$")


def spared(project: Project, at: int, fn: int, value: Arg) -> str:
    """Return the start of a word, `except=/login$,/public`, for middleware that spares these paths, itself or as a function of the project gives it; "" for all other."""
    if value.kind != "call" or not project.calls_by_name.get("unless"):
        return ""
    if _UNLESS.search(value.text):
        paths = [path for item in value.items for path in _paths(item)]
        return f"{EXCEPT}{','.join(paths)} " if paths else ""
    on, _, name = value.text.rpartition(".")
    for made in project.resolve(at, fn, on, name)[:1]:
        for back in project.files[made.file].returns:
            if back.fn == made.index and back.value.kind == "call" and _UNLESS.search(back.value.text):
                return spared(project, made.file, made.index, back.value)
    return ""


def _paths(options: Arg) -> Iterator[str]:
    for item in options.items if options.kind == "dict" else ():
        if item.name == "path":
            for each in item.items if item.kind == "list" else (item,):
                yield from _path(each)


def _path(value: Arg) -> Iterator[str]:
    if (
        value.kind == "dict"
    ):  # { url: "/orders", methods: ["GET"] }: what it spares for reading alone, it does not spare
        url, methods = _URL.search(value.text), _METHODS.search(value.text)
        if url is not None and (methods is None or any(word in methods[1].upper() for word in _CHANGES)):
            yield from _path(Arg("str", url[2]) if url[2] else Arg("other", url[1]))
    elif value.kind == "str" and value.text.startswith("/"):
        yield value.text + EXACTLY
    elif found := _STARTS.match(value.text):
        yield found[1].replace("\\", "")
