"""The part of YAML that configuration files are written in."""

import pytest

from backwright.review.link.yamlish import parse_yaml


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(
            "a:\n    b: 1 # why\n    c: 'x # y'\n",
            {"a": {"b": "1", "c": "x # y"}},
            id="mappings and comments",
        ),
        pytest.param(
            "a:\n- { path: ^/x, roles: [A, B] }\n- b: ~\n  c: true\n",
            {"a": [{"path": "^/x", "roles": ["A", "B"]}, {"b": None, "c": True}]},
            id="lists, flow style and words",
        ),
        pytest.param(
            "a: |\n    text: no key\nb: 2\n",
            {"a": None, "b": "2"},
            id="a block of text is left out",
        ),
        pytest.param(
            '"a b": {x: {y: "1, 2"}}\n',
            {"a b": {"x": {"y": "1, 2"}}},
            id="quotes and nesting in flow style",
        ),
        pytest.param("", {}, id="nothing"),
    ],
)
def test_parse_yaml(source: str, expected: object) -> None:
    assert expected == parse_yaml(source)
