"""The contract of the People and Limiter ports, over SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from backwright.adapters.limiter import Limits, SqlCounters
from backwright.adapters.passwords import HASHER, Argon2Secrets
from backwright.adapters.people import SqlPeople
from backwright.adapters.tables import engine_for, sqlite_url
from backwright.model.account import Account, ApiToken, Session, Team, Ticket
from backwright.usecases.ports import People

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
ANN = Account("1", "Ann", NOW, password="hash", is_operator=True)
BOB = Account("2", "bob", NOW, subject="https://login.example.org 7")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path) -> Iterator[object]:
    if request.param == "sqlite":
        made = engine_for(sqlite_url(tmp_path / "people.db"))
    else:
        import psycopg

        address = request.getfixturevalue("postgres_address")
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS people CASCADE")
            connection.execute("CREATE SCHEMA people")
        made = engine_for(f"{address}&options=-csearch_path%3Dpeople")
    yield made
    made.dispose()


@pytest.fixture
def people(engine) -> People:
    return SqlPeople(engine)


@pytest.fixture
def both(people):
    assert people.add_account(ANN)
    assert people.add_account(BOB)
    return people


def test_an_account_comes_back_as_it_was_by_id_name_and_subject(both):
    assert ANN == both.account("1") == both.named("ANN") == both.named(" aNN ")
    assert BOB == both.of_subject("https://login.example.org 7")
    assert (ANN, BOB) == both.accounts()
    assert None is both.account("3") is both.named("") is both.of_subject("")


@pytest.mark.parametrize(
    "name",
    ["ann", "ANN ", "\uff21nn", "Ann"],
    ids=["lower case", "with a space", "a wide letter", "the same"],
)
def test_a_name_that_reads_the_same_is_taken(both, name):
    assert not both.add_account(replace(BOB, id="3", name=name, subject=""))


def test_one_subject_has_one_account(both):
    assert not both.add_account(replace(BOB, id="3", name="carl"))


def test_of_many_who_want_to_be_first_one_is(people):
    with ThreadPoolExecutor(8) as pool:
        made = pool.map(
            lambda n: people.add_first(replace(ANN, id=str(n), name=f"ann{n}")), range(16)
        )
    assert 1 == sum(made) == len(people.accounts())


def test_a_change_keeps_name_and_creation(both):
    changed = replace(ANN, password="new", is_disabled=True, last_login_at=NOW, is_operator=False)
    both.change(replace(changed, name="Other", created_at=NOW + timedelta(1)))
    assert changed == both.account("1")


def test_sessions_are_found_listed_and_ended(both):
    sessions = [
        Session(f"s{n}", f"digest{n}", "1", "Firefox", NOW, NOW + timedelta(n)) for n in range(3)
    ]
    for each in sessions:
        both.add_session(each)
    assert (sessions[1], ANN) == both.session("digest1")
    assert None is both.session("s1")
    assert sessions[::-1] == list(both.sessions("1"))
    both.saw("digest0", NOW + timedelta(9))
    assert "s0" == both.sessions("1")[0].id
    assert not both.end_session("2", "s1"), "nobody ends the session of another"
    assert both.end_session("1", "s1")
    assert 1 == both.end_sessions("1", but="digest0")
    assert ["s0"] == [each.id for each in both.sessions("1")]


def test_tokens_are_found_listed_and_ended(both):
    token = ApiToken("t", "digest", "1", "export", "read", NOW, NOW + timedelta(90))
    both.add_token(token)
    both.used_token("digest", NOW)
    assert (replace(token, used_at=NOW), ANN) == both.token("digest")
    assert not both.end_token("2", "t")
    assert both.end_token("1", "t")
    assert () == both.tokens("1")


def test_of_many_who_take_a_ticket_one_gets_it(people):
    ticket = Ticket("digest", "team", "team-1", "", NOW)
    people.add_ticket(ticket)
    assert ticket == people.ticket("digest", "team")
    assert None is people.take_ticket("digest", "password"), "of its own kind only"
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: people.take_ticket("digest", "team"), range(16)))
    assert [ticket] == [each for each in taken if each]


def test_a_team_has_members_who_share_nothing_at_first(both):
    team = Team("t", "Checkout", NOW)
    both.add_team(team, "1")
    assert both.join("t", "2", NOW + timedelta(1))
    assert both.join("t", "2", NOW + timedelta(2)), "again is once"
    assert not both.join("gone", "2", NOW)
    assert [("Ann", False, True), ("bob", False, False)] == [
        (m.name, m.shares, m.is_owner) for m in both.members("t")
    ]
    both.share("t", "2", shares=True)
    assert [False, True] == [m.shares for m in both.members("t")]
    assert (team,) == both.teams_of("2")


def test_a_team_outlives_its_owner_and_ends_with_its_last_member(both):
    both.add_team(Team("t", "Checkout", NOW), "1")
    both.join("t", "2", NOW)
    both.add_ticket(Ticket("digest", "team", "t", "", NOW))
    both.forget("1")
    assert [("bob", True)] == [(m.name, m.is_owner) for m in both.members("t")]
    both.leave("t", "2")
    assert (None, None) == (both.team("t"), both.ticket("digest", "team"))


def test_a_forgotten_account_leaves_nothing(both):
    both.add_session(Session("s", "d", "1", "Firefox", NOW, NOW))
    both.add_token(ApiToken("t", "d", "1", "x", "read", NOW, NOW))
    both.add_ticket(Ticket("d", "password", "1", "", NOW))
    both.forget("1")
    assert (None, None, None) == (both.session("d"), both.token("d"), both.ticket("d", "password"))
    assert (BOB,) == both.accounts()


def test_what_has_expired_is_swept_away(both):
    both.add_session(Session("s", "d", "1", "Firefox", NOW, NOW))
    both.add_session(Session("u", "e", "1", "Firefox", NOW, NOW + timedelta(2)))
    both.add_token(ApiToken("t", "d", "1", "x", "read", NOW, NOW))
    both.add_ticket(Ticket("d", "team", "x", "", NOW))
    both.sweep(NOW + timedelta(1), NOW + timedelta(1))
    assert ["u"] == [each.id for each in both.sessions("1")]
    assert (None, None) == (both.token("d"), both.ticket("d", "team"))


@pytest.mark.parametrize(
    "text", ["a\0b", "\udcff", "'; DROP TABLE accounts; --", "%", "\U0001f600"]
)
def test_odd_text_harms_nothing(both, text):
    assert None is both.named(text)
    assert None is both.account(text)
    assert not both.end_session("1", text)
    both.add_session(Session("s", "d", "1", text, NOW, NOW))
    assert (ANN, BOB) == both.accounts()


def test_tables_that_are_there_are_left_as_they_are_whoever_starts_together(engine):
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: SqlPeople(engine), range(4)))
    assert made[0].add_account(ANN)
    assert (ANN,) == SqlPeople(engine).accounts()


def test_a_count_ends_with_its_window_and_is_the_same_for_every_process(engine, people):
    here, there = Limits(SqlCounters(engine)), Limits(SqlCounters(engine))
    limit = (3, 900)
    assert [True, True, True, False] == [
        each.hit(limit, "ann").allowed for each in (here, there, here, there)
    ]
    assert not here.look(limit, "ann").allowed
    assert here.look(limit, "bob").allowed
    assert 0 < here.look(limit, "ann").seconds <= 900
    there.forgive(limit, "ann")
    assert (True, 3) == (here.look(limit, "ann").allowed, here.look(limit, "ann").left)


def test_counts_of_many_at_once_add_up(engine, people):
    limits = Limits(SqlCounters(engine))
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda _: limits.hit((10, 900), "a\0b").allowed, range(30)))
    assert 10 == sum(allowed)


QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def test_a_password_is_kept_as_argon2id_with_the_parameters_of_owasp():
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in Argon2Secrets(HASHER).hash("gravel tulip ferry")


def test_a_password_matches_itself_and_nothing_else():
    secrets = Argon2Secrets(QUICK)
    kept = secrets.hash("gravel tulip ferry")
    assert secrets.matches(kept, "gravel tulip ferry")
    assert not secrets.matches(kept, "gravel tulip ferry ")
    assert not secrets.matches("", "gravel tulip ferry")
    assert not secrets.matches("no hash", "gravel tulip ferry")
    assert not secrets.matches(kept, "\udcff")


def test_a_weaker_hash_is_dated():
    assert Argon2Secrets(HASHER).is_dated(QUICK.hash("gravel tulip ferry"))
    assert not Argon2Secrets(QUICK).is_dated(QUICK.hash("gravel tulip ferry"))


def test_tokens_are_long_different_and_kept_as_digests():
    secrets = Argon2Secrets(QUICK)
    tokens = {secrets.new_token() for _ in range(100)}
    assert (100, {43}) == (len(tokens), {len(each) for each in tokens})
    assert all(token not in secrets.digest(token) for token in tokens)
