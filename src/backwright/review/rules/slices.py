"""Python: queries that a slice limits: `Order.objects.order_by("name")[:10]`, `query[start:end]`."""

from collections.abc import Iterator, Set

from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

_SLICE = regex(r"\[[^\[\]:]*:[^\[\]:]+\]$")  # with an end: `[5:]` leaves all that follows
_INSIDE = regex(r"\([^()]*\)")
_BLANK = regex(r"\s+")
_NESTED_MAX = 6  # brackets in brackets


def is_sliced(model: Model, access: Access, names: Set[str]) -> bool:
    """Whether a slice is taken of what a query gives, where it stands or by one of the names that hold it."""
    if model.files[access.at].language != "python":
        return False
    last = model.files[access.at].calls[access.calls[-1]]
    whole = _BLANK.sub("", f"{last.on}.{last.name}()" if last.on else f"{last.name}()")
    for text in _texts(model, access):
        if _SLICE.search(text):
            cut = _SLICE.sub("", text)
            if cut in names or _bare(cut) == whole:
                return True
    return False


def _texts(model: Model, access: Access) -> Iterator[str]:
    """Yield the values that stand in the function of a query."""
    file, at = model.files[access.at], access.at
    yield from (each.value.text for each in model.inside.assigns[at].get(access.fn, ()))
    for number in model.inside.calls[at].get(access.fn, ()):
        yield from flat(file.calls[number].args)
    for told in file.returns:
        if told.fn == access.fn:
            yield from flat((told.value,))
    yield from (each.over for each in file.loops if each.fn == access.fn)


def _bare(text: str) -> str:
    """Return a chain of calls without their arguments."""
    for _ in range(_NESTED_MAX):
        shorter = _INSIDE.sub("\0", text)
        if shorter == text:
            break
        text = shorter
    return _BLANK.sub("", text).replace("\0", "()")
