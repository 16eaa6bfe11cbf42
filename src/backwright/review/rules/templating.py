"""Templates: lazy relations that a page reads for each element of a list that it shows."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access, Related
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.rules.lazily import Lazily, Lazy, plain
from backwright.review.rules.lists import Element, Lists
from backwright.review.rules.looping import backend
from backwright.review.rules.templatefiles import RENDERS, TemplateFiles

WRAPS = frozenset(
    "items results content data object_list page rows list all nodes entries edges records Items Content Data Results".split()
)
INCLUDES_MAX = 3
TOKEN = re.compile(
    r"\{%-?\s*for\s+(?P<v1>\w+)(?:\s*,\s*(?P<v2>\w+))?\s+in\s+(?P<o1>[\w.]+)|(?P<end>\{%-?\s*endfor|@endforeach|@endforelse)|"
    r"@for(?:each|else)\s*\(\s*\$(?P<o2>[\w>-]+)\s+as\s+(?:\$\w+\s*=>\s*)?\$(?P<v3>\w+)|"
    r"th:each=\"(?P<v4>\w+)(?:\s*,\s*\w+)?\s*:\s*\$\{(?P<o3>[\w.]+)\}|@foreach\s*\(\s*(?:var|[\w<>]+)\s+(?P<v5>\w+)\s+in\s+(?P<o4>[\w.]+)|"
    r"<%-?_?\s*(?P<o5>[\w.]+)\.(?:forEach|map)\(\s*(?:function\s*)?\(?(?P<v6>\w+)|<%-?_?\s*for\s*\(\s*(?:const|let|var)\s+(?P<v7>\w+)\s+of\s+(?P<o6>[\w.]+)|<#list\s+(?P<o7>[\w.]+)\s+as\s+(?P<v8>\w+)|"
    r"\{%-?\s*include\s+['\"](?P<i1>[^'\"]+)['\"]|\binclude\(\s*['\"](?P<i2>[^'\"]+)['\"]|@include\(\s*['\"](?P<i3>[^'\"]+)['\"]|"
    r"(?P<expr>\{\{.*?\}\}|\{%.*?%\}|\$\{[^}]*\}|@[A-Za-z_][\w.]*|<%.*?%>|\{!!.*?!!\}|@if\s*\([^\n]*)",
    re.DOTALL,
)  # fmt: skip
MEMBER = re.compile(r"(?<![\w.\"'/])\$?([A-Za-z_]\w*)(?:\.|->|\?\.)([A-Za-z_]\w*)")


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


class Templates(TemplateFiles):
    """Follows lists from where a page is rendered into its template and what that includes."""

    def __init__(self, model: Model, lists: Lists, lazily: Lazily) -> None:
        super().__init__(model)
        self.lists, self.lazily = lists, lazily

    def readings(self) -> Iterator[Shown]:
        """Yield the lazy reads of all templates that are rendered with lists of entities."""
        if not self.files or not self.lazily.relations:
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
                            yield from self._walk(at, call, path, env, INCLUDES_MAX)

    def _environment(self, at: int, index: int, call: Call) -> dict[str, Bound]:
        found: dict[str, Bound] = {}
        for value in call.args:
            entries = [value] if value.name else list(value.items) if value.kind in ("dict", "call") else []
            for entry in entries:
                bound = self._bound(at, call.fn, index, entry) if entry.name else None
                if bound is not None:
                    found[entry.name] = bound
        return found

    def _bound(self, at: int, fn: int, index: int, value: Arg) -> Bound | None:
        data = self.model.data
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
        return None

    def _walk(self, at: int, call: Call, path: str, env: Mapping[str, Bound], depth: int) -> Iterator[Shown]:
        text = self.files[path]
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
            included = token["i1"] or token["i2"] or token["i3"]
            if included and depth and self.find(included) and self.find(included) != path:
                yield from self._walk(at, call, self.find(included), scopes[-1], depth - 1)
            elif token["expr"]:
                inside = re.search(r"\binclude\(?\s*['\"]([^'\"]+)['\"]", token["expr"])
                if inside and depth and self.find(inside[1]) and self.find(inside[1]) != path:
                    yield from self._walk(at, call, self.find(inside[1]), scopes[-1], depth - 1)
                yield from self._members(at, call, path, line, token["expr"], scopes[-1])

    def _element(self, over: str, scope: Mapping[str, Bound]) -> Bound | None:
        """Return what the variable of a loop over `over` stands for."""
        words = over.split(".")
        bound = scope.get(words[0])
        if bound is None:
            return None
        if len(words) == 1 or words[1] in WRAPS:
            return bound._replace(is_list=False, rounds=True) if bound.is_list else None
        stored = self.model.data.entities.get(bound.cls)
        related = (
            next((r for n, r in stored.relations.items() if plain(n) == plain(words[1])), None) if stored else None
        )
        if related is not None and related.target is not None and related.is_many:
            return Bound(related.target, None, is_list=False, rounds=True, via=related.name)
        return None

    def _members(
        self, at: int, call: Call, path: str, line: int, text: str, scope: Mapping[str, Bound]
    ) -> Iterator[Shown]:
        for found in MEMBER.finditer(text):
            bound = scope.get(found[1])
            if bound is None or not bound.rounds:
                continue
            related = self.lazily.relations.get(bound.cls, {}).get(plain(re.sub(r"^(get|is)(?=[A-Z])", "", found[2])))
            if related is None:
                continue
            lazy = Lazy(at, line, call.fn, related)
            if not self.lazily.is_loaded(lazy, bound.cls, bound.access, self.lists.nearby(at, call.fn), bound.via):
                yield Shown(
                    Element(at, call.fn, call.line, f"renders {path}", bound.cls, bound.access),
                    path,
                    line,
                    related,
                )
