"""Many people in real browsers: the first account, an invitation, a team, without script and by keyboard; no barrier on any page."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import served
from tests.browser.steps import press
from tests.browser.test_axe import RULES

PASSWORD = "gravel tulip ferry nine"


@pytest.fixture(scope="module")
def many_page(chromium, tmp_path_factory):
    """A page for many people, and the link to its first account."""
    home = tmp_path_factory.mktemp("many")
    with served(home / "data", "--accounts") as url:
        said = next(home.glob("serve-*.log")).read_text()
        yield url, re.search(r"/account/new\?token=\S+", said)[0]


def come_in(tab, name):
    """Fill in the form for a new account by keyboard only."""
    tab.locator("[name=name]").focus()
    tab.keyboard.type(name)
    tab.keyboard.press("Tab")
    tab.keyboard.type(PASSWORD)
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"/$"))


def barriers(chromium, state, url, pages):
    """Return what axe finds on pages, dark and narrow, and light and wide; and what runs over the edge."""
    found = []
    for theme, width in (("light", 1440), ("dark", 360)):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, storage_state=state
        )
        tab = context.new_page()
        for path in pages:
            tab.goto(url + path)
            violations = Axe().run(tab, options=RULES).response["violations"]
            found += [
                f"{path}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in violations
            ]
            if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path}: runs over the edge at {width}")
        context.close()
    return found


def test_a_team_comes_together_without_script(chromium, many_page):
    url, first = many_page
    contexts = [chromium.new_context(java_script_enabled=False) for _ in range(2)]
    ann, bob = (context.new_page() for context in contexts)
    ann.goto(url)
    assert "/account/login" in ann.url, "nobody is let in yet"
    ann.goto(url + first)
    come_in(ann, "ann")

    ann.goto(f"{url}/operator")
    press(ann, "Make a link for one person")
    bob.goto(ann.locator("pre.once").inner_text())
    come_in(bob, "bob")

    ann.goto(f"{url}/team")
    ann.get_by_label("Name of a new team").fill("Checkout")
    press(ann, "Found it")
    team = ann.url
    press(ann, "Make a link for one new member")
    bob.goto(ann.locator("pre.once").inner_text())
    press(bob, "Join")
    press(bob, "Let the team see my skills")
    ann.goto(team)
    assert ann.get_by_text(
        "Nobody who shares has answered a question yet: 1 member, bob."
    ).is_visible()

    state = contexts[0].storage_state()
    pages = ["/account", "/team", team.removeprefix(url), "/operator", "/team/join?token=used", "/"]
    known = barriers(chromium, state, url, pages)
    entry = ["/account/login", "/account/new", "/account/password?token=used"]
    assert [] == known + barriers(chromium, None, url, entry)

    bob.goto(f"{url}/account")
    press(bob, "Log out here")
    bob.go_back()
    bob.reload()
    assert "/account/login" in bob.url, (
        "what the browser kept is not shown to whoever sits down next"
    )
    for context in contexts:
        context.close()
