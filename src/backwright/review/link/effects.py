"""Effects: what each call does to the world, and what a function does through all it calls."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from backwright.review.facts import AWAITED, DEFERRED, IN_WITH, NEW, Arg, Call, Import
from backwright.review.link import jsrows
from backwright.review.link.asks import LANGUAGES, Asking
from backwright.review.link.cpphanded import pointed
from backwright.review.link.djangobuilt import Built
from backwright.review.link.djangodata import PythonQueries
from backwright.review.link.dotnetdata import QUERY, DotnetData
from backwright.review.link.filledin import FilledIn
from backwright.review.link.gobuses import Buses
from backwright.review.link.gorelays import relayed as relayed_in_go
from backwright.review.link.gosqlc import generated
from backwright.review.link.javascript import is_own_export
from backwright.review.link.jsdata import accessors, declared_model
from backwright.review.link.jshanded import handed
from backwright.review.link.jsrefs import references as named
from backwright.review.link.jvmrefs import handed_to, references
from backwright.review.link.messages import Messages
from backwright.review.link.packs import Effect, Packs, matches
from backwright.review.link.phprequires import Requires
from backwright.review.link.project import NOTHING, Cls, Fn, Project
from backwright.review.link.relays import relayed
from backwright.review.link.routers import argument
from backwright.review.link.types import dotted
from backwright.review.link.words import CONTEXT
from backwright.review.regexes import regex

DEPTH_MAX = 5  # calls followed from a function to an effect: handler, service, repository, helper, driver
HOLDS = frozenset({"sleep", "file", "process", "cpu"})
_REFIT = Effect("outgoing", (), default="100 s", library="Refit")
_GATHERED = regex(r"\.To(List|Array|HashSet|Dictionary)(Async)?\(\)$")  # C#: what is in memory from then on
_CONDITIONS = frozenset({"inArray", "notInArray", "exists", "notExists"})  # Drizzle: what takes a query of its own
_ANY = "?"  # what only a pattern for any receiver fits
STORES = frozenset({"query", "lazy", "one"})


@dataclass(frozen=True)
class Does:
    """One call with an effect.

    Attributes:
        effect: What the pack says.
        at, index: File and number of the call.
        fn: Function it stands in, -1 for the module.
    """

    effect: Effect
    at: int
    index: int
    fn: int

    @property
    def does(self) -> str:
        """The word of the effect."""
        return self.effect.does


class Step(NamedTuple):
    """One step from a function towards an effect: the call, and the function it runs (None at the end)."""

    at: int
    call: int
    target: Fn | None


class Edge(NamedTuple):
    """A call of a project function."""

    caller: Fn
    at: int
    call: int


class Effects:
    """All effects of a repository, by call and by function."""

    def __init__(self, project: Project, packs: Mapping[str, Packs], texts: Mapping[str, str] | None = None) -> None:
        self.project, self.packs = project, packs
        if "javascript" in packs:
            self.packs = {**packs, "javascript": self._imported_packs(packs["javascript"])}
        self._made_methods = accessors(project) if "javascript" in packs else {}
        self.asking = {
            language: asks
            for language in LANGUAGES
            if language in packs and (asks := Asking(project, packs[language], texts or {})).specs
        }
        self.dotnet = DotnetData(project)
        self.messages, self.filled_in, self.buses = Messages(project), FilledIn(project), Buses(project)
        self.python, self.built, self.requires = PythonQueries(project), Built(project), Requires(project)
        self.of_call: list[dict[int, list[Does]]] = [self._read(at) for at in range(len(project.files))]
        known = [_kinds(calls) for calls in self.of_call]
        for at, index, effects in relayed(project, known):
            self.of_call[at][index] = [Does(effect, at, index, project.files[at].calls[index].fn) for effect in effects]
        for at, index, effects in (*relayed_in_go(project, known), *generated(project, known), *handed(project, known)):
            self.of_call[at][index] = [Does(effect, at, index, project.files[at].calls[index].fn) for effect in effects]
        for at in [n for n, file in enumerate(project.files) if file.language in ("go", "javascript")]:
            self.of_call[at] = dict(sorted(self.of_call[at].items()))  # in the order in which they stand
        for at, index, effects in self.built.effects():
            fn, told = project.files[at].calls[index].fn, self.of_call[at].setdefault(index, [])
            told += [Does(each, at, index, fn) for each in effects if each.does not in {does.does for does in told}]
        self.of_function: dict[Fn, list[Does]] = defaultdict(list)
        for at, calls in enumerate(self.of_call):
            for found in calls.values():
                for does in found:
                    self.of_function[Fn(at, does.fn)].append(does)
        self.outer = [{c.prev: n for n, c in enumerate(f.calls) if c.prev >= 0} for f in project.files]

    # ---- single calls -----------------------------------------------------------------------

    def _read(self, at: int) -> dict[int, list[Does]]:
        file, packs = self.project.files[at], self.packs.get(self.project.files[at].language)
        found: dict[int, list[Does]] = {}
        if packs is None:
            return found
        imported = self.project.imported[at]
        asks = self.asking.get(file.language)
        for index, call in enumerate(file.calls):
            if (
                file.language == "cpp"
                and call.name in ("make_unique", "make_shared")
                and call.args
                and call.args[0].kind == "type"
            ):
                call = _constructed(call)
            name = call.name
            known = packs.called(name)
            if not call.on and name in imported:  # import X as Y
                if _is_whole(file.language, imported[name]):
                    known = [*packs.called("default"), *known]
                else:
                    known = known or packs.called(imported[name].name)
            if file.language == "csharp":
                if known and self.dotnet.in_expression(at, call):
                    continue
                if self.dotnet.asks_by_interface(at, call):
                    found[index] = [Does(_REFIT, at, index, call.fn)]
                    continue
            effects = list(asks.of_call(at, call)) if asks is not None and name in asks.names else []
            if known and not effects and not (file.language in ("go", "rust") and self._is_own_code(at, call)):
                effects = self._matching(at, call, known)
            if (
                not effects
                and file.language == "javascript"
                and name in self._made_methods
                and call.on
                and not call.on[:1].isupper()
            ):
                effects = [self._made_methods[name]]
            if not effects and file.language == "javascript" and (row := jsrows.changed(self.project, call)):
                effects = [row]
            if effects:
                found[index] = [Does(effect, at, index, call.fn) for effect in effects]
        return found

    def _matching(self, at: int, call: Call, specs: Iterable[tuple[object, Effect]]) -> list[Effect]:
        found: list[Effect] = []
        if (
            call.name in ("find", "findLast")
            and call.args
            and call.args[0].kind == "fn"
            and self.project.files[at].language == "javascript"
        ):
            return found  # of a list
        if self._is_subquery(at, call):
            return found  # sent with the statement that it is a part of
        if call.on == "Math" and call.name != "random":
            return found  # also where a class of the project is called so
        if self.python.is_of_plain_values(at, call):
            return found  # a dictionary has a `get` too
        # Python's ORMs get a row by its columns or its number; what is got by a word is in a dictionary.
        is_key = call.name == "get" and self.project.files[at].language == "python" and _is_word(call)
        is_bare_import = self._is_bare_import(at, call)
        receivers: list[str] | None = None
        for pattern, effect in specs:
            if effect in found or any(effect.does == other.does for other in found):
                continue
            if effect.needs and not any(self.given_to(at, call, place) for place in effect.needs):
                continue
            if effect.library == "DB-API" and self.python.is_for_sqlalchemy(at):
                continue
            if effect.does in STORES and (is_key or (effect.library == "Exposed" and self._is_foreign(at, call))):
                continue
            if effect.words and not (call.args and re.search(effect.words, call.args[0].text)):
                continue
            if pattern is None:
                if not call.on and not self._is_ours(at, call):
                    found.append(effect)
                continue
            if is_bare_import and pattern.match(_ANY):  # type: ignore[attr-defined]
                continue  # groupBy of another library is no query of this one
            if receivers is None:
                receivers = list(dict.fromkeys(self.receivers(at, call))) if not self._is_own_method(at, call) else []
            if any(pattern.match(each) and not matches(effect.unless, each) for each in receivers):  # type: ignore[attr-defined]
                found.append(effect)
        return found

    def _is_subquery(self, at: int, call: Call) -> bool:
        """JavaScript: whether a query stands in a condition of another: `inArray(orders.id, db.select(...).from(paid))`."""
        file = self.project.files[at]
        if file.language != "javascript" or call.inside < 0 or call.flags & AWAITED:
            return False
        return file.calls[call.inside].name in _CONDITIONS

    def _is_bare_import(self, at: int, call: Call) -> bool:
        """JavaScript: whether a call is of a function that was imported, and so is made on no object."""
        file = self.project.files[at]
        return file.language == "javascript" and not call.on and call.name in self.project.imported[at]

    def _is_foreign(self, at: int, call: Call) -> bool:
        """Kotlin: whether a chain starts with an object of a library that is not Exposed: `document.select("a").first()` of an HTML parser."""
        imported = self.project.imported[at]
        steps = (*(word[:-2] for word in call.on.split(".") if word.endswith("()")), call.name)
        if any("exposed" in imported[step].module for step in steps if step in imported):
            return False  # functions that Exposed gives to tables, also to those of another repository
        known = self.project.type_of(at, call.fn, call.on.partition(".")[0])
        return known.cls is None and "." in known.name and not re.search(r"exposed|jooq|sql|jdbc", known.name)

    def _imported_packs(self, packs: Packs) -> Packs:
        """JavaScript: the packs whose library some file imports; names alone say too little there."""
        modules = {made.module for file in self.project.files if file.language == "javascript" for made in file.imports}
        return Packs(
            pack
            for pack in packs.packs
            if not pack.imports
            or any(
                m == start or m.startswith(f"{start}/") or (start[:1] == "@" and m.startswith(start))
                for start in pack.imports
                for m in modules
            )
        )

    def given_to(self, at: int, call: Call, place: str) -> bool:
        """Whether a call has an argument; "near:WORD" as in Effect."""
        if place.startswith("near:"):
            return self._far(Does(_REFIT, at, -1, call.fn), place) is not None
        return argument(call.args, place) is not None

    def _is_own_code(self, at: int, call: Call) -> bool:
        """Go, Rust: whether a call runs a method of the project's, and so is no library's whatever its name."""
        known = self.project.type_of(at, call.fn, call.on) if call.on else NOTHING
        if known.cls is None:
            return False
        return any(
            (cls := self.project.own_class(fn.file, fn.index)) is not None
            and self.project.class_(cls).kind != "interface"
            for fn in self.project.method(known.cls, call.name)
        )

    def _is_ours(self, at: int, call: Call) -> bool:
        """Whether a bare name is a function of the project, and so not the library's."""
        return bool(self.project.resolve(at, call.fn, "", call.name))

    def _is_own_method(self, at: int, call: Call) -> bool:
        """Whether a call runs a method of what it is made on, and no library's: in PHP and JavaScript of a class of the project, in C# of a list."""
        if self.project.files[at].language == "csharp":
            return _GATHERED.search(self.project.canonical(at, call.fn, call.on)) is not None
        if self.project.files[at].language not in ("php", "javascript") or not call.on:
            return False
        cls = self.project.type_of(at, call.fn, call.on).cls
        if cls is None and self.project.files[at].language == "javascript":
            return is_own_export(self.project, at, call.on, call.name)
        return cls is not None and bool(self.project.method(cls, call.name))

    def receivers(self, at: int, call: Call) -> Iterator[str]:
        """Yield all names of what a call is called on: as written, canonical, and by each base class of its root."""
        project = self.project
        if project.files[at].language == "csharp" and call.on and (told := self.dotnet.kind(at, call.fn, call.on)):
            yield told
            if told == QUERY:
                return
        if not call.on:
            whole = project.absolute(at, call.name)
            made = project.imported[at].get(call.name)
            if made is not None and _is_whole(project.files[at].language, made):
                yield whole
            elif "." in whole:
                yield whole.rpartition(".")[0]
            own = (
                project.own_class(at, call.fn)
                if project.files[at].language in ("java", "kotlin") and not call.flags & NEW
                else None
            )
            for name in project.ancestors(own)[1:] if own is not None else ():  # a method that it inherits
                yield f"{name}()"
            return
        yield call.on
        yield project.canonical(at, call.fn, call.on)
        if project.files[at].language == "kotlin" and (extends := project.imported[at].get(call.name)) is not None:
            yield f"{extends.module}()"  # a function that a library gives to objects of others
        if project.files[at].language == "python":
            yield from self.python.names(at, call)
        if project.files[at].language == "javascript" and (kind := declared_model(project, at, call)[0]):
            yield f"{kind}()"
        known = project.type_of(at, call.fn, call.on)
        rest = ""
        chain = call.on
        for _ in range(4):
            if known.cls is not None and known.is_many and project.files[at].language in ("php", "java"):
                return  # a list of them is none of them
            if known.cls is not None:
                called = "" if chain.rpartition(".")[2] == project.class_(known.cls).name else "()"
                for name in project.ancestors(known.cls):
                    yield f"{name}{called}{rest}"
                return
            if known is not NOTHING and known.name:
                yield f"{known.name.removesuffix('()')}(){rest}"
                if rest:
                    return
            if "." not in chain:
                return
            chain, _, word = chain.rpartition(".")
            rest = f".{word}{rest}"
            known = project.type_of(at, call.fn, chain)

    def call(self, does: Does) -> Call:
        """Return the call of an effect."""
        return self.project.files[does.at].calls[does.index]

    def chain(self, at: int, index: int) -> list[int]:
        """Return all calls of the chain that a call stands in, first one first."""
        calls = self.project.files[at].calls
        while index in self.outer[at]:
            index = self.outer[at][index]
        found = [index]
        while calls[found[-1]].prev >= 0:
            found.append(calls[found[-1]].prev)
        return found[::-1]

    def chain_does(self, at: int, index: int) -> list[Does]:
        """Return all effects of the chain that a call stands in."""
        return [does for number in self.chain(at, index) for does in self.of_call[at].get(number, ())]

    # ---- the call graph ---------------------------------------------------------------------

    @cached_property
    def callers(self) -> dict[Fn, list[Edge]]:
        """Function to the calls that may run it. Lambdas handed to a call are called from where they stand."""
        found: dict[Fn, list[Edge]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            names = self.project.functions_by_name
            classes = self.project.classes_by_name
            imported = self.project.imported[at]
            for index, call in enumerate(file.calls):
                if call.name in names or call.name in classes or call.name in imported:
                    for fn in self.project.resolve_call(at, call):
                        found[fn].append(Edge(Fn(at, call.fn), at, index))
                handed: Iterable[Fn] = ()
                if file.language == "csharp":
                    handed = self.dotnet.handled(at, call)
                elif file.language in ("java", "kotlin"):
                    handed = (*references(self.project, at, call), *self.messages.handled(at, call))
                elif file.language == "cpp":
                    handed = pointed(self.project, at, call)
                elif file.language == "php":
                    handed = (*self.messages.handled(at, call), *self.requires.run(at, call))
                elif file.language == "go":
                    handed = self.buses.handled(at, call)
                elif file.language == "javascript":
                    handed = (*named(self.project, at, call), *self.messages.handled(at, call))
                for fn in (*handed, *self.filled_in.targets(at, call)):
                    found[fn].append(Edge(Fn(at, call.fn), at, index))
            for index, made in enumerate(file.functions):
                if made.kind == "lambda" and made.call >= 0:
                    found[Fn(at, index)].append(Edge(Fn(at, made.parent), at, made.call))
                elif (
                    made.name == "<init>" and made.cls >= 0 and not file.classes[made.cls].name
                ):  # Java: new HashMap<>() {{ put(...); }}
                    line = file.classes[made.cls].line
                    found[Fn(at, index)] += [
                        Edge(Fn(at, call.fn), at, number)
                        for number, call in enumerate(file.calls)
                        if call.flags & NEW and call.line == line
                    ]
        return found

    @cached_property
    def callees(self) -> dict[Fn, list[tuple[Edge, Fn]]]:
        """Function to the project functions that it calls."""
        found: dict[Fn, list[tuple[Edge, Fn]]] = defaultdict(list)
        for fn, edges in self.callers.items():
            for edge in edges:
                found[edge.caller].append((edge, fn))
        return found

    def levels(self, fn: Fn, depth: int) -> Iterator[list[Fn]]:
        """Yield a function, then what it calls, then what these call, up to so many times, each function once."""
        level, seen = [fn], {fn}
        for _ in range(depth):
            yield level
            below = (target for each in level for _, target in self.callees.get(each, ()))
            level = [target for target in dict.fromkeys(below) if target not in seen]
            seen.update(level)

    def reaching(self, wanted: frozenset[str], *, through_deferred: bool = True) -> dict[Fn, Step]:
        """Return each function that has one of these effects, itself or through calls, with the first step to it."""
        found: dict[Fn, Step] = {}
        level: list[Fn] = []
        for fn, all_ in self.of_function.items():
            for does in all_:
                if does.does in wanted and fn.index >= 0:
                    found.setdefault(fn, Step(does.at, does.index, None))
                    level.append(fn)
                    break
        for _ in range(DEPTH_MAX):
            above: list[Fn] = []
            for fn in level:
                for edge in self.callers.get(fn, ()):
                    if edge.caller.index < 0 or edge.caller in found:
                        continue
                    if not through_deferred and self.project.files[edge.at].calls[edge.call].flags & DEFERRED:
                        continue
                    found[edge.caller] = Step(edge.at, edge.call, fn)
                    above.append(edge.caller)
            level = above
        return found

    def below(self, fn: Fn, depth: int) -> list[Fn]:
        """Return a function and what it runs, so many calls deep; a lambda is as deep as the function it is written in."""
        found, level = {fn: 0}, [fn]
        for number in range(depth + 1):
            for each in level:  # grows while it is gone through
                for _, target in self.callees.get(each, ()):
                    is_inside = self.project.function(target).kind == "lambda" and target.file == each.file
                    if target not in found and is_inside:
                        found[target] = number
                        level.append(target)
            level = [
                target
                for each in level
                for _, target in self.callees.get(each, ())
                if number < depth and found.setdefault(target, number + 1) == number + 1
            ]
            level = list(dict.fromkeys(level))
        return list(found)

    def steps(self, first: Step, known: Mapping[Fn, Step]) -> list[Step]:
        """Return the way from a step down to the effect."""
        found = [first]
        while found[-1].target is not None and len(found) <= DEPTH_MAX + 1:
            found.append(known[found[-1].target])
        return found

    def from_functions(self, roots: Iterable[Fn]) -> dict[Fn, tuple[Fn | None, Edge | None]]:
        """Return all functions that these run, each with who calls it first (None for a root)."""
        found: dict[Fn, tuple[Fn | None, Edge | None]] = dict.fromkeys(roots, (None, None))
        level = list(found)
        for _ in range(DEPTH_MAX + 2):
            below: list[Fn] = []
            for fn in level:
                for edge, target in self.callees.get(fn, ()):
                    if target not in found:
                        found[target] = (fn, edge)
                        below.append(target)
            level = below
        return found

    # ---- values -----------------------------------------------------------------------------

    def given(self, does: Does, places: Iterable[str]) -> Arg | None:
        """Return the first of these arguments that the call has."""
        call = self.call(does)
        args = call.args
        if self.project.files[does.at].language == "go" and args and CONTEXT.search(args[0].text):
            args = args[1:]
        for place in places:
            if ":" in place:
                far = self._far(does, place)
                if far is not None:
                    return far
                continue
            if place.startswith("*."):
                for value in args:
                    found = (
                        next((i for i in value.items if i.name == place[2:]), None) if value.kind == "dict" else None
                    )
                    if found is not None:
                        return found
                continue
            found = argument(args, place)
            if found is not None:
                return found
        return None

    def _far(self, does: Does, place: str) -> Arg | None:
        """Return what stands at "chain:NAME", "near:WORD" or "made:PLACE" (see Effect)."""
        kind, _, rest = place.partition(":")
        file = self.project.files[does.at]
        if kind == "chain":
            return next(
                (
                    c.args[0]
                    for c in (file.calls[n] for n in self.chain(does.at, does.index))
                    if c.name == rest and c.args
                ),
                None,
            )
        if kind == "text":
            return Arg("str", rest)
        if kind == "near":
            inside = {n for n in range(len(file.functions)) if self._within(does.at, n, does.fn)} | {does.fn}
            for call in file.calls:
                if call.fn in inside:
                    found = next(
                        (v for v in call.args if rest in v.text or any(rest in (i.name or i.text) for i in v.items)),
                        None,
                    )
                    if found is not None or call.name == rest:
                        return found or Arg("other", rest)
            if file.language == "csharp":  # entry.SlidingExpiration = TimeSpan.FromMinutes(5)
                return next(
                    (
                        a.value
                        for a in file.assigns
                        if a.fn in inside and (a.target.rpartition(".")[2].startswith(rest) or rest in a.value.text)
                    ),
                    None,
                )
            return None
        if kind == "made":
            made = self.maker(does.at, does.index)
            return argument(made.args, rest) if made is not None else None
        return None

    def _within(self, at: int, inner: int, outer: int) -> bool:
        functions = self.project.files[at].functions
        for _ in range(DEPTH_MAX):
            inner = functions[inner].parent if inner >= 0 else -1
            if inner == outer or inner < 0:
                return inner == outer and outer >= 0
        return False

    def maker(self, at: int, index: int) -> Call | None:
        """Return the call that made what a call is called on: the one before in its chain, or what was assigned to its name."""
        file = self.project.files[at]
        call = file.calls[index]
        if call.prev >= 0:
            return file.calls[call.prev]
        scope = call.fn
        made = self._makers[at].get(call.on, ())
        for _ in range(DEPTH_MAX):
            near = [each for each in made if each.fn == scope and each.line <= call.line]
            if near:
                return near[-1]
            if scope < 0:
                break
            around = handed_to(file, scope, call.on)
            if around is not None:
                return around
            scope = file.functions[scope].parent
        own = self.project.own_class(at, call.fn)
        if own is None or "." not in call.on:
            return None
        return next((each for each in made if self.project.own_class(at, each.fn) == own), None)

    @cached_property
    def _makers(self) -> list[dict[str, list[Call]]]:
        all_: list[dict[str, list[Call]]] = []
        for file in self.project.files:
            found: dict[str, list[Call]] = defaultdict(list)
            for call in file.calls:
                if call.to:
                    found[call.to].append(call)
            all_.append(found)
        return all_

    def in_with(self, does: Does) -> bool:
        """Whether the call is the resource of a with, using or try."""
        return bool(self.call(does).flags & IN_WITH)


def _constructed(call: Call) -> Call:
    """C++: `std::make_unique<pqxx::connection>(url)` as the construction of a pqxx::connection."""
    on, _, name = dotted(call.args[0].text).rpartition(".")
    return replace(call, name=name, on=on, args=call.args[1:], flags=call.flags | NEW)


__all__ = ["CONTEXT", "Cls", "Does", "Edge", "Effects", "Step"]


def _kinds(calls: Mapping[int, list[Does]]) -> dict[int, list[Effect]]:
    return {index: [does.effect for does in found] for index, found in calls.items()}


def _is_whole(language: str, made: Import) -> bool:
    """JavaScript: whether a name stands for a module or what it exports by default, so that who calls it calls the module."""
    return language == "javascript" and made.name in ("", "*", "default")


def _is_word(call: Call) -> bool:
    return bool(call.args) and call.args[0].kind == "str" and not call.args[0].name
