"""Measured numbers written into a blueprint's text at their dotted path; comments and everything else stay."""

from dataclasses import dataclass

import yaml


@dataclass(frozen=True)
class Measured:
    """A duration that was measured.

    Attributes:
        at: Dotted path in the blueprint, such as "services.orders.handlers.buy.0.cpu".
        value, low, high: Mean and its 95 % interval, s.
        shape, points: Of the law, "" and () if only the mean was measured.
        ref, date: Where the number comes from, and when.
    """

    at: str
    value: float
    low: float
    high: float
    ref: str
    date: str
    shape: str = ""
    points: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Change:
    """One place of a blueprint and what stands there before and after."""

    at: str
    line: int
    old: str
    new: str


def patched(text: str, numbers: tuple[Measured, ...]) -> tuple[str, tuple[Change, ...]]:
    """Return the text with the numbers in place, and what was changed; KeyError for a path that is not there."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        raise KeyError(numbers[0].at if numbers else "")
    edits = []
    for number in numbers:
        node = _find(root, number.at)
        start, end = node.start_mark.index, _end(node)
        old = text[start:end]
        edits.append(
            (start, end, Change(number.at, node.start_mark.line + 1, old, said(number, old)))
        )
    for start, end, change in sorted(edits, key=lambda edit: -edit[0]):
        lead = _lead(text, start)
        text = text[:start] + lead + change.new + text[end:]
    changes = tuple(sorted((change for *_, change in edits), key=lambda change: change.line))
    return text, changes


def said(number: Measured, old: str = "") -> str:
    """Return the flow mapping of a number; the shape of the law that stood there stays if none was measured."""
    parts = [
        f"mean: {_time(number.value)}",
        f"low: {_time(number.low)}",
        f"high: {_time(number.high)}",
    ]
    shape, cv = (number.shape, "") if number.shape else _shape_of(old)
    parts += [f"shape: {shape}"] if shape else []
    parts += [f"cv: {cv}"] if cv else []
    if number.points:
        pairs = ", ".join(f"[{share:g}, {_time(time)}]" for share, time in number.points)
        parts.append(f"points: [{pairs}]")
    ref = number.ref.replace('"', "'")
    parts += ["source: measured", f'ref: "{ref}"', f"date: {number.date}"]
    return "{" + ", ".join(parts) + "}"


def _time(seconds: float) -> str:
    """Return a time with four digits and a unit that blueprints have."""
    if 1 <= seconds < 10_000:
        return f"{seconds:.4g} s"
    return (
        f"{seconds * 1000:.4g} ms"
        if seconds >= 0.001 or seconds == 0
        else f"{seconds * 1e6:.4g} us"
    )


def _shape_of(old: str) -> tuple[str, str]:
    """Return shape and cv of what stood there, however it was written."""
    try:
        value = yaml.safe_load(old)
    except yaml.YAMLError:
        return "", ""
    if isinstance(value, dict):
        shape = str(value.get("shape") or "")
        return ("", "") if shape == "empirical" else (shape, str(value.get("cv") or ""))
    name, bracket, inside = str(value).partition("(")
    if not bracket:
        return "", ""
    cv = inside.rstrip(")").replace("=", " ").partition("cv")[2].strip()
    return {"exp": "exponential"}.get(name.strip(), name.strip()), cv


def _find(node: yaml.Node, at: str) -> yaml.Node:
    """Return the node at a dotted path; names may hold dots, so longer ones are tried first."""
    rest = at.split(".")
    while rest:
        if isinstance(node, yaml.MappingNode):
            keys = {str(key.value): value for key, value in node.value}
            taken = next((n for n in range(len(rest), 0, -1) if ".".join(rest[:n]) in keys), 0)
            if not taken:
                raise KeyError(at)
            node, rest = keys[".".join(rest[:taken])], rest[taken:]
        elif (
            isinstance(node, yaml.SequenceNode)
            and rest[0].isdigit()
            and int(rest[0]) < len(node.value)
        ):
            node, rest = node.value[int(rest[0])], rest[1:]
        else:
            raise KeyError(at)
    return node


def _end(node: yaml.Node) -> int:
    """Return where a node's text ends: a block runs on over blank lines and comments, its last part does not."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end


def _lead(text: str, start: int) -> str:
    """Return what to put before a flow mapping that replaces a block: nothing, as it starts in the same column."""
    return "" if start == 0 or text[start - 1] in " \n" else " "
