"""Mailboxes while the simulation runs: messages wait, consumers take them, failed ones come back."""

from collections import deque

from backwright.design.engine.agenda import SLOTS, Code, Task
from backwright.design.net import Mailbox

ATTEMPTS = SLOTS  # slot of a message: attempts so far


class Box:
    """The state of a mailbox.

    Attributes:
        begin: Code of the body; set when it is compiled, because bodies may send to each other.
        blank: Slots of a new message.
    """

    def __init__(self, spec: Mailbox) -> None:
        self.spec = spec
        self.busy = 0
        self.queue: deque[Task] = deque()
        self.begin: Code
        self.blank: tuple[int | None, ...] = ()

    def put(self, now: float, ready: deque[tuple[Code, Task]]) -> bool:
        """Take a message; false if the mailbox is full."""
        most = self.spec.max
        if self.busy >= self.spec.consumers and most is not None and len(self.queue) >= most:
            return False
        message = [now, None, True, None, None, None, *self.blank]
        message[ATTEMPTS] = 0
        if self.busy < self.spec.consumers:
            self.busy += 1
            ready.append((self.begin, message))
        else:
            self.queue.append(message)
        return True

    def following(self, ready: deque[tuple[Code, Task]]) -> None:
        """Let a consumer that is done take the next message."""
        if self.queue:
            ready.append((self.begin, self.queue.popleft()))
        else:
            self.busy -= 1
