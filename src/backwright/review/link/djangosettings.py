"""Django's settings, and the lists that modules keep under a name: what is held under which, through other names and files."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import Arg
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.pythonmiddleware import EXEMPT, begin, constants, gate_of, limits
from backwright.review.link.whoasks import turns_away
from backwright.review.regexes import regex

_MIDDLEWARE = frozenset({"MIDDLEWARE", "MIDDLEWARE_CLASSES"})
_IS_NAME = regex(r"\*?[\w.]+")
_SUM = regex(r"^[^|&~]*\+[^|&~]*$")  # of lists, and no choice of permissions
_BETWEEN = regex(r"[+,()\[\]]+")
_LISTS = frozenset({"list", "tuple", "set"})
_LOGIN = regex(r"LoginRequired\w*Middleware$")
_SETTINGS = frozenset({"settings", "api_settings", "rest_framework.settings.api_settings", "django.conf.settings"})
_STEPS = ("__call__", "process_request", "process_view")
_EXEMPT = regex(r"EXEMPT|PUBLIC|OPEN_|ALLOW|WHITE_?LIST|IGNORE|EXCLU|ANONYMOUS|UNPROTECTED|NOT_REQUIRED|^LOGIN_URL$")
_LITERAL = regex(r"(?:[\w/-]|\\\.)*")
_OF_PATH = regex(r"\b(path|path_info|get_full_path|resolver_match|url_name|view_name)\b")
_MATCHES = frozenset("startswith endswith match search fullmatch resolve".split())
_HOPS_MAX = 4


class DjangoSettings:
    """What settings say; where they are said more than once, all of it (a deployment may use either)."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._exempted: dict[int, frozenset[str]] = {}

    @property
    def _said(self) -> dict[str, list[tuple[int, Arg]]]:
        return constants(self.project)

    @cached_property
    def _rest(self) -> dict[str, tuple[int, Arg]]:
        found: dict[str, tuple[int, Arg]] = {}
        for at, value in self._said.get("REST_FRAMEWORK", ()):
            for item in value.items:
                found.setdefault(item.name, (at, item))
        return found

    def rest(self, name: str) -> tuple[int, Arg]:
        """Return what REST_FRAMEWORK says of a name, and the file where it does."""
        return self._rest.get(name, (0, Arg("none")))

    def items(self, at: int, value: Arg, hops: int = _HOPS_MAX) -> Iterator[tuple[int, Arg]]:
        """Yield the values of a list, each with its file: through names, `A + [B]`, `list(A)` and `[*A]`."""
        inside = self._inside(value)
        if inside is not None:
            for item in inside if hops else ():
                yield from self.items(at, item, hops - 1)
            return
        held = [*self._held(at, value.text.removeprefix("*"))] if hops and _IS_NAME.fullmatch(value.text) else []
        for place, each in held:
            yield from self.items(place, each, hops - 1)
        if not held:
            yield at, value

    def _inside(self, value: Arg) -> Iterable[Arg] | None:
        """Return what stands in a list, None for what is no list."""
        if value.kind == "list" or (value.kind == "call" and value.text in _LISTS):
            return value.items
        if value.kind != "other" or not _SUM.search(value.text):
            return None
        return [Arg("name", part.strip()) for part in _BETWEEN.split(value.text) if part.strip()]

    def _held(self, at: int, name: str) -> Iterator[tuple[int, Arg]]:
        """Yield what a module keeps under a name, its own or an imported one, if it is a list or another name."""
        on, _, last = name.rpartition(".")
        if on in _SETTINGS and last.isupper():
            yield from ([self._rest[last]] if last in self._rest else self._said.get(last, ())[:1])
        elif own := self.project.assigned[at].get((-1, name)):
            yield from ((at, each.value) for each in own if each.value.kind in ("list", "name", "concat", "call"))
        elif (made := self.project.imported[at].get(name)) is not None:
            for number in self.project.module_files(at, made.module):
                if number != at:
                    yield from self._held(number, made.name or name)

    # ---- middleware -------------------------------------------------------------------------

    @cached_property
    def middleware(self) -> tuple[str, ...]:
        """Names of all middleware."""
        said = [each for name in _MIDDLEWARE for each in self._said.get(name, ())]
        return tuple(
            dict.fromkeys(item.text for at, value in said for _, item in self.items(at, value) if item.kind == "str")
        )

    @cached_property
    def _gating(self) -> tuple[Cls | None, ...]:
        """What lets in only who is logged in: the classes of the project's own middleware, None for one of a library."""
        known = [(name, class_called(self.project, 0, name)) for name in self.middleware]
        return tuple(cls for name, cls in known if (self._gates(name, cls) if cls is not None else _LOGIN.search(name)))

    @cached_property
    def _own(self) -> tuple[Cls, ...]:
        """The project's own middleware."""
        found = (class_called(self.project, 0, name) for name in self.middleware)
        return tuple(cls for cls in found if cls is not None)

    def limits(self, path: str) -> bool:
        """Whether a middleware of the project counts the requests for a path."""
        return any(limits(self.project, cls, path) for cls in self._own)

    def asks_before(self, path: str, *, is_rest: bool) -> bool:
        """Whether a middleware lets nobody through to a path who is not logged in."""
        return any(
            not self._is_exempt(cls, path)
            if cls is not None
            else not is_rest  # REST framework's are exempt from Django's
            for cls in self._gating
        )

    def _gates(self, name: str, cls: Cls) -> bool:
        steps = [fn for step in _STEPS for fn in self.project.methods_of(cls, step)]
        if _LOGIN.search(name):
            return bool(steps)
        if any(turns_away(self.project, fn) and not self._looks_at_path(fn) for fn in steps):
            return True
        gate = gate_of(self.project, cls)
        return gate is not None and gate.is_certain

    def _looks_at_path(self, fn: Fn) -> bool:
        """Whether a function does something for some paths only: `request.path.startswith("/staff")`."""
        file = self.project.files[fn.file]
        asked = [f"{each.left.text} {each.right.text}" for each in file.compares if each.fn == fn.index]
        for call in file.calls:
            if call.fn == fn.index and call.name in _MATCHES:
                asked += [call.on, *(value.text for value in call.args)]
        return any(_OF_PATH.search(text) for text in asked)

    def _is_exempt(self, cls: Cls, path: str) -> bool:
        """Whether a path is one of those that a middleware of the project lets through: `settings.LOGIN_EXEMPT_URLS`."""
        gate = gate_of(self.project, cls)
        if "login" in path.lower() or (gate is not None and not gate.refuses(path)):
            return True
        whole = f"{path.rstrip('/')}/"
        return any(f"/{part}" in whole if part else whole == "/" for part in self._exempt(cls.file))

    def _exempt(self, at: int) -> frozenset[str]:
        """The beginnings of paths that a file's middleware lets through, as far as they are written down."""
        if at not in self._exempted:
            names = {read.attr for read in self.project.files[at].reads if EXEMPT.search(read.attr)}
            told = [item for name in names for place in self._said.get(name, ()) for _, item in self.items(*place)]
            self._exempted[at] = frozenset(begin(each.text) for each in told)
        return self._exempted[at]


def class_called(project: Project, at: int, dotted: str) -> Cls | None:
    """Return the project's class that settings call by its whole name, "shop.permissions.IsOwner"."""
    module, _, name = dotted.rpartition(".")
    return next(
        (
            Cls(number, index)
            for number in (project.module_files(at, module) if module else ())
            for index, made in enumerate(project.files[number].classes)
            if made.name == name
        ),
        None,
    )
