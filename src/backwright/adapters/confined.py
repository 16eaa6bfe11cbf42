"""Files, trees and servers for callers who are elsewhere: one folder, nothing beside it, nothing started."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from backwright.adapters.disk import EXAMPLE, DiskFiles
from backwright.adapters.source_tree import DiskTrees
from backwright.model.errors import BadRequest, NotFound
from backwright.model.measured import LoadPlan, LoadRun
from backwright.model.source import Change, Tree

_ELSEWHERE = "only what you upload can be read here, not this server's own disk"


def _inside(folder: Path, path: str) -> str:
    """Return where a path leads below the folder; NotFound if it leads out of it or is no path."""
    try:
        target = (folder / path).resolve()
    except (OSError, RuntimeError, ValueError):
        raise NotFound(f"there is no '{path}'", detail=_ELSEWHERE) from None
    if target != folder and folder not in target.parents:
        raise NotFound(f"there is no '{path}'", detail=_ELSEWHERE)
    return str(target)


class ConfinedFiles:
    """The Files port over one folder."""

    def __init__(self, folder: Path, example: Path | None = None) -> None:
        self._folder, self._disk = folder.resolve(), DiskFiles(example)

    def write(self, path: str, text: str) -> str:
        return self._disk.write(_inside(self._folder, path), text)

    def read(self, path: str) -> str:
        with _Named(path, _inside(self._folder, path)) as target:
            return self._disk.read(target)

    def load(self, path: str, limit: int) -> bytes:
        target = _inside(self._folder, path)
        if path == EXAMPLE and not Path(target).exists():
            return self._disk.load(EXAMPLE, limit)
        with _Named(path, target):
            return self._disk.load(target, limit)


class _Named(AbstractContextManager[str]):
    """Errors name what the caller said, not where it lies on the server."""

    def __init__(self, said: str, target: str) -> None:
        self._said, self._target = said, target

    def __enter__(self) -> str:
        return self._target

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, (NotFound, BadRequest)):
            raise type(error)(
                error.problem.replace(self._target, self._said),
                detail=error.detail,
                hint=error.hint,
            ) from None


class ConfinedTrees:
    """The Trees port over one folder, and the example."""

    def __init__(self, folder: Path, example: Path | None = None) -> None:
        self._folder, self._example = folder.resolve(), example
        self._disk = DiskTrees(example)

    def root(self, path: str) -> str:
        return self._disk.root(self._target(path))

    def scan(self, path: str, exclude: Sequence[str] = ()) -> Tree:
        return self._disk.scan(self._target(path), exclude)

    def read(self, root: str, path: str) -> bytes | None:
        target = Path(root, path)
        allowed = (self._folder, *([self._example.resolve()] if self._example else []))
        try:
            if not any(each in target.resolve().parents for each in allowed):
                return None
        except (OSError, RuntimeError, ValueError):
            return None
        return self._disk.read(root, path)

    def write(self, root: str, path: str, content: bytes) -> None:
        self._disk.write(_inside(self._folder, root), path, content)

    def _target(self, path: str) -> str:
        target = _inside(self._folder, path)
        return EXAMPLE if path == EXAMPLE and not Path(target).exists() else target


class NoGit:
    """The Git port where there is no history: uploads."""

    def change(self, root: str, ref: str) -> Change:
        raise BadRequest("an upload has no history, so that there is no change to review")

    def identity(self, root: str) -> str:
        return ""

    def own_lines(self, root: str, path: str, lines: Sequence[int], address: str) -> frozenset[int]:
        return frozenset()

    def together(self, root: str, commits: int) -> tuple[tuple[str, ...], ...]:
        return ()


class NothingStarted:
    """The ports that start commands and reach hosts, where that is not offered."""

    def free_port(self) -> int:
        raise _not_here()

    def serve(
        self, command: str, environment: Mapping[str, str], port: int
    ) -> AbstractContextManager[int]:
        raise _not_here()

    def run(
        self, plan: LoadPlan, *, is_own_host: bool = False, system: Iterable[str] = ()
    ) -> LoadRun:
        raise _not_here()


def _not_here() -> BadRequest:
    return BadRequest(
        "servers are measured from the machine that they run on, not from here",
        hint="backwright design calibrate shop --serve example",
    )
