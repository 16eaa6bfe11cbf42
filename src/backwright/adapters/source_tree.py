"""Source trees on the disk: what lies below a folder, bounded, links not followed."""

import fnmatch
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path

from backwright.adapters.git import listed
from backwright.model.errors import BadRequest, NotFound
from backwright.model.source import Skipped, SourceFile, Tree, ending_of

SOURCE_BYTES_MAX = (
    2 * 1024 * 1024
)  # a hand-written file of that size is unknown; larger ones are data or generated
TEXT_BYTES_MAX = 200_000  # of a configuration file or template
FILES_MAX = 200_000  # the largest monorepos we know of; more is named, not read
DEPTH_MAX = 60  # folders below each other
IGNORED = frozenset(
    "node_modules bower_components jspm_packages vendor third_party third-party 3rdparty external .git .hg .svn .venv venv env .tox .nox dist build out target "
    "__pycache__ .mypy_cache .pytest_cache .gradle .idea .vscode .next .nuxt .output coverage .terraform Pods obj site-packages .cargo .yarn .pnpm-store "
    "htmlcov .eggs .bundle .dart_tool .angular .svelte-kit cmake-build-debug cmake-build-release public/build".split()
)
_PACKAGES = re.compile(
    r"(^|/)src/\w+/(java|kotlin)/"
)  # below it a folder is a package, whatever it is called
_SOURCE = frozenset(
    ".py .js .mjs .cjs .jsx .ts .mts .cts .tsx .java .kt .kts .go .php .cs .cpp .cc .cxx .hpp .hh .hxx .h .rs".split()
)
_TEXTS = re.compile(
    r"(^|/)(package\.json|requirements[^/]*\.txt|pyproject\.toml|Pipfile|setup\.(py|cfg)|go\.mod|pom\.xml|composer\.json|Cargo\.toml|[\w-]+\.versions\.toml|CMakeLists\.txt|Dockerfile[^/]*|"
    r"\.env[^/]*|(appsettings|config)[^/]*\.json|[\w.-]*(config|settings|secrets?|credentials)\.json|(?:cfg|conf|config|settings)/[\w.-]+\.json|ormconfig\.json|nest-cli\.json|[tj]sconfig[^/]*\.json|Caddyfile|Procfile|Makefile|bin/www)$|"
    r"\.(ya?ml|conf|properties|csproj|fsproj|gradle|twig|html|j2|jinja2?|cshtml|razor|ejs|hbs|pug|mustache|tera|jwk|pem|key|graphqls?|sql|prisma|tf|ini|xml|proto)$|\.blade\.php$|\.gradle\.kts$"
)
_TYPES = re.compile(
    r"\.d\.[cm]?ts$|(^|/)(_ide_helper\w*|\.phpstorm\.meta)\.php$"
)  # declared for tools, never run


EXAMPLE = "example"  # the small shop that comes with the package, where no folder of that name is


class DiskTrees:
    """The Trees port over the disk."""

    def __init__(self, example: Path | None = None) -> None:
        self._example = example

    def root(self, path: str) -> str:
        """Return the folder that `scan` would go through; NotFound if there is neither folder nor file."""
        return str(self._place(path)[0])

    def _place(self, path: str) -> tuple[Path, str]:
        """Return a folder, and the file in it if only that one was asked for."""
        try:
            target = Path(path).expanduser()
            if path == EXAMPLE and self._example is not None and not target.exists():
                target = self._example
            is_there = target.exists()
        except (OSError, RuntimeError, ValueError):  # too long, the home of nobody, no path at all
            is_there = False
        if not is_there:
            shown = path.replace("\0", "\\0")
            raise NotFound(f"there is no folder or file '{shown}'", hint="backwright review .")
        try:
            target = target.resolve()
        except (OSError, RuntimeError) as error:
            raise BadRequest(f"'{path}' cannot be opened: {error}") from None
        single = "" if target.is_dir() else target.name
        root = target if target.is_dir() else target.parent
        if not os.access(root, os.R_OK | os.X_OK):
            raise BadRequest(f"'{path}' cannot be read: permission denied")
        return root, single

    def scan(self, path: str, exclude: Sequence[str] = ()) -> Tree:
        """Return what lies below a folder, or one file; NotFound if there is neither."""
        root, single = self._place(path)
        names = listed(str(root))
        is_git = names is not None
        skipped: list[Skipped] = []
        if single:
            paths = [single]
        elif names:
            paths = names
        else:
            paths, skipped = _walk(root)
        files: list[SourceFile] = []
        for name in paths:
            why = _why_not(name, exclude)
            if why is None:
                continue
            made = _file(str(root), name)
            if isinstance(made, str) or why:
                skipped.append(Skipped(name, 0, why or str(made)))
            elif not isinstance(made, str):
                files.append(made)
            if len(files) >= FILES_MAX:
                skipped.append(Skipped(name, 0, f"only the first {FILES_MAX:,} files are read"))
                break
        return Tree(str(root), root.name or "/", tuple(files), tuple(skipped), is_git, single)

    def read(self, root: str, path: str) -> bytes | None:
        """Return a file's content; None if it is gone or cannot be read."""
        try:
            with open(f"{root}/{path}", "rb") as file:  # noqa: PTH123  (a Path for each of thousands of files costs more than reading them)
                return file.read()
        except OSError:
            return None

    def write(self, root: str, path: str, content: bytes) -> None:
        """Replace a file's content, whole or not at all; StoreProblem if it cannot be written."""
        from backwright.adapters.disk import DiskFiles

        DiskFiles().write(str(Path(root) / path), content.decode())


def _walk(root: Path) -> tuple[list[str], list[Skipped]]:
    found: list[str] = []
    skipped: list[Skipped] = []
    for folder, folders, names in os.walk(root, followlinks=False):
        below = os.path.relpath(folder, root)
        prefix = "" if below == "." else f"{below.replace(os.sep, '/')}/"
        folders[:] = sorted(name for name in folders if not is_ignored(f"{prefix}{name}/"))
        if prefix.count("/") > DEPTH_MAX:
            skipped.append(Skipped(prefix, 0, f"more than {DEPTH_MAX} folders deep"))
            folders.clear()
        found += [prefix + name for name in sorted(names)]
        if len(found) > 4 * FILES_MAX:
            break
    return found, skipped


def is_ignored(path: str) -> bool:
    """Whether a folder that holds a file, or a folder that ends with a slash, is none of a person's own code."""
    parts = path.split("/")[:-1]
    first = next((number for number, part in enumerate(parts) if part in IGNORED), -1)
    return first >= 0 and not _PACKAGES.search("/".join([*parts[:first], ""]))


def _why_not(path: str, exclude: Sequence[str]) -> str | None:
    """Return "" for a file to read, why it is not read, or None if it is nothing of ours."""
    if is_ignored(path):
        return None
    if ending_of(path) not in _SOURCE and not _TEXTS.search(path):
        return None
    if _TYPES.search(path):
        return None  # declarations of types have no code
    if any(
        fnmatch.fnmatch(path, pattern) or path.startswith(pattern.rstrip("/*") + "/")
        for pattern in exclude
    ):
        return "excluded by backwright.toml"
    return ""


def _file(root: str, path: str) -> SourceFile | str:
    """Return a file, or why it is not read."""
    try:
        found = os.lstat(f"{root}/{path}")
    except OSError:
        return "gone before it was read"
    if stat.S_ISLNK(found.st_mode):
        return "a link"
    if not stat.S_ISREG(found.st_mode):
        return "no plain file"
    is_source = ending_of(path) in _SOURCE and not path.endswith(".blade.php")
    limit = SOURCE_BYTES_MAX if is_source else TEXT_BYTES_MAX
    if found.st_size > limit:
        return f"larger than {limit // 1000:,} kB" if is_source else "a large data file"
    return SourceFile(path, found.st_size, f"{found.st_size}-{found.st_mtime_ns}")
