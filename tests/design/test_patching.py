"""Measured numbers in a blueprint's text: only they change, and what is written is read again."""

import pytest
from tests.bench import CONTENT

from backwright.design.written.patching import Measured, patched
from backwright.design.written.reading import read_design

SHOP = (CONTENT / "examples" / "designs" / "shop.yaml").read_text()
CPU = "services.orders.handlers.buy.0.cpu"
POINTS = ((0.0, 0.001), (0.5, 0.012), (1.0, 0.09))


def measured(at: str, points=()) -> Measured:
    shape = "empirical" if points else ""
    return Measured(at, 0.0123, 0.011, 0.0141, "calibrate, 20/s: 'x'", "2026-11-26", shape, points)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(SHOP, CPU, id="a flow mapping"),
        pytest.param(SHOP.replace("{mean: 5 ms, shape: constant, source: measured, ref: profile, date: 2026-11-14}", "5 ms   # guess"), CPU, id="a scalar with a comment"),
        pytest.param(SHOP.replace("{mean: 5 ms, shape: constant, source: measured, ref: profile, date: 2026-11-14}", "constant(5 ms)"), CPU, id="a short law"),
        pytest.param(SHOP, "stores.postgres.operations.write", id="an operation"),
        pytest.param(SHOP.replace("charge: {mean: 150..220 ms, shape: lognormal, cv: 0.6}", "charge:\n        mean: 180 ms  # a guess\n        shape: lognormal\n      # of the provider\n\n"), "externals.payment.operations.charge", id="a block, a comment behind it"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("points", [(), POINTS], ids=["a mean", "an empirical law"])
def test_one_number_changes_and_the_rest_stays(text, at, points):
    after, (change,) = patched(text, (measured(at, points),))
    before_design, design = read_design(text).design, read_design(after).design
    assert at == change.at
    assert before_design != design
    laws = {q.at: q for q in quantities(design)}
    assert (pytest.approx(0.0123), pytest.approx(0.011), "measured") == (
        laws[at].value,
        laws[at].low,
        laws[at].origin,
    )
    same = {q.at: q.value for q in quantities(before_design) if q.at != at}
    assert same == {
        key: value
        for key, value in {q.at: q.value for q in quantities(design)}.items()
        if key != at
    }
    assert [line for line in text.splitlines() if line.lstrip().startswith("#")] == [
        line for line in after.splitlines() if line.lstrip().startswith("#")
    ]


def quantities(design):
    for node in design.nodes:
        for handler in node.handlers:
            for step in handler.steps:
                if hasattr(step, "time"):
                    yield step.time.mean


def test_the_shape_that_stood_there_stays_where_only_the_mean_was_measured():
    _, (change,) = patched(SHOP, (measured("externals.payment.operations.charge"),))
    assert "shape: lognormal, cv: 0.6" in change.new


def test_several_numbers_at_once_are_told_in_the_order_of_the_file():
    _, changes = patched(SHOP, (measured("stores.postgres.operations.write"), measured(CPU)))
    assert [CPU, "stores.postgres.operations.write"] == [change.at for change in changes]


def test_a_path_that_is_not_there_is_named():
    with pytest.raises(KeyError, match=r"services\.orders\.nothing"):
        patched(SHOP, (measured("services.orders.nothing"),))
