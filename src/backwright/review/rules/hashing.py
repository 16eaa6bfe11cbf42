"""Hashing: which calls hash slowly or fast, what they hash, and which functions come to one."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import WORDS_MAX
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

DEPTH_MAX = 4  # callers followed up from a hash
_SLOW = regex(
    r"bcrypt|argon2|scrypt|pbkdf2|pbe_?key_?spec|rfc2898|crypto_pwhash|yescrypt|sha(256|512)_crypt|password_(hash|verify|needs_rehash)|"
    r"(generate|check|make|verify)_password(_hash)?|password_?hasher|password_?encoder|passwordhash\b|hash_?password|verify_?(hashed_?)?password|"
    r"\bencoder\.(encode|matches)|\bhash\.(make|check)|(pwd|crypt|password|passlib)_?context|\bhasher\.(hash|verify|make|check)|set_?password_?hash|"
    r"\b(pwd|password)_hash(er)?\.(hash|verify)|crypt\.(hash|verify|gensalt|checkpw|hashpw)|\bset_password$|"
    r"create_(super)?user$|\bCreateAsync$|secret_?key_?factory|"
    r"scram|opaque_?server|htpasswd|digestauth",
    re.IGNORECASE,
)  # fmt: skip
_FAST = regex(
    r"(?<![a-z])(hmac_?)?(md[245]|hmac_?(256|384|512)|sha_?-?(1|224|256|384|512)|sha3|sha2|ripemd\w*|whirlpool|blake2[bs]?|"
    r"blake3|tiger|crc32|adler32|murmur\w*|xxh\w*|fnv\w*)(?![a-z])|"
    r"^(md5|sha1|sha256|sha512)|messagedigest|digestutils|messagedigest|hmac(sha|md5)|\bcrypto\.create(hash|hmac)|(get|calc|"
    r"to|compute|make)_?(md5|sha\d+)|evp_(md5|sha\d+|digest)",
    re.IGNORECASE,
)  # fmt: skip
_NAMED = frozenset(
    "getInstance createHash createHmac hash hash_hmac new Create create digest getDigest Digest HashAlgorithm MessageDigest crypt "
    "New newInstance hash_init EVP_Digest EVP_DigestInit_ex from_name".split()
)
_NOT_HASH = regex(
    r"file|random|rand\b|uuid|equal|verify_?sign|jwt|token|signature|jws|compare|constanttime|fixedtime|isequal",
    re.IGNORECASE,
)
FEEDS = frozenset(
    "update write Write WriteString digest Digest ComputeHash ComputeHashAsync computeHash doFinal sign TransformFinalBlock "
    "TransformBlock input Input chain chain_update hash Hash finish addData Sum HashData hexdigest consume processBytes final".split()
)


@lru_cache(maxsize=WORDS_MAX)
def named_hash(on: str, name: str, texts: str) -> str:
    """Return "slow" or "fast" for a call that hashes by its name or by the algorithm it is given, else ""."""
    whole = f"{on}.{name}" if on else name
    if _SLOW.search(whole):
        return "slow"
    if _SLOW.search(texts) and name in _NAMED:
        return "slow"
    tail = ".".join(re.sub(r"\(\)", "", whole).split(".")[-3:])
    if _NOT_HASH.search(name):
        return ""
    if _FAST.search(tail) or (name in _NAMED and _FAST.search(texts)):
        return "fast"
    return ""


class Fed(NamedTuple):
    """A value that a hash is fed with, and where."""

    value: Arg
    line: int
    fn: int


class Hashing:
    """Hashes of one repository."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def sites(self) -> dict[int, dict[int, str]]:
        """File to call to "slow" or "fast"; calls of the project's own functions are not hashes themselves."""
        found: dict[int, dict[int, str]] = {}
        for at in self.model.own:
            file, effects = self.model.files[at], self.model.effects.of_call[at]
            here: dict[int, str] = {}
            for index, call in enumerate(file.calls):
                words = {does.does for does in effects.get(index, ())}
                kind = (
                    "slow"
                    if "password-hash" in words
                    else "fast"
                    if "hash" in words and not _NOT_HASH.search(call.name)
                    else ""
                )
                if not kind and _might(call.on, call.name):
                    texts = " ".join(v.text for v in call.args if v.kind in ("str", "name", "call"))
                    kind = named_hash(call.on, call.name, texts)
                elif (
                    kind == "fast"
                    and named_hash(call.on, call.name, " ".join(v.text for v in call.args if v.kind == "str")) == "slow"
                ):
                    kind = "slow"
                if kind and not self.model.project.resolve_call(at, call):
                    here[index] = kind
            if here:
                found[at] = here
        return found

    @cached_property
    def slow(self) -> set[Fn]:
        """Functions that come to a slow hash."""
        return self._reach("slow")

    @cached_property
    def fast(self) -> set[Fn]:
        """Functions that come to a fast hash."""
        return self._reach("fast")

    @cached_property
    def of_function(self) -> dict[Fn, list[int]]:
        """Function to the fast hashes that stand in it."""
        found: dict[Fn, list[int]] = defaultdict(list)
        for at, calls in self.sites.items():
            for index, kind in calls.items():
                if kind == "fast":
                    found[Fn(at, self.model.files[at].calls[index].fn)].append(index)
        return found

    def _reach(self, kind: str) -> set[Fn]:
        level = {
            Fn(at, self.model.files[at].calls[i].fn)
            for at, calls in self.sites.items()
            for i, k in calls.items()
            if k == kind
        }
        found = set(level)
        for _ in range(DEPTH_MAX):
            level = {edge.caller for fn in level for edge in self.model.effects.callers.get(fn, ())} - found
            found |= level
        return {fn for fn in found if fn.index >= 0}

    def data_of(self, at: int, index: int) -> Iterator[Fed]:
        """Yield what a hash is fed with: arguments, those of its chain, and of calls on what it is kept in."""
        model = self.model
        calls = model.files[at].calls
        seen: set[int] = set()
        for number in model.effects.chain(at, index):
            if number == index or calls[number].name in FEEDS:
                seen.add(number)
                for value in calls[number].args:
                    yield Fed(value, calls[number].line, calls[number].fn)
            elif number < index or calls[number].prev == index:
                receiver = Arg("name", calls[number].on) if calls[number].prev < 0 and calls[number].on else None
                if receiver is not None:
                    yield Fed(receiver, calls[number].line, calls[number].fn)
        kept = calls[index].to.removesuffix("[]")
        last = model.effects.chain(at, index)[-1]
        kept = kept or calls[last].to
        if not kept or kept == "return":
            return
        inside = set(model.enclosing(at, calls[index].fn))
        for number, call in enumerate(calls):
            root = call.on.partition(".")[0].removesuffix("()")
            if number in seen or call.name not in FEEDS:
                continue
            if (root == kept and call.fn in inside | {calls[index].fn}) or (
                call.on in (kept, f"this.{kept}", f"self.{kept}") and calls[index].fn < 0
            ):
                for value in call.args:
                    yield Fed(value, call.line, call.fn)


@lru_cache(maxsize=4_000)
def _might(on: str, name: str) -> bool:
    text = f"{on[-40:]}.{name}".lower()
    return name in _NAMED or any(
        word in text
        for word in (
            "crypt",
            "hash",
            "md5",
            "md4",
            "sha",
            "argon",
            "pbkdf",
            "digest",
            "hmac",
            "encod",
            "passw",
            "pwd",
            "ripemd",
            "blake",
            "crc",
            "spec",
            "rfc2898",
            "evp",
            "user",
            "createasync",
        )
    )


def told(call: Call) -> str:
    """Return the algorithm of a hash as a person would say it."""
    text = f"{call.on}.{call.name} {' '.join(flat(call.args))}"
    found = re.search(
        r"hmac\w*?[-_]?(sha|md)?[-_]?\d+|(md[245]|sha[-_]?3?[-_]?\d+|ripemd\w*|blake\w+|crc32|whirlpool)",
        text,
        re.IGNORECASE,
    )
    return found[0].upper().replace("_", "-") if found else "a bare hash"
