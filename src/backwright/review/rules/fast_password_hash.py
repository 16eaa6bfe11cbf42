"""fast-password-hash: a password that goes through a hash made to be fast, or one that is the same for everybody."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear, last_name, password_word
from backwright.review.rules.hashing import named_hash, told
from backwright.review.rules.parameters import parameter_of
from backwright.review.rules.passwords import passwords_of
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_ASKS = frozenset({"outgoing"})
CALLERS_DEPTH = 3  # helpers between the code that knows it is a password and the hash
_LEAK_CHECK = regex(r"pwned|hibp|breach|leaked|compromised|haveibeen", re.IGNORECASE)
_PROTOCOL = regex(
    r"realm|nonce|scram|ntlm|mysql_?native|caching_sha2|challenge|digest_?auth|sasl|wsse|subsonic|gravatar|signature|checksum|etag|cache_?key|fingerprint",
    re.IGNORECASE,
)
_FOREIGN = regex(
    r"cram_?md5|ntlm|lmv2|apop|subsonic|gravatar|digest_?auth(?!or)", re.IGNORECASE
)  # protocols that ask for this hash
_SERVER = regex(r"(server|base|remote)_?(address|url|uri|host)|(^|\.)(url|uri|host(name)?|endpoint)$", re.IGNORECASE)
_SLOW_OWNER = regex(r"bcrypt|argon2?|scrypt|pbkdf2", re.IGNORECASE)
_WEAK_HASHERS = regex(
    r"\b(MD5PasswordHasher|SHA1PasswordHasher|UnsaltedMD5PasswordHasher|UnsaltedSHA1PasswordHasher|CryptPasswordHasher)\b"
)
_TEST_SETTINGS = regex(r"(^|[/_.-])(test\w*|ci|e2e)([/_.-]|$)", re.IGNORECASE)
_FIX = "Use Argon2id (or bcrypt where it is given) with a salt of its own for each user, and rehash old entries at the next login."


def check(model: Model) -> Iterator[Hit]:
    """Yield each fast hash that a password goes into, once for the hash."""
    finder = _Fast(model)
    found: dict[tuple[int, str], Hit] = {}
    for at, calls in sorted(finder.hashing.sites.items()):
        for index, kind in calls.items():
            for hit in finder.site(at, index) if kind == "fast" else ():
                key = (hit.at, hit.message.rpartition(" with ")[2])
                first = found.setdefault(key, hit)
                spot = Spot(model.files[hit.at].path, hit.line, "the same")
                if hit.line != first.line and spot not in first.path:
                    found[key] = structs.replace(first, path=(*first.path, spot))
    yield from found.values()
    yield from _settings(model)
    yield from _chosen(model)


# Tokens are long and random: a fast hash is right for them. A code that is mailed is checked once and kept nowhere.
_OF_TOKENS = regex(r"(?i:token|jwt|api_?key|activat|_code(_|$)|etag|2fa|mfa|otp(?![a-z])|passcode)|Code(s|$|[A-Z])")
_COMPARES = regex(
    r"^(timing_?safe_?(equal|compare)s?|safe_?(equals?|compare)|compare_?digest|hash_?equals|constant_?time_?(compare|eq\w*)|fixed_?time_?equals|is_?equal)$",
    re.IGNORECASE,
)
_OF_PROGRAM = regex(
    r"(^|[.>_])(config|configuration|settings?|conf|env|options)(\(\))?(\.|->)"
)  # its own secret, nobody's password
_MAKES_UP = regex(r"random|generate|secure_?rand|rand_?(str|alnum|text|bytes)", re.IGNORECASE)


class _Fast:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.passwords = passwords_of(model)
        self.hashing = self.passwords.hashing

    def site(self, at: int, index: int) -> Iterator[Hit]:
        """Yield what one hash is fed with, if it is a password: here, or handed over by those who call this helper."""
        model = self.model
        call = model.files[at].calls[index]
        data = list(self.hashing.data_of(at, index))
        functions = {each.fn for each in data if each.fn >= 0} | ({call.fn} if call.fn >= 0 else set())
        labels = " ".join(model.label(Fn(at, fn)) for fn in functions)
        if (
            _LEAK_CHECK.search(f"{labels} {model.files[at].path}")
            or _SLOW_OWNER.search(labels)
            or _FOREIGN.search(f"{labels} {model.files[at].path}")
            or any(_OF_TOKENS.search(model.files[at].functions[model.named(at, fn)].name) for fn in functions)
            or any(self._is_protocol(at, fn) for fn in functions)
            or self._is_only_compared(at, index)
        ):
            return
        key = f"{at}:{min(functions, default=-call.line)}"
        algorithm = told(call)
        for value, line, fn in data:
            if _PROTOCOL.search(f"{' '.join(flat((value,)))} {call.to}") or self._also_slow(at, fn):
                return
            name = self.password_in(at, fn, value, line) or self._untraced(at, fn, value)
            if name:
                where = model.label_around(at, fn)
                yield Hit(
                    at,
                    line,
                    f"{where} hashes {name} with {algorithm}, which is fast: stolen hashes are guessed by the billion",
                    fn,
                    self._shown(at, fn),
                    key=key,
                    fix=_FIX,
                )
                return
        for fn in sorted(functions):
            target = Fn(at, fn)
            spot = Spot(
                model.files[at].path,
                next((d.line for d in data if d.fn == fn), call.line),
                f"{model.label(target)} hashes with {algorithm}",
            )
            yield from self._callers(
                target, [(d.value, d.line) for d in data if d.fn == fn], algorithm, key, (spot,), CALLERS_DEPTH
            )

    def _is_only_compared(self, at: int, index: int) -> bool:
        """Whether both sides of a comparison in constant time are hashed for it, here or by a helper, and nothing is kept."""
        if self._compares(at, self.model.effects.chain(at, index)[-1]):
            return True
        fn = self.model.files[at].calls[index].fn
        asked = self.model.effects.callers.get(Fn(at, fn), ()) if fn >= 0 else ()
        return bool(asked) and all(self._compares(each.at, each.call) for each in asked)

    def _compares(self, at: int, index: int) -> bool:
        calls = self.model.files[at].calls
        around = calls[calls[index].inside] if calls[index].inside >= 0 else None
        if around is None or not _COMPARES.search(around.name):
            return False
        made = [value.text for value in around.args if value.kind == "call"]
        return len(made) > 1 and made[0] == made[1]

    def _untraced(self, at: int, fn: int, value: Arg) -> str:
        """Return the password that a function called like a hash is given, where its data goes through a buffer."""
        if fn < 0 or value.kind in ("str", "num", "none"):
            return ""
        made = self.model.files[at].functions[fn]
        given = next((p.name.strip("&*$") for p in made.params if is_clear(p.name)), "")
        return (
            given
            if given
            and re.match(r"(compute_?|make_?|create_?|get_?)?(hash|digest|encrypt|encode)", made.name, re.IGNORECASE)
            and not _names(value) & {"salt"}
            else ""
        )

    def _is_protocol(self, at: int, fn: int) -> bool:
        """Whether the same function sends something out: the other side asks for this hash."""
        for number in self.model.enclosing(at, fn):
            if any(d.does in ("outgoing", "client") for d in self.model.effects.of_function.get(Fn(at, number), ())):
                return True
        return any(
            re.search(r"HttpRequest|SendAsync|PostAsync|^fetch$|axios|urlopen|curl_", f"{c.on}.{c.name}")
            for c in self.model.files[at].calls
            if c.fn == fn
        )

    def _is_sent(self, at: int, call: Call) -> bool:
        """Whether a hash is handed to a function that asks another service: its protocol wants this hash."""
        if not call.to or call.to == "return":
            return False
        asking = self.model.effects.reaching(_ASKS)
        return any(
            each.fn == call.fn
            and each.line >= call.line
            and any(value.text == call.to for value in each.args)
            and (
                any(_SERVER.search(value.text) for value in each.args if value.kind == "name" and value.text != call.to)
                or any(target in asking for target in self.model.project.resolve_call(at, each))
            )
            for each in self.model.files[at].calls
        )

    def _shown(self, at: int, fn: int) -> tuple[Spot, ...]:
        """Return the way from an endpoint, or else from the first caller."""
        if fn < 0:
            return ()
        path = self.model.path_to(Fn(at, self.model.named(at, fn)))
        if path:
            return path
        edges = self.model.effects.callers.get(Fn(at, self.model.named(at, fn)), ())
        return tuple(
            Spot(
                self.model.files[e.at].path,
                self.model.files[e.at].calls[e.call].line,
                f"{self.model.label(e.caller)} calls it",
            )
            for e in edges[:1]
        )

    def _callers(
        self, fn: Fn, data: list[tuple[Arg, int]], algorithm: str, key: str, path: tuple[Spot, ...], depth: int
    ) -> Iterator[Hit]:
        """Yield the first caller that hands a password to a helper that hashes what it is given."""
        model = self.model
        fed = self._fed(fn, data)
        made = model.project.function(fn)
        for edge in model.effects.callers.get(fn, ()):
            call = model.files[edge.at].calls[edge.call]
            if (
                model.files[edge.at].is_test
                or self._also_slow(edge.at, call.fn)
                or (
                    call.fn >= 0
                    and _OF_TOKENS.search(model.files[edge.at].functions[model.named(edge.at, call.fn)].name)
                )
                or self._is_sent(edge.at, call)
            ):
                continue
            handed = [
                (param, value)
                for param, value in parameter_of(made, call, enumerate(call.args))
                if param.strip("&*$. ") in fed
            ]
            for _, value in handed:
                name = self.password_in(edge.at, call.fn, value, call.line)
                if (
                    not name
                    and not algorithm.startswith("HMAC")
                    and password_word(last_name(call.to)) in ("clear", "hash")
                    and value.kind == "name"
                ):
                    name = value.text
                if name:
                    where = (
                        model.label(Fn(edge.at, model.named(edge.at, call.fn)))
                        if call.fn >= 0
                        else model.files[edge.at].path
                    )
                    told_path = (*self._shown(edge.at, call.fn), *path)
                    yield Hit(
                        edge.at,
                        call.line,
                        f"{where} hashes {name} with {algorithm} (in {model.label(fn)}), which is fast: stolen hashes are guessed by the billion",
                        call.fn,
                        told_path,
                        key=key,
                        fix=_FIX,
                    )
                    return
            if depth > 1 and handed and edge.caller.index >= 0:
                spot = Spot(model.files[edge.at].path, call.line, f"{model.label(edge.caller)} calls {model.label(fn)}")
                yield from self._callers(
                    edge.caller, [(value, call.line) for _, value in handed], algorithm, key, (spot, *path), depth - 1
                )

    def _fed(self, fn: Fn, data: list[tuple[Arg, int]]) -> set[str]:
        """Return the parameters that go into a hash, over assignments in between."""
        words: set[str] = set()
        for value, _ in data:
            words |= _names(value)
        names = {p.name.strip("&*$. ") for p in self.model.project.function(fn).params}
        for _ in range(3):
            for assign in self.model.files[fn.file].assigns:
                if assign.fn == fn.index and assign.target.strip("$&*") in words:
                    words |= _names(assign.value)
        return words & names

    def _is_made_up(self, at: int, fn: int, name: str, line: int) -> bool:
        """Whether a name is that of a setting of the program, or of what it has drawn: as random as a token."""
        if _OF_PROGRAM.search(name):
            return True
        made = [
            each
            for scope in self.model.enclosing(at, fn)
            for each in self.model.project.assigned[at].get((scope, name.lstrip("&*$")), ())
            if each.line <= line
        ]
        return bool(made) and all(each.value.kind == "call" and _MAKES_UP.search(each.value.text) for each in made)

    def _also_slow(self, at: int, fn: int) -> bool:
        """Whether the same function hashes slowly, too: a first step before bcrypt, or an old format beside a new one."""
        return any(Fn(at, number) in self.hashing.slow for number in self.model.enclosing(at, fn))

    def password_in(self, at: int, fn: int, value: Arg, line: int, depth: int = 3) -> str:
        """Return the name of a clear password that a value is made of, "" if there is none."""
        if value.kind == "name":
            if self._is_made_up(at, fn, value.text, line):
                return ""
            if is_clear(value.text):
                held = self.passwords.held(at, fn, value, line)
                return (
                    value.text.lstrip("&*$")
                    if held.state in ("clear", "kept") or (not held.state and held.is_sure)
                    else ""
                )
            if depth and re.fullmatch(r"[&*$]?\w+", value.text):
                for scope in (*self.model.enclosing(at, fn), -1):
                    for made in self.model.project.assigned[at].get((scope, value.text.lstrip("&*$")), ()):
                        if made.line <= line and (
                            found := self.password_in(at, scope, made.value, made.line, depth - 1)
                        ):
                            return found
            return ""
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            if named_hash(on, name, "") == "slow":
                return ""
            if (
                name in ("get", "input", "FormValue", "PostForm", "getParameter", "post", "get_param_value")
                and value.items
                and value.items[0].kind == "str"
                and is_clear(value.items[0].text)
            ):
                return value.items[0].text
            first = re.sub(r"\(\).*", "", on)
            if re.search(r"[-+ ]", first):
                return self.password_in(at, fn, Arg("other", first), line, depth)
            if (
                first
                and is_clear(first)
                and not self._is_made_up(at, fn, first, line)
                and not re.match(r"(length|size|len|isEmpty|is_empty|count|equals|matches|substring|charAt)$", name)
            ):
                return first
            if is_clear(name) and not value.items and on:
                return value.text
        if value.kind == "other":
            found_ = next(
                (
                    w
                    for w in re.findall(r"[\w$]+(?:(?:\.|->|\?\.|::)\w+|\[[\"']\w+[\"']\])*", value.text)
                    if is_clear(w) and not _OF_PROGRAM.search(w)
                ),
                "",
            )
            return "" if re.search(r"bcrypt|argon|scrypt|pbkdf", value.text, re.IGNORECASE) else found_
        # What a client is made with is not what the client gives.
        options = value.kind == "call" and not re.search(r"stringify$|dumps$|encode$", value.text)
        items = [item for item in value.items if not (options and item.kind == "dict")]
        return next((found for item in items if (found := self.password_in(at, fn, item, line, depth))), "")


def _names(value: Arg) -> set[str]:
    words = set(re.findall(r"[A-Za-z_]\w*", value.text)) if value.kind in ("name", "call", "other") else set()
    for item in value.items:
        words |= _names(item)
    return words


def _settings(model: Model) -> Iterator[Hit]:
    """Yield Django settings whose first password hasher is a fast one."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or _TEST_SETTINGS.search(file.path):
            continue
        for assign in file.assigns:
            if (
                assign.target == "PASSWORD_HASHERS"
                and assign.value.items
                and (found := _WEAK_HASHERS.search(assign.value.items[0].text))
            ):
                yield Hit(
                    at,
                    assign.line,
                    f"New passwords are hashed with {found[1]}, which is fast",
                    fix="Put Argon2PasswordHasher or PBKDF2PasswordHasher first; Django rehashes at the next login.",
                )


_CHOSEN = regex(
    r"^(md5|sha1|sha224|sha256|sha512|plain|plaintext|hex_(md5|sha1|sha256|sha512)|ldap_(md5|sha1|salted_md5|salted_sha1)|md5_crypt|des_crypt|sha1_crypt|unix_disabled|lmhash|nthash|mysql323|mysql41)$|^\{(MD5|SHA|noop)\}",
    re.IGNORECASE,
)


def _chosen(model: Model) -> Iterator[Hit]:
    """Yield password hashers that are told to be fast: `generate_password_hash(p, method="sha256")`, CryptContext(schemes=["md5_crypt"])."""
    encoders: dict[int, list[int]] = defaultdict(list)
    for at in model.own:
        for index, call in enumerate(model.files[at].calls):
            if call.name in (
                "generate_password_hash",
                "CryptContext",
                "make_password",
                "MessageDigestPasswordEncoder",
                "Md5PasswordEncoder",
                "StandardPasswordEncoder",
                "LdapShaPasswordEncoder",
                "Md4PasswordEncoder",
                "ShaPasswordEncoder",
                "getDigestFunction",
            ):
                encoders[at].append(index)
    for at, indexes in encoders.items():
        for index in indexes:
            call = model.files[at].calls[index]
            if call.name.endswith("PasswordEncoder"):
                if _is_for_old_ones(model, at, call):
                    continue
                yield Hit(
                    at,
                    call.line,
                    f"{call.name} hashes passwords fast",
                    call.fn,
                    fix="Return PasswordEncoderFactories.createDelegatingPasswordEncoder() or a BCryptPasswordEncoder.",
                )
                continue
            if call.name == "getDigestFunction":
                yield Hit(
                    at,
                    call.line,
                    f"getDigestFunction hashes passwords with {told(call)}, which is fast",
                    call.fn,
                    fix=_FIX,
                )
                continue
            named = [v for v in call.args if v.name in ("method", "schemes", "hasher", "default")] + [
                v for v in call.args[1:2] if not v.name
            ]
            first = next(
                (i for v in named for i in ((v,) if v.kind == "str" else v.items[:1]) if i.kind == "str"), None
            )
            if first is not None and _CHOSEN.search(first.text):
                yield Hit(
                    at,
                    call.line,
                    f"{call.name} is told to use {first.text}, which is fast",
                    call.fn,
                    model.path_to(Fn(at, call.fn)) if call.fn >= 0 else (),
                    Confidence.HIGH,
                    fix=_FIX,
                )


__all__ = ["check"]


def _is_for_old_ones(model: Model, at: int, call: Call) -> bool:
    """Spring: whether an encoder is one of many that a DelegatingPasswordEncoder takes for what was hashed before."""
    calls = model.files[at].calls
    around = [calls[number].name for number in model.inside.calls[at].get(call.fn, ())] if call.fn >= 0 else []
    return "DelegatingPasswordEncoder" in around and any(
        name.startswith(("BCrypt", "Argon2", "SCrypt")) for name in around
    )
