"""Numbers as a person says them: three digits, a unit, no more."""

from math import isfinite


def seconds(value: float) -> str:
    """Return a time: "205 ms", "1.2 s", "350 us"."""
    if not isfinite(value):
        return "without end"
    if value >= 7200:
        return f"{digits(value / 3600)} h"
    if value >= 600:
        return f"{digits(value / 60)} min"
    if value >= 1:
        return f"{digits(value)} s"
    if value >= 0.001 or value == 0:
        return f"{digits(value * 1000)} ms"
    return f"{digits(value * 1e6)} us"


def per_second(value: float) -> str:
    """Return a rate: "48.8/s", "400/s"."""
    return f"{digits(value)}/s" if isfinite(value) else "no limit"


def percent(share: float) -> str:
    """Return a share as "62 %", with a decimal below 1 %."""
    return f"{digits(100 * share) if 0 < share < 0.01 else f'{100 * share:.0f}'} %"


def digits(value: float) -> str:
    """Return a number with three digits and without needless zeros: 0.205, 48.8, 1,200."""
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    places = 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    text = f"{value:.{places}f}" if abs(value) >= 0.01 else f"{value:.2g}"
    return text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text


def is_or_are(name: str) -> str:
    """Return the verb for a resource: "orders_db pool" is, "orders workers" are, the store "redis" is."""
    return "are" if " " in name and name.endswith("s") else "is"


def listed(parts: list[str], last: str = "and") -> str:
    """Return "a", "a and b" or "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


SHARES = (".hit", ".share", ".failing", ".fail", ".availability", ".growth")


def said(at: str, value: float) -> str:
    """Return a number of a blueprint with its unit, which follows from where it stands."""
    if at == "workload.rate":
        return per_second(value)
    if at.endswith(SHARES) or at.startswith("workload.mix"):
        return percent(value)
    return seconds(value)
