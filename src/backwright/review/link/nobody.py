"""Files that serve nobody: suites of tests, examples of the documentation, what only developers' tools run.

The reader marks files of tests by their path alone. Here is what takes more to see: other files, or what a file holds.
"""

import re
from collections.abc import Iterable, Sequence

from backwright.review.facts import File
from backwright.review.regexes import regex

_PATHS = regex(
    r"(^|/)\.(circleci|github|gitlab|buildkite|semaphore|woodpecker)/|(^|/)(functional|integration|acceptance|conformance|smoke|e2e|end[-_]?to[-_]?end|load|stress|regression)[-_]?tests?/|(^|/)pytest_plugins?(/|\.py$)"
    r"|(^|/)test[-_]?(suites?|support|helpers?|utils?|data|kit|harness)/|(^|[/_.-])(rtd|readthedocs)[_.-]?(config|conf|settings)\w*\.\w+$",
    re.IGNORECASE,
)
# A project of .NET for each kind; elsewhere a package.
_PROJECTS = regex(r"(^|/)([\w]+\.)*(Tests|TestSuite|TestSupport|TestHelpers|TestUtils|TestData|TestKit)(\.\w+)*/")
_SUITES = regex(r"^(.*/)?suites/")
# What only a file imports that tests or helps to.
_TESTING = regex(
    r"^testing$|testify|^(pytest|unittest|selenium)\b|junit|mockito|@playwright/test|^(mocha|chai|vitest)$"
)
_PUTS_LOAD = regex(r"^(k6|locust|gatling|io\.gatling|artillery)(/|\.|$)")
_DOCUMENTS = regex(
    r"^(docs?|docs_src|documentation)/|(^|/)(docs?|documentation)/(.*/)?(\w+[-_])?(examples?|samples?|snippets?)/"
)
_DESIGN_TIME = "IDesignTimeDbContextFactory"
# CodeIgniter 3 lies in the repository as a whole, with its guide.
_SYSTEM = regex(r"^(?P<root>(.*/)?)system/core/CodeIgniter\.php$")
_SERVED = regex(r"^(?P<folder>(.*/)?)public/index\.php$")
# Programs of their own beside a crate, by Cargo's convention.
_BESIDE_CRATE = regex(r"^(?P<crate>(.*/)?)(examples|benches)/")
_IN_CRATE = regex(r"^(?P<crate>(.*/)?)src/")


class Nobody:
    """What of a repository serves nobody."""

    def __init__(self, files: Sequence[File]) -> None:
        self._suites = {
            found[0]
            for file in files
            if (found := _SUITES.match(file.path)) and any(_TESTING.search(made.module) for made in file.imports)
        }
        crates = (_IN_CRATE.match(file.path) for file in files if file.language == "rust")
        self._crates = {found["crate"] for found in crates if found}
        frameworks = (_SYSTEM.match(file.path) for file in files if file.language == "php")
        self._copies = tuple(
            f"{found['root']}{each}/" for found in frameworks if found for each in ("system", "user_guide")
        )
        self._beside = {found["folder"] or "" for file in files if (found := _SERVED.match(file.path))}
        # A repository of nothing but examples is what somebody wants to have reviewed.
        self._is_documented = any(not file.is_test and not _DOCUMENTS.search(file.path) for file in files)

    def is_at(self, path: str) -> bool:
        """Whether a file of any kind serves nobody, by where it stands."""
        if _PATHS.search(path) or _PROJECTS.search(path):
            return True
        if self._copies and path.startswith(self._copies):
            return True
        if self._suites and any(path.startswith(folder) for folder in self._suites):
            return True
        return self._is_documented and _DOCUMENTS.search(path) is not None

    def is_for(self, file: File) -> bool:
        """Whether a source file serves nobody, by where it stands, by what it holds or because it only puts a service under load."""
        return (
            self.is_at(file.path)
            or _is_given_tests(file)
            or _is_for_design(file)
            or self._is_beside_crate(file)
            or self._is_beside_served(file)
            or any(_PUTS_LOAD.search(made.module) for made in file.imports)
        )

    def _is_beside_served(self, file: File) -> bool:
        """Whether a script of PHP lies beside the folder that a server is pointed at: somebody runs it by hand."""
        folder = file.path[: file.path.rfind("/") + 1]
        return folder in self._beside and bool(file.functions) and file.functions[-1].kind == "page"

    def _is_beside_crate(self, file: File) -> bool:
        """Whether a file is an example or a benchmark of a crate of Rust, which is no part of what is built."""
        found = _BESIDE_CRATE.match(file.path) if file.language == "rust" else None
        return found is not None and found["crate"] in self._crates


def _is_given_tests(file: File) -> bool:
    """Whether a Go file is for tests only, whatever its name: its functions are given a running test."""
    if file.language != "go" or not any(each.module == "testing" for each in file.imports):
        return False
    return any(
        param.type in ("testing.T", "testing.TB", "testing.B") for made in file.functions for param in made.params
    )


def _is_for_design(file: File) -> bool:
    """Whether every class of a file is a factory that only .NET's tools for migrations call."""
    return (
        file.language == "csharp"
        and bool(file.classes)
        and all(_implements(made.bases, _DESIGN_TIME) for made in file.classes)
    )


def _implements(bases: Iterable[str], name: str) -> bool:
    return any(base.rpartition(".")[2].startswith(name) for base in bases)
