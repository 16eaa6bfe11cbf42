"""ASP.NET: middleware of the project that refuses who brings no key or login, and the paths that it stands before."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.inside import within
from backwright.review.link.minimalapi import MAPS_CONTROLLERS
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

LINES_MAX = 6  # from where a request is asked for its key to where it is refused
SKIP_MAX = 4  # from where a path is asked for to where it is let through
_RUNS = ("InvokeAsync", "Invoke")
_HOSTS = MAPS_CONTROLLERS | {"UseRouting", "UseEndpoints", "MapRazorPages", "MapHub", "MapFallbackToFile"}
_BROUGHT = regex(r"(^|\.)Request\.(Headers|Cookies)(\.\w+)?$")
_REFUSED = regex(r"\b(401|403)\b|Unauthori[sz]ed|Forbidden")
_NEXT = regex(r"(?:this\.)?_?next(Delegate|Middleware)?(\.Invoke)?$", re.IGNORECASE)
_PATH = regex(r"(^|\.)Request\.Path(\.Value)?(\.ToString\(\)|\.ToLower(Invariant)?\(\))*$")
_STARTS, _EQUALS, _HOLDS = ("StartsWithSegments", "StartsWith"), "Equals", "Contains"


class _Path(NamedTuple):
    """A path that a condition names, and how: it begins with it, is it, or has it somewhere."""

    how: str
    text: str

    def covers(self, path: str) -> bool:
        path, text = path.lower().rstrip("/"), self.text.lower().rstrip("/")
        if self.how == _HOLDS:
            return text in path
        return path == text or (self.how in _STARTS and path.startswith(text))


class _Guard(NamedTuple):
    """Middleware that refuses: in the application of a folder, for some paths (none: for all), but not for others."""

    folder: str
    paths: tuple[_Path, ...]
    without: tuple[_Path, ...]
    asks_marks: bool  # whether what is marked as open is let through


class DotnetMiddleware:
    """What the middleware that an application uses refuses by itself."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def refuses(self, at: int, path: str, *, is_open: bool) -> bool:
        """Whether middleware refuses requests for a path that bring nothing. `is_open`: the endpoint is marked as open."""
        if not self._guards:
            return False
        folder = self._folder(at)
        for guard in self._guards:
            if guard.folder != folder and len(self._hosts) != 1:
                continue
            if is_open and guard.asks_marks:
                continue
            if guard.paths and not any(each.covers(path) for each in guard.paths):
                continue
            if not any(each.covers(path) for each in guard.without):
                return True
        return False

    def _folder(self, at: int) -> str:
        return self.project.csharp.extensions.project_of(self.project.files[at].path)

    @cached_property
    def _hosts(self) -> frozenset[str]:
        """Folders of the applications that answer requests."""
        return frozenset(
            self._folder(at)
            for name in _HOSTS
            for at, _ in self.project.calls_by_name.get(name, ())
            if not self.project.files[at].is_test
        )

    @cached_property
    def _guards(self) -> list[_Guard]:
        found: list[_Guard] = []
        for at, index in self.project.calls_by_name.get("UseMiddleware", ()):
            file = self.project.files[at]
            call = file.calls[index]
            name = next((value.text for value in call.args if value.kind == "type"), "")
            cls = self.project.find_class(at, name) if name and not file.is_test else None
            within = self._within(at, call)
            guard = self._guard(cls) if cls is not None and within is not None else None
            if guard is not None and within is not None and not (within and guard.paths):
                found += [guard._replace(folder=self._folder(at), paths=(*within, *guard.paths))]
        return found

    def _within(self, at: int, call: Call) -> tuple[_Path, ...] | None:
        """Return the paths of the branch that middleware is used in, `UseWhen(c => c.Request.Path.StartsWithSegments("/api"), ...)`; None if not known."""
        file = self.project.files[at]
        made = file.functions[call.fn] if call.fn >= 0 else None
        if made is None or made.kind != "lambda" or made.call < 0:
            return ()
        branch = file.calls[made.call]
        if branch.name == "Map" and branch.args and branch.args[0].kind == "str":
            return (_Path(_STARTS[0], branch.args[0].text),)
        if branch.name not in ("UseWhen", "MapWhen"):
            return () if not branch.name.startswith(("Map", "UseWhen")) else None
        when = branch.args[0] if branch.args else None
        if when is None or when.kind != "fn" or "!" in when.text or "&&" in when.text or "||" in when.text:
            return None
        return tuple(self._paths(at, when.ref)) or None

    def _paths(self, at: int, fn: int) -> Iterator[_Path]:
        """Yield the paths that a condition in a function compares with."""
        for _, path in self._asked_paths(at, {fn}):
            if path is not None:
                yield path

    def _asked_paths(self, at: int, inside: set[int]) -> Iterator[tuple[int, _Path | None]]:
        """Yield where functions look at the path of a request, and what they compare it with, None if that is not written there."""
        file, told = self.project.files[at], set()
        for call in file.calls:
            if call.fn in inside and call.on and _PATH.search(call.on) and not call.name.startswith("To"):
                text = next(self._texts(call.args), "")
                is_known = bool(text) and call.name in (*_STARTS, _EQUALS, _HOLDS)
                told.add(call.line)
                yield call.line, _Path(call.name, text) if is_known else None
        for each in file.compares:
            sides = (each.left, each.right)
            if each.fn in inside and any(_PATH.search(side.text.replace("?", "")) for side in sides):
                text = next(self._texts(sides), "")
                told.add(each.line)
                yield each.line, _Path(_EQUALS, text) if text else None
        for read in file.reads:
            if read.fn in inside and read.attr == "Path" and read.base.endswith("Request") and read.line not in told:
                yield read.line, None

    def _texts(self, values: tuple[Arg, ...]) -> Iterator[str]:
        for value in values:
            held = value.items[0] if value.kind == "call" and value.text == "PathString" and value.items else value
            if held.kind == "str" and held.text.startswith("/"):
                yield held.text

    def _guard(self, cls: Cls) -> _Guard | None:
        """Return whom a class refuses; None if it refuses nobody for bringing nothing, or when it does is not known."""
        run = next((fn for name in _RUNS for fn in self.project.method(cls, name)), None)
        if run is None:
            return None
        asked = self._asks(run)
        if asked is None:
            return None
        file = self.project.files[run.file]
        inside = {run.index, *(n for n in range(len(file.functions)) if within(self.project, run, n))}
        on = {
            c.line
            for c in file.calls
            if c.fn in inside and _NEXT.match(f"{c.on}.{c.name}".strip(".")) and c.line < asked
        }
        marks = [c for c in file.calls if c.fn in inside and c.name in ("GetEndpoint", "GetMetadata")]
        is_open = any("AllowAnonymous" in text for c in marks for text in texts_of(c.args))
        if marks and not is_open:
            return None
        told = {line for line in on for c in marks if c.line <= line <= c.line + SKIP_MAX}
        paths: list[_Path] = []
        without: list[_Path] = []
        for line, path in self._asked_paths(run.file, inside):
            if line > asked:
                continue
            if path is None:
                return None
            skips = {each for each in on if line <= each <= line + SKIP_MAX}
            (without if skips else paths).append(path)
            told |= skips
        return _Guard("", tuple(paths), tuple(without), asks_marks=is_open) if on == told else None

    def _asks(self, run: Fn) -> int | None:
        """Return the line where a method asks a request for what it brings, and refuses it without; None if it does not."""
        file, fn = self.project.files[run.file], run.index
        asks = [
            c.line
            for c in file.calls
            if c.fn == fn and c.name in ("TryGetValue", "ContainsKey") and _BROUGHT.search(c.on)
        ]
        asks += [
            a.line for a in file.assigns
            if a.fn == fn and any(_BROUGHT.search(text.partition("[")[0]) for text in texts_of((a.value,)))
        ]  # fmt: skip
        asks += [r.line for r in file.reads if r.fn == fn and r.attr == "IsAuthenticated"]
        refused = [
            a.line for a in file.assigns
            if a.fn == fn and a.target.endswith("StatusCode") and any(_REFUSED.search(text) for text in texts_of((a.value,)))
        ]  # fmt: skip
        refused += [c.line for c in file.calls if c.fn == fn and c.flags & NEW and _REFUSED.search(c.name)]
        on = [c.line for c in file.calls if c.fn == fn and _NEXT.match(f"{c.on}.{c.name}".strip("."))]
        for line in sorted(asks):
            for end in sorted(refused):
                if line < end <= line + LINES_MAX and not any(line < each < end for each in on):
                    return line
        return None


__all__ = ["DotnetMiddleware"]
