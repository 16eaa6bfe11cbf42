"""What people do with accounts: make one, log in, end sessions, change a password, keep tokens, leave."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from backwright.model.account import Account, ApiToken, Scope, Session, SignUp, Ticket, TicketKind
from backwright.model.errors import BadRequest, NotFound, Refused, TooMany

if TYPE_CHECKING:
    from backwright.usecases.ports import Clock, Known, Limiter, People, Secrets, Store

# NIST SP 800-63B-4, 3.1.1: fifteen characters where the password is all there is; no rule on what they are.
PASSWORD_MIN, PASSWORD_MAX = 15, 256
PASSWORD_KINDS_MIN = 5  # different characters: "aaaaaaaaaaaaaaa" is tried first
NAME_MAX = 64
SAME_NAMES_MAX = 100  # people of one name, told apart by a number
DEVICE_MAX = 120  # characters kept of what a browser says it is
TOKEN_NAME_MAX = 60
TOKENS_MAX = 20  # of one person: more would not be told apart
# OWASP's Session Management Cheat Sheet leaves both to the risk. Here is no money: a learner comes back daily.
SESSION_IDLE = timedelta(days=7)
SESSION_LONGEST = timedelta(days=30)
SEEN_EVERY = timedelta(
    minutes=1
)  # how exactly "last used" is kept: a write a request would be too much
TOKEN_DAYS = 90
TICKET_LASTS: dict[TicketKind, timedelta] = {
    "first": timedelta(days=7),
    "account": timedelta(days=7),
    "password": timedelta(hours=24),
    "team": timedelta(days=7),
    "provider": timedelta(minutes=10),
}
# Guesses, as (how many, seconds). NIST allows 100 in a row on one account; a person mistypes less than ten times.
LOGINS_HERE = (10, 900)  # one account from one address
LOGINS_ACCOUNT = (100, 3600)  # one account from everywhere: slows a botnet, hardly a person
LOGINS_ADDRESS = (60, 900)  # one address on all accounts: an office has one address, too
NEW_ACCOUNTS = (60, 3600)  # attempts from one address: an office on its first day, with mistakes
INVITATIONS = (50, 86400)  # by one person in a day: a team, not a mailing list
TICKET_TRIES = (30, 900)  # wrong links from one address; 256 bits need no more protection than that


@dataclass(frozen=True)
class LoggedIn:
    """Somebody who has just proved who they are, and the token for their browser's cookie."""

    account: Account
    token: str


@dataclass(frozen=True)
class Way:
    """A login on its way to an OpenID provider and back.

    Attributes:
        state: Only the browser that began brings it back.
        nonce: Only the provider's answer to this login repeats it.
        verifier: Only who has it can use the code (PKCE).
        ticket: Of an invitation, "" without one.
    """

    state: str
    nonce: str
    verifier: str
    next: str
    ticket: str


@dataclass(frozen=True)
class Accounts:
    """Everything about accounts over the ports it needs. One for a served site.

    Attributes:
        sign_up: Who may make an account.
    """

    people: People
    secrets: Secrets
    clock: Clock
    limiter: Limiter
    sign_up: SignUp = "closed"

    # -- the first account ------------------------------------------------------------------------

    def first_ticket(self) -> str:
        """Return a token that makes the first account, "" if there is one already.

        Each start makes a new one and ends the older ones.
        """
        if self.people.accounts():
            return ""
        self.people.drop_tickets("first", "")
        return self._issue("first")

    # -- coming in --------------------------------------------------------------------------------

    def new_account(self, name: str, password: str, ticket: str, address: str) -> Account:
        """Make an account: the first, one that somebody was invited to, or anybody's if that is open."""
        self._count(NEW_ACCOUNTS, "new", address)
        name = checked_name(name)
        check_password(password, name)
        kind = self.ticket_kind(ticket)
        if kind is None and (ticket or self.sign_up != "open"):
            raise Refused(*NO_TICKET)
        made = Account(self.clock.new_id(), name, self.clock.now(), self.secrets.hash(password))
        if kind == "first":
            made = replace(made, is_operator=True)
            if not self.people.add_first(made):
                raise Refused("there is an operator already", hint="backwright serve")
            self.people.drop_tickets("first", "")
            return made
        if self.people.named(name):  # before the ticket is used up
            raise BadRequest(f"the name '{name}' is taken; choose another")
        if kind == "account" and not self._take(ticket, "account"):
            raise Refused(*NO_TICKET)
        if not self.people.add_account(made):
            raise BadRequest(f"the name '{name}' is taken; choose another")
        return made

    def ticket_kind(self, ticket: str) -> TicketKind | None:
        """Return what a link to the sign-up page opens, None if nothing (any more)."""
        kinds: tuple[TicketKind, ...] = ("first", "account")
        return next((kind for kind in kinds if ticket and self._look(ticket, kind)), None)

    def log_in(self, name: str, password: str, device: str, address: str) -> LoggedIn:
        """Return the new session of somebody who knows the password.

        The answer is the same, and takes as long, whether the name or the password is wrong or the account is disabled.

        Raises:
            TooMany: Guessed too often, on this account or from this address.
            Refused: Not them.
        """
        who = name.strip().casefold()[:NAME_MAX]
        self._look_at(LOGINS_ADDRESS, "address", address)
        self._look_at(LOGINS_HERE, "here", who, address)
        self._look_at(LOGINS_ACCOUNT, "account", who)
        account = self.people.named(name)
        is_right = self.secrets.matches(account.password if account else "", password)
        if account is None or not is_right or account.is_disabled:
            self.limiter.hit(LOGINS_ADDRESS, "address", address)
            self.limiter.hit(LOGINS_HERE, "here", who, address)
            self.limiter.hit(LOGINS_ACCOUNT, "account", who)
            raise Refused("name or password is wrong", detail=FORGOTTEN)
        self.limiter.forgive(LOGINS_HERE, "here", who, address)
        if self.secrets.is_dated(account.password):
            account = replace(account, password=self.secrets.hash(password))
        return self.begin(account, device)

    def begin(self, account: Account, device: str) -> LoggedIn:
        """Begin a session of somebody who has proved who they are; always a new token."""
        now = self.clock.now()
        token = self.secrets.new_token()
        account = replace(account, last_login_at=now)
        self.people.change(account)
        self.people.add_session(
            Session(
                self.clock.new_id(),
                self.secrets.digest(token),
                account.id,
                device.strip()[:DEVICE_MAX] or "unknown",
                now,
                now,
            )
        )
        self.people.sweep(now, now - SESSION_IDLE)
        return LoggedIn(account, token)

    def who(self, token: str) -> tuple[Account, Session] | None:
        """Return whose session a cookie's token is; None if it is nobody's, ended, too old or disabled."""
        found = self.people.session(self.secrets.digest(token))
        if found is None:
            return None
        session, account = found
        now = self.clock.now()
        if now - session.seen_at > SESSION_IDLE or now - session.created_at > SESSION_LONGEST:
            self.people.end_session(account.id, session.id)
            return None
        if account.is_disabled:
            return None
        if now - session.seen_at > SEEN_EVERY:
            self.people.saw(session.digest, now)
        return account, session

    def log_out(self, token: str) -> None:
        """End the session of a browser."""
        if found := self.people.session(self.secrets.digest(token)):
            self.people.end_session(found[1].id, found[0].id)

    # -- by a provider ----------------------------------------------------------------------------

    def begin_at_provider(self, next_: str, ticket: str) -> Way:
        """Return what a login at a provider needs on its way, kept for ten minutes."""
        nonce, verifier = self.secrets.new_token(), self.secrets.new_token()
        note = json.dumps({"nonce": nonce, "verifier": verifier, "next": next_, "ticket": ticket})
        state = self._issue("provider", note=note)
        return Way(state, nonce, verifier, next_, ticket)

    def back_from_provider(self, state: str) -> Way | None:
        """Return the login that a state belongs to, once."""
        kept = self._take(state, "provider")
        return Way(state=state, **json.loads(kept.note)) if kept else None

    def account_at_provider(self, known: Known, ticket: str) -> Account:
        """Return the account of somebody the provider knows; one is made if they may have one.

        Raises:
            Refused: They have none, and were not invited, and accounts are not for anybody. Or it is disabled.
        """
        account = self.people.of_subject(known.subject)
        if account is not None:
            if account.is_disabled:
                raise Refused("this account is disabled")
            return account
        kind = self.ticket_kind(ticket)
        if kind is None and self.sign_up != "open":
            raise Refused(
                "you have no account here yet",
                detail="Whoever runs this server can send you a link; follow it and log in there.",
            )
        name = checked_name(
            "".join(c for c in known.name if c.isprintable())[: NAME_MAX - 4] or "?"
        )
        made = Account(self.clock.new_id(), name, self.clock.now(), subject=known.subject)
        if kind == "first":
            made = replace(made, is_operator=True)
            if not self.people.add_first(made):
                raise Refused(*NO_TICKET)
            self.people.drop_tickets("first", "")
            return made
        if kind == "account" and not self._take(ticket, "account"):
            raise Refused(*NO_TICKET)
        for number in range(1, SAME_NAMES_MAX):
            # A name that is taken belongs to whoever has it: the provider's word on names proves nothing.
            tried = replace(made, name=name if number == 1 else f"{name} {number}")
            if self.people.add_account(tried):
                return tried
        raise BadRequest(f"the name '{name}' is taken too often")

    # -- one's own account ------------------------------------------------------------------------

    def change_password(
        self, account: Account, old: str, new: str, device: str, address: str
    ) -> LoggedIn:
        """Set a new password; every session ends and this browser gets a new one."""
        who = account.name.casefold()
        self._look_at(LOGINS_HERE, "here", who, address)
        if account.password and not self.secrets.matches(account.password, old):
            self.limiter.hit(LOGINS_HERE, "here", who, address)
            raise Refused("the present password is not this one")
        check_password(new, account.name)
        self.people.end_sessions(account.id)
        return self.begin(replace(account, password=self.secrets.hash(new)), device)

    def proves(self, account: Account, password: str, address: str) -> None:
        """Raise Refused unless the password is the account's; accounts of a provider have none to ask for."""
        who = account.name.casefold()
        self._look_at(LOGINS_HERE, "here", who, address)
        if account.password and not self.secrets.matches(account.password, password):
            self.limiter.hit(LOGINS_HERE, "here", who, address)
            raise Refused("the password is not this one", detail="Nothing was changed.")

    def set_password(self, ticket: str, password: str, device: str, address: str) -> LoggedIn:
        """Set the password of whoever got the link; works once, and ends every session."""
        found = self._look(ticket, "password")
        account = self.people.account(found.about) if found else None
        if account is None or account.is_disabled:
            self._count(TICKET_TRIES, "ticket", address)
            raise Refused(*NO_TICKET)
        check_password(password, account.name)
        if not self._take(ticket, "password"):
            raise Refused(*NO_TICKET)
        self.people.end_sessions(account.id)
        self.limiter.forgive(LOGINS_ACCOUNT, "account", account.name.casefold())
        return self.begin(replace(account, password=self.secrets.hash(password)), device)

    def whose_password(self, ticket: str) -> Account | None:
        """Return whose password a link sets."""
        found = self._look(ticket, "password")
        return self.people.account(found.about) if found else None

    def new_token(self, account: Account, name: str, scope: Scope, days: int = TOKEN_DAYS) -> str:
        """Return a token for programs; it is shown this once."""
        if not name.strip() or len(name) > TOKEN_NAME_MAX:
            raise BadRequest(f"a token needs a name of 1 to {TOKEN_NAME_MAX} characters")
        if not 1 <= days <= 366:
            raise BadRequest(f"a token lasts 1 to 366 days, not {days}")
        if len(self.people.tokens(account.id)) >= TOKENS_MAX:
            raise BadRequest(f"you have {TOKENS_MAX} tokens; revoke one first")
        token, now = f"bw_{self.secrets.new_token()}", self.clock.now()
        self.people.add_token(
            ApiToken(
                self.clock.new_id(),
                self.secrets.digest(token),
                account.id,
                name.strip(),
                scope,
                now,
                now + timedelta(days=days),
            )
        )
        return token

    def bearer(self, token: str) -> tuple[Account, Scope] | None:
        """Return whose token a program sent, and what it may do; None if it is nobody's or has expired."""
        found = self.people.token(self.secrets.digest(token))
        if found is None or found[1].is_disabled:
            return None
        kept, account = found
        now = self.clock.now()
        if kept.expires_at <= now:
            return None
        if kept.used_at is None or now - kept.used_at > SEEN_EVERY:
            self.people.used_token(kept.digest, now)
        return account, kept.scope

    def leave(self, account: Account, store: Store) -> int:
        """Delete an account and its evidence; return how many rows went.

        The only operator stays until there is another: nobody could let people in.
        """
        if account.is_operator and not self._other_operator(account):
            raise BadRequest(
                "you are the only operator; make somebody else one first",
                detail="Nothing was deleted.",
            )
        gone = store.delete(account.id)
        self.people.forget(account.id)
        return gone

    # -- the operator -----------------------------------------------------------------------------

    def invite(self, by: Account, note: str = "") -> str:
        """Return a token with which one person makes an account; from an operator, or from anybody where that is set."""
        if not by.is_operator and self.sign_up == "invite":
            self._count(INVITATIONS, "invite", by.id)
        else:
            _needs_operator(by)
        return self._issue("account", note=note)

    def reset(self, by: Account, whose: str) -> str:
        """Return a token with which that person sets a new password; older ones end."""
        _needs_operator(by)
        account = self._account(whose)
        self.people.drop_tickets("password", account.id)
        return self._issue("password", account.id)

    def disable(self, by: Account, whose: str, *, is_disabled: bool) -> Account:
        """Keep somebody out, or let them in again; their evidence stays as it is."""
        _needs_operator(by)
        account = self._account(whose)
        if account.id == by.id:
            raise BadRequest("you cannot disable yourself")
        changed = replace(account, is_disabled=is_disabled)
        self.people.change(changed)
        if is_disabled:
            self.people.end_sessions(account.id)
        return changed

    def promote(self, by: Account, whose: str, *, is_operator: bool) -> Account:
        """Make somebody an operator, or no longer; one is always left."""
        _needs_operator(by)
        account = self._account(whose)
        if not is_operator and not self._other_operator(account):
            raise BadRequest("one operator has to stay")
        changed = replace(account, is_operator=is_operator)
        self.people.change(changed)
        return changed

    # -- tickets ----------------------------------------------------------------------------------

    def issue(self, kind: TicketKind, about: str = "", note: str = "") -> str:
        """Return the token of a new ticket."""
        return self._issue(kind, about, note)

    def take(self, token: str, kind: TicketKind) -> Ticket | None:
        """Return a ticket that is still good, and use it up."""
        return self._take(token, kind)

    def look(self, token: str, kind: TicketKind) -> Ticket | None:
        """Return a ticket that is still good, and leave it."""
        return self._look(token, kind)

    def _issue(self, kind: TicketKind, about: str = "", note: str = "") -> str:
        token = self.secrets.new_token()
        ends = self.clock.now() + TICKET_LASTS[kind]
        self.people.add_ticket(Ticket(self.secrets.digest(token), kind, about, note, ends))
        return token

    def _look(self, token: str, kind: TicketKind) -> Ticket | None:
        found = self.people.ticket(self.secrets.digest(token), kind)
        return found if found and found.expires_at > self.clock.now() else None

    def _take(self, token: str, kind: TicketKind) -> Ticket | None:
        found = self.people.take_ticket(self.secrets.digest(token), kind)
        return found if found and found.expires_at > self.clock.now() else None

    # -- what the rest needs ----------------------------------------------------------------------

    def _account(self, id_: str) -> Account:
        account = self.people.account(id_)
        if account is None:
            raise NotFound("there is no such account")
        return account

    def _other_operator(self, account: Account) -> bool:
        return any(
            each.is_operator and not each.is_disabled and each.id != account.id
            for each in self.people.accounts()
        )

    def _count(self, limit: tuple[int, int], *key: str) -> None:
        allowance = self.limiter.hit(limit, *key)
        if not allowance.allowed:
            raise _too_many(allowance.seconds)

    def _look_at(self, limit: tuple[int, int], *key: str) -> None:
        allowance = self.limiter.look(limit, *key)
        if not allowance.allowed:
            raise _too_many(allowance.seconds)


FORGOTTEN = "Whoever runs this server can send you a link that sets a new password."
NO_TICKET = ("this link has been used, has expired, or never was",)


def checked_name(name: str) -> str:
    """Return a name that can be used; BadRequest says what is wrong with it."""
    name = name.strip()
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise BadRequest(f"a name has 1 to {NAME_MAX} characters that can be printed")
    return name


def check_password(password: str, name: str) -> None:
    """Raise BadRequest if a password would be guessed soon."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadRequest(
            f"a password has {PASSWORD_MIN} to {PASSWORD_MAX} characters",
            detail="Four words that do not belong together are long enough and can be remembered.",
        )
    if len(set(password)) < PASSWORD_KINDS_MIN or name.casefold() * 2 in password.casefold():
        raise BadRequest("this password is tried first; take one that repeats less")


def _needs_operator(account: Account) -> None:
    if not account.is_operator or account.is_disabled:
        raise Refused("only an operator may do this")


def _too_many(seconds: int) -> TooMany:
    minutes = max(1, round(seconds / 60))
    return TooMany(
        "that was tried too often",
        seconds=seconds,
        detail=f"Try again in {minutes} {'minute' if minutes == 1 else 'minutes'}.",
    )
