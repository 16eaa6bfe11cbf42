"""Go: errors that end in silence: a handler that only returns, the wrong error returned, a server that dies in the background."""

import re
from collections.abc import Iterator

from backwright.review.facts import BARE, DEFERRED, Call, Catch, File
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import Failing
from backwright.review.rules.patterns import flat
from backwright.review.rules.telling import Silent, Telling

DEPTH_MAX = 5  # calls between a handler and what failed
CAUSE_MAX = 1  # of those whose cause is kept back
MADE = regex(r"\b(errors\.New|fmt\.Errorf)\(")
# Texts that say that the client asked for something that is not there, or must not have it.
BLAMES = regex(
    r"invalid|not (be )?found|no such|exist|denied|unauthori[sz]ed|forbidden|already|wrong|incorrect|mismatch|expired|must|required|unsupported|not allowed",
    re.IGNORECASE,
)
ERRORS = regex(r"^(err\w*|\w+Err)$")
REQUESTS = regex(
    r"(^|\.)(ResponseWriter|RequestContext)$|^(gin|echo|fiber|iris|hertz|app|atreugo|fasthttp)\.(Context|Ctx|RequestContext|RequestCtx)$"
)
STARTS = regex(r"^(ListenAndServe\w*|Serve|ServeTLS|Listen|ListenTLS)$")
LOCAL = regex(r"localhost|127\.0\.0\.1|pprof")
WRAPS = regex(r"^(Wrap|Wrapf|Errorf|WithMessage|WithMessagef|WithStack|Trace|Annotate|Annotatef)$")


class GoSilent:
    """Errors of Go files that end in silence."""

    def __init__(self, model: Model, failing: Failing, telling: Telling) -> None:
        self.model, self.failing, self.telling = model, failing, telling

    def in_file(self, at: int) -> Iterator[Silent]:
        """Yield what a file's handlers and goroutines say nothing of."""
        file = self.model.files[at]
        for index, made in enumerate(file.catches):
            if made.fn < 0 or made.types or not ERRORS.match(made.var):
                continue
            yield from self._unanswered(at, index, made)
            yield from self._wrong(file, index, made)
            yield from self._causeless(at, index, made)
        for index, call in enumerate(file.calls):
            yield from self._in_background(at, index, call)

    def _unanswered(self, at: int, index: int, made: Catch) -> Iterator[Silent]:
        """Yield a handler of requests that only returns: the client gets an empty success, or the request goes on."""
        file = self.model.files[at]
        here = file.functions[made.fn]
        if not set(made.does) <= {"return", "comment"} or "return" not in made.does or here.returns:
            return
        if not any(REQUESTS.search(param.type.lstrip("*")) for param in here.params):
            return
        if any(each.fn == made.fn and each.catch == index for each in file.returns):
            return
        guarded = self.failing.guarded(at, index)
        weight = self.failing.weigh(at, guarded)
        if (weight is None or weight.depth > DEPTH_MAX) and not any(self.failing.works(at, n) for n in guarded):
            return
        if any(self._may_answer(at, n) for n in guarded):
            return
        yield Silent(
            made.line, made.fn, "unanswered",
            "returns without an answer and without a log line if {what} fails: the client sees an empty success".format(
                what=f"{shown(file.calls[weight.call if weight else guarded[0]])}()"
            ),
            "Answer with an error status, stop the chain (c.Abort) and log the error.",
        )  # fmt: skip

    def _may_answer(self, at: int, index: int) -> bool:
        """Whether what failed is given the answer, and so may have sent one."""
        call = self.model.files[at].calls[index]
        targets = self.model.project.resolve_call(at, call)
        if not targets:
            return any(value.kind == "name" and value.text in ("w", "rw", "c", "res") for value in call.args)
        return any(fn in self.telling.answering or self._answers_in_handler(fn) for fn in targets)

    def _answers_in_handler(self, fn: Fn) -> bool:
        inside = self.model.inside.calls[fn.file].get(fn.index, ())
        return any(self.telling.answers(fn.file, n) for n in inside)

    def _wrong(self, file: File, index: int, made: Catch) -> Iterator[Silent]:
        """Yield a handler of one error that returns another, which is nil there."""
        if re.search(rf"(?<![\w.]){re.escape(made.var)}(?!\w)", made.body) or "raise" not in made.does:
            return
        for call in file.calls:
            if call.catch != index or not WRAPS.match(call.name):
                continue
            other = next((text for text in flat(call.args) if ERRORS.match(text)), "")
            if other and not self._handles(file, made, other):
                yield Silent(
                    call.line, made.fn, "wrong",
                    f"wraps {other} where {made.var} failed: {other} is nil there, and the failure becomes a success",
                    f"Wrap {made.var}.",
                )  # fmt: skip
                return
        for each in file.returns:
            other = next((name for name in (each.value.text, each.beside) if ERRORS.match(name)), "")
            if each.catch == index and other and self._is_nil(file, made, other):
                says = (
                    f"returns {other} where {made.var} failed: {other} is nil there, and the failure becomes a success"
                )
                yield Silent(each.line, made.fn, "wrong", says, f"Return {made.var}.")
                return

    def _is_nil(self, file: File, made: Catch, other: str) -> bool:
        """Whether another error was asked for before, so that the function has ended if it occurred, and was not assigned since."""
        if self._handles(file, made, other):
            return False
        asked = [
            each.end
            for each in file.catches
            if each.var == other and each.fn == made.fn and not each.types and each.end < made.start
            and each.loop == made.loop and {"raise", "return"} & set(each.does)
        ]  # fmt: skip
        return bool(asked) and not any(
            each.target == other and each.fn == made.fn and max(asked) < each.line <= made.end for each in file.assigns
        )

    def _causeless(self, at: int, index: int, made: Catch) -> Iterator[Silent]:
        """Yield a handler that returns an error made on the spot and keeps nothing of the one that occurred: errors.New("cannot begin")."""
        file = self.model.files[at]
        if (
            "raise" not in made.does
            or not set(made.does) <= {"raise", "return", "comment"}
            or not MADE.search(made.body)
        ):
            return
        if re.search(rf"(?<![\w.]){re.escape(made.var)}(?!\w)", made.body) or BLAMES.search(made.body):
            return
        weight = self.failing.weigh(at, self.failing.guarded(at, index))
        if weight is None or weight.depth > CAUSE_MAX or weight.kind not in ("write", "query", "request"):
            return
        if self.failing.is_asking(at, made.fn) or self.telling.is_told(at, index):
            return
        if self.telling.hears(self.failing, weight.steps):
            return
        says = f"returns another error where {shown(file.calls[weight.call])}() failed, and nobody hears of the cause"
        yield Silent(made.line, made.fn, "without its cause", says, 'Wrap the cause: fmt.Errorf("...: %w", err).')

    def _handles(self, file: File, made: Catch, other: str) -> bool:
        """Whether the other error is known to have occurred where a handler stands."""
        return any(
            each.var == other and each.fn == made.fn and each.line <= made.line and made.end <= each.end
            for each in file.catches
        )

    def _in_background(self, at: int, index: int, call: Call) -> Iterator[Silent]:
        """Yield a server whose end nobody hears of: go server.Serve(listener)."""
        file = self.model.files[at]
        if call.fn < 0 or call.catch >= 0:
            return
        made = file.functions[call.fn]
        in_goroutine = made.kind == "lambda" and made.call >= 0 and file.calls[made.call].flags & DEFERRED
        if not (call.flags & DEFERRED or (call.flags & BARE and in_goroutine)):
            return
        told = self.model.effects.of_call[at].get(index, ())
        if not STARTS.match(call.name) and not any(does.does == "serve" for does in told):
            return
        if any(LOCAL.search(text) for text in flat(call.args)):
            return
        yield Silent(
            call.line, call.fn, "background",
            f"starts {shown(call)}() in the background and drops its error: the process lives on without that server",
            "Log the error and end the process, or send it to a channel that somebody reads.",
        )  # fmt: skip
