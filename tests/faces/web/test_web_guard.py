"""What stands before every page: names, origins, sizes, headers."""

from dataclasses import replace

import pytest

from backwright.faces.web.guard import BODY_MAX, UPLOAD_MAX
from backwright.faces.web.serve import launch
from backwright.model.errors import BadRequest
from backwright.usecases import USE_CASES
from backwright.usecases.serve import Ask

OURS = {"origin": "http://127.0.0.1"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param(OURS, 303, id="our own form"),
        pytest.param({"sec-fetch-site": "same-origin"}, 303, id="the browser says it is ours"),
        pytest.param({}, 303, id="a program without a cookie"),
        pytest.param({"origin": "http://evil.example"}, 403, id="a form elsewhere"),
        pytest.param({"origin": "null"}, 403, id="a form in a sandboxed frame"),
        pytest.param(
            {"sec-fetch-site": "cross-site", **OURS}, 403, id="the browser says it is not"
        ),
        pytest.param({"sec-fetch-site": "same-site"}, 403, id="a neighbour under the same domain"),
        pytest.param({"cookie": "theme=dark"}, 403, id="a cookie and no word where it comes from"),
    ],
)
def test_a_write_is_taken_from_our_own_page_only(client, headers, status):
    answer = client.post("/theme", data={"theme": "dark"}, headers=headers, follow_redirects=False)
    assert status == answer.status_code


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost:80:80"])
def test_other_names_are_not_answered(client, host):
    assert 421 == client.get("/explore", headers={"host": host}).status_code


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb"]
)
def test_a_form_sends_nobody_elsewhere(client, back):
    answer = client.post("/theme", data={"theme": "dark", "next": back}, follow_redirects=False)
    assert "/" == answer.headers["location"]


def test_a_body_that_is_too_large_is_refused_while_it_is_read(client):
    answer = client.post(
        "/theme",
        content=b"x" * (BODY_MAX + 1),
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert 413 == answer.status_code


def test_a_length_that_is_too_large_is_refused_before_it_is_read(client):
    answer = client.post("/theme", content=b"", headers={"content-length": str(UPLOAD_MAX + 1)})
    assert 413 == answer.status_code


@pytest.mark.parametrize("path", ["/", "/explore", "/nothing", "/static/app.js"])
def test_every_answer_has_a_strict_policy(client, path):
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "nosniff" == client.get(path).headers["x-content-type-options"]


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda use_case: use_case.name)
def test_every_verb_has_a_page_that_says_what_it_is_for(client, use_case):
    page = client.get(f"/{use_case.name.replace('.', '/')}")
    assert 200 == page.status_code
    assert "<h1" in page.text


def test_what_is_asked_wrongly_is_named(client):
    page = client.get("/explore?name=wizzard")
    assert 404 == page.status_code
    assert "wizzard" in page.text


def test_text_of_a_visitor_is_escaped(client):
    page = client.get("/explore", params={"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text


def test_a_verb_that_only_writes_a_file_asks_where(client):
    assert 'name="path"' in client.get("/data/rescue").text
    assert 'name="output"' not in client.get("/design/draw").text


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        pytest.param(Ask(port=99_999), "--port 99999", id="no such port"),
        pytest.param(
            Ask(host="nosuch.invalid", accounts=True), "nosuch.invalid", id="no such host"
        ),
    ],
)
def test_an_address_that_cannot_be_had_is_named(ask, said):
    with pytest.raises(BadRequest) as raised:
        launch(replace(ask, open=False))
    assert said in raised.value.problem
