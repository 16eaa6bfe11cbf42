"""Patterns that are compiled when they are first used: a review starts with over a thousand and needs the few of its languages."""

import re
from typing import Any, AnyStr, cast


def regex(source: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as `re.compile(source, flags)`; a pattern that is no pattern is noticed at its first use."""
    return cast("re.Pattern[AnyStr]", _Lazy(source, flags))


class _Lazy:
    """Stands for a pattern. What was used once stands in the instance, so that using it again costs nothing more."""

    def __init__(self, source: str | bytes, flags: int) -> None:
        self._said = (source, flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # whatever a pattern has
        source, flags = self._said
        compiled: re.Pattern[Any] = re.compile(cast("Any", source), flags)
        for each in ("search", "match", "fullmatch", "sub", "finditer", "findall", "split"):
            setattr(self, each, getattr(compiled, each))
        return getattr(compiled, name)
