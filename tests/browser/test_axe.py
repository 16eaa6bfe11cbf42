"""axe-core finds nothing on any page, in either theme, wide or narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.pages import PAGES

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.mark.parametrize(
    ("theme", "width"),
    [pytest.param("light", 1440, id="light, wide"), pytest.param("dark", 360, id="dark, narrow")],
)
@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_a_barrier(chromium, known_page, path, theme, width):
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(known_page + path)
    found = Axe().run(page, options=RULES).response["violations"]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert [] == [
        f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"][:3]
    ]
    assert overflow <= 0
