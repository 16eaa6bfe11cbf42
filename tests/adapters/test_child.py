"""Work in a process of its own: it tells, it can be stopped, and it never outlives whoever started it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from tests.command import ROOT

from backwright.adapters.child import Child

WAIT = 30  # seconds a busy machine is given


def says(tell, words):
    for word in words:
        tell(word)


def sleeps(tell, seconds):
    tell(os.getpid())
    time.sleep(seconds)


def keeps_what_is_done(tell):
    try:
        tell("begun")
        time.sleep(WAIT * 10)
    except KeyboardInterrupt:
        tell("this much")


def starts_another(tell):
    tell(subprocess.Popen([sys.executable, "-c", f"import time; time.sleep({WAIT * 10})"]).pid)
    time.sleep(WAIT * 10)


def is_gone(pid):
    for _ in range(WAIT * 10):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def test_messages_come_in_order_and_then_no_more():
    child = Child(says, (["a", "b"],))
    assert ["a", "b"] == [child.message(WAIT), child.message(WAIT)]
    with pytest.raises(EOFError):
        child.message(WAIT)
    child.close()


def test_one_that_is_interrupted_keeps_what_is_done():
    child = Child(keeps_what_is_done, ())
    assert "begun" == child.message(WAIT)
    child.interrupt()
    assert "this much" == child.message(WAIT)
    child.close()


@pytest.mark.parametrize(
    "work", [pytest.param(starts_another, id="what it started"), pytest.param(sleeps, id="itself")]
)
def test_one_that_is_closed_ends_with_all_that_it_started(work):
    child = Child(work, () if work is starts_another else (WAIT * 10,))
    pid = child.message(WAIT)
    child.close()
    assert is_gone(pid)


def test_one_ends_with_its_parent_however_that_ends():
    program = (
        "from backwright.adapters.child import Child; from tests.adapters.test_child import sleeps; "
        f"c = Child(sleeps, ({WAIT * 10},)); print(c.message({WAIT}), flush=True); import time; time.sleep({WAIT * 10})"
    )
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "PATH": os.defpath}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert is_gone(pid)
