"""Cookies by the calls of their libraries: JAX-RS's constructors, and Go's cookies that a client sends."""

from backwright.review.facts import Call
from backwright.review.link.model import Model

_FULL = 10  # NewCookie(name, value, path, domain, version, comment, maxAge, expiry, secure, httpOnly)


def of_jaxrs(call: Call) -> list[str]:
    """Return the flags that `new NewCookie(...)` leaves out; [] for one that ends a session or is made from another."""
    texts = [value.text for value in call.args]
    if len(texts) < 2 or call.args[1].kind == "none" or texts[1] in ("", "null", "deleted"):
        return []
    ages = texts[6:7] if len(texts) >= _FULL else texts[5:6] if len(texts) >= 7 else []
    if ages == ["0"]:
        return []
    if len(texts) == 2:
        return ["HttpOnly", "Secure"]
    if len(texts) < 7:
        return []
    # (name, value, path, domain, comment, maxAge, secure[, httpOnly]); nine have a version before the comment.
    flags = texts[8:10] if len(texts) >= _FULL else texts[7:9] if len(texts) == 9 else texts[6:8]
    secure, http_only = (*flags, "false")[:2]
    return [flag for flag, value in (("HttpOnly", http_only), ("Secure", secure)) if value == "false"]


def is_sent(model: Model, at: int, call: Call) -> bool:
    """Go: whether a cookie goes along with a request of one's own: `request.AddCookie(&http.Cookie{...})`."""
    calls = model.files[at].calls
    if call.inside >= 0 and calls[call.inside].name == "AddCookie":
        return True
    inside = (calls[number] for number in model.inside.calls[at].get(call.fn, ()))
    held = call.to.lstrip("&*")
    return bool(held) and any(
        each.name == "AddCookie" and any(value.text.lstrip("&*") == held for value in each.args) for each in inside
    )
