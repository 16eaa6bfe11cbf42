"""Numbers with units, read and written: "25 ms", "60/s", "4 GiB", "10 %", "150..220 ms", "3x"."""

import re
from collections.abc import Callable, Mapping
from typing import Literal

Unit = Literal["time", "rate", "size", "share", "count", "factor", "growth"]

TIMES = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86_400.0, "day": 86_400.0}  # fmt: skip
SIZES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}  # fmt: skip
COUNTS = {"": 1.0, "k": 1e3, "M": 1e6, "G": 1e9}
PERIODS = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "day": 86_400.0}
GROWTHS = {"month": 1.0, "year": 12.0}  # months
NUMBER = r"[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
WRITTEN = re.compile(rf"\s*({NUMBER})\s*(.*?)\s*", re.DOTALL)
RANGE = re.compile(rf"\s*({NUMBER})\s*(.*?)\s*\.\.\s*({NUMBER})\s*(.*?)\s*", re.DOTALL)
NEEDED: dict[Unit, str] = {
    "time": "a time needs its unit, for example 3 s or 3000 ms",
    "rate": "a rate needs its period, for example 60/s or 1M/day",
    "size": "a size needs its unit, for example 4 GiB",
    "share": "a share is written as 10 % or 0.1, and lies between 0 and 100 %",
    "count": "a count is a whole number, for example 16 or 10k",
    "factor": "a factor is written as 3x or 3",
    "growth": "a growth is written as 5 %/month or 60 %/year",
}


class UnitError(ValueError):
    """The text is no such number; the message says what one looks like."""


def read_number(text: str, unit: Unit) -> float:
    """Return one number in base units: seconds, per second, bytes, 0..1; UnitError if it is none."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        raise UnitError(NEEDED[unit])
    return _READ[unit](float(match[1].replace("_", "")), match[2])


def read_range(text: str, unit: Unit) -> tuple[float, float]:
    """Return (low, high) of "150..220 ms", or the number twice; UnitError if low is above high."""
    match = RANGE.fullmatch(text)
    if match is None:
        value = read_number(text, unit)
        return value, value
    low = read_number(f"{match[1]} {match[2] or match[4]}", unit)
    high = read_number(f"{match[3]} {match[4]}", unit)
    if low > high:
        raise UnitError(f"the range falls from {match[1]} to {match[3]}; the lower end comes first")
    return low, high


def _time(value: float, unit: str) -> float:
    return value * _factor(TIMES, unit, "time")


def _size(value: float, unit: str) -> float:
    return value * _factor(SIZES, unit, "size")


def _factor(known: Mapping[str, float], unit: str, of: Unit) -> float:
    if unit not in known:
        raise UnitError(NEEDED[of])
    return known[unit]


def _rate(value: float, unit: str) -> float:
    unit = unit.replace("requests", "").replace("req", "").strip()
    if unit == "rps":
        return value
    scale, slash, period = unit.partition("/")
    if not slash:
        raise UnitError(NEEDED["rate"])
    period = period.strip()
    return value * _factor(COUNTS, scale.strip(), "rate") / _factor(PERIODS, period, "rate")


def _share(value: float, unit: str) -> float:
    if unit not in ("", "%"):
        raise UnitError(NEEDED["share"])
    share = value / 100 if unit == "%" else value
    if not 0 <= share <= 1:
        raise UnitError(NEEDED["share"])
    return share


def _count(value: float, unit: str) -> float:
    scaled = value * _factor(COUNTS, unit, "count")
    if scaled != int(scaled):
        raise UnitError(NEEDED["count"])
    return scaled


def _times(value: float, unit: str) -> float:
    if unit not in ("", "x"):
        raise UnitError(NEEDED["factor"])
    return value


def _growth(value: float, unit: str) -> float:
    percent, slash, period = unit.partition("/")
    if percent.strip() != "%" or not slash:
        raise UnitError(NEEDED["growth"])
    months = _factor(GROWTHS, period.strip(), "growth")
    return float((1 + value / 100) ** (1 / months) - 1)


_READ: dict[Unit, Callable[[float, str], float]] = {
    "time": _time,
    "rate": _rate,
    "size": _size,
    "share": _share,
    "count": _count,
    "factor": _times,
    "growth": _growth,
}
