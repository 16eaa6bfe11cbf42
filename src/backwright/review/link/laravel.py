"""Laravel's routes as they are really written: the facade under another name, the router that the container gives, middleware in variables and in config/."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import structs

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.middlewarelists import items_of
from backwright.review.link.unless import spared
from backwright.review.link.words import argument, words_of
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers, Use

NAMESPACE = "namespace="  # starts the word of a group that says where the classes of its handlers are
WITHOUT = "withoutMiddleware"  # starts the word that takes middleware away again
DEPTH_MAX = 3  # variables, merged lists and settings followed to middleware
_GIVES = frozenset({"resolve", "app", "make", "get"})  # app("router"), $app->make("router")
_ROUTER = frozenset({"router", "Router.class", "Registrar.class", "Illuminate\\Routing\\Router.class"})
# JavaScript: middleware that serves files, `express.static("public")`, says nothing of who may come in.
_SERVES_FILES = regex(r"^(express\.static|serve(Static)?|(koa)?[sS]tatic|(serve)?[fF]avicon)$")
_LISTS = frozenset({"array_merge", "array_filter", "array_values", "array_unique", "collect"})
_HOLD = (
    "name",
    "list",
    "dict",
    "call",
    "str",
    "other",
)  # kinds of what a variable holds: "other" is a choice between two


class Laravel:
    """What routers and middleware stand for in Laravel's files."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project

    def plain(self, at: int, on: str) -> str:
        """Return what a call is called on, with a facade under its own name, though it may be imported as another."""
        first, dot, rest = on.partition(".")
        made = self.project.imported[at].get(first) if first[:1].isupper() else None
        if made is None or made.name in ("", first) or self.project.files[at].language != "php":
            return on
        return f"{made.name}{dot}{rest}" if made.name in self.routers.packs["php"].facades else on

    # ---- what a group says of its routes ----------------------------------------------------

    def said(self, at: int, call: Call) -> tuple[Use, ...]:
        """Return as words what a group says besides its middleware: the namespace of handlers, and what does not stand before them."""
        if call.name == "withoutMiddleware" and self.project.files[at].language == "php":
            told = [word for value in call.args for word in self.words(at, call.fn, value)]
            return (self.routers.use(f"{WITHOUT}({' '.join(told)})", at, call.line),)
        return self.namespace(at, call)

    def namespace(self, at: int, call: Call) -> tuple[Use, ...]:
        """Return the namespace that a group gives the classes of its handlers, as a word."""
        if self.project.files[at].language != "php":
            return ()
        held = argument(call.args, "0" if call.name == "namespace" else "namespace")
        told = self.routers.constant(at, call.fn, held) if held is not None else None
        return (self.routers.use(f"{NAMESPACE}{told}", at, call.line),) if told else ()

    def qualified(self, uses: tuple[Use, ...], handler: Arg | None) -> tuple[Arg | None, tuple[Use, ...]]:
        """Return a handler with the namespace of its groups put before its class, if there is such a class, and the uses without it."""
        told = [use.text.removeprefix(NAMESPACE).strip("\\") for use in uses if use.text.startswith(NAMESPACE)]
        rest = tuple(use for use in uses if not use.text.startswith(NAMESPACE))
        if not told or handler is None or handler.kind != "str" or handler.text.startswith("\\"):
            return handler, rest
        name, sign, method = handler.text.partition("@")
        for start in range(len(told)):  # a group inside another may name its namespace in full
            whole = "\\".join([*told[start:], name])
            if self._exists(whole):
                return Arg("str", f"{whole}{sign}{method}"), rest
        return handler, rest

    def _exists(self, name: str) -> bool:
        """Whether the project has a class of this full name."""
        space, _, own = name.rpartition("\\")
        return any(
            self.project.files[cls.file].package.replace(".", "\\").strip("\\") == space
            for cls in self.project.classes_by_name.get(own, ())
        )

    # ---- the router of the container --------------------------------------------------------

    def hang(self, at: int) -> None:
        """`$router = resolve("router")` declares its routes on what it stands in, as the facade does."""
        if self.project.files[at].language != "php":
            return
        for assign in self.project.files[at].assigns:
            value = assign.value
            if value.kind != "call" or value.text.rpartition(".")[2] not in _GIVES or len(value.items) != 1:
                continue
            if value.items[0].text in _ROUTER and value.items[0].kind in ("str", "name"):
                key = self.routers.key_of(at, assign.fn, assign.target)
                self.routers.known.add(key)
                self.routers.add_edge(key, self.routers.implicit(at, assign.fn), line=assign.line)

    # ---- what stands for middleware ---------------------------------------------------------

    def words(self, at: int, fn: int, value: Arg, depth: int = DEPTH_MAX) -> list[str]:
        """Return the words of middleware: of a variable what it holds, of `config("x.y")` what is configured."""
        if self.project.files[at].language != "php" or not depth:
            if value.kind == "call" and _SERVES_FILES.search(value.text):
                return []
            if self.project.files[at].language == "javascript" and depth:
                if listed := items_of(self.project, at, fn, value):
                    inside = [word for item in listed for word in self.words(at, fn, item, depth - 1)]
                    return [*words_of(value), *inside]
            start = spared(self.project, at, fn, value) if value.kind == "call" else ""
            return [f"{start}{word}" for word in words_of(value)]
        if value.kind in ("concat", "fmt") and any(item.text == "config" for item in value.items):
            return [self.routers.constant(at, fn, value) or ""]
        if value.kind == "name":
            made = self._assigned(at, fn, value.text)
            return self.words(at, made.fn, made.value, depth - 1) if made is not None else words_of(value)
        if value.kind == "call" and value.text == "config":
            told = self.configured(at, value)
            return words_of(value) if told is None else self.words(at, -1, told, depth - 1)
        if value.kind in ("list", "dict") or value.text in _LISTS:
            return [word for item in value.items for word in self.words(at, fn, item, depth)]
        return words_of(value)

    def _assigned(self, at: int, fn: int, name: str) -> Assign | None:
        """Return what alone a variable is given, in a function or one around it."""
        functions = self.project.files[at].functions
        while True:
            found = self.project.assigned[at].get((fn, name), ())
            if found or fn < 0:
                return found[0] if len(found) == 1 and found[0].value.kind in _HOLD else None
            if any(param.name == name for param in functions[fn].params):
                return None
            fn = functions[fn].parent

    # ---- settings ---------------------------------------------------------------------------

    def text(self, at: int, fn: int, value: Arg, depth: int) -> str | None:
        """Return the text that `config("api.prefix")` stands for, if config/ says it."""
        if self.project.files[at].language != "php":
            return self.routers.minimal.groups.text(at, fn, value, depth)
        told = self.configured(at, value) if value.kind == "call" and value.text == "config" and depth else None
        return self.routers.constant(at, fn, told, depth - 1) if told is not None else None

    def configured(self, at: int, value: Arg) -> Arg | None:
        """Return what stands in config/ at the key that a call asks for, else the default of the call; of `env("X", "y")` its default."""
        key = value.items[0] if value.items else None
        if key is None or key.kind != "str":
            return None
        file, *rest = key.text.split(".")
        found: Arg | None = None
        for number in self._settings.get(file, ()):
            for each in self.project.files[number].returns:
                if each.fn < 0 and each.value.kind == "dict":
                    found = found or argument((each.value,), ".".join(rest)) if rest else None
        if found is None and len(value.items) > 1:
            found = value.items[1]
        if found is not None and found.kind == "call" and found.text == "env":
            found = found.items[1] if len(found.items) > 1 else None
        return structs.replace(found, name="") if found is not None else None

    @cached_property
    def _settings(self) -> dict[str, list[int]]:
        """Name of a file in config/ to the files."""
        found: dict[str, list[int]] = {}
        for number, file in enumerate(self.project.files):
            folder, _, name = file.path.rpartition("/")
            if file.language == "php" and (folder == "config" or folder.endswith("/config")):
                found.setdefault(name.removesuffix(".php"), []).append(number)
        return found
