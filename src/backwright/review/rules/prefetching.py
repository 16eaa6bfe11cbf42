"""Django: views whose base loads with the list what a function works out from the serializer."""

from functools import cached_property

from backwright.review.facts import Arg
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.rules.parameters import own_params

_LOADS = ("prefetch_related", "select_related")


class Prefetching:
    """Which views load what no name in them says: `queryset.prefetch_related(*needed_by(serializer))`."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def works_out(self, view: Cls) -> bool:
        """Whether a view, or what it inherits from, works out what its list is loaded with."""
        return not self._classes.isdisjoint(self.model.project.base_classes(view))

    @cached_property
    def _classes(self) -> set[Cls]:
        project = self.model.project
        found: set[Cls] = set()
        for name in _LOADS:
            for at, index in project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                own = project.own_class(at, call.fn)
                if own is not None and any(self._is_worked_out(at, call.fn, value) for value in call.args):
                    found.add(own)
        return found

    def _is_worked_out(self, at: int, fn: int, value: Arg) -> bool:
        """Whether all of a list is handed over that stands nowhere in the source: `*needed`, `*needed_by(serializer)`."""
        name, _, given = value.text.removeprefix("*").partition("(")
        if not value.text.startswith("*") or fn < 0:
            return False
        if given:
            return True
        made = self.model.project.assigned[at].get((fn, name), ())
        is_handed = name in own_params(self.model.files[at].functions[fn])
        return name.isidentifier() and not is_handed and not any(each.value.kind == "list" for each in made)
