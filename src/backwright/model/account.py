"""Who may come to a served page: accounts, their sessions and tokens, tickets that work once, teams."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# What a bearer token may do: look only, or also write.
Scope = Literal["read", "write"]
# What a ticket opens, once: the first account, an account, a new password, a team, the way back from a provider.
TicketKind = Literal["first", "account", "password", "team", "provider"]
# Who may make an account: whom the operator makes one for, whoever has an invitation, anybody.
SignUp = Literal["closed", "invite", "open"]


@dataclass(frozen=True)
class Account:
    """Somebody who may log in. The id is the profile of their evidence; the name is for people only.

    Attributes:
        name: As they typed it; unique without regard to case.
        password: The argon2id hash, "" as long as none is chosen.
        subject: Who they are at the OpenID provider, "issuer subject"; "" without one.
        is_operator: May make, disable and reset accounts; sees no answers and no reports.
    """

    id: str
    name: str
    created_at: datetime
    password: str = ""
    subject: str = ""
    is_operator: bool = False
    is_disabled: bool = False
    last_login_at: datetime | None = None


@dataclass(frozen=True)
class Session:
    """One browser that is logged in.

    Attributes:
        id: Names it in lists; opens nothing.
        digest: Of the token in the browser's cookie; the token itself is not kept.
        device: What the browser said it is.
    """

    id: str
    digest: str
    account: str
    device: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class ApiToken:
    """A key for programs.

    Attributes:
        digest: Of the token; it is shown once and not kept.
    """

    id: str
    digest: str
    account: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True)
class Ticket:
    """What opens one thing once.

    Attributes:
        about: The account or team that it is for; "" for none.
        note: What must be known when it is used, such as the name of the account to be.
    """

    digest: str
    kind: TicketKind
    about: str
    note: str
    expires_at: datetime


@dataclass(frozen=True)
class Team:
    """People who may look at each other's skills, as far as each has agreed."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class Member:
    """One person's place in a team.

    Attributes:
        shares: Whether the team sees their skills. Off until they switch it on.
        is_owner: May invite, and rename or end the team.
    """

    team: str
    account: str
    name: str
    shares: bool
    is_owner: bool
    joined_at: datetime
