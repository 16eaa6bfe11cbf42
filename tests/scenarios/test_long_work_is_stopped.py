"""Ctrl-C during long work keeps what is done: the answer so far, status 3, and no process left behind."""

import json
import os
import signal
import subprocess
import time

import pytest
from tests.command import command, environment


def children_of(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)  # fmt: skip
    return [int(each) for each in found.stdout.split()]


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        pytest.param("design simulate shop --rate 40 --tight 0 --runs 900", "runs", id="a simulation"),
        pytest.param("design sweep shop --over workload.rate=20..40/s --points 60", "points", id="a sweep"),
    ],
)  # fmt: skip
def test_what_was_simulated_before_the_interrupt_is_answered(line, kept, tmp_path):
    """The children of a terminal get the signal, too: the whole group is interrupted."""
    process = subprocess.Popen(
        command(f"{line} --json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(tmp_path), start_new_session=True,
    )  # fmt: skip
    children: list[int] = []
    for _ in range(600):  # until it has sent work to others, and a while longer
        children = children_of(process.pid)
        if children:
            break
        time.sleep(0.05)
    time.sleep(3)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert 3 == process.returncode, err
    answer = json.loads(out)
    assert answer["stopped"]
    assert answer[kept]
    assert "Traceback" not in err
    for _ in range(100):
        left = [pid for pid in children if is_there(pid)]
        if not left:
            break
        time.sleep(0.05)
    assert [] == left
