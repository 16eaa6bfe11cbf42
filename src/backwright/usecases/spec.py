"""A use case as data: all that a face needs in order to offer it."""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

# What a field names on the disk of the machine that the verb runs on: a file or folder to read, one to write.
Disk = Literal["", "file", "folder", "write"]
# Who may run a verb on a server that others use: everybody; who operates it; nobody but a person at the machine itself,
# because it starts commands or reaches hosts.
Audience = Literal["everybody", "operator", "machine"]


class Mark(NamedTuple):
    """How a field is given: bare on the command line, several times, or by a short letter.

    Attributes:
        bare: The value that an option has when it is given without one.
        disk: What it names on the disk; faces whose callers are elsewhere take an upload instead.
    """

    positional: bool = False
    metavar: str = ""
    short: str = ""
    bare: str = ""
    disk: Disk = ""


class Question(NamedTuple):
    """One field of an ask.

    Attributes:
        type: str, int, float, bool.
        default: `...` when required.
        choices: The only values accepted, empty for any.
        repeated: Whether several values are accepted.
        optional: Whether None stands for "not given".
    """

    name: str
    type: type
    help: str
    default: object
    choices: tuple[str, ...]
    repeated: bool
    optional: bool
    mark: Mark


@dataclass(frozen=True)
class UseCase:
    """One verb, its code imported only when it is asked or run.

    Attributes:
        name: Dotted: the command "data export", the tool data_export, the URL /data/export.
        summary: One line, shown by every face.
        example: A command line that works on a fresh install.
        group: The question a person has, as a heading of the help.
        home: Module that holds `Ask`, an `Annotated[type, "help line"]` frozen dataclass, and
            `run(ask, bench)`, which returns a frozen dataclass and raises BackwrightError only.
        schema: Version of the answer's JSON.
        lasts: May take seconds: faces show progress and let it be cancelled.
        writes: May add evidence, or change files that were there; others read, compute, and write at
            most the file that a field marked `disk="write"` names.
        audience: Who may run it on a server that others use.
    """

    name: str
    summary: str
    example: str
    group: str
    home: str
    schema: int = 1
    lasts: bool = False
    writes: bool = False
    audience: Audience = "everybody"

    @cached_property
    def ask(self) -> Callable[..., Any]:
        """The dataclass of the request."""
        made: Callable[..., Any] = import_module(self.home).Ask
        return made

    @cached_property
    def run(self) -> Callable[[Any, Any], Any]:
        """From an ask and a bench to an answer."""
        made: Callable[[Any, Any], Any] = import_module(self.home).run
        return made

    @property
    def schema_name(self) -> str:
        """The answer's schema, such as "backwright/assess/1"."""
        return f"backwright/{self.name.replace('.', '-')}/{self.schema}"

    def questions(self) -> tuple[Question, ...]:
        """Return what the face has to ask the caller, in order."""
        hints = get_type_hints(self.ask, include_extras=True)
        return tuple(
            _question(
                field.name, hints[field.name], ... if field.default is MISSING else field.default
            )
            for field in fields(self.ask)  # type: ignore[arg-type]
        )


def _question(name: str, hint: Any, default: object) -> Question:  # noqa: ANN401  (a type expression)
    kind, help_, *marks = get_args(hint)
    repeated = get_origin(kind) is tuple
    if repeated:
        kind = get_args(kind)[0]
    optional = get_origin(kind) is UnionType
    if optional:
        kind = next(arm for arm in get_args(kind) if arm is not NoneType)
    choices = tuple(str(c) for c in get_args(kind)) if get_origin(kind) is Literal else ()
    mark = marks[0] if marks else Mark()
    return Question(
        name, str if choices else kind, help_, default, choices, repeated, optional, mark
    )
