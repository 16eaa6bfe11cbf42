"""A secret needs a value that could be one: each beside what looks like it."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

RULES = [knowledge().rules["hard-coded-secret"]]
PEM = "server:\n  private_key: |\n    -----BEGIN PRIVATE KEY-----\n    %s\n    -----END PRIVATE KEY-----\n"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
RUN = "RUN <<EOF\nsecret = %s\nEOF\n"
JAVA = 'class Hook { static final String %s_KEY = "webhook-signature"; }\n'
GO = 'package store\n\nconst %s = "popcorn"\n'
TABLE = "%s = {'JWT_SECRET': 'AABBCCDDAABBCCDD', 'SESSION_SECRET': 'popcorn'}\n"
ENCODED = "import base64\n\n\ndef sign(endpoint):\n    b64secret = base64.b64%s\n"
CONNECT = "def create_%s():\n    return {'ADMIN_URL': 'postgresql://postgres:Kq8vLm2x@10.0.0.4/postgres'}\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        pytest.param({"config.yml": PEM % BODY}, {"config.yml": PEM % "..."}, id="a key has a body"),
        pytest.param({"Dockerfile": RUN % "n8Vq2LxTz41"}, {"Dockerfile": RUN % "client.get_secret(**params)"}, id="a call"),
        pytest.param({"Hook.java": JAVA % "JWT"}, {"Hook.java": JAVA % "MESSAGE_SIGNATURE"}, id="the name of a header"),
        pytest.param({"a.py": TABLE % "VALUES"}, {"a.py": TABLE % "WEAK_DEFAULTS"}, id="values that are refused"),
        pytest.param(
            {"a.py": ENCODED % "decode('c2VjcmV0LXZhbHVlLTE=')"},
            {"a.py": ENCODED % "encode(endpoint.secret.encode('utf-8')).decode('utf-8')"},
            id="an encoding is no secret",
        ),
        pytest.param({"a.go": GO % "appSecret"}, {"a.go": GO % "columnSecret"}, id="the name of a column"),
        pytest.param({"a.py": CONNECT % "pool"}, {"a.py": CONNECT % "test_database"}, id="made for tests"),
        pytest.param({"a.py": "CLIENT_SECRET = 'gX4vQ9mLs2Rk7TzB'\n"}, {"a.py": "CLIENT_SECRET = 'obfuscated'\n"}, id="blacked"),
    ],
)  # fmt: skip
def test_look_alikes_of_values(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert review_model(model_of(wrong), RULES, Tier.STRICT).findings
    assert not review_model(model_of(right), RULES, Tier.STRICT).findings


def test_what_fills_a_database_is_a_guess() -> None:
    text = "sso = {'client_id': 'acme', 'client_secret': 'gX4vQ9mLs2Rk7TzB'}\n"
    assert review_model(model_of({"app.py": text}), RULES).findings
    assert not review_model(model_of({"scripts/seeds_load.py": text}), RULES).findings


def test_a_made_up_key_opens_nothing_at_somebody_elses() -> None:
    text = "class Settings(BaseSettings):\n    AWS_SECRET_ACCESS_KEY: str = '%s'\n"
    assert review_model(model_of({"app.py": text % "Xv9mQ2Rk7TzBgX4vQ9mLs2Rk7TzB"}), RULES).findings
    assert not review_model(model_of({"app.py": text % "acme123456789"}), RULES).findings
