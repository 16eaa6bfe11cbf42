"""Errors of the project's own that somebody else answers with: thrown or handed on in one place, and told in another."""

from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Call, File, Function
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer
from backwright.review.rules.failing import BROAD, OUTSIDE
from backwright.review.rules.handling import ERROR_NAMES, MARKS, MIDDLEWARE_PARAMS, handles_any, plain
from backwright.review.rules.leaking import Leaks
from backwright.review.rules.telling import RAISED

BASES_MAX = 4  # classes between an error and the framework's error that it is
THROWN_IN = frozenset({"python", "javascript", "java", "kotlin", "csharp", "php"})
# Errors of a framework that are an answer, and that nobody mixes up with others by their names.
ANSWERS = regex(r"(^|[.\\])(WebApplicationException|ResponseStatusException|APIException|HttpException|HTTPException)$")
ERRORS = regex(r"(Error|Exception)$")


class HandedOn:
    """Errors that a handler of the project, or a framework, answers with."""

    def __init__(self, model: Model, leaks: Leaks) -> None:
        self.model, self.leaks = model, leaks

    def is_handed_on(self, at: int, call: Call) -> bool:
        """Whether a call hands a made object to Express, whose handler of errors sends what it says: next({ status: 500, message })."""
        file = self.model.files[at]
        if file.language != "javascript" or call.name != "next" or call.on or len(call.args) != 1:
            return False
        return call.args[0].kind == "dict" and self.middleware is not None

    def is_thrown(self, at: int, call: Call) -> bool:
        """Whether a call makes an error of the project's that is answered with its text."""
        file = self.model.files[at]
        if file.language not in THROWN_IN or not ERRORS.search(call.name):
            return False
        if not call.flags & NEW or call.on or self.is_kept(file, call):
            return False
        if call.name in self._told:
            return True
        cls = self.model.project.find_class(at, call.name)
        return cls is not None and self._is_answer(cls)

    def is_kept(self, file: File, call: Call) -> bool:
        """Whether what is made goes to a variable or a log, and is not thrown where it is made."""
        return bool(call.to) and call.to not in ("return", "throw", "raise")

    @cached_property
    def middleware(self) -> Spot | None:
        """The place where an error handler of Express sends the message of whatever it is given."""
        for at in self.model.own:
            file = self.model.files[at]
            if file.language != "javascript" or file.is_test:
                continue
            for number, made in enumerate(file.functions):
                if len(made.params) == MIDDLEWARE_PARAMS and handles_any(file, made):
                    line = self._tells(at, number, made)
                    if line:
                        return Spot(file.path, line, "its handler")
        return None

    @cached_property
    def _told(self) -> frozenset[str]:
        """Names of errors for which a handler of theirs answers with their text."""
        found: set[str] = set()
        for at in self.model.own:
            file = self.model.files[at]
            for number, made in enumerate(file.functions):
                kinds = tuple(_kinds(made)) if made.marks else ()
                if kinds and self._tells(at, number, made):
                    found.update(kinds)
        return frozenset(found)

    def _tells(self, at: int, number: int, made: Function) -> int:
        """Return the line where a handler of errors answers with the text of what it is given, 0 if it does not."""
        file = self.model.files[at]
        names = {param.name for param in made.params if ERROR_NAMES.match(param.name)}
        if not names or self.leaks.is_guarded(at, number):
            return 0
        for index in self.model.inside.calls[at].get(number, ()):
            call = file.calls[index]
            if is_answer(file, call):
                chain = self.model.effects.chain(at, index)
                values = (value for n in chain for value in file.calls[n].args)
                leaks = (self.leaks.of(at, number, value) for value in values)
                if any(leak is not None and leak.var in names for leak in leaks):
                    return call.line
        for each in file.returns:
            if each.fn == number and (leak := self.leaks.of(at, number, each.value)) is not None and leak.var in names:
                return each.line
        return 0

    def _is_answer(self, cls: Cls) -> bool:
        """Whether an error is one of a framework's that is an answer."""
        pattern = RAISED[self.model.files[cls.file].language]
        for _ in range(BASES_MAX):
            made = self.model.project.class_(cls)
            if any(ANSWERS.search(base) for base in made.bases):
                return True
            above = (self.model.project.find_class(cls.file, base) for base in made.bases)
            found = next((each for each in above if each is not None), None)
            if found is None or found == cls:
                return any(pattern.match(base.rpartition(".")[2].rpartition("\\")[2]) for base in made.bases)
            cls = found
        return False


def _kinds(made: Function) -> Iterator[str]:
    """Yield the errors that a handler is for, by its mark, without those that any failure may be."""
    for mark in made.marks:
        if MARKS.search(mark.name):
            named = [plain(value.text) for value in mark.args] or [param.type for param in made.params]
            for text in named:
                for kind in text.split(","):
                    name = plain(kind.strip()).rpartition(".")[2].rpartition("\\")[2]
                    if ERRORS.search(name) and not BROAD.match(name) and not OUTSIDE.search(name):
                        yield name
