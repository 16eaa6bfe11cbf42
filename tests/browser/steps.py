"""Steps from one page to the next."""

STANDS_BY = 60_000  # ms; a busy machine is slow, a hang is for ever


def follow(tab, control) -> None:
    """Click a link or a button that leads to a page, and wait for that page: a click alone returns while the old one stands."""
    with tab.expect_navigation(timeout=STANDS_BY):
        control.click()


def press(tab, name: str) -> None:
    """Press the button of that name, which leads to a page."""
    follow(tab, tab.get_by_role("button", name=name, exact=True))
