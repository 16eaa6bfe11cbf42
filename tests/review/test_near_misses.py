"""Code that looks like a mistake and is none, each beside the mistake that it looks like."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

GO = """package store

import "fmt"

func (s *Store) list(ctx context.Context, filter Filter) error {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM users ORDER BY id " + %s)
	return err
}
"""
FEIGN = """package a;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.*;
@FeignClient(name = "auth")
public interface AuthClient { @PostMapping("/users") void createUser(User user); }
"""
SIGN_UP = """package a;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.client.RestTemplate;
@RestController public class SignUp {
  private AuthClient auth;
  private RestTemplate rest = new RestTemplate();
  @PostMapping("/") public void create(@RequestBody User user, @RequestParam String url) { %s }
}
"""
HASH = """import hashlib


def %s(password):
    return hashlib.sha512(password.encode()).hexdigest()
"""
WAIT = """<?php
function check($password) {
    %s;
    return verify($password);
}
function makeToken() {
    return %s;
}
"""
PIN = """const express = require('express');
const app = express();
app.post('%s', (req, res) => { mark(req.params.id, req.body); res.end(); });
"""
LOADED = """import time
from functools import cache

from fastapi import FastAPI

app = FastAPI()


%s
def words():
    time.sleep(0.2)
    return {"a"}


@app.get("/words")
async def listed():
    return sorted(words())
"""


PAIRS = [
    pytest.param("blocking-call-in-async", {"a.py": LOADED % ""}, {"a.py": LOADED % "@cache"}, id="once for all requests"),
    pytest.param(
        "hard-coded-secret", {"a.py": 'NAMES = {"secret": "n8Vq2LxTz41"}\n'}, {"a.py": 'NAMES = {"secret": "hash or token"}\n'}, id="a label",
    ),
    pytest.param("sql-from-input", {"store.go": GO % "filter.Order"}, {"store.go": GO % "limits(filter.Limit, filter.Offset)"}, id="a limit and an offset"),
    pytest.param(
        "url-from-input",
        {"SignUp.java": SIGN_UP % "rest.getForObject(url, String.class);"},
        {"SignUp.java": SIGN_UP % "auth.createUser(user);", "AuthClient.java": FEIGN},
        id="a client that is declared has its address there",
    ),
    pytest.param("fast-password-hash", {"a.py": HASH % "encode"}, {"a.py": HASH % "hash_api_token"}, id="a token is long and random"),
    pytest.param(
        "weak-token",
        {"a.php": WAIT % ("$x = 1", "mt_rand(100000, 999999)")},
        {"a.php": WAIT % ("usleep(mt_rand(200000, 500000))", "bin2hex(random_bytes(32))")},
        id="how long to wait is no secret",
    ),
    pytest.param("login-without-limit", {"a.js": PIN % "/login/pin"}, {"a.js": PIN % "/comments/:id/pin"}, id="to pin a comment"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.AUDIT).findings
    assert not review_model(model_of(right), rules, Tier.AUDIT).findings
