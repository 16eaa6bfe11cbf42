"""A served page that is killed, and one whose database goes away: what was answered is kept, and nobody has to do anything."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager, suppress

from tests.command import command, environment
from tests.faces.web.cable import cable_to

from backwright.faces.web.serve import _listener

WAIT_SECONDS = 90  # a busy machine is given its time; nothing here waits for so long
GONE_SECONDS = 10  # as long as a database takes that is started again
READING = 60  # seconds that a page was read before it was answered; faster is not counted


def free_port():
    with _listener("127.0.0.1", 0) as made:
        return made.getsockname()[1]


@contextmanager
def served(folder, port, database=""):
    """A server as a process of its own, ended with the block."""
    process = subprocess.Popen(
        command(f"serve --no-open --port {port}"),
        stderr=subprocess.DEVNULL,
        env={**environment(folder), **({"BACKWRIGHT_DATABASE_URL": database} if database else {})},
    )
    try:
        wait_for(lambda: 200 == ask(port, "/readyz")[0])
        yield process
    finally:
        process.kill()
        process.wait()


def ask(port, path, form=None, **more):
    """Return status, headers and text of an answer; OSError if there is none."""
    body = urllib.parse.urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, more)
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def wait_for(holds):
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        with suppress(OSError):
            if holds():
                return
        time.sleep(0.2)
    raise AssertionError("waited long enough")


def question_of(html):
    """Return what the form of a question sends, said to be read for a minute."""
    form = html[html.index("data-question") :]
    found = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', form))
    return {**found, "at": str(int(found["at"]) - READING), "idk": "i"}


def begin(port):
    return question_of(ask(port, "/assess", {"languages-asked": "1", "languages": "py"})[2])


def answers(port):
    """Return which questions were answered, each as often as it is kept."""
    text = ask(port, "/api/v1/evidence?limit=100", accept="application/json")[2]
    return [row["source"] for row in json.loads(text)["items"] if row["kind"] == "answer"]


def test_no_answer_is_lost_to_kill_9_and_the_open_question_can_still_be_answered(tmp_path):
    port = free_port()
    with served(tmp_path / "data", port) as process:
        given = begin(port)
        for _ in range(3):
            status, _, html = ask(port, "/assess", given)
            assert 200 == status
            last, given = given, question_of(html)
        before = answers(port)
        assert 3 == len(before)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    with served(tmp_path / "data", port):
        assert before == answers(port)
        assert "3 answers kept" in ask(port, "/assess")[2]
        assert "answered this question already" in ask(port, "/assess", last)[2]
        status, _, html = ask(port, "/assess", given)
        assert (200, True) == (status, "You did not know." in html)
        assert "4 answers kept" in ask(port, "/assess")[2]


def test_a_database_that_is_gone_for_ten_seconds_costs_no_answer(postgres_address, tmp_path):
    import psycopg

    line = cable_to(postgres_address)
    with psycopg.connect(postgres_address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS served CASCADE")
        connection.execute("CREATE SCHEMA served")
    url = f"postgresql://postgres@127.0.0.1:{line.port}/postgres?options=-csearch_path%3Dserved"
    port = free_port()
    try:
        with served(tmp_path / "data", port, url):
            given = begin(port)
            assert 200 == ask(port, "/assess", given)[0]
            given = begin(port)
            line.cut()
            until = time.monotonic() + GONE_SECONDS
            while time.monotonic() < until:
                for status, headers, text in (
                    ask(port, "/report"),
                    ask(port, "/assess", given),
                    ask(port, "/api/v1/evidence"),
                    ask(port, "/readyz"),
                ):
                    assert 503 == status, text
                    assert int(headers["retry-after"]) > 0
                assert 200 == ask(port, "/healthz")[0]
                time.sleep(0.5)
            line.mend()
            wait_for(lambda: 200 == ask(port, "/readyz")[0])
            status, _, html = ask(port, "/assess", given)
            assert (200, True) == (status, "You did not know." in html)
            assert 2 == len(answers(port))
    finally:
        line.cut()
