"""Files of routes that Symfony loads because PHP says so: `$routes->import("../config/shop/*.yaml")->prefix("/shop")`, and those in XML."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from backwright.review.facts import Call
from backwright.review.link.words import argument
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers

_ON = regex(r"(^|\.)(routes|routing|routingConfigurator|configurator)$", re.IGNORECASE)
_KINDS = frozenset({"attribute", "annotation", "glob", "yaml", "xml", "directory"})
_TAG = regex(r"<(route|import)\b([^<>]*?)(?:/>|>(.*?)</\1>)", re.DOTALL)
_ATTRIBUTE = regex(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CONTROLLER = regex(r"""<default\s+key\s*=\s*["']_controller["']\s*>\s*(?:<string>)?([^<]+)<""")


class Imported(NamedTuple):
    """What a file of PHP has loaded: `entry` is what YAML would say of it."""

    file: str
    entry: dict[str, Any]


def imports(routers: "Routers") -> list[Imported]:
    """Return what kernels and files of routes in PHP import."""
    project = routers.project
    found: list[Imported] = []
    for at, index in project.calls_by_name.get("import", ()):
        file = project.files[at]
        call = file.calls[index]
        if file.language != "php" or file.is_test or not call.args or not _ON.search(call.on):
            continue
        resource = _resource(routers, at, call)
        if resource:
            entry: dict[str, Any] = {"resource": resource, "prefix": _prefix(routers, at, index, call)}
            kind = argument(call.args, "1")
            if kind is not None and kind.kind == "str" and kind.text in _KINDS:
                entry["type"] = kind.text
            found.append(Imported(file.path, entry))
    return found


def _resource(routers: "Routers", at: int, call: Call) -> str:
    """Return what is imported; what only a running program knows may be anything, but where the application lies."""
    told = call.args[0]
    text = routers.constant(at, call.fn, told) or ""
    if told.kind in ("concat", "fmt") and told.items and told.items[0].text == "__DIR__" and told.text.startswith("{}"):
        return text.removeprefix("{*}").lstrip("/").replace("{*}", "*")
    if text.startswith("{*}/"):
        return "%kernel.project_dir%" + text[3:].replace("{*}", "*")
    return "" if text.startswith("{*}") else text.replace("{*}", "*")


def _prefix(routers: "Routers", at: int, index: int, call: Call) -> str:
    """Return the prefix that is chained behind, or that old kernels hand over in the second place."""
    calls, outer = routers.project.files[at].calls, routers.outer[at]
    while index in outer:
        index = outer[index]
        if calls[index].name == "prefix" and calls[index].args:
            return routers.constant(at, call.fn, calls[index].args[0]) or ""
    second = argument(call.args, "1")
    told = second.text if second is not None and second.kind == "str" else ""
    return told if told.startswith("/") and told != "/" else ""


def parse_xml(text: str) -> dict[str, dict[str, Any]]:
    """Return the routes and imports of a file in XML as YAML would say them."""
    found: dict[str, dict[str, Any]] = {}
    for number, (tag, attributes, inside) in enumerate(_entries(text)):
        told: dict[str, Any] = {key: value for key, value in attributes if key in _KEYS}
        if tag == "route":
            controller = _CONTROLLER.search(inside)
            if controller and "controller" not in told:
                told["controller"] = controller[1].strip()
        found[str(dict(attributes).get("id") or f"import{number}")] = told
    return found


_KEYS = ("path", "pattern", "controller", "methods", "resource", "prefix", "type")


def _entries(text: str) -> Iterator[tuple[str, list[tuple[str, str]], str]]:
    for match in _TAG.finditer(text):
        pairs = [(key, one or other) for key, one, other in _ATTRIBUTE.findall(match[2])]
        yield match[1], pairs, match[3] or ""
