"""Design check and design solve from the command line: words, widths, statuses."""

import json

import pytest
from tests.bench import CONTENT, catalog_and_digest
from tests.command import next_commands, say

from backwright.usecases.design_learning import LEARN, NAMES

EXAMPLES = sorted(path.stem for path in (CONTENT / "examples" / "designs").glob("*.yaml"))


def test_names_of_skills_are_those_of_the_catalog():
    catalog, _ = catalog_and_digest()
    assert {skill: catalog.skills[skill].name for skill in NAMES} == NAMES
    assert set(LEARN.values()) <= set(NAMES)


@pytest.mark.parametrize("verb", ["check", "solve"])
@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("width", [80, 40])
def test_every_example_fits_the_terminal(verb, name, width, tmp_path):
    said = say(f"design {verb} {name}", tmp_path / "data", columns=width)
    assert said.err == ""
    assert said.status in (0, 1, 3)
    assert max(len(line) for line in said.out.splitlines()) <= width
    assert said.out.isascii()
    assert "next  backwright design" in said.out


@pytest.mark.parametrize(
    ("line", "status", "words"),
    [
        pytest.param("check shop", 1, "shop breaks at 48.4 requests/s and you ask for 60", id="unstable"),
        pytest.param("check shop --rate 20", 0, "shop is stable at 20 requests/s", id="stable"),
        pytest.param("solve shop", 1, "No latency is given", id="no latency for what is unstable"),
        pytest.param("solve shop --set orders_db.size=16", 0, "only if payment.charge averages under 198 ms.", id="not decided is not negative"),
        pytest.param("solve shop --rate 20 --set slo.p99=100ms", 1, "misses p99 <= 100 ms", id="missed"),
        pytest.param("solve shop --rate 20 --set slo.p99=2s", 0, "meets p99 <= 2 s", id="met"),
    ],
)  # fmt: skip
def test_status_and_first_sentence(line, status, words, tmp_path):
    said = say(f"design {line}", tmp_path / "data")
    assert status == said.status
    assert words in " ".join(said.out.split())


@pytest.mark.parametrize("verb", ["check", "solve"])
def test_json_has_the_same_numbers(verb, tmp_path):
    said = say(f"design {verb} shop --json", tmp_path / "data")
    answer = json.loads(said.out)
    inner = answer["checked" if verb == "check" else "solved"]
    assert inner["breaks_at"] == pytest.approx(48.39, abs=0.01)


def test_a_name_that_does_not_exist_is_refused_with_what_there_is(tmp_path):
    said = say("design check shpo", tmp_path / "data")
    assert 2 == said.status
    assert "shop" in said.err


SEVEN_KINDS = """version: 1
name: kinds
workload: {rate: 20/s, mix: {web.a: 50 %, web.b: 20 %, web.c: 10 %, web.d: 8 %, web.e: 6 %, web.f: 4 %, web.g: 2 %}}
services:
  web:
    workers: 4
    handlers: {a: [wait: 20 ms], b: [wait: 40 ms], c: [wait: 60 ms], d: [wait: 80 ms], e: [wait: 100 ms], f: [wait: 120 ms], g: [wait: 140 ms]}
slo: {p50: 23.5 ms, p99: 5 s}
"""


def test_what_decides_one_target_may_matter_little_to_the_other(tmp_path):
    """The table is sorted by p99; the number that decides p50 is not among its first rows."""
    file = tmp_path / "kinds.yaml"
    file.write_text(SEVEN_KINDS)
    said = say(f"design solve {file}", tmp_path / "data")
    assert said.status == 0, said.err
    assert "meets p50 <= 23.5 ms at 20 requests/s only if web." in " ".join(said.out.split())
    assert "2 more, deciding less: --json" in said.out
    swings = json.loads(say(f"design solve {file} --json", tmp_path / "data").out)["solved"][
        "swings"
    ]
    assert 7 == len(swings)


BACK_OFFICE = """version: 1
name: office
workload: {users: 40, think: 2 s}
services:
  app: {workers: 8, handlers: {get: [{cpu: SAID}]}}
slo: {p99: 1 s}
"""


def test_what_comes_next_for_users_is_accepted(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "its design.yaml").write_text(BACK_OFFICE.replace("SAID", "20 ms"))
    simulated = say("design simulate 'its design.yaml' --runs 2 --length 20s", tmp_path / "data")
    solved, sized, _ = next_commands(simulated.out)
    assert say(solved.removeprefix("backwright "), tmp_path / "data").err == ""
    assert " --rate " in sized
    told = say("design solve 'its design.yaml' --rate 20", tmp_path / "data")
    assert "at 20 requests/s" in " ".join(told.out.split())


def test_users_are_told_what_it_carries_at_most_and_not_that_it_is_unstable(tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "office.yaml").write_text(BACK_OFFICE.replace("SAID", "20 ms"))
    told = " ".join(say("design solve office.yaml", tmp_path / "data").out.split())
    assert "More than 400 requests/s it never carries: the app workers are full then." in told
    assert "unstable" not in told


def test_a_design_in_which_nothing_takes_time_never_breaks(tmp_path):
    (tmp_path / "here").mkdir()
    text = BACK_OFFICE.replace("SAID", "0 ms").replace("users: 40, think: 2 s", "rate: 10/s")
    (tmp_path / "here" / "office.yaml").write_text(text)
    told = say("design check office.yaml", tmp_path / "data").out
    assert "nothing in it takes time, so no load makes it unstable" in " ".join(told.split())
    assert " inf" not in told


def test_a_range_of_two_units_names_both(tmp_path):
    (tmp_path / "here").mkdir()
    text = BACK_OFFICE.replace("SAID", "1 ms").replace("users: 40, think: 2 s", "rate: 10/s")
    (tmp_path / "here" / "office.yaml").write_text(text)
    told = say("design solve office.yaml", tmp_path / "data").out
    assert "700 .. 1.4" not in told
