"""Logging in at an OpenID provider: a provider on loopback that keeps the rules, or breaks one."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from backwright.adapters.provider import provider_at
from backwright.model.errors import BadRequest

KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
BASE = "http://127.0.0.1"


class FakeProvider:
    """Knows one person, ann at the provider; `claims`, `key` and `header` say what it gets wrong."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                paths = {
                    "/.well-known/openid-configuration": outer.document,
                    "/keys": {"keys": [KEY.as_dict(private=False)]},
                }
                self._say(200, paths[self.path])

            def do_POST(self):
                length = int(self.headers["content-length"])
                self._say(*outer.token(parse_qs(self.rfile.read(length).decode())))

            def _say(self, status, answer):
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.document = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }
        self.asked: dict[str, dict[str, str]] = {}
        self.claims: dict[str, object] = {}
        self.key: RSAKey | OctKey = KEY
        self.header = {"alg": "RS256", "kid": "one"}

    def authorize(self, url: str) -> str:
        """Return where the provider sends the browser that came to this address; ann has logged in there."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.asked)}"
        self.asked[code] = query
        return f"/account/provider/back?code={code}&state={query['state']}"

    def token(self, sent):
        asked = self.asked.pop(sent["code"][0], None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        assert "S256" == asked["code_challenge_method"]
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())  # noqa: TID251  (a provider has a clock of its own)
        claims = {
            "iss": self.issuer,
            "aud": "backwright",
            "sub": "subject-1",
            "nonce": asked["nonce"],
            "iat": now,
            "exp": now + 300,
            "preferred_username": "ann",
            **self.claims,
        }
        signed = jwt.encode(self.header, claims, self.key, algorithms=["RS256", "HS256"])
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": signed}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    made = FakeProvider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def site(crowd, provider):
    """A page that knows the provider, with an operator."""
    crowd.person("operator")
    crowd.site.parts["provider"] = provider_at(provider.issuer, "backwright", "secret", "", BASE)
    return crowd


def go(browser, provider, query=""):
    """Go to the provider and come back; return our answer."""
    sent = browser.get(f"/account/provider{query}")
    assert 303 == sent.status_code
    return browser.get(provider.authorize(sent.headers["location"]))


def test_who_was_invited_gets_an_account_by_the_provider_and_comes_back_to_it(site, provider):
    token = site.accounts.issue("account")
    browser = site.browser()
    assert "Log in at 127.0.0.1" in browser.get("/account/login").text
    assert "/" == go(browser, provider, f"?token={token}").headers["location"]
    account = site.accounts.people.named("ann")
    assert f"{provider.issuer} subject-1" == account.subject
    assert 200 == browser.get("/account").status_code
    again = site.browser()
    assert "/report" == go(again, provider, "?next=/report").headers["location"]
    assert [account.id] == [
        each.id for each in site.accounts.people.accounts() if each.name == "ann"
    ]


def test_somebody_the_provider_knows_and_we_do_not_needs_an_invitation(site, provider):
    answer = go(site.browser(), provider)
    assert 403 == answer.status_code
    assert "no account here yet" in answer.text


def test_a_name_at_the_provider_is_no_way_into_the_account_of_that_name(site, provider):
    mine = site.account("ann")
    go(site.browser(), provider, f"?token={site.accounts.issue('account')}")
    made = site.accounts.people.of_subject(f"{provider.issuer} subject-1")
    assert ("ann 2", True) == (made.name, made.id != mine.id)


@pytest.mark.parametrize(
    ("claims", "key", "header"),
    [
        pytest.param({"nonce": "another"}, KEY, {}, id="a nonce of another login"),
        pytest.param({"aud": "somebody-else"}, KEY, {}, id="for somebody else"),
        pytest.param({"aud": ["backwright", "other"], "azp": "other"}, KEY, {}, id="for several"),
        pytest.param({"iss": "https://evil.example"}, KEY, {}, id="by another issuer"),
        pytest.param({"exp": 1_000_000}, KEY, {}, id="expired"),
        pytest.param({"sub": ""}, KEY, {}, id="without a subject"),
        pytest.param({}, OTHER, {}, id="signed by another key"),
        pytest.param(
            {},
            OctKey.import_key("a secret of the client, which is no signature"),
            {"alg": "HS256"},
            id="signed with a secret",
        ),
    ],
)
def test_what_the_provider_says_is_believed_only_if_it_holds(site, provider, claims, key, header):
    provider.claims, provider.key = claims, key
    provider.header = {**provider.header, **header}
    answer = go(site.browser(), provider, f"?token={site.accounts.issue('account')}")
    assert 403 == answer.status_code
    assert None is site.accounts.people.named("ann")


def test_a_login_begun_in_another_browser_does_not_end_in_this_one(site, provider):
    eve = site.browser()
    back = provider.authorize(eve.get("/account/provider").headers["location"])
    assert 403 == site.browser().get(back).status_code


def test_the_way_back_works_once(site, provider):
    site.accounts.people.named("operator")
    browser = site.browser()
    sent = browser.get(f"/account/provider?token={site.accounts.issue('account')}")
    back = provider.authorize(sent.headers["location"])
    kept = browser.cookies["provider"]
    assert 303 == browser.get(back).status_code
    browser.headers["cookie"] = f"provider={kept}"
    assert 403 == browser.get(back).status_code


def test_a_provider_that_does_not_answer_is_named(site, provider):
    provider.server.shutdown()
    provider.server.server_close()
    answer = site.browser().get("/account/provider")
    assert 503 == answer.status_code
    assert "does not answer" in answer.text


@pytest.mark.parametrize(
    ("issuer", "client", "url", "said"),
    [
        ("http://login.example.org", "b", "https://b.example", "not https"),
        ("https://login.example.org", "", "https://b.example", "CLIENT_ID"),
        ("https://login.example.org", "b", "", "send people back"),
    ],
)
def test_settings_that_cannot_work_are_named_at_the_start(issuer, client, url, said):
    with pytest.raises(BadRequest, match=said):
        provider_at(issuer, client, "", "", url)
