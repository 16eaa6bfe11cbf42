"""blocking-call-in-async: a call that holds a thread on which many requests are served."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Edit, Severity, Tier
from backwright.review.facts import AWAITED, BARE, IN_MACRO, IN_WITH, Call, File
from backwright.review.link.effects import HOLDS, Does
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.bridging import bridges
from backwright.review.rules.ending import ends_process, is_installing
from backwright.review.rules.futures import waits_for_future, waits_for_rows
from backwright.review.rules.locking import held_locks
from backwright.review.rules.lockingrust import held_guards
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit
from backwright.review.rules.serving import ONCE, Serving

DOES = {
    "sleep": "sleeps", "file": "reads or writes a file", "process": "waits for another process", "cpu": "computes",
    "password-hash": "hashes a password", "query": "waits for the database", "one": "waits for the database",
    "lazy": "waits for the database", "outgoing": "waits for another service", "mail": "sends mail", "wait": "waits for a task",
    "publish": "waits for the message broker", "connect": "opens a connection", "transaction": "waits for the database",
    "cache-get": "waits for the cache", "cache-set": "waits for the cache", "resolve": "looks a host's name up",
}  # fmt: skip
THREAD = {
    "csharp": "a request thread",
    "rust": "the async worker thread",
    "cpp": "the I/O thread",
    "kotlin": "a coroutine thread",
}
# What waits for an asynchronous result, by language: the name, and what it must be called on.
WAITS = {
    "java": (
        regex(r"block(First|Last|Optional)?|indefinitely|atMost"),
        regex(r"\(\)|[Mm]ono|[Ff]lux|await"),
    ),
    "kotlin": (
        regex(r"block(First|Last|Optional)?|indefinitely|runBlocking"),
        regex(r"\(\)|[Mm]ono|[Ff]lux|await"),
    ),
    "rust": (regex(r"block_on"), regex(r"")),
    "csharp": (regex(r"GetResult|Wait"), regex(r"GetAwaiter\(\)$|Async\(\)$")),
}
HASHES = frozenset({"password-hash"})
STARTS = regex(r"(^|[._])(lifespan|on_?start\w*|startup|before_?start\w*)(_|$)", re.IGNORECASE)
SAME_MAX = 60  # other places named in one finding
WAYS_OF_MAX = 10  # places whose other ways are named
WAYS_MAX = 3  # calls followed upwards from what blocks, to name the other ways that lead to it
STORES = ("query", "one")
ASYNC_DATABASE = (
    "sqlalchemy.ext.asyncio",
    "asyncpg",
    "databases",
    "aiomysql",
    "aiosqlite",
    "motor",
    "tortoise",
    "sqlmodel.ext.asyncio",
    "beanie",
    "gino",
    "asyncmy",
    "encore",
    "prisma",
)
ASYNC_NAMES = regex(r"Async|asyncpg|aio|motor|databases|tortoise|beanie|prisma")
# Queries that have an asynchronous twin in Entity Framework.
SYNC_EF = regex(
    r"^(ToList|ToArray|ToDictionary|First|FirstOrDefault|Single|SingleOrDefault|Last|LastOrDefault|Count|LongCount|Any|All|Sum|Max|Min|Average|Find|SaveChanges|ExecuteUpdate|ExecuteDelete|Load|ExecuteSqlRaw)$"
)
# What mail and web clients of .NET do without a task; the same name with Async gives one.
SYNC_NET = regex(
    r"^(Send|Connect|Authenticate|GetResponse|Create|(Download|Upload)(String|Data|File|Values)|OpenRead|Load)$"
)
EF = frozenset({"Entity Framework", "EF Core", "Entity Framework Core", "EntityFramework"})
INSTANT = regex(r"^(exists|existsSync|accessSync|statSync|isfile|isdir|mkdirSync)$")


def check(model: Model) -> Iterator[Hit]:
    """Yield calls that hold a shared thread, once per place; what has one cause in a whole project, as queries and files, once for all."""
    serving = Serving(model)
    grouped: dict[str, list[Hit]] = defaultdict(list)
    for fn in serving.reached:
        if fn.index >= 0:
            for hit in _in_function(model, serving, fn):
                grouped[hit.key].append(hit)
    for hits in grouped.values():
        first = hits[0]
        places = dict.fromkeys(
            Spot(model.files[hit.at].path, hit.line, "the same")
            for hit in hits[1:]
            if (hit.at, hit.line) != (first.at, first.line)
        )
        ways = [
            spot
            for fn in dict.fromkeys(Fn(hit.at, hit.fn) for hit in hits[:WAYS_OF_MAX])
            for spot in _other_ways(model, serving, fn)
            if spot not in first.path
        ]
        yield structs.replace(first, path=(*first.path, *list(places)[:SAME_MAX], *ways[:SAME_MAX]))
    yield from bridges(model, serving, {(hit.at, hit.line) for hits in grouped.values() for hit in hits})
    yield from held_locks(model)
    yield from held_guards(model)


def _other_ways(model: Model, serving: Serving, fn: Fn) -> Iterator[Spot]:
    """Yield the other calls on shared threads that lead to a function: each of them holds its thread as long."""
    level, seen = [fn], {fn}
    for _ in range(WAYS_MAX):
        above: list[Fn] = []
        for each in level:
            for edge in model.effects.callers.get(each, ()):
                caller = edge.caller
                if caller not in serving.reached or not serving.is_way(edge, each):
                    continue
                call = model.files[edge.at].calls[edge.call]
                if model.project.function(each).kind != "lambda":
                    yield Spot(model.files[edge.at].path, call.line, f"{model.label(caller)} calls {model.label(each)}")
                if caller not in seen:
                    seen.add(caller)
                    above.append(caller)
        level = above


def _in_function(model: Model, serving: Serving, fn: Fn) -> Iterator[Hit]:
    file = model.files[fn.file]
    if file.is_test or _is_worker(file):
        return
    is_served = serving.is_served(fn)
    if not is_served and STARTS.search(_who(model, serving, fn)):
        return  # before the first request nobody waits
    for index in _calls_of(model, fn):
        what = _blocking(model, serving, fn, index)
        if what in ("mail", "outgoing") and file.language == "csharp" and not _is_under_async(model, serving, fn):
            continue  # each request has its thread
        if what and ends_process(model, fn, file.calls[index]):
            continue  # nobody is served any more
        if what == "file" and any(mark.name in ONCE for mark in file.functions[fn.index].marks):
            continue  # lru_cache: once for each file, and the next time from memory
        if what == "password-hash" and any(
            target in model.effects.reaching(HASHES) and target.index != model.named(fn.file, fn.index)
            for target in model.project.resolve_call(fn.file, file.calls[index])
        ):
            continue  # the project's own function: told where it hashes
        is_small = what == "file" or (
            what == "cpu" and file.language != "rust"
        )  # tasks of tokio share the handlers' threads
        if what and (is_served or (not is_small and not is_offline(file))):
            yield _hit(model, serving, fn, index, what, is_served=is_served)
    if file.language == "csharp":
        yield from _results(model, serving, fn, is_served=is_served)


def _is_under_async(model: Model, serving: Serving, fn: Fn) -> bool:
    """Whether an async function is on the way from a request to a function."""
    at: Fn | None = fn
    while at is not None:
        if model.project.function(at).is_async:
            return True
        above = serving.reached.get(at)
        at = above.fn if above is not None else None
    return False


def _is_worker(file: File) -> bool:
    """Whether a file is what a worker thread runs."""
    if file.language != "javascript":
        return False
    return any(made.module.endswith("worker_threads") and made.name != "Worker" for made in file.imports)


def _calls_of(model: Model, fn: Fn) -> list[int]:
    known = model.project.__dict__.setdefault("_calls_of_function", {})
    if fn.file not in known:
        by: dict[int, list[int]] = {}
        for index, call in enumerate(model.files[fn.file].calls):
            by.setdefault(call.fn, []).append(index)
        known[fn.file] = by
    found: list[int] = known[fn.file].get(fn.index, [])
    return found


# ---- does it block --------------------------------------------------------------------------


def _blocking(model: Model, serving: Serving, fn: Fn, index: int) -> str:
    """Return the word for what a call waits for, "" if it does not hold the thread."""
    file = model.files[fn.file]
    call = file.calls[index]
    if call.flags & IN_MACRO or (_is_awaited(model, fn.file, index) and not _waits_anyway(model, fn.file, index)):
        return ""
    waits = WAITS.get(file.language)
    if (
        waits is not None
        and waits[0].fullmatch(call.name)
        and (
            waits[1].search(call.on)
            or call.name == "runBlocking"
            or (file.language == "csharp" and _is_task(model, fn, call.on))
        )
        and not (file.language == "csharp" and _is_done(model, fn, call.on))
    ):
        return "wait" if not serving.leaves(fn.file, index) else ""
    if file.language == "cpp" and waits_for_future(file, fn.index, call.on, call.name, call.line):
        return "wait" if not serving.leaves(fn.file, index) else ""
    told = model.effects.of_call[fn.file].get(index, ())
    for does in sorted(told, key=lambda does: does.does == "cpu"):  # what a slow hash is for says more
        word = _word(model, file, call, does)
        if word and not serving.leaves(fn.file, index):
            return word
    return ""


def _is_awaited(model: Model, at: int, index: int) -> bool:
    """Whether the result of a call is awaited, alone or among the arguments of what is: gather(a(), b())."""
    calls = model.files[at].calls
    if any(calls[number].flags & AWAITED for number in model.effects.chain(at, index)):
        return True
    inside = calls[index].inside
    for _ in range(4):
        if inside < 0:
            return False
        if calls[inside].flags & AWAITED and calls[inside].name in (
            "gather",
            "wait_for",
            "wait",
            "shield",
            "all",
            "allSettled",
            "race",
            "WhenAll",
            "create_task",
            "ensure_future",
            "timeout",
        ):
            return True
        inside = calls[inside].inside
    return False


def _waits_anyway(model: Model, at: int, index: int) -> bool:
    """SQLDelight: whether `await` of a generated query waits for JDBC, whose drivers never suspend."""
    effects = model.effects.of_call[at].get(index, ())
    return any(does.effect.library == "SQLDelight" and does.effect.blocks for does in effects) and model.imports(
        "app.cash.sqldelight.driver.jdbc", language="kotlin"
    )


def _word(model: Model, file: File, call: Call, does: Does) -> str:
    word, effect = does.does, does.effect
    if effect.blocks is False or word == "offload" or _is_reactive(file, call, effect.library):
        return ""
    if file.language == "csharp":
        if word in STORES and SYNC_EF.match(call.name) and effect.library in EF:
            return "query" if model.in_async(does.at, does.fn) else ""
        if word in ("mail", "outgoing") and SYNC_NET.match(call.name):
            return word
        return word if word == "sleep" and call.name != "Delay" else ""
    if word in ("file", "cpu") and (
        INSTANT.match(call.name) or _is_kept(model, does.at, call) or file.language == "cpp"
    ):
        return ""
    if effect.blocks:
        return word if word in DOES else ""
    if word in HOLDS or word == "password-hash":
        return word if file.language != "javascript" or call.name.endswith("Sync") else ""
    if file.language == "cpp" and word in STORES:
        return word if waits_for_rows(model, does.at, call, effect.library) else ""
    if file.language == "python" and word in STORES:
        return word if _is_sync_query(model, does, call) else ""
    return ""


def _is_reactive(file: File, call: Call, library: str) -> bool:
    """Whether a call of a library that blocks is made on its asynchronous variant: diesel-async, `rx()`, reactive Panache."""
    if file.language == "rust":
        return library == "Diesel" and any(each.module.startswith("diesel_async") for each in file.imports)
    return file.language in ("java", "kotlin") and (
        bool(re.search(r"\brx\(\)", call.on))
        or any(".reactive.panache" in each.module or ".panache.reactive" in each.module for each in file.imports)
    )


def _is_kept(model: Model, at: int, call: Call) -> bool:
    """Whether what was read is kept for the next time: in a field or a variable of the module."""
    return "." in call.to or (bool(call.to) and (-1, call.to) in model.project.assigned[at])


def _is_sync_query(model: Model, does: Does, call: Call) -> bool:
    """Whether a Python query that nobody awaits is sent there and then."""
    access = model.data.by_call.get((does.at, does.index))
    if call.flags & IN_WITH or does.effect.library == "Django ORM" or (access is not None and access.is_lazy):
        return False
    if _is_fetched(model, does.at, call):
        return False
    if not model.imports(*ASYNC_DATABASE, language="python"):
        return True
    if call.to == "return" and not model.in_async(does.at, does.fn):
        return False
    names = list(model.effects.receivers(does.at, call))
    return (
        len(names) > 1
        and any("." in name and "()" in name for name in names[1:])
        and not any(ASYNC_NAMES.search(name) for name in names)
    )


def _is_fetched(model: Model, at: int, call: Call) -> bool:
    """Whether rows are taken from what was awaited before: `result = await db.execute(query)`, then `result.scalars().all()`."""
    name = call.on.partition(".")[0].partition("(")[0]
    calls = model.files[at].calls
    before = (calls[number] for number in model.inside.calls[at].get(call.fn, ()) if calls[number].to == name)
    return bool(name) and any(each.flags & AWAITED and each.line <= call.line for each in before)


# ---- waiting for a task in C# -------------------------------------------------------------------


def _results(model: Model, serving: Serving, fn: Fn, *, is_served: bool) -> Iterator[Hit]:
    """Yield reads of `.Result` on a task that nobody has awaited."""
    file = model.files[fn.file]
    for read in file.reads:
        if read.fn == fn.index and read.attr == "Result" and _is_task(model, fn, read.base):
            who = _who(model, serving, fn)
            message = f"{who} waits for a task on a request thread: {read.base}.Result in {model.label(Fn(fn.file, model.named(fn.file, fn.index)))}"
            severity = Severity.HIGH if is_served else Severity.MEDIUM
            path = (*serving.path_to(fn), Spot(file.path, read.line, f"{read.base}.Result"))
            yield Hit(
                fn.file,
                read.line,
                message,
                fn.index,
                path,
                Confidence.HIGH,
                severity,
                key=f"{fn.file}:{read.line}",
                fix="Make the function async and await the task.",
            )


def _is_task(model: Model, fn: Fn, base: str) -> bool:
    """Whether an expression is a task that is not known to be done."""
    file = model.files[fn.file]
    if base.endswith(("Async()", ".ConfigureAwait()")):
        return True
    if not base.isidentifier():
        return False
    made = [call for call in file.calls if call.fn == fn.index and call.to == base]
    if not made or not all(call.name.endswith("Async") and not call.flags & AWAITED for call in made):
        return False
    return not _is_done(model, fn, base)


def _is_done(model: Model, fn: Fn, base: str) -> bool:
    """Whether a task was waited for before, or asked whether it is done, so that its result is there."""
    file = model.files[fn.file]
    name = base.partition(".")[0]
    if base.removesuffix(".GetAwaiter()").removesuffix(".ConfigureAwait()") != name:
        return False
    done = (
        call for call in file.calls if call.fn == fn.index and call.name in ("WhenAll", "WhenAny", "WaitAll", "WaitAny")
    )
    return any(
        name in {value.text, *(item.text for item in value.items)} for call in done for value in call.args
    ) or any(read.fn == fn.index and read.base == name and read.attr.startswith("IsCompleted") for read in file.reads)


# ---- telling it -------------------------------------------------------------------------------


def _who(model: Model, serving: Serving, fn: Fn) -> str:
    root = serving.root_of(fn)
    declared = model.endpoint_of(root) or model.endpoint_of(Fn(root.file, model.named(root.file, root.index)))
    return (
        f"{declared.method} {declared.path}"
        if declared is not None
        else model.label(Fn(root.file, model.named(root.file, root.index)))
    )


def _hit(model: Model, serving: Serving, fn: Fn, index: int, what: str, *, is_served: bool) -> Hit:
    file = model.files[fn.file]
    call = file.calls[index]
    named = Fn(fn.file, model.named(fn.file, fn.index))
    who, label = _who(model, serving, fn), model.label(named)
    where = f" in {label}" if label != who else ""
    message = f"{who} {DOES[what]} on {THREAD.get(file.language, 'the event loop')}: {shown(call)}(){where}"
    is_minor = what in ("file", "cpu") or not is_served
    key = f"{fn.file}:{named.index}:{what}"
    if DOES[what] == "waits for the database":
        told = model.effects.of_call[fn.file].get(index, ())
        is_document = any("mongo" in does.effect.library.lower() for does in told)
        key = f"{file.language}:query:{is_served}:{is_document}"  # one driver, one cause
    elif what == "wait" and file.language == "cpp":
        key = f"{fn.file}:wait"  # in all handlers of a file alike
    elif what in ("file", "cpu", "password-hash") or (file.language == "csharp" and what in ("mail", "outgoing")):
        key = f"{file.language}:{what}"  # small each, and mostly everywhere
    is_guess = (not is_served and file.language == "kotlin") or (  # what runs it may have put it on Dispatchers.IO
        is_served and is_installing(model, serving.root_of(fn))
    )
    return Hit(
        fn.file, call.line, message, fn.index, (*serving.path_to(fn), Spot(file.path, call.line, shown(call))),
        Confidence.MEDIUM if is_minor else Confidence.HIGH, Severity.MEDIUM if is_minor else Severity.HIGH,
        key=key, fix=_fix(file.language, what, call), edit=_edit(model, fn, index), tier=Tier.STRICT if is_guess else None,
    )  # fmt: skip


def _fix(language: str, what: str, call: Call) -> str:
    if language == "python":
        return {
            "sleep": "await asyncio.sleep(...) instead.", "query": "Use the driver's async API, or make the route a plain def so that it runs in the thread pool.",
            "outgoing": "Use httpx.AsyncClient and await it, or hand the call to asyncio.to_thread.",
        }.get(what, f"Hand it to a thread: await asyncio.to_thread({shown(call)}, ...).")  # fmt: skip
    if language == "javascript":
        return f"Await the asynchronous version of {call.name}, or do the work in a worker thread."
    return {
        "java": "Compose the result instead of waiting for it, or move the call with subscribeOn(Schedulers.boundedElastic()), executeBlocking or @Blocking.",
        "kotlin": "Suspend instead of waiting, or wrap the call in withContext(Dispatchers.IO) { ... }.",
        "csharp": "await Task.Delay(...) instead." if what == "sleep" else "Make the function async and await the task.",
        "rust": "Await tokio's version, or move the call into tokio::task::spawn_blocking.",
        "php": "Use the event loop's own client or timer, or hand the work to a worker process.",
        "cpp": "Use the framework's coroutine timer or client, or queue the work on a worker thread and answer from its callback.",
    }.get(language, "")  # fmt: skip


def _edit(model: Model, fn: Fn, index: int) -> Edit | None:
    """Return the change of the line, where it is certain: a bare sleep in an async function, a hash whose async twin has the same arguments."""
    file = model.files[fn.file]
    call = file.calls[index]
    if not file.functions[fn.index].is_async:
        return None
    imported = {made.alias: made for made in file.imports}
    whole = f"{call.on}.{call.name}"
    if (
        file.language == "python"
        and whole == "time.sleep"
        and call.flags & BARE
        and "asyncio" in imported
        and not imported["asyncio"].name
    ):
        return Edit(file.path, call.line, "time.sleep(", "await asyncio.sleep(")
    if file.language == "csharp" and whole == "Thread.Sleep" and call.flags & BARE:
        return Edit(file.path, call.line, "Thread.Sleep(", "await Task.Delay(")
    is_last = not any(each.prev == index for each in file.calls) and not any(
        f"{whole}()" in read.base for read in file.reads
    )
    if file.language == "javascript" and call.name in ("compareSync", "hashSync") and "bcrypt" in call.on and is_last:
        return Edit(file.path, call.line, f"{whole}(", f"await {call.on}.{call.name.removesuffix('Sync')}(")
    if (
        file.language == "kotlin"
        and whole == "Thread.sleep"
        and any(made.module.startswith("kotlinx.coroutines") and made.name in ("delay", "*") for made in file.imports)
    ):
        return Edit(file.path, call.line, "Thread.sleep(", "delay(")
    return None
