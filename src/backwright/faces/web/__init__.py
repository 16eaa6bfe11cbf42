"""The web face: one URL per use case, pages drawn on the server, a JSON interface beside them."""

from backwright.usecases import USE_CASES


def routes() -> list[str]:
    """Return the paths the web face answers, one for each verb."""
    return [f"/{use_case.name.replace('.', '/')}" for use_case in USE_CASES]
