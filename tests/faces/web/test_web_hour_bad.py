"""What is sent broken, forged or in masses to the person's pages is answered, never with an error of ours."""

import pytest

FORM = {"content-type": "application/x-www-form-urlencoded"}
PATHS = ["/start", "/settings", "/assess", "/learn", "/interview", "/data/import", "/data/delete"]
BODIES = {
    "bytes that are no text": b"name=%ff%fe&question=%ff&answer=%ff&log=%ff&case=%ff&word=%ff",
    "a null byte": b"name=a%00b&question=item:a/b@1%00&answer=%00&log=1%00&case=%00&word=%00",
    "half a character": b"name=%ed%a0%80&answer=%ed%a0%80&question=item:x/y@1",
    "numbers beyond all": b"more=1e999&asked=99999999999&log=1e308&seed=9999999999999&hours_per_week=inf&at=-1",
    "a number of another script": "asked=²&more=٣&at=²&log=٣".encode(),
    "a seed that is none": b"question=item:sql.pooling/leak-on-early-return@9999999999&answer=3",
    "the same many times": b"&".join([b"kept=a=b"] * 300 + [b"answer=1", b"turn=scope"]),
    "a form in pieces": b"=&&=;answer&&%&%zz=%",
    "markup": b"name=%3Cscript%3E&role=%3Cscript%3E&case=%3Cscript%3E&domain=%3Cscript%3E&text=%3Cscript%3E&turn=%3Cscript%3E&answer=%3Cscript%3E",
    "nothing": b"",
}


QUERIES = [
    "name=%00",
    "part=-1&name=sql.indexes",
    "part=1e9&name=sql.indexes",
    "simulate=nobody",
    "seed=x&simulate=expert",
    "compare=%ff&compare=a",
    "search=%00%ff",
    "skill=../../etc",
    "level=god&case=x&seed=-1",
    "kept=" + "a" * 3000,
]
ASKED = ["/", "/assess", "/report", "/learn", "/explore", "/interview", "/start", "/data"]
NAMES = ["%00", "%ff", "..%2f..%2fetc%2fpasswd", "a" * 2000, "%3Cscript%3E"]


def content_of(answer):
    """Return what a page shows, without its frame."""
    return answer.text.split("<main", 1)[1]


@pytest.mark.parametrize("path", PATHS)
def test_a_broken_form_is_answered_with_a_page(client, path):
    for what, body in BODIES.items():
        answer = client.post(path, content=body, headers=FORM, follow_redirects=True)
        assert answer.status_code < 500, what
        assert "<h1" in answer.text, what
        assert "<script>" not in content_of(answer), what


@pytest.mark.parametrize("path", ASKED)
def test_a_broken_question_is_answered_with_a_page(client, path):
    for query in QUERIES:
        answer = client.get(f"{path}?{query}")
        assert answer.status_code < 500, query
        assert "<h1" in answer.text, query


@pytest.mark.parametrize("path", ["/report/{}", "/skill/{}", "/role/{}", "/technology/{}"])
def test_a_forged_id_is_not_there(client, path):
    for name in NAMES:
        answer = client.get(path.format(name))
        assert answer.status_code == 404, name
        assert "<script>" not in content_of(answer), name
