"""What stands on the screen: it fits, it is ASCII, it says the same with and without colour."""

import json
import re
from typing import NamedTuple

import pytest
from tests.command import (
    ESCAPE,
    Said,
    copy_of_known_person,
    known_person,
    next_commands,
    parse,
    say,
)

from backwright.faces.prose.report import spoken

WIDTHS = (40, 60, 80, 200)
LOOKS = ({"TERM": "xterm"}, {"TERM": "dumb"}, {"NO_COLOR": "1"})
ANSWERS = [
    pytest.param("explore", id="roles"),
    pytest.param("explore backend-developer", id="a role"),
    pytest.param("explore database-architect --all", id="a role with every target"),
    pytest.param(
        "explore --compare backend-developer api-architect go-developer", id="three roles"
    ),
    pytest.param("explore --technologies", id="technologies"),
    pytest.param("explore postgresql", id="a technology"),
    pytest.param("explore --languages", id="languages"),
    pytest.param("explore sql.isolation", id="a skill"),
    pytest.param("explore lang.core", id="a choice between skills"),
    pytest.param("explore --search 'connection pool'", id="a search"),
    pytest.param("assess --report", id="the report"),
    pytest.param("assess --show sql.isolation", id="why a skill stands where it does"),
    pytest.param("assess --simulate beginner --seed 3", id="a made-up report"),
    pytest.param("roadmap", id="a plan"),
    pytest.param("roadmap --all", id="every step of a plan"),
    pytest.param("roadmap --section all", id="every section of a plan"),
    pytest.param("roadmap --section resources", id="one section of a plan"),
    pytest.param("roadmap --role go-developer --from-role php-developer", id="a switch"),
    pytest.param("roadmap --start 2027-01-01 --deadline 2027-03-01", id="a deadline too near"),
    pytest.param("roadmap --deadline 2049-03-01", id="a deadline far away"),
    pytest.param("roadmap --export md,csv,ics -o plan", id="a plan written to files"),
    pytest.param("learn", id="the next step"),
    pytest.param("learn api-design", id="a path"),
    pytest.param("learn sql.isolation", id="a skill to learn"),
    pytest.param("learn fnd.git --part 1", id="a lesson"),
    pytest.param("learn --paths", id="paths"),
    pytest.param("learn --progress", id="progress"),
    pytest.param("interview --cases", id="design cases"),
    pytest.param("interview chat --seed 7", id="the first question of an interview"),
    pytest.param("interview chat --seed 7 --answer rate=20k", id="an estimate and the next one"),
    pytest.param(
        "interview chat --seed 7 --answer rate=20k --transcript", id="an interview so far"
    ),
    pytest.param("start --name Sam", id="what now"),
    pytest.param("start --simulate intermediate", id="the hour of a newcomer"),
    pytest.param("config explain", id="settings"),
    pytest.param("content check fnd.git", id="a check"),
    pytest.param("calibrate --dry-run", id="a calibration"),
    pytest.param("data export out.jsonl", id="an export"),
    pytest.param("data import out.jsonl", id="an import of what is not there"),
    pytest.param("data delete", id="a deletion that needs a yes"),
    pytest.param("--help", id="the main help"),
    pytest.param("roadmap --help", id="the help of a verb"),
    pytest.param("explore nobody-knows", id="an error"),
]
# Programs' own texts: a path or a file name is shown whole, so that it can be copied.
FOLDERS = re.compile(r"/\S{20,}")
HOSTILE = [
    pytest.param("\x1b[2J\x1b[31mred\x07\x9b", id="escape sequences"),
    pytest.param("abc\u202edef\u2066ghi\u200f", id="right-to-left marks"),
    pytest.param("x" * 10_000, id="ten thousand characters"),
    pytest.param("a\rb\x08\x08c\u2028d\u0085", id="carriage return and line ends"),
]


def looks(line: str, tmp_path, columns: int = 80, **how) -> Said:
    return say(line, copy_of_known_person(tmp_path), columns, **how)


class Shown(NamedTuple):
    """One answer as it looks: in a pipe by width, on a terminal by what the terminal says of itself."""

    line: str
    piped: dict[int, Said]
    seen: list[Said]


@pytest.fixture(scope="module", params=ANSWERS)
def shown(request, tmp_path_factory) -> Shown:
    """Each answer, shown once in every way."""
    line = request.param
    folder = tmp_path_factory.mktemp("shown")
    data = copy_of_known_person(folder)
    # What takes a second to compute looks alike at 60 and 200; the others show that.
    slow = "simulate" in line or "check" in line
    piped = {columns: say(line, data, columns) for columns in ((40, 80) if slow else WIDTHS)}
    seen = [say(line, data, screen=True, **look) for look in (LOOKS[:1] if slow else LOOKS)]
    return Shown(line, piped, seen)


def test_no_line_is_wider_than_the_terminal_and_all_is_ascii(shown):
    for columns, said in shown.piped.items():
        # The help of a verb names choices such as [beginner|intermediate|advanced|expert] whole.
        wide = max(columns, 60) if shown.line.endswith("--help") else columns
        text = FOLDERS.sub("", said.out + said.err)
        assert [] == [each for each in text.splitlines() if len(each) > wide], columns
        assert text.isascii()
        assert not ESCAPE.search(text)


def test_text_is_never_wider_than_80_columns(shown):
    if 200 in shown.piped:
        assert unclocked(shown.piped[80].out) == unclocked(shown.piped[200].out)


def test_the_words_are_the_same_with_and_without_colour(shown):
    for seen in shown.seen:
        assert unclocked(shown.piped[80].out) == unclocked(ESCAPE.sub("", seen.out))
        assert unclocked(shown.piped[80].err) == unclocked(ESCAPE.sub("", seen.err))


def test_a_dumb_terminal_gets_no_escape(shown):
    if len(shown.seen) > 1:
        assert not ESCAPE.search(shown.seen[1].out + shown.seen[1].err)


def test_no_color_keeps_bold_only(shown):
    if len(shown.seen) > 1:
        codes = {
            code for each in ESCAPE.findall(shown.seen[2].out) for code in each[2:-1].split(";")
        }
        assert codes <= {"0", "1", ""}


def test_the_answer_comes_first_in_at_most_three_lines(shown):
    said = shown.piped[80]
    first = re.split(r"\n\s*\n", said.out or said.err)[0].splitlines()
    if shown.line.startswith(("learn fnd.git --part", "roadmap --help")):
        return  # a lesson starts with its title, the help of a verb with its usage
    assert 1 <= len(first) <= 3
    assert re.search(r"[.:?]$", first[-1]) or said.status == 2


def test_every_command_that_is_offered_parses_and_there_are_at_most_three(shown):
    for said in shown.piped.values():
        text = said.out + said.err
        commands = next_commands(text)
        blocks = len(re.findall(r"^(?:next  ?backwright|try: )", text, re.MULTILINE))
        assert len(commands) <= 3 * blocks
        for command in commands:
            parse(command)


def unclocked(text: str) -> str:
    """Return the text without what a second run changes: an import finds the rows there already."""
    return re.sub(r"\d+ rows?", "n rows", text)


@pytest.mark.parametrize("option", ["--plain", "--no-color"])
def test_colour_can_be_switched_off(option, tmp_path):
    said = looks(f"assess --report {option}", tmp_path, screen=True)
    assert not ESCAPE.search(said.out)


def test_colour_is_there_on_a_terminal(tmp_path):
    assert "\x1b[32mstrong" in looks("assess --report", tmp_path, screen=True).out


@pytest.mark.parametrize(
    "line",
    [
        "explore",
        "explore backend-developer",
        "explore sql.isolation",
        "assess --report",
        "assess --show sql.isolation",
        "roadmap",
        "learn",
        "learn api-design",
        "learn --paths",
        "start --name Sam",
    ],
)
def test_an_answer_ends_with_what_to_do_next(line, tmp_path):
    said = looks(line, tmp_path)
    assert next_commands(said.out)
    assert "backwright" in "\n".join(said.out.splitlines()[-6:])


def test_the_offered_commands_run(tmp_path):
    data = copy_of_known_person(tmp_path)
    offered = {
        command
        for line in ("explore", "explore backend-developer", "assess --report", "roadmap", "learn")
        for command in next_commands(say(line, data).out)
    }
    assert len(offered) >= 8
    for command in sorted(offered):
        said = say(command.removeprefix("backwright "), data, typed="i\n" * 40 + "s\n")
        assert said.status in (0, 3), f"{command}: {said.err}"


@pytest.mark.parametrize("columns", [40, 80])
def test_states_in_the_report_are_those_of_its_json(columns, tmp_path):
    data = copy_of_known_person(tmp_path)
    report = json.loads(say("assess --report --json", data).out)
    text = say("assess --report", data, columns).out
    states = [skill["state"] for skill in report["skills"]]
    counts = (states.count("strong"), states.count("gap"), states.count("unknown"))
    told = " ".join(text.split())
    assert "{} strong, {} gap, {} not known yet.".format(*counts) in told
    for domain in report["domains"]:
        marks = "+" * domain["strong"] + "-" * domain["gap"] + "?" * domain["unknown"]
        name = spoken(domain["name"])
        assert re.search(rf"^{re.escape(name)} .*{re.escape(marks)}$", text, re.MULTILINE)


def test_states_of_a_role_are_those_of_its_json(tmp_path):
    data = copy_of_known_person(tmp_path)
    card = json.loads(say("explore go-developer --all --json", data).out)
    text = say("explore go-developer --all", data).out
    word = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}
    for target in card["targets"]:
        assert re.search(
            rf"^  {re.escape(target['name'])} .*{word[target['state']]}", text, re.MULTILINE
        )


def test_dates_of_a_plan_are_those_of_its_json(tmp_path):
    data = copy_of_known_person(tmp_path)
    plan = json.loads(say("roadmap --start 2027-01-04 --json", data).out)
    text = say("roadmap --start 2027-01-04", data).out
    year, _, day = plan["end_p50"].split("-")
    assert re.search(rf"about {int(day)} \w+ {year}", " ".join(text.split()))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_person_moves_no_cursor(name, tmp_path):
    data = copy_of_known_person(tmp_path)
    assert say(["start", "--name", name], data).status == 0
    for line in ("start --name Sam", "roadmap --export md -o plan", "learn"):
        unharmed(say(line, data))
    unharmed(say(["start", "--name", name], data))


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "line",
    [
        "data delete",
        "roadmap",
        "data export",
        "assess --report",
    ],
)
def test_a_hostile_profile_moves_no_cursor(line, name, tmp_path):
    data = tmp_path / "data"
    assert say(["start", "--name", "Sam", "--as", name], data).status == 0
    said = say([*line.split(), "--as", name], data)
    if line != "data export":  # JSON lines are one row a line, however long
        unharmed(said)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", said.out + said.err)


@pytest.mark.parametrize("word", HOSTILE)
@pytest.mark.parametrize(
    "line",
    [
        ["explore", "--search"],
        ["explore"],
        ["explore", "--compare", "go-developer"],
        ["assess", "--skill"],
        ["assess", "--question"],
        ["roadmap", "--role"],
        ["roadmap", "--start"],
        ["roadmap", "--export"],
        ["roadmap", "--band"],
        ["roadmap", "--hours-per-week"],
        ["learn"],
        ["data", "import"],
        ["content", "check"],
        [],
        ["data"],
    ],
    ids=lambda line: " ".join(line) or "a verb",
)
def test_a_hostile_word_moves_no_cursor(line, word, tmp_path):
    said = say([*line, word], tmp_path / "data")
    assert said.status == 2 or "--search" in line  # a few of its letters may be found
    unharmed(said)
    assert len(said.err.splitlines()) <= 8


def unharmed(said: Said, columns: int = 80) -> None:
    """Assert that nothing on the screen moves the cursor or is wider than it."""
    text = said.out + said.err
    assert "Traceback" not in text
    assert [] == [each for each in text.split("\n") if len(each) > columns]
    assert all(char == "\n" or char.isprintable() for char in text)
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]", text)


def test_hostile_evidence_moves_no_cursor(tmp_path):
    data = copy_of_known_person(tmp_path)
    rows = say("data export", data).out
    bad = "\\u001b[2J\\u202e"
    poisoned = rows.replace('"source":"item:', f'"source":"item:{bad}')
    poisoned = poisoned.replace('"given":"', f'"given":"{bad}')
    (tmp_path / "here").mkdir(exist_ok=True)
    (tmp_path / "here" / "bad.jsonl").write_text(poisoned)
    other = tmp_path / "other"
    unharmed(say("data import bad.jsonl", other))
    for line in ("start --name Sam", "assess --report", "assess --show sql.isolation", "learn"):
        unharmed(say(line, other))


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, id="an ASCII locale"),
        pytest.param({"TERM": ""}, id="a terminal without a name"),
        pytest.param({"COLUMNS": "0"}, id="a terminal of no width"),
        pytest.param({"COLUMNS": "7"}, id="a terminal of seven columns"),
        pytest.param({"COLUMNS": "wide"}, id="a width in words"),
    ],
)
def test_odd_terminals_get_an_answer(environ, tmp_path):
    said = looks("assess --report", tmp_path, **environ)
    assert said.status == 0
    assert "strong" in said.out


def test_any_name_in_an_ascii_locale_is_shown_and_not_a_failure(tmp_path):
    from tests.command import process

    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    said = process("start --name Jos\u00e9", tmp_path / "data", **ascii_only)
    assert said.status == 0, said.err
    assert "Traceback" not in said.err


def test_the_known_person_was_not_changed_by_any_of_this():
    assert len(say("data export", known_person()).out.splitlines()) == 27
