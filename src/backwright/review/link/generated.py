"""Endpoints on the JVM whose declarations are generated: from an OpenAPI document, or by Spring Data REST for a repository."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import Mark
from backwright.review.link.marked import Marked
from backwright.review.link.openapi import OpenApi
from backwright.review.link.packs import Pack
from backwright.review.link.paths import join
from backwright.review.link.project import Cls, Fn
from backwright.review.link.routers import Use, argument, words_of
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.annotated import Annotated

_SWITCHES = regex(r"^(login|required|need\w*|check\w*|validate|verify)$", re.IGNORECASE)
_LETS = regex(
    r"^(is)?(optional|anonymous|allowAnonymous|allowGuest|guest)$", re.IGNORECASE
)  # lets in who is not logged in
_OWN_PARTS = 3  # parts of a package's name that a project has for itself: org.example.shop
_ACTIONS = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/{id}"),
    ("PUT", "/{id}"),
    ("PATCH", "/{id}"),
    ("DELETE", "/{id}"),
)


class Generated:
    """Reads what the classes alone do not say."""

    def __init__(self, annotated: "Annotated") -> None:
        self.annotated = annotated
        self.openapi = OpenApi(annotated.settings.texts)

    # ---- what is generated ------------------------------------------------------------------

    def implemented(self, cls: Cls, pack: Pack) -> Iterator[Marked]:
        """Methods of a class whose interface was generated from an OpenAPI document, and so is not here."""
        made, file = self.annotated.project.class_(cls), self.annotated.project.files[cls.file]
        missing = [base for base in made.bases if self._is_missing(cls, written(base).name)]
        is_jax = not any(route.shape == "call" for route in pack.route) and pack.name == "jax-rs"
        if (
            not missing
            or not (is_jax or self.annotated.is_controller(cls, pack))
            or (is_jax and self.annotated.is_controller(cls, pack))
        ):
            return
        methods = {
            fn.name: index
            for index, fn in enumerate(file.functions)
            if fn.cls == cls.index
            and fn.kind == "method"
            and fn.is_public
            and not any(m.name in self.annotated.route_names[pack.name] for m in fn.marks)
        }
        document = self.openapi.for_methods(set(methods), file.path)
        if document is None or (
            is_jax
            and (
                (made.marks and any(m.name in ("RestController", "Controller") for m in made.marks))
                or not (
                    any(m.module.startswith(pack.imports) for m in file.imports)
                    or any(self._is_ours(cls, written(base).name) for base in missing)
                )
            )
        ):
            return
        start = self.annotated.prefix(cls.file, pack, cls)
        for prefix, _ in self.annotated.class_paths(cls, pack):
            above = join(start, prefix) if prefix or is_jax or start else document.base
            for name, index in methods.items():
                told = document.operations.get(name)
                if told is None:
                    continue
                uses = tuple(
                    Use(mark_text(m), at, m.line)
                    for at, m in self.annotated.class_marks(cls)
                    if self.annotated.guards(m, pack)
                ) + tuple(
                    Use(mark_text(m), cls.file, m.line)
                    for m in file.functions[index].marks
                    if self.annotated.guards(m, pack)
                )
                line = file.functions[index].line
                yield Marked(
                    told.method,
                    join(above, told.path),
                    f"{made.name}.{name}",
                    cls.file,
                    line,
                    pack.name,
                    Fn(cls.file, index),
                    cls,
                    uses,
                )

    def _is_missing(self, cls: Cls, base: str) -> bool:
        """Whether a class or interface is not in the repository; one of another package may have the name of one that is."""
        found = self.annotated.project.find_class(cls.file, base)
        package = self.annotated.project.absolute(cls.file, base).rpartition(".")[0]
        return found is None or (
            "." in package and not package.startswith(self.annotated.project.file_of(found).package)
        )

    def _is_ours(self, cls: Cls, base: str) -> bool:
        """Whether an interface that is not here is in a package of the project's own, and so one that is generated."""
        whole = self.annotated.project.absolute(cls.file, base).split(".")
        own = self.annotated.project.files[cls.file].package.split(".")
        shared = next(
            (n for n, (a, b) in enumerate(zip(whole, own, strict=False)) if a != b), min(len(whole), len(own))
        )
        return shared >= _OWN_PARTS

    # ---- repositories that are served ---------------------------------------------------------

    def exported(self, cls: Cls, pack: Pack) -> Iterator[Marked]:
        """Spring Data REST: a repository that is marked to be served."""
        made = self.annotated.project.class_(cls)
        mark = next((m for m in made.marks if m.name in pack.exports), None)
        if mark is None or any(v.name == "exported" and v.text == "false" for v in mark.args):
            return
        entity = next(
            (name for base in made.bases for name in written(base).args[:1]),
            made.name.removesuffix("Repository"),
        )
        plural = entity[:1].lower() + entity[1:] + ("es" if entity.endswith(("s", "x", "ch", "sh")) else "s")
        plural = re.sub(r"([^aeiou])ys$", r"\1ies", plural)
        told = argument(mark.args, "path")
        path = self.annotated.routers.constant(cls.file, -1, told) if told is not None else plural
        base = join(
            self.annotated.prefix(cls.file, pack),
            self.annotated.settings.text(self.annotated.project.files[cls.file].path, "spring.data.rest.base-path"),
        )
        uses = tuple(
            Use(mark_text(m), cls.file, m.line)
            for m in made.marks
            if self.annotated.guards(m, pack) and m.name not in pack.exports
        )
        for verb, rest in _ACTIONS:
            yield Marked(
                verb,
                join(base, f"{path}{rest}"),
                made.name,
                cls.file,
                mark.line or made.line,
                pack.name,
                None,
                cls,
                uses,
            )


def mark_text(mark: Mark) -> str:
    """Return a mark as a person would write it, names and texts of its arguments alone, and what is switched: `login=false`, `optional=true`."""
    words = [word for value in mark.args for word in words_of(value)]
    words += [f"{value.name}=false" for value in mark.args if value.text == "false" and _SWITCHES.match(value.name)]
    words += [f"{value.name}=true" for value in mark.args if value.text == "true" and _LETS.match(value.name)]
    return f"{mark.name}({' '.join(words)})"
