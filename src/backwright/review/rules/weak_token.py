"""weak-token: a token that can be forged, guessed or kept for ever."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import WORDS_MAX, kept_with_it
from backwright.review.regexes import regex
from backwright.review.rules.forgeable import forgeable
from backwright.review.rules.guessing import guessed
from backwright.review.rules.patterns import flat
from backwright.review.rules.peeking import compares_expiry, is_peek
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import literal
from backwright.review.rules.tokenkinds import unlike
from backwright.review.rules.urltokens import in_addresses
from backwright.review.rules.wrappedtokens import unlimited

_SEEDS = regex(r"(^|/)(seed(s|er|ers|ing)?|fixtures?|demo_?data)(/|\.\w+$)", re.IGNORECASE)  # made-up data
USES_MAX = 12  # callers named beside what makes a token

# ---- checking -----------------------------------------------------------------------------------
_NONE = regex(r"^none$", re.IGNORECASE)
_OFF = regex(r"^(false|False|0)$")
_CHECKS = regex(
    r"(^|\.)(jwt|JWT|jsonwebtoken|jose|jws|jwtService|pyjwt|PyJWT|JwtDecoder|jwtDecode)\w*\.(decode|verify|verifyAsync|"
    r"jwtVerify)$|^(jwt_?decode|jwtVerify|expressjwt|expressJwt)$"
)
_UNVERIFIED = regex(
    r"(^|\.)(get_unverified_claims|ParseUnverified|insecure_disable_signature_validation|dangerous_insecure_decode\w*|"
    r"insecure_decode|parseClaimsJwt|parseUnsecuredClaims|UnsecuredJWT|forUnsecuredSigner|unsecured|dangerous_unsafe_decode|"
    r"decode_unverified|unsafe_decode)$"
)
_NO_ALGORITHM = regex(
    r"(^|\.)(Algorithm\.none|algorithm\.none|SigningMethodNone|UnsafeAllowNoneSignatureType|Signer\.None|JwsAlgorithms\.NONE|"
    r"SecurityAlgorithms\.None|SignatureAlgorithm\.NONE|AlgorithmIdentifiers\.NONE)$"
)
_OPTIONS = {
    "verify_signature": "does not check signatures",
    "verify": "does not check signatures",
    "verifysignature": "does not check signatures",
    "validateissuersigningkey": "does not check who signed a token",
    "requiresignedtokens": "accepts tokens without a signature",
    "verify_exp": "accepts expired tokens",
    "ignoreexpiration": "accepts expired tokens",
    "validatelifetime": "accepts expired tokens",
    "validate_exp": "accepts expired tokens",
    "requireexpirationtime": "accepts tokens that never expire",
}
_ON = frozenset({"ignoreexpiration"})  # of these, true is what is wrong
_DECODES = regex(r"(^|\.)(jwt|JWT|jsonwebtoken|jwtService)\.(decode)$|^(jwt_?decode|jwtDecode)$|\.ReadJwtToken$")
_ALGORITHM_OF_TOKEN = regex(r"header|unverified|\balg\b", re.IGNORECASE)
_FIX_CHECK = "Verify the signature with a fixed list of algorithms, and check expiry, issuer and audience."
_ABOUT = regex(
    r"jwt|token|jose|jws|decode|verif|unsec|insecure|claims|valid|bearer|strategy|super|parse|none", re.IGNORECASE
)
# ---- making -------------------------------------------------------------------------------------
_MAKES = regex(
    r"(^|\.)(jwt|JWT|jsonwebtoken|jose|jws|jwtService|pyjwt|PyJWT)\w*\.(encode|sign|signAsync)$|^(jwtSign|jwt_?encode)$"
)
_MAKING = regex(r"encode|sign|jwt|builder|create|claims|issuer|subject|JwtSecurityToken|NewWithClaims", re.IGNORECASE)
_EXPIRY = regex(
    r"\bexp\b|expir|\bttl\b|max_?age|lifetime|ExpiresAt|duration|valid_?(until|for)|not_?after|timeout|set_expires|\bexp_",
    re.IGNORECASE,
)
_CHAINS = regex(
    r"(^|\.)(Jwts\.builder|JWT\.create|jwt\.create|JwtBuilder|Jwt\.claims|Jwt\.issuer|Jwt\.subject|JwtClaimsSet\.builder)$"
)
_WEAK_WORDS = regex(
    r"secret|password|key|test|dev|change|admin|token|jwt|qwerty|123|abc|your|example|default|demo|super|my",
    re.IGNORECASE,
)
_FIX_EXPIRY = "Give the token an expiry of minutes to hours, and renew it with a refresh token that can be revoked."
_FIX_RANDOM = (
    "Take at least 128 bits from the system's random source (secrets.token_urlsafe, crypto.randomBytes, SecureRandom, crypto/rand, "
    "random_bytes, RandomNumberGenerator, OsRng) and give the token an expiry."
)


def check(model: Model) -> Iterator[Hit]:
    """Yield tokens that are not checked, that never expire, whose key can be guessed, or that can be guessed themselves."""
    for at in model.own:
        yield from _checked(model, at)
        yield from _made(model, at)
        forged = list(forgeable(model, at))
        # A session that nobody signs is told once: what it is made of is the same fault.
        known = [] if _SEEDS.search(model.files[at].path) else list(guessed(model, at))
        known = [each for each in known if not forged or each.sure is Confidence.HIGH]
        for each in (*known, *forged):
            hit = _hit(model, at, each.line, each.fn, each.message, each.sure, _FIX_RANDOM)
            yield structs.replace(hit, path=(*hit.path, *_used(model, at, each.fn)))
    yield from in_addresses(model)
    yield from unlike(model)


def _used(model: Model, at: int, fn: int) -> Iterator[Spot]:
    """Where what a function makes is asked for."""
    for edge in model.effects.callers.get(Fn(at, model.named(at, fn)), ())[:USES_MAX] if fn >= 0 else ():
        yield Spot(model.files[edge.at].path, model.files[edge.at].calls[edge.call].line, "is asked for it here")


def _hit(
    model: Model,
    at: int,
    call_line: int,
    fn: int,
    message: str,
    sure: Confidence,
    fix: str,
    severity: Severity | None = None,
) -> Hit:
    path = model.path_around(at, fn)
    return Hit(at, call_line, message, fn, path, sure, severity, key=f"{at}:{call_line}:{fix[:12]}", fix=fix)


# ---- checking ---------------------------------------------------------------------------------------


def _checked(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for index, call in enumerate(file.calls):
        does = model.effects.of_call[at].get(index, ())
        if (
            not _is_about(call.on[-40:], call.name)
            and not any(d.does == "token-check" for d in does)
            and not any(v.kind in ("name", "call") and "one" in v.text.lower()[-5:] for v in call.args)
        ):
            continue
        whole = f"{call.on}.{call.name}" if call.on else call.name
        where = model.label_around(at, call.fn)
        if (
            re.match(
                r"(is_|has_|peek|unverified|get_?(unverified|issuer|kid|header|algorithm))",
                where.rpartition(".")[2],
                re.IGNORECASE,
            )
            or "unverified" in where.lower()
        ):
            continue  # looks into a token before it is verified
        if _UNVERIFIED.search(whole):
            if is_peek(model, at, index):
                continue
            yield _hit(
                model,
                at,
                call.line,
                call.fn,
                f"{where} reads a token without checking its signature ({call.name})",
                Confidence.HIGH,
                _FIX_CHECK,
            )
            continue
        if _NO_ALGORITHM.search(whole) or any(
            v.kind in ("name", "call") and _NO_ALGORITHM.search(v.text) for v in call.args
        ):
            yield _hit(
                model,
                at,
                call.line,
                call.fn,
                f"{where} takes tokens without a signature (algorithm none)",
                Confidence.HIGH,
                _FIX_CHECK,
            )
            continue
        is_token = (
            bool(_CHECKS.search(whole))
            or any(d.does == "token-check" for d in does)
            or "JwtBearer" in whole
            or re.search(
                r"TokenValidationParameters|Validation|jwtOptions|JwtStrategy|^super$|secretOrKey|jwtConstants", whole
            )
        )
        if is_token:
            yield from _options(model, at, index, where)
        if (
            _DECODES.search(whole)
            and not call.args[1:]
            and call.args
            and file.language in ("javascript", "csharp", "java", "kotlin")
            and not _verifies(model, at, call)
            and not is_peek(model, at, index)
        ) and (file.language != "javascript" or not re.search(r"refresh|expir|client|front", where, re.IGNORECASE)):
            yield _hit(
                model,
                at,
                call.line,
                call.fn,
                f"{where} reads a token with {call.name}, which does not check its signature",
                Confidence.MEDIUM,
                _FIX_CHECK,
            )
    for assign in file.assigns:
        last = re.split(r"[.\]]", assign.target)[-1].lower()
        if (
            last
            in (
                "validate_exp",
                "validatelifetime",
                "validateissuersigningkey",
                "requiresignedtokens",
                "ignoreexpiration",
            )
            and assign.value.kind == "bool"
            and (assign.value.text.lower() == "true") == (last in _ON)
            and not ("exp" in last.split("_") and compares_expiry(model, at))
        ):
            yield _hit(
                model,
                at,
                assign.line,
                assign.fn,
                f"{model.label_around(at, assign.fn)} {_OPTIONS[last]}",
                Confidence.HIGH,
                _FIX_CHECK,
            )


@lru_cache(maxsize=WORDS_MAX)
def _is_about(on: str, name: str) -> bool:
    return _ABOUT.search(name) is not None or _ABOUT.search(on) is not None


def _constant(model: Model, at: int, value: Arg) -> str:
    """The text of a value, or of the constant of the file that it names: `VERIFY = False`."""
    held = model.project.assigned[at].get((-1, value.text), ()) if value.kind == "name" else ()
    return held[0].value.text if len(held) == 1 and held[0].value.kind == "bool" else value.text


def _options(model: Model, at: int, index: int, where: str) -> Iterator[Hit]:
    call = model.files[at].calls[index]
    for value in _named(call.args):
        key = value.name.lower()
        if key in _OPTIONS and value.kind in ("bool", "num", "name"):
            text = _constant(model, at, value)
            wrong = text.lower() in ("true", "1") if key in _ON else bool(_OFF.match(text))
            if wrong:
                what = _OPTIONS[key]
                if what == "does not check signatures" and is_peek(model, at, index):
                    continue
                severity = None if "signature" in what or "signed" in what else Severity.MEDIUM
                yield _hit(
                    model,
                    at,
                    value.line or call.line,
                    call.fn,
                    f"{where} {what}",
                    Confidence.HIGH,
                    _FIX_CHECK,
                    severity,
                )
                return
        if key in ("algorithms", "algorithm", "algs"):
            told = [value, *value.items]
            if any(v.kind == "str" and _NONE.match(v.text) for v in told):
                yield _hit(
                    model,
                    at,
                    value.line or call.line,
                    call.fn,
                    f"{where} takes tokens without a signature (algorithm none)",
                    Confidence.HIGH,
                    _FIX_CHECK,
                )
                return
            if any(
                v.kind in ("name", "call", "other") and _ALGORITHM_OF_TOKEN.search(v.text) for v in told
            ) and not any(
                v.kind == "str" and v.text[:2] in ("HS", "RS", "ES", "PS") for v in told if v.text.count(".") == 0
            ):
                yield _hit(
                    model,
                    at,
                    value.line or call.line,
                    call.fn,
                    f"{where} lets the token say which algorithm checks it",
                    Confidence.HIGH,
                    _FIX_CHECK,
                )
                return
    for value in call.args[1:4]:
        if value.kind == "list" and any(v.kind == "str" and _NONE.match(v.text) for v in value.items):
            yield _hit(
                model,
                at,
                value.line or call.line,
                call.fn,
                f"{where} takes tokens without a signature (algorithm none)",
                Confidence.HIGH,
                _FIX_CHECK,
            )
            return


def _named(values: tuple[Arg, ...], depth: int = 3, line: int = 0) -> Iterator[Arg]:
    """Yield what has a name, with the line of what it stands in where it has none of its own."""
    for value in values:
        here = value.line or line
        if value.name:
            yield value if value.line == here else structs.replace(value, line=here)
        if value.kind in ("dict", "list", "call") and depth:
            yield from _named(value.items, depth - 1, here)


def _verifies(model: Model, at: int, call: Call) -> bool:
    """Whether the same function, or the file, checks tokens properly too."""
    inside = {*model.enclosing(at, call.fn)}
    return any(
        re.search(r"verify|validate|check", c.name, re.IGNORECASE)
        and (c.fn in inside or c.fn == call.fn)
        and re.search(r"jwt|token|verif|signature|build", f"{c.on}.{c.name}", re.IGNORECASE)
        for c in model.files[at].calls
        if c is not call
    )


# ---- making -----------------------------------------------------------------------------------------


def _made(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for index, call in enumerate(file.calls):
        if not _MAKING.search(call.name):
            continue
        whole = f"{call.on}.{call.name}" if call.on else call.name
        where = model.label_around(at, call.fn)
        if _MAKES.search(whole) and call.args:
            yield from _signed(model, at, call, where)
            if any(v.name in ("algorithm", "alg") and _NONE.match(v.text) for v in _named(call.args)) or any(
                v.kind == "str" and _NONE.match(v.text) for v in call.args[1:]
            ):
                yield _hit(
                    model,
                    at,
                    call.line,
                    call.fn,
                    f"{where} makes tokens without a signature (algorithm none)",
                    Confidence.HIGH,
                    _FIX_CHECK,
                )
            if _is_own(model, at, call):
                continue
            wrapped = list(unlimited(model, at, call))
            for place, asked in wrapped[:1]:
                told = f"{model.label_around(place, asked.fn)} makes a token that never expires: {asked.name}() is given no options"
                hit = _hit(model, place, asked.line, asked.fn, told, Confidence.MEDIUM, _FIX_EXPIRY, Severity.MEDIUM)
                spots = [Spot(model.files[n].path, each.line, f"{each.name}()") for n, each in wrapped[1:USES_MAX]]
                yield structs.replace(hit, path=(*hit.path, *spots))
            if not _expires(model, at, call):
                yield _hit(
                    model,
                    at,
                    call.line,
                    call.fn,
                    f"{where} makes a token that never expires",
                    Confidence.MEDIUM,
                    _FIX_EXPIRY,
                    Severity.MEDIUM,
                )
        elif _CHAINS.search(whole):
            names = [file.calls[n] for n in model.effects.chain(at, index)]
            text = " ".join(f"{c.name} {' '.join(flat(c.args))}" for c in names)
            ends = any(re.search(r"^(compact|sign\w*|build|serialize)$", c.name) for c in names)
            if (
                ends
                and not _EXPIRY.search(text)
                and not re.search(r"addClaims|setClaims|\bclaims\b|with_?payload", text)
            ):
                yield _hit(
                    model,
                    at,
                    call.line,
                    call.fn,
                    f"{where} makes a token that never expires",
                    Confidence.MEDIUM,
                    _FIX_EXPIRY,
                    Severity.MEDIUM,
                )
        elif (
            call.name in ("NewWithClaims", "JwtSecurityToken")
            and len(call.args) >= 2
            and not _expires(model, at, call)
            and not (call.name == "JwtSecurityToken" and len(call.args) >= 5 and not any(v.name for v in call.args))
        ):
            yield _hit(
                model,
                at,
                call.line,
                call.fn,
                f"{where} makes a token that never expires",
                Confidence.MEDIUM,
                _FIX_EXPIRY,
                Severity.MEDIUM,
            )


def _is_own(model: Model, at: int, call: Call) -> bool:
    """Whether `jwt` is bound to a module of the project, which makes its tokens there: `from app.kit import jwt`."""
    bound = any(made.alias == call.on and made.inner not in ("jwt", "jsonwebtoken") for made in model.files[at].imports)
    return bound and bool(model.project.resolve_call(at, call))


def _signed(model: Model, at: int, call: Call, where: str) -> Iterator[Hit]:
    """Yield a signing key that can be guessed: a short word, from the call or from the constant it names."""
    value = next((v for v in call.args if v.name in ("key", "secret")), call.args[1] if len(call.args) > 1 else None)
    if value is None:
        return
    inline = literal(value)
    text = (
        inline if inline is not None else model.routers.constant(at, call.fn, value) if value.kind == "name" else None
    )
    if (
        text
        and not text.startswith("-----")
        and (len(text) < 16 or (len(text) < 32 and _WEAK_WORDS.search(text) and re.fullmatch(r"[\w .!-]+", text)))
        and "{" not in text
    ):
        yield _hit(
            model,
            at,
            call.line,
            call.fn,
            f"{where} signs tokens with a key of {len(text)} characters that can be guessed offline from any token",
            Confidence.HIGH,
            "Sign with at least 32 random bytes from the environment, or with an asymmetric key.",
        )


def _expires(model: Model, at: int, call: Call) -> bool:
    """Whether a token says when it ends: in its claims, its options, or wherever the claims are put together."""
    text = " ".join(flat(call.args))
    if model.files[at].language == "javascript" and _nest_expires(model):
        return True
    if _EXPIRY.search(text) or any(v.name == "..." or v.text.startswith(("...", "**")) for v in _all(call.args)):
        return True
    for value in call.args:
        for each in (value, *value.items):
            if each.kind == "name" and re.fullmatch(r"[&*$]?[\w.]+", each.text):
                if (each is call.args[0] or value.kind == "name") and not _known_without(
                    model,
                    at,
                    call,
                    each.text.lstrip("&*$"),
                    is_payload=each is call.args[0] or call.name == "NewWithClaims",
                ):
                    return True
            elif (
                each.kind in ("call", "other")
                and value is call.args[0]
                and each is value
                and not re.search(r"MapClaims|dict$|object", each.text)
            ):
                return True  # built elsewhere
    return False


@kept_with_it
def _nest_expires(model: Model) -> bool:
    """Whether NestJS is told once how long all tokens live: `JwtModule.register({ signOptions: { expiresIn } })`."""
    homes = {
        at
        for name in ("register", "registerAsync")
        for at, n in model.project.calls_by_name.get(name, ())
        if model.files[at].calls[n].on == "JwtModule"
    }
    return any(
        "expiresIn" in {each.name for each in _all(values)}
        for at in homes
        for values in (
            *(call.args for call in model.files[at].calls),
            *((returned.value,) for returned in model.files[at].returns),
        )
    )


def _all(values: tuple[Arg, ...]) -> Iterator[Arg]:
    for value in values:
        yield value
        yield from _all(value.items)


def _known_without(model: Model, at: int, call: Call, name: str, *, is_payload: bool) -> bool:
    """Whether a variable is known to hold claims without an expiry; one that holds a key or options counts as nothing."""
    scopes = (*model.enclosing(at, call.fn), -1)
    made = [a for scope in scopes for a in model.project.assigned[at].get((scope, name), ())]
    if not made:
        return not is_payload and bool(re.search(r"key|secret|private|env|config", name, re.IGNORECASE))
    for assign in made:
        if _EXPIRY.search(" ".join(flat((assign.value,)))) or (
            is_payload
            and assign.value.kind in ("call", "name", "other", "none")
            and not re.search(r"MapClaims", assign.value.text)
        ):
            return False
    inside = {*scopes}
    for assign in model.files[at].assigns:
        if (
            assign.fn in inside
            and re.match(rf"\$?{re.escape(name)}\W", assign.target)
            and _EXPIRY.search(assign.target)
        ):
            return False
    return not any(
        c.fn in inside and c.on == name and _EXPIRY.search(" ".join(flat(c.args))) for c in model.files[at].calls
    )


__all__ = ["check"]
