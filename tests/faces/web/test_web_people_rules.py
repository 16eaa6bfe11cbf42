"""What accounts promise: guesses are slowed, names are not told, links work once, what ends has ended at once."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from tests.bench import START, bench_in, uuid7
from tests.command import known_person
from tests.faces.web.conftest import PASSWORD, Crowd

from backwright.adapters.passwords import Argon2Secrets
from backwright.faces.web import many
from backwright.faces.web.doorkeeper import KNOWN
from backwright.model.errors import BadRequest
from backwright.model.evidence import Kind
from backwright.usecases.accounts import (
    LOGINS_ADDRESS,
    LOGINS_HERE,
    SESSION_IDLE,
    SESSION_LONGEST,
    TICKET_LASTS,
    TOKEN_DAYS,
)
from backwright.usecases.serve import Ask
from backwright.usecases.standing import declare

OTHER = "ferry nine gravel tulip"


def log_in(browser, name="ann", password=PASSWORD):
    return browser.post("/account/login", data={"name": name, "password": password})


def link_in(html: str) -> str:
    """Return the path of the link that a page shows once."""
    return re.search(r">https?://[^/<]+(/[^<]+)</pre>", html)[1].replace("&amp;", "&")


# -- guessing -----------------------------------------------------------------------------------


def test_an_unknown_name_a_wrong_password_and_a_disabled_account_get_the_same_answer(crowd):
    operator = crowd.account("operator")
    crowd.account("ann")
    cem = crowd.account("cem")
    crowd.accounts.disable(operator, cem.id, is_disabled=True)
    answers = [
        log_in(crowd.browser(), "nobody"),
        log_in(crowd.browser(), "ann", OTHER),
        log_in(crowd.browser(), "cem"),
    ]
    assert {403} == {each.status_code for each in answers}
    texts = {
        each.text.replace(name, "NAME")
        for each, name in zip(answers, ["nobody", "ann", "cem"], strict=True)
    }
    assert 1 == len(texts)
    assert all("set-cookie" not in each.headers for each in answers)


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(crowd):
    counted = []

    class Counting(PasswordHasher):
        def verify(self, *given):
            counted.append(given)
            return super().verify(*given)

    secrets = Argon2Secrets(Counting(time_cost=1, memory_cost=8, parallelism=1))
    crowd.accounts = replace(crowd.accounts, secrets=secrets)
    crowd.site.parts["accounts"] = crowd.accounts
    crowd.account("ann")
    for name in ("ann", "nobody"):
        counted.clear()
        log_in(crowd.browser(), name, OTHER)
        assert 1 == len(counted), name


def test_guesses_on_one_account_are_stopped_and_say_when_to_come_again(crowd):
    crowd.account("ann")
    crowd.account("bob")
    browser = crowd.browser()
    tried = [log_in(browser, "ann", OTHER) for _ in range(LOGINS_HERE[0])]
    assert {403} == {each.status_code for each in tried}
    stopped = log_in(browser, "ann")
    assert 429 == stopped.status_code, "the right password does not help any more"
    assert 0 < int(stopped.headers["retry-after"]) <= LOGINS_HERE[1]
    assert 429 == log_in(browser, "ANN ").status_code, "however the name is written"
    assert 303 == log_in(browser, "bob").status_code, "others come in"


def test_guesses_on_many_accounts_from_one_address_are_stopped(crowd):
    crowd.account("ann")
    browser = crowd.browser()
    for number in range(LOGINS_ADDRESS[0]):
        assert 403 == log_in(browser, f"name-{number}").status_code
    assert 429 == log_in(browser, "ann").status_code


def test_somebody_who_mistyped_and_then_came_in_starts_anew(crowd):
    crowd.account("ann")
    for _ in range(3):
        for _ in range(LOGINS_HERE[0] - 1):
            log_in(crowd.browser(), "ann", OTHER)
        assert 303 == log_in(crowd.browser(), "ann").status_code


def test_a_password_hashed_with_weaker_parameters_is_hashed_again_at_the_login(crowd):
    before = crowd.account("ann").password
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    crowd.site.parts["accounts"] = replace(crowd.accounts, secrets=Argon2Secrets(stronger))
    assert 303 == log_in(crowd.browser()).status_code
    after = crowd.accounts.people.named("ann").password
    assert ("t=1", "t=2") == (before.split(",")[1], after.split(",")[1])
    assert 303 == log_in(crowd.browser()).status_code


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("ann", "short", "15 to 256"),
        ("ann", "a" * 257, "15 to 256"),
        ("ann", "ababababababababab", "repeats"),
        ("ann", "annannannannannann", "repeats"),
        ("", PASSWORD, "name has"),
        ("a\x00b", PASSWORD, "name has"),
        ("x" * 65, PASSWORD, "name has"),
        ("operator", PASSWORD, "taken"),
    ],
)
def test_what_is_wrong_with_a_new_account_is_said_and_the_link_stays_good(
    crowd, name, password, said
):
    crowd.account("operator")
    sent = {"name": name, "password": password, "token": crowd.accounts.issue("account")}
    answer = crowd.browser().post("/account/new", data=sent)
    assert 400 == answer.status_code
    assert said in answer.text
    assert password not in answer.text
    good = crowd.browser().post("/account/new", data={**sent, "name": "a", "password": PASSWORD})
    assert 303 == good.status_code


# -- links --------------------------------------------------------------------------------------


def test_a_link_makes_one_account(crowd):
    crowd.account("operator")
    sent = {"password": PASSWORD, "token": crowd.accounts.issue("account")}
    assert 303 == crowd.browser().post("/account/new", data={**sent, "name": "a"}).status_code
    replayed = crowd.browser().post("/account/new", data={**sent, "name": "b"})
    assert 403 == replayed.status_code
    assert None is crowd.accounts.people.named("b")


@pytest.mark.parametrize("kind", ["team", "password", "provider"])
def test_a_link_of_one_kind_opens_nothing_of_another(crowd, kind):
    crowd.account("operator")
    token = crowd.accounts.issue(kind, "x")
    sent = {"password": PASSWORD, "token": token, "name": "eve"}
    assert 403 == crowd.browser().post("/account/new", data=sent).status_code


def test_a_link_ends_with_its_time(crowd):
    crowd.account("operator")
    token = crowd.accounts.issue("account")
    crowd.clock.time += TICKET_LASTS["account"]
    sent = {"password": PASSWORD, "token": token, "name": "late"}
    assert 403 == crowd.browser().post("/account/new", data=sent).status_code


@pytest.mark.parametrize(("sign_up", "status"), [("closed", 403), ("invite", 403), ("open", 303)])
def test_who_comes_without_a_link_gets_in_only_where_that_is_open(database, sign_up, status):
    crowd = Crowd(database, sign_up)
    crowd.account("operator")
    sent = {"name": "ann", "password": PASSWORD}
    assert status == crowd.browser().post("/account/new", data=sent).status_code
    assert not getattr(crowd.accounts.people.named("ann"), "is_operator", False)


@pytest.mark.parametrize(("sign_up", "status"), [("closed", 403), ("invite", 200), ("open", 403)])
def test_who_has_an_account_invites_others_where_that_is_set(database, sign_up, status):
    crowd = Crowd(database, sign_up)
    crowd.person("operator")
    made = crowd.person("ann").post("/account/invite")
    assert status == made.status_code
    if status == 200:
        sent = {"name": "bob", "password": PASSWORD, "token": link_in(made.text).partition("=")[2]}
        assert 303 == crowd.browser().post("/account/new", data=sent).status_code


def test_an_operator_sends_a_link_and_the_person_chooses_a_new_password(crowd):
    operator, ann = crowd.person("operator"), crowd.person("ann")
    id_ = crowd.accounts.people.named("ann").id
    page = operator.post("/operator/reset", data={"account": id_})
    path = link_in(page.text)
    assert PASSWORD not in page.text
    browser = crowd.browser()
    assert "ann" in browser.get(path).text
    sent = {"token": path.partition("token=")[2], "password": OTHER}
    assert 303 == browser.post("/account/password", data=sent).status_code
    assert 200 == browser.get("/account").status_code
    assert 303 == ann.get("/account").status_code, "who was logged in has to log in again"
    assert 403 == log_in(crowd.browser()).status_code
    assert 303 == log_in(crowd.browser(), "ann", OTHER).status_code
    assert 403 == crowd.browser().post("/account/password", data=sent).status_code, "once"


# -- sessions and tokens ------------------------------------------------------------------------


def test_a_session_ends_when_it_is_not_used(crowd):
    browser = crowd.person("ann")
    crowd.clock.time += SESSION_IDLE - timedelta(minutes=5)
    assert 200 == browser.get("/account").status_code
    crowd.clock.time += SESSION_IDLE - timedelta(minutes=5)
    assert 200 == browser.get("/account").status_code, "each use starts the time anew"
    crowd.clock.time += SESSION_IDLE + timedelta(minutes=5)
    assert 303 == browser.get("/account").status_code


def test_a_session_ends_however_much_it_is_used(crowd):
    browser = crowd.person("ann")
    for _ in range(SESSION_LONGEST // timedelta(days=5)):
        assert 200 == browser.get("/account").status_code
        crowd.clock.time += timedelta(days=5)
    crowd.clock.time += timedelta(minutes=1)
    assert 303 == browser.get("/account").status_code


def test_other_sessions_can_be_seen_and_ended(crowd):
    here, there = crowd.person("ann"), crowd.person("ann")
    page = here.get("/account").text
    assert "logged in on 2 browsers" in page
    assert 303 == here.post("/account/sessions", data={"session": "others"}).status_code
    assert (200, 303) == (here.get("/account").status_code, there.get("/account").status_code)


def test_a_new_password_needs_the_old_one_and_ends_every_other_session(crowd):
    here, there = crowd.person("ann"), crowd.person("ann")
    wrong = here.post("/account/change", data={"old": OTHER, "new": OTHER})
    assert (403, 200) == (wrong.status_code, there.get("/account").status_code)
    assert 303 == here.post("/account/change", data={"old": PASSWORD, "new": OTHER}).status_code
    assert (200, 303) == (here.get("/account").status_code, there.get("/account").status_code)


def test_a_token_is_shown_once_ends_with_its_time_and_when_it_is_revoked(crowd):
    browser = crowd.person("ann")
    page = browser.post("/account/tokens", data={"name": "nightly", "scope": "read"}).text
    token = re.search(r"bw_[\w-]{43}", page)[0]
    assert token not in browser.get("/account").text
    program = crowd.browser()
    program.headers["authorization"] = f"Bearer {token}"
    assert 401 != program.get("/api/v1/explore").status_code
    crowd.clock.time += timedelta(days=TOKEN_DAYS)
    assert 401 == program.get("/api/v1/explore").status_code
    account = crowd.account("ann")
    other = crowd.accounts.new_token(account, "x", "write")
    assert crowd.accounts.bearer(other)
    fresh = crowd.person("ann")
    id_ = crowd.accounts.people.tokens(account.id)[0].id
    fresh.post("/account/tokens/end", data={"token": id_})
    assert None is crowd.accounts.bearer(other)


@pytest.mark.parametrize("name", ["", "x" * 61])
def test_a_token_has_a_name(crowd, name):
    answer = crowd.person("ann").post("/account/tokens", data={"name": name, "scope": "read"})
    assert 400 == answer.status_code


@pytest.mark.parametrize(
    ("name", "said"), [("operator", "nothing is counted"), ("ann", "there is no page")]
)
def test_counts_are_fetched_with_an_operators_token_and_no_other(crowd, name, said):
    crowd.account("operator")
    token = crowd.accounts.new_token(crowd.account(name), "prometheus", "read")
    program = crowd.browser()
    assert 401 == program.get("/metrics").status_code
    program.headers["authorization"] = f"Bearer {token}"
    assert said in program.get("/metrics").text.lower()


def test_a_page_is_not_shown_again_to_whoever_sits_down_next(crowd):
    browser = crowd.person("ann")
    for path in ("/", "/explore", "/report", "/settings", "/data"):
        assert re.search("no-cache|no-store", browser.get(path).headers["cache-control"]), path


def test_who_is_disabled_is_out_at_once_in_browsers_and_programs(crowd):
    operator, ann = crowd.person("operator"), crowd.person("ann")
    account = crowd.account("ann")
    token = crowd.accounts.new_token(account, "x", "write")
    operator.post("/operator/change", data={"account": account.id, "do": "disable"})
    assert 303 == ann.get("/account").status_code
    assert None is crowd.accounts.bearer(token)
    operator.post("/operator/change", data={"account": account.id, "do": "enable"})
    assert 303 == log_in(crowd.browser()).status_code


def test_one_operator_always_stays(crowd):
    operator = crowd.person("operator")
    id_ = crowd.account("operator").id
    for do in ("demote", "disable"):
        answer = operator.post("/operator/change", data={"account": id_, "do": do})
        assert 400 == answer.status_code
    sent = {"name": "operator", "password": PASSWORD}
    assert 400 == operator.post("/account/delete", data=sent).status_code


def test_who_deletes_their_account_leaves_no_row(crowd):
    crowd.person("operator")
    ann = crowd.person("ann")
    id_ = crowd.account("ann").id
    assert ann.post("/start", data={"name": "Ann", "role": "go-developer"}).status_code < 400
    assert crowd.site.bench.store.rows(id_)
    job = ann.post("/design/simulate", data={"path": "shop"}).headers["location"]
    assert (200, 404) == (ann.get(job).status_code, crowd.person("bob").get(job).status_code)
    for sent in ({"name": "ann", "password": OTHER}, {"name": "bob", "password": PASSWORD}):
        assert ann.post("/account/delete", data=sent).status_code in (400, 403)
        assert crowd.site.bench.store.rows(id_)
    gone = ann.post("/account/delete", data={"name": "ann", "password": PASSWORD})
    assert 303 == gone.status_code
    assert () == crowd.site.bench.store.rows(id_)
    assert None is crowd.accounts.people.named("ann")
    assert () == crowd.site.parts["jobs"].rows.of(id_)
    assert 303 == ann.get("/").status_code


# -- forged, cross-site, too many ---------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
    ],
    ids=["another site", "a neighbour", "another origin"],
)
def test_a_form_of_another_page_does_nothing_though_the_cookie_comes_with_it(crowd, headers):
    browser = crowd.person("ann")
    for path in ("/account/logout", "/account/tokens", "/team", "/account/login"):
        answer = browser.post(path, data={"name": "x", "scope": "write"}, headers=headers)
        assert 403 == answer.status_code, path
    assert () == crowd.accounts.people.tokens(crowd.account("ann").id)
    assert 200 == browser.get("/account").status_code


@pytest.mark.parametrize("path", ["/account/login", "/account/new", "/account", "/team"])
def test_pages_about_people_are_kept_by_nobody_and_have_the_strict_policy(crowd, path):
    answer = crowd.person("ann").get(path)
    assert "no-store" == answer.headers["cache-control"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_login_sends_nobody_elsewhere(crowd, back):
    crowd.account("ann")
    sent = {"name": "ann", "password": PASSWORD, "next": back}
    assert "/" == crowd.browser().post("/account/login", data=sent).headers["location"]


def test_names_are_shown_as_text(crowd):
    crowd.account("operator")
    token = crowd.accounts.issue("account")
    sent = {"name": "<b>x</b>", "password": PASSWORD, "token": token}
    browser = crowd.browser()
    browser.post("/account/new", data=sent)
    browser.post("/team", data={"name": "<img src=x>"})
    for page in (
        browser.get("/account"),
        browser.get("/team"),
        crowd.person("operator").get("/operator"),
    ):
        assert "<b>x" not in page.text
        assert "<img" not in page.text


def test_too_many_requests_are_told_so_and_counted_in_every_answer(crowd):
    from backwright.adapters.limiter import Limits

    crowd.site.parts["requests"] = Limits()
    browser = crowd.person("ann")
    first = browser.get("/account")
    assert f'"requests";q={KNOWN[0]};w=60' == first.headers["ratelimit-policy"]
    assert f"r={KNOWN[0] - 1}" in first.headers["ratelimit"]
    id_ = crowd.account("ann").id
    for _ in range(KNOWN[0]):
        crowd.site.parts["requests"].hit(KNOWN, id_)
    stopped = browser.get("/account")
    assert (429, "0") == (
        stopped.status_code,
        re.search(r"r=(\d+)", stopped.headers["ratelimit"])[1],
    )
    assert int(stopped.headers["retry-after"]) <= 60
    assert 200 == crowd.person("bob").get("/account").status_code, "others are served"


# -- teams --------------------------------------------------------------------------------------


def test_a_team_sees_whoever_shares_and_nobody_who_stopped(crowd):
    ann, bob = crowd.person("ann"), crowd.person("bob")
    team = ann.post("/team", data={"name": "Checkout"}).headers["location"]
    path = link_in(ann.post(f"{team}/invite").text)
    assert "Join Checkout?" in bob.get(path).text
    assert 404 == bob.get(team).status_code, "not before they have joined"
    sent = {"token": path.partition("token=")[2]}
    assert team == bob.post("/team/join", data=sent).headers["location"]
    assert 403 == crowd.person("eve").post("/team/join", data=sent).status_code, "once"
    assert "Who can do what" not in ann.get(team).text
    bob.post(f"{team}/share", data={"shares": "yes"})
    assert "answered a question yet: 1 member, bob." in ann.get(team).text
    answered(crowd, "bob", "py")
    assert '<th scope="col">bob</th>' in ann.get(team).text
    assert '<th scope="col">ann</th>' not in ann.get(team).text
    bob.post(f"{team}/share", data={"shares": "no"})
    assert "Who can do what" not in ann.get(team).text


def test_members_who_use_different_languages_stand_in_one_table(crowd):
    people = {name: crowd.person(name) for name in ("ann", "bob", "cem")}
    team = people["ann"].post("/team", data={"name": "Checkout"}).headers["location"]
    for name in ("bob", "cem"):
        token = link_in(people["ann"].post(f"{team}/invite").text).partition("token=")[2]
        people[name].post("/team/join", data={"token": token})
    for name, languages in (("ann", "py"), ("bob", "go"), ("cem", "")):
        people[name].post(f"{team}/share", data={"shares": "yes"})
        if languages:
            answered(crowd, name, languages)
    page = people["cem"].get(f"{team}?domain=languages").text
    for name in people:
        assert f'<th scope="col">{name}</th>' in page
    assert "does not use it" in page
    assert page.count("<tr>") + page.count("<tr aria-current") > 20


def answered(crowd, name, languages):
    """Give somebody 25 answers."""
    bench = replace(crowd.site.bench, profile=crowd.account(name).id)
    rows = [
        replace(
            row, profile=bench.profile, id=uuid7(START, 1000 * ("ann bob".index(name) + 1) + number)
        )
        for number, row in enumerate(bench_in(known_person()).store.all_rows())
    ]
    said = [declare(bench, "languages", languages)]
    kept = [row for row in rows if row.kind is not Kind.DECLARED]
    bench.store.append([*kept, *said])


def test_an_operator_is_in_no_team_that_they_have_not_joined(crowd):
    operator, ann = crowd.person("operator"), crowd.person("ann")
    team = ann.post("/team", data={"name": "Checkout"}).headers["location"]
    assert 404 == operator.get(team).status_code
    assert "Checkout" not in operator.get("/operator").text + operator.get("/team").text


def test_only_an_owner_invites_and_takes_out(crowd):
    ann, bob = crowd.person("ann"), crowd.person("bob")
    team = ann.post("/team", data={"name": "Checkout"}).headers["location"]
    token = link_in(ann.post(f"{team}/invite").text).partition("token=")[2]
    bob.post("/team/join", data={"token": token})
    assert 403 == bob.post(f"{team}/invite").status_code
    ids = {name: crowd.account(name).id for name in ("ann", "bob")}
    assert 403 == bob.post(f"{team}/leave", data={"member": ids["ann"]}).status_code
    assert 303 == ann.post(f"{team}/leave", data={"member": ids["bob"]}).status_code
    assert 404 == bob.get(team).status_code


def test_a_page_for_one_person_has_no_accounts(client):
    for path in ("/account", "/account/login", "/team", "/operator"):
        answer = client.get(path)
        assert 404 == answer.status_code
        assert "serves you alone" in answer.text


# -- who may be reached by others ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        pytest.param(Ask(), False, id="loopback"),
        pytest.param(Ask(host="::1"), False, id="loopback by IPv6"),
        pytest.param(Ask(url="http://localhost:8765/"), False, id="loopback by name"),
        pytest.param(Ask(accounts=True), True, id="loopback with accounts"),
        pytest.param(Ask(host="192.168.1.7"), True, id="an address others reach"),
        pytest.param(Ask(url="https://learn.example.org"), True, id="a proxy before loopback"),
        pytest.param(Ask(host="0.0.0.0", url="https://a.example"), True, id="every address"),
    ],
)
def test_people_log_in_wherever_others_can_reach_the_page(ask, expected):
    many.check(ask)
    assert expected == many.needs_accounts(ask)


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        pytest.param(Ask(host="0.0.0.0"), "others can reach", id="no name"),
        pytest.param(Ask(host="::"), "others can reach", id="no name, IPv6"),
        pytest.param(Ask(url="learn.example.org"), "no address", id="no scheme"),
        pytest.param(Ask(url="ftp://learn.example.org"), "no address", id="another scheme"),
        pytest.param(Ask(url="https://a.example/learn"), "a name of its own", id="a path"),
    ],
)
def test_a_page_that_people_could_not_reach_safely_is_not_begun(ask, said):
    with pytest.raises(BadRequest, match=said) as refused:
        many.check(ask)
    assert "--url https://" in refused.value.hint
