"""Which files make one program: those below the nearest manifest."""

import re
from collections.abc import Iterable

from backwright.review.link.model import Model
from backwright.review.link.modulepaths import program_of
from backwright.review.regexes import regex

_MANIFEST = regex(
    r"^(go\.mod|package\.json|pom\.xml|build\.gradle(\.kts)?|pyproject\.toml|requirements\.txt|setup\.py|composer\.json|Cargo\.toml|CMakeLists\.txt|[^/]*\.csproj)$"
)
# Files of those who put a program where others start and stop it.
_DEPLOYED = regex(
    r"(^|/)(Dockerfile[^/]*|Containerfile|Procfile|app\.ya?ml|fly\.toml|render\.ya?ml|Chart\.ya?ml|k8s/[^/]*|kubernetes/[^/]*|[^/]*deployment[^/]*\.ya?ml|[^/]*\.service)$",
    re.IGNORECASE,
)
# Folders at the top in which the ways to start all programs of a repository lie.
_SHARED = regex(
    r"\.?(docker|deploy(ments?)?|build|infra(structure)?|ops|k8s|kubernetes|helm|charts|ci|devops)/", re.IGNORECASE
)


class Services:
    """The programs of a repository, each by its folder; "" is the repository itself."""

    def __init__(self, model: Model) -> None:
        places = [path.rpartition("/") for path in model.texts]
        self._roots = {folder for folder, _, name in places if _MANIFEST.match(name)}
        self._deployed = {path for path in model.texts if _DEPLOYED.search(path)}

    def root(self, path: str) -> str:
        """Return the folder of the nearest manifest above a file."""
        return program_of(path, self._roots)

    def by_root(self, model: Model, files: Iterable[int]) -> dict[str, list[int]]:
        """Return files by the program that they belong to."""
        found: dict[str, list[int]] = {}
        for at in files:
            found.setdefault(self.root(model.files[at].path), []).append(at)
        return found

    def is_deployed(self, root: str) -> bool:
        """Whether something says how a program is started elsewhere: beside it, or at the top of the repository."""
        return any(
            "/" not in path or self._is_shared(path) or path.startswith(f"{root}/" if root else "")
            for path in self._deployed
        )

    def _is_shared(self, path: str) -> bool:
        """Whether a file lies in a folder for all programs, in which none of them does."""
        found = _SHARED.match(path)
        return found is not None and not any(f"{root}/".startswith(found[0]) for root in self._roots)
