"""Passwords by argon2id, and tokens that nobody guesses."""

import secrets
import unicodedata
from hashlib import sha256

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane; about 40 ms of a processor for a guess.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
TOKEN_BYTES = 32  # 256 bits: cannot be guessed, so that a plain hash of it is enough


class Argon2Secrets:
    """The Secrets port."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_urlsafe(TOKEN_BYTES))

    def new_token(self) -> str:
        return secrets.token_urlsafe(TOKEN_BYTES)

    def digest(self, token: str) -> str:
        return sha256(token.encode(errors="replace")).hexdigest()

    def hash(self, password: str) -> str:
        return self._hasher.hash(_bytes(password))

    def matches(self, stored: str, password: str) -> bool:
        try:
            # Somebody who does not exist costs the same work, so that time tells nothing.
            is_right = self._hasher.verify(stored or self._nobody, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return is_right and bool(stored)

    def is_dated(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)


def _bytes(password: str) -> bytes:
    # One form of each character, as NIST asks: keyboards differ in how they send an accent.
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
