"""Reads pprof's profile.proto with a small bounded reader of its wire format.

The fields needed are few, and the library for protocol buffers is large; numbers of fields are those of
github.com/google/pprof/proto/profile.proto.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from backwright.advise.profiles.values import Gathering, Kind, Profile, Unit
from backwright.model.errors import BadRequest

Field = tuple[int, int | bytes]
_UNITS: dict[str, tuple[Unit, float]] = {
    "nanoseconds": ("seconds", 1e-9),
    "microseconds": ("seconds", 1e-6),
    "milliseconds": ("seconds", 1e-3),
    "seconds": ("seconds", 1.0),
    "bytes": ("bytes", 1.0),
    "count": ("objects", 1.0),
}
_KINDS: dict[str, Kind] = {
    "cpu": "cpu",
    "samples": "cpu",
    "wall": "wall",
    "delay": "off-cpu",
    "contentions": "off-cpu",
    "inuse_space": "in-use",
    "inuse_objects": "in-use",
    "space": "in-use",
    "alloc_space": "allocated",
    "alloc_objects": "allocated",
    "goroutine": "wall",
}


@dataclass
class _Raw:
    strings: list[str] = field(default_factory=list)
    types: list[tuple[int, int]] = field(default_factory=list)
    samples: list[tuple[list[int], list[int]]] = field(default_factory=list)
    locations: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    addresses: dict[int, int] = field(default_factory=dict)
    functions: dict[int, tuple[int, int]] = field(default_factory=dict)
    duration_ns: int = 0
    default_type: int = 0


def read_pprof(data: bytes) -> Profile:
    """Return the stacks of an unpacked profile, with the value that pprof itself would show first.

    Raises:
        BadRequest: The bytes are no profile, are cut short, or point at what is not there.
    """
    raw = _Raw()
    for number, value in fields(data):
        _take(raw, number, value)
    if not raw.types or not raw.strings:
        raise BadRequest("it is no profile that can be read: no sample type in its protobuf")
    names = [(_string(raw, kind), _string(raw, unit)) for kind, unit in raw.types]
    wanted = _string(raw, raw.default_type)
    shown = next(
        (i for i, (name, _) in enumerate(names) if wanted and name == wanted), len(names) - 1
    )
    counted = next((i for i, (name, unit) in enumerate(names) if unit == "count" and name in ("samples", "contentions", "sample")), None)  # fmt: skip
    unit, scale = _UNITS.get(names[shown][1], ("samples", 1.0))
    if names[shown][0] == "samples":
        unit = "samples"
    kind = _KINDS.get(names[shown][0], "unknown")
    made = Gathering()
    notes = [f"shown is {names[shown][0] or 'the last value'} of {', '.join(n or '?' for n, _ in names)}"] if len(names) > 1 else []  # fmt: skip
    stacks: dict[int, tuple[int, ...]] = {}
    for places, values in raw.samples:
        if len(values) != len(names):
            raise BadRequest(f"a sample of its protobuf has {len(values)} values, not {len(names)}")
        stack: tuple[int, ...] = ()
        for place in reversed(places):  # the file has the innermost first
            if place not in stacks:
                stacks[place] = _frames(raw, made, place)
            stack += stacks[place]
        hits = values[counted] if counted is not None else 0
        made.add(stack, max(values[shown], 0) * scale, max(hits, 0))
    return Profile(
        "pprof",
        kind,
        unit,
        tuple(made.frames),
        made.stacks(),
        raw.duration_ns * 1e-9,
        1,
        tuple(notes),
    )


def _take(raw: _Raw, number: int, value: int | bytes) -> None:
    if isinstance(value, int):
        if number == 10:
            raw.duration_ns = max(value, 0)
        elif number == 14:
            raw.default_type = value
    elif number == 6:
        raw.strings.append(value.decode(errors="replace"))
    elif number == 1:
        parts = _last(value)
        raw.types.append((parts.get(1, 0), parts.get(2, 0)))
    elif number == 2:
        raw.samples.append((_numbers(value, 1), [_signed(n) for n in _numbers(value, 2)]))
    elif number == 4:
        parts = _last(value)
        lines = [_last(inner) for n, inner in fields(value) if n == 4 and isinstance(inner, bytes)]
        raw.locations[parts.get(1, 0)] = [(line.get(1, 0), line.get(2, 0)) for line in lines]
        raw.addresses[parts.get(1, 0)] = parts.get(3, 0)
    elif number == 5:
        parts = _last(value)
        raw.functions[parts.get(1, 0)] = (parts.get(2, 0), parts.get(4, 0))


def _frames(raw: _Raw, made: Gathering, place: int) -> tuple[int, ...]:
    """Return a location's frames outermost first: the file has inlined calls innermost first."""
    if place not in raw.locations:
        raise BadRequest(f"a sample of its protobuf names location {place}, which is not there")
    lines = raw.locations[place]
    if not lines:
        return (made.frame(f"0x{raw.addresses[place]:x}"),)
    found = []
    for function, line in reversed(lines):
        name, file = raw.functions.get(function, (0, 0))
        found.append(made.frame(_string(raw, name), _string(raw, file), _signed(line)))
    return tuple(found)


def _string(raw: _Raw, number: int) -> str:
    if not 0 <= number < len(raw.strings):
        raise BadRequest(f"its protobuf names string {number} of {len(raw.strings)}")
    return raw.strings[number]


def _last(data: bytes) -> dict[int, int]:
    """Return the number fields of a message; of a repeated one the last."""
    return {number: value for number, value in fields(data) if isinstance(value, int)}


def _numbers(data: bytes, wanted: int) -> list[int]:
    """Return a repeated number field, packed or not."""
    found: list[int] = []
    for number, value in fields(data):
        if number != wanted:
            continue
        if isinstance(value, int):
            found.append(value)
        else:
            at = 0
            while at < len(value):
                each, at = _varint(value, at)
                found.append(each)
    return found


def fields(data: bytes) -> Iterator[Field]:
    """Yield the fields of one protobuf message: numbers as int, anything with a length as bytes.

    Raises:
        BadRequest: A field has a wire type that does not exist, or reaches beyond the end.
    """
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if number == 0:
            raise BadRequest("it is no profile that can be read: neither text, JSON nor pprof")
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
        elif wire == 2:
            length, at = _varint(data, at)
            if length > len(data) - at:
                raise BadRequest("its protobuf is cut short")
            yield number, data[at : at + length]
            at += length
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
            if at > len(data):
                raise BadRequest("its protobuf is cut short")
        else:
            raise BadRequest("it is no profile that can be read: neither text, JSON nor pprof")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):  # ten bytes hold 64 bits; more is damaged
        if at >= len(data):
            raise BadRequest("its protobuf is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & (2**64 - 1), at
    raise BadRequest("it is no profile that can be read: a number of its protobuf has no end")


def _signed(value: int) -> int:
    """Return a 64-bit number as protobuf's int64."""
    return value - 2**64 if value >= 2**63 else value
