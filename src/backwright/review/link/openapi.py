"""Endpoints of code that is generated from an OpenAPI document: the interfaces are not in the repository, the document is."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from backwright.review.link.modulepaths import shared
from backwright.review.link.yamlish import parse_yaml
from backwright.review.regexes import regex

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
_DOCUMENT = regex(r"^\s*\{?\s*[\"']?(openapi|swagger)[\"']?\s*:\s*[\"']?[23]\.", re.MULTILINE)
_SIZE_MAX = 2_000_000  # characters of a document that is read


class Operation(NamedTuple):
    """One operation of a document."""

    method: str
    path: str


class Document(NamedTuple):
    """One document: where it stands, the path of its server, its operations by the name of the method that is generated."""

    path: str
    base: str
    operations: Mapping[str, Operation]


class OpenApi:
    """All OpenAPI documents of a repository."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    @cached_property
    def documents(self) -> list[Document]:
        """Every document that names its operations."""
        return list(self._read())

    def _read(self) -> Iterator[Document]:
        for path, told in documents(self.texts):
            operations = {
                _method(str(operation["operationId"])): Operation(verb.upper(), where)
                for where, verb, _, operation in verbs_of(told)
                if operation.get("operationId")
            }
            if operations:
                yield Document(path, base_path(told), operations)

    def for_methods(self, names: set[str], path: str) -> Document | None:
        """Return the document that names most of these methods of a file, the nearest of several; None if none names any."""
        best = max(
            self.documents,
            key=lambda each: (len(names & each.operations.keys()), shared(each.path, path)),
            default=None,
        )
        return best if best is not None and names & best.operations.keys() else None


def documents(texts: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every OpenAPI document: its path, and what it says."""
    for path, text in texts.items():
        if path.endswith((".yml", ".yaml", ".json")) and len(text) <= _SIZE_MAX and _DOCUMENT.search(text[:4000]):
            told = _parsed(path, text)
            if isinstance(told, dict):
                yield path, told


def verbs_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each operation of a document: path, verb, what stands at the path, what stands at the verb."""
    paths = document.get("paths")
    for where, item in paths.items() if isinstance(paths, dict) else ():
        for verb, operation in item.items() if isinstance(item, dict) else ():
            if verb in _VERBS and isinstance(operation, dict):
                yield where, verb, item, operation


def _parsed(path: str, text: str) -> Any:  # noqa: ANN401
    if path.endswith(".json"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return {}
    return parse_yaml(text)


def base_path(told: dict[str, Any]) -> str:
    """The path of the first server."""
    servers = told.get("servers")
    url = (
        servers[0].get("url")
        if isinstance(servers, list) and servers and isinstance(servers[0], dict)
        else told.get("basePath")
    )
    found = re.fullmatch(r"(?:https?://[^/]+)?(/[^?#{]*)?", str(url or ""))
    return (found[1] or "").rstrip("/") if found else ""


def _method(name: str) -> str:
    """The name of the method that generators make of an operation."""
    parts = [part for part in re.split(r"[^A-Za-z0-9]+", name) if part]
    return (
        parts[0][:1].lower() + parts[0][1:] + "".join(part[:1].upper() + part[1:] for part in parts[1:])
        if parts
        else name
    )
