"""Exports: every format holds every step, parses, escapes what is hostile, and repeats to the byte."""

import csv
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from backwright.model.plan import Plan, Step
from backwright.model.role import SECTIONS
from backwright.model.skill import SkillId
from backwright.plan.exports import EXPORTS
from backwright.plan.exports.gantt import Span
from backwright.plan.exports.layers import arrange
from backwright.plan.exports.wording import span_text, title, weeks_of
from backwright.plan.route import Link, Route, RouteSkill, SectionLine

START = date(2026, 11, 23)
HOSTILE = "<script>alert(\"1\")</script> & 'co'"
SVG = "{http://www.w3.org/2000/svg}"
VOID = {"meta", "input", "link", "br", "hr", "img"}


def skill_of(
    name, *, number=0, state="locked", needs=(), domain="databases", url="https://e.org/a"
):
    return RouteSkill(
        id=SkillId(f"{domain}.s{number}"),
        name=name,
        domain=domain,
        can=f"Do {name} unaided.",
        level=3,
        weight=number % 4,
        state=state,
        mastery=None if number % 5 == 0 else (number % 10) / 10,
        needs=needs,
        resources=(Link(f"About {name}", url),),
    )


def step_of(skill, number):
    begin = START + timedelta(days=5 * number)
    return Step(
        skill=skill.id,
        name=skill.name,
        level=skill.level,
        weight=skill.weight,
        hours=5.26,
        hours_p80=8.0,
        start_p50=begin,
        end_p50=begin + timedelta(days=5),
        end_p80=begin + timedelta(days=8 + number),
        why=f"opens {skill.name}",
        started=skill.state == "started",
    )


def route_of(skills, **changes):
    steps = tuple(step_of(s, n) for n, s in enumerate(s for s in skills if s.state != "done"))
    plan = Plan(
        steps=steps,
        start=START,
        end_p50=steps[-1].end_p50 if steps else START,
        end_p80=steps[-1].end_p80 if steps else START,
        hours=5.26 * len(steps),
        hours_p80=8.0 * len(steps),
        hours_zero=600.0,
        pace=1.0,
        pace_spread=0.4,
        logged=0,
    )
    line = SectionLine(
        "Keys first", skills[0].id, skills[0].name, "done", "Manual", "https://e.org"
    )
    route = Route(
        role="backend-developer",
        name="Backend developer",
        band="mid",
        track="py",
        person="Ada",
        hours_per_week=8,
        measured=True,
        plan=plan,
        sections=dict.fromkeys(SECTIONS, (line,)),
        skills={skill.id: skill for skill in skills},
    )
    return replace(route, **changes)


def chain_of(count):
    """Return a route of `count` skills in four domains, each resting on two before it."""
    skills = []
    for number in range(count):
        needs = tuple(skills[n].id for n in {max(0, number - 4), number // 3} if n < number)
        state = ("done", "started", "ready")[number] if number < 3 else "locked"
        domain = ("databases", "api", "systems", "ai")[number % 4]
        skills.append(
            skill_of(f"Skill {number}.", number=number, state=state, needs=needs, domain=domain)
        )
    return route_of(skills)


def text_of(name, route):
    return EXPORTS[name][1](route)


ROUTE = chain_of(9)
HARD = replace(
    route_of(
        [skill_of(HOSTILE, number=n, state=s) for n, s in enumerate(("done", "ready", "locked"))]
    ),
    role=HOSTILE,
    name=HOSTILE,
    person=HOSTILE,
    sections={
        HOSTILE: (SectionLine(HOSTILE, "x", HOSTILE, HOSTILE, HOSTILE, "javascript:alert(1)"),)
    },
)
LATE = replace(
    ROUTE,
    plan=replace(
        ROUTE.plan,
        steps=tuple(replace(s, end_p50=date.max, end_p80=date.max) for s in ROUTE.plan.steps),
        end_p50=date.max,
        end_p80=date.max,
    ),
)
EMPTY = route_of([skill_of("Indexes", state="done")])
BARE = replace(EMPTY, skills={}, sections={}, person="", band="", measured=False)
ROUTES = {
    "a few steps": ROUTE,
    "120 steps": chain_of(120),
    "hostile text": HARD,
    "no end before the year 9999": LATE,
    "nothing left to learn": EMPTY,
    "nothing at all": BARE,
}

every_route = pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES)
drawings = pytest.mark.parametrize("name", ["svg", "gantt"])


@every_route
@pytest.mark.parametrize("name", EXPORTS)
def test_the_same_route_gives_the_same_bytes(name, route):
    assert text_of(name, route).encode() == text_of(name, route).encode()


@pytest.mark.parametrize("name", EXPORTS)
def test_every_step_is_in_every_format(name):
    text = text_of(name, ROUTE)
    assert [] == [step.name for step in ROUTE.plan.steps if step.name not in text]


def test_suffixes_tell_formats_apart():
    suffixes = [suffix for suffix, _ in EXPORTS.values()]
    assert ["md", "json", "csv", "ics", "svg", "gantt.svg", "html"] == suffixes


def test_no_format_is_loaded_before_it_is_asked_for():
    code = (
        "import sys, backwright.plan.exports as e; "
        "print([m for m in sys.modules if m in ('icalendar', 'jinja2') or m.startswith(e.__name__ + '.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "[]" == run.stdout.strip()


@every_route
def test_json_has_its_keys(route):
    read = json.loads(text_of("json", route))
    assert "backwright/roadmap/1" == read["schema"]
    assert {"role", "steps", "end_p50", "end_p80", "sections"} <= set(read)
    assert [s.name for s in route.plan.steps] == [s["name"] for s in read["steps"]]
    assert set(route.sections) == set(read["sections"])
    wanted = [
        "skill",
        "name",
        "level",
        "start_p50",
        "end_p50",
        "end_p80",
        "hours",
        "hours_p80",
        "why",
    ]
    assert all(wanted == list(step) for step in read["steps"])


@every_route
def test_csv_comes_back_row_by_row(route):
    rows = list(csv.DictReader(io.StringIO(text_of("csv", route), newline="")))
    assert [(s.skill, s.name, s.end_p80.isoformat()) for s in route.plan.steps] == [
        (row["skill"], row["name"], row["end_p80"]) for row in rows
    ]


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_never_computes_a_name(start):
    route = route_of([skill_of(start, state="ready")])
    row = next(csv.DictReader(io.StringIO(text_of("csv", route), newline="")))
    assert f"'{start}" == row["name"]


@every_route
def test_the_calendar_parses_and_its_days_are_in_order(route):
    events = Calendar.from_ical(text_of("ics", route)).walk("VEVENT")
    uids = [str(event["uid"]) for event in events]
    assert len(set(uids)) == len(uids)
    assert len(route.plan.steps) + (2 if route.plan.steps else 1) == len(events)
    late = [e for e in events if e.decoded("dtend") <= e.decoded("dtstart") != date.max]
    assert [] == late
    assert {START} == {event.decoded("dtstamp").date() for event in events}


def test_the_calendar_shows_whole_days_and_ends_after_the_last():
    event = Calendar.from_ical(text_of("ics", ROUTE)).walk("VEVENT")[0]
    step = ROUTE.plan.steps[0]
    assert (step.start_p50, step.end_p50 + timedelta(days=1)) == (
        event.decoded("dtstart"),
        event.decoded("dtend"),
    )


def test_a_later_export_keeps_the_identifiers():
    later = replace(ROUTE, plan=replace(ROUTE.plan, start=START + timedelta(days=30)))
    first, second = (
        [str(e["uid"]) for e in Calendar.from_ical(text_of("ics", route)).walk("VEVENT")]
        for route in (ROUTE, later)
    )
    assert first == second


def test_the_weekly_review_repeats_until_p80():
    review = next(
        e for e in Calendar.from_ical(text_of("ics", ROUTE)).walk("VEVENT") if "rrule" in e
    )
    assert ["WEEKLY"] == review["rrule"]["FREQ"]
    assert [ROUTE.plan.end_p80] == review["rrule"]["UNTIL"]


@every_route
@drawings
def test_a_drawing_is_xml_without_scripts(name, route):
    root = ET.fromstring(text_of(name, route))
    assert f"{SVG}svg" == root.tag
    assert [] == root.findall(f".//{SVG}script")
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)


@drawings
def test_every_step_is_a_link_with_a_title(name):
    links = ET.fromstring(text_of(name, ROUTE)).findall(f".//{SVG}a")
    linked = {link.get("href") for link in links}
    assert {f"#skill-{step.skill}" for step in ROUTE.plan.steps} <= linked
    assert all(link.findtext(f"{SVG}title") for link in links)


def test_a_node_says_in_words_what_it_shows():
    root = ET.fromstring(text_of("svg", ROUTE))
    titles = [link.findtext(f"{SVG}title") for link in root.findall(f".//{SVG}a")]
    assert "Skill 5., level 3, 5 hours, locked; needs Skill 1." in titles


def test_what_is_done_is_folded_into_one_list():
    root = ET.fromstring(text_of("svg", ROUTE))
    assert "Already there (1)" in [text.text for text in root.iter(f"{SVG}text")]


class Reader(HTMLParser):
    """Reads a page and notes tags that do not nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.ids, self.hrefs, self.tags = [], [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for key, value in attrs if key == "id"]
        self.hrefs += [value for key, value in attrs if key == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@every_route
def test_the_page_nests_and_runs_nothing(route):
    page = Reader(text_of("html", route))
    assert ([], []) == (page.open, page.wrong)
    assert "script" not in page.tags
    assert [] == [href for href in page.hrefs if href.startswith("javascript:")]
    assert [] == [one for one, count in Counter(page.ids).items() if count > 1]


def test_each_step_of_the_page_can_be_ticked_and_linked_to():
    text = text_of("html", ROUTE)
    page = Reader(text)
    assert len(ROUTE.plan.steps) == page.tags.count("input")
    assert {f"skill-{skill}" for skill in ROUTE.skills} <= set(page.ids)
    assert [] == [s.can for s in ROUTE.skills.values() if s.state != "done" and s.can not in text]


@pytest.mark.parametrize("name", ["md", "svg", "gantt", "html"])
def test_hostile_text_is_escaped(name):
    text = text_of(name, HARD)
    assert "<script" not in text
    assert "&lt;script" in text


def test_markdown_is_a_list_to_tick_off():
    text = text_of("md", ROUTE)
    assert f"# {title(ROUTE)}".replace("*", "") == text.splitlines()[0]
    assert len(ROUTE.plan.steps) == text.count("- [ ] ")
    assert 1 + len(SECTIONS) == len(re.findall(r"^## ", text, re.MULTILINE))
    assert "8 chances in 10" in text.splitlines()[-1]


def test_an_empty_plan_says_so():
    assert title(EMPTY).endswith("nothing is left to learn, every skill is at its target.")


def test_weeks_follow_each_other_without_gaps():
    weeks = weeks_of(ROUTE)
    assert ROUTE.plan.steps == tuple(step for week in weeks for step in week.steps)
    assert [week.ends + timedelta(days=1) for week in weeks[:-1]] == [w.begins for w in weeks[1:]]


@pytest.mark.parametrize(
    ("begin", "end", "expected"),
    [
        pytest.param(date(2027, 2, 3), date(2027, 2, 3), "3 February 2027", id="one day"),
        pytest.param(date(2027, 2, 3), date(2027, 2, 9), "3 to 9 February 2027", id="a month"),
        pytest.param(date(2027, 2, 3), date(2027, 3, 9), "3 February to 9 March 2027", id="a year"),
        pytest.param(
            date(2026, 2, 3), date(2027, 2, 3), "3 February 2026 to 3 February 2027", id="two years"
        ),
    ],
)
def test_spans_say_no_more_than_needed(begin, end, expected):
    assert expected == span_text(begin, end)


@pytest.mark.parametrize("years", [0, 1, 3, 10, 100, 7000])
def test_the_chart_never_crowds_its_grid(years):
    end = date(START.year + years, 12, 1)
    route = replace(ROUTE, plan=replace(ROUTE.plan, end_p80=end))
    span = Span.of(route)
    every, days = span.lines()
    assert len(days) <= 46
    assert days == sorted(set(days))
    # Grids of a quarter or more start anew in January.
    assert [] == [d for d in days[1:] if every >= 3 and (d.month - 1) % min(every, 12)]


@st.composite
def skills_in_order(draw):
    """Draw skills, prerequisites first."""
    skills = []
    for number in range(draw(st.integers(0, 25))):
        before = [skill.id for skill in skills]
        needs = draw(st.sets(st.sampled_from(before), max_size=3)) if before else set()
        skills.append(
            skill_of(
                f"Skill {number}.",
                number=number,
                state=draw(st.sampled_from(["done", "started", "ready", "locked"])),
                needs=tuple(sorted(needs)),
                domain=draw(st.sampled_from(["api", "ai", "systems"])),
            )
        )
    return {skill.id: skill for skill in skills}


@given(skills_in_order())
def test_the_map_gives_each_open_skill_a_place_of_its_own(skills):
    layout = arrange(skills)
    open_ = {skill for skill, about in skills.items() if about.state != "done"}
    assert open_ == set(layout.column) == set(layout.row)
    places = {(layout.column[skill], layout.row[skill]) for skill in open_}
    assert len(open_) == len(places)
    assert all(layout.column[need] < layout.column[skill] for need, skill in layout.edges)
    band = {row: b.domain for b in layout.bands for row in range(b.top, b.top + b.height)}
    assert all(skills[skill].domain == band[row] for skill, row in layout.row.items())


@given(skills_in_order())
def test_no_line_of_the_map_crosses_a_box(skills):
    route = replace(BARE, skills=skills)
    root = ET.fromstring(text_of("svg", route))
    boxes = [
        tuple(float(box.get(key)) for key in ("x", "y", "width", "height"))
        for box in root.iter(f"{SVG}rect")
        if box.get("class") == "box"
    ]
    for path in root.iter(f"{SVG}path"):
        if not (path.get("id") or "").startswith("map-edge-"):
            continue
        for x, y, to_x, to_y in segments(path.get("d")):
            low, high = min(y, to_y), max(y, to_y)
            hit = [
                b
                for b in boxes
                if x < b[0] + b[2] and to_x > b[0] and low < b[1] + b[3] and high > b[1]
            ]
            assert [] == hit


def segments(path):
    """Return each piece of a path as the corners of what encloses it."""
    pieces = []
    x = y = 0.0
    for command, numbers in re.findall(r"([MCH])([^MCH]+)", path):
        values = [float(number) for number in numbers.split()]
        to_x, to_y = (values[0], y) if command == "H" else values[-2:]
        if command != "M":
            pieces.append((x, y, to_x, to_y))
        x, y = to_x, to_y
    return pieces


@given(name=st.text(min_size=1), person=st.text())
@example(name="a\r\nEND:VEVENT", person="a\r\nEND:VCALENDAR\x85\u2028\x00")
@example(name="\x00\ufffe", person="\n")
def test_any_name_can_be_exported(name, person):
    route = replace(route_of([skill_of(name, state="ready")]), role=name, name=name, person=person)
    for drawing in ("svg", "gantt"):
        ET.fromstring(text_of(drawing, route))
    page = Reader(text_of("html", route))
    assert ([], []) == (page.open, page.wrong)
    assert name == json.loads(text_of("json", route))["name"]
    rows = list(csv.DictReader(io.StringIO(text_of("csv", route), newline="")))
    assert [name] == [
        row["name"].removeprefix("'") if name[0] != "'" else row["name"] for row in rows
    ]
    assert 3 == len(Calendar.from_ical(text_of("ics", route)).walk("VEVENT"))
