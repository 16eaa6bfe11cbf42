"""Template methods: `execute()` of a base calls `do_execute()`, which each heir has its own of."""

from collections.abc import Mapping
from functools import cached_property

from backwright.review.facts import Call
from backwright.review.link.heirs import ABSTRACT, is_abstract
from backwright.review.link.project import Fn, Project

_OWN = frozenset({"", "self", "this", "$this", "cls", "static"})


class FilledIn:
    """What a method of a base runs of the class that it is called on."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def targets(self, at: int, call: Call) -> tuple[Fn, ...]:
        """Return the methods of an object's own class that a call of the base's method runs."""
        if not call.on or call.name not in self.names or self.project.files[at].language not in ABSTRACT:
            return ()
        known = self.project.type_of(at, call.fn, call.on).cls
        base = next(iter(self.project.resolve_call(at, call)), None) if known is not None else None
        if known is None or base is None or known == self.project.own_class(base.file, base.index):
            return ()
        return tuple(fn for name in self._steps.get(base, ()) for fn in self.project.method(known, name)[:1])

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all methods that run one that heirs fill in."""
        return frozenset(self.project.function(fn).name for fn in self._steps)

    @cached_property
    def _steps(self) -> Mapping[Fn, tuple[str, ...]]:
        """Method of a base to the names of the abstract ones that it calls on its own object."""
        found: dict[Fn, tuple[str, ...]] = {}
        for at in sorted({cls.file for cls in self.project.heirs}):
            file = self.project.files[at]
            empty = self._empty(at) if file.language in ABSTRACT else frozenset()
            for call in file.calls if empty else ():
                if call.fn < 0 or call.on not in _OWN:
                    continue
                fn = self._around(at, call.fn)
                made = self.project.function(fn)
                if (made.cls, call.name) in empty and made.kind != "constructor" and made.name != call.name:
                    found[fn] = tuple(dict.fromkeys((*found.get(fn, ()), call.name)))
        return found

    def _empty(self, at: int) -> frozenset[tuple[int, str]]:
        """Return the methods of a file's classes that heirs fill in, each with the class."""
        file = self.project.files[at]
        return frozenset(
            (made.cls, made.name)
            for index, made in enumerate(file.functions)
            if made.cls >= 0
            and made.kind == "method"
            and file.classes[made.cls].kind == "class"
            and is_abstract(self.project, Fn(at, index))
        )

    def _around(self, at: int, index: int) -> Fn:
        """Return the method that a call stands in, also from within its lambdas."""
        functions = self.project.files[at].functions
        while functions[index].kind == "lambda" and functions[index].parent >= 0:
            index = functions[index].parent
        return Fn(at, index)
