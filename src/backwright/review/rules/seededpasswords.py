"""Python: accounts that are made with a readable password in the source, and stored as it stands there."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.credentials import password_word
from backwright.review.rules.owned import is_person
from backwright.review.rules.passwords import Passwords

_INSERT = regex(
    r"insert\s+(?:or\s+\w+\s+)?into\s+[`\"\[]?(?P<table>\w+)[`\"\]]?\s*\((?P<columns>[^()]*)\)\s*values\s*(?P<rows>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ROW = regex(r"\(([^()]*)\)")
_VALUE = regex(r"'((?:[^']|'')*)'|\"([^\"]*)\"|([^,\s][^,]*)")
# What a hash looks like, whatever made it; and what stands for a value.
_NOT_READABLE = regex(
    r"^(\$\w+\$|pbkdf2|scrypt:|argon2|bcrypt|sha\d|md5|[0-9a-fA-F]{32,}$|[A-Za-z0-9+/]{40,}={0,2}$|[?:%{]|null$|!)",
    re.IGNORECASE,
)
_MADE_UP = regex(r"fake|dummy|random|sample|fixture|factor(y|ies)|bench|mock|demo|test", re.IGNORECASE)
_RUNS = ("execute", "executescript", "executemany", "text")


def seeded(model: Model, passwords: Passwords) -> Iterator[tuple[int, int, int, str, tuple[Spot, ...]]]:
    """Yield (file, line, function, sentence, path) of each account that is stored with its password in the clear."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python":
            continue
        for call in file.calls:
            if not call.args:
                continue
            inserted = _inserted(model, at, call) if call.name in _RUNS else ()
            for found in (*_made(model, passwords, at, call), *inserted):
                if not _is_made_up(model, at, call.fn):
                    yield found
        for assign in file.assigns:
            on, _, field = assign.target.rpartition(".")
            if (
                assign.value.kind == "str"
                and on
                and password_word(field) == "clear"
                and _is_readable(assign.value.text)
            ):
                cls = model.project.type_of(at, assign.fn, on).cls
                if cls is not None and _keeps(model, passwords, cls):
                    yield (
                        at,
                        assign.line,
                        assign.fn,
                        f"{_label(model, at, assign.fn)} stores the password of an account as it stands in the source",
                        (),
                    )


def _is_made_up(model: Model, at: int, fn: int) -> bool:
    """Whether accounts are made up for a demonstration or a test."""
    made = model.files[at].functions[fn].name if fn >= 0 else ""
    return _MADE_UP.search(f"{model.files[at].path} {made}") is not None


def _label(model: Model, at: int, fn: int) -> str:
    return model.label(Fn(at, fn)) if fn >= 0 else model.files[at].path.rpartition("/")[2]


def _is_readable(text: str) -> bool:
    return len(text) > 2 and " " not in text and not _NOT_READABLE.match(text)


def _keeps(model: Model, passwords: Passwords, cls: Cls) -> bool:
    return is_person(model.project.class_(cls).name) and passwords.is_record(cls) and not passwords.hashes_itself(cls)


def _made(
    model: Model, passwords: Passwords, at: int, call: Call
) -> Iterator[tuple[int, int, int, str, tuple[Spot, ...]]]:
    """`User(username="admin", password="admin")`, and `User.create(password=typed)` that only hands its arguments on."""
    named = next((value for value in call.args if value.name and password_word(value.name) == "clear"), None)
    if named is None:
        return
    if call.flags & NEW:
        cls = model.project.find_class(at, f"{call.on}.{call.name}" if call.on else call.name)
        if named.kind == "str" and cls is not None and _is_readable(named.text) and _keeps(model, passwords, cls):
            told = f"{_label(model, at, call.fn)} stores the password of an account as it stands in the source"
            yield at, named.line or call.line, call.fn, told, ()
        return
    for target in model.project.resolve_call(at, call):
        spot = _hands_on(model, passwords, target)
        if spot is None:
            continue
        held = passwords.held(at, call.fn, named, call.line + 2)
        if held.state == "clear" or (named.kind == "str" and _is_readable(named.text)):
            told = f"{_label(model, at, call.fn)} stores the password as it is given with {model.label(target)}"
            yield at, named.line or call.line, call.fn, told, (*model.path_around(at, call.fn), spot)
            return


def _hands_on(model: Model, passwords: Passwords, target: Fn) -> Spot | None:
    """Where a class method makes its own object out of all that it is given: `cls(**kwargs)`."""
    made = model.project.function(target)
    cls = model.project.own_class(target.file, target.index)
    if cls is None or not any(param.name.startswith("**") for param in made.params):
        return None
    if not _keeps(model, passwords, cls):
        return None
    for number in model.inside.calls[target.file].get(target.index, ()):
        call = model.files[target.file].calls[number]
        if call.name in ("cls", made.owner) and any(
            value.name == "**" or value.text.startswith("**") for value in call.args
        ):
            return Spot(model.files[target.file].path, call.line, "all of it is kept as it is given")
    return None


def _inserted(model: Model, at: int, call: Call) -> Iterator[tuple[int, int, int, str, tuple[Spot, ...]]]:
    """`INSERT INTO users (name, password) VALUES ('admin', 'admin')`, and rows that are bound beside it."""
    text = call.args[0] if call.args else Arg("none")
    if text.kind == "name":
        held = model.project.assigned[at].get((call.fn, text.text), ()) or model.project.assigned[at].get(
            (-1, text.text), ()
        )
        text = held[0].value if len(held) == 1 else text
    if text.kind not in ("str", "fmt", "concat") or "insert" not in text.text[:4000].lower():
        return
    found = _INSERT.search(text.text)
    if found is None or not is_person(found["table"]):
        return
    columns = [column.strip(' \n\t`"[]') for column in found["columns"].split(",")]
    place = next((n for n, column in enumerate(columns) if password_word(column) == "clear"), -1)
    if place < 0:
        return
    rows = [[a or b or c for a, b, c in _VALUE.findall(row)] for row in _ROW.findall(found["rows"])]
    plain = any(len(row) == len(columns) and _is_literal(found["rows"], row[place]) for row in rows)
    bound = [item for value in call.args[1:2] for item in _rows(value, len(columns))]
    if plain or any(row[place].kind == "str" and _is_readable(row[place].text) for row in bound):
        told = f"{_label(model, at, call.fn)} puts an account with a readable password into {found['table']}"
        yield at, call.line, call.fn, told, ()


def _is_literal(rows: str, text: str) -> bool:
    return _is_readable(text) and (f"'{text}'" in rows or f'"{text}"' in rows)


def _rows(value: Arg, width: int) -> Iterator[tuple[Arg, ...]]:
    if value.kind == "list" and len(value.items) == width and all(item.kind != "list" for item in value.items):
        yield value.items
    elif value.kind == "list":
        for item in value.items:
            yield from _rows(item, width)
