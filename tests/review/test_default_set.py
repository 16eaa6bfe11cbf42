"""The default set holds what was mostly right on code that nobody had built on; the rest is for `--rules strict`."""

import re

from tests.review.cases import knowledge

ENOUGH = 5  # findings that were read, below which nothing is said
# Of findings on applications at least half must be true or arguable. Where a rule says too little of those, what it says of large
# projects counts with it, in which most of what is left to say is a case that a rule does not know.
LEAST, LEAST_WITH_LARGE = 0.5, 0.4
UNSEEN = re.compile(r"on unseen code (\d+) of (\d+)")
SMALL = re.compile(r"in small applications (\d+) of (\d+)")
MATURE = re.compile(r"on large mature projects \d+ of (\d+), (\d+) at least arguable")


def is_trusted(precision: str) -> bool:
    """Return whether a rule was right often enough on code that nobody built on, or was not tried there."""
    unseen, mature = UNSEEN.search(precision), MATURE.search(precision)
    right, told = (int(unseen[1]), int(unseen[2])) if unseen else (0, 0)
    if told >= ENOUGH:
        return right >= LEAST * told
    if mature:
        right, told = right + int(mature[2]), told + int(mature[1])
    return told < ENOUGH or right >= LEAST_WITH_LARGE * told


def test_applications_count_before_large_projects():
    large = "; on large mature projects 0 of 30, 1 at least arguable"
    assert is_trusted("20 of 30; on unseen code 4 of 8" + large)
    assert not is_trusted(
        "20 of 30; on unseen code 3 of 8; on large mature projects 9 of 9, 9 at least arguable"
    )
    assert not is_trusted("20 of 30; on unseen code 4 of 4" + large)
    assert is_trusted("20 of 30; on unseen code 0 of 4")


def test_what_was_mostly_wrong_on_unseen_code_is_not_in_the_default_set():
    rules = [rule for rule in knowledge().rules.values() if rule.tier == "default"]
    assert sum("unseen" in rule.precision for rule in rules) > 15
    assert [rule.id for rule in rules if not is_trusted(rule.precision)] == []


def test_what_is_told_by_default_in_small_applications_was_mostly_right_there():
    rules = [rule for rule in knowledge().rules.values() if rule.small]
    assert {rule.tier for rule in rules} == {"strict"}
    told = {rule.id: SMALL.search(rule.precision) for rule in rules}
    assert [name for name, found in told.items() if not found] == []
    assert [
        name for name, found in told.items() if found and int(found[1]) < LEAST * int(found[2])
    ] == []
