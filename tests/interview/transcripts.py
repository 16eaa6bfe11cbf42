"""Writes the mock interviews in docs/interviews: `python -m tests.interview.transcripts`, from the top folder."""

import re
import tempfile
from pathlib import Path

from tests.bench import bench_in

from backwright.faces.prose import prose
from backwright.usecases.interview import Ask, run

FOLDER = Path(__file__).parents[2] / "docs" / "interviews"
CASES = {
    "junior": "url-shortener",
    "mid": "ticketing",
    "senior": "ledger",
    "staff": "notifications",
}
SEED = 7
PAGE = """# A mock interview: {level}

The case is `{case}` with the numbers of seed {seed}. The answers are [a file](answers/{level}.toml) that we wrote{blueprint}; everything else
is what the program says:

```text
$ {command}
{text}```

Written by `python -m tests.interview.transcripts`; a test compares it with what the program says today.
"""


def transcript(level: str, folder: Path) -> str:
    """Return the page of one level, as a person without any evidence gets it."""
    answers = FOLDER / "answers" / f"{level}.toml"
    design = FOLDER / "answers" / f"{level}.yaml"
    has_design = design.exists()
    ask = Ask(
        case=CASES[level], level=level, seed=SEED, answers=str(answers), transcript=True,
        blueprint=str(design) if has_design else "",
    )  # fmt: skip
    command = (
        f"backwright interview {CASES[level]} --level {level} --seed {SEED} --answers {level}.toml"
    )
    return PAGE.format(
        level=level,
        case=CASES[level],
        seed=SEED,
        blueprint=f", and [a blueprint](answers/{level}.yaml)" if has_design else "",
        command=f"{command}{f' --blueprint {level}.yaml' if has_design else ''} --transcript",
        text=prose(run(ask, bench_in(folder)), 80),
    )


def lasting(page: str) -> str:
    """Return a page without what follows from the rest of the catalog: the next commands."""
    return re.sub(r"^next  .*?(?=^```)", "", page, flags=re.MULTILINE | re.DOTALL)


def write() -> None:
    """Write every page."""
    for level in CASES:
        with tempfile.TemporaryDirectory() as folder:
            (FOLDER / f"{level}.md").write_text(transcript(level, Path(folder)))


if __name__ == "__main__":
    write()
