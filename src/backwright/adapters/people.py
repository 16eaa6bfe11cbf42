"""The People port over SQLAlchemy Core: a SQLite file beside the evidence, or the PostgreSQL database that has it."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from backwright.adapters.people_tables import (
    ACCOUNTS,
    COUNTERS,
    MEMBERS,
    SESSIONS,
    TEAMS,
    TICKETS,
    TOKENS,
)
from backwright.adapters.rows import keepable
from backwright.adapters.tables import our_problems
from backwright.model.account import Account, ApiToken, Member, Session, Team, Ticket, TicketKind

LOCK = 0x70656F70  # any constant; two processes must not change the tables at once
MIGRATIONS = Path(__file__).parent / "migrations"


class SqlPeople:
    """The People port. Brings the tables up to date when it is made."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with self._writing() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            _upgrade(connection)

    def add_account(self, account: Account) -> bool:
        try:
            with self._writing() as connection:
                connection.execute(insert(ACCOUNTS).values(_account_values(account)))
        except IntegrityError:  # name or subject is taken
            return False
        return True

    def add_first(self, account: Account) -> bool:
        with self._writing() as connection:  # which holds a lock: SQLite's own, or the next line's
            if self._engine.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            if connection.execute(select(ACCOUNTS.c.id).limit(1)).first():
                return False
            connection.execute(insert(ACCOUNTS).values(_account_values(account)))
            return True

    def account(self, id_: str) -> Account | None:
        return self._one_account(ACCOUNTS.c.id == keepable(id_))

    def named(self, name: str) -> Account | None:
        return self._one_account(ACCOUNTS.c.name_key == name_key(name))

    def of_subject(self, subject: str) -> Account | None:
        return self._one_account(ACCOUNTS.c.subject == keepable(subject))

    def accounts(self) -> tuple[Account, ...]:
        with self._reading() as connection:
            found = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name_key))
            return tuple(_account(row) for row in found)

    def change(self, account: Account) -> None:
        values = _account_values(account)
        kept = {
            name: values[name]
            for name in values
            if name not in ("id", "name", "name_key", "created_at")
        }
        with self._writing() as connection:
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(kept))

    def forget(self, account: str) -> None:
        with self._writing() as connection:
            teams = connection.execute(select(MEMBERS.c.team).where(MEMBERS.c.account == account))
            for team in teams.scalars().all():
                # backwright: allow query-in-loop, a person is in a few teams, and each is settled for itself
                _leave(connection, team, account)
            connection.execute(delete(TICKETS).where(TICKETS.c.about == account))
            connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id == account))

    def add_session(self, session: Session) -> None:
        self._add(SESSIONS, replace(session, device=keepable(session.device)))

    def session(self, digest: str) -> tuple[Session, Account] | None:
        row = self._with_account(SESSIONS, digest)
        return row and (Session(*row[: len(SESSIONS.c)]), _account(row[len(SESSIONS.c) :]))

    def sessions(self, account: str) -> tuple[Session, ...]:
        query = select(*_columns(SESSIONS, Session)).where(SESSIONS.c.account == account)
        with self._reading() as connection:
            found = connection.execute(query.order_by(SESSIONS.c.seen_at.desc()))
            return tuple(Session(*row) for row in found)

    def saw(self, digest: str, at: datetime) -> None:
        with self._writing() as connection:
            connection.execute(
                update(SESSIONS).where(SESSIONS.c.digest == digest).values(seen_at=at)
            )

    def end_session(self, account: str, id_: str) -> bool:
        return self._end(SESSIONS, account, id_)

    def end_sessions(self, account: str, but: str = "") -> int:
        with self._writing() as connection:
            return connection.execute(
                delete(SESSIONS).where(SESSIONS.c.account == account, SESSIONS.c.digest != but)
            ).rowcount

    def add_token(self, token: ApiToken) -> None:
        self._add(TOKENS, replace(token, name=keepable(token.name)))

    def token(self, digest: str) -> tuple[ApiToken, Account] | None:
        row = self._with_account(TOKENS, digest)
        return row and (ApiToken(*row[: len(TOKENS.c)]), _account(row[len(TOKENS.c) :]))

    def tokens(self, account: str) -> tuple[ApiToken, ...]:
        query = select(*_columns(TOKENS, ApiToken)).where(TOKENS.c.account == account)
        with self._reading() as connection:
            found = connection.execute(query.order_by(TOKENS.c.created_at.desc()))
            return tuple(ApiToken(*row) for row in found)

    def used_token(self, digest: str, at: datetime) -> None:
        with self._writing() as connection:
            connection.execute(update(TOKENS).where(TOKENS.c.digest == digest).values(used_at=at))

    def end_token(self, account: str, id_: str) -> bool:
        return self._end(TOKENS, account, id_)

    def add_ticket(self, ticket: Ticket) -> None:
        self._add(TICKETS, replace(ticket, note=keepable(ticket.note)))

    def ticket(self, digest: str, kind: TicketKind) -> Ticket | None:
        query = select(*_columns(TICKETS, Ticket)).where(_is_ticket(digest, kind))
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
            return Ticket(*row) if row else None

    def take_ticket(self, digest: str, kind: TicketKind) -> Ticket | None:
        taking = delete(TICKETS).where(_is_ticket(digest, kind))
        with self._writing() as connection:
            row = connection.execute(taking.returning(*_columns(TICKETS, Ticket))).one_or_none()
            return Ticket(*row) if row else None

    def drop_tickets(self, kind: TicketKind, about: str) -> None:
        with self._writing() as connection:
            connection.execute(
                delete(TICKETS).where(TICKETS.c.kind == kind, TICKETS.c.about == about)
            )

    def add_team(self, team: Team, owner: str) -> None:
        with self._writing() as connection:
            connection.execute(
                insert(TEAMS).values(**{**asdict(team), "name": keepable(team.name)})
            )
            connection.execute(
                insert(MEMBERS).values(
                    team=team.id,
                    account=owner,
                    shares=False,
                    is_owner=True,
                    joined_at=team.created_at,
                )
            )

    def team(self, id_: str) -> Team | None:
        with self._reading() as connection:
            row = connection.execute(
                select(*_columns(TEAMS, Team)).where(TEAMS.c.id == keepable(id_))
            ).one_or_none()
            return Team(*row) if row else None

    def teams_of(self, account: str) -> tuple[Team, ...]:
        query = select(*_columns(TEAMS, Team)).join(MEMBERS, MEMBERS.c.team == TEAMS.c.id)
        with self._reading() as connection:
            found = connection.execute(query.where(MEMBERS.c.account == account))
            return tuple(sorted((Team(*row) for row in found), key=lambda team: team.name))

    def members(self, team: str) -> tuple[Member, ...]:
        m, a = MEMBERS.c, ACCOUNTS.c
        query = select(m.team, m.account, a.name, m.shares, m.is_owner, m.joined_at)
        with self._reading() as connection:
            found = connection.execute(
                query.join(ACCOUNTS, a.id == m.account)
                .where(m.team == keepable(team), ~a.is_disabled)
                .order_by(a.name_key)
            )
            return tuple(Member(*row) for row in found)

    def join(self, team: str, account: str, at: datetime) -> bool:
        with self._writing() as connection:
            if not connection.execute(select(TEAMS.c.id).where(TEAMS.c.id == team)).first():
                return False
            if not connection.execute(select(MEMBERS).where(_is_member(team, account))).first():
                connection.execute(
                    insert(MEMBERS).values(
                        team=team, account=account, shares=False, is_owner=False, joined_at=at
                    )
                )
            return True

    def leave(self, team: str, account: str) -> None:
        with self._writing() as connection:
            _leave(connection, team, account)

    def share(self, team: str, account: str, *, shares: bool) -> None:
        with self._writing() as connection:
            connection.execute(
                update(MEMBERS).where(_is_member(team, account)).values(shares=shares)
            )

    def sweep(self, now: datetime, sessions_before: datetime) -> None:
        with self._writing() as connection:
            connection.execute(delete(TICKETS).where(TICKETS.c.expires_at < now))
            connection.execute(delete(TOKENS).where(TOKENS.c.expires_at < now))
            connection.execute(delete(SESSIONS).where(SESSIONS.c.seen_at < sessions_before))
            connection.execute(delete(COUNTERS).where(COUNTERS.c.ends_at < int(now.timestamp())))

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _add(self, table: Table, value: Any) -> None:  # noqa: ANN401  (a dataclass of the table's columns)
        with self._writing() as connection:
            connection.execute(insert(table).values(**asdict(value)))

    def _end(self, table: Table, account: str, id_: str) -> bool:
        with self._writing() as connection:
            ended = connection.execute(
                delete(table).where(table.c.account == account, table.c.id == keepable(id_))
            )
            return ended.rowcount > 0

    def _one_account(self, condition: Any) -> Account | None:  # noqa: ANN401  (SQLAlchemy's expression)
        with self._reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(condition)).one_or_none()
            return _account(row) if row else None

    def _with_account(self, table: Table, digest: str) -> Any:  # noqa: ANN401  (a row)
        kind = {SESSIONS: Session, TOKENS: ApiToken}[table]
        query = select(*_columns(table, kind), *ACCOUNTS.c).join(ACCOUNTS)
        with self._reading() as connection:
            return connection.execute(query.where(table.c.digest == digest)).one_or_none()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with our_problems(), self._engine.connect() as connection:
            yield connection.execution_options(only_reads=True)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with our_problems(), self._engine.begin() as connection:
            yield connection


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def name_key(name: str) -> str:
    """Return what makes two names the same: no case, one form of each character."""
    return unicodedata.normalize("NFKC", keepable(name)).casefold().strip()


def _account_values(account: Account) -> dict[str, Any]:
    name = keepable(account.name)
    values = {**asdict(account), "name": name, "name_key": name_key(name)}
    return {**values, "subject": account.subject or None}


def _account(row: "Row[Any] | tuple[Any, ...]") -> Account:
    values = dict(zip(ACCOUNTS.c.keys(), row, strict=True))
    del values["name_key"]
    return Account(**{**values, "subject": values["subject"] or ""})


def _columns(table: Table, kind: type) -> list[Any]:
    return [table.c[name] for name in kind.__dataclass_fields__]  # type: ignore[attr-defined]


def _is_ticket(digest: str, kind: TicketKind) -> Any:  # noqa: ANN401  (SQLAlchemy's expression)
    return and_(TICKETS.c.digest == digest, TICKETS.c.kind == kind)


def _is_member(team: str, account: str) -> Any:  # noqa: ANN401
    return and_(MEMBERS.c.team == team, MEMBERS.c.account == account)


def _leave(connection: Connection, team: str, account: str) -> None:
    connection.execute(delete(MEMBERS).where(_is_member(team, account)))
    left = connection.execute(
        select(MEMBERS.c.account, MEMBERS.c.is_owner)
        .where(MEMBERS.c.team == team)
        .order_by(MEMBERS.c.joined_at, MEMBERS.c.account)
    ).all()
    if not left:
        connection.execute(delete(TEAMS).where(TEAMS.c.id == team))
        connection.execute(delete(TICKETS).where(TICKETS.c.about == team))
    elif not any(is_owner for _, is_owner in left):
        connection.execute(
            update(MEMBERS).where(_is_member(team, left[0][0])).values(is_owner=True)
        )
