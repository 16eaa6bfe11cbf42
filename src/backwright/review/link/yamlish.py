"""The part of YAML that configuration files are written in: mappings, lists, scalars, flow style; no anchors, no tags."""

import re
from typing import Any

from backwright.review.regexes import regex

DEPTH_MAX = 20  # levels of nesting read
_KEY = regex(r"""^("[^"]*"|'[^']*'|[^\s#&*!|>{\[\]"'%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)\s*(.*)$""")
_COMMENT = regex(r"""(?:^|\s)#.*$""")


def parse_yaml(source: str) -> Any:  # noqa: ANN401  (a document may be anything)
    """Return a document as dictionaries, lists and texts; what is not understood is left out."""
    lines: list[tuple[int, str]] = []
    block = -1  # indentation of a key whose text block is skipped
    for raw in source.splitlines():
        line = raw.rstrip()
        told = _without_comment(line)
        if not told.strip() or told.strip() in ("---", "..."):
            continue
        indent = len(told) - len(told.lstrip(" "))
        if block >= 0:
            if indent > block:
                continue
            block = -1
        if re.search(r":\s*[|>][+-]?\d*$", told):
            block = indent
        lines.append((indent, told.strip()))
    return _Reader(lines).block(0) if lines else {}


def _without_comment(line: str) -> str:
    if "#" not in line:
        return line
    quote = ""
    for at, char in enumerate(line):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'" and (at == 0 or line[at - 1] in " [{,:(-"):
            quote = char
        elif char == "#" and (at == 0 or line[at - 1] in " \t"):
            return line[:at].rstrip()
    return line


class _Reader:
    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self.lines, self.at = lines, 0

    def block(self, depth: int) -> Any:  # noqa: ANN401
        if self.at >= len(self.lines) or depth > DEPTH_MAX:
            return {}
        indent, first = self.lines[self.at]
        return self._list(indent, depth) if first == "-" or first.startswith("- ") else self._mapping(indent, depth)

    def _list(self, indent: int, depth: int) -> list[Any]:
        found: list[Any] = []
        while self.at < len(self.lines):
            at, text = self.lines[self.at]
            if at != indent or not (text == "-" or text.startswith("- ")):
                break
            rest = text[1:].strip()
            if not rest:
                self.at += 1
                found.append(
                    self.block(depth + 1) if self.at < len(self.lines) and self.lines[self.at][0] > indent else None
                )
            elif _KEY.match(rest) and rest[0] not in "{[":
                self.lines[self.at] = (indent + len(text) - len(rest), rest)
                found.append(self.block(depth + 1))
            else:
                self.at += 1
                found.append(self._scalar(rest, indent))
        return found

    def _mapping(self, indent: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self.at < len(self.lines):
            at, text = self.lines[self.at]
            if at < indent:
                break
            match = _KEY.match(text)
            self.at += 1
            if at > indent or match is None:
                continue
            key, rest = match[1].strip("\"'"), match[2]
            if rest and rest not in ("|", ">", "|-", ">-"):
                found[key] = self._scalar(rest, indent)
            elif self.at < len(self.lines):
                below, first = self.lines[self.at]
                is_list = first == "-" or first.startswith("- ")
                found[key] = self.block(depth + 1) if below > indent or (below == indent and is_list) else None
            else:
                found[key] = None
        return found

    def _scalar(self, text: str, indent: int) -> Any:  # noqa: ANN401
        if text[0] in "{[":
            while (
                text.count("{") + text.count("[") > text.count("}") + text.count("]")
                and self.at < len(self.lines)
                and self.lines[self.at][0] >= indent
            ):
                text += " " + self.lines[self.at][1]
                self.at += 1
            return _flow(text)
        return _plain(text)


def _flow(text: str) -> Any:  # noqa: ANN401
    value, _ = _flow_value(text, 0, 0)
    return value


def _flow_value(text: str, at: int, depth: int) -> tuple[Any, int]:
    while at < len(text) and text[at] in " \t":
        at += 1
    if at >= len(text) or depth > DEPTH_MAX:
        return None, len(text)
    if text[at] == "[":
        items: list[Any] = []
        at += 1
        while at < len(text) and text[at] != "]":
            value, at = _flow_value(text, at, depth + 1)
            items.append(value)
            at = _past(text, at, ", ")
        return items, at + 1
    if text[at] == "{":
        found: dict[str, Any] = {}
        at = _past(text, at + 1, " ,")
        while at < len(text) and text[at] != "}":
            match = re.compile(r"""\s*("[^"]*"|'[^']*'|[^:,}]+?)\s*(?::\s*|(?=[,}]))""").match(text, at)
            if match is None:
                break
            key, at = match[1].strip("\"'"), match.end()
            found[key] = None
            if text[at - 1 : at] not in (",", "}") and ":" in match[0]:
                found[key], at = _flow_value(text, at, depth + 1)
            at = _past(text, at, ", ")
        return found, at + 1
    if text[at] in "\"'":
        end = text.find(text[at], at + 1)
        end = len(text) if end < 0 else end
        return text[at + 1 : end], end + 1
    match = re.compile(r"[^,\]}]*").match(text, at)
    return (_plain(match[0].strip()), match.end()) if match is not None else (None, len(text))


def _past(text: str, at: int, chars: str) -> int:
    while at < len(text) and text[at] in chars:
        at += 1
    return at


def _plain(text: str) -> Any:  # noqa: ANN401
    if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
        return text[1:-1]
    if text in ("~", "null", "Null", "NULL", ""):
        return None
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text
