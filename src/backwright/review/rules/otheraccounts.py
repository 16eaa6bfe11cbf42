"""Python: endpoints behind a login that change or hand out the account that the client names, whoever asks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import Known, root
from backwright.review.rules.identity import Identity, is_who
from backwright.review.rules.others import Others, spots_of
from backwright.review.rules.owned import snake, texts, thing
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import CHECKS, STAFF_READS

# Of accounts: what not even other users of the application may see.
_SECRET = regex(
    r"^(cc_?(n|num|number|no)|ccn|cvv|(credit_?)?card_?(number|num|no)|ssn|social_?security\w*|iban|(hashed_?)?passw(or)?d(_?hash)?|salary|balance|api_?key|secret\w*)$",
    re.IGNORECASE,
)
_OF_ADMINS = regex(r"(^|[/_-])(admin\w*|staff|manage\w*|moderat\w*|super\w*|internal)([/_-]|$)", re.IGNORECASE)
_SIGNS = regex(
    r"sign_?_?up|regist|log_?in|sign_?_?in|reset|forgot|recover|verif|activat|confirm|invit|follow|search",
    re.IGNORECASE,
)
_CHANGES = frozenset({"set_password", "save", "delete", "update", "setattr"})
_ACCOUNT = regex(
    r"((app|application|base|custom|auth|site|my|core|web)_?)?(user|account|member|customer|person|people|employee|patient|student|admin|profile)s?"
    r"(_?(model|entity|profile|info|data|table))?"
)
_ROLE = regex(r"role|group|level|type|perm|admin|staff|super", re.IGNORECASE)
_ROUNDS = 2


class Loaded(NamedTuple):
    """An account that a function has in a variable, and the line where it was found by what the client named."""

    name: str
    line: int


class OtherAccounts:
    """Finds them in one repository."""

    def __init__(self, others: Others) -> None:
        self.others, self.model = others, others.model
        self.identity = Identity(others.bodies)

    def hits(self, told: set[Fn]) -> Iterator[Hit]:
        """Yield a finding for each handler that no other part of the rule told of."""
        seen = set(told)
        for declared, endpoint in zip(self.model.declared, self.model.endpoints, strict=True):
            handler = declared.handler
            if handler is None or handler in seen or self.model.files[handler.file].language != "python":
                continue
            if _OF_ADMINS.search(endpoint.path) or _SIGNS.search(f"{endpoint.path} {endpoint.handler}"):
                continue
            reach = self.others.bodies.reach(declared, endpoint)
            if endpoint.auth is not True and not self.identity.is_asked(reach):
                continue
            found = self._found(declared, endpoint, reach)
            if found is not None:
                seen.add(handler)
                yield found

    def _found(self, declared: Declared, endpoint: Endpoint, reach: dict[Fn, Known]) -> Hit | None:
        accesses = [
            a for fn in reach for a in self.model.data.by_function.get(fn, ()) if self.others.owners.is_person(a)
        ]
        if not accesses or self.others.vouchers.before(declared, endpoint) is not None:
            return None
        for fn, known in reach.items():
            for loaded in self._loaded(fn, known, accesses, reach):
                does = self._changes(fn, loaded) or self._shows(fn, loaded)
                if does and not any(self._decides(each) for each in (*reach, *self.others.vouchers.hooks(declared))):
                    return self._hit(declared, endpoint, fn, loaded, does)
        return None

    def _is_account(self, access: Access) -> bool:
        """Whether a query is about those who log in, and not about what they have elsewhere, such as social accounts."""
        return (
            self.others.owners.is_person(access)
            and _ACCOUNT.fullmatch(thing(self.others.owners.name(access))) is not None
        )

    # ---- the account ------------------------------------------------------------------------

    def _loaded(self, fn: Fn, known: Known, accesses: list[Access], reach: dict[Fn, Known]) -> Iterator[Loaded]:
        own = self._identified(fn)
        calls = self.model.files[fn.file].calls
        for access in accesses:
            if Fn(access.at, access.fn) == fn and access.to and access.to.isidentifier() and access.to != "return":
                first = calls[access.calls[0]].on
                if is_who(first) or root(first) in own:
                    continue  # of what is of who is logged in already
                values = [value for number in access.calls for value in calls[number].args]
                if self._is_named(values, known, own):
                    yield Loaded(access.to, access.line)
        giving = {Fn(a.at, a.fn) for a in accesses if a.many is not True and a.op == "read"}
        for edge, target in self.model.effects.callees.get(fn, ()):
            call = calls[edge.call] if edge.at == fn.file else None
            if (
                call is not None
                and target in giving
                and target in reach
                and call.to.isidentifier()
                and call.to != "return"
            ):
                if self._is_named(call.args, known, own):
                    yield Loaded(call.to, call.line)

    def _is_named(self, values: tuple[Arg, ...] | list[Arg], known: Known, own: set[str]) -> bool:
        held = [value for value in values if self.others.bodies.holds(value, known.keys)]
        return bool(held) and not any(is_who(t) or root(t) in own for value in held for t in texts((value,)))

    def _identified(self, fn: Fn) -> set[str]:
        """Variables that say who is logged in: they come out of a token, a session or what is named after it."""
        own: set[str] = {p.name for p in self.model.project.function(fn).params if is_who(p.name)}
        for _ in range(_ROUNDS):
            for assign in self.others.bodies.assigns_of(fn):
                if any(is_who(text) or root(text) in own for text in texts((assign.value,))):
                    own.add(root(assign.target))
        return own

    def _decides(self, fn: Fn) -> bool:
        """Whether a function lets what is known of the caller decide: it compares it, asks its role, or calls a check."""
        own = self._identified(fn)
        for compare in self.others.bodies.compares_of(fn):
            if any(is_who(text) or root(text) in own for text in texts((compare.left, compare.right))):
                return True
        for read in self.others.bodies.reads_of(fn):
            if STAFF_READS.search(read.attr) or (
                _ROLE.search(read.attr) and (root(read.base) in own or is_who(read.base))
            ):
                return True
        return any(CHECKS.match(call.name) for _, call in self.others.bodies.calls_of(fn))

    # ---- what is done -----------------------------------------------------------------------

    def _changes(self, fn: Fn, loaded: Loaded) -> str:
        for assign in self.others.bodies.assigns_of(fn):
            if assign.target.startswith(f"{loaded.name}.") and assign.line >= loaded.line:
                return "changes"
        for _, call in self.others.bodies.calls_of(fn):
            if call.line < loaded.line or call.name not in _CHANGES:
                continue
            if call.on == loaded.name or (call.name == "setattr" and call.args and call.args[0].text == loaded.name):
                return "changes"
        return ""

    def _shows(self, fn: Fn, loaded: Loaded) -> str:
        read = [
            r.attr for r in self.others.bodies.reads_of(fn) if r.base == loaded.name and _SECRET.match(snake(r.attr))
        ]
        return f"hands out {read[0]} of" if read and "password" not in read[0].lower() else ""

    def _hit(self, declared: Declared, endpoint: Endpoint, fn: Fn, loaded: Loaded, does: str) -> Hit:
        path = spots_of(self.model, declared, endpoint, "anybody who is logged in")
        path.append(
            Spot(
                self.model.files[fn.file].path, loaded.line, f"{self.model.label(fn)} finds it by what the client sent"
            )
        )
        index = declared.beside
        message = f"{endpoint.method} {endpoint.path} {does} the account that the client names, whoever asks"
        return Hit(declared.at, declared.line, message, index, tuple(path), Confidence.MEDIUM, Severity.HIGH)
