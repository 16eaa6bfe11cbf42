"""What is remembered: patterns over the words of a repository, of which nine in ten repeat another, and answers about one repository."""

import re
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar

WORDS_MAX = 8_000  # remembered for one pattern


def remembered(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return whether a pattern is found in a word, as a function that remembers what it said."""
    search = pattern.search
    return lru_cache(maxsize=WORDS_MAX)(lambda word: search(word) is not None)


class Keeping(Protocol):
    """What answers about it are kept with."""

    kept: dict[Hashable, object]


Of = TypeVar("Of", bound=Keeping)
Asked = ParamSpec("Asked")
Told = TypeVar("Told")


def kept_with_it(make: Callable[Concatenate[Of, Asked], Told]) -> Callable[Concatenate[Of, Asked], Told]:
    """Return a function of a model (and hashable arguments) whose answers are kept in the model, so that they are forgotten with it."""

    @wraps(make)
    def ask(of: Of, /, *args: Asked.args, **named: Asked.kwargs) -> Told:
        key = (make, *args, *named.items())
        if key not in of.kept:
            of.kept[key] = make(of, *args, **named)
        return of.kept[key]  # type: ignore[return-value]  # what was put there under this key

    return ask
