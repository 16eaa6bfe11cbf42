"""Routers that are handed to functions: `userRoutes(app)`, `users(v1.Group("/users"))`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Call
from backwright.review.link.packs import Packs
from backwright.review.link.paths import join
from backwright.review.link.project import Fn

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers


class Handing:
    """Makes a router that a call is given, or is made on, the router of the function that is called."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project
        self._names: set[str] = set()  # of the routers that are known so far
        self._count = -1

    def bind(self, at: int) -> None:
        """A router handed to a function is that function's parameter: `userRoutes(app)`."""
        file = self.project.files[at]
        packs = self.routers.packs.get(file.language)
        if packs is None:
            return
        names, imported = self.project.functions_by_name, self.project.imported[at]
        for index, call in enumerate(file.calls):
            if call.name not in names and call.name not in imported and call.name not in ("", "require"):
                continue
            if packs.facades and call.on and call.name in names:
                for fn in self.project.resolve_call(at, call)[:1]:
                    if fn in self.routers.declaring:
                        self.routers.add_edge(
                            self.routers.key("fn", fn.file, fn.index),
                            self.routers.implicit(at, call.fn),
                            line=call.line,
                        )
            if call.name in packs.scopes and self.routers.scope(at, call) is not None:
                continue
            if not self._may_bind(at, call, packs):
                continue
            found = self.project.resolve_call(at, call)
            several = (
                [Fn(*each) for each in self.routers.go.all_of(at, call)]
                if file.language == "go" and len(found) != 1
                else []
            )
            if file.language == "csharp":
                several = self.routers.minimal.implementers(at, call, found)
            for fn in several or found[:2]:
                made = self.project.function(fn)
                inside = self.routers.key("fn", fn.file, fn.index)
                above = self.routers.implicit(at, call.fn)
                if file.language in ("kotlin", "php") and not call.on:
                    self.routers.add_edge(inside, above, line=call.line)
                elif call.on:  # an extension function, or a method of a class that registers routes
                    key = self.routers.key_of(at, call.fn, call.on)
                    context = self.routers.context(at, call)
                    if context.key in self.routers.known or key in self.routers.known:
                        if file.language == "csharp":  # app.MapGroup("/x").MapOrders().RequireAuthorization()
                            context = context._replace(uses=context.uses + self.routers.behind(at, index))
                        self.routers.add_edge(inside, context.key, context.prefix, context.uses, call.line)
                        for param in made.params[:1]:
                            if file.language == "csharp":
                                self.routers.add_edge(
                                    self.routers.key("var", fn.file, fn.index, param.name),
                                    context.key,
                                    context.prefix,
                                    context.uses,
                                    call.line,
                                )
                self._values(at, index, fn)

    def _may_bind(self, at: int, call: Call, packs: Packs) -> bool:
        """Whether a call is made on a router or is given one, whoever it runs: cheaper to ask than whom it runs."""
        language = self.project.files[at].language
        if language == "csharp" or (language in ("kotlin", "php") and not call.on):
            return True
        if call.on:
            if self._is_router(at, call.fn, call.on):
                return True
            is_chain = call.prev >= 0 or language in ("php", "javascript")
            if is_chain and self.routers.context(at, call).key in self.routers.known:
                return True
        return any(
            self._is_router(at, call.fn, value.text)
            if value.kind == "name"
            else value.kind == "call" and value.text.rpartition(".")[2] in packs.scopes
            for value in call.args
        )

    def _is_router(self, at: int, fn: int, chain: str) -> bool:
        """Whether a name stands for a router; most do not by any part of them, and whose they are need not be found out."""
        if len(self.routers.known) != self._count:
            self._count, self._names = len(self.routers.known), {key.name for key in self.routers.known}
        first, _, rest = chain.replace("->", ".").partition(".")
        parts = (chain, rest, chain.rpartition(".")[2])
        if first not in self.project.imported[at] and not any(part in self._names for part in parts if part):
            return False
        return self.routers.key_of(at, fn, chain) in self.routers.known

    def _values(self, at: int, index: int, fn: Fn) -> None:
        made, call = self.project.function(fn), self.project.files[at].calls[index]
        params = (
            made.params[1:] if made.receiver and made.params and made.params[0].name == made.receiver else made.params
        )
        for place, value in enumerate(call.args):
            param = next(
                (p for p in params if value.name and p.name == value.name),
                params[place] if place < len(params) else None,
            )
            if param is None or value.kind not in ("name", "call"):
                continue
            child = self.routers.key("var", fn.file, fn.index, param.name)
            if value.kind == "name":
                parent = self.routers.key_of(at, call.fn, value.text)
                if parent in self.routers.known and parent != child:
                    self.routers.add_edge(child, parent, line=call.line)
                    self.routers.known.add(child)
                    self.routers.handed.append((child, parent, call.line))
            else:
                self._group(at, index, value, child)

    def _group(self, at: int, index: int, value: Arg, child: Key) -> None:
        """`users(v1.Group("/users"))`: the argument is itself a scope."""
        name = value.text.rpartition(".")[2]
        calls = self.project.files[at].calls
        call = calls[index]
        for inner in calls:
            is_given = inner.inside == index or inner.line == call.line
            if is_given and inner.name == name and inner.fn == call.fn and not inner.to:
                scope = self.routers.scope(at, inner)
                if scope is not None:
                    above = self.routers.context(at, inner)
                    prefix = join(above.prefix, self.routers.text_at(at, inner, scope.prefix))
                    uses = above.uses + self.routers.uses_of(at, inner, scope.uses, scope.note)
                    self.routers.add_edge(child, above.key, prefix, uses, call.line)
                    self.routers.known.add(child)
                    return
