"""ASP.NET Identity: an endpoint without a login that makes whoever asks an administrator, or gives him the role that he names."""

from collections.abc import Iterator

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import root
from backwright.review.rules.others import Others, spots_of
from backwright.review.rules.patterns import flat
from backwright.review.rules.public import SETS_UP
from backwright.review.rules.rule import Hit

FIX = "Give new accounts the least role in the code, and let only an administrator change it, behind [Authorize(Roles = ...)]."
_GIVES = frozenset({"AddToRoleAsync", "AddToRolesAsync"})
_ADMIN = regex(r"(?<![a-z])(?i:super_?)?(?i:admin(istrator)?s?)(Role)?(Name)?$|^ADMIN$")
_ROLE = regex(r"\.(User)?Roles?(Name)?(\.ToString\(\)|\.ToLower\(\)|\.Trim\(\))?$")
# A type that a client fills: what an action is handed, and the message that is made of it.
_ASKED = regex(r"(Dto|DTO|Request|Command|Model|ViewModel|Input|Payload|Form|Vm|VM)$")
# What asks whether there is an administrator yet, or whether it is one who asks.
_LOOKS = frozenset("GetUsersInRoleAsync IsInRole IsInRoleAsync".split())
_EMPTY = frozenset("Any AnyAsync Count CountAsync".split())


def roles_for_anybody(others: Others) -> Iterator[Hit]:
    """Yield each place that gives such a role, with the endpoints that lead there."""
    model = others.model
    if not any(name in model.project.calls_by_name for name in _GIVES):
        return
    found: dict[tuple[int, int], tuple[Declared, Endpoint, str]] = {}
    for declared, endpoint in zip(model.declared, model.endpoints, strict=True):
        if endpoint.auth is not False or declared.handler is None or SETS_UP.search(endpoint.path):
            continue
        if model.files[declared.handler.file].language != "csharp":
            continue
        for fn in others.bodies.reach(declared, endpoint):
            for index, what in _given(others, fn):
                found.setdefault((fn.file, index), (declared, endpoint, what))
    for (at, index), (declared, endpoint, what) in found.items():
        call = model.files[at].calls[index]
        path = (
            *spots_of(model, declared, endpoint, "no guard found"),
            Spot(model.files[at].path, call.line, f"{call.on}.{call.name}"),
        )
        sure = Confidence.HIGH if what == "makes" else Confidence.MEDIUM
        told = (
            "makes whoever asks an administrator"
            if what == "makes"
            else "gives a new account the role that the client names"
        )
        message = f"{endpoint.method} {endpoint.path} needs no login and {told}"
        yield Hit(
            declared.at, declared.line, message, declared.beside, path, sure, Severity.HIGH, fix=FIX, tier=Tier.DEFAULT
        )


def _given(others: Others, fn: Fn) -> Iterator[tuple[int, str]]:
    """Yield the calls of a function that give a role: one of an administrator, or the client's choice."""
    own = list(others.bodies.calls_of(fn))
    if any(call.name in _LOOKS or (call.name in _EMPTY and not call.args) for _, call in own):
        return
    for index, call in own:
        if call.name in _GIVES and len(call.args) > 1:
            values = (call.args[1], *call.args[1].items)
            if any(value.kind in ("str", "name") and _ADMIN.search(value.text) for value in values):
                yield index, "makes"
            elif any(_is_chosen(others, fn, value) for value in values) and not _says_admin(own):
                yield index, "gives"


def _is_chosen(others: Others, fn: Fn, value: Arg) -> bool:
    """Whether a role is what a client fills in: `dto.Role`."""
    text = f"{value.text}()" if value.kind == "call" else value.text
    if value.kind not in ("name", "call") or not _ROLE.search(text):
        return False
    project = others.model.project
    params = {param.name: param.type for param in project.function(fn).params}
    name = root(text)
    if name not in params:
        held = project.assigned[fn.file].get((fn.index, name), ())
        name = root(held[0].value.text) if len(held) == 1 and held[0].value.kind == "name" else ""
    return bool(_ASKED.search(params.get(name, "").rstrip("?")))


def _says_admin(own: list[tuple[int, Call]]) -> bool:
    """Whether a function speaks of administrators elsewhere, and so may refuse that role."""
    return any("admin" in text.lower() for _, call in own if call.name not in _GIVES for text in flat(call.args))


__all__ = ["roles_for_anybody"]
