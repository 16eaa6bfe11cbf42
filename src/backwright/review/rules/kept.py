"""What need not be asked although a query stands there: it is kept from the last time, or came with the list."""

from functools import cached_property

from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.looping import LOOKS_UP, REMEMBERED
from backwright.review.rules.patterns import flat

_STATIC = ("self.", "static.")  # PHP: of the class, and so there for all elements
_HAS = frozenset({"hasattr", "getattr"})
_GETS_RELATION = frozenset({"$get"})


class Kept:
    """Answers that are there already."""

    def __init__(self, model: Model) -> None:
        self.model = model

    # ---- from the last time -----------------------------------------------------------------

    def hands_back(self, fn: Fn) -> bool:
        """Whether a function gives what stands in a map or in a field of its class, and asks only if nothing is there."""
        file, inside = self.model.files[fn.file], self.model.inside
        names = {
            call.to
            for call in (file.calls[index] for index in inside.calls[fn.file].get(fn.index, ()))
            if call.to and call.name in LOOKS_UP and call.args and self._in_memory(fn, call)
        }
        if self._keeps_on_argument(fn):
            return True
        if file.language == "php":
            read = {f"{each.base}.{each.attr}": each.line for each in inside.reads[fn.file].get(fn.index, ())}
            names |= {
                each.target
                for each in inside.assigns[fn.file].get(fn.index, ())
                if each.target.startswith(_STATIC) and read.get(each.target, each.line) < each.line
            }
        return bool(names) and any(
            each.fn == fn.index and each.value.kind == "name" and each.value.text in names for each in file.returns
        )

    def _keeps_on_argument(self, fn: Fn) -> bool:
        """Whether a function looks whether an argument has an answer already, puts it there and gives it: `request._site`."""
        file, inside = self.model.files[fn.file], self.model.inside
        calls = [file.calls[index] for index in inside.calls[fn.file].get(fn.index, ())]
        asked = {
            f"{call.args[0].text}.{call.args[1].text}"
            for call in calls
            if call.name in _HAS and not call.on and len(call.args) > 1 and call.args[1].kind == "str"
        }
        put = {each.target for each in inside.assigns[fn.file].get(fn.index, ()) if each.target in asked}
        return any(
            each.fn == fn.index and each.value.kind == "name" and each.value.text in put for each in file.returns
        )

    def _in_memory(self, fn: Fn, call: Call) -> bool:
        """Whether what a call looks into is a map, and no store."""
        if REMEMBERED.search(call.on):
            return True
        known = self.model.project.type_of(fn.file, fn.index, call.on)
        return known.is_many or known.name.endswith("Map")

    # ---- with the list ----------------------------------------------------------------------

    def came_along(self, access: Access) -> bool:
        """Whether a query stands in for what lists bring along: `$team->members_count ?? $team->members()->count()`."""
        file = self.model.files[access.at]
        first = file.calls[access.calls[0]]
        reads = [r for r in self.model.inside.reads[access.at].get(access.fn, ()) if r.base == first.on]
        if first.name in _GETS_RELATION and first.args and first.args[0].kind == "str":
            name = first.args[0].text
            return name in self._brought and any(r.attr == name and r.line == first.line for r in reads)
        if file.language != "php" or file.calls[access.calls[-1]].name != "count":
            return False
        counts = {r.attr for r in reads if r.line <= first.line} & {f"{first.name}_count", f"{first.name}Count"}
        return bool(counts) and (first.name in self._brought or bool(counts & self._brought))

    @cached_property
    def _brought(self) -> frozenset[str]:
        """The names of what some list brings along, and of fields that are filled in by hand."""
        found: set[str] = set()
        for at in self.model.own:
            file = self.model.files[at]
            for index, told in self.model.effects.of_call[at].items():
                if any(does.does == "eager" for does in told):
                    texts = (text for text in flat(file.calls[index].args))
                    found |= {word for text in texts for word in text.replace(" as ", " ").split()}
            if file.language == "javascript":
                found |= {each.target.rpartition(".")[2] for each in file.assigns if "." in each.target}
        return frozenset(found)
