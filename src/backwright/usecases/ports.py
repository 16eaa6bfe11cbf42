"""Ports: what a use case may ask of the outside world. Adapters implement them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backwright.model.account import Account, ApiToken, Member, Session, Team, Ticket, TicketKind
from backwright.model.evidence import Evidence
from backwright.model.item import Run
from backwright.model.measured import LoadPlan, LoadRun
from backwright.model.source import Change, Tree


@dataclass(frozen=True)
class Ran:
    """What a program printed, and what went wrong (empty if nothing).

    Attributes:
        missing: The runtime is not on this machine, so nothing was run.
    """

    printed: str
    problem: str
    missing: bool = False


class Sandbox(Protocol):
    """Runs the catalog's own programs: questions, lessons. Never a user's code."""

    def runtimes(self) -> frozenset[str]:
        """Return the runtimes that this machine has, such as python, sqlite, node."""
        ...

    def run(self, run: Run) -> Ran:
        """Run one program within its limits and return what it printed."""
        ...

    def run_many(self, runs: Sequence[Run]) -> list[Ran]:
        """Run programs that share a process where that saves time; one result each, in order."""
        ...


class Store(Protocol):
    """The append-only evidence log. One contract suite runs over every adapter."""

    def append(self, rows: Sequence[Evidence]) -> int:
        """Add rows in one transaction, all or none; rows whose id is there already are skipped.

        Returns:
            How many were added.

        Raises:
            StoreProblem: The disk is full, read-only, or the database is damaged or newer.
        """
        ...

    def rows(self, profile: str) -> tuple[Evidence, ...]:
        """Return every row of a profile, in the order of recording."""
        ...

    def all_rows(self) -> Iterator[Evidence]:
        """Yield every row of everybody, in the order of recording."""
        ...

    def profiles(self) -> tuple[tuple[str, int], ...]:
        """Return (profile, rows) for each profile, by name."""
        ...

    def stamp(self, profile: str) -> str:
        """Return a text that changes whenever the rows of a profile do; cheap to ask for."""
        ...

    def delete(self, profile: str) -> int:
        """Forget a person; return how many rows went."""
        ...


class Clock(Protocol):
    """The time, new ids and chance."""

    def now(self) -> datetime:
        """Return the time, UTC."""
        ...

    def new_id(self) -> str:
        """Return a UUIDv7."""
        ...

    def seed(self) -> int:
        """Return a number nobody chose, below 2**31."""
        ...


class Cache(Protocol):
    """Keeps what is slow to compute and can be computed again. May forget at any time."""

    def get(self, key: str) -> bytes | None:
        """Return what was kept under the key, or None."""
        ...

    def put(self, key: str, value: bytes) -> None:
        """Keep the value, or quietly do not."""
        ...

    def clear(self) -> None:
        """Forget everything."""
        ...


class Lessons(Protocol):
    """Reads lessons when one is shown."""

    def read(self, skill: str) -> str:
        """Return the lesson's Markdown; NotFound if the skill has none."""
        ...

    def brief(self, skill: str) -> str:
        """Return the Markdown of the brief that stands in for a lesson, "" if there is none."""
        ...


class Files(Protocol):
    """The files a person names: exports and imports."""

    def write(self, path: str, text: str) -> str:
        """Write the text whole or not at all; return the absolute path."""
        ...

    def read(self, path: str) -> str:
        """Return the text of a file; NotFound if there is none."""
        ...

    def load(self, path: str, limit: int) -> bytes:
        """Return the bytes of a file of at most `limit`; NotFound if there is none, BadRequest if it is larger."""
        ...


class Trees(Protocol):
    """Folders of source code that a person names. Read only, unless a fix is asked for."""

    def root(self, path: str) -> str:
        """Return the folder that `scan` would go through; NotFound if there is neither folder nor file."""
        ...

    def scan(self, path: str, exclude: Sequence[str] = ()) -> Tree:
        """Return what lies below a folder, or one file; NotFound if there is neither."""
        ...

    def read(self, root: str, path: str) -> bytes | None:
        """Return a file's content; None if it is gone or cannot be read."""
        ...

    def write(self, root: str, path: str, content: bytes) -> None:
        """Replace a file's content, whole or not at all; StoreProblem if it cannot be written."""
        ...


class Git(Protocol):
    """What git knows about a folder."""

    def change(self, root: str, ref: str) -> Change:
        """Return what differs from a revision, "" for the merge base with main; BadRequest without git or revision."""
        ...

    def identity(self, root: str) -> str:
        """Return the address under which the person commits, "" if there is none."""
        ...

    def own_lines(self, root: str, path: str, lines: Sequence[int], address: str) -> frozenset[int]:
        """Return which of these lines that address wrote last."""
        ...

    def together(self, root: str, commits: int) -> tuple[tuple[str, ...], ...]:
        """Return the files of each of the last commits, newest first; () without git."""
        ...


class FactStore(Protocol):
    """Facts of files that were read before. May forget at any time."""

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Return what is kept under these keys."""
        ...

    def put(self, values: Mapping[str, bytes]) -> None:
        """Keep these values, or quietly do not."""
        ...


class LoadGenerator(Protocol):
    """Sends requests to a service of the person's own, and says what came back and how clean it was."""

    def run(
        self, plan: LoadPlan, *, is_own_host: bool = False, system: tuple[str, ...] = ()
    ) -> LoadRun:
        """Carry out a plan; a server that dies meanwhile is part of the result.

        Args:
            is_own_host: Accept addresses that are not this machine, at a bounded rate.
            system: Names of processes that belong to what is measured, such as "postgres".

        Raises:
            BadRequest: Not http, not loopback, or more than is measured at once.
            NotFound: Nothing answers there.
        """
        ...


class Servers(Protocol):
    """Starts a person's server for a measurement and ends it, children and all."""

    def free_port(self) -> int:
        """Return a port on loopback that nobody listens on."""
        ...

    def serve(
        self, command: str, environment: Mapping[str, str], port: int
    ) -> AbstractContextManager[int]:
        """Return a block in which the command runs and listens on the port; gives its process id.

        Raises:
            NotFound: It cannot be started, or does not listen in time.
        """
        ...


class People(Protocol):
    """Accounts, sessions, tokens, tickets and teams. One contract suite runs over every database.

    Every method is one transaction and may raise StoreProblem: the database does not answer.
    """

    def add_account(self, account: Account) -> bool:
        """Add an account; False if the name or subject is taken."""
        ...

    def add_first(self, account: Account) -> bool:
        """Add an account if there is none yet, however many ask at once."""
        ...

    def account(self, id_: str) -> Account | None:
        """Return an account by id."""
        ...

    def named(self, name: str) -> Account | None:
        """Return an account by name, without regard to case."""
        ...

    def of_subject(self, subject: str) -> Account | None:
        """Return the account of somebody at the OpenID provider."""
        ...

    def accounts(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        ...

    def change(self, account: Account) -> None:
        """Replace what is stored about an account, all but its id, name and creation."""
        ...

    def forget(self, account: str) -> None:
        """Remove an account with its sessions, tokens, tickets, memberships, and teams that nobody is left in."""
        ...

    def add_session(self, session: Session) -> None:
        """Add a session."""
        ...

    def session(self, digest: str) -> tuple[Session, Account] | None:
        """Return a session with its account."""
        ...

    def sessions(self, account: str) -> tuple[Session, ...]:
        """Return the sessions of an account, last seen first."""
        ...

    def saw(self, digest: str, at: datetime) -> None:
        """Note when a session was last used."""
        ...

    def end_session(self, account: str, id_: str) -> bool:
        """End one session of an account; False if they have none of that id."""
        ...

    def end_sessions(self, account: str, but: str = "") -> int:
        """End the sessions of an account, all but one digest; return how many ended."""
        ...

    def add_token(self, token: ApiToken) -> None:
        """Add a token."""
        ...

    def token(self, digest: str) -> tuple[ApiToken, Account] | None:
        """Return a token with its account."""
        ...

    def tokens(self, account: str) -> tuple[ApiToken, ...]:
        """Return the tokens of an account, newest first."""
        ...

    def used_token(self, digest: str, at: datetime) -> None:
        """Note when a token was last used."""
        ...

    def end_token(self, account: str, id_: str) -> bool:
        """Revoke one token of an account; False if they have none of that id."""
        ...

    def add_ticket(self, ticket: Ticket) -> None:
        """Add a ticket."""
        ...

    def ticket(self, digest: str, kind: TicketKind) -> Ticket | None:
        """Return a ticket without using it."""
        ...

    def take_ticket(self, digest: str, kind: TicketKind) -> Ticket | None:
        """Return a ticket and remove it: of many who ask at once, one gets it."""
        ...

    def drop_tickets(self, kind: TicketKind, about: str) -> None:
        """Remove the tickets of a kind for one account or team."""
        ...

    def add_team(self, team: Team, owner: str) -> None:
        """Add a team with its first member."""
        ...

    def team(self, id_: str) -> Team | None:
        """Return a team."""
        ...

    def teams_of(self, account: str) -> tuple[Team, ...]:
        """Return the teams that an account is in, by name."""
        ...

    def members(self, team: str) -> tuple[Member, ...]:
        """Return who is in a team, by name."""
        ...

    def join(self, team: str, account: str, at: datetime) -> bool:
        """Make an account a member who does not share; False if there is no such team."""
        ...

    def leave(self, team: str, account: str) -> None:
        """End a membership; the oldest other member becomes owner of a team without one, an empty team ends."""
        ...

    def share(self, team: str, account: str, *, shares: bool) -> None:
        """Let a team see a member's skills, or no longer."""
        ...

    def sweep(self, now: datetime, sessions_before: datetime) -> None:
        """Remove what has expired: tickets, tokens, counters, sessions last seen before a moment."""
        ...


class Secrets(Protocol):
    """Passwords and tokens: made, hashed, compared."""

    def new_token(self) -> str:
        """Return 256 bits that nobody can guess, as text that may stand in a URL."""
        ...

    def digest(self, token: str) -> str:
        """Return what is stored of a token."""
        ...

    def hash(self, password: str) -> str:
        """Return what is stored of a password. Takes some 40 ms of a processor, on purpose."""
        ...

    def matches(self, stored: str, password: str) -> bool:
        """Whether a password is the stored one; takes as long when nothing is stored ("")."""
        ...

    def is_dated(self, stored: str) -> bool:
        """Whether it was hashed with weaker parameters than today's, so that a login should hash it again."""
        ...


@dataclass(frozen=True)
class Known:
    """Whom an OpenID provider knows.

    Attributes:
        subject: Its name and theirs, "issuer subject": never somebody else's.
        name: What they are called there; may change, proves nothing.
    """

    subject: str
    name: str


class Provider(Protocol):
    """An OpenID provider, at which people log in instead of here."""

    label: str

    def begin(self, state: str, nonce: str, verifier: str) -> str:
        """Return the address to send a browser to."""
        ...

    def finish(self, code: str, nonce: str, verifier: str) -> Known:
        """Return whom a code stands for.

        Raises:
            Refused: Nobody, or what the provider says is not signed, not for us, or not of this login.
            BackwrightError: The provider does not answer.
        """
        ...


@dataclass(frozen=True)
class Allowance:
    """What a limit says of one more request.

    Attributes:
        left: How many more are allowed in this window.
        seconds: Until the window ends.
    """

    allowed: bool
    limit: int
    left: int
    seconds: int


class Limiter(Protocol):
    """Counts what happens in windows of time."""

    def hit(self, limit: tuple[int, int], *key: str) -> Allowance:
        """Count one more under a key; limit is (how many, seconds)."""
        ...

    def look(self, limit: tuple[int, int], *key: str) -> Allowance:
        """Say how a key stands, and count nothing."""
        ...

    def forgive(self, limit: tuple[int, int], *key: str) -> None:
        """Forget what was counted under a key."""
        ...


class SentenceEncoder(Protocol):
    """Compares sentences by what they mean."""

    size: int

    def kept(self, sentences: Sequence[str]) -> bytes:
        """Return one vector of `size` 8-bit numbers for each sentence, those known before without computing."""
        ...

    def compared(self, sentence: str, kept: object) -> Sequence[float]:
        """Return the cosine of a sentence with each row of an array of such vectors."""
        ...


@dataclass(frozen=True)
class Said:
    """One turn of a conversation: who spoke, "person" or "model", and what."""

    who: str
    text: str


@dataclass(frozen=True)
class Tool:
    """Something that a language model may call.

    Attributes:
        schema: JSON Schema of its arguments.
        run: From arguments to text; never raises what is the caller's mistake, but says it.
    """

    name: str
    about: str
    schema: dict[str, object]
    run: Callable[[dict[str, object]], str]


class LanguageModel(Protocol):
    """A language model: phrases from what it is given, and may ask for more by calling tools."""

    @property
    def name(self) -> str:
        """What it is called, without its key."""
        ...

    def converse(
        self,
        instructions: str,
        before: Sequence[Said],
        question: str,
        tools: Sequence[Tool],
        heard: Callable[[str], None],
    ) -> str:
        """Return its reply, each piece of which was given to `heard` as it came.

        Raises:
            ModelProblem: The key is wrong, the quota is used up, nothing answers or not in time.
        """
        ...
