"""Applications: which programs of a repository belong together, by what their manifests name of each other."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from backwright.review.link.model import Model
from backwright.review.link.modulepaths import program_of
from backwright.review.link.modules import MANIFEST
from backwright.review.regexes import regex

_PATHS = regex(
    r"ProjectReference\s+Include=\"([^\"]+?)[\\/][^\\/\"]+proj\"|\bpath\s*=\s*\"(\.\.?/[^\"]+)\"|\"(?:file|link):(\.\.?/[^\"]+)\""
)
_NAMES = regex(r"<dependency>.*?<artifactId>([\w.-]+)</artifactId>|\bproject\(\s*[\"']:([\w:.-]+)[\"']", re.DOTALL)
_MANIFEST = regex(r"(^|/)(Cargo\.toml|pom\.xml|build\.gradle(\.kts)?|package\.json|[^/]+\.csproj)$")


class Applications:
    """Programs that use each other, or one another's parts, are one application."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of(self, at: int) -> str:
        """Return the name of the application that a file belongs to."""
        return self.of_path(self.model.files[at].path)

    def of_path(self, path: str) -> str:
        """Return the name of the application that a path lies in."""
        program = self._program(path)
        return self._of_program.get(program, program)

    def _program(self, path: str) -> str:
        return program_of(path, self._folders)

    @cached_property
    def _folders(self) -> frozenset[str]:
        """Folders with a manifest; Gradle's in Kotlin is read as source."""
        paths = (*self.model.texts, *(file.path for file in self.model.files if file.path.endswith(".kts")))
        return frozenset(path.rpartition("/")[0] for path in paths if MANIFEST.search(path))

    @cached_property
    def _of_program(self) -> dict[str, str]:
        programs = {self._program(self.model.files[at].path) for at in self.model.own}
        by_name: dict[str, list[str]] = defaultdict(list)
        for program in sorted(programs):
            by_name[program.rpartition("/")[2]].append(program)
        groups = {program: program for program in programs}
        for path in sorted(self.model.texts):
            folder = path.rpartition("/")[0]
            if not _MANIFEST.search(path):
                continue
            groups.setdefault(folder, folder)
            for other in self._named(folder, self.model.texts[path], by_name):
                groups.setdefault(other, other)
                one, two = _root(groups, folder), _root(groups, other)
                groups[max(one, two)] = min(one, two)
        return {program: _root(groups, program) for program in groups}

    def _named(self, folder: str, text: str, by_name: dict[str, list[str]]) -> Iterator[str]:
        for found in _PATHS.finditer(text):
            yield posixpath.normpath(posixpath.join(folder, next(filter(None, found.groups())).replace("\\", "/")))
        for found in _NAMES.finditer(text):
            yield from by_name.get(next(filter(None, found.groups())).rpartition(":")[2], ())

    @cached_property
    def with_login(self) -> frozenset[str]:
        """Applications in which something needs a login."""
        pairs = zip(self.model.declared, self.model.endpoints, strict=True)
        return frozenset(self.of(declared.at) for declared, endpoint in pairs if endpoint.auth is True)


def _root(groups: dict[str, str], name: str) -> str:
    while groups[name] != name:
        name = groups[name]
    return name
