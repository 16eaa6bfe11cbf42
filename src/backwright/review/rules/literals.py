"""Literals: whether a text under some name is a secret that somebody wrote down, or only looks like one."""

import math
import re
from collections import Counter
from functools import lru_cache

from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_token, password_word, words_of

# Names whose value is a secret whatever it looks like.
_KEYS = regex(
    r"^(.*_)?(secret|secret_?key|secret_?key_?base|jwt_?secret(_?key)?|jwt_?key|jwt_?signing_?key|signing_?(key|secret)|"
    r"session_?(secret|key)|cookie_?(secret|password)|encryption_?key|encrypt_?key|crypto_?key|aes_?key|"
    r"hmac_?(key|secret)|private_?key|app_?(secret|key)|application_?secret|token_?(secret|key)|api_?secret|client_?secret|"
    r"access_?key_?secret|secret_?access_?key|auth_?secret|auth_?key|master_?key|symmetric_?(security_?)?key|"
    r"token_?signing_?key|"
    r"security_?key|signature_?key|consumer_?secret|webhook_?secret|oauth_?secret|refresh_?secret|hash_?key|pepper|"
    r"password_?salt|salt_?key|secret_?token|csrf_?secret|jwt_?access_?secret|jwt_?refresh_?secret|jwt_?secret_?string|"
    r"signing_?secret|secret_?string|secret_?phrase|jwt_?private_?key|access_?token_?secret|refresh_?token_?secret|"
    r"access_?secret|fernet_?key|data_?key|server_?secret|shared_?secret|issuer_?signing_?key|secret_?pass\w*)$",
    re.IGNORECASE,
)
_API_KEYS = regex(
    r"^(.*_)?(api_?key|apikey|api_?token|access_?token|auth_?token|bearer_?token|access_?key|access_?key_?id|service_?key|"
    r"license_?key|subscription_?key|account_?key|storage_?key|personal_?access_?token|github_?token|slack_?token|bot_?token|"
    r"refresh_?token|token)$",
    re.IGNORECASE,
)
_PLACEHOLDER = regex(
    r"change[-_ ]?(me|it|this)|replace[-_ ]?(me|this|with)|your[-_ ]|<[^>]*>|\$\{|\{\{|\{[a-z_.]+\}|%[a-z_]+%|^%\(|^\$\(|xxx+|"
    r"\*{3,}|\.\.\.|todo|fixme|dummy|placeholder|^fake|not[-_]?set|insert[-_ ]|enter[-_ ]|^replace$|^example|example$|sample|redacted|^\[\w+\]$|"
    r"masked|hidden|"
    r"^(none|null|nil|undefined|empty|unset|unknown|n/?a|true|false|yes|no|on|off|disabled|enabled|optional|required|default|"
    r"string|text|password|passwd|pwd|secret|token|key|apikey|api_key|bearer|basic|hidden|value)$|^@\w+|ENC\(|vault:|^arn:|"
    r"^op://|^sm://|secretsmanager|keyvault|^\w+\(\)$|^env[.:(]|process\.env|getenv|environ",
    re.IGNORECASE,
)
_VERB = regex(r"%[+#]?[-\d.]*[sdvq]|\{\d*\}|\?|:\w+")  # a value is put in here
# Stands where a library asks for a key that nobody checks.
_FOR_NOBODY = regex(
    r"(not|un|never|no)?[-_ ]?(needed|used|necessary|applicable|relevant|key|auth)|(mock|fake|dummy|stub|ignored?|nothing|any(thing)?|whatever)"
    r"([-_ ]?(key|token|secret|api[-_]?key|client[-_]?secret))?",
    re.IGNORECASE,
)
_SHOULD_CHANGE = regex(
    r"change[-_ ]?(me|it|this)|replace[-_ ]?(me|this)|your[-_ ]|not[-_]?(for[-_])?(prod|secure)|insecure|todo|please|^default",
    re.IGNORECASE,
)
# Put where a secret was, so that nobody reads it.
_BLACKED = regex(r"(obfuscat|redact|mask|censor|scrubb|sanitiz|sanitis|remov|hidd|omitt)(ed|en)", re.IGNORECASE)
# Says of itself that nothing real is behind it.
_FOR_TESTS = regex(
    r"not[-_ ](really[-_ ]|actually[-_ ])?(a[-_ ])?(real[-_ ])?(secret|password|key)\b|(?<![a-z])(for|only)[-_ ]((unit|e2e|integration|ci)[-_ ])?tests?(ing)?(?![a-z])",
    re.IGNORECASE,
)
_SENTENCE = regex(r"[\u0400-\u04ff\u0590-\u06ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_INSECURE = regex(r"(in|un|not[-_ ]?)secure|unsafe", re.IGNORECASE)
# Names of keys that somebody else checks.
_OF_OTHERS = regex(
    r"s3|aws|sqs|captcha|storage|stripe|client|consumer|api|github|gitlab|google|facebook|twitter|azure|paypal|oauth|access_?key|license|braintree",
    re.IGNORECASE,
)
_NAME_LIKE = regex(
    r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$|^[a-z]+([._-][a-z]+)+$|^[a-z]+([A-Z][a-z]+)+$|^([A-Z][a-z]+){2,}$|^:?\w+_(id|key|name|token|secret|password)$",
    re.ASCII,
)
_LOCATION = regex(
    r"^(/|\./|\.\./|\.\w+$|~|[a-zA-Z]:\\|https?://[^:@/]+(/|$)|file:|classpath:|\w+\.(pem|key|crt|json|txt|cer|p12|jks|pfx|der)$)|\.(pem|key|crt|jks|p12|pfx|cer)$"
)
_CONNECTION = regex(
    r"\b[a-z][a-z0-9+.-]{1,30}://(?P<user>[^:@/\s\"'{}$<>]*):(?P<password>[^@/\s\"']{1,120})@(?P<host>[^/\s:\"'?,]+)",
    re.IGNORECASE,
)
_OF_PATTERN = regex(r"\[\^|\(\?|\\[wdsS]|[\])][*+{]")  # a regular expression that looks for passwords
_PAIRS = regex(r"(?:^|[;?&\s])(?:password|pwd)\s*=\s*(?P<password>[^;&\s\"']{2,120})", re.IGNORECASE)
_PUBLIC = regex(
    r"public|publishable|pk_(test|live)|sitekey|site_key|measurement|client_?id|firebase.*api|map", re.IGNORECASE
)
# Keys that only let a program send its events, and that every client shows.
_SENDS_ONLY = regex(
    r"(segment|mixpanel|amplitude|analytics|telemetry)_?(api|write|project|access)?_?(key|token)$|write_?key$",
    re.IGNORECASE,
)
# Names of what a value is kept under in a session, a cookie or a cache; longer ones need a value of several words.
_KEPT_UNDER = regex(r"(session|cookie|auth|user|token|context|cache|storage|data|signature)_?key$", re.IGNORECASE)
_NAME_ENDS = regex(r"[.\[\]'\":]+")
_KINDS = {
    "aws": "an AWS access key",
    "key": "a private key",
    "github": "a GitHub token",
    "slack": "a Slack token",
    "stripe": "a Stripe live key",
    "google": "a Google API key",
}


def shape_of(kind: str) -> str:
    """Return what a literal is whose shape alone says that it is a key."""
    return _KINDS.get(kind, "a key")


def entropy(text: str) -> float:
    """Return Shannon's entropy in bits for each character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values()) if text else 0.0


def is_random(text: str) -> bool:
    """Whether a text looks made by a machine: long, of mixed kinds of characters, no words."""
    if len(text) < 16 or " " in text:
        return False
    kinds = sum(bool(re.search(p, text)) for p in ("[a-z]", "[A-Z]", "[0-9]"))
    if not re.search(r"\d", text) and len(text) < 32:
        return False
    return (
        entropy(text) >= 3.3
        and (kinds >= 2 or (re.fullmatch(r"[0-9a-fA-F]+", text) is not None and len(text) >= 24))
        and not re.search(r"[a-z]{9,}", text)
    )


@lru_cache(maxsize=4_000)
def kind_of_name(name: str) -> str:
    """Return what a name says about its value: "key" (signs or encrypts), "password", "token" or ""."""
    last = _NAME_ENDS.split(name.rstrip("]'\")"))[-1].strip("$@&* ")
    flat = "_".join(words_of(last))
    if not flat or _PUBLIC.search(flat):
        return ""
    if _KEYS.match(flat) or _KEYS.match(last):
        return "key"
    if password_word(last) == "clear":
        return "password"
    if _API_KEYS.match(flat) or is_token(last):
        return "token"
    return ""


def connection_password(text: str) -> str:
    """Return the password in a connection string, "" if there is none or it stands for one."""
    if " " in text.partition("://")[0].strip() and "=" not in text.partition("://")[0]:
        return ""  # a sentence that shows what such an address looks like
    found = _CONNECTION.search(text) if "://" in text else None
    if found is not None:
        return (
            found["password"]
            if not _OF_PATTERN.search(found["password"])
            and not is_placeholder(found["password"])
            and not re.search(r"example\.(com|org|net)$", found["host"])
            else ""
        )
    if re.search(r"(server|host|data source|database|uid|user id|user)\s*=", text, re.IGNORECASE) and (
        pair := _PAIRS.search(text)
    ):
        return pair["password"] if not is_placeholder(pair["password"]) else ""
    return ""


_NO_KEY = regex(r"none|null|nil|undefined|empty|unset|unknown|anonymous|n/?a|disabled|guest", re.IGNORECASE)


def is_placeholder(text: str) -> bool:
    """Whether a text stands for a secret instead of being one."""
    return not text or _VERB.fullmatch(text) is not None or bool(_PLACEHOLDER.search(text))


# What is wrong with a password, and the number that clients know it by: INCORRECT_OLD_PASSWORD = "5135".
_TELLS = regex(r"(\w+\.)?(incorrect|invalid|missing|required|wrong|weak|expired|empty|short|same|no)_", re.IGNORECASE)


def is_secret(kind: str, name: str, text: str, *, connects: bool = False, in_code: bool = True) -> str:
    """Return how sure it is that a literal is a secret: "high", "medium", "low" or "".

    `connects`: it is handed to what opens a connection or signs, so even a short word is used as it is.
    """
    text = text.strip()
    bare = re.sub(r"^(Bearer|Basic|Token)\s+", "", text)
    if re.fullmatch(r"[a-z_]\w*(\.[A-Za-z_]\w*){2,}", bare) or re.fullmatch(
        r"(?i)hashed|encrypted|array|json|integer|boolean|date(time)?|url|uuid|string|bcrypt|argon2id?|nullable|email|number|"
        r"object|file|masked|varchar|char|process|prompt|plain(text)?|ldap|oauth2?|saml|oidc|cookie|session|header",
        bare,
    ):
        return ""
    if len(bare) < 3 or _LOCATION.search(bare) or ("\n" in bare[:-1] and "KEY-----" not in bare):
        return ""
    if kind == "key" and connects and in_code and re.fullmatch(r"-{3,}|x{3,}|<[\w -]+>", bare):
        return "high"
    if set(bare) <= set("*.x-_ •#?") or re.search(
        r"<\w[\w .-]*>|</|\bplease\s|\brequired\b|\bmust\b|\binvalid\b|\bmismatch|incorrect", bare, re.IGNORECASE
    ):
        return ""
    if _FOR_TESTS.search(bare):
        return "low"
    if _SENTENCE.search(bare):
        return ""  # what to fill in, in words that no key is made of
    if kind == "key":
        return _key(name, bare, connects=connects, in_code=in_code)
    if is_placeholder(bare) and not (connects and re.fullmatch(r"(?i)password|secret|passwd|pwd", bare)):
        return ""
    if _INSECURE.search(bare):
        return "low"
    if kind == "password":
        return "" if bare.isdigit() and _TELLS.match(name) else _password(name, bare, connects=connects)
    if _FOR_NOBODY.fullmatch(bare) or bare.startswith("phc_") or _SENDS_ONLY.search(name):
        return ""
    if not is_random(bare) or _NAME_LIKE.search(bare):
        return "medium" if connects and len(bare) >= 8 and not _NAME_LIKE.search(bare) else ""
    return "high"


def is_checked_elsewhere(name: str) -> bool:
    """Whether somebody else checks the key of this name, so that a made-up one opens nothing."""
    return _OF_OTHERS.search(name) is not None


def _is_called_like_itself(name: str, text: str) -> bool:
    """Whether a value only repeats its name: the id of a flag or a field, DeviceAuthKey = "pm-27-device-auth-key"."""
    own, told = "_".join(words_of(name)), re.sub(r"[-.:/ ]", "_", text.lower())
    if told.replace("_", "") == own.replace("_", "") and "_" in own:
        return True  # ServiceJWTSecret = "service.jwtSecret"
    if re.fullmatch(rf"{re.escape('_'.join(words_of(text)))}_(key|name|field|property|header|claim|id)", own):
        return True  # SigningSecretKey = "SigningSecret": the name under which it is kept
    return told in (name.lower(), own) or (own.count("_") >= 1 and told.endswith(f"_{own}"))


def _key(name: str, text: str, *, connects: bool, in_code: bool) -> str:
    if re.search(r"\$\{|\{\{|^%|^\$\(|ENC\(|vault:|^arn:|^env|getenv|^@\w+", text, re.IGNORECASE):
        return ""
    if re.search(r"<[^>]*>|xxx|\*{3,}", text, re.IGNORECASE):
        return "high" if connects and in_code else ""  # what signs with a placeholder signs with what everybody knows
    if not connects and _is_called_like_itself(name, text):
        return ""
    if not connects and (
        (_KEPT_UNDER.fullmatch(name.strip("_")) and re.fullmatch(r"[a-z]+([_.:/-][a-z]+)*", text))
        or (
            _KEPT_UNDER.search(name)
            and re.fullmatch(
                r"_?[A-Za-z]+([_.:/-][A-Za-z0-9]+)+|_[a-z]+([A-Z][a-z]+)*|(?!.*[sS]ecret)[a-z]+([A-Z][a-z]+)+", text
            )
        )
    ):
        return ""  # the key under which something is kept
    if _BLACKED.fullmatch(text) or (not connects and _NO_KEY.fullmatch(text)):
        return ""
    if _FOR_NOBODY.fullmatch(text) and (not connects or _OF_OTHERS.search(name)):
        return ""
    if re.fullmatch(r"SECRETS?|REPLACE(D|ME)?|KEY|TOKEN|PASSWORD|VALUE", text):
        return ""  # stands where a deployment puts the value
    if _SHOULD_CHANGE.search(text):
        if _OF_OTHERS.search(name):
            return ""  # a made-up key opens nothing at somebody else's
        return "medium" if in_code or connects else ""
    if _NAME_LIKE.search(text) and re.search(r"[A-Z]_[A-Z]|\.|:", text) and not connects:
        return ""  # the name of a setting
    if " " in text and not connects and len(text.split()) > 6:
        return ""
    if (
        re.fullmatch(
            r"(?i)none|null|nil|undefined|true|false|string|text|hidden|default|required|optional|secrets?|key|value|n/?a|-+|_+",
            text,
        )
        and not connects
    ):
        return "medium" if text.lower() == "secret" else ""
    return "high"


def _password(name: str, text: str, *, connects: bool) -> str:
    if " " in text and not connects:
        return ""
    if re.fullmatch(r"[0-9a-f]{31,}", text) and not connects:
        return "low"  # a hash opens nothing
    if re.fullmatch(r"[A-Za-z]+", text) and not connects and len(text) < 6:
        return "low"
    if not connects and (
        _NAME_LIKE.search(text)
        or text.lower() in name.lower()
        or re.search(r"pass(word|wd)?$|^(input|text|field)", text, re.IGNORECASE)
    ):
        return ""
    if re.search(r"[\\^|]|\[[^\]]*\]|\(\?|%[sdr]|[(){}]", text) and not connects:
        return ""
    if text[:1] == ":" or text.startswith(("@", "$", "#", ".", "--", "user.", "auth.", "/")):
        return ""
    return "high" if connects or re.search(r"\d|[!@#$%^&*]", text) else "medium"
