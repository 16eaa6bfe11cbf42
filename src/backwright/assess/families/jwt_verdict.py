"""Whether an API accepts a JWT: signature, algorithm, times and audience, really verified."""

from collections.abc import Sequence
from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import base64, hashlib, hmac, json
def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
def decode(text):
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
def sign(key, text):
    return encode(hmac.new(key, text.encode(), hashlib.sha256).digest())
def verdict(token):
    head, body, signature = token.split(".")
    if decode(head)["alg"] != "HS256":
        return "reject"
    if not hmac.compare_digest(sign(b"api", f"{head}.{body}"), signature):
        return "reject"
    claims = decode(body)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if "orders" not in audience:
        return "reject"
    if now < claims["nbf"] - leeway or now >= claims["exp"] + leeway:
        return "reject"
    return "accept"
head, body = (encode(json.dumps(part).encode()) for part in (header, claims))
key = b"other" if signed == "other key" else b"api"
signature = sign(key, f"{head}.{body}") if signed != "nothing" else ""
if signed == "before":
    body = encode(json.dumps({**claims, "sub": "admin"}).encode())
print(verdict(f"{head}.{body}.{signature}"))
"""
_SIGNED = {
    "api key": "Its signature was made with the API's key over this header and payload",
    "other key": "Its signature was made over this header and payload with a test system's key",
    "before": "It was signed with the API's key; then `sub` was changed to `admin`",
    "nothing": "Its signature part is empty",
}


def draw(chance: Random, level: int) -> Drawn:
    """Draw a token that is good, good within the leeway, or has one flaw."""
    leeway = chance.choice([0, 30, 60])
    now = chance.randint(100, 999) * 10
    nbf, exp = now - chance.randint(60, 300), now + chance.randint(60, 600)
    header, signed = {"alg": "HS256", "typ": "JWT"}, "api key"
    audience: Sequence[str] = chance.choice(["orders", ["orders", "billing"]])
    flaw = chance.choice(
        ["none", "none", "exp", "exp", "nbf", "nbf", "aud", "alg", "key", "changed"]
    )
    within = leeway > 0 and chance.random() < 0.8
    off = leeway - chance.randint(1, 25) if within else leeway + chance.randint(int(leeway > 0), 40)
    good = f"alg, signature and audience fit and {nbf} <= {now} < {exp}"
    bad = ""
    if flaw == "exp":
        exp = now - off
        good = f"exp {exp} + leeway {leeway} = {exp + leeway} is still later than {now}"
        bad = "" if within else f"at {now} it is no longer before exp {exp} + leeway {leeway}"
    elif flaw == "nbf":
        nbf = now + off + (not within)
        good = f"nbf {nbf} - leeway {leeway} = {nbf - leeway} is not later than {now}"
        bad = "" if within else f"{now} is before nbf {nbf} - leeway {leeway}"
    elif flaw == "aud":
        audience = chance.choice(["billing", ["billing", "mail"], "order"])
        bad = "the API is not in `aud`: the token is meant for others"
    elif flaw == "alg":
        header, signed = {"alg": "none"}, "nothing"
        bad = "the API fixes HS256; a token cannot choose to be unsigned"
    elif flaw == "key":
        signed, bad = "other key", "the HMAC with the API's key differs"
    elif flaw == "changed":
        signed, bad = "before", "the signature covers the payload, so the HMAC differs"
    claims = {"sub": f"u{chance.randint(1, 99)}", "aud": audience, "nbf": nbf, "exp": exp}
    rule = "reject" if bad else "accept"
    values = f"{now=}\n{leeway=}\n{header=}\n{claims=}\n{signed=}"
    return Drawn(
        ask=(
            f"The API `orders` takes only HS256 and checks aud, and nbf and exp with {leeway} s of "
            f"leeway. Its clock says {now} when this token arrives (times shortened):\n\n"
            f"```text\n{header}\n{claims}\n```\n".replace("'", '"')
            + f"{_SIGNED[signed]}. Does the API accept it? Type accept or reject."
        ),
        run=Run("python", values + _PROGRAM),
        rule=rule,
        explain=f"{rule}: {bad or good}.",
        wrong=(Wrong("accept" if bad else "reject", bad or good),),
    )


FAMILY = Family(
    name="jwt-verdict",
    skills={SkillId("sec.jwt"): 2},
    source="rfc/RFC 7519: JSON Web Token, sections 4.1 and 7.2",
    draw=draw,
    guess=0.5,
)
