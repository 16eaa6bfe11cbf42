"""What stands between a caller and a call: circuit breaker, rate limit, bulkhead, retry budget."""

from collections import deque

from backwright.design.net import Policy

BUDGET_MOST = 100.0  # retries that can be saved up, so that a quiet hour does not allow a storm


class Breaker:
    """Closed: calls pass. Open: none does. After `breaker_open` s one does, and its outcome decides.

    It opens when `breaker_window` outcomes are known and `breaker_errors` of the last so many failed, and
    then forgets them. If the one that was let through does not answer for as long, another is.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.is_open = False
        self.try_at = 0.0
        self.outcomes: deque[int] = deque()
        self.failures = 0

    def admits(self, now: float) -> bool:
        """Return whether a try may pass."""
        return not self.is_open or now >= self.try_at

    def passed(self, now: float) -> bool:
        """Note that a try passes; return whether it is the one that decides."""
        if self.is_open:
            self.try_at = now + self.policy.breaker_open
        return self.is_open

    def note(self, now: float, failed: int, *, decides: bool) -> None:
        """Note an outcome: 1 failed, 0 succeeded. While it is open, only the one that decides counts."""
        if self.is_open:
            if decides and failed:
                self.try_at = now + self.policy.breaker_open
            elif decides:
                self.is_open = False
            return
        window = self.policy.breaker_window
        self.outcomes.append(failed)
        self.failures += failed
        if len(self.outcomes) > window:
            self.failures -= self.outcomes.popleft()
        if len(self.outcomes) >= window and self.failures >= self.policy.breaker_errors * window:
            self.is_open = True
            self.try_at = now + self.policy.breaker_open
            self.outcomes.clear()
            self.failures = 0


class Limit:
    """A token bucket that fills with `rate` tokens per second and holds those of one second, at least one."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.most = max(1.0, rate)
        self.tokens = self.most
        self.at = 0.0

    def admits(self, now: float) -> bool:
        """Return whether there is a token."""
        self.tokens = min(self.most, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return self.tokens >= 1

    def passed(self) -> None:
        """Take a token."""
        self.tokens -= 1


class Gate:
    """The state of a policy, shared by all calls under it."""

    def __init__(self, policy: Policy) -> None:
        self.budget = policy.budget
        self.saved = 0.0
        self.breaker = Breaker(policy) if policy.breaker_window > 0 else None
        self.limit = Limit(policy.limit) if policy.limit is not None else None

    def called(self) -> None:
        """Save up for retries, once per call."""
        if self.budget is not None:
            self.saved = min(BUDGET_MOST, self.saved + self.budget)

    def affords(self) -> bool:
        """Return whether a retry is within the budget, and spend it."""
        if self.budget is None:
            return True
        if self.saved < 1:
            return False
        self.saved -= 1
        return True

    def admits(self, now: float) -> bool:
        """Return whether breaker and limit let a try pass."""
        if self.breaker is not None and not self.breaker.admits(now):
            return False
        return self.limit is None or self.limit.admits(now)

    def passed(self, now: float) -> bool:
        """Note that a try passes; return whether it decides about the breaker."""
        if self.limit is not None:
            self.limit.passed()
        return self.breaker is not None and self.breaker.passed(now)

    def note(self, now: float, failed: int, *, decides: bool) -> None:
        """Note an outcome."""
        if self.breaker is not None:
            self.breaker.note(now, failed, decides=decides)
