"""Our own review passes over our own web page; what it accepts has a reason beside the line."""

from tests.command import ROOT, say

WEB = ROOT / "src" / "backwright" / "faces" / "web"


def test_the_review_finds_nothing_that_matters_in_the_web_page(tmp_path):
    said = say(f"review {WEB} --all --fail-on medium --plain", tmp_path / "data")
    assert 0 == said.status, said.out
