"""Colour as a second channel: the same text, with rich, on a terminal only."""

import os
from typing import TextIO

from rich.console import Console
from rich.highlighter import RegexHighlighter
from rich.theme import Theme

LABELS = "sure|target|P50|order|week 1|why|path|proof|fix|do|learn|source|read|unread|basis|guess|since|answer|pace|keep|drop|plan|due|you|can|needs|opens|topics|tools|here|moved|dropped|ran|logged|length|usual|seed|switch|saves|near|before|after|skill|not it|the work|not when|docs|roles|age|or|written|lesson|deadline|system|out|beaten|unproved|flips|measure|cpu|bands|pair|words|hours"  # noqa: E501


class Marks(RegexHighlighter):
    """States, labels and commands."""

    base_style = "bw."
    highlights = [  # noqa: RUF012  (rich's own class attribute)
        r"(?P<strong>(?<![\w-])strong(?![\w-]))",
        r"(?P<gap>(?<![\w-])gaps?(?![\w-]))",
        r"(?P<strong>(?<=[ +])\++(?=[-?\s]|$))",
        r"(?P<command>backwright [a-z][^\n]*?(?=  |$|\\$))",
        rf"(?m)^(?P<label>{LABELS})(?=  )",
        r"(?m)^(?P<label>next|try:)(?= )",
        r"(?m)^(?P<wrong>Not [a-e]|Wrong)(?=[:,.])",
        r"(?m)^(?P<right>Right)(?=[:,.])",
    ]


THEME = Theme(
    {
        "bw.strong": "green",
        "bw.gap": "yellow",
        "bw.command": "bold cyan",
        "bw.label": "bold",
        "bw.wrong": "bold red",
        "bw.right": "bold green",
    }
)


def write(stream: TextIO, text: str, width: int) -> None:
    """Write the text with colour; NO_COLOR keeps bold only. Never wraps or changes a word."""
    console = Console(
        file=stream,
        theme=THEME,
        color_system="standard",
        force_terminal=True,
        width=max(width, 200),
        no_color=bool(os.environ.get("NO_COLOR")) or None,  # noqa: TID251  (the terminal's)
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=True,
    )
    console.print(Marks()(text), end="", soft_wrap=True)
