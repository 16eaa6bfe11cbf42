"""A newcomer's first hour: on a terminal, through a pipe, interrupted, killed, and gone on with."""

import gc
import json
import os
import random
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest
from tests.command import ESCAPE, command, copy_of_known_person, environment, process, say

from backwright.usecases import USE_CASES

BY = 60  # seconds; a busy machine is slow, a hang is for ever
KILLS = 20
ACKNOWLEDGED = "The answer is "  # the first line of the feedback on "I don't know"
# A question's prompt names its letters, or asks for a typed value.
PROMPT = re.compile(
    r"answer ((?:[a-e] )+)i, or s to stop and keep: |answer[^\n]*?, i for I don't know, s to stop"
    r" and keep: |Enter for question \d+, w why it is asked, s to stop and keep: "
)
BLOCKED = """
import socket
_connect = socket.socket.connect
def connect(self, address):
    if self.family == socket.AF_UNIX or (isinstance(address, tuple) and address[0] in ("127.0.0.1", "::1")):
        return _connect(self, address)
    raise OSError(f"this test allows no connection to {address}")
socket.socket.connect = connect
_look_up = socket.getaddrinfo
def nobody(host, *more, **named):
    if host in ("127.0.0.1", "::1"):
        return _look_up(host, *more, **named)
    raise OSError("this test looks up no names")
socket.getaddrinfo = nobody
open(__file__ + ".loaded", "w").close()
"""


def rows_of(data: Path, *more: str) -> list[dict]:
    """Return what `data export` shows."""
    said = say(["data", "export", *more], data)
    assert said.status == 0, said.err
    return [json.loads(line) for line in said.out.splitlines()]


def answers_of(data: Path, *more: str) -> list[dict]:
    return [row for row in rows_of(data, *more) if row["kind"] == "answer"]


def on_terminal(line: str, data: Path, **more: str) -> pexpect.spawn:
    """Start `backwright <line>` on a terminal of 24 lines and 80 columns."""
    program, *arguments = command(line)
    child = pexpect.spawn(
        program,
        arguments,
        env=environment(data, **more) | {"COLUMNS": ""},
        dimensions=(24, 80),
        encoding="utf-8",
        timeout=BY,
        echo=False,
    )
    child.delaybeforesend = None
    return child


def ended(child: pexpect.spawn) -> int:
    """Return the exit status of a child that has nothing more to say."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def answer_all(child: pexpect.spawn, chance: random.Random) -> int:
    """Answer every question as it comes, with any letter, or i where a value is typed."""
    asked = 0
    while True:
        at = child.expect([PROMPT, "targets met", pexpect.EOF])
        if at != 0:
            return asked
        letters = (child.match[1] or "").split()
        if child.match[0].startswith("Enter for question"):
            child.sendline("")
            continue
        asked += 1
        child.sendline(chance.choice(letters) if letters else "i")


def test_the_whole_hour_on_a_terminal_and_what_now(tmp_path):
    data = tmp_path / "data"
    child = on_terminal("", data)
    child.expect("1 of 5 .*: ")
    child.sendline("Sam")
    child.expect("2 of 5")
    child.expect("Enter for none: ")
    child.sendline("1 2")
    child.expect("3 of 5")
    child.expect("Enter to decide later: ")
    child.sendline("5")
    child.expect("4 of 5 .*: ")
    child.sendline("many")
    child.expect_exact('"many" is not a number of hours. Between 0.5 and 80, please.')
    child.expect_exact("can you study? [8]: ")
    child.sendline("6")
    child.expect("5 of 5")
    child.expect("Enter for none: ")
    child.sendline("i")
    child.expect("Enter to begin, s to stop and keep: ")
    child.sendline("")
    assert answer_all(child, random.Random(1)) == 25
    child.expect("done by")
    child.expect("Enter for the (lesson|drill) of .*, s to stop and keep: ")
    child.sendline("s")
    assert ended(child) == 0

    said = {row["source"]: row["given"] for row in rows_of(data) if row["kind"] == "declared"}
    expected = {"name": "Sam", "languages": "js py", "hours": "6", "level": "intermediate"}
    assert expected.items() <= {k.removeprefix("declare:"): v for k, v in said.items()}.items()
    # Letters sent in less than three seconds are kept, and not counted.
    assert len(answers_of(data)) == 25
    assert {"rapid", "unknown"} >= {row["outcome"] for row in answers_of(data)}

    again = on_terminal("", data)
    assert ended(again) == 0
    told = ESCAPE.sub("", again.before)
    assert "1 of 5" not in told
    assert "plan   " in told
    assert "next  backwright learn" in told


def test_every_screen_of_the_hour_is_ascii_and_80_columns_wide(tmp_path):
    data = tmp_path / "data"
    child = on_terminal("assess --more 4 --languages py", data)
    seen = []
    child.logfile_read = type("Log", (), {"write": seen.append, "flush": lambda _: None})()
    answer_all(child, random.Random(2))
    assert ended(child) == 0
    text = ESCAPE.sub("", "".join(map(str, seen))).replace("\r", "")
    assert text.isascii()
    assert max(map(len, text.splitlines())) <= 80


def test_a_role_can_be_read_about_before_it_is_chosen(tmp_path):
    child = on_terminal("", tmp_path / "data")
    for answer in ("", ""):
        child.expect(["1 of 5 .*: ", "Enter for none: "])
        child.sendline(answer)
    child.expect("Enter to decide later: ")
    child.sendline("? 3")
    child.expect("the work")
    child.expect("That was one role; now yours")
    child.expect("Enter to decide later: ")
    child.sendline("")
    child.expect("4 of 5 .*: ")
    child.sendeof()
    assert ended(child) == 3


def test_three_wrong_entries_stop_the_hour_and_keep_what_was_said(tmp_path):
    child = on_terminal("", tmp_path / "data")
    child.expect("1 of 5 .*: ")
    child.sendline("Sam")
    for _ in range(3):
        child.expect("Enter for none: ")
        child.sendline("cobol")
    child.expect("Stopped|Three entries")
    assert ended(child) == 3
    assert "Sam" in [row["given"] for row in rows_of(tmp_path / "data")]


def test_a_pipe_answers_some_questions_and_all_of_them_are_kept(tmp_path):
    said = process("assess", tmp_path / "data", "c\ni\nb\n")
    assert said.status == 3
    assert said.out == ""
    assert "Input ended after 3 answers; they are kept." in said.err
    assert "backwright assess --resume" in said.err
    assert len(answers_of(tmp_path / "data")) == 3


def test_an_empty_pipe_has_nobody_to_ask(tmp_path):
    said = process("assess", tmp_path / "data", "")
    assert said.status == 2
    assert "nobody to ask" in said.err
    assert [] == rows_of(tmp_path / "data")


def test_start_without_a_terminal_shows_a_newcomer_and_keeps_nothing(tmp_path):
    said = process("", tmp_path / "data", "")
    assert said.status == 0
    assert said.out.startswith("Nobody to ask here, so this is a simulated newcomer (intermediate")
    assert "Nothing is kept." in said.out
    assert not (tmp_path / "data").exists()


def test_ctrl_c_in_the_middle_of_a_question_keeps_the_answers_before_it(tmp_path):
    data = tmp_path / "data"
    child = on_terminal("assess --languages py", data)
    for _ in range(2):
        child.expect("stop and keep: ")
        child.sendline("i")
        child.expect("Enter for question")
        child.expect("stop and keep: ")
        child.sendline("")
    child.expect("stop and keep: ")
    child.send("half an ans")
    child.sendintr()
    child.expect("Stopped. 2 answers")
    child.expect("backwright assess --resume")
    assert ended(child) == 3
    assert len(answers_of(data)) == 2


def test_ctrl_c_while_something_is_computed_is_no_failure(tmp_path):
    def interrupt(*_) -> None:
        raise KeyboardInterrupt

    say("explore", tmp_path / "data")  # what is compiled once is compiled now
    before = signal.signal(signal.SIGALRM, interrupt)
    gc.disable()  # an exception raised in a callback of the collector is swallowed
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        said = say("assess --simulate expert --more 200", tmp_path / "data")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.enable()
        signal.signal(signal.SIGALRM, before)
    assert said.status == 3
    assert said.err.strip() == "Stopped."
    assert said.out == ""


def test_a_reader_that_goes_away_is_no_failure(tmp_path):
    line = " ".join(map(repr, command("explore --technologies")))
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} | true"],
        env=environment(tmp_path / "data"),
        capture_output=True,
        text=True,
        timeout=BY,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert "BrokenPipe" not in ran.stderr
    assert ran.returncode in (0, -signal.SIGPIPE, 128 + signal.SIGPIPE)


def test_no_acknowledged_answer_is_lost_to_kill_9(tmp_path, record_property):
    """Feedback is the acknowledgement: killed any time after it, the answer is in the export."""
    data, chance, acknowledged = tmp_path / "data", random.Random(9), 0
    for number in range(KILLS):
        name = f"person-{number % 4}"  # some are killed again and again, in one database
        before = len(answers_of(data, "--as", name)) if number >= 4 else 0
        child = subprocess.Popen(
            command(f"assess --more 200 --languages 'py js' --as {name}"),
            env=environment(data),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        child.stdin.write("i\n" * 200)
        child.stdin.flush()
        wanted, heard = chance.randint(1, 3), 0
        for line in child.stderr:
            heard += line.startswith(ACKNOWLEDGED)
            if heard == wanted:
                break
        time.sleep(chance.random() * 0.15)
        child.kill()
        *whole, _ = child.stderr.read().split("\n")  # the last line may be cut
        assert child.wait(timeout=BY) == -signal.SIGKILL
        heard += sum(line.startswith(ACKNOWLEDGED) for line in whole)
        acknowledged += heard
        kept = len(answers_of(data, "--as", name))
        # The answer in flight may be kept without having been acknowledged; no other may.
        assert before + heard <= kept <= before + heard + 1
    ids = [row["id"] for row in answers_of(data, "--everybody")]
    assert len(ids) == len(set(ids))
    record_property("killed", KILLS)
    record_property("acknowledged", acknowledged)
    record_property("kept", len(ids))


def test_resume_goes_on_with_other_questions(tmp_path):
    data = tmp_path / "data"
    assert say("assess", data, typed="i\n" * 4).status == 3
    assert say("assess --resume", data, typed="i\n" * 4).status == 3
    sources = [row["source"] for row in answers_of(data)]
    assert len(sources) == 8
    assert len(set(sources)) == 8


def test_drill_and_lesson_on_a_terminal(tmp_path):
    data = tmp_path / "data"
    child = on_terminal("learn fnd.git --part 1", data)
    child.expect("Enter for part 2, b back, d drill, s to stop and keep: ")
    child.sendline("")
    child.expect("b back, d drill, s to stop and keep: ")
    child.sendline("d")
    child.expect("stop and keep: ")
    child.sendline("i")
    child.expect("Enter for drill 2")
    child.expect("stop and keep: ")
    child.sendline("s")
    child.expect("Stopped; what you did is kept.")
    assert ended(child) == 0
    kinds = [row["kind"] for row in rows_of(data)]
    assert kinds.count("drill") == 1
    assert kinds.count("time") == 2


@pytest.mark.parametrize("use_case", USE_CASES, ids=[use_case.name for use_case in USE_CASES])
def test_a_verb_needs_no_network(use_case, tmp_path):
    data = copy_of_known_person(tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLOCKED)
    (tmp_path / "me.jsonl").write_text("")
    path = f"{tmp_path / 'site'}{os.pathsep}{environment(data)['PYTHONPATH']}"
    ran = subprocess.run(
        [sys.executable, "-m", "backwright", *shlex.split(use_case.example)[1:]],
        env=environment(data, PYTHONPATH=path),
        cwd=tmp_path,
        input="",
        capture_output=True,
        text=True,
        timeout=BY,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    assert "this test" not in ran.stderr
    assert (tmp_path / "site" / "sitecustomize.py.loaded").exists()


def test_the_block_itself_blocks(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(BLOCKED)
    code = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(tmp_path, PYTHONPATH=str(tmp_path)),
        capture_output=True,
        text=True,
        timeout=BY,
        check=False,
    )
    assert "this test looks up no names" in ran.stderr
    assert socket.socket.connect is not None


def test_two_profiles_do_not_see_each_other(tmp_path):
    data = tmp_path / "data"
    assert say("start --name Ann --role go-developer --as ann", data).status == 0
    assert say("assess --more 3 --as ann", data, typed="i\n" * 3).status == 0
    assert say("start --name Ben --as ben", data).status == 0
    assert len(answers_of(data, "--as", "ann")) == 3
    assert [] == answers_of(data, "--as", "ben")
    report = json.loads(say("assess --report --as ben --json", data).out)
    assert (0, []) == (report["questions"], report["skills"])
    assert "go-developer" == json.loads(say("roadmap --as ann --json", data).out)["role"]
    assert "backend-developer" == json.loads(say("roadmap --as ben --json", data).out)["role"]
    assert say("data delete --yes --as ann", data).status == 0
    assert 1 == len(rows_of(data, "--as", "ben"))


@pytest.mark.parametrize(
    "line",
    [
        "explore --json",
        "explore backend-developer --json",
        "assess --simulate intermediate --seed 7 --json",
        "assess --report --json",
        "roadmap --role backend-developer --hours-per-week 8 --start 2027-01-04 --json",
        "roadmap --simulate advanced --seed 3 --start 2027-01-04 --json",
        "learn api-design --json",
    ],
)
def test_the_same_question_gets_the_same_bytes(line, tmp_path):
    data = copy_of_known_person(tmp_path)
    first = say(line, data)
    assert first.status == 0
    assert first.out == say(line, data).out


def test_the_same_bytes_from_another_process(tmp_path):
    data = copy_of_known_person(tmp_path)
    line = "roadmap --role go-developer --start 2027-01-04 --json"
    seeds = [process(line, data, PYTHONHASHSEED=seed).out for seed in ("1", "2")]
    assert seeds[0] == seeds[1] == say(line, data).out
    line = "assess --simulate intermediate --seed 7 --json"
    assert process(line, data, PYTHONHASHSEED="3").out == say(line, data).out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "explore --json", {"roles": [{"id", "name", "hours_p50", "hours_p80"}]}, id="roles"
        ),
        pytest.param(
            "explore go-developer --json",
            {"id": None, "targets": [{"skill", "level", "weight"}]},
            id="a role",
        ),
        pytest.param(
            "assess --simulate intermediate --seed 7 --json",
            {
                "questions": None,
                "level": None,
                "skills": [{"id", "mastery", "state", "evidence"}],
            },
            id="an assessment",
        ),
        pytest.param(
            "roadmap --role go-developer --hours-per-week 8 --json",
            {
                "role": None,
                "steps": [{"skill", "start_p50", "end_p50", "end_p80", "hours", "why"}],
                "end_p50": None,
                "end_p80": None,
                "sections": None,
            },
            id="a plan",
        ),
        pytest.param(
            "learn api-design --json", {"path": None, "stages": None, "next": None}, id="a path"
        ),
    ],
)
def test_json_has_the_keys_that_were_promised(line, expected, tmp_path):
    answer = json.loads(say(line, tmp_path / "data").out)
    for key, inside in expected.items():
        assert key in answer
        if inside:
            assert answer[key]
            assert all(inside[0] <= set(each) for each in answer[key])


def test_a_plan_is_dated_in_order(tmp_path):
    data = copy_of_known_person(tmp_path)
    plan = json.loads(say("roadmap --start 2027-01-04 --json", data).out)
    starts = [step["start_p50"] for step in plan["steps"]]
    assert starts == sorted(starts)
    assert all(s["start_p50"] <= s["end_p50"] <= s["end_p80"] for s in plan["steps"])
    assert plan["end_p50"] == max(s["end_p50"] for s in plan["steps"])
    assert plan["end_p50"] <= plan["end_p80"]
    assert len(plan["sections"]) == 10


def test_an_export_imports_into_an_empty_folder_and_says_the_same(tmp_path):
    data = copy_of_known_person(tmp_path)
    assert say("data export all.jsonl", data).status == 0
    other = tmp_path / "other"
    assert say("data import all.jsonl", other).status == 0
    line = "roadmap --start 2027-01-04 --json"
    assert rows_of(data) == rows_of(other)
    assert say(line, data).out == say(line, other).out
