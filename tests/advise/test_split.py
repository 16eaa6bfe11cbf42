"""Whether to split: communities, modularity, and verdicts that follow from the numbers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backwright.advise.split import advise_split, communities, modularity_of, tie_weights
from backwright.model.coupling import Coupling, Part, Tie


def part(name: str, lines: int = 6000, writes: dict[str, int] | None = None, **more) -> Part:
    return Part(name, 10, lines, 5, 0.0, tuple((writes or {}).items()), **more)


def tie(source: str, target: str, imports: int) -> Tie:
    return Tie(source, target, imports, 0, 0, f"{source}.py:1")


TWO_CLUSTERS = Coupling(
    (
        part("orders", writes={"orders": 3}),
        part("cart"),
        part("billing", writes={"invoices": 3}),
        part("tax"),
    ),
    (tie("orders", "cart", 20), tie("billing", "tax", 20), tie("orders", "billing", 2)),
)
KNOT = Coupling(
    (part("a", writes={"t": 1}), part("b", writes={"t": 1}), part("c", writes={"t": 1})),
    tuple(tie(x, y, 9) for x in "abc" for y in "abc" if x != y),
)
SMALL = Coupling((part("a", 200), part("b", 300), part("c", 300)), (tie("a", "b", 5),))


@pytest.mark.parametrize(
    ("coupling", "verdict"),
    [
        pytest.param(
            TWO_CLUSTERS, "possible", id="two clusters with tables of their own can be cut"
        ),
        pytest.param(KNOT, "don't", id="a knot that shares its table cannot"),
        pytest.param(SMALL, "don't", id="a small code base is left whole"),
        pytest.param(
            Coupling((part("a"),), ()), "don't", id="one module has nothing to cut between"
        ),
        pytest.param(Coupling((), ()), "don't", id="nothing at all"),
    ],
)
def test_verdict(coupling, verdict):
    advice = advise_split(coupling)
    assert verdict == advice.verdict
    assert advice.why


def test_the_parts_are_the_clusters_and_name_what_crosses():
    advice = advise_split(TWO_CLUSTERS)
    assert {("cart", "orders"), ("billing", "tax")} == {
        candidate.modules for candidate in advice.candidates
    }
    assert all(candidate.is_ready for candidate in advice.candidates)
    assert {("orders", "billing", 2)} == {
        (c.source, c.target, c.imports) for each in advice.candidates for c in each.crossing
    }
    assert 0.4 < advice.modularity < 0.5


def test_a_shared_table_ties_modules_that_import_nothing_of_each_other():
    weights = tie_weights(
        Coupling((part("a", writes={"t": 1}), part("b", writes={"t": 1}), part("c")), ())
    )
    assert [frozenset("ab")] == list(weights)


def test_the_thinnest_link_of_a_cycle_is_named():
    coupling = Coupling(
        (part("a"), part("b"), part("c")), (tie("a", "b", 9), tie("b", "a", 1), tie("b", "c", 2))
    )
    assert any("b -> a (1 imports" in text for text in advise_split(coupling).instead)


GRAPHS = st.dictionaries(
    st.frozensets(st.sampled_from("abcdefgh"), min_size=2, max_size=2),
    st.floats(0.1, 50),
    max_size=20,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS)
def test_communities_are_a_division_and_no_worse_than_one_group_or_none(weights):
    names = list("abcdefgh")
    groups = communities(names, weights)
    assert sorted(names) == sorted(name for group in groups for name in group)
    best = modularity_of(groups, weights)
    assert -0.5 <= best <= 1
    assert best >= modularity_of([names], weights) - 1e-9
    assert best >= modularity_of([(name,) for name in names], weights) - 1e-9


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRAPHS)
def test_the_same_graph_gives_the_same_communities(weights):
    assert communities("abcdefgh", weights) == communities(
        "hgfedcba", dict(reversed(weights.items()))
    )
