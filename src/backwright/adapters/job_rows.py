"""Rows of the long work of a served page: who asked, how far it is, what came of it; shared by every process of the server."""

from __future__ import annotations

import json
import os
import time
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from backwright.adapters.tables import Tables
from backwright.model.errors import Busy, TooMany

if TYPE_CHECKING:
    from collections.abc import Mapping

QUEUED_MAX = 32  # jobs that wait on one machine: at a few seconds each, minutes; more would wait longer than people do
OPEN_MAX = 4  # jobs of one person, so that one of many cannot fill the queue
KEPT_SECONDS = 24 * 3600  # a result can be looked at again for a day; then it is asked again
LEASE_SECONDS = 20.0  # without a sign of life for so long, whoever ran a job is gone
FULL_SECONDS = 10  # when to come again if the queue is full
OPEN = ("queued", "running")

_meta = sa.MetaData()
# The number is the format's: rows live for a day, so that a new format is a new table and nothing is migrated.
_job = sa.Table(
    "job_1",
    _meta,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("profile", sa.Text, nullable=False, index=True),
    sa.Column("verb", sa.String(64), nullable=False),
    sa.Column("order", sa.Text, nullable=False),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("owner", sa.String(300), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("progress", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
    sa.Column("is_unwanted", sa.Boolean, nullable=False),
    sa.Column("created", sa.Float(53), nullable=False),
    sa.Column("started", sa.Float(53), nullable=False),
    sa.Column("ended", sa.Float(53), nullable=False),
    sa.Column("seen", sa.Float(53), nullable=False),
)
_part = sa.Table(
    "job_part_1",
    _meta,
    sa.Column("job", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(128), primary_key=True),
    sa.Column("media", sa.String(128), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)


@dataclass(frozen=True)
class Job:
    """One piece of long work.

    Attributes:
        order: What is to be done, as JSON of whoever does it.
        host: The machine whose disk holds what was uploaded; only it can do the work.
        owner: The process that does it.
        state: queued, running; then done, failed, cancelled, or lost with its process.
        progress: What it is at, in a few words.
        problem: What went wrong, as JSON; empty if nothing did.
        is_unwanted: It is to be cancelled.
        created, started, ended, seen: Seconds since 1970; 0 for "not yet". `seen` is its last sign of life.
    """

    id: str
    profile: str
    verb: str
    order: str
    host: str
    owner: str = ""
    state: str = "queued"
    progress: str = ""
    problem: str = ""
    is_unwanted: bool = False
    created: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    seen: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in OPEN

    @property
    def error(self) -> dict[str, str]:
        """What went wrong: problem, detail, hint."""
        made: dict[str, str] = json.loads(self.problem) if self.problem else {}
        return made


class JobRows(Tables):
    """Jobs and what came of them, in SQLite or PostgreSQL."""

    def __init__(self, url: str) -> None:
        super().__init__(url, _meta)

    def add(self, job: Job) -> Job:
        """Queue a job; Busy if too many wait, or its person has too many open."""
        now = time.time()
        job = replace(job, created=now, seen=now)
        with self._begin() as on:
            waiting = _count(on, _job.c.state == "queued", _job.c.host == job.host)
            own = _count(on, _job.c.state.in_(OPEN), _job.c.profile == job.profile)
            if own >= OPEN_MAX:
                raise TooMany(
                    f"{own} of your jobs are not finished; cancel one or wait", seconds=FULL_SECONDS
                )
            if waiting >= QUEUED_MAX:
                raise Busy(f"{waiting} jobs wait here already", seconds=FULL_SECONDS)
            on.execute(_job.insert().values(**_values(job)))
        return job

    def get(self, job_id: str) -> Job | None:
        """Return a job by its id."""
        with self._begin() as on:
            row = on.execute(_job.select().where(_job.c.id == job_id)).mappings().first()
        return Job(**row) if row else None

    def before(self, job: Job) -> int:
        """Return how many jobs of the same machine wait in front of this one."""
        with self._begin() as on:
            return _count(
                on,
                _job.c.state == "queued",
                _job.c.host == job.host,
                _job.c.created < job.created,
            )

    def of(self, profile: str) -> tuple[Job, ...]:
        """Return the jobs of a person, newest first."""
        chosen = _job.select().where(_job.c.profile == profile).order_by(_job.c.created.desc())
        with self._begin() as on:
            return tuple(Job(**row) for row in on.execute(chosen).mappings())

    def open_orders(self, host: str) -> tuple[str, ...]:
        """Return what is still to be done on a machine, or being done."""
        chosen = sa.select(_job.c.order).where(_job.c.state.in_(OPEN), _job.c.host == host)
        with self._begin() as on:
            return tuple(on.execute(chosen).scalars())

    def claim(self, host: str, owner: str, at_once: int) -> Job | None:
        """Take the oldest job that waits on this machine, unless so many are being done there."""
        now = time.time()
        mine, other = _job.alias("mine"), _job.alias("other")
        oldest = (
            sa.select(mine.c.id)
            .where(mine.c.state == "queued", mine.c.host == host)
            .order_by(mine.c.created)
            .limit(1)
            .with_for_update(skip_locked=True)  # PostgreSQL: others take the next one meanwhile
            .scalar_subquery()
        )
        running = (
            sa.select(sa.func.count())
            .select_from(other)
            .where(other.c.state == "running", other.c.host == host)
            .scalar_subquery()
        )
        # The state is asked again in the outer condition: of two that claim at once, the second finds it changed.
        taken = (
            _job.update()
            .where(_job.c.id == oldest, _job.c.state == "queued", running < at_once)
            .values(state="running", owner=owner, started=now, seen=now)
            .returning(*_job.c)
        )
        with self._begin() as on:
            row = on.execute(taken).mappings().first()
        return Job(**row) if row else None

    def beat(self, job_id: str, progress: str) -> bool:
        """Give a sign of life and say how far it is; return whether the job is still wanted."""
        told = _job.update().where(_job.c.id == job_id).values(seen=time.time(), progress=progress)
        with self._begin() as on:
            unwanted = on.execute(told.returning(_job.c.is_unwanted)).scalar()
        return unwanted is not None and not unwanted

    def unwant(self, job_id: str) -> None:
        """Cancel a job: at once if it waits, else by telling whoever does it."""
        here = _job.c.id == job_id
        with self._begin() as on:
            on.execute(
                _job.update()
                .where(here, _job.c.state == "queued")
                .values(state="cancelled", is_unwanted=True, ended=time.time())
            )
            on.execute(
                _job.update().where(here, _job.c.state == "running").values(is_unwanted=True)
            )

    def finish(
        self,
        job: Job,
        state: str,
        problem: Mapping[str, str] | None = None,
        parts: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> None:
        """Say what came of a job. One that was given up as lost and yet finished counts as finished."""
        with self._begin() as on:
            told = on.execute(
                _job.update()
                .where(
                    _job.c.id == job.id,
                    _job.c.owner == job.owner,
                    _job.c.state.in_(("running", "lost")),
                )
                .values(
                    state=state,
                    problem=json.dumps(problem) if problem else "",
                    ended=time.time(),
                    progress="",
                )
            )
            if told.rowcount and parts:
                on.execute(
                    _part.insert(),
                    [
                        {
                            "job": job.id,
                            "name": name,
                            "media": media,
                            "body": zlib.compress(body, 3),
                        }
                        for name, (media, body) in parts.items()
                    ],
                )

    def part(self, job_id: str, name: str) -> tuple[str, bytes] | None:
        """Return media type and bytes of one thing that came of a job."""
        with self._begin() as on:
            row = on.execute(
                sa.select(_part.c.media, _part.c.body).where(
                    _part.c.job == job_id, _part.c.name == name
                )
            ).first()
        return (row.media, zlib.decompress(row.body)) if row else None

    def parts(self, job_id: str) -> tuple[str, ...]:
        """Return the names of what came of a job."""
        with self._begin() as on:
            found = on.execute(sa.select(_part.c.name).where(_part.c.job == job_id))
            return tuple(sorted(found.scalars()))

    def count(self) -> dict[str, int]:
        """Return how many jobs there are in each state."""
        chosen = sa.select(_job.c.state, sa.func.count()).group_by(_job.c.state)
        with self._begin() as on:
            return {str(state): int(number) for state, number in on.execute(chosen)}

    def sweep(self, host: str, owner: str) -> None:
        """Give up what nobody does any more, and forget what is older than a day."""
        now = time.time()
        with self._begin() as on:
            running = on.execute(_job.select().where(_job.c.state == "running")).mappings().all()
            lost = [
                row["id"]
                for row in running
                if row["owner"] != owner
                and (now - row["seen"] > LEASE_SECONDS or _is_gone(row["owner"], host))
            ]
            old = _job.c.created < now - KEPT_SECONDS
            stale = sa.and_(_job.c.state == "queued", _job.c.host == host, old)
            on.execute(
                _job.update()
                .where(sa.or_(_job.c.id.in_(lost), stale))
                .values(state="lost", ended=now)
            )
            forgotten = sa.select(_job.c.id).where(old, _job.c.state.not_in(OPEN))
            on.execute(_part.delete().where(_part.c.job.in_(forgotten)))
            on.execute(_job.delete().where(old, _job.c.state.not_in(OPEN)))

    def forget(self, profile: str) -> None:
        """Delete every job of a person; one that is being done is told to stop and leaves nothing."""
        own = sa.select(_job.c.id).where(_job.c.profile == profile)
        with self._begin() as on:
            on.execute(_part.delete().where(_part.c.job.in_(own)))
            on.execute(_job.delete().where(_job.c.profile == profile))


def _count(on: sa.Connection, *conditions: Any) -> int:  # noqa: ANN401  (column expressions)
    return on.execute(sa.select(sa.func.count()).select_from(_job).where(*conditions)).scalar_one()


def _values(job: Job) -> dict[str, Any]:
    return {column.name: getattr(job, column.name) for column in _job.c}


def _is_gone(owner: str, host: str) -> bool:
    """Whether the process was one of this machine and has ended."""
    name, _, number = owner.rpartition(":")
    if name != host or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
