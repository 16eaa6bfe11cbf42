"""A reference of advice as text for a reader."""

from backwright.catalog.advice import OWN
from backwright.usecases.bench import Bench


def cited(reference: str, bench: Bench) -> str:
    """Return "source id/section" as text; what is our judgement says so."""
    if reference == OWN:
        return "our judgement"
    if reference.startswith("rfc/rfc"):
        return f"RFC {reference.removeprefix('rfc/rfc')}"
    return bench.catalog.citation(reference)
