"""Functions that a framework calls with any error that nobody else has handled."""

import re

from backwright.review.facts import File, Function
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.failing import BROAD, OUTSIDE

ERROR_NAMES = regex(
    r"^\$?_?(e|ex|err|error|exc|exception|exn|cause|throwable|t|th|thrown|failure|problem|stack_?trace|other|self)$",
    re.IGNORECASE,
)
ERROR_TYPES = regex(r"Exception|Error|Throwable|\bany\b|exception_ptr|unknown")
MARKS = regex(r"ExceptionHandler|errorhandler|exception_handler|^Catch$|ServerExceptionMapper|Error$|OnError")
# Calls that are handed such a function; only the first may be for one kind of error.
TAKES = frozenset(
    "exception setErrorHandler onError set_exception_handler exception_handler exceptionHandler error setDefaultErrorHandler "
    "setExceptionHandler set_error_handler register_error_handler setCustomErrorHandler".split()
)
FILTERS = regex(r"ExceptionFilter|ExceptionMapper|ErrorHandler|IExceptionHandler|ExceptionHandler")
NARROW_MAPPER = regex(r"Mapper<(?!Exception|Throwable|RuntimeException)")
NAMES = regex(r"^(on|handle)_?(any_?|unexpected_?|server_?)?(error|exception)(_?async)?$", re.IGNORECASE)
GO_NAMES = regex(r"(^|\.)\w*error_?handler$|^(handle|on)_?\w*error$", re.IGNORECASE)
GO_REQUESTS = regex(r"(\.|^)(Ctx|Context|ResponseWriter|RequestContext)$")
MIDDLEWARE_PARAMS = 4  # Express calls a function of four with an error first


# Errors that name a constraint and its table.
WORDED = regex(r"(^|[.:\\])DataIntegrityViolationException(::class)?$")


def handles_errors(model: Model, at: int, fn: int) -> bool:
    """Whether a function, or one it is written in, handles any error."""
    file = model.files[at]
    return any(handles_any(file, file.functions[number]) for number in model.enclosing(at, fn))


def handles_outside(file: File, made: Function) -> bool:
    """Whether a function is an error handler for what a database or another service throws."""
    for mark in made.marks:
        if MARKS.search(mark.name):
            named = [plain(value.text) for value in mark.args] or [param.type for param in made.params]
            return any(OUTSIDE.search(each) or WORDED.search(each) for each in named if each)
    return False


def handles_any(file: File, made: Function) -> bool:
    """Whether a function is an error handler that takes any error, and not only one kind of them."""
    if made.call >= 0 and file.calls[made.call].name in TAKES:
        call = file.calls[made.call]
        types = [plain(value.text) for value in call.args if value.kind in ("type", "name")]
        return call.name != "exception" or not types or any(BROAD.match(each) for each in types)
    for mark in made.marks:
        if MARKS.search(mark.name):
            named = [plain(value.text) for value in mark.args]
            kinds = named or [param.type for param in made.params]
            return any(BROAD.match(each) for each in kinds if each) or not (named or made.params)
    if file.language == "go":
        types = [param.type for param in made.params]
        return bool(GO_NAMES.search(made.name)) and "error" in types and any(GO_REQUESTS.search(t) for t in types)
    names = [param.name for param in made.params]
    if file.language == "javascript" and len(names) == MIDDLEWARE_PARAMS and ERROR_NAMES.match(names[0].lstrip("_")):
        return True
    return _in_filter(file, made) or (bool(NAMES.match(made.name)) and _takes_broad(made))


def _in_filter(file: File, made: Function) -> bool:
    """Whether a method belongs to a class that maps errors to answers, whatever they are."""
    if made.cls < 0:
        return False
    cls = file.classes[made.cls]
    if not any(FILTERS.search(base) for base in cls.bases) or NARROW_MAPPER.search(" ".join(cls.bases)):
        return False
    if any(mark.name == "Catch" and mark.args for mark in cls.marks):
        return False
    return any(
        ERROR_TYPES.search(param.type) or ERROR_NAMES.match(param.name) for param in made.params
    ) and _takes_broad(made)


def _takes_broad(made: Function) -> bool:
    typed = [param for param in made.params if ERROR_TYPES.search(param.type)]
    return not typed or any(BROAD.match(param.type) for param in typed)


def plain(text: str) -> str:
    """Return the name of a class that is given as a value: Exception of Exception.class and [Exception::class]."""
    return text.strip("[]{} ").removesuffix(".java").removesuffix(".class").removesuffix("::class")
