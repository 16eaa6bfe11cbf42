"""Answers kept by the key that a caller gave, so that a request that is sent twice happens once; shared by every process."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from backwright.adapters.tables import Tables

if TYPE_CHECKING:
    pass

KEPT_SECONDS = 24 * 3600  # whoever retries does so within minutes; a day covers a night's outage
BEGUN_SECONDS = 120  # a process that dies while it answers must not hold its key for ever

_meta = sa.MetaData()
# The number is the format's: rows live for a day, so that a new format is a new table and nothing is migrated.
_reply = sa.Table(
    "reply_1",
    _meta,
    sa.Column("profile", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("headers", sa.Text, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created", sa.Float(53), nullable=False),
)


@dataclass(frozen=True)
class Reply:
    """What was answered.

    Attributes:
        digest: Of what was asked.
        status: 0 while it is still being answered.
        headers: As JSON.
    """

    digest: str
    status: int = 0
    headers: str = "{}"
    body: bytes = b""


class ReplyRows(Tables):
    """Replies by person and key, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        super().__init__(url, _meta)

    def begin(self, profile: str, key: str, digest: str) -> Reply | None:
        """Take a key; the reply that has it already, or None: then it is ours, to be filled or given up."""
        now = time.time()
        here = sa.and_(_reply.c.profile == profile, _reply.c.key == key)
        with self._begin() as on:
            stale = sa.and_(_reply.c.status == 0, _reply.c.created < now - BEGUN_SECONDS)
            on.execute(_reply.delete().where(sa.or_(_reply.c.created < now - KEPT_SECONDS, stale)))
        try:
            with self._begin() as on:
                on.execute(
                    _reply.insert().values(
                        profile=profile,
                        key=key,
                        digest=digest,
                        status=0,
                        headers="{}",
                        body=b"",
                        created=now,
                    )
                )
        except IntegrityError:
            with self._begin() as on:
                row = on.execute(_reply.select().where(here)).mappings().first()
            # It was given up a moment ago: as if it were being answered, so that the caller comes again.
            return Reply(digest) if row is None else Reply(**{n: row[n] for n in _FIELDS})
        return None

    def fill(self, profile: str, key: str, reply: Reply) -> None:
        """Keep what was answered."""
        with self._begin() as on:
            on.execute(
                _reply.update()
                .where(_reply.c.profile == profile, _reply.c.key == key)
                .values(status=reply.status, headers=reply.headers, body=reply.body)
            )

    def give_up(self, profile: str, key: str) -> None:
        """Free a key: nothing has happened."""
        with self._begin() as on:
            on.execute(_reply.delete().where(_reply.c.profile == profile, _reply.c.key == key))

    def forget(self, profile: str) -> None:
        """Delete every reply to a person."""
        with self._begin() as on:
            on.execute(_reply.delete().where(_reply.c.profile == profile))


_FIELDS = ("digest", "status", "headers", "body")
