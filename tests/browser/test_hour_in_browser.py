"""A newcomer's first hour in a browser: with a script, without one, and without a mouse."""

import re

import pytest
from tests.browser.steps import follow, press

QUESTIONS = 4  # of a sitting in these tests; the real one asks 25


def begin(tab, url: str) -> None:
    """Say who one is, and ask for a short sitting."""
    tab.goto(url)
    follow(tab, tab.get_by_role("link", name="Begin"))
    tab.get_by_label("What shall we call you?").fill("Ada")
    tab.get_by_label("Python", exact=True).check()
    tab.get_by_label(re.compile("Which role")).select_option("python-backend-developer")
    press(tab, "Go on to the questions")
    tab.get_by_label(re.compile("^Questions")).fill(str(QUESTIONS))


def say_nothing_is_known(tab) -> None:
    """Answer "I don't know": a button beside a field, an option among others."""
    if tab.get_by_role("button", name="I don't know").count():
        press(tab, "I don't know")
    else:
        tab.get_by_label("I don't know").check()
        press(tab, "Answer")


def heading(tab) -> str:
    return tab.locator("h1").inner_text()


@pytest.mark.parametrize(
    "script", [pytest.param(True, id="script"), pytest.param(False, id="no script")]
)
def test_the_first_hour(chromium, newcomer_page, script):
    context = chromium.new_context(
        java_script_enabled=script, viewport={"width": 1280, "height": 900}
    )
    tab = context.new_page()
    begin(tab, newcomer_page)
    press(tab, "Begin")
    for number in range(1, QUESTIONS + 1):
        assert f"question {number}" in tab.locator(".now .tag").inner_text()
        say_nothing_is_known(tab)
        assert "You did not know" in tab.locator(".fb").inner_text(), number
    assert "last question" in heading(tab)
    follow(tab, tab.get_by_role("link", name="See the report").first)
    assert tab.locator(".domain").count() > 10
    follow(tab, tab.get_by_role("link", name="Roadmap").first)
    assert "This week" in heading(tab)
    assert tab.locator(".week").count() >= 1
    follow(tab, tab.locator(".now .go"))
    assert tab.url.startswith(f"{newcomer_page}/learn")
    context.close()


def test_an_answer_needs_no_mouse(tab, newcomer_page):
    begin(tab, newcomer_page)
    tab.get_by_role("button", name="Begin").focus()
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    for _ in range(QUESTIONS):
        if tab.locator('input[type="radio"]').count():
            tab.keyboard.press("b")
            assert "b" == tab.locator('input[type="radio"]:checked').input_value()
        else:
            tab.locator('input[name="answer"]').focus()
            tab.keyboard.type("3")
        with tab.expect_navigation():
            tab.keyboard.press("Enter")
    assert "last question" in heading(tab)


def test_letters_are_keys_until_they_are_switched_off(tab, newcomer_page):
    question = f"{newcomer_page}/learn?name=craft.mentoring&drill=true"  # all of its have options
    chosen = tab.locator('input[type="radio"]:checked')
    tab.goto(question)
    tab.keyboard.press("b")
    assert "b" == chosen.input_value()
    tab.get_by_role("button", name="Letters are keys").click()
    tab.keyboard.press("a")
    assert "b" == chosen.input_value()
    tab.goto(question)
    tab.keyboard.press("b")
    assert 0 == chosen.count()


def test_the_first_tab_stop_skips_to_the_content(tab, known_page):
    tab.goto(known_page)
    tab.keyboard.press("Tab")
    assert "Skip to the content" == tab.evaluate("document.activeElement.textContent")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#main")


@pytest.mark.parametrize(
    "path", ["/", "/report", "/roadmap", "/explore", "/learn", "/review", "/design"]
)
def test_every_tab_stop_can_be_seen_and_comes_once(tab, known_page, path):
    tab.goto(known_page + path)
    seen = []
    for _ in range(400):
        tab.keyboard.press("Tab")
        stop = tab.evaluate(
            """() => { const e = document.activeElement; if (!e || e === document.body) return null;
            const box = e.getBoundingClientRect(), style = getComputedStyle(e);
            const shown = style.outlineStyle !== 'none' || e.matches('.skip, a.node, .node') || e.closest('.opt, label, summary');
            window.__n = window.__n || new Map(); if (!window.__n.has(e)) window.__n.set(e, window.__n.size);
            return [window.__n.get(e), !!shown, box.width > 0 && box.height > 0, e.outerHTML.slice(0, 100)]; }"""
        )
        if stop is None or (seen and stop[0] == seen[0][0]):
            break
        if not seen or stop[0] != seen[-1][0]:  # a date has a stop for each of its parts
            seen.append(stop)
    else:
        raise AssertionError("the focus never comes round")
    assert [] == [each[3] for each in seen if not (each[1] and each[2])]
    assert len(seen) == len({each[0] for each in seen})


def test_the_map_of_marks_is_one_stop_and_arrows_go_over_it(tab, known_page):
    tab.goto(f"{known_page}/report")
    marks = tab.locator("[data-marks] a")
    assert marks.count() > 100
    stop = tab.locator('[data-marks] a[tabindex="0"]')
    assert 1 == stop.count()
    stop.focus()
    reached = {stop.get_attribute("href")}
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "End", "Home", "ArrowUp"):
        tab.keyboard.press(key)
        reached.add(tab.evaluate("document.activeElement.getAttribute('href')"))
        assert 1 == stop.count()
    assert len(reached) >= 5
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert "/report/" in tab.url


def test_the_role_map_is_one_stop_and_arrows_follow_its_lines(tab, known_page):
    tab.goto(f"{known_page}/roadmap")
    assert 1 == tab.locator('#role-map a.node[tabindex="0"]').count()
    first = tab.locator('#role-map a.node[tabindex="0"]')
    first.focus()
    reached = {first.get_attribute("data-skill")}
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home"):
        tab.keyboard.press(key)
        reached.add(tab.evaluate("document.activeElement.dataset.skill"))
        assert 1 == tab.locator('#role-map a.node[tabindex="0"]').count()
    assert len(reached) >= 3


def test_other_hours_move_the_dates_without_leaving_the_page(tab, known_page):
    tab.goto(f"{known_page}/roadmap")
    before = tab.locator("#told").inner_text()
    tab.get_by_label(re.compile("Hours a week")).fill("16")
    with tab.expect_response(lambda answer: "hours_per_week=16" in answer.url):
        tab.get_by_label(re.compile("Hours a week")).press("Tab")
    tab.wait_for_function(
        "before => document.querySelector('#told').innerText !== before", arg=before
    )
    assert "hours_per_week=16" in tab.url


def test_nothing_moves_after_it_was_drawn(tab, known_page):
    shift = 0.0
    for path in ("/", "/report", "/roadmap", "/review"):
        tab.goto(known_page + path)
        shift += tab.evaluate(
            """() => new Promise(done => { let sum = 0;
            new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
              .observe({type: 'layout-shift', buffered: true});
            setTimeout(() => done(sum), 500); })"""
        )
    assert shift < 0.01


def test_nothing_is_asked_of_anybody_else(chromium, known_page):
    context = chromium.new_context()
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/report", "/roadmap", "/review?path=example", "/design/draw?path=shop"):
        tab.goto(known_page + path)
    context.close()
    assert [] == [url for url in asked if not url.startswith((known_page, "data:"))]
