"""What runs on a thread that serves many requests at once, and how a request gets there."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import DEFERRED, IN_MACRO, Call, File, Function
from backwright.review.link.effects import Edge
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.patterns import flat

CALLS_MAX = 6  # calls followed from a function on the loop to one that blocks
ASYNC_WORDS = frozenset(
    {"python", "rust", "kotlin", "csharp", "cpp"}
)  # an async function runs on a loop or a shared pool
REACTIVE = regex(
    r"^(reactor\.\S*|io\.smallrye\S*|io\.reactivex\S*)?\b(Mono|Flux|Uni|Multi|Single|Maybe|Completable|Flowable|Observable|Publisher|Flow|Future)\b\W|^(Mono|Flux|Uni|Multi|Completable)$"
)
TYPED = frozenset({"kotlin", "java", "csharp"})  # where the type of what a method is called on decides
BLOCKING_MARKS = regex(r"^(Blocking|RunOnVirtualThread|Transactional|ExecuteOn|NonBlocking\(false\))$")
# Words that move what is behind or inside them to a thread that nobody else waits for.
AWAY = regex(
    r"Dispatchers\.(IO|Default|Unconfined_?)\b|boundedElastic|Schedulers\.(parallel|elastic|io|newThread|from\w+|computation)|"
    r"getDefaultWorkerPool|\b(worker|blocking|io)_?(pool|executor|dispatcher|scheduler)\b|Executors?\.new\w+|newFixedThreadPool|VirtualThread",
    re.IGNORECASE,
)
AWAY_CALLS = frozenset(
    "subscribeOn publishOn runSubscriptionOn emitOn observeOn flowOn executeBlocking spawn_blocking block_in_place to_thread run_in_executor run_in_threadpool run_sync "
    "sync_to_async asCoroutineDispatcher "
    "runInterruptible supplyAsync runAsync runTaskInQueue queueInLoopThread submit execute_in_thread start_thread".split()
)
THREADS = frozenset(
    {
        "thread",
        "Thread",
        "jthread",
        "Worker",
        "spawn",
        "Builder",
        "StartNew",
        "QueueUserWorkItem",
        "Process",
        "scope",
    }
)
STARTING = regex(
    r"^_*(main|lifespan|bootstrap|configure\w*|init\w*|setup\w*|set_?up|start\w*|on_?start\w*|on_?ready|before_?serv\w*|create_?app\w*|make_?app|build_?app|register\w*|load_?(config|settings|model|env)\w*|"
    r"migrate\w*|seed\w*|warm_?up\w*|shut_?down\w*|on_?shutdown|stop\w*|close\w*|wait_?for_?(db|database|\w*ready)\w*|connect\w*|cli|run|execute_from_command_line|StartAsync|StopAsync|ConfigureServices|Configure|Main)$",
    re.IGNORECASE,
)
ONCE = frozenset({"cache", "lru_cache"})
ACCOUNT_CHECKS = frozenset({"validate", "challenge", "authenticate"})
REQUEST_PARAMS = {"req", "request", "ctx", "context", "_req", "_request"}
ANSWER_PARAMS = {"res", "response", "reply", "next", "_res"}
_OLD_ROCKET = regex(r"^rocket\s*=\s*(\{[^}\n]*version\s*=\s*)?\"[~^=]?0\.[0-4]\b", re.MULTILINE)


class Above(NamedTuple):
    """How a function is reached: who calls it and with which call; nobody for one that is started by the server."""

    fn: Fn | None
    edge: Edge | None


class Serving:
    """Functions that run on a shared thread."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._moving: dict[Fn, bool] = {}
        self._calls: dict[int, dict[int, list[int]]] = {}

    @cached_property
    def reached(self) -> dict[Fn, Above]:
        """Every function that runs on a shared thread, with how it gets there; those that requests run come first."""
        found: dict[Fn, Above] = {}
        for roots in (self._served_roots(), self._other_roots()):
            level = [root for root in roots if root not in found]
            for root in level:
                found[root] = Above(None, None)
            for _ in range(CALLS_MAX):
                below: list[Fn] = []
                for fn in level:
                    for edge, target in self.model.effects.callees.get(fn, ()):
                        if target not in found and self._stays(edge, target):
                            found[target] = Above(fn, edge)
                            below.append(target)
                level = below
        return found

    def root_of(self, fn: Fn) -> Fn:
        """Return the function on the loop that leads to this one."""
        while (above := self.reached.get(fn)) is not None and above.fn is not None:
            fn = above.fn
        return fn

    def is_served(self, fn: Fn) -> bool:
        """Whether a request leads here."""
        return self.root_of(fn) in self._from_requests

    def path_to(self, fn: Fn) -> tuple[Spot, ...]:
        """Return the way from an endpoint, or from the async function, down to a function."""
        spots: list[Spot] = []
        files = self.model.files
        while (above := self.reached.get(fn)) is not None and above.fn is not None and above.edge is not None:
            call = files[above.edge.at].calls[above.edge.call]
            if not self._is_lambda_of(fn, above.edge):
                spots.append(
                    Spot(
                        files[above.edge.at].path,
                        call.line,
                        f"{self.model.label(above.fn)} calls {self.model.label(fn)}",
                    )
                )
            fn = above.fn
        named = Fn(fn.file, self.model.named(fn.file, fn.index))
        start = self.model.path_to(fn) or self.model.path_to(named)
        if not start:
            made = self.model.project.function(named) if named.index >= 0 else None
            start = (
                (
                    Spot(
                        files[fn.file].path,
                        made.line,
                        f"{self.model.label(named)} runs on a shared thread",
                    ),
                )
                if made is not None
                else ()
            )
        return (*start, *reversed(spots))

    def _is_lambda_of(self, fn: Fn, edge: Edge) -> bool:
        made = self.model.project.function(fn)
        return made.kind == "lambda" and made.call == edge.call and fn.file == edge.at

    # ---- where it starts ----------------------------------------------------------------------

    @cached_property
    def _from_requests(self) -> frozenset[Fn]:
        return frozenset(self._served_roots())

    @cached_property
    def _all_served(self) -> tuple[Fn, ...]:
        found = [fn for fn, declared in self.model.handlers.items() if self._is_shared(fn, declared.framework)]
        found += [fn for fn in self.model.on_loop if fn not in self.model.handlers]
        found += self._checks_of_accounts()
        for at in self.model.own:
            file = self.model.files[at]
            for index, made in enumerate(file.functions):
                fn = Fn(at, index)
                if fn in self.model.handlers:
                    continue
                if (
                    (self._takes_requests(file, made) or made.is_async)
                    and self.model.is_served(fn)
                    and self._runs_shared(file, made)
                ) or (self._takes_requests(file, made) and self.model.declared and self._runs_shared(file, made)):
                    found.append(fn)
        return tuple(dict.fromkeys(fn for fn in found if not self._is_sent_away(fn)))

    def _checks_of_accounts(self) -> Iterator[Fn]:
        """Ktor: what plugins run for each request: the closures of `form { validate { ... } }`, stores of sessions."""
        for at in self.model.own:
            file = self.model.files[at]
            if file.language != "kotlin" or not any(
                each.module.startswith(("io.ktor.server.auth", "io.ktor.server.sessions")) for each in file.imports
            ):
                continue
            stores = {n for n, cls in enumerate(file.classes) if any("SessionStorage" in base for base in cls.bases)}
            for index, made in enumerate(file.functions):
                if made.is_async and made.cls in stores:
                    yield Fn(at, index)
                if made.kind == "lambda" and made.call >= 0 and file.calls[made.call].name in ACCOUNT_CHECKS:
                    yield Fn(at, index)

    def _served_roots(self) -> tuple[Fn, ...]:
        return self._all_served

    def _other_roots(self) -> Iterator[Fn]:
        """Async functions that no known endpoint runs: message handlers, web sockets, what is wired up at run time."""
        for at in self.model.own:
            file = self.model.files[at]
            if file.language not in ("python", "rust", "csharp", "kotlin") or is_offline(file):
                continue
            for index, made in enumerate(file.functions):
                fn = Fn(at, index)
                if not made.is_async or self._is_sent_away(fn):
                    continue
                if made.kind == "lambda":
                    if file.language == "rust" and made.call >= 0 and _is_task(file.calls[made.call]):
                        yield fn
                elif not self._is_starting(fn, 3):
                    yield fn

    def _runs_shared(self, file: File, made: Function) -> bool:
        if file.language == "javascript":
            return True
        return file.language in ASYNC_WORDS and made.is_async

    def _takes_requests(self, file: File, made: Function) -> bool:
        """Whether a function is a middleware by what it is given: (req, res, next), (ctx, next), InvokeAsync(HttpContext)."""
        if file.language == "javascript":
            names = [param.name.lstrip("_") for param in made.params]
            return len(names) >= 2 and any(a in REQUEST_PARAMS and b in ANSWER_PARAMS for a, b in pairwise(names))
        return (
            file.language == "csharp"
            and made.name in ("InvokeAsync", "Invoke")
            and any("HttpContext" in param.type for param in made.params)
        )

    def _is_shared(self, fn: Fn, framework: str) -> bool:
        """Whether a handler runs on a shared thread: by its language, its framework, or what it returns."""
        file, made = self.model.files[fn.file], self.model.project.function(fn)
        if file.language in ("javascript", "csharp") or fn in self.model.on_loop:
            return True
        marks = [
            *made.marks,
            *(self.model.files[fn.file].classes[made.cls].marks if made.cls >= 0 else ()),
        ]
        if any(BLOCKING_MARKS.match(mark.name) for mark in marks):
            return False
        packs = self.model.packs.get(file.language)
        pack = packs.by_name.get(framework) if packs is not None else None
        if pack is not None and pack.async_only:
            return framework != "rocket" or not self._is_old_rocket
        if file.language in ("java", "kotlin"):
            if not self._is_reactive(file.path):
                return made.is_async
            return made.is_async or bool(REACTIVE.search(made.returns)) or self._serves_only_reactively(file.path)
        return made.is_async

    @cached_property
    def _is_old_rocket(self) -> bool:
        """Rocket up to 0.4 gave each request a thread; since 0.5 a plain function runs on an async worker, too."""
        texts = (text for name, text in self.model.texts.items() if name.endswith("Cargo.toml"))
        return any(_OLD_ROCKET.search(text) for text in texts)

    def _is_reactive(self, path: str) -> bool:
        """Whether the build file nearest to a source file names no servlet stack: there a Mono runs on the servlet's thread."""
        text = self._build_file(path)
        return not re.search(
            r"spring-boot-starter-web(?!flux|[\w-])|spring-webmvc|spring-boot-starter-jersey|resteasy-servlet",
            text,
        )

    def _serves_only_reactively(self, path: str) -> bool:
        return "spring-boot-starter-webflux" in self._build_file(path)

    def _build_file(self, path: str) -> str:
        found, best = "", -1
        for name, text in self._build_files.items():
            folder = name.rpartition("/")[0]
            if (not folder or path.startswith(f"{folder}/")) and len(folder) > best:
                found, best = text, len(folder)
        return found

    @cached_property
    def _build_files(self) -> dict[str, str]:
        return {
            name: text
            for name, text in self.model.texts.items()
            if name.rpartition("/")[2] in ("pom.xml", "build.gradle", "build.gradle.kts")
        }

    def _is_starting(self, fn: Fn, hops: int) -> bool:
        """Whether a function runs once, when the program starts or ends, by its name or by all who call it."""
        made = self.model.project.function(fn)
        if STARTING.match(made.name):
            return True
        if hops == 0:
            return False
        callers = self.model.effects.callers.get(fn, ())
        if not callers:
            return False
        return all(edge.caller.index < 0 or self._is_starting(edge.caller, hops - 1) for edge in callers)

    # ---- what leaves the thread -----------------------------------------------------------------

    def is_way(self, edge: Edge, target: Fn) -> bool:
        """Whether what a call runs still runs on the thread of the caller."""
        return self._stays(edge, target)

    def _stays(self, edge: Edge, target: Fn) -> bool:
        """Whether what a call runs still runs on the same thread."""
        file = self.model.files[target.file]
        if file.is_test:
            return False
        call = self.model.files[edge.at].calls[edge.call]
        if call.flags & IN_MACRO or self.leaves(edge.at, edge.call) or self._is_guessed(edge, target):
            return False
        made = self.model.project.function(target)
        if file.language == "python" and len(made.params) == 0 and any(mark.name in ONCE for mark in made.marks):
            return False  # the first request pays for all
        if call.flags & DEFERRED and file.language not in ("javascript", "python") and not made.is_async:
            return False
        return not (call.name in THREADS and made.kind == "lambda")

    def _is_guessed(self, edge: Edge, target: Fn) -> bool:
        """Whether only a method's name says that a call runs it: `chain.request()` on a library's object is not the own Publisher's `request`."""
        file, made = self.model.files[edge.at], self.model.project.function(target)
        call = file.calls[edge.call]
        if file.language not in TYPED or not call.on or made.cls < 0 or made.kind == "lambda":
            return False
        if self.model.project.type_of(edge.at, call.fn, call.on).cls is not None:
            return False
        said = call.on.replace("()", "").rpartition(".")[2].lstrip("_").lower()
        owner = made.owner.lower()
        if said in ("this", "self"):
            own = self.model.project.own_class(edge.at, call.fn)
            return own is None or self.model.project.class_(own).name != made.owner
        return said not in owner and owner not in said and made.name.lower() not in owner

    def _is_sent_away(self, fn: Fn) -> bool:
        """Whether a lambda, or one it is written in, is handed to a call that runs it elsewhere."""
        file = self.model.files[fn.file]
        for number in self.model.enclosing(fn.file, fn.index):
            made = file.functions[number]
            if made.call >= 0 and (
                self.leaves(fn.file, made.call) or (not made.is_async and file.calls[made.call].name in THREADS)
            ):
                return True
        return False

    def leaves(self, at: int, index: int) -> bool:
        """Whether a call, or another of its chain, moves work to another thread."""
        file = self.model.files[at]
        for number in self.model.effects.chain(at, index):
            call = file.calls[number]
            if call.name in AWAY_CALLS or any(
                does.does == "offload" for does in self.model.effects.of_call[at].get(number, ())
            ):
                return True
            if call.args and (self._names_other_thread(call) or self._hands_on(at, number)):
                return True
        return False

    def _hands_on(self, at: int, index: int) -> bool:
        """Whether a call gives a closure to a function of the project that runs what it is given on another thread."""
        file = self.model.files[at]
        call = file.calls[index]
        given = file.language == "kotlin" or any(value.kind == "fn" for value in call.args)
        return given and any(self._moves(target) for target in self.model.project.resolve_call(at, call))

    def _moves(self, fn: Fn) -> bool:
        """Whether a function takes a closure, and all it does with it stands in a call that moves work to another thread."""
        if fn not in self._moving:
            self._moving[fn] = False  # a wrapper that calls itself
            made = self.model.project.function(fn)
            calls = self.model.files[fn.file].calls
            inside = [number for number in self._called_in(fn) if made.line <= calls[number].line <= made.end]
            closures = {param.name for param in made.params if "->" in param.type}
            runs = [
                number
                for number in inside
                if calls[number].name in closures or any(value.text in closures for value in calls[number].args)
            ]
            self._moving[fn] = bool(made.params) and any(
                self.leaves(fn.file, number) or (bool(runs) and self._is_sent_away(Fn(fn.file, calls[number].fn)))
                for number in runs or inside
            )
        return self._moving[fn]

    def _called_in(self, fn: Fn) -> list[int]:
        """Return the calls of a function, with those of its closures."""
        if fn.file not in self._calls:
            by: dict[int, list[int]] = {}
            for number, call in enumerate(self.model.files[fn.file].calls):
                by.setdefault(self.model.named(fn.file, call.fn), []).append(number)
            self._calls[fn.file] = by
        return self._calls[fn.file].get(fn.index, [])

    def _names_other_thread(self, call: Call) -> bool:
        plain = tuple(value for value in call.args if value.kind not in ("fn", "str", "fmt", "concat"))
        return any(AWAY.search(text) for text in flat(plain))


def _is_task(call: Call) -> bool:
    """Whether a call starts a task on the runtime's own workers: `tokio::spawn(async { ... })`."""
    return call.name == "spawn" and call.on.rpartition(".")[2] in ("tokio", "task", "rt", "actix_web", "async_std", "")
