"""tRPC: procedures of routers, `create: signedIn.input(schema).mutation(async ({ input }) => ...)`, as the endpoints they are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.paths import canonical_path
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Use
from backwright.review.regexes import regex

FRAMEWORK = "trpc"
_LIBRARY = "@trpc/server"
_ENDS = {"query": "GET", "mutation": "POST", "subscription": "GET"}
_ROUTER = regex(r"[rR]outer$")
_PROCEDURE = regex(r"(^|\.)procedure(\.|$)")
_NAMED = regex(r"[pP]rocedure")
_FOR_ALL = regex(r"^(.*\.)?(public|open|anonymous|guest|optional|maybe|possibly|base)\w*$", 2)
_LIMITS = regex(r"rate_?limit|throttle", 2)
HOPS_MAX = 8  # procedures that build on others, routers in routers, modules that hand on

Handlers = Callable[[int, Call, Arg | None], list[tuple[Fn | None, Cls | None, str]]]


class Var(NamedTuple):
    """A variable of a module."""

    at: int
    name: str


class Trpc:
    """Follows procedures to what they build on, and routers to what they are part of."""

    def __init__(self, project: Project, handlers: Handlers) -> None:
        self.project, self.handlers = project, handlers
        self._told: dict[tuple[int, int, str], tuple[str, ...] | None] = {}

    def declared(self, numbers: Iterable[int]) -> Iterator[Declared]:
        """Yield the procedures of these files."""
        if not self._is_used:
            return
        own = set(numbers)
        for name, method in _ENDS.items():
            for at, index in self.project.calls_by_name.get(name, ()):
                if at in own and self.project.files[at].language == "javascript":
                    yield from self._of_call(at, index, method)

    @cached_property
    def _is_used(self) -> bool:
        return any(made.module.startswith(_LIBRARY) for file in self.project.files for made in file.imports)

    def _of_call(self, at: int, index: int, method: str) -> Iterator[Declared]:
        call = self.project.files[at].calls[index]
        if not call.on or len(call.args) != 1 or call.args[0].kind not in ("fn", "name", "call"):
            return
        words = self._words_of_chain(at, index, HOPS_MAX)
        if words is None:
            return
        fn, cls, _ = (self.handlers(at, call, call.args[0]) or [(None, None, "")])[0]
        uses = tuple(Use(word, at, call.line) for word in words)
        for name in self._names_of_call(at, index) or [call.to or "procedure"]:
            path = canonical_path(f"{self._base}/{name}")
            yield Declared(method, path, name, at, call.line, FRAMEWORK, fn, cls, uses)

    @cached_property
    def _base(self) -> str:
        """Where the procedures are mounted, as an adapter is told, or as the folder of Next's route says."""
        for at, index in self.project.calls_by_name.get("fetchRequestHandler", ()):
            call = self.project.files[at].calls[index]
            for value in call.args[:1]:
                told = next((item.text for item in value.items if item.name == "endpoint" and item.kind == "str"), "")
                if told.startswith("/"):
                    return told.rstrip("/")
        return "/api/trpc" if any("/api/trpc/" in file.path for file in self.project.files) else "/trpc"

    # ---- what stands before -------------------------------------------------------------------

    def _words_of_chain(self, at: int, index: int, hops: int) -> tuple[str, ...] | None:
        """Return the words of a chain `signedIn.input(...).use(...).query(...)`, root first; None if its root is no procedure."""
        calls = self.project.files[at].calls
        chain = [calls[index]]
        while chain[-1].prev >= 0 and len(chain) < 4 * HOPS_MAX:
            chain.append(calls[chain[-1].prev])
        first = chain[-1]
        root = first.on
        if not root:  # made by a call: `scoped("orders").query(...)`
            words = self._words_of_function(at, first, hops)
        elif _PROCEDURE.search(root):
            words = ()
        else:
            words = self._words_of_name(at, first.fn, root, hops)
        if words is None:
            return None
        return (*words, *(word for call in reversed(chain) for word in self._words_of_use(at, call)))

    def _words_of_name(self, at: int, fn: int, name: str, hops: int) -> tuple[str, ...] | None:
        """Return the words of a variable that holds a procedure; None if it holds none."""
        key = (at, fn, name)
        if key not in self._told:
            self._told[key] = None
            self._told[key] = self._found_words(at, fn, name, hops)
        return self._told[key]

    def _found_words(self, at: int, fn: int, name: str, hops: int) -> tuple[str, ...] | None:
        if hops == 0:
            return None
        label = ("auth=none" if _FOR_ALL.match(name) else name,)
        for scope in dict.fromkeys((fn, -1)):
            for assign in self.project.assigned[at].get((scope, name), ()):
                told = self._words_of_value(at, scope, name, assign.value, hops - 1)
                return None if told is None else (*label, *told) if label[0] == "auth=none" else (*told, *label)
        made = self.project.imported[at].get(name.partition(".")[0])
        if made is None:
            return None
        files = self.project.module_files(at, made.module)
        for number in files:
            inner = made.name if made.name not in ("", "*", "default") else name.rpartition(".")[2]
            told = self._words_of_name(number, -1, inner, hops - 1)
            if told is not None:
                return told
        return label if not files and _NAMED.search(name) else None

    def _words_of_value(self, at: int, fn: int, name: str, value: Arg, hops: int) -> tuple[str, ...] | None:
        if value.kind == "name":
            return () if _PROCEDURE.search(value.text) else self._words_of_name(at, fn, value.text, hops)
        if value.kind == "call":
            index = self._kept_in.get((at, fn, name))
            return self._words_of_chain(at, index, hops) if index is not None else None
        return None

    def _words_of_function(self, at: int, call: Call, hops: int) -> tuple[str, ...] | None:
        """Return the words of the procedure that a function of the project makes."""
        if not hops:
            return None
        for fn in self.project.resolve(at, call.fn, call.on, call.name):
            for back in self.project.files[fn.file].returns:
                if back.fn == fn.index:
                    told = self._words_of_value(fn.file, fn.index, "return", back.value, hops - 1)
                    if told is not None:
                        return (*told, call.name)
        return None

    @cached_property
    def _kept_in(self) -> dict[tuple[int, int, str], int]:
        """(file, function, variable) to the call whose value is put there."""
        found: dict[tuple[int, int, str], int] = {}
        for at, file in enumerate(self.project.files):
            if file.language == "javascript":
                for index, call in enumerate(file.calls):
                    if call.to:
                        found.setdefault((at, call.fn, call.to), index)
        return found

    def _words_of_use(self, at: int, call: Call) -> list[str]:
        """Return what a middleware demands: a login if it throws UNAUTHORIZED before it ever goes on."""
        if call.name != "use":
            return []
        found = []
        for value in call.args:
            for fn in self._middleware(at, call, value):
                if self._refuses(fn):
                    found.append("login_required")
            if _LIMITS.search(value.text):
                found.append("rate_limit")
        return found

    def _middleware(self, at: int, call: Call, value: Arg) -> list[Fn]:
        """Return the functions of a middleware: written in place, made by `t.middleware(...)`, or by name."""
        if value.kind == "fn" and value.ref >= 0:
            return [Fn(at, value.ref)]
        functions, calls = self.project.files[at].functions, self.project.files[at].calls
        if value.kind == "call":
            made = [(n, calls[each.call].inside) for n, each in enumerate(functions) if each.call >= 0]
            return [Fn(at, n) for n, inside in made if inside >= 0 and calls[inside] is call]
        if value.kind != "name":
            return []
        on, _, name = value.text.rpartition(".")
        if found := self.project.resolve(at, call.fn, on, name):
            return list(found)
        var = self._meant(at, value.text)
        index = self._kept_in.get((var.at, -1, var.name)) if var is not None else None
        if var is None or index is None:
            return []
        return [Fn(var.at, n) for n, each in enumerate(self.project.files[var.at].functions) if each.call == index]

    def _refuses(self, fn: Fn) -> bool:
        calls = [call for call in self.project.files[fn.file].calls if call.fn == fn.index]
        refused = [
            call.line for call in calls if any(item.text == "UNAUTHORIZED" for v in call.args for item in v.items)
        ]
        goes_on = [call.line for call in calls if call.name == "next"]
        return bool(refused) and (not goes_on or min(refused) < min(goes_on))

    # ---- names --------------------------------------------------------------------------------

    def _names_of_call(self, at: int, index: int, hops: int = HOPS_MAX) -> list[str]:
        """Return the dotted names of what a call gives: of its entry in a router, or of the variable that routers have as theirs."""
        call = self.project.files[at].calls[index]
        if call.inside >= 0 and (key := self._keys.get((at, index))):
            return self._below(self._names_of_router(at, call.inside, hops), key)
        return self._names_of_var(Var(at, call.to), hops) if call.to else []

    def _names_of_router(self, at: int, index: int, hops: int) -> list[str]:
        """Return the dotted names that a router's entries get before their own, [""] for one that is part of none."""
        if hops == 0:
            return [""]
        while True:
            call = self.project.files[at].calls[index]
            if call.to or call.inside < 0 or (at, index) in self._keys:
                return self._names_of_call(at, index, hops - 1) or [""]
            index = call.inside

    def _names_of_var(self, var: Var, hops: int) -> list[str]:
        return [
            name
            for at, index, key in self._held.get(var, ()) if hops
            for name in self._below(self._names_of_router(at, index, hops - 1), key)
        ]  # fmt: skip

    def _below(self, above: list[str], key: str) -> list[str]:
        return [f"{each}.{key}".strip(".") for each in above]

    @cached_property
    def _routers(self) -> list[tuple[int, int]]:
        """Calls that make a router of an object."""
        return [
            (at, index)
            for name, places in self.project.calls_by_name.items() if _ROUTER.search(name)
            for at, index in places
            if self.project.files[at].language == "javascript"
            and (args := self.project.files[at].calls[index].args) and args[0].kind == "dict"
        ]  # fmt: skip

    @cached_property
    def _keys(self) -> dict[tuple[int, int], str]:
        """Each call that is an entry of a router to the entry's name."""
        children: dict[tuple[int, int], list[int]] = defaultdict(list)
        routers = set(self._routers)
        for at in {at for at, _ in routers}:
            for index, call in enumerate(self.project.files[at].calls):
                if (at, call.inside) in routers:
                    children[at, call.inside].append(index)
        found: dict[tuple[int, int], str] = {}
        for at, router in routers:
            calls = self.project.files[at].calls
            rest = iter(children[at, router])
            for key, item in _entries(calls[router].args[0]):
                if item.kind == "call" and key:
                    entry = next((n for n in rest if _shown(calls[n]) == item.text), None)
                    if entry is None:
                        break
                    found[at, entry] = key
        return found

    @cached_property
    def _held(self) -> dict[Var, list[tuple[int, int, str]]]:
        """Variable to the routers that have it as an entry, with the entry's name; "" where a router takes in all of it."""
        found: dict[Var, list[tuple[int, int, str]]] = defaultdict(list)
        for at, index in self._routers:
            for key, item in _entries(self.project.files[at].calls[index].args[0]):
                if item.kind == "name" and (var := self._meant(at, item.text)) is not None:
                    found[var].append((at, index, key))
        for at, index in self.project.calls_by_name.get("mergeRouters", ()):
            for value in self.project.files[at].calls[index].args:
                if value.kind == "name" and (var := self._meant(at, value.text)) is not None:
                    found[var].append((at, index, ""))
        return found

    def _meant(self, at: int, name: str, hops: int = HOPS_MAX) -> Var | None:
        """Return the variable that a name means, in the module where it is made."""
        if self.project.assigned[at].get((-1, name)):
            value = self.project.assigned[at][-1, name][0].value
            again = value.text if value.kind == "name" else ""
            return (self._meant(at, again, hops - 1) if again and again != name and hops else None) or Var(at, name)
        made = self.project.imported[at].get(name)
        for number in self.project.module_files(at, made.module) if made is not None and hops else ():
            inner = made.name if made is not None and made.name not in ("", "*") else name
            if (var := self._meant(number, inner, hops - 1)) is not None:
                return var
        return None


def _entries(value: Arg, above: str = "") -> Iterator[tuple[str, Arg]]:
    """Yield what an object of a router holds with its dotted name, also in objects inside; spread entries have no name."""
    for item in value.items:
        key = above if item.name == "..." else f"{above}.{item.name}".strip(".")
        if item.kind == "dict":
            yield from _entries(item, key)
        else:
            yield key, item


def _shown(call: Call) -> str:
    return f"{call.on}.{call.name}" if call.on else call.name
