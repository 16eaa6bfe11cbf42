"""Repositories of several packages: the nearest manifest says what a file belongs to."""

import pytest
from tests.review.cases import model_of


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param('{"devDependencies": {"react": "18"}}', id="the root lists what pages need"),
        pytest.param('{"workspaces": ["apps/*"]}', id="the root lists nothing"),
        pytest.param(
            '{"dependencies": {"next": "15", "react": "18"}}', id="the root lists a server"
        ),
    ],
)
def test_the_nearest_manifest_says_whether_a_file_is_of_a_page(manifest):
    model = model_of(
        {
            "package.json": manifest,
            "apps/web/package.json": '{"dependencies": {"next": "15", "react": "18"}}',
            "apps/web/pages/api/links.ts": "import type { NextApiRequest } from 'next';\nexport default async function links(req, res) { res.json([]) }\n",
            "apps/shop/package.json": '{"dependencies": {"react": "18"}}',
            "apps/shop/pages/api/cart.ts": "import type { NextApiRequest } from 'next';\nexport default async function cart(req, res) { res.json([]) }\n",
        }
    )
    assert [("*", "/api/links")] == [(e.method, e.path) for e in model.endpoints]
