"""Finds the blueprint that a person names, a file or a bundled example, and reads it."""

from pathlib import PurePosixPath

from backwright.design.written.reading import read_design
from backwright.design.written.tree import Fields, Leaf, TreeError, read_tree
from backwright.model.design import Design
from backwright.model.errors import BadRequest, NotFound
from backwright.usecases.bench import Bench
from backwright.usecases.nearest import nearest

PROBLEMS_SHOWN = 12  # more do not fit a screen, and the first ones often cause the rest


def load_design(path: str, sets: tuple[str, ...], bench: Bench, rate: str = "") -> Design:
    """Return the design in a file or of a bundled example.

    Args:
        sets: Settings "path=value" applied before reading.
        rate: Arrivals as written by a person ("120", "120/s"), "" to keep those of the file.

    Raises:
        NotFound: There is neither a file nor an example of that name.
        BadRequest: The text does not make a design; every problem is named with its line.
    """
    text, name = design_text(path, bench)
    if rate:
        sets = (*sets, f"workload.rate={rate if '/' in rate else rate + '/s'}")
    reading = read_design(_with_prices(text, path, bench), name, sets)
    if reading.design is None:
        raise problems_in(path, reading.problems)
    return reading.design


def design_text(path: str, bench: Bench) -> tuple[str, str]:
    """Return the text and the name of a blueprint: a file first, then a bundled example."""
    bundled = bench.blueprints()
    is_name = "/" not in path and "." not in path
    try:
        return bench.files.read(path), PurePosixPath(path).stem
    except BadRequest as error:
        if path in bundled:
            return bundled[path], path
        if "is a folder" in error.problem:
            raise BadRequest(
                f"'{path}' is a folder; a blueprint is a file",
                detail="One can be drafted from code.",
                hint=f"backwright map {path} --format design -o draft.yaml",
            ) from None
        raise
    except NotFound:
        if path in bundled:
            return bundled[path], path
        close = nearest(path, bundled)
        kind = "example or file" if is_name else "file"
        raise NotFound(
            f"no {kind} is called '{path}'",
            detail=f"examples: {', '.join(close or bundled)}",
            hint=f"backwright design check {close[0] if close else next(iter(bundled), 'FILE')}",
        ) from None


def problems_in(path: str, problems: tuple[tuple[int, str], ...]) -> BadRequest:
    """Return the error that lists what is wrong in a blueprint."""
    count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    lines = [
        f"  {f'line {line}  ' if line else ''}{message}"
        for line, message in problems[:PROBLEMS_SHOWN]
    ]
    if len(problems) > PROBLEMS_SHOWN:
        lines.append(f"  {len(problems) - PROBLEMS_SHOWN} more")
    return BadRequest(
        f"{count} in {path}\n" + "\n".join(lines), hint=f"backwright design check {path}"
    )


def _with_prices(text: str, path: str, bench: Bench) -> str:
    """Return the text with the person's own price file put in: `prices: prices.yml`, beside the blueprint."""
    if "prices:" not in text:
        return text
    try:
        said = read_tree(text).items.get("prices")
    except TreeError:
        return text  # reading tells what is wrong
    if not isinstance(said, Leaf) or not said.text:
        return text
    other = str(PurePosixPath(path).parent / said.text)
    lines = text.splitlines()
    prices = bench.files.read(other)
    try:
        if not isinstance(read_tree(prices), Fields):
            return text
    except TreeError as error:
        raise problems_in(other, (error.problem,)) from None
    inner = [
        f"  {line}" for line in prices.splitlines() if line.strip() and not line.startswith("---")
    ]
    # At the end, so that the lines of everything else keep their numbers.
    lines[said.line - 1] = ""
    return "\n".join([*lines, "prices:", *inner, ""])
