"""Teams: found one, invite by a link that works once, share one's skills or not, see who can do what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backwright.model.account import Account, Member, Team
from backwright.model.errors import BadRequest, NotFound, Refused
from backwright.usecases.accounts import NO_TICKET
from backwright.usecases.report import skill_rows
from backwright.usecases.standing import standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.usecases.accounts import Accounts
    from backwright.usecases.bench import Bench

NAME_MAX = 60
TEAMS_MAX = 20  # that one person is in
MEMBERS_MAX = 100  # of one team: the matrix has a column for each


@dataclass(frozen=True)
class SkillLine:
    """One skill and where each member who shares stands: strong, gap, unknown, "" for what does not concern them.

    The languages that somebody does not use do not concern them.
    """

    id: str
    name: str
    states: tuple[str, ...]

    @property
    def strong(self) -> int:
        """How many can do it."""
        return self.states.count("strong")


@dataclass(frozen=True)
class Count:
    """How many skills of a domain are in which state for one member."""

    strong: int
    gap: int
    unknown: int


@dataclass(frozen=True)
class DomainLine:
    """One domain, and each member's counts in it."""

    name: str
    members: tuple[Count, ...]


@dataclass(frozen=True)
class Matrix:
    """Who can do what in a team, of those who share.

    Attributes:
        members: Everybody in the team, by name.
        sharing: The columns, those who share.
        domains: A line for each domain.
        domain: The domain whose skills are listed, "" for none.
        alone: Skills that exactly one member can do: what leaves with them.
    """

    team: Team
    members: tuple[Member, ...]
    sharing: tuple[Member, ...]
    domains: tuple[DomainLine, ...]
    domain: str
    skills: tuple[SkillLine, ...]
    alone: tuple[SkillLine, ...]


@dataclass(frozen=True)
class Teams:
    """Everything about teams, over the accounts of a site."""

    accounts: Accounts

    def found(self, by: Account, name: str) -> Team:
        """Make a team; its founder owns it and shares nothing yet."""
        name = name.strip()
        if not name or len(name) > NAME_MAX or not name.isprintable():
            raise BadRequest(f"a team's name has 1 to {NAME_MAX} characters that can be printed")
        self._check_room(by)
        clock = self.accounts.clock
        team = Team(clock.new_id(), name, clock.now())
        self.accounts.people.add_team(team, by.id)
        return team

    def invite(self, by: Account, team: str) -> str:
        """Return a token with which one person joins."""
        self._owner(by, team)
        if len(self.accounts.people.members(team)) >= MEMBERS_MAX:
            raise BadRequest(f"a team has at most {MEMBERS_MAX} members")
        return self.accounts.issue("team", team)

    def invited_to(self, token: str) -> Team | None:
        """Return which team a link opens."""
        ticket = self.accounts.look(token, "team")
        return self.accounts.people.team(ticket.about) if ticket else None

    def join(self, by: Account, token: str) -> Team:
        """Join by a link; what one can do is shared only when one says so."""
        self._check_room(by)
        ticket = self.accounts.take(token, "team")
        team = self.accounts.people.team(ticket.about) if ticket else None
        if team is None or not self.accounts.people.join(team.id, by.id, self.accounts.clock.now()):
            raise Refused(*NO_TICKET)
        return team

    def share(self, by: Account, team: str, *, shares: bool) -> None:
        """Let the team see one's skills, or no longer, from the next look on."""
        self._member(by, team)
        self.accounts.people.share(team, by.id, shares=shares)

    def leave(self, by: Account, team: str) -> None:
        """Leave a team."""
        self._member(by, team)
        self.accounts.people.leave(team, by.id)

    def remove(self, by: Account, team: str, whom: str) -> None:
        """Take somebody out of a team that one owns."""
        self._owner(by, team)
        if whom == by.id:
            raise BadRequest("to go yourself, leave the team")
        self.accounts.people.leave(team, whom)

    def matrix(self, by: Account, team: str, bench: Bench, domain: str = "") -> Matrix:
        """Return who can do what, of the members who share at this moment.

        Args:
            bench: Over everybody's evidence; only rows of members who share are read.
            domain: The domain whose skills are listed.
        """
        self._member(by, team)
        people = self.accounts.people
        found, members = people.team(team), people.members(team)
        if found is None:
            raise _no_team()
        sharing = tuple(each for each in members if each.shares)
        rows = [
            {row.id: row.state for row in skill_rows(own.catalog, standing(own).mastery)}
            for own in (replace(bench, profile=each.account) for each in sharing)
        ]
        by_domain: dict[str, list[SkillLine]] = {name: [] for name in bench.catalog.domains}
        for skill in bench.catalog.real_skills:
            if any(skill.id in states for states in rows):
                # Who has answered nothing is not known in anything.
                states = tuple(states.get(skill.id, "") if states else "unknown" for states in rows)
                by_domain[skill.domain].append(SkillLine(skill.id, skill.name, states))
        domains = tuple(
            DomainLine(name, tuple(_count(lines, place) for place in range(len(sharing))))
            for name, lines in by_domain.items()
            if lines
        )
        every = [line for lines in by_domain.values() for line in lines]
        alone = tuple(line for line in every if line.strong == 1) if len(sharing) > 1 else ()
        listed = tuple(by_domain.get(domain, ()))
        return Matrix(found, members, sharing, domains, domain if listed else "", listed, alone)

    def _check_room(self, by: Account) -> None:
        if len(self.accounts.people.teams_of(by.id)) >= TEAMS_MAX:
            raise BadRequest(f"you are in {TEAMS_MAX} teams; leave one first")

    def _member(self, by: Account, team: str) -> Member:
        for each in self.accounts.people.members(team):
            if each.account == by.id:
                return each
        raise _no_team()  # whether it is there is nobody's business but its members'

    def _owner(self, by: Account, team: str) -> None:
        if not self._member(by, team).is_owner:
            raise Refused("only who owns the team may do this")


def _count(lines: Sequence[SkillLine], place: int) -> Count:
    states = [line.states[place] for line in lines]
    return Count(*(states.count(state) for state in ("strong", "gap", "unknown")))


def _no_team() -> NotFound:
    return NotFound("you are in no such team")
