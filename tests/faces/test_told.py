"""Answers as blocks: what prose says, for faces without columns."""

import pytest

from backwright.faces.prose.layout import (
    Commands,
    Heading,
    Labelled,
    Paragraph,
    Tabular,
    Verbatim,
    Written,
    blocks_of,
    code,
    heading,
    label,
    markdown,
    next_block,
    para,
    table,
)

LONG = "one two three four five six seven eight nine ten " * 6


@pytest.mark.parametrize(
    ("lines", "block"),
    [
        pytest.param(para(LONG, 40), Paragraph(LONG.strip()), id="a paragraph of many lines"),
        pytest.param(
            para(LONG, 40, "  how      ", " " * 11),
            Paragraph(LONG.strip(), "how", 2),
            id="a paragraph with a lead",
        ),
        pytest.param(heading("Numbers"), Heading("Numbers"), id="a heading"),
        pytest.param(label("why", LONG, 40), Labelled("why", LONG.strip()), id="a label"),
        pytest.param(label("why", LONG, 80), Labelled("why", LONG.strip()), id="a wide label"),
        pytest.param(
            table(("a", "b"), [("1", "2")], 80, right=(1,)),
            Tabular(("a", "b"), (("1", "2"),), frozenset({1})),
            id="a table",
        ),
        pytest.param(
            table(("a", "b"), [("1", "2")], 40),
            Tabular(("a", "b"), (("1", "2"),), frozenset()),
            id="a table that became records",
        ),
        pytest.param(code("a = 1\nb = 2", 80), Verbatim("a = 1\nb = 2"), id="code"),
        pytest.param(markdown("A *b*.\n\n- c", 80), Written("A *b*.\n\n- c"), id="Markdown"),
        pytest.param(
            next_block([("backwright explore", "look"), ("backwright learn", "")], 30),
            Commands((("backwright explore", "look"), ("backwright learn", ""))),
            id="commands",
        ),
    ],
)
def test_lines_know_what_they_were_made_from(lines, block):
    assert (block,) == blocks_of(lines)


def test_blocks_come_in_order_and_each_once():
    lines = [*para("a", 80), "", *para("a", 80), "  ===o===", "  ==o", "", *label("b", "c", 80)]
    assert blocks_of(lines) == (
        Paragraph("a"),
        Paragraph("a"),
        Verbatim("  ===o===\n  ==o"),
        Labelled("b", "c"),
    )


def test_what_could_move_a_cursor_is_shown_in_blocks_too():
    assert (Paragraph(r"a\x1b[2Jb"),) == blocks_of(para("a\x1b[2Jb", 80))
