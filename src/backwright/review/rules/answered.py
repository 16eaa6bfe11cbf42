"""Any failure is answered, as the client's fault or as a bare server error, and nobody hears of it."""

import re
from collections import defaultdict
from collections.abc import Container, Iterator
from typing import NamedTuple

from backwright.review.facts import AWAITED, Catch, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import FIVE, FOUR, is_flash
from backwright.review.rules.failing import BROAD, OUTSIDE, TELEMETRY, Failing, Weight
from backwright.review.rules.filtered import is_filtered
from backwright.review.rules.harmless import is_done_again, is_refusal, keeps_its_errors
from backwright.review.rules.patterns import flat
from backwright.review.rules.telling import NEXT, Telling, whole_of

DEPTH_MAX = 5  # calls between a handler and what failed
# Functions whose answer is whether something works.
PROBES = regex(
    r"health|ping(?![a-z])|alive|ready|readiness|probe|is_?up\b|status_?check|test_?(e?mail|sms|connection)",
    re.IGNORECASE,
)
# Go and Rust: errors that say that it is the client's fault, whoever makes them.
BLAMES = regex(
    r"\b(Status)?(NotFound|BadRequest|Unauthorized|Forbidden|Conflict|UnprocessableEntity|Unauthenticated|PermissionDenied|InvalidArgument)\b"
    r"|\b(400|401|403|404|409|422)\b|\b(bad_request|not_found|unauthorized|forbidden|conflict|unprocessable)\b"
    r"|\b(\w+\.)?Err(Invalid|Not|No|Unauthori[sz]ed|Bad|Forbidden|Unknown|Wrong|Missing|Expired)\w*"
    r"|\b(NOT_FOUND|BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|CONFLICT|UNPROCESSABLE_ENTITY)\b"
    r"|\.(New)?(Not(SignedIn|LoggedIn|Authenticated)|(Invalid(Token|Credentials|Session|ApiKey))|(Token|Session|Credentials)Invalid|AccessDenied)(Error)?\("
)
BARE = regex(
    r"\b(Status)?(InternalServerError|InternalError|Internal|BadGateway|ServiceUnavailable)\b|\b50\d\b|\b(server_error|internal_server_error|internal_error|internal)\("
    r"|\b(INTERNAL_SERVER_ERROR|BAD_GATEWAY|SERVICE_UNAVAILABLE)\b|\bHTTP_50\d\w*"
)
_FAILED = regex(
    r"^(err(or)?s?|fail(ed|ure)?|message|msg|reason|detail|success)$", re.IGNORECASE
)  # keys of an answer that says that it failed
FORGET = frozenset(
    {"javascript", "java", "kotlin", "csharp", "php"}
)  # where a new exception has no cause unless it is given one


class Answer(NamedTuple):
    """A handler that answers and tells nobody: where, in which function, what it says, what failed if it is known, and the line of the answer."""

    line: int
    fn: int
    ends: str
    weight: Weight | None
    said: int


class Answered:
    """Handlers for any error that answer and tell nobody."""

    def __init__(self, model: Model, failing: Failing) -> None:
        self.model, self.failing = model, failing
        self.telling = Telling(model)

    def in_file(self, at: int, known: Container[int] = ()) -> dict[str, list[Answer]]:
        """Return what a file's handlers answer without a word to anybody, those that let the request go on apart.

        `known` has lines that another check has told.
        """
        found: dict[str, list[Answer]] = defaultdict(list)
        for index, made in enumerate(self.model.files[at].catches):
            if made.line in known:
                continue
            for each in self._of(at, index, made):
                found[each.ends if each.ends in ("passed", "causeless") else "answered"].append(each)
        return found

    def _of(self, at: int, index: int, made: Catch) -> Iterator[Answer]:
        file = self.model.files[at]
        if made.fn < 0 or not _takes_any(file, made) or self._is_probe(at, made.fn):
            return
        says, said = self._says(at, index, made)
        if not says or self.telling.is_told(at, index):
            return
        guarded = self.failing.guarded(at, index)
        weight = self.failing.weigh(at, guarded)
        if weight is not None and self.telling.hears(self.failing, weight.steps):
            guarded.remove(weight.call)
            weight = self.failing.weigh(at, guarded)
        if weight is not None and weight.kind == "secret":
            return
        if weight is not None and weight.depth > DEPTH_MAX:
            weight = None
        is_said = says == "said" and self._is_waited_for(at, made.fn, guarded)
        if weight is None and not is_said and not self._may_fail(at, file.language, says, guarded):
            return
        if weight is None and (
            (says == "told" and is_refusal(self.model, self.failing, at, guarded))
            or keeps_its_errors(self.model, self.failing, at, guarded)
        ):
            return
        if weight is not None and is_done_again(self.model, self.telling, at, index, weight.call):
            return
        if (
            weight is None
            and file.language == "rust"
            and not self.model.is_served(Fn(at, self.model.named(at, made.fn)))
        ):
            return  # an error is made of another, and handed on
        yield Answer(made.line, made.fn, says, weight, said)

    def _may_fail(self, at: int, language: str, says: str, guarded: list[int]) -> bool:
        """Whether something may fail among calls that do nothing known: an answer of a server error says so itself."""
        if says in ("said", "passed", "causeless") or not guarded:
            return False
        if language == "rust" and self.failing.handed_store(at, guarded) is not None:
            return True
        return (says == "bare" and language not in ("go", "rust")) or any(self.failing.works(at, n) for n in guarded)

    def _is_waited_for(self, at: int, fn: int, guarded: list[int]) -> bool:
        """Whether an endpoint waits for something that may fail, and answers as if it had not."""
        file = self.model.files[at]
        if file.language not in ("csharp", "javascript") or Fn(at, self.model.named(at, fn)) not in self.model.handlers:
            return False
        return any(file.calls[n].flags & AWAITED and self.failing.works(at, n) for n in guarded)

    def _is_probe(self, at: int, fn: int) -> bool:
        made = [self.model.files[at].functions[n] for n in self.model.enclosing(at, fn)]
        return any(
            PROBES.search(each.name) or PROBES.search(each.owner) or TELEMETRY.search(each.owner) for each in made
        )

    def _says(self, at: int, index: int, made: Catch) -> tuple[str, int]:
        """Return what a handler's last answer says, and its line.

        told is the client's fault, bare the server's, said anything else, "" no answer.
        """
        file = self.model.files[at]
        if file.language == "rust":
            return (_of_text(made.body) if self._makes_error(file, made) else ""), made.line
        answers = [
            n
            for n in self.telling.calls(at, index)
            if (self.telling.answers(at, n) or is_flash(file.calls[n])) and not self._is_inside(at, index, n)
        ]
        texts = [(file.calls[n].line, self._words(at, n)) for n in answers]
        texts += [
            (each.line, " ".join(flat((each.value,)))) for each in file.returns
            if each.catch == index and each.value.kind in ("name", "call", "other", "list", "num")
        ]  # fmt: skip
        if not answers and (
            passes := [n for n in self.telling.calls(at, index) if NEXT.search(whole_of(file.calls[n]))]
        ):
            return self._passes(at, index, made, passes[-1])
        texts.sort()
        if file.language == "go" and not answers and BLAMES.search(made.body) and not BARE.search(made.body):
            return "told", made.line  # return "", ErrInvalidToken
        if not texts and (given := self._given(at, index, made)):
            return given
        if not texts:
            return ("causeless", made.line) if "raise" in made.does and file.language in FORGET else ("", 0)
        last = texts[-1][0]
        near = " ".join(text for line, text in texts if last - line <= 1)
        if made.var and _names(made.var, near) and file.language != "python":
            return "", 0
        says = _of_text(near) or self._below(at, [n for n in answers if last - file.calls[n].line <= 1])
        return says or ("said" if answers else ""), last

    def _passes(self, at: int, index: int, made: Catch, number: int) -> tuple[str, int]:
        """What a handler says that runs what comes next: goes on, or `next(createError(500, "Not saved"))` without a cause."""
        file = self.model.files[at]
        call = file.calls[number]
        if file.language != "javascript" or not call.args:
            return "passed", call.line
        inner = [n for n in self.telling.calls(at, index) if file.calls[n].inside == number]
        text = " ".join(self._words(at, n) for n in (number, *inner))
        if not inner or (made.var and _names(made.var, text)):
            return "", 0
        return _of_text(text), call.line

    def _given(self, at: int, index: int, made: Catch) -> tuple[str, int] | None:
        """Python: what an endpoint gives back as its answer: `return {"paid": False}`."""
        file = self.model.files[at]
        given = [each for each in file.returns if each.catch == index and each.value.kind == "dict"]
        if file.language != "python" or not given or Fn(at, self.model.named(at, made.fn)) not in self.model.handlers:
            return None
        texts = flat(tuple(each.value for each in given))
        if made.var and any(_names(made.var, text) for text in texts):
            return None
        names = {item.name for each in given for item in each.value.items}
        return ("bare" if any(_FAILED.search(name) for name in names) else "said"), given[-1].line

    def _words(self, at: int, number: int) -> str:
        """Return all that stands in a chain of calls: c.Status(404).JSON(nil)."""
        calls = self.model.files[at].calls
        chain = [calls[n] for n in self.model.effects.chain(at, number)]
        return " ".join(" ".join((whole_of(call), *flat(call.args))) for call in chain)

    def _is_inside(self, at: int, index: int, number: int) -> bool:
        held = self.model.files[at].calls[number].inside
        return held >= 0 and self.telling.answers(at, held)

    def _makes_error(self, file: File, made: Catch) -> bool:
        if made.types or made.fn < 0 or (made.var and not made.var.startswith("_")):
            return False
        return "log" not in made.does and bool({"raise", "return"} & set(made.does))

    def _below(self, at: int, answers: list[int]) -> str:
        """Return what a function of the project says that a handler answers with."""
        for number in answers:
            call = self.model.files[at].calls[number]
            if says := _of_text(re.sub(r"(?<=[a-z])_?(?=[A-Z0-9])|_", " ", call.name)):
                return says
            for fn in self.model.project.resolve_call(at, call):
                inside = self.model.inside.calls[fn.file].get(fn.index, ())
                text = " ".join(
                    " ".join((whole_of(c), *flat(c.args))) for c in (self.model.files[fn.file].calls[n] for n in inside)
                )
                if says := _of_text(text):
                    return says
        return ""


def _names(var: str, text: str) -> bool:
    return re.search(rf"(?<![\w$.]){re.escape(var)}(?!\w)", text) is not None


def _takes_any(file: File, made: Catch) -> bool:
    if file.language == "rust":
        return not made.types
    return not is_filtered(file, made) and all(
        BROAD.match(each.strip()) or OUTSIDE.search(each.strip()) for each in made.types
    )


def _of_text(text: str) -> str:
    if BARE.search(text) or FIVE.search(text):
        return "bare"
    return "told" if BLAMES.search(text) or FOUR.search(text) else ""
