"""Guides: a page on one service or one common question, and where its statements come from."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["service", "question"]


@dataclass(frozen=True)
class Guide:
    """One page.

    Attributes:
        about: Its first paragraph, one line.
        sections: (heading, Markdown) in order, without skills, sources and commands.
        skills: Ids of the skills that it teaches.
        sources: (title, URL); number 1 is cited as [1].
        commands: What to do now, each a whole command line.
    """

    id: str
    kind: Kind
    title: str
    about: str
    sections: tuple[tuple[str, str], ...]
    skills: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]
