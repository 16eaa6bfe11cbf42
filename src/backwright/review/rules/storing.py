"""Storing: whether what a password is put into ends in a table, and whether the model hashes it on the way."""

import re

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear, last_name
from backwright.review.rules.looping import root
from backwright.review.rules.parameters import parameter_of
from backwright.review.rules.passwords import Passwords

PERSISTS = regex(
    r"^(save\w*|add|Add\w*|insert\w*|Insert\w*|persist|create|Create\w*|createMany|update\w*|Update\w*|upsert\w*|store|put|merge|values|replace\w*|append|push|commit|"
    r"saveAndFlush|NamedExec\w*|Save\w*|FirstOrCreate|bulk_create|insert_one|insertOne|push_back|emplace_back|set|build|execute|Execute\w*|attach|add_all|make)$"
)
STORES = regex(
    r"repo(sitory|sitories)?\b|dao\b|mapper|\b(db_?)?session\b|\bem\b|manager|_?db\b|context|store\b|collection|table|\bmodels?\b|conn\b|\btx\b|users?\b|members?\b|accounts?\b|insert|persist|entity|gorm|prisma|query|sql",
    re.IGNORECASE,
)
OPTIONS = regex(r"(Options?|Opts)$")  # what a function is told, which stores a record of its own
_KEPT_ELSEWHERE = regex(r"session|cookie|cache|state|storage", re.IGNORECASE)
OUTSIDE = regex(
    r"auth0|firebase|cognito|keycloak|supabase|clerk|okta|stytch|passport|axios|fetch|http|client|smtp|mail|ldap|requests?\b|api\b|oauth|userManager|signInManager|authenticat|provider|connection|engine|redis|mongo_?client|jwt|schema|validator|joi|yup|zod|console|logger|page|browser|driver|prompt",
    re.IGNORECASE,
)
_WITHOUT_HOOKS = regex(r"prisma|knex|^DB\b", re.IGNORECASE)  # they write past what a class says


class Storing:
    """Questions about records; they cost little."""

    def __init__(self, model: Model, passwords: Passwords) -> None:
        self.model, self.passwords = model, passwords

    def is_stored(self, at: int, fn: int, base: str, target: str) -> bool:
        """Whether what is assigned to is a record of a table, and nothing there hashes."""
        model = self.model
        if (
            re.fullmatch(r"\w+\[\w+\]", target)
            and fn >= 0
            and (made := model.files[at].functions[fn]).kind == "lambda"
            and made.call >= 0
        ):
            holder = model.project.find_class(
                at, model.files[at].calls[made.call].on
            )  # Exposed: Users.update { row -> row[password] = ... }
            return holder is not None and self.passwords.is_record(holder)
        column = re.search(r"\[(?:[\w.]*\.)?([A-Z]\w*)\.\w+\]?$", target)
        if column and (cls := model.project.find_class(at, column[1])) is not None:
            return self.passwords.is_record(cls)
        first = base.strip("$*&(")
        known = model.project.type_of(at, fn, first)
        if first in ("self", "this", "$this", "cls"):
            return False  # what an object keeps of itself: judged where it is made
        if known.cls is not None:
            if self.passwords.hashes_itself(known.cls) or OPTIONS.search(model.project.class_(known.cls).name):
                return False
            return self.passwords.is_record(known.cls) or self.is_persisted(at, fn, root(first))
        if re.search(
            r"config|settings?|options?|props|uri|url|parsed|conn|client|smtp|session|args|state|data_?source|params|request|form|auth\b",
            first,
            re.IGNORECASE,
        ):
            return False
        if self.model_hashes(at, fn, first):
            return False
        return (
            self.is_persisted(at, fn, root(first)) or model.data.origin(at, fn, first) is not None
        ) and not known.name.endswith("Dto")

    def model_hashes(self, at: int, fn: int, name: str) -> bool:
        """Whether the model that a variable comes from hashes in a hook: followed over what it is assigned from."""
        model = self.model
        words = {root(name)}
        for scope in (*model.enclosing(at, fn), -1):
            for made in model.project.assigned[at].get((scope, root(name)), ()):
                if made.value.kind in ("call", "name"):
                    words.add(root(made.value.text))
        for word in words:
            imported = model.project.imported[at].get(word)
            for number in model.project.module_files(at, imported.module) if imported is not None else (at,):
                if self.passwords.file_hooks(number):
                    return True
            for name_ in {word, word[:1].upper() + word[1:]} - {""}:
                cls = model.project.find_class(at, name_)
                if cls is None and len(model.project.classes_by_name.get(name_, ())) == 1:
                    cls = model.project.classes_by_name[name_][0]
                if cls is not None and self.passwords.hashes_itself(cls):
                    return True
        like = {w for name_ in words for w in (name_.lower(), name_.lower().removesuffix("s"))}
        return any(
            self.passwords.file_hooks(n)
            for n in model.own
            if any(w and w in model.files[n].path.rpartition("/")[2].lower() for w in like if len(w) > 3)
        )

    def is_persisted(self, at: int, fn: int, name: str) -> bool:
        """Whether a variable is handed to something that stores it, or stores itself."""
        for index, call in self.passwords.calls_in(at, fn):
            does = {d.does for d in self.model.effects.of_call[at].get(index, ())}
            if not (PERSISTS.match(call.name) or (does & {"query", "batch"})) or _KEPT_ELSEWHERE.search(call.name):
                continue
            if call.on == name or any(
                root(v.text) == name or any(root(i.text) == name for i in v.items)
                for v in call.args
                if v.kind in ("name", "list", "other", "call")
            ):
                if self._hands_on(at, call, name):
                    continue  # what it is handed to is looked at by itself
                if (
                    (does & {"query", "batch"})
                    or (
                        call.on == name
                        and re.match(r"save|insert|update|create|persist|store|put|add", call.name, re.IGNORECASE)
                    )
                    or (
                        STORES.search(f"{call.on} {model_type(self.model, at, call)}")
                        or re.match(r"insert|persist", call.name, re.IGNORECASE)
                    )
                ):
                    return not OUTSIDE.search(call.on) and not self._names_hashing_record(call.on)
        return False

    def _names_hashing_record(self, chain: str) -> bool:
        """Whether a chain names a record, or its table, that hashes by itself: `models.users.query()` of `class User`."""
        words = () if _WITHOUT_HOOKS.search(chain) else re.findall(r"\w+", chain)
        return any(
            self.passwords.hashes_itself(cls)
            for word in words
            for name in {_camel(word), _camel(word).removesuffix("s")}
            for cls in self.model.project.classes_by_name.get(name, ())
        )

    def _hands_on(self, at: int, call: Call, name: str) -> bool:
        """Whether a call is of the project's own function, which reads the password out of what it is given."""
        for target in self.model.project.resolve_call(at, call):
            made = self.model.project.function(target)
            if target in self.passwords.hashing.slow:
                return True
            given = next(
                (param for param, value in parameter_of(made, call, enumerate(call.args)) if root(value.text) == name),
                "",
            )
            if given and any(
                root(r.base) == given.strip("&*$ ") and is_clear(r.attr)
                for r in self.model.files[target.file].reads
                if r.fn == target.index
            ):
                return True
        return False

    def is_hashed_outside(self, at: int, call: Call) -> bool:
        """Whether a record is made for a function of the project that comes to a slow hash: `register(db, User(...))`."""
        outer = self.model.files[at].calls[call.inside] if call.inside >= 0 else None
        return outer is not None and any(
            target in self.passwords.hashing.slow for target in self.model.project.resolve_call(at, outer)
        )

    def writer_hashes(self, at: int, call: Call) -> bool:
        """Whether the model or repository that a call writes with hashes by itself."""
        return (
            self.model_hashes(at, call.fn, root(call.on))
            or self.model_hashes(at, call.fn, last_name(call.on))
            or self._names_hashing_record(call.on)
        )

    def goes_to_storage(self, at: int, call: Call) -> bool:
        """Whether a new object is stored: kept in a variable that is, or made among the arguments of what stores."""
        model = self.model
        inside = call.inside
        for _ in range(3):
            if inside < 0:
                break
            outer = model.files[at].calls[inside]
            does = {d.does for d in model.effects.of_call[at].get(inside, ())}
            if does & {"query", "batch"}:
                return True
            if PERSISTS.match(outer.name) and outer.on and not OUTSIDE.search(outer.on):
                # The project's own function is looked at by itself.
                return not model.project.resolve_call(at, outer)
            inside = outer.inside
        kept = call.to.removesuffix("[]")
        return bool(kept) and kept != "return" and self.is_persisted(at, call.fn, root(kept))


def _camel(word: str) -> str:
    """Return a name as a class has it: `user_accounts` is `UserAccounts`."""
    return "".join(part[:1].upper() + part[1:] for part in word.split("_"))


def model_type(model: Model, at: int, call: Call) -> str:
    """Return the name of the type that a call is made on."""
    return model.project.type_of(at, call.fn, call.on).name if call.on else ""


def line_of(model: Model, at: int, call: Call, value: Arg) -> int:
    """Return the line of a named argument: its own, else that of a call it holds, or of a read with its text inside the outer call."""
    if value.line:
        return value.line
    file = model.files[at]
    if value.kind == "call":
        name = value.text.rpartition(".")[2]
        lines = [
            c.line for c in file.calls if c.name == name and c.fn == call.fn and call.line <= c.line <= call.line + 30
        ]
        return min(lines, default=call.line)
    base, _, attr = value.text.rpartition(".")
    lines = [
        r.line
        for r in file.reads
        if base and r.attr == attr and r.base == base and r.fn == call.fn and call.line <= r.line <= call.line + 30
    ]
    return min(lines, default=call.line)
