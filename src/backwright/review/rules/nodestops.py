"""Node: programs that take the signal to stop and end without waiting for the requests in progress."""

from collections.abc import Iterable
from typing import NamedTuple

from backwright.review.facts import AWAITED, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

_SERVER = regex(
    r"(^|\.)(app|server|srv|https?|fastify|nest|io|wss?|\w*([sS]erver|[aA]pp|[tT]erminator|[fF]astify|[lL]istener))(\(\))?$|createServer\(\)$|listen\(\)$"
)
_STOPS = regex(
    r"close\w*|stop\w*|shut_?down\w*|terminate\w*|destroy|drain\w*|enableShutdownHooks|\w*[gG]raceful\w*|\w*[sS]hutdown"
)
_GIVEN = regex(r"(^|\.)\w*([sS]erver|[aA]pp|[fF]astify)\??\.(close|stop|shutdown)$")  # promisify(server.close)
_OF_NODE = regex(r"createServer\(\)$|\.listen\(\)$")


class Stop(NamedTuple):
    """Where a program ends in the middle of its requests, and how."""

    at: int
    call: Call
    message: str


def dropped(model: Model, files: Iterable[int]) -> Stop | None:
    """Return where the signal is taken though nothing stops the server, or where its end is not waited for; None if all is well or not known."""
    taken: Stop | None = None
    for at in files:
        for call in model.files[at].calls:
            if _STOPS.fullmatch(call.name) and (not call.on or _SERVER.search(call.on)):
                if call.name == "close" and call.flags & AWAITED and not call.args and _is_cut(model, at, call):
                    message = "nothing waits for the requests in progress: close() of Node's server gives no promise, and the process ends right behind it"
                    return Stop(at, call, message)
                return None
            if any(_GIVEN.search(text) for text in flat(call.args)):
                return None
            if (
                call.name in ("on", "once")
                and call.on == "process"
                and "SIGTERM" in [value.text for value in call.args[:1]]
            ):
                message = "the signal to stop is taken, but nothing stops the server (close) in good order: each deployment cuts off requests in progress"
                taken = taken or Stop(at, call, message)
    return taken


def _is_cut(model: Model, at: int, call: Call) -> bool:
    """Whether what is closed is a server of Node's own, and the process ends right behind."""
    if not any(_OF_NODE.search(each) for each in model.effects.receivers(at, call)):
        return False
    behind = (each for each in model.files[at].calls if each.fn == call.fn and each.line > call.line)
    return any(each.name == "exit" and each.on == "process" for each in behind)
