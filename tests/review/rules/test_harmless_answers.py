"""What an answer gives away, and to whom: each beside one that says the same and gives nothing away."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

SERVED = """import express from 'express';
import { db } from './db';
const app = express();
app.get('/stats', async (req, res) => {
  let kinds = req.query.kinds;
  try {
    %s
  } catch (e) {
    return res.status(500).send(%s);
  }
  return res.json(await db.order.count({ where: { kind: kinds } }));
});
"""
READS = "kinds = JSON.parse(JSON.stringify(kinds)).includes('a')"
WRITES = "await db.order.create({ data: {} })"
EXTRACTS = """use axum::extract::{FromRequestParts, Query};

impl<T, S> FromRequestParts<S> for Valid<T> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let value = %s
            .await
            .map_err(|err| HttpError::bad_request(None, Some(err.to_string())))?;
        Ok(Valid(value))
    }
}
"""
MANIFEST = '{"dependencies": {"next": "15"}}'
ROUTE = """import { NextResponse } from 'next/server';
import cors from './cors';
export async function %s(request) { return cors(request, NextResponse.json({ stars: 3 })); }
"""
CORS = "const defaultOptions = { origin: '*', methods: 'GET,POST' };\nexport default function cors(req, res) { return res; }\n"
SHOP = "import express from 'express';\nconst app = express();\napp.post('/orders', requireAuth, (req, res) => res.json({}));\n"
ALLOWS = f"""{SHOP}
export const picture = (bytes) => new Response(bytes, {{
  headers: {{ 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Methods': '%s' }},
}});
"""
SENDS = f"""{SHOP}
app.%s('/files/:id', (req, res) => {{
  res.set('Access-Control-Allow-Origin', '*');
  res.send(files.get(req.params.id));
}});
"""
FILES = f"""{SHOP}
app.use(express.static('public', {{ %s: (res) => {{ res.setHeader('Access-Control-Allow-Origin', '*'); }} }}));
"""
ERROR = """export class ShopError extends Error {
  static toAnswer(err: Error) { return { message: %s }; }
}
"""
ANSWERS = """import { ShopError } from '@shop/errors';
export default function (err, req, res, next) { res.status(500).json(ShopError.toAnswer(err)); }
"""


def _packages(method: str) -> dict[str, str]:
    """A public interface beside a shop in which something can be changed."""
    return {
        "apps/open/package.json": MANIFEST, "apps/open/app/stars/route.ts": ROUTE % method, "apps/open/app/stars/cors.ts": CORS,
        "apps/shop/package.json": MANIFEST.replace("next", "express"), "apps/shop/main.js": SHOP,
    }  # fmt: skip


@pytest.mark.parametrize(
    "told",
    ["err instanceof Error ? err.message : String(err)", "err instanceof Error ? err.message : 'Unknown error'", "text", "render(err)", "`failed: ${err}`"],
)  # fmt: skip
def test_a_function_that_hands_the_text_on_hides_nothing(told: str) -> None:
    files = {
        "errors.ts": f"export function toText(err: unknown) {{\n  const text = err.message;\n  return {told};\n}}\n",
        "a.ts": "import { toText } from './errors';\n"
        "export default function (err, req, res, next) { res.status(500).json({ error: toText(err) }); }\n",
    }
    assert review_model(
        model_of(files), [knowledge().rules["error-text-to-client"]], Tier.DEFAULT
    ).findings


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        pytest.param("error-text-to-client", {"a.ts": SERVED % (WRITES, "e")}, {"a.ts": SERVED % (READS, "e")}, id="an error without fields"),
        pytest.param("error-text-to-client", {"a.ts": SERVED % (READS, "`failed: ${e}`")}, {"a.ts": SERVED % (READS, "{ error: e }")}, id="an error in an object"),
        pytest.param("error-text-to-client", {"a.rs": EXTRACTS % "sqlx::query(sql).fetch_one(&pool)"}, {"a.rs": EXTRACTS % "Query::<T>::from_request_parts(parts, state)"}, id="an extractor"),
        pytest.param("error-text-to-client", {"errors.ts": ERROR % "err.message", "a.ts": ANSWERS}, {"errors.ts": ERROR % "'Something went wrong'", "a.ts": ANSWERS}, id="an error of its own from another package"),
        pytest.param("cors-wide-open", {"a.js": ALLOWS % "GET, POST"}, {"a.js": ALLOWS % "GET, OPTIONS"}, id="methods that only read"),
        pytest.param("cors-wide-open", {"a.js": SENDS % "post"}, {"a.js": SENDS % "get"}, id="the answer of one endpoint that reads"),
        pytest.param("cors-wide-open", {"a.js": FILES % "prepare"}, {"a.js": FILES % "setHeaders"}, id="files that everybody may have"),
        pytest.param("cors-wide-open", _packages("POST"), _packages("GET"), id="a package that only reads"),
    ],
)  # fmt: skip
def test_gives_nothing_away(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.DEFAULT).findings
    assert not review_model(model_of(right), rules, Tier.DEFAULT).findings
