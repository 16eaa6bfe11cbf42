"""What each request runs, and whether what it opens there is kept for the next one."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call, File, Function
from backwright.review.link.model import Model
from backwright.review.link.phppages import FRAMEWORK as SCRIPTS
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import NAMES, root
from backwright.review.rules.patterns import flat

_OWN_FIELD = regex(r"(this|self)\.\w+")
CALLERS_MAX = 4  # functions followed up from one that returns what it opened
ONCE_MARKS = regex(
    r"cache|memo|lru|singleton|^bean$|produces|provides|^lazy|fixture|ApplicationScoped|startup|PostConstruct|on_event|^once|Eager|Initializer",
    re.IGNORECASE,
)
ONCE_CALLS = frozenset(
    "Do OnceFunc OnceValue OnceValues lazy Lazy get_or_init get_or_try_init get_or_insert_with call_once call_once_force "
    "singleton GetInstance getInstance get_instance addSingleton AddSingleton TryAddSingleton once memoize computeIfAbsent GetOrAdd getOrPut setdefault remember "
    "rememberForever single factory share bind instance register useFactory AddDbContextPool AddPooledDbContextFactory "
    "lazy_static thread_local get_or_create workerStart onWorkerStart LazyLock LazyCell OnceCell supplier memoizeSupplier "
    "AddDbContext AddNpgsqlDataSource AddHostedService onReady before_serving on_startup".split()
)
START = regex(
    r"^(main|init|setup|bootstrap|startup|start|lifespan|configure\w*|create_?app|onModuleInit|before_first_request|boot|register|build_?app|connect_?to_?database|cached\w*|get_?or_(create|init|make)\w*|(get_?)?(instance|singleton))$",
    re.IGNORECASE,
)
# What Django and its REST framework call on a view, also on one that others inherit from, around its handler.
_HOOKS = frozenset({"dispatch", "initial", "initialize_request", "finalize_response"})
PAGES = regex(r"On(Get|Post|Put|Delete)\w*$")
EVENTS = regex(r"^(request|requests|fetch|message|receive)$")


class Requests:
    """Which functions run once per request: handlers, what they depend on, what stands before them, and all these call."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def functions(self) -> frozenset[Fn]:
        """All functions that a request may run."""
        return frozenset(self.model.effects.from_functions(self.roots))

    @cached_property
    def roots(self) -> frozenset[Fn]:
        """Handlers, what they depend on, what stands before them, and listeners."""
        model = self.model
        # A script of PHP starts anew with every request: there is nothing that it could keep.
        found = {fn: None for fn, each in model.handlers.items() if each.framework != SCRIPTS}
        for handler in list(found):
            found.update(dict.fromkeys(self._dependencies(handler, 3)))
        for declared in model.declared:
            for use in declared.uses:
                found.update(dict.fromkeys(self._middleware(use.file, use.text)))
        for at in model.own:
            file = model.files[at]
            for index, made in enumerate(file.functions):
                if made.kind == "lambda" and made.call >= 0 and self._is_listener(file.calls[made.call]):
                    found[Fn(at, index)] = None
                if made.name in ("from_request", "from_request_parts", "FromRequest") and made.owner:
                    found[Fn(at, index)] = None
                if made.kind == "lambda" and self._is_middleware(at, index):
                    found[Fn(at, index)] = None
                if made.name in _HOOKS and made.cls >= 0 and any(param.name == "request" for param in made.params):
                    found[Fn(at, index)] = None
                if file.language == "csharp" and made.kind == "method" and _is_called_by_aspnet(file, made):
                    found[Fn(at, index)] = None
        return frozenset(found)

    def _is_listener(self, call: Call) -> bool:
        """`server.on('request', ...)`: one run per request."""
        if call.name == "Transform":  # class-transformer: for each object that is answered
            return True
        return call.name in ("on", "createServer") and (
            call.name == "createServer"
            or bool(call.args and call.args[0].kind == "str" and EVENTS.match(call.args[0].text))
        )

    def _is_middleware(self, at: int, index: int) -> bool:
        """A function that takes a context or request and the next handler, or one that is handed to `use`."""
        made = self.model.files[at].functions[index]
        names = [param.name for param in made.params]
        if "next" in names[-1:] and len(names) in (2, 3, 4):
            return True
        if made.call >= 0 and self.model.files[at].calls[made.call].name in (
            "use",
            "Use",
            "addHook",
        ):
            return self.model.files[at].calls[made.call].name != "addHook" or any(
                v.text in ("onRequest", "preHandler", "preValidation")
                for v in self.model.files[at].calls[made.call].args
            )
        types = " ".join(param.type for param in made.params)
        return bool(re.fullmatch(r"\S*(gin\.Context|echo\.Context|fiber\.Ctx)", types.strip())) and made.parent >= 0

    def _dependencies(self, fn: Fn, depth: int) -> Iterator[Fn]:
        """FastAPI: `Depends(get_session)` as a default, in a type, or in the alias of a type."""
        if depth == 0:
            return
        model = self.model
        for param in model.project.function(fn).params:
            text = (
                param.type + " " + (" ".join([param.default.text, *flat(param.default.items)]) if param.default else "")
            )
            if re.fullmatch(r"\w+", param.type):
                text += " " + self._alias(fn.file, param.type)
            if "Depends" not in text and "Inject" not in text:
                continue
            names = [name for name in NAMES.findall(text) if name not in ("Depends", "Annotated", "Security")]
            for name in names:
                for target in model.project.resolve(fn.file, -1, "", name):
                    yield target
                    yield from self._dependencies(target, depth - 1)

    def _alias(self, at: int, name: str) -> str:
        numbers = [at]
        made = self.model.project.imported[at].get(name)
        if made is not None:
            numbers += self.model.project.module_files(at, made.module)
        for number in numbers:
            for assign in self.model.project.assigned[number].get((-1, name), ()):
                return " ".join([assign.value.text, *flat(assign.value.items)])
        return ""

    def _middleware(self, at: int, text: str) -> Iterator[Fn]:
        """A function that stands before handlers: it, or the function that it returns."""
        for name in NAMES.findall(text)[:4]:
            for fn in self.model.project.resolve(at, -1, "", name)[:1]:
                inner = [
                    n
                    for n, made in enumerate(self.model.files[fn.file].functions)
                    if made.parent == fn.index
                    and made.kind == "lambda"
                    and (made.name in ("", "return") or made.call < 0)
                ]
                yield from (Fn(fn.file, n) for n in inner) if inner else (fn,)

    def runs(self, at: int, fn: int) -> bool:
        """Whether a request runs this function, or the one it is written in if it is called at once."""
        for number in self.model.enclosing(at, fn):
            if Fn(at, number) in self.functions:
                return True
            made = self.model.files[at].functions[number]
            if made.kind != "lambda" or made.call < 0:
                return False
        return False


def _is_called_by_aspnet(file: File, made: Function) -> bool:
    """Middleware, health checks and pages: ASP.NET runs their methods for a request, no route names them."""
    if any(param.type in ("HttpContext", "HealthCheckContext") for param in made.params):
        return made.name in ("Invoke", "InvokeAsync", "CheckHealthAsync")
    return made.cls >= 0 and "PageModel" in file.classes[made.cls].bases and bool(PAGES.match(made.name))


_INSTANCE = regex(r"instance$|singleton", re.IGNORECASE)


class Kept:
    """Whether what a call gives outlives the request."""

    def __init__(self, model: Model, requests: Requests) -> None:
        self.model, self.requests = model, requests

    def is_kept(self, at: int, index: int, depth: int = CALLERS_MAX) -> bool:
        """Whether the result is put where the next request finds it, or the call is made only once."""
        file = self.model.files[at]
        chain = self.model.effects.chain(at, index)
        last = file.calls[chain[-1]]
        if self._is_once(at, chain[0], last):
            return True
        targets = [last.to] if last.to else self._around(at, last)
        for target in targets:
            if target == "return":
                return self._callers_keep(at, last.fn, depth)
            if self._outlives(at, last.fn, target):
                return True
            if self._passed_on(at, last.fn, target, depth):
                return True
        return False

    def _around(self, at: int, call: Call) -> list[str]:
        """Return what the call around this one is assigned to: `std::make_unique<...>(connect())`."""
        file = self.model.files[at]
        for _ in range(3):
            if call.inside < 0:
                break
            call = file.calls[call.inside]
            if call.to:
                return [call.to]
        holds = [
            a.target
            for a in file.assigns
            if a.fn == call.fn
            and a.line <= call.line <= a.line + 3
            and call.name in " ".join([a.value.text, *flat(a.value.items)])
        ]
        return holds or ["return" for each in file.returns if each.fn == call.fn and each.line == call.line][:1]

    def _is_once(self, at: int, index: int, call: Call) -> bool:
        file = self.model.files[at]
        for number in self.model.enclosing(at, call.fn):
            made = file.functions[number]
            if Fn(at, number) in self.requests.roots and made.kind == "lambda":
                break  # a handler that is written in main runs more often than main
            if any(ONCE_MARKS.search(mark.name) for mark in made.marks) or START.match(made.name):
                return True
            if made.kind == "constructor" and self._is_one(at, made.cls):
                return True
            if any(each.fn == number and _OWN_FIELD.fullmatch(each.value.text) for each in file.returns):
                return True  # `this.client ??= make(); return this.client;`
            if made.call >= 0 and (
                file.calls[made.call].name in ONCE_CALLS
                or file.calls[made.call].on.rpartition(".")[2] in ONCE_CALLS
                or any(v.kind == "str" and v.text in ONCE_CALLS for v in file.calls[made.call].args)
            ):
                return True
        inside = file.calls[index].inside
        for _ in range(4):
            if inside < 0:
                return False
            if file.calls[inside].name in ONCE_CALLS:
                return True
            inside = file.calls[inside].inside
        return False

    def _is_one(self, at: int, cls: int) -> bool:
        """Whether a class keeps its only object in a static field of its own type: `private static instance: Pool`."""
        if cls < 0:
            return False
        made = self.model.files[at].classes[cls]
        return any(_INSTANCE.search(field.name) and made.name in field.type for field in made.fields)

    def _outlives(self, at: int, fn: int, target: str) -> bool:
        """Whether a target is a module's variable, a static field, or a field that a method fills later."""
        name = root(target)
        if any("static" in assign.type.split() for assign in self.model.project.assigned[at].get((fn, target), ())):
            return True  # C++: a local that is made at the first call
        last = re.split(r"[.\[]|->|::", target)[-1]
        assigned = self.model.project.assigned[at]
        if name == target and (-1, name) in assigned and not self._is_local(at, fn, name):
            return True
        own = self.model.project.own_class(at, fn)
        if own is None:
            return name in (
                "globalThis",
                "global",
                "app",
                "server",
                "fastify",
                "g",
            ) and name not in ("g",)
        made = self.model.project.function(Fn(at, self.model.named(at, fn)))
        is_field = name in ("self", "this", "cls", "static", "Self") or name == self.model.project.class_(own).name or (
            self.model.files[at].language in ("java", "kotlin", "csharp", "cpp") and any(field.name == last for field in self.model.project.class_(own).fields)
        )  # fmt: skip
        if not is_field or (name == target and self._is_local(at, fn, name)):
            return False
        return made.kind != "constructor" or not self._is_made_per_request(own)

    def _is_local(self, at: int, fn: int, name: str) -> bool:
        made = self.model.files[at].functions[fn] if fn >= 0 else None
        return (
            made is not None and any(assign.type for assign in self.model.project.assigned[at].get((fn, name), ()))
        ) or (made is not None and any(p.name == name for p in made.params))

    def _is_made_per_request(self, cls: Cls) -> bool:
        made = self.model.project.class_(cls)
        names = {
            f"{made.name}.__init__",
            f"{made.name}.{made.name}",
            f"{made.name}.constructor",
            f"{made.name}.__construct",
        }
        per_request = any(
            self.model.label(fn) in names
            or (
                fn.file == cls.file
                and self.model.project.function(fn).cls == cls.index
                and self.model.project.function(fn).kind == "constructor"
            )
            for fn in self.requests.functions
        )
        scoped = any(
            any(made.name in value.text for value in self.model.files[at].calls[index].args)
            for name in ("AddScoped", "AddTransient")
            for at, index in self.model.project.calls_by_name.get(name, ())
        )
        return per_request or scoped

    def _passed_on(self, at: int, fn: int, target: str, depth: int) -> bool:
        """Whether a local variable is kept later: `instance = pool`, or returned to somebody who keeps it."""
        file = self.model.files[at]
        for assign in file.assigns:
            if (
                assign.fn == fn
                and assign.value.kind in ("name", "call", "other")
                and target in NAMES.findall(assign.value.text)
                and assign.target != target
                and self._outlives(at, fn, assign.target)
            ):
                return True
        returned = any(each.fn == fn and self._gives(each.value, target) for each in file.returns)
        return returned and self._callers_keep(at, fn, depth)

    def _gives(self, value: Arg, target: str) -> bool:
        return (value.kind == "name" and value.text == target) or (
            value.kind in ("list", "call", "dict")
            and any(item.kind == "name" and item.text == target for item in value.items)
        )

    def _callers_keep(self, at: int, fn: int, depth: int) -> bool:
        """Whether all who get it in a request keep it."""
        if depth == 0 or fn < 0:
            return False
        edges = [
            edge
            for edge in self.model.effects.callers.get(Fn(at, fn), ())
            if edge.caller.index >= 0 and self.requests.runs(edge.at, edge.caller.index)
        ]
        return bool(edges) and all(self.is_kept(edge.at, edge.call, depth - 1) for edge in edges)
