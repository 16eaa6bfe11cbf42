"""Rules that took one thing for another: what was drawn for what was chosen, a request for a client, a counter for a password."""

from pathlib import Path

import pytest
from tests.review.cases import Case, cells, knowledge, model_of, problems

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

PAGES = (
    ("fast-password-hash", "drawn-passwords"),
    ("login-without-limit", "resets"),
    ("missing-timeout", "given-clients"),
    ("weak-token", "drawn-tokens"),
    ("tls-off", "chosen-trust"),
)
CASES = [
    pytest.param(rule, case, id=f"{rule}: {case.title}")
    for rule, page in PAGES
    for case in cells(Path(__file__).parent / f"{page}.md")
]


@pytest.mark.parametrize(("rule", "case"), CASES)
def test_case(rule: str, case: Case) -> None:
    assert [] == problems(case, {rule})


CHOSEN = """
import https from 'https';

export class Asking {
  constructor() {
    %s
  }
}
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("this.agent = new https.Agent({ rejectUnauthorized: false });", 1),
        ("this.agentInsecure = new https.Agent({ rejectUnauthorized: false });", 0),
    ],
)
def test_what_is_named_for_its_trust_was_chosen(line: str, told: int) -> None:
    model = model_of({"asking.ts": CHOSEN % line})
    found = review_model(model, [knowledge().rules["tls-off"]], Tier.DEFAULT).findings
    assert len(found) == told
