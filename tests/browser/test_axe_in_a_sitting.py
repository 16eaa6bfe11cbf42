"""axe-core finds nothing on the pages that only a form leads to: questions, feedback, interviews, what went wrong."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.steps import press
from tests.browser.test_axe import RULES
from tests.browser.test_hour_in_browser import say_nothing_is_known

ROOMS = [
    pytest.param(("light", 1440), id="light, wide"),
    pytest.param(("dark", 360), id="dark, narrow"),
]


@pytest.fixture
def look(chromium, request):
    """A tab in a theme and a width, and a look at what stands in it."""
    theme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    tab = context.new_page()

    def barriers() -> list[str]:
        found = Axe().run(tab, options=RULES).response["violations"]
        wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [
            f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]
        ] + ([f"{wide} px too wide"] if wide > 0 else [])

    yield tab, barriers
    context.close()


@pytest.mark.parametrize("look", ROOMS, indirect=True)
def test_a_sitting_has_no_barrier(look, newcomer_page):
    tab, barriers = look
    tab.goto(f"{newcomer_page}/assess")
    tab.locator('input[name="more"]').fill("2")
    press(tab, "Begin")
    assert [] == barriers()
    say_nothing_is_known(tab)
    assert [] == barriers()
    say_nothing_is_known(tab)
    assert "last question" in tab.locator("h1").inner_text()
    assert [] == barriers()
    tab.goto(f"{newcomer_page}/learn?name=craft.mentoring&drill=true")
    say_nothing_is_known(tab)
    assert [] == barriers()


@pytest.mark.parametrize("look", ROOMS, indirect=True)
def test_an_interview_has_no_barrier(look, newcomer_page):
    tab, barriers = look
    tab.goto(f"{newcomer_page}/interview")
    press(tab, "Begin")
    assert [] == barriers()
    tab.get_by_label("Your answer").fill("How many requests a second? Who reads, who writes?")
    press(tab, "Answer")
    assert [] == barriers()
    while not tab.get_by_text("Or draw it as a blueprint").count():
        press(tab, "I don't know")
    tab.get_by_text("Or draw it as a blueprint").click()
    press(tab, "Run it")
    assert "must hold" in tab.locator("main").inner_text()
    assert [] == barriers()
    press(tab, "Stop and see the result")
    assert "The half that is computed" in tab.locator("main").inner_text()
    assert [] == barriers()


@pytest.mark.parametrize("look", ROOMS, indirect=True)
def test_what_went_wrong_has_no_barrier(look, newcomer_page):
    tab, barriers = look
    tab.goto(f"{newcomer_page}/start")
    tab.get_by_label("How many hours a week can you study?").fill("500")
    press(tab, "Go on to the questions")
    assert "500 is not a number of hours" in tab.locator("main").inner_text()
    assert [] == barriers()
    tab.goto(f"{newcomer_page}/data")
    tab.get_by_label("to confirm").fill("no")
    press(tab, "Delete my data")
    assert "nothing was deleted" in tab.locator("main").inner_text()
    assert [] == barriers()
