"""Commands, queries and events that a bus hands to whoever handles them: `$bus->dispatch(new PlaceOrder(...))`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call, Class, File, Function, Mark
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

# What a message is handed to; the first kind gives an answer and so runs its handler at once.
_ASKS = regex(r"^(execute|ask|query|handle|sendAndWait|dispatch(Sync|Now|_sync|_now))$")
_SENDS = regex(r"^(event|dispatch|publish(Event)?|fire|send|post|emit|raise|notify|trigger|dispatchAfterResponse)$")
_JVM_MARKS = regex(
    r"^((Transactional|ApplicationModule)?(Event)?Listener|(Command|Query|Event|EventSourcing)Handler|Subscribe|ConsumeEvent)$"
)
_OBSERVES = regex(r"^Observes(Async)?$")
_PHP_METHODS = regex(r"^(handle|__invoke|on[A-Z]\w*)$")
_PHP_CLASSES = regex(r"(Handler|Listener|Subscriber)$")
_PHP_MARKS = regex(r"^(AsMessageHandler|AsEventListener|AsCommandHandler)$")
_PHP_BASES = regex(r"(^|\\|\.)(MessageHandlerInterface|MessageSubscriberInterface)$")
_QUEUED = "ShouldQueue"  # Laravel: runs later, in a worker
_NEST_MARKS = frozenset({"CommandHandler", "QueryHandler", "EventsHandler"})
_NEST_METHODS = ("execute", "handle")
_JVM = frozenset({"java", "kotlin"})


class Messages:
    """Which functions a message runs, by the class of the message or, in NestJS, by the name of the event."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def handled(self, at: int, call: Call) -> list[Fn]:
        """Return the functions that a call runs by handing a message over; none if that happens once per element, and later."""
        is_asked = _ASKS.match(call.name) is not None
        if not is_asked and (call.loop >= 0 or not _SENDS.match(call.name)):
            return []
        if call.args and call.args[0].kind in ("str", "name") and call.args[0].text in self._by_name:
            return self._by_name[call.args[0].text]
        cls = self._message(at, call)
        return [*self._by_class.get(cls, ()), *self._by_itself(cls)] if cls is not None else []

    def _message(self, at: int, call: Call) -> Cls | None:
        """Return the class of what is handed over, if it is one of the project's."""
        if call.args and (self._by_class or self.project.files[at].language == "php"):
            value = call.args[0]
            if value.kind == "call" and "." not in value.text:
                return self.project.find_class(at, value.text)
            if value.kind == "name" and value.text.lstrip("$").isidentifier():
                return self.project.type_of(at, call.fn, value.text).cls
        if self.project.files[at].language == "php" and call.on[:1].isupper():  # CloseOrder::dispatch($order)
            return self.project.find_class(at, call.on)
        return None

    def _by_itself(self, cls: Cls) -> list[Fn]:
        """Return the method of a command that handles itself: Laravel's jobs that are run where they are dispatched."""
        if self.project.files[cls.file].language != "php" or self._is_queued(cls):
            return []
        return [fn for fn in self.project.method(cls, "handle") if fn.file == cls.file]

    @cached_property
    def _by_class(self) -> dict[Cls, list[Fn]]:
        found: dict[Cls, list[Fn]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for index, made in enumerate(file.functions if file.language in (*_JVM, "php", "javascript") else ()):
                for name in self._named(at, file, made):
                    cls = self.project.find_class(at, name)
                    if cls is not None:
                        found[cls].append(Fn(at, index))
        return dict(found)

    def _named(self, at: int, file: File, made: Function) -> Iterator[str]:
        """Yield the classes of the messages that a function handles."""
        first = made.params[0] if made.params else None
        if file.language in _JVM:
            marks = [mark for mark in made.marks if _JVM_MARKS.match(mark.name)]
            is_observer = first is not None and any(_OBSERVES.match(mark.name) for mark in first.marks)
            if (marks or is_observer) and not any(mark.name == "Async" for mark in made.marks):
                given = [name for mark in marks for name in _classes(mark)]
                yield from given or ((written(first.type).name,) if first is not None else ())
            return
        if made.cls < 0:
            return
        cls = file.classes[made.cls]
        if file.language == "php" and first is not None and first.type and _PHP_METHODS.match(made.name):
            if _handles(cls, made) and not self._is_queued(Cls(at, made.cls)):
                yield first.type.rpartition("\\")[2]
        elif file.language == "javascript" and made.name in _NEST_METHODS:
            yield from (name for mark in cls.marks if mark.name in _NEST_MARKS for name in _classes(mark))

    def _is_queued(self, cls: Cls) -> bool:
        return any(re.split(r"[\\.]", name)[-1] == _QUEUED for name in self.project.ancestors(cls))

    @cached_property
    def _by_name(self) -> dict[str, list[Fn]]:
        """NestJS: the name of an event to what is marked to run on it."""
        found: dict[str, list[Fn]] = defaultdict(list)
        for at, file in enumerate(self.project.files):
            for index, made in enumerate(file.functions if file.language == "javascript" else ()):
                for mark in made.marks:
                    if mark.name == "OnEvent" and mark.args and mark.args[0].kind in ("str", "name"):
                        found[mark.args[0].text].append(Fn(at, index))
        return dict(found)


def _classes(mark: Mark) -> Iterator[str]:
    """Yield the classes that a mark names: @EventListener(OrderPlaced.class), @EventsHandler(Paid, Shipped)."""

    def inside(value: Arg) -> Iterator[str]:
        if value.kind in ("name", "type"):
            yield value.text.removesuffix(".class").removesuffix("::class").rpartition(".")[2]
        for item in value.items:
            yield from inside(item)

    for value in mark.args:
        yield from inside(value)


def _handles(cls: Class, made: Function) -> bool:
    """Whether a class of PHP is there to handle messages, by its name, its mark or what it implements."""
    return (
        _PHP_CLASSES.search(cls.name) is not None
        or any(_PHP_MARKS.match(mark.name) for mark in (*cls.marks, *made.marks))
        or any(_PHP_BASES.search(base) for base in cls.bases)
    )
