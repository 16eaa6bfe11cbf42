"""Blueprints in the browser: examples, typed text, problems with their lines, pictures, downloads."""

import re

import pytest

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
