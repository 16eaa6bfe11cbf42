"""A repository of several programs: each is judged by its own files and by what lies beside all of them."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

MAIN = (
    'package main\n\nimport "net/http"\n\nfunc main() {\n\thttp.ListenAndServe(":8080", nil)\n}\n'
)
ENDS = (
    'package main\n\nimport (\n\t"net/http"\n\t"os/signal"\n)\n\nfunc main() {\n'
    '\tctx, stop := signal.NotifyContext(context.Background())\n\thttp.ListenAndServe(":8080", nil)\n\tserver.Shutdown(ctx)\n}\n'
)
MODULE = "module example.com/{}\n"


def told(files: dict[str, str], tier: Tier) -> set[str]:
    rules = [knowledge().rules["no-graceful-shutdown"]]
    return {finding.file for finding in review_model(model_of(files), rules, tier).findings}


def two(**more: str) -> dict[str, str]:
    return {
        "shop/go.mod": MODULE.format("shop"),
        "shop/main.go": MAIN,
        "mail/go.mod": MODULE.format("mail"),
        "mail/main.go": ENDS,
        **more,
    }


def test_a_program_is_not_excused_by_its_neighbour() -> None:
    assert told(two(), Tier.STRICT) == {"shop/main.go"}


@pytest.mark.parametrize(
    ("path", "expected"), [("shop/Dockerfile", {"shop/main.go"}), ("mail/Dockerfile", set())]
)
def test_only_what_is_deployed_is_told_by_default(path: str, expected: set[str]) -> None:
    assert told(two(**{path: "FROM scratch\n"}), Tier.DEFAULT) == expected


def test_a_shared_library_that_handles_the_signal_counts_for_all() -> None:
    shared = {
        "pkg/serve/serve.go": ENDS.replace("package main", "package serve").replace(
            "ListenAndServe", "Handle"
        )
    }
    shared |= {"pkg/go.mod": MODULE.format("pkg")}
    assert told(two(**shared), Tier.STRICT) == set()


def test_open_cors_is_told_by_default_where_something_can_be_changed() -> None:
    server = "const express = require('express');\nconst cors = require('cors');\nconst app = express();\napp.use(cors({ origin: '*' }));\n"
    change = "app.post('/items', (req, res) => res.json(save(req.body)));\n"
    guarded = "app.delete('/items/:id', requireLogin, (req, res) => res.end());\n"
    rules = [knowledge().rules["cors-wide-open"]]
    for code, count in ((server + change, 1), (server + change + guarded, 1), (server, 0)):
        assert len(review_model(model_of({"app.js": code}), rules, Tier.DEFAULT).findings) == count
