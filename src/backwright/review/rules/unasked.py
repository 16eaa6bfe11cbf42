"""Python: views and GraphQL resolvers that change or hand out what is not for everybody, and nowhere ask who is there."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import Known
from backwright.review.rules.identity import Identity
from backwright.review.rules.others import SOCIAL, Others
from backwright.review.rules.owned import PRIVATE_THING, is_person, snake, thing
from backwright.review.rules.public import OPTIONAL, PUBLIC, SIGNS_UP, is_meant_open
from backwright.review.rules.resolvers import Resolver, resolvers
from backwright.review.rules.rule import Hit
from backwright.review.rules.templatefiles import RENDERS

SPOTS_MAX = 40  # places shown for one file: what comes after is the same mistake once more
# Paths and names by which something is for those who run the application.
_INSIDE = regex(r"(^|[/_.])(admin\w*|_?debug|internal|backoffice|audits?|logs?)([/_.]|$)", re.IGNORECASE)
_VERSION = regex(r"^v\d+(\.\d+)?$", re.IGNORECASE)
# What wipes or rebuilds everything.
_WIPES = frozenset({"drop_all", "drop_database", "dropDatabase", "flushdb", "flushall", "drop_collection", "reset_db"})
_ENVIRONMENT = regex(r"^(dict\()?(os\.environ|request\.META|(current_)?app\.config|request\.environ)\)?$")
# What guests leave behind: nobody has to be logged in for it.
_OF_GUESTS = regex(
    r"contact|comment|feedback|newsletter|subscri|survey|poll|vote|answer|track|hit|visit|rating|review|guest|chat|token|session|code|captcha|cart|webhook|bounce",
    re.IGNORECASE,
)
_OF_ITS_OWN = regex(
    r"message|order|checkout|booking|reservation|lead|enquir|inquir|report|log|event|view|ticket|application|appointment|donat|paste|share|short|url|link|file|upload",
    re.IGNORECASE,
)  # unless it is added to something that is there
_FILES = regex(r"(^|_)(file|document|attachment|invoice|statement|receipt|report|upload|backup)s?(_|$)")
_SHOWN = regex(
    r"avatar|picture|photo|public|exist|availab|suggest|(?<!ac)count|look_?up|recent|popular|leader|rank|author|profiles?/\{user_?name\}",
    re.IGNORECASE,
)
_PRIVATE_COLUMN = regex(
    r"(?<=[\s,.`\"])(balance|password|passwd|ssn|iban|salary|phone(_number)?|address|birth_?date|date_of_birth|card_number|cvv|e?mail)(?=[\s,`\"])",
    re.IGNORECASE,
)
_PAGE = regex(r"(^|\.)(List|Detail|Template|Form|Create|Update|Delete)View$")  # Django's, which render templates


class Found(NamedTuple):
    """An open view or resolver.

    Attributes:
        does: changes, creates, hands out.
        what: For the reader: what is changed or handed out.
    """

    fn: Fn
    label: str
    does: str
    what: str
    access: Access | None


class Unasked:
    """Finds them in one repository."""

    def __init__(self, others: Others) -> None:
        self.others, self.model = others, others.model
        self.identity = Identity(others.bodies)

    def hits(self, told: set[Fn]) -> Iterator[Hit]:
        """Yield one finding for each file. `told`: handlers that another part of the rule told of."""
        by_file: dict[int, dict[Fn, Found]] = defaultdict(dict)
        for found in (*self._views(told), *self._resolvers(told)):
            by_file[found.fn.file].setdefault(found.fn, found)
        for at, each in by_file.items():
            if any(found.does != "creates" for found in each.values()):
                yield self._hit(at, [each[fn] for fn in sorted(each)])

    # ---- candidates -------------------------------------------------------------------------

    def _views(self, told: set[Fn]) -> Iterator[Found]:
        for declared, endpoint in zip(self.model.declared, self.model.endpoints, strict=True):
            handler = declared.handler
            if handler is None or handler in told or endpoint.auth is not False:
                continue
            if self.model.files[handler.file].language != "python" or not self._has_login(handler.file):
                continue
            if self._is_meant_open(declared, endpoint):
                continue
            reach = self.others.bodies.reach(declared, endpoint)
            if self.identity.is_asked(reach) or self._refuses(reach, declared) or self._is_hooked(handler):
                continue
            found = self._does(handler, reach, endpoint.method, endpoint.path)
            if found is not None:
                yield found

    def _is_meant_open(self, declared: Declared, endpoint: Endpoint) -> bool:
        """As everywhere, but what is named after those who run the application is not for guests, whatever it is called besides."""
        if PUBLIC.search(endpoint.path) or PUBLIC.search(endpoint.handler):
            return True
        if endpoint.method != "*" or not any(OPTIONAL.search(use.text) for use in declared.uses):
            return is_meant_open(self.model, declared, endpoint)
        return True

    def _resolvers(self, told: set[Fn]) -> Iterator[Found]:
        made = list(resolvers(self.model))
        if not made or any(e.auth and "graphql" in e.path.lower() for e in self.model.endpoints):
            return
        asked = {each.fn: self.identity.is_asked(self._reach(each)) for each in made}
        has_login = any(asked.values()) or any(PUBLIC.search(each.name) for each in made if each.changes)
        for each in made:
            if each.fn in told or asked[each.fn] or not (has_login or self._has_login(each.fn.file)):
                continue
            if (PUBLIC.search(each.name) and not _INSIDE.search(each.name)) or SIGNS_UP.search(f"/{each.name}"):
                continue
            found = self._does(each.fn, self._reach(each), "*" if each.changes else "GET", each.name)
            if found is not None:
                yield found

    def _reach(self, resolver: Resolver) -> dict[Fn, Known]:
        names = {p.name.lstrip("*") for p in resolver.params}
        return self.others.bodies.reach_from(resolver.fn, names)

    @cached_property
    def _with_login(self) -> frozenset[str]:
        apps = self.others.owners.apps
        found = set(apps.with_login)
        for at in self.model.own:
            if self.model.files[at].language == "python" and self.identity.logs_in(at):
                found.add(apps.of(at))
        return frozenset(found)

    def _has_login(self, at: int) -> bool:
        return self.others.owners.apps.of(at) in self._with_login

    def _refuses(self, reach: dict[Fn, Known], declared: Declared) -> bool:
        """Whether something it runs answers 401 or 403, or calls what is named like a check."""
        return any(self.identity.refuses(fn) for fn in (*reach, *self.others.vouchers.hooks(declared)))

    # ---- what it does -----------------------------------------------------------------------

    def _does(self, fn: Fn, reach: dict[Fn, Known], method: str, path: str) -> Found | None:
        label = f"{method} {path}" if path.startswith("/") else self.model.label(fn)
        accesses = [a for each in reach for a in self.model.data.by_function.get(each, ())]
        for each in reach:
            for _, call in self.others.bodies.calls_of(each):
                if call.name in _WIPES:
                    return Found(fn, label, "changes", "empties the database", None)
                if any(_ENVIRONMENT.match(value.text) for value in call.args):
                    return Found(fn, label, "hands out", "shows the server's environment", None)
        values = [assign.value.text for assign in self.others.bodies.assigns_of(fn)]
        if any(_ENVIRONMENT.match(text) for text in values):
            return Found(fn, label, "hands out", "shows the server's environment", None)
        kinds = [(self.others.kind(access), access) for access in accesses]
        changed = next((a for kind, a in kinds if kind == "change"), None)
        saved = next((a for kind, a in kinds if kind in ("save", "insert")), None)
        loads = any(kind == "read" and self._by_asked(a, reach) for kind, a in kinds)
        if changed is not None:
            return Found(fn, label, "changes", self._told("changes", changed), changed)
        if self.others.removes(reach) and loads:
            return Found(fn, label, "changes", self._told("changes", accesses[0]), accesses[0])
        if saved is not None:
            return self._saves(fn, label, path, saved)
        return self._reads(fn, label, path, accesses, reach) if method in ("GET", "*") else None

    def _saves(self, fn: Fn, label: str, path: str, saved: Access) -> Found | None:
        tail = path.rpartition("}")[2].strip("/") or self.model.label(fn).rpartition(".")[2]
        about = f"{self.others.owners.name(saved)} {path} {self.model.label(fn)}"
        if (
            _OF_GUESTS.search(about)
            or ("{" not in path and _OF_ITS_OWN.search(about))
            or (SOCIAL.search(snake(tail)) and not tail.startswith("create"))
        ):
            return None
        does = "changes" if "{" in path and not tail.startswith(("create", "add", "new")) else "creates"
        return Found(fn, label, does, self._told("writes", saved), saved)

    def _reads(self, fn: Fn, label: str, path: str, accesses: list[Access], reach: dict[Fn, Known]) -> Found | None:
        if _SHOWN.search(path) or _SHOWN.search(self.model.label(fn)):
            return None
        owners = self.others.owners
        words = [part for part in path.split("/") if part and "{" not in part and not _VERSION.match(part)]
        near = thing(words[-1].replace("-", "_").strip("_")) if words else ""
        inside = _INSIDE.search(snake(path)) is not None
        for access in accesses:
            name = thing(owners.name(access))
            is_about = inside or (
                is_person(near) and (access.many is not False or path.endswith("}") or "/" not in path)
            )
            if (
                owners.is_person(access)
                and is_about
                and self._is_private(access)
                and not (self._renders(fn) and not inside)
            ):
                return Found(fn, label, "hands out", f"hands out users with their {self._is_private(access)}", access)
            if re.search(r"(^|_)(audit|log)(_|$)", name) and inside:
                return Found(fn, label, "hands out", f"hands out the {name}", access)
            if _FILES.search(name) and re.search(r"\{(\w*_)?id\}", path) and re.search(r"download|export", path):
                return Found(fn, label, "hands out", f"hands out any {name.replace('_', ' ')}", access)
            told = self._selects(access)
            if told and self._by_asked(access, reach) and re.search(r"\{\w+\}$", path) and not self._renders(fn):
                return Found(fn, label, "hands out", f"hands out the {told} of any {name}", access)
            is_owned = owners.owner(access) is not None or self._by_asked(access, reach)
            if PRIVATE_THING.search(name) and is_owned and PRIVATE_THING.search(near):
                return Found(fn, label, "hands out", f"hands out any {name.replace('_', ' ')}", access)
        return None

    def _selects(self, access: Access) -> str:
        """Raw SQL: what is most private of the columns that are asked of users or their accounts."""
        if not self.others.owners.is_person(access):
            return ""
        sql = " ".join(self.others.sql(access))
        found = _PRIVATE_COLUMN.search(sql.partition(" where ")[0].partition(" WHERE ")[0])
        return found[0].strip().lower() if found is not None else ""

    def _renders(self, fn: Fn) -> bool:
        """Whether a page is made, which shows of somebody what its author chose."""
        cls = self.model.project.own_class(fn.file, fn.index)
        if cls is not None and any(_PAGE.search(base) for base in self.model.project.ancestors(cls)):
            return True
        return any(call.name in RENDERS for _, call in self.others.bodies.calls_of(fn)) or any(
            mark.name in ("template", "aiohttp_jinja2") for mark in self.model.project.function(fn).marks
        )

    @cached_property
    def _hooks(self) -> dict[str, list[Fn]]:
        """Flask: the names of applications and blueprints to what runs before each of their requests."""
        found: dict[str, list[Fn]] = defaultdict(list)
        for at in self.model.own:
            for index, made in enumerate(self.model.files[at].functions):
                for mark in made.marks:
                    if mark.name in ("before_request", "before_app_request"):
                        found[mark.on].append(Fn(at, index))
        return found

    def _is_hooked(self, handler: Fn) -> bool:
        hooks = [fn for mark in self.model.project.function(handler).marks for fn in self._hooks.get(mark.on, ())]
        return any(self.identity.is_asked([fn]) or self.identity.refuses(fn) for fn in hooks)

    def _is_private(self, access: Access) -> str:
        owners = self.others.owners
        name = owners.private(access)
        if not name and access.entity is None:
            name = owners.private_person(access.at)
        return name or ("e-mail addresses" if thing(owners.name(access)) == "user" and access.entity is None else "")

    def _by_asked(self, access: Access, reach: dict[Fn, Known]) -> bool:
        fn = Fn(access.at, access.fn)
        known = reach[fn].keys if fn in reach else set()
        calls = [self.model.files[access.at].calls[number] for number in access.calls]
        return any(self.others.bodies.holds(value, known) for call in calls for value in call.args)

    def _told(self, does: str, access: Access) -> str:
        name = thing(self.others.owners.name(access)).replace("_", " ")
        return f"{does} any {name}" if name else f"{does} data"

    # ---- the finding ------------------------------------------------------------------------

    def _hit(self, at: int, found: list[Found]) -> Hit:
        first = max(found, key=lambda each: ("creates", "hands out", "changes").index(each.does))
        made = self.model.project.function(first.fn)
        path = self.model.files[at].path
        spots: list[Spot] = []
        for each in found[:SPOTS_MAX]:
            spots.append(Spot(path, self.model.project.function(each.fn).line, f"{each.label} {each.what}"))
            if each.access is not None and each.access.at == at:
                spots.append(Spot(path, each.access.line, self.model.label(each.fn)))
        more = f", and {len(found) - 1} more in this file" if len(found) > 1 else ""
        message = f"{first.label} {first.what} and asks nobody who is there{more}; the application has a login"
        severity = Severity.HIGH if first.does == "changes" else Severity.MEDIUM
        return Hit(at, made.line, message, first.fn.index, tuple(spots), Confidence.MEDIUM, severity)
