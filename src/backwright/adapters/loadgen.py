"""The LoadGenerator port: sends requests when they are due, whatever the server does (open loop)."""

import gc
import heapq
import select
import selectors
import socket
from array import array
from collections import deque
from contextlib import suppress
from math import isnan, nan
from random import Random
from time import perf_counter

from backwright.adapters.http_exchange import Address, Exchange, addresses_of, request_bytes
from backwright.adapters.interference import Probe
from backwright.model.errors import BadRequest, NotFound
from backwright.model.measured import OUTCOMES, LoadPlan, LoadRun

SECONDS_MAX = 600.0  # a longer run is a soak test, not a calibration
REQUESTS_MAX = 1_000_000  # about 40 bytes each are kept
OWN_HOST_RATE_MAX = 200.0  # requests per second to a machine that is not this one
LEAD = 0.01  # s until the begin, so that the first request is not late
DEAD_AFTER = 20  # failed connections in a row ...
DEAD_SECONDS = 1.0  # ... and this long without an answer: the server is gone
LATE_SECONDS = (
    0.001  # a generator later than this at p99 and than a tenth of the median is too late
)
DRAIN = 2.0  # s of patience beyond the last time-out
IDLE_WAIT = 0.05  # s between looks at time-outs when nothing is due

OK, STATUS, TIMEOUT, REFUSED, CLOSED, UNSENT = range(len(OUTCOMES))


class SocketLoad:
    """Sends load from one thread over kept connections; latencies count from the intended start."""

    def run(
        self, plan: LoadPlan, *, is_own_host: bool = False, system: tuple[str, ...] = ()
    ) -> LoadRun:
        """Carry out a plan; see the port."""
        _check(plan, is_own_host=is_own_host)
        addresses = [_first_open(t.url, is_own_host=is_own_host) for t in plan.targets]
        ports = tuple(sorted({port for _, (_, port) in addresses}))
        was_collecting = gc.isenabled()
        gc.collect()
        gc.disable()  # a collection in between would be read as latency of the server
        try:
            with Probe(ports, system) as probe:
                volley = _Volley(plan, addresses)
                try:
                    volley.go()
                finally:
                    volley.close()
        finally:
            if was_collecting:
                gc.enable()
        return volley.result(probe)


def _check(plan: LoadPlan, *, is_own_host: bool) -> None:
    if not plan.at:
        raise BadRequest("there is no request to send: the rate times the seconds is below one")
    if plan.at[-1] > SECONDS_MAX or len(plan.at) > REQUESTS_MAX:
        raise BadRequest(
            f"{len(plan.at):,} requests in {plan.at[-1]:.0f} s are more than is measured at once",
            detail=f"At most {REQUESTS_MAX:,} requests and {SECONDS_MAX:.0f} s.",
        )
    rate = len(plan.at) / max(plan.at[-1], 1.0)
    if is_own_host and rate > OWN_HOST_RATE_MAX:
        raise BadRequest(
            f"{rate:.0f} requests/s are more than {OWN_HOST_RATE_MAX:.0f}/s, the most that is sent"
            " to another machine"
        )


def _first_open(url: str, *, is_own_host: bool) -> Address:
    """Return the first address of a URL that accepts a connection."""
    reason = ""
    for family, where in addresses_of(url, is_own_host=is_own_host):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as tried:
                tried.settimeout(2.0)
                tried.connect(where)
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return family, where
    raise NotFound(
        f"nothing answers at {url}: {reason}", detail="Start the service first; nothing was sent."
    )


class _Volley:
    """One run: the schedule, the connections, what came of each request."""

    def __init__(self, plan: LoadPlan, addresses: list[Address]) -> None:
        self.plan, self.addresses = plan, addresses
        count = len(plan.at)
        self.wire = [request_bytes(t, "") for t in plan.targets] if not plan.tails else []
        self.latency = array("d", [nan]) * count
        self.outcome = array("b", [UNSENT]) * count
        self.tries = array("H", [0]) * count
        self.timing = [""] * count
        self.lags = array("d")
        self.waited = 0
        self.died_at: float | None = None
        self.ended = 0.0
        self._retry: list[tuple[float, int]] = []
        self._late: deque[int] = deque()  # due, but every connection is in use
        self._expiry: deque[tuple[float, Exchange, int]] = deque()
        self._idle: dict[Address, deque[Exchange]] = {a: deque() for a in addresses}
        each = min(plan.warm, plan.connections) // len(self._idle)
        self._warm = dict.fromkeys(addresses, each - 1)  # still to be opened ahead of need
        self._open: dict[Exchange, Address] = {}
        self._chance = Random(plan.seed)  # noqa: S311  (jitter, no secret)
        self._lost_in_a_row = 0
        self._answered_at = 0.0
        self._selector = selectors.DefaultSelector()
        self._left = count

    def go(self) -> None:
        """Send everything that is due until all has come back, timed out, or the server is gone."""
        begin = self._begin = perf_counter() + LEAD
        at, count, index = self.plan.at, len(self.plan.at), 0
        hard_end = at[-1] + (self.plan.timeout + self.plan.backoff * 2**self.plan.retries) * (
            1 + self.plan.retries
        ) + DRAIN  # fmt: skip
        while self._left and self.died_at is None:
            now = perf_counter() - begin
            if now > min(hard_end, SECONDS_MAX + DRAIN):
                break
            while index < count and at[index] <= now:
                self.lags.append(now - at[index])
                self._send(index, now)
                index += 1
                now = perf_counter() - begin
            while self._retry and self._retry[0][0] <= now:
                self._send(heapq.heappop(self._retry)[1], now)
            self._expire(now)
            due = [at[index] if index < count else now + IDLE_WAIT, now + IDLE_WAIT]
            if self._retry:
                due.append(self._retry[0][0])
            if self._expiry:
                due.append(self._expiry[0][0])
            self._wait(min(due) - (perf_counter() - begin))
        self.ended = perf_counter() - begin

    def _warm_up(self, address: Address) -> None:
        """Open a connection ahead of need, so that opening it is no part of a later latency.

        Only after an answer that kept its connection, because a server with a thread for each would be
        blocked by idle ones; and one at a time, because of a burst one process would take all.
        """
        self._warm[address] -= 1
        self._dial(address)

    def _dial(self, address: Address) -> Exchange | None:
        try:
            made = Exchange(address)
        except OSError:  # no more file handles
            return None
        if made.problem:
            made.close()
            return None
        self._open[made] = address
        events = selectors.EVENT_WRITE if made.is_connecting else selectors.EVENT_READ
        self._selector.register(made.socket, events, made)
        if not made.is_connecting:
            self._idle[address].append(made)
        return made

    def _wait(self, seconds: float) -> None:
        """Wait for sockets. epoll counts milliseconds; select on epoll's own handle is finer."""
        seconds = max(seconds, 0.0)
        if seconds and isinstance(self._selector, _EPOLL):
            select.select((self._selector.fileno(),), (), (), seconds)
            seconds = 0.0
        for key, _ in self._selector.select(seconds):
            self._happened(key.data, perf_counter() - self._begin)

    def _send(self, request: int, now: float) -> None:
        address = self.addresses[self.plan.which[request]]
        idle = self._idle[address]
        if idle:
            exchange: Exchange | None = idle.popleft()
            fresh = False
        elif len(self._open) >= self.plan.connections:
            self.waited += 1
            self._late.append(request)
            return
        else:
            exchange, fresh = self._dial(address), True
            if exchange and not exchange.is_connecting:
                idle.pop()
        if exchange is None:
            self.tries[request] += 1
            self._failed(request, REFUSED, now)
            return
        self.tries[request] += 1
        if self.plan.tails:
            target = self.plan.targets[self.plan.which[request]]
            data = request_bytes(target, self.plan.tails[request])
        else:
            data = self.wire[self.plan.which[request]]
        exchange.start(request, data)
        self._expiry.append((now + self.plan.timeout, exchange, exchange.serial))
        if not (fresh and exchange.is_connecting):
            self._flush(exchange, now)

    def _flush(self, exchange: Exchange, now: float) -> None:
        try:
            if not exchange.flush():
                events = selectors.EVENT_READ | selectors.EVENT_WRITE
                self._selector.modify(exchange.socket, events, exchange)
        except OSError:
            self._lost(exchange, now)

    def _happened(self, exchange: Exchange, now: float) -> None:
        if exchange not in self._open:
            return
        if exchange.is_connecting:
            if not exchange.connected():
                self._lost(exchange, now)
                return
            self._selector.modify(exchange.socket, selectors.EVENT_READ, exchange)
            if exchange.request < 0:
                self._idle[self._open[exchange]].append(exchange)
            else:
                self._flush(exchange, now)
            return
        state = exchange.read()
        if state == "lost":
            self._lost(exchange, now)
        elif state == "done":
            self._done(exchange, perf_counter() - self._begin)
        else:
            self._flush_more(exchange, now)

    def _flush_more(self, exchange: Exchange, now: float) -> None:
        """Send the rest of a long body when there is room again."""
        key = self._selector.get_key(exchange.socket)
        if key.events & selectors.EVENT_WRITE:
            try:
                if exchange.flush():
                    self._selector.modify(exchange.socket, selectors.EVENT_READ, exchange)
            except OSError:
                self._lost(exchange, now)

    def _done(self, exchange: Exchange, now: float) -> None:
        request, exchange.request = exchange.request, -1
        self._lost_in_a_row, self._answered_at = 0, now
        if exchange.can_go_on:
            address = self._open[exchange]
            self._idle[address].append(exchange)
            if self._warm[address] > 0 and len(self._open) < self.plan.connections:
                self._warm_up(address)
        else:
            self._drop(exchange)
        self.timing[request] = exchange.timing
        if 200 <= exchange.status < 300:
            self.latency[request] = now - self.plan.at[request]
            self.outcome[request] = OK
            self._left -= 1
        else:
            self._failed(request, STATUS, now)
        self._serve_late(now)

    def _lost(self, exchange: Exchange, now: float) -> None:
        """A connection is gone: one that had been idle is replaced, otherwise the try has failed."""
        request = exchange.request
        fresh = exchange.is_fresh
        self._drop(exchange)
        if request < 0:
            return
        if exchange.served and fresh:
            self.tries[request] -= 1  # the server had closed it before: that was no try
            heapq.heappush(self._retry, (now, request))
            return
        self._failed(
            request, REFUSED if exchange.is_connecting or exchange.problem else CLOSED, now
        )

    def _expire(self, now: float) -> None:
        while self._expiry and self._expiry[0][0] <= now:
            _, exchange, serial = self._expiry.popleft()
            if exchange.serial == serial and exchange.request >= 0 and exchange in self._open:
                request = exchange.request
                self._drop(exchange)
                self._failed(request, TIMEOUT, now)
        self._serve_late(now)

    def _failed(self, request: int, outcome: int, now: float) -> None:
        if outcome in (REFUSED, CLOSED):
            self._lost_in_a_row += 1
            if self._lost_in_a_row >= DEAD_AFTER and now - self._answered_at > DEAD_SECONDS:
                self.died_at = self._answered_at
        if self.tries[request] <= self.plan.retries:
            pause = self.plan.backoff * 2 ** (self.tries[request] - 1)
            heapq.heappush(self._retry, (now + self._chance.uniform(0, pause), request))
            return
        self.outcome[request] = outcome
        self._left -= 1

    def _serve_late(self, now: float) -> None:
        while self._late:
            address = self.addresses[self.plan.which[self._late[0]]]
            if not self._idle[address] and len(self._open) >= self.plan.connections:
                return
            self._send(self._late.popleft(), now)

    def _drop(self, exchange: Exchange) -> None:
        address = self._open.pop(exchange, None)
        if address is None:
            return
        with suppress(ValueError):
            self._idle[address].remove(exchange)
        with suppress(KeyError, ValueError):
            self._selector.unregister(exchange.socket)
        exchange.close()

    def close(self) -> None:
        """Close every connection."""
        for exchange in list(self._open):
            self._drop(exchange)
        self._selector.close()

    def result(self, probe: Probe) -> LoadRun:
        """Return what was seen."""
        lags, times = sorted(self.lags), sorted(x for x in self.latency if not isnan(x))
        lag = lags[int(0.99 * (len(lags) - 1))] if lags else 0.0
        median = times[len(times) // 2] if times else 0.0
        return LoadRun(
            self.plan, self.latency, self.outcome, self.tries, tuple(self.timing), lag,
            lag > max(LATE_SECONDS, median / 10), self.waited, self.ended, self.died_at, probe.found,
        )  # fmt: skip


_EPOLL = getattr(selectors, "EpollSelector", ())
