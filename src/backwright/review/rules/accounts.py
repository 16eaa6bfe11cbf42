"""Accounts whose password everybody can read: default administrators, users of a seed, the one login of a basic auth."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules import literals
from backwright.review.rules.credentials import is_clear
from backwright.review.rules.hashing import named_hash
from backwright.review.rules.installedaccounts import installed
from backwright.review.rules.parameters import parameter_of
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import literal, secret_hit

_USER = regex(r"^(user|user_?name|name|login|e?mail|email_?address|account|uid)$", re.IGNORECASE)
_ADMIN = regex(r"^(admin\w*|root|super_?(user|admin)|sysadmin|owner|operator)(@[\w.-]+)?$", re.IGNORECASE)
_BASIC = regex(r"basic_?auth|^auth$|http_?basic|BasicAuth", re.IGNORECASE)
_DEFAULT = regex(r"default|initial|admin|root", re.IGNORECASE)
_PEOPLE = regex(r"user|account|admin|member|sign_?up|regist", re.IGNORECASE)
_CREATES = regex(
    r"^(create|insert|save|make|register|add|new|upsert|build|sign_?up|firstOrCreate|updateOrCreate|get_or_create|"
    r"update_or_create|persist|execute)",
    re.IGNORECASE,
)
# Files that fill a database for people who develop, unless something that starts the application runs them.
FILLS = regex(
    r"seed|fixture|demo|dummy|sample|fake|factor(y|ies)|mock|example|playground|bench|(^|/)(local|dev|(dev_?)?tools?|scripts?|utils?/cli)/",
    re.IGNORECASE,
)
_SETS = regex(r"(set_?)?password", re.IGNORECASE)
_SETS_IT = regex(r"(re)?set_?\w*(password|pwd)|(update|change)_?(password|pwd)", re.IGNORECASE)
_COMPARES = regex(r"verif|check|match|compare|needs|valid", re.IGNORECASE)
_MAKES = regex(r"create|new|build|seed|fixture|init|default|load|setup|ToCreate|add|register", re.IGNORECASE)
_TESTS = regex(r"\btest|Test(Case)?\b|\bsetUp\b")
_NO_ACCOUNT = regex(r"dummy|fake|placeholder|timing|constant_?time|nobody|nonexist", re.IGNORECASE)
_DEPLOYS = regex(r"(^|/)(Procfile|Dockerfile[^/]*|fly\.toml|render\.ya?ml|railway\.json|app\.ya?ml)$")
_STARTS = regex(r"(^|/)(main|app|server|program|startup|index|wsgi|asgi|manage|__init__|run)\.\w+$", re.IGNORECASE)
_START_HOOKS = regex(
    r"before_(first_request|serving)|on_event|lifespan|PostConstruct|EventListener|ApplicationReady|OnModuleInit|"
    r"onApplicationBootstrap|OnModelCreating|CommandLineRunner|ApplicationRunner|StartAsync|post_migrate|startup",
)
_MADE_UP = regex(r"demo|fake|sample|test|dummy|example", re.IGNORECASE)
TEXTS_MIN = 4  # a password of three characters is a word of something else


def accounts(model: Model) -> Iterator[Hit]:
    """Yield accounts that are created with a password that stands in the source; seeds that only developers run are low."""
    finder = _Accounts(model)
    for at in (*model.own, *finder.seeders):
        for call in model.files[at].calls:
            if call.args:
                yield from finder.of_call(at, call)
        yield from finder.hashed(at)
        yield from finder.listed(at)
        yield from finder.gone_through(at)
    yield from installed(model)


class _Accounts:
    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def seeders(self) -> list[int]:
        """Files of a Laravel application that its own installation runs, although such files mostly serve developers."""
        return [
            at for at, file in enumerate(self.model.files)
            if file.is_test and file.language == "php" and re.search(r"(^|/)seeders/", file.path) and not _MADE_UP.search(file.path)
        ] if self._is_seeded else []  # fmt: skip

    def of_call(self, at: int, call: Call) -> Iterator[Hit]:
        """Yield what one call says: a name and a password beside each other, or a password for one's own function."""
        named = {v.name.lower(): v for v in _entries(call.args)}
        password = next((v for v in named.values() if is_clear(v.name) and v.kind == "str"), None)
        if password is not None:
            user = next((v for v in named.values() if _USER.match(v.name) and v.kind == "str"), None)
            if user is not None and self._is_account(call, user.text) and self._is_password(password.text):
                yield self._hit(at, password.line or call.line, f"The account {user.text}", call.fn, call)
            return
        if _SETS.fullmatch(call.name) and len(call.args) == 1 and call.args[0].kind == "str":
            yield from self._built(at, call)
        if not _CREATES.match(call.name):
            return
        for target in self.model.project.resolve_call(at, call)[:1] if _PEOPLE.search(call.name) else ():
            made = self.model.project.function(target)
            given = [(p.strip("&*$. "), v) for p, v in parameter_of(made, call, enumerate(call.args))]
            user_ = next((v.text for _, v in given if v.kind == "str" and _ADMIN.match(v.text)), "")
            if user_ and any(is_clear(p) and v.kind == "str" and self._is_password(v.text) for p, v in given):
                yield self._hit(at, call.line, f"The account {user_}", call.fn, call)
        if re.search(r"[uU]ser\w*$", call.on) and call.name == "CreateAsync" and len(call.args) > 1:
            yield from self._constant(at, call, call.args[1])

    def _built(self, at: int, call: Call) -> Iterator[Hit]:
        """Yield the password that a new user is built with: `User.builder().email(mail).password("123456")`."""
        around = f"{call.on} {self.model.label_around(at, call.fn)} {call.to}"
        if (
            not _TESTS.search(around)
            and _PEOPLE.search(around)
            and _MAKES.search(around)
            and self._is_password(call.args[0].text)
        ):
            yield self._hit(at, call.line, "An account that is created", call.fn, call)

    def _constant(self, at: int, call: Call, value: Arg) -> Iterator[Hit]:
        """Yield the constant that a user is created with, where it stands."""
        if value.kind != "name" or not (text := self.model.routers.constant(at, call.fn, value)):
            return
        last = re.split(r"[.:]+", value.text)[-1]
        for number in (at, *self.model.own):
            file = self.model.files[number]
            fields = [(f.name, f.line, f.value) for c in file.classes for f in c.fields]
            for name, line, given in (*fields, *((a.target, a.line, a.value) for a in file.assigns)):
                if name == last and given is not None and literal(given) == text and self._is_password(text):
                    told = f"{self.model.label_around(at, call.fn)} creates an account with it"
                    hit = self._hit(at, line, f"The account that is created with {last}", call.fn, call)
                    yield structs.replace(
                        hit, at=number, line=line, fn=-1, path=(Spot(self.model.files[at].path, call.line, told),)
                    )
                    return

    def hashed(self, at: int) -> Iterator[Hit]:
        """Yield literals that are hashed as a password for a record: `bcrypt.hash("secret")` beside `email: "a@b.c"`."""
        file = self.model.files[at]
        for call in file.calls:
            value = call.args[0] if call.args and call.args[0].kind in ("str", "call") else None
            text = literal(value) if value is not None else None
            if not text or named_hash(call.on, call.name, "") != "slow":
                continue
            label = f"{call.to} {self.model.label_around(at, call.fn)}"
            if not self._is_password(text) or _NO_ACCOUNT.search(label):
                continue
            if self._becomes_password(at, call):
                yield self._hit(
                    at,
                    call.line,
                    f"Everybody whose password {self.model.label_around(at, call.fn)} sets",
                    call.fn,
                    call,
                )
                continue
            inside = set(self.model.enclosing(at, call.fn)) | {call.fn}
            creates = [c for c in file.calls if c.fn in inside and (_CREATES.match(c.name) or c.flags & NEW)]
            if any(_USER.match(v.name) and v.kind == "str" for c in creates for v in _entries(c.args)):
                yield self._hit(
                    at, call.line, f"An account that {self.model.label_around(at, call.fn)} creates", call.fn, call
                )

    def _becomes_password(self, at: int, call: Call) -> bool:
        """Whether the hash of a literal becomes somebody's password: `user.setPassword(encode("123456"))`, `resetPwd(ids, pwd)`."""
        file = self.model.files[at]
        if _COMPARES.search(call.name):
            return False
        if call.inside >= 0:
            outer = file.calls[call.inside]
            return _SETS.fullmatch(outer.name) is not None and outer.on != "" and bool(outer.args)
        if "." in call.to and is_clear(call.to):
            return True
        return is_clear(call.to) and any(
            other.fn == call.fn
            and other.line > call.line
            and _SETS_IT.search(other.name)
            and any(value.text == call.to for value in other.args)
            for other in file.calls
        )

    def listed(self, at: int) -> Iterator[Hit]:
        """Yield `users = [("admin", "s3cret"), ...]` in a function that writes passwords into a table."""
        file = self.model.files[at]
        for assign in file.assigns:
            if assign.value.kind != "list" or not _PEOPLE.search(assign.target):
                continue
            pairs = [i.items for i in assign.value.items if i.kind == "list" and len(i.items) >= 2]
            named = next((p[0].text for p in pairs if p[0].kind == p[1].kind == "str" and _ADMIN.match(p[0].text)), "")
            if named and any(self._writes_password(at, c) for c in file.calls if c.fn == assign.fn):
                yield self._hit(at, assign.line, f"The account {named}", assign.fn)

    def gone_through(self, at: int) -> Iterator[Hit]:
        """Yield `for name, password := range map[string]string{"ann": "secret"}` with a hash of the password inside."""
        file = self.model.files[at]
        for number, loop in enumerate(file.loops):
            items = loop.value.items if loop.value is not None and loop.value.kind in ("dict", "call") else ()
            if not items or not loop.vars or not all(i.name and i.kind == "str" for i in items):
                continue
            if self._is_password(items[0].text) and any(
                call.loop == number
                and named_hash(call.on, call.name, "") == "slow"
                and any(
                    loop.vars[-1] in value.text or any(loop.vars[-1] in i.text for i in value.items)
                    for value in call.args
                )
                for call in file.calls
            ):
                yield self._hit(at, items[0].line or loop.line, f"The account {items[0].name}", loop.fn)

    def _writes_password(self, at: int, call: Call) -> bool:
        """Whether a call stores a password: by SQL, by a named argument, or as the project's own function that makes users."""
        told = [v.text for v in call.args if v.kind in ("str", "fmt", "concat")]
        if any(re.search(r"insert\s.*\bpass(word|wd)?\b", text, re.IGNORECASE | re.DOTALL) for text in told):
            return True
        if any(v.name and is_clear(v.name) for v in call.args):
            return True
        if not (
            _PEOPLE.search(call.name) and re.search(r"create|add|insert|register|new|save", call.name, re.IGNORECASE)
        ):
            return False
        targets = self.model.project.resolve_call(at, call)
        return any(is_clear(p.name) for target in targets[:1] for p in self.model.project.function(target).params)

    def _is_account(self, call: Call, user: str) -> bool:
        whole = f"{call.on}.{call.name}"
        if _BASIC.search(call.name):
            return True
        if not _ADMIN.match(user):
            return False
        if call.flags & NEW:
            return _DEFAULT.search(call.name) is not None or _PEOPLE.search(call.name) is not None
        return _CREATES.match(call.name) is not None and _PEOPLE.search(whole) is not None

    def _is_password(self, text: str) -> bool:
        return (
            len(text) >= TEXTS_MIN
            and " " not in text
            and not re.search(r"[<>{}$\\]|^\*+$|\.\.\.|change|replace|your[-_]|example|required", text, re.IGNORECASE)
            and literals.is_secret("password", "", text, connects=True) != ""
        )

    def _hit(self, at: int, line: int, who: str, fn: int, call: Call | None = None) -> Hit:
        runs = self._runs(at, fn)
        told = "" if runs else " by what fills a database for development"
        message = f"{who} gets a password that stands in the source{told}"
        return secret_hit(self.model, at, "", line, message, "high" if runs else "low", fn)

    def _runs(self, at: int, fn: int) -> bool:
        """Whether what creates an account runs in production, too, as far as can be told."""
        path = self.model.files[at].path
        if re.search(r"(^|/)(migrations?|versions)/", path):
            return True
        if not FILLS.search(path) and not FILLS.search(self.model.label_around(at, fn)):
            return True
        return self._starts(at, fn) or self._is_seeded or any(re.search(r"\bseed", text) for text in self._deploying)

    @cached_property
    def _is_seeded(self) -> bool:
        """Whether an installation of Laravel seeds its database itself: `Artisan::call("migrate --seed --force")`."""
        return any(
            value.kind == "str" and re.fullmatch(r"(migrate(:\w+)?\b.*--seed\b.*|db:seed( --force)?)", value.text)
            and (value.text != "db:seed" or not any(i.name == "--class" for v in call.args[1:] for i in v.items))
            for at in self.model.own if self.model.files[at].language == "php"
            for call in self.model.files[at].calls if call.name == "call" and call.on.endswith("Artisan")
            for value in call.args[:1]
        ) or any(
            item.name == "--seed" for at in self.model.own if self.model.files[at].language == "php"
            for call in self.model.files[at].calls if call.name == "call" and call.on.endswith("Artisan")
            for value in call.args[1:] for item in value.items
        )  # fmt: skip

    def _starts(self, at: int, fn: int) -> bool:
        """Whether a request, a hook of the start or the file that starts the application runs a function."""
        if fn < 0:
            return False
        todo, seen = [Fn(at, self.model.named(at, fn))], set()
        for _ in range(4):
            for each in todo:
                made = self.model.project.function(each)
                marks = " ".join(m.name for m in made.marks)
                if self.model.is_served(each) or _START_HOOKS.search(f"{made.name} {marks}"):
                    return True
            seen |= set(todo)
            edges = [e for each in todo for e in self.model.effects.callers.get(each, ())[:8]]
            if any(
                _STARTS.search(self.model.files[e.at].path) and not FILLS.search(self.model.files[e.at].path)
                for e in edges
            ):
                return True
            todo = [e.caller for e in edges if e.caller.index >= 0 and e.caller not in seen]
        return False

    @cached_property
    def _deploying(self) -> list[str]:
        return [text for path, text in self.model.texts.items() if _DEPLOYS.search(path)]


def _entries(values: tuple[Arg, ...], depth: int = 1) -> Iterator[Arg]:
    for value in values:
        if value.name:
            yield value
        elif value.kind in ("dict", "call") and depth:
            yield from _entries(value.items, depth - 1)
