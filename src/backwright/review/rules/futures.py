"""C++: calls that wait: for a future that another thread fills, or for the rows of a query of Drogon that is given no callback."""

from backwright.review.facts import Call, File
from backwright.review.link.model import Model
from backwright.review.link.types import dotted
from backwright.review.regexes import regex

WAITS = frozenset({"get", "wait"})
# What gives one: std::async, std::packaged_task, Drogon's execSqlAsyncFuture and Mapper.findFutureOne.
_GIVES = regex(r"(^|\.)(async|get_future|share|\w+Future|(find|count|insert|update|delete)Future\w*|(shared_)?future)$")
_LATER = regex(r"Future|Async|Coro|^updateBy$")
_IS_ONE = regex(r"(^|\.)(shared_)?future\b")


def waits_for_future(file: File, fn: int, on: str, name: str, line: int) -> bool:
    """Whether a call waits for a future that was made before it in the same function: `auto rows = found.get();`."""
    if name not in WAITS or not on:
        return False
    if on.endswith("()"):  # std::async(...).get()
        return _GIVES.search(on.removesuffix("()")) is not None
    if not on.isidentifier():
        return False
    told = [each for each in file.assigns if each.fn == fn and each.target == on and each.line <= line]
    if any(_IS_ONE.search(dotted(each.type)) for each in told if each.type):
        return True
    made = told[-1].value if told else None
    return made is not None and made.kind == "call" and _GIVES.search(dotted(made.text)) is not None


def waits_for_rows(model: Model, at: int, call: Call, library: str) -> bool:
    """Whether a query of Drogon answers where it is asked: `execSqlSync`, and what a Mapper does without a callback and without a future."""
    if library != "Drogon ORM" or call.name == "<<":
        return False
    if call.name.startswith("execSql"):
        return call.name == "execSqlSync"
    if _LATER.search(call.name) or len([value for value in call.args if value.name != "<>"]) > 1:
        return False
    return "Coro" not in model.project.type_of(at, call.fn, call.on.partition(".")[0]).name


__all__ = ["WAITS", "waits_for_future", "waits_for_rows"]
