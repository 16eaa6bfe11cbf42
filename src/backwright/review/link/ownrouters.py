"""Routers that have other names than the framework's: imported ones, and those of the project's own classes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from backwright.review.facts import Call, Import
from backwright.review.link.packs import Router
from backwright.review.link.project import Cls, Fn

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers, Use


class OwnRouter(NamedTuple):
    """A class of the project that is a router, and what its constructor hands on to the framework's."""

    router: Router
    prefix: str
    uses: tuple[Use, ...]


class OwnRouters:
    """Finds routers by what their names were imported as, and by what their classes inherit from."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project
        self._classes: dict[Cls, OwnRouter | None] = {}
        self._makers: dict[Key, frozenset[str]] = {}

    # ---- imported names -----------------------------------------------------------------------

    def imported(self, at: int, made: Import, rest: str) -> Key | None:
        """Return the router that an imported name, or a variable `rest` of an imported module, stands for."""
        project, key = self.project, self.routers.key
        wanted = made.name if made.name not in ("", "*", "default") else (rest or "module.exports")
        for module in (made.module, made.inner):
            for number in project.module_files(at, module):
                if (-1, wanted) in project.assigned[number]:
                    return key("var", number, -1, wanted)
                again = project.imported[number].get(wanted)
                if made.name == "default" and (-1, "default") in project.assigned[number]:
                    return key("var", number, -1, "default")
                if again is not None and number != at:
                    held = self._of_module(at, made, rest)
                    return held if held is not None else self.routers.key_of(number, -1, wanted)
                if wanted == "module.exports" or made.name == "default":
                    for name in ("default", "module.exports", "exports"):
                        if (-1, name) in project.assigned[number]:
                            return key("var", number, -1, name)
                if rest and module.endswith(f".{made.name}") and (-1, rest) in project.assigned[number]:
                    return key("var", number, -1, rest)
        return None

    def _of_module(self, at: int, made: Import, rest: str) -> Key | None:
        """`from . import auth` and `auth.router`, where the package `auth` has a module of that name too."""
        for number in self.project.module_files(at, made.inner) if rest else ():
            if (-1, rest) in self.project.assigned[number]:
                return self.routers.key("var", number, -1, rest)
        return None

    # ---- own functions ------------------------------------------------------------------------

    def makes(self, fn: Fn) -> bool:
        """Whether a function makes a router."""
        calls = self.project.files[fn.file].calls
        return any(call.fn == fn.index and self.routers.router(fn.file, call) is not None for call in calls)

    def made_for(self, key: Key) -> Key | None:
        """JavaScript: the router that a function of the project has made for a variable: `const orders = makeOrders(store);`."""
        at = key.file
        if key.kind != "var" or self.project.files[at].language != "javascript":
            return None
        for each in self.project.assigned[at].get((key.index, key.name), ()):
            on, _, name = each.value.text.rpartition(".")
            for fn in self.project.resolve(at, key.index, on, name)[:1] if each.value.kind == "call" else ():
                if self.makes(fn):
                    return self.routers.key("ret", fn.file, fn.index)
        return None

    def made_by(self, fn: Fn, to: Key) -> tuple[Key, tuple[Use, ...]]:
        """Return the router that a chain stands on that begins with a call of a function of the project, and what that function uses.

        JavaScript: each call of one that makes a router gives another, `const orders = makeRouter().get("/", list)`; else it is what the function returns.
        """
        file, key = self.project.files[fn.file], self.routers.key
        if file.language != "javascript" or to.kind == "call" or not self.makes(fn):
            return key("ret", fn.file, fn.index), ()
        inside = [
            self.routers.destination(fn.file, index)
            for index, call in enumerate(file.calls)
            if call.fn == fn.index and self.routers.router(fn.file, call) is not None
        ]
        return to, tuple(use for each in inside for _, use in self.routers.uses.get(each, ()))

    # ---- chains -------------------------------------------------------------------------------

    def is_next(self, at: int, call: Call) -> bool:
        """JavaScript: whether a call behind a route says nothing of it: another route, or what is used from there on."""
        packs = self.routers.packs.get("javascript")
        if packs is None or self.project.files[at].language != "javascript":
            return False
        mounts = packs.mounts.get(call.name, ())
        return call.name in packs.routes or any(not self.routers.rank(at, pack) for pack, _ in mounts)

    def is_said_behind(self, at: int, call: Call) -> bool:
        """JavaScript: whether a framework that a file imports says by such a call what stands before the route or group that it is chained to."""
        packs = self.routers.packs.get("javascript")
        if packs is None or self.project.files[at].language != "javascript":
            return False
        specs = packs.scopes.get(call.name, ())
        return any(scope.behind and not self.routers.rank(at, pack) for pack, scope in specs)

    # ---- own classes --------------------------------------------------------------------------

    @cached_property
    def names(self) -> frozenset[str]:
        """Names of the project's classes that are routers."""
        return frozenset(
            made.name
            for number, file in enumerate(self.project.files)
            for index, made in enumerate(file.classes if file.language == "python" else ())
            if made.bases and self._of(Cls(number, index)) is not None
        )

    def may_make(self, call: Call) -> bool:
        """Whether a call that is not called like a router of a framework may make one nevertheless."""
        return call.name in self.names or (not call.name and call.on == "require()")

    def router(self, at: int, call: Call) -> Router | None:
        """Return how a call of one of the project's classes makes a router: `UserRouter(prefix="/x")`."""
        own = self._called(at, call)
        return own.router if own is not None else self._of_required(at, call)

    def _of_required(self, at: int, call: Call) -> Router | None:
        """JavaScript: a router of a module that is asked for in place: `require("express").Router()`, `require("koa-router")()`."""
        packs = self.routers.packs.get("javascript")
        if packs is None or call.on != "require()" or call.prev < 0:
            return None
        given = self.project.files[at].calls[call.prev].args[:1]
        module = given[0].text.replace("/", ".") if given and given[0].kind == "str" else ""
        for name in ((call.name,) if call.name else ("default", module)) if module else ():
            for on, router in packs.routers.get(name, ()):
                if on.match(module) if on is not None else name == module:
                    return router
        return None

    def made(self, at: int, call: Call, prefix: str) -> tuple[str, tuple[Use, ...]]:
        """Return the prefix of a router and what it is always made with: what the constructor of its class hands on."""
        own = self._called(at, call)
        return (prefix or own.prefix, own.uses) if own is not None else (prefix, ())

    def makers(self, key: Key) -> frozenset[str]:
        """Return the names of the packs of whose framework a router is, as far as its class was imported from there."""
        if key not in self._makers:
            self._makers[key] = self._makers_of(key)
        return self._makers[key]

    def _makers_of(self, key: Key) -> frozenset[str]:
        at, packs = key.file, self.routers.packs.get("python")
        if key.kind != "var" or packs is None or self.project.files[at].language != "python":
            return frozenset()
        for each in self.project.assigned[at].get((key.index, key.name), ()):
            if each.value.kind != "call":
                continue
            cls = self.project.find_class(at, each.value.text)
            names = self.project.ancestors(cls) if cls is not None else (self.project.absolute(at, each.value.text),)
            return frozenset(
                pack.name for name in names for pack in packs.packs if pack.router and name.startswith(pack.imports)
            )
        return frozenset()

    def _called(self, at: int, call: Call) -> OwnRouter | None:
        if self.project.files[at].language != "python" or call.name not in self.names:
            return None
        cls = self.project.find_class(at, f"{call.on}.{call.name}" if call.on else call.name)
        return self._of(cls) if cls is not None else None

    def _of(self, cls: Cls) -> OwnRouter | None:
        if cls not in self._classes:
            self._classes[cls] = self._read(cls)
        return self._classes[cls]

    def _read(self, cls: Cls) -> OwnRouter | None:
        packs = self.routers.packs.get("python")
        base = next((b for b in self.project.ancestors(cls)[1:] if self._is_framework(b)), "")
        if packs is None or not base:
            return None
        router = packs.routers[base.rpartition(".")[2]][0][1]
        prefix: str = ""
        uses: tuple[Use, ...] = ()
        for each in self.project.base_classes(cls):
            for call in self._handed_on(each):
                prefix = prefix or self.routers.text_at(each.file, call, router.prefix)
                uses = self.routers.uses_of(each.file, call, router.uses) + uses
        return OwnRouter(router, prefix, uses)

    def _is_framework(self, base: str) -> bool:
        """Whether a base class is a router of a framework, imported from it."""
        packs = self.routers.packs.get("python")
        module, _, name = base.rpartition(".")
        if packs is None or not module or name not in packs.routers:
            return False
        return any(module.startswith(pack.imports) for pack in packs.packs if pack.router and pack.imports)

    def _handed_on(self, cls: Cls) -> list[Call]:
        """Return the calls of the framework's constructor in the one of a class: `super().__init__(dependencies=[...])`."""
        file = self.project.files[cls.file]
        return [
            call
            for call in file.calls
            if call.name == "__init__"
            and call.fn >= 0
            and file.functions[call.fn].cls == cls.index
            and file.functions[call.fn].name == "__init__"
        ]
