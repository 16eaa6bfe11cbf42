"""Roles that people give themselves: a sign-up that anybody may call stores what it is sent as role, roles or is_admin (PHP)."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

DEPTH = 3  # functions followed from a sign-up
_SIGN_UP = regex(
    r"(?<![a-z])(register|registration|sign_?-?up|inscription)(?!ed)(?![a-z]*(token|device|event|visit|hook))",
    re.IGNORECASE,
)
_FLAG = regex(r"(is_?)?(admin(istrator)?|super_?admin|super_?user|staff)", re.IGNORECASE)
_ROLE = regex(r"(user_?)?roles?(_?(id|ids|name))?", re.IGNORECASE)
_ADMIN = regex(r"(^|[:,|_.\\-])(role_)?(super_?)?admin(istrator)?s?($|[,|:])", re.IGNORECASE)
_REQUEST = regex(
    r"(\$?(this\.)?(request|req|data|input|payload|body|params|post|form|validated\w*|content|fields|_POST|_REQUEST))(\(\))?$",
    re.IGNORECASE,
)
_READ = regex(r"(?P<on>[\w.()]+?)(\[['\"](?P<key>\w+)['\"]\]|\.(?P<field>\w+))\s*(\?\?.*)?$")
_ASKS = frozenset({"input", "get", "post", "json", "getPost", "getVar", "string", "query"})
_STORES = regex(r"^(create|insert|save|store|update|fill|forceFill|persist|set\w*|assignRole|syncRoles|attach|sync|firstOrCreate|register|add|make|execute|bindParam|bindValue)$", re.IGNORECASE)  # fmt: skip
_CHECKS = regex(r"^(validate|make|validated|set_rules|setRules|rules)$")
_CLOSED = regex(r"\b(prohibited|exclude|missing)\b")


def chosen_roles(model: Model) -> Iterator[Hit]:
    """Yield one finding for each sign-up that lets its caller choose what he may do."""
    finder = _Finder(model)
    told: set[tuple[int, int]] = set()
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if declared.handler is None or endpoint.auth or endpoint.method == "GET" or not _is_sign_up(declared, endpoint):
            continue
        if model.files[declared.handler.file].language != "php":
            continue
        hit = finder.of(declared, endpoint)
        if hit is not None and (hit.at, hit.line) not in told:
            told.add((hit.at, hit.line))
            yield hit


def _is_sign_up(declared: Declared, endpoint: Endpoint) -> bool:
    last = endpoint.path.rstrip("/").rpartition("/")[2]
    return _SIGN_UP.search(last) is not None or _SIGN_UP.search(declared.label.rpartition(".")[2]) is not None or _SIGN_UP.match(declared.label) is not None  # fmt: skip


class _Finder:
    def __init__(self, model: Model) -> None:
        self.model, self.project = model, model.project

    def of(self, declared: Declared, endpoint: Endpoint) -> Hit | None:
        """Return the finding of a sign-up, if it has one."""
        handler = declared.handler
        if handler is None:
            return None
        reached = [fn for level in self.model.effects.levels(handler, DEPTH) for fn in level]
        lists = [*self._forms(handler), *(found for fn in reached for found in self._rules(fn))]
        for at, item in lists:
            if self._gives_away(item):
                return self._hit(declared, endpoint, at, item.line, item.name, handler)
        if lists:
            return None  # what it may be is written down
        for fn in reached:
            for call, name in self._stored(fn):
                return self._hit(declared, endpoint, fn.file, call.line, name, fn)
        return None

    def _hit(self, declared: Declared, endpoint: Endpoint, at: int, line: int, name: str, fn: Fn) -> Hit:
        who = f"{endpoint.method} {endpoint.path}"
        path = (
            Spot(self.model.files[declared.at].path, declared.line, who),
            Spot(self.model.files[at].path, line, name),
        )
        message = f"{who} needs no login and takes {name} from whoever signs up: anybody makes himself what he likes"
        inside = fn.index if fn.file == at else -1
        return Hit(at, line, message, inside, path, Confidence.HIGH, tier=Tier.DEFAULT, key=f"{at} {line} sign-up")

    # ---- what is allowed ----------------------------------------------------------------------

    def _forms(self, handler: Fn) -> Iterator[tuple[int, Arg]]:
        """Yield the entries about roles of the form requests that a handler takes."""
        for param in self.project.function(handler).params:
            cls = self.project.find_class(handler.file, param.type.strip("?")) if param.type else None
            if cls is None or not any(name.endswith("FormRequest") for name in self.project.ancestors(cls)):
                continue
            for fn in self.project.method(cls, "rules")[:1]:
                for back in self.model.files[fn.file].returns:
                    if back.fn == fn.index:
                        yield from ((fn.file, item) for item in back.value.items if _is_about(item.name))

    def _rules(self, fn: Fn) -> Iterator[tuple[int, Arg]]:
        """Yield the entries about roles of what a function has validated."""
        for call in self._calls(fn):
            if _CHECKS.match(call.name):
                for value in call.args:
                    for item in value.items if value.kind == "dict" else ():
                        if _is_about(item.name) and (item.kind in ("list", "str") or "|" in item.text):
                            item.line = item.line or call.line
                            yield fn.file, item

    def _gives_away(self, item: Arg) -> bool:
        """Whether what may be sent as a role is not limited to what anybody may be."""
        texts = [text for text in flat((item,)) if text != item.name]
        whole = " ".join(texts)
        if _CLOSED.search(whole):
            return False
        if _FLAG.fullmatch(item.name):
            return True
        limits = [text for text in texts if re.search(r"(^|\|)in:", text)]
        listed = [
            value
            for value in item.items
            if value.kind == "call" and value.text.rpartition(".")[2] in ("in", "Enum", "In", "enum")
        ]
        if limits or listed:
            return any(_ADMIN.search(part.strip()) for text in limits for part in re.split(r"[:,|]", text)) or any(
                self._lists_admin(value) for value in listed
            )
        return self.has_admins

    def _lists_admin(self, value: Arg) -> bool:
        """Whether a list of values, `Rule::in(["admin", "user"])` or an enum's, has an administrator among them."""
        if any(_ADMIN.search(text) for item in value.items for text in flat((item,))):
            return True
        for item in value.items:
            name = item.text.removesuffix(".class")
            for cls in self.project.classes_by_name.get(name.rpartition(".")[2].rpartition("\\")[2], ()):
                made = self.project.class_(cls)
                if made.kind == "enum" and any(_ADMIN.search(field.name) for field in made.fields):
                    return True
        return False

    # ---- what is stored -----------------------------------------------------------------------

    def _stored(self, fn: Fn) -> Iterator[tuple[Call, str]]:
        """Yield the calls that store a role which the request brings: `User::create(["role" => $request->role])`."""
        if not self.has_admins:
            return
        for call in self._calls(fn):
            if not (_STORES.match(call.name) or call.name[:1].isupper()):
                continue
            for value in (each for arg in call.args for each in (arg, *arg.items)):
                if (name := _asked_for(value)) is not None:
                    yield call, name

    def _calls(self, fn: Fn) -> list[Call]:
        return [call for call in self.model.files[fn.file].calls if call.fn == fn.index]

    @cached_property
    def has_admins(self) -> bool:
        """Whether the application tells administrators from others by a role."""
        for at in self.model.own:
            file = self.model.files[at]
            if file.language != "php":
                continue
            if any(
                side.kind == "str" and _ADMIN.search(side.text)
                for each in file.compares
                for side in (each.left, each.right)
            ):
                return True
            if any(
                value.kind == "str" and _ADMIN.search(value.text)
                for call in file.calls
                for arg in call.args
                for value in (arg, *arg.items)
            ):
                return True
            if any(
                made.kind == "enum" and _ROLE.search(made.name) and any(_ADMIN.search(f.name) for f in made.fields)
                for made in file.classes
            ):
                return True
        return any("ROLE_ADMIN" in text for path, text in self.model.texts.items() if path.endswith("security.yaml"))


def _is_about(name: str) -> bool:
    return _FLAG.fullmatch(name) is not None or _ROLE.fullmatch(name) is not None


def _asked_for(value: Arg) -> str | None:
    """Return the key by which a value is taken from a request, if it says what somebody may do."""
    if value.kind == "call":
        on, _, name = value.text.rpartition(".")
        if name in _ASKS and _REQUEST.search(on) and value.items and value.items[0].kind == "str":
            return value.items[0].text if _is_about(value.items[0].text) else None
        return None
    told = _READ.match(value.text.replace("->", ".").replace("$", "")) if value.kind in ("name", "other") else None
    if told is None or _REQUEST.search(told["on"]) is None:
        return None
    key = told["key"] or told["field"] or ""
    return key if _is_about(key) else None
