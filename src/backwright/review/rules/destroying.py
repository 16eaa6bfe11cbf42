"""Functions that destroy a thing with all that hangs on it: so much is done for each that one query more says little."""

from functools import cached_property

from backwright.review.link.javascript import called
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.changing import Changing

_NAMES = regex(r"_*(?i:((hard|soft|force|perform|full)_?)?(delete|destroy|remove|purge|erase|wipe))(?![a-z])")
STEPS_MIN = 4  # statements from which on one for all rows is no longer at hand


class Destroying:
    """Which functions destroy by several statements."""

    def __init__(self, model: Model, asking: Asking, changing: Changing) -> None:
        self.model, self.asking, self.changing = model, asking, changing
        self._known: dict[Fn, bool] = {}

    def is_cascade(self, fn: Fn) -> bool:
        """Whether a function destroys by several statements, its own and those of what it calls."""
        if fn not in self._known:
            self._known[fn] = _is_named(self.model.project.function(fn).name) and self._statements(fn) >= STEPS_MIN
        return self._known[fn]

    def _statements(self, fn: Fn) -> int:
        model, found = self.model, 0
        for index in self.changing.calls[fn.file].get(fn.index, ()):
            access = model.data.by_call.get((fn.file, index))
            if access is not None:
                found += access.index == index
            elif (call := model.files[fn.file].calls[index]).name in self._names:
                target = next(iter(model.project.resolve_call(fn.file, call)), None)
                found += target in self.changing.storing or target in self.asking.reach
        return found

    @cached_property
    def _names(self) -> frozenset[str]:
        """The names of all functions that ask or change rows."""
        return self.asking.names | {called(self.model.project, fn) for fn in self.changing.storing}


def _is_named(name: str) -> bool:
    return _NAMES.match(name) is not None
