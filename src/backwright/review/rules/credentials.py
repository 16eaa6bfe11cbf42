"""Names of credentials: which words say that a value is a password, its hash, its repetition, a token or a key."""

import re
from functools import lru_cache

from backwright.review.link.remembering import WORDS_MAX
from backwright.review.regexes import regex

_SPLIT = regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_INDEXED = regex(r"""\[\s*[:]?["']?([\w.$-]*)["']?\s*\](?:\s*\)*)$""")
PASSWORDS = frozenset(
    "password passwd pwd pass passphrase passwort kennwort pw psw pswd passcode motdepasse senha contrasena userpassword "
    "newpassword plainpassword rawpassword".split()
)
_HASHED = frozenset(
    "hash hashed digest digested encoded encrypted encrypt crypt cipher ciphered salt salted hmac checksum bcrypt argon argon2 "
    "sha md5 sha1 sha256 derived protected secured masked redacted hidden scrambled obfuscated stored sealed".split()
)
_AGAIN = frozenset(
    "confirm confirmation confirmed repeat repeated again retype retyped second twice verify verification check re match rep double".split()
)
# Words behind a password's that leave it a password.
_LEAVES = frozenset(
    "text plain plaintext raw clear value str string bytes new old input entered given in 1 arg param attempt typed buf chars data".split()
)
_TOKENS = frozenset("token tokens jwt bearer apikey otp sessionid".split())
_KEYS = (
    ("api", "key"),
    ("access", "key"),
    ("secret", "key"),
    ("private", "key"),
    ("signing", "key"),
    ("encryption", "key"),
    ("session", "id"),
    ("client", "secret"),
    ("refresh", "token"),
    ("access", "token"),
)


@lru_cache(maxsize=WORDS_MAX)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, in lower case: ("user", "password") of userPassword and user_password."""
    return tuple(word.lower() for word in _SPLIT.findall(name))


@lru_cache(maxsize=WORDS_MAX)
def last_name(chain: str) -> str:
    """Return the last name of a chain: "password" of user.password, `row["password"]`, it[Users.password] and dto.getPassword."""
    text = chain.rstrip("()!? ;")
    found = _INDEXED.search(chain.strip())
    if found:
        text = found[1]
    text = re.split(r"[.\s>:&*\[\](]+", text)[-1].strip("\"'`$@)")
    return re.sub(r"^get(?=[A-Z_])", "", text)


@lru_cache(maxsize=WORDS_MAX)
def password_word(name: str) -> str:
    """Return what a name says: "clear" for a password, "hash" for its hash, "again" for its repetition, else ""."""
    words = words_of(name)
    if not words:
        return ""
    if "".join(words[-2:]) in ("passwd", "motdepasse") or "".join(words) in PASSWORDS:
        return "clear"
    found = next(
        (
            at
            for at in range(len(words) - 1, -1, -1)
            if words[at] in PASSWORDS or (words[at] == "word" and at and words[at - 1] == "pass")
        ),
        -1,
    )
    if found < 0 or (
        words[found] == "pass"
        and found > 0
        and words[found - 1]
        in ("by", "multi", "all", "first", "second", "one", "single", "boarding", "render", "compass", "test", "did")
    ):
        return ""
    if words[found] == "pass" and len(words) > 1 and found != len(words) - 1:
        return ""
    rest = words[found + 1 :]
    others = set(words[:found]) | set(rest)
    if others & _HASHED:
        return "hash" if not rest or set(rest) <= (_HASHED | _LEAVES) else ""
    if others & _AGAIN or (rest and rest[-1] in ("2", "two")):
        return "again" if not rest or set(rest) <= (_AGAIN | _LEAVES | {"2", "two"}) else ""
    if {
        "is",
        "has",
        "no",
        "use",
        "show",
        "view",
        "hide",
        "reveal",
        "allow",
        "reset",
        "forgot",
        "forget",
        "should",
        "require",
        "requires",
        "with",
        "must",
        "can",
        "valid",
        "invalid",
        "wrong",
        "check",
        "verify",
        "min",
        "max",
    } & set(words[:found]):
        return ""
    return "clear" if set(rest) <= _LEAVES else ""


@lru_cache(maxsize=WORDS_MAX)
def is_clear(chain: str) -> bool:
    """Whether the last name of a chain is a password's."""
    return password_word(last_name(chain)) == "clear"


@lru_cache(maxsize=WORDS_MAX)
def is_token(name: str) -> bool:
    """Whether a name is that of something whose holder is let in: a token, an API key, a session's id."""
    words = words_of(name)
    if not words or {
        "type",
        "count",
        "id",
        "ids",
        "name",
        "expires",
        "expiry",
        "hash",
        "csrf",
        "url",
        "limit",
        "usage",
        "used",
        "max",
        "class",
        "kind",
        "page",
        "next",
        "continuation",
        "cancellation",
        "push",
        "device",
        "pagination",
        "payload",
    } & set(words[-1:]):
        return False
    if {
        "cancellation",
        "cancel",
        "next",
        "page",
        "continuation",
        "csrf",
        "xsrf",
        "total",
        "prompt",
        "completion",
        "input",
        "output",
        "max",
        "num",
        "count",
        "syntax",
    } & set(words):
        return False
    return words[-1] in _TOKENS or words[-2:] in _KEYS or (words[-1] in ("secret",) and len(words) <= 3)
