"""Long work on stderr: one line that is rewritten, after the first second; without a terminal a line each 10 s."""

from time import monotonic

from backwright.faces.cli.terminal import Terminal

FIRST, EACH = 1.0, 0.25  # s until the first line and between lines on a terminal
PIPED = 10.0  # s likewise where nobody rewrites lines


class Progress:
    """Shows what is being done; `end` leaves nothing behind."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._is_live = terminal.talk.isatty() and not terminal.plain
        self._next = monotonic() + (FIRST if self._is_live else PIPED)
        self._shown = 0

    def __call__(self, text: str) -> None:
        """Show a line, if it is time for one."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + (EACH if self._is_live else PIPED)
        line = text[: self._terminal.width - 1]
        if self._is_live:
            self._terminal.talk.write(f"\r{line:<{self._shown}}")
            self._shown = len(line)
        else:
            self._terminal.talk.write(line + "\n")
        self._terminal.talk.flush()

    def end(self) -> None:
        """Erase the line."""
        if self._shown:
            self._terminal.talk.write("\r" + " " * self._shown + "\r")
            self._terminal.talk.flush()
            self._shown = 0
