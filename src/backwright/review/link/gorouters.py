"""Go's routers: what they hang on through wrappers, fields, returned handlers and interfaces."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from backwright.review.facts import NEW, Arg, Assign, Call
from backwright.review.link.goblocks import Blocks
from backwright.review.link.gocallbacks import Callbacks
from backwright.review.link.goembedded import Embedded
from backwright.review.link.goengines import JOINS, Engines
from backwright.review.link.gowrapping import Wrapping
from backwright.review.link.packs import Mount
from backwright.review.link.paths import join
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers, Use

_REQUESTS = regex(r"(^|\.)(\w*Context|Ctx|Handler(Func)?|ResponseWriter|Request)$")
# What middleware is made as: Fiber's Handler, a function of a context. An http.Handler may be a router, too.
_MADE = regex(r"(^|\.)(?<!http\.)(Handler|HandlerFunc|MiddlewareFunc|Middleware)$|^func\(")


class GoRouters:
    """Adds to the graph of routers what only Go does."""

    def __init__(self, routers: "Routers") -> None:
        self.routers, self.project = routers, routers.project
        self.wrapping = Wrapping(self.project)
        self.callbacks, self.blocks = Callbacks(routers, self.project), Blocks(self.project)
        self.engines, self.embedded = Engines(routers), Embedded(routers, routers.project)

    def is_middleware(self, at: int, ref: int) -> bool:
        """Whether a function that is written where a group or `Use` is given one is middleware, and not the group's body."""
        file = self.project.files[at]
        return file.language == "go" and any(_REQUESTS.search(param.type) for param in file.functions[ref].params)

    def is_text(self, at: int, value: Arg) -> bool:
        """Whether a call gives one text, and no list of them."""
        language = self.project.files[at].language
        return language in ("javascript", "php") or (language == "go" and value.text in JOINS)

    def joined(self, at: int, fn: int, value: Arg, depth: int) -> str | None:
        """Return the text of `path.Join("/admin", name)`, None for any other value."""
        if value.kind != "call" or value.text not in JOINS or not depth or self.project.files[at].language != "go":
            return None
        parts = [self.routers.constant(at, fn, item, depth - 1) for item in value.items]
        if parts and parts[0] is None:
            parts[0] = ""  # a base path of the settings, mostly none
        return join("", "/".join("{*}" if part is None else part.strip("/") for part in parts if part != ""))

    def know_fields(self, at: int) -> None:
        """Fields that are declared as a router are one."""
        packs = self.routers.packs["go"]
        for index, made in enumerate(self.project.files[at].classes):
            for field in made.fields:
                if field.type and self.routers.is_router_type(at, packs, field.type):
                    self.routers.known.add(self.routers.key("field", at, index, field.name))

    @cached_property
    def _given_back(self) -> set["Key"]:
        """What functions return that is a router; grows while routers are hung."""
        edges = (edge for edges in self.routers.edges.values() for edge in edges)
        found = {edge.parent for edge in edges if edge.parent.kind == "ret"}
        return found | {key for key in self.routers.known if key.kind == "ret"}

    @cached_property
    def _names(self) -> set[str]:
        """The last words of what may stand for a router."""
        above = {edge.parent for edges in self.routers.edges.values() for edge in edges}
        found = {key.name.rpartition(".")[2] for key in self.routers.known | above if key.name}
        for key in self._given_back:
            found.add(self.project.files[key.file].functions[key.index].name)
        return found

    def _may_hold(self, value: Arg) -> bool:
        """Whether a value names something that may be a router: asked first, because most do not."""
        if value.kind in ("name", "call") and _served(value).text.rpartition(".")[2] in self._names:
            return True
        return any(self._may_hold(item) for item in value.items)

    # ---- hanging ----------------------------------------------------------------------------

    def know_given(self, numbers: Sequence[int]) -> None:
        """Know variables that hold what a function gives as a router, before these are handed on: `r := newRouter(); addRoutes(r)`."""
        if not numbers:
            return
        self.embedded.hang(numbers)
        self.callbacks.hang(numbers)
        self.engines.know(numbers)
        packs = self.routers.packs["go"]
        makers = {
            made.name
            for at in numbers
            for made in self.project.files[at].functions
            if made.returns and self.routers.is_router_type(at, packs, made.returns)
        }
        for at in numbers if makers else ():
            for assign in self.project.files[at].assigns:
                if assign.value.kind == "call" and assign.value.text.rpartition(".")[2] in makers:
                    target = self.routers.key_of(at, assign.fn, assign.target)
                    self._is_given(at, assign.fn, assign.value, target)

    def hang_all(self, numbers: Sequence[int]) -> None:
        """Hang what functions return, then what is handed to something."""
        for at in numbers:
            self._hang_used(at)
        for at in numbers:
            self.hang_returned(at)
        for at in numbers:
            self.hang(at)

    def _hang_used(self, at: int) -> None:
        """`private := r.Use(requireLogin)`: the variable is the router with its middleware."""
        routers = self.routers
        for call in self.project.files[at].calls:
            if call.name == "Use" and call.to and call.on and call.prev < 0:
                key, target = routers.key_of(at, call.fn, call.on), routers.key_of(at, call.fn, call.to)
                if key in routers.known and key != target:
                    routers.add_edge(target, key, "", routers.uses_of(at, call, ["*"]), call.line)
                    routers.known.add(target)

    def hang_returned(self, at: int) -> None:
        """Hang routers on the functions that return them in a wrapper."""
        for each in self.project.files[at].returns:
            if each.value.kind == "call" and each.fn >= 0 and self._may_hold(each.value):
                key = self.routers.key("ret", at, each.fn)
                self._hang(at, each.fn, each.value, key, each.line)
                if key in self.routers.known and key not in self._given_back:
                    self._given_back.add(key)
                    self._names.add(self.project.files[at].functions[each.fn].name)

    def hang(self, at: int) -> None:
        """Hang routers on what they are handed to, wrapped or not."""
        file = self.project.files[at]
        for assign in file.assigns:
            if assign.value.kind == "call" and self._may_hold(assign.value):
                target = self.routers.key_of(at, assign.fn, assign.target)
                self._hang(at, assign.fn, assign.value, target, assign.line)
                self._is_given(at, assign.fn, assign.value, target)
            elif assign.value.kind == "name" and "." in assign.value.text:
                self._read_field(at, assign)
        for call in file.calls:
            if call.flags & NEW and not call.on and any(self._may_hold(each) for each in call.args):
                self._fill(at, call)
            for mount in self.routers.mounts(at, call):
                if mount.strips and any(self._may_hold(each) for each in call.args):
                    self._mount(at, call, mount)

    def router_in(self, at: int, fn: int, value: Arg, line: int) -> tuple["Key | None", tuple["Use", ...], Arg]:
        """Return the router that a value holds, what is around it, and the value itself."""
        inner, words = self.wrapping.innermost(at, fn, value, self._is_router, line)
        key = self._key_of(at, fn, inner)
        return key, tuple(self.routers.use(word, at, line) for word in words), inner

    def _is_router(self, at: int, fn: int, value: Arg) -> bool:
        return self._key_of(at, fn, value) is not None

    def _key_of(self, at: int, fn: int, value: Arg) -> "Key | None":
        routers, value = self.routers, _served(value)
        if value.kind == "name" and value.text:
            key = routers.key_of(at, fn, value.text)
            return key if key in routers.known else None
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            for found in self.project.resolve(at, fn, on, name)[:1]:
                key = routers.key("ret", found.file, found.index)
                return key if key in self._given_back else None
        return None

    def _hang(self, at: int, fn: int, value: Arg, parent: "Key", line: int) -> None:
        key, uses, inner = self.router_in(at, fn, value, line)
        if key is None or inner is value or self._only_keeps(at, value):
            return
        if any(edge.parent == key for edge in self.routers.edges.get(parent, ())):  # huma.NewGroup(api, "/v1"): a group
            return
        if key == parent:  # handler = auth(handler)
            self.routers.uses[key] += [(0, use) for use in uses]
        else:
            self.routers.add_edge(key, parent, "", uses, line)
            self.routers.known.add(parent)
            if parent.name:  # h := chain(newMux().ServeHTTP, auth); mux.Handle("/orders/", h)
                self._names.add(parent.name.rpartition(".")[2])

    def _only_keeps(self, at: int, value: Arg) -> bool:
        """Whether a value is an object that holds a router and is none itself: `return &Routes{group: r}`."""
        cls = self.project.find_class(at, value.text)
        if cls is None or self.project.class_(cls).kind != "struct" or self.project.class_(cls).bases:
            return False
        return not self.project.method(cls, "ServeHTTP")

    def _is_given(self, at: int, fn: int, value: Arg, target: "Key") -> None:
        """`r := newRouter()`: the variable is the router that the function made, with the middleware it was given there."""
        on, _, name = value.text.rpartition(".")
        routers = self.routers
        for found in self.project.resolve(at, fn, on, name)[:1]:
            for each in self.project.files[found.file].returns if found not in self.engines.groups else ():
                if each.fn != found.index:
                    continue
                source = (
                    routers.key("ret", found.file, found.index)
                    if each.value.kind == "call"
                    else routers.key_of(found.file, each.fn, each.value.text)
                )
                if source in routers.known and source != target:
                    if not any(edge.parent == source for edge in routers.edges.get(target, ())):
                        routers.add_edge(target, source, "", (), 0)
                    routers.known.add(target)

    def _read_field(self, at: int, assign: Assign) -> None:
        """`r := options.BaseRouter`: the variable is what the field was filled with."""
        on, _, name = assign.value.text.rpartition(".")
        cls = self.project.type_of(at, assign.fn, on).cls
        field = self.routers.key("field", cls.file, cls.index, name) if cls is not None else None
        target = self.routers.key_of(at, assign.fn, assign.target)
        if field in self.routers.known and field is not None and target.kind == "var":
            self.routers.add_edge(target, field, "", (), assign.line)
            self.routers.known.add(target)

    def _fill(self, at: int, call: Call) -> None:
        """`&Server{router: r}`: the field and the variable are one router."""
        cls = self.project.find_class(at, call.name)
        if cls is None:
            return
        for value in call.args:
            if value.name and value.kind == "name":
                key = self.routers.key_of(at, call.fn, value.text)
                if key in self.routers.known:
                    field = self.routers.key("field", cls.file, cls.index, value.name)
                    self.routers.add_edge(field, key, "", (), 0)
                    self.routers.known.add(field)

    def _mount(self, at: int, call: Call, mount: Mount) -> None:
        """`mux.Handle("/api/", http.StripPrefix("/api", auth(api)))`: without the strip the paths of the inner one are whole."""
        above = self.routers.context(at, call)
        for value in self.routers.arguments(call, mount.child):
            key, uses, _ = self.router_in(at, call.fn, value, call.line)
            if key is not None and key != above.key:
                prefix = self._stripped(at, call, value, mount.strips)
                self.routers.add_edge(key, above.key, prefix, above.uses + uses, call.line)
                return

    def _stripped(self, at: int, call: Call, value: Arg, strips: tuple[str, ...], depth: int = 6) -> str:
        if value.kind != "call" or not depth:
            return ""
        if value.text.rpartition(".")[2] in strips and value.items:
            return self.routers.constant(at, call.fn, value.items[0]) or ""
        return next(
            (found for item in value.items if (found := self._stripped(at, call, item, strips, depth - 1))),
            "",
        )

    def only_used(self, at: int, index: int) -> list[Call]:
        """Return the calls behind a group that only add middleware to it, [] if anything else is chained: `r.Group("/x").Use(auth)`."""
        routers, calls, found = self.routers, self.project.files[at].calls, []
        packs = routers.packs["go"]
        while index in routers.outer[at]:
            index = routers.outer[at][index]
            if (
                calls[index].name not in packs.mounts
                or calls[index].name in packs.scopes
                or calls[index].name in packs.routes
            ):
                return []
            found.append(calls[index])
        return found

    def no_middleware(self, at: int, found: tuple[Fn, ...]) -> tuple[Fn, ...]:
        """Return the functions that a call may run, none if it makes middleware: `api.Use(requireLogin())`."""
        if self.project.files[at].language != "go" or not found:
            return found
        returns = self.project.function(found[0]).returns
        cls = self.project.find_class(found[0].file, returns.lstrip("*")) if _MADE.search(returns) else None
        if cls is not None and self.project.class_(cls).kind == "struct":
            return found  # an object that is called Handler may hold routes
        is_made = _MADE.search(returns) is not None
        return () if is_made and not self.takes_router(found[0]) else found

    def takes_router(self, fn: Fn) -> bool:
        """Whether a function fills or returns a router."""
        made = self.project.function(fn)
        types = [each for each in (*(param.type for param in made.params), made.returns) if each]
        packs = self.routers.packs["go"]
        if any(self.routers.is_router_type(fn.file, packs, each) for each in types):
            return True
        return self.routers.key("ret", fn.file, fn.index) in self._given_back

    # ---- calls of interfaces ----------------------------------------------------------------

    def all_of(self, at: int, call: Call) -> Iterator[tuple[int, int]]:
        """Yield every method that a call through an interface may run: `for _, m := range modules { m.Register(r) }`."""
        known = self.project.type_of(at, call.fn, call.on) if call.on else None
        if known is None or known.cls is None or self.project.class_(known.cls).kind != "interface":
            return
        for each in self.project.go.implementers(known.cls):
            name = self.project.files[each[0]].classes[each[1]].name
            for fn in self.project.methods.get((name, call.name), ()):
                if self.project.go.same_package(fn.file, each[0]):
                    yield fn


def _served(value: Arg) -> Arg:
    """Return what answers in `mux.ServeHTTP` and `newMux().ServeHTTP`, any other value as it is."""
    if value.kind != "name" or not value.text.endswith(".ServeHTTP"):
        return value
    held = value.text.removesuffix(".ServeHTTP")
    return Arg("call", held.removesuffix("()")) if held.endswith("()") else Arg("name", held)
