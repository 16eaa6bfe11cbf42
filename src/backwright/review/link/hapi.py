"""Hapi: endpoints that are objects with a method, a path and a handler, handed to `server.route` one by one, in lists, by modules."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.declared import Declared
from backwright.review.link.node import inline_words
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Use
from backwright.review.regexes import regex

FRAMEWORK = "hapi"
_LIBRARY = regex(r"(@hapi/(hapi|glue)|hapi)$")
_LIMITER = regex(r"(.*/)?hapi-rate-?limit(or|er)?$")
_METHOD = regex(r"(GET|POST|PUT|PATCH|DELETE|OPTIONS|\*)$", 2)
_REST = regex(r"\{(\w+)(\*\d*|\?)\}")  # {path*}, {id?}
_OPTIONAL = ("try", "optional")  # modes of a strategy that lets everybody through
_ELSEWHERE = ("bell", "@hapi/bell")  # a scheme that sends people to the login of somebody else
_BEFORE = ("onPreAuth", "onCredentials", "onPostAuth", "onPreHandler")
_LIST_OF = ("Object.values", "_.values", "_.flatten", "flatten", "values")
HOPS_MAX = 8  # from `server.route(orders)` to the objects: names, imports, lists, what a function returns
PREFIXES_MAX = 3  # plugins inside plugins

Handlers = Callable[[int, Call, Arg | None], list[tuple[Fn | None, Cls | None, str]]]
Constant = Callable[[int, int, Arg], str | None]


@lru_cache(maxsize=64)
def _written_as(name: str) -> re.Pattern[str]:
    return regex(rf"(?<![\w.]){name}:\s*(?:['\"`]([^'\"`{{}}]+)['\"`]|([A-Za-z_$][\w.$]*)\s*[,}}])")


class Written(NamedTuple):
    """A value, with the file and the function it stands in."""

    at: int
    fn: int
    value: Arg
    line: int = 0


def entry(value: Arg, name: str) -> Arg | None:
    """Return what an object has under a name; of one that lies deep its source is all that is known."""
    if value.kind == "dict" and not value.items and (told := _written_as(name).search(value.text)) is not None:
        return Arg("str", told[1]) if told[1] else Arg("name", told[2])
    return next((item for item in value.items if item.name == name), None)


class Hapi:
    """Follows what is handed to `server.route` to the objects that say what is served."""

    def __init__(self, project: Project, handlers: Handlers, constant: Constant) -> None:
        self.project, self.handlers, self.constant = project, handlers, constant

    def declared(self, numbers: Iterable[int]) -> Iterator[Declared]:
        """Yield the endpoints of these files."""
        own = [n for n in numbers if self.project.files[n].language == "javascript"]
        if not own or not self._is_used:
            return
        before = self._before_all(own)
        done: set[tuple[int, int, str]] = set()
        for at in own:
            for call in self.project.files[at].calls:
                if call.name == "route" and call.on and len(call.args) == 1:
                    told = Written(at, call.fn, call.args[0], call.line)
                    for found in self._objects(told, HOPS_MAX):
                        for prefix in self._prefixes(at):
                            yield from self._endpoints(found, prefix, before, done)
        for at in own:  # files that a plugin finds by their folder
            for found in self._exported(at):
                yield from self._endpoints(found, "", before, done)

    @cached_property
    def _is_used(self) -> bool:
        return any(
            _LIBRARY.match(made.module)
            for file in self.project.files if file.language == "javascript" for made in file.imports
        )  # fmt: skip

    # ---- objects ------------------------------------------------------------------------------

    def _objects(self, told: Written, hops: int) -> Iterator[Written]:
        """Yield the objects that a value comes to: itself, those of a list, of a name, of a module, of what a function returns."""
        if told.value.kind == "dict" and _is_route(told.value):
            yield told
        elif hops and told.value.kind != "dict":
            for each in self._below(told):
                yield from self._objects(each, hops - 1)

    def _below(self, told: Written) -> Iterator[Written]:
        """Yield what a list holds, a name stands for, a module hands on, a function returns."""
        value = told.value
        if value.kind == "call" and value.text in _LIST_OF:
            for item in value.items:
                under = told._replace(value=item, line=_line(item, told.line))
                if item.kind == "name":
                    yield from self._all_of(under)
                else:
                    yield from (told._replace(value=each, line=_line(each, told.line)) for each in item.items)
        elif value.kind == "list" or (value.kind == "call" and value.text == "[].concat"):
            yield from (told._replace(value=item, line=_line(item, told.line)) for item in value.items)
        elif value.kind == "name":
            yield from self._named(told)
        elif value.kind == "call" and value.text == "require" and value.items:
            for number in self.project.module_files(told.at, value.items[0].text):
                yield from self._handed(number, "default")
        elif value.kind == "call":
            yield from self._returned(told)

    def _named(self, told: Written) -> Iterator[Written]:
        """Yield what a name stands for, here or in the module that it was imported from."""
        first, _, rest = told.value.text.partition(".")
        if assigns := self._assigned(told.at, told.fn, told.value.text):
            yield from (Written(told.at, each.fn, each.value, each.line) for each in assigns)
            return
        if rest and (assigns := self._assigned(told.at, told.fn, first)):
            for each in assigns:
                if (held := entry(each.value, rest)) is not None:
                    yield Written(told.at, each.fn, held, held.line or each.line)
        made = self.project.imported[told.at].get(first)
        for number in self.project.module_files(told.at, made.module) if made is not None else ():
            name = made.name if made is not None and made.name not in ("", "*") else "default"
            yield from self._handed(number, rest if rest and name == "default" else name)

    def _assigned(self, at: int, fn: int, name: str) -> list[Assign]:
        while True:
            if found := self.project.assigned[at].get((fn, name)):
                return found
            if fn < 0:
                return []
            fn = self.project.files[at].functions[fn].parent

    def _handed(self, number: int, name: str, hops: int = HOPS_MAX) -> Iterator[Written]:
        """Yield what a module hands on under a name, through others too."""
        made = self.project.imported[number].get(name)
        if made is not None and hops:
            for other in self.project.module_files(number, made.module):
                yield from self._handed(other, made.name if made.name not in ("", "*") else "default", hops - 1)
            return
        names = ("default", "module.exports", "exports") if name == "default" else (name, f"exports.{name}", f"module.exports.{name}")  # fmt: skip
        found = [each for key in names for each in self.project.assigned[number].get((-1, key), ())]
        if not found and name != "default":  # module.exports = { list, get }
            for each in self.project.assigned[number].get((-1, "module.exports"), ()):
                held = entry(each.value, name)
                if held is not None and held.kind == "dict":
                    yield Written(number, -1, held, held.line or each.line)
        yield from (Written(number, -1, each.value, each.line) for each in found)
        if not found and hops:
            for star in self.project.files[number].imports:
                if star.name == star.alias == "*":
                    for other in self.project.module_files(number, star.module):
                        yield from self._handed(other, name, hops - 1)

    def _all_of(self, told: Written) -> Iterator[Written]:
        """Yield all that an object or a module has: `Object.values(orderRoutes)`."""
        assigns = self._assigned(told.at, told.fn, told.value.text)
        for each in assigns:
            if each.value.kind == "dict":
                yield from (Written(told.at, each.fn, item, item.line or each.line) for item in each.value.items)
            elif each.value.kind == "name" and each.value.text != told.value.text:
                yield from self._all_of(Written(told.at, each.fn, each.value, each.line))
        made = self.project.imported[told.at].get(told.value.text) if not assigns else None
        for number in self.project.module_files(told.at, made.module) if made is not None else ():
            yield from self._module(number, HOPS_MAX)

    def _module(self, number: int, hops: int) -> Iterator[Written]:
        file = self.project.files[number]
        for each in file.assigns:
            if each.fn < 0:
                yield Written(number, -1, each.value, each.line)
        for made in file.imports:  # what it hands on is imported under its name
            for other in self.project.module_files(number, made.module) if hops and made.alias else ():
                if made.name == made.alias == "*":
                    yield from self._module(other, hops - 1)
                elif made.name not in ("", "*"):
                    yield from (each for each in self._handed(other, made.name) if _is_route(each.value))

    def _exported(self, at: int) -> Iterator[Written]:
        """Yield the objects of a file that say all that a route says."""
        file = self.project.files[at]
        values = [Written(at, each.fn, each.value, each.line) for each in file.assigns]
        values += [Written(at, each.fn, each.value, each.line) for each in file.returns]
        for told in values:
            items = told.value.items if told.value.kind == "list" else (told.value,)
            for item in items:
                if item.kind == "dict" and _is_route(item) and self._handler(told._replace(value=item)) is not None:
                    yield told if item is told.value else told._replace(value=item, line=_line(item, told.line))

    # ---- plugins ------------------------------------------------------------------------------

    @cached_property
    def _registered(self) -> dict[int, list[tuple[int, str]]]:
        """File of a plugin to the files that register it, each with the prefix that its routes get."""
        found: dict[int, list[tuple[int, str]]] = {}
        for at, file in enumerate(self.project.files):
            if file.language != "javascript" or file.is_test:
                continue
            for call in file.calls:
                if call.name == "register" and call.args:
                    for plugin, prefix in self._plugins(Written(at, call.fn, call.args[0]), call.args[1:2]):
                        for number in self._files_of(plugin):
                            if number != at:
                                found.setdefault(number, []).append((at, prefix))
            for each in file.assigns:
                if each.fn < 0 and each.value.kind in ("dict", "list"):
                    for plugin, prefix in self._listed(Written(at, -1, each.value)):
                        for number in self._files_of(plugin) if prefix else ():
                            found.setdefault(number, []).append((at, prefix))
        return found

    def _plugins(self, told: Written, options: tuple[Arg, ...]) -> Iterator[tuple[Written, str]]:
        """Yield the plugins in a call of `register`, each with its prefix."""
        if told.value.kind in ("dict", "list"):
            yield from self._listed(told)
        else:
            yield told, self._prefix(told, options[0]) if options else ""

    def _listed(self, told: Written) -> Iterator[tuple[Written, str]]:
        value = told.value
        if value.kind == "list":
            for item in value.items:
                yield from self._listed(told._replace(value=item))
        elif value.kind == "dict" and (plugin := entry(value, "plugin")) is not None:
            yield told._replace(value=plugin), self._prefix(told, value)
        elif value.kind == "dict":  # a manifest: { register: { plugins: [...] } }
            for item in value.items:
                if item.name in ("register", "plugins"):
                    yield from self._listed(told._replace(value=item))
        elif value.kind in ("name", "call"):
            yield told, ""

    def _prefix(self, told: Written, options: Arg) -> str:
        routes = entry(options, "routes")
        prefix = entry(routes, "prefix") if routes is not None else None
        return (self.constant(told.at, told.fn, prefix) or "") if prefix is not None else ""

    def _files_of(self, told: Written) -> list[int]:
        """Return the files of a plugin: of what its name was imported from, or of what is required in place."""
        value, at = told.value, told.at
        if value.kind == "call" and value.text == "require" and value.items:
            return list(self.project.module_files(at, value.items[0].text))
        if value.kind == "str" and value.text.startswith("."):
            return list(self.project.module_files(at, value.text))
        made = self.project.imported[at].get(value.text.partition(".")[0])
        files = list(self.project.module_files(at, made.module)) if made is not None else []
        for number in files[:1] if made is not None and made.name not in ("", "*") else ():
            again = self.project.imported[number].get(made.name if made is not None else "")
            if again is not None:
                files += self.project.module_files(number, again.module)
        return files

    def _prefixes(self, at: int, hops: int = PREFIXES_MAX) -> list[str]:
        """Return the prefixes that routes of a file's plugin get, [""] if nobody registers it."""
        told = [
            join(above, prefix)
            for number, prefix in self._registered.get(at, ()) if hops
            for above in self._prefixes(number, hops - 1)
        ]  # fmt: skip
        return list(dict.fromkeys(told)) or [""]

    # ---- endpoints ----------------------------------------------------------------------------

    def _endpoints(
        self, found: Written, prefix: str, before: tuple[Use, ...], done: set[tuple[int, int, str]]
    ) -> Iterator[Declared]:
        at, value, line = found.at, found.value, found.line
        where = entry(value, "path")
        path = self.constant(at, found.fn, where) if where is not None else None
        key = (at, line, path or "")
        if path is None or not path.startswith("/") or (key in done and not prefix):
            return
        done.add(key)
        handler = self._handler(found)
        fn, cls, label = None, None, ""
        if handler is not None:
            call = Call("route", "server", line, handler.fn)
            fn, cls, label = (self.handlers(handler.at, call, handler.value) or [(None, None, "")])[0]
        uses = (*before, *self._uses(found))
        for method in self._methods(found):
            yield Declared(
                method, canonical_path(_REST.sub(r"{\1}", join(prefix, path))), label, at, line, FRAMEWORK, fn, cls, uses
            )  # fmt: skip

    def _methods(self, found: Written) -> list[str]:
        told = entry(found.value, "method")
        values = told.items if told is not None and told.kind == "list" else (told,) if told is not None else ()
        texts = [self.constant(found.at, found.fn, each) or "" for each in values]
        return [text.upper() for text in texts if _METHOD.match(text)] or ["*"]

    def _options(self, found: Written) -> Arg | None:
        """Return the options of a route, from where a name leads too, or of a function that gives them."""
        told = entry(found.value, "options") or entry(found.value, "config")
        if told is not None and told.kind == "name":
            told = next((each.value for each in self._named(found._replace(value=told))), told)
        if told is not None and told.kind == "fn" and told.ref >= 0:
            returns = self.project.files[found.at].returns
            told = next((each.value for each in returns if each.fn == told.ref), told)
        return told

    def _handler(self, found: Written) -> Written | None:
        """Return what answers: an entry of the object, of its options, or of an object that a function gives and it takes in."""
        options = self._options(found)
        told = entry(found.value, "handler") or (entry(options, "handler") if options is not None else None)
        if told is not None:
            return found._replace(value=told) if told.kind != "call" else self._made(found._replace(value=told))
        for item in found.value.items:
            if item.name == "..." and item.kind == "call":
                for back in self._returned(found._replace(value=item)):
                    if (held := entry(back.value, "handler")) is not None:
                        return back._replace(value=held)
        return None

    def _made(self, told: Written) -> Written:
        """Return the function that a call of the project's makes, `handler: answers(orders)`, else the call."""
        return next((back for back in self._returned(told) if back.value.kind == "fn" and back.value.ref >= 0), told)

    def _returned(self, told: Written) -> Iterator[Written]:
        """Yield what the function of the project gives that a value calls."""
        on, _, name = told.value.text.rpartition(".")
        for fn in self.project.resolve(told.at, told.fn, on, name):
            for back in self.project.files[fn.file].returns:
                if back.fn == fn.index:
                    yield Written(fn.file, fn.index, back.value, back.line)

    def _uses(self, found: Written) -> tuple[Use, ...]:
        """Return what a route's own options put before it: a login or none, functions that run first, a limit."""
        options = self._options(found)
        if options is None:
            return ()
        at, words = found.at, []
        auth = entry(options, "auth")
        if auth is not None:
            words.append(self._login(found._replace(value=auth)))
        for item in (entry(options, "pre") or Arg("list")).items:
            for step in item.items if item.kind == "list" else (item,):
                told = entry(step, "method") or step
                if told.kind in ("name", "call"):
                    words.append(told.text)
                elif told.kind == "fn" and told.ref >= 0:
                    words.append(inline_words(self.project, at, told.ref))
        if entry(entry(options, "validate") or Arg("dict"), "payload") is not None:
            words.append("validated")
        for item in (entry(options, "plugins") or Arg("dict")).items:
            if _LIMITER.match(item.name) and item.text != "false":
                words.append("rate_limit")
        return tuple(Use(word, at, found.line) for word in words if word)

    def _login(self, told: Written) -> str:
        """Return what `auth` asks for, in a word."""
        value = told.value
        for _ in range(HOPS_MAX):
            if value.kind == "name":
                again = next(self._named(told._replace(value=value)), None)
                if again is None:
                    break
                told, value = again, again.value
            elif value.kind == "call":
                back = next(self._returned(told._replace(value=value)), None)
                if back is None:
                    break
                told, value = back, back.value
            else:
                break
        if value.kind == "bool":
            return "auth=none" if value.text == "false" else ""
        mode = entry(value, "mode")
        if mode is not None and mode.text in _OPTIONAL:
            return "auth=none"
        names = [value.text] if value.kind == "str" else [
            each.text for item in value.items if item.name in ("strategy", "strategies")
            for each in (item.items if item.kind == "list" else (item,))
        ]  # fmt: skip
        if names and all(name in self._elsewhere for name in names):
            return "auth=none"
        return "login_required"

    @cached_property
    def _elsewhere(self) -> set[str]:
        """Strategies that log in with somebody else: nobody is known yet where they stand."""
        return {
            call.args[0].text
            for at, index in self.project.calls_by_name.get("strategy", ())
            if len((call := self.project.files[at].calls[index]).args) > 1 and call.args[1].text in _ELSEWHERE
        }

    def _before_all(self, own: list[int]) -> tuple[Use, ...]:
        """Return what stands before every route: the default strategy, what extends the server, a limit."""
        found: list[Use] = []
        inside = set(own)
        for at, index in self.project.calls_by_name.get("default", ()):
            call = self.project.files[at].calls[index]
            if at in inside and call.on.endswith(".auth") and call.args:
                word = self._login(Written(at, call.fn, call.args[0]))
                found += [Use(word, at, call.line)] if word == "login_required" else []
        for at, index in self.project.calls_by_name.get("ext", ()):
            call = self.project.files[at].calls[index]
            if at in inside and len(call.args) > 1 and call.args[0].text in _BEFORE and call.args[1].ref >= 0:
                found += [
                    Use(word, at, call.line) for word in (inline_words(self.project, at, call.args[1].ref),) if word
                ]
        for at in own:
            if any(_LIMITER.match(made.module) for made in self.project.files[at].imports):
                found.append(Use("rate_limit", at, 1))
        return tuple(found)


def _line(value: Arg, outer: int) -> int:
    """Return the line of a value in a list, as far as it is known: that of its first entry, else the list's."""
    return value.line or next((item.line for item in value.items if item.line), outer)


def _is_route(value: Arg) -> bool:
    """Whether an object says which requests it answers, and how."""
    names = {item.name for item in value.items}
    return {"method", "path"} <= names and bool(names & {"handler", "options", "config"})
