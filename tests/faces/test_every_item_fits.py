"""Every question fits a terminal of 24 lines and 80 columns, with its options and the prompt."""

import io

import pytest
from tests.bench import catalog_and_digest

from backwright.assess.families import families
from backwright.assess.question import build
from backwright.faces.cli.asking import prompt_for, show_question
from backwright.faces.cli.talk import Talk
from backwright.faces.cli.terminal import Terminal

CATALOG = catalog_and_digest()[0]
LINES, COLUMNS = 24, 80
SEEDS = (1, 2, 3)
TOKENS = {
    skill: [f"item:{item.id}@1" for item in items]
    for skill, items in CATALOG.items.items()
    if items
}
for family in families().values():
    for of in family.skills:
        TOKENS.setdefault(of, []).extend(f"family:{family.name}/{of}@{seed}" for seed in SEEDS)


def screen_of(token: str, columns: int) -> list[str]:
    """Return the lines that a person sees when asked this question, the prompt last."""
    question, _ = build(token, CATALOG, families(), lambda _: "")
    screen = io.StringIO()
    talk = Talk(Terminal(columns, screen, screen, is_talking=True, plain=True, no_color=True))
    show_question(talk, question, 25, 15)
    return [*screen.getvalue().splitlines(), prompt_for(talk, question)]


@pytest.mark.parametrize("skill", sorted(TOKENS))
def test_every_question_of_a_skill_fits_a_screen(skill):
    screens = {token: screen_of(token, COLUMNS) for token in TOKENS[skill]}
    assert [] == [f"{token}: {len(s)} lines" for token, s in screens.items() if len(s) > LINES]
    assert [] == [t for t, s in screens.items() if max(map(len, s)) > COLUMNS]
    assert [] == [t for t, s in screens.items() if not "".join(s).isascii()]


@pytest.mark.parametrize("skill", sorted(TOKENS))
def test_no_question_of_a_skill_is_wider_than_a_narrow_screen(skill):
    screens = {token: screen_of(token, 40)[:-1] for token in TOKENS[skill]}
    assert [] == [t for t, s in screens.items() if max(map(len, s)) > 40]
