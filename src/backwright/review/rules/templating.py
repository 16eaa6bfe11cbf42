"""Templates: lazy relations that a page reads for each element of a list that it shows."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.names import family_of
from backwright.review.link.project import Cls, Fn
from backwright.review.link.related import Related
from backwright.review.regexes import regex
from backwright.review.rules.includes import Included, chains, directive, guarded, included, without_options
from backwright.review.rules.lazily import Lazily, Lazy, plain
from backwright.review.rules.lists import Element, Lists
from backwright.review.rules.looping import backend
from backwright.review.rules.templatefiles import RENDERS, TemplateFiles

WRAPS = frozenset(
    "items results content data object_list page rows list all nodes entries edges records Items Content Data Results".split()
)
INCLUDES_MAX = 3
STEPS_MAX = 3  # relations followed in one chain
TOKEN = regex(
    r"\{%-?\s*for\s+(?P<v1>\w+)(?:\s*,\s*(?P<v2>\w+))?\s+in\s+(?P<o1>[\w.]+)|(?P<end>\{%-?\s*endfor|@endforeach|@endforelse)|"
    r"@for(?:each|else)\s*\(\s*\$(?P<o2>[\w>-]+)\s+as\s+(?:\$\w+\s*=>\s*)?\$(?P<v3>\w+)|"
    r"th:each=\"(?P<v4>\w+)(?:\s*,\s*\w+)?\s*:\s*\$\{(?P<o3>[\w.]+)\}|@foreach\s*\(\s*(?:var|[\w<>]+)\s+(?P<v5>\w+)\s+in\s+(?P<o4>[\w.]+)|"
    r"<%-?_?\s*(?P<o5>[\w.]+)\.(?:forEach|map)\(\s*(?:function\s*)?\(?(?P<v6>\w+)|<%-?_?\s*for\s*\(\s*(?:const|let|var)\s+(?P<v7>\w+)\s+of\s+(?P<o6>[\w.]+)|<#list\s+(?P<o7>[\w.]+)\s+as\s+(?P<v8>\w+)|"
    r"\{%-?\s*include\s+['\"](?P<i1>[^'\"]+)['\"]|\binclude\(\s*['\"](?P<i2>[^'\"]+)['\"]|@include\(\s*['\"](?P<i3>[^'\"]+)['\"]|"
    r"(?P<expr>@php\b(?!\s*\().*?@endphp|\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}|@[A-Za-z_][\w.]*|<%.*?%>|\{!!.*?!!\}|@if\s*\([^\n]*)",
    re.DOTALL,
)  # fmt: skip
GETTER = regex(r"^(get|is)(?=[A-Z])")


class Bound(NamedTuple):
    """What a name in a template stands for.

    Attributes:
        is_list: Many of the entity.
        rounds: One of many, in a loop.
        via: The relation of another entity that the loop goes through, if it does.
    """

    cls: Cls
    access: Access | None
    is_list: bool
    rounds: bool = False
    via: str = ""


class Shown(NamedTuple):
    """A lazy relation that a template reads in a loop."""

    element: Element
    file: str
    line: int
    relation: Related
    asks: bool = False
    through: tuple[Spot, ...] = ()


class Templates(TemplateFiles):
    """Follows lists from where a page is rendered into its template and what that includes."""

    def __init__(self, model: Model, lists: Lists, lazily: Lazily) -> None:
        super().__init__(model)
        self.lists, self.lazily = lists, lazily

    def readings(self) -> Iterator[Shown]:
        """Yield the lazy reads of all templates that are rendered with lists of entities."""
        if not self.files or not self.model.data.entities:
            return
        for at in backend(self.model):
            for index, call in enumerate(self.model.files[at].calls):
                if call.name in RENDERS and call.fn >= 0:
                    path = next(
                        (p for p in (self.find(v.text) for v in call.args[:3] if v.kind == "str") if p),
                        "",
                    )
                    if path:
                        env = self._environment(at, index, call)
                        if env:
                            names = frozenset(v.name for a in call.args for v in self._entries(at, call.fn, a))
                            yield from self.walk(at, call, path, env, names, INCLUDES_MAX)

    def _environment(self, at: int, index: int, call: Call) -> dict[str, Bound]:
        found: dict[str, Bound] = {}
        calls = self.model.files[at].calls
        chain = self.model.effects.chain(at, index)
        chained = [
            value
            for number in chain[chain.index(index) + 1 :]
            if calls[number].name in ("with", "withData")
            for value in _pairs(calls[number].args)
        ]
        for value in (*call.args, *chained):
            for entry in self._entries(at, call.fn, value):
                bound = self._bound(at, call.fn, index, entry) if entry.name else None
                if bound is not None:
                    found.setdefault(entry.name, bound)
        return found

    def _entries(self, at: int, fn: int, value: Arg, depth: int = 2) -> Iterator[Arg]:
        """Yield what a template is given by name: in a dictionary, through `compact`, or in a variable that holds one."""
        if value.name == "**" and value.text == "**locals()":
            for made in self.model.files[at].assigns:
                if made.fn == fn and made.target.isidentifier():
                    yield Arg("name", made.target, made.target)
        elif value.name:
            yield value
        elif value.kind == "call" and value.text == "compact":
            yield from (
                structs.replace(item, kind="name", name=item.text) for item in value.items if item.kind == "str"
            )
        elif value.kind in ("dict", "call"):
            for item in value.items:
                if item.name:
                    yield item
                elif value.kind == "call" and depth:
                    yield from self._entries(at, fn, item, depth - 1)
        elif value.kind == "name" and depth:
            for assign in self.model.project.assigned[at].get((fn, value.text), ()):
                yield from self._entries(at, fn, assign.value, depth - 1)

    def bound(self, at: int, fn: int, value: Arg) -> Bound | None:
        """Return what a value stands for in a template that is given it, None if it is nothing that is stored."""
        return self._bound(at, fn, -1, value)

    def _bound(self, at: int, fn: int, index: int, value: Arg) -> Bound | None:
        data = self.model.data
        if value.kind == "list" and len(value.items) == 1 and value.items[0].kind == "name":  # [$user]
            one = self._bound(at, fn, index, value.items[0])
            return one._replace(is_list=True) if one is not None else None
        access = data.origin_of(at, fn, value)
        if access is None and value.kind == "call":
            access = next(
                (
                    data.by_call[at, n]
                    for n, c in enumerate(self.model.files[at].calls)
                    if c.inside == index and (at, n) in data.by_call and value.text.endswith(c.name)
                ),
                None,
            )
        if access is not None and access.entity in self.lazily.relations | data.entities and access.entity is not None:
            return Bound(access.entity, access, access.many is not False)
        known = self.model.project.type_of(at, fn, value.text) if value.kind == "name" and value.text else None
        if known is not None and known.cls in data.entities and known.cls is not None:
            return Bound(known.cls, None, known.is_many)
        return self._called_so(at, value) if access is None else None

    def _called_so(self, at: int, value: Arg) -> Bound | None:
        """Return a list of the entity that a name means, where nothing else says what it holds: `entries` of Entry."""
        if value.kind not in ("name", "call") or value.text not in (value.name, ""):
            return None
        for one in singular(value.name):
            cls = self.model.data.by_name.get(one[:1].upper() + one[1:])
            if cls is not None and family_of(self.model.files[cls.file]) == family_of(self.model.files[at]):
                return Bound(cls, None, is_list=True)
        return None

    def walk(
        self, at: int, call: Call, path: str, env: Mapping[str, Bound], names: Set[str], depth: int
    ) -> Iterator[Shown]:
        """Yield the lazy reads of a template that is rendered by a call in which names stand for entities."""
        text = without_options(self.files[path], names)
        scopes: list[dict[str, Bound]] = [dict(env)]
        for token in TOKEN.finditer(text):
            line = text.count("\n", 0, token.start()) + 1
            if token["end"]:
                if len(scopes) > 1:
                    scopes.pop()
                continue
            over = next((token[g] for g in ("o1", "o2", "o3", "o4", "o5", "o6", "o7") if token[g]), "")
            if over:
                var = next(
                    (token[g] for g in ("v2", "v1", "v3", "v4", "v5", "v6", "v7", "v8") if token[g]),
                    "",
                )
                inner = dict(scopes[-1])
                inner.pop(var, None)
                bound = self._element(over.replace("->", "."), scopes[-1])
                yield from self._members(at, call, path, line, over.replace("->", "."), scopes[-1])
                if bound is not None:
                    inner[var] = bound
                scopes.append(inner)
                continue
            text_of = token["expr"] or ""
            if not text_of or (
                not text_of.startswith("@php")
                and text_of[0] == "@"
                and text[token.end() : token.end() + 2].lstrip().startswith("(")
            ):
                text_of = directive(text, token.start())
            yield from self._members(at, call, path, line, text_of, scopes[-1])
            inner_template = included(text_of) if "include" in text_of or "@each" in text_of else None
            inside = self.find(inner_template.name) if inner_template is not None and depth else ""
            if inner_template is not None and inside and inside != path:
                handed = self._handed(inner_template, scopes[-1])
                known = {n for n, option in inner_template.names.items() if not option or option in names}
                known |= names if not inner_template.is_only else frozenset()
                yield from self.walk(at, call, inside, handed, known, depth - 1)

    def _handed(self, into: Included, scope: Mapping[str, Bound]) -> dict[str, Bound]:
        """Return what the names in an included template stand for."""
        found = {} if into.is_only else dict(scope)
        for name, (first, *steps) in into.given.items():
            bound = scope.get(first)
            for step in steps:
                related = self._related(bound, step) if bound is not None else None
                bound = None
                if related is not None and related.target is not None and not related.is_many:
                    held = scope[first]
                    bound = Bound(related.target, held.access, is_list=False, rounds=held.rounds, via=related.name)
            found.pop(name, None)
            if bound is not None:
                found[name] = bound
        return found

    def _related(self, bound: Bound, name: str) -> Related | None:
        stored = self.model.data.entities.get(bound.cls)
        named = plain(GETTER.sub("", name))
        return next((r for n, r in stored.relations.items() if plain(n) == named), None) if stored else None

    def _element(self, over: str, scope: Mapping[str, Bound]) -> Bound | None:
        """Return what the variable of a loop over `over` stands for."""
        words = over.split(".")
        bound = scope.get(words[0])
        if bound is None:
            return None
        if len(words) == 1 or words[1] in WRAPS:
            return bound._replace(is_list=False, rounds=True) if bound.is_list else None
        related = self._related(bound, words[1])
        if related is not None and related.target is not None and related.is_many:
            return Bound(related.target, bound.access, is_list=False, rounds=True, via=related.name)
        return None

    def _members(
        self, at: int, call: Call, path: str, line: int, text: str, scope: Mapping[str, Bound]
    ) -> Iterator[Shown]:
        for root, words, is_called in chains(text):
            bound = scope.get(root)
            if bound is None or not bound.rounds:
                continue
            for lazy, of in self._of_chain(at, call, line, bound, words, is_called=is_called):
                name = plain(lazy.relation.name)
                if name not in guarded(self.files[path]) and not self._is_loaded(at, call, lazy, of):
                    element = Element(at, call.fn, call.line, f"renders {path}", of.cls, of.access)
                    yield Shown(element, path, line, lazy.relation, lazy.asks, lazy.path)

    def _is_loaded(self, at: int, call: Call, lazy: Lazy, of: Bound) -> bool:
        near = self.lists.nearby(at, call.fn)
        if lazy.asks:
            return False
        if of.via and of.access is not None:  # the list is known, and this is a relation of a relation of its elements
            pair, paths = (plain(of.via), plain(lazy.relation.name)), self.lazily.eager_pairs(of.access)
            if any(first == pair[0] or last == pair[1] for first, last in paths):
                return pair in paths
            return set(pair) <= self.lazily.eager_words(of.access) | near
        return self.lazily.is_loaded(lazy, of.cls, of.access, near, of.via)

    def _of_chain(
        self, at: int, call: Call, line: int, bound: Bound, words: tuple[str, ...], *, is_called: bool
    ) -> Iterator[tuple[Lazy, Bound]]:
        """Yield the lazy relations that a chain reads, each with what it is a relation of: `order.customer.address`."""
        for word in words[:STEPS_MAX]:
            related = self._related(bound, word)
            lazy = self.lazily.relations.get(bound.cls, {}).get(plain(GETTER.sub("", word)))
            if lazy is not None:
                yield Lazy(at, line, call.fn, lazy, asks=is_called and word == words[-1]), bound
            if related is None:
                for target in self.model.project.method(bound.cls, word)[:1]:
                    made = self.model.project.function(target)
                    for each in self.lazily.on(target, made.receiver or "this", bound.cls):
                        if not each.via:
                            spot = Spot(self.model.files[each.at].path, each.line, self.model.label(target))
                            yield each._replace(path=(spot,)), bound
                    if self._asks(target):
                        asked = Related(word, is_many=False, is_lazy=True, line=made.line)
                        spot = Spot(self.model.files[target.file].path, made.line, self.model.label(target))
                        yield Lazy(at, line, call.fn, asked, (spot,), asks=True), bound
                return
            if related.target is None or related.is_many:
                return
            bound = Bound(related.target, bound.access, is_list=False, rounds=True, via=related.name)

    def _asks(self, fn: Fn) -> bool:
        """Whether a method of an entity asks each time that a template shows what it gives: `order.count_lines()`."""
        asking = self.lazily.asking
        return fn in asking.reach and asking.reach[fn][1] == "query" and not asking.remembers(fn)


def _pairs(values: tuple[Arg, ...]) -> Iterator[Arg]:
    """Yield what `->with('orders', $orders)` names, and what `->with([...])` holds."""
    if len(values) > 1 and values[0].kind == "str":
        yield structs.replace(values[1], name=values[0].text)
    else:
        yield from values


def singular(name: str) -> list[str]:
    """Return what the element of a list of this name may be called."""
    if name.endswith("ies"):
        return [f"{name[:-3]}y", name[:-1]]
    return [name[:-1], name[:-2]] if name.endswith("es") else [name[:-1]] if name.endswith("s") else []
