"""Peeking: reads of a token that need no check of its signature, because nothing is decided by them or another check follows."""

import re

from backwright.review.facts import Call
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


def is_peek(model: Model, at: int, index: int) -> bool:
    """Whether a token is only asked when it ends, comes straight from who issued it, or is verified by whoever asked."""
    call = model.files[at].calls[index]
    return _asks_when(model, at, index) or _is_from_issuer(model, at, call) or is_verified_outside(model, at, call)


def _asks_when(model: Model, at: int, index: int) -> bool:
    chain = model.effects.chain(at, index)
    after = [model.files[at].calls[n] for n in chain[chain.index(index) + 1 :]] if index in chain else []
    return bool(after) and _WHEN.fullmatch(after[0].name) is not None


def _is_from_issuer(model: Model, at: int, call: Call) -> bool:
    """Whether a token was made here, or came over TLS from the server that issued it: OpenID Connect asks for no signature there."""
    value = call.args[0]
    chain = value.text if value.kind == "name" else value.text.rpartition(".")[0] if value.kind == "call" else ""
    if not chain:
        return False
    first = root(chain)
    inside = model.enclosing(at, call.fn)
    for scope in inside:
        for made in model.project.assigned[at].get((scope, first), ()):
            if made.value.kind == "call" and (
                _ANSWER.match(made.value.text)
                or _SIGNS.search(made.value.text)
                or (_EXCHANGES.search(made.value.text) and _is_id_token(chain))
            ):
                return True
    # A strategy is called back with the answer of the token endpoint.
    given = {"_".join(words_of(param.name)) for n in inside for param in model.files[at].functions[n].params}
    return _is_id_token(chain) and {"access_token", "refresh_token"} <= given and first not in ("req", "request", "ctx")


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
