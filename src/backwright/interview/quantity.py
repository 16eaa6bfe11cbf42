"""Numbers as people say them: "35k/s", "1.8 TB", "0.14 Gbit/s", "100e6 * 10 / day"; and how we show them."""

import math
import re
from dataclasses import dataclass

from backwright.model.case import scale_of
from backwright.model.errors import BadRequest
from backwright.model.formula import BYTES, SECONDS, FormulaError, evaluate, has_units

SAID_MAX = 200  # characters; a longer answer is no number
_TIMES = {
    **SECONDS,
    **dict.fromkeys(("s", "sec", "secs", "seconds"), 1.0),
    **dict.fromkeys(("min", "mins", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hours"), 3_600.0),
    **dict.fromkeys(("d", "days"), SECONDS["day"]),
    **dict.fromkeys(("mo", "months"), SECONDS["month"]),
    **dict.fromkeys(("y", "yr", "yrs", "years"), SECONDS["year"]),
    **dict.fromkeys(("milliseconds", "msec"), 1e-3),
    **dict.fromkeys(("microseconds", "usec"), 1e-6),
}
_LARGE = {
    **dict.fromkeys(("k", "K", "thousand"), 1e3),
    **dict.fromkeys(("M", "m", "mn", "mio", "mil", "million", "millions"), 1e6),
    **dict.fromkeys(("G", "B", "b", "bn", "billion", "billions"), 1e9),
    **dict.fromkeys(("T", "tn", "trillion", "trillions"), 1e12),
    **dict.fromkeys(("P",), 1e15),
}
_PER_SECOND = {"rps", "qps", "tps", "iops", "ops"}
_PREFIXES = {"": 1.0, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12, "p": 1e15}
_NUMBER = re.compile(
    r"^\s*(?:about|around|ca\.?|approx\.?|roughly|~|=|<|>)*\s*"
    r"(?P<number>\d[\d,_' ]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)"
    r"\s*(?:(?:x|\*)\s*10\s*\^\s*(?P<power>-?\d+))?\s*(?P<rest>.*)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Unit:
    """What a unit measures: its scale to base units, what it counts, whether it is per time."""

    scale: float
    kind: str
    is_rate: bool


def unit_of(unit: str) -> Unit:
    """Return what a unit such as "requests/s", "TB", "ms", "%" or "servers" measures."""
    head, slash, _ = unit.partition("/")
    head = head.strip()
    kind = "share" if head == "%" else "size" if head in BYTES or head == "bytes" else "count"
    if kind == "count" and head in _TIMES:
        kind = "time"
    return Unit(_TIMES[head] if kind == "time" else scale_of(unit), kind, bool(slash))


def read_quantity(said: str, unit: str) -> float:
    """Return what was said in base units; without a unit it is read in the one asked for.

    Raises:
        BadRequest: It is no number, or of another kind than asked.
    """
    text = said.strip()
    if not text or len(text) > SAID_MAX:
        raise BadRequest(f"a number in {unit or 'plain figures'}, please", hint="")
    asked = unit_of(unit)
    if re.fullmatch(r"10\s*\^\s*\d+", text):
        text = text.replace("^", "**")
    if (value := _computed(text, asked)) is not None:
        return _positive(value, said)
    found = _NUMBER.match(text)
    if not found:
        raise BadRequest(f"'{said[:40]}' holds no number", detail=f"for example: {example(unit)}")
    number = float(re.sub(r"[,_' ]", "", found["number"]))
    if found["power"]:
        number *= 10.0 ** max(-30, min(30, int(found["power"])))
    return _positive(number * _scale(found["rest"].strip(), asked, unit, said), said)


def _computed(text: str, asked: Unit) -> float | None:
    """Return the value of an answer that is a calculation, None if it is none."""
    if not re.search(r"[*/+(]|\d\s*-\s*\d", text):
        return None
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    try:
        value = evaluate(plain, {})
    except FormulaError:
        return None
    return value if has_units(plain) else value * asked.scale


def _positive(value: float, said: str) -> float:
    if not 0 < value < 1e40:
        raise BadRequest(f"'{said[:40]}' is not above zero")
    return value


def _scale(rest: str, asked: Unit, unit: str, said: str) -> float:
    """Return what one of `rest` ("k/s", "TB", "million a day") is in base units."""
    head, tail = _parted(rest)
    words = head.split()
    scale = 1.0
    if words and words[0] in _LARGE and (len(words) > 1 or asked.kind != "size"):
        scale *= _LARGE[words.pop(0)]
    elif words and (
        glued := re.match(r"^([kKMGBT])(?=(?:req|msg|ops|qps|rps|tps|users|keys))", words[0])
    ):
        scale *= _LARGE[glued[1]]
        words[0] = words[0][1:]
    word = words[0].strip(".,;)") if words else ""
    kind, size = _meaning(word, asked)
    if kind != asked.kind and not (kind == "plain" and (not word or asked.kind == "count")):
        raise BadRequest(
            f"'{said[:40]}' is not in {unit or 'plain figures'}",
            detail=f"for example: {example(unit)}",
        )
    scale *= asked.scale if kind == "plain" and asked.kind != "count" else size
    per_second = word.lower() in _PER_SECOND
    if not asked.is_rate or per_second:
        return scale
    if not tail:
        # A bare number, or "35k", is per the time that was asked for.
        return scale if kind == "plain" and asked.kind != "count" else scale * _per(unit)
    time = _TIMES.get(tail) or _TIMES.get(tail.lower())
    if time is None:
        raise BadRequest(f"'{tail}' is no time; for example: {example(unit)}")
    if kind == "plain" and asked.kind != "count":
        return scale / _per(unit) / time  # the bare number had the asked time in its scale
    return scale / time


def _per(unit: str) -> float:
    """Return 1 over the time of a rate, in 1/s."""
    return 1 / _TIMES.get(unit.partition("/")[2].strip(), 1.0)


def _parted(rest: str) -> tuple[str, str]:
    """Return what is before and after "/", "per" or "a"."""
    found = re.match(r"^(.*?)(?:/|\bper\b|\ban?\b|\beach\b)\s*([A-Za-z]+)", rest)
    return (found[1].strip(), found[2]) if found else (rest, "")


def _meaning(word: str, asked: Unit) -> tuple[str, float]:
    """Return the kind of a unit word and its scale."""
    if word == "%" or word.lower() in ("percent", "pct"):
        return "share", 0.01
    if asked.kind == "time" and word in _TIMES:
        return "time", _TIMES[word]
    if word in BYTES:
        return "size", BYTES[word]
    found = re.fullmatch(r"([kmgtp]?)(i?)(b|bytes?|bits?|bps)", word.lower()) if word else None
    if found and (asked.kind == "size" or found[3] != "b"):
        per_byte = (
            8
            if found[3].startswith("bi")
            or found[3] == "bps"
            or (word.endswith("b") and word[:1].isupper())
            else 1
        )
        prefix = (
            1024.0 ** "kmgtp".index(found[1]) * 1024
            if found[2] and found[1]
            else _PREFIXES[found[1]]
        )
        return "size", prefix / per_byte
    if asked.kind == "size" and word.lower() in _PREFIXES and word:
        return "size", _PREFIXES[word.lower()]
    if word in _TIMES and asked.kind in ("size", "share"):
        return "time", _TIMES[word]
    return "plain", 1.0


def example(unit: str) -> str:
    """Return an answer in this unit, to be shown."""
    return f"12 {unit}".strip() if unit != "%" else "85 %"


def show(value: float, unit: str) -> str:
    """Return a value in base units as "34,700 requests/s", "1.83 TB", "76 %", "2.5 million users"."""
    return f"{figures(value / unit_of(unit).scale)} {unit}".strip()


def figures(number: float) -> str:
    """Return a number with three figures that count, thousands marked, millions in words."""
    for limit, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(number) >= limit * 0.9995:
            return f"{_three(number / limit)} {word}"
    return _three(number)


def _three(number: float) -> str:
    if number == 0:
        return "0"
    decimals = 2 - math.floor(math.log10(abs(number)))
    rounded = round(number, decimals)
    if decimals <= 0:
        return f"{rounded:,.0f}"
    return f"{rounded:.{min(decimals, 9)}f}".rstrip("0").rstrip(".")


def exact(number: float) -> str:
    """Return a number for a blueprint: whole ones without a point, others with five figures."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.5g}"
