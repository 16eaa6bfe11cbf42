"""Answers are no longer than a client takes in, and say what was cut."""

import json

import jsonschema
import pytest

from backwright.faces.mcp.bounded import CUT, KEEP, STRING_MAX, bounded_text, bounded_values


def test_a_short_answer_is_left_alone():
    values = {"rows": [1, 2], "text": "as it is"}
    assert (values, []) == bounded_values(values)
    assert ("as it is\n", []) == bounded_text("as it is\n")


def test_text_is_cut_at_a_line():
    text, cut = bounded_text("line\n" * 100, limit=52)
    assert "line\n" * 10 == text
    assert ["text after line 10 of 100"] == cut


def test_the_longest_list_is_cut_first_and_said():
    values = {"few": list(range(20)), "many": ["x" * 20] * 1000}
    cut_values, cut = bounded_values(values, limit=3000)
    assert list(range(20)) == cut_values["few"]
    assert KEEP <= len(cut_values["many"]) < 150
    assert [f"many: {1000 - len(cut_values['many'])} left out"] == cut
    assert len(json.dumps(cut_values)) <= 3000
    assert 1000 == len(values["many"])  # the answer itself is as it was


def test_lists_in_lists_are_named_by_their_path():
    values = {"files": [{"lines": list(range(500))} for _ in range(12)]}
    cut_values, cut = bounded_values(values, limit=4000)
    assert len(json.dumps(cut_values)) <= 4000
    assert any(each.startswith("files.lines: ") for each in cut)


def test_long_texts_are_cut_if_the_whole_is_too_long():
    cut_values, cut = bounded_values({"picture": {"svg": "x" * 100_000}}, limit=50_000)
    assert "x" * STRING_MAX + CUT == cut_values["picture"]["svg"]
    assert [f"picture.svg: {STRING_MAX} of 100000 characters"] == cut


@pytest.mark.parametrize("limit", [100, 1000, 5000])
def test_fields_stay_so_that_the_schema_holds(limit):
    values = {"a": [{"b": "x" * 50, "c": [1] * 40}] * 40, "d": None, "e": 1}
    schema = {
        "type": "object",
        "properties": {"a": {"type": "array", "items": {"type": "object", "required": ["b", "c"]}}},
        "required": ["a", "d", "e"],
    }
    jsonschema.validate(bounded_values(values, limit)[0], schema)
