"""Nothing of a picture stands on anything else, whatever the graph."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backwright.design.drawn.placing import Size, Wire, placed

SIZES = st.builds(Size, st.integers(60, 240), st.integers(40, 140))
LABELS = st.one_of(st.just(Size(0, 0)), st.builds(Size, st.integers(20, 140), st.integers(18, 90)))


@st.composite
def graphs(draw):
    names = [f"n{number}" for number in range(draw(st.integers(1, 14)))]
    sizes = {name: draw(SIZES) for name in names}
    pairs = draw(st.sets(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=22))
    wires = [Wire(a, b, draw(LABELS)) for a, b in sorted(pairs)]
    last = frozenset(draw(st.sets(st.sampled_from(names))))
    return sizes, wires, last


def overlap(a, b) -> bool:
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


@given(graphs())
def test_no_box_or_label_stands_on_another(graph):
    plan = placed(*graph)
    spots = [*plan.boxes.values(), *(route.label for route in plan.routes if route.label)]
    assert [] == [(a, b) for a, b in itertools.combinations(spots, 2) if overlap(a, b)]


@given(graphs())
def test_no_line_runs_through_a_box_or_the_label_of_another(graph):
    """Between two points a line stays within their heights, so the flat and the bent pieces can be told by corners."""
    plan = placed(*graph)
    for route in plan.routes:
        others = [r.label for r in plan.routes if r is not route and r.label]
        for (x1, y1), (x2, y2) in itertools.pairwise(route.points):
            low, high = sorted((x1, x2))
            for spot in (*others, *plan.boxes.values()):
                if spot.x < high - 0.2 and low + 0.2 < spot.x + spot.width:  # within its column
                    assert not spot.y < (y1 + y2) / 2 < spot.y + spot.height


@given(graphs())
def test_every_wire_leads_from_side_to_side(graph):
    sizes, wires, last = graph
    plan = placed(sizes, wires, last)
    assert set(sizes) == set(plan.boxes)
    assert [w for w in wires if w.source != w.target] == [route.wire for route in plan.routes]
    for route in plan.routes:
        a, b = plan.boxes[route.wire.source], plan.boxes[route.wire.target]
        (x1, y1), (x2, y2) = route.points[0], route.points[-1]
        assert a.y <= y1 <= a.y + a.height
        assert b.y <= y2 <= b.y + b.height
        assert (x1, x2) == pytest.approx(
            (a.x, b.x + b.width) if route.is_back else (a.x + a.width, b.x), abs=0.2
        )


@given(graphs())
def test_all_of_it_is_inside_and_the_same_again(graph):
    plan = placed(*graph)
    assert plan == placed(*graph)
    for spot in (*plan.boxes.values(), *(route.label for route in plan.routes if route.label)):
        assert spot.x >= -0.1
        assert spot.y >= -0.1
        assert spot.x + spot.width <= plan.width + 0.1
        assert spot.y + spot.height <= plan.height + 0.1


def test_callers_stand_left_of_what_they_call():
    plan = placed(
        {n: Size(80, 40) for n in "abcd"},
        [Wire(a, b, Size(0, 0)) for a, b in ("ab", "bc", "ac", "cd")],
    )
    assert sorted("abcd", key=lambda name: plan.boxes[name].x) == list("abcd")
