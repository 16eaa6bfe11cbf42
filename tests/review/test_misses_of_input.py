"""What looks as if a client chose an address, a statement, a page or a file, beside where one does."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

BACK = """import express from 'express';
import { Pages } from './pages';

const app = express();
app.get('/callback', (req, res) => {
  res.redirect(%s);
});
"""
PAGES = """export class Pages {
  static home = makePath('home');

  static errorUrl(error) {
    return `%s?error=${error}`;
  }
}
"""
MOVED = """const Router = require('koa-router');
const router = new Router();
router.get('/share/:id', (ctx) => {
  const path = %s.replace(/^\\/share/, '/s');
  ctx.redirect(path + ctx.request.URL.search);
});
"""

TABLE = """package store

import "github.com/labstack/echo/v4"

func Handle(c echo.Context) error {
	table := c.Param("table")
	return Empty(table)
}

func Empty(table string) error {
	if err := %s(table); err != nil {
		return err
	}
	_, err := db.Query("DELETE FROM " + table)
	return err
}

func validateTable(table string) error {
	if !known.MatchString(table) {
		return fmt.Errorf("invalid table: %%q", table)
	}
	return nil
}

func lockTable(table string) error {
	return locks.Take(table)
}

func Routes(e *echo.Echo) {
	e.DELETE("/tables/:table", Handle)
}
"""
IDS = """package store

import "github.com/labstack/echo/v4"

func Routes(e *echo.Echo) {
	e.GET("/projects", List)
}

func List(c echo.Context) error {
	return allowed(idsOf(c))
}

func allowed(ids %s) error {
	_, err := db.Query("SELECT id FROM projects WHERE id IN (" + joined(ids, ", ") + ")")
	return err
}
"""
KEPT = """import express from 'express';
import { join } from 'path';
import { createReadStream } from 'fs';

const app = express();
app.get('/files/*', (req, res) => {
  let key = req.params[0];
  key = %s(key);
  createReadStream(join('/srv/files', key)).pipe(res);
});
"""
PAGE = """import express from 'express';
import { join } from 'path';

const app = express();
app.get('/*', (req, res) => {
  const mobile = %s(req.headers['user-agent']);
  res.sendFile(join('/srv/pages', mobile ? %s : '', 'index.html'));
});
"""
NOTE = """from flask import Flask, request
from markupsafe import Markup

app = Flask(__name__)


@app.get("/preview")
def preview():
    html = markdown(request.args["text"])
    html = %s(html)
    return Markup(html)
"""
PATHS = """from jinja2.sandbox import SandboxedEnvironment
from jinja2 import Environment


class Names(%s):
    def __init__(self):
        super().__init__(autoescape=False)


name_environment = Names()
"""
PATH = """from flask import Flask, request
from paths import name_environment

app = Flask(__name__)


@app.post("/path")
def path():
    return {"path": name_environment.from_string(request.json["path"]).render()}
"""
BRANCH = """from flask import Flask, request
from markupsafe import Markup

app = Flask(__name__)


@app.get("/made")
def made():
    note = "made"
    if known(request.args["name"]):
        %s
        show(Markup(note))
    else:
        note = f"{note} {request.args['name']}"
    return show(note)
"""
PAIRS = [
    pytest.param(
        "html-from-input", {"a.py": BRANCH % "note = request.args['name']"}, {"a.py": BRANCH % "log(note)"}, id="in the other branch",
    ),
    pytest.param("html-from-input", {"a.py": NOTE % "shortened"}, {"a.py": NOTE % "clean_html"}, id="cleaned just before"),
    pytest.param(
        "html-from-input",
        {"a.blade.php": "<td>{!! ($field->hidden == '1' ? $field->note : '<i>no</i>') !!}</td>"},
        {"a.blade.php": "<td>{!! ($field->hidden == '1' ? '<i>yes</i>' : '<i>no</i>') !!}</td>"},
        id="a value that only chooses",
    ),
    pytest.param(
        "template-from-input",
        {"paths.py": PATHS % "Environment", "a.py": PATH},
        {"paths.py": PATHS % "SandboxedEnvironment", "a.py": PATH},
        id="an engine for strangers",
    ),
    pytest.param("sql-from-input", {"a.go": TABLE % "lockTable"}, {"a.go": TABLE % "validateTable"}, id="a name that was matched"),
    pytest.param("sql-from-input", {"a.go": IDS % "[]string"}, {"a.go": IDS % "[]int64"}, id="a list of numbers"),
    pytest.param("path-from-input", {"a.js": KEPT % "decoded"}, {"a.js": KEPT % "escapeKey"}, id="a key that is escaped in place"),
    pytest.param(
        "path-from-input", {"a.js": PAGE % ("folderOf", "mobile")}, {"a.js": PAGE % ("folderOf", "'mobile'")}, id="a word in quotes",
    ),
    pytest.param(
        "path-from-input", {"a.js": PAGE % ("folderOf", "mobile")}, {"a.js": PAGE % ("isMobile", "mobile")}, id="a yes or no",
    ),
    pytest.param(
        "redirect-from-input",
        {"a.js": BACK % "Pages.errorUrl(req.query.error)", "pages.js": PAGES % "${error}"},
        {"a.js": BACK % "Pages.errorUrl(req.query.error)", "pages.js": PAGES % "${this.home}"},
        id="a function that begins the address itself",
    ),
    pytest.param(
        "redirect-from-input",
        {"a.js": BACK % "resolve(req.query.file)"},
        {"a.js": BACK % "store.temporaryUrl(req.query.file)"},
        id="the address of something in a store",
    ),
    pytest.param("redirect-from-input", {"a.js": MOVED % "ctx.query.path"}, {"a.js": MOVED % "ctx.path"}, id="the page that was asked for"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_misses_of_input(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.AUDIT).findings
    assert not review_model(model_of(right), rules, Tier.AUDIT).findings
