"""`design draw` from the command line: every format, to the screen and to a file, and what it says when it cannot."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.command import say

EXAMPLES = sorted(
    p.stem
    for p in (Path(__file__).parents[2] / "src/backwright/content/examples/designs").glob("*.yaml")
)
FORMATS = {
    "svg": "<svg ",
    "mermaid": "---\ntitle: ",
    "structurizr": 'workspace "',
    "d2": "direction: right\n",
    "html": "<!doctype html>",
    "adr": "---\nstatus: proposed\ndate: ",
    "json": "{",
}
HOSTILE = """
version: 1
name: '"><script>alert(1)</script>${HOME} | # `x`'
workload: {rate: 60/s, mix: {a.buy: 100 %}}
services:
  a: {workers: 4, handlers: {buy: [call: b.read]}}
stores:
  b: {servers: 2, operations: {read: {mean: 5 ms, source: cited, ref: '<img src=x> | `y` ${z}'}}}
"""


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_is_written_raw_to_stdout(format_, tmp_path):
    said = say(f"design draw shop --format {format_}", tmp_path / "data")
    assert (0, "") == (said.status, said.err)
    assert said.out.startswith(FORMATS[format_])


@pytest.mark.parametrize("format_", [*FORMATS, "text"])
def test_each_format_can_be_written_to_a_file(format_, tmp_path):
    said = say(f"design draw shop --format {format_} -o out", tmp_path / "data")
    assert (0, "") == (said.status, said.out)
    assert (
        (tmp_path / "here" / "out").read_text().startswith(FORMATS.get(format_, "shop: 60/s into"))
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_can_be_drawn(example, tmp_path):
    root = ET.fromstring(say(f"design draw {example} --format svg", tmp_path / "data").out)
    assert root.tag.endswith("svg")
    text = say(f"design draw {example}", tmp_path / "data").out
    assert [] == [line for line in text.splitlines() if len(line) > 80 or not line.isascii()]


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_the_outline_fits(columns, tmp_path):
    said = say("design draw saga", tmp_path / "data", columns=columns)
    assert [] == [line for line in said.out.splitlines() if len(line) > columns]


def test_what_is_held_while_waiting_is_said_first(tmp_path):
    first = " ".join(say("design draw shop", tmp_path / "data").out.split("\n\n")[0].split())
    assert first.startswith(
        "shop: 60/s into 1 service, 1 store, 1 external system, 1 pool. orders holds orders_db while it waits for payment."
    )


def test_settings_and_rate_change_the_drawing_and_stand_in_the_command_of_the_record(tmp_path):
    line = "design draw shop --rate 30 --set orders_db.size=13"
    assert "pool: 13 connections" in say(line, tmp_path / "data").out
    record = say(f"{line} --format adr", tmp_path / "data").out
    assert (
        "\nbackwright design draw shop --rate=30 --set orders_db.size=13 --format adr\n" in record
    )
    assert ["as the blueprint stands", "orders\\_db.size=13"] == [
        name.replace("orders_db", "orders\\_db")
        for name in re.findall(
            r"^\* (.*)$", record.split("## Considered Options")[1].split("##")[0], re.MULTILINE
        )
    ]


def test_the_command_in_a_record_gives_the_same_record(tmp_path):
    record = say("design draw shop --rate 30 --format adr", tmp_path / "data").out
    command = re.search(r"```sh\nbackwright (.*)\n```", record)[1]
    assert record == say(command, tmp_path / "data").out


@pytest.mark.parametrize("format_", [*FORMATS, "text"])
def test_hostile_texts_of_a_file_stay_texts(format_, tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    (here / "evil.yaml").write_text(HOSTILE)
    said = say(f"design draw evil.yaml --format {format_}", tmp_path / "data")
    assert 0 == said.status, said.err
    if format_ in ("svg", "html", "mermaid"):
        assert "<script" not in said.out
        assert "<img" not in said.out
    if format_ == "svg":
        ET.fromstring(said.out)
    if format_ == "json":
        assert '"><script>alert(1)</script>${HOME} | # `x`' == json.loads(said.out)["name"]


@pytest.mark.parametrize(
    ("line", "err"),
    [
        pytest.param("design draw shopp", "no example or file is called 'shopp'", id="no such example"),
        pytest.param("design draw shop --set orders_db.size=0", "1 problem in shop", id="a setting that makes no sense"),
        pytest.param("design draw shop --format pdf", "'pdf' is not one of", id="a format that does not exist"),
        pytest.param("design draw shop -o .", "folder", id="a file that cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_with_status_2(line, err, tmp_path):
    said = say(line, tmp_path / "data")
    assert 2 == said.status
    assert err in said.err
