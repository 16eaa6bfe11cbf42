"""Arithmetic that content may write: names, numbers, + - * / **, a few functions, units by name.

Values are in base units: seconds, bytes, counts, shares of 1. Nothing is executed: a formula is parsed into
a syntax tree, and only the nodes named here are evaluated.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

LENGTH_MAX = 400  # a longer formula is several
POWER_MAX = 64  # 2 ** 64 is the largest power that anybody estimates with

SECONDS = {
    "us": 1e-6,
    "ms": 1e-3,
    "second": 1.0,
    "minute": 60.0,
    "hour": 3_600.0,
    "day": 86_400.0,
    "month": 365 * 86_400.0 / 12,
    "year": 365 * 86_400.0,
}
BYTES = {
    "kB": 1e3,
    "MB": 1e6,
    "GB": 1e9,
    "TB": 1e12,
    "PB": 1e15,
    "KiB": 2.0**10,
    "MiB": 2.0**20,
    "GiB": 2.0**30,
    "TiB": 2.0**40,
    "bit": 1 / 8,
    "kbit": 1e3 / 8,
    "Mbit": 1e6 / 8,
    "Gbit": 1e9 / 8,
    "Tbit": 1e12 / 8,
}
UNITS: Mapping[str, float] = {**SECONDS, **BYTES}


def harmonic(n: float) -> float:
    """Return 1 + 1/2 + ... + 1/n, by Euler's expansion; within 1e-4 from n = 1 on.

    harmonic(cached) / harmonic(keys) is the share of look-ups that the most popular keys get when
    popularity follows Zipf's law with exponent 1.
    """
    return math.log(n) + 0.5772156649 + 1 / (2 * n) - 1 / (12 * n * n)


FUNCTIONS: Mapping[str, tuple[Callable[..., float], int | None]] = {
    "min": (min, None),
    "max": (max, None),
    "ceil": (math.ceil, 1),
    "floor": (math.floor, 1),
    "sqrt": (math.sqrt, 1),
    "log2": (math.log2, 1),
    "ln": (math.log, 1),
    "exp": (math.exp, 1),
    "harmonic": (harmonic, 1),
}
RESERVED = frozenset({*UNITS, *FUNCTIONS})
_BINARY: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


class FormulaError(ValueError):
    """The text is no formula, names something unknown, or has no finite value."""


def names_in(text: str) -> frozenset[str]:
    """Return the names that a formula needs, without functions and units."""
    return frozenset(
        node.id
        for node in ast.walk(_parsed(text))
        if isinstance(node, ast.Name) and node.id not in RESERVED
    )


def has_units(text: str) -> bool:
    """Whether a formula names a unit, so that its value is in base units."""
    return any(isinstance(n, ast.Name) and n.id in UNITS for n in ast.walk(_parsed(text)))


def evaluate(text: str, values: Mapping[str, float]) -> float:
    """Return the value of a formula; FormulaError if it has none that is finite."""
    try:
        value = float(_value(_parsed(text), values))
    except (ZeroDivisionError, OverflowError, ValueError, TypeError) as error:
        raise FormulaError(f"'{text}' has no value: {error}") from None
    if not math.isfinite(value):
        raise FormulaError(f"'{text}' is not finite")
    return value


@lru_cache(maxsize=2048)
def _parsed(text: str) -> ast.expr:
    if len(text) > LENGTH_MAX:
        raise FormulaError(f"a formula of {len(text)} characters; at most {LENGTH_MAX}")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(f"'{text}' is no formula") from None


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool()):
            raise FormulaError("true and false are no numbers")
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.Name(id=name):
            if name in UNITS:
                return UNITS[name]
            if name not in values:
                raise FormulaError(f"nothing is called '{name}'")
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            a, b = _value(left, values), _value(right, values)
            if isinstance(op, ast.Pow) and abs(b) > POWER_MAX:
                raise FormulaError(f"a power of {b:g}; at most {POWER_MAX}")
            return float(_BINARY[type(op)](float(a), b))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            function, wanted = FUNCTIONS[name]
            if wanted is not None and len(args) != wanted:
                raise FormulaError(f"{name} takes {wanted} argument")
            return function(*(_value(arg, values) for arg in args))
        case _:
            raise FormulaError(f"'{ast.unparse(node)}' is not arithmetic")
