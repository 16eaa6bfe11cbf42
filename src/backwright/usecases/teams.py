"""Teams: found one, invite by a link that works once, share one's skills or not, see who can do what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backwright.model.account import Account, Member, Team
from backwright.model.errors import BadRequest, NotFound, Refused
from backwright.usecases.accounts import NO_TICKET
from backwright.usecases.report import DomainRow, report_of
from backwright.usecases.standing import standing

if TYPE_CHECKING:
    from backwright.usecases.accounts import Accounts
    from backwright.usecases.bench import Bench

NAME_MAX = 60
TEAMS_MAX = 20  # that one person is in
MEMBERS_MAX = 100  # of one team: the matrix has a column for each


@dataclass(frozen=True)
class SkillLine:
    """One skill and where each member who shares stands: strong, gap or unknown."""

    id: str
    name: str
    states: tuple[str, ...]

    @property
    def strong(self) -> int:
        """How many can do it."""
        return self.states.count("strong")


@dataclass(frozen=True)
class DomainLine:
    """One domain, and each member's counts in it."""

    name: str
    members: tuple[DomainRow, ...]


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
        reports = [
            report_of(own, standing(own))
            for own in (replace(bench, profile=each.account) for each in sharing)
        ]
        if not reports:
            return Matrix(found, members, (), (), "", (), ())
        domains = tuple(
            DomainLine(lines[0].name, tuple(lines))
            for lines in zip(*(report.domains for report in reports), strict=True)
        )
        skills = tuple(
            (rows[0].domain, SkillLine(rows[0].id, rows[0].name, tuple(r.state for r in rows)))
            for rows in zip(*(report.skills for report in reports), strict=True)
        )
        listed = tuple(line for where, line in skills if where == domain)
        alone = tuple(line for _, line in skills if line.strong == 1) if len(reports) > 1 else ()
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


def _no_team() -> NotFound:
    return NotFound("you are in no such team")
