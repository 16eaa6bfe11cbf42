"""Connections, time-outs and shutdowns that look as if they were forgotten, beside those that are."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Confidence, Tier
from backwright.review.reviewing import review_model

STORE = """import express from 'express';
import { S3Client } from '@aws-sdk/client-s3';

class Store {
  private made?: Promise<S3Client>;

  client() {
    %s
  }
}

const store = new Store();
const app = express();
app.get('/files', async (req, res) => {
  const client = await store.client();
  res.json(await client.send(list()));
});
"""
MAKES = "const made = (async () => new S3Client({}))(); return await made;"
KEEPS = "this.made ??= (async () => new S3Client({}))(); return this.made;"
SERVER = """import express from 'express';
import { db } from './db';

const app = express();
app.get('/', async (req, res) => res.json(await db.query('SELECT 1')));
const server = app.listen(3000);

%s.forEach((event) => {
  process.once(event, async () => { await end(server); });
});
"""
MAIL = """package a;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.mail.SimpleMailMessage;

public class Mailer {
  public void send(SimpleMailMessage message) {
    JavaMailSenderImpl sender = new JavaMailSenderImpl();
    sender.getJavaMailProperties().put(PREFIX + protocol + ".%s", "2000");
    sender.send(message);
  }
}
"""

LOCKED = """package state

import (
	"net/http"
	"sync"
)

type Board struct {
	mu   sync.Mutex
	rows map[string]int
}

func (b *Board) Set(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rows[name] = 1
	%s tell(name)
}

func (b *Board) Get(name string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rows[name]
}

func tell(name string) {
	http.Get("https://hooks.example.com/" + name)
}
"""

PAIRS = [
    pytest.param("blocking-call-in-async", {"a.go": LOCKED % ""}, {"a.go": LOCKED % "go"}, id="started under a lock, and not waited for"),
    pytest.param("connection-per-request", {"a.ts": STORE % MAKES}, {"a.ts": STORE % KEEPS}, id="made at the first call"),
    pytest.param(
        "no-graceful-shutdown", {"a.ts": SERVER % "['uncaughtException']"}, {"a.ts": SERVER % "['uncaughtException', 'SIGTERM']"}, id="a list of signals",
    ),
    pytest.param("missing-timeout", {"a.java": MAIL % "host"}, {"a.java": MAIL % "timeout"}, id="a property whose name is put together"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_misses_of_connections(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings


@pytest.mark.parametrize(
    ("path", "expected"), [("app/news.py", Confidence.HIGH), ("scripts/news.py", Confidence.LOW)]
)
def test_a_script_that_somebody_watches_is_told_to_who_asks(
    path: str, expected: Confidence
) -> None:
    files = {
        path: 'import requests\n\n\ndef main():\n    return requests.get("https://news.example.com").text\n'
    }
    found = review_model(
        model_of(files), [knowledge().rules["missing-timeout"]], Tier.STRICT
    ).findings
    assert [each.confidence for each in found] == [expected]


HOOK = """import redis


class Counted:
    def %s(self, request):
        redis.StrictRedis(host="stats").incr(request.path)
"""


def test_hooks_of_a_view_run_for_each_request() -> None:
    rule = knowledge().rules["connection-per-request"]
    found = [
        review_model(model_of({"a.py": HOOK % name}), [rule], Tier.DEFAULT).findings
        for name in ("initial", "warm_up")
    ]
    assert [len(each) for each in found] == [1, 0]
