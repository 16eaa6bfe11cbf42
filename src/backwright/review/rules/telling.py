"""Whether anybody hears of an error that a handler takes: a log, the caller, or whatever it is handed to."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call, Catch, File
from backwright.review.link.effects import Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import WORDS_MAX
from backwright.review.read.sweep import LOG
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer
from backwright.review.rules.failing import ELSEWHERE, Failing
from backwright.review.rules.patterns import flat

_WORDS = "BadRequest|NotFound|Unauthorized|Forbidden|Conflict|UnprocessableEntity|Unprocessable|InternalServer|ServiceUnavailable|BadGateway|GatewayTimeout|AccessDenied"
# Errors that a framework turns into an answer, and does not write down, whatever caused them.
RAISED = {
    "python": regex(
        rf"^(HTTP_?Exception|\w*HTTPException|Http404|HTTPError|APIException|HTTP(Error|{_WORDS})\w*|abort|({_WORDS}|NotAuthenticated|AuthenticationFailed|PermissionDenied)(Error|Exception)?)$"
    ),
    "javascript": regex(rf"^(HTTPException|HttpException|HttpError|TRPCError|({_WORDS})\w*(Exception|Error))$"),
    "java": regex(rf"^(ResponseStatusException|ErrorResponseException|WebApplicationException|\w*({_WORDS})\w*Exception)$"),
    "kotlin": regex(rf"^(ResponseStatusException|ErrorResponseException|WebApplicationException|\w*({_WORDS})\w*Exception)$"),
    "csharp": regex(rf"^(HttpResponseException|BadHttpRequestException|RpcException|UnauthorizedAccessException|\w*({_WORDS})\w*Exception)$"),
    "php": regex(rf"^(abort|HttpException|HttpResponseException|\w*HttpException|create(NotFound|AccessDenied)Exception|\w*({_WORDS})\w*Exception)$"),
}  # fmt: skip
# Languages whose frameworks drop the cause of such an error, too.
FORGETS_CAUSE = frozenset({"python"})
# Calls that only ask what kind of error it is, or read it.
ASKS = regex(
    r"^(isinstance|type|issubclass|Is|As|instanceof|is_a|get_class|getClass|includes?|contains|Contains|startsWith|StartsWith|endsWith|match(es)?|test|"
    r"has\w*|is[A-Z_]\w*|Is[A-Z]\w*|get(Code|StatusCode|Status|Message|Cause|Previous|LocalizedMessage)|toLowerCase|toUpperCase|lower|upper|equals|indexOf|toString|ToString|str|String)$"
)
LOGS = regex(r"(^|[._])_?\w*(logger|Logger|log)$|(^|[._])(log|Log|LOG)[A-Z_.]|^(log|Log)[A-Z_]")
# What runs the rest of the application.
NEXT = regex(r"^(this\.)?_?next(\.(invoke|handle|proceed|Invoke|ServeHTTP))?$|^call_next$|^\w+\.Next$|\.doFilter$")
HOPS_MAX = 2  # calls followed from a handler to what answers or logs


class Silent(NamedTuple):
    """A place where an error is lost: its line, its function, the kind of place, what to say and what to do."""

    line: int
    fn: int
    kind: str
    says: str
    fix: str
    spots: tuple[Spot, ...] = ()


class Telling:
    """Who hears of errors."""

    def __init__(self, model: Model) -> None:
        self.model = model

    # ---- what stands in handlers ----------------------------------------------------------------

    @cached_property
    def _inside(self) -> list[dict[int, list[int]]]:
        """For each file: handler to the calls in it."""
        found: list[dict[int, list[int]]] = []
        for file in self.model.files:
            held: dict[int, list[int]] = defaultdict(list)
            for number, call in enumerate(file.calls):
                if call.catch >= 0:
                    held[call.catch].append(number)
            found.append(held)
        return found

    def calls(self, at: int, index: int) -> list[int]:
        """Return the calls in a handler, and in the handlers that stand in it."""
        file = self.model.files[at]
        made = file.catches[index]
        inner = [
            n
            for n, each in enumerate(file.catches)
            if n == index or (each.fn == made.fn and made.line < each.line and each.end <= made.end)
        ]
        return sorted(number for n in inner for number in self._inside[at].get(n, ()))

    def is_told(self, at: int, index: int) -> bool:
        """Whether a handler writes the error down, throws it on or gives it to something that may."""
        file = self.model.files[at]
        made = file.catches[index]
        if "log" in made.does or ELSEWHERE.search(made.body) or _is_thrown_on(file.language, made):
            return True
        word = _word(made.var)
        for number in self.calls(at, index):
            call = file.calls[number]
            if self.is_log(at, number):
                return True
            if word is None or ASKS.match(call.name):
                continue
            if self.answers(at, number):
                if any(fn in self.loggers for fn in self.model.project.resolve_call(at, call)) and mentions(
                    call.args, made.var
                ):
                    return True
                continue
            held = file.calls[call.inside] if call.inside >= 0 else None
            if held is not None and (self.answers(at, call.inside) or ASKS.match(held.name)):
                continue
            if word.search(call.on) or any(word.search(text) for text in flat(call.args)):
                return True
        if word is None:
            return False
        return any(
            word.search(text)
            for each in file.assigns
            if each.fn == made.fn and made.line <= each.line <= made.end and each.target != made.var
            for text in flat((each.value,))
        )

    def is_log(self, at: int, index: int) -> bool:
        """Whether a call writes to a log, itself or as a function of the project."""
        call = self.model.files[at].calls[index]
        whole = whole_of(call)
        told = self.model.effects.of_call[at].get(index, ())
        if is_log(whole) or any(does.does in ("log", "trace") for does in told):
            return True
        if any(value.kind == "name" and LOGS.search(value.text) for value in call.args):
            return True
        targets = self.model.project.resolve_call(at, call)
        return any(fn in self.loggers and fn not in self.answering for fn in targets)

    @cached_property
    def loggers(self) -> frozenset[Fn]:
        """Functions that write to a log, themselves or by calling one that does."""
        found = {
            Fn(at, call.fn)
            for at in self.model.own
            for call in self.model.files[at].calls
            if call.fn >= 0 and call.catch < 0 and is_log(whole_of(call))
        }
        return frozenset(self._with_callers(found, HOPS_MAX - 1))

    @cached_property
    def _hearing(self) -> dict[Fn, list[int]]:
        """Function to its handlers that log."""
        found: dict[Fn, list[int]] = defaultdict(list)
        for at in self.model.own:
            for index, made in enumerate(self.model.files[at].catches):
                if "log" in made.does or any(self.is_log(at, number) for number in self._inside[at].get(index, ())):
                    found[Fn(at, made.fn)].append(index)
        return found

    def hears(self, failing: Failing, steps: Iterable[Step]) -> bool:
        """Whether what fails at the end of some steps is written to a log on the way up."""
        for step in steps:
            fn = Fn(step.at, self.model.files[step.at].calls[step.call].fn)
            if any(step.call in failing.guarded(step.at, index) for index in self._hearing.get(fn, ())):
                return True
        return False

    # ---- answers ----------------------------------------------------------------------------------

    def answers(self, at: int, index: int) -> bool:
        """Whether a call makes or sends an answer, itself or as a function of the project."""
        file = self.model.files[at]
        call = file.calls[index]
        if is_answer(file, call) or raises(file, call):
            return True
        return any(fn in self.answering for fn in self.model.project.resolve_call(at, call))

    @cached_property
    def answering(self) -> frozenset[Fn]:
        """Functions that answer whenever they are called, and those that do nothing but call one."""
        found = set()
        for at in self.model.own:
            file = self.model.files[at]
            for call in file.calls:
                if call.fn >= 0 and call.catch < 0 and (is_answer(file, call) or raises(file, call)):
                    found.add(Fn(at, call.fn))
        return frozenset(self._with_callers(found, 1))

    def _with_callers(self, found: set[Fn], hops: int) -> set[Fn]:
        level = set(found)
        for _ in range(hops):
            above = {
                edge.caller for fn in level for edge in self.model.effects.callers.get(fn, ()) if edge.caller.index >= 0
            }
            level = above - found
            found = found | above
        return found


def raises(file: File, call: Call) -> bool:
    """Whether a call makes an error that a framework answers with and writes nowhere."""
    pattern = RAISED.get(file.language)
    return pattern is not None and bool(pattern.match(call.name))


@lru_cache(maxsize=WORDS_MAX)
def is_log(whole: str) -> bool:
    """Whether a dotted name is that of a call that writes to a log."""
    return bool(LOG.search(whole) or LOGS.search(whole))


def whole_of(call: Call) -> str:
    """Return the dotted name of a call."""
    return f"{call.on}.{call.name}" if call.on else call.name


def mentions(values: tuple[Arg, ...], var: str) -> bool:
    """Whether an error is named anywhere among values."""
    word = _word(var)
    return word is not None and any(word.search(text) for text in flat(values))


def _word(var: str) -> re.Pattern[str] | None:
    return re.compile(rf"(?<![\w$.]){re.escape(var)}(?!\w)") if var and var != "_" else None


def _is_thrown_on(language: str, made: Catch) -> bool:
    """Whether the error itself is thrown on, and not only in some case before another one is made."""
    if "raise" not in made.does or language == "rust":
        return False
    if language == "go":
        word = _word(made.var)
        return "panic(" in made.body or (word is not None and bool(word.search(made.body)))
    ends = list(re.finditer(r"\b(throw|raise|panic\(|return\s+Err\()\s*(?=(\S*))", made.body))
    if not ends:
        return True
    last = ends[-1]
    held = made.body[last.end() :].lstrip(" $")
    if re.match(r"(;|$|\}|#)", held):
        return True
    return bool(made.var) and bool(re.match(rf"{re.escape(made.var)}\b(?![.(])", held))


def thrown(body: str) -> Iterator[str]:
    """Yield what a handler's source throws, as written."""
    for found in re.finditer(r"\b(?:throw|raise)\s+(?:new\s+)?([\w.\\]+)", body):
        yield found[1]
