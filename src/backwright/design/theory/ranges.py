"""What a number may be: each check names the value that is out of range."""

import math


def above_zero(name: str, value: float) -> float:
    """Return the value if it is finite and above 0, else raise ValueError."""
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{name} is {value}: it must be above 0 and finite")
    return value


def not_negative(name: str, value: float) -> float:
    """Return the value if it is finite and at least 0, else raise ValueError."""
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{name} is {value}: it must be 0 or more and finite")
    return value


def part(name: str, value: float) -> float:
    """Return the value if it is a share, 0 and 1 included, else raise ValueError."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} is {value}: it must be from 0 to 1")
    return value


def inner_part(name: str, value: float) -> float:
    """Return the value if it is a share, 0 and 1 not included, else raise ValueError."""
    if not 0 < value < 1:
        raise ValueError(f"{name} is {value}: it must be between 0 and 1")
    return value


def whole(name: str, value: int, least: int, most: int) -> int:
    """Return the value if it is a whole number from least to most, else raise ValueError."""
    if value != int(value) or not least <= value <= most:
        raise ValueError(f"{name} is {value}: it must be a whole number from {least} to {most}")
    return value
