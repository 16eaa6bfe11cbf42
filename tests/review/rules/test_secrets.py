"""What looks like a secret that is given away and is none, each beside the fault that it looks like."""

import pytest
from tests.review.cases import knowledge, model_of

from backwright.model.finding import Tier
from backwright.review.reviewing import review_model

LDAP = """<?php
namespace App\\Http\\Controllers;
class LoginController extends Controller {
    public function login(Request $request) {
        Log::debug('Looking for ' . %s);
        return $this->guard->attempt($request->only('name', 'password'));
    }
}
"""
USER = """package users

import "golang.org/x/crypto/bcrypt"

type User struct {
	ID       int64  `xorm:"pk autoincr"`
	Password string `xorm:"varchar(250)"`
}

func (User) TableName() string { return "users" }

func Register(s *xorm.Session, u *User) error { return create(s, u) }

func create(s *xorm.Session, u *User) error {
	%s
	_, err := s.Insert(u)
	return err
}
"""
SIGN_UP = """package api

import (
	"net/http"

	"example.com/app/users"
)

func Routes(mux *http.ServeMux) { mux.HandleFunc("POST /register", register) }

func register(w http.ResponseWriter, r *http.Request) {
	users.Register(session, &users.User{
		Password: r.FormValue("password"),
	})
}
"""
HASHES = """hashed, err := bcrypt.GenerateFromPassword([]byte(u.Password), 12)
	if err != nil {
		return err
	}
	u.Password = string(hashed)"""
MODULE = "module example.com/app\n\ngo 1.22\n"
UPGRADES = """package a;
import org.springframework.stereotype.Service;
@Service public class Details %s {
  private final Users users;
  public Details(Users users) { this.users = users; }
  public User updatePassword(User user, String newPassword) { return users.updatePassword(user.getName(), newPassword); }
}
"""
USERS = """package a;
import jakarta.persistence.*;
@Entity public class User { @Id Long id; String name; String password;
  public String getPassword() { return password; } public void setPassword(String p) { this.password = p; } }
"""
UPDATES = """package a;
import org.springframework.stereotype.Service;
@Service public class Users {
  private UserRepository repository;
  public User updatePassword(String name, String newPassword) {
    User user = repository.findByName(name);
    if (!Objects.equals(user.getPassword(), newPassword)) { user.setPassword(newPassword); repository.save(user); }
    return user;
  }
}
"""
CONSTANTS = """package a;
public final class Fields {
  public static final String DEVICE_NAME = "deviceName";
  public static final String DEVICE_TYPE = "deviceType";
  public static final String DURATION = "durationMs";
  public static final String METHOD = "method";
  public static final String PROVISION_KEY = "provisionDeviceKey";
  public static final String %s;
}
"""
BOOKS = """import logging

from shop.models import Entry

logger = logging.getLogger(__name__)


def log(instance, action):
    %s
"""
REVOKES = """from shop.books import log


def revoke(request, token):
    token.revoke()
    log(token, "token.revoke")
"""
KEY = "-----BEGIN PRIVATE KEY-----%s"
SCANNED = """const MADE: &str = "ghp_a8Kq2Zt5Wm9Xc3Vb7Nl1Pf6Rj4Hd0Gs2Ye8U";
static PATTERNS: &[(&str, &str)] = &[("a forge", "%s")];
"""
HELPER = """package apitests

import %s

const adminPassword = "h8Kq2Zt5Wm9!"

func login(t *testing.T) string { return open("admin", adminPassword) }
"""
IN_TESTS = """pub fn hide(text: &mut String) { text.truncate(3); }

pub(crate) mod checks {
    %s
    fn hides() {
        let mut secret = String::from("h8Kq2Zt5Wm9Xc3Vb7Nl1");
        super::hide(&mut secret);
    }
}
"""
CONFIGURED = "SECRET_KEY = 'h8Kq2Zt5Wm9Xc3Vb7Nl1Pf6Rj4Hd0Gs2Ye8Uo3Ti'\n"
OWN = """class Signer {
  constructor(secret) { this.secret = secret; }
  sign(data) {
    const hmac = crypto.createHmac('sha256', %s);
    hmac.update(data);
    return hmac.digest('base64url');
  }
}
"""
MASKS = """#include <string>
std::string open() {
  static const %s("postgresql://app:%s@db.example.io/app");
  return run(it);
}
"""
SYNCS = """package dav

import "log"

func report(body string) {
	token := %s(body)
	log.Printf("[dav] token=%%q", token)
}
"""
KINDS = """package a;
public class Sessions {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);
  void open(Device device) { log.warn("expected {} for {}", %s, device.getId()); }
}
"""
KIND = """package a;
public enum Method { ACCESS_TOKEN, CERTIFICATE }
"""
NAMES = """package config

import "log"

const ProxyPassword Key = "%s"

func warn() { log.Printf("%%q is not used any more", ProxyPassword) }
"""
ROBOTS = """class %sService {
  verify(credential) { this.logger.debug(`answer: ${credential.token}`); }
}
"""
COMMAND = """<?php
namespace App;
class MakeToken extends %s {
    public function handle() {
        $accessToken = $this->user()->createToken('cli')->accessToken;
        $this->info('Token: ' . $accessToken);
    }
}
"""
SCRIPT = """const { privateKey } = %s;
console.log('key', privateKey);
"""
ENDS = """package a;
import com.auth0.jwt.JWT;
public class Client {
  void keep(String token) { this.known = JWT.decode(token).%s(); }
}
"""
STRATEGY = """import JWT from 'jsonwebtoken';
export const strategy = new Strategy(options, (req, accessToken, refreshToken, params, profile, done) => {
  const told = JWT.decode(%s.id_token);
  done(null, told.email);
});
"""
ANSWERS = """import JWT from 'jsonwebtoken';
export async function claimsOf(response) {
  const text = await %s;
  return JWT.decode(text.trim());
}
"""
KEY_ID = """use jsonwebtoken::{decode, DecodingKey, Validation};

fn signed_by(token: &str) -> Result<Uuid, Error> {
    let told = jsonwebtoken::dangerous::insecure_decode(token)?;
    Ok(told.claims.key)
}

pub fn user_of(keys: &Keys, token: &str) -> Result<Claims, Error> {
    let key = keys.get(signed_by(token)?)?;
    %s
}
"""
VERIFIED = "decode::<Claims>(token, &DecodingKey::from_secret(key.as_bytes()), &validation()).map(|d| d.claims)"
BY_HAND = """use jsonwebtoken::{decode, DecodingKey, Validation};

fn validation() -> Validation {
    let mut validation = Validation::default();
    validation.validate_exp = false;
    validation
}

pub fn user_of(key: &str, token: &str) -> Result<Claims, Error> {
    let data = decode::<Claims>(token, &DecodingKey::from_secret(key.as_bytes()), &validation())?;
    %s
    Ok(data.claims)
}
"""
DRAWN = """package a;
import org.apache.commons.lang3.RandomStringUtils;
public class Codes {
  String resetToken() { return RandomStringUtils.randomAlphanumeric(20); }
}
"""
BUILD = "dependencies { implementation 'org.apache.commons:commons-lang3:3.%d.0' }\n"
PICTURE = """<?php
class Captcha {
    function %s {
        %s;
    }
}
"""
STARTS = """public class Startup {
    public void Configure(IServiceCollection services, IHostEnvironment env) {
        if (env.%s()) {
            services.Configure<CookiePolicyOptions>(options => {
                options.MinimumSameSitePolicy = SameSiteMode.Lax;
                options.OnAppendCookie = ctx => {
                    ctx.CookieOptions.HttpOnly = false;
                };
            });
        }
    }
}
"""
WHO = """class AuthService {
  show(res, user, session) {
    res.cookie(AuthService.%sCookieName, user.id, { httpOnly: false });
  }
}
"""
TEAMS = """export function remember(ctx, team, session) {
  const sessions = encodeURIComponent(JSON.stringify({ [team.id]: { name: team.name, %s } }));
  ctx.cookies.set('sessions', sessions, { httpOnly: false });
}
"""
CULTURE = """public class LanguageController : Controller {
    public void Choose(string culture, string token) {
        Response.Cookies.Append("%s", token, new CookieOptions { Path = "/" });
    }
}
"""
QUERIES = """public class Setup {
    public void Open(DbContextOptionsBuilder options, bool wanted) { options.EnableSensitiveDataLogging(%s); }
}
"""
ORIGINS = """public class Setup {
    public void Allow(CorsOptions options) {
        options.AddDefaultPolicy(policy => policy.SetIsOriginAllowed(%s).AllowAnyHeader().AllowCredentials());
    }
}
"""
MODES = """import { NestFactory } from '@nestjs/core';
async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  const isProduction = config.get('MODE') === 'production';
  if (isProduction) {
    app.enableCors({ origin: %s, credentials: true });
  } else {
    app.enableCors({ origin: true, credentials: true });
  }
}
"""
CIPHER = """package a;
public class Keys {
  byte[] open(byte[] sealed) throws Exception { return Cipher.getInstance("%s/ECB/PKCS1Padding").doFinal(sealed); }
}
"""
DIGEST = """const crypto = require('crypto');
function %s(user, password) {
  return crypto.createHash('md5').update(`${user}:${password}`).digest('hex');
}
module.exports = (request) => %s(request.auth.username, request.auth.password);
"""
COMPOSE = """services:
  app:
    image: app
    restart: always
    environment:
      - DATABASE_URL=postgresql://app:h8Kq2Zt5@%s:5432/app
      - APP_ENV=production
  shop-store:
    image: postgres:15
"""
KEPT = """public class LanguageController : Controller {
    public void Choose(string value) {
        var options = new CookieOptions { Path = "/", HttpOnly = false };
        Response.Cookies.Append(%s, value, options);
    }
}
"""
IMAGE = """package a;
public class VerifyCodes {
  private void show(Graphics g, String given) { %s }
}
"""
OWN_TOKEN = """import jwt from 'jsonwebtoken';
export function issue(user, given) {
  const token = jwt.sign({ sub: user.id }, key(), { expiresIn: '1h' });
  return { token, ends: jwt.decode(%s).exp };
}
"""
UNSIGNED = """pub struct %s { pub iss: String }

impl %s {
    pub fn decode(token: &str) -> Result<TokenData<Self>, Error> { jsonwebtoken::dangerous::insecure_decode(token) }
}
"""

PAIRS = [
    pytest.param(
        "password-in-log",
        {"app/Http/Controllers/LoginController.php": LDAP % "print_r($request->all(), true)"},
        {"app/Http/Controllers/LoginController.php": LDAP % "$request->input('name')"},
        id="one field of a body",
    ),
    pytest.param(
        "readable-password",
        {"go.mod": MODULE, "users/user.go": USER % "", "api/register.go": SIGN_UP},
        {"go.mod": MODULE, "users/user.go": USER % HASHES, "api/register.go": SIGN_UP},
        id="hashed two calls behind",
    ),
    pytest.param(
        "readable-password",
        {"Details.java": UPGRADES % "", "User.java": USERS, "Users.java": UPDATES},
        {"Details.java": UPGRADES % "implements UserDetailsPasswordService", "User.java": USERS, "Users.java": UPDATES},
        id="a framework hands the hash over",
    ),
    pytest.param(
        "hard-coded-secret",
        {"Fields.java": CONSTANTS % 'PROVISION_SECRET = "pr0visionDeviceSecret9"'},
        {"Fields.java": CONSTANTS % 'PROVISION_SECRET = "provisionDeviceSecret"'},
        id="the name of a field among names of fields",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.rs": 'const WS_TOKEN_KEY: &str = "t0ken-8Kq2";\n'},
        {"a.rs": 'const WS_TOKEN_KEY: &str = "token";\n'},
        id="the key of a query",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.go": "package a\n\nconst ServiceJWTSecret Key = `service.JWTSecret9x`\n"},
        {"a.go": "package a\n\nconst ServiceJWTSecret Key = `service.JWTSecret`\n"},
        id="the name of a setting",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.ts": 'export class Brand { static nordPass = "b84e4048-15dc-4dd0-8640-f4f60813c8af"; }\n'},
        {"a.ts": 'export enum Brand { NordPass = "b84e4048-15dc-4dd0-8640-f4f60813c8af" }\n'},
        id="an enumeration of ids",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.js": f"module.exports = key.replaceAll('{KEY % 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC'}', '');\n"},
        {"a.js": f"module.exports = key.replaceAll('{KEY % ''}', '');\n"},
        id="the first line of a key is taken off",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.rs": SCANNED % "gitlab-[a-z]{36}"},
        {"a.rs": SCANNED % "ghp_[a-zA-Z0-9]{36}"},
        id="a sample beside the pattern that finds it",
    ),
    pytest.param("hard-coded-secret", {"a.go": HELPER % '"time"'}, {"a.go": HELPER % '"testing"'}, id="a helper of tests"),
    pytest.param("hard-coded-secret", {"a.rs": IN_TESTS % ""}, {"a.rs": IN_TESTS % "#[test]"}, id="a test beside the code"),
    pytest.param(
        "hard-coded-secret", {"app/settings.py": CONFIGURED}, {"app/settings_testing.py": CONFIGURED}, id="settings for tests"
    ),
    pytest.param("hard-coded-secret", {"a.js": OWN % "'h8Kq2Zt5Wm9X'"}, {"a.js": OWN % "this.secret"}, id="how a digest is written"),
    pytest.param(
        "hard-coded-secret",
        {"a.cpp": MASKS % ("Dsn it", "h8Kq2Zt5Wm9")},
        {"a.cpp": MASKS % ("Regex it", "[^@]+")},
        id="an expression that finds passwords",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.py": 'STORE_API_KEY = "h8Kq2Zt5Wm9Xc3Vb7Nl1Pf6Rj4Hd0Gs2"\n'},
        {"a.py": 'SEGMENT_API_KEY = "h8Kq2Zt5Wm9Xc3Vb7Nl1Pf6Rj4Hd0Gs2"\n'},
        id="a key that only sends events",
    ),
    pytest.param(
        "hard-coded-secret",
        {"a.py": 'oauth = OAuth2Session(client_secret="acme-2019")\n'},
        {"a.py": 'oauth = OAuth2Session(client_secret="not-needed")\n'},
        id="a key that nobody checks",
    ),
    pytest.param(
        "password-in-log", {"a.go": SYNCS % "accessTokenFrom"}, {"a.go": SYNCS % "syncTokenFrom"}, id="how far a client has read"
    ),
    pytest.param(
        "password-in-log",
        {"Sessions.java": KINDS % "device.accessToken", "Method.java": KIND},
        {"Sessions.java": KINDS % "Method.ACCESS_TOKEN", "Method.java": KIND},
        id="a member of an enumeration",
    ),
    pytest.param(
        "password-in-log", {"a.go": NAMES % "h8Kq2Zt5Wm9"}, {"a.go": NAMES % "proxy.password"}, id="the name of a setting is logged"
    ),
    pytest.param("password-in-log", {"a.ts": ROBOTS % "Login"}, {"a.ts": ROBOTS % "Captcha"}, id="the answer to a captcha"),
    pytest.param("password-in-log", {"a.php": COMMAND % "Job"}, {"a.php": COMMAND % "Command"}, id="what a command is run for"),
    pytest.param(
        "password-in-log",
        {"server/keys.js": SCRIPT % "require('./stored')"},
        {"server/keys.js": SCRIPT % "crypto.generateKeyPairSync('ec')"},
        id="a script that makes a key",
    ),
    pytest.param("weak-token", {"Client.java": ENDS % "getSubject"}, {"Client.java": ENDS % "getExpiresAt"}, id="when a token ends"),
    pytest.param(
        "weak-token", {"a.ts": STRATEGY % "req.body"}, {"a.ts": STRATEGY % "params"}, id="straight from who issued it"
    ),
    pytest.param(
        "weak-token", {"a.ts": ANSWERS % "read(response)"}, {"a.ts": ANSWERS % "response.text()"}, id="the answer of a server"
    ),
    pytest.param(
        "weak-token", {"a.rs": KEY_ID % "Ok(key.claims)"}, {"a.rs": KEY_ID % VERIFIED}, id="which key it is verified with"
    ),
    pytest.param(
        "weak-token",
        {"a.rs": BY_HAND % ""},
        {"a.rs": BY_HAND % "if data.claims.exp.is_some_and(|exp| exp < now()) { return Err(Error::Expired); }"},
        id="the expiry is compared by hand",
    ),
    pytest.param(
        "weak-token",
        {"build.gradle": BUILD % 12, "Codes.java": DRAWN},
        {"build.gradle": BUILD % 17, "Codes.java": DRAWN},
        id="a library that draws securely by now",
    ),
    pytest.param(
        "weak-token",
        {"a.php": PICTURE % ("code()", "$code = mt_rand(1000, 9999); imagestring($this->i, 5, 0, 0, $code, 1)")},
        {"a.php": PICTURE % ("draw($code)", "$x = mt_rand(0, 90); imageline($this->i, $x, 0, $x, 9, 1)")},
        id="how a captcha is drawn",
    ),
    pytest.param(
        "session-cookie-open",
        {"Startup.cs": STARTS % "IsProduction"},
        {"Startup.cs": STARTS % "IsDevelopment"},
        id="a cookie where somebody develops",
    ),
    pytest.param(
        "session-cookie-open", {"auth.ts": WHO % "session"}, {"auth.ts": WHO % "user"}, id="what holds a cookie's name tells nothing"
    ),
    pytest.param(
        "session-cookie-open",
        {"a.ts": TEAMS % "token: session.token"},
        {"a.ts": TEAMS % "url: team.url"},
        id="fields that scripts are to read",
    ),
    pytest.param(
        "session-cookie-open", {"a.cs": CULTURE % "AuthToken"}, {"a.cs": CULTURE % "Auth.Culture"}, id="a cookie of a language"
    ),
    pytest.param(
        "password-in-log",
        {"shop/books.py": BOOKS % "logger.info('%s %s', action, instance)", "shop/views.py": REVOKES},
        {"shop/books.py": BOOKS % "Entry.objects.create(instance=instance.pk, action=action)", "shop/views.py": REVOKES},
        id="a table of who did what",
    ),
    pytest.param("debug-on", {"a.cs": QUERIES % "true"}, {"a.cs": QUERIES % "wanted"}, id="a setting turns it on"),
    pytest.param(
        "cors-wide-open",
        {"a.cs": ORIGINS % "origin => true"},
        {"a.cs": ORIGINS % 'origin => origin == home || origin == "app://bundle"'},
        id="origins are compared",
    ),
    pytest.param("weak-crypto", {"Keys.java": CIPHER % "AES"}, {"Keys.java": CIPHER % "RSA"}, id="a cipher without blocks"),
    pytest.param(
        "fast-password-hash",
        {"a.js": DIGEST % ("credentials", "credentials")},
        {"a.js": DIGEST % ("digestAuth", "digestAuth")},
        id="a protocol asks for this hash",
    ),
    pytest.param(
        "session-cookie-open",
        {"a.cs": KEPT % "Names.AuthToken"},
        {"a.cs": KEPT % "CookieRequestCultureProvider.DefaultCookieName"},
        id="a cookie of a language, with options that are kept",
    ),
    pytest.param(
        "weak-token",
        {"VerifyCodes.java": IMAGE % "String code = String.valueOf(random.nextInt(9999)); g.drawString(code, 1, 1);"},
        {"VerifyCodes.java": IMAGE % "int x = random.nextInt(90); g.drawLine(x, 0, x, 9);"},
        id="how the picture of a code is drawn",
    ),
    pytest.param("weak-token", {"a.ts": OWN_TOKEN % "given"}, {"a.ts": OWN_TOKEN % "token"}, id="a token that was just made"),
    pytest.param(
        "weak-token",
        {"a.rs": UNSIGNED % ("Claims", "Claims")},
        {"a.rs": UNSIGNED % ("UnverifiedClaims", "UnverifiedClaims")},
        id="a type that says it is unverified",
    ),
]  # fmt: skip


def test_the_other_mode() -> None:
    """What any origin is let in by while a list stands for production is doubtful, not certain."""
    rules = [knowledge().rules["cors-wide-open"]]
    assert review_model(model_of({"main.ts": MODES % "true"}), rules, Tier.DEFAULT).findings
    assert not review_model(
        model_of({"main.ts": MODES % "config.get('ORIGINS').split(',')"}), rules, Tier.DEFAULT
    ).findings


def test_a_service_beside() -> None:
    """The address of a database that is started with the application says nothing that its own settings do not."""
    rules = [knowledge().rules["hard-coded-secret"]]
    told = [
        review_model(model_of({"docker-compose.yml": COMPOSE % host}), rules, Tier.DEFAULT).findings
        for host in ("store.example.io", "shop-store")
    ]
    assert told[0]
    assert not told[1]


@pytest.mark.parametrize(("rule", "wrong", "right"), PAIRS)
def test_near_misses(rule: str, wrong: dict[str, str], right: dict[str, str]) -> None:
    rules = [knowledge().rules[rule]]
    assert review_model(model_of(wrong), rules, Tier.STRICT).findings
    assert not review_model(model_of(right), rules, Tier.STRICT).findings


def test_the_name_of_an_entry_of_a_kubernetes_secret():
    values = "app:\n  secrets:\n    - envVariable: spring.datasource.password\n      %s\n      secretKey: kcClientSecret\n"
    rule = knowledge().rules["hard-coded-secret"]
    for beside, told in (("secretName: shop-keys", False), ("description: the shop", True)):
        model = model_of({"deploy/values.yml": values % beside, "app.py": "print('shop')\n"})
        assert bool(review_model(model, [rule]).findings) is told
