"""Which way in fits: three inputs, three verdicts; and the arithmetic of hashing, guesses and lifetimes."""

from dataclasses import replace
from itertools import product

import pytest
from tests.bench import bench_in

from backwright.advise.security import Budget, fit, guessing, hashing, lifetimes
from backwright.catalog.advice import read_advice
from backwright.model.guidance import SecurityGuide
from backwright.usecases.advise_security import Ask, run

BUDGET = Budget(2, 1, 512, 19, 10_000, 20, 0.001, 15, 1000, 100)
DOMAIN = {
    "data": ("public", "personal", "payment", "health"),
    "exposure": ("internet", "partners", "internal"),
    "accounts": ("own", "provider"),
    "sites": ("one", "several"),
    "checkers": ("one", "several"),
    "revocation": ("at-once", "minutes", "hours"),
}


@pytest.fixture
def bench(tmp_path):
    return bench_in(tmp_path)


@pytest.fixture
def guide(bench) -> SecurityGuide:
    return read_advice(bench.advice("security"), "security", SecurityGuide)


@pytest.mark.parametrize(
    ("ask", "schemes"),
    [
        pytest.param(Ask(), ["sessions"], id="one web site with its own accounts"),
        pytest.param(Ask(sites=3), ["oidc-session"], id="three sites that share a login"),
        pytest.param(Ask(accounts="provider"), ["oidc-session"], id="accounts at a provider"),
        pytest.param(Ask(callers=("mobile",)), ["device-token"], id="your app, your accounts, one service"),
        pytest.param(Ask(callers=("mobile",), services=6), ["code-jwt"], id="your app, six services"),
        pytest.param(
            Ask(callers=("mobile",), services=6, revoke_minutes=0), ["code-introspected"], id="the same, withdrawn at once"
        ),
        pytest.param(Ask(callers=("service",), exposure="partners"), ["api-keys"], id="partners' programs"),
        pytest.param(
            Ask(callers=("service",), exposure="internal", services=9), ["mtls"], id="services inside, each checks"
        ),
        pytest.param(
            Ask(callers=("service",), exposure="partners", services=9), ["client-credentials"], id="partners, many services"
        ),
        pytest.param(
            Ask(callers=("service",), exposure="partners", data="payment"), ["bound-tokens"], id="partners and payments"
        ),
        pytest.param(Ask(callers=("third-party",)), ["delegation"], id="apps of others"),
        pytest.param(Ask(callers=("third-party",), data="health"), ["delegation-bound"], id="apps of others, health"),
        pytest.param(
            Ask(callers=("browser", "service"), exposure="internal"), ["sessions", "api-keys"], id="two kinds of callers"
        ),
    ],
)  # fmt: skip
def test_different_answers_get_different_verdicts(ask, schemes, bench):
    assert schemes == [each.scheme.id for each in run(ask, bench).fits]


@pytest.mark.parametrize("caller", ["browser", "mobile", "service", "third-party"])
def test_every_combination_of_answers_has_a_scheme_with_a_reason(caller, guide):
    for values in product(*DOMAIN.values()):
        answers = {name: (value,) for name, value in zip(DOMAIN, values, strict=True)}
        found = fit(caller, answers, guide)
        assert caller in found.scheme.callers
        assert found.because, answers
        assert all(ruled.say and ruled.source for ruled in found.ruled_out)


def test_signed_tokens_are_never_given_where_access_must_end_at_once(guide):
    for values in product(*DOMAIN.values()):
        answers = {name: (value,) for name, value in zip(DOMAIN, values, strict=True)}
        if answers["revocation"] == ("at-once",):
            assert fit("mobile", answers, guide).scheme.id not in ("code-jwt",)
            assert fit("service", answers, guide).scheme.id != "client-credentials"


def test_hashing_takes_the_strongest_parameters_that_cores_and_memory_hold(guide):
    found = hashing(BUDGET, guide.hashes)
    # 1 core * 70 % / 2 logins a second = 350 ms; 0.5 ms for each MiB and pass: 256 MiB, two passes = 256 ms.
    assert (350, 256, 2) == (pytest.approx(found.budget_ms), found.memory_kib // 1024, found.passes)
    assert 2 * 0.256 == pytest.approx(found.cores_used)


@pytest.mark.parametrize(
    ("changed", "memory_kib", "passes"),
    [
        pytest.param({"logins_per_second": 20}, 47104, 1, id="more logins, less work"),
        pytest.param({"logins_per_second": 36}, 19456, 2, id="a budget of 19 ms"),
        pytest.param({"memory_mib": 16}, 12288, 3, id="16 MiB of memory"),
        pytest.param({"memory_mib": 8}, 7168, 5, id="8 MiB of memory"),
        pytest.param({"cores": 4, "memory_mib": 64}, 19456, 2, id="memory for three at once"),
    ],
)
def test_hashing_by_budget(changed, memory_kib, passes, guide):
    found = hashing(replace(BUDGET, **changed), guide.hashes)
    assert (True, memory_kib, passes) == (found.fits, found.memory_kib, found.passes)
    assert found.cores_used <= replace(BUDGET, **changed).cores * 0.7 + 1e-9
    assert found.memory_mib <= replace(BUDGET, **changed).memory_mib + 1e-9


def test_a_budget_below_the_weakest_accepted_parameters_is_refused_with_what_is_needed(bench):
    answer = run(Ask(logins_per_second=500), bench)
    assert "short" == answer.verdict
    assert not answer.hashing.fits
    # 7 MiB * 5 passes * 0.5 ms = 17.5 ms; 500/s * 17.5 ms / 70 % = 12.5 cores.
    assert 12.5 == pytest.approx(answer.hashing.cores_needed)


def test_guesses_a_year_keep_the_risk():
    found = guessing(BUDGET)
    assert 0.001 * 2**20 == pytest.approx(found.a_year)
    assert 525_960 / found.a_year == pytest.approx(found.pause_minutes)
    assert 100 / 2**20 == pytest.approx(found.risk_at_max)
    assert 10_000 * 10 / 1024 == pytest.approx(found.sprayed)
    assert 360 + 3 * 360**0.5 == pytest.approx(found.alarm_an_hour)


def test_a_token_lives_as_long_as_access_may_go_on_less_the_clocks():
    found = lifetimes(BUDGET)
    assert (14, 8, 15) == (found.token_minutes, found.exposure_minutes, found.worst_minutes)
    assert 1000 / (14 * 60) == pytest.approx(found.refreshes_per_second)


def test_what_was_assumed_is_said_with_the_option_that_sets_it(bench):
    options = [each.option for each in run(Ask(data="health"), bench).assumed]
    assert "browser" in options
    assert "--revoke-minutes 15" in options
    assert not [each for each in options if each.startswith(("--data", "--active"))]


def test_threats_are_only_those_that_the_answers_make_possible(bench):
    inside = {
        t.say
        for t in run(Ask(callers=("service",), exposure="internal", data="public"), bench).threats
    }
    assert not [say for say in inside if "password" in say.lower() or "browser" in say]
    web = {t.kind for t in run(Ask(data="payment"), bench).threats}
    assert {
        "spoofing",
        "tampering",
        "repudiation",
        "disclosure",
        "denial of service",
        "elevation",
    } == web


def test_every_check_is_a_rule_that_there_is(bench):
    rules = {
        path.split("/")[-1].removesuffix(".md")
        for path in bench.knowledge()
        if path.endswith(".md")
    }
    guide = read_advice(bench.advice("security"), "security", SecurityGuide)
    named = {rule for scheme in guide.schemes for rule in scheme.rules} | {
        t.rule for t in guide.threats
    }
    assert set() == named - rules - {""}
