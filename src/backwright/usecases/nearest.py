"""Names that do not exist: the nearest ones that do, and the next command."""

from collections.abc import Iterable

from backwright.model.errors import NotFound
from backwright.usecases.bench import Bench

PROFILES_SHOWN = 5

KNOWN_SHOWN = 7  # more do not fit a line


def nearest(name: str, known: Iterable[str], count: int = 3) -> list[str]:
    """Return the closest names, best first; names that contain the word count as close."""
    from difflib import get_close_matches  # only a slip of the finger needs it

    listed = list(known)
    close = get_close_matches(name.lower(), listed, n=count, cutoff=0.5)
    inside = [each for each in listed if name.lower() in each and each not in close]
    return [*close, *inside][:count]


def check_profile(bench: Bench, profile: str) -> None:
    """Refuse a profile that nobody has, when others exist: it is a slip of the finger.

    Raises:
        NotFound: Naming the nearest profile.
    """
    known = dict(bench.store.profiles())
    if known and profile not in known:
        error = not_found("profile", profile, known, "backwright start --as {}")
        raise NotFound(
            error.problem,
            detail=error.detail or f"stored: {', '.join(list(known)[:PROFILES_SHOWN])}",
            hint=error.hint if error.detail else f"backwright assess --as {profile}",
        )


def not_found(kind: str, name: str, known: Iterable[str], command: str) -> NotFound:
    """Return the error for a name that does not exist; `command` holds {} for the nearest name."""
    listed = list(known)
    close = nearest(name, listed)
    if not close and command.split()[-2].startswith("--"):  # an option alone is no command
        return NotFound(
            f"no {kind} is called '{_short(name)}'",
            detail=f"known: {', '.join(listed[:KNOWN_SHOWN])}{' ...' * (len(listed) > KNOWN_SHOWN)}",
            hint=command.format(listed[0]),
        )
    return NotFound(
        f"no {kind} is called '{_short(name)}'",
        detail=f"nearest: {', '.join(close)}" if close else "",
        hint=command.format(close[0] if close else "").strip(),
    )


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:57] + "..."
