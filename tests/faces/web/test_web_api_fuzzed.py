"""The HTTP interface under values that nobody thought of: no server error, and every answer is as the document says."""

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

EXAMPLES = 8  # of each operation; `python -m benchmarks.serve fuzz` tries more
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


@pytest.fixture(scope="module")
def api(tmp_path_factory):
    """The interface over files of its own."""
    database = Database("", tmp_path_factory.mktemp("fuzzed"))
    site = database.site()
    site.parts["jobs"].__class__ = Idle
    with TestClient(make_app(site), "http://127.0.0.1"):
        schema = schemathesis.openapi.from_dict(document(operations()))
        schema.app = make_app(site)
        yield schema


@pytest.mark.parametrize("operation", TRIED, ids=lambda each: f"{each.method} {each.path}")
def test_an_operation_does_as_its_document_says(api, operation):
    found = api[f"/api/v1{operation.path}"][operation.method]

    @given(
        found.as_strategy(generation_mode=POSITIVE) | found.as_strategy(generation_mode=NEGATIVE)
    )
    @QUIETLY
    def try_it(case):
        answer = case.call(base_url="http://127.0.0.1", timeout=120)
        case.validate_response(answer, checks=list(CHECKS))

    try_it()
