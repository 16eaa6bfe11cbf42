"""What the terminal is: its width, whether anybody looks, which colours it may show."""

import codecs
import io
import os
import shutil
import sys
from dataclasses import dataclass
from typing import TextIO

WIDTH_MIN, WIDTH_MAX = 20, 80


@dataclass(frozen=True)
class Terminal:
    """Where text goes and how.

    Attributes:
        width: Columns to wrap at, 20 to 80.
        answers, talk: Streams of the answer (stdout) and of the conversation (stderr).
        is_talking: Whether a person types (stdin is a terminal).
        colour: Whether escape sequences may be written at all.
    """

    width: int
    answers: TextIO
    talk: TextIO
    is_talking: bool
    plain: bool
    no_color: bool

    def shows_colour(self, stream: TextIO) -> bool:
        """Whether this stream may get escape sequences."""
        return not (self.plain or self.no_color or dumb()) and stream.isatty()

    def answer(self, text: str) -> None:
        """Write an answer to stdout."""
        self._write(self.answers, text)

    def say(self, text: str = "") -> None:
        """Write a line of the conversation to stderr."""
        self._write(self.talk, text + "\n")

    def _write(self, stream: TextIO, text: str) -> None:
        if self.shows_colour(stream):
            from backwright.faces.cli.colour import write

            write(stream, text, self.width)
        else:
            stream.write(text)
        stream.flush()


def dumb() -> bool:
    """Whether the terminal says that it understands no escape sequences."""
    return os.environ.get("TERM", "") == "dumb"  # noqa: TID251  (a property of the terminal)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Return what the encoding lacks as the escape that JSON knows, too."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[n : n + 4]}" for n in range(0, len(units), 4)), error.end


_ESCAPED = "backwright.escaped"
codecs.register_error(_ESCAPED, _escaped)


def this_terminal(*, plain: bool = False, no_color: bool = False) -> Terminal:
    """Return the terminal of this process."""
    # Asked from the terminal itself: rich answers 80 for TERM=dumb whatever the window is.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPED)
    columns = shutil.get_terminal_size((WIDTH_MAX, 24)).columns
    return Terminal(
        width=max(WIDTH_MIN, min(columns, WIDTH_MAX)),
        answers=sys.stdout,
        talk=sys.stderr,
        is_talking=sys.stdin is not None and sys.stdin.isatty(),
        plain=plain,
        no_color=no_color,
    )
