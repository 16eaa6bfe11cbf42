"""Shares of skills with the range that holds four times in five."""

import pytest

from backwright.assess.shares import Share, share_of


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        pytest.param([], Share(0.0, 0.0, 0.0), id="nothing has no share"),
        pytest.param([1.0, 0.0], Share(0.5, 0.5, 0.5), id="what is certain has no range"),
        pytest.param([0.5], Share(0.5, 0.0, 1.0), id="one coin is open"),
        # Binomial(10, .5): at most 3 in 17 %, at most 2 in 5 %; at most 7 in 95 %, at most 6 in 83 %.
        pytest.param([0.5] * 10, Share(0.5, 0.3, 0.7), id="ten coins are narrower"),
        pytest.param([0.9, 0.1], Share(0.5, 0.5, 0.5), id="one sure, one hardly"),
    ],
)
def test_a_share_and_its_range(chances, expected):
    assert expected == share_of(chances)
