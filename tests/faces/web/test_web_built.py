"""Blueprints in the browser: examples, typed text, problems with their lines, pictures, downloads."""

import re

import pytest
from tests.bench import CONTENT
from tests.faces.web.waiting import finished

from backwright.faces.web.linking import page_of
from backwright.usecases import USE_CASES

TINY = "version: 1\nname: tiny\nworkload: {rate: 10/s, mix: {a.b: 100%}}\nservices:\n  a: {workers: 1, handlers: {b: [{cpu: 20 ms}]}}\n"


def typed(text: str, **more: str) -> dict[str, str]:
    """Return the editor's fields with a text of one's own."""
    return {"path": "", "shown": "", "text": text, **more}


@pytest.mark.parametrize("example", ["shop", "saga", "retry-storm"])
@pytest.mark.parametrize("verb", ["check", "solve", "draw"])
def test_an_example_is_answered_by_a_link(client, verb, example):
    page = client.get(f"/design/{verb}?path={example}")
    assert 200 == page.status_code
    assert f'<h1 id="h">{example} ' in page.text


def test_a_typed_blueprint_is_checked(client):
    page = client.post("/design/check", data=typed(TINY))
    assert 200 == page.status_code
    assert "tiny is stable at" in page.text


def test_a_typed_blueprint_stays_in_the_editor_and_goes_along_to_the_next_verb(client):
    page = client.post("/design/check", data=typed(TINY))
    assert "a: {workers: 1" in page.text
    assert 'formaction="/design/solve?path=mine.yaml' in page.text


def test_a_next_step_takes_its_numbers_from_the_button_and_the_blueprint_from_the_editor(client):
    page = client.post("/design/solve?path=mine.yaml&rate=20", data=typed(TINY, rate="10"))
    assert "tiny" in page.text
    assert "20 requests/s" in page.text


def test_an_example_that_was_changed_in_the_editor_is_ones_own(client):
    text = client.get("/design/new?example=shop").text
    shop = text.split("<textarea", 1)[1].split(">", 1)[1].split("</textarea>")[0]
    shop = shop.replace("&gt;", ">").replace("name: shop", "name: changed").replace("\n", "\r\n")
    page = client.post("/design/check", data={"path": "shop", "shown": "shop", "text": shop})
    assert "changed breaks at" in page.text


def test_an_example_that_was_not_changed_gets_an_address_of_its_own(client):
    page = client.post(
        "/design/check",
        data={"path": "shop", "shown": "shop", "text": "", "rate": "40"},
        follow_redirects=False,
    )
    assert "/design/check?path=shop&rate=40" == page.headers["location"]


def test_another_example_goes_before_the_text_that_was_shown(client):
    page = client.post(
        "/design/check", data={"path": "saga", "shown": "shop", "text": "name: shop\n"}
    )
    assert '<h1 id="h">saga' in page.text


def test_problems_quote_their_lines(client):
    page = client.post("/design/check", data=typed(TINY.replace("workers: 1", "workers: many")))
    assert 400 == page.status_code
    assert "Line 5" in page.text
    assert 'data-line="5"' in page.text
    assert "problem in mine.yaml" in page.text


def test_a_typed_blueprint_reads_no_file_of_the_server(client, tmp_path):
    (tmp_path / "prices.yml").write_text("orders: 1 EUR/h\n")
    page = client.post("/design/check", data=typed(TINY + f"prices: {tmp_path}/prices.yml\n"))
    assert 404 == page.status_code


def test_nothing_of_a_typed_blueprint_is_left_on_the_disk(client, tmp_path):
    client.post("/design/check", data=typed(TINY))
    client.post("/design/check", data=typed("name: [\n"))
    client.post("/design/draw/svg", data=typed(TINY))
    assert [] == list((tmp_path / "uploads").glob("*"))


def test_markup_in_a_typed_blueprint_stays_text(client):
    page = client.post(
        "/design/draw", data=typed(TINY.replace("tiny", "'<script>alert(1)</script>'"))
    )
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("kind", ["svg", "adr", "mermaid", "structurizr", "d2", "html", "json"])
def test_a_drawing_is_sent_in_each_notation(client, kind):
    answer = client.post(f"/design/draw/{kind}", data=typed(TINY))
    assert 200 == answer.status_code
    assert answer.headers["content-disposition"].startswith('attachment; filename="tiny.')
    assert len(answer.content) > 50


def test_a_notation_that_is_none_is_not_found(client):
    assert 404 == client.post("/design/draw/dwg", data=typed(TINY)).status_code


def test_pictures_are_images_under_the_strict_policy(client):
    page = client.get("/design/draw?path=shop").text
    assert 'src="data:image/svg+xml,' in page
    assert "<style" not in page


@pytest.mark.parametrize("use_case", USE_CASES, ids=lambda use_case: use_case.name)
def test_every_verb_is_on_the_page_of_everything(client, use_case):
    assert f'href="/{use_case.name.replace(".", "/")}"' in client.get("/verbs").text


@pytest.mark.parametrize(
    "use_case",
    [u for u in USE_CASES if u.name.startswith(("design.", "advise."))],
    ids=lambda use_case: use_case.name,
)
def test_design_leads_to_every_verb_about_building(client, use_case):
    assert f'href="/{use_case.name.replace(".", "/")}"' in client.get("/design").text


def test_an_answer_is_no_text_in_a_box(client):
    for path in ("/design/check?path=shop", "/advise/scale?requests=1M/day", "/advise/security"):
        page = client.get(path).text
        assert not re.search(r"<pre", page), path
        assert "<dl" in page


def test_every_page_leads_to_everything(client):
    for path in ("/", "/design", "/advise/security", "/nothing"):
        assert 'href="/verbs"' in client.get(path).text, path


LISTED = re.compile(r'(?:href|action)="(/[^"#]*)"')


def test_every_verb_is_reached_by_links_from_the_first_page(client):
    """Two steps at most; links that only differ in what they ask are one."""
    seen = {"/"}
    for _ in range(2):
        for path in sorted(seen):
            text = client.get(path).text
            seen |= {found.partition("?")[0] for found in LISTED.findall(text)}
        seen = {path for path in seen if "/static/" not in path}
    assert set() == {f"/{u.name.replace('.', '/')}" for u in USE_CASES} - seen


def test_somebody_elsewhere_works_on_examples_and_typed_text_and_on_no_file(crowd, tmp_path):
    crowd.person("operator")
    ann = crowd.person("ann")
    (tmp_path / "secret.yaml").write_text(TINY)
    assert "shop breaks at" in ann.get("/design/check?path=shop").text
    assert "tiny is stable" in ann.post("/design/check", data=typed(TINY)).text
    answer = ann.get(f"/design/check?path={tmp_path}/secret.yaml")
    assert 404 == answer.status_code
    assert "cpu: 20 ms" not in answer.text
    assert 'type="file"' not in ann.get("/design/compare").text


def test_somebody_elsewhere_is_offered_nothing_that_starts_programs(crowd):
    crowd.person("operator")
    ann = crowd.person("ann")
    for path in ("/design", "/verbs", "/design/check?path=shop", "/design/new"):
        assert "/design/calibrate" not in ann.get(path).text, path
    assert 404 == ann.post("/design/calibrate", data=typed(TINY)).status_code


def test_rows_that_are_left_out_are_in_the_json_that_the_page_leads_to(client):
    page = client.get("/design/check?path=event-driven").text
    link = re.search(r'href="(/api/v1/design/check[^"]*)">all of them as JSON', page)
    assert link
    answer = client.get(link[1].replace("&amp;", "&"))
    assert "event-driven" == answer.json()["name"]


def test_what_was_typed_has_no_address(client):
    assert "/api/v1/" not in client.post("/design/check", data=typed(TINY)).text


def test_a_typed_blueprint_is_simulated_as_a_job_and_stays_in_the_editor(client, tmp_path):
    begun = client.post(
        "/design/simulate", data=typed(TINY, runs="2", length="20s"), follow_redirects=False
    )
    page = finished(client, begun.headers["location"])
    assert "tiny" in page.text
    assert 'src="data:image/svg+xml,' in page.text
    assert "cpu: 20 ms" in page.text
    assert [] == list((tmp_path / "uploads").glob("*"))


def test_a_profile_is_uploaded_and_read(client):
    profile = (CONTENT / "examples" / "profile.speedscope.json").read_bytes()
    begun = client.post(
        "/advise/performance",
        files={"upload": ("profile.speedscope.json", profile)},
        follow_redirects=False,
    )
    page = finished(client, begun.headers["location"])
    assert 200 == page.status_code
    assert "Where it goes" in page.text


def test_numbers_alone_are_asked_without_an_upload(client):
    begun = client.post(
        "/advise/performance",
        data={"rate": "200", "cpu_ms": "20", "wait_ms": "80", "workers": "16"},
        files={"upload": ("", b"")},
        follow_redirects=False,
    )
    assert "Unstable: 200 requests/s" in finished(client, begun.headers["location"]).text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param({"path": "x" * 5000}, 400, id="a path that is too long for the disk"),
        pytest.param({"path": "a\0b"}, 404, id="a path that no disk has"),
        pytest.param({"path": "~nobody/a.yaml"}, 404, id="a home of nobody"),
        pytest.param({"path": "/"}, 400, id="a folder"),
        pytest.param({"shown": "x" * 5000, "text": "a: 1"}, 400, id="a text of no file"),
        pytest.param({"text": "x" * 300_000}, 400, id="more text than is read here"),
        pytest.param({"text": "a: " + "[" * 9000}, 400, id="a text that is deeply nested"),
        pytest.param({"text": "a\0b: \x1b[2J"}, 400, id="characters that no text has"),
        pytest.param({"path": "shop", "nothing": "1"}, 200, id="a field that nobody knows"),
        pytest.param({"path": "shop", "rate": "fast"}, 400, id="a rate that is no number"),
    ],
)
def test_odd_input_is_told_and_breaks_nothing(client, fields, status):
    answer = client.post("/design/check", data=fields)
    assert status == answer.status_code
    assert "should not have happened" not in answer.text


def test_bytes_that_are_no_text_break_nothing(client):
    answer = client.post(
        "/design/check",
        content=b"path=&shown=&text=name%3A+%FF%ED%A0%80",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert 400 == answer.status_code


TEXTS = {"schema", "explain"}  # whose answer is code or a file's text


@pytest.mark.parametrize(
    "use_case",
    [u for u in USE_CASES if not (u.writes or u.lasts or u.name in TEXTS)],
    ids=lambda use_case: use_case.name,
)
def test_the_example_of_a_verb_is_answered_by_a_page_and_not_by_text_in_a_box(client, use_case):
    page = client.get(page_of(use_case.example))
    assert 200 == page.status_code
    assert "<pre" not in page.text
