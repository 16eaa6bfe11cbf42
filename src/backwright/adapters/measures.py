"""Numbers about a served page in the text format of Prometheus, summed over its worker processes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_client import Counter, Histogram

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds: pages take milliseconds, what computes up to half a minute.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def share_between_processes(folder: Path) -> None:
    """Have the processes that are started from now on count together; must come before Measures is made in any of them."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ[_VARIABLE] = str(folder)


class Measures:
    """Counts requests. What is counted has few values: routes, methods, statuses, never addresses or people."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = CollectorRegistry()
        self._requests = Counter(
            "backwright_requests",
            "Requests that were answered",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "backwright_request_seconds",
            "From the first byte asked to the last byte answered",
            ("route",),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._open = Gauge(
            "backwright_requests_open",
            "Requests being answered now",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._found: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def begun(self) -> None:
        """Count a request that is being answered."""
        self._open.inc()

    def ended(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._open.dec()
        key = (route, method, status)
        if key not in self._found:  # the library looks each up under a lock
            self._found[key] = (
                self._requests.labels(route, method, str(status)),
                self._seconds.labels(route),
            )
        counter, histogram = self._found[key]
        counter.inc()
        histogram.observe(seconds)

    def text(self, jobs: Mapping[str, int]) -> bytes:
        """Return everything that was counted, and how many jobs there are in each state."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        if folder := os.environ.get(_VARIABLE):
            _forget_ended(Path(folder))
            shared = CollectorRegistry()
            collect: Any = MultiProcessCollector  # the library gives it no types
            collect(shared)
            counted = generate_latest(shared)
        else:
            counted = generate_latest(self._registry)
        # Taken from the table at this moment, so that no process has a share of its own.
        lines = [b"# HELP backwright_jobs Jobs of the last day\n# TYPE backwright_jobs gauge\n"]
        lines += [f'backwright_jobs{{state="{s}"}} {n}\n'.encode() for s, n in sorted(jobs.items())]
        return counted + b"".join(lines)


def _forget_ended(folder: Path) -> None:
    """Forget what processes that have ended were doing at that moment; what they had done still counts."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = file.stem.rpartition("_")[2]
        try:
            os.kill(int(pid), 0)
        except (ProcessLookupError, ValueError):
            file.unlink(missing_ok=True)
        except PermissionError:
            continue
