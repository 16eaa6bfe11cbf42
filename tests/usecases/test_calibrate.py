"""Questions are fitted to stored answers when there are enough people, and never before."""

from dataclasses import replace

import pytest
from tests.bench import bench_in

from backwright.model.evidence import Kind, Outcome
from backwright.usecases import assess, calibrate
from backwright.usecases.simulated import simulate
from backwright.usecases.standing import calibration, recorded, standing

LEVELS = ("beginner", "intermediate", "advanced", "expert")


def crowd(bench, count: int) -> None:
    rows = []
    for number in range(count):
        person = simulate(bench, LEVELS[number % 4], number, 12, lambda _: None)
        rows += [replace(row, id=bench.clock.new_id(), profile=f"p{number}") for row in person.rows]
    bench.store.append(rows)


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


def test_nobody_is_too_few(bench):
    answer = calibrate.run(calibrate.Ask(), bench)
    assert not answer.enough
    assert calibration(bench) is None


def test_a_dry_run_keeps_nothing(bench):
    crowd(bench, 12)
    answer = calibrate.run(calibrate.Ask(dry_run=True), bench)
    assert answer.enough
    assert not answer.kept
    assert calibration(bench) is None


def test_fitting_changes_what_is_believed_and_can_be_undone(bench):
    crowd(bench, 24)
    mine = replace(bench, profile="p1")
    until = bench.clock.now()
    before = standing(mine, until).mastery
    answer = calibrate.run(calibrate.Ask(), bench)
    assert answer.kept
    assert {item.source for item in answer.items} == {row.source for row in bench.store.all_rows()}
    assert all(0 < item.guess < 1 and 0 < item.slip < 1 for item in answer.items)
    assert assess.run(assess.Ask(report=True), mine).calibrated
    calibrate.run(calibrate.Ask(forget=True), bench)
    assert before == standing(mine, until).mastery


def test_a_question_that_misleads_many_is_suspended_and_not_asked_again(bench):
    item = next(i for i in bench.catalog.items["sql.indexes"] if i.right)
    source = f"item:{item.id}"
    crowd(bench, 20)
    random_right = [Outcome.RIGHT, Outcome.WRONG, Outcome.WRONG, Outcome.RIGHT, Outcome.WRONG]
    rows = []
    for number in range(240):
        for skill in ("net.http", "sql.basics", "fnd.git"):
            other = f"item:{bench.catalog.items[skill][0].id}"
            good = Outcome.RIGHT if number % 2 else Outcome.WRONG
            rows.append((f"q{number}", skill, other, good))
        rows.append((f"q{number}", "sql.indexes", source, random_right[number % 5]))
    bench.store.append(
        [
            recorded(
                bench,
                profile=who,
                skill=skill,
                source=src,
                outcome=out,
                kind=Kind.ANSWER,
                guess=0.24,
                slip=0.09,
            )
            for who, skill, src, out in rows
        ]
    )
    answer = calibrate.run(calibrate.Ask(), bench)
    assert source in {each.source for each in answer.misbehaving if each.suspended}
    asked = assess.run(assess.Ask(skill="sql.indexes"), replace(bench, profile="new"))
    seen = set()
    while asked.next and len(seen) < 12:
        seen.add(asked.next.token.rpartition("@")[0])
        asked = assess.run(
            assess.Ask(skill="sql.indexes", question=asked.next.token, answer="i", asked=len(seen)),
            replace(bench, profile="new"),
        )
    assert source not in seen
