"""What vouches for a caller: words, comparisons, lookups and checks that bind a record to who is logged in, or let only staff in."""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.link.roles import asks_for_role
from backwright.review.link.routes import Declared
from backwright.review.rules.bodies import Bodies
from backwright.review.rules.owned import Owners, snake, texts

WHO = frozenset(
    "user users owner owners author account member members membership customer creator buyer seller tenant org organization organisation company "
    "workspace team principal identity claims claim viewer actor profile uid subject person patient student uploader poster requester "
    "username userid useruuid memberid collaborator collaborators participant recipient".split()
)
STAFF = re.compile(
    r"(?<![a-z])(admins?|administrators?|staff|super_?users?|moderators?|managers?|roles?|permissions?|privileges?|polic(y|ies)|scopes?|abilit(y|ies)|authorit(y|ies)|acl|rights?|capabilit(y|ies)|perms?|grants?|tenants?|owners?|members?(hip)?|root|operators?|editors?|superadmin|backoffice|can|gate|feature)(?![a-z])",
    re.IGNORECASE,
)
# A login that asks for nothing more, whatever it is called.
PLAIN = re.compile(
    r"(?<![a-z])(permission_?classes|is_?authenticated(_?or_?read_?only)?|login_?required|default_permission_classes|has_?permission|check_?permissions?|allow_?any|roles?_?guard_?not)(?![a-z])",
    re.IGNORECASE,
)
STAFF_PATH = re.compile(r"/(admin\w*|backoffice|staff|manage(ment)?|internal|system|console|ops)([/_.-]|$)", re.IGNORECASE)
STAFF_FILE = re.compile(r"(^|[/_.-])(admin\w*|backoffice|staff)([/_.-]|$)")
CHECKS = re.compile(
    r"^(authori[sz]e(_?(resource|action|object|request|for_?user|access))?|can|cannot|cant|can[A-Z_]\w*|may[A-Z]\w*|allows?|denies|deny\w*|is_?allowed\w*|is_?granted|accessible\w*|is_?editable\w*|is_?visible\w*|"
    r"has_?(perm|role|access|auth|right|privilege|object|claim|scope|any)\w*|check\w*(perm|access|owner|auth|role|object|right|polic|member|tenant|belong|admin)\w*|"
    r"(ensure|assert|require|verify|validate|guard|enforce|must|is)_?\w*(owner|access|perm|authoriz|admin|right|belong|mine|same_?user|editor|member|staff|superuser)\w*|"
    r"(is|are)_?(owned|own|mine|author|creator|me|self)(_?by\w*|_?of\w*)?|belongs_?to_\w+|owned_?by\w*|owns|policy|policies|gate|"
    r"\w*(forbid|forbidden|permission_?denied|access_?denied|not_?allowed|unauthori[sz]ed|accessdenied)\w*|visible_?to\w*|\w*visible\w*|for_?(current_?)?user|scope_?to\w*|within_?tenant|deny_?access\w*)$",
    re.IGNORECASE,
)
REFUSES = re.compile(r"(?<![\w.])403(?![\w])|forbidden|access_?denied|permission_?denied|not_?allowed|unauthori[sz]ed_?action", re.IGNORECASE)
NAMED = re.compile(
    r"(_by|_and|_for|_of|_with|_where|_from)(_\w+)?_(user|owner|author|account|member|customer|creator|buyer|tenant|org|organization|principal|username|current|me|uid|person)s?(_|$)|^(my|own|current_user)_|_(my|own|mine)(_|$)"
)
CURRENT = re.compile(
    r"(current_?(user|member|account|profile)|request\.user|req\.user|self\.request\.user|ctx\.user|auth\(\)\.user\(\)|Auth\.user\(\)|Auth::user\(\)|(?<![\w.])\$?(user|me|member|account|customer|viewer|profile)(\(\))?)(\(\))?[.\->?!]+\w",
    re.IGNORECASE,
)
INSERTS = re.compile(
    r"^(create|insert|add|store|new|bulk_?create|make|build|push|append|register|log|record|notify|send|publish|dispatch|emit)\w*$|^(save|persist|values|set|data|attach|merge|put)$",
    re.IGNORECASE,
)
LOADS = re.compile(
    r"^(include|then_?include|select_?related|prefetch_?related|preload|with|populate|joined_?load|selectin_?load|join\w*|left_?join\w*|inner_?join\w*|load|eager|options|relations|fetch|order_?by\w*|select|values_?list|only|defer|annotate|group_?by|returning)$",
    re.IGNORECASE,
)
_LOADS_KEYS = frozenset(
    {"include", "relations", "select", "populate", "attributes", "data", "with", "orderBy", "order", "returning"}
)
_WHERE = re.compile(r"\bwhere\b", re.IGNORECASE)
_SQL = re.compile(r"^\s*(select|update|delete|with|insert|replace|merge|from)\b", re.IGNORECASE)
_SPLIT = re.compile(r"[A-Za-z][a-z0-9]*|[A-Z]+(?![a-z])")
HOOKS = frozenset(
    "get_queryset get_object dispatch initial test_func has_permission has_object_permission check_permissions check_object_permissions filter_queryset "
    "perform_update perform_destroy before_request prepare __construct OnActionExecuting OnActionExecutionAsync canActivate initialize beforeFilter get_permissions setup".split()
)


class Vouched(NamedTuple):
    """What was found: its kind (owner or staff), the file and line, and the words."""

    kind: str
    file: int
    line: int
    text: str


def words(text: str) -> set[str]:
    """Return the words of a text, names taken apart, in lower case."""
    found: set[str] = set()
    for name in re.findall(r"[A-Za-z_]\w*", text):
        parts = snake(name).split("_")
        found.update(parts)
        found.update(f"{one}{two}" for one, two in zip(parts, parts[1:], strict=False))
    return found


def names_who(values: Iterable[str]) -> bool:
    """Whether any of these texts names somebody."""
    return any(words(text) & WHO for text in values)


class Vouchers:
    """Looks for what vouches for a caller, before a handler and in all that it runs."""

    def __init__(self, model: Model, bodies: Bodies, owners: Owners) -> None:
        self.model, self.bodies, self.owners = model, bodies, owners
        self._of_fn: dict[Fn, Vouched | None] = {}

    # ---- before the handler -----------------------------------------------------------------

    def before(self, declared: Declared) -> Vouched | None:
        """Return what lets only some in, besides the login itself: a role, a policy, an owner's guard."""
        for text in self._told(declared):
            plain = PLAIN.sub("", snake(text))
            found = STAFF.search(plain.replace("_", " "))
            if found is not None:
                return Vouched("staff", declared.at, declared.line, text[:60])
        if STAFF_PATH.search(declared.path) or STAFF_FILE.search(snake(self.model.files[declared.at].path)):
            return Vouched("staff", declared.at, declared.line, declared.path)
        if asks_for_role(self.model.judge, declared):
            return Vouched("staff", declared.at, declared.line, "configuration")
        return None

    def _told(self, declared: Declared) -> Iterator[str]:
        for use in declared.uses:
            yield use.text
        yield from self.model.judge.words(declared)
        if declared.handler is not None:
            for param in self.model.project.function(declared.handler).params:
                yield param.type
                yield from texts((param.default,) if param.default is not None else ())

    # ---- in what it runs --------------------------------------------------------------------

    def inside(self, reach: Iterable[Fn], declared: Declared) -> Vouched | None:
        """Return the first thing that vouches for the caller in functions that a handler runs."""
        for fn in (*reach, *self._hooks(declared)):
            if fn not in self._of_fn:
                self._of_fn[fn] = next(self._find(fn), None)
            found = self._of_fn[fn]
            if found is not None:
                return found
        return None

    def _hooks(self, declared: Declared) -> Iterator[Fn]:
        """What a framework runs of a handler's class before or instead of it."""
        project = self.model.project
        cls = declared.handler_class
        if cls is None and declared.handler is not None:
            cls = project.own_class(declared.handler.file, declared.handler.index)
        for each in project.base_classes(cls) if cls is not None else ():
            for index in self._methods[each.file].get(each.index, ()):
                if project.files[each.file].functions[index].name in HOOKS:
                    yield Fn(each.file, index)

    @cached_property
    def _methods(self) -> list[dict[int, list[int]]]:
        found: list[dict[int, list[int]]] = []
        for file in self.model.files:
            by_class: dict[int, list[int]] = {}
            for index, made in enumerate(file.functions):
                if made.cls >= 0:
                    by_class.setdefault(made.cls, []).append(index)
            found.append(by_class)
        return found

    def _find(self, fn: Fn) -> Iterator[Vouched]:
        made = self.model.project.function(fn)
        if made.marks and any(STAFF.search(PLAIN.sub("", snake(t)).replace("_", " ")) for m in made.marks for t in (m.name, *texts(m.args))):
            yield Vouched("staff", fn.file, made.line, made.marks[0].name)
        for compare in self.bodies.compares_of(fn):
            told = [*texts((compare.left,)), *texts((compare.right,))]
            if names_who(told) and not self._is_own_lookup(fn):
                yield Vouched("owner", fn.file, compare.line, compare.left.text)
            elif any(STAFF.search(snake(text).replace("_", " ")) for text in told):
                yield Vouched("staff", fn.file, compare.line, compare.left.text)
        for read in self.bodies.reads_of(fn):
            if re.search(r"^(is_?)?(admin|staff|super_?user|moderator|owner|superadmin|author)$|^(is|can|may|has)_?\w*(admin|staff|super_?user|owner|author|edit|delete|access|permission)$|forbidden|^permissions?$|^roles?$", read.attr, re.IGNORECASE) and not re.match(r"(author|owner)$", read.attr):  # fmt: skip
                yield Vouched("staff", fn.file, read.line, f"{read.base}.{read.attr}")
        for index, call in self.bodies.calls_of(fn):
            kind = self._of_call(fn, index, call)
            if kind:
                yield Vouched(kind, fn.file, call.line, f"{call.on}.{call.name}")

    def _is_own_lookup(self, fn: Fn) -> bool:
        """Whether a function only finds out who is there: what it compares says nothing of records."""
        return re.search(r"^(get_?)?(current|auth|login|session|jwt|token)_?\w*(user)?$", self.model.project.function(fn).name, re.IGNORECASE) is not None  # fmt: skip

    def _of_call(self, fn: Fn, index: int, call: Call) -> str:
        told = list(texts(call.args))
        if CHECKS.match(call.name) or re.search(r"(^|[.\\])(Gate|Policy|Policies|\w*Permissions?|\w*Authoriz\w*|Acl|\w*Guard)(\(\))?$", call.on):
            return "owner"
        if any(REFUSES.search(text) for text in told) or REFUSES.search(call.name):
            return "owner"
        access = self.model.data.by_call.get((fn.file, index))
        if access is not None:
            return "owner" if self._binds(fn, access, call, index) else ""
        if NAMED.search(snake(call.name)) and not INSERTS.match(call.name):
            return "owner"
        if INSERTS.match(call.name) or LOADS.match(call.name):
            return ""
        resolved = self.model.project.resolve_call(fn.file, call)
        if not resolved and call.args and any(w & WHO for w in (words(t) for t in told)) and len(call.args) > 1:
            return "owner" if re.search(r"(check|valid|verif|ensure|assert|allow|filter|where|find|get|load|fetch|delete|remove|update|by|equals|is)", call.name, re.IGNORECASE) else ""
        if call.name in ("equals", "Equals", "is", "contains", "includes", "some", "every", "exists", "compareTo", "eq", "ne", "strcmp", "any", "Any", "All", "filter", "where", "Where", "andWhere", "find"):
            return "owner" if names_who([call.on, *told]) else ""
        return ""

    def _binds(self, fn: Fn, access: Access, call: Call, index: int) -> bool:
        """Whether a query names who may ask for its rows: in its conditions, its name, or by what it starts from."""
        if self.owners.is_person(access) and access.op != "raw":
            return False
        if INSERTS.match(call.name) and access.op != "read":
            return False
        if index == access.calls[0] and CURRENT.search(call.on + ".x"[: 0 if "." in call.on else 2]) and not self.owners.is_person(access):
            if CURRENT.match(call.on) and "." in call.on:
                return True
        if NAMED.search(snake(call.name)):
            return True
        if LOADS.match(call.name) or any(d.index == index and d.does == "eager" for d in access.does):
            return False
        return names_who(self._conditions(fn, call.args))

    def _conditions(self, fn: Fn, values: Iterable[Arg]) -> Iterator[str]:
        """Yield the texts of what restricts a query: of SQL what stands behind WHERE, of options no columns or relations."""
        values = tuple(values)
        wheres = [item for value in values if value.kind == "dict" for item in value.items if item.name == "where"]
        if wheres:
            yield from texts(wheres)
            return
        for value in values:
            if value.kind in ("str", "fmt", "concat") or (value.kind == "name" and (held := self._sql(fn, value.text))):
                text = value.text if value.kind != "name" else held
                if _SQL.match(text):
                    yield from _WHERE.split(text, maxsplit=1)[1:]
                    continue
            if value.kind == "dict":
                yield from texts(item for item in value.items if item.name not in _LOADS_KEYS)
            else:
                yield from texts((value,))

    def _sql(self, fn: Fn, name: str) -> str:
        """The SQL that a variable or constant holds."""
        for scope in (fn.index, -1):
            for assign in self.model.project.assigned[fn.file].get((scope, name), ()):
                if assign.value.kind in ("str", "fmt", "concat"):
                    return assign.value.text
        return ""


__all__ = ["Cls", "Vouched", "Vouchers"]
