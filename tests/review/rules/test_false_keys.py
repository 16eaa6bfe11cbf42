"""What looks like an open door of logs, clients, cookies and tokens, each beside one."""

import pytest
from tests.review.cases import knowledge, model_of, sure

from backwright.review.reviewing import review_model

KIND = """package handlers

const AuthTypePassword = %s

func post(ctx *Context) {
	ctx.Logger.Errorf("cannot log in with %%s", AuthTypePassword)
}
"""
WRITER = """class Log {
    static void trace(String pw, Exception e) { %s System.out.println("at " + pw); log.error("at {}", pw); }
}
"""
PRINTS = """import %s


def main(client):
    print(f"Client secret: {client.client_secret}")
"""
DIAL = """package inspect

import "crypto/tls"

func dial(host string) error {
	config := &tls.Config{InsecureSkipVerify: true}
	conn, err := tls.Dial("tcp", host, config)
	%s
	return err
}
"""
RUST = """fn builder(%s: bool) -> Builder {
    let mut ssl = SslConnector::builder(SslMethod::tls()).unwrap();
    ssl.set_verify(SslVerifyMode::NONE);
    ssl
}
"""
COOKIE = """from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    response.set_cookie("%s", value, httponly=False, secure=True, samesite="lax")
"""
FORM = """from flask import Flask, request, session

app = Flask(__name__)
%s

@app.post("/play")
def play():
    %s
    save(session.get("user_id"), request.form["title"])
    return ""
"""
FETCH = """from flask import Flask, g

app = Flask(__name__)


@app.post("/exports/<name>")
def export(name):
    found = find(g.user.id, name)
    return %s(found)
"""
SYNC = """class Sync {
    fun connect(server: String, password: String): Boolean {
        val key = digest(password)
        return open(%s, key)
    }
    private fun digest(text: String): String = MessageDigest.getInstance("MD5").digest(text.toByteArray()).toString()
}
"""
TOKENS = """%s


def state(user):
    return jwt.encode({"sub": user}, settings.SECRET)
"""
OWN = (
    "def encode(data, secret):\n    return pyjwt.encode({**data, 'exp': soon()}, secret, 'HS256')\n"
)
CORS = """from starlette.middleware.cors import CORSMiddleware

app.add_middleware(CORSMiddleware, allow_origins=["*"]%s)


@app.post("/orders", dependencies=[Depends(get_current_user)])
def order():
    pass
"""
STORE = """const crypto = require('crypto');
function key(store, text) { return crypto.createHash('sha256').update(%s).digest('hex'); }
function keep(text, password) { const client = new Redis({ password }); return key(client, text); }
"""
RETURNED = """const jwt = require('jsonwebtoken');
function key() { return process.env.JWT_SECRET%s; }
function sign(user) { return jwt.sign({ user }, key(), { expiresIn: '1h' }); }
"""
ENCODERS = """package a;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.*;
class Security {
  @Bean PasswordEncoder encoder() {
    Map<String, PasswordEncoder> encoders = Map.of("bcrypt", new BCryptPasswordEncoder(), "old", new MessageDigestPasswordEncoder("MD5"));
    return %s;
  }
}
"""
RESET = """package cmd
import "os"
func setUp() {
	%s("SECRET", "ADMIN_PASSWD")
}
func getEnv(name, fallback string) string { return os.Getenv(name) }
func resetEnv(names ...string) { for _, each := range names { os.Unsetenv(each) } }
"""
KEYS = 'class Keys { public const string API_KEY = "kq7Hs2LmX9vT4bWz8RnC3pYd6FgJ1aE5"; }\n'

PAIRS = [
    pytest.param("hard-coded-secret", {"a.js": RETURNED % " || 'your-secret-key'"}, {"a.js": RETURNED % ""}, id="a literal that is returned"),
    pytest.param("hard-coded-secret", {"a.go": RESET % "getEnv"}, {"a.go": RESET % "resetEnv"}, id="variables that are taken away"),
    pytest.param("hard-coded-secret", {"Keys.cs": KEYS}, {"SampleDataService.cs": KEYS}, id="samples by the name of their file"),
    pytest.param(
        "hard-coded-secret",
        {"a.py": 'DB_PASSWORD = "514772"\n'},
        {"a.py": 'INCORRECT_OLD_PASSWORD = "514772"\n'},
        id="the number of an error",
    ),
    pytest.param(
        "fast-password-hash",
        {"a.java": ENCODERS % 'encoders.get("old")'},
        {"a.java": ENCODERS % 'new DelegatingPasswordEncoder("bcrypt", encoders)'},
        id="an encoder for old hashes",
    ),
    pytest.param("password-in-log", {"a.go": KIND % "readPassword()"}, {"a.go": KIND % '"Password"'}, id="a constant's label"),
    pytest.param("password-in-log", {"a.java": WRITER % ""}, {"a.java": WRITER % "PrintWriter pw = new PrintWriter(out);"}, id="a writer"),
    pytest.param("password-in-log", {"app/a.py": PRINTS % "flask"}, {"app/a.py": PRINTS % "argparse"}, id="a program for the terminal"),
    pytest.param("tls-off", {"a.go": DIAL % ""}, {"a.go": DIAL % "_, err = conn.Certificate().Verify(options)"}, id="checked by itself"),
    pytest.param("tls-off", {"a.rs": RUST % "keep_alive"}, {"a.rs": RUST % "disable_tls_verification"}, id="who calls chooses"),
    pytest.param("debug-on", {"settings.py": "DEBUG = True\n"}, {"client.py": "DEBUG = True\n"}, id="a script's own switch"),
    pytest.param("debug-on", {"app.conf": "app.debug = true\n"}, {"app.conf": "android.app.debug = true\n"}, id="another program's switch"),
    pytest.param("session-cookie-open", {"a.py": COOKIE % "session"}, {"a.py": COOKIE % "last_login_method"}, id="a hint"),
    pytest.param("csrf-off", {"a.py": FORM % ("", "pass")}, {"a.py": FORM % ("", "session = find(request.form['s'])")}, id="no cookie's session"),
    pytest.param("csrf-off", {"a.py": FETCH % "start"}, {"a.py": FETCH % "send_file"}, id="a download"),
    pytest.param("fast-password-hash", {"a.kt": SYNC % "name"}, {"a.kt": SYNC % "serverUrl"}, id="what another server asks for"),
    pytest.param(
        "weak-token",
        {"a.py": TOKENS % "import jwt", "kit/jwt.py": OWN},
        {"a.py": TOKENS % "from kit import jwt", "kit/jwt.py": OWN, "kit/__init__.py": ""},
        id="a helper that adds the end",
    ),
    pytest.param("cors-wide-open", {"a.py": CORS % ""}, {"a.py": CORS % ", allow_credentials=False"}, id="no cookies on purpose"),
    pytest.param("fast-password-hash", {"a.js": STORE.replace("new Redis({ password })", "password") % "store"}, {"a.js": STORE % "store"}, id="a client"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_false_keys(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, sure(rules)).findings
    assert not review_model(model_of(right), rules, sure(rules)).findings
