"""The default set holds what was mostly right on code that nobody had built on; the rest is for `--rules strict`."""

import re

from tests.review.cases import knowledge

ENOUGH = 10  # findings that were read, below which nothing is said
LEAST = 0.5  # of them at least arguable
UNSEEN = re.compile(r"on unseen code (\d+) of (\d+)")
MATURE = re.compile(r"on large mature projects \d+ of (\d+), (\d+) at least arguable")


def held_on_unseen(precision: str) -> tuple[int, int]:
    """Return how many findings on code that nobody built on were at least arguable, and how many were read."""
    kept, mature = UNSEEN.search(precision), MATURE.search(precision)
    right = (int(kept[1]) if kept else 0) + (int(mature[2]) if mature else 0)
    return right, (int(kept[2]) if kept else 0) + (int(mature[1]) if mature else 0)


def test_both_figures_of_a_page_are_counted():
    line = "20 of 30; on unseen code 3 of 4; on large mature projects 0 of 6, 1 at least arguable"
    assert held_on_unseen(line) == (4, 10)
    assert held_on_unseen("20 of 30") == (0, 0)


def test_what_was_mostly_wrong_on_unseen_code_is_not_in_the_default_set():
    read = {
        rule.id: held_on_unseen(rule.precision)
        for rule in knowledge().rules.values()
        if rule.tier == "default"
    }
    assert sum(told for _, told in read.values()) > 500
    wrong = {name: (right, told) for name, (right, told) in read.items() if told >= ENOUGH and right < LEAST * told}
    assert wrong == {}
