"""A blueprint in the browser: changed, checked, simulated, broken and mended, with and without a script."""

import pytest
from tests.browser.steps import follow

HELD = "size: 10"  # connections of the shop's pool, which is too small for what is asked


@pytest.fixture(params=["with a script", "without a script"])
def editor(request, chromium, known_page):
    """The shop in the editor."""
    context = chromium.new_context(java_script_enabled=request.param == "with a script")
    page = context.new_page()
    page.goto(f"{known_page}/design")
    follow(page, page.locator("text=Start from shop"))
    yield page
    context.close()


def change(page, old: str, new: str) -> None:
    text = page.locator("textarea[name=text]")
    assert old in text.input_value()
    text.fill(text.input_value().replace(old, new))


def test_a_changed_blueprint_is_checked_and_solved_without_being_kept(editor):
    change(editor, HELD, "size: 20")
    follow(editor, editor.locator(".now button"))
    assert "the orders workers are full first" in editor.inner_text("h1")
    follow(editor, editor.locator(".now .go"))
    assert "averages under" in editor.inner_text("h1")
    assert "size: 20" in editor.locator("textarea[name=text]").input_value()


def test_long_work_on_it_ends_on_a_page_with_its_picture(editor):
    change(editor, HELD, "size: 20")
    follow(editor, editor.locator("form#editor button:has-text('Simulate')"))
    editor.wait_for_selector("figure img", timeout=120_000)
    assert editor.inner_text("h1").startswith("shop ")


def test_a_line_that_is_wrong_is_quoted(editor):
    change(editor, "workers: 16", "workers: many")
    follow(editor, editor.locator(".now button"))
    assert "Line 14" in editor.inner_text(".problem")
    assert "workers: many" in editor.inner_text(".problem code")


def test_a_button_leads_to_the_line_that_is_wrong(tab, known_page):
    tab.goto(f"{known_page}/design/new?example=shop")
    change(tab, "workers: 16", "workers: many")
    follow(tab, tab.locator(".now button"))
    tab.click("text=Go to the line")
    selected = tab.evaluate(
        "(e => e.value.slice(e.selectionStart, e.selectionEnd))(document.activeElement)"
    )
    assert "workers: many" == selected.strip()
