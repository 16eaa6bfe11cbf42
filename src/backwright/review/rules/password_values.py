"""Values that may hold a password: what stands around it, and whether a call is given one."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.rules.credentials import is_clear


def bare(value: Arg) -> Arg:
    """Return a value without the conversions around it: `password.encode()`, `[]byte(password)`, `Buffer.from(password)`."""
    for _ in range(3):
        if value.kind == "name" and re.search(
            r"\.(encode|trim|strip|to_?[sS]tring|as_bytes|as_str|getBytes|c_str)\(\)$", value.text
        ):
            return Arg("name", value.text.rpartition(".")[0])
        if value.kind != "call":
            return value
        on, _, name = value.text.rpartition(".")
        if (
            name
            in (
                "encode",
                "getBytes",
                "as_bytes",
                "toString",
                "trim",
                "strip",
                "as_str",
                "c_str",
                "data",
                "toCharArray",
                "to_string",
                "toByteArray",
            )
            and on
            and not value.items
        ):
            value = Arg("name", on)
        elif (
            name in ("from", "byte", "GetBytes", "bytes", "str", "String", "string", "get")
            and len(value.items) >= 1
            and value.items[0].kind in ("name", "call")
        ):
            value = value.items[0]
        else:
            return value
    return value


def mentions(value: Arg) -> bool:
    """Whether a value is called like a clear password, or something in it is."""
    if value.kind in ("name", "call") and is_clear(value.text):
        return True
    if value.kind == "other" and re.search(r"pass|pwd", value.text, re.IGNORECASE):
        return True
    return any(mentions(item) or (item.kind == "str" and is_clear(item.text)) for item in value.items) or (
        bool(value.name) and value.kind == "name" and is_clear(value.name)
    )


def entries(values: tuple[Arg, ...], depth: int = 3) -> Iterator[Arg]:
    """Yield named arguments and entries of dictionaries among them."""
    for value in values:
        if value.name:
            yield value
        if value.kind in ("dict", "list") and depth:
            yield from entries(value.items, depth - 1)


def sql_like(call: Call) -> bool:
    """Whether a call may send SQL, by its name and its first arguments."""
    return any(v.kind in ("str", "fmt", "concat", "name", "other", "call") for v in call.args[:3]) and bool(
        re.search(
            r"quer|exec|prepare|raw|sql|fetch|update|insert|run|select|all|get|scalar|statement|command|text|first|one|each",
            call.name,
            re.IGNORECASE,
        )
    )
