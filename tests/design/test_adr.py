"""A decision record: the headings of MADR 4 in their order, every number with its interval, all texts literal."""

import re

import pytest
import yaml
from designs_to_draw import EVIL, SHOP

from backwright.design.drawn.adr import Figure, Option, Record, adr
from backwright.design.drawn.origins import Told, counted, told_of

RECORD = Record(
    "Return the connection before payment is asked",
    "2026-11-27",
    ("The pool is offered 1.23 of its capacity.",),
    ("p99 at most 700 ms at 60/s", "orders costs 0.12 EUR/h for each instance"),
    (
        Option("as it is", (), (Figure("p99", "-", "unstable: no value", False),), cons=("the pool breaks at 48.8/s",)),
        Option("return it first", ("orders_db.held=25ms",), (Figure("p99", "612 ms", "504 .. 990 ms over what is assumed", None), Figure("errors", "0 %", "", True)), pros=("the pool carries 400/s",), neutral=("code changes",)),
    ),
    "backwright design compare shop --seed 7",
    "1.2.3",
    "return it first",
    "the pool then carries 400/s",
    ("the pool has room",),
    ("a retry can pay twice",),
    7,
    "accepted",
    told_of(SHOP),
)  # fmt: skip
HEADINGS = [
    "Context and Problem Statement",
    "Decision Drivers",
    "Considered Options",
    "Decision Outcome",
    "Consequences",
    "Confirmation",
    "Pros and Cons of the Options",
    "as it is",
    "return it first",
    "More Information",
]


def test_the_headings_are_those_of_madr():
    assert HEADINGS == re.findall(r"^##+ (.*)$", adr(RECORD), re.MULTILINE)


def test_front_matter_is_yaml_with_status_and_date():
    head = adr(RECORD).split("---\n")[1]
    assert {"status": "accepted", "date": "2026-11-27"} == {
        k: str(v) for k, v in yaml.safe_load(head).items()
    }


@pytest.mark.parametrize(
    "line",
    [
        'Chosen option: "return it first", because the pool then carries 400/s.',
        "* Good, because the pool has room",
        "* Bad, because a retry can pay twice",
        "The numbers are simulated with seed 7, by Backwright 1.2.3. This runs them again:",
        "backwright design compare shop --seed 7",
        "| p99 | 612 ms | 504 .. 990 ms over what is assumed | - |",
        "| errors | 0 % | not computed | met |",
        "| p99 | - | unstable: no value | missed |",
        "| `workload.rate` | 60/s | - | measured | access log | 2026-11-14 |",
    ],
)
def test_it_says(line):
    record = Record(
        **{
            **RECORD.__dict__,
            "numbers": (Told("workload.rate", "60/s", "", "measured", "access log", "2026-11-14"),),
        }
    )
    assert line in adr(record).splitlines()


def test_what_is_assumed_comes_first_and_settings_are_left_out():
    rows = re.findall(r"^\| .* \| (assumed|cited|measured|chosen) \|", adr(RECORD), re.MULTILINE)
    assert ["assumed", "measured"] == sorted(set(rows), key=rows.index)
    assert "1 measured, " in counted(told_of(SHOP))


def test_nothing_decided_is_said():
    record = Record("t", "2026-01-01", (), (), (Option("a"),), "backwright design draw shop", "1")
    assert "Nothing is decided yet. The numbers of each option are below." in adr(record)
    assert "No numbers were computed." in adr(record)


def test_hostile_texts_make_no_headings_cells_or_markup():
    evil = f"{EVIL}\n# heading\n| a | b |\n```"
    told = Told(evil, evil, evil, "assumed", evil, evil)
    record = Record(
        evil,
        "2026-01-01",
        (evil,),
        (evil,),
        (Option(evil, (evil,), (Figure(evil, evil, evil),), (evil,)),),
        evil,
        evil,
        evil,
        evil,
        (evil,),
        (evil,),
        numbers=(told,),
    )
    text = adr(record)
    fenced = re.sub(r"^(`{3,})sh\n.*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert len(re.findall(r"^#", fenced, re.MULTILINE)) == len(HEADINGS)
    assert not re.search(r"(?<!\\)<script", re.sub(r"`+.*?`+", "", fenced))
    for row in re.findall(r"^\|.*\|$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) in (5, 7)
