"""Accounts, sessions, tokens, tickets, teams, counters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("name_key", sa.String, nullable=False, unique=True),
        sa.Column("password", sa.String, nullable=False),
        sa.Column("subject", sa.String, unique=True),
        sa.Column("is_operator", sa.Boolean, nullable=False),
        sa.Column("is_disabled", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("last_login_at", sa.String),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        _account(),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("seen_at", sa.String, nullable=False),
    )
    op.create_index("sessions_account", "sessions", ["account"])
    op.create_table(
        "tokens",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("id", sa.String, nullable=False),
        _account(),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("scope", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
        sa.Column("used_at", sa.String),
    )
    op.create_index("tokens_account", "tokens", ["account"])
    op.create_table(
        "tickets",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("about", sa.String, nullable=False),
        sa.Column("note", sa.String, nullable=False),
        sa.Column("expires_at", sa.String, nullable=False),
    )
    op.create_table(
        "teams",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
    )
    op.create_table(
        "members",
        sa.Column(
            "team", sa.String, sa.ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column(
            "account", sa.String, sa.ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("shares", sa.Boolean, nullable=False),
        sa.Column("is_owner", sa.Boolean, nullable=False),
        sa.Column("joined_at", sa.String, nullable=False),
    )
    op.create_index("members_account", "members", ["account"])
    op.create_table(
        "counters",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("ends_at", sa.Integer, nullable=False),
    )


def _account() -> "sa.Column[str]":
    return sa.Column(
        "account", sa.String, sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False
    )
