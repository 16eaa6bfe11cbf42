"""The web face: one URL per use case. The pages come with their own issue; the table is here."""

from backwright.usecases import USE_CASES


def routes() -> list[str]:
    """Return the paths the web face answers, one for each verb."""
    return [f"/{use_case.name.replace('.', '/')}" for use_case in USE_CASES]
