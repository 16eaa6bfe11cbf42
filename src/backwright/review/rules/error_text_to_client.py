"""error-text-to-client: a stack trace, or the text of any error there is, in an answer."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg, Call, Catch
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import ANSWERS, NEAR, is_answer, is_answer_name, is_flash, named_in, status_of
from backwright.review.rules.error_enums import ErrorEnums
from backwright.review.rules.failing import BROAD, OUTSIDE, PARSES, Failing
from backwright.review.rules.handed_on import HandedOn
from backwright.review.rules.handling import handles_errors, handles_outside
from backwright.review.rules.leaking import Leak, Leaks
from backwright.review.rules.looping import is_offline
from backwright.review.rules.passing import Passing, Site
from backwright.review.rules.returned_errors import ReturnedErrors
from backwright.review.rules.rule import Hit
from backwright.review.rules.surrounded import is_kept_in
from backwright.review.rules.telling import is_log, raises, whole_of

SAME_MAX = 60  # other places named in one finding
DEPTH_MAX = 3  # calls between a handler that answers with 4xx and what failed
KEEPS = regex(r"^(Wrap|SetInternal|WithInternal|WithError|withCause|initCause)$")  # what is kept for the log
# Where an answer of 4xx may be for the kind of error that was asked for.
ASKS_KIND = regex(
    r"\binstanceof\b|\bis [A-Z]\w|\bisinstance\(|\bis_a\(|[.>](name|code|kind|type|errorCode|status|statusCode|isJoi|errors)\b\s*(===?|!==?|\)|\?)|"
    r"\b(switch|when|match)\s*\(|get_class\("
)
ONE_KIND = regex(r"\{?\s*if \((\w+) instanceof (\w+)\) ")
HANDS_ON = regex(r"^(this\.)?_?(next|done|cb|callback|reject)$")  # what is given an error and has a handler for it
# Where a handler for any error stands around a block, and takes what a service in it throws, whoever wrote that.
BLOCKS = frozenset({"python", "php", "java", "kotlin", "csharp", "javascript"})
TYPED = frozenset({"php", "java", "kotlin", "csharp", "python"})  # where a parameter's type says what it may be
SENDS_IT = regex(r"(^|\.)Error(InternalServerError|BadGateway|ServiceUnavailable|GatewayTimeout)$")
# What somebody calls to try a setting: what went wrong is the answer that is asked for.
TRIES = regex(
    r"(?-i:^test([A-Z_-]|$))|/(test|debug)(/|$)|(ldap|mail|smtp|sms|s3|webhook|connection)[_-]?test|"
    r"test[_-]?(e?mail|sms|ldap|smtp|connection|webhook|notification|settings|storage|s3)",
    re.IGNORECASE,
)
GO_DRIVERS = regex(
    r"(^|\*)(pq|pgconn|pgx|mysql|sqlite3?|mssql|mongo|redis|gorm|url|net|os|fs|smtp|textproto)\."
)  # whose errors tell of what is inside
FRAMEWORKS = regex(r"Response|Exception|HTTP|Http|Error")
BODIES = regex(r"\b(ctx|context|res|response|c|this|resp)\.(body|content|Content)$")


def check(model: Model) -> Iterator[Hit]:
    """Yield answers with a stack trace, and with the text of errors that nobody chose for a client: once per file."""
    sent = Sent(model)
    for at in model.own:
        file = model.files[at]
        if file.language in ANSWERS and not is_offline(file):
            yield from sent.in_file(at)


class Sent:
    """What answers give away of errors."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.leaks = Leaks(model)
        self.failing = Failing(model)
        self.passing = Passing(model)
        self.returned = ReturnedErrors(model, self.failing)
        self.handed_on = HandedOn(model, self.leaks)
        self.enums = ErrorEnums(model)
        self._inside = cache(self._by_holder)
        self._answers_by_returning = cache(self._is_answered_by_returning)

    def _by_holder(self, at: int) -> dict[int, list[int]]:
        """Return each call that has others among its arguments, with those."""
        found: dict[int, list[int]] = defaultdict(list)
        for number, call in enumerate(self.model.files[at].calls):
            if call.inside >= 0:
                found[call.inside].append(number)
        return found

    def in_file(self, at: int) -> Iterator[Hit]:
        """Yield each stack trace of a file, and the first text of an error with the others in its path."""
        file = self.model.files[at]
        texts: list[Hit] = []
        for hit in (*self._in_calls(at), *self._in_bodies(at)):
            if hit.key:
                texts.append(hit)
            else:
                yield hit
        texts += self._in_returns(at, {hit.line for hit in texts})
        texts += self._left_to_framework(at)
        own = list(self._of_themselves(at, {hit.line for hit in texts if hit.tier is None}))
        texts = [*(hit for hit in texts if all(abs(hit.line - each.line) >= NEAR for each in own)), *own]
        if texts:
            first = min(texts, key=lambda hit: (hit.tier is not None, hit.confidence is not Confidence.HIGH, hit.line))
            others = [Spot(file.path, hit.line, "the same") for hit in texts if hit is not first]
            yield structs.replace(first, path=(*first.path, *others[:SAME_MAX]))

    # ---- where it may be sent -----------------------------------------------------------------

    def _in_calls(self, at: int) -> Iterator[Hit]:
        file = self.model.files[at]
        for index, call in enumerate(file.calls):
            if file.language == "rust" and call.name == "map_err":
                yield from self._made_of_it(at, index, call)
            is_thrown = call.catch >= 0 and (raises(file, call) or self.handed_on.is_thrown(at, call))
            if not (is_answer(file, call) or is_flash(call) or is_thrown or self.handed_on.is_handed_on(at, call)):
                yield from self._passed_on(at, call)
                continue
            if call.inside >= 0 and is_answer(file, file.calls[call.inside]):
                continue
            if file.language == "python" and self._is_own_result(at, call):
                continue
            if is_thrown and is_kept_in(file, call.catch):
                continue
            if file.language == "javascript" and call.name != "next" and self._is_without_next(at, call):
                continue
            chain = self.model.effects.chain(at, index)
            made = (n for n in (*chain, *self._makers_in(at, index)) if not KEEPS.match(file.calls[n].name))
            given = [value for n in made for value in file.calls[n].args]
            if file.language == "rust" and call.name == "into_response":
                given.append(Arg("other", call.on))
            found = [leak for value in given if (leak := self.leaks.of(at, call.fn, value, line=call.line)) is not None]
            if not found and (whole := self.leaks.whole(at, call)) is not None:
                found = [whole]
            if found:
                leak = min(found, key=lambda each: each.kind)  # a stack trace before a text
                built = next((status for n in chain if (status := named_in(file.calls[n]))), "")
                yield from self._judge(at, call.line, call.fn, call.catch, leak, shown(call), built)

    def _is_own_result(self, at: int, call: Call) -> bool:
        """Python: whether a class of the project only looks like an answer: PaymentResponse(error=str(e)), which a service returns."""
        cls = self.model.project.find_class(at, call.name) if not call.on and call.name[:1].isupper() else None
        if cls is None or self._is_handler(at, call.fn):
            return False
        return not any(FRAMEWORKS.search(name) for name in self.model.project.ancestors(cls)[1:])

    def _is_without_next(self, at: int, call: Call) -> bool:
        """Whether an answer is for where Express gives no `next`, which it always does: `next ? next(error) : res.json(error)`."""
        calls = self.model.files[at].calls
        return any(
            calls[n].name == "next" and not calls[n].on and calls[n].line == call.line and calls[n].args
            for n in self.model.inside.calls[at].get(call.fn, ())
        )

    def _made_of_it(self, at: int, index: int, call: Call) -> Iterator[Hit]:
        """Yield errors of queries and requests that Actix answers with as they are: map_err(error::ErrorInternalServerError)."""
        handed = call.args[0] if call.args else None
        if handed is None or handed.kind != "name" or not SENDS_IT.search(handed.text) or call.fn < 0:
            return
        before = self.failing.before(at, index)
        if self.failing.weigh(at, before) is not None or any(self.failing.works(at, n) for n in before):
            leak = Leak("text", handed.text, "")
            yield from self._judge(at, call.line, call.fn, call.catch, leak, handed.text, "5")

    def _makers_in(self, at: int, index: int) -> list[int]:
        """Return the calls that begin a chain among the arguments: new ErrorDetails { Message = e.Message }.ToString()."""
        return [n for n in self._inside(at).get(index, ()) if n in self.model.effects.outer[at]]

    def _passed_on(self, at: int, call: Call) -> Iterator[Hit]:
        """Yield leaks in what a function of the project is given and sends: respondError(w, 500, err.Error())."""
        if call.fn < 0 or not call.args:
            return
        for target, value, answer in self.passing.sent_by(at, call):
            leak = self.leaks.of(at, call.fn, value, line=call.line)
            if leak is not None and not self.leaks.is_guarded(target.file, target.index):
                spot = Spot(self.model.files[target.file].path, answer.line, shown(answer))
                status = status_of(self.model, target.file, target.index, answer.catch, answer.line)
                yield from self._judge(
                    at, call.line, call.fn, call.catch, leak._replace(spots=(*leak.spots, spot)), shown(call), status
                )

    def _in_bodies(self, at: int) -> Iterator[Hit]:
        """Yield leaks in what is assigned to the body of an answer."""
        file = self.model.files[at]
        for assign in file.assigns:
            if assign.fn >= 0 and BODIES.search(assign.target):
                leak = self.leaks.of(at, assign.fn, assign.value, line=assign.line)
                if leak is not None:
                    catch = next(
                        (
                            n
                            for n, made in enumerate(file.catches)
                            if made.fn == assign.fn and made.line <= assign.line <= made.end
                        ),
                        -1,
                    )
                    yield from self._judge(at, assign.line, assign.fn, catch, leak, assign.target)

    def _in_returns(self, at: int, known: set[int]) -> Iterator[Hit]:
        """Yield leaks in what a handler, or a function that handles errors, returns."""
        file = self.model.files[at]
        for each in file.returns:
            if (
                each.fn < 0
                or any(abs(each.line - line) < NEAR for line in known)
                or not self._answers_by_returning(at, each.fn)
            ):
                continue
            if each.value.kind == "call" and (
                is_answer_name(file, each.value.text) or HANDS_ON.search(each.value.text)
            ):
                continue
            leak = self.leaks.of(at, each.fn, each.value, line=each.line)
            if leak is None or (each.value.text == leak.var and self._is_called(at, each.fn)):
                continue  # the error itself, which whoever called throws on
            yield from self._judge(at, each.line, each.fn, each.catch, leak, "the answer")

    def _left_to_framework(self, at: int) -> Iterator[Hit]:
        for each in self.returned.in_file(at):
            named = Fn(at, self.model.named(at, each.fn))
            declared = self.model.endpoint_of(named)
            who = f"{declared.method} {declared.path}" if declared is not None else self.model.label(named)
            message = f"{who} returns whatever error occurs, and the framework sends its text to the client: {each.var}"
            path = (*self.model.path_to(named), Spot(self.model.files[at].path, each.line, each.var))
            fix = "Give the application an error handler that logs the error and answers with a fixed text."
            yield Hit(at, each.line, message, each.fn, path, Confidence.MEDIUM, Severity.MEDIUM, f"text:{at}", fix)

    def _of_themselves(self, at: int, known: set[int]) -> Iterator[Hit]:
        file = self.model.files[at]
        for line, fn, variant in self.enums.in_file(at):
            if not any(abs(line - other) < NEAR for other in known):
                made = file.functions[fn]
                message = (
                    f"{made.owner} answers with its own text, in which that of {variant.type} stands ({variant.name})"
                )
                path = (Spot(file.path, variant.line, variant.name), Spot(file.path, line, "the answer"))
                fix = "Give that variant a fixed text in the answer, and log the error."
                yield Hit(at, line, message, fn, path, Confidence.MEDIUM, Severity.MEDIUM, f"text:{at}", fix)

    def _is_answered_by_returning(self, at: int, fn: int) -> bool:
        file = self.model.files[at]
        made = file.functions[fn]
        if made.call >= 0 and is_log(whole_of(file.calls[made.call])):
            return False  # Kotlin: log.error { "..." } is given its text by a function
        return made.name == "into_response" or self._is_given_any(at, fn, "") or self._is_handler(at, fn)

    def _is_called(self, at: int, fn: int) -> bool:
        """Whether a function is called by name, and not handed to a framework."""
        made = self.model.files[at].functions[fn]
        return made.call < 0 and not made.marks and not self._is_handler(at, fn)

    def _is_handler(self, at: int, fn: int) -> bool:
        """Whether a function is run for an endpoint, or written in one that is."""
        return any(Fn(at, number) in self.model.handlers for number in self.model.enclosing(at, fn))

    # ---- is it bad ----------------------------------------------------------------------------

    def _judge(self, at: int, line: int, fn: int, catch: int, leak: Leak, sent: str, beyond: str = "") -> Iterator[Hit]:
        """Yield what is given away, if it is; beyond is the status that a function below answers with."""
        model, file = self.model, self.model.files[at]
        if fn < 0 or self.leaks.is_guarded(at, fn) or (leak.var == "self" and self.enums.is_harmless(at, fn)):
            return
        named = Fn(at, model.named(at, fn))
        declared = model.endpoint_of(named)
        who = f"{declared.method} {declared.path}" if declared is not None else model.label(named)
        path = (*model.path_to(named), Spot(file.path, line, sent), *leak.spots)
        if leak.kind == "stack":
            message = f"{who} sends the stack trace to the client: {leak.text}"
            fix = "Log it with a request id and answer with a fixed text and that id."
            yield Hit(at, line, message, fn, path, Confidence.HIGH, Severity.HIGH, fix=fix)
            return
        made = self._handler(at, fn, catch, leak.var, line)
        status = status_of(model, at, fn, catch, line) or beyond
        if not self._takes_any(at, fn, made, leak.var, line) or status == "own":
            return
        is_sure = self._is_sure(at, fn, made, status, leak.var) and not self._is_empty(at, made, leak)
        if status == "4" and not is_sure:
            return
        message = f"{who} sends the text of whatever error occurs to the client: {leak.text}"
        fix = (
            "Log the error and answer with a fixed text; send a message only for errors that were made for the client."
        )
        confidence = Confidence.HIGH if status == "5" else Confidence.MEDIUM
        if leak.line and abs(leak.line - line) > NEAR - 1:
            path = (*path, Spot(file.path, leak.line, leak.text))
        if made is None:
            given = [
                Spot(model.files[where].path, model.files[where].calls[n].line, "given any error")
                for where, n in self._given(at, fn, leak.var)
            ]
            path = (*path, *given[:SAME_MAX])
        yield Hit(
            at,
            line,
            message,
            fn,
            path,
            confidence,
            Severity.MEDIUM,
            f"text:{at}",
            fix,
            tier=None if is_sure and not self._is_try(named) else Tier.STRICT,
        )

    def _is_try(self, named: Fn) -> bool:
        """Whether a function is there to try something, by its name or its endpoint's."""
        declared = self.model.handlers.get(named)
        paths = (declared.path.rstrip("/"),) if declared is not None else ()
        return any(TRIES.search(text) for text in (self.model.project.function(named).name, *paths))

    def _handler(self, at: int, fn: int, catch: int, var: str, line: int) -> Catch | None:
        file = self.model.files[at]
        if catch >= 0:
            return file.catches[catch]
        return next(
            (made for made in file.catches if made.fn == fn and made.var == var and made.line <= line <= made.end), None
        )

    def _takes_any(self, at: int, fn: int, made: Catch | None, var: str, line: int) -> bool:
        """Whether what is told may be any error: also those of the database, with names of tables in them."""
        if not var:  # the driver's own words
            return True
        if self.model.files[at].language == "go" and self._is_of_one_kind(at, fn, var, line):
            return False
        if made is not None and self._is_asked_for(at, made, var):
            return False
        if made is not None:
            return not made.types or any(
                BROAD.match(each.strip()) or OUTSIDE.search(each.strip()) for each in made.types
            )
        return self.model.files[at].language in ("go", "rust") or self._is_given_any(at, fn, var)

    def _is_asked_for(self, at: int, made: Catch, var: str) -> bool:
        """JavaScript: whether only errors of a class of the project are told, and all others thrown on: if (e instanceof OwnError) { ... } throw e."""
        found = ONE_KIND.match(made.body)
        if found is None or found[1] != var or not re.search(rf"\bthrow {re.escape(var)};?\s*\}}?$", made.body):
            return False
        return self.model.project.find_class(at, found[2]) is not None

    def _is_of_one_kind(self, at: int, fn: int, var: str, line: int) -> bool:
        """Go: whether an error is known by its type, which is none of a driver: `if err, ok := err.(HTTPError); ok`, `errors.As(err, &own)`."""
        held = [each for each in self.model.inside.assigns[at].get(fn, ()) if each.target == var and each.line <= line]
        last = max(held, key=lambda each: each.line, default=None)
        return last is not None and last.type not in ("", "error") and not GO_DRIVERS.search(last.type)

    def _is_given_any(self, at: int, fn: int, var: str) -> bool:
        """Whether a function handles any error, or any of a database, or is passed whatever error one of its callers has caught."""
        file = self.model.files[at]
        if handles_errors(self.model, at, fn) or handles_outside(file, file.functions[fn]):
            return True
        if self._given(at, fn, var):
            return True
        params = [param for n in self.model.enclosing(at, fn) for param in file.functions[n].params]
        return any(param.name == var and BROAD.match(param.type) and file.language in TYPED for param in params)

    def _given(self, at: int, fn: int, var: str) -> list[Site]:
        """Return the calls that hand a parameter whatever error was caught."""
        return [
            site
            for n in self.model.enclosing(at, fn)
            for site in self.passing.given_any.get(Fn(at, n), {}).get(var, ())
        ]

    def _is_given_weight(self, at: int, fn: int, var: str) -> bool:
        """Whether one of the errors that a parameter is given may be that of a write, a query or a request."""
        for where, number in self._given(at, fn, var):
            catch = self.model.files[where].calls[number].catch
            if catch >= 0 and self.failing.weigh(where, self.failing.guarded(where, catch)) is not None:
                return True
        return False

    def _is_sure(self, at: int, fn: int, made: Catch | None, status: str, var: str) -> bool:
        """Whether an error of a database or of another service, or one that nobody expected, can be told there."""
        file = self.model.files[at]
        if status == "5":
            return True
        if made is None and status == "4" and handles_outside(file, file.functions[fn]):
            return True  # the database's own words, whatever the status
        if made is None:
            return self._is_given_any(at, fn, var) and (status != "4" or self._is_given_weight(at, fn, var))
        guarded = self.failing.guarded(at, file.catches.index(made))
        if file.language == "rust":  # an extractor only says what is wrong with what the client sent
            guarded = [number for number in guarded if not PARSES.match(file.calls[number].name)]
        weight = self.failing.weigh(at, guarded)
        if status == "4" and file.language == "rust":
            return weight is not None or any(self.failing.works(at, number) for number in guarded)
        if status == "4" and file.language != "go" and ASKS_KIND.search(made.body):
            return False
        if status == "4":  # Go: the error is that of one call, and not of whatever may happen in a block
            if file.language == "python" and not all(BROAD.match(each.strip()) for each in made.types):
                return False
            if weight is None and file.language in BLOCKS and all(BROAD.match(each.strip()) for each in made.types):
                return any(self.failing.works(at, number) for number in guarded)
            if weight is not None and weight.depth > DEPTH_MAX and file.language == "javascript":
                return any(self.failing.works(at, number) for number in guarded)
            return weight is not None and weight.depth <= (1 if file.language == "go" else DEPTH_MAX)
        if file.language == "javascript" and self._wraps(at, made):
            return True
        if weight is None and file.language in BLOCKS and all(BROAD.match(each.strip()) for each in made.types):
            return any(self.failing.works(at, number) for number in guarded)
        if file.language == "go":  # answers of 200 that say in their body that it failed
            return weight is not None and weight.depth <= 1
        return weight is not None and (bool(made.types) or file.language == "javascript")

    def _is_empty(self, at: int, made: Catch | None, leak: Leak) -> bool:
        """Whether JavaScript's own error is sent as an object, of which JSON shows no field: one of a driver has some."""
        if made is None or not leak.whole or self._wraps(at, made):
            return False
        guarded = self.failing.guarded(at, self.model.files[at].catches.index(made))
        return self.failing.weigh(at, guarded) is None and not any(self.failing.works(at, n) for n in guarded)

    def _wraps(self, at: int, made: Catch) -> bool:
        """Whether a handler stands around whatever function is handed to the one it is in: handler(req, res).catch(...)."""
        file = self.model.files[at]
        enclosing = self.model.enclosing(at, made.fn)
        params = {param.name for fn in enclosing for param in file.functions[fn].params}
        return any(
            call.name in params and not call.on and made.start <= call.line <= made.end and call.fn in enclosing
            for call in file.calls
        )
