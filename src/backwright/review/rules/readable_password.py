"""readable-password: a password that is stored, looked up or compared as it was typed."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear, last_name, password_word, words_of
from backwright.review.rules.looping import root
from backwright.review.rules.mailedpasswords import mailed
from backwright.review.rules.otherlogins import logs_in_elsewhere, writes_elsewhere
from backwright.review.rules.parameters import own_params
from backwright.review.rules.password_values import bare, entries, mentions, sql_like
from backwright.review.rules.passwords import Held, Passwords, passwords_of
from backwright.review.rules.rule import Hit
from backwright.review.rules.seededpasswords import seeded
from backwright.review.rules.sentpasswords import sent
from backwright.review.rules.storing import OPTIONS, OUTSIDE, Storing, line_of

CREATES = regex(
    r"^(create|insert\w*|Insert\w*|update\w*|Update\w*|upsert|save|add|set|values|firstOrCreate|updateOrCreate|findOneAndUpdate|findByIdAndUpdate|forceCreate|forceFill|fill|make|build|replace\w*|store|Create|Save|Updates|get_or_create|update_or_create|bulk_create|insert_one|query|execute\w*|Execute\w*|exec\w*|run)$"
)
FINDS = regex(
    r"^(filter|filter_by|find\w*|get|where\w*|first\w*|exists|exclude|findOne|findFirst|findUnique|findBy\w*|count|Where|First|SingleOrDefault\w*|FirstOrDefault\w*|get_or_none|scalar_one|select|one|find_one)$"
)
EQUALS = regex(
    r"^(equals\w*|compare_digest|hash_equals|FixedTimeEquals|timingSafeEqual|safeCompare|isEqual|constant_time_\w+|ConstantTimeCompare|strcmp|Equals|SequenceEqual|compareTo|is_equal|eq|contentEquals|constantTimeEquals|CRYPTO_memcmp|memcmp|verify_slices_are_equal|ct_eq|EqualFold|strcasecmp)$"
)
_WRITES_SQL = regex(r"\b(insert\s+(ignore\s+)?into|update|replace\s+into|merge\s+into)\b", re.IGNORECASE)
_PASSWORD_COLUMN = regex(
    r"[\"`'\[(,\s.](?P<name>(?:\w+_)?(?:password|passwd|pwd|pass|pw|passphrase|pass_?word)(?:_?(?:hash|digest))?|userpassword|user_?pass)[\"`'\])]?\s*(?P<op>=|,|\)|<>|!=)",
    re.IGNORECASE,
)
_ASKS_SQL = regex(
    r"\bselect\b.*\bwhere\b.*?\b(\w*password\w*|passwd|pwd|pass|pw|\w+_pass)\b[\"`'\]]?\s*(=|<=>|like)",
    re.IGNORECASE | re.DOTALL,
)
_NO_COLUMNS = regex(
    r"\binsert\s+into\s+[\"`\[]?\w*(user|account|member|customer|login|admin|staff|credential)\w*[\"`\]]?\s+values\b",
    re.IGNORECASE,
)
_STORE_NAME = regex(
    r"(^|_)(users?|accounts?|members?|customers?|admins?|credentials?|logins?|passwords?|user_?(db|store|table|map|list)|db|database|staff|people|profiles?)(_db|_store|_map|s)?$",
    re.IGNORECASE,
)
# A login at another server has to be sent there as it is.
_ELSEWHERE = regex(
    r"(Git|Smtp|SMTP|Imap|Mail|Proxy|S?[Ff]tp|Ssh|Database|DataSource|Jdbc|Webdav|Remote|Registry|Vpn|Connection)([A-Z_]|$)"
)
_HASHES_ITS_OWN = regex(r"hash|encode|encrypt|^(set|update)\w*pass(word|wd)$", re.IGNORECASE)
_FIX = (
    "Store a slow, salted hash (Argon2id, or bcrypt where it is given) and compare with the library's verify function."
)

_HIDE = "Answer with a type of its own that has no password, or keep the field out of what is written: clients may set it, and need not read it."


def check(model: Model) -> Iterator[Hit]:
    """Yield every place where a clear password is stored, looked up or compared."""
    finder = _Readable(model)
    told: set[tuple[int, int]] = set()
    for at in model.own:
        if finder.worth(at):
            for hit in (*finder.assigned(at), *finder.given(at), *finder.compared(at)):
                told.add((hit.at, hit.line))
                yield hit
    for at, line, fn, message, path in seeded(model, finder.passwords):
        if (at, line) not in told:
            told.add((at, line))
            yield Hit(at, line, message, fn, path, Confidence.MEDIUM, fix=_FIX)
    yield from mailed(model)
    for each in sent(model):
        yield Hit(each.at, each.line, each.message, each.fn, each.path, Confidence.MEDIUM, fix=_HIDE)


class _Readable:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.passwords: Passwords = passwords_of(model)
        self.storing = Storing(model, self.passwords)

    def worth(self, at: int) -> bool:
        """Whether anything in a file is called like a password: cheap, and asked first."""
        file = self.model.files[at]
        return (
            any(
                password_word(last_name(a.target)) or (a.value.kind == "name" and is_clear(a.value.text))
                for a in file.assigns
            )
            or any(mentions(v) for c in file.calls for v in c.args)
            or any(mentions(c.left) or mentions(c.right) for c in file.compares)
            or any("assword" in c.name for c in file.calls)
        )

    def _hit(
        self, at: int, line: int, fn: int, held: Held, message: str, confidence: Confidence | None = None,
        *, key: str = "", kept: tuple[Spot, ...] = (),
    ) -> Hit:  # fmt: skip
        path = self.model.path_around(at, fn)
        spots = (*path, *(s for s in held.path if (s.file, s.line) not in {(p.file, p.line) for p in path}), *kept)
        sure = confidence or (Confidence.HIGH if held.is_sure or path else Confidence.MEDIUM)
        return Hit(at, line, message, fn, spots, sure, fix=_FIX, key=key)

    def _where(self, at: int, fn: int) -> str:
        return self.model.label(Fn(at, fn)) if fn >= 0 else self.model.files[at].path.rpartition("/")[2]

    # ---- stored -----------------------------------------------------------------------------

    def assigned(self, at: int) -> Iterator[Hit]:
        """Yield assignments of a clear password to a field of a record, or into a dictionary of users."""
        model = self.model
        for assign in model.files[at].assigns:
            says = password_word(last_name(assign.target))
            kept = re.fullmatch(r"[\w.$]+\[.+\]", assign.target) and _STORE_NAME.search(
                root(assign.target).lstrip("$")
                if "." not in assign.target
                else last_name(assign.target.partition("[")[0])
            )
            if assign.value.kind in ("none", "str", "bool", "num", "fn") or not (says in ("clear", "hash") or kept):
                continue
            if kept and (
                says != "clear"
                or re.search(r"session|cookie|environ|config|request|settings", assign.target, re.IGNORECASE)
            ):
                value = next(
                    (i for i in assign.value.items if i.name and is_clear(i.name) and i.kind != "str"), assign.value
                )
                held = self.passwords.held(at, assign.fn, value, assign.line)
                if (
                    held.state == "clear"
                    and is_clear(value.text)
                    and not re.search(r"session|cookie|environ|config|request|settings", assign.target, re.IGNORECASE)
                    and model.path_to(Fn(at, assign.fn))
                ):
                    yield self._hit(
                        at,
                        assign.line,
                        assign.fn,
                        held,
                        f"{self._where(at, assign.fn)} keeps the password as typed in {root(assign.target)}",
                        Confidence.MEDIUM,
                    )
                continue
            base = re.sub(r"(\.|->|::|\[)[^.\[>:]*$", "", assign.target.rstrip("]'\")"))
            if base == assign.target or not self.storing.is_stored(at, assign.fn, base, assign.target):
                continue
            held = self.passwords.held(at, assign.fn, assign.value, assign.line)
            if held.state == "clear" and not self._is_hashed_behind(at, assign.fn, base, assign.line):
                yield self._hit(
                    at,
                    assign.line,
                    assign.fn,
                    held,
                    f"{self._where(at, assign.fn)} stores the password as typed in {assign.target.lstrip('$')}",
                )

    # ---- given to a call --------------------------------------------------------------------

    def given(self, at: int) -> Iterator[Hit]:
        """Yield calls that store or look for a clear password: constructors, inserts, setters, SQL."""
        for index, call in enumerate(self.model.files[at].calls):
            named = [
                v
                for v in entries(call.args)
                if v.name
                and password_word(v.name) in ("clear", "hash")
                and v.kind not in ("str", "none", "bool", "num", "fn")
            ]
            if named:
                yield from self._named(at, index, call, named)
            elif (
                any(v.kind in ("name", "call") and not v.name and is_clear(v.text) for v in call.args)
                and len(call.args) > 1
                and (hit := self._put(at, call)) is not None
            ):
                yield hit
            elif (
                call.args
                and len(call.args) == 1
                and re.match(r"^set_?", call.name)
                and is_clear(call.name[3:].lstrip("_"))
            ):
                yield from self._setter(at, call)
            elif call.args and sql_like(call):
                yield from self._sql(at, index, call)

    def _named(self, at: int, index: int, call: Call, named: list[Arg]) -> Iterator[Hit]:
        model = self.model
        made = (
            model.project.find_class(at, f"{call.on}.{call.name}" if call.on else call.name)
            if call.flags & NEW
            else None
        )
        finds = FINDS.match(call.name) and call.on
        text = self._sql_text(at, call) if call.args else ""
        if made is not None and (
            OPTIONS.search(call.name)
            or _ELSEWHERE.match(call.name)
            or logs_in_elsewhere(model.project.class_(made))
            or self.storing.is_hashed_outside(at, call)
        ):
            return
        if made is not None and not self.passwords.hashes_itself(made):
            stores = self.passwords.is_record(made) or self.storing.goes_to_storage(at, call)
        elif made is None and call.flags & NEW:
            stores = self.storing.goes_to_storage(at, call) and not OUTSIDE.search(call.name)
        elif made is None and (CREATES.match(call.name) or finds) and (call.on or text):
            does = {d.does for d in model.effects.chain_does(at, index)}
            about = bool(
                re.search(
                    r"user|account|member|customer|admin|auth|person|people|staff|player|student|employee|author|model|repo|db|prisma|knex|table|collection|objects|query|::|driver",
                    f"{call.on} {call.to}",
                    re.IGNORECASE,
                )
            )
            stores = bool(text) or (
                (bool(does & {"query", "one", "lazy", "batch", "part"}) or about)
                and (not OUTSIDE.search(call.on) or bool(does & {"query", "one"}))
            )
            stores = stores and not model.project.resolve_call(at, call) and not self.storing.writer_hashes(at, call)
        else:
            return
        if not stores or (text and not (_WRITES_SQL.search(text) or _ASKS_SQL.search(text))):
            return
        for value in named:
            held = self.passwords.held(at, call.fn, value, call.line + 2)
            if held.state == "clear" and not self._copies(at, call, value) and not self._hashed_later(at, call, value):
                looked = bool(finds) or bool(text and _ASKS_SQL.search(text) and not _WRITES_SQL.search(text))
                line = line_of(model, at, call, value)
                if looked:
                    yield self._hit(
                        at,
                        line,
                        call.fn,
                        held,
                        f"{self._where(at, call.fn)} looks the user up by the password as typed: it is stored readable",
                    )
                else:
                    what = f"in {call.name}" if call.flags & NEW else f"with {shown(call)}"
                    message = f"{self._where(at, call.fn)} stores the password as typed {what}"
                    yield self._hit(at, line, call.fn, held, message, kept=self._keeps(made))
                return

    def _hashed_later(self, at: int, call: Call, value: Arg) -> bool:
        """Whether the record's password is hashed before it is stored: `user.Password = encode(user.Password)`, `user.EncodePassword()`."""
        name = call.to.removesuffix("[]")
        if not name or name == "return":
            return False
        file = self.model.files[at]
        target = f"{name}.{value.name}".lower()
        if any(
            assign.fn == call.fn
            and assign.line > call.line
            and assign.target.replace("->", ".").lower() == target
            and self.passwords.held(at, call.fn, assign.value, assign.line).state != "clear"
            for assign in file.assigns
        ):
            return True
        return self._is_hashed_behind(at, call.fn, name, call.line)

    def _is_hashed_behind(self, at: int, fn: int, name: str, line: int) -> bool:
        """Whether a record is told to hash its password, or handed to a function of the project that tells it so."""
        for each in self.model.files[at].calls:
            if each.fn != fn or each.line <= line:
                continue
            is_given = any(value.text.lstrip("&*") == name for value in each.args)
            if (each.on == name and _HASHES_ITS_OWN.search(each.name)) or (is_given and "ashed" in each.name):
                return True  # told to hash it, or handed on as what is hashed already
            if is_given and any(
                inner.fn == target.index and _HASHES_ITS_OWN.search(inner.name)
                for target in self.model.project.resolve_call(at, each)
                for inner in self.model.files[target.file].calls
            ):
                return True
        return False

    def _keeps(self, made: Cls | None) -> tuple[Spot, ...]:
        """Return where the constructor of a record puts a password into its field."""
        if made is None:
            return ()
        file, name = self.model.files[made.file], self.model.project.class_(made).name
        return tuple(
            Spot(file.path, a.line, f"{name} keeps it as it is")
            for a in file.assigns
            if a.cls == made.index and a.value.kind == "name" and re.match(r"(self|this|\$this)\W", a.target) and is_clear(a.target)
            and file.functions[a.fn].kind in ("constructor", "method") and is_clear(a.value.text)
        )[:1]  # fmt: skip

    def _copies(self, at: int, call: Call, value: Arg) -> bool:
        """Whether a stored value is only handed on from one record to another: `Dto(password=user.password)`."""
        return (
            value.kind == "name"
            and "." in value.text
            and root(value.text).lower() in call.name.lower()
            and root(value.text).lower() in ("user", "account", "entity")
        )

    def _put(self, at: int, call: Call) -> Hit | None:
        """Return a finding if a constructor or method of a record is given a clear password that it only keeps."""
        model = self.model
        names: list[str] = []
        cls: Cls | None = None
        targets = model.project.resolve_call(at, call)
        if targets:
            made = model.project.function(targets[0])
            if (
                made.cls < 0
                or made.kind not in ("method", "constructor")
                or targets[0] in self.passwords.hashing.slow | self.passwords.hashing.fast
            ):
                return None
            cls = Cls(targets[0].file, made.cls)
            kept = {
                a.value.text.strip("&*$")
                for a in model.files[targets[0].file].assigns
                if a.fn == targets[0].index
                and re.match(r"(this|self|\$this|\w)\W", a.target)
                and is_clear(a.target)
                and a.value.kind == "name"
            }
            names = [p if p.strip("&*$") in kept else "" for p in own_params(made)]
        elif call.flags & NEW:
            cls = model.project.find_class(at, f"{call.on}.{call.name}" if call.on else call.name)
            names = self._fields(cls, call) if cls is not None else []
        if cls is None or not self.passwords.is_record(cls) or self.passwords.hashes_itself(cls):
            return None
        for name, value in zip(names, call.args, strict=False):
            if name and is_clear(name) and not value.name:
                held = self.passwords.held(at, call.fn, value, call.line)
                if held.state == "clear":
                    return self._hit(
                        at,
                        value.line or call.line,
                        call.fn,
                        held,
                        f"{self._where(at, call.fn)} stores the password as typed in {model.project.class_(cls).name}",
                    )
        return None

    def _fields(self, cls: Cls, call: Call) -> list[str]:
        """Return the fields that positional arguments go into; where they are not as many, their own names tell."""
        names = [f.name for f in self.model.project.class_(cls).fields]
        if len(names) == len(call.args) or not any(is_clear(name) for name in names):
            return names
        return [last_name(v.text) if v.kind == "name" and is_clear(v.text) else "" for v in call.args]

    def _hashing_call(self, at: int, call: Call) -> bool:
        index = self.passwords.call_at(at, call.fn, call.on, call.name, call.line)
        return index in self.passwords.hashing.sites.get(at, {})

    def _setter(self, at: int, call: Call) -> Iterator[Hit]:
        model = self.model
        targets = model.project.resolve_call(at, call)
        if call.on.startswith(("this", "self", "$this")) and not targets:
            return
        if self._hashing_call(at, call) or any(
            t in self.passwords.hashing.slow | self.passwords.hashing.fast for t in targets
        ):
            return
        known = model.project.type_of(at, call.fn, call.on).cls
        owner = known
        if owner is None and targets and model.project.function(targets[0]).cls >= 0:
            owner = Cls(targets[0].file, model.project.function(targets[0]).cls)
        if owner is None or self.passwords.hashes_itself(owner):
            return
        if not (self.passwords.is_record(owner) or self.storing.is_persisted(at, call.fn, root(call.on))) or re.search(
            r"config|settings|properties|source|options", model.project.class_(owner).name, re.IGNORECASE
        ):
            return
        held = self.passwords.held(at, call.fn, call.args[0], call.line)
        if held.state == "clear" and not self._is_hashed_behind(at, call.fn, root(call.on), call.line):
            yield self._hit(
                at,
                call.line,
                call.fn,
                held,
                f"{self._where(at, call.fn)} stores the password as typed in {model.project.class_(owner).name}",
            )

    # ---- SQL ----------------------------------------------------------------------------------

    def _sql_text(self, at: int, call: Call) -> str:
        for value in call.args[:3]:
            text = (
                self.model.routers.constant(at, call.fn, value)
                if value.kind in ("str", "fmt", "concat", "name")
                else value.text
                if value.kind == "other"
                else ""
            )
            if value.kind == "call" and value.items:
                text = self.model.routers.constant(at, call.fn, value.items[0])
            if value.kind == "name" and not text:
                text = next(
                    (
                        a.value.text
                        for scope in (call.fn, -1)
                        for a in self.model.project.assigned[at].get((scope, value.text), ())
                        if a.value.kind in ("other", "str", "fmt", "concat")
                    ),
                    "",
                )
            if text and re.search(r"\b(select|insert|update|replace|merge)\b", text, re.IGNORECASE):
                return text
        return ""

    def _sql(self, at: int, index: int, call: Call) -> Iterator[Hit]:
        text = self._sql_text(at, call)
        if not text or not (_PASSWORD_COLUMN.search(text) or _NO_COLUMNS.search(text)):
            return
        writes, asks = _WRITES_SQL.search(text) is not None, _ASKS_SQL.search(text) is not None
        if (
            not (writes or asks)
            or (writes and writes_elsewhere(text))
            or re.search(r"\b(create|alter)\s+(user|role|login)\b", text, re.IGNORECASE)
        ):
            return
        for value, line in self._bound(at, index, call):
            if (
                not mentions(value)
                and value.kind != "other"
                and not (value.kind == "name" and re.fullmatch(r"[$@:]?\w+", value.text))
            ):
                continue
            held = self.passwords.held(at, call.fn, value, line)
            if held.state == "clear":
                if writes:
                    message = f"{self._where(at, call.fn)} writes the password as typed into the table"
                else:
                    message = (
                        f"{self._where(at, call.fn)} looks the user up by the password as typed: it is stored readable"
                    )
                yield self._hit(at, line, call.fn, held, message)
                return

    def _bound(self, at: int, index: int, call: Call) -> Iterator[tuple[Arg, int]]:
        """Yield what is put into a statement: interpolated, among the arguments, bound later in the chain or by the variable that keeps it."""
        model = self.model
        calls = model.files[at].calls
        for value in call.args:
            yield from ((item, call.line) for item in self._inside(at, call.fn, value))
        chain = model.effects.chain(at, index)
        for number in chain[chain.index(index) + 1 :] if index in chain else ():
            for value in calls[number].args:
                yield from ((item, calls[number].line) for item in self._inside(at, call.fn, value))
        kept = calls[chain[-1]].to or call.to
        if kept and kept != "return":
            for number, other in self.passwords.calls_in(at, call.fn):
                if (
                    number not in chain
                    and other.line >= call.line
                    and (
                        root(other.on) == root(kept)
                        or any(root(v.text) == root(kept) for v in other.args if v.kind == "name")
                    )
                ):
                    for step in model.effects.chain(at, number):
                        for value in calls[step].args:
                            yield from ((item, calls[step].line) for item in self._inside(at, call.fn, value))

    def _inside(self, at: int, fn: int, value: Arg) -> Iterator[Arg]:
        if value.kind in ("list", "dict", "fmt", "concat"):
            for item in value.items:
                yield from self._inside(at, fn, item)
        elif value.kind == "other" and "%" in value.text:
            yield Arg("other", value.text.rpartition("%")[2])
        elif value.kind == "name" and re.fullmatch(r"\w+", value.text) and not is_clear(value.text):
            held = [
                m.value
                for scope in (*self.model.enclosing(at, fn), -1)
                for m in self.model.project.assigned[at].get((scope, value.text), ())
            ]
            built = [each for each in held if each.kind in ("list", "dict", "fmt", "concat", "other")]
            for each in built:
                yield from self._inside(at, fn, each)
            if not built:
                yield value
        else:
            yield value

    # ---- compared -----------------------------------------------------------------------------

    def compared(self, at: int) -> Iterator[Hit]:
        """Yield comparisons of a stored password with the one that was typed."""
        file = self.model.files[at]
        for each in file.compares:
            yield from self._pair(at, each.fn, each.line, each.left, each.right)
        for call in file.calls:
            if not EQUALS.match(call.name) or self._hashing_call(at, call):
                continue
            if len(call.args) >= 2:
                yield from self._pair(at, call.fn, call.line, bare(call.args[0]), bare(call.args[1]))
            elif len(call.args) == 1 and call.on:
                yield from self._pair(at, call.fn, call.line, bare(Arg("name", call.on)), bare(call.args[0]))

    def _pair(self, at: int, fn: int, line: int, left: Arg, right: Arg) -> Iterator[Hit]:
        for stored, typed in ((left, right), (right, left)):
            says = password_word(last_name(stored.text)) if stored.kind in ("name", "call") else ""
            if says == "" and (
                re.fullmatch(r"\w+(\[.+\]|\.get)", stored.text)
                and _STORE_NAME.search(root(stored.text))
                and (stored.kind == "name" or len(stored.items) == 1)
            ):
                held = self.passwords.held(at, fn, typed, line)
                if held.state == "clear" and typed.kind in ("name", "call") and mentions(typed):
                    yield self._hit(
                        at,
                        line,
                        fn,
                        held,
                        f"{self._where(at, fn)} compares what {root(stored.text)} holds with the password as typed: it is stored readable",
                    )
                    return
            if says not in ("clear", "hash") or not mentions(typed) or stored.kind == "str":
                continue
            if (
                stored.kind == "name"
                and not re.search(r"[.\[>]|::", stored.text)
                and says != "hash"
                and not self._from_table(at, fn, stored.text, line)
            ):
                continue
            if stored.kind == "call" and stored.items:
                continue
            if typed.kind in ("name", "call") and (
                password_word(last_name(typed.text)) == "again" or root(typed.text) == root(stored.text)
            ):
                continue
            if re.search(r"confirm|repeat|again|retype|second", f"{stored.text} {typed.text}", re.IGNORECASE) or {
                "old",
                "new",
                "previous",
            } <= {*words_of(stored.text), *words_of(typed.text)}:
                continue
            if any(Fn(at, number) in self.passwords.hashing.slow for number in self.model.enclosing(at, fn)):
                continue  # what is stored is hashed: this only asks whether it is still the same
            kept = self._kept(at, fn, stored, line)
            held = self.passwords.held(at, fn, typed, line)
            if kept and held.state == "clear" and not self._is_setting(at, fn, stored.text):
                yield self._hit(
                    at,
                    line,
                    fn,
                    held,
                    f"{self._where(at, fn)} compares {stored.text} with the password as typed: it is stored readable",
                    key=f"compare {at}:{self.model.named(at, fn)}" if fn >= 0 else "",
                )
                return

    def _kept(self, at: int, fn: int, stored: Arg, line: int) -> bool:
        if stored.kind == "name" and not re.search(r"[.\[>]|::", stored.text):
            return self._from_table(at, fn, stored.text, line) or password_word(last_name(stored.text)) == "hash"
        text = stored.text if stored.kind == "name" else f"{stored.text.rpartition('.')[0]}.{last_name(stored.text)}"
        if self._hashed_variable(at, fn, stored, line):
            return False
        if root(text) in ("self", "this", "$this") and not self._own_record(at, fn):
            return False
        return self.passwords.held(at, fn, Arg("name", text), line).state == "kept" or root(text) in (
            "self",
            "this",
            "$this",
        )

    def _own_record(self, at: int, fn: int) -> bool:
        cls = self.model.project.own_class(at, fn)
        return cls is not None and self.passwords.is_record(cls) and not self.passwords.hashes_itself(cls)

    def _hashed_variable(self, at: int, fn: int, stored: Arg, line: int) -> bool:
        return self.passwords.held(at, fn, stored, line).state in ("slow", "fast")

    def _from_table(self, at: int, fn: int, name: str, line: int) -> bool:
        """Whether a plain variable was read from a table: `stored = row[2]`, `users.get(name)`."""
        for scope in (*self.model.enclosing(at, fn), -1):
            for made in self.model.project.assigned[at].get((scope, name), ()):
                if made.line <= line and made.value.kind in ("call", "name", "other"):
                    if made.value.kind == "call" and self.model.data.origin_of(at, scope, made.value) is not None:
                        return True
                    if re.match(
                        r"(stored|db|saved|real|correct|expected|actual)_?", name, re.IGNORECASE
                    ) and not re.search(r"environ|getenv|config|settings|hash", made.value.text, re.IGNORECASE):
                        return True
                    first = root(made.value.text)
                    if made.value.kind != "call" and first and self.model.data.origin(at, scope, first) is not None:
                        return True
        return False

    def _is_setting(self, at: int, fn: int, chain: str) -> bool:
        """Whether the other side is the application's own setting, an admin's password from the environment."""
        if re.search(
            r"config|settings?|environ|env\b|\bcfg|options?|properties|process|conf\b|args\b|app\.|secrets?\b",
            chain,
            re.IGNORECASE,
        ):
            return True
        known = self.model.project.type_of(at, fn, re.split(r"[.\[]", chain)[0]).name
        return bool(re.search(r"config|settings|options|properties|props", known, re.IGNORECASE))
