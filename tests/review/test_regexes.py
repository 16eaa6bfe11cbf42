"""Every pattern that is compiled late is a pattern."""

import gc
import re
from importlib import import_module
from pkgutil import walk_packages

import pytest

from backwright import review
from backwright.review.regexes import _Lazy, regex


def test_what_is_compiled_late_behaves_as_a_pattern():
    late = regex(r"a(\d)", re.IGNORECASE)
    assert late.search("xA1")[1] == "1"
    assert late.sub("b", "a2 A3") == "b b"
    assert late.pattern == r"a(\d)"


def test_a_pattern_that_is_none_is_noticed_when_it_is_used():
    late = regex("(")
    with pytest.raises(re.error):
        late.search("")


def test_every_pattern_of_the_review_compiles():
    for module in walk_packages(review.__path__, f"{review.__name__}."):
        import_module(module.name)
    late = [each for each in gc.get_objects() if type(each) is _Lazy and each._said[0] != "("]
    assert len(late) > 1000
    for each in late:
        assert each.pattern == each._said[0]
