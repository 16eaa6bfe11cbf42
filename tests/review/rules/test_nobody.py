"""Files that serve nobody say nothing about the service; a repository of nothing but such files is reviewed."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

RULES = [knowledge().rules[name] for name in ("hard-coded-secret", "debug-on", "tls-off")]
SUITE = 'package suites\n\nvar jwtSecret = "gX4vQ9mLs2Rk7TzB"\n'
TEST = 'package suites\n\nimport "github.com/stretchr/testify/suite"\n'
YAML = "session:\n  secret: 'gX4vQ9mLs2Rk7TzB'\n"
CLIENT = """public class Client {
    public Client() {
        handler.ServerCertificateCustomValidationCallback = (a, b, c, d) => true;
    }
}
"""
FACTORY = """public class %s : %s {
    private const string ConnectionString = "Server=sql1;Database=app;User=sa;Password=Kq8vLm2xTz";
    public AppContext CreateDbContext(string[] args) { return Make(ConnectionString); }
}
"""
CRATE = 'const JWT_SECRET: &str = "gX4vQ9mLs2Rk7TzB";\n'
DEBUG = "import requests\n\nDEBUG = True\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            {"internal/suites/pam.go": SUITE},
            {"internal/suites/pam.go": SUITE, "internal/suites/common.go": TEST},
        ),
        (
            {"suites/All/config.yml": YAML},
            {"suites/All/config.yml": YAML, "suites/common.go": TEST},
        ),
        ({"tools/Admin/Client.cs": CLIENT}, {"tools/TestSuite/TestSuite.Shared/Client.cs": CLIENT}),
        (
            {"Factory.cs": FACTORY % ("Factory", "IDbContextFactory<AppContext>")},
            {"Factory.cs": FACTORY % ("Factory", "IDesignTimeDbContextFactory<AppContext>")},
        ),
        (
            {"docs/use/settings.py": DEBUG},
            {"docs/use/settings.py": DEBUG, "app/main.py": "x = 1\n"},
        ),
        (
            {"deploy/config.yml": "env:\n  DJANGO_DEBUG: on\n"},
            {".circleci/config.yml": "env:\n  DJANGO_DEBUG: on\n"},
        ),
        ({"app/settings.py": DEBUG}, {"app/readthedocs_settings.py": DEBUG}),
        (
            {"shop/examples/small.rs": CRATE},
            {"shop/examples/small.rs": CRATE, "shop/src/lib.rs": "pub fn run() {}\n"},
        ),
    ],
)
def test_what_serves_nobody_is_not_told(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert review_model(model_of(wrong), RULES, Tier.STRICT).findings
    assert not review_model(model_of(right), RULES, Tier.STRICT).findings
