"""Handlers that seem to do something: they whisper, take one kind of error and drop the others, or throw an error without its cause."""

import re
from collections.abc import Iterator

from backwright.review.facts import AWAITED, BARE, NEW, Call, Catch
from backwright.review.link.model import Model, is_front, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, OUTSIDE, PARSES, Failing, kind_of
from backwright.review.rules.looping import is_offline
from backwright.review.rules.patterns import flat
from backwright.review.rules.telling import Silent, Telling, mentions, whole_of
from backwright.review.rules.weighing import in_browser

BRACES = frozenset({"javascript", "java", "kotlin", "csharp", "php"})
# What is written where nobody looks: the standard error of a process, a level that is off in production.
PRINTED = regex(r"(^|\.)(printStackTrace|System\.(out|err)\.print\w*)$")
DEBUG = regex(
    r"(log\w*|console|_?logger|LOG)\.(debug|trace|fine|finer|finest|verbose|LogDebug|LogTrace|Debug|Verbose)$"
)
# Errors that say what is wrong with a text, or that a thread shall end.
TEXTUAL = regex(
    r"Interrupted|Format|Pars|Encoding|Syntax|MalformedURL|URI|NoSuch|NotFound|Json|Illegal|Clone|Duplicate"
)
DATA = regex(r"DataAccess\w*Exception$")
CLIENTS = regex(
    r"invalid|expired|malformed|pars|format|unauthori[sz]|token|password|credential|not found|unsupported",
    re.IGNORECASE,
)
TIDYING = regex(r"^(close|delete\w*|unlink|cleanup|stop|shutdown|release|destroy)$", re.IGNORECASE)
HEARD = regex(r"\b(log|print|warn|error|report|capture|notify)\w*\(", re.IGNORECASE)
MEANT = regex(
    r"ignor|pass(ing)? over|(doesn'?t|does not|not) (really )?(matter|concern|important|critical)|best.effort|harmless",
    re.IGNORECASE,
)  # says a comment
FILES = regex(
    r"^([wW]rite_?(File|AllText|AllBytes|AllLines|text|bytes)(Sync|Async)?|file_put_contents)$"
)  # what writes a whole file
NAMELESS_MAX = 2  # calls between a handler that takes no error, and what failed
FIX = "Let the error rise, or log it as an error and answer with one."


class Faint:
    """Handlers of which hardly anybody hears."""

    def __init__(self, model: Model, failing: Failing, telling: Telling) -> None:
        self.model, self.failing, self.telling = model, failing, telling

    def in_file(self, at: int, known: set[int]) -> Iterator[Silent]:
        """Yield a file's faint handlers; known has lines that another check has told."""
        file = self.model.files[at]
        if file.language not in BRACES and file.language != "python":
            return
        for index, made in enumerate(file.catches):
            if made.fn < 0 or made.line in known or self.failing.is_asking(at, made.fn):
                continue
            found = self._whispers(at, index, made)
            if file.language in BRACES:
                found = found or self._falls_through(at, index, made)
                found = found or self._causeless(at, index, made) or self._nameless(at, index, made)
            if found is not None:
                yield found
        if file.language == "javascript":
            yield from self._then_nobody(at)
            for call in file.calls:
                if call.name == "catch" and call.prev >= 0 and not call.args and call.fn >= 0 and call.flags & BARE:
                    says = "calls catch() without a handler, which does nothing: a failure is an unhandled rejection"
                    yield Silent(call.line, call.fn, "no handler", says, "Give it a handler that logs the error.")

    def _then_nobody(self, at: int) -> Iterator[Silent]:
        """Yield chains of promises that end in then(...) with nobody to take an error: axios.get(url).then(keep)."""
        file = self.model.files[at]
        if is_front(file) or in_browser(file) or is_offline(file):
            return
        for index, call in enumerate(file.calls):
            if call.name != "then" or call.prev < 0 or len(call.args) != 1 or call.fn < 0:
                continue
            if not call.flags & BARE or call.flags & AWAITED or call.to or call.inside >= 0:
                continue
            chain = self.model.effects.chain(at, index)
            names = {file.calls[n].name for n in chain}
            if chain[-1] != index or names & {"catch", "execute"} or self.failing.is_asking(at, call.fn):
                continue
            weight = self.failing.weigh(at, [n for n in chain if n != index])
            if weight is None or weight.depth > 1 or self.telling.hears(self.failing, weight.steps):
                continue
            says = f"goes on with then() after {shown(file.calls[weight.call])}() and takes no error: a failure is an unhandled rejection"
            yield Silent(
                call.line, call.fn, "then", says, "Await it, or end the chain with a catch() that logs the error."
            )

    def _whispers(self, at: int, index: int, made: Catch) -> Silent | None:
        """Return a handler that prints the error, or logs it where nobody looks, and goes on as if nothing had failed."""
        file = self.model.files[at]
        if "log" not in made.does or not set(made.does) <= {"log", "return", "comment"}:
            return None
        if any(kind_of(each.value) not in ("empty", "none", "true") for each in file.returns if each.catch == index):
            return None
        logs = [file.calls[n] for n in self.telling.calls(at, index) if self.telling.is_log(at, n)]
        if not logs or not all(_is_faint(call) for call in logs):
            return None
        is_printed = all(PRINTED.search(whole_of(call)) for call in logs)
        if any(TEXTUAL.search(each) for each in made.types) or not (is_printed or all(map(_is_broad, made.types))):
            return None
        guarded = [n for n in self.failing.guarded(at, index) if not TIDYING.match(file.calls[n].name)]
        weight = self.failing.weigh(at, guarded)
        if is_printed:
            if (
                weight is None
                and not self._is_served(at, made.fn)
                and not any(self.failing.works(at, n) for n in guarded)
            ):
                return None
        elif (weight is None or weight.kind != "write") and (
            MEANT.search(made.body) or not any(self._changes(at, n) for n in guarded)
        ):
            return None
        how = "prints" if is_printed else "logs at a level that is off in production"
        says = f"{how} whatever fails and goes on as if nothing had: its caller gets half a result, or none"
        return Silent(made.line, made.fn, "whispered", says, FIX)

    def _changes(self, at: int, number: int) -> bool:
        """Whether a call changes something by its name: in a store, or a file."""
        return self.failing.likely(at, number) is not None or bool(FILES.match(self.model.files[at].calls[number].name))

    def _falls_through(self, at: int, index: int, made: Catch) -> Silent | None:
        """Return a handler that looks for one kind of error and drops all others: if (e.code === "P2002") { ... } and the end."""
        if not all(map(_is_broad, made.types)) or {"log", "continue"} & set(made.does) or not _only_in_case(made.body):
            return None
        if re.match(r"if\s*\(+\s*!", made.body) or "!=" in made.body.partition("{")[0]:
            return None  # what it does not look for is what is meant to go on
        if made.var and re.search(rf"\bthrow {re.escape(made.var)}\b(?!\.)", made.body):
            return None
        if HEARD.search(re.sub(r"new \w+\(|Error\(", "", made.body)):
            return None
        guarded = self.failing.guarded(at, index)
        if self.failing.weigh(at, guarded) is None and not any(self.failing.works(at, n) for n in guarded):
            return None
        says = "handles one kind of error and drops all others without a log line: the code goes on as if nothing had failed"
        return Silent(
            made.line, made.fn, "the others", says, "Throw all other errors on, after the one that is handled."
        )

    def _causeless(self, at: int, index: int, made: Catch) -> Silent | None:
        """Return a handler of what is awaited that throws an error of its own and keeps nothing of what failed."""
        file = self.model.files[at]
        if file.language != "javascript" or "raise" not in made.does or not set(made.does) <= {"raise", "comment"}:
            return None
        within = [file.calls[n] for n in self.telling.calls(at, index)]
        thrown = [call for call in within if call.flags & NEW]
        if (
            len(thrown) != 1
            or any(call.inside < 0 and call is not thrown[0] for call in within)
            or any(CLIENTS.search(text) for text in (thrown[0].name, *flat(thrown[0].args)))
        ):
            return None
        if self.telling.is_told(at, index) or mentions(thrown[0].args, made.var):
            return None
        guarded = self.failing.guarded(at, index)
        if not any(self._awaits(at, n) for n in guarded):
            return None
        says = "throws an error without the cause of what failed, and logs nothing: nobody can find out why"
        return Silent(
            made.line, made.fn, "without its cause", says, "Give it the cause: new Error(..., { cause: error })."
        )

    def _nameless(self, at: int, index: int, made: Catch) -> Silent | None:
        """Return a handler that takes no error at all and logs a text of its own: catch(() => log.warn("it failed"))."""
        file = self.model.files[at]
        if file.language != "javascript" or made.var or "log" not in made.does:
            return None
        weight = self.failing.weigh(at, self.failing.guarded(at, index))
        if weight is None or weight.depth > NAMELESS_MAX or weight.kind not in ("write", "request"):
            return None
        logs = [file.calls[n] for n in self.telling.calls(at, index) if self.telling.is_log(at, n)]
        if not logs or self.telling.hears(self.failing, weight.steps):
            return None
        says = f"logs that {shown(file.calls[weight.call])}() failed and not why: the error is not even taken"
        return Silent(made.line, made.fn, "nameless", says, "Take the error and log it with its cause.")

    def _awaits(self, at: int, number: int) -> bool:
        """Whether what a call gives is waited for, at the end of its chain, and does not only read what the client sent."""
        calls = self.model.files[at].calls
        chain = self.model.effects.chain(at, number)
        return bool(calls[chain[-1]].flags & AWAITED) and not any(PARSES.match(calls[n].name) for n in chain)

    def _is_served(self, at: int, fn: int) -> bool:
        return self.model.is_served(Fn(at, self.model.named(at, fn)))


def _is_faint(call: Call) -> bool:
    whole = whole_of(call)
    return bool(DEBUG.search(whole)) or (
        bool(PRINTED.search(whole)) and not (call.name == "printStackTrace" and call.args)
    )


def _is_broad(type_: str) -> bool:
    each = type_.strip()
    return bool(BROAD.match(each) or OUTSIDE.search(each) or DATA.search(each))


def _only_in_case(body: str) -> bool:
    """Whether all of a handler stands in one `if` without an else, as source in one line."""
    text = re.sub(r"/\*.*?\*/", "", body).strip()
    if not re.match(r"if\s*\(", text):
        return False
    end = _closing(text, text.index("("), "()")
    rest = text[end + 1 :].lstrip() if end > 0 else ""
    return rest.startswith("{") and _closing(rest, 0, "{}") == len(rest) - 1


def _closing(text: str, start: int, pair: str) -> int:
    """Return the place of the bracket that closes the one at start, -1 if the text ends before."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == pair[0]) - (text[place] == pair[1])
        if depth == 0:
            return place
    return -1
