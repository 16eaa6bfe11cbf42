"""The reference numbers against arithmetic of their own: literal numbers, worked out by hand from the situation."""

from math import exp, log

import pytest
from tests.bench import catalog_and_digest

from backwright.interview.cases import draw

CASES = catalog_and_digest()[0].cases
# Worked from the defaults as they stand in the situation. A day has 24 * 3600 s, a year 365 days, a month a twelfth of it.
DAY = 24 * 3600
YEAR = 365 * 24 * 3600
MONTH = 365 * 2 * 3600
BIT = 8

BY_HAND = {
    "url-shortener": {
        "reads": 1_000_000_000 / 86_400,  # 100 million people, 10 links each
        "peak_reads": 3 * 11_574.07,
        "writes": 10_000_000 / 86_400,  # a link for each tenth person
        "stored": 10_000_000 * 365 * 500 * 3 / 1e12,  # TB: 5 GB a day, three times, for a year
        "egress": 34_722.2 * 500 * BIT / 1e6,  # Mbit/s
        "length": 6,  # 36.5 billion links; 62^5 = 0.92 billion, 62^6 = 56.8 billion
        "hit": 100 * 20.2915 / 24.8977,  # %: ln(365e6) + 0.5772 over ln(36.5e9) + 0.5772
        "servers": 45,  # 34,722 / 1,200 = 28.9 over two zones: 14.5, so 15 in each of three
    },
    "ledger": {
        "rate": 10_000_000 / 86_400,
        "entries": 2 * 5 * 115.741,
        "stored": 10_000_000 * 2 * 365 * 600 * 3 / 1e12,
        "waiting": 578.704 * 0.2,
        "contention": 578.704 * 0.005 * 100,  # %: 200 a second fit
        "down": 60 * 730 * (1 - 0.998001),  # minutes of 730 hours; 0.9995^2 * 0.999 = 0.99800125
    },
    "chat": {
        "rate": 2_000_000_000 / 86_400,
        "deliveries": 23_148.15 * 3 * 3,
        "connections": 10_000_000 / 1e0,
        "gateways": 300,  # 200 full ones in two zones: 100 in each of three
        "stored": 2_000_000_000 * 365 * 100 * 3 / 1e12,
        "reconnects": 5_000,
        "heartbeats": 10_000_000 / 30,
    },
    "pastebin": {
        "reads": 30_000_000 / 86_400,
        "pastes": 3 * 1_000_000 / 86_400,
        "stored": 1_000_000 * 365 * 10_000 * 3 / 1e12,  # a million a day, each for twelve months
        "egress": 347.222 * 3 * 10_000 * BIT / 1e6,
        "held": 1_041.67 * 0.020,
        "guess": 218_340_105_584_896
        / 365_000_000
        / 1000
        / 60,  # minutes; 62^8 over the texts alive
    },
    "feed": {
        "reads": 3 * 2_000_000_000 / 86_400,
        "writes": 100_000_000 * 200 / 86_400,
        "pulled": 69_444.4 * 200,
        "memory": 200e6 * 500 * 20 * 2 / 1e12,
        "egress": 69_444.4 * 20_000 * BIT / 1e9,
        "storm": 250,
        "tail": 92.274,  # %: 0.99 * 0.99 * ... eight times
    },
    "rate-limiter": {
        "checks": 3 * 5_000_000_000 / 86_400,
        "memory": 100,  # MB
        "log": 4.8,  # kB: 600 times 8 bytes
        "store": 3,  # 173,611 / 60,000 = 2.9
        "burst": 1_200,
        "local": 40,
    },
    "ticketing": {
        "ordinary": 20_000_000 / 86_400,
        "burst": 5_000_000 / 300,  # in five minutes
        "egress": 16_666.7 * 40_000 * BIT / 1e9,
        "left_out": 95,  # %: 25,000 of 500,000 buy
        "one_row": 25_000 * 0.020 / 60,
        "holds": 33.333 * 480,
        "room": 2_000 * 300 / 10,
    },
    "file-sync": {
        "commits": 3 * 100_000_000 / 86_400,
        "whole": 3_472.22 * 10e6 * BIT / 1e9,
        "delta": 277.778 / 5,
        "stored": 100_000_000 * 365 * 2e6 * 3 / 1e15,  # PB: 2 MB of each changed file
        "notify": 3_472.22,
        "poll": 100_000_000 / 30,
        "metadata": 50e6 * 10_000 * 500 * 3 / 1e12,
    },
    "autocomplete": {
        "requests": 6_000_000_000 / 86_400,
        "busiest": 3 * 69_444.4,
        "egress": 208_333 * 800 * BIT / 1e9,
        "memory": 10,  # GB
        "saved": 208_333 * 0.36,
        "prefixes": 20_439,  # 27 + 729 + 19,683
        "tail": 100 * (1 - exp(20 * log(0.995))),
    },
    "notifications": {
        "rate": 1_000_000_000 / 86_400,
        "pushes": 5 * 0.8 * 11_574.07,
        "senders": 46_296.3 * 0.080,
        "stored": 1_000_000_000 * 365 * 300 * 3 / 1e12,
        "campaign": 200e6 / 50_000 / 60,
        "backlog": 9_259.26 * 600 / (100_000 - 9_259.26) / 60,
    },
    "metrics-store": {
        "samples": 50_000_000 / 10,
        "requests": 10_000,
        "stored": 5_000_000 * 30 * DAY * 1.5 * 2 / 1e12,
        "active": 50_000_000 * 4_096 / 1e9,
        "scanned": 20_000 / 30 * 50 * 2_160,  # charts a second, series, samples in six hours
        "explosion": 100_000 * 5 * 1_999,
    },
    "crawler": {
        "rate": 4e9 / MONTH,
        "open": 1_522.07 * 0.5,
        "ingress": 1_522.07 * 100_000 * BIT / 1e9,
        "stored": 48e9 * 50_000 * 3 / 1e15,
        "looked_up": 1_522.07 * 50,
        "bloom": 50e9 * 9.58506 / BIT / 1e9,  # 4.60517 / 0.480453 bits each
        "largest": 100e6 / YEAR,
    },
    "job-queue": {
        "rate": 50e6 / DAY,
        "busy": 2_314.81 * 0.4,
        "workers": 1_544,  # 925.9 / 0.6 = 1,543.2
        "stored": 50e6 * 14 * 2_000 * 3 / 1e12,
        "backlog": 578.704 * 600 / (1_544 / 0.4 - 578.704) / 60,
        "given_up": 312.5,  # 20^5 = 3.2 million
    },
    "video": {
        "viewers": 20e6 / 24 * 3,
        "egress": 2.5e6 * 5e6 / 1e12,
        "origin": 12_500 * 0.05,
        "segments": 625_000,
        "stored": 50_000 * 10 * 2 / 1e6,  # GB to PB
        "servers": 447,  # 12,500 / 28 = 446.4
        "cold": 1.38,  # 0.05 and 2 % of 0.95, over 0.05
    },
    "ride-matching": {
        "positions": 250_000,
        "asked": 2_000_000 / 3_600,
        "lookups": 555.556 * 9,
        "riding": 2_000_000 / 3,
        "reserved": 555.556 * 2 * 10,
        "stored": 222_222 / 4 * YEAR * 50 * 3 / 1e12,
        "stale": 13.8889 * 2,
    },
    "collaborative-editing": {
        "connections": 6e6,
        "operations": 2e6 * 2,  # two million type, twice a second
        "told": 8e6,
        "batched": 2e6,
        "stored": 1e6 * 90 * DAY * 100 * 3 / 1e15,
        "opening": 50 + 50,  # kB: 500 operations of 100 bytes
        "one_document": 100 * 499,
    },
}
IN_UNIT = [
    pytest.param(case, estimate, value, id=f"{case} {estimate}")
    for case, numbers in BY_HAND.items()
    for estimate, value in numbers.items()
]


def in_unit(case: str, name: str) -> float:
    from backwright.interview.quantity import unit_of

    drawn = draw(CASES[case], 0)
    return drawn.numbers[name] / unit_of(drawn.estimate(name).unit).scale


@pytest.mark.parametrize(("case", "estimate", "value"), IN_UNIT)
def test_the_reference_is_what_the_numbers_of_the_situation_come_to(case, estimate, value):
    assert value == pytest.approx(in_unit(case, estimate), rel=5e-4)


def test_every_estimate_of_every_case_is_worked_by_hand():
    assert {name: {e.id for e in case.estimates} for name, case in CASES.items()} == {
        name: set(numbers) for name, numbers in BY_HAND.items()
    }


def test_there_are_at_least_sixteen_cases():
    assert len(CASES) >= 16
