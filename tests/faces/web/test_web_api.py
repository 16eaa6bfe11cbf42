"""The HTTP interface: the same verbs with the fields of --json, problems that say what to do, pages, validators, keys."""

import json
import shlex
import threading
import time
import zipfile
from getopt import getopt
from io import BytesIO

import anyio
import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient
from tests.command import ROOT as ROOT_FOLDER

from backwright.faces.web import verbs
from backwright.faces.web.api.routes import operations
from backwright.faces.web.app import make_app
from backwright.usecases import USE_CASES

ROOT = "/api/v1"
JSON = {"content-type": "application/json"}


def document(client):
    return client.get(f"{ROOT}/openapi.json").json()


def test_every_verb_is_an_operation():
    paths = {each.path for each in operations()}
    assert {f"/{verb.name.replace('.', '/')}" for verb in USE_CASES} <= paths


def test_an_answer_has_the_fields_of_json_and_its_schema(client):
    answer = client.get(f"{ROOT}/explore", params={"name": "go-developer"})
    assert 200 == answer.status_code
    assert "backwright/explore/1" == answer.json()["schema"]
    assert "go-developer" == answer.json()["id"]


def test_get_and_post_answer_alike(client):
    got = client.get(f"{ROOT}/design/check", params={"path": "shop"})
    assert got.json() == client.post(f"{ROOT}/design/check", json={"path": "shop"}).json()


@pytest.mark.parametrize("name", ["roles", "skills", "technologies", "paths", "rules", "sources"])
def test_a_list_is_read_page_by_page_to_its_end(client, name):
    page = client.get(f"{ROOT}/{name}?limit=7").json()
    seen, place = [], f"{ROOT}/{name}?limit=7"
    while place:
        answer = client.get(place)
        seen += [each["id"] for each in answer.json()["items"]]
        place = answer.links.get("next", {}).get("url")
    assert page["total"] == len(seen) == len(set(seen))
    assert seen == sorted(seen)
    assert seen[0] == client.get(f"{ROOT}/{name}/{seen[0]}").json()["id"]


def test_own_rows_come_in_the_order_in_which_they_were_recorded(known):
    rows, cursor = [], None
    while True:
        answer = known.get(
            f"{ROOT}/evidence", params={"limit": 10, "cursor": cursor} if cursor else {"limit": 10}
        )
        rows += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            break
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert answer.json()["total"] == len(rows) > 25


@pytest.mark.parametrize(
    "place",
    ["roles", "roles/go-developer", "rules", "evidence", "explore?name=redis", "openapi.json"],
)
def test_what_is_known_already_is_not_sent_again(known, place):
    first = known.get(f"{ROOT}/{place}")
    etag = first.headers["etag"]
    assert etag[0] == etag[-1] == '"'
    again = known.get(f"{ROOT}/{place}", headers={"if-none-match": etag})
    assert 304 == again.status_code
    assert b"" == again.content
    assert etag == again.headers["etag"]
    assert 200 == known.get(f"{ROOT}/{place}", headers={"if-none-match": '"else"'}).status_code


def test_a_new_row_changes_the_validator_of_the_rows(client):
    before = client.get(f"{ROOT}/evidence").headers["etag"]
    client.post(f"{ROOT}/start", json={"name": "Sam", "languages": "go"})
    assert before != client.get(f"{ROOT}/evidence").headers["etag"]


@pytest.mark.parametrize(
    ("method", "place", "sent", "status", "says"),
    [
        pytest.param("GET", "explore?name=wizzard", {}, 404, "wizzard", id="a name that is not there"),
        pytest.param("GET", "explore?nmae=go", {}, 400, "nmae", id="a field that is not there"),
        pytest.param("GET", "explore?name=a&name=b", {}, 400, "one value", id="a field twice"),
        pytest.param("GET", "nothing", {}, 404, "nothing", id="a path that is not there"),
        pytest.param("GET", "roles/wizzard", {}, 404, "wizzard", id="an entry that is not there"),
        pytest.param("GET", "roles?limit=0", {}, 400, "limit", id="a page of nothing"),
        pytest.param("GET", "roles?limit=x", {}, 400, "limit", id="a page of words"),
        pytest.param("GET", "roles?cursor=!!", {}, 400, "cursor", id="a cursor that is none"),
        pytest.param("GET", "roles?after=x", {}, 400, "after", id="a parameter that is not there"),
        pytest.param("GET", "roles", {"headers": {"accept": "text/html"}}, 406, "text/html", id="a page is wanted"),
        pytest.param("DELETE", "roles", {}, 405, "DELETE", id="a method that is not there"),
        pytest.param("GET", "assess", {}, 405, "GET", id="what writes is not asked by GET"),
        pytest.param("POST", "explore", {"content": b"{", "headers": JSON}, 400, "JSON", id="half of JSON"),
        pytest.param("POST", "explore", {"content": b"[1]", "headers": JSON}, 400, "object", id="a list"),
        pytest.param("POST", "explore", {"content": b'{"name": "\xff"}', "headers": JSON}, 400, "JSON", id="bad UTF-8"),
        pytest.param("POST", "explore", {"content": b"[" * 100_000, "headers": JSON}, 400, "JSON", id="very deep"),
        pytest.param("POST", "explore", {"content": b"x", "headers": {"content-type": "text/xml"}}, 415, "text/xml", id="XML"),
        pytest.param("POST", "explore", {"content": b"x"}, 415, "content-type", id="no media type"),
        pytest.param("POST", "explore", {"json": {"technologies": "true"}}, 400, "technologies", id="a text for a truth value"),
        pytest.param("POST", "explore", {"json": {"compare": "go-developer"}}, 400, "compare", id="one for several"),
        pytest.param("POST", "design/check", {"json": {}}, 400, "path", id="a field is missing"),
        pytest.param("POST", "explore", {"json": {"name": "x" * 20_001}}, 400, "20,001", id="a very long name"),
        pytest.param("POST", "explore", {"content": b" " * 1_000_001, "headers": JSON}, 413, "bytes", id="a very long body"),
        pytest.param("POST", "explore", {"json": {}, "headers": {"host": "evil.example"}}, 421, "evil", id="another name"),
        pytest.param("POST", "explore", {"json": {}, "headers": {"origin": "http://evil.example"}}, 403, "page", id="another page"),
        pytest.param("GET", "jobs/nothing", {}, 404, "job", id="a job that is not there"),
        pytest.param("POST", "map", {"json": {"files": {"../a.py": "x"}, "path": "."}}, 400, "../a.py", id="a file that leads out"),
        pytest.param("POST", "map", {"json": {"files": {"/etc/x": "x"}, "path": "."}}, 400, "/etc/x", id="a file elsewhere"),
        pytest.param("POST", "explore", {"json": {"files": {"a": "x"}}}, 400, "files", id="files that nobody reads"),
    ],
)  # fmt: skip
def test_a_problem_says_what_is_wrong(client, method, place, sent, status, says):
    answer = client.request(method, f"{ROOT}/{place}", **sent)
    assert status == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    told = answer.json()
    assert status == told["status"]
    assert says in told["detail"]
    assert told["type"].startswith("/api#problem-")
    if status == 405:
        assert answer.headers["allow"]


def test_a_key_makes_a_request_happen_once(client):
    sent = {"json": {"name": "Sam", "languages": "go"}, "headers": {"idempotency-key": "k1"}}
    first = client.post(f"{ROOT}/start", **sent)
    rows = client.get(f"{ROOT}/evidence").json()["total"]
    again = client.post(f"{ROOT}/start", **sent)
    assert first.json() == again.json()
    assert "true" == again.headers["idempotent-replayed"]
    assert rows == client.get(f"{ROOT}/evidence").json()["total"] > 0


def test_a_key_belongs_to_one_request(client):
    headers = {"idempotency-key": "k2"}
    client.post(f"{ROOT}/explore", json={"name": "redis"}, headers=headers)
    other = client.post(f"{ROOT}/explore", json={"name": "go"}, headers=headers)
    assert 422 == other.status_code


def test_files_that_are_sent_are_read_and_nothing_else_is(client):
    text = client.get(f"{ROOT}/design/new", params={"example": "shop"}).json()["text"]
    sent = {"path": "mine.yaml", "files": {"mine.yaml": text}}
    assert 200 == client.post(f"{ROOT}/design/check", json=sent).status_code
    elsewhere = {"path": "../../evidence.db", "files": {"mine.yaml": text}}
    assert 404 == client.post(f"{ROOT}/design/check", json=elsewhere).status_code
    upload = client.post(f"{ROOT}/design/check", files={"path": ("mine.yaml", text)})
    assert 200 == upload.status_code


def test_what_lasts_answers_with_a_job_that_can_be_followed(client):
    begun = client.post(f"{ROOT}/map", json={"path": ".", "files": {"a.py": "import os\n"}})
    assert 202 == begun.status_code
    place = begun.headers["location"]
    assert "queued" == begun.json()["state"]
    with client.stream("GET", f"{place}/events") as stream:
        assert "event: end" in list(stream.iter_lines())
    assert "done" == client.get(place).json()["state"]
    assert "backwright/map/1" == client.get(f"{place}/answer").json()["schema"]
    assert place == client.get(f"{ROOT}/jobs").json()["items"][0]["links"]["self"]


def test_who_would_rather_wait_gets_the_answer(client):
    answer = client.post(f"{ROOT}/map", json={"path": "example"}, headers={"prefer": "wait=30"})
    assert 200 == answer.status_code
    assert "backwright/map/1" == answer.json()["schema"]


def test_what_went_wrong_with_a_job_is_its_answer(client):
    sent = {"path": "nowhere"}
    answer = client.post(f"{ROOT}/design/simulate", json=sent, headers={"prefer": "wait=30"})
    assert 404 == answer.status_code
    assert "nowhere" in answer.json()["detail"]


def test_an_answer_that_is_not_there_yet_is_a_conflict(client):
    long = {"path": "shop", "rate": "40", "length": "3600s", "runs": 100}
    place = client.post(f"{ROOT}/design/simulate", json=long).headers["location"]
    assert 409 == client.get(f"{place}/answer").status_code
    assert 202 == client.post(f"{place}/cancel").status_code


def test_head_is_get_without_a_body(client):
    head = client.head(f"{ROOT}/roles")
    assert 200 == head.status_code
    assert b"" == head.content
    assert client.get(f"{ROOT}/roles").headers["etag"] == head.headers["etag"]


def test_the_document_holds_together(client):
    made = document(client)
    text = json.dumps(made)
    for name in made["components"]["schemas"]:
        assert f'"#/components/schemas/{name}"' in text
        Draft202012Validator.check_schema(made["components"]["schemas"][name])
    ids = [each["operationId"] for path in made["paths"].values() for each in path.values()]
    assert len(ids) == len(set(ids)) == len(operations())


def test_the_page_about_it_names_every_path(client):
    page = client.get("/api").text
    assert all(f"{ROOT}{each.path}" in page for each in operations())


def test_the_examples_of_the_guide_answer_as_it_says(client):
    text = (ROOT_FOLDER / "docs" / "guide" / "api.md").read_text()
    lines = [line for line in text.splitlines() if line.startswith("$ curl")]
    assert len(lines) > 12
    for line in lines:
        command, _, status = line.removeprefix("$ ").partition("  # ")
        options, (place,) = getopt(shlex.split(command)[1:], "X:H:d:")
        given = dict(options)
        headers = dict(value.split(": ", 1) for name, value in options if name == "-H")
        answer = client.request(
            given.get("-X", "GET"),
            place.removeprefix("http://127.0.0.1:8765"),
            headers=headers,
            content=given.get("-d"),
        )
        assert int(status or 200) == answer.status_code, f"{line}: {answer.text[:300]}"


def test_an_archive_is_unpacked_for_its_request_and_removed(client, tmp_path):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("shop/app.py", "import os\n")
    sent = {"files": {"upload": ("shop.zip", packed.getvalue())}, "headers": {"prefer": "wait=30"}}
    answer = client.post(f"{ROOT}/map", **sent)
    assert 200 == answer.status_code, answer.text
    assert "shop" == answer.json()["name"]
    uploads = tmp_path / "uploads"
    for _ in range(100):  # the job removes it a moment after it has answered
        if not list(uploads.iterdir()):
            break
        time.sleep(0.1)
    assert [] == list(uploads.iterdir())


def test_who_deletes_their_data_leaves_no_jobs_and_no_kept_answers(client):
    headers = {"idempotency-key": "k3"}
    client.post(f"{ROOT}/explore", json={"name": "redis"}, headers=headers)
    client.post(f"{ROOT}/map", json={"path": "example"}, headers={"prefer": "wait=30"})
    client.post(f"{ROOT}/data/delete", json={"yes": True})
    assert [] == client.get(f"{ROOT}/jobs").json()["items"]
    other = client.post(f"{ROOT}/explore", json={"name": "go"}, headers=headers)
    assert "idempotent-replayed" not in other.headers
    assert 200 == other.status_code


def test_what_computes_too_long_is_given_up_and_says_when_to_come_again(client, monkeypatch):
    monkeypatch.setattr(verbs, "SECONDS_MAX", 0)
    answer = client.get(f"{ROOT}/design/solve?path=shop")
    assert 503 == answer.status_code
    assert "retry-after" in answer.headers


@pytest.mark.parametrize(
    ("method", "place"),
    [
        ("GET", "/jobs/{}"),
        ("GET", "/jobs/{}/events"),
        ("GET", "/jobs/{}/answer.json"),
        ("POST", "/jobs/{}/cancel"),
        ("GET", f"{ROOT}/jobs/{{}}"),
        ("GET", f"{ROOT}/jobs/{{}}/answer"),
        ("GET", f"{ROOT}/jobs/{{}}/events"),
        ("POST", f"{ROOT}/jobs/{{}}/cancel"),
    ],
)
def test_a_job_is_only_there_for_whoever_began_it(crowd, method, place):
    one, other = crowd.person("one"), crowd.person("other")
    begun = one.post(f"{ROOT}/map", json={"path": "example"}, headers={"prefer": "wait=30"})
    assert 200 == begun.status_code
    job = one.get(f"{ROOT}/jobs").json()["items"][0]["id"]
    assert 404 == other.request(method, place.format(job)).status_code
    assert 404 != one.request(method, place.format(job)).status_code
    assert [] == other.get(f"{ROOT}/jobs").json()["items"]


def test_the_disk_of_a_server_for_many_cannot_be_read(crowd):
    person = crowd.person("one")
    for path in ("/etc/passwd", "../../x", "."):
        answer = person.post(f"{ROOT}/map", json={"path": path}, headers={"prefer": "wait=30"})
        assert 404 == answer.status_code, path


def test_verbs_of_the_machine_are_not_offered_to_others(crowd):
    person = crowd.person("operator")
    assert 404 == person.post(f"{ROOT}/design/calibrate", json={"path": "shop"}).status_code
    paths = person.get(f"{ROOT}/openapi.json").json()["paths"]
    assert f"{ROOT}/design/calibrate" not in paths
    assert f"{ROOT}/explore" in paths


def test_a_program_needs_a_token(crowd):
    answer = crowd.browser().get(f"{ROOT}/roles")
    assert 401 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert "Bearer" in answer.headers["www-authenticate"]


def test_who_goes_away_ends_the_stream(database):
    """The connection is gone after the first event: the application returns, and nothing of it stays."""
    site = database.site()
    app = make_app(site)
    began = threading.Event()

    async def ask():
        first = anyio.Event()

        async def receive():
            await first.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.body" and message["body"]:
                began.set()
                first.set()

        scope = {
            "type": "http",
            "method": "GET",
            "path": f"/jobs/{job}/events",
            "raw_path": b"",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1")],
            "http_version": "1.1",
            "scheme": "http",
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "root_path": "",
        }
        with anyio.fail_after(60):
            await app(scope, receive, send)

    with TestClient(app, "http://127.0.0.1") as client:
        long = {"path": "shop", "rate": "40", "length": "3600s", "runs": 100}
        job = client.post(f"{ROOT}/design/simulate", json=long).json()["id"]
        anyio.run(ask)
        assert began.is_set()
        assert 0 == site.parts["jobs"].listeners
        client.post(f"/jobs/{job}/cancel")
