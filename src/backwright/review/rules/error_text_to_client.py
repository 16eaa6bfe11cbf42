"""error-text-to-client: a stack trace, or the text of any error there is, in an answer."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import BARE, Arg, Call, Catch, File, Function
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.failing import BROAD, OUTSIDE, Failing
from backwright.review.rules.looping import is_offline, root
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

STACK = re.compile(
    r"(^|\.)(format_exc|format_exception|format_tb|print_exc|stack|StackTrace|getTraceAsString|getTrace|getStackTrace|stackTraceToString|stackTrace|getFullStackTrace|getStackTraceAsString|debug_backtrace)(\(\))?$|debug\.(Stack|PrintStack)$|Backtrace\.(capture|force_capture)$|^backtrace$"
)
TEXT = re.compile(
    r"^[$&*]*(\w+)(\.(base|source|unwrap|getCause|cause|InnerException|root_cause))?(\(\))?\.(Error|getMessage|message|Message|localizedMessage|getLocalizedMessage|toString|ToString|what|to_string|sqlMessage|getErrorMessage|messages|args|orig|detail|code_message)(\(\))?$"
)
WHOLE_ERROR = frozenset(
    {
        "str",
        "repr",
        "String",
        "format",
        "fmt.Sprint",
        "fmt.Sprintf",
        "toString",
        "to_string",
        "format!",
        "strval",
        "json.dumps",
    }
)
ERROR_NAMES = re.compile(
    r"^\$?_?(e|ex|err|error|exc|exception|exn|cause|throwable|t|th|thrown|failure|problem|other|self)$",
    re.IGNORECASE,
)
ERROR_TYPES = re.compile(r"Exception|Error|Throwable|\bany\b|exception_ptr|unknown")
# Calls that make or send an answer, by language: the name, and what they are called on (None for anything).
ANSWERS: dict[str, re.Pattern[str]] = {
    "python": re.compile(r"^((flask|web|django\.http|fastapi|starlette|responses|http|quart|sanic\w*)\.)?(\w+\.)*(jsonify|\w*Response\w*|make_response|HTTPException|HTTPInternalServerError|abort|json_response|text_response)$"),
    "javascript": re.compile(r"^((this\.)?_?(res|response|reply|c|ctx|context|h|resp)\b[\w.()]*\.)(json|send|end|jsonp|write|text|html|body|render)$|^(Next)?Response(\.json)?$|^(new )?(HttpException|InternalServerErrorException|HTTPException|HTTPError)$|^(Boom|boom|createError|httpErrors)\.?\w*$"),
    "java": re.compile(r"(Response\w*|resp|response|ctx|context|out|writer|Results?|ServerResponse|routingContext|HttpResponse)\b[\w.()]*\.(body|bodyValue|entity|sendError|write|print|println|json|result|end|ok|error|fail\w*|serverError|internalServerError|badRequest|html|of|send|printf)$|^ResponseEntity$|^ResponseStatusException$|\.(failed|validateFailed)$"),
    "kotlin": re.compile(r"\b(call|context|ctx|response|resp|out|writer|ServerResponse\w*|ResponseEntity)\b[\w.()]*\.(respond\w*|body|bodyValueAndAwait|bodyValue|write|sendError|json|result|end|text)$|^(respond\w*|ResponseEntity|ResponseStatusException)$"),
    "go": re.compile(r"^(http\.Error|render\.\w+|(c|ctx|gc|context|rw|w|res|resp|response)\b[\w.()]*\.(JSON|String|XML|IndentedJSON|PureJSON|AbortWithStatusJSON|HTML|Data|SendString|Send|Write|WriteString|JSONP|Blob|JSONPretty|Render)|fmt\.Fprint(f|ln)?|io\.WriteString|(echo|fiber)\.New(HTTP)?Error|huma\.Error5\w+)$"),
    "php": re.compile(r"(^|\.|\(\)\.)(json|write|setContent|withJson|make|renderJson|respond\w*|sendResponse|sendError|fail\w*)$|(^|\.)(JsonResponse|Response|HtmlResponse|HttpException)$|^(echo|print|die|exit|abort|response|print_r|printf)$|response\(\)\.(json|make|setContent)$"),
    "csharp": re.compile(r"(^|\.)(WriteAsync|WriteAsJsonAsync|Json|JsonResult|Problem|BadRequest|StatusCode|Content|Ok|ObjectResult|ContentResult|BadRequestObjectResult|InternalServerError|NotFound|Conflict|UnprocessableEntity|Text)$"),
    "cpp": re.compile(r"(^|\.)(setBody|set_content|set_body|end|write|newHttpJsonResponse|response|prepare_payload|createResponse|createDtoResponse|sendResponse|return_value)$"),
    "rust": re.compile(r"(^|\.|::)(body|json|into_response|Custom|Json|with_status|InternalServerError|ErrorInternalServerError|ErrorBadGateway|text|html|status_code|content|build|finish)$"),
}  # fmt: skip
FIVE = re.compile(
    r"(?<![\w.])5\d\d(?!\w)|INTERNAL|[Ii]nternal_?[Ss]erver_?[Ee]rror|[sS]erverError|k5\d\d|SERVER_ERROR|BAD_GATEWAY|BadGateway|ServiceUnavailable|SERVICE_UNAVAILABLE|Internal_|Error5\d\d"
)
FOUR = re.compile(
    r"(?<![\w.])4\d\d(?!\w)|[Bb]ad_?[Rr]equest|BAD_REQUEST|[Nn]ot_?[Ff]ound|NOT_FOUND|[Cc]onflict|CONFLICT|[Uu]nauthorized|UNAUTHORIZED|[Ff]orbidden|FORBIDDEN|[Uu]nprocessable|UNPROCESSABLE|k4\d\d|TOO_MANY|validateFailed|TooManyRequests|NotAcceptable|PreconditionFailed|PaymentRequired|Gone\b"
)
# Signs that the code tells development and production apart, or shows only what was written for the client.
GUARDS = re.compile(
    r"NODE_ENV|[iI]s_?[Dd]ev|[iI]s_?[Pp]rod|\bdebug\b|DEBUG|[Dd]evelopment|[Pp]roduction|kernel\.debug|\bexpose\b|isOperational|is_public|isPublic|userMessage|user_message|safe_?message|showDetails|display_?errors?|displayErrorDetails|APP_ENV|\benv\b",
    re.IGNORECASE,
)
HANDLES = re.compile(
    r"ExceptionHandler|errorhandler|exception_handler|^Catch$|ControllerAdvice|ExceptionFilter|ServerExceptionMapper|Error$|ResponseStatus|OnError"
)
OWN_STATUS = re.compile(
    r"\b(e|ex|err|error|exc|exception|cause)\.(status\w*|code|http\w*|getStatus\w*|getCode|Status\w*|Code)\b"
)  # an error that was made for the client
LOGS = re.compile(r"\blog|logger|print|warn|trace", re.IGNORECASE)
SAME_MAX = 24  # other places named in one finding
NEAR = 4  # lines around an answer in which its status is looked for


class Leak(NamedTuple):
    """What an answer gives away: stack or text, as written, and the name of the error."""

    kind: str
    text: str
    var: str


def check(model: Model) -> Iterator[Hit]:
    """Yield answers with a stack trace, and with the text of errors that nobody chose for a client."""
    leaks = Leaks(model)
    for at in model.own:
        file = model.files[at]
        if file.language in ANSWERS and not is_offline(file):
            yield from leaks.in_file(at)


class Leaks:
    """What answers give away."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.failing = Failing(model)

    @cached_property
    def traces(self) -> frozenset[Fn]:
        """Functions that return a stack trace."""
        found = set()
        for at in self.model.own:
            for call in self.model.files[at].calls:
                whole = f"{call.on}.{call.name}" if call.on else call.name
                is_trace = (call.name == "printStackTrace" and call.args) or (
                    STACK.search(whole) and call.to == "return"
                )
                if call.fn >= 0 and is_trace:
                    found.add(Fn(at, call.fn))
        return frozenset(found)

    @cached_property
    def texters(self) -> frozenset[Fn]:
        """Functions that put the text of an error they are given into what they return: NewError(err)."""
        found = set()
        for at in self.model.own:
            file = self.model.files[at]
            for call in file.calls:
                if (
                    call.fn < 0
                    or not call.on.lstrip("$").isidentifier()
                    or not TEXT.match(f"{call.on}.{call.name}()")
                    or call.flags & BARE
                    or call.args
                ):
                    continue
                made = file.functions[call.fn]
                held = self.model.project.assigned[at].get((call.fn, call.on), ())
                names = {call.on, *(root(each.value.text) for each in held)} - {""}
                is_logged = call.inside >= 0 and LOGS.search(
                    f"{file.calls[call.inside].on}.{file.calls[call.inside].name}"
                )
                is_given = any(
                    param.name in names and ERROR_NAMES.match(param.name) for param in made.params
                )
                if (
                    file.language == "go"
                    and not held
                    and not any(param.name == call.on for param in made.params)
                ):  # switch v := err.(type)
                    is_given = call.name == "Error" and any(
                        param.type == "error" for param in made.params
                    )
                if (
                    is_given
                    and not is_logged
                    and not LOGS.search(made.name)
                    and made.returns not in ("error", "string", "bool", "void", "")
                    and not self._is_guarded(at, call.fn, call.line)
                ):
                    found.add(Fn(at, call.fn))
        return frozenset(found)

    def _made_from(self, at: int, fn: int, value: Arg) -> bool:
        """Whether a value is made by a function of the project from the text of an error."""
        if not any(
            item.kind == "name" and self._is_error(at, fn, item.text) for item in value.items
        ):
            return False
        on, _, name = value.text.rpartition(".")
        targets = self.model.project.resolve(at, fn, on, name)
        return bool(targets) and all(target in self.texters for target in targets)

    def in_file(self, at: int) -> Iterator[Hit]:
        """Yield the leaks of a file: each stack trace, and the first text of an error with how many there are."""
        file = self.model.files[at]
        texts: list[Hit] = []
        for index, call in enumerate(file.calls):
            if not self._is_answer(file, call):
                continue
            if call.inside >= 0 and self._is_answer(file, file.calls[call.inside]):
                continue
            given = [
                leak
                for value in self._given(at, index)
                if (leak := self._leak(at, call.fn, value, 3)) is not None
            ]
            leak = (
                min(given, key=lambda each: each.kind) if given else None
            )  # a stack trace before a text
            hit = (
                self._judge(at, call.line, call.fn, call.catch, leak, shown(call))
                if leak is not None
                else None
            )
            if hit is not None and leak is not None:
                if leak.kind == "stack":
                    yield hit
                else:
                    texts.append(hit)
        texts += self._returned(at, texts)
        for assign in file.assigns:
            if (
                re.search(
                    r"\b(ctx|context|res|response|c|this|resp)\.(body|content|Content)$",
                    assign.target,
                )
                and assign.fn >= 0
            ):
                leak = self._leak(at, assign.fn, assign.value, 3)
                hit = (
                    self._judge(
                        at,
                        assign.line,
                        assign.fn,
                        self._catch_at(at, assign.line, assign.fn),
                        leak,
                        assign.target,
                    )
                    if leak is not None
                    else None
                )
                if hit is not None:
                    texts.append(hit)
        if texts:
            first = min(
                texts,
                key=lambda hit: (
                    hit.tier is not None,
                    hit.confidence is not Confidence.HIGH,
                    hit.line,
                ),
            )
            others = [hit for hit in texts if hit is not first]
            more = tuple(Spot(file.path, hit.line, "the same") for hit in others[:SAME_MAX])
            yield structs.replace(first, path=(*first.path, *more))

    def _returned(self, at: int, known: list[Hit]) -> Iterator[Hit]:
        """Yield leaks in what a handler, or a function that handles errors, returns."""
        file = self.model.files[at]
        lines = {hit.line for hit in known}
        for each in file.returns:
            if (
                each.fn < 0
                or any(abs(each.line - line) < NEAR for line in lines)
                or not self._answers_by_returning(at, each.fn)
            ):
                continue
            if each.value.kind == "call" and self._is_answer_name(file, each.value.text):
                continue
            leak = self._leak(at, each.fn, each.value, 3) or self._in_text(file, each.value)
            hit = (
                self._judge(at, each.line, each.fn, each.catch, leak, "the answer")
                if leak is not None
                else None
            )
            if hit is not None:
                yield hit

    def _in_text(self, file: File, value: Arg) -> Leak | None:
        """Rust's tuples are kept as source: (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())."""
        if (
            file.language == "rust"
            and value.kind in ("call", "other", "list")
            and FIVE.search(value.text)
        ):
            found = re.search(r"\b(\w+)\.to_string\(\)", value.text)
            if found and ERROR_NAMES.match(found[1]):
                return Leak("text", found[0], found[1])
        return None

    def _answers_by_returning(self, at: int, fn: int) -> bool:
        made = self.model.files[at].functions[fn]
        return (
            any(Fn(at, number) in self.model.handlers for number in self.model.enclosing(at, fn))
            or self._handles_errors(at, fn)
            or made.name == "into_response"
        )

    # ---- what is given away -------------------------------------------------------------------

    def _given(self, at: int, index: int) -> Iterator[Arg]:
        for number in self.model.effects.chain(at, index):
            yield from self.model.files[at].calls[number].args
        call = self.model.files[at].calls[index]
        if self.model.files[at].language == "rust" and call.name == "into_response":
            yield Arg("other", call.on)

    def _leak(self, at: int, fn: int, value: Arg, hops: int) -> Leak | None:
        """Return what a value gives away, through the variables and the entries it is made of."""
        if (
            value.kind in ("name", "call")
            and STACK.search(value.text)
            and not (value.text.endswith("stack") and not ERROR_NAMES.match(root(value.text)))
        ):
            return Leak("stack", value.text, root(value.text))
        if value.kind == "call" and self.traces and hops:
            on, _, name = value.text.rpartition(".")
            if any(
                target in self.traces for target in self.model.project.resolve(at, fn, on, name)
            ):
                return Leak("stack", value.text, root(value.items[0].text) if value.items else "")
        if value.kind == "call" and hops and self._made_from(at, fn, value):
            return Leak(
                "text",
                value.text,
                next(
                    item.text
                    for item in value.items
                    if item.kind == "name" and self._is_error(at, fn, item.text)
                ),
            )
        if (
            value.kind in ("name", "call")
            and (found := TEXT.match(value.text))
            and ERROR_NAMES.match(found[1])
        ):
            return Leak("text", value.text, found[1])
        if (
            value.kind == "call"
            and value.text in WHOLE_ERROR | {"fmt.Sprintf"}
            and len(value.items) >= 1
            and value.items[-1].kind == "name"
            and self._is_error(at, fn, value.items[-1].text)
        ):
            return Leak("text", value.text, value.items[-1].text)
        if value.kind in ("fmt", "concat"):
            for item in value.items:
                if item.kind == "name" and self._is_error(at, fn, item.text):
                    return Leak("text", item.text, item.text)
        if value.kind == "other":
            return self._in_text(self.model.files[at], value)
        found_here = [
            leak
            for item in value.items
            if value.kind != "fn" and (leak := self._leak(at, fn, item, hops)) is not None
        ]
        if found_here:
            return min(found_here, key=lambda each: each.kind)
        if value.kind == "name" and value.text.lstrip("$").isidentifier() and hops:
            if self._is_error(at, fn, value.text) and self.model.files[at].language == "javascript":
                return Leak("text", value.text, value.text)
            made = self.model.project.assigned[at].get((fn, value.text), ())
            if made and not any(
                assign.value.kind == "str" for assign in made
            ):  # a fixed text, and another only in some case
                return self._leak(at, fn, made[-1].value, hops - 1)
        return None

    def _is_error(self, at: int, fn: int, name: str) -> bool:
        """Whether a name stands for a caught error, or for the error a handler is given."""
        file = self.model.files[at]
        if not ERROR_NAMES.match(name):
            return False
        if file.language == "go":
            return name.startswith("err")
        enclosing = self.model.enclosing(at, fn)
        return any(made.var == name and made.fn in enclosing for made in file.catches) or any(
            param.name == name for n in enclosing for param in file.functions[n].params
        )

    # ---- is it bad ----------------------------------------------------------------------------

    def _judge(
        self, at: int, line: int, fn: int, catch: int, leak: Leak | None, sent: str
    ) -> Hit | None:
        model, file = self.model, self.model.files[at]
        if leak is None or fn < 0 or self._is_guarded(at, fn, line):
            return None
        named = Fn(at, model.named(at, fn))
        declared = model.endpoint_of(named)
        who = f"{declared.method} {declared.path}" if declared is not None else model.label(named)
        path = (*model.path_to(named), Spot(file.path, line, sent))
        if leak.kind == "stack":
            return Hit(
                at,
                line,
                f"{who} sends the stack trace to the client: {leak.text}",
                fn,
                path,
                Confidence.HIGH,
                Severity.HIGH,
                fix="Log it with a request id and answer with a fixed text and that id.",
            )
        made = self._catch_of(at, fn, catch, leak.var)
        is_any = self._takes_any(at, fn, made)
        status = self._status(at, fn, catch, line)
        if not is_any or status in ("4", "own"):
            return None
        weight = (
            self.failing.weigh(at, self.failing.guarded(at, file.catches.index(made)))
            if made is not None
            else None
        )
        is_sure = (
            status == "5"
            or (weight is not None and bool(made and made.types))
            or (made is None and self._handles_errors(at, fn) and file.language != "go")
        )
        message = f"{who} sends the text of whatever error occurs to the client: {leak.text}"
        return Hit(
            at, line, message, fn, path, Confidence.HIGH if status == "5" else Confidence.MEDIUM, Severity.MEDIUM,
            key=f"text:{at}", fix="Log the error and answer with a fixed text; send a message only for errors that were made for the client.",
            tier=None if is_sure else Tier.STRICT,
        )  # fmt: skip

    def _catch_of(self, at: int, fn: int, catch: int, var: str) -> Catch | None:
        file = self.model.files[at]
        if catch >= 0:
            return file.catches[catch]
        enclosing = self.model.enclosing(at, fn)
        return next(
            (
                made
                for made in file.catches
                if made.fn in enclosing and made.var == var and made.fn == fn
            ),
            None,
        )

    def _catch_at(self, at: int, line: int, fn: int) -> int:
        return next(
            (
                n
                for n, made in enumerate(self.model.files[at].catches)
                if made.fn == fn and made.line <= line <= made.end
            ),
            -1,
        )

    def _takes_any(self, at: int, fn: int, made: Catch | None) -> bool:
        """Whether what is told may be any error: also those of the database, with names of tables in them."""
        file = self.model.files[at]
        if made is not None:
            return not made.types or any(
                BROAD.match(each.strip()) or OUTSIDE.search(each.strip()) for each in made.types
            )
        if file.language in ("go", "rust"):
            return True
        return self._handles_errors(at, fn)

    def _handles_errors(self, at: int, fn: int) -> bool:
        """Whether a function is an error handler that takes any error."""
        file = self.model.files[at]
        for number in self.model.enclosing(at, fn):
            made = file.functions[number]
            if self._is_error_handler(file, made, number):
                return True
        return False

    def _is_error_handler(self, file: File, made: Function, number: int) -> bool:
        if made.call >= 0:
            call = file.calls[made.call]
            types = [value.text for value in call.args if value.kind in ("type", "name")]
            if call.name in (
                "exception",
                "setErrorHandler",
                "onError",
                "set_exception_handler",
                "exception_handler",
                "exceptionHandler",
                "error",
                "setDefaultErrorHandler",
            ):
                return (
                    not types
                    or any(
                        BROAD.match(each.removesuffix(".class").removesuffix("::class"))
                        for each in types
                    )
                    or call.name not in ("exception",)
                )
        for mark in made.marks:
            if HANDLES.search(mark.name):
                named = [
                    value.text.removesuffix(".class")
                    .removesuffix("::class")
                    .removesuffix("]")
                    .lstrip("[{")
                    for value in mark.args
                ]
                kinds = named or [param.type for param in made.params]
                return any(BROAD.match(each) for each in kinds if each) or (
                    not named and not made.params
                )
        names = [param.name for param in made.params]
        if (
            file.language == "javascript"
            and len(names) == 4
            and ERROR_NAMES.match(names[0].lstrip("_"))
        ):
            return True
        typed = [param for param in made.params if ERROR_TYPES.search(param.type)]
        in_filter = made.cls >= 0 and any(
            re.search(
                r"ExceptionFilter|ExceptionMapper|ErrorHandler|IExceptionHandler|ExceptionHandler",
                base,
            )
            for base in file.classes[made.cls].bases
        )
        if in_filter or re.search(
            r"^(on|handle)_?(any_?|unexpected_?|server_?)?(error|exception)$",
            made.name,
            re.IGNORECASE,
        ):
            bases = " ".join(file.classes[made.cls].bases) if in_filter else ""
            narrow = re.search(r"Mapper<(?!Exception|Throwable|RuntimeException)", bases)
            marks = (
                [mark for mark in file.classes[made.cls].marks if mark.name == "Catch"]
                if in_filter
                else []
            )
            return (
                not narrow
                and not any(mark.args for mark in marks)
                and (not typed or any(BROAD.match(param.type) for param in typed))
            )
        return False

    def _status(self, at: int, fn: int, catch: int, line: int) -> str:
        """Return "5" or "4" for the status that is sent with an answer, "own" for the error's, "" if it is not known."""
        file = self.model.files[at]
        found: list[tuple[int, str]] = []
        for call in file.calls:
            if call.fn == fn and call.catch == catch and abs(call.line - line) <= NEAR:
                found.append(
                    (
                        abs(call.line - line),
                        f"{call.on}.{call.name} "
                        + " ".join(flat(tuple(v for v in call.args if v.kind != "fn"))),
                    )
                )
        found += [
            (abs(a.line - line), f"{a.target} {a.value.text}")
            for a in file.assigns
            if a.fn == fn and abs(a.line - line) <= NEAR and re.search(r"[sS]tatus|code", a.target)
        ]
        found += [
            (abs(r.line - line), " ".join(flat((r.value,))))
            for r in file.returns
            if r.fn == fn and abs(r.line - line) <= 1 and r.value.kind != "fn"
        ]
        for distance in sorted({d for d, _ in found}):
            texts = " ".join(text for d, text in found if d == distance)
            if FOUR.search(texts):
                return "4"
            if FIVE.search(texts):
                return "5"
            if OWN_STATUS.search(texts):
                return "own"
        return ""

    def _is_guarded(self, at: int, fn: int, line: int) -> bool:
        """Whether the function tells development and production apart."""
        file = self.model.files[at]
        inside = set(self.model.enclosing(at, fn)[:2])
        if any(
            read.fn in inside
            and (
                GUARDS.search(read.attr)
                or (GUARDS.search(read.base) and read.attr not in ("error", "log"))
            )
            for read in file.reads
            if not re.search(r"log", read.base, re.IGNORECASE)
        ):
            return True
        for call in file.calls:
            if call.fn in inside and not re.search(r"log", call.on, re.IGNORECASE):
                if GUARDS.search(call.name) and call.name.lower() not in ("debug", "trace"):
                    return True
                if any(
                    GUARDS.search(text) and not STACK.search(text)
                    for value in call.args
                    if value.kind in ("other", "name", "call")
                    or (
                        value.kind == "str"
                        and call.name in ("config", "env", "getenv", "get", "getParameter")
                    )
                    for text in (
                        value.text,
                        *(item.text for item in value.items if item.kind == "other"),
                    )
                ):
                    return True
        return False

    def _is_answer(self, file: File, call: Call) -> bool:
        whole = f"{call.on}.{call.name}" if call.on else call.name
        if (
            file.language == "go"
            and call.name in ("Fprint", "Fprintf", "Fprintln", "WriteString")
            and not (call.args and call.args[0].text in ("w", "rw", "writer", "res", "resp"))
        ):
            return False
        return self._is_answer_name(file, whole)

    def _is_answer_name(self, file: File, whole: str) -> bool:
        return bool(ANSWERS[file.language].search(whole)) and not re.search(
            r"\blog|logger|console", whole, re.IGNORECASE
        )
