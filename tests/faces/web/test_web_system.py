"""Pages about a code base: map, baseline, split, rules, schemas, questions; and what a visitor from elsewhere may name."""

import json
import re

import pytest
from tests.adapters.test_archives import zipped
from tests.faces.web.test_web_uploads import OURS, SLOW
from tests.faces.web.waiting import finished

SHOP = zipped(("shop/app.py", SLOW))


def done(client, verb, **form):
    """Return the page of a job over the example."""
    answer = client.post(
        verb, data={"path": "example", **form}, headers=OURS, follow_redirects=False
    )
    assert 303 == answer.status_code, answer.text
    return finished(client, answer.headers["location"]).text


def test_the_review_of_the_example_has_the_path_the_code_and_the_fix(client):
    page = done(client, "/review")
    assert "query-in-loop" in page
    assert "src/orders/service.js:8" in page
    assert "const account = await order.getAccount()" in page
    assert 'href="/explain?rule=query-in-loop"' in page
    assert "backwright: allow query-in-loop" in page


def test_endpoints_with_the_worst_finding_come_first(client):
    page = done(client, "/review")
    rows = re.findall(r'<th scope="row"><code>(\w+ /[^<]+)</code>', page)
    assert 3 == len(rows)
    assert rows.index("GET /api/orders") < 3


def test_a_strict_review_finds_no_less(client):
    usual, strict = (done(client, "/review", rules=rules) for rules in ("default", "strict"))
    assert len(re.findall('id="finding-', usual)) <= len(re.findall('id="finding-', strict))


def test_a_rule_that_is_none_is_named_in_the_form(client):
    page = done(client, "/review", rule="no-such-rule")
    assert "no-such-rule" in page
    assert 'name="upload"' in page


def test_the_map_has_a_picture_and_the_same_as_tables(client):
    page = done(client, "/map")
    picture = re.search(r'src="(/jobs/[^"]+/map\.svg)"', page)
    assert picture
    drawn = client.get(picture[1])
    assert "image/svg+xml" == drawn.headers["content-type"]
    for module in ("src/orders", "src/billing", "src/accounts"):
        assert module in page
        assert module in drawn.text
    blueprint = client.get(picture[1].replace("map.svg", "blueprint.json"))
    assert {"services", "endpoints", "modules"} <= set(json.loads(blueprint.text))


def test_a_split_of_something_small_is_advised_against(client):
    assert "Don't split shop" in done(client, "/advise/split")


def test_the_example_is_never_written_to(client):
    page = done(client, "/baseline")
    assert "would be accepted" in page
    assert "Nothing was written" in page


def test_an_own_folder_gets_its_baseline(client, tmp_path):
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "app.py").write_bytes(SLOW)
    page = done(client, "/baseline", path=str(tmp_path / "shop"))
    assert "are accepted" in page
    written = json.loads((tmp_path / "shop" / "backwright-baseline.json").read_text())
    assert written["findings"]


def test_every_rule_has_a_page_that_can_be_reached_from_the_list(client):
    rules = re.findall(r'href="/explain\?rule=([\w-]+)"', client.get("/explain").text)
    assert len(rules) > 40
    for rule in rules[::9]:
        page = client.get(f"/explain?rule={rule}")
        assert 200 == page.status_code
        assert "When to ignore it" in page.text
    assert 404 == client.get("/explain?rule=nothing-like-it").status_code


def test_a_rule_shows_the_language_that_is_asked_for(client):
    assert "example in go" in client.get("/explain?rule=query-in-loop&language=go").text


@pytest.mark.parametrize("name", ["blueprint", "design"])
def test_a_schema_can_be_read_and_fetched(client, name):
    assert "json-schema.org" in client.get(f"/schema?name={name}").text
    answer = client.get(f"/schema/{name}.json")
    assert "application/schema+json" == answer.headers["content-type"]
    assert "https://json-schema.org/draft/2020-12/schema" == answer.json()["$schema"]


def test_there_is_no_other_schema(client):
    assert 404 == client.get("/schema/nothing.json").status_code
    assert 404 == client.get("/schema?name=nothing").status_code


def test_a_question_gets_numbered_passages_and_a_command_that_is_a_link(client):
    page = client.get("/ask", params={"question": "How do I store passwords?"}).text
    assert 'id="q1"' in page
    assert "Password storage" in page
    assert re.search(r'<a class="btn go" href="/[a-z/]+', page)


def test_a_question_outside_the_field_gets_no_answer(client):
    page = client.get("/ask", params={"question": "Which cake goes with zebra stripes?"})
    assert 200 == page.status_code
    assert "I have nothing on that" in page.text


@pytest.mark.parametrize("question", ["<script>alert(1)</script>", "?!", "x" * 3000, "\x00\udcff"])
def test_a_question_is_data(client, question):
    page = client.get("/ask", params={"question": question.encode("utf-8", "surrogateescape")})
    assert page.status_code in (200, 400)
    assert "<script>alert" not in page.text


ELSEWHERE = ["/etc", "/", "..", "../../", ".", "~", "/proc/self", "uploads", "a\x00b"]


@pytest.mark.parametrize("path", ELSEWHERE)
@pytest.mark.parametrize("verb", ["/review", "/map"])
def test_a_visitor_from_elsewhere_reads_no_folder_of_the_server(crowd, verb, path):
    ann = crowd.person("ann")
    answer = ann.post(verb, data={"path": path})
    if answer.status_code == 303:
        answer = finished(ann, answer.headers["location"])
    assert answer.status_code in (400, 404)
    assert "root:" not in answer.text
    assert str(crowd.database.folder) not in answer.text


def test_a_visitor_from_elsewhere_is_asked_for_an_upload(crowd):
    ann = crowd.person("ann")
    page = ann.get("/review").text
    assert 'type="file"' in page
    assert "Or a folder on this machine" not in page
    assert "choose a file to upload" in ann.post("/review", data={"rules": "strict"}).text.lower()


def test_nobody_sees_the_review_of_somebody_else(crowd):
    ann, bob, nobody = crowd.person("ann"), crowd.person("bob"), crowd.browser()
    begun = ann.post("/review", files={"upload": ("shop.zip", SHOP)})
    place = begun.headers["location"]
    assert "missing-timeout" in finished(ann, place).text
    for part in ("", "/answer.json", "/review.sarif", "/page", "/events"):
        assert 404 == bob.get(place + part).status_code
        assert nobody.get(place + part).status_code in (303, 401, 404)
    assert 404 == bob.post(place + "/cancel").status_code


def test_a_visitor_from_elsewhere_can_review_the_example(crowd):
    ann = crowd.person("ann")
    begun = ann.post("/review", data={"path": "example"})
    assert "query-in-loop" in finished(ann, begun.headers["location"]).text


def test_an_upload_of_one_is_not_within_reach_of_another(crowd, tmp_path):
    """A folder that lies in the uploads is not theirs by knowing its name."""
    other = crowd.database.folder / "uploads" / "0123456789abcdef"
    other.mkdir(parents=True)
    (other / "app.py").write_bytes(SLOW)
    ann = crowd.person("ann")
    for path in ("0123456789abcdef", "../0123456789abcdef", str(other)):
        begun = ann.post("/review", data={"path": path})
        page = finished(ann, begun.headers["location"]) if begun.status_code == 303 else begun
        assert "missing-timeout" not in page.text
