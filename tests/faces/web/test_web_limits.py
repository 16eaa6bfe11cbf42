"""What strangers send to break in, to wear out or to find out: each is refused, and the page goes on."""

import io
import re
import socket
import zipfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from threading import Thread

import anyio
import pytest
import uvicorn
from starlette.testclient import TestClient
from tests.faces.web.conftest import Crowd, Database
from tests.faces.web.waiting import finished

from backwright.faces.web import guard
from backwright.faces.web.access import takes_tokens
from backwright.faces.web.app import make_app
from backwright.faces.web.guard import BODY_MAX
from backwright.faces.web.patience import Patient
from backwright.faces.web.serve import _listener
from backwright.faces.web.site import Visitor
from backwright.model.errors import BackwrightError
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of

ROOT = "/api/v1"
CODE = "from flask import Flask\napp = Flask(__name__)\n\n@app.get('/orders')\ndef orders():\n    return []\n"
DEEP = "[" * 100_000
WAIT_SECONDS = 60  # a busy machine is given its time


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def paths_that_take_forms(app):
    return sorted(
        {
            re.sub(r"\{\w+\}", "x", route.path)
            for route in app.routes
            if "POST" in (getattr(route, "methods", None) or ()) and not takes_tokens(route.path)
        }
    )


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/xml", ""])
def test_a_body_that_is_no_form_is_not_read_as_an_empty_one(client, database, kind):
    for path in paths_that_take_forms(client.app):
        answer = client.post(path, content=b'{"name": "x"}', headers={"content-type": kind})
        assert 415 == answer.status_code, path
    assert () == database.bench().store.profiles()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"content-encoding": "gzip"}, 415, id="compressed, which could be a bomb"),
        pytest.param({"content-length": "²"}, 400, id="a length in another script"),
        pytest.param({"content-length": "9" * 5000}, 400, id="a length beyond all"),
        pytest.param({"content-length": "-1"}, 400, id="a length below nothing"),
        pytest.param({"content-length": "3", "transfer-encoding": "chunked"}, 400, id="two lengths"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/theme", f"{ROOT}/explore"])
def test_a_body_of_a_doubtful_length_is_refused_and_its_connection_ends(client, path, headers, status):  # fmt: skip
    sent = {"content-type": "application/x-www-form-urlencoded", **headers}
    raw = [(name, value.encode("utf-8")) for name, value in sent.items()]
    answer = client.post(path, content=b"a=b", headers=raw)
    assert status == answer.status_code
    assert "close" == answer.headers["connection"]


def test_nobody_unknown_uploads(crowd):
    large = {"x": ("large", b"x" * (BODY_MAX + 1))}
    for path in ("/account/login", "/account/new", "/theme"):
        assert 413 == crowd.browser().post(path, files=large).status_code, path


@contextmanager
def served(app):
    """Serve an application by a server that gives up slow connections at once; yield its port."""

    class Hasty(Patient):
        head_seconds = 0.2

    config = uvicorn.Config(app, http=Hasty, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    with _listener("127.0.0.1", 0) as listener:
        listener.listen()  # who comes before the server is ready waits
        thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def said_to(port, *pieces):
    """Return all that comes back for what is sent, until the server ends the connection."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)) as line:
        for piece in pieces:
            line.sendall(piece)
        got = b""
        while more := line.recv(65_536):
            got += more
        return got


@pytest.fixture
def files_only(tmp_path):
    """A database for what does not depend on which it is."""
    return Database("", tmp_path)


def test_a_connection_that_never_finishes_its_headers_is_ended(files_only):
    whole = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with served(make_app(files_only.site())) as port:
        assert b"" == said_to(port)
        assert b"" == said_to(port, b"GET /healthz HTTP/1.1\r\nHost: 127")
        twice = said_to(port, whole, b"GET /healthz HTTP/1.1\r\n")
        assert 1 == twice.count(b"HTTP/1.1 200"), "the second one never came whole"


def test_a_body_that_two_headers_measure_hides_no_second_request(files_only):
    hidden = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    first = (
        b"POST /theme HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 6\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    with served(make_app(files_only.site())) as port:
        got = said_to(port, first + hidden)
    assert got.startswith(b"HTTP/1.1 400")
    assert 1 == got.count(b"HTTP/1.1 ")


def test_a_body_that_stops_coming_is_given_up(files_only, monkeypatch):
    monkeypatch.setattr(guard, "SILENCE_SECONDS", 0.1)
    began = (
        b"POST /theme HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntheme=da"
    )
    with served(make_app(files_only.site())) as port:
        got = said_to(port, began)
    assert got.startswith(b"HTTP/1.1 408")
    assert b"did not come" in got


@pytest.mark.parametrize("path", [
    "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static//etc/passwd", "/static/%00",
    "/static/" + "a" * 3000, "/explain/..%2f..%2fx", "/schema/..%2fx", "/guide/..%2f..%2fx", "/jobs/..%2f..%2fx/..%2fpage",
])  # fmt: skip
def test_a_path_leads_to_no_file_that_is_not_offered(client, path):
    answer = client.get(path)
    assert answer.status_code in (400, 404), path
    assert "Traceback" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([("upload", "\N{GOTHIC LETTER AHSA}" * 100 + ".zip")], id="400 bytes long"),
        pytest.param([("upload", "\N{GOTHIC LETTER AHSA}" * 100 + ".py")], id="one file, 400 bytes"),
        pytest.param([("upload", "a.zip"), ("path", "a.zip")], id="the same name twice"),
        pytest.param([("path", "a"), ("upload", "a.zip")], id="a file named like a folder"),
    ],
)  # fmt: skip
def test_no_name_of_an_upload_is_an_error_of_ours(client, files):
    data = zipped(**{"a.py": CODE})
    sent = [(field, (name, data if name.endswith("zip") else CODE)) for field, name in files]
    answer = client.post("/review", files=sent, follow_redirects=False)
    assert 303 == answer.status_code
    assert finished(client, answer.headers["location"]).status_code in (200, 400)


def test_two_profiles_of_one_name_are_both_read(client):
    files = [("files", ("a.folded", "a;b 1\n")), ("files", ("a.folded", "c;d 1\n"))]
    begun = client.post("/advise/performance", files=files, follow_redirects=False)
    page = finished(client, begun.headers["location"])
    assert "2-a.folded" in page.text


@pytest.mark.parametrize(
    ("name", "text", "status"),
    [
        pytest.param("backwright.toml", f"a = {DEEP}", 400, id="configuration"),
        pytest.param("backwright-baseline.json", DEEP, 400, id="baseline"),
        pytest.param("keys.jwk", DEEP, 200, id="keys"),
        pytest.param("openapi.json", DEEP, 200, id="contract"),
        pytest.param("appsettings.json", DEEP, 200, id="settings"),
        pytest.param("deep.py", "x = " + "(" * 50_000, 200, id="code"),
    ],
)
def test_brackets_without_end_in_a_repository_are_no_error_of_ours(files_only, name, text, status):
    with TestClient(make_app(files_only.site()), "http://127.0.0.1") as client:
        data = zipped(**{"a/app.py": CODE, f"a/{name}": text})
        begun = client.post("/review", files={"upload": ("a.zip", data)}, follow_redirects=False)
        page = finished(client, begun.headers["location"])
    assert "should not have happened" not in page.text
    assert status == page.status_code


def test_names_in_a_repository_and_of_its_archive_are_text(files_only):
    mark = "<img src=x onerror=alert(1)>"
    compose = f"services:\n  '{mark}':\n    image: 'postgres:{mark}'\n"
    loop = CODE.replace("/orders", f"/{mark}").replace("return []", "eval(input())")
    data = zipped(**{f"a/{mark}/app.py": loop, "a/docker-compose.yml": compose})
    with TestClient(make_app(files_only.site()), "http://127.0.0.1") as client:
        for verb in ("/review", "/map"):
            begun = client.post(verb, files={"upload": (f"{mark}.zip", data)}, follow_redirects=False)  # fmt: skip
            page = finished(client, begun.headers["location"])
            assert 200 == page.status_code
            assert "<img src=x" not in page.text
            assert "onerror=alert(1)" in page.text, "it is shown, as text"


def test_two_tabs_that_answer_at_the_same_moment_count_once(client):
    html = client.post("/assess", data={"languages-asked": "1", "languages": "py"}).text
    form = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', html[html.index("data-question") :]))  # fmt: skip
    answer = {**form, "idk": "i", "at": str(int(form["at"]) - 60)}
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: client.post("/assess", data=answer).status_code, range(4)))  # fmt: skip
    assert [200] * 4 == statuses
    assert "1 answer kept" in client.get("/assess").text


SECRET = "secret-of-the-server"  # must not be told


OFFERED = [each for each in USE_CASES if each.audience == "everybody"]


@pytest.mark.parametrize("use_case", OFFERED, ids=lambda each: each.name)
def test_no_field_of_any_verb_reads_a_file_of_the_server(files_only, tmp_path, use_case):
    """Also what a verb's error says: a parser would quote the line that it cannot read."""
    outside = tmp_path / "outside"
    outside.mkdir()
    for name in ("a.yaml", "a.json", "a.toml", "app.py"):
        (outside / name).write_text(f"{SECRET}: [\n")
    site = files_only.site()
    site.is_local = False
    (site.uploads / "nothing").mkdir(parents=True)
    (site.uploads / "nothing" / "link").symlink_to(outside)
    bench = site.bench_for(Visitor("ann"))
    before = sorted(tmp_path.rglob("*"))
    needed = {q.name: "shop" for q in use_case.questions() if q.default is ... and q.type is str}
    for question in use_case.questions():
        if question.type is not str or question.choices:
            continue
        if use_case.lasts and question.mark.disk not in ("file", "folder"):
            continue  # it would run in full for each of them
        for name in ("a.yaml", "a.json", "a.toml", "app.py", ""):
            for path in (
                outside / name,
                f"../../outside/{name}",
                f"link/{name}",
                f"file://{outside}/{name}",
            ):
                value = [str(path)] if question.repeated else str(path)
                try:
                    told = str(use_case.run(request_of(use_case, {**needed, question.name: value}), bench))  # fmt: skip
                except BackwrightError as error:
                    told = f"{error.problem} {error.detail} {error.hint}"
                assert SECRET not in told, f"{question.name}={path}"
    written = {each for each in tmp_path.rglob("*") if each.is_file()} - set(before)
    assert not [each for each in written if outside in each.parents]


def test_a_key_of_somebody_else_replays_nothing(crowd):
    one, other = crowd.person("one"), crowd.person("other")
    key = {"idempotency-key": "the-same-key"}
    first = one.post(f"{ROOT}/start", json={"name": "one-secret-name", "role": "go-developer"}, headers=key)  # fmt: skip
    second = other.post(f"{ROOT}/start", json={}, headers=key)
    assert (200, 200) == (first.status_code, second.status_code)
    assert "one-secret-name" not in second.text
    assert "idempotent-replayed" not in second.headers


def test_a_token_that_only_reads_changes_nothing_by_any_verb(crowd):
    crowd.account("operator")
    ann = crowd.account("ann")
    token = crowd.accounts.new_token(ann, "look", "read")
    program = TestClient(crowd.app, "http://127.0.0.1", headers={"authorization": f"Bearer {token}"})  # fmt: skip
    sent = {
        "start": {"name": "ann", "role": "go-developer"},
        "learn": {"name": "sql.indexes", "log": 30},
        "data/delete": {"profile": ann.id, "confirm": True},
    }
    for verb, body in sent.items():
        answer = program.post(f"{ROOT}/{verb}", json=body)
        assert answer.status_code in (400, 403), (verb, answer.text)
    files = {"path": ("a.jsonl", b"{}")}
    assert program.post(f"{ROOT}/data/import", files=files).status_code in (200, 400, 403)
    assert () == crowd.site.bench.store.rows(ann.id)


def test_a_cookie_of_one_page_is_nothing_beside_a_wrong_token(crowd):
    person = crowd.person("ann")
    wrong = {"authorization": "Bearer wrong"}
    assert 401 == person.get(f"{ROOT}/explore", headers=wrong).status_code


def test_who_goes_away_while_a_page_is_drawn_leaves_the_server_as_it_was(crowd: Crowd):
    """The connection is gone before the answer: nothing is raised that ends the application, and others are served."""
    person = crowd.person("ann")
    cookie = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    scope = {
        "type": "http", "method": "GET", "path": "/report", "raw_path": b"/report", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"cookie", cookie.encode())], "http_version": "1.1", "scheme": "http",
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "root_path": "",
    }  # fmt: skip

    async def ask():
        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            raise OSError("the other end is gone")

        with anyio.fail_after(WAIT_SECONDS):
            try:
                await crowd.app(scope, receive, send)
            except OSError:
                return

    anyio.run(ask)
    assert 200 == person.get("/report").status_code
