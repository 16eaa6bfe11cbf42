"""readable-password: a password in a mail that one function writes and another sends."""

import pytest
from tests.review.cases import Case, findings

APP = """
from fastapi import FastAPI
from shop.mails import generate_new_account_email, send_email

app = FastAPI()

@app.post("/users")
def create(body: NewUser):
    mail = generate_new_account_email(to=body.email, password=body.password)
    send_email(to=body.email, subject=mail.subject, html=mail.html)
"""
MAILS = """
def generate_new_account_email(to, password):
    return Mail("New account", rendered("new.html", {"to": to, "password": password}))

def send_email(to, subject, html): ...
"""


@pytest.mark.parametrize(
    ("count", "app", "mails"),
    [
        pytest.param(1, APP, MAILS, id="it is written and sent"),
        pytest.param(1, APP.replace("send_email(to", "later.add_task(send_email, to"), MAILS, id="it is sent later"),
        pytest.param(0, APP.replace("    send_email(to", "    kept(to"), MAILS, id="nobody sends it"),
        pytest.param(0, APP, MAILS.replace('"password": password', '"link": LINK'), id="the mail does not hold it"),
        pytest.param(0, APP.replace("password=body.password", "link=body.link"), MAILS, id="no password is handed over"),
    ],
)  # fmt: skip
def test_a_mail_with_a_password(count: int, app: str, mails: str) -> None:
    found = findings(Case("", {"app.py": app, "shop/mails.py": mails}), {"readable-password"})
    assert count == len([each for each in found if "by mail" in each.message])
