"""fast-password-hash: both sides of a comparison are hashed for it, and nothing is kept."""

import pytest
from tests.review.cases import Case, findings

APP = """const { createHash, timingSafeEqual } = require('node:crypto');
const express = require('express');

const app = express();
const hashed = (text) => createHash('sha256').update(text).digest();
%s

app.post('/login', (req, res) => {
  const { password } = req.body;
  %s
  res.sendStatus(204);
});
"""


@pytest.mark.parametrize(
    ("count", "helper", "line"),
    [
        pytest.param(0, "const same = (a, b) => timingSafeEqual(hashed(a), hashed(b));", "if (!same(password, process.env.PASSWORD)) return res.sendStatus(401);", id="by a helper"),
        pytest.param(0, "", "if (!timingSafeEqual(createHash('sha256').update(password).digest(), createHash('sha256').update(secret).digest())) return res.sendStatus(401);", id="in place"),
        pytest.param(1, "", "if (!timingSafeEqual(hashed(password), user.hash)) return res.sendStatus(401);", id="what is kept is hashed"),
        pytest.param(1, "", "users.insert({ name: req.body.name, hash: hashed(password) });", id="it is kept"),
    ],
)  # fmt: skip
def test_what_is_compared(count: int, helper: str, line: str) -> None:
    assert count == len(
        findings(Case("", {"app.js": APP % (helper, line)}), {"fast-password-hash"})
    )
