"""Maps: the picture is well-formed, the schema fits the blueprint, hostile names stay text."""

import json
import re
import xml.etree.ElementTree as ET

import msgspec
import pytest
from tests.bench import bench_in
from tests.command import say
from tests.review.cases import model_of

from backwright.model.blueprint import Blueprint, Module
from backwright.review.blueprint import blueprint_of
from backwright.review.drawing import mermaid, picture_of, svg
from backwright.usecases import map as mapping

SHOP = {
    "shop/main.py": "from fastapi import FastAPI\nfrom shop.orders.api import router\napp = FastAPI()\napp.include_router(router, prefix='/orders')\n",
    "shop/orders/api.py": "from fastapi import APIRouter\nfrom shop.billing.service import pay\nrouter = APIRouter()\n@router.post('/{id}')\ndef order(id: int):\n    return pay(id)\n",
    "shop/billing/service.py": "import requests\nimport shop.orders.api\ndef pay(id):\n    return requests.post('https://pay.example', json={'id': id})\n",
}


def overlapping(boxes) -> list[tuple[str, str]]:
    return [
        (a.name, b.name) for i, a in enumerate(boxes) for b in boxes[i + 1 :]
        if a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.y + b.height and b.y < a.y + a.height
    ]  # fmt: skip


def test_a_blueprint_holds_endpoints_calls_and_modules():
    made = blueprint_of(model_of(SHOP))
    assert [("POST", "/orders/{id}", "order")] == [
        (e.method, e.path, e.handler) for e in made.endpoints
    ]
    assert [("requests", "none")] == [(c.client, c.timeout) for c in made.calls]
    assert {"shop/orders": 1, "shop/billing": 1} == {
        m.name: dict(m.imports).get("shop/billing" if "orders" in m.name else "shop/orders")
        for m in made.modules
        if m.name != "shop"
    }


def test_a_blueprint_fits_its_published_schema_and_comes_back_as_it_was(tmp_path):
    said = say("schema blueprint", tmp_path / "data")
    assert set(json.loads(said.out)["$defs"]["Blueprint"]["properties"]) == set(
        Blueprint.__dataclass_fields__
    )
    made = blueprint_of(model_of(SHOP))
    assert made == msgspec.convert(msgspec.to_builtins(made), Blueprint)


@pytest.mark.parametrize("count", [0, 1, 5, 36, 80])
def test_boxes_do_not_overlap_and_what_is_left_out_is_counted(count):
    modules = tuple(
        Module(
            f"app/module{n}",
            3,
            1000 - n,
            tuple((f"app/module{m}", 1 + m % 3) for m in range(n) if (n * m) % 5 == 1),
            (("orders", n),),
        )
        for n in range(count)
    )
    picture = picture_of(Blueprint(modules=modules))
    assert [] == overlapping(picture.boxes)
    assert count == len(picture.boxes) + len(picture.folded)
    assert svg(Blueprint(modules=modules), "x") == svg(Blueprint(modules=modules), "x")


def test_hostile_names_cannot_leave_the_picture():
    bad = '</text><script>alert(1)</script>"]\n;\x1b[2J'
    blueprint = Blueprint(modules=(Module(bad, 1, 1, ((bad, 1),)), Module("b", 1, 1, ((bad, 2),))))
    drawn = svg(blueprint, bad)
    tree = ET.fromstring(drawn)
    assert not [e for e in tree.iter() if e.tag.endswith("script")]
    assert "\x1b" not in drawn
    flow = mermaid(blueprint)
    assert "<script" not in flow
    assert all(
        re.fullmatch(
            r"flowchart TD|  \w+\[\"[^\"\n]*\"\]|  \w+ -->\|\d+\| \w+|  class(Def)? .*", line
        )
        for line in flow.splitlines()
    )


def test_a_cycle_is_marked(tmp_path):
    drawn = svg(blueprint_of(model_of(SHOP)), "shop")
    assert 'class="knot"' in drawn


def test_the_example_is_mapped_in_every_format(tmp_path):
    bench = bench_in(tmp_path / "data")
    answer = mapping.run(mapping.Ask(path="example"), bench)
    assert {"/api/accounts/login", "/api/orders"} <= {e.path for e in answer.blueprint.endpoints}
    for form in ("text", "json", "svg", "mermaid", "html", "blueprint"):
        said = say(["map", "example", "--format", form], tmp_path / "data")
        assert 0 == said.status, said.err
        assert said.out
