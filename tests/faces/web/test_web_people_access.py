"""Who may come where: every route of the page, asked by somebody unknown, by a person, by an operator, by a program."""

import re

import pytest
from starlette.routing import Mount, Route

from backwright.adapters.own_rows import OwnRows
from backwright.faces.web.access import rule_of
from backwright.model.errors import Refused
from backwright.usecases import USE_CASES

# Whom each path is for. A route that is not a verb's and not named here has no rule: decide, and name it.
OPEN = """
/account/login /account/new /account/password /account/provider /account/provider/back /theme /static/app.js /healthz /readyz
""".split()
OPERATOR = "/operator /operator/invite /operator/reset /operator/change /metrics".split()
KNOWN = """
/ /account /account/change /account/delete /account/invite /account/logout /account/sessions /account/tokens /account/tokens/end
/team /team/join /team/{team} /team/{team}/invite /team/{team}/leave /team/{team}/share
""".split()
VERBS = {f"/{each.name.replace('.', '/')}": each.audience for each in USE_CASES}


def expected_rule(path: str) -> str:
    if path in OPEN:
        return "open"
    if path in OPERATOR:
        return "operator"
    audience = VERBS.get(path.removeprefix("/api/v1"), "everybody")
    return "known" if audience == "everybody" else audience


def routes(app) -> list[tuple[str, str]]:
    """Return every (path pattern, method) of an application."""
    found = []
    for route in app.routes:
        if isinstance(route, Route):
            found += [(route.path, method) for method in sorted(route.methods or {"GET"})]
        elif isinstance(route, Mount):
            found.append((f"{route.path}/app.js", "GET"))
    return found


def filled(path: str) -> str:
    """Return a path that fits a pattern, with an id of nobody."""
    return re.sub(r"\{\w+(:\w+)?\}", "0193f0a0-0000-7000-8000-000000000000", path)


@pytest.fixture
def people(crowd):
    """An operator, two persons, and somebody unknown."""
    return {who: crowd.person(who) for who in ("operator", "ann", "bob")} | {"": crowd.browser()}


def test_every_route_lets_in_whom_it_is_for_and_nobody_else(crowd, people):
    """Generated from the routes: a new one is for who has logged in, unless the tables here and in `access` say more."""
    crowd.site.parts["requests"] = None
    wrong = []
    for pattern, method in routes(crowd.app):
        path, rule = filled(pattern), expected_rule(pattern)
        if rule != rule_of(path):
            wrong.append(f"{path}: the test says {rule}, the page {rule_of(path)}")
        if rule == "open":
            continue
        asked = people[""].request(method, path)
        is_sent_away = asked.status_code in (401, 403) or (
            asked.status_code == 303 and asked.headers["location"].startswith("/account/login")
        )
        if not is_sent_away:
            wrong.append(f"{method} {path}: {asked.status_code} for somebody unknown")
        if rule == "operator" and people["ann"].request(method, path).status_code != 404:
            wrong.append(f"{method} {path}: there for a person who is no operator")
        if rule == "machine":
            wrong += [
                f"{method} {path}: there for {who}, who is not at the machine"
                for who in ("ann", "operator")
                if people[who].request(method, path).status_code != 404
            ]
    assert [] == wrong


def test_every_page_that_is_no_verb_has_been_thought_about(crowd):
    """Pages of the person's own only: what shows somebody else's needs a line in the tables above and a test below."""
    named = {*OPEN, *OPERATOR, *KNOWN}
    others = {"/account", "/team", "/operator"}
    about_people = {
        path for path, _ in routes(crowd.app) if any(path.startswith(each) for each in others)
    }
    assert set() == about_people - named


def test_a_path_with_a_slash_or_dots_is_not_another_path(crowd, people):
    for path in ("/operator/", "//operator", "/./operator", "/static/../operator", "/OPERATOR"):
        for who in ("", "ann"):
            answer = people[who].get(path)
            assert "have an account" not in answer.text, f"{path} for {who or 'somebody unknown'}"


TOUCH = [
    ("/account/sessions", {"session": "{session}"}),
    ("/account/tokens/end", {"token": "{token}"}),
    ("/team/{team}/share", {"shares": "yes"}),
    ("/team/{team}/invite", {}),
    ("/team/{team}/leave", {"member": "{ann}"}),
    ("/operator/reset", {"account": "{ann}"}),
    ("/operator/change", {"account": "{ann}", "do": "disable"}),
]


@pytest.mark.parametrize(("path", "sent"), TOUCH, ids=[path for path, _ in TOUCH])
def test_nobody_changes_what_is_somebody_elses_though_they_know_its_id(crowd, people, path, sent):
    accounts = crowd.accounts
    ann = accounts.people.named("ann")
    people["ann"].post("/account/tokens", data={"name": "export", "scope": "read"})
    people["ann"].post("/team", data={"name": "Ann's"})
    team = accounts.people.teams_of(ann.id)[0]
    ids = {
        "ann": ann.id,
        "team": team.id,
        "session": accounts.people.sessions(ann.id)[0].id,
        "token": accounts.people.tokens(ann.id)[0].id,
    }

    def everything():
        return (
            accounts.people.account(ann.id),
            [each.id for each in accounts.people.sessions(ann.id)],
            accounts.people.tokens(ann.id),
            accounts.people.members(team.id),
        )

    before = everything()
    body = {name: value.format(**ids) for name, value in sent.items()}
    people["bob"].post(path.format(**ids), data=body)
    assert before == everything()


def test_what_one_does_is_seen_by_nobody_else(crowd, people):
    for who, browser in people.items():
        if who:
            told = {"name": f"{who}-secret-name", "languages": "py", "role": "go-developer"}
            assert browser.post("/start", data=told).status_code < 400
    pages = {
        who: browser.get("/data/export").text + browser.get("/").text + browser.get("/start").text
        for who, browser in people.items()
    }
    for who in ("operator", "ann", "bob"):
        others = {f"{each}-secret-name" for each in ("operator", "ann", "bob") if each != who}
        assert [] == [each for each in others if each in pages[who]], who
    rows = crowd.site.bench.store.profiles()
    assert {crowd.accounts.people.named(who).id for who in ("operator", "ann", "bob")} == {
        profile for profile, _ in rows
    }


def test_everybodys_rows_are_ones_own_on_a_page_for_many(crowd, people):
    for who in ("operator", "ann"):
        people[who].post("/start", data={"name": f"{who}-secret-name", "role": "go-developer"})
    for who in ("operator", "ann"):
        text = people[who].get("/data/export?everybody=true").text
        assert "{}-secret-name".format({"operator": "ann", "ann": "operator"}[who]) not in text


def test_a_read_only_token_reads_and_adds_nothing(crowd):
    ann = crowd.account("ann")
    token = crowd.accounts.new_token(ann, "look", "read")
    found = crowd.accounts.bearer(token)
    assert (ann.id, "read") == (found[0].id, found[1])
    rows = OwnRows(crowd.site.bench.store, ann.id, may_write=False)
    assert () == rows.rows(ann.id)
    with pytest.raises(Refused):
        rows.append([])
    with pytest.raises(Refused):
        rows.delete(ann.id)


@pytest.mark.parametrize("path", ["/account", "/team", "/operator", "/", "/report"])
def test_a_token_opens_no_page(crowd, path):
    token = crowd.accounts.new_token(crowd.account("ann"), "look", "write")
    browser = crowd.browser()
    answer = browser.get(path, headers={"authorization": f"Bearer {token}"})
    assert 303 == answer.status_code


@pytest.mark.parametrize(
    "header", ["Bearer wrong", "Bearer", "Basic YTpi", "bearer  ", "Token x", "Bearer \x00"]
)
def test_a_program_with_a_wrong_token_is_told_so_as_a_problem(crowd, header):
    crowd.account("ann")
    answer = crowd.browser().get("/api/v1/explore", headers={"authorization": header})
    assert 401 == answer.status_code
    assert "Bearer" == answer.headers["www-authenticate"]
    assert "application/problem+json" == answer.headers["content-type"]


def test_an_operator_cannot_read_somebody_elses_answers_by_any_verb_that_only_reads(crowd, people):
    people["ann"].post("/start", data={"name": "ann-secret-name", "role": "go-developer"})
    ann = crowd.accounts.people.named("ann").id
    shown = []
    for each in USE_CASES:
        if each.writes or each.lasts:
            continue
        text = people["operator"].get(f"/{each.name.replace('.', '/')}").text
        shown += [each.name for secret in ("ann-secret-name", ann) if secret in text]
    assert [] == shown


def test_a_program_meets_the_rows_of_its_person_and_what_its_token_may_do(crowd, people):
    for who in ("operator", "ann"):
        people[who].post("/start", data={"name": f"{who}-secret-name", "role": "go-developer"})
    ann = crowd.accounts.people.named("ann")
    program = crowd.browser()
    for scope, status in (("read", 403), ("write", 200)):
        token = crowd.accounts.new_token(ann, scope, scope)
        program.headers["authorization"] = f"Bearer {token}"
        text = program.get("/api/v1/data/export?everybody=true").text
        assert "ann-secret-name" in text
        assert "operator-secret-name" not in text
        gone = program.post("/api/v1/data/delete", json={"yes": True})
        assert status == gone.status_code, gone.text
    assert () == crowd.site.bench.store.rows(ann.id)
    assert crowd.site.bench.store.rows(crowd.accounts.people.named("operator").id)
