"""Go: objects that a function makes for one job; a lock in one of them mostly keeps nobody else waiting."""

from backwright.review.facts import NEW, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import root

_AT_START = regex(r"^(main|init|setup|start|run|serve|bootstrap)$|^(Must)?(Setup|Init|Start|Run|Serve|Bootstrap)")
_KEEPS = frozenset("Store LoadOrStore Add Set Put Push Register append Send".split())


def is_of_one_job(model: Model, at: int, fn: Fn) -> bool:
    """Whether every object that a method is called on is made by a method of another one, for what that one is asked.

    An object that a plain function makes (`NewStore`), that is kept in a field, a map or a list, or that nobody is
    seen to make, may be shared.
    """
    owner = model.project.function(fn).owner
    made = [
        (place, call)
        for place, n in model.project.calls_by_name.get(owner, ())
        if (call := model.files[place].calls[n]).flags & NEW
        and not model.files[place].is_test
        and model.files[place].language == "go"
        and (place == at or call.on or _folder(model, place) == _folder(model, at))
    ]
    return bool(made) and all(_is_for_one_job(model, place, call, owner) for place, call in made)


def _folder(model: Model, at: int) -> str:
    return model.files[at].path.rpartition("/")[0]


def _is_for_one_job(model: Model, at: int, call: Call, owner: str) -> bool:
    file = model.files[at]
    named = model.named(at, call.fn)
    if named < 0 or not call.to.isidentifier() or call.to == "return":
        return False
    around = file.functions[named]
    is_asked = bool(around.receiver) and around.owner != owner
    if not (is_asked or model.is_served(Fn(at, named))) or _AT_START.search(around.name):
        return False
    scopes = set(model.enclosing(at, call.fn))
    is_kept = any(
        each.fn in scopes
        and each.value.text == call.to
        and (
            "[" in each.target
            or root(each.target) == around.receiver
            or (-1, each.target) in model.project.assigned[at]
        )
        for each in file.assigns
    )
    if is_kept or any(each.fn in scopes and each.value.text == call.to for each in file.returns):
        return False
    return not any(
        each.fn in scopes and each.name in _KEEPS and any(value.text == call.to for value in each.args)
        for each in file.calls
    )
