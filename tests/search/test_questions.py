"""Questions in plain words reach a page that answers and the command that computes; others are refused."""

import tomllib
from pathlib import Path

import pytest
from tests.bench import bench_in

from backwright.faces.prose import prose
from backwright.model.errors import BadRequest
from backwright.search.slots import slots_in
from backwright.usecases.ask import TEXT_MAX, Ask, Asked, run
from backwright.usecases.opened import indexed

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text())
BLIND = {
    name: tomllib.loads((Path(__file__).parent / name).read_text())
    for name in ("blind.toml", "blind2.toml")
}
INSIDE, OUTSIDE = QUESTIONS["question"], QUESTIONS["outside"]
TYPICAL = [question for question in INSIDE if question["set"] == "typical"]
FIRST = 3
# Shares that hold today, less two questions of what was measured (docs/method.md): a change that costs more is noticed.
PASSAGE_SHARE, COMMAND_SHARE, REFUSED_SHARE, LOST_SHARE = 0.80, 0.84, 0.90, 0.06
DEPTH = 5  # pages that an answer names: those it quotes and those it points to


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return bench_in(tmp_path_factory.mktemp("ask"))


def is_of(command: str, wanted: list[str]) -> bool:
    return any(f"{command} ".startswith(f"backwright {verb} ") for verb in wanted)


def pages(answer: Asked) -> list[str]:
    return [quote.page for quote in answer.quotes]


@pytest.mark.parametrize("question", TYPICAL, ids=lambda q: q["ask"])
def test_a_typical_question_reaches_its_passage_and_its_command(question, bench):
    answer = run(Ask(question["ask"]), bench)
    assert set(pages(answer)) & set(question["passages"])
    assert is_of(answer.command.command, question["commands"])
    assert answer.quotes[0].sources


def test_most_questions_reach_a_passage_and_the_command(bench):
    answers = [(question, run(Ask(question["ask"]), bench)) for question in INSIDE]
    found = [bool(set(pages(a)) & set(q["passages"])) for q, a in answers if q["passages"]]
    led = [bool(a.command) and is_of(a.command.command, q["commands"]) for q, a in answers]
    lost = [a.command is None for _, a in answers]
    assert sum(found) / len(found) >= PASSAGE_SHARE
    assert sum(led) / len(led) >= COMMAND_SHARE
    assert sum(lost) / len(lost) <= LOST_SHARE


def test_questions_of_other_fields_are_refused(bench):
    refused = [run(Ask(question["ask"]), bench).command is None for question in OUTSIDE]
    assert sum(refused) / len(refused) >= REFUSED_SHARE


@pytest.mark.parametrize("name", BLIND)
def test_questions_by_somebody_who_saw_only_the_names_of_skills_reach_both(name, bench):
    answers = [(question, run(Ask(question["ask"]), bench)) for question in BLIND[name]["question"]]
    near = [
        bool({*pages(a), *(m.page for m in a.more[: DEPTH - len(a.quotes)])} & set(q["passages"]))
        for q, a in answers
    ]
    first = [bool(a.command) and is_of(a.command.command, q["commands"]) for q, a in answers]
    refused = [run(Ask(each["ask"]), bench).command is None for each in BLIND[name]["outside"]]
    assert sum(near) / len(near) >= 0.90
    assert sum(first) / len(first) >= 0.95
    assert sum(refused) / len(refused) >= 0.90


def test_no_test_question_is_among_those_that_are_searched(bench):
    names = ("questions", "meanings", "intents", "elsewhere")
    written = "".join(bench.pages()[f"ask/{name}.toml"] for name in names)
    asked = [q["ask"] for q in INSIDE if q["set"] != "typical"]
    asked += [q["ask"] for one in BLIND.values() for kind in one.values() for q in kind]
    assert [] == [ask for ask in asked if ask in written]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Can we carry 40 million API calls a day?", "advise scale 40M/day", id="millions a day"),
        pytest.param("Will it scale to 5,000 requests per second?", "advise scale 5k/s", id="thousands a second"),
        pytest.param("Should I use Node.js, Python, or Go?", "advise stack --among javascript python go", id="three languages"),
        pytest.param("PostgreSQL or MongoDB?", "advise stack --among postgresql mongodb", id="two stores"),
        pytest.param("How long to become a Go developer with 10 hours a week?", "roadmap --role go-developer --hours-per-week 10", id="role and hours"),
        pytest.param("We are six teams. Are microservices worth it?", "advise monolith-or-services --teams 6", id="teams in words"),
        pytest.param("Practise the URL shortener interview with me at senior level", "interview url-shortener --level senior", id="case and level"),
    ],
)  # fmt: skip
def test_a_command_is_filled_from_what_the_question_says(question, expected, bench):
    assert f"backwright {expected}" == run(Ask(question), bench).command.command


@pytest.mark.parametrize(
    ("question", "slot", "expected"),
    [
        pytest.param("3M calls a month", "rate", "100k/day", id="a month is thirty days"),
        pytest.param("600 requests per minute", "rate", "10/s", id="a minute is sixty seconds"),
        pytest.param("200 rps", "rate", "200/s", id="rps"),
        pytest.param("10 hours a week", "rate", None, id="hours of study are no load"),
        pytest.param("three nines", "availability", "99.9", id="nines"),
        pytest.param("5 billion rows", "rows", "5000000000", id="rows"),
        pytest.param("a team of 300000", "team", None, id="no team is that large"),
        pytest.param("Go or Rust", "options", "go rust", id="Go is a language between two names"),
        pytest.param("How do I go on with Rust?", "options", None, id="go is a verb"),
    ],
)
def test_a_slot_is_read_only_where_it_is_plain(question, slot, expected, bench):
    kept = indexed(bench).kept
    assert expected == slots_in(question, kept.names, kept.kinds).get(slot)


def test_every_quoted_sentence_stands_in_the_passage_it_cites(bench):
    at_hand = indexed(bench)
    texts = [at_hand.passage(n).text for n in range(len(at_hand.kept.passages))]
    flat = "\n".join(" ".join(text.replace("*", "").replace("`", "").split()) for text in texts)
    for question in TYPICAL:
        for quote in run(Ask(question["ask"]), bench).quotes:
            assert all(part in flat for part in quote.text.split(". ")[:1])


def test_a_question_without_a_word_is_no_question(bench):
    with pytest.raises(BadRequest) as raised:
        run(Ask(" ?! "), bench)
    assert raised.value.hint.startswith("backwright ask")


def test_a_text_instead_of_a_question_is_cut_and_says_so(bench):
    answer = run(Ask("How do I store passwords? " * 400), bench)
    assert answer.cut
    assert "its end was not looked at" in " ".join(prose(answer).split())
    assert len("How do I store passwords? ") * 400 > TEXT_MAX


@pytest.mark.parametrize(
    "question",
    ["\x1b[2J passwords \x00 \u202e", "ᚠᛇᚻ 数据库 паролі", "'; DROP TABLE pages; --", "{skill} [x] {rate|9}", "a" * 5000],
    ids=["escapes", "other scripts", "an injection", "a template", "one long word"],
)  # fmt: skip
def test_whatever_is_typed_is_answered_or_refused(question, bench):
    answer = run(Ask(question), bench)
    assert "\x1b" not in prose(answer)
    assert answer.verdict in ("ok", "nothing")


def test_the_index_is_built_once_for_a_content(tmp_path, bench):
    kept = indexed(bench)
    assert kept.kept.heads == indexed(bench).kept.heads
