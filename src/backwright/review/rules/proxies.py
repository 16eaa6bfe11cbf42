"""JPA and Doctrine: what a relation's proxy knows without a query: the id of the other row, and whether there is one."""

from backwright.review.facts import BARE
from backwright.review.link.model import Model

LANGUAGES = frozenset({"java", "php"})
_KEYS = frozenset({"getId", "getUuid"})


def is_of_key(model: Model, at: int, index: int) -> bool:
    """Whether of what a getter gives only the id is read, or nothing: `status.getEntry().getId()`, `item.getParent() == null`."""
    file = model.files[at]
    if file.language not in LANGUAGES:
        return False
    call, chain = file.calls[index], model.effects.chain(at, index)
    behind = chain[chain.index(index) + 1 :]
    if behind:
        return file.calls[behind[0]].name in _KEYS and not file.calls[behind[0]].args
    if call.to or call.inside >= 0 or call.args or call.flags & BARE:
        return False
    given = (each.value for each in file.returns if each.fn == call.fn and each.line >= call.line)
    return not any(value.kind == "call" and value.text.endswith(call.name) for value in given)
