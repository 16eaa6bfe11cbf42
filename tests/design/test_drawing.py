"""A design as SVG: well-formed, readable, and the same whatever its names contain."""

import re
from xml.etree import ElementTree as ET

import pytest
from designs_to_draw import EVIL, HOSTILE, MARKET, SHOP, STORE

from backwright.design.drawn.drawing import plan_of, svg
from backwright.design.drawn.ink import share, short, text_width
from backwright.design.drawn.sketch import Used, sketch_of

DESIGNS = [
    pytest.param(SHOP, id="three nodes"),
    pytest.param(MARKET, id="nine nodes"),
    pytest.param(STORE, id="23 nodes"),
    pytest.param(HOSTILE, id="hostile names"),
]
NS = "{http://www.w3.org/2000/svg}"


def texts(root) -> list[str]:
    return ["".join(each.itertext()) for each in root.iter(f"{NS}text")]


@pytest.mark.parametrize("design", DESIGNS)
def test_it_is_xml_with_every_part_and_nothing_from_elsewhere(design):
    picture = svg(sketch_of(design))
    root = ET.fromstring(picture)
    titles = [each.text for each in root.iter(f"{NS}title")]
    named = [p.name for p in sketch_of(design).parts]
    assert [] == [name for name in named if name.isprintable() and name not in titles]
    assert not re.search(
        r"<(script|foreignObject|image|a)\b|\son\w+=|href=|https?://(?!www\.w3\.org/2000/svg)",
        picture,
    )


@pytest.mark.parametrize("design", DESIGNS)
def test_no_text_is_smaller_than_eleven_pixels(design):
    sizes = [
        float(size)
        for size in re.findall(r"(?:font-size: ?|font: ?)(\d+)px", svg(sketch_of(design)))
    ]
    assert min(sizes) >= 11


@pytest.mark.parametrize("design", DESIGNS)
def test_texts_end_inside_their_boxes(design):
    sketch = sketch_of(
        design, used=[Used(p.name, 1.23, "unstable") for p in sketch_of(design).parts]
    )
    plan = plan_of(sketch)
    root = ET.fromstring(svg(sketch))
    groups = [g for g in root.iter(f"{NS}g") if g.find(f"{NS}title") is not None]
    assert len(groups) == len(sketch.parts)
    for part, group in zip(sketch.parts, groups, strict=True):
        spot = plan.boxes[part.name]
        for text in group.iter(f"{NS}text"):
            is_name = text.get("class") == "name"
            width = text_width(text.text, 13 if is_name else 11, bold=is_name)
            assert float(text.get("x")) + width <= spot.x + spot.width
            assert spot.y <= float(text.get("y")) <= spot.y + spot.height


def test_a_line_says_how_often_how_and_what_is_held():
    said = texts(ET.fromstring(svg(sketch_of(SHOP))))
    for line in (
        "60/s charge",
        "time-out 3 s",
        "2 retries",
        "holding orders_db",
        "16 workers",
        "10 connections",
    ):
        assert line in said


@pytest.mark.parametrize(
    ("used", "kind", "words"),
    [
        pytest.param(0.15, "fine", "15 % used, word", id="little is used"),
        pytest.param(0.79, "loaded", "79 % used, word", id="much is used"),
        pytest.param(1.234, "unstable", "123 % used, word", id="more is asked than it can do"),
    ],
)
def test_use_is_a_shape_and_words(used, kind, words):
    picture = svg(sketch_of(SHOP, used=[Used("orders", used, "word")]))
    assert f'class="{kind}"' in picture
    assert words in texts(ET.fromstring(picture))


def test_both_schemes_have_every_colour():
    css = re.search(r"<style>(.*?)</style>", svg(sketch_of(SHOP)), re.DOTALL)[1]
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    painted = re.compile(r"^\.bw-design (\S+) \{.*#", re.MULTILINE)
    assert painted.findall(light) == painted.findall(dark)
    assert "$" not in css


def test_long_and_strange_names_are_cut_and_escaped():
    assert "a\\x1bb" == short("a\x1bb")
    assert 28 == len(short("x" * 300))
    assert "<script" not in svg(sketch_of(HOSTILE)).replace("<style", "")
    assert EVIL not in svg(sketch_of(HOSTILE))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.999, "99.9 %"), (0.9995, "99.95 %"), (1.0, "100 %"), (0.001, "0.1 %"), (0.65, "65 %")],
    ids=["three nines", "and a half", "all", "one in a thousand", "two thirds"],
)
def test_shares_keep_their_nines(value, expected):
    assert expected == share(value)
