"""weak-token: refresh and access tokens that are signed with one key and not told apart."""

import pytest
from tests.review.cases import Case, findings

TOKENS = """
import jwt
from datetime import datetime, timedelta
from shop.settings import settings

def create_access_token(user):
    return jwt.encode({"sub": user, "exp": datetime.now() + timedelta(minutes=9)}, settings.KEY, algorithm="HS256")

def create_refresh_token(user):
    return jwt.encode({"sub": user, "exp": datetime.now() + timedelta(days=9)}, settings.KEY, algorithm="HS256")

def decode_token(token, wanted=None):
    return jwt.decode(token, settings.KEY, algorithms=["HS256"])
"""
GUARD = """
from fastapi import Header
from shop.tokens import decode_token

def get_current_user(token: str = Header()):
    claims = decode_token(token)
    return claims["sub"]
"""
CHECKED = GUARD.replace(
    "    return", '    if claims.get("type") != "access":\n        raise ValueError\n    return'
)


@pytest.mark.parametrize(
    ("count", "tokens", "guard"),
    [
        pytest.param(1, TOKENS, GUARD, id="either passes"),
        pytest.param(0, TOKENS, CHECKED, id="the kind is asked for"),
        pytest.param(0, TOKENS, GUARD.replace("(token)\n", '(token, "access")\n'), id="the kind is handed over"),
        pytest.param(
            0,
            TOKENS.replace("    return jwt.decode(", "    claims = jwt.decode(") + "    return claims if claims['type'] == wanted else None\n",
            GUARD,
            id="the helper asks",
        ),
        pytest.param(0, TOKENS.replace("days=9)}, settings.KEY", "days=9)}, settings.LONG_KEY"), GUARD, id="a key for each kind"),
        pytest.param(0, TOKENS.replace("create_refresh_token", "create_reset_token"), GUARD, id="the other kind is no refresh token"),
        pytest.param(
            0,
            TOKENS.replace("    return jwt.decode(", "    find_session(token)\n    return jwt.decode("),
            GUARD,
            id="it is looked up among those in force",
        ),
        pytest.param(0, TOKENS, GUARD.replace("get_current_user", "shown"), id="nobody logs in with it"),
    ],
)  # fmt: skip
def test_kinds(count: int, tokens: str, guard: str) -> None:
    found = findings(Case("", {"shop/tokens.py": tokens, "shop/guard.py": guard}), {"weak-token"})
    assert count == len([each for each in found if "of which kind" in each.message])
