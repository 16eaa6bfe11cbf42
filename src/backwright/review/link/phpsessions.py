"""Who is logged in, as PHP without a framework asks it: the session is read, and right behind that others are sent away.

`if (!isset($_SESSION["user_id"])) { header("Location: login.php"); exit; }`, in a script, in a file that it requires, in a
function that it calls (`requireLogin()`), or in the constructor of the class whose method answers. Conditions are no facts,
so that what counts is where somebody is sent: to a login, or to nothing but a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from backwright.review.facts import BARE, Arg, Call, File
from backwright.review.link.phprequires import Requires
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Project

DEPTH_MAX = 3  # functions and files followed
LINES_MAX = 4  # between asking and sending away
CALLS_MAX = 40  # of a function that are looked at: a check stands before the work
TEXTS_DEPTH = 3  # of values in each other that are looked into
# What a session holds of somebody who is logged in, by its key.
_KEY = regex(
    r"user|admin|log(ged)?_?_?in|auth|role|level|account|member|customer|employee|staff|email|status|^s?u?id$|usr|client|teacher|student|"
    r"doctor|patient|seller|vendor|access|permission|perfil|usuario|nivel|utilisateur|role|cargo|hak|identi",
    re.IGNORECASE,
)
_NO_KEY = regex(
    r"csrf|captcha|flash|cart|keranjang|lang|error|success|message|msg|redirect|return|last_|time|attempt|otp|temp",
    re.IGNORECASE,
)
_HELD = regex(r"_SESSION\[['\"]?(?P<key>[^'\"\]]*)")
_ASKS = frozenset({"userdata", "has_userdata", "has", "get", "exists"})
_SESSION = regex(r"(^|\.|\b)(session|_?sess)(\(\))?$", re.IGNORECASE)
_LIBRARY = regex(r"(ion_?auth|aauth|tank_auth|auth|shield|sentinel)(\(\))?$", re.IGNORECASE)
_LIBRARY_ASKS = regex(r"(is_?)?logged_?in|is_?log(ged)?_?in|is_?admin|is_?loggedin|loggedIn|guest", re.IGNORECASE)
_TO_LOGIN = regex(
    r"log-?_?in\b|login|sign-?_?in|(?<![a-z])auth(?![a-z])|(?<![a-z])logout|connexion|acceso|masuk|unauthori[sz]ed|access-?_?denied|forbidden|no-?_?access",
    re.IGNORECASE,
)
_REFUSES = regex(
    r"unauthori[sz]ed|unauthenticated|forbidden|access denied|not logged|log ?in (first|required)|please log|must (be logged|log)|login required|permission|no autorizado|acceso denegado|n[ãa]o autorizado|silakan login|harus login|non autoris",
    re.IGNORECASE,
)
_CODES = regex(r"\b40[13]\b")
_ANSWERS = frozenset({"http_response_code", "show_error", "response", "setStatusCode", "respond", "fail", "failUnauthorized", "failForbidden", "json", "abort", "header", "jsonResponse", "sendResponse", "json_response"})  # fmt: skip
_REDIRECTS = frozenset({"redirect", "header", "to", "redirectTo", "redirect_to", "wp_redirect", "Redirect"})
_ENDS_SESSION = frozenset(
    {"session_destroy", "sess_destroy", "session_unset", "unset_userdata", "destroy", "password_verify", "logout"}
)
_STARTS = ("initController", "beforeFilter", "before")  # run before each method of a controller
# What is looked into, whether it is a check: its body decides, not its name.
_MAY_CHECK = regex(
    r"require|check|auth|log(ged)?_?_?in|session|guard|admin|protect|secure|verify|valid|ensure|restrict|access|role|permission|init|cek|only|__construct|redirect_?if|user",
    re.IGNORECASE,
)


class Sessions:
    """Asks functions of PHP whether they send away who is not logged in."""

    def __init__(self, project: Project) -> None:
        self.project, self.requires = project, Requires(project)
        self._told: dict[tuple[Fn, int], bool] = {}

    def guard(self, fn: Fn, cls: Cls | None = None) -> bool:
        """Whether a handler, what it calls first, or the constructor of its class sends away who is not logged in."""
        own = cls if cls is not None else self.project.own_class(fn.file, fn.index)
        if own is not None:
            made = [each for base in self.project.base_classes(own) for each in self.project.constructors(base)]
            started = [each for name in _STARTS for each in self.project.method(own, name)[:1]]
            if any(self.turns_away(each, DEPTH_MAX) for each in (*made, *started)):
                return True
        return self.turns_away(fn, DEPTH_MAX)

    def turns_away(self, fn: Fn, depth: int) -> bool:
        """Whether a function asks the session and sends others away, itself or through what it calls."""
        known = self._told.get((fn, depth))
        if known is None:
            self._told[fn, depth] = False  # one that calls itself
            known = self._told[fn, depth] = self._turns_away(fn, depth)
        return known

    def _turns_away(self, fn: Fn, depth: int) -> bool:
        file = self.project.files[fn.file]
        own = [call for call in file.calls if call.fn == fn.index][:CALLS_MAX]
        asked = [*self._asks(fn, own), *_compared(file, fn.index)]
        if not any(call.name in _ENDS_SESSION for call in own):
            held = [*asked, *_held(file, fn.index)]
            for call in own:
                if _is_near(call.line, asked) and self._sends_away(fn, call):
                    return True
                if call.name in _REDIRECTS and _is_near(call.line, held) and self._sends_away(fn, call):
                    return True
            if any(_is_near(line, asked) for line in _refused(file, fn.index, own)):
                return True
        for call in own if depth else ():
            for inner in self._run(fn.file, call):
                if self.turns_away(inner, depth - 1):
                    return True
        return False

    def _run(self, at: int, call: Call) -> list[Fn]:
        """Return what a call runs that may be a check: a file that is required, a function that is given no data of its own."""
        if required := self.requires.run(at, call):
            return required
        is_told = call.flags & BARE and not call.args  # nothing goes in and nothing comes out: it does something
        if call.to or call.prev >= 0 or not (is_told or _MAY_CHECK.search(call.name)):
            return []
        return [fn for fn in self.project.resolve_call(at, call)[:1] if self.project.files[fn.file].language == "php"]

    def _asks(self, fn: Fn, own: Sequence[Call]) -> Iterator[int]:
        """Yield the lines on which the session is asked for somebody."""
        for call in own:
            if (
                (
                    call.name in ("isset", "empty", "is_null", "array_key_exists", "in_array")
                    and any(is_somebody(text) for value in call.args for text in _texts(value, TEXTS_DEPTH))
                )
                or (
                    call.name in _ASKS and _SESSION.search(call.on) and call.args and _names_somebody(call.args[0].text)
                )
                or (_LIBRARY_ASKS.fullmatch(call.name) and _LIBRARY.search(call.on))
            ):
                yield call.line
            elif call.name[:1].islower() or call.on:
                yield from (call.line for inner in self._answering(fn.file, call))

    def _answering(self, at: int, call: Call) -> list[Fn]:
        """Return the function of the project that says whether somebody is logged in: it returns what the session holds."""
        if not _LIBRARY_ASKS.search(call.name) and not re.search(r"check|auth|user", call.name, re.IGNORECASE):
            return []
        found = []
        for inner in self.project.resolve_call(at, call)[:1]:
            file = self.project.files[inner.file]
            if any(
                back.fn == inner.index
                and any(is_somebody(text) or "userdata" in text for text in _texts(back.value, TEXTS_DEPTH))
                for back in file.returns
            ):
                found.append(inner)
        return found

    def _sends_away(self, fn: Fn, call: Call) -> bool:
        texts = [text for value in call.args for text in _texts(value, TEXTS_DEPTH)]
        if call.name in _REDIRECTS:
            if any(_TO_LOGIN.search(text) for text in texts):
                return True
            return any(self._is_login(fn.file, value) for value in call.args)
        if call.name in ("die", "exit", "echo", "json_encode", "show_error", "throw") or call.name.endswith(
            "Exception"
        ):
            return any(_REFUSES.search(text) for text in (*texts, call.name))
        return call.name in _ANSWERS and any(_CODES.search(text) or _REFUSES.search(text) for text in texts)

    def _is_login(self, at: int, value: Arg) -> bool:
        """Whether `Location: index.php` names a script that takes a password."""
        told = re.search(r"([\w-]+\.php)", value.text)
        if told is None:
            return False
        for number in self.requires.named(told[1]):
            page = self.requires.pages.get(number)
            if page is not None and number != at and self._takes_password(page):
                return True
        return False

    def _takes_password(self, page: Fn) -> bool:
        file = self.project.files[page.file]
        return any(
            each.fn == page.index and re.search(r"_POST\[['\"]?\w*(pass|pwd|senha)", each.value.text, re.IGNORECASE)
            for each in file.assigns
        )


def _is_near(line: int, asked: Sequence[int]) -> bool:
    return any(0 <= line - each <= LINES_MAX for each in asked)


def _held(file: File, index: int) -> list[int]:
    """Return the lines that take anything but a cart or the like out of the session: who is sent to the login then, is nobody."""
    texts = [(each.line, each.value.text) for each in file.assigns if each.fn == index]
    texts += [(call.line, value.text) for call in file.calls if call.fn == index and call.name in ("isset", "empty") for value in call.args]  # fmt: skip
    return [line for line, text in texts if (told := _HELD.search(text)) and not _NO_KEY.search(told["key"])]


def _refused(file: File, index: int, own: Sequence[Call]) -> list[int]:
    """Return the lines of answers that refuse and are put together before the script ends: `$answer = ["message" => "Unauthorized"]`."""
    ends = [call.line for call in own if call.name in ("exit", "die")]
    return [
        each.line
        for each in file.assigns
        if each.fn == index
        and any(0 <= line - each.line <= LINES_MAX for line in ends)
        and any(_REFUSES.search(text) for text in _texts(each.value, TEXTS_DEPTH))
    ]


def is_somebody(text: str) -> bool:
    """Whether a text reads from the session who is logged in."""
    told = _HELD.search(text)
    return told is not None and _names_somebody(told["key"])


def _names_somebody(key: str) -> bool:
    return _KEY.search(key) is not None and _NO_KEY.search(key) is None


def _compared(file: File, index: int) -> list[int]:
    return [
        each.line
        for each in file.compares
        if each.fn == index
        and any(
            is_somebody(side.text)
            or (
                side.kind == "call"
                and side.text.endswith("session.userdata")
                and side.items
                and _names_somebody(side.items[0].text)
            )
            for side in (each.left, each.right)
        )
    ]


def _texts(value: Arg, depth: int) -> Iterator[str]:
    yield value.text
    for item in value.items if depth else ():
        yield from _texts(item, depth - 1)
