"""REST framework's permissions: whether the classes that stand before a view let in who is not logged in."""

import re
from collections.abc import Iterable

from backwright.review.facts import Arg, Read
from backwright.review.link.djangosettings import class_called
from backwright.review.link.djangoviews import DjangoViews
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "*"})
# Of libraries. What none of these names says is no login: object permissions are asked later, and of everybody.
_OPEN = regex(r"^(AllowAny|BasePermission|HasObjectPermission\w*)$")
# They let in only who is not logged in yet: `IsNotAuthenticated`, `AnonymousOnly`.
_GUESTS = regex(r"Not_?(Authenticated|LoggedIn)|Unauthenticated|Anonymous|Guest|LoggedOut", re.IGNORECASE)
_IS_NOT = regex(r"^\(?\s*(not\s+(bool\()?[\w.]*\.is_authenticated\)?|[\w.]*\.is_anonymous)\s*\)?$")
_READ_ONLY = regex(r"ReadOnly$")
_LOGIN = regex(
    r"Authenticated|^Is(Admin|Staff|Superuser|Owner|User|Member)|^DjangoModelPermissions$|^DjangoObjectPermissions$|^TokenHas|APIKey|ScopeAuthorized|^HasScope|LoginRequired"
)
_ASKS_WHO = frozenset({"is_authenticated", "is_anonymous", "is_staff", "is_superuser", "is_active"})
_AUTHENTICATES = regex(r"(\w+\.)*\w*Authentication\(\)$")  # `JWTAuthentication().authenticate(request)`
_SAFE_NAMES = regex(r"(^|\.)SAFE_METHODS$")
_READING = regex(r"\bmethod\s+in\b.*\bor\b|\bor\b.*\bmethod\s+in\b", re.DOTALL)
_FLAG = regex(r"required|private|public|protected|anonymous|login|permission|secure", re.IGNORECASE)
_JOINS = regex(r"[|&~]")
_OPENING_FLAG = regex(r"public|anonymous|allow|open", re.IGNORECASE)


class Permissions:
    """Reads permission classes: those of libraries by their name, the project's by what they ask."""

    def __init__(self, project: Project, views: DjangoViews) -> None:
        self.project, self.views = project, views

    def demand(self, at: int, values: Iterable[Arg], method: str, view: Cls | None, *, is_detail: bool) -> bool:
        """Whether permissions that are all asked, as written in file `at`, want a login."""
        return any(self._demands(at, value, method, view, is_detail) for value in values)

    def _demands(self, at: int, value: Arg, method: str, view: Cls | None, is_detail: bool) -> bool:
        text = value.text.strip()
        if value.kind in ("other", "concat", "num"):  # IsAdmin | ReadOnly, IsOwner & IsMember, ~IsBanned
            parts, joined = _operands(text)
            if text.startswith("~") and len(parts) == 1:
                return False
            told = [
                self._demands(at, Arg("other" if _JOINS.search(part) else "name", part), method, view, is_detail)
                for part in parts
                if part != text
            ]
            return bool(told) and (all(told) if joined == "|" else any(told))
        cls = self._class(at, value)
        if cls is not None:
            return self._of_class(cls, method, view, is_detail)
        return _library(text.rpartition(".")[2], method)

    def _class(self, at: int, value: Arg) -> Cls | None:
        if value.kind == "str":  # "shop.permissions.IsOwner" of the settings
            return class_called(self.project, at, value.text)
        return self.project.find_class(at, value.text)

    def _of_class(self, cls: Cls, method: str, view: Cls | None, is_detail: bool) -> bool:
        """What a project's permission says: its own `has_permission`, else that of the class it is made from."""
        for each in self.project.base_classes(cls):
            own = self.own(each, "has_permission")
            if own is not None and self._is_for_guests(each, own):
                return False
            told = self._asks(own, method, view) if own is not None else None
            if told is not None:
                return told
            of_object = self.own(each, "has_object_permission") if is_detail and method not in SAFE else None
            if of_object is not None and self._asks(of_object, method, view):
                return True
            above = self.project.class_(each).bases
            for base in above:
                if self.project.find_class(each.file, base) is None and _library(base.rpartition(".")[2], method):
                    return True
        return False

    def _is_for_guests(self, cls: Cls, own: Fn) -> bool:
        """Whether a permission lets in only who is not logged in, by its name or by all that it gives."""
        returns = [told.value.text for told in self.project.files[own.file].returns if told.fn == own.index]
        is_named = (
            _GUESTS.search(self.project.class_(cls).name) is not None and "Or" not in self.project.class_(cls).name
        )
        return is_named or (bool(returns) and all(map(_IS_NOT.match, returns)))

    def own(self, cls: Cls, name: str) -> Fn | None:
        """Return a class's own method of that name, not an inherited one."""
        found = self.project.methods.get((self.project.class_(cls).name, name), ())
        return next((fn for fn in found if fn.file == cls.file and self.project.function(fn).cls == cls.index), None)

    def _asks(self, fn: Fn, method: str, view: Cls | None) -> bool | None:
        """Whether a permission's function lets in only who is logged in; None if it leaves that to its base class."""
        file, made = self.project.files[fn.file], self.project.function(fn)
        calls = [call for call in file.calls if call.fn == fn.index]
        steps = [step for call in calls if call.on == "self" for step in self.project.resolve_call(fn.file, call)]
        reads = [read for step in (fn, *steps) for read in self._reads(step)]
        asks_who = any(r.attr in _ASKS_WHO or (r.attr in ("user", "auth") and r.base == "request") for r in reads)
        asks_who = asks_who or any(c.name == "authenticate" and _AUTHENTICATES.match(c.on) for c in calls)
        if not asks_who and any(call.on == "super()" for call in calls):
            return None
        if not asks_who:
            return False
        viewed = made.params[2].name if len(made.params) > 2 else "view"
        flags = [r.attr for r in reads if r.base == viewed and _FLAG.search(r.attr)]
        if flags and made.name == "has_permission":
            return any(self.flag(view, name) for name in flags)
        opens = any(_SAFE_NAMES.search(f"{r.base}.{r.attr}") for r in reads) or any(
            told.fn == fn.index and _READING.search(told.value.text) for told in file.returns
        )
        return not (method in SAFE and (opens or self._names_safe(fn)))

    def _reads(self, fn: Fn) -> list[Read]:
        return [read for read in self.project.files[fn.file].reads if read.fn == fn.index]

    def _names_safe(self, fn: Fn) -> bool:
        """Whether a function compares with SAFE_METHODS by its bare name, as after `from ... import SAFE_METHODS`."""
        file = self.project.files[fn.file]
        return "SAFE_METHODS" in self.project.imported[fn.file] and any(
            told.fn == fn.index and told.value.text == "True" for told in file.returns
        )

    def flag(self, view: Cls | None, name: str, given: Iterable[Arg] = ()) -> bool:
        """Whether an attribute of a view that switches a check on is set, by what makes it or by its class."""
        value = next((each for each in given if each.name == name), None)
        if value is None and view is not None:
            value = self.views.field(view, name)
        if value is None:
            return False
        is_set = value.kind != "none" and value.text not in ("False", "None") and bool(value.text or value.items)
        return is_set != bool(_OPENING_FLAG.search(name))


def flags_of(names: Iterable[str]) -> list[str]:
    """Return which attributes are switches of a check by their name."""
    return [name for name in names if _FLAG.search(name)]


def _operands(text: str) -> tuple[list[str], str]:
    """Split `(A | B) & C` where it is put together last; brackets around all of it are taken off."""
    while text.startswith("(") and _closes(text) == len(text) - 1:
        text = text[1:-1].strip()
    for joined in "|&":
        parts, depth, start = [], 0, 0
        for n, letter in enumerate(text):
            depth += (letter == "(") - (letter == ")")
            if letter == joined and not depth:
                parts.append(text[start:n].strip())
                start = n + 1
        if parts:
            return [*parts, text[start:].strip()], joined
    return [text], ""


def _closes(text: str) -> int:
    """Where the bracket that a text begins with is closed, -1 if nowhere."""
    depth = 0
    for n, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return n
    return -1


def _library(name: str, method: str) -> bool:
    if _OPEN.search(name) or _GUESTS.search(name):
        return False
    if _READ_ONLY.search(name):
        return method not in SAFE
    return bool(_LOGIN.search(name))
