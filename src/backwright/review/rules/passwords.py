"""Passwords: what a value that is called like one holds where it stands: as typed, hashed, from a table, or not known."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import SELVES, Cls, Fn
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.taint import CONDITION
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear, last_name, password_word, words_of
from backwright.review.rules.hashing import Hashing
from backwright.review.rules.looping import root
from backwright.review.rules.modelhooks import hooked_elsewhere
from backwright.review.rules.otherlogins import logs_in_elsewhere
from backwright.review.rules.parameters import own_params, parameter_of

HOPS_MAX = 4  # assignments, calls and constructors followed back from a value
CALLERS_MAX = 8  # callers asked what they hand over
# Calls that leave a password what it is.
_KEEPS = frozenset(
    "encode decode getBytes GetBytes trim strip Trim toString ToString to_string to_owned clone as_bytes as_str as_ref into "
    "String str bytes from data c_str s asString "
    "toByteArray toCharArray ToCharArray encodeToByteArray unwrap unwrap_or_default expect unwrap_or orEmpty escape quote "
    "htmlspecialchars addslashes mysqli_real_escape_string real_escape_string "
    "b64encode btoa base64_encode encodeToString encodeBase64String urlsafe_b64encode lower upper strval valueOf text "
    "as_deref to_vec to_bytes TrimSpace byte string trimEnd stripslashes Ok Some "
    "cleaned_data normalize get_secret_value expose_secret inner deref borrow value val bindValue Sprintf format".split()
)
_ASKS = frozenset(
    "get Get getParameter get_param_value FormValue PostFormValue PostForm DefaultPostForm Query QueryParam param Param "
    "input post getPost getParam value at getString getAsString Value "
    "getlist get_argument get_body_argument getBodyParam has_param request getString optString parameter body pop GetString "
    "GetProperty TryGetValue get_str safeGet string header field".split()
)
_DERIVES = regex(
    r"hash|digest|encrypt|encode|crypt|protect|derive|scramble|cipher|seal|obfuscat|mask|redact|sanitiz|hmac|fingerprint|secur",
    re.IGNORECASE,
)
_CHECKS = regex(r"^(check|verify|match|compare|valid|is|has|authenticate|login|can)", re.IGNORECASE)
# Frameworks hand these the new hash of somebody who logs in, not what he typed.
_GETS_HASHES = regex(r"UserDetailsPasswordService|PasswordUpgraderInterface")
# Roots of what a client sent, by everyday names.
_SENT = regex(
    r"^(req(uest)?|body|data|form\w*|payload|input|dto|json|params?|args|ctx|context|cred(ential)?s?|login\w*|regist\w+|"
    r"sign_?(up|in)\w*|command|cmd|inp?|values?|validated\w*|fields|"
    r"opts|options|new_?user\w*|user_?(in|data|create|dto|input|form|login|request|register|params)\w*|create\w*|update\w*|"
    r"message|msg|query|post|_POST|_REQUEST|_GET|given|typed|model|vm|c|self|this|attrs|info|r|obj)$",
    re.IGNORECASE,
)  # fmt: skip
_SENT_TYPE = regex(
    r"(dto|request|form|input|payload|command|params|create|update|register|registration|login|credentials|signup|schema|body|"
    r"viewmodel|vm|in|data|info|req|args)\d*$|^(Create|Update|Register|Login|SignUp|New|Signin|Json)",
    re.IGNORECASE,
)
IS_BODY = regex(
    r"^(self\.|flask\.|ctx\.|this\.)?(req|request)\.(json|form|data|POST|values|get_json|body|all|input|params|parsedBody|getParsedBody)$"
)
_SAVES = regex(r"^(save\w*|persist|insert\w*|Insert\w*|Create\w*|create|store|add|Add\w*|Save\w*|merge|saveAndFlush)$")
_KEEPS_ELSEWHERE = regex(r"session|cookie|cache|state|storage", re.IGNORECASE)
_STORE = regex(
    r"repo(sitory|sitories)?\b|dao\b|mapper|entity_?manager|\bem\b|session|store\b|dbset|_?db\b|context|manager",
    re.IGNORECASE,
)
_HOOK = regex(
    r"^\$?(before|pre|on|boot|creating|saving|save$|set|__set|_set|hash|encrypt|__init__|constructor|init|__setattr__|validate|"
    r"new$|create$|of$|from$|build$|pre_save|prePersist|preUpdate)",
    re.IGNORECASE,
)
_HOOK_MARKS = regex(
    r"^(Before(Insert|Update|Create|Save|Upsert)|Pre(Persist|Update)|setter|listens_for|validates|field_validator|validator|Hook|pre|BeforeMount)$",
    re.IGNORECASE,
)


class Held(NamedTuple):
    """What a value holds.

    Attributes:
        state: clear, slow, fast (hashed), kept (read from a table), "" (not known).
        is_sure: Whether its way was followed to where it came in; else its name alone says so.
        path: Where it came along.
    """

    state: str
    is_sure: bool = True
    path: tuple[Spot, ...] = ()


UNKNOWN = Held("")


@kept_with_it
def passwords_of(model: Model) -> "Passwords":
    """Return the answers about one repository, kept for the rules that share them."""
    return Passwords(model)


class Passwords:
    """Questions about passwords; answers are kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.hashing = Hashing(model)
        self._hashes: dict[Cls, bool] = {}
        self._hooks: dict[int, bool] = {}
        self._hash_holders: set[str] | None = None

    # ---- values -----------------------------------------------------------------------------

    def held(self, at: int, fn: int, value: Arg, line: int, hops: int = HOPS_MAX) -> Held:
        """Return what a value holds at a line of a function."""
        if hops <= 0:
            return UNKNOWN
        if value.kind == "name":
            return self._name(at, fn, value.text, line, hops)
        if value.kind == "call":
            return self._call(at, fn, value, line, hops)
        if value.kind in ("fmt", "concat", "list"):
            found = [self.held(at, fn, item, line, hops - 1) for item in value.items]
            return next((f for state in ("slow", "fast", "clear") for f in found if f.state == state), UNKNOWN)
        if value.kind == "other":
            return self._source(at, fn, CONDITION.sub("", value.text), line, hops)
        return UNKNOWN

    def _name(self, at: int, fn: int, chain: str, line: int, hops: int) -> Held:
        name = chain.strip("&*$!@ ")
        says = password_word(last_name(name))
        if re.fullmatch(r"\w+", name):
            given = self._assigned(at, fn, name, line, hops)
            if given is not None:
                return given
            if (param := self._parameter(at, fn, name)) is not None:
                return self._handed(at, param, name, hops) if says == "clear" else UNKNOWN
            return Held("clear", is_sure=False) if says == "clear" else UNKNOWN
        return self._member(at, fn, name, line, hops) if says == "clear" else UNKNOWN

    def _assigned(self, at: int, fn: int, name: str, line: int, hops: int) -> Held | None:
        """Return what the last assignment before a line put into a variable; None if there is none."""
        for scope in (*self.model.enclosing(at, fn), -1):
            there = [a for a in self.model.project.assigned[at].get((scope, name), ()) if a.line <= line]
            if there:
                last = max(there, key=lambda a: a.line)
                if last.line == line and len(there) > 1 and last.value.kind != "call":
                    last = sorted(there, key=lambda a: a.line)[-2]
                found = self.held(
                    at, scope, last.value, last.line - (last.line == line and last.value.kind == "name"), hops - 1
                )
                if found is UNKNOWN and is_clear(name) and self._is_sent(at, fn, last.value):
                    return Held("clear", is_sure=True)
                return found
        return None

    def _is_sent(self, at: int, fn: int, value: Arg) -> bool:
        """Whether a value comes in from outside: `body["password"]`, an argument of the call is not one that changes it."""
        if value.kind == "call":
            return (
                not _DERIVES.search(value.text)
                and not any(self._mentions(item) for item in value.items)
                and not self.model.project.resolve(at, fn, *value.text.rpartition(".")[::2])
            )
        return value.kind == "other" and not _DERIVES.search(value.text) and "(" not in value.text

    def _mentions(self, value: Arg) -> bool:
        return (value.kind == "name" and is_clear(value.text)) or any(self._mentions(item) for item in value.items)

    def _parameter(self, at: int, fn: int, name: str) -> int | None:
        """Return the function, among the enclosing ones, that has a parameter of that name."""
        for number in self.model.enclosing(at, fn):
            made = self.model.files[at].functions[number]
            if any(
                p.name.strip("&*$. ") == name
                or (p.name.startswith(("{", "[")) and re.search(rf"\b{re.escape(name)}\b", p.name))
                for p in made.params
            ):
                return number
        return None

    def _handed(self, at: int, fn: int, name: str, hops: int) -> Held:
        """Return what callers hand over as a parameter; what nobody calls is taken at its name."""
        target = Fn(at, fn)
        made = self.model.project.function(target)
        if target in self.model.handlers:
            return Held("clear", is_sure=True)
        if made.cls >= 0 and any(_GETS_HASHES.search(base) for base in self.model.files[at].classes[made.cls].bases):
            return Held("slow")
        states: list[Held] = []
        for edge in self.model.effects.callers.get(target, ())[:CALLERS_MAX]:
            call = self.model.files[edge.at].calls[edge.call]
            if self.model.files[edge.at].is_test:
                continue
            for param, value in parameter_of(made, call, enumerate(call.args)):
                if param.strip("&*$. ") == name:
                    found = self.held(edge.at, call.fn, value, call.line, hops - 1)
                    spot = Spot(
                        self.model.files[edge.at].path,
                        call.line,
                        f"{self.model.label(edge.caller)} hands {value.text or name} to {self.model.label(target)}",
                    )
                    states.append(found._replace(path=(*found.path, spot)))
        for state in ("clear", "fast"):
            if (found_ := next((s for s in states if s.state == state), None)) is not None:
                return found_
        if states:
            return states[0] if all(s.state == states[0].state for s in states) else UNKNOWN
        return Held("clear", is_sure=False)

    def _member(self, at: int, fn: int, chain: str, line: int, hops: int) -> Held:
        """Return what `form.password` or `user.password` holds."""
        base = re.sub(r"(\.|->|::|\?\.)?\[?[\"'\w$]+[\"']?\]?(\(\))?$", "", chain) or chain
        known = self.model.project.type_of(at, fn, base)
        first = root(chain)
        if (
            self.model.project.imported[at].get(first) is not None and known.cls is None and not _SENT.match(first)
        ) or self.model.routers.constant(at, fn, Arg("name", chain)) is not None:
            return UNKNOWN  # a setting or a constant of another module
        if base == first and (param := self._parameter(at, fn, first)) is not None and hops > 1:
            handed = self._handed_object(at, param, first, last_name(chain), hops)
            if handed is not None:
                return handed
        if first not in SELVES and self._is_body(at, fn, first, line):
            return Held("clear", is_sure=True)
        if first not in SELVES and (
            self._is_kept(at, fn, first, line)
            or (known.cls is None and self.model.data.origin(at, fn, first) is not None)
        ):
            return Held("kept")
        if known.cls is not None:
            if self.is_record(known.cls):
                return Held("kept")
            made = self._constructed(known.cls, last_name(chain), hops)
            if made is None and not _SENT_TYPE.search(known.name) and known.name.lower() in self._given_hashes():
                return UNKNOWN
            return (
                made
                if made is not None
                else Held("clear", bool(_SENT_TYPE.search(known.name)) or not self._hashed_by(known.cls))
            )
        if known.name and _SENT_TYPE.search(known.name.removesuffix("()")) and not known.name.endswith("()"):
            return Held("clear", is_sure=True)
        if first in SELVES:
            return Held("clear", is_sure=False)
        return (
            Held("clear", bool(_SENT.match(first) or _SENT.match(last_name(base))))
            if _SENT.match(first) or _SENT.match(last_name(base))
            else Held("kept", is_sure=False)
        )

    def _given_hashes(self) -> set[str]:
        """Return the variables, by name, whose password is somewhere replaced by what a hash gives: `user.password = hashed`."""
        if self._hash_holders is None:
            found = self._hash_holders = set[str]()  # asked again below
            for at in self.model.own:
                for assign in self.model.files[at].assigns:
                    if assign.fn >= 0 and "." in assign.target and is_clear(last_name(assign.target)):
                        value = assign.value
                        if value.kind == "name":
                            made = self.model.project.assigned[at].get((assign.fn, value.text), ())
                            value = made[-1].value if made else value
                        if value.kind == "call" and self.held(at, assign.fn, value, assign.line).state != "clear":
                            found.add(root(assign.target).lower())
        return self._hash_holders

    def _is_body(self, at: int, fn: int, name: str, line: int) -> bool:
        """Whether a variable is the body of a request: `content = request.json`."""
        for scope in self.model.enclosing(at, fn):
            for made in self.model.project.assigned[at].get((scope, name), ()):
                if made.line <= line and made.value.kind in ("name", "call"):
                    return IS_BODY.search(made.value.text) is not None
        return False

    def _handed_object(self, at: int, fn: int, name: str, field: str, hops: int) -> Held | None:
        """Return what the field of a parameter holds, if callers make or copy the object where they hand it over."""
        made = self.model.files[at].functions[fn]
        states: list[Held] = []
        for edge in self.model.effects.callers.get(Fn(at, fn), ())[:CALLERS_MAX]:
            call = self.model.files[edge.at].calls[edge.call]
            if self.model.files[edge.at].is_test:
                continue
            for param, value in parameter_of(made, call, enumerate(call.args)):
                if param.strip("&*$. ") != name:
                    continue
                inner = (
                    next((v for v in value.items if v.name == field), None) if value.kind in ("call", "dict") else None
                )
                spot = Spot(
                    self.model.files[edge.at].path,
                    call.line,
                    f"{self.model.label(edge.caller)} hands {value.text or name} to {self.model.project.label(Fn(at, fn))}",
                )
                if inner is not None:
                    # Values are cut at a depth: the call itself holds them whole.
                    index = self.call_at(edge.at, call.fn, *value.text.rpartition(".")[::2], call.line)
                    whole = (
                        next((v for v in self.model.files[edge.at].calls[index].args if v.name == field), inner)
                        if index >= 0
                        else inner
                    )
                    states.append(self.held(edge.at, call.fn, whole, call.line, hops - 1))
                elif value.kind == "name" and re.fullmatch(r"[&*$]?\w+", value.text):
                    found = self._member(edge.at, call.fn, f"{value.text.lstrip('&*$')}.{field}", call.line, hops - 1)
                    states.append(found._replace(path=(*found.path, spot)))
                elif (
                    value.kind == "call"
                    and (targets := self.model.project.resolve(edge.at, call.fn, *value.text.rpartition(".")[::2]))
                    and not any(t in self.hashing.slow | self.hashing.fast for t in targets)
                ):
                    states.append(Held("clear", is_sure=False, path=(spot,)))
        if not states:
            return None
        return next((s for state in ("clear", "fast", "slow") for s in states if s.state == state), states[0])

    def _is_kept(self, at: int, fn: int, name: str, line: int) -> bool:
        """Whether a variable comes from a call that finds or fetches."""
        for scope in (*self.model.enclosing(at, fn), -1):
            for made in self.model.project.assigned[at].get((scope, name), ()):
                if made.line <= line and made.value.kind == "call":
                    return bool(
                        re.search(
                            r"find|fetch|select|first|query|load|lookup|one\b|scalar|get_?(by|user|account|member)|by_?(id|name|email|login)|single|row",
                            made.value.text,
                            re.IGNORECASE,
                        )
                    ) and not re.search(r"request|req\b|body|form|json|validate", made.value.text, re.IGNORECASE)
        return False

    def _constructed(self, cls: Cls, name: str, hops: int) -> Held | None:
        """Return what is put into a field of a class where it is made; None if nobody makes one (it is read from a request)."""
        made = self.model.project.class_(cls)
        states: list[Held] = []
        for at, index in self.model.project.calls_by_name.get(made.name, ())[:20]:
            call = self.model.files[at].calls[index]
            if not call.flags & NEW or self.model.files[at].is_test:
                continue
            value = next((v for v in call.args if v.name == name), None)
            if value is None and len(call.args) == len(made.fields):
                place = next((n for n, f in enumerate(made.fields) if f.name == name), -1)
                value = call.args[place] if place >= 0 and not call.args[place].name else None
            if value is not None and value.kind != "str":
                found = self.held(at, call.fn, value, call.line, hops - 1)
                states.append(
                    found._replace(
                        path=(
                            *found.path,
                            Spot(
                                self.model.files[at].path, call.line, f"{made.name} is made with {value.text or 'it'}"
                            ),
                        )
                    )
                )
        if not states:
            return None
        return next(
            (s for s in states if s.state == "clear"), next((s for s in states if s.state == "fast"), states[0])
        )

    def _call(self, at: int, fn: int, value: Arg, line: int, hops: int) -> Held:
        on, _, name = value.text.rpartition(".")
        index = self.call_at(at, fn, on, name, line)
        kind = self.hashing.sites.get(at, {}).get(index, "")
        if kind:
            return Held(kind)
        targets = (
            self.model.project.resolve(at, fn, on, name)
            if index < 0
            else self.model.project.resolve_call(at, self.model.files[at].calls[index])
        )
        if targets:
            if any(t in self.hashing.slow for t in targets):
                return Held("slow")
            if any(t in self.hashing.fast for t in targets):
                return Held("fast")
        steps = self.model.effects.chain(at, index) if index >= 0 else []
        for (
            step
        ) in steps:  # a step of its chain may hash, or what it is handed: `argon2.hash_password(...)?.to_string()`
            if (known := self._step(at, step)) is not None:
                return known
        inner = [
            self.held(at, fn, item, line, hops - 1)
            for item in value.items
            if item.kind in ("call", "name", "fmt", "concat")
        ]
        hashed = next((i for state in ("slow", "fast") for i in inner if i.state == state), None)
        if hashed is not None:
            return hashed
        if name in _ASKS and value.items and value.items[0].kind == "str" and is_clear(value.items[0].text):
            return Held("clear", is_sure=True)
        if name in _KEEPS:
            if on and is_clear(on) and "(" not in on:
                return self._name(at, fn, on, line, hops - 1)
            return next((i for i in inner if i.state == "clear"), UNKNOWN)
        if is_clear(name) and not value.items and on and not _CHECKS.match(name):
            return self._member(at, fn, f"{on}.{last_name(name)}", line, hops - 1)
        return UNKNOWN

    def _step(self, at: int, step: int) -> Held | None:
        """Return what one call of a chain makes of a password: by its name, by a lambda it runs, by the function it is."""
        if step in self.hashing.sites.get(at, {}):
            return Held(self.hashing.sites[at][step])
        call = self.model.files[at].calls[step]
        for inside in (
            *(Fn(at, v.ref) for v in call.args if v.kind == "fn" and v.ref >= 0),
            *self.model.project.resolve_call(at, call),
        ):
            if inside in self.hashing.slow:
                return Held("slow")
            if inside in self.hashing.fast:
                return Held("fast")
        return None

    def _source(self, at: int, fn: int, text: str, line: int, hops: int) -> Held:
        """Return what an expression holds that is kept as its source: `$_POST["password"] ?? ""`, `password + salt`."""
        if _DERIVES.search(text) and "(" in text:
            return UNKNOWN
        for word in re.findall(r"[\w$]+(?:(?:\.|->|\?\.|::)\w+|\[[\"']?\w+[\"']?\])*", text):
            if is_clear(word) and not re.search(
                rf"[\"']{re.escape(word)}[\"']", text.replace(f'["{word}"]', "").replace(f"['{word}']", "")
            ):
                return self._name(at, fn, word, line, hops - 1)
        return UNKNOWN

    def call_at(self, at: int, fn: int, on: str, name: str, line: int) -> int:
        """Return the call of that name and receiver that stands nearest to a line of a function, -1 if there is none."""
        inside = set(self.model.enclosing(at, fn)) | {fn}
        best = -1
        for number, index in self.model.project.calls_by_name.get(name, ()):
            if number != at:
                continue
            call = self.model.files[at].calls[index]
            if (
                call.on == on
                and call.fn in inside
                and abs(call.line - line) <= 6
                and (best < 0 or abs(call.line - line) < abs(self.model.files[at].calls[best].line - line))
            ):
                best = index
        return best

    # ---- records ----------------------------------------------------------------------------

    def is_record(self, cls: Cls) -> bool:
        """Whether a class is stored: an entity of a pack, or one that is marked or built like one."""
        made = self.model.project.class_(cls)
        if logs_in_elsewhere(made):
            return False
        if cls in self.model.data.entities:
            is_loose = self.model.files[cls.file].language in ("python", "go")  # whatever a call that stores is given
            return not (is_loose and _SENT_TYPE.search(made.name))
        if cls in self.saved:
            return not _SENT_TYPE.search(made.name)
        if any(
            re.search(
                r"^(Entity|Table|Document|MappedSuperclass|DeriveEntityModel|Queryable|FromRow|sea_orm|diesel|Schema|Embeddable)$",
                m.name,
            )
            for m in made.marks
        ):
            return True
        return any(
            re.search(
                r"(^|\.)(LongIdTable|IntIdTable|UUIDTable|IdTable|Table|LongEntity|IntEntity|Model|ActiveRecord|Document|Entity|"
                r"BaseEntity|Authenticatable|Eloquent)$",
                base.partition("(")[0].partition("<")[0],
            )
            for base in made.bases
        )

    @cached_property
    def saved(self) -> set[Cls]:
        """Classes whose objects are handed to something that is called like a store, and stored there."""
        model = self.model
        found: set[Cls] = set()
        for at in model.own:
            for call in model.files[at].calls:
                if (
                    call.args
                    and call.on
                    and _SAVES.match(call.name)
                    and not _KEEPS_ELSEWHERE.search(call.name)
                    and _STORE.search(call.on)
                ):
                    for value in call.args[:2]:
                        if value.kind == "name" and re.fullmatch(r"[&*$]?\w+", value.text):
                            known = model.project.type_of(at, call.fn, value.text.lstrip("&*$")).cls
                            if known is not None:
                                found.add(known)
        return found

    def hashes_itself(self, cls: Cls) -> bool:
        """Whether a class hashes what is put into it: in a setter, a hook of its storage, a constructor or a cast."""
        if cls not in self._hashes:
            name = self.model.project.class_(cls).name
            self._hashes[cls] = (
                name in self._hooked
                or any(self._hashed_by(each) for each in self.model.project.base_classes(cls))
                or self.file_hooks(cls.file, name)
            )
        return self._hashes[cls]

    @cached_property
    def _hooked(self) -> frozenset[str]:
        return hooked_elsewhere(self.model, self.hashing.slow)

    def _hashed_by(self, cls: Cls) -> bool:
        model = self.model
        made, file = model.project.class_(cls), model.files[cls.file]
        for name, at, index in self._methods(cls):
            fn = file.functions[index] if at == cls.file else model.files[at].functions[index]
            if (
                Fn(at, index) in self.hashing.slow | self.hashing.fast
                and not _CHECKS.match(name)
                and (_HOOK.match(name) or is_clear(name) or any(_HOOK_MARKS.match(m.name) for m in fn.marks))
            ):
                if name.startswith("set_") and file.language == "python" and not fn.marks:
                    continue  # a plain method: it hashes only where it is called
                return True
            if (
                file.language == "php"
                and is_clear(name)
                and any("encrypt" in c.name.lower() for _, c in self.calls_in(at, index))
            ):
                return True  # Laravel's Attribute::make(set: fn ($value) => encrypt($value))
            if name in ("casts",) and any(
                item.name and is_clear(item.name) and item.text in ("hashed", "encrypted")
                for r in model.files[at].returns
                if r.fn == index
                for item in r.value.items
            ):
                return True
        return any(
            (
                f.name.strip("$") == "casts"
                and f.value is not None
                and any(is_clear(i.name) and i.text == "hashed" for i in f.value.items)
            )
            or (
                is_clear(f.name)
                and f.value is not None
                and re.search(
                    r"Password(Type|Hash)|EncryptedType|HashedField",
                    f.value.text + " ".join(i.text for i in f.value.items),
                )
            )
            or (is_clear(f.name) and any(re.search(r"ColumnTransformer|Convert|Type$", m.name) for m in f.marks))
            for f in made.fields
        )

    def _methods(self, cls: Cls) -> Iterator[tuple[str, int, int]]:
        made = self.model.project.class_(cls)
        for at in {
            cls.file,
            *(f.file for f in self.model.project.functions_by_name.get("BeforeCreate", ())),
            *(f.file for f in self.model.project.functions_by_name.get("BeforeSave", ())),
        }:
            for index, fn in enumerate(self.model.files[at].functions):
                if fn.owner == made.name and fn.kind != "lambda":
                    yield fn.name, at, index

    def file_hooks(self, at: int, name: str = "") -> bool:
        """Whether a file hangs a function that hashes on the storing of a model: `schema.pre("save", ...)`, `@event.listens_for`."""
        if at not in self._hooks:
            found = False
            file = self.model.files[at]
            for index, made in enumerate(file.functions):
                if Fn(at, index) not in self.hashing.slow:
                    continue
                if any(_HOOK_MARKS.match(m.name) or m.name == "receiver" for m in made.marks):
                    found = True
                if made.kind == "lambda" and (
                    (
                        made.call >= 0
                        and re.match(
                            r"pre$|before\w*|addHook|hook|use\b|listen|on$|set$|plugin|extends|create$|init$|define$",
                            file.calls[made.call].name,
                            re.IGNORECASE,
                        )
                    )
                    or re.match(r"before|pre|set$|hash", made.name, re.IGNORECASE)
                ):
                    found = True
            self._hooks[at] = found
        return self._hooks[at]

    def calls_in(self, at: int, fn: int) -> Iterator[tuple[int, Call]]:
        """Yield the calls of a function, of its lambdas and of what it stands in."""
        functions = self.model.files[at].functions
        inside = set(self.model.enclosing(at, fn)) | {fn}
        if fn >= 0:
            inside |= {n for n, made in enumerate(functions) if made.kind == "lambda" and made.parent in inside}
        for index, call in enumerate(self.model.files[at].calls):
            if call.fn in inside:
                yield index, call


__all__ = ["UNKNOWN", "Held", "Passwords", "own_params", "passwords_of", "words_of"]
