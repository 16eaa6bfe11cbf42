"""Every error a caller can meet.

BackwrightError
    NotFound        the caller named something that does not exist
    BadRequest      the caller asked for something that makes no sense
    BadContent      a file under content/ is wrong (our fault, or a content author's)
    NothingToDo     there is nobody to ask, or nothing is left
    ModelProblem    the language model refuses or cannot be reached
    StoreProblem    the database or the disk refuses: damaged, newer, read-only, full
    Busy            the server has as much to do as it takes
    TooMany         this caller asked too often
    Refused         who asks may not do this, or must log in first
"""

from collections.abc import Iterable


class BackwrightError(Exception):
    """What went wrong, plus the next thing to try.

    Attributes:
        problem: What is wrong, in one sentence, naming the value.
        detail: Why it matters or what was kept, one sentence. Empty if the problem says it all.
        hint: What to do next, as a command. Empty if nothing helps.
    """

    def __init__(self, problem: str, *, detail: str = "", hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.detail = detail
        self.hint = hint


class NotFound(BackwrightError):
    """The caller named something that does not exist."""


class BadRequest(BackwrightError):
    """The caller asked for something that makes no sense."""


class BadContent(BackwrightError):
    """Files under content/ break their schema or point at nothing; every problem is listed."""

    def __init__(self, problems: Iterable[str]) -> None:
        listed = sorted(problems)
        what = "1 problem" if len(listed) == 1 else f"{len(listed)} problems"
        super().__init__(
            f"{what} in the content\n" + "\n".join(f"  {line}" for line in listed),
            hint="backwright content check",
        )
        self.problems = tuple(listed)


class NothingToDo(BackwrightError):
    """There is nobody to ask, or nothing is left to do."""


class StoreProblem(BackwrightError):
    """The database or the disk refuses: damaged, written by a newer version, read-only, full."""


class ModelProblem(BackwrightError):
    """The language model that is configured refuses, cannot be reached, or takes too long."""


class Busy(BackwrightError):
    """The server has as much to do as it takes; later it will work.

    Attributes:
        seconds: When to try again.
    """

    def __init__(self, problem: str, *, seconds: int, detail: str = "", hint: str = "") -> None:
        super().__init__(problem, detail=detail, hint=hint)
        self.seconds = seconds


class TooMany(Busy):
    """This caller asked too often; others are served."""


class Refused(BackwrightError):
    """Who asks may not do this, or must log in first."""
