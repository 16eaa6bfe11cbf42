"""Peeking: reads of a token that need no check of its signature, because nothing is decided by them or another check follows."""

import re

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import last_name, words_of
from backwright.review.rules.looping import root

CALLERS_MAX = 8
_WHEN = regex(
    r"get(Expires|IssuedAt|NotBefore|Expiration)\w*|(expires|issued)_?at|Valid(To|From)|exp|iat", re.IGNORECASE
)
_ANSWER = regex(r"^(res|resp|response|answer|reply)\.(text|json|data|body|string|readAsStringAsync)$", re.IGNORECASE)
_EXCHANGES = regex(r"(get|fetch|exchange|request|obtain)_?\w*tokens?$|exchange|(code_?)?grant$", re.IGNORECASE)
_SIGNS = regex(r"(^|\.)(sign|encode|signAsync|(make|create|generate|issue)_?\w*token)$", re.IGNORECASE)
_VERIFIES = regex(r"verify|validate|check", re.IGNORECASE)
_KEY_OF = regex(r"DecodingKey|TokenValidationParameters")
_CHECKS_SIGNATURE = regex(r"verif|validat|check_?\w*signature", re.IGNORECASE)
_CHECKS_LESS = regex(r"unverified|insecure|unsafe|format|length|expir|claims$", re.IGNORECASE)
_READS_WITH_KEY = regex(r"^(jwt_?)?(parse|decode)\w*$", re.IGNORECASE)
_KEY = regex(r"key|secret|jwk|cert|public|pem", re.IGNORECASE)
_LETS_IN = regex(r"^(authenticate|verify|verifyAsync|jwtVerify)$")
_OF_TOKENS = regex(r"jwt|bearer|token", re.IGNORECASE)
STEPS_MAX = 2  # variables between what the issuer answered and what is read


def is_peek(model: Model, at: int, index: int) -> bool:
    """Whether a token is only asked when it ends, comes straight from who issued it, or is verified here or by whoever asked."""
    call = model.files[at].calls[index]
    return (
        _asks_when(model, at, index)
        or _is_from_issuer(model, at, call)
        or is_verified_here(model, at, call)
        or _is_let_in(model, at, call)
        or is_verified_outside(model, at, call)
    )


def is_verified_here(model: Model, at: int, call: Call) -> bool:
    """Whether the very token that is read is handed to a check of its signature in the same function: to find its key first."""
    if not call.args or call.args[0].kind not in ("name", "call"):
        return False
    token = (call.args[0].kind, call.args[0].text, call.args[0].items)
    inside = {call.fn, *model.enclosing(at, call.fn)}
    return any(
        each is not call
        and each.fn in inside
        and any((value.kind, value.text, value.items) == token for value in each.args)
        and _checks_signature(each)
        for each in model.files[at].calls
    )


def _checks_signature(call: Call) -> bool:
    """Whether a call that is handed a token verifies it: by its name, or as it reads the token with a key."""
    if _CHECKS_LESS.search(call.name) or any(
        "verif" in option.name.lower() and option.text.lower() == "false"
        for value in call.args
        for option in (value, *value.items)
    ):
        return False
    return _CHECKS_SIGNATURE.search(call.name) is not None or (
        _READS_WITH_KEY.match(call.name) is not None
        and any(
            value.kind == "fn" or (value.kind in ("name", "call") and _KEY.search(f"{value.name} {value.text}"))
            for value in call.args[1:]
        )
    )


def _is_let_in(model: Model, at: int, call: Call) -> bool:
    """Whether a token is read in what runs after its check: the function that was handed to `authenticate("jwt", ...)`."""
    file = model.files[at]
    around = [file.calls[file.functions[n].call] for n in model.enclosing(at, call.fn) if file.functions[n].call >= 0]
    return any(
        _LETS_IN.match(each.name)
        and _OF_TOKENS.search(" ".join((each.on, *(value.text for value in each.args if value.kind == "str"))))
        for each in around
    )


def _asks_when(model: Model, at: int, index: int) -> bool:
    chain = model.effects.chain(at, index)
    after = [model.files[at].calls[n] for n in chain[chain.index(index) + 1 :]] if index in chain else []
    return bool(after) and _WHEN.fullmatch(after[0].name) is not None


def _is_from_issuer(model: Model, at: int, call: Call) -> bool:
    """Whether a token was made here, or came over TLS from the server that issued it: OpenID Connect asks for no signature there."""
    if not call.args:
        return False
    value = call.args[0]
    chain = value.text if value.kind == "name" else value.text.rpartition(".")[0] if value.kind == "call" else ""
    if not chain:
        return False
    inside = model.enclosing(at, call.fn)
    if any(_is_answered(model, at, (*inside,), chain, each) for each in _made(model, at, (*inside,), chain)):
        return True
    first = root(chain)
    # A strategy is called back with the answer of the token endpoint.
    given = {"_".join(words_of(param.name)) for n in inside for param in model.files[at].functions[n].params}
    return _is_id_token(chain) and {"access_token", "refresh_token"} <= given and first not in ("req", "request", "ctx")


def _made(model: Model, at: int, inside: tuple[int, ...], chain: str) -> list[Arg]:
    """Return what the variable that a chain stands on was assigned."""
    first = root(chain)
    return [made.value for scope in inside for made in model.project.assigned[at].get((scope, first), ())]


def _is_answered(
    model: Model, at: int, inside: tuple[int, ...], chain: str, value: Arg, steps: int = STEPS_MAX
) -> bool:
    """Whether a value is what the issuer answered: the body of an answer, or the token of an exchange."""
    if value.kind == "call":
        # Go: what an oauth2.Token holds beside the access token.
        is_extra = value.text.endswith(".Extra") and any(item.text == "id_token" for item in value.items)
        return (
            is_extra
            or _ANSWER.match(value.text) is not None
            or _SIGNS.search(value.text) is not None
            or (_EXCHANGES.search(value.text) is not None and _is_id_token(chain))
        )
    return (
        value.kind == "name"
        and steps > 1
        and _is_id_token(value.text)
        and any(
            _is_answered(model, at, inside, value.text, each, steps - 1)
            for each in _made(model, at, inside, value.text)
            if each is not value
        )
    )


def _is_id_token(chain: str) -> bool:
    return words_of(last_name(chain)) == ("id", "token")


def is_verified_outside(model: Model, at: int, call: Call) -> bool:
    """Whether each function that asks for what a token says verifies it with that: the id of the key that signed it."""
    if call.fn < 0:
        return False
    edges = [
        edge
        for edge in model.effects.callers.get(Fn(at, model.named(at, call.fn)), ())[:CALLERS_MAX]
        if not model.files[edge.at].is_test
    ]
    return bool(edges) and all(
        any(
            each.fn == caller.fn
            and each.line > caller.line
            and (_VERIFIES.search(each.name) or any(_KEY_OF.search(value.text) for value in each.args))
            and re.search(r"jwt|token|decode|verif|claims", f"{each.on}.{each.name}", re.IGNORECASE)
            for each in model.files[edge.at].calls
        )
        for edge in edges
        for caller in (model.files[edge.at].calls[edge.call],)
    )


def compares_expiry(model: Model, at: int) -> bool:
    """Whether a file asks verified claims for their expiry itself: `claims.exp`."""
    return any(read.attr == "exp" and "claims" in read.base for read in model.files[at].reads)
