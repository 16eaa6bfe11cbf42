"""What vouches for a caller: words, comparisons, lookups and checks that bind a record to who is logged in, or let only staff in."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Endpoint
from backwright.review.facts import Arg, Call, Compare, Mark
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.link.roles import asks_for_role
from backwright.review.regexes import regex
from backwright.review.rules.bodies import DEPTH_MAX, WHO, Bodies, Known, is_asked_for, root, words
from backwright.review.rules.owned import Owner, Owners, snake, texts

STAFF_WORDS = regex(
    r"(?<![a-z])(admins?|staff|super_?users?|moderators?|roles?|permissions?|privileges?)(?![a-z])", re.IGNORECASE
)
STAFF = regex(
    r"(?<![a-z])(admins?|administrators?|staff|super_?users?|power_?users?|moderators?|managers?|roles?|permissions?|privileges?|polic(y|ies)|scopes?|abilit(y|ies)|authorit(y|ies)|acl|rights?|capabilit(y|ies)|perms?|grants?|tenants?|owners?|membership|root|operators?|editors?|superadmin|backoffice|can|gate|feature|"
    r"(infra(structure)?|machine|internal|instance)[_ ]?(token|key|guard|auth\w*))(?![a-z])",
    re.IGNORECASE,
)
# Services that are handed in, which are no roles: UserManager, IStorageManager<User>.
_SERVICES = regex(r"\b[A-Z]\w*Manager\b(?!\s*\()")
# Of those that say little where everything stands behind them: what is asked for first is then only told apart.
_VAGUE = regex(
    r"(?<![a-z])(scopes?|tenants?|gate|feature|membership|polic(y|ies)|can|managers?|capabilit(y|ies)|grants?|rights?)(?![a-z])"
)
EVERYWHERE_MIN = 10  # endpoints: fewer may well all be for staff
EVERYWHERE_SHARE = 0.6  # of the endpoints behind a login
# A login that asks for nothing more, whatever it is called.
PLAIN = regex(
    r"(?<![a-z])(permission_?classes|is_?authenticated(_?or_?read_?only)?|login_?required|default_permission_classes|has_?permission|check_?permissions?|allow_?any|roles?_?guard_?not)(?![a-z])",
    re.IGNORECASE,
)
# A role that everybody has who signed up.
_OF_CUSTOMERS = regex(
    r"\w*roles?\w*(\(|\s)\s*\[?\s*(\w*roles?\w*\.)?[\"']?(customer|user|member|client|buyer|student|patient|basic|regular)[\"']?(?![\w,])\s*\]?\s*\)?"
)
# ASP.NET: a login with a requirement of its own.
_REQUIREMENT = regex(r"RequireAuthorization\(\s*(?!\))[^)]|Authorize<\w+>|Requirement\b")
# A login that is told what it is for: auth('manageUsers'), authorize("orders:write").
RIGHTS = regex(
    r"(auth|protect|guard|requir|allow|restrict|permit|check|can)\w*\([^)]*?\b((manage|(?<!\.)get|create|read|write|update|edit|delete|view|list|publish)[A-Z_]\w*|\w+[:.](manage|create|read|write|update|edit|delete|view|list|all))\b"
)
STAFF_PATH = regex(r"/(admin\w*|backoffice|staff|manage(ment)?|internal|system|console|ops)([/_.-]|$)", re.IGNORECASE)
STAFF_FILE = regex(r"(^|[/_.-])(admin\w*|backoffice|staff)([/_.-]|$)")
CHECKS = regex(
    r"^((raise|throw|abort|fail|reject|refuse)_?(if|unless|not)\w*|authori[sz]e(_?(resource|action|object|request|for_?user|access))?|can|cannot|cant|(?-i:can[A-Z_]\w*|may[A-Z]\w*)|allows?|denies|deny\w*|is_?allowed\w*|is_?granted|accessible\w*|is_?editable\w*|is_?visible\w*|"
    r"has_?(perm|role|access|auth|right|privilege|object|claim|scope|any_?(perm|role|auth|right|scope|claim))\w*|check\w*(perm|access|owner|auth|role|object|right|polic|member|tenant|belong|admin)\w*|"
    r"(ensure|assert|require|verify|validate|guard|enforce|must|is)_?\w*(owner|access|perm|authoriz|admin|right|belong|mine|same_?user|editor|member|staff|superuser)\w*|"
    r"(is|are)_?(owned|own|mine|author|creator|me|self)(_?by\w*|_?of\w*)?|belongs_?to_\w+|owned_?by\w*|owns|policy|policies|gate|"
    r"\w*(forbid|forbidden|permission_?denied|access_?denied|not_?allowed|unauthori[sz]ed|accessdenied)\w*|visible_?to\w*|\w*visible\w*|for_?(current_?)?user|scope_?to\w*|within_?tenant|deny_?access\w*)(_?async)?$",
    re.IGNORECASE,
)
REFUSES = regex(
    r"(?<![\w.])403(?![\w])|forbidden|access_?denied|permission_?denied|not_?allowed|unauthori[sz]ed_?action",
    re.IGNORECASE,
)
NAMED = regex(
    r"(_by|_and|_for|_of|_with|_where|_from)(_\w+)?_(user|owner|author|account|member|customer|creator|buyer|tenant|org|organization|principal|username|current(?!_(request|time|date|page|locale|version|thread|status|state|year|month|day|week))|me|uid|person)s?(_|$)|^(my|own|current_user)_|_(my|own|mine)(_|$)"
)
CURRENT = regex(
    r"(current_?(user|member|account|profile)|request\.user|req\.user|self\.request\.user|ctx\.user|auth\(\)\.user\(\)|Auth\.user\(\)|Auth::user\(\)|(?<![\w.])\$?(user|me|member|account|customer|viewer|profile)(\(\))?)(\(\))?[.\->?!]+\w",
    re.IGNORECASE,
)
INSERTS = regex(
    r"^(create|insert|add|store|new|bulk_?create|make|build|push|append|register|log|record|notify|send|publish|dispatch|emit)\w*$|^(save|persist|values|set|data|attach|merge|put)$",
    re.IGNORECASE,
)
LOADS = regex(
    r"^(include|then_?include|select_?related|prefetch_?related|preload|with|populate|joined_?load|selectin_?load|join\w*|left_?join\w*|inner_?join\w*|load|eager|related|association|options|relations|fetch|order_?by\w*|select|values_?list|only|defer|annotate|group_?by|returning|map|flat_?map|peek|then|if_?present\w*|or_?else\w*)$",
    re.IGNORECASE,
)
_LOADS_KEYS = frozenset(
    {"include", "relations", "select", "populate", "attributes", "data", "with", "orderBy", "order", "returning"}
)
BESIDE = regex(
    r"favou?rite|like|follow|vote|bookmark|star|reaction|view|history|seen|coupon|log|event|notification|activit|preference|setting|locale|quota"
)
# Marks that ask whether who is there may do something with a thing: `#[IsGranted('EDIT', subject: 'note')]`.
_GRANTS = regex(r"^(IsGranted|Security|Pre_?Authorize|Post_?Authorize|Pre_?Filter|Post_?Filter|Can|CheckPolic(y|ies)|CheckAbilit(y|ies)|Permissions?)$")  # fmt: skip
_LOGGED_IN = regex(
    r"\W*((is_?)?(fully_?)?authenticated\w*|IS_AUTHENTICATED\w*|ROLE_USER|USER|permitAll|isAnonymous)?(\(\))?\W*",
    re.IGNORECASE,
)
_TELLS = regex(
    r"^(send|notify|publish|dispatch|emit|broadcast|push_?notif|log|audit|track|mail)_?[A-Z_]?\w*$", re.IGNORECASE
)
_FINDS_USER = regex(r"^(get|find|load|fetch|read|retrieve|lookup)_(current_)?(user|account|member|customer|person)(_id)?(_(by|from|async)\w*)?$")  # fmt: skip
_MEMBERS = regex(r"member|user|participant|collaborat|owner|admin|access|role|team|permission|grant|invit|assign|staff")
LOGS_IN = regex(
    r"^(get_?)?(current|logged_?in|auth|authenticated|session|jwt|token)_?(user|member|account|claims|principal)\w*$|^(authenticate|login|log_?in|get_?user_?from|verify_?token|parse_?token|decode_?token)\w*$",
    re.IGNORECASE,
)  # what only finds out who is there
SECRETS = frozenset("password passwd token secret signature hmac otp totp captcha passcode apikey nonce".split())
_PROVES = regex(
    r"(check|verif|(?<!in)valid|compare|match|consume|redeem|decode|prove)\w*(password|passwd|token|secret|signature|otp|captcha|code|key|hmac)|compare_?digest|constant_?time|timing_?safe|hash_?equals",
    re.IGNORECASE,
)
# A password or signed text that is looked at with a library: `Bcrypt.verify(...)`, `Jwts.parserBuilder()`.
_PROOF = regex(
    r"(^|[._])(bcrypt|argon2?|jwts?|jsonwebtoken|password_?(encoder|hasher))\w*(\(\))?\.(verify|check|match|compare|parse|decode)\w*$",
    re.IGNORECASE,
)
STAFF_READS = regex(
    r"^is_?(admin|staff|super_?user|moderator|superadmin|owner|author|editable|mine)$|^(can|may|has)_?\w*(edit|delete|update|access|permission)\w*$|^(status)?_?forbidden$|^HTTP_403\w*$",
    re.IGNORECASE,
)
MAY_CHECK = regex(r"check|valid|verif|ensure|assert|allow|filter|where|find|get|load|fetch|delete|remove|update|by|equals|is", re.IGNORECASE)  # fmt: skip
_CHECKERS = regex(
    r"(^|[/._\\>-])(Gate|\w*[pP]olic(y|ies)|\w*Permissions?|\w*Authoriz\w*|[aA]cl|\w*Guard|\w*Access(Control|Checker|Manager)|\w*Voter)(\(\))?$"
)
_EQUALS = frozenset(
    "equals Equals is contains includes some every exists compareTo eq ne strcmp any Any All filter where Where andWhere find has".split()
)
_WHERE = regex(r"\bwhere\b", re.IGNORECASE)
_SQL = regex(r"^\s*(select|update|delete|with|insert|replace|merge|from)\b", re.IGNORECASE)
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


class Subject(NamedTuple):
    """What an endpoint is about.

    Attributes:
        owner: The field that says whose it is.
        access: The query that finds or changes it; None if the framework finds it.
        changes: Whether the endpoint changes it.
        name: What it is called.
        at, line: Where it is found.
        is_loaded: It is loaded first, and changed as an object.
        is_list: Rows of everybody, and not one by its id.
        is_weak: Only worth telling beside what else is wrong with the same thing.
        cls: Its class, if no query tells.
    """

    owner: Owner
    access: Access | None
    changes: bool
    name: str
    at: int
    line: int
    is_loaded: bool = False
    is_list: bool = False
    is_weak: bool = False
    cls: Cls | None = None


class Vouchers:
    """Looks for what vouches for a caller, before a handler and in all that it runs."""

    def __init__(self, model: Model, bodies: Bodies, owners: Owners) -> None:
        self.model, self.bodies, self.owners = model, bodies, owners

    # ---- before the handler -----------------------------------------------------------------

    def before(self, declared: Declared, endpoint: Endpoint) -> Vouched | None:
        """Return what lets only some in, besides the login itself: a role, a policy, an owner's guard."""
        for text in self._told(declared, {param.name for param in endpoint.params}):
            plain = PLAIN.sub("", _OF_CUSTOMERS.sub("", snake(_SERVICES.sub("", text)))).replace("_", " ")
            found = STAFF.search(_VAGUE.sub("", plain) if self._is_everywhere(text) else plain)
            if found is not None or RIGHTS.search(text) or _REQUIREMENT.search(text):
                return Vouched("staff", declared.at, declared.line, text[:60])
        for mark in self._marks(declared):
            if _grants(mark):
                return Vouched("staff", declared.at, declared.line, mark.name)
        if STAFF_PATH.search(declared.path) or STAFF_FILE.search(snake(self.model.files[declared.at].path)):
            return Vouched("staff", declared.at, declared.line, declared.path)
        if asks_for_role(self.model.judge, declared):
            return Vouched("staff", declared.at, declared.line, "configuration")
        return None

    def _is_everywhere(self, text: str) -> bool:
        """Whether a guard stands before nearly all that needs a login: it says where one is, and not who may."""
        return self._often.get(text, 0) >= EVERYWHERE_MIN and self._often[text] >= EVERYWHERE_SHARE * self._often[""]

    @cached_property
    def _often(self) -> Counter[str]:
        """How many endpoints behind a login each guard stands before; "" for all of them."""
        asked = [d for d, e in zip(self.model.declared, self.model.endpoints, strict=True) if e.auth is True]
        found = Counter(text for declared in asked for text in set(self.model.judge.words(declared)))
        found[""] = len(asked)
        return found

    def _marks(self, declared: Declared) -> Iterator[Mark]:
        """The marks of a handler and of its class."""
        if declared.handler is not None:
            yield from self.model.project.function(declared.handler).marks
            own = self.model.project.own_class(declared.handler.file, declared.handler.index)
            if own is not None:
                yield from self.model.project.class_(own).marks

    def _told(self, declared: Declared, names: set[str]) -> Iterator[str]:
        """All that stands before a handler; what it takes out of the request is no guard, whatever its type is called."""
        yield from (use.text for use in declared.uses)
        made = self.model.project.function(declared.handler) if declared.handler is not None else None
        asked = tuple(p.type for p in made.params if is_asked_for(p, names)) if made is not None else ()
        for text in self.model.judge.words(declared):
            if not (asked and text.startswith(tuple(type_ for type_ in asked if type_))):
                yield text
        for param in made.params if made is not None else ():
            if not is_asked_for(param, names):
                yield param.type
                yield from texts((param.default,) if param.default is not None else ())

    # ---- in what it runs --------------------------------------------------------------------

    def refuses(self, reach: Mapping[Fn, Known], declared: Declared) -> bool:
        """Whether what a handler runs turns somebody away by itself: it compares owners or secrets, calls a check, or answers 403."""
        for fn in (*reach, *self.hooks(declared)):
            for compare in self.bodies.compares_of(fn):
                sides = [words(" ".join(texts((side,)))) for side in (compare.left, compare.right)]
                if all(side & WHO for side in sides):
                    return True
                literal = compare.left.kind == "str" or compare.right.kind == "str"
                if any(side & SECRETS for side in sides) and not (literal and self._is_of_store(reach, fn, compare)):
                    return True
            if any(STAFF_READS.search(read.attr) for read in self.bodies.reads_of(fn)):
                return True
            asks = self._asks_elsewhere(fn)
            for _, call in self.bodies.calls_of(fn):
                if CHECKS.match(call.name) or _CHECKERS.search(call.on) or REFUSES.search(call.name):
                    return True
                if _PROVES.search(call.name) or _PROOF.search(f"{call.on}.{call.name}"):
                    return True
                if not asks and any(REFUSES.search(text) for text in texts(call.args)):
                    return True
        return False

    def _asks_elsewhere(self, fn: Fn) -> bool:
        """Whether a function asks another server, whose refusal is none of this one."""
        return any(
            does.does == "outgoing"
            for each in self.model.enclosing(fn.file, fn.index)
            for does in self.model.effects.of_function.get(Fn(fn.file, each), ())
        )

    def _is_of_store(self, reach: Mapping[Fn, Known], fn: Fn, compare: Compare) -> bool:
        """Whether what is compared with a literal comes from elsewhere than the client: `token === 'none'`."""
        known = reach[fn].keys if fn in reach else set()
        return not any(self.bodies.is_asked(side.text, known) for side in (compare.left, compare.right) if side.kind != "str")  # fmt: skip

    def inside(self, reach: Mapping[Fn, Known], subject: Subject, declared: Declared) -> Vouched | None:
        """Return the first thing that vouches for the caller in what a handler runs; what is changed must be vouched for before."""
        access = subject.access
        ran: Iterable[tuple[Fn, int]] = ((fn, 0) for fn in reach)
        if access is not None and subject.changes and not subject.is_loaded:
            line = max([access.line, *(self.model.files[access.at].calls[n].line for n in access.calls)])
            ran = self.bodies.before(reach, Fn(access.at, access.fn), line)
        for fn, last in (*ran, *((fn, 0) for fn in self.hooks(declared))):
            known = reach[fn] if fn in reach else self.bodies.known_in(fn)
            if self._only_tells(reach, fn):
                continue
            for found in self._find(fn, known.pure, subject.name):
                if not last or found.line <= last:
                    return found
        return None

    def _only_tells(self, reach: Mapping[Fn, Known], fn: Fn) -> bool:
        """Whether a function only runs to tell others what was done: a message, a mail, a log."""
        for _ in range(DEPTH_MAX):
            if fn not in reach or reach[fn].above is None:
                return False
            if _TELLS.match(self.model.project.function(fn).name):
                return True
            fn = reach[fn].above or fn
        return False

    def hooks(self, declared: Declared) -> Iterator[Fn]:
        """What a framework runs of a handler's class before or instead of it."""
        project = self.model.project
        cls = declared.handler_class
        if cls is None and declared.handler is not None:
            cls = project.own_class(declared.handler.file, declared.handler.index)
        if declared.handler is not None:  # Laravel: a request that says who may send it
            for param in project.function(declared.handler).params:
                asked = project.named_type(declared.handler.file, param.type).cls if param.type else None
                yield from project.method(asked, "authorize") if asked is not None else ()
        for each in project.base_classes(cls) if cls is not None else ():
            for index in self._methods[each.file].get(each.index, ()):
                if project.files[each.file].functions[index].name in HOOKS:
                    yield Fn(each.file, index)
                    yield from (target for _, target in self.model.effects.callees.get(Fn(each.file, index), ()))

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

    def _find(self, fn: Fn, pure: set[str], thing: str) -> Iterator[Vouched]:
        made = self.model.project.function(fn)
        for mark in made.marks:
            if _grants(mark):
                yield Vouched("owner", fn.file, made.line, mark.name)
            if any(
                STAFF.search(PLAIN.sub("", snake(text)).replace("_", " ")) for text in (mark.name, *texts(mark.args))
            ):
                yield Vouched("staff", fn.file, made.line, mark.name)
        is_login = LOGS_IN.match(made.name) is not None or self._is_beside(fn, thing)
        for compare in self.bodies.compares_of(fn):
            sides = (compare.left, compare.right)
            if any(STAFF_WORDS.search(snake(text).replace("_", " ")) for text in texts(sides)):
                yield Vouched("staff", fn.file, compare.line, compare.left.text)
            elif not is_login and any(self.bodies.names_who(side, pure) for side in sides):
                yield Vouched("owner", fn.file, compare.line, compare.left.text)
        for read in self.bodies.reads_of(fn):
            if STAFF_READS.search(read.attr):
                yield Vouched("staff", fn.file, read.line, f"{read.base}.{read.attr}")
        for index, call in self.bodies.calls_of(fn):
            if not (is_login and call.name in _EQUALS) and self._checks(fn, index, call, pure, thing):
                yield Vouched("owner", fn.file, call.line, f"{call.on}.{call.name}")

    def _is_beside(self, fn: Fn, thing: str) -> bool:
        """Whether a lambda is a condition on what says nothing of whose a thing is, such as the settings of a user."""
        made = self.model.project.function(fn)
        access = self.model.data.by_call.get((fn.file, made.call)) if made.call >= 0 else None
        name = snake(self.owners.name(access)) if access is not None else ""
        return thing not in name and BESIDE.search(name) is not None

    def _checks(self, fn: Fn, index: int, call: Call, pure: set[str], thing: str) -> bool:
        """Whether a call checks, refuses, or looks up something together with who asks."""
        if CHECKS.match(call.name) or _CHECKERS.search(call.on):
            return True
        if REFUSES.search(call.name) or any(REFUSES.search(text) for text in texts(call.args)):
            return True
        access = self.model.data.by_call.get((fn.file, index))
        if access is not None:
            return self._binds(fn, access, call, index, pure, thing)
        if NAMED.search(f"_{snake(call.name)}") and not (
            INSERTS.match(call.name) or _FINDS_USER.match(snake(call.name))
        ):
            return True
        if INSERTS.match(call.name) or LOADS.match(call.name):
            return False
        who = any(self.bodies.names_who(value, pure) for value in call.args)
        if call.name in _EQUALS:
            on = Arg("name", call.on)
            return who or (bool(call.on) and self.bodies.names_who(on, pure))
        if not who or len(call.args) < 2 or self.model.project.resolve_call(fn.file, call):
            return False
        return MAY_CHECK.search(call.name) is not None  # not the project's: it may well look at both

    def binds_rows(self, fn: Fn, access: Access, pure: set[str], thing: str) -> bool:
        """Whether any call of a query, or of what it goes on from, restricts its rows to somebody."""
        calls = self.model.files[access.at].calls
        return any(self._binds(fn, access, calls[index], index, pure, thing) for index in access.calls)

    def _binds(self, fn: Fn, access: Access, call: Call, index: int, pure: set[str], thing: str) -> bool:
        """Whether a query names who may ask for its rows: in its conditions, its name, or by what it starts from."""
        if self.owners.is_person(access) and access.op != "raw":
            return False
        name = snake(self.owners.name(access))
        if thing not in name and BESIDE.search(name):
            return False  # whether somebody likes it says nothing of whose it is
        if index == access.calls[0] and CURRENT.match(call.on):
            return True
        if (
            access.many is True
            and root(self.model.files[access.at].calls[access.calls[0]].on) in pure
            and not _MEMBERS.search(name)
        ):
            return False  # which of its rows are listed says nothing of whose it is
        if INSERTS.match(call.name) and access.op != "read":
            return False
        if NAMED.search(f"_{snake(call.name)}"):
            return True
        if LOADS.match(call.name) or any(d.index == index and d.does == "eager" for d in access.does):
            return False
        return any(self._restricts(fn, value, pure) for value in _conditions(call.args))

    def _restricts(self, fn: Fn, value: Arg, pure: set[str]) -> bool:
        """Whether a condition names somebody; of SQL only what stands behind WHERE counts."""
        text = (
            value.text
            if value.kind in ("str", "fmt", "concat")
            else self._sql(fn, value.text)
            if value.kind == "name"
            else ""
        )
        if _SQL.match(text):
            return any(words(part) & WHO for part in _WHERE.split(text, maxsplit=1)[1:])
        return any(self.bodies.names_who(each, pure) for each in (value, *self._put_in(fn, value)))

    def _put_in(self, fn: Fn, value: Arg) -> list[Arg]:
        """What a condition that a variable holds is given before it is asked with: `where.workspaceId = workspaceId`."""
        if value.kind != "name":
            return []
        return [
            assign.value
            for assign in self.bodies.assigns_of(fn)
            if assign.target.startswith((f"{value.text}.", f"{value.text}[", f"{value.text}->"))
        ]

    def _sql(self, fn: Fn, name: str) -> str:
        """The SQL that a variable or constant holds."""
        for scope in (fn.index, -1):
            for assign in self.model.project.assigned[fn.file].get((scope, name), ()):
                if assign.value.kind in ("str", "fmt", "concat"):
                    return assign.value.text
        return ""


def _grants(mark: Mark) -> bool:
    """Whether a mark asks for more than a login."""
    said = " ".join(texts(mark.args))
    return _GRANTS.match(mark.name) is not None and _LOGGED_IN.fullmatch(said) is None


def _conditions(values: tuple[Arg, ...]) -> Iterator[Arg]:
    """Yield what restricts a query: of options no columns, relations or new values."""
    wheres = [item for value in values if value.kind == "dict" for item in value.items if item.name == "where"]
    if wheres:
        yield from (inner for item in wheres for inner in (item.items or (item,)))
        return
    for value in values:
        if value.kind == "dict":
            yield from (item for item in value.items if item.name not in _LOADS_KEYS)
        else:
            yield value
