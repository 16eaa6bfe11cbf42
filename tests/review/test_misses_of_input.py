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

PAIRS = [
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
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings
