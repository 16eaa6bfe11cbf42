"""Findings: what is wrong, where, how it comes about, and what it teaches."""

from dataclasses import dataclass
from enum import StrEnum

from backwright.model.blueprint import Spot


class Severity(StrEnum):
    """How bad it is if it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return ("high", "medium", "low").index(self.value)


class Confidence(StrEnum):
    """How sure we are that it is true."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Tier(StrEnum):
    """Who wants to see it: everybody, who asked for more, or an auditor."""

    DEFAULT = "default"
    STRICT = "strict"
    AUDIT = "audit"

    @property
    def rank(self) -> int:
        """0 for default."""
        return ("default", "strict", "audit").index(self.value)


@dataclass(frozen=True)
class Edit:
    """A change of one line that mends a finding without changing anything else.

    Attributes:
        old, new: Text within the line.
        is_safe: Whether behaviour stays as it is but for the defect.
    """

    file: str
    line: int
    old: str
    new: str
    is_safe: bool = True


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        rule: Kebab-case name of the bad thing.
        file, line: Where to look first.
        message: One sentence about this case.
        path: From where it starts (an endpoint) to where it happens.
        symbol: Function or class it stands in.
        cwe: Number of the weakness, 0 for none.
        fix: What to do, in one or two sentences.
        fingerprint: Stays the same when lines move: rule, file, symbol and what stands there.
        edit: A mechanical fix, if there is one.
    """

    rule: str
    file: str
    line: int
    severity: Severity
    confidence: Confidence
    message: str
    skill: str
    fix: str = ""
    path: tuple[Spot, ...] = ()
    symbol: str = ""
    cwe: int = 0
    fingerprint: str = ""
    edit: Edit | None = None
