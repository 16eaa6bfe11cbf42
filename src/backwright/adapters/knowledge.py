"""Reads the packs and rules that come with the package."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "review"


def knowledge_texts(folder: Path = FOLDER) -> dict[str, str]:
    """Return every pack, rule and page, by its path below the review engine."""
    files = [
        *folder.glob("read/*/*.toml"),
        *folder.glob("rules/*.toml"),
        *folder.glob("rules/*.md"),
    ]
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(files)
    }
