"""no-graceful-shutdown: a server that drops the requests in progress when it is told to stop."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Call
from backwright.review.link.model import Model, shown
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.nodestops import dropped as node_stop
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.services import Services

# Calls that serve until the process ends and do not wait for requests in progress by themselves, by language: name and receiver.
SERVES: dict[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "go": (
        regex(r"ListenAndServe(TLS)?|Serve(TLS)?|Run(TLS|Listener)?|Start(TLS)?|Listen(TLS)?"),
        regex(
            r"^(http|srv|server|s|r|e|router|engine|app|\w*[sS]erver|\w*[rR]outer)$|(\.|^)(http|[sS]erver|[rR]outer|[eE]ngine|[eE]cho|[aA]pp|[fF]iber|[gG]in)(\(\))?$|"
            r"gin\.(Default|New)\(\)|echo\.New\(\)|fiber\.New\(\)"
        ),
    ),
    "javascript": (
        regex(r"listen"),
        regex(r"^(app|server|http|https|fastify|httpServer|express\(\)|\w*[aA]pp|\w*[sS]erver|.*createServer\(\))$"),
    ),
    "rust": (
        regex(r"serve|run"),
        regex(r"^(axum|warp\.serve\(\)|warp|axum\.Server\.bind\(\)|hyper\.Server\.bind\(\)|Server\.bind\(\))$"),
    ),
    "python": (
        regex(r"serve_forever|wait_for_termination|start_consuming"),
        regex(r"^\w*(server|httpd|channel)\w*$|Server\(\)$", re.IGNORECASE),
    ),
    "cpp": (regex(r"listen|listen_after_bind|run|sync_start"), regex(r"^(svr|server|srv|\w*[sS]erver\w*)$")),
    "php": (regex(r"run"), regex(r"^(EventLoop|Loop|loop|React\.EventLoop\.Loop)$")),
    "kotlin": (regex(r"start"), regex(r"^(HttpServer|server|Javalin\.create\(\))$")),
    "java": (regex(r"start"), regex(r"^(HttpServer|httpServer|Javalin\.create\(\)|server)$")),
}
# Signs that somebody listens for the end, in calls, strings or names.
ENDS = regex(
    r"SIGTERM|SIGINT|SIGQUIT|sigterm|Signal|signal|[Gg]raceful|[Ss]hutdown|addShutdownHook|terminus|closeWithGrace|close-with-grace|lightship|onSignal|beforeExit|pcntl|ctrl_c|NotifyContext|atexit|KeyboardInterrupt"
)
ENDS_MODULES = regex(
    r"graceful|terminus|lightship|close-with-grace|os/signal|endless|tokio::signal|signal_hook|shutdown|manners|run/group|oklog/run|uber.*fx|errgroup_signal"
)

_GO_FRAMEWORKS = regex(r"gin-gonic|gin\.|labstack|echo\.|gofiber|fiber\.|iris|^(r|e|engine|router)$", re.IGNORECASE)
_INTERRUPTED = {
    "go": regex(r"signal\.Notify(Context)?"),
    "javascript": regex(r"process\.(on|once|addListener)"),
}
_SIGNAL = regex(r"SIG[A-Z]+$|os\.(Interrupt|Kill)$")
_INTERRUPT = regex(r"SIGINT$|os\.(Interrupt|Kill)$")
_TERMINATED = regex(r"SIGTERM|SIGQUIT|SIGHUP")
OTHERS_MAX = 24  # other programs named in one finding
_SHARED = regex(r"^$|(^|/)(common|shared|libs?|pkg|packages|core|internal|platform|kit|utils?)(/|$)")


def check(model: Model) -> Iterator[Hit]:
    """Yield the call that serves, once for each language, with those of the repository's other programs that do the same."""
    services = Services(model)
    for language in sorted({model.files[at].language for at in model.own} & SERVES.keys()):
        found = list(_of_language(model, services, language))
        told = [hit for hit in found if hit.tier is None] or found
        if told:
            first, *others = told
            spots = tuple(Spot(model.files[hit.at].path, hit.line, "so does this program") for hit in others)
            yield structs.replace(first, path=(*first.path, *spots[:OTHERS_MAX]))


def _of_language(model: Model, services: Services, language: str) -> Iterator[Hit]:
    """Yield the call that serves of each program, if nothing in it or beside the programs handles the signal to stop."""
    own = [at for at in model.own if model.files[at].language == language]
    programs = services.by_root(model, own)
    serving = {root: _serving(model, files) for root, files in programs.items()}
    shared = [at for root, files in programs.items() if serving[root] is None and _SHARED.search(root) for at in files]
    if any(_ends(model, at) for at in shared):  # a library of the repository may do it for all
        return
    for root, place in serving.items():
        half = _only_interrupted(model, programs[root]) if place is not None else None
        dropped = _dropped(model, programs[root], language) if place is not None and half is None else None
        is_node = language == "javascript" and place is not None and half is None
        stop = node_stop(model, programs[root]) if is_node and not _by_library(model, programs[root]) else None
        if place is None or (half is dropped and stop is None and any(_ends(model, at) for at in programs[root])):
            continue
        at, call = place
        message = f"{shown(call)}() serves until it is killed: nothing handles SIGTERM, so each deployment cuts off requests in progress"
        if half is not None:
            at, call = half
            message = "only the interrupt of a keyboard stops the server in good order: a deployment sends SIGTERM, which kills it in the middle of its requests"
        if dropped is not None:
            at, call = dropped
            message = f"the signal to stop is taken, but nothing stops {_SERVER[language]} in good order: each deployment cuts off requests in progress"
        if stop is not None:
            at, call, message = stop
        key, fix = f"shutdown:{language}", _FIXES.get(language, "")
        tier = None if services.is_deployed(root) or _has_data(model, programs[root]) else Tier.STRICT
        spots = tuple(_ending(model, at, call)) if dropped is not None else ()
        yield Hit(at, call.line, message, call.fn, spots, Confidence.MEDIUM, Severity.MEDIUM, key, fix, tier=tier)


def _by_library(model: Model, files: list[int]) -> bool:
    """Whether a library ends a program in good order."""
    return any(ENDS_MODULES.search(made.module) for at in files for made in model.files[at].imports)


# What stops a server so that requests in progress end first, and how the server is called in a message.
_STOPS = {
    "go": regex(r"Shutdown\w*|GracefulStop|ListenAndServeWithSignal|Graceful\w*"),
    "rust": regex(r"\w*graceful\w*|shutdown\w*|stop", re.IGNORECASE),
}
_SERVER = {"go": "the server (Shutdown)", "rust": "the server (with_graceful_shutdown)"}
_TAKES = {"go": regex(r"signal\.Notify(Context)?"), "rust": regex(r"(\w+(\.|::))*signal(\.|::).*")}


def _dropped(model: Model, files: list[int], language: str) -> tuple[int, Call] | None:
    """Return the call that takes the signal to stop (Go) or serves (Rust), where nothing in the program stops the server itself.

    A select! that returns on the signal drops the server's future; os.Exit ends the process whatever is in progress.
    """
    stops, takes = _STOPS.get(language), _TAKES.get(language)
    if stops is None or takes is None:
        return None
    taken: tuple[int, Call] | None = None
    served: tuple[int, Call] | None = None
    for at in files:
        file = model.files[at]
        if any(ENDS_MODULES.search(made.module) and "signal" not in made.module for made in file.imports):
            return None
        for call in file.calls:
            if stops.fullmatch(call.name) and (call.on or language == "rust"):
                return None
            if takes.fullmatch(f"{call.on}.{call.name}") and not is_offline_server(model, at):
                taken = taken or (at, call)
            if language == "rust" and _serves(model, at, call):
                served = served or (at, call)
    if taken is None:
        return None
    return served if language == "rust" else taken


def _ending(model: Model, at: int, taking: Call) -> Iterator[Spot]:
    """Where the process ends after the signal."""
    inside = {taking.fn, *(n for n, made in enumerate(model.files[at].functions) if made.parent == taking.fn)}
    for call in model.files[at].calls:
        if call.fn in inside and call.name in ("Exit", "exit", "Fatal") and call.line > taking.line:
            yield Spot(model.files[at].path, call.line, "the process ends, whatever is in progress")
            return


def _has_data(model: Model, files: list[int]) -> bool:
    """Whether a program asks a database, so that a cut request may leave something half done."""
    inside = set(files)
    return any(fn.file in inside for fn in model.data.by_function)


def _only_interrupted(model: Model, files: list[int]) -> tuple[int, Call] | None:
    """Return the call that waits for SIGINT where nothing names the signal that a deployment sends.

    Of several programs of a repository the one that uses most counts: the others are tools.
    """
    found, uses = None, 0
    for at in files:
        file = model.files[at]
        if file.language not in ("go", "javascript") or is_offline_server(model, at):
            continue
        said = [text for call in file.calls for text in flat(call.args)]
        said += [text for each in file.assigns for text in flat((each.value,))]
        said += [each.attr for each in file.reads]
        if any(_TERMINATED.search(text) for text in said):
            return None
        if any(ENDS_MODULES.search(made.module) and made.module != "os/signal" for made in file.imports):
            return None
        for call in file.calls:
            if _INTERRUPTED[file.language].fullmatch(f"{call.on}.{call.name}"):
                given = [text for text in flat(call.args) if _SIGNAL.search(text)]
                if given and all(_INTERRUPT.search(text) for text in given):
                    found = (at, call) if found is None or len(file.imports) > uses else found
                    uses = max(uses, len(file.imports))
    if found is not None and any("STOPSIGNAL" in text for path, text in model.texts.items() if "ockerfile" in path):
        return None
    return found


def _serving(model: Model, files: list[int]) -> tuple[int, Call] | None:
    """Return the first call that serves."""
    for at in files:
        if not is_offline_server(model, at):
            for call in model.files[at].calls:
                if _serves(model, at, call):
                    return at, call
    return None


_FIXES = {
    "go": "Take the signal with signal.NotifyContext and call server.Shutdown(ctx) with a time limit.",
    "javascript": "process.on('SIGTERM', ...): server.close(), then close pools, then exit; give it a time limit.",
    "rust": "Use with_graceful_shutdown with a future that waits for SIGTERM.",
    "python": "signal.signal(signal.SIGTERM, ...) that calls shutdown() or stop(grace) from another thread.",
    "cpp": "Handle SIGTERM and call stop() on the server.",
    "php": "Loop::addSignal(SIGTERM, ...): close the socket, and stop the loop when the last request has been answered.",
    "kotlin": "Runtime.getRuntime().addShutdownHook(...) that stops the server with a delay.",
    "java": "Runtime.getRuntime().addShutdownHook(...) that stops the server with a delay.",
}


def is_offline_server(model: Model, at: int) -> bool:
    """Whether a file lies where no server does, except for Go's cmd folder."""
    file = model.files[at]
    return (is_offline(file) and not re.search(r"(^|/)cmd/|(^|/)bin/", file.path)) or (
        re.search(r"(^|/)install\w*/", file.path) is not None
    )


def _ends(model: Model, at: int) -> bool:
    file = model.files[at]
    if any(ENDS_MODULES.search(made.module) for made in file.imports):
        return True
    if any(does.does == "shutdown" for told in model.effects.of_call[at].values() for does in told):
        return True
    if any(ENDS.search(call.name) or (call.on.startswith("[") and ENDS.search(call.on)) for call in file.calls):
        return True  # also `["SIGINT", "SIGTERM"].forEach(...)`
    given = (value for call in file.calls for value in call.args if value.kind in ("str", "name"))
    return any(ENDS.search(value.text) for value in given)


def _serves(model: Model, at: int, call: Call) -> bool:
    file = model.files[at]
    name, on = SERVES[file.language]
    if not name.fullmatch(call.name) or not any(on.search(each) for each in model.effects.receivers(at, call)):
        return False
    if file.language == "javascript":
        return model.imports(
            "express",
            "koa",
            "fastify",
            "http",
            "node:http",
            "https",
            "node:https",
            "@hapi",
            "restify",
            "polka",
            "@nestjs/core",
            language="javascript",
        )
    if file.language == "go":
        return call.name.startswith(("Listen", "Serve")) or any(
            _GO_FRAMEWORKS.search(each) for each in model.effects.receivers(at, call)
        )
    if file.language in ("java", "kotlin"):
        return model.imports("com.sun.net.httpserver", "io.javalin", language=file.language)
    if file.language == "php":
        return model.imports("React.Http", "Amp.Http.Server", language="php")
    if file.language == "cpp":
        if call.name == "sync_start":
            return any(_is_of(model, at, call, name) for name in ("coro_http", "cinatra")) or model.imports(
                "cinatra", "cinatra.hpp", "ylt/coro_http", language="cpp"
            )
        library = "oatpp" if call.name == "run" else "httplib"
        return any(library in made.module for made in file.imports) or (
            library == "oatpp" and _is_of(model, at, call, "oatpp")
        )
    return True


def _is_of(model: Model, at: int, call: Call, library: str) -> bool:
    """Whether what a call is made on is of a library that another file includes."""
    return any(library in receiver for receiver in model.effects.receivers(at, call))
