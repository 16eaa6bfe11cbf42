"""The program that ends a measured server if whoever started it is gone, however that ended; run by path.

Waits until its standard input is closed, which the system does for a process that was killed, then ends
the process group that is its first argument: asks, waits as many seconds as the second says, insists. Standard library only.
"""

import os
import signal
import sys
import time

STOP_SECONDS = 8.0


def is_there(group: int) -> bool:
    """Return whether the group has processes."""
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


def end(group: int, seconds: float) -> None:
    """End a process group."""
    try:
        os.killpg(group, signal.SIGTERM)
        until = time.monotonic() + seconds
        while is_there(group) and time.monotonic() < until:
            time.sleep(0.05)
        os.killpg(group, signal.SIGKILL)
    except OSError:
        return  # it has ended


def main() -> None:
    """Wait for the end of the input, then end the group."""
    for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, signal.SIG_IGN)  # what ends our starter must not end us first
    sys.stdin.buffer.read()
    end(int(sys.argv[1]), float(sys.argv[2]))


if __name__ == "__main__":
    main()
