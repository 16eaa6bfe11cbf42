"""Roles, skills, technologies and languages in a browser; addresses that stay."""

import pytest


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/explore", "roles, the closest first"),
        ("/role/go-developer", "What it asks for"),
        ("/explore?compare=go-developer&compare=backend-developer", "Side by side"),
        ("/explore?compare=go-developer&compare=backend-developer&compare=&compare=", "Side by side"),
        ("/explore?skills=true", "each with what it rests on"),
        ("/skill/sql.indexes", "What it needs"),
        ("/explore?technologies=true", "key technologies"),
        ("/technology/redis", "Not when:"),
        ("/explore?languages=true", "languages, the nearest first"),
        ("/explore?guides=true", "common questions and 10 things"),
        ("/guide/split-a-monolith", "How to decide"),
        ("/skill/api.grpc", "deadlines. By default gRPC sets none"),
        ("/learn?name=api.grpc", "deadlines. By default gRPC sets none"),
        ("/explore?search=n%2B1", "ORMs and the N+1 problem"),
    ],
)  # fmt: skip
def test_each_page_says_first_what_it_is_about(anyone, path, said):
    answer = anyone.get(path)
    assert answer.status_code == 200
    assert said in answer.text
    assert answer.text.count("<h1") == 1


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("go-developer", "/role/go-developer"),
        ("Go developer", "/role/go-developer"),
        ("sql.indexes", "/skill/sql.indexes"),
        ("redis", "/technology/redis"),
        ("api-design", "/learn?name=api-design"),
        ("split-a-monolith", "/guide/split-a-monolith"),
        ("nonsense", "/explore?search=nonsense"),
    ],
)
def test_a_name_leads_to_its_own_address(client, name, home):
    answer = client.get("/explore", params={"name": name}, follow_redirects=False)
    assert answer.headers["location"].removeprefix("http://127.0.0.1") == home


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/skill/no.such", 404, "no skill is called"),
        ("/role/wizard", 404, "no role is called"),
        ("/technology/%3Cb%3E", 404, "no technology is called"),
        ("/explore?compare=go-developer", 400, "2 to 6, please"),
        ("/explore?search=zzzqqq", 404, "zzzqqq"),
    ],
)
def test_what_is_not_there_is_said(client, path, status, said):
    answer = client.get(path)
    assert status == answer.status_code
    assert said in answer.text.lower()
    assert "<b>'" not in answer.text


def test_every_skill_role_and_technology_has_a_page(known):
    import re

    for listing in ("/explore", "/explore?skills=true", "/explore?technologies=true"):
        links = set(
            re.findall(r'href="(/(?:role|skill|technology)/[^"#?]+)"', known.get(listing).text)
        )
        assert links
        for link in sorted(links)[::7]:
            assert known.get(link).status_code == 200, link
