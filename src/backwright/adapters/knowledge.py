"""Reads the packs and rules that come with the package, and tells its versions apart."""

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "review"
ENCODER = Path(__file__).parents[1] / "search" / "minilm"


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


def blueprint_texts(content: Path) -> dict[str, str]:
    """Return the example blueprints that come with the package, by name."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((content / "examples" / "designs").glob("*.yaml"))
    }


def guide_texts(content: Path) -> dict[str, str]:
    """Return every guide, Markdown by its name: to example blueprints, services and common questions."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((content / "guides").rglob("*.md"))
    }


def page_texts(content: Path) -> dict[str, str]:
    """Return what `ask` searches beside the catalog: lessons, briefs, guides, advice and what people ask, by path."""
    files = [
        *content.glob("skills/*/lesson.md"),
        *content.glob("skills/*/brief.md"),
        *content.glob("guides/**/*.md"),
        *content.glob("advice/*.toml"),
        *content.glob("ask/*.toml"),
    ]
    return {
        path.relative_to(content).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(files)
    }


def has_encoder(folder: Path = ENCODER) -> bool:
    """Whether the package came with the weights of the sentence encoder."""
    return (folder / "weights.bin").exists()


def rules_stamp(folder: Path = FOLDER) -> str:
    """Return what changes whenever a rule or its page does, without reading them."""
    from hashlib import sha256

    stamp = sha256()
    for path in sorted((folder / "rules").glob("*.*")):
        if path.suffix in (".md", ".toml"):
            status = path.stat()
            stamp.update(f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return stamp.hexdigest()[:24]


def engine_stamp(folder: Path = FOLDER) -> str:
    """Return what changes whenever the code that links and judges does, so that no kept answer outlives it."""
    from hashlib import sha256

    stamp = sha256()
    for path in sorted(folder.rglob("*.py")):
        status = path.stat()
        stamp.update(f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return stamp.hexdigest()[:24]
