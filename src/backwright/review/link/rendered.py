"""What JavaScript's frameworks run for a request without a route of its own: pages, loaders and server actions."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.link.declared import Declared
from backwright.review.link.javascript import EXPORTS, exported_name
from backwright.review.link.paths import canonical_path
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

SERVES = "use server"  # the directive, kept as a mark of a function
_GROUPS = regex(r"/\([^/]*\)|/@[^/]*")  # folders of Next that are no part of the path
_ENDING = regex(r"\.\w+$")


class _Kind(NamedTuple):
    """Files whose functions of these names a framework runs; "" is what the file exports by default."""

    framework: str
    modules: tuple[str, ...]
    files: re.Pattern[str]
    names: tuple[str, ...]
    method: str = "GET"


_KINDS = (
    _Kind("nextjs", ("next",), regex(r"(?:^|/)app(/(?:.*/)?)(?:page|layout|template|default|not-found)\.[jt]sx?$"), ("", "generateMetadata")),
    _Kind("nextjs", ("next",), regex(r"(?:^|/)pages(/(?!api/).*)\.[jt]sx$"), ("getServerSideProps", "getInitialProps")),
    _Kind("remix", ("@remix-run", "react-router", "@react-router"), regex(r"(?:^|/)app/(?:routes)?(/.*)\.[jt]sx?$"), ("loader",)),
    _Kind("remix", ("@remix-run", "react-router", "@react-router"), regex(r"(?:^|/)app/(?:routes)?(/.*)\.[jt]sx?$"), ("action",), "POST"),
    _Kind("sveltekit", ("@sveltejs/kit",), regex(r"(?:^|/)routes(/(?:.*/)?)\+(?:page|layout)(?:\.server)?\.[jt]s$"), ("load",)),
)  # fmt: skip


def rendered(project: Project) -> Iterator[tuple[Fn, Declared]]:
    """Yield each such function with what a request for it looks like."""
    modules = {made.module for file in project.files if file.language == "javascript" for made in file.imports}
    kinds = [kind for kind in _KINDS if any(_is_of(module, kind.modules) for module in modules)]
    for at, file in enumerate(project.files):
        if file.language != "javascript" or file.is_test:
            continue
        for kind in kinds:
            told = kind.files.search(file.path)
            for name in kind.names if told is not None else ():
                for fn in _exported(project, at) if not name else _named(project, at, name):
                    made = project.function(fn)
                    path = canonical_path(_GROUPS.sub("", _ENDING.sub("", told[1])).rstrip("/") or "/") if told else "/"
                    yield fn, Declared(kind.method, path, project.label(fn), at, made.line, kind.framework, fn)
        for index, made in enumerate(file.functions):
            if made.parent < 0 and any(mark.name == SERVES for mark in made.marks):
                fn = Fn(at, index)
                kept = file.calls[made.call].to if made.call >= 0 else ""
                label = project.label(fn) if made.name or not kept else kept
                yield fn, Declared("action", label, label, at, made.line, "nextjs", fn)


def _is_of(module: str, starts: tuple[str, ...]) -> bool:
    return any(module == start or module.startswith((f"{start}/", f"{start}-")) for start in starts)


def _named(project: Project, at: int, name: str) -> tuple[Fn, ...]:
    return project.in_file(at, name)


def _exported(project: Project, at: int) -> tuple[Fn, ...]:
    """Return the function that a file exports by default."""
    functions = project.files[at].functions
    own = tuple(Fn(at, n) for n, made in enumerate(functions) if made.name in EXPORTS and made.parent < 0)
    return own[:1] or exported_name(project, at)[:1]
