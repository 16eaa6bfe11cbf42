"""What a command line comes to: its exit status, and what is said when something is wrong."""

import json

import pytest
from tests.command import ESCAPE, copy_of_known_person, next_commands, parse, say

GOOD_ROW = (
    '{"id":"01890a5d-ac96-774b-bcce-b302099a8057","profile":"me","skill":"fnd.git","variant":"",'
    '"kind":"answer","outcome":"right","guess":0.2,"slip":0.1,"weight":1,"source":"item:fnd.git/x",'
    '"given":"a","seed":1,"occurred_at":"2026-01-05T09:00:00Z",'
    '"recorded_at":"2026-01-05T09:00:00Z","schema":1}\n'
)
FILES = {"good.jsonl": GOOD_ROW, "bad.jsonl": GOOD_ROW + "not a row\n", "empty.jsonl": ""}
I_THIRTY_TIMES = "i\n" * 30


@pytest.fixture
def data(tmp_path):
    """A data folder that is not there yet, and a current folder with some files."""
    (tmp_path / "here").mkdir()
    for name, text in FILES.items():
        (tmp_path / "here" / name).write_text(text)
    return tmp_path / "data"


@pytest.mark.parametrize(
    ("line", "typed", "expected"),
    [
        pytest.param("--help", "", 0, id="help is an answer"),
        pytest.param("roadmap -h", "", 0, id="so is the help of a verb"),
        pytest.param("data --help", "", 0, id="and that of a group"),
        pytest.param("--version", "", 0, id="and the version"),
        pytest.param("explore", "", 0, id="roles are listed"),
        pytest.param("explore go-developer", "", 0, id="a role is opened"),
        pytest.param("explore nothing-like-it", "", 2, id="no such role is a usage problem"),
        pytest.param("", "", 0, id="start without a terminal shows a newcomer"),
        pytest.param("start --role go-developer", "", 0, id="start keeps what it is told"),
        pytest.param("assess --simulate expert", "", 0, id="a made-up person answers"),
        pytest.param("assess --report", "", 0, id="a report of nothing is a report"),
        pytest.param("assess --more 3", "i\ni\ni\n", 0, id="all questions answered"),
        pytest.param("assess --more 3", "i\n", 3, id="input ended in between"),
        pytest.param("assess --more 3", "i\ns\n", 3, id="stopped in between"),
        pytest.param("assess --more 3", "", 2, id="nobody to ask"),
        pytest.param("roadmap", "", 0, id="a plan"),
        pytest.param("roadmap --deadline 2040-01-01", "", 0, id="a deadline that is far away"),
        pytest.param(
            "roadmap --start 2027-01-01 --deadline 2027-02-01", "", 1, id="a deadline too near"
        ),
        pytest.param("learn", "", 0, id="the next step"),
        pytest.param("learn --paths", "", 0, id="paths are listed"),
        pytest.param("learn fnd.git --part 1", "", 0, id="a lesson is read"),
        pytest.param("learn fnd.git --drill", "i\n", 3, id="a drill whose input ended"),
        pytest.param("learn fnd.git --drill", "i\ns\n", 0, id="a drill that was stopped"),
        pytest.param("data export", "", 0, id="an export of nothing"),
        pytest.param("data import good.jsonl", "", 0, id="rows are imported"),
        pytest.param("data import empty.jsonl", "", 0, id="an empty file has no bad line"),
        pytest.param("data import bad.jsonl", "", 1, id="a bad line keeps the file out"),
        pytest.param("data import bad.jsonl --skip-bad", "", 0, id="unless it is passed over"),
        pytest.param("data import none.jsonl", "", 2, id="no such file"),
        pytest.param("data delete", "", 2, id="nothing to delete"),
        pytest.param("data delete --yes", "", 0, id="deleting nobody is done at once"),
        pytest.param("data rescue out.jsonl", "", 2, id="no database to rescue"),
        pytest.param("calibrate --dry-run", "", 0, id="too few answers to fit is no failure"),
        pytest.param("content check fnd.git", "", 0, id="the content holds together"),
        pytest.param("config explain", "", 0, id="settings are explained"),
        pytest.param("data", "", 2, id="a group needs a verb"),
        pytest.param("frobnicate", "", 2, id="no such verb"),
    ],
)
def test_exit_status(line, typed, expected, data):
    said = say(line, data, typed=typed)
    assert expected == said.status, said.err


def test_content_that_does_not_hold_together_is_a_negative_answer(data, tmp_path):
    (tmp_path / "content" / "skills" / "x.y").mkdir(parents=True)
    (tmp_path / "content" / "skills" / "x.y" / "skill.toml").write_text('name = "X"\n')
    said = say("content check", data, BACKWRIGHT_CONTENT_DIR=str(tmp_path / "content"))
    assert said.status == 1
    assert "skills/x.y/skill.toml:1" in said.out


BAD = [
    pytest.param("explore backend-devloper", "'backend-devloper'", id="an unknown role"),
    pytest.param("explore --compare go-developer wizard", "'wizard'", id="an unknown role beside"),
    pytest.param("explore --compare go-developer", "1 role", id="one role to compare"),
    pytest.param("explore --search zzzzqq", "'zzzzqq'", id="a word that finds nothing"),
    pytest.param("explore a b c", "b c", id="too many words"),
    pytest.param("explore --frobnicate", "--frobnicate", id="an unknown option"),
    pytest.param("roadmap --role wizzard", "'wizzard'", id="an unknown role to plan for"),
    pytest.param("roadmap --from-role wizzard", "'wizzard'", id="an unknown role to come from"),
    pytest.param("roadmap --hours-per-week 0", "0 hours", id="no hours"),
    pytest.param("roadmap --hours-per-week -3", "-3 hours", id="less than no hours"),
    pytest.param("roadmap --hours-per-week 200", "200 hours", id="more hours than a week has"),
    pytest.param("roadmap --hours-per-week many", "'many'", id="hours in words"),
    pytest.param("roadmap --hours-per-week nan", "nan", id="hours that are no number"),
    pytest.param("roadmap --hours-per-week inf", "inf", id="hours without end"),
    pytest.param("start --hours-per-week 0", "0", id="no hours to start with"),
    pytest.param("roadmap --deadline 2020-01-01", "2020-01-01", id="a deadline in the past"),
    pytest.param("roadmap --deadline soon", "'soon'", id="a deadline in words"),
    pytest.param("roadmap --start 2027-13-45", "'2027-13-45'", id="a month 13"),
    pytest.param("roadmap --export pdf", "'pdf'", id="an unknown format"),
    pytest.param("roadmap --section nowhere", "'nowhere'", id="an unknown section"),
    pytest.param("roadmap --band god", "'god'", id="an unknown band"),
    pytest.param("roadmap --track cobol", "'cobol'", id="an unknown language"),
    pytest.param("roadmap --simulate expert --seed -5", "-5", id="a seed below zero"),
    pytest.param("roadmap --seed x", "'x'", id="a seed that is no number"),
    pytest.param("assess --seed 99999999999999999999", "99999", id="a seed too large"),
    pytest.param("assess --domain nowhere", "'nowhere'", id="an unknown domain"),
    pytest.param("assess --skill sql.indxes", "'sql.indxes'", id="an unknown skill"),
    pytest.param("assess --show sql.indxes", "'sql.indxes'", id="an unknown skill to explain"),
    pytest.param("assess --more 0", "0 questions", id="no questions"),
    pytest.param("assess --more 9999", "9999 questions", id="too many questions"),
    pytest.param("assess --languages klingon --report", "'klingon'", id="an unknown tongue"),
    pytest.param("assess --question x --answer a", "'x'", id="a token that is none"),
    pytest.param("assess --question item:fnd.git/x@1", "answer", id="a question alone"),
    pytest.param("learn wizard", "'wizard'", id="an unknown path"),
    pytest.param("learn fnd.git --part 99", "99", id="a part that a lesson does not have"),
    pytest.param("learn fnd.git --log -5", "-5", id="minutes below zero"),
    pytest.param("learn --log 5", "minutes", id="minutes on nothing"),
    pytest.param("data import none.jsonl", "'none.jsonl'", id="a file that is not there"),
    pytest.param("data import .", "'.'", id="a folder instead of a file"),
    pytest.param("data export .", "'.'", id="a folder to write to"),
    pytest.param("data delete --as nobody-here", "'nobody-here'", id="an unknown profile"),
    pytest.param("content check fnd.gti", "'fnd.gti'", id="an unknown skill to check"),
    pytest.param("exlpore", "'exlpore'", id="a verb with two letters swapped"),
    pytest.param("data", "'data'", id="half a verb"),
    pytest.param("design check", "'PATH'", id="no blueprint to check"),
    pytest.param("design compare", "'PATH'", id="no blueprint to compare"),
    pytest.param("advise scale", "'REQUESTS'", id="no rate to carry"),
]


WITHOUT_ITS_VALUE = pytest.param("explore --as", "--as", id="an option without its value")


@pytest.mark.parametrize(("line", "named"), [*BAD, WITHOUT_ITS_VALUE])
def test_bad_input_is_answered_in_two_or_three_lines_with_the_next_command(line, named, data):
    said = say(line, data, typed=I_THIRTY_TIMES)
    lines = said.err.splitlines()
    assert said.status == 2
    assert said.out == ""
    assert 2 <= len(lines) <= 3
    assert lines[0].startswith("backwright: ")
    assert named in said.err
    assert "Traceback" not in said.err
    assert "invalid" not in said.err.lower()
    assert [parse(each) for each in next_commands(said.err) if "--help" not in each] or (
        "--help" in lines[-1]
    )


@pytest.mark.parametrize(("line", "named"), BAD)
def test_bad_input_is_answered_as_json_on_stderr_where_json_was_asked_for(line, named, data):
    said = say(f"{line} --json", data)
    error = json.loads(said.err)
    assert ["error", "detail", "hint"] == list(error)
    assert said.status == 2
    assert said.out == ""


@pytest.mark.parametrize(
    ("line", "nearest", "command"),
    [
        pytest.param(
            "explore backend-devloper",
            "backend-developer",
            "backwright explore backend-developer",
            id="role",
        ),
        pytest.param(
            "content check fnd.gti", "fnd.git", "backwright content check fnd.git", id="skill"
        ),
        pytest.param("exlpore", "explore", "backwright explore", id="verb"),
        pytest.param(
            "roadmap --section scalling",
            "scaling",
            "backwright roadmap --section scaling",
            id="section",
        ),
        pytest.param(
            "assess --domain database",
            "databases",
            "backwright assess --domain databases",
            id="domain",
        ),
    ],
)
def test_a_name_nearly_right_is_answered_with_the_nearest(line, nearest, command, data):
    said = say(line, data)
    assert f"nearest: {nearest}" in said.err
    assert command in next_commands(said.err)


@pytest.mark.parametrize(
    "line", ["assess --more 1", "roadmap --role go-developer", "learn fnd.git --log 5"]
)
def test_a_data_folder_that_cannot_be_written_is_named(line, data):
    said = say(line, data, typed="i\n", BACKWRIGHT_DATA_DIR="/dev/null/data")
    assert said.status == 2
    assert "the data directory is read-only" in " ".join(said.err.split())
    assert "Traceback" not in said.err


@pytest.mark.parametrize("line", ["explore", "roadmap", "learn", "assess --report", "data export"])
def test_looking_around_leaves_nothing_behind(line, data):
    assert say(line, data).status == 0
    assert not data.exists()


def test_a_cache_that_cannot_be_written_is_only_slow(data):
    said = say("explore", data, BACKWRIGHT_CACHE_DIR="/dev/null/cache")
    assert said.status == 0
    assert said.err == ""


def test_a_damaged_database_says_what_to_do(data):
    data.mkdir()
    (data / "evidence.db").write_bytes(b"not a database" * 1000)
    said = say("assess --report", data)
    assert said.status == 2
    assert "backwright data rescue rescued.jsonl" in next_commands(said.err)


def test_a_question_that_was_asked_for_nothing_keeps_nothing(data):
    assert say("assess --more 1", data, typed="").status == 2
    assert say("data export", data).out == ""


def test_three_wrong_entries_end_the_conversation(data):
    said = say("assess --more 5 --skill fnd.git", data, typed="i\n\n\n\n\n")
    assert said.status == 3
    assert "Stopped" in said.err or "Three entries" in said.err


def test_options_given_to_start_in_a_pipe_are_kept(data):
    assert say("start --name Sam --role go-developer --hours-per-week 5", data).status == 0
    plan = json.loads(say("roadmap --json", data).out)
    assert ("go-developer", 5) == (plan["role"], plan["hours_per_week"])


def test_each_verb_has_a_help_with_an_example(data):
    for verb in ("start", "explore", "assess", "roadmap", "learn", "calibrate"):
        said = say(f"{verb} --help", data)
        assert said.status == 0
        assert f"Example: backwright {verb}" in " ".join(said.out.split())
        assert max(map(len, said.out.splitlines())) <= 80


def test_answers_go_to_stdout_and_the_conversation_to_stderr(tmp_path):
    data = copy_of_known_person(tmp_path)
    said = say("assess --more 1", data, typed="i\n")
    assert "Q1 " in said.err
    assert "Q1 " not in said.out
    assert "answer   " in said.out
    assert not ESCAPE.search(said.out + said.err)
