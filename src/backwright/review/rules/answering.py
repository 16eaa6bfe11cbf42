"""Calls that make or send an answer, and the status that is sent with it."""

import re
from functools import lru_cache

from backwright.review.facts import Call, File
from backwright.review.link.model import Model
from backwright.review.link.remembering import WORDS_MAX, remembered
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

_PYTHON = (
    r"^((flask|web|django\.http|fastapi|starlette|responses|http|quart|sanic\w*)\.)?(\w+\.)*"
    r"(jsonify|\w*Response\w*|make_response|HTTPException|HTTPInternalServerError|abort|json_response|text_response)$|^self\.(wfile\.write|send_error)$"
)
_JAVASCRIPT = (
    r"^((this\.)?_?(res|response|reply|c|ctx|context|h|resp)\b[\w.()]*\.)(json|send|end|jsonp|write|text|html|body|render)$"
    r"|^(Next)?Response(\.json)?$|^(new )?(HttpException|InternalServerErrorException|HTTPException|HTTPError)$|^(Boom|boom|createError|httpErrors)\.?\w*$"
)
_JAVA = (
    r"(Response\w*|resp|response|ctx|context|out|writer|Results?|ServerResponse|routingContext|HttpResponse)\b[\w.()]*"
    r"\.(body|bodyValue|entity|sendError|write|print|println|json|result|end|ok|error|fail\w*|serverError|internalServerError|badRequest|html|of|send|printf)$"
    r"|^ResponseEntity$|^ResponseStatusException$|\.(failed|validateFailed)$|(^|\.)Response(Entity)?\.[\w.()]*build$"
)
_KOTLIN = (
    r"\b(call|context|ctx|response|resp|out|writer|ServerResponse\w*|ResponseEntity)\b[\w.()]*"
    r"\.(respond\w*|body|bodyValueAndAwait|bodyValue|write|sendError|json|result|end|text)$|^(respond\w*|ResponseEntity|ResponseStatusException)$"
)
_GO = (
    r"^(http\.Error|render\.\w+|(c|ctx|gc|context|rw|w|res|resp|response)\b[\w.()]*"
    r"\.(JSON|String|XML|IndentedJSON|PureJSON|AbortWithStatusJSON|HTML|Data|SendString|Send|Write|WriteString|JSONP|Blob|JSONPretty|Render)"
    r"|fmt\.Fprint(f|ln)?|io\.WriteString|(echo|fiber)\.New(HTTP)?Error|huma\.Error5\w+)$"
)
_PHP = (
    r"(^|\.|\(\)\.)(json|write|setContent|withJson|make|renderJson|respond\w*|sendResponse|sendError|fail\w*)$"
    r"|(^|\.)(JsonResponse|Response|HtmlResponse|HttpException)$|^(echo|print|die|exit|abort|response|print_r|printf)$|response\(\)\.(json|make|setContent)$"
)
_CSHARP = (
    r"(^|\.)(WriteAsync|WriteAsJsonAsync|Json|JsonResult|Problem|BadRequest|StatusCode|Content|Ok|ObjectResult|ContentResult|"
    r"BadRequestObjectResult|InternalServerError|NotFound|Conflict|UnprocessableEntity|Text)$"
)
_CPP = (
    r"(^|\.)(setBody|set_content|set_body|end|write|newHttpJsonResponse|response|prepare_payload|createResponse|"
    r"createDtoResponse|sendResponse|return_value|OATPP_ASSERT_HTTP)$"
)
_RUST = (
    r"(^|\.|::)(body|json|into_response|Custom|Json|with_status|InternalServerError|ErrorInternalServerError|"
    r"ErrorBadGateway|text|html|status_code|content|build|finish|bad_request|server_error|internal(_server)?_error|custom)$"
)
ANSWERS = {
    "python": regex(_PYTHON), "javascript": regex(_JAVASCRIPT), "java": regex(_JAVA), "kotlin": regex(_KOTLIN),
    "go": regex(_GO), "php": regex(_PHP), "csharp": regex(_CSHARP), "cpp": regex(_CPP), "rust": regex(_RUST),
}  # fmt: skip
# What the next page shows to the client.
_flashes = remembered(
    regex(
        r"(^|\.|>)(addFlash|flash|addFlashAttribute|setFlash|AddFlash|addFlashMessage|flashMessage|withErrors|AddModelError|add_message)$|^messages\.(error|warning)$"
        r"|\(\)\.with$|(^|\.)(back|redirect)(\(\))?\.with$|(^|\.)flash\.(error|add)$"
    )
)
PRINTERS = frozenset({"Fprint", "Fprintf", "Fprintln", "WriteString"})
WRITERS = frozenset({"w", "rw", "writer", "res", "resp"})  # Go: what an answer is written to
# Go: what sends what was made for it, by a builder, an encoder or a template that was handed the writer.
BUILT = frozenset({"Encode", "Execute", "ExecuteTemplate", "Write", "Send", "Respond"})
FIVE = regex(
    r"(?<![\w.])5\d\d(?!\w)|INTERNAL|[Ii]nternal_?[Ss]erver_?[Ee]rror|[sS]erverError|k5\d\d|SERVER_ERROR|"
    r"CODE_5\d\d|BAD_GATEWAY|BadGateway|ServiceUnavailable|SERVICE_UNAVAILABLE|Internal_|Error5\d\d"
)
FOUR = regex(
    r"(?<![\w.])4\d\d(?!\w)|[Bb]ad_?[Rr]equest|BAD_REQUEST|[Nn]ot_?[Ff]ound|NOT_FOUND|[Cc]onflict|CONFLICT|[Uu]nauthorized|UNAUTHORIZED|"
    r"[Ff]orbidden|FORBIDDEN|[Uu]nprocessable|UNPROCESSABLE|k4\d\d|CODE_4\d\d|TOO_MANY|validateFailed|TooManyRequests|NotAcceptable|PreconditionFailed|PaymentRequired|Gone\b"
)
# The status of an error that was made for the client.
OWN = regex(r"\b(e|ex|err|error|exc|exception|cause)\.(status\w*|code|http\w*|getStatus\w*|getCode|Status\w*|Code)\b")
NEAR = 4  # lines around an answer in which its status is looked for
_LOGS = regex(r"\blog|logger|console", re.IGNORECASE)
_ACKNOWLEDGES = regex(r"^(callback|cb|ack|fn|done|respond|reply)$")
_SOCKETS = regex(r"(^|\.)(socket|client|io|nsp|namespace)$", re.IGNORECASE)
_ASKS = regex(r"(^|\.)is[A-Z_]\w*$")
_STATUS = regex(r"[sS]tatus|code")


def is_answer(file: File, call: Call) -> bool:
    """Whether a call makes or sends an answer."""
    if file.language == "go":
        if call.name in PRINTERS and not (call.args and call.args[0].text in WRITERS):
            return False
        if call.name in BUILT and _is_handed_writer(file, call):
            return True
    if file.language == "javascript" and _is_acknowledged(file, call):
        return True
    return is_answer_name(file, f"{call.on}.{call.name}" if call.on else call.name)


def _is_acknowledged(file: File, call: Call) -> bool:
    """Whether a call answers an event of Socket.IO: socket.on("login", (data, callback) => callback({ ok: false }))."""
    if call.on or call.fn < 0 or not _ACKNOWLEDGES.match(call.name):
        return False
    made = file.functions[call.fn]
    while made.parent >= 0 and not any(param.name == call.name for param in made.params):
        made = file.functions[made.parent]
    held = file.calls[made.call] if made.call >= 0 else None
    return bool(
        held and held.name == "on" and _SOCKETS.search(held.on) and made.params and made.params[-1].name == call.name
    )


def _is_handed_writer(file: File, call: Call) -> bool:
    """Whether a call is given what answers are written to, or ends a chain that begins with it: json.NewEncoder(w).Encode(...)."""
    while call.prev >= 0:
        call = file.calls[call.prev]
    return bool(call.args) and call.args[0].text in WRITERS


def is_answer_name(file: File, whole: str) -> bool:
    """Whether a dotted name is that of a call that makes or sends an answer."""
    return _answers(file.language, whole)


@lru_cache(maxsize=WORDS_MAX)
def _answers(language: str, whole: str) -> bool:
    return bool(ANSWERS[language].search(whole)) and not _LOGS.search(whole) and not _ASKS.search(whole)


def is_flash(call: Call) -> bool:
    """Whether a call keeps a text for the next page that the client sees."""
    return _flashes(f"{call.on}.{call.name}" if call.on else call.name)


def status_of(model: Model, at: int, fn: int, catch: int, line: int) -> str:
    """Return "5" or "4" for the status that is sent with an answer, "own" for the error's, "" if it is not known."""
    file = model.files[at]
    found: list[tuple[int, str]] = []
    for call in file.calls:
        if call.fn == fn and call.catch == catch and abs(call.line - line) <= NEAR:
            given = " ".join(flat(tuple(value for value in call.args if value.kind != "fn")))
            found.append((abs(call.line - line), f"{call.on}.{call.name} {given}"))
    found += [
        (abs(assign.line - line), f"{assign.target} {assign.value.text}")
        for assign in file.assigns
        if assign.fn == fn and abs(assign.line - line) <= NEAR and _STATUS.search(assign.target)
    ]
    found += [
        (abs(each.line - line), " ".join(flat((each.value,))))
        for each in file.returns
        if each.fn == fn and abs(each.line - line) <= 1 and each.value.kind != "fn"
    ]
    for distance in sorted({away for away, _ in found}):
        texts = " ".join(text for away, text in found if away == distance)
        for word, pattern in (("4", FOUR), ("5", FIVE), ("own", OWN)):
            if pattern.search(texts):
                return "5" if word == "own" and _is_five_at_first(file, fn) else word
    return ""


def named_in(call: Call) -> str:
    """Return "5" or "4" for the status that a call of a chain is given, "" if it is none: NewBuilder(w).WithStatus(500)."""
    if not _STATUS.search(call.name):
        return ""
    given = " ".join(flat(call.args))
    return "4" if FOUR.search(given) else "5" if FIVE.search(given) else ""


def _is_five_at_first(file: File, fn: int) -> bool:
    """Whether a status is 500 unless the error brings its own: code = 500, and only then code = e.code."""
    held = [(each.target, each.value.text) for each in file.assigns if each.fn == fn and _STATUS.search(each.target)]
    own = {target for target, text in held if OWN.search(text)}
    return any(target in own and FIVE.search(text) and not OWN.search(text) for target, text in held)
