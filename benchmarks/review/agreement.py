"""How far two careful readers of the same code agree: what any tool may hope to find of what one of them wrote down.

    python -m benchmarks.review.agreement

second/*.toml was written down by readers who had not seen fresh/*.toml, over the same files of the same commit. A place is
shared if the other reader wrote down the same kind, sure or arguable, within three lines.
"""

import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from benchmarks.review.quality import NEAR, inside

HERE = Path(__file__).parent


def main() -> None:
    """Print, for each repository and for the commonest kinds, how many sure places the other reader wrote down too."""
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    whole: Counter[str] = Counter()
    for path in sorted((HERE / "second").glob("*.toml")):
        first, second = (
            tomllib.loads((HERE / folder / path.name).read_text()) for folder in ("fresh", "second")
        )
        row: Counter[str] = Counter()
        for one, other in ((first, second), (second, first)):
            for finding in one["finding"]:
                if finding["sure"] and inside(other["read"], finding["file"]):
                    shared = any(same(finding, each) for each in other["finding"])
                    row.update(sure=1, shared=shared)
                    by_kind[finding["rule"]].update(sure=1, shared=shared)
        whole.update(row)
        print(line(path.stem, row))
    for kind, row in sorted(by_kind.items(), key=lambda item: -item[1]["sure"])[:12]:
        print(line(f"  {kind}", row))
    print(line("all", whole))


def line(name: str, row: Counter[str]) -> str:
    """Return one row of the table."""
    return f"{name:40}{row['shared']:>4} of {row['sure']:<4}{row['shared'] / row['sure']:.2f}"


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two readers mean the same place."""
    return (one["rule"], one["file"]) == (other["rule"], other["file"]) and abs(
        one["line"] - other["line"]
    ) <= NEAR


if __name__ == "__main__":
    main()
