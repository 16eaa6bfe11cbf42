"""The HTTP interface under values that nobody thought of: no server error, and every answer is as the document says."""

from contextlib import contextmanager

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient
from tests.faces.web.conftest import Database

from backwright.faces.web.api.document import document
from backwright.faces.web.api.routes import operations
from backwright.faces.web.app import make_app
from backwright.faces.web.jobs import Jobs

EXAMPLES = 8  # of each operation; `python -m benchmarks.serve.fuzz` tries more
CHECKS = (
    not_a_server_error,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
# What starts commands or reaches hosts is not tried with words from nowhere.
TRIED = [each for each in operations() if each.audience != "machine" and "events" not in each.path]


class Idle(Jobs):
    """Queues and does nothing: what jobs do is tested with jobs."""

    def start(self):
        return


POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
QUIETLY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


WAIT_SECONDS = 120  # a busy machine is given its time
BASE = "http://127.0.0.1"


@contextmanager
def over(folder):
    """The interface over files of its own."""
    site = Database("", folder).site()
    site.parts["jobs"].__class__ = Idle
    app = make_app(site)
    with TestClient(app, BASE):
        schema = schemathesis.openapi.from_dict(document(operations()))
        schema.app = app
        yield schema


def cases(api, operation):
    """Return requests as the document allows them, and others."""
    found = api[f"/api/v1{operation.path}"][operation.method]
    return found.as_strategy(generation_mode=POSITIVE) | found.as_strategy(generation_mode=NEGATIVE)


def check(case, answer):
    """Raise if an answer is not as the document says; a refusal that says when to come again is none of ours to mend."""
    meant = []
    if answer.status_code == 503 and answer.headers.get("retry-after"):
        meant.append(not_a_server_error)
    if answer.status_code == 413:  # refused before anybody looks whether it is valid
        meant.append(negative_data_rejection)
    case.validate_response(answer, checks=[each for each in CHECKS if each not in meant])


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    with over(tmp_path_factory.mktemp("fuzzed")) as made:
        yield made


@pytest.mark.parametrize("operation", TRIED, ids=lambda each: f"{each.method} {each.path}")
def test_an_operation_does_as_its_document_says(api, operation):
    @given(cases(api, operation))
    @QUIETLY
    def try_it(case):
        check(case, case.call(base_url=BASE, timeout=WAIT_SECONDS))

    try_it()
