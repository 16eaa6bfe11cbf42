"""The tables of people as they are now; `migrations/versions` says how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)

METADATA = MetaData()


class Moment(TypeDecorator[datetime]):
    """A moment as ISO text in UTC: sorts as time does, and is the same in every database."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


def _account() -> Column[str]:
    return Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False)


ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False, unique=True),
    Column("password", String, nullable=False),
    Column("subject", String, unique=True),
    Column("is_operator", Boolean, nullable=False),
    Column("is_disabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_login_at", Moment),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False),
    _account(),
    Column("device", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
TOKENS = Table(
    "tokens",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("id", String, nullable=False),
    _account(),
    Column("name", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)
TICKETS = Table(
    "tickets",
    METADATA,
    Column("digest", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("about", String, nullable=False),
    Column("note", String, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
TEAMS = Table(
    "teams",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("created_at", Moment, nullable=False),
)
MEMBERS = Table(
    "members",
    METADATA,
    Column("team", ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("account", ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("shares", Boolean, nullable=False),
    Column("is_owner", Boolean, nullable=False),
    Column("joined_at", Moment, nullable=False),
)
COUNTERS = Table(
    "counters",
    METADATA,
    Column("key", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("ends_at", Integer, nullable=False),
)
