"""hard-coded-secret: a key, password or connection string that stands in the source or in committed configuration."""

import re
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules import literals, lookalikes, standins
from backwright.review.rules.accounts import FILLS, accounts
from backwright.review.rules.committed import configured
from backwright.review.rules.credentials import is_clear
from backwright.review.rules.doubtful import doubted, is_doubtful, is_made_up
from backwright.review.rules.keyshapes import in_source
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import (
    DEFAULT,
    LOCAL,
    literal,
    secret_hit,
    secret_message,
    shown_name,
)
from backwright.review.rules.settings import Setting, in_code, written_here
from backwright.review.rules.signing import LOGINS, SIGNS, TAKES_SECRET

_CONNECTS = regex(
    r"connect|create_?engine|pool|sequelize|mongo|redis|datasource|database|\bdb\b|knex|transport|smtp|mail|typeorm|jdbc|"
    r"hikari|session$|cookie_?session|strategy|credential|ftp|client|connection|login|broker|amqp|rabbit|kafka|elastic|ldap|"
    r"jwt|passport|driver|options|settings|config",
    re.IGNORECASE,
)
_NOT_HERE = regex(
    r"valid|schema|rule|label|message|translat|i18n|column|field|form|input|serializer|swagger|apiproperty|example|joi|zod|"
    r"yup|placeholder|attribute|html|cast|hidden|fillable|header|error|locale|faker|mock|fixture|describe|expect|assert|doc|"
    r"openapi|permission|filter|exclude|select|where|trans|format|query|regex|route|path|view|render|mask|sanitiz|redact|"
    r"sensitive|log|rate_?limit|throttl",
    re.IGNORECASE,
)
_ASKS_ENVIRONMENT = regex(
    r"^(?!.*((re|un)set|clear|delete|remove)).*(env|get|config|default|setting|propert|param|secret|lookup|var)",
    re.IGNORECASE,
)
_CONNECTION = regex(
    r"(password|pwd)\s*=\s*(%[sv]|\{\})|(%[sv]|\{\}):(%[sv]|\{\})@|://[^\s]*(%[sv]|\{\})@", re.IGNORECASE
)
_HOST = regex(r"://|host|server|source|address|addr", re.IGNORECASE)  # without one, a database is the machine's own
_BYTES = regex(r"^[\w.]+\.(getBytes|toByteArray|encodeToByteArray|toCharArray|encode|as_bytes)$")
_SHOWN = regex(r"://user(name)?:pass(word|wd)?@(localhost|127\.0\.0\.1|host)\b", re.IGNORECASE)
_TESTS = regex(r"^Test|Test(ing)?(Config|Settings)?$")
_IMPORTANT = regex(
    r"admin|root|db|database|smtp|mail|redis|mysql|postgres|mongo|master|default|super|system|rabbit|ldap|ftp",
    re.IGNORECASE,
)
_LABEL = regex(r"[a-z]{1,5}$|your-|(?!.*secret)[a-z]+( [a-z]+)+$")
HANDED_MAX = 6  # arguments of a call that are looked at for a key


def check(model: Model) -> Iterator[Hit]:
    """Yield every secret, once for each place: the first that tells of it, with the ways of the others."""
    found: dict[tuple[int, str, int], Hit] = {}
    for hit in (*_Secrets(model).all(), *accounts(model)):
        if lookalikes.is_in_test(model, hit.at, hit.fn):
            continue
        if is_made_up(model, hit):
            hit = doubted(hit)
        place = (hit.at, hit.file, hit.line)
        known = found.get(place)
        if known is None or (known.tier is not None and hit.tier is None):
            found[place] = hit
        elif hit.path:
            found[place] = structs.replace(known, path=(*known.path, *(s for s in hit.path if s not in known.path)))
    yield from found.values()


class _Secrets:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.literal: dict[tuple[str, str], Setting] = {}
        self.literal_here: dict[tuple[int, str], Setting] = {}

    def all(self) -> Iterator[Hit]:
        """Yield what names, calls, comparisons, shapes and configuration tell."""
        settings = list(in_code(self.model))
        for each in settings:
            if each.value.kind in ("str", "call") and each.where in ("assign", "field"):
                last = re.split(r"[.\]]", each.name)[-1].strip("$")
                self.literal.setdefault((self.model.files[each.at].language, last), each)
                self.literal_here.setdefault((each.at, last), each)
        for each in settings:
            yield from self._named(each)
        for at in self.model.own:
            yield from self._calls(at)
            yield from self._compared(at)
            yield from self._marked(at)
            if self._worth(at):
                yield from in_source(self.model, at)
                yield from self._declared(at)
        yield from configured(self.model)

    def _worth(self, at: int) -> bool:
        return not lookalikes.supports_tests(self.model.files[at])

    def _hit(self, at: int, file: str, line: int, message: str, sure: str, fn: int = -1) -> Hit:
        return secret_hit(self.model, at, file, line, message, sure, fn)

    # ---- names --------------------------------------------------------------------------------

    def _named(self, each: Setting) -> Iterator[Hit]:
        if not self._worth(each.at) or (each.where == "field" and _TESTS.search(each.holder)):
            return
        text = literal(each.value)
        if text is not None and len(text) > 8 and ("://" in text or "=" in text) and literals.connection_password(text):
            yield self._hit(
                each.at,
                "",
                each.line,
                f"{shown_name(each.name)} holds a connection string with its password",
                "low"
                if each.name in ("default", "fallback") or not _HOST.search(text)
                else "medium"
                if LOCAL.search(text)
                else "high",
                each.fn,
            )
            return
        kind = literals.kind_of_name(each.name)
        if kind == "key" and each.where in ("field", "assign") and self._is_refused(each):
            return
        if not kind and text is None:
            kind = literals.kind_of_name(standins.asked_for(each.value))
        if not kind:
            yield from self._users(each)
            yield from self._key_list(each)
            return
        if text is None:
            if (
                kind == "key"
                and each.value.kind == "list"
                and each.value.items
                and all(i.kind == "num" for i in each.value.items)
                and len(each.value.items) in (2, 16, 24, 32, 64)
            ):
                yield self._hit(
                    each.at,
                    "",
                    each.line,
                    f"{shown_name(each.name)} is a list of fixed bytes in the source",
                    "high",
                    each.fn,
                )
            yield from self._fallback(each, kind)
            return
        if each.where == "entry" and lookalikes.is_refused(each.holder):
            return
        file = self.model.files[each.at]
        if (
            lookalikes.is_id(file, each)
            or lookalikes.tells_kind(each, text)
            or (kind == "key" and lookalikes.names_field(file, each, text))
        ):
            return
        around = f"{each.holder} {each.name}"
        if (
            each.where in ("entry", "argument")
            and _NOT_HERE.search(each.holder)
            and not re.search(r"database|connect|login|session|jwt|smtp|mail", each.holder, re.IGNORECASE)
        ):
            return
        if each.where == "entry" and kind == "key" and _LABEL.match(text):
            return  # a type or a label in a table of fields
        connects = each.where in ("entry", "argument") and bool(_CONNECTS.search(each.holder))
        if (
            connects
            and kind == "password"
            and re.fullmatch(
                r"(?i)(process|text|varchar|string|char|required|hashed|bcrypt|argon2?|basic|local|none)", text
            )
        ):
            return
        sure = literals.is_secret(kind, re.split(r"[.\[\]'\"]+", each.name.rstrip("]'\""))[-1], text, connects=connects)
        if sure and kind == "password" and FILLS.search(each.path):
            sure = "low"  # what fills a database for developers; accounts that a start creates are told by themselves
        if kind == "key" and (
            lookalikes.is_seed(each.path) or (literals.is_checked_elsewhere(each.last) and not literals.is_random(text))
        ):
            sure = sure and "low"  # of an account that is made up, here or at somebody else's
        if sure == "medium" and kind == "password" and not connects and not _IMPORTANT.search(around):
            sure = "low"
        if (each.where == "default" and kind != "key") or (sure and is_doubtful(self.model, each, kind)):
            sure = "low" if sure else ""
        if sure:
            yield self._hit(each.at, "", each.line, secret_message(kind, each.name), sure, each.fn)

    def _is_refused(self, each: Setting) -> bool:
        """Whether a constant is the known placeholder that the file compares the real key with."""
        name = re.split(r"[.:>\[\]'\"]+", each.name.rstrip("]'\""))[-1].lstrip("$")
        return name.isupper() and any(
            re.split(r"[.:>]+", side.text)[-1] == name
            for compare in self.model.files[each.at].compares
            for side in (compare.left, compare.right)
            if side.kind == "name"
        )

    def _is_firebase(self, at: int) -> bool:
        """Whether a file's `Key` is that of firebase/php-jwt: other libraries have one of their own."""
        made = self.model.project.imported[at].get("Key")
        return made is None or "Firebase" in made.module

    def _users(self, each: Setting) -> Iterator[Hit]:
        """Yield `USERS = {"admin": "s3cret"}`: names of people to their passwords."""
        if (
            each.where != "entry"
            or each.value.kind != "str"
            or not re.search(
                r"(^|_|\.)(users?|accounts?|credentials?|passwords?|logins?|admins?)(_?(db|list|map|dict))?$",
                each.holder,
                re.IGNORECASE,
            )
        ):
            return
        if (
            re.fullmatch(r"[\w.@-]+", each.name)
            and not literals.is_placeholder(each.value.text)
            and re.search(r"\d", each.value.text)
            and re.search(r"[a-zA-Z]", each.value.text)
            and not re.search(r"[/ :]|^\$2|@", each.value.text)
            and len(each.value.text) >= 5
            and not re.search(
                r"id|name|mail|url|phone|date|version|rule|role|type|path|color|example|description|label|placeholder|message|hint|pattern|format",
                each.name,
                re.IGNORECASE,
            )
        ):
            yield self._hit(
                each.at, "", each.line, f"The password of {each.name} is a literal in {each.holder}", "medium", each.fn
            )

    def _key_list(self, each: Setting) -> Iterator[Hit]:
        """Yield `app.keys = ["a", "b"]` of Koa and `keys: ["a"]` of cookie-session: what they sign cookies with."""
        if self.model.files[each.at].language != "javascript" or each.value.kind != "list" or not each.value.items:
            return
        signs = (
            re.search(r"session|cookie", each.holder, re.IGNORECASE)
            if each.where == "entry"
            else each.where == "assign"
        )
        if (
            not signs
            or not re.fullmatch(r"(.*\bkeys)|((app|server|koa)\.keys)", each.name)
            or (each.name == "keys" and each.where == "assign")
        ):
            return
        if all(i.kind == "str" and literals.is_secret("key", "keys", i.text, connects=True) for i in each.value.items):
            told = "The keys that sign cookies are literals in the source"
            yield self._hit(each.at, "", each.line, told, "high", each.fn)

    def _fallback(self, each: Setting, kind: str) -> Iterator[Hit]:
        """Yield a secret that is used if the environment does not set one."""
        line = each.line
        text, constant = standins.of_value(each.value)
        if constant:
            yield from self._stands_in(each, kind, constant)
        elif not text and each.value.kind == "call":
            name = each.value.text.rpartition(".")[2]
            lazily = (
                re.search(r"env.*unwrap_or(?:_else)?\((?:\|\w*\|\s*)?\"([^\"]{3,})\"", each.value.items[0].text)
                if each.value.items and each.value.items[0].kind == "fn"
                else None
            )
            if lazily:
                text = lazily[1]
                line = next(
                    (
                        c.line
                        for c in self.model.files[each.at].calls
                        if c.name.startswith("unwrap_or") and each.line <= c.line <= each.line + 5
                    ),
                    line,
                )
            elif (
                name in ("unwrap_or", "unwrap_or_default", "unwrap_or_else", "orElse", "getOrElse") and each.value.items
            ):
                first = each.value.items[0]
                text = first.text if first.kind == "str" else "".join(re.findall(r"\"([^\"]{3,})\"", first.text)[:1])
        if text and (sure := literals.is_secret(kind, each.name, text, connects=kind == "key")):
            yield self._default(each.at, line, shown_name(each.name), kind, sure, each.fn)

    def _stands_in(self, each: Setting, kind: str, constant: str) -> Iterator[Hit]:
        """Yield the constant that is the key where the environment sets none, with what uses it."""
        found = self.literal_here.get((each.at, constant))
        text = literal(found.value) if found is not None else None
        if found is None or text is None:
            return
        sure = literals.is_secret(kind, each.name, text, connects=kind == "key")
        if sure:
            hit = self._default(each.at, found.line, shown_name(each.name), kind, sure, found.fn)
            yield structs.replace(hit, path=(Spot(each.path, each.line, f"{shown_name(each.name)} falls back on it"),))

    def _declared(self, at: int) -> Iterator[Hit]:
        """Yield defaults that stand beside the declaration of a setting."""
        for each in standins.declared(self.model, at):
            if literals.is_checked_elsewhere(each.name) and not literals.is_random(each.text):
                continue
            sure = literals.is_secret(each.kind, each.name, each.text, connects=each.kind == "key")
            if not sure and each.kind == "password" and standins.opens_account(each.name):
                sure = literals.is_secret(each.kind, each.name, each.text, connects=True)
            if sure:
                yield self._default(at, each.line, each.name, each.kind, sure, each.fn)

    def _default(self, at: int, line: int, name: str, kind: str, sure: str, fn: int) -> Hit:
        if kind == "password":
            sure = "medium" if standins.opens_account(name) else "low"
        elif kind != "key" and sure != "high":
            sure = "low"
        return self._hit(
            at, "", line, f"Without its setting, {name} is a literal that everybody can read in the source", sure, fn
        )

    # ---- calls --------------------------------------------------------------------------------

    def _calls(self, at: int) -> Iterator[Hit]:
        file = self.model.files[at]
        if not self._worth(at):
            return
        for call in file.calls:
            if not call.args:
                continue
            whole = f"{call.on}.{call.name}" if call.on else call.name
            yield from self._asked(at, call, whole)
            if any(value.kind == "str" and not value.name for value in call.args[:HANDED_MAX]):
                yield from self._handed(at, call)
            yield from self._formatted(at, call)
            # Firebase's is the one that signs; a digest that is asked of an object is given its encoding.
            is_other_key = file.language != {"Key": "php", "hmac.digest": "python"}.get(whole, file.language)
            is_other_key = is_other_key or (whole == "Key" and not self._is_firebase(at))
            if TAKES_SECRET.match(call.name) and not is_other_key:
                for pattern, places, what in SIGNS:
                    if pattern.search(whole):
                        yield from self._signs(at, call, whole, places, what)
                for pattern, places in LOGINS:
                    if pattern.search(whole):
                        yield from self._logs_in(at, call, whole, places)
            for value in call.args:
                if (
                    value.kind == "str"
                    and not value.name
                    and len(value.text) > 12
                    and ("://" in value.text or "assword=" in value.text or "wd=" in value.text)
                    and literals.connection_password(value.text)
                ):
                    sure = "medium" if LOCAL.search(value.text) else "high"
                    if _SHOWN.search(value.text):
                        sure = "low"  # only shows what such an address looks like
                    yield self._hit(
                        at,
                        "",
                        value.line or call.line,
                        f"{whole[-40:]} is given a connection string with its password",
                        "low" if self._is_default(call) else sure,
                        call.fn,
                    )

    def _handed(self, at: int, call: Call) -> Iterator[Hit]:
        """Yield the literal that the project's own function or constructor takes as its key: `new TokenService("abc", 3600)`."""
        made = next((value for value in call.args[:1] if value.kind == "type" and value.name == "<>"), None)
        given = [value for value in call.args if value is not made]
        if call.name not in self.model.project.functions_by_name and made is None and not call.flags & NEW:
            return
        called = (
            structs.replace(call, name=made.text, on="", args=tuple(given), flags=NEW) if made is not None else call
        )
        targets = self.model.project.resolve_call(at, called)[:1] or (
            [fn for fn in self.model.project.functions_by_name.get(made.text, ()) if self._constructs(fn)][:1]
            if made is not None
            else ()
        )
        for target in targets:
            function = self.model.project.function(target)
            params = function.params
            if function.receiver and params and params[0].name == function.receiver:
                params = params[1:]
            for param, value in zip(params, given, strict=False):
                name = param.name.lstrip("&*$")
                if value.kind != "str" or value.name or literals.kind_of_name(name) != "key":
                    continue
                if literals.is_secret("key", name, value.text, connects=bool(called.flags & NEW)):
                    message = f"The {name} that {self.model.label(target)} is given is a literal in the source"
                    yield self._hit(at, "", value.line or call.line, message, "high", call.fn)

    def _constructs(self, fn: Fn) -> bool:
        made = self.model.project.function(fn)
        return made.name == made.owner

    def _formatted(self, at: int, call: Call) -> Iterator[Hit]:
        """Yield the constant that is put into a connection string as its password: `Sprintf("user=%s password=%s", user, password)`."""
        text = next((v.text for v in call.args[:1] if v.kind in ("str", "fmt", "concat")), "")
        if not _CONNECTION.search(text):
            return
        for value in (*call.args, *call.args[0].items):
            if value.kind != "name" or not is_clear(value.text):
                continue
            name = re.split(r"[.:>]+", value.text)[-1].lstrip("$")
            found = self.literal_here.get((at, name))
            known = literal(found.value) if found is not None else None
            if found is not None and known and literals.is_secret("password", "", known, connects=True):
                way = (Spot(self.model.files[at].path, call.line, f"{shown_name(name)} opens the connection"),)
                hit = self._hit(at, "", found.line, secret_message("password", name), "high", found.fn)
                yield structs.replace(hit, path=way)

    def _is_default(self, call: Call) -> bool:
        return len(call.args) >= 2 and call.args[0].kind == "str" and _ASKS_ENVIRONMENT.search(call.name) is not None

    def _asked(self, at: int, call: Call, whole: str) -> Iterator[Hit]:
        """Yield `os.environ.get("SECRET_KEY", "dev")`, `env("APP_KEY", default="...")`, `SetDefault("jwt.secret", "...")`."""
        if call.args[0].kind != "str" or len(call.args) < 2 or not _ASKS_ENVIRONMENT.search(whole[-30:]):
            return
        if re.search(r"check|require|assert|ensure|missing", call.name, re.IGNORECASE):
            return  # what stands behind the name is told to whoever did not set it
        given = next(
            (
                v
                for v in call.args[1:]
                if v.kind == "str" and v.name in ("", "default", "fallback", "defaultValue", "default_value")
            ),
            None,
        )
        kind = literals.kind_of_name(call.args[0].text)
        if (
            given is None
            or not kind
            or re.search(r"header|cookie|request|\breq\b|form|query|setString|bind", whole, re.IGNORECASE)
        ):
            return
        sure = literals.is_secret(kind, call.args[0].text, given.text, connects=kind == "key")
        if sure:
            yield self._default(at, given.line or call.line, call.args[0].text, kind, sure, call.fn)

    def _signs(self, at: int, call: Call, whole: str, places: tuple[str, ...], what: str) -> Iterator[Hit]:
        for place in places:
            value = _argument(call, place)
            if value is None or (value.name and value.name not in places):
                continue
            text = literal(value)
            if (
                text is not None
                and not re.fullmatch(r"(HS|RS|ES|PS)\d+|(?i:hmac)?-?(?i:sha|md)-?\d+|(?i:aes|des).*|none", text)
                and literals.is_secret("key", call.name, text, connects=True)
            ):
                yield self._hit(
                    at,
                    "",
                    value.line or call.line,
                    f"The key that {what} in {whole[-40:]} is a literal in the source",
                    "high",
                    call.fn,
                )
            elif value.kind == "call" and value.text.startswith("''."):
                yield self._hit(
                    at,
                    "",
                    value.line or call.line,
                    f"The secret that {what} in {whole[-40:]} is a literal in the source",
                    "high",
                    call.fn,
                )
            elif (
                value.kind == "list"
                and value.items
                and all(i.kind == "num" for i in value.items)
                and len(value.items) in (2, 16, 24, 32, 64)
            ):
                yield self._hit(
                    at,
                    "",
                    value.line or call.line,
                    f"The key that {what} in {whole[-40:]} is a list of fixed bytes",
                    "high",
                    call.fn,
                )
            elif value.kind == "name":
                yield from self._constant(at, call, value, what)
            elif value.kind == "call" and _BYTES.search(value.text):  # SecretKeySpec(KEY.getBytes(), "AES")
                yield from self._constant(at, call, Arg("name", value.text.rpartition(".")[0]), what)
            elif (told := standins.of_value(value)[0]) and literals.is_secret("key", call.name, told, connects=True):
                message = f"Without its setting, the key that {what} in {whole[-40:]} is a literal in the source"
                yield self._hit(at, "", value.line or call.line, message, "high", call.fn)

    def _constant(self, at: int, call: Call, value: Arg, what: str) -> Iterator[Hit]:
        """Yield the constant that a key comes from."""
        name = re.split(r"[.\[\]'\":>]+", value.text.rstrip("]'\")"))[-1].lstrip("&*$")
        found = self.literal_here.get((at, name)) or self.literal.get((self.model.files[at].language, name))
        found = found or written_here(self.model, at, call.fn, name)
        text = self.model.routers.constant(at, call.fn, value)
        if found is None or text is None or literal(found.value) != text or len(name) < 2:
            return
        if literals.is_secret("key", name, text, connects=True) and not re.fullmatch(
            r"(HS|RS|ES|PS)\d+|(?i:aes|des|sha|md|hmac|rsa|pbkdf|pbe|blowfish).*", text
        ):
            yield self._hit(
                found.at, "", found.line, f"{name}, which {what}, is a literal in the source", "high", found.fn
            )

    def _logs_in(self, at: int, call: Call, whole: str, places: tuple[str, ...]) -> Iterator[Hit]:
        for place in places:
            value = _argument(call, place)
            text = literal(value) if value is not None else None
            if (
                value is not None
                and text
                and not (place == "2" and value.name)
                and literals.is_secret("password", "", text, connects=True)
            ):
                yield self._hit(
                    at,
                    "",
                    value.line or call.line,
                    f"{whole[-40:]} is given a password that stands in the source",
                    "high" if not whole.endswith("setPassword") else "medium",
                    call.fn,
                )
                return

    # ---- comparisons, marks -------------------------------------------------------------------

    def _compared(self, at: int) -> Iterator[Hit]:
        file = self.model.files[at]
        pairs = [(c.left, c.right, c.line, c.fn) for c in file.compares]
        pairs += [
            (Arg("name", c.on), c.args[0], c.line, c.fn)
            for c in file.calls
            if c.name in ("equals", "Equals", "eq", "contentEquals") and len(c.args) == 1 and c.on
        ]
        pairs += [
            (c.args[0], c.args[1], c.line, c.fn)
            for c in file.calls
            if c.name in ("compare_digest", "hash_equals", "timingSafeEqual", "strcmp") and len(c.args) == 2
        ]
        for left, right, line, fn in pairs:
            for name, given in ((left, right), (right, left)):
                if (
                    given.kind == "str"
                    and name.kind in ("name", "call")
                    and (
                        is_clear(name.text)
                        or (name.items and name.items[0].kind == "str" and is_clear(name.items[0].text))
                    )
                ) and (
                    len(given.text) >= 4
                    and not literals.is_placeholder(given.text)
                    and literals.is_secret("password", "", given.text, connects=True)
                    and self._worth(at)
                ):
                    where = self.model.label(Fn(at, fn)) if fn >= 0 else file.path.rpartition("/")[2]
                    yield self._hit(
                        at, "", line, f"{where} compares the password with a literal in the source", "high", fn
                    )

    def _marked(self, at: int) -> Iterator[Hit]:
        """Yield `@Value("${jwt.secret:abc}")`."""
        for cls in self.model.files[at].classes:
            for field in cls.fields:
                for mark in field.marks:
                    for value in mark.args:
                        found = (
                            DEFAULT.match(value.text)
                            if value.kind == "str" and mark.name in ("Value", "ConfigProperty", "Property")
                            else None
                        )
                        if (
                            found
                            and (kind := literals.kind_of_name(found["name"]))
                            and (sure := literals.is_secret(kind, found["name"], found["text"]))
                        ):
                            yield self._default(at, mark.line, found["name"], kind, sure, -1)


def _argument(call: Call, place: str) -> Arg | None:
    if place.isdigit():
        number = int(place)
        return call.args[number] if number < len(call.args) and not call.args[number].name else None
    return next((v for v in call.args if v.name == place), None)
