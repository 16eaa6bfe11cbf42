"""Go: buses of a project that choose a handler by the type of the message: `bus.AddHandler(getUser)`, `bus.Dispatch(ctx, &query.GetUser{ID: id})`."""

from collections import defaultdict
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_REFLECTS = frozenset({"TypeOf", "TypeFor"})
_ANYTHING = frozenset({"any", "interface{}", "interface {}"})
_ADDS = regex(r"^(Must)?(Add|Register|Set|Subscribe|On|Handle|Listen)([A-Z]\w*)?$")
_SENDS = regex(
    r"^(Must)?(Dispatch|Publish|Send|Exec|Query|Ask|Handle|Emit|Raise|Fire|Notify|Trigger|Invoke|Request|Run)([a-z]*[A-Z]\w*|ute)?$"
)


class Buses:
    """Which functions of the project a message runs."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def handled(self, at: int, call: Call) -> list[Fn]:
        """Return the functions that a call runs by handing messages to a bus."""
        if call.name not in self._senders or not self._handlers:
            return []
        senders = self._senders[call.name]
        if not any(fn in senders for fn in self.project.resolve_call(at, call)):
            return []
        told = dict.fromkeys(cls for value in call.args for cls in self._messages(at, call.fn, value))
        return [fn for cls in told for fn in self._handlers.get(cls, ())]

    def _messages(self, at: int, fn: int, value: Arg) -> list[Cls]:
        """Return the types that a message may have: its own, or those of what a variable of any type is given."""
        if value.kind not in ("name", "call"):
            return []
        cls = self.project.value_type(at, fn, value).cls
        if cls in self._handlers or value.kind == "call":
            return [cls] if cls is not None else []
        values = [each.value for each in self.project.assigned[at].get((fn, value.text), ())]
        given = [self.project.value_type(at, fn, each).cls for each in values]
        return [each for each in given if each is not None]

    # ---- what is registered -----------------------------------------------------------------

    @cached_property
    def _adders(self) -> list[Fn]:
        """Functions that are handed anything, and look at the types of its parameters: those that keep handlers are called like it."""
        found = []
        for name in _REFLECTS:
            for at, index in self.project.calls_by_name.get(name, ()):
                file = self.project.files[at]
                call = file.calls[index]
                if file.language != "go" or call.on != "reflect" or call.fn < 0 or file.is_test:
                    continue
                made = file.functions[call.fn]
                values = {param.name for param in made.params if self._is_anything(at, param.type)}
                if not _ADDS.match(made.name) or not any(value.text in values for value in call.args):
                    continue
                if any(each.fn == call.fn and each.name == "In" for each in file.calls):  # the type of a parameter
                    found.append(Fn(at, call.fn))
        return found

    @cached_property
    def _handlers(self) -> dict[Cls, list[Fn]]:
        """Type of a message to the functions that were registered for it."""
        found: dict[Cls, list[Fn]] = defaultdict(list)
        for adder in self._adders:
            for at, index in self.project.calls_by_name.get(self.project.function(adder).name, ()):
                file = self.project.files[at]
                call = file.calls[index]
                if file.language != "go" or file.is_test or adder not in self.project.resolve_call(at, call):
                    continue
                for value in call.args:
                    for fn in self._meant(at, call, value):
                        params = self.project.function(fn).params
                        cls = self.project.find_class(fn.file, params[-1].type.lstrip("*")) if params else None
                        if cls is not None and fn not in found[cls]:
                            found[cls].append(fn)
        return {cls: fns for cls, fns in found.items() if fns}

    def _meant(self, at: int, call: Call, value: Arg) -> tuple[Fn, ...]:
        if value.kind == "fn":
            return (Fn(at, value.ref),) if value.ref >= 0 else ()
        on, _, name = value.text.rpartition(".")
        return self.project.resolve(at, call.fn, on, name)[:1] if value.kind == "name" else ()

    # ---- what is sent -----------------------------------------------------------------------

    @cached_property
    def _senders(self) -> dict[str, set[Fn]]:
        """Name to the functions that are handed messages of any type, in the packages that keep handlers."""
        found: dict[str, set[Fn]] = defaultdict(set)
        adders = set(self._adders)
        for at in sorted({number for fn in adders for number in self.project.go.package_files(fn.file)}):
            file = self.project.files[at]
            for index, made in enumerate(file.functions if not file.is_test else ()):
                takes = any(self._is_anything(at, param.type) for param in made.params)
                if takes and made.kind != "lambda" and _SENDS.match(made.name) and Fn(at, index) not in adders:
                    found[made.name].add(Fn(at, index))
        return found

    def _is_anything(self, at: int, declared: str) -> bool:
        """Whether a declared type is any type, also under a name of the project's."""
        name = declared.removeprefix("[]")
        if name in _ANYTHING:
            return True
        cls = self.project.find_class(at, name)
        if cls is None:
            return False
        made, file = self.project.class_(cls), self.project.files[cls.file]
        if made.kind == "interface":
            return not made.bases and not any(each.owner == made.name for each in file.functions)
        return made.kind in ("type", "alias") and bool(_ANYTHING & set(made.bases))
