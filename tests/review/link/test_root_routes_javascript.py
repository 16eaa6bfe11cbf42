"""Files that are routes by where they lie, at the root of their folder."""

import pytest
from tests.review.cases import model_of

NEXT = "import { NextResponse } from 'next/server';\nexport async function GET() { return NextResponse.json({}); }\n"
SVELTE = "import { json } from '@sveltejs/kit';\nexport async function GET() { return json({}); }\n"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        pytest.param("src/app/route.ts", NEXT, id="Next.js"),
        pytest.param("src/app/(site)/route.ts", NEXT, id="Next.js, in a group"),
        pytest.param("src/routes/+server.ts", SVELTE, id="SvelteKit"),
    ],
)
def test_the_root_of_a_folder_of_routes(path: str, source: str) -> None:
    found = model_of({"package.json": "{}", path: source}).endpoints
    assert [("GET", "/")] == [(each.method, each.path) for each in found]
