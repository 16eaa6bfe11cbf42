"""Answers about designs: guides, kinds of requests, what would have to be turned, settings that are kept."""

import json
import shlex
from pathlib import Path

import pytest
from tests.command import next_commands, say


def answer(line, tmp_path, status=0):
    said = say(f"{line} --json", tmp_path / "data")
    assert status == said.status, said.err
    return json.loads(said.out)


def test_a_guide_is_printed_with_commands_that_can_be_pasted(tmp_path):
    said = say("design new outbox --guide", tmp_path / "data", columns=60)
    wide = [row for row in said.out.splitlines() if len(row) > 60]
    assert wide == [row for row in wide if '"' in row]  # what stands in quotes is not broken
    assert "```" not in said.out
    assert ["backwright design check outbox", "backwright learn msg.outbox"] == next_commands(said.out)  # fmt: skip


def test_a_guide_is_written_as_markdown(tmp_path):
    written = answer("design new saga --guide -o saga.md", tmp_path)["written"]
    assert Path(written).read_text().startswith("# Saga")
    said = say("design new saga --guide -o saga.md", tmp_path / "data")
    assert 2 == said.status
    assert "design new saga --guide -o saga.md --force" in said.err


def test_simulating_tells_kinds_of_requests_apart(tmp_path):
    line = "design simulate circuit-breaker --runs 2 --length 90s"
    found = answer(line, tmp_path, 1)
    failed = dict(found["failed_by_entry"])
    assert ["shop.page", "shop.page_with_tips"] == list(failed)
    assert failed["shop.page"] < 0.01
    assert failed["shop.page_with_tips"] > 0.2


def test_comparing_tells_kinds_of_requests_apart(tmp_path):
    line = "design compare noisy-neighbour --runs 2 --set workload.mix.large.call=reports.report"
    found = dict(answer(line, tmp_path)["by_entry"])
    p99 = next(each for each in found["others"] if each["percentile"] == 99)
    assert p99["second"] < p99["first"] / 4


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("shop --knob orders_db.size", ["orders_db.size", "orders.instances"], id="workers come with instances"),
        pytest.param("shop --knob orders.instances", ["orders.instances", "orders_db.size"], id="a pool has a size"),
        pytest.param("retry-storm", ["app.instances", "db.servers"], id="a store has servers"),
    ],
)  # fmt: skip
def test_no_fleet_holds_and_the_knob_that_is_missing_is_named(line, expected, tmp_path):
    assert expected == answer(f"design size {line} --rate 5000", tmp_path, 1)["culprit_knobs"]


@pytest.mark.parametrize(
    "line",
    [
        "design simulate shop --rate 40 --runs 2 --length 30s",
        "design sweep shop --over orders_db.size=16 --rate 20",
        "design compare shop --rate 40 --runs 2",
        "design size shop --rate 5000 --knob orders.instances",
    ],
)
def test_what_was_set_is_kept_in_what_comes_next(line, tmp_path):
    setting = "client -> orders.timeout=4 s"
    said = say([*shlex.split(line), "--set", setting], tmp_path / "data")
    kept = [c for c in next_commands(said.out) if setting in shlex.split(c)]
    assert kept == [c for c in next_commands(said.out) if "calibrate" not in c]
