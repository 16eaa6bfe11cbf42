"""What looks like a secret that is given away and is none, each beside the fault that it looks like."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

LDAP = """<?php
namespace App\\Http\\Controllers;
class LoginController extends Controller {
    public function login(Request $request) {
        Log::debug('Looking for ' . %s);
        return $this->guard->attempt($request->only('name', 'password'));
    }
}
"""

PAIRS = [
    pytest.param(
        "password-in-log",
        {"app/Http/Controllers/LoginController.php": LDAP % "print_r($request->all(), true)"},
        {"app/Http/Controllers/LoginController.php": LDAP % "$request->input('name')"},
        id="one field of a body",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings
