"""What machines see of a server: probes, counts, ids, a log without secrets."""

import json

import pytest
from starlette.testclient import TestClient

from backwright.adapters.measures import Measures
from backwright.faces.web.app import make_app
from backwright.faces.web.serve import check_workers
from backwright.model.errors import BadRequest, StoreProblem


class Gone:
    """A store that does not answer."""

    def __getattr__(self, name):
        raise StoreProblem("the database at secret-host does not answer")


@pytest.fixture
def measured(database):
    """A browser at a page that counts and logs."""
    site = database.site()
    site.parts |= {"measures": Measures(), "log": True}
    with TestClient(make_app(site), "http://127.0.0.1") as made:
        yield made


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_is_answered_under_any_name(client, path):
    answer = client.get(path, headers={"host": "10.0.0.7:8765"})
    assert 200 == answer.status_code
    assert answer.json()["status"] in ("alive", "ready")


def test_a_server_without_its_database_is_alive_and_not_ready(database):
    site = database.site()
    with TestClient(make_app(site), "http://127.0.0.1") as client:
        object.__setattr__(site.bench, "store", Gone())
        assert 200 == client.get("/healthz").status_code
        answer = client.get("/readyz")
        assert 503 == answer.status_code
        assert ["evidence"] == answer.json()["failed"]
        assert answer.headers["retry-after"]
        assert "secret-host" not in answer.text


def test_requests_are_counted_by_route_and_never_by_what_was_asked(measured):
    measured.get("/technology/redis?from=redis")
    measured.get("/api/v1/roles/go-developer")
    measured.get("/jobs/some-secret-id")
    text = measured.get("/metrics").text
    assert (
        'backwright_requests_total{method="GET",route="/technology/{id}",status="200"} 1.0' in text
    )
    assert 'route="/api/v1/roles/{id}"' in text
    assert 'route="/jobs/{job}"' in text
    assert "backwright_request_seconds_bucket" in text
    assert "# TYPE backwright_jobs gauge" in text
    assert not [secret for secret in ("redis", "go-developer", "some-secret-id") if secret in text]


def test_counts_are_for_whoever_runs_the_server(crowd):
    crowd.site.parts["measures"] = Measures()
    operator, other = crowd.person("operator"), crowd.person("other")
    assert 200 == operator.get("/metrics").status_code
    assert 404 == other.get("/metrics").status_code
    assert 401 == crowd.browser().get("/metrics").status_code


def test_a_request_keeps_the_id_that_a_proxy_gave_it(client):
    assert (
        "abc-12345"
        == client.get("/", headers={"x-request-id": "abc-12345"}).headers["x-request-id"]
    )


@pytest.mark.parametrize(
    "said", ["", "short", "a b c d e f g h", "x" * 65, 'quote"quote"', "<script>"]
)
def test_an_id_that_could_be_anything_is_replaced(client, said):
    given = client.get("/", headers={"x-request-id": said}).headers["x-request-id"]
    assert said != given
    assert given.isalnum()


def test_the_log_has_a_line_for_each_request_and_nothing_that_was_said(measured, capfd):
    measured.post(
        "/api/v1/explore",
        json={"name": "redis"},
        headers={"authorization": "Bearer secret-token", "idempotency-key": "secret-key"},
    )
    line = json.loads(capfd.readouterr().err.splitlines()[-1])
    assert {
        "event": "request",
        "method": "POST",
        "route": "/api/v1/explore",
        "status": 200,
        "level": "info",
    }.items() <= line.items()
    assert "redis" not in str(line)
    assert "secret" not in str(line)


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_a_number_of_processes_that_makes_no_sense_is_named(workers):
    with pytest.raises(BadRequest, match=str(workers)):
        check_workers(workers)
