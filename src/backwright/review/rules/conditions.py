"""What a condition of a query leaves of a table: a few rows, those of one parent or owner, or nearly all."""

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum

from backwright.review.facts import Arg
from backwright.review.regexes import regex


class Part(IntEnum):
    """How much of a table a query may give, most first.

    ALL has no condition; OPEN one that most rows meet (`deleted_at is null`, an optional filter, a search);
    SOME a value (`status = 'open'`); OWNER the rows of a user or tenant; PARENT those of another row; UNKNOWN
    a condition that was not understood; FEW a key or a list of keys.
    """

    ALL = 0
    OPEN = 1
    SOME = 2
    OWNER = 3
    PARENT = 4
    UNKNOWN = 5
    FEW = 6


_WORD = regex(r"[A-Za-z_]\w*")
_KEY = regex(
    r"^(id|_id|pk|ids|uuid|guid|slug|e?_?mail\w*|user_?name|login|token|\w*_token|hash|\w*_hash|checksum|code|key|sku|isbn|handle|path|uri|url|"
    r"external_?id|number|name|normalized\w+|fingerprint|session_?id|identifier|title|locator|reference|nonce|serial\w*|ip|jti)$",
    re.IGNORECASE,
)
_OWNER = regex(
    r"(user|owner|account|tenant|org|organi[sz]ation|author|creator|customer|client|member|household|group|project|workspace|site|company|library|shop|store|"
    r"person|profile|buyer|seller|team|(?<![a-z])(me|uid)|uuid_user|created_by)s?$",
    re.IGNORECASE,
)
_ENDS_ID = regex(r"^(?P<of>\w+?)_?(?:[iI][dD]|ID|[uU]uid|_pk|[gG]uid)s?$|^id_?(?P<after>[A-Za-z]\w*)$")
_CONSTANT = regex(r"^(['\"].*|-?\d[\d._]*|[A-Z][A-Z0-9_]{2,}|([A-Z]\w*(\.|::))+[A-Z]\w*|:[a-z]\w*:)$")
_OPENS = regex(
    r"\b(true|false|none|null|nil|nullptr|True|False|None)\b|^(now|current_timestamp|getdate)\b", re.IGNORECASE
)
_NULL = regex(r"^(none|null|nil|nullptr|None)\b|^(now|current_timestamp|getdate)\b", re.IGNORECASE)
# Flags that nearly all rows share: those that are shown, those that were not taken away.
_SHARED = regex(
    r"delet|remov|hidden|banned|archiv|trash|active|enabled|disabled|publi|visib|approved|draft|blocked|locked|private|valid|confirm|verif|expired|available|suspend|listed|withdrawn|yank",
    re.IGNORECASE,
)
_OR = regex(r"\|\||\bor\b|\bOR\b")
_AND = regex(r"&&|\band\b|\bAND\b")
_EQUALS = regex(
    r"^\(*([\w.$>\-:`\"'\[\]!?()]*[\w\]`\"')])\s*(?:={1,3}|\beq\b|\beq_|\.eq\(|\.equals\(|\.Equals\()\s*(.*)$",
    re.DOTALL,
)
_NOT_EQUAL = regex(
    r"!=|<>|<|>|~|\blike\b|\bilike\b|\bnot\b|\bis\b|\bbetween\b|\bmatch\b|\br(?:egexp|like)\b|^\s*!|@@", re.IGNORECASE
)
_BETWEEN = regex(r"\bbetween\s+(\S+)\s+and\s+\S+", re.IGNORECASE)
_IN = regex(
    r"\bin\s*[(?:@$]|\bin\s+\(|\.(in_|in|eq_any|is_in|isin|inList|anyOf|inArray|has_key)\(|=\s*any\s*\(|__in\b",
    re.IGNORECASE,
)
_HOLDS = regex(r"^!?\(*([\w.?$]+)\.(Contains|contains|includes|Includes|has|Has)\(\s*([\w.?$]*)")
_INNER = regex(r"\.(Any|any|All|some|Exists|exists)\(\s*\(?\w*\)?\s*(?:=>|->|\{)\s*(.*)$", re.DOTALL)
_HEAD = regex(
    r"^\s*(?:async\s*)?(?:\(?[\w, ]*\)?\s*=>|\|[^|]*\||\{\s*(?:[\w, ]+->)?|fn\s*\([^)]*\)\s*=>|function\s*\([^)]*\)[^{]*\{|lambda\s+\w+:)\s*"
)
_WHERE = regex(
    r"\bwhere\b(.*?)(?:\border\s+by\b|\bgroup\s+by\b|\bhaving\b|\blimit\b|\bfor\s+update\b|$)",
    re.IGNORECASE | re.DOTALL,
)
# Words of calls that are conditions themselves: `users::id.eq(x)`, `eq(users.id, x)`, `Restrictions.eq("id", x)`.
_EQ_CALLS = frozenset("eq equals is equal isEqualTo equalTo Equals Eq EQ eq_ is_eq equal_to exact andEqualTo".split())
_IN_CALLS = frozenset("in in_ inList inArray eq_any any anyOf In IN is_in isin inSubQuery andIn __in has_any".split())
_ALL_CALLS = frozenset("and and_ all AND Q allOf And".split())
_ANY_CALLS = frozenset("or or_ anyOf OR Or".split())
_RANGES = regex(
    r"not_?|ne|gt|ge|lt|le|gte|lte|i?like|not_?like|between|is_?null|is_?not(_?null)?|i?contains|starts_?with|ends_?with|is_?(not_?)?distinct\w*|greater\w*|less\w*|after|before|coalesce|exists|has|not_?in_?|rlike|regexp?|op",
    re.IGNORECASE,
)
_DICT_IN = frozenset({"in", "$in", "Op.in"})
_DICT_EQ = frozenset({"equals", "eq", "$eq", "Op.eq"})
_WRAPS = frozenset({"where", "AND", "and", "$and", "filter", "Op.and"})


def of_sql(sql: str) -> Part:
    """Return what the conditions of a statement leave."""
    found = _WHERE.search(sql)
    return of_text(found[1], is_sql=True) if found else Part.ALL


def of_text(text: str, *, is_sql: bool = False) -> Part:
    """Return what a condition leaves, as it is written: `o => o.Buyer == me && !o.IsDeleted`, `user_id = ?`."""
    text = _BETWEEN.sub(r"between \1", _HEAD.sub("", text.strip()))
    inner = _INNER.search(text)
    if inner is not None and not is_sql:  # of rows that stand behind a relation: a key there is one parent
        return min(max(of_text(inner[2]), Part.OPEN), Part.PARENT)
    text += ")" * (text.count("(") - text.count(")"))  # the end of what was cut
    if text.count("(") != text.count(")") or re.search(r"\bselect\b", text, re.IGNORECASE):
        return min(max(_atom(each, is_sql=is_sql) for each in _AND.split(part)) for part in _OR.split(text))
    return _of_parts(text, is_sql=is_sql)


def _of_parts(text: str, *, is_sql: bool) -> Part:
    """Return what a condition leaves whose brackets tell what belongs together: `a == 1 && (b == null || b == c)`."""
    for sign, join in ((_OR, min), (_AND, max)):
        parts = _outside_brackets(sign, text)
        if len(parts) > 1:
            return join(_of_parts(each, is_sql=is_sql) for each in parts)
    if inner := _in_brackets(text.strip()):
        return _of_parts(inner, is_sql=is_sql)
    return _atom(text, is_sql=is_sql)


def _in_brackets(text: str) -> str:
    """Return what stands in the brackets around a whole text, "" if there are none."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth <= 0:
            return text[1:-1] if place and place == len(text) - 1 else ""
    return ""


def _outside_brackets(sign: re.Pattern[str], text: str) -> list[str]:
    """Return the parts of a text between signs that stand in no brackets."""
    parts, start = [], 0
    for found in sign.finditer(text):
        before = text[: found.start()]
        if before.count("(") == before.count(")"):
            parts.append(text[start : found.start()])
            start = found.end()
    return [*parts, text[start:]]


def _atom(text: str, *, is_sql: bool) -> Part:
    text = text.strip().rstrip(";} ")
    if not text or text in ("?", "1=1", "1 = 1", "{}"):
        return Part.OPEN
    held = _HOLDS.search(text)
    if held is not None and not is_sql and "." not in held[3] and re.search(r"\.\w+I[dD]s$", held[1]):
        return Part.OPEN if text.startswith("!") else of_equal(held[1].removesuffix("s"), "x")  # o.UserIds.Contains(me)
    if held is not None and not is_sql:  # ids.Contains(o.Id), and not o.Name.Contains(term)
        return Part.OPEN if text.startswith("!") or "." not in held[3] else Part.FEW
    if _IN.search(text):
        return Part.OPEN if re.search(r"\bnot\s+in\b|NotIn|^!", text, re.IGNORECASE) else _in_list(text)
    found = _EQUALS.match(text)
    if found is not None and not _NOT_EQUAL.search(found[1]) and not re.match(r"^[<>~]", found[2]):
        return of_equal(found[1], found[2].rstrip(" )"), is_sql=is_sql)
    if _NOT_EQUAL.search(text) and not re.fullmatch(r"\s*!?[\w.?$>\-]+", text):
        return Part.OPEN  # a range, a search
    if re.fullmatch(r"!?[\w.?$>\-]+", text):
        return of_flag(text)
    return Part.UNKNOWN


def _in_list(text: str) -> Part:
    """`status IN ('a', 'b')` chooses among states; `id IN (...)` is a list of keys."""
    return Part.SOME if re.search(r"\bin\s*\(\s*['\"]", text, re.IGNORECASE) else Part.FEW


def of_equal(column: str, value: str, *, is_sql: bool = False) -> Part:
    """Return what `column = value` leaves."""
    words, value = _WORD.findall(column), value.strip()
    if not words:
        return Part.UNKNOWN
    if not is_sql and _is_of_row(value) and not _is_of_row(column):
        words, value = _WORD.findall(value), column  # Yoda: `userId == o.UserId`
    if _NULL.search(value):
        return Part.OPEN
    if _OPENS.search(value):
        return of_flag(words[-1])
    if _CONSTANT.match(value):
        return Part.SOME if not re.fullmatch(r"\d", value) or is_sql else Part.OPEN
    last = words[-1]
    whose = _ENDS_ID.match(last)
    names = [last] if whose is None else [whose["of"] or whose["after"] or ""]
    if len(words) > 1 and _KEY.match(last):
        names.append(words[-2])  # o.Buyer.Id
    if any(_OWNER.search(name) for name in names if name):
        return Part.OWNER
    if _is_me(value) and not (len(words) == 1 and re.fullmatch(r"_?id|pk", last, re.IGNORECASE)):
        return Part.OWNER  # the id of who asks is that of one user
    if _KEY.match(last):
        return Part.FEW if len(words) < 3 else Part.PARENT
    if whose is not None or (len(words) > 2 and not is_sql):
        return Part.PARENT
    return Part.SOME


def of_flag(column: str) -> Part:
    """Return what a flag leaves: nearly all that is shown, or, as with `paid`, nobody knows how few."""
    return Part.OPEN if _SHARED.search(column) else Part.SOME


def _is_of_row(text: str) -> bool:
    """Whether a side of a lambda's comparison looks like the row's: `o.UserId`, `it.id`."""
    return bool(re.match(r"\w{1,4}\.[A-Z]", text))


def _is_me(value: str) -> bool:
    """Whether a value is who asks: `request.user.id`, `currentUser.Id`, `auth()->id()`."""
    return bool(
        re.search(
            r"(current_?|auth\w*|\bme\b|request\W+)(user|\(\))|\buser_?id\b|\buser\.(id|pk)\b|\btenant_?id\b|getUser\b",
            value,
            re.IGNORECASE,
        )
    )


def of_values(values: Iterable[Arg], *, name: str = "") -> Part:
    """Return what the arguments of a condition leave together."""
    return max((of_value(value) for value in _columns(list(values), name)), default=Part.OPEN)


def as_document(value: Arg) -> Arg:
    """Return a Go struct that stands for the rows that look like it, `&Order{Owner: me}`, as the entries that it has."""
    is_struct = value.kind == "call" and value.items and all(item.name not in ("", "<>") for item in value.items)
    return Arg("dict", "", value.name, value.items) if is_struct else value


def _columns(values: list[Arg], name: str) -> Iterator[Arg]:
    """Yield conditions, one that is told in several arguments as one: `where('user_id', '=', $id)`."""
    if (
        values
        and values[0].kind == "str"
        and not values[0].name
        and len(values) > 1
        and re.fullmatch(r"[\w.\"`]+", values[0].text)
    ):
        op = values[1].text if len(values) > 2 and values[1].kind == "str" else "="
        value = values[-1]
        if re.search(r"NotIn|Not|Null|Between|Like|Date$", name):
            yield Arg("other", "a < b")
        elif name.endswith(("In", "in")) or op.lower() in ("in",):
            yield Arg("other", "a in (?)")
        elif op in ("=", "==", "eq", "is"):
            yield Arg(value.kind, value.text, values[0].text, value.items)
        else:
            yield Arg("other", "a < b")
        return
    first = next((v for v in values if not v.name and v.kind == "str"), None)
    for value in values:
        if first is not None and value is not first and not value.name and value.kind != "dict":
            continue  # what is put into "user_id = ?"
        yield value


def of_value(value: Arg) -> Part:
    """Return what one argument leaves: `user=me`, `Order.id == x`, `{ userId }`, `users::id.eq(id)`, a lambda."""
    if value.name and value.name not in ("where", "filter", "by", "predicate", "spec", "criteria", "conditions"):
        return _of_named(value)
    if value.kind == "dict":
        return of_dict(value)
    if value.kind == "call":
        return _of_call(value)
    if value.kind in ("fn", "other", "str", "fmt", "concat"):
        if value.text.startswith("*") or not value.text:
            return Part.OPEN  # *filters: whatever was asked for
        return of_text(value.text, is_sql=value.kind in ("str", "fmt", "concat"))
    if value.kind == "list":
        return max((of_value(item) for item in value.items), default=Part.OPEN)
    if value.kind in ("bool", "none"):
        return Part.OPEN
    return Part.UNKNOWN


def _of_named(value: Arg) -> Part:
    column, _, op = value.name.partition("__")
    while op and op.partition("__")[0] not in (
        "in",
        "exact",
        "iexact",
        "gt",
        "gte",
        "lt",
        "lte",
        "ne",
        "isnull",
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "range",
        "date",
        "endswith",
        "regex",
        "iregex",
        "search",
        "year",
        "overlap",
    ):
        column, _, op = f"{column}.{op.partition('__')[0]}", "", op.partition("__")[2]
    if value.name.startswith("**") or column == "" or value.text.startswith("**"):
        return Part.OPEN
    if op == "in":
        return Part.FEW
    if op and not op.endswith("exact"):
        return Part.OPEN
    if value.kind == "dict":
        return _of_operators(value, column)
    if value.kind == "none":
        return Part.OPEN
    if value.kind == "bool":
        return of_flag(column)
    if value.kind in ("str", "num"):
        return Part.SOME
    if value.kind == "list":
        return Part.FEW
    told = of_equal(column, value.text or "x")
    if told is Part.SOME and value.kind == "name" and column.lower() in value.text.lower():
        return Part.PARENT  # article=article
    return told


def of_dict(value: Arg) -> Part:
    """Return what `{ userId: id, deletedAt: null }` leaves."""
    found, is_unclear = Part.ALL, False
    for item in value.items:
        if item.name in _WRAPS:
            found = max(
                found,
                max(
                    (
                        of_value(i)
                        for i in (item.items if item.kind == "list" else [Arg(item.kind, item.text, "", item.items)])
                    ),
                    default=Part.OPEN,
                ),
            )
        elif item.name in ("OR", "or", "$or"):
            told = _of_either(item)
            is_unclear = is_unclear or told is Part.UNKNOWN
            found = max(found, told if told is not Part.UNKNOWN else Part.OPEN)
        elif item.kind == "other" and item.text.startswith("..."):
            found = max(found, Part.OPEN)
        else:
            found = max(found, _of_named(item if item.name else Arg(item.kind, item.text, item.text or "x")))
    # Alternatives that are not understood narrow down what one owner or parent has, and are no key.
    return max(found, Part.UNKNOWN) if is_unclear and found not in (Part.OWNER, Part.PARENT) else found


def _of_either(value: Arg) -> Part:
    """`OR: [{ userId }, { isPublic: true }]` leaves what its widest part does; one that is made of a list is a list of keys."""
    if value.kind != "list":
        return Part.FEW
    told = min((of_dict(item) if item.items else Part.UNKNOWN for item in value.items), default=Part.OPEN)
    if told is Part.UNKNOWN and all(item.items and not _names_row(item) for item in value.items):
        return Part.OPEN  # of values, which are written too deep to be seen
    return told


def _names_row(value: Arg) -> bool:
    return any(not item.name or _KEY.match(item.name) or _ENDS_ID.match(item.name) for item in value.items)


def _of_operators(value: Arg, column: str) -> Part:
    """`{ id: { in: ids } }`, `{ author: { id: me } }`; what is written deeper is not known."""
    if not value.items:
        return Part.UNKNOWN
    for item in value.items:
        if item.name in _DICT_IN:
            return Part.FEW
        if item.name in _DICT_EQ:
            return of_equal(column, item.text or "x")
        if _ENDS_ID.match(item.name) or _KEY.match(item.name):
            return Part.OWNER if _OWNER.search(column) or _is_me(item.text) else Part.PARENT
        if item.kind == "dict" and item.name in ("some", "every", "is", "none"):
            return Part.UNKNOWN if not item.items else min(of_dict(item), Part.PARENT)
        if item.kind == "dict" and not item.items:
            return Part.UNKNOWN
        if item.kind == "name" and item.name == item.text:
            return Part.PARENT  # { profile: { symbol } }
    return Part.OPEN


def _of_call(value: Arg) -> Part:
    on, _, last = value.text.rpartition(".")
    if last in _IN_CALLS:
        return (
            Part.FEW
            if not value.items or value.items[0].kind != "list" or value.items[0].items[:1] != ()
            else Part.SOME
        )
    if last in _EQ_CALLS and value.items:
        column, right = (on, value.items[0]) if _is_column(on, value) else (value.items[0].text, value.items[-1])
        if right.kind == "none":
            return Part.OPEN
        if right.kind == "bool":
            return of_flag(column)
        if right.kind in ("str", "num"):
            return Part.SOME
        return of_equal(column, right.text or "x")
    if last in _EQ_CALLS:
        return of_equal(on, "x")
    if last in _ALL_CALLS:
        return max((of_value(item) for item in value.items), default=Part.OPEN)
    if last in ("Contains", "contains", "includes") and value.items and "." in value.items[0].text:
        return Part.FEW  # ids.Contains(o.Id)
    if last in _ANY_CALLS:
        told = [of_value(item) for item in value.items if item.kind != "dict"]
        return min(told) if told and Part.UNKNOWN not in told else Part.OPEN
    if _RANGES.fullmatch(last):
        return Part.OPEN
    if value.items and last[:1].isupper() and all(item.name[:1].isupper() for item in value.items):
        return of_dict(as_document(value))  # Where(&Order{Customer: me})
    return Part.UNKNOWN


def _is_column(on: str, value: Arg) -> bool:
    """Whether what `eq` is called on is the column: not a builder, and not when it has both sides."""
    return bool(on) and len(value.items) == 1
