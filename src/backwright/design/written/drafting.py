"""A first blueprint of a code base as YAML: what the code shows, and every number that it cannot show, assumed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

HANDLERS_MAX = 30  # of one service: more makes a file that nobody completes
STEPS_MAX = 25  # of one handler
ROUNDS = 20  # of a loop whose length the code does not show

# How a request is worked on where nothing is configured; the comment says whose default it is.
SERVING: dict[str, tuple[str, str]] = {
    "express": ("model: eventloop", "Node.js: one event loop a process"),
    "fastify": ("model: eventloop", "Node.js: one event loop a process"),
    "koa": ("model: eventloop", "Node.js: one event loop a process"),
    "hono": ("model: eventloop", "Node.js: one event loop a process"),
    "nestjs": ("model: eventloop", "Node.js: one event loop a process"),
    "next": ("model: eventloop", "Node.js: one event loop a process"),
    "fastapi": ("model: eventloop", "asyncio: one event loop a worker process; def handlers run in 40 threads"),
    "starlette": ("model: eventloop", "asyncio: one event loop a worker process"),
    "aiohttp": ("model: eventloop", "asyncio: one event loop a process"),
    "litestar": ("model: eventloop", "asyncio: one event loop a worker process"),
    "django": ("workers: 4", "assumed: WSGI worker processes, one request each"),
    "flask": ("workers: 4", "assumed: WSGI worker processes, one request each"),
    "spring": ("workers: 200", "Spring Boot's default of server.tomcat.threads.max"),
    "laravel": ("workers: 5", "php-fpm's pm.max_children in its sample configuration"),
    "symfony": ("workers: 5", "php-fpm's pm.max_children in its sample configuration"),
    "slim": ("workers: 5", "php-fpm's pm.max_children in its sample configuration"),
}  # fmt: skip
UNLIMITED = ("", "no limit of requests at once is known for this framework")
# Connections that a library keeps where nothing is configured.
POOLS = {"sequelize": 5, "pg": 10, "hikaricp": 10, "sqlalchemy": 15, "typeorm": 10, "knex": 10, "npgsql": 100, "mongoose": 100}  # fmt: skip


@dataclass(frozen=True)
class Touch:
    """Something that a handler does outside itself: kind is read, write, raw or call.

    Attributes:
        on: Table, or the name of what is called.
        timeout: Of a call: s, 0 for none, None for not known.
    """

    kind: str
    on: str
    in_loop: bool
    spot: str
    timeout: float | None = None


@dataclass(frozen=True)
class Served:
    """An endpoint and what it does, in the order of the code where that is known."""

    method: str
    path: str
    spot: str
    touches: tuple[Touch, ...]


@dataclass(frozen=True)
class Drafted:
    """One service of the code base.

    Attributes:
        pool: The library that keeps connections, "" if none was found.
    """

    name: str
    framework: str
    endpoints: tuple[Served, ...]
    pool: str = ""


def draft(name: str, services: tuple[Drafted, ...]) -> str:
    """Return the YAML; it reads as a blueprint, so it can be checked at once."""
    return "\n".join(_Draft(name, services).lines()) + "\n"


class _Draft:
    def __init__(self, name: str, services: tuple[Drafted, ...]) -> None:
        self.name = word(name, "system")
        self.services = [each for each in services if each.endpoints]
        self.names = _unique([word(each.name, "service") for each in self.services])
        self.stored: dict[str, str] = {}
        self.called: dict[str, Touch] = {}

    def lines(self) -> Iterator[str]:
        yield f"# Drafted from the code of {self.name}. What code cannot show is assumed and marked; measure it:"
        yield "#   backwright design calibrate"
        yield "version: 1"
        yield f"name: {self.name}"
        yield ""
        bodies = [list(self.service(*each)) for each in zip(self.names, self.services, strict=True)]
        yield from self.workload()
        yield ""
        yield "services:"
        for body in bodies:
            yield from body
        yield from self.pools()
        yield from self.stores()
        yield from self.externals()
        yield ""
        yield "slo: {p99: 500 ms, errors: 1 %}  # assumed: what do you promise?"

    def workload(self) -> Iterator[str]:
        shown = [(service, handler) for service, each in zip(self.names, self.services, strict=True) for handler in handler_names(each)]  # fmt: skip
        yield "workload:"
        yield "  rate: 10/s  # assumed: how many requests arrive per second?"
        yield "  mix:  # assumed: every operation alike"
        if not shown:
            return
        share = round(100 / len(shown), 2)
        for number, (service, handler) in enumerate(shown):
            last = round(100 - share * (len(shown) - 1), 2)
            yield f"    {service}.{handler}: {last if number == len(shown) - 1 else share:g} %"

    def service(self, name: str, drafted: Drafted) -> Iterator[str]:
        setting, why = SERVING.get(drafted.framework, UNLIMITED)
        yield f"  {name}:"
        yield f"    instances: 1  # assumed ({comment(drafted.framework) or 'framework not known'})"
        yield f"    {setting}  # {why}" if setting else f"    # {why}"
        yield "    handlers:"
        left = len(drafted.endpoints) - HANDLERS_MAX
        for handler, each in zip(handler_names(drafted), drafted.endpoints, strict=False):
            yield f"      {handler}:  # {each.method} {comment(each.path)}, {comment(each.spot)}"
            yield "        - cpu: 2 ms"
            for touch in each.touches[:STEPS_MAX]:
                yield from self.step(touch)
            if len(each.touches) > STEPS_MAX:
                yield f"        # {len(each.touches) - STEPS_MAX} more queries and calls are left out"
        if left > 0:
            yield f"      # {left} more endpoints are left out: those that touch least"

    def step(self, touch: Touch) -> Iterator[str]:
        if touch.kind == "call":
            name = self.external(touch)
            call = f"call: {name}.request"
        else:
            operation = f"{word(touch.on, 'rows')}_{touch.kind}"
            self.stored.setdefault(operation, touch.spot)
            call = f"call: database.{operation}"
        if touch.in_loop:
            yield f"        - repeat: {ROUNDS}  # in a loop, {comment(touch.spot)}: how many rounds?"
            yield "          steps:"
            yield f"            - {call}"
        else:
            yield f"        - {call}"

    def external(self, touch: Touch) -> str:
        name = word(touch.on, "external")
        if name in (*self.names, "database", "client"):
            name = f"{name}_api"
        self.called.setdefault(name, touch)
        return name

    def pools(self) -> Iterator[str]:
        pooled = [(name, each) for name, each in zip(self.names, self.services, strict=True) if each.pool and self.stored]  # fmt: skip
        if not pooled:
            return
        yield ""
        yield "pools:"
        for name, each in pooled:
            known = POOLS.get(each.pool.lower())
            size, why = (known, f"{comment(each.pool)}'s default") if known else (10, "assumed")
            yield f"  {name}_pool: {{owner: {name}, to: database, size: {size}}}  # {why}"

    def stores(self) -> Iterator[str]:
        if not self.stored:
            return
        yield ""
        yield "stores:"
        yield "  database:"
        yield "    servers: 8  # assumed: queries it works on at once, about its cores"
        yield "    connections: 100  # assumed: PostgreSQL's default of max_connections"
        yield "    operations:"
        for operation in sorted(self.stored):
            yield f"      {operation}: {8 if operation.endswith('_write') else 4} ms"

    def externals(self) -> Iterator[str]:
        if not self.called:
            return
        yield ""
        yield "externals:"
        for name, touch in sorted(self.called.items()):
            yield f"  {name}: {{operations: {{request: 100 ms}}}}  # {comment(touch.spot)}"
        timed = [(name, t) for name, t in sorted(self.called.items()) if t.timeout]
        untimed = [name for name, touch in sorted(self.called.items()) if touch.timeout == 0]
        if untimed:
            yield f"# no time-out was found in the code for: {', '.join(untimed)}"
        if timed:
            yield ""
            yield "calls:"
            for name, touch in timed:
                for caller in self.callers(name):
                    yield f"  {caller} -> {name}: {{timeout: {touch.timeout:g} s}}"

    def callers(self, name: str) -> Iterator[str]:
        for caller, each in zip(self.names, self.services, strict=True):
            shown = each.endpoints[:HANDLERS_MAX]
            touches = (t for e in shown for t in e.touches[:STEPS_MAX] if t.kind == "call")
            if any(self.external(touch) == name for touch in touches):
                yield caller


def handler_names(drafted: Drafted) -> list[str]:
    """Return a name for each of the endpoints that are drafted: get_orders_id."""
    shown = drafted.endpoints[:HANDLERS_MAX]
    return _unique([word(f"{e.method.lower()}_{e.path}", "root") for e in shown])


_NO_TEXTS = frozenset(
    {"null", "true", "false", "yes", "no", "on", "off"}
)  # YAML reads another value


def word(text: str, default: str) -> str:
    """Return text as a name: letters, digits, - and _."""
    made = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")[:48].strip("_")
    return f"{default}_{made}" if made.lower() in _NO_TEXTS else made or default


def comment(text: str) -> str:
    """Return text that can stand in a comment."""
    return "".join(char if char.isprintable() and char.isascii() else "?" for char in text)[:100]


def _unique(names: Iterable[str]) -> list[str]:
    made: list[str] = []
    for name in names:
        number, unique = 2, name
        while unique in made:
            unique, number = f"{name}_{number}", number + 1
        made.append(unique)
    return made
