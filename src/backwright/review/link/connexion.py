"""Connexion: endpoints that an OpenAPI document declares, each with the function that its operationId names."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from backwright.review.facts import Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.openapi import base_path, documents, verbs_of
from backwright.review.link.paths import canonical_path, join
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Use, argument
from backwright.review.regexes import regex

FRAMEWORK = "connexion"
_CONTROLLERS = ("x-openapi-router-controller", "x-swagger-router-controller")
_RESOLVERS = {
    "Resolver": "plain",
    "RelativeResolver": "relative",
    "RestyResolver": "resty",
    "MethodViewResolver": "class",
    "MethodResolver": "class",
}
_RESOURCE = regex(r"/?([\w-]*)(/*)(.*)$")


class Operation(NamedTuple):
    """One operation of a document that an application serves."""

    method: str
    path: str
    label: str
    handler: Fn
    cls: Cls | None
    uses: tuple[Use, ...]
    given: tuple[Arg, ...]
    framework: str = FRAMEWORK

    def declared(self, line: int, marks: tuple[Use, ...]) -> Declared:
        """Return it as an endpoint that stands where its function does, behind the function's own marks."""
        return Declared(
            self.method, self.path, self.label, self.handler.file, line, self.framework, self.handler, self.cls, (*self.uses, *marks), None, self.given
        )  # fmt: skip


class Added(NamedTuple):
    """A document that an application adds: what it is called, its base path if one is given, how handlers are found."""

    file: str
    base: str
    resolver: str
    module: str


class Connexion:
    """Follows `app.add_api("openapi.yml")` into the document, and each operation to its function."""

    def __init__(self, project: Project, texts: Mapping[str, str]) -> None:
        self.project, self.texts = project, texts

    def operations(self, numbers: Iterable[int]) -> Iterator[Operation]:
        """Yield what the documents declare that these files add to an application."""
        for at in numbers:
            file = self.project.files[at]
            if file.language != "python" or not self._is_used:
                continue
            for call in file.calls:
                if call.name == "add_api" and call.args:
                    yield from self._of_call(at, call)

    @cached_property
    def _is_used(self) -> bool:
        return any(
            made.module.partition(".")[0] == FRAMEWORK
            for file in self.project.files
            if file.language == "python"
            for made in file.imports
        )

    @cached_property
    def _documents(self) -> dict[str, dict[str, Any]]:
        return dict(documents(self.texts)) if self._is_used else {}

    def _of_call(self, at: int, call: Call) -> Iterator[Operation]:
        added = self._added(at, call)
        for path, document in self._documents.items():
            if not added.file or path == added.file or path.endswith(f"/{added.file}"):
                base = added.base or base_path(document)
                for where, verb, item, operation in verbs_of(document):
                    found = self._operation(at, document, (where, verb, base), item, operation, added)
                    if found is not None:
                        yield found

    def _added(self, at: int, call: Call) -> Added:
        told = argument(call.args, "specification") or call.args[0]
        base = argument(call.args, "base_path")
        resolver = argument(call.args, "resolver")
        kind = _RESOLVERS.get(resolver.text.rpartition(".")[2], "plain") if resolver is not None else "plain"
        module = next((v.text for v in resolver.items if v.kind == "str"), "") if resolver is not None else ""
        return Added(
            _last_text(self._meant(at, call.fn, told)).removeprefix("./").lstrip("/"),
            base.text if base is not None and base.kind == "str" else "",
            kind,
            module,
        )

    def _meant(self, at: int, fn: int, value: Arg) -> Arg:
        """What was put into a variable, else the value itself."""
        if value.kind == "name":
            for scope in (fn, -1):
                for assign in self.project.assigned[at].get((scope, value.text), ()):
                    return assign.value
        return value

    def _operation(
        self,
        at: int,
        document: Mapping[str, Any],
        place: tuple[str, str, str],
        item: Mapping[str, Any],
        operation: Mapping[str, Any],
        added: Added,
    ) -> Operation | None:
        where, verb, base = place
        name = _handler_name(where, verb, operation, item, document, added)
        found = self._function(at, name)
        if found is None:
            return None
        handler, cls = found
        security = operation.get("security", document.get("security"))
        uses = (Use(_security_text(security), handler.file, self.project.function(handler).line),) if security else ()
        return Operation(
            verb.upper(),
            canonical_path(join(base, where)),
            self.project.label(handler),
            handler,
            cls,
            uses,
            tuple(_parameters(document, item, operation)),
        )

    def _function(self, at: int, name: str) -> tuple[Fn, Cls | None] | None:
        """The function that a dotted name means: `package.module.function`, or a method `package.module.Class.method`."""
        module, _, last = name.rpartition(".")
        if not module or not last:
            return None
        for number in self.project.module_files(at, module):
            plain = next(
                (
                    n
                    for n, made in enumerate(self.project.files[number].functions)
                    if made.name == last and made.cls < 0
                ),
                None,
            )
            if plain is not None:
                return Fn(number, plain), None
        package, _, owner = module.rpartition(".")
        for number in self.project.module_files(at, package) if package else ():
            for fn in self.project.methods.get((owner, last), ()):
                if fn.file == number:
                    return fn, Cls(number, self.project.function(fn).cls)
        return None


def _last_text(value: Arg) -> str:
    """The last text in a value: `"openapi.yml"`, `Path(__file__).parent / "openapi.yml"`, `os.path.join(here, "openapi.yml")`."""
    if value.kind == "str":
        return value.text
    for item in reversed(value.items):
        if text := _last_text(item):
            return text
    quoted = re.findall(r"[\"']([^\"']+)[\"']", value.text) if value.kind in ("other", "call") else []
    return quoted[-1] if quoted else ""


def _handler_name(
    where: str,
    verb: str,
    operation: Mapping[str, Any],
    item: Mapping[str, Any],
    document: Mapping[str, Any],
    added: Added,
) -> str:
    """The dotted name of what handles an operation, as Connexion's resolvers make it."""
    told = str(operation.get("operationId") or "")
    controller = next(
        (str(each[key]) for each in (operation, item, document) for key in _CONTROLLERS if each.get(key)), ""
    )
    if told:
        above = controller or (added.module if added.resolver == "relative" else "")
        return f"{above}.{told}" if above else told
    if added.resolver not in ("resty", "class") or not (controller or added.module):
        return f"{controller}.{verb}" if controller else ""
    resource = _RESOURCE.match(where)
    name, rest = (resource[1], resource[3]) if resource else ("", "")
    above = controller or (f"{added.module}.{name.replace('-', '_')}" if name else added.module)
    function = "search" if verb == "get" and name and not rest else verb
    if added.resolver == "class" and not controller and name:
        above = f"{added.module}.{name.title().replace('-', '').replace('_', '')}View"
    return f"{above}.{function}"


def _security_text(security: object) -> str:
    """What a document demands, as words: an empty entry makes it optional."""
    entries = [each for each in security if isinstance(each, dict)] if isinstance(security, list) else []
    if not entries:
        return "security=none"
    if any(not each for each in entries):
        return "security optional"
    return f"security({' '.join(name for each in entries for name in each)})"


def _parameters(document: Mapping[str, Any], item: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[Arg]:
    """What an operation takes, each as (place, type, name)."""
    for each in (*_list(item.get("parameters")), *_list(operation.get("parameters"))):
        told = _referred(document, each)
        place, name = str(told.get("in") or ""), str(told.get("name") or "")
        schema = told.get("schema")
        kind = str((schema if isinstance(schema, dict) else told).get("type") or "")
        if place in ("path", "query", "header", "cookie") and name:
            yield Arg(place, kind, name)
        elif place in ("body", "formData") and name:
            yield Arg("body" if place == "body" else "form", kind, name)
    body = _referred(document, operation.get("requestBody"))
    for content in (body.get("content") or {}).values() if isinstance(body.get("content"), dict) else ():
        schema = _referred(document, content.get("schema")) if isinstance(content, dict) else {}
        for name in schema.get("properties") or ():
            yield Arg("body", "", str(name))
        return


def _referred(document: Mapping[str, Any], value: object) -> Mapping[str, Any]:
    """What `$ref: "#/components/..."` leads to."""
    for _ in range(3):
        if not isinstance(value, dict):
            return {}
        told = str(value.get("$ref") or "")
        if not told.startswith("#/"):
            return value
        value = document
        for word in told[2:].split("/"):
            value = value.get(word) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
