"""Requests a second and p99 of a page and of a JSON endpoint, beside a bare application in the same run; page weight."""

import re
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tests.command import copy_of_known_person

from backwright.adapters.loadgen import SocketLoad
from backwright.model.measured import LoadPlan, Target
from benchmarks.serve.rig import bare, ours, requests_per_second

PAGE = "/role/go-developer"
JSON = "/api/v1/evidence?limit=20"  # own rows, from the database for every request
GOALS = {"role page": 0.25, "JSON over SQLite": 0.5}
ROUNDS = 3
WEIGHT_GOAL = 150_000  # bytes, compressed
LATENCY_SECONDS = 15


def main() -> None:
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        copy_of_known_person(Path(folder))
        with bare() as plain, ours(Path(folder) / "data") as (site, _):
            urls = {
                "bare hello": plain + "/",
                "role page": site + PAGE,
                "JSON over SQLite": site + JSON,
            }
            for url in urls.values():
                _get(url, "identity")  # a redirect or an error is none of what is measured
                requests_per_second(url, 1)
            seen: dict[str, list[float]] = {name: [] for name in urls}
            for _ in range(1 if quick else ROUNDS):
                for name, url in urls.items():
                    seen[name].append(requests_per_second(url))
            base = median(seen["bare hello"])
            print("requests a second, one process, wrk -t1 -c16 on the same two cores, median")
            for name, values in seen.items():
                goal = f"   goal {GOALS[name]:.2f}" if name in GOALS else ""
                print(
                    f"  {name:18}{median(values):9,.0f}   {median(values) / base:.2f} of bare{goal}"
                )
            for name in GOALS:
                _tails(name, urls[name], median(seen[name]) / 2)
            _weights(site)


def _tails(name: str, url: str, rate: float) -> None:
    """Print percentiles at half of saturation, from the intended start of each request."""
    from array import array

    chance, at, time = Random(1), array("d"), 0.0
    while time < LATENCY_SECONDS:
        time += chance.expovariate(rate)
        at.append(time)
    plan = LoadPlan((Target(name, url),), at, array("i", [0] * len(at)), connections=64)
    run = SocketLoad().run(plan)
    seen = sorted(1000 * latency for latency in run.succeeded(skip=2))
    pick = lambda share: seen[min(len(seen) - 1, int(share * len(seen)))]  # noqa: E731
    late = "; the generator itself was late" if run.is_late else ""
    print(
        f"  {name:18} at {rate:,.0f}/s: p50 {pick(0.5):.1f} ms, p99 {pick(0.99):.1f} ms, "
        f"{len(at) - run.count('ok')} not ok{late}   goal p99 50 ms"
    )


def _weights(site: str) -> None:
    """Print what a first visit of each main page loads, compressed one by one."""
    for path in (
        "/",
        PAGE,
        "/assess",
        "/report",
        "/roadmap",
        "/learn",
        "/review",
        "/design",
        "/ask",
    ):
        html = _get(site + path, "identity")
        assets = set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', html))
        sent = [_get(site + path), *(_get(site + asset.decode()) for asset in assets)]
        sizes = [len(body) for body in sent]
        print(f"  {path:28}{sum(sizes) / 1000:6.1f} kB compressed   goal {WEIGHT_GOAL // 1000} kB")


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_) -> None:
        return None


def _get(url: str, accepts: str = "gzip") -> bytes:
    """Return a body as it is sent; HTTPError unless it is answered with 200."""
    with build_opener(_NoRedirect).open(
        Request(url, headers={"accept-encoding": accepts})
    ) as answer:
        return answer.read()


if __name__ == "__main__":
    main()
