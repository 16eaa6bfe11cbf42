"""A passage that is quoted, with the sources that it rests on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """Where a passage rests on: a source's title and address."""

    title: str
    url: str


@dataclass(frozen=True)
class Quote:
    """A passage, quoted as it stands.

    Attributes:
        number: By which it is cited.
        page: Id of the page: a skill's id, or "rule:query-in-loop".
        text: Its sentences that fit the question best.
        command: Shows the whole passage.
        whole: The passage, for a language model; empty without one.
    """

    number: int
    page: str
    title: str
    heading: str
    text: str
    command: str
    sources: tuple[Reference, ...]
    whole: str = ""
