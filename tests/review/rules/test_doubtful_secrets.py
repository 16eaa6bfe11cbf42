"""A secret has to open this project: each beside what is somebody else's, only builds an image, or is made up."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.link.model import Model
from backwright.review.reviewing import review_model

RULES = [knowledge().rules["hard-coded-secret"]]
SECRET = "gX4vQ9mLs2Rk7TzB"
BODY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj"
PAGE = "export const form = {{ hint: '-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----' }};\n"
LINKS = f"""class Links {{
    private const string LinkEncryptionKey = "{SECRET}";
    public string Read(string link) => Cipher.%s(link, LinkEncryptionKey);
}}
"""
REPORTS = f'package main\n\nfunc main() {{\n\t%s(Configuration{{APIKey: "{SECRET}{SECRET}"}})\n}}\n'
TALKS = 'class Decoder { public static final String DEFAULT_%s_PASSWORD = "h8Kq2Zt5"; }\n'
PAYLOAD = "export function %s(user) {\n  user.password = 'h8Kq2Zt5';\n  return user;\n}\n"
MANIFEST = '{"name": "pages", "private": true, "scripts": {"build": "%s"}, "dependencies": {"leaflet": "1"}}'
STAGES = """FROM node:22 AS build
%s
RUN npm ci && npm run build

FROM node:22
%s
COPY --from=build /app/dist /app
CMD ["node", "/app/main.js"]
"""
KEY = f"ENV APP_ENCRYPTION_KEY={SECRET}"
LAYERS = f"""FROM node:22 AS common
{KEY}

FROM %s
CMD ["node", "/app/main.js"]
"""
YAML = "session:\n  secret: '%s'\n"
SERVICE = "%s:\n  key: AIzaSyB1Q8xLm2VtKq7ZcR4Jn6Wd0Hs9Gy3EpUf\n"
CLUSTER = "kind: Secret\nmetadata:\n  name: db\nstringData:\n  DB_PASSWORD: %s\n"
CASES = [
    pytest.param({"a.js": PAGE.format(BODY)}, {"a.js": PAGE.format("...")}, id="a key has a body in source, too"),
    pytest.param({"a.go": f"package a\n\n// Wrapped in -----BEGIN PRIVATE KEY-----\n// {BODY}\n"}, {"a.go": "package a\n\n// Wrapped in -----BEGIN PRIVATE KEY----- X -----END PRIVATE KEY-----\n"}, id="a comment shows the wrapper"),
    pytest.param({"Links.cs": LINKS % "Encrypt"}, {"Links.cs": LINKS % "DecryptAsync"}, id="opens what others closed"),
    pytest.param({"a.go": REPORTS % "payments.Configure"}, {"a.go": (REPORTS % "bugsnag.Configure").replace("Configuration{", "bugsnag.Configuration{")}, id="only sends reports"),
    pytest.param({"Decoder.java": TALKS % "ADMIN"}, {"Decoder.java": TALKS % "DEVICE"}, id="what a thing leaves its maker with"),
    pytest.param({"a.js": PAYLOAD % "withLogin"}, {"a.js": PAYLOAD % "fullDummyPayload"}, id="a sample"),
    pytest.param(
        {"ui/package.json": MANIFEST % "vite build --ssr", "ui/src/a.js": PAYLOAD % "withLogin"},
        {"ui/package.json": MANIFEST % "vite build", "ui/src/a.js": PAYLOAD % "withLogin"},
        id="a package of pages",
    ),
    pytest.param({"Dockerfile": STAGES % ("", KEY)}, {"Dockerfile": STAGES % (KEY, "")}, id="a stage that builds"),
    pytest.param({"Dockerfile": LAYERS % "common"}, {"Dockerfile": LAYERS % "node:22\nCOPY --from=common /app /app"}, id="a stage that is built on"),
    pytest.param({"config.yml": SERVICE % "vision"}, {"config.yml": SERVICE % "maps"}, id="a key that every page shows"),
    pytest.param({"k8s/db.yml": CLUSTER % "Kq8vLm2xTz"}, {"k8s/db.yml": CLUSTER % "quite-insecure"}, id="says that it has to be changed"),
    pytest.param({"deploy/config.yml": YAML % SECRET}, {"e2e-tests/docker/config.yml": YAML % SECRET}, id="a suite of tests"),
    pytest.param({"config.yml": YAML % SECRET}, {"config.yml": YAML % "not_a_real_secret_only_for_tests"}, id="says that it is none"),
    pytest.param({"tools/shared.js": f"export const clientSecret = '{SECRET}';\n"}, {"tools/shared.js": f"import http from 'k6/http';\nexport const clientSecret = '{SECRET}';\n"}, id="puts a service under load"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), CASES)
def test_opens_this_project(wrong: dict[str, str], right: dict[str, str]) -> None:
    assert review_model(_model(wrong), RULES, Tier.DEFAULT).findings
    assert not review_model(_model(right), RULES, Tier.DEFAULT).findings


def _model(files: dict[str, str]) -> Model:
    return model_of({**files, "main.py": "x = 1\n"})


def test_the_key_that_a_signature_is_checked_with_is_told() -> None:
    """Who knows it makes signatures that pass, although the project itself only checks them."""
    source = f"import jwt\n\nSIGNING_KEY = '{SECRET}'\n\n\ndef who(token):\n    return jwt.decode(token, SIGNING_KEY)\n"
    assert review_model(_model({"a.py": source}), RULES, Tier.DEFAULT).findings


def test_what_is_doubtful_is_for_those_who_ask() -> None:
    for source in (LINKS % "DecryptAsync", TALKS % "DEVICE"):
        files = {"A.cs" if "string Link" in source else "A.java": source}
        assert review_model(_model(files), RULES, Tier.STRICT).findings
