"""The roadmap and a review in a real browser: dates that move, a map walked by keys, findings that are filtered."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.steps import follow

AT = "document.activeElement.dataset.skill"


def test_dates_move_while_the_form_keeps_the_focus(known_page, tab):
    tab.goto(f"{known_page}/roadmap")
    before = tab.inner_text("#told")
    tab.fill("[name=hours_per_week]", "20")
    tab.press("[name=hours_per_week]", "Tab")
    tab.wait_for_function(
        "before => document.querySelector('#told').innerText !== before", arg=before
    )
    assert "At 20 hours a week" in tab.inner_text("#told")
    assert "deadline" == tab.evaluate("document.activeElement.name")
    assert "hours_per_week=20" in tab.url
    tab.go_back()
    tab.wait_for_function(
        "before => document.querySelector('#told').innerText === before", arg=before
    )


def test_the_role_map_is_one_tab_stop_and_arrows_follow_its_lines(known_page, tab):
    tab.goto(f"{known_page}/roadmap")
    stops = tab.locator("#role-map a.node[tabindex='0']")
    assert 1 == stops.count()
    stops.focus()
    first = tab.evaluate(AT)
    opener = tab.locator("#role-map a.node[data-opens]:not([data-opens=''])").first
    opener.focus()
    start = tab.evaluate(AT)
    opens = tab.evaluate("document.activeElement.dataset.opens").split()
    tab.keyboard.press("ArrowRight")
    there = tab.evaluate(AT)
    assert there in opens
    assert start in tab.evaluate("document.activeElement.dataset.needs").split()
    tab.keyboard.press("ArrowLeft")
    assert (
        tab.evaluate(AT)
        in tab.evaluate(f"document.querySelector('[data-skill=\"{there}\"]').dataset.needs").split()
    )
    tab.keyboard.press("End")
    last = tab.evaluate(AT)
    tab.keyboard.press("Home")
    assert first == tab.evaluate(AT) != last
    tab.keyboard.press("ArrowDown")
    assert first != tab.evaluate(AT)
    assert 1 == stops.count()
    tab.keyboard.press("Tab")
    assert None is tab.evaluate("document.activeElement.closest('#role-map')")


def test_lines_show_only_at_the_skill_that_has_the_focus(known_page, tab):
    tab.goto(f"{known_page}/roadmap")
    shown = "[...document.querySelectorAll('#role-map .rel')].filter(g => getComputedStyle(g).opacity > .5).length"
    tab.emulate_media(reduced_motion="reduce")
    assert 0 == tab.evaluate(shown)
    tab.locator("#role-map a.node[data-opens]:not([data-opens=''])").first.focus()
    tab.wait_for_function(f"{shown} === 1")


def test_a_skill_of_the_map_leads_to_its_entry_in_the_list(known_page, tab):
    tab.goto(f"{known_page}/roadmap")
    node = tab.locator("#role-map a.node").first
    target = node.get_attribute("href")
    node.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**{target}")
    assert 1 == tab.locator(target).count()


def test_the_roadmap_works_without_a_script(chromium, known_page):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{known_page}/roadmap")
    page.fill("[name=hours_per_week]", "20")
    follow(page, page.locator("text=Plan again"))
    assert "At 20 hours a week" in page.inner_text("#told")
    assert page.locator(".steps .task").count() > 10
    context.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_a_review_is_read_and_filtered(chromium, known_page, width):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{known_page}/review")
    page.fill("[name=path]", "example")
    follow(page, page.locator("text=Review it"))
    page.wait_for_selector("#findings", timeout=60_000)
    every = page.locator(".finding:visible").count()
    assert every > 3
    page.uncheck("#show-medium")
    assert page.locator(".finding:visible").count() == page.locator(".finding.high").count() < every
    page.check("#show-medium")
    page.fill("[data-filter=finding]", "login-without-limit")
    assert 1 == page.locator(".finding:visible").count()
    found = Axe().run(page).response["violations"]
    assert [] == [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
    assert 0 >= page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()


def test_a_review_goes_through_without_a_script(chromium, known_page):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{known_page}/review")
    page.fill("[name=path]", "example")
    follow(page, page.locator("text=Review it"))
    page.wait_for_selector("#findings", timeout=60_000)
    page.uncheck("#show-medium")
    assert page.locator(".finding:visible").count() == page.locator(".finding.high").count()
    assert re.search(r"/jobs/[\w-]+$", page.url)
    context.close()


def test_the_week_is_printed_with_boxes_and_without_what_only_works_on_a_screen(known_page, tab):
    tab.goto(f"{known_page}/roadmap")
    tab.emulate_media(media="print")
    assert not tab.locator(".nav").is_visible()
    assert not tab.locator("[name=hours_per_week]").is_visible()
    box = "getComputedStyle(document.querySelector('.week .task'), '::before').borderTopWidth"
    assert "0px" != tab.evaluate(box)
