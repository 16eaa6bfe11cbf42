"""Files kept in memory: what a verb writes goes to a caller's browser and never to a disk."""

from collections.abc import Callable

from backwright.usecases.ports import Files


class KeptFiles:
    """The Files port whose writes are kept; reading goes on as before.

    Attributes:
        written: Path as the verb gave it to its text.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self.written: dict[str, str] = {}

    def write(self, path: str, text: str) -> str:
        self.written[path] = text
        return path

    @property
    def read(self) -> Callable[[str], str]:
        return self._files.read

    @property
    def load(self) -> Callable[[str, int], bytes]:
        return self._files.load
