"""Patterns over the words of a repository, remembered: nine in ten names repeat another."""

import re
from collections.abc import Callable
from functools import lru_cache

WORDS_MAX = 8_000  # remembered for one pattern


def remembered(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Return whether a pattern is found in a word, as a function that remembers what it said."""
    search = pattern.search
    return lru_cache(maxsize=WORDS_MAX)(lambda word: search(word) is not None)
