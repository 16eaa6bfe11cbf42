"""Whether an endpoint of the JVM returns a list, by the types that are written, and whether a page of it can be asked for."""

import re
from collections.abc import Iterable, Iterator, Sequence

from backwright.review.facts import Arg, Assign
from backwright.review.link.declared import Declared
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

JVM = frozenset({"java", "kotlin"})
_ANSWERS = regex(r"respond\w*|json|ok|body|render")
_PAGE = regex(r"\b(page\w*|limit|offset|cursor|per_?page|skip|take)\b", re.IGNORECASE)
_PAGE_TYPE = regex(r"Page(able|Request|Query)?\b|Limit\b|ScrollPosition")
_GIVES_PAGE = regex(r"(\w+<)?(Page|Slice|Window|PagedModel|PageInfo|IPage)<")
REACHED_MAX = 12  # functions below a handler that are looked at
_TELLING = frozenset({"name", "call", "type", "dict"})  # kinds of values whose type may be known
_KEEPS = frozenset(
    "map filter toList sortedBy joinToString also apply".split()
)  # calls on a list that give what is in it
DEPTH_MAX = 5  # values and functions followed to a type
_FIELDS_MAX = 3  # of a class that only wraps a list: the list, how many there are, the page


class JvmLists:
    """Reads declared types: of handlers, of what they answer with, of what they call."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def gives(self, declared: Declared) -> bool:
        """Whether the path is that of a collection and the answer's type is a list or wraps one."""
        handler = declared.handler
        if handler is None or declared.path.endswith("}"):
            return False
        made = self.project.function(handler)
        return self._is_list(handler.file, made.returns) or (
            made.kind == "lambda" and any(self._gives_list(at, fn, value) for at, fn, value in self._answers(handler))
        )

    def gives_page(self, declared: Declared, reached: Iterable[Fn]) -> bool:
        """Whether the path is that of a collection, and what is run for it gives a page: `Page<Order>`."""
        return not declared.path.endswith("}") and any(
            _GIVES_PAGE.match(self.project.function(fn).returns) for fn in list(reached)[:REACHED_MAX]
        )

    def takes_page(self, handler: Fn, reached: Iterable[Fn]) -> bool:
        """Whether a handler or what it calls takes a limit, an offset or a page, as parameters or by these names."""
        level = [handler, *list(reached)[:REACHED_MAX]]
        for fn in level:
            made = self.project.function(fn)
            if any(_PAGE.fullmatch(param.name) or _PAGE_TYPE.search(param.type) for param in made.params):
                return True
            if any(self._has_page(fn.file, param.type) for param in made.params if param.type):
                return True
        return any(_PAGE.fullmatch(each.target) for each in self._assigned(level[:4]))

    # ---- what is answered -----------------------------------------------------------------------

    def _answers(self, handler: Fn) -> Iterator[tuple[int, int, Arg]]:
        """Yield what a lambda answers with: what it gives to `call.respond(...)`, else what it returns."""
        file = self.project.files[handler.file]
        inside = self._inside(handler)
        answering = {n for n, call in enumerate(file.calls) if call.fn in inside and _ANSWERS.fullmatch(call.name)}
        for index, call in enumerate(file.calls):
            if index in answering or call.inside in answering:
                values = [value for value in call.args if value.kind in _TELLING]
                yield from ((handler.file, call.fn, value) for value in values)
        for told in file.returns:
            if told.fn == handler.index:
                yield handler.file, told.fn, told.value
        for loop in file.loops:  # a page that goes through what was asked for
            if loop.fn in inside and (loop.value is not None or loop.over.isidentifier()):
                yield handler.file, loop.fn, loop.value or Arg("name", loop.over)

    def _inside(self, handler: Fn) -> set[int]:
        inside = {handler.index}
        for index, made in enumerate(self.project.files[handler.file].functions):
            if made.kind == "lambda" and made.parent in inside:
                inside.add(index)
        return inside

    def _gives_list(self, at: int, fn: int, value: Arg, depth: int = DEPTH_MAX) -> bool:
        if value.kind == "type":
            return self._is_list(at, value.text)
        if value.kind == "dict":  # what a template is given
            return any(self._gives_list(at, fn, item, depth - 1) for item in value.items)
        if depth <= 0 or value.kind not in ("name", "call"):
            return False
        on, _, name = value.text.rpartition(".")
        if value.kind == "call":
            if not on and name[:1].isupper():
                wrapped = self._is_list(at, name)
                return wrapped or any(self._gives_list(at, fn, item, depth - 1) for item in value.items)
            if made := self.project.resolve(at, fn, on, name):
                return any(self._returns_list(each, depth) for each in self._declared(made))
            return bool(on) and name in _KEEPS and self._of_chain(at, fn, on, depth)
        return self._of_name(at, fn, value.text, depth)

    def _returns_list(self, fn: Fn, depth: int) -> bool:
        """Whether a function gives a list, by its type or, if it says none, by what it returns."""
        declared = self.project.function(fn).returns
        if declared:
            return self._is_list(fn.file, declared)
        told = (each for each in self.project.files[fn.file].returns if each.fn == fn.index)
        return any(self._gives_list(fn.file, fn.index, each.value, depth - 1) for each in told)

    def _declared(self, made: Sequence[Fn]) -> Iterator[Fn]:
        """Yield functions, and where one says no type, what it overrides."""
        for fn in made:
            yield fn
            own = self.project.function(fn)
            holder = self.project.own_class(fn.file, fn.index) if not own.returns else None
            for cls in self.project.base_classes(holder)[1:] if holder is not None else ():
                yield from (
                    Fn(cls.file, index)
                    for index, each in enumerate(self.project.files[cls.file].functions)
                    if each.cls == cls.index and each.name == own.name
                )

    def _of_chain(self, at: int, fn: int, on: str, depth: int) -> bool:
        is_call = on.endswith("()")
        return self._gives_list(at, fn, Arg("call" if is_call else "name", on.removesuffix("()")), depth - 1)

    def _of_name(self, at: int, fn: int, name: str, depth: int) -> bool:
        scope, functions = fn, self.project.files[at].functions
        while True:
            for assign in self.project.assigned[at].get((scope, name), ()):
                return self._is_list(at, assign.type) or self._gives_list(at, assign.fn, assign.value, depth - 1)
            if scope < 0:
                return False
            scope = functions[scope].parent

    def _is_list(self, at: int, type_: str) -> bool:
        """Whether a type is a collection, or a class of the project that only wraps one and is named after it."""
        if not type_:
            return False
        heart = written(type_)
        if heart.is_many:
            return not heart.name.lower().endswith(("byte", "char"))
        cls = self.project.find_class(at, heart.name)
        return cls is not None and self._wraps(cls)

    def _wraps(self, cls: Cls) -> bool:
        made = self.project.class_(cls)
        if not 0 < len(made.fields) <= _FIELDS_MAX:
            return False
        return any(
            field.type and written(field.type).is_many and field.name.lower().removesuffix("s") in made.name.lower()
            for field in made.fields
        )

    # ---- what is asked for ------------------------------------------------------------------------

    def _has_page(self, at: int, type_: str) -> bool:
        cls = self.project.find_class(at, written(type_).name)
        return cls is not None and any(_PAGE.fullmatch(field.name) for field in self.project.class_(cls).fields)

    def _assigned(self, functions: Iterable[Fn]) -> Iterator[Assign]:
        for fn in functions:
            yield from (each for each in self.project.files[fn.file].assigns if each.fn == fn.index)


__all__ = ["JVM", "JvmLists"]
