"""Answers as parts of a page: the sentence, pairs, steps, tables, links."""

import pytest

from backwright.faces.prose.layout import Heading, Labelled, Paragraph, Tabular, Verbatim
from backwright.faces.web.told import Part, arranged, headed, linked


def test_the_first_sentence_stands_alone():
    found = arranged([Paragraph("It holds. Above 40/s it does not. Do more.")])
    assert ("It holds.", "Above 40/s it does not. Do more.") == (found.first, found.rest)


def test_labels_are_pairs_and_one_without_a_name_goes_on():
    found = arranged([Labelled("out", "a"), Labelled("", "b"), Labelled("why", "c")])
    assert (Part("pairs", pairs=[("out", ["a", "b"]), ("why", ["c"])]),) == found.parts


def test_what_is_said_of_one_thing_stays_apart_from_what_is_said_of_all():
    found = arranged(
        [
            Paragraph("First"),
            Paragraph("A way"),
            Paragraph("so", "how", 2),
            Paragraph("and so", "", 11),
            Labelled("source", "s"),
        ]
    )
    assert (
        Part("heading", "A way"),
        Part("pairs", pairs=[("how", ["so", "and so"])], depth=2),
        Part("pairs", pairs=[("source", ["s"])]),
    ) == found.parts


def test_numbered_steps_are_told_one_by_one():
    found = arranged([Labelled("do", "1 Measure it. 2 Give it back. 3 Take more.")])
    assert [("do", ["1 Measure it.", "2 Give it back.", "3 Take more."])] == found.parts[0].pairs


def test_what_is_assumed_is_told_without_options():
    found = arranged([Labelled("assumed", "--peak 3 --app-ms 5 (give what differs)")])
    assert [("assumed", ["peak 3, app ms 5"])] == found.parts[0].pairs


def test_tables_headings_and_rows_that_are_left_out_come_through():
    table = Tabular(("a",), (("b",),), frozenset())
    found = arranged([table, Heading("2 hints"), Verbatim("3 more, less used: --json")])
    assert ["table", "heading", "more"] == [part.kind for part in found.parts]


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        pytest.param("<b>", "", "&lt;b&gt;", id="markup stays text"),
        pytest.param(
            "Pools (sql.pooling)",
            "learn",
            'Pools (<a href="/skill/sql.pooling">sql.pooling</a>)',
            id="a skill",
        ),
        pytest.param("it (payment.charge)", "", "it (payment.charge)", id="a part, not a skill"),
        pytest.param(
            "Limit. (rule csrf-off)",
            "",
            'Limit. (rule <a href="/explain?rule=csrf-off">csrf-off</a>)',
            id="a rule",
        ),
        pytest.param(
            "see https://a.example/b?c=1&d=2.",
            "",
            'see <a href="https://a.example/b?c=1&amp;d=2" rel="noreferrer">https://a.example/b?c=1&amp;d=2</a>.',
            id="an address",
        ),
        pytest.param(
            'https://a.example/"onmouseover=x',
            "",
            '<a href="https://a.example/&#34;onmouseover=x" rel="noreferrer">https://a.example/&#34;onmouseover=x</a>',
            id="a quote does not end an attribute",
        ),
        pytest.param("9 +- 2 ms", "", "9 ± 2\N{NO-BREAK SPACE}ms", id="a number and its unit"),
    ],
)
def test_texts_are_linked_and_escaped(text, name, expected):
    assert expected == linked(text, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("offered", "Offered"), ("p50 ms", "p50 ms"), ("ms", "ms"), ("orders.buy", "orders.buy")],
)
def test_heads_of_columns_begin_with_a_capital_if_they_are_words(text, expected):
    assert expected == headed(text)
