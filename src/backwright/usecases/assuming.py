"""What a request left open: filled with defaults that are said, each with the option that sets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backwright.model.errors import BadRequest


@dataclass(frozen=True)
class Assumed:
    """One answer that nobody gave.

    Attributes:
        option: How to set it, such as "--rate 50".
    """

    name: str
    value: str
    option: str


def filled(
    ask: object, defaults: Mapping[str, Any], positional: str = ""
) -> tuple[dict[str, Any], tuple[Assumed, ...]]:
    """Return all values by name, and those that were taken from the defaults.

    None, "" and () stand for "not given". The field `positional` is given without its name.
    """
    values: dict[str, Any] = {}
    assumed = []
    for name, default in defaults.items():
        given = getattr(ask, name)
        values[name] = given
        if given is None or given in ("", ()):
            values[name] = default
            shown = " ".join(default) if isinstance(default, tuple) else _plain(default)
            option = shown if name == positional else f"--{name.replace('_', '-')} {shown}"
            assumed.append(Assumed(name.replace("_", " "), shown, option))
    return values, tuple(assumed)


def in_range(
    values: Mapping[str, Any], limits: Mapping[str, tuple[float, float, str]], verb: str
) -> None:
    """Refuse a number outside its limits; each is (least, most, unit).

    Raises:
        BadRequest: Naming the option, the value and the limits.
    """
    for name, (least, most, unit) in limits.items():
        value = values[name]
        if value is not None and not least <= value <= most:
            option = f"--{name.replace('_', '-')}"
            raise BadRequest(
                f"{option} {_plain(value)} makes no sense: from {_plain(least)} to {_plain(most)} {unit}".rstrip(),
                hint=f"backwright {verb} {option} {_plain(max(least, 1))}",
            )


def _plain(value: Any) -> str:  # noqa: ANN401
    return f"{value:g}" if isinstance(value, int | float) else str(value)
