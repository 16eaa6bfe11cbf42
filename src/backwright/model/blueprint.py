"""The blueprint: one typed model of a backend, extracted from code or written by hand."""

from dataclasses import dataclass
from typing import Literal

Where = Literal["path", "query", "body", "header", "cookie", "form"]


@dataclass(frozen=True)
class Spot:
    """A place in a file.

    Attributes:
        note: What stands there, in the words of the code.
    """

    file: str
    line: int
    note: str = ""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an endpoint: its name and where it comes from."""

    name: str
    where: Where


@dataclass(frozen=True)
class Endpoint:
    """Something that can be asked for over HTTP.

    Attributes:
        method: GET, POST ...; "*" for any.
        path: With every prefix, parameters as {name}, no trailing slash.
        handler: As written: "list_orders", "OrderController.index".
        file, line: Where the route is declared.
        handler_file, handler_line: Where its handler stands; "" and 0 if that was not found.
        framework: Name of the pack that knew it.
        chain: Middleware, guards and dependencies, outermost first, as written.
        auth: Whether a login is needed; None if it cannot be told from the code.
        limited: Whether requests are limited.
        paginated: For what returns a list: whether it is cut into pages; None for anything else.
        callees: Functions of the project that the handler calls, as labels.
    """

    method: str
    path: str
    handler: str
    file: str
    line: int
    framework: str
    params: tuple[Parameter, ...] = ()
    chain: tuple[str, ...] = ()
    auth: bool | None = None
    limited: bool | None = None
    paginated: bool | None = None
    handler_file: str = ""
    handler_line: int = 0
    callees: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relation:
    """A field of an entity that leads to another: lazy ones are loaded on first read."""

    name: str
    target: str
    is_many: bool
    is_lazy: bool
    line: int


@dataclass(frozen=True)
class Entity:
    """A class that is stored in a table."""

    name: str
    table: str
    file: str
    line: int
    relations: tuple[Relation, ...] = ()


@dataclass(frozen=True)
class DataAccess:
    """One place where data is read or written.

    Attributes:
        op: read, write or raw (SQL text).
        entity: Class or table, "" if not known.
        function: Label of the function it stands in.
        is_bounded: Whether a limit, page or key bounds what is returned; None if not known.
        is_interpolated: Whether values are put into SQL text.
        in_loop: Whether it stands in a loop of its function.
    """

    file: str
    line: int
    op: str
    entity: str
    function: str
    library: str
    is_bounded: bool | None
    is_interpolated: bool
    in_loop: bool


@dataclass(frozen=True)
class OutgoingCall:
    """A call to another system.

    Attributes:
        timeout: "none", "default 30 s", "given", or "" if not known.
    """

    file: str
    line: int
    client: str
    function: str
    timeout: str
    in_loop: bool


@dataclass(frozen=True)
class Resource:
    """A pool, cache, queue, job, or other thing a service holds; kind says which."""

    kind: str
    name: str
    file: str
    line: int


@dataclass(frozen=True)
class Module:
    """A module of the application: a folder or package of its own.

    Attributes:
        imports: Other modules with the number of imports that lead there.
        tables: What it reads or writes, with the number of places.
    """

    name: str
    files: int
    lines: int
    imports: tuple[tuple[str, int], ...] = ()
    tables: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Service:
    """Something that is started on its own: a folder with its own manifest or entry."""

    name: str
    folder: str
    languages: tuple[str, ...]
    frameworks: tuple[str, ...]
    has_metrics: bool
    has_health: bool


@dataclass(frozen=True)
class Blueprint:
    """A backend as its source shows it. What was not found is absent, not denied."""

    services: tuple[Service, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    entities: tuple[Entity, ...] = ()
    data: tuple[DataAccess, ...] = ()
    calls: tuple[OutgoingCall, ...] = ()
    resources: tuple[Resource, ...] = ()
    modules: tuple[Module, ...] = ()
