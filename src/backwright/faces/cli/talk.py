"""Conversation: one prompt line ended by Enter. No raw keys, so a stray key is never evidence."""

import sys
from collections.abc import Callable
from typing import TypeVar

from backwright.faces.cli.terminal import Terminal
from backwright.model.errors import BadRequest, NotFound

Value = TypeVar("Value")
TRIES = 3
LINE_MAX = 10_000  # a longer line is a file, not an answer


class Stopped(Exception):
    """The person stopped, the input ended, or three entries were wrong; what is kept is kept.

    Attributes:
        how: "stop", "interrupt", "end" or "tries".
    """

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.how = how


class Talk:
    """Asks on stderr, reads from stdin. Off a terminal the typed line is echoed, to be read in a log."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.heard = 0

    def line(self, prompt: str) -> str:
        """Return what was typed, without its line end.

        Raises:
            Stopped: Ctrl-C, or the input ended.
        """
        self.terminal.talk.write(prompt)
        self.terminal.talk.flush()
        try:
            text = sys.stdin.readline(LINE_MAX)
        except KeyboardInterrupt:
            self.terminal.say()
            raise Stopped("interrupt") from None
        except UnicodeDecodeError:
            text = "\n"
        if not text:
            self.terminal.say()
            raise Stopped("end")
        self.heard += 1
        text = text.rstrip("\r\n")
        if not self.terminal.is_talking:
            self.terminal.say(text)
        return text

    def until(
        self,
        prompt: str,
        read: Callable[[str], Value],
        *,
        stop: str = "s",
        indent: str = "",
        again: str = "",
    ) -> Value:
        """Ask until `read` accepts the entry; a wrong one repeats the prompt with one line why.

        Args:
            again: The prompt when repeated, the same when empty.

        Raises:
            Stopped: After three wrong entries, or when the person stops.
        """
        for number in range(TRIES):
            said = self.line(again if again and number else prompt)
            if stop and said.strip().lower() == stop:
                raise Stopped("stop")
            try:
                return read(said)
            except (BadRequest, NotFound) as error:  # not what the disk refuses
                self.terminal.say(f"{indent}{error.problem}.")
                if error.detail:
                    self.terminal.say(f"{indent}{error.detail}")
        raise Stopped("tries")
