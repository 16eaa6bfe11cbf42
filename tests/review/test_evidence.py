"""What is no evidence of an open door, beside what is: told by default, and not only to who asks for guesses."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.model.finding import Confidence
from backwright.review.reviewing import review_model

BACK = """from flask import Flask, redirect, request
from links import Links

app = Flask(__name__)
links = Links()


@app.get("/back")
def back():
    return redirect(%s)
"""
LINKS = """from os import environ


class Links:
    def page(self, path):
        return f"%s{path}"
"""
LISTED = """from flask import Flask, request
%s

app = Flask(__name__)


@app.post("/notes")
def notes():
    text(f"<b>{request.form['note']}</b>")
    return ""
"""
FOUND = """from flask import Flask, request
from sqlalchemy import text

app = Flask(__name__)


@app.get("/found")
def found():
    return asked(request.args["query"])


def asked(query):
    params = {"query": query}
    limit = "LIMIT 10"
    query = text(f"SELECT id FROM notes WHERE name = %s {limit}")
    return session.execute(query, params)
"""
ICON = """import express from 'express';
import { iconOf } from './icons';

const app = express();
app.get('/icons/:name', (req, res) => {
  const icon = iconOf(req.params.name);
  res.sendFile(icon);
});
"""
ICONS = """const icons = {};

export function iconOf(name) {
  const found = %s;
  return found;
}
"""
FETCH = """[ApiController]
[Route("pages")]
public class PagesController : ControllerBase {
  private readonly HttpClient client;
  private readonly Settings settings;

  [HttpGet("text")]
  public async Task<string> Get([FromQuery] string name) {
    var response = await client.GetAsync(new Uri($"%s/README.md"));
    return await response.Content.ReadAsStringAsync();
  }
}
"""
ENTER = """import express from 'express';

const app = express();
app.post('%s', async (req, res) => {
  const { name, %s } = req.body;
  res.json(await people.find(name, %s));
});
"""
COUNTED = """from fastapi import FastAPI
from . import counting

app = FastAPI()
app.add_middleware(counting.%s)


@app.post("/login")
def login(name: str, password: str):
    return enter(name, password)
"""
ANSWER = """const express = require('express');
const app = express();
app.get('/report', async (req, res, next) => {
  try {
    res.json(await db.query('SELECT 1'));
  } catch (error) {
    return %s;
  }
});
"""
ASKING = """<?php
function check(string $url) {
    $options = ['%s' => 3];
    $client = new \\GuzzleHttp\\Client();
    return $client->request('GET', $url, $options);
}
"""
GENRES = """from flask import Flask
import psycopg2

app = Flask(__name__)


@app.get("/genres")
def genres():
    data = cache.get(%s)
    if data:
        return data
    with psycopg2.connect(app.config["DB"]) as connection:
        data = load(connection)
    cache.set(KEY, data)
    return data
"""
EMPTY = """pub async fn empty(db: &PgPool) {
    let _ = sqlx::query("DELETE FROM notes").execute(db).await%s;
}
"""
SHOWN = """from flask import Flask, request
from flask_login import login_required, login_user

app = Flask(__name__)


@app.post("/login")
def enter():
    login_user(User.query.filter_by(name=request.form["name"]).first())
    return ""


@app.post("/notes/<id>/label")
def label(id):
    note = Note.query.get(id)
    shown = {"id": id}
    %s.update(id)
    return ""
"""
PAIRS = [
    pytest.param("missing-auth", {"a.py": SHOWN % "note"}, {"a.py": SHOWN % "shown"}, id="a dictionary is no row"),
    pytest.param(
        "error-text-to-client",
        {"a.js": ANSWER % "res.status(500).json(error.message)"},
        {"a.js": ANSWER % "next ? next(error) : res.status(500).json(error.message)"},
        id="where no next is given, which never is",
    ),
    pytest.param("missing-timeout", {"a.php": ASKING % "verify"}, {"a.php": ASKING % "timeout"}, id="options in a variable"),
    pytest.param("connection-per-request", {"a.py": GENRES % "name()"}, {"a.py": GENRES % "KEY"}, id="what fills a cache for all"),
    pytest.param("swallowed-error", {"a.rs": EMPTY % ""}, {"a.rs": EMPTY % ".unwrap_or_else(|_| panic!())"}, id="what panics"),
    pytest.param(
        "login-without-limit",
        {"a.js": ENTER % ("/login", "password", "password")},
        {"a.js": ENTER % ("/login", "domain", "domain")},
        id="a login without a secret",
    ),
    pytest.param(
        "login-without-limit",
        {"a.js": ENTER % ("/login", "password", "password")},
        {"suites/a.js": ENTER % ("/login", "password", "password")},
        id="a stand-in of a test suite",
    ),
    pytest.param(
        "login-without-limit", {"a.py": COUNTED % "RequestLog"}, {"a.py": COUNTED % "rate_limits"}, id="a middleware that counts",
    ),
    pytest.param(
        "redirect-from-input",
        {"a.py": BACK % "request.args['next'].strip()"},
        {"a.py": BACK % "provider.begin_login(hint=request.args['hint'])"},
        id="what an unknown function makes of it",
    ),
    pytest.param(
        "redirect-from-input",
        {"a.py": BACK % "links.page(request.args['next'])", "links.py": LINKS % ""},
        {"a.py": BACK % "links.page(request.args['next'])", "links.py": LINKS % "{self.base}"},
        id="a method that begins with what its object knows",
    ),
    pytest.param(
        "sql-from-input",
        {"a.py": LISTED % "from sqlalchemy import text"},
        {"a.py": LISTED % "from pagewriter import text"},
        id="a function that is only called like one for statements",
    ),
    pytest.param(
        "sql-from-input", {"a.py": FOUND % "'{query}'"}, {"a.py": FOUND % ":query"}, id="a parameter that is given anew"
    ),
    pytest.param(
        "path-from-input",
        {"a.js": ICON, "icons.js": ICONS % "'/icons/' + name"},
        {"a.js": ICON, "icons.js": ICONS % "icons[name].file"},
        id="what stands in a table under a name",
    ),
    pytest.param(
        "url-from-input", {"a.cs": FETCH % "{name}"}, {"a.cs": FETCH % "{settings.Base}/{name}"}, id="behind the address that is set",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_evidence(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    assert told(rule, wrong)
    assert not told(rule, right)


def told(rule: str, files: dict[str, str]) -> list[int]:
    found = review_model(
        model_of(files), [knowledge().rules[rule]], sure([knowledge().rules[rule]])
    ).findings
    return [each.line for each in found if each.confidence is not Confidence.LOW]
