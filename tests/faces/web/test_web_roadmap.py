"""The roadmap's page: dates move with what is asked, nothing is kept unless it is said, files to take along."""

import re

import pytest
from tests.bench import bench_in

from backwright.faces.web.rolemap import role_map
from backwright.usecases.roadmap import Ask, run

OURS = {"origin": "http://127.0.0.1"}


def dates(text: str) -> list[str]:
    """Return the two dates of the sentence that opens the page."""
    return re.findall(r'<b class="num">(\d+ \w+ \d{4})</b>', text)[:2]


def test_more_hours_a_week_move_both_dates(known):
    slow, fast = (
        dates(known.get(f"/roadmap?hours_per_week={hours}").text) for hours in ("4", "16")
    )
    assert 2 == len(slow) == len(fast)
    assert slow != fast


def test_another_role_is_a_look_until_it_is_kept(known):
    assert "Keep as mine" in known.get("/roadmap?role=go-developer&hours_per_week=5").text
    assert "are left to Go developer" not in known.get("/roadmap").text
    kept = known.post(
        "/roadmap",
        data={"role": "go-developer", "hours_per_week": "5", "deadline": "2030-01-01"},
        headers=OURS,
        follow_redirects=False,
    )
    assert (303, "/roadmap?deadline=2030-01-01") == (kept.status_code, kept.headers["location"])
    assert "are left to Go developer" in known.get("/roadmap").text


def test_a_deadline_that_cannot_be_met_says_what_to_leave_out(client):
    page = client.get("/roadmap?deadline=2026-02-01").text
    assert "Not by 1 Feb 2026" in page
    assert "What to leave out" in page


@pytest.mark.parametrize(
    ("query", "status", "expected"),
    [
        pytest.param("role=wizzard", 404, "wizzard", id="an unknown role"),
        pytest.param("hours_per_week=200", 400, "200 hours", id="more hours than a week has"),
        pytest.param("hours_per_week=many", 400, "many", id="hours in words"),
        pytest.param("deadline=soon", 400, "soon", id="a deadline in words"),
        pytest.param("start=2027-13-45", 400, "2027-13-45", id="a month 13"),
        pytest.param("track=cobol", 404, "cobol", id="an unknown language"),
        pytest.param("frobnicate=1", 400, "frobnicate", id="a field that the verb does not have"),
        pytest.param("seed=x", 400, "Seed: ", id="a seed that is no number"),
        pytest.param("role=%ff%fe", 404, "What is wrong", id="bytes that are no text"),
        pytest.param("role=<script>", 404, "&lt;script&gt;", id="markup"),
    ],
)
def test_what_is_asked_wrongly_is_named_and_can_be_changed(client, query, status, expected):
    page = client.get(f"/roadmap?{query}")
    assert status == page.status_code
    assert expected in page.text
    assert "<form" in page.text


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [
        ("md", "text/markdown", "# Backend developer"),
        ("ics", "text/calendar", "BEGIN:VCALENDAR"),
        ("csv", "text/csv", ""),
        ("json", "application/json", "{"),
        ("svg", "image/svg+xml", "<svg"),
        ("gantt", "image/svg+xml", "<svg"),
        ("html", "text/html", "<!doctype html"),
    ],
)
def test_the_plan_can_be_taken_along(known, name, kind, begins):
    answer = known.get(f"/roadmap/export/{name}?hours_per_week=5")
    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"].startswith('attachment; filename="backend-dev')
    assert answer.text.lower().startswith(begins.lower())
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "sandbox" in answer.headers["content-security-policy"]


def test_taking_a_plan_along_writes_nothing_and_keeps_no_goal(
    client, database, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    client.get("/roadmap/export/md?role=go-developer&hours_per_week=5")
    assert [] == list(tmp_path.glob("*.md"))
    assert () == database.bench().store.rows("me")


def test_there_is_no_other_export(client):
    assert 404 == client.get("/roadmap/export/pdf").status_code
    assert 400 == client.get("/roadmap/export/md?hours_per_week=x").status_code


def test_map_and_list_hold_the_same_skills(known):
    page = known.get("/roadmap").text
    drawn = re.findall(r'data-skill="([\w.-]+)"', page)
    listed = re.findall(r'id="skill-([\w-]+)"', page)
    assert len(drawn) > 20
    assert [skill.replace(".", "-") for skill in drawn] == listed


@pytest.mark.parametrize("role", ["backend-developer", "api-architect", "cpp-developer"])
def test_no_two_boxes_of_the_map_overlap(role, tmp_path):
    answer = run(Ask(role=role, simulate="beginner"), bench_in(tmp_path))
    made = role_map(answer.skills, answer.domains, {})
    seen = {}
    for box in made.boxes:
        assert box.x + made.box_width <= made.width
        assert box.y + made.box_height <= made.height
        seen.setdefault(box.x, []).append(box.y)
    for ys in seen.values():
        assert all(
            b - a >= made.box_height for a, b in zip(sorted(ys), sorted(ys)[1:], strict=False)
        )
    assert {step.skill for step in answer.steps} == {box.skill.id for box in made.boxes}


def test_what_a_box_needs_stands_in_an_earlier_column(tmp_path):
    answer = run(Ask(simulate="intermediate"), bench_in(tmp_path))
    made = role_map(answer.skills, answer.domains, {})
    for box in made.boxes:
        assert all(made.by_id[need].x < box.x for need in box.needs)
        assert all(made.by_id[other].x > box.x for other in box.opens)
