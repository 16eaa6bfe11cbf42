"""password-in-log: whose body is a login's, names that are no secret, one finding for what a file logs in several places."""

import pytest
from tests.review.cases import Case, findings

APP = """const express = require('express');
const logger = require('./logger');

const app = express();
app.use(express.json());

app.%s('%s', (req, res) => {
  %s
  res.sendStatus(204);
});
"""


@pytest.mark.parametrize(
    ("count", "method", "path", "line"),
    [
        pytest.param(1, "post", "/login", "logger.info('asked', req.body);", id="a login"),
        pytest.param(1, "post", "/api/sessions", "logger.info('asked', req.body);", id="a session that is opened"),
        pytest.param(0, "patch", "/api/authors/:id", "logger.error('asked', req.body);", id="authors are no logins"),
        pytest.param(0, "post", "/api/sessions/batch/delete", "logger.error('asked', req.body);", id="sessions that are removed"),
        pytest.param(1, "post", "/renew", "logger.debug(`new: ${refreshToken}`);", id="a token"),
        pytest.param(0, "post", "/renew", "logger.debug(`new: ${shouldReturnRefreshToken}`);", id="whether one is wanted"),
    ],
)  # fmt: skip
def test_what_is_logged(count: int, method: str, path: str, line: str) -> None:
    found = findings(Case("", {"app.js": APP % (method, path, line)}), {"password-in-log"})
    assert count == len(found)


def test_one_finding_for_a_secret_that_a_file_logs_in_several_places() -> None:
    lines = "logger.info(`one: ${req.body.password}`);\n  logger.warn(`two: ${req.body.password}`);"
    found = findings(Case("", {"app.js": APP % ("post", "/keep", lines)}), {"password-in-log"})
    assert [[spot.line for spot in each.path if spot.note == "the same"] for each in found] == [[9]]


RENEWING = """
from fastapi import FastAPI
from shop.log import logger

app = FastAPI()

@app.post("/login/refresh")
def refresh(body: dict):
    payload = %s
    logger.info(f"asked: {payload}")
"""


@pytest.mark.parametrize(
    ("count", "made"),
    [
        pytest.param(0, 'decode_token(body["shown"])', id="what a token says"),
        pytest.param(0, 'jwt.decode(body["shown"], KEY)', id="what a library reads out of a token"),
        pytest.param(1, "body", id="the body"),
    ],
)
def test_a_payload_of_a_token_is_no_body(count: int, made: str) -> None:
    assert count == len(findings(Case("", {"app.py": RENEWING % made}), {"password-in-log"}))
