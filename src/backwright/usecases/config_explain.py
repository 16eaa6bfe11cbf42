"""Config explain: each setting, its value and where that comes from."""

from dataclasses import dataclass

from backwright.usecases.bench import Bench


@dataclass(frozen=True)
class Ask:
    """Nothing to ask: all settings are shown."""


@dataclass(frozen=True)
class Row:
    """One setting.

    Attributes:
        value: As used now; a password in a URL is left out.
        origin: "default", or the variable that set it.
        variable: The environment variable that sets it.
    """

    name: str
    value: str
    origin: str
    variable: str
    help: str


@dataclass(frozen=True)
class Answer:
    """Every setting, in the order of the reference page."""

    settings: tuple[Row, ...]


def run(ask: Ask, bench: Bench) -> Answer:
    """Explain the settings."""
    return Answer(tuple(Row(*row) for row in bench.settings()))
