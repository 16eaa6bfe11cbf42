"""The real content passes its own check, programs included; and the check notices what is wrong."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest
from tests.bench import bench_in, catalog_and_digest

from backwright.assess.lesson_checks import lesson_complaints
from backwright.catalog import Catalog
from backwright.model.errors import NotFound
from backwright.model.item import Item, Run, Wrong
from backwright.model.skill import SkillId
from backwright.usecases.bench import Bench
from backwright.usecases.content_check import Ask, run
from backwright.usecases.ports import Ran

SKILL = SkillId("sql.basics")


def test_the_whole_content_is_in_order_and_every_program_prints_what_it_should(
    tmp_path, record_property
):
    with ThreadPoolExecutor(2) as executor:
        answer = run(Ask(), replace(bench_in(tmp_path), executor=executor))
    record_property("programs", answer.programs)
    if answer.not_run:
        warnings.warn(
            f"{answer.not_run} programs not run: no {', '.join(answer.missing)} here", stacklevel=1
        )
    assert () == answer.problems
    assert "ok" == answer.verdict
    assert 0 < answer.programs
    assert 150 < answer.skills


@dataclass
class FakeSandbox:
    """Prints what it was told per program; knows no runtime called "missing"."""

    prints: dict[str, str] = field(default_factory=dict)
    alone: list[str] = field(default_factory=list)

    def runtimes(self) -> frozenset[str]:
        return frozenset({"python"})

    def run(self, run: Run) -> Ran:
        self.alone.append(run.program)
        return self._run(run)

    def run_many(self, runs) -> list[Ran]:
        return [self._run(run) for run in runs]

    def _run(self, run: Run) -> Ran:
        if run.runtime == "missing":
            return Ran("", "missing is not on this machine", missing=True)
        return Ran(self.prints.get(run.program, ""), "")


@dataclass
class FakeLessons:
    text: str

    def read(self, skill: str) -> str:
        return self.text


GOOD = Item(
    id=f"{SKILL}/good",
    skill=SKILL,
    level=1,
    ask="```python\nprint(2)\n```\nWhat does this small program print when it is run? Type it.",
    explain="It prints two.",
    source="python-docs/print",
    kind="typed",
    answer="2",
    wrong=(Wrong("1", "that is not what it prints"),),
    run="python",
)
PROGRAM = "print(2)\n"


def bench_of(tmp_path, items=(GOOD,), problems=(), lesson="", **fakes) -> Bench:
    """Return a bench over a catalog with these items of one skill, and its lesson."""
    catalog: Catalog = catalog_and_digest()[0]
    catalog = replace(
        catalog,
        items={SKILL: tuple(items)},
        lessons=frozenset({SKILL} if lesson else ()),
        skills=catalog.skills,
    )
    fakes = {"sandbox": FakeSandbox({PROGRAM: "2"}), "lessons": FakeLessons(lesson), **fakes}
    return replace(bench_in(tmp_path), problems=lambda: (catalog, list(problems)), **fakes)


def mine(answer) -> list[str]:
    """Return the problems but for those of families, whose programs the fake does not know."""
    return [problem for problem in answer.problems if not problem.startswith("families/")]


def test_a_good_item_is_counted_and_nothing_is_said(tmp_path):
    answer = run(Ask((SKILL,)), bench_of(tmp_path))
    assert [] == mine(answer)
    assert (1, 1, 1.0, 0) == (answer.skills, answer.items, answer.executed, answer.lessons)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        pytest.param({"answer": "3"}, "printed '2', claimed '3'", id="prints something else"),
        pytest.param(
            {"ask": "What is printed by a program that is not here? Type it, please."},
            "names what runs it (python), but no program",
            id="has no program",
        ),
        pytest.param({"wrong": ()}, "a typed item needs an answer", id="breaks a rule"),
    ],
)
def test_a_bad_item_is_named_with_its_file(tmp_path, change, problem):
    answer = run(Ask((SKILL,)), bench_of(tmp_path, [replace(GOOD, **change)]))
    assert "failed" == answer.verdict
    assert mine(answer)[0].startswith(f"skills/{SKILL}/items.toml: good: {problem}")


def test_a_program_that_failed_in_company_is_run_again_alone(tmp_path):
    sandbox = FakeSandbox({PROGRAM: "no"})
    run(Ask((SKILL,)), bench_of(tmp_path, sandbox=sandbox))
    assert PROGRAM in sandbox.alone


def test_without_run_no_program_is_started(tmp_path):
    answer = run(Ask((SKILL,), run=False), bench_of(tmp_path, sandbox=None))
    assert (0, "ok") == (answer.programs, answer.verdict)


def test_a_missing_runtime_is_counted_and_no_problem(tmp_path):
    item = replace(GOOD, run="missing", check="x")
    answer = run(Ask((SKILL,)), bench_of(tmp_path, [item]))
    assert (1, ("missing",)) == (answer.not_run, answer.missing)
    assert [] == mine(answer)


def test_warnings_fail_only_a_strict_check(tmp_path):
    short = replace(GOOD, ask="```python\nprint(2)\n```\nGo on and type what you think it prints.")
    bench = bench_of(tmp_path, [short])
    answers = [run(Ask((SKILL,), run=False, strict=strict), bench) for strict in (False, True)]
    assert ["ok", "failed"] == [answer.verdict for answer in answers]
    assert f"skills/{SKILL}/items.toml: good: the stem asks no question (check 13)" in (
        answers[0].warnings
    )


def test_problems_of_other_skills_are_left_out_when_one_is_named(tmp_path):
    here, there = f"skills/{SKILL}/items.toml:3: bad", "skills/fnd.git/skill.toml:1: bad"
    source = "sources/x.toml:1: bad"
    bench = bench_of(tmp_path, problems=[here, there, source], sandbox=FakeSandbox())
    assert [here, source] == mine(run(Ask((SKILL,), run=False), bench))
    assert [here, there, source] == mine(run(Ask(run=False), bench))


def test_near_duplicates_are_found_only_over_the_whole_bank(tmp_path):
    twins = [GOOD, replace(GOOD, id=f"{SKILL}/twin")]
    bench = bench_of(tmp_path, twins)
    assert [] == mine(run(Ask((SKILL,), run=False), bench))
    (problem,) = mine(run(Ask(run=False), bench))
    assert "nearly the same question" in problem


def test_an_unknown_skill_is_named_with_the_nearest(tmp_path):
    with pytest.raises(NotFound, match="no skill is called 'sql") as refused:
        run(Ask(("sql.basic",)), bench_in(tmp_path))
    assert "backwright content check sql.basics" == refused.value.hint


# Lessons

LATER = "Worked example, Common mistakes, Questions, Sources"
LESSON = f"""# A lesson

## Idea
{"word " * 400}

## Worked example
```python run
print(2)
```
```output
2
```

## Common mistakes
- One.

## Questions
1. One?
   Answer: one.
2. Two?
   Answer: two.
3. Three?
   Answer: three.

## Sources
- python-docs/print
"""


def test_a_lesson_in_order_has_no_complaints():
    assert [] == list(lesson_complaints(LESSON, {"python-docs"}))


def without(text: str, new: str = "") -> str:
    assert text in LESSON
    return LESSON.replace(text, new, 1)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            without("## Idea", "## Ideas"),
            (
                3,
                f"the headings are Ideas, {LATER}; they should be Idea, {LATER}",
            ),
            id="a heading has another name",
        ),
        pytest.param(
            without("word " * 390), (1, "41 words besides code; 400 to 900, please"), id="short"
        ),
        pytest.param(
            without("## Idea", "## Idea\n" + "word " * 600),
            (1, "1031 words besides code; 400 to 900, please"),
            id="long",
        ),
        pytest.param(
            without("- One.", "- Öne."),
            (15, r"not ASCII; a terminal may not show '\xd6'"),
            id="not ASCII",
        ),
        pytest.param(
            without(" run\n", "\n"),
            (1, "no program is run; mark the worked example's block as ```<language> run"),
            id="no program",
        ),
        pytest.param(
            without("3. Three?\n   Answer: three.\n"),
            (17, "2 questions; 3, please"),
            id="two questions",
        ),
        pytest.param(
            without("   Answer: two.\n"),
            (20, "question 2 has no indented 'Answer: '"),
            id="a question without an answer",
        ),
        pytest.param(
            without("- python-docs/print"),
            (25, "no source; '- <source id>/<section>' for each"),
            id="no source",
        ),
        pytest.param(
            without("- python-docs", "- pithon-docs"),
            (26, "no source is called 'pithon-docs'"),
            id="an unknown source",
        ),
        pytest.param(
            without("- python-docs/print", "- python-docs"),
            (26, "say which section of python-docs"),
            id="a source without a section",
        ),
    ],
)
def test_a_lesson_out_of_order_is_complained_about_with_its_line(text, complaint):
    assert [complaint] == list(lesson_complaints(text, {"python-docs"}))


def test_a_lessons_program_that_prints_something_else_is_a_problem(tmp_path):
    bench = bench_of(tmp_path, lesson=LESSON, sandbox=FakeSandbox({PROGRAM: "5"}))
    problems = mine(run(Ask((SKILL,)), bench))
    assert f"skills/{SKILL}/lesson.md: program 1: printed '5', claimed '2'" in problems
