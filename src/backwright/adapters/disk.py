"""The disk: a cache folder, lessons, and the files that a person names."""

import os
from pathlib import Path

from backwright.model.errors import BadContent, BadRequest, NotFound, StoreProblem

CACHE_FILES_MAX = 200  # a sitting leaves about 30 of 20 kB; more than a few MB helps nobody
IMPORT_BYTES_MAX = 256 * 1024 * 1024  # a million evidence rows; more is not an export of ours


class DiskCache:
    """The Cache port over a folder. Losing it costs time, nothing else."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder, self._durable = folder, durable

    def get(self, key: str) -> bytes | None:
        try:
            return self._path(key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, value: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_whole(self._path(key), value, durable=self._durable)
            self._prune()
        except OSError:
            return  # a cache that cannot be written is only slow

    def clear(self) -> None:
        for path in self._files():
            path.unlink(missing_ok=True)

    def _prune(self) -> None:
        files = self._files()
        if len(files) > CACHE_FILES_MAX:
            for path in sorted(files, key=lambda p: p.stat().st_mtime)[: len(files) // 2]:
                path.unlink(missing_ok=True)

    def _files(self) -> list[Path]:
        return [path for path in self._folder.glob("*") if path.is_file()]

    def _path(self, key: str) -> Path:
        from hashlib import (
            sha256,
        )  # loads a large library, which verbs that keep nothing do without

        return self._folder / sha256(key.encode()).hexdigest()[:32]


class LessonFolder:
    """The Lessons port over content/skills/<id>/lesson.md and brief.md."""

    def __init__(self, content: Path) -> None:
        self._content = content

    def read(self, skill: str) -> str:
        if text := self._text(skill, "lesson.md"):
            return text
        raise NotFound(f"there is no lesson for '{skill}'")

    def brief(self, skill: str) -> str:
        return self._text(skill, "brief.md")

    def _text(self, skill: str, name: str) -> str:
        path = self._content / "skills" / skill / name
        try:
            return path.read_text(encoding="utf-8") if path.is_file() else ""
        except UnicodeDecodeError as error:
            raise BadContent([f"skills/{skill}/{name}:1: not UTF-8: {error}"]) from None


EXAMPLE = "example"  # the profile that comes with the package, where no file of that name is


def _target(path: str) -> Path:
    """Return where a person's path leads; NotFound if it can lead nowhere."""
    try:
        if "\0" not in path:
            return Path(path).expanduser()
    except RuntimeError:  # the home of nobody
        pass
    shown = path.replace("\0", "\\0")
    raise NotFound(f"no file is called '{shown}'")


class DiskFiles:
    """The Files port: writes are whole or not at all."""

    def __init__(self, example: Path | None = None) -> None:
        self._example = example

    def write(self, path: str, text: str) -> str:
        target = _target(path).absolute()
        if target.is_dir():
            raise BadRequest(f"'{path}' is a folder; a file name, please")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_whole(target, text.encode())
        except OSError as error:
            raise StoreProblem(
                f"'{path}' cannot be written: {error.strerror}", detail="Nothing was changed."
            ) from error
        return str(target)

    def read(self, path: str) -> str:
        target = _target(path)
        try:
            if target.stat().st_size > IMPORT_BYTES_MAX:
                raise BadRequest(
                    f"'{path}' is larger than {IMPORT_BYTES_MAX // 2**20} MB",
                    hint="split the file by lines and import each part",
                )
            return target.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise NotFound(f"no file is called '{path}'") from None
        except IsADirectoryError:
            raise BadRequest(f"'{path}' is a folder; a file name, please") from None
        except (OSError, UnicodeDecodeError) as error:
            raise BadRequest(f"'{path}' cannot be read as text: {error}") from None

    def load(self, path: str, limit: int) -> bytes:
        target = _target(path)
        if path == EXAMPLE and self._example is not None and not target.exists():
            target = self._example
        try:
            if target.is_dir():
                raise BadRequest(f"'{path}' is a folder; a file name, please")
            with target.open("rb") as file:  # a pipe has no size, so that it is counted while read
                data = file.read(limit + 1)
        except FileNotFoundError:
            raise NotFound(f"no file is called '{path}'") from None
        except OSError as error:
            raise BadRequest(f"'{path}' cannot be read: {error.strerror}") from None
        if len(data) > limit:
            raise BadRequest(f"'{path}' is larger than {limit // 2**20} MB")
        return data


class AdviceFolder:
    """Reads content/advice/<name>.toml when a verb asks for it."""

    def __init__(self, content: Path) -> None:
        self._content = content

    def __call__(self, name: str) -> str:
        path = self._content / "advice" / f"{name}.toml"
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadContent([f"advice/{name}.toml:1: {error}"]) from None


def replace_whole(path: Path, value: bytes, *, durable: bool = True) -> None:
    """Write beside the target, flush to the disk (if it is to last), then rename over it."""
    name = str(path.with_name(f".{path.name}.{os.urandom(6).hex()}"))
    # Created with the person's own umask, as any other program would.
    handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(value)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
