"""The verbs that advise, from the command line: files that are no profiles, names that are hostile, narrow screens."""

import json
from pathlib import Path

import pytest
from tests.command import next_commands, parse, say

ROOT = Path(__file__).parents[1] / "advise" / "brought"
HOSTILE = "steal\x1b[2J\x07\u202ename"
ASKS = [
    "advise performance example",
    "advise performance --rate 60 --cpu-ms 25 --wait-ms 180 --workers 16",
    "advise performance --rate 600",
    "advise security browser mobile service third-party --data health --services 5",
    "advise deploy --price vm=40 paas=25 functions=1 --budget 300",
    "advise deploy --team 30 --services 25 --on-call always --needs agents",
    "advise api",
    "advise api browser mobile partner service --pushes both --teams 4 --depth 4 --within-ms 60",
    "advise api service --calls-per-second 1e6 --pushes server",
    "advise data",
    "advise data key range join graph text aggregate time --rows 1e9 --writes 9000 --depth 7",
    "advise data time --writes 6000 --consistency eventual --transactions none",
    f"advise performance {ROOT / 'handler.folded'} {ROOT / 'shop.cpuprofile'}",
]


@pytest.fixture
def here(tmp_path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("line", ASKS)
@pytest.mark.parametrize("columns", [40, 80])
def test_an_answer_fits_its_screen_and_its_next_commands_parse(line, columns, tmp_path):
    said = say(line, tmp_path / "data", columns)
    assert said.status in (0, 1)
    assert [] == [each for each in said.out.splitlines() if len(each) > columns]
    assert said.out.isascii()
    assert [parse(each) for each in next_commands(said.out)]


@pytest.mark.parametrize("line", ASKS)
def test_json_has_the_numbers_of_the_text(line, tmp_path):
    said = say(f"{line} --json", tmp_path / "data")
    answer = json.loads(said.out)
    assert answer["schema"] == f"backwright/advise-{line.split()[1]}/1"
    assert ("assumed" in answer) == ("profiles" not in answer)


def test_a_hostile_name_moves_no_cursor(here, tmp_path):
    (here / "p.folded").write_text(f"{HOSTILE};{HOSTILE} 30\nmain 3\n")
    said = say("advise performance p.folded", tmp_path / "data")
    assert said.status == 0
    assert "\x1b" not in said.out
    assert "\\x1b[2J" in said.out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "empty", id="an empty file"),
        pytest.param(b"PK\x03\x04", "zip", id="a zip archive"),
        pytest.param(b"hello\n", "no stack with a count", id="text"),
        pytest.param(b'{"snapshot": {}, "nodes": []}', "description", id="half a snapshot"),
    ],
)
def test_a_file_that_is_no_profile_is_named_with_its_reason(content, why, here, tmp_path):
    (here / "p").write_bytes(content)
    said = say("advise performance p", tmp_path / "data")
    assert (2, "") == (said.status, said.out)
    assert said.err.startswith("backwright: p: ")
    assert why in " ".join(said.err.split())


def test_of_several_files_the_others_are_read_and_the_answer_is_partly(here, tmp_path):
    (here / "good.folded").write_text("main;work 30\n")
    said = say("advise performance good.folded missing.folded", tmp_path / "data")
    assert said.status == 3
    assert "unread   missing.folded: no file is called 'missing.folded'" in said.out
    assert "work and what it calls take 100 %" in said.out


def test_a_folder_and_too_many_files_are_refused(here, tmp_path):
    (here / "folder").mkdir()
    assert "is a folder" in say("advise performance folder", tmp_path / "data").err
    said = say(f"advise performance {'a ' * 9}", tmp_path / "data")
    assert (2, True) == (said.status, "9 files are more than 8" in said.err)


def test_what_is_assumed_is_shown_as_the_options_that_would_say_it(tmp_path):
    out = say("advise security --data health", tmp_path / "data").out
    told = " ".join(out.split("assumed")[-1].split("learn")[0].split()).removesuffix(
        " (give what differs)"
    )
    again = say(f"advise security {told} --data health", tmp_path / "data")
    assert "assumed" not in again.out.split("source   ")[-1]
    assert out.split("assumed")[0] == again.out.split("learn ")[0]
