"""Waits for what the page does in the background."""

import time

LOOKS = 600  # a tenth of a second apart: a busy machine takes its time, a hung one is found


def finished(client, place):
    """Return the page of a job once it is over."""
    for _ in range(LOOKS):
        page = client.get(place)
        if "data-events" not in page.text:
            return page
        time.sleep(0.1)
    raise AssertionError(f"not finished: {page.text}")
