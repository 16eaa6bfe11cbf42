"""Boundaries: a team's own rules about which module may import which, checked as contracts."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Finding, Severity
from backwright.review.link.model import Model
from backwright.review.link.packs import matches
from backwright.review.reviewing import fingerprint

RULE = "module-boundary"


class Boundary(Protocol):
    """What a boundary says: see usecases.review_config.Boundary."""

    @property
    def module(self) -> str: ...
    @property
    def may_import(self) -> list[str] | None: ...
    @property
    def may_not_import(self) -> list[str]: ...
    @property
    def why(self) -> str: ...


def boundary_findings(model: Model, boundaries: Iterable[Boundary]) -> Iterator[Finding]:
    """Yield one finding for each import that crosses a boundary that the team has drawn."""
    for boundary in boundaries:
        for crossing in model.modules.crossings:
            if not matches([boundary.module], crossing.source):
                continue
            refused = matches(boundary.may_not_import, crossing.target) or (
                boundary.may_import is not None and not matches(boundary.may_import, crossing.target)
            )
            if refused:
                file = model.files[crossing.at].path
                message = f"{crossing.source} imports {crossing.names} of {crossing.target}, which backwright.toml does not allow"
                yield Finding(
                    RULE, file, crossing.line, Severity.MEDIUM, Confidence.HIGH, message, "arch.monolith",
                    fix=boundary.why or "Go through what that module offers, or move the code to where it belongs.",
                    path=(Spot(file, crossing.line, f"{crossing.source} -> {crossing.target}"),),
                    fingerprint=fingerprint(RULE, file, crossing.source, message),
                )  # fmt: skip
