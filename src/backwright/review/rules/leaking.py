"""What a value gives away of an error: its stack trace or its text, through variables and functions of the project."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import BARE, Arg, Assign, Call, Function, Read
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import FIVE
from backwright.review.rules.filling import Filling, read_of
from backwright.review.rules.handling import ERROR_NAMES, handles_outside
from backwright.review.rules.looping import root

HOPS_MAX = 3  # variables followed
ABOVE = (
    12  # lines before a function in which the one around it may ask where the program runs, for what it is about to do
)
STACK = regex(
    r"(^|\.)(format_exc|format_exception|format_tb|print_exc|stack|StackTrace|getTraceAsString|getTrace|getStackTrace|stackTraceToString|stackTrace|getFullStackTrace|"
    r"getStackTraceAsString|debug_backtrace)(\(\))?$|debug\.(Stack|PrintStack)$|Backtrace\.(capture|force_capture)$|^backtrace$"
)
TEXT = regex(
    r"^[$&*]*(\w+)(\.(base|source|unwrap|getCause|cause|InnerException|root_cause))?(\(\))?"
    r"\.(Error|getMessage|message|Message|localizedMessage|getLocalizedMessage|toString|ToString|what|to_string|sqlMessage|getErrorMessage|args|orig|detail|details)(\(\))?$"
)
# One of two texts, of which the error's comes first if it has one: err.message || "failed", e.getMessage() ?: "failed".
EITHER = regex(
    r"^[$&*(]*(\w+)\??(\.|->)(getMessage\(\)|message|Message|localizedMessage|what\(\)|orig)\s*(\|\||\?\?|\?:|\?|if\b)|"
    r"^str\((\w+)\)(\.\w+\([^()]*\)|\[[\w:]*\])*(\s+(or|if)\b|\s*,\s*[\w.]+$|$)"
)
# A driver's own words for what failed, whatever the variable is called: result.getErrorMessage(), sqlite3_errmsg(db).
DRIVER = regex(
    r"(^|[.:])(getErrorMessage|sqlite3_errmsg|mysqli?_error|mysqli_stmt_error|pg_last_error|pg_result_error|PQerrorMessage|"
    r"PQresultErrorMessage|oci_error|sqlsrv_errors)(\(\))?$"
)
CARRIED = regex(
    r"^((?:\w+\.)+(?:Error|Err))\.Error(\(\))?$"
)  # Go: the error that a result carries, result.Error.Error()
TRANSLATES = regex(r"(^|\.)(Translate\w*|translate|Localize|localize|gettext|_|__)$")
GO_ERRORS = regex(r"^(err\w*|\w+Err)$")
STREAMS = regex(
    r"^(WriteAsync|Content|Text)$"
)  # C#: what takes a text, and in a channel or a log whatever is kept there
WHOLE = frozenset(
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
LOGS = regex(r"\blog|logger|print|warn|trace", re.IGNORECASE)
TESTS = regex(
    r"contains|includes|starts_?with|ends_?with|match|index_?of|equals|strpos|hasPrefix|hasSuffix", re.IGNORECASE
)
TEXTS = frozenset({"error", "string", "bool", "void", ""})  # what a function returns that makes no answer
# Signs that the code tells development and production apart, or shows only what was written for the client.
GUARDS = regex(
    r"NODE_ENV|is_?dev|is_?prod|\bdebug\b|development|production|kernel\.debug|\bexpose\b|isOperational|is_public|isPublic|userMessage|user_message|"
    r"safe_?message|showDetails|display_?errors?|displayErrorDetails|APP_ENV|\benv\b",
    re.IGNORECASE,
)
# Of the environment, what says where a program runs: NODE_ENV, SHOW_ERRORS; MAX_UPLOAD or PUBLIC_URL says nothing of that.
ENVIRONMENT = regex(r"(^|\.)(process|meta|Bun|Deno)\.env$|^os\.environ$")
RUNS = regex(r"(^|_)(ENV|ENVIRONMENT|STAGE|DEBUG|DEV|DEVELOPMENT|PROD|PRODUCTION|VERBOSE|SHOW|EXPOSE|DISPLAY)(_|$)")
SETTING = regex(r"\b(?:process|meta)\.env\.(\w+)")
SETTINGS = frozenset({"config", "env", "getenv", "get", "getParameter"})


# What a function makes of an error that still tells its text, and what it chooses by whom to tell it.
GIVES = regex(r"(\.|^|\b)(message|stack|toString\(\))(?!\w)|\bString\(|\bstringify\b|\$\{|\binspect\b")
CHOOSES = regex(r"(status\w*|code|kind|expose|public|known|instanceof (?!Error\b)\w+)\b[^?]*\?", re.IGNORECASE)


class Leak(NamedTuple):
    """What is given away: stack or text, as written, and the name of the error; `whole`: the error as an object."""

    kind: str
    text: str
    var: str
    spots: tuple[Spot, ...] = ()
    line: int = 0
    whole: bool = False


def within(value: Arg) -> Iterator[Arg]:
    """Yield a value and all that stands in it."""
    yield value
    for item in value.items:
        yield from within(item)


class Leaks:
    """What values give away."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.filling = Filling(model)

    # ---- functions of the project that make texts --------------------------------------------

    @cached_property
    def traces(self) -> frozenset[Fn]:
        """Functions that return a stack trace."""
        found = set()
        for at in self.model.own:
            for call in self.model.files[at].calls:
                whole = f"{call.on}.{call.name}" if call.on else call.name
                printed = call.name == "printStackTrace" and call.args
                if call.fn >= 0 and (printed or (call.to == "return" and STACK.search(whole))):
                    found.add(Fn(at, call.fn))
        return frozenset(found)

    @cached_property
    def texters(self) -> dict[Fn, int]:
        """Functions that put the text of an error they are given into what they return, NewError(err), and the line of it."""
        return {
            Fn(at, call.fn): call.line for at in self.model.own for call in self.model.files[at].calls
            if call.fn >= 0 and self._tells_its_error(at, call)
        }  # fmt: skip

    def _tells_its_error(self, at: int, call: Call) -> bool:
        if not call.on.lstrip("$").isidentifier() or not TEXT.match(f"{call.on}.{call.name}()"):
            return False
        file = self.model.files[at]
        made = file.functions[call.fn]
        if call.flags & BARE or call.args or LOGS.search(made.name) or made.returns in TEXTS:
            return False
        outer = file.calls[call.inside] if call.inside >= 0 else None
        if outer is not None and (LOGS.search(f"{outer.on}.{outer.name}") or TESTS.search(outer.name)):
            return False
        return self._is_given(at, call, made) and not self.is_guarded(at, call.fn)

    def _is_given(self, at: int, call: Call, made: Function) -> bool:
        """Whether what a text is taken from is an error that the function is given, or made from one."""
        held = self.model.project.assigned[at].get((call.fn, call.on), ())
        names = {call.on, *(root(each.value.text) for each in held)} - {""}
        if any(param.name in names and ERROR_NAMES.match(param.name) for param in made.params):
            return True
        is_unknown = not held and not any(param.name == call.on for param in made.params)
        is_go = self.model.files[at].language == "go"  # switch v := err.(type)
        return is_go and is_unknown and call.name == "Error" and any(param.type == "error" for param in made.params)

    # ---- values -------------------------------------------------------------------------------

    def of(self, at: int, fn: int, value: Arg, hops: int = HOPS_MAX, line: int = 0) -> Leak | None:
        """Return what a value gives away, a stack trace before a text; what variables are given after its line is left out."""
        found = self._plainly(at, fn, value) or (self._called(at, fn, value) if hops else None)
        if found is not None:
            return found
        if value.kind == "fn":
            return None
        if value.kind == "call" and TRANSLATES.search(value.text):  # the key of a text, and what is put into that
            return self._put_in(at, fn, value, hops, line)
        if hops and self._keeps_back(at, fn, value, hops):
            return None
        inner = [
            leak._replace(line=leak.line or item.line)
            for item in value.items
            if (leak := self.of(at, fn, item, hops, line)) is not None
        ]
        if inner:
            return min(inner, key=lambda each: each.kind)
        return (self._named(at, fn, value, hops, line) or self._filled(at, fn, value, hops, line)) if hops else None

    def _plainly(self, at: int, fn: int, value: Arg) -> Leak | None:
        """Return what stands there in so many words."""
        text = value.text
        if value.kind in ("name", "call"):
            if STACK.search(text) and (not text.endswith("stack") or ERROR_NAMES.match(root(text))):
                return Leak("stack", text, root(text))
            told = TEXT.match(text)
            if told and (ERROR_NAMES.match(told[1]) or self._is_go_error(at, told[1])):
                return Leak("text", text, told[1])
            if DRIVER.search(text):
                return Leak("text", text, "")
            carried = CARRIED.match(text) if self.model.files[at].language == "go" else None
            if carried:
                return Leak("text", text, carried[1])
        either = EITHER.match(text) if value.kind in ("other", "name") else None
        if either and (name := either[1] or either[5]) and ERROR_NAMES.match(name):
            return Leak("text", text, name)
        last = (
            value.items[-1:]
            if value.kind == "call" and text in WHOLE
            else value.items
            if value.kind in ("fmt", "concat")
            else ()
        )
        for item in last:
            if item.kind == "name" and self.is_error(at, fn, item.text):
                return Leak("text", text if value.kind == "call" else item.text, item.text)
        return self.in_tuple(at, value)

    def _put_in(self, at: int, fn: int, value: Arg, hops: int, line: int) -> Leak | None:
        """Return what a translated text gives away by what is put into it: _("Failed: %(error)s", error=e)."""
        key, *told = value.items or (value,)
        if key.kind in ("fmt", "concat") or (key.kind == "call" and key.text.startswith(("'", '"'))):
            told.append(key)  # made where it is asked for: _("Failed: {}".format(e))
        for item in told:
            if item.kind == "name" and self.is_error(at, fn, item.text):
                return Leak("text", item.text, item.text)
            leak = self.of(at, fn, item, hops, line)
            if leak is not None:
                return leak
        return None

    def in_tuple(self, at: int, value: Arg) -> Leak | None:
        """Rust's tuples are kept as source: (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())."""
        if self.model.files[at].language != "rust" or not FIVE.search(value.text):
            return None
        found = re.search(r"\b(\w+)\.to_string\(\)", value.text)
        return Leak("text", found[0], found[1]) if found and ERROR_NAMES.match(found[1]) else None

    def whole(self, at: int, call: Call) -> Leak | None:
        """Return what is given away of an error that is sent as it is: Go's c.JSON(500, err), with the fields that the driver's has, C#'s BadRequest(ex)."""
        if self.model.files[at].language == "csharp" and not STREAMS.search(call.name):
            held = next((v for v in call.args if v.kind == "name" and self.is_error(at, call.fn, v.text)), None)
            return Leak("text", held.text, held.text) if held is not None else None
        if self.model.files[at].language != "go" or "JSON" not in call.name:
            return None
        given = [
            *call.args,
            *(item for value in call.args if value.kind in ("dict", "call", "list") for item in value.items),
        ]
        held = next((value for value in given if value.kind == "name" and GO_ERRORS.match(value.text)), None)
        return Leak("text", held.text, held.text) if held is not None else None

    def _called(self, at: int, fn: int, value: Arg) -> Leak | None:
        """Return what a function of the project gives away of an error it is given."""
        if value.kind != "call" or not (self.traces or self.texters):
            return None
        given = [item.text for item in value.items if item.kind == "name" and self.is_error(at, fn, item.text)]
        on, _, name = value.text.rpartition(".")
        if on in ("parent", "super", "base"):
            return None  # the framework's own
        targets = self.model.project.resolve(at, fn, on, name) if given or self.traces else ()
        if any(target in self.traces for target in targets):
            return Leak("stack", value.text, given[0] if given else "")
        if given and targets and all(target in self.texters for target in targets):
            spots = tuple(Spot(self.model.files[fn.file].path, self.texters[fn], "the text") for fn in targets)
            return Leak("text", value.text, given[0], spots)
        return None

    def _keeps_back(self, at: int, fn: int, value: Arg, hops: int) -> bool:
        """Whether a function of the project makes something else of the error it is given: toAnswer(err) with a text of its own."""
        if value.kind != "call" or self.model.files[at].language != "javascript":
            return False
        if not any(item.kind == "name" and self.is_error(at, fn, item.text) for item in value.items):
            return False
        on, _, name = value.text.rpartition(".")
        project = self.model.project
        classes = project.classes_by_name.get(on, ())
        targets = project.resolve(at, fn, on, name) or (project.method(classes[0], name) if len(classes) == 1 else ())
        return bool(targets) and all(self._returns_none_of_it(target, hops - 1) for target in targets)

    def _returns_none_of_it(self, fn: Fn, hops: int) -> bool:
        """Whether what a function returns is seen, and holds no text of what it is given unless it chooses by a status or kind."""
        made = [each for each in self.model.files[fn.file].returns if each.fn == fn.index and each.value.kind != "none"]
        return bool(made) and all(
            self.of(fn.file, fn.index, each.value, hops) is None
            and not any(GIVES.search(text) and not CHOOSES.search(text) for text in self._told_by(fn, each.value))
            for each in made
        )

    def _told_by(self, fn: Fn, value: Arg) -> Iterator[str]:
        """Yield the texts of what a function returns, also of what its variables were given; a parameter as `String()` of it."""
        params = {param.name for param in self.model.project.function(fn).params}
        for each in within(value):
            yield f"String({each.text})" if each.kind == "name" and each.text in params else each.text
            held = self.model.project.assigned[fn.file].get((fn.index, each.text), ()) if each.kind == "name" else ()
            yield from (part.text for assign in held for part in within(assign.value))

    def _named(self, at: int, fn: int, value: Arg, hops: int, line: int) -> Leak | None:
        """Return what a variable gives away."""
        if value.kind != "name" or not value.text.lstrip("$").isidentifier():
            return None
        if self.model.files[at].language == "javascript" and self.is_error(at, fn, value.text):
            return Leak("text", value.text, value.text, whole=True)
        made = self.model.project.assigned[at].get((fn, value.text), ())
        made = [each for each in made if not line or each.line <= line]
        if not made:
            over = (loop.value for loop in self.model.files[at].loops if loop.fn == fn and value.text in loop.vars)
            return next((leak for each in over if each is not None and (leak := self._plainly(at, fn, each))), None)
        kept = made[-1]
        if any(assign.value.kind == "str" for assign in made):
            file = self.model.files[at]
            if made[0].value.kind == "str" or fn < 0 or not handles_outside(file, file.functions[fn]):
                return None  # a fixed text, and another only in some case
            kept = made[0]
        if len(made) == 2 and made[0].value.kind == "none" and not self._is_caught(at, kept):
            return None  # nothing, and a text only in some case
        leak = self.of(at, fn, kept.value, hops - 1, kept.line)
        return self._noted(at, leak, kept.value.line or kept.line) if leak is not None else None

    def _is_caught(self, at: int, kept: Assign) -> bool:
        """Whether a variable is given its text in a handler, and so whenever something fails."""
        return any(each.fn == kept.fn and each.line <= kept.line <= each.end for each in self.model.files[at].catches)

    def _filled(self, at: int, fn: int, value: Arg, hops: int, line: int) -> Leak | None:
        """Return what was put into a variable after it was made: body.message = e.getMessage()."""
        name = read_of(value)
        for there, each in self.filling.of(at, fn, name, line) if name else ():
            leak = self.of(at, fn, each, hops - 1)
            if leak is not None:
                return self._noted(at, leak, there)
        return None

    def _noted(self, at: int, leak: Leak, line: int) -> Leak:
        """Return a leak with the place where its text is kept."""
        return leak._replace(spots=(*leak.spots, Spot(self.model.files[at].path, line, leak.text)))

    def is_error(self, at: int, fn: int, name: str) -> bool:
        """Whether a name stands for a caught error, or for the error a handler is given."""
        file = self.model.files[at]
        if file.language == "go":
            return bool(GO_ERRORS.match(name))
        if not ERROR_NAMES.match(name):
            return False
        enclosing = self.model.enclosing(at, fn)
        if any(made.var == name and made.fn in enclosing for made in file.catches):
            return True
        return any(param.name == name for number in enclosing for param in file.functions[number].params)

    def _is_go_error(self, at: int, name: str) -> bool:
        return self.model.files[at].language == "go" and bool(GO_ERRORS.match(name))

    # ---- is it meant so -----------------------------------------------------------------------

    def is_guarded(self, at: int, fn: int) -> bool:
        """Whether the function tells development and production apart."""
        file = self.model.files[at]
        made = file.functions[fn]
        held = self.model.enclosing(at, fn)[:2]
        near = {each: range(made.line - ABOVE, made.end + 1) if each != fn else None for each in held}

        def counts(where: int, line: int) -> bool:
            return where in near and ((span := near[where]) is None or line in span)

        reads = [read for read in file.reads if counts(read.fn, read.line)]
        named = {read.line for read in reads if ENVIRONMENT.search(read.base)}
        if any(_asks_for(read) and not (read.attr == "env" and read.line in named) for read in reads):
            return True
        return any(counts(call.fn, call.line) and self._asks(call) for call in file.calls)

    def _asks(self, call: Call) -> bool:
        if re.search(r"log", call.on, re.IGNORECASE):
            return False
        if GUARDS.search(call.name) and call.name.lower() not in ("debug", "trace"):
            return True
        told = (SETTING.sub(lambda found: found[0] if RUNS.search(found[1]) else "", text) for text in self._told(call))
        return any(GUARDS.search(text) and not STACK.search(text) for text in told)

    def _told(self, call: Call) -> Iterator[str]:
        for value in call.args:
            if value.kind in ("other", "name", "call") or (value.kind == "str" and call.name in SETTINGS):
                yield value.text
                yield from (item.text for item in value.items if item.kind == "other")


def _asks_for(read: Read) -> bool:
    """Whether an attribute that is read says how the program runs."""
    if ENVIRONMENT.search(read.base):
        return bool(RUNS.search(read.attr))
    if re.search(r"log", read.base, re.IGNORECASE):
        return False
    return bool(GUARDS.search(read.attr)) or (bool(GUARDS.search(read.base)) and read.attr not in ("error", "log"))
