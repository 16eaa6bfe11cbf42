"""The Clock port: the machine's time, UUIDv7 ids, seeds."""

import os
import secrets
import time
from datetime import UTC, datetime
from uuid import UUID


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        return datetime.now(UTC)

    def new_id(self) -> str:
        """Return a UUIDv7 (RFC 9562): 48 bits of milliseconds, then chance."""
        value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
        value = value & ~(0xF << 76) | 0x7 << 76
        value = value & ~(0x3 << 62) | 0x2 << 62
        return str(UUID(int=value))

    def seed(self) -> int:
        """Return a number nobody chose."""
        return secrets.randbelow(2**31)
