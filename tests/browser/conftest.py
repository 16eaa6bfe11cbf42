"""A real server and a real browser; skipped, with the reason, where there is no Chromium."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.command import ROOT, copy_of_known_person, environment

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STARTS_BY = 60  # seconds; a busy machine is slow, a hang is for ever
# Nothing but the page under test is asked for.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def served(data: Path, *arguments: str) -> Iterator[str]:
    """Serve the page over a data folder, in a process of its own; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = data.parent / f"serve-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "backwright",
                "serve",
                "--no-open",
                "--port",
                str(port),
                *arguments,
            ],
            env=environment(data, PYTHONPATH=str(ROOT / "src")),
            stdout=out,
            stderr=out,
            cwd=data.parent,
        )
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + STARTS_BY
    while time.monotonic() < until:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return  # it answers, so that all it says at the start is said
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    raise AssertionError(f"the page did not come up: {log.read_text()}")


@pytest.fixture(scope="module")
def chromium():
    """A browser for the tests of one file: what drives it keeps an event loop running, which other tests must not find."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def known_page(tmp_path_factory):
    """The page of somebody with 25 answers."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    home = tmp_path_factory.mktemp("known")
    copy_of_known_person(home)
    with served(home / "data") as url:
        yield url


@pytest.fixture
def newcomer_page(chromium, tmp_path):
    """The page of somebody who was never here."""
    with served(tmp_path / "data") as url:
        yield url


@pytest.fixture
def tab(chromium):
    """A fresh tab, 1440 px wide; what the page complains about is an error."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    made = context.new_page()
    complaints: list[str] = []
    made.on("pageerror", lambda error: complaints.append(str(error)))
    made.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    yield made
    context.close()
    assert [] == [each for each in complaints if "status of 4" not in each]
