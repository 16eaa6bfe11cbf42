"""weak-token: a token that can be forged, guessed or kept for ever."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.credentials import words_of
from backwright.review.rules.hard_coded_secret import literal
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

# ---- checking -----------------------------------------------------------------------------------
_NONE = re.compile(r"^none$", re.IGNORECASE)
_OFF = re.compile(r"^(false|False|0)$")
_CHECKS = re.compile(r"(^|\.)(jwt|JWT|jsonwebtoken|jose|jws|jwtService|pyjwt|PyJWT|JwtDecoder|jwtDecode)\w*\.(decode|verify|verifyAsync|jwtVerify)$|^(jwt_?decode|jwtVerify|expressjwt|expressJwt)$")
_UNVERIFIED = re.compile(r"(^|\.)(get_unverified_claims|ParseUnverified|insecure_disable_signature_validation|dangerous_insecure_decode\w*|insecure_decode|parseClaimsJwt|parseUnsecuredClaims|UnsecuredJWT|forUnsecuredSigner|unsecured|dangerous_unsafe_decode|decode_unverified|unsafe_decode)$")
_NO_ALGORITHM = re.compile(r"(^|\.)(Algorithm\.none|algorithm\.none|SigningMethodNone|UnsafeAllowNoneSignatureType|Signer\.None|JwsAlgorithms\.NONE|SecurityAlgorithms\.None|SignatureAlgorithm\.NONE|AlgorithmIdentifiers\.NONE)$")
_OPTIONS = {
    "verify_signature": "does not check signatures", "verify": "does not check signatures", "verify_exp": "accepts expired tokens", "ignoreexpiration": "accepts expired tokens", "validateissuersigningkey": "does not check who signed a token",
    "validatelifetime": "accepts expired tokens", "requiresignedtokens": "accepts tokens without a signature", "requireexpirationtime": "accepts tokens that never expire", "validate_exp": "accepts expired tokens", "verifysignature": "does not check signatures",
}  # fmt: skip
_ON = frozenset({"ignoreexpiration"})  # of these, true is what is wrong
_DECODES = re.compile(r"(^|\.)(jwt|JWT|jsonwebtoken|jwtService)\.(decode)$|^(jwt_?decode|jwtDecode)$|\.ReadJwtToken$")
_ALGORITHM_OF_TOKEN = re.compile(r"header|unverified|\balg\b", re.IGNORECASE)
_FIX_CHECK = "Verify the signature with a fixed list of algorithms, and check expiry, issuer and audience."
_ABOUT = re.compile(r"jwt|token|jose|jws|decode|verif|unsec|insecure|claims|valid|bearer|strategy|super|parse|none", re.IGNORECASE)
# ---- making -------------------------------------------------------------------------------------
_MAKES = re.compile(r"(^|\.)(jwt|JWT|jsonwebtoken|jose|jws|jwtService|pyjwt|PyJWT)\w*\.(encode|sign|signAsync)$|^(jwtSign|jwt_?encode)$")
_EXPIRY = re.compile(r"\bexp\b|expir|\bttl\b|max_?age|lifetime|ExpiresAt|duration|valid_?(until|for)|not_?after|timeout|set_expires|\bexp_", re.IGNORECASE)
_CHAINS = re.compile(r"(^|\.)(Jwts\.builder|JWT\.create|jwt\.create|JwtBuilder|Jwt\.claims|Jwt\.issuer|Jwt\.subject|JwtClaimsSet\.builder)$")
_WEAK_WORDS = re.compile(r"secret|password|key|test|dev|change|admin|token|jwt|qwerty|123|abc|your|example|default|demo|super|my", re.IGNORECASE)
_FIX_EXPIRY = "Give the token an expiry of minutes to hours, and renew it with a refresh token that can be revoked."
# ---- guessing -----------------------------------------------------------------------------------
_NEEDED = frozenset("token tokens otp pin password passwd secret session sid nonce apikey salt csrf captcha passcode reset verification activation invite invitation credential".split())
_NOT_NEEDED = frozenset("color colour sample test mock fake seed demo delay jitter backoff retry shuffle avatar name username user page sleep index position game dice lucky weight sampling trace request correlation order number invoice".split())
_CODE_OF = re.compile(r"(verif\w*|auth\w*|otp|sms|reset|login|confirm\w*|activat\w*|invit\w*|recover\w*|coupon|voucher|access|security|pass|captcha)_?code|code_?(verif\w*|gen)|one_?time", re.IGNORECASE)
_TIME = re.compile(r"\b(time\.time|datetime\.(now|utcnow)|Date\.now|getTime|currentTimeMillis|nanoTime|time\(|microtime|uniqid|uuid1|getTimeInMillis|time\.Now|UnixNano|DateTime\.Now|Ticks|Instant\.now)\b")
_FIX_RANDOM = "Take at least 128 bits from the system's random source (secrets.token_urlsafe, crypto.randomBytes, SecureRandom, crypto/rand, random_bytes, RandomNumberGenerator, OsRng) and give the token an expiry."


def check(model: Model) -> Iterator[Hit]:
    """Yield tokens that are not checked, that never expire, whose key can be guessed, or that can be guessed themselves."""
    for at in model.own:
        yield from _checked(model, at)
        yield from _made(model, at)
        yield from _guessed(model, at)


def _hit(model: Model, at: int, call_line: int, fn: int, message: str, sure: Confidence, fix: str, severity: Severity | None = None) -> Hit:
    path = model.path_to(Fn(at, model.named(at, fn))) if fn >= 0 else ()
    return Hit(at, call_line, message, fn, path, sure, severity, key=f"{at}:{call_line}:{fix[:12]}", fix=fix)


def _where(model: Model, at: int, fn: int) -> str:
    return model.label(Fn(at, model.named(at, fn))) if fn >= 0 else model.files[at].path.rpartition("/")[2]


# ---- checking ---------------------------------------------------------------------------------------


def _checked(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for index, call in enumerate(file.calls):
        does = model.effects.of_call[at].get(index, ())
        if not _ABOUT.search(call.name) and not _ABOUT.search(call.on[-40:]) and not any(d.does == "token-check" for d in does) and not any(v.kind in ("name", "call") and "one" in v.text.lower()[-5:] for v in call.args):
            continue
        whole = f"{call.on}.{call.name}" if call.on else call.name
        where = _where(model, at, call.fn)
        if re.match(r"(is_|has_|peek|unverified|get_?(unverified|issuer|kid|header|algorithm))", where.rpartition(".")[2], re.IGNORECASE):
            continue  # looks into a token before it is verified
        if _UNVERIFIED.search(whole):
            yield _hit(model, at, call.line, call.fn, f"{where} reads a token without checking its signature ({call.name})", Confidence.HIGH, _FIX_CHECK)
            continue
        if _NO_ALGORITHM.search(whole) or any(v.kind in ("name", "call") and _NO_ALGORITHM.search(v.text) for v in call.args):
            yield _hit(model, at, call.line, call.fn, f"{where} takes tokens without a signature (algorithm none)", Confidence.HIGH, _FIX_CHECK)
            continue
        is_token = bool(_CHECKS.search(whole)) or any(d.does == "token-check" for d in does) or "JwtBearer" in whole or re.search(r"TokenValidationParameters|Validation|jwtOptions|JwtStrategy|^super$|secretOrKey|jwtConstants", whole)
        if is_token:
            yield from _options(model, at, call, where)
        if _DECODES.search(whole) and not call.args[1:] and call.args and file.language in ("javascript", "csharp", "java", "kotlin") and not _verifies(model, at, call):
            if file.language != "javascript" or not re.search(r"refresh|expir|client|front", where, re.IGNORECASE):
                yield _hit(model, at, call.line, call.fn, f"{where} reads a token with {call.name}, which does not check its signature", Confidence.MEDIUM, _FIX_CHECK)
    for assign in file.assigns:
        last = re.split(r"[.\]]", assign.target)[-1].lower()
        if last in ("validate_exp", "validatelifetime", "validateissuersigningkey", "requiresignedtokens", "ignoreexpiration") and assign.value.kind == "bool" and (assign.value.text.lower() == "true") == (last in _ON):
            yield _hit(model, at, assign.line, assign.fn, f"{_where(model, at, assign.fn)} {_OPTIONS[last]}", Confidence.HIGH, _FIX_CHECK)


def _options(model: Model, at: int, call: Call, where: str) -> Iterator[Hit]:
    for value in _named(call.args):
        key = value.name.lower()
        if key in _OPTIONS and value.kind in ("bool", "num", "name"):
            wrong = value.text.lower() in ("true", "1") if key in _ON else bool(_OFF.match(value.text))
            if wrong:
                what = _OPTIONS[key]
                severity = None if "signature" in what or "signed" in what else Severity.MEDIUM
                yield _hit(model, at, value.line or call.line, call.fn, f"{where} {what}", Confidence.HIGH, _FIX_CHECK, severity)
                return
        if key in ("algorithms", "algorithm", "algs"):
            told = [value, *value.items]
            if any(v.kind == "str" and _NONE.match(v.text) for v in told):
                yield _hit(model, at, value.line or call.line, call.fn, f"{where} takes tokens without a signature (algorithm none)", Confidence.HIGH, _FIX_CHECK)
                return
            if any(v.kind in ("name", "call", "other") and _ALGORITHM_OF_TOKEN.search(v.text) for v in told) and not any(v.kind == "str" and v.text[:2] in ("HS", "RS", "ES", "PS") for v in told if v.text.count(".") == 0):
                yield _hit(model, at, value.line or call.line, call.fn, f"{where} lets the token say which algorithm checks it", Confidence.HIGH, _FIX_CHECK)
                return
    for value in call.args[1:4]:
        if value.kind == "list" and any(v.kind == "str" and _NONE.match(v.text) for v in value.items):
            yield _hit(model, at, value.line or call.line, call.fn, f"{where} takes tokens without a signature (algorithm none)", Confidence.HIGH, _FIX_CHECK)
            return


def _named(values: tuple[Arg, ...], depth: int = 3) -> Iterator[Arg]:
    for value in values:
        if value.name:
            yield value
        if value.kind in ("dict", "list", "call") and depth:
            yield from _named(value.items, depth - 1)


def _verifies(model: Model, at: int, call: Call) -> bool:
    """Whether the same function, or the file, checks tokens properly too."""
    inside = {*model.enclosing(at, call.fn)}
    return any(re.search(r"verify|validate|check", c.name, re.IGNORECASE) and (c.fn in inside or c.fn == call.fn) and re.search(r"jwt|token|verif|signature|build", f"{c.on}.{c.name}", re.IGNORECASE) for c in model.files[at].calls if c is not call)


# ---- making -----------------------------------------------------------------------------------------


def _made(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for index, call in enumerate(file.calls):
        whole = f"{call.on}.{call.name}" if call.on else call.name
        where = _where(model, at, call.fn)
        if _MAKES.search(whole) and call.args:
            yield from _signed(model, at, call, where)
            if any(v.name in ("algorithm", "alg") and _NONE.match(v.text) for v in _named(call.args)) or any(v.kind == "str" and _NONE.match(v.text) for v in call.args[1:]):
                yield _hit(model, at, call.line, call.fn, f"{where} makes tokens without a signature (algorithm none)", Confidence.HIGH, _FIX_CHECK)
            if not _expires(model, at, call):
                yield _hit(model, at, call.line, call.fn, f"{where} makes a token that never expires", Confidence.MEDIUM, _FIX_EXPIRY, Severity.MEDIUM)
        elif _CHAINS.search(whole):
            names = [file.calls[n] for n in model.effects.chain(at, index)]
            text = " ".join(f"{c.name} {' '.join(flat(c.args))}" for c in names)
            ends = any(re.search(r"^(compact|sign\w*|build|serialize)$", c.name) for c in names)
            if ends and not _EXPIRY.search(text) and not re.search(r"addClaims|setClaims|\bclaims\b|with_?payload", text):
                yield _hit(model, at, call.line, call.fn, f"{where} makes a token that never expires", Confidence.MEDIUM, _FIX_EXPIRY, Severity.MEDIUM)
        elif call.name in ("NewWithClaims", "JwtSecurityToken") and len(call.args) >= 2:
            if not _expires(model, at, call) and not (call.name == "JwtSecurityToken" and len(call.args) >= 5 and not any(v.name for v in call.args)):
                yield _hit(model, at, call.line, call.fn, f"{where} makes a token that never expires", Confidence.MEDIUM, _FIX_EXPIRY, Severity.MEDIUM)


def _signed(model: Model, at: int, call: Call, where: str) -> Iterator[Hit]:
    """Yield a signing key that can be guessed: a short word, from the call or from the constant it names."""
    value = next((v for v in call.args if v.name in ("key", "secret")), call.args[1] if len(call.args) > 1 else None)
    if value is None:
        return
    inline = literal(value)
    text = inline if inline is not None else model.routers.constant(at, call.fn, value) if value.kind == "name" else None
    if text and not text.startswith("-----") and (len(text) < 16 or (len(text) < 32 and _WEAK_WORDS.search(text) and re.fullmatch(r"[\w .!-]+", text))) and "{" not in text:
        yield _hit(model, at, call.line, call.fn, f"{where} signs tokens with a key of {len(text)} characters that can be guessed offline from any token", Confidence.HIGH, "Sign with at least 32 random bytes from the environment, or with an asymmetric key.")


def _expires(model: Model, at: int, call: Call) -> bool:
    """Whether a token says when it ends: in its claims, its options, or wherever the claims are put together."""
    text = " ".join(flat(call.args))
    if _EXPIRY.search(text) or any(v.name == "..." or v.text.startswith(("...", "**")) for v in _all(call.args)):
        return True
    for value in call.args:
        for each in (value, *value.items):
            if each.kind == "name" and re.fullmatch(r"[&*$]?[\w.]+", each.text):
                if each is call.args[0] or value.kind == "name":
                    if not _known_without(model, at, call, each.text.lstrip("&*$"), is_payload=each is call.args[0] or call.name == "NewWithClaims"):
                        return True
            elif each.kind in ("call", "other") and value is call.args[0] and each is value and not re.search(r"MapClaims|dict$|object", each.text):
                return True  # built elsewhere
    return False


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
        if _EXPIRY.search(" ".join(flat((assign.value,)))) or (is_payload and assign.value.kind in ("call", "name", "other", "none") and not re.search(r"MapClaims", assign.value.text)):
            return False
    inside = {*scopes}
    for assign in model.files[at].assigns:
        if assign.fn in inside and re.match(rf"\$?{re.escape(name)}\W", assign.target) and _EXPIRY.search(assign.target):
            return False
    return not any(c.fn in inside and c.on == name and _EXPIRY.search(" ".join(flat(c.args))) for c in model.files[at].calls)


# ---- guessing ---------------------------------------------------------------------------------------


def _guessed(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    seen: set[int] = set()
    for index, call in enumerate(file.calls):
        if not (any(d.does == "random-weak" for d in model.effects.of_call[at].get(index, ())) or _weak(call)):
            continue
        named = _purpose(model, at, index, call)
        key = call.fn if call.fn >= 0 else -call.line
        if named and key not in seen:
            seen.add(key)
            where = _where(model, at, call.fn)
            what = "what it returns" if named == where.rpartition(".")[2] else named
            yield _hit(model, at, call.line, call.fn, f"{where} makes {what} with {call.name}, whose numbers can be predicted", Confidence.HIGH, _FIX_RANDOM)
    yield from _known(model, at)


def _known(model: Model, at: int) -> Iterator[Hit]:
    """Yield tokens that are made of the time or of who they are for."""
    file = model.files[at]
    for index, call in enumerate(file.calls):
        name = re.split(r"[.\]'\"\[]+", call.to.rstrip("]'\""))[-1].strip("$") if call.to and call.to != "return" else ""
        if not name and call.to == "return" and call.fn >= 0:
            name = file.functions[call.fn].name
        if not name or not _is_needed(name) or {"check", "verify", "validate", "get", "find", "decode", "hash", "salt", "password", "hashed"} & set(words_of(name)):
            continue
        steps = {*model.effects.chain(at, index), *(n for n, c in enumerate(file.calls[index : index + 12], index) if c.fn == call.fn and c.line == call.line)}
        text = " ".join(f"{file.calls[n].on}.{file.calls[n].name} {' '.join(flat(file.calls[n].args))}" for n in steps)
        if not re.search(r"md5|sha1|sha256|\bhash|b64encode|base64|hexdigest|hexdigest", text, re.IGNORECASE) or re.search(r"secret|random|token_|sign|jwt|uuid4|hmac|bytes|cache|nonce|getenv|config", text, re.IGNORECASE):
            continue
        if _TIME.search(text) or re.search(r"\b(email|username|user_?name|user\.id|userId|user_id)\b", text):
            yield _hit(model, at, call.line, call.fn, f"{_where(model, at, call.fn)} makes {name} from what anybody can know: the time, a name or an address", Confidence.MEDIUM, _FIX_RANDOM)


_WEAK_CALLS = re.compile(r"(^|\.)(Math\.random|random\.(choice|choices|randint|random|randrange|sample|getrandbits|uniform)|rand\.(Intn?|Int31n?|Int63n?|Float64|Seed)|mt_rand|rand|uniqid|str_shuffle|array_rand|lcg_value|uuid1|RandomStringUtils\.random\w*|ThreadLocalRandom\.current\(\)\.next\w+|Random\(\)\.next\w*|(random|rnd|rand|rng)\.(next\w*|Next\w*)|Random\.(Default\.)?next\w*|Random\(\)\.Next\w*|Random\.Shared\.Next\w*|SmallRng\.\w+|fastrand\.\w+|srand|drand48)$")


def _weak(call: Call) -> bool:
    whole = re.sub(r"\(\)(?=\.)", "()", f"{call.on}.{call.name}" if call.on else call.name)
    return _WEAK_CALLS.search(whole) is not None and not re.search(r"secure|crypto|system|secrets|os_?rng|strong|thread_rng", whole, re.IGNORECASE)


def _purpose(model: Model, at: int, index: int, call: Call) -> str:
    """Return what a random number is for if it must not be guessed: by the variable, the key or the function it ends in."""
    file = model.files[at]
    if file.language in ("go", "java", "kotlin", "csharp") and _is_strong(model, at, call):
        return ""
    names = [call.to]
    inside = call.inside
    for _ in range(6):
        if inside < 0:
            break
        outer = file.calls[inside]
        names += [outer.to, *(v.name for v in outer.args if v.name and call.name in v.text)]
        inside = outer.inside
    number = call.fn
    for _ in range(3):
        if number < 0:
            break
        made = file.functions[number]
        names.append(made.name)
        if made.call >= 0:
            names.append(file.calls[made.call].to)
        if made.kind != "lambda":
            names.append(made.owner)
            break
        number = made.parent
    for assign in file.assigns:
        if assign.fn == call.fn and assign.line <= call.line <= assign.line + 1 and call.name in assign.value.text + " ".join(flat(assign.value.items)):
            names.append(assign.target)
    words = [re.split(r"[.\]'\"\[]+", n.rstrip("]'\""))[-1].strip("$") for n in names if n and n != "return"]
    if any(set(words_of(w)) & _NOT_NEEDED and not set(words_of(w)) & {"token", "otp", "password", "secret"} for w in words[:1]):
        return ""
    return next((w for w in words if _is_needed(w)), "")


def _is_needed(name: str) -> bool:
    words = set(words_of(name))
    if words & {"count", "length", "len", "size", "color", "index", "limit", "expires", "expiry", "at", "delay", "test", "sample", "mock", "fake", "bucket", "cancellation", "tokens_used", "type"}:
        return False
    return bool(words & _NEEDED) or _CODE_OF.search(name) is not None or ("api" in words and "key" in words)


def _is_strong(model: Model, at: int, call: Call) -> bool:
    """Whether the random source is a strong one of the same name: Go's crypto/rand, Java's SecureRandom."""
    root = call.on.partition(".")[0].removesuffix("()")
    made = model.project.imported[at].get(root)
    if made is not None and "crypto" in made.module:
        return True
    known = model.project.type_of(at, call.fn, call.on).name
    return "Secure" in known or "RandomNumberGenerator" in known or any("SecureRandom" in a.value.text for a in model.files[at].assigns if a.target == root) or any("SecureRandom" in f"{f.type} {f.value.text if f.value else ''}" for c in model.files[at].classes for f in c.fields if f.name == root)


__all__ = ["check"]
