"""Handlers around a handler: what is thrown there goes no further than to them."""

from collections.abc import Iterator

from backwright.review.facts import AWAITED, IN_TRY, Catch, File
from backwright.review.rules.failing import BROAD


def is_kept_in(file: File, index: int) -> bool:
    """Whether what a handler throws is taken by another of its function, which throws nothing on: in a callback that the function waits for, say."""
    return any("raise" not in each.does and _takes_any(each) for each in _around(file, index))


def _takes_any(made: Catch) -> bool:
    return all(BROAD.match(each.strip()) for each in made.types)


def _around(file: File, index: int) -> Iterator[Catch]:
    """Yield the handlers that stand around a handler, also around the call that its function is handed to."""
    made = file.catches[index]
    fn, start, end = made.fn, made.start or made.line, made.end
    while fn >= 0:
        for each in file.catches:
            if each.fn == fn and 0 < each.start < start and end <= each.line:
                yield each
        function = file.functions[fn]
        if function.kind != "lambda" or function.call < 0:
            return
        call = file.calls[function.call]
        if not call.flags & IN_TRY or (file.language == "javascript" and not call.flags & AWAITED):
            return
        fn, start, end = call.fn, call.line + 1, function.end  # a try may begin on the line of the call
