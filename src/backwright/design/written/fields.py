"""Reads typed values out of a tree and collects what is wrong, so that all problems are told at once."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import sqrt
from typing import TypeVar

from backwright.design.written.tree import Fields, Leaf, Problem, Rows, Tree
from backwright.design.written.units import Unit, UnitError, read_number, read_range
from backwright.model.design import Law, Origin, Quantity, Shape

# An assumed demand without a range of its own may be this much smaller or larger: our opinion, shown as such.
ASSUMED_LOW, ASSUMED_HIGH = 0.7, 1.4
W = TypeVar("W", bound=str)
SHAPES: tuple[Shape, ...] = ("constant", "exponential", "lognormal", "gamma", "uniform", "pareto", "empirical")  # fmt: skip
ORIGINS: tuple[Origin, ...] = ("measured", "cited", "assumed", "chosen")
PROVENANCE = ("value", "mean", "low", "high", "source", "ref", "date")
LONGEST = 86_400 * 366.0  # s: a time above a year is a unit mistake
SHORTEST = 1e-9  # s: and so is one below a nanosecond, unless it is none at all
MOST = 1e12  # of anything per second or at once
MOST_SERVERS = 1_000_000  # of one thing: what the formulas are exact for


class Reader:
    """Takes values from a tree; a value that cannot be read becomes a problem and a stand-in."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def wrong(self, line: int, message: str) -> None:
        """Keep a problem."""
        self.problems.append(Problem(line, message))

    def fields(self, tree: Tree | None, at: str, known: Iterable[str] = ()) -> Fields:
        """Return a mapping; with `known`, any other key is a problem."""
        if tree is None or (isinstance(tree, Leaf) and not tree.text):
            return Fields(line=tree.line if tree else 0)
        if not isinstance(tree, Fields):
            self.wrong(tree.line, f"{at}: a mapping of names to values is needed here")
            return Fields(line=tree.line)
        allowed = tuple(known)
        for key, value in tree.items.items():
            if allowed and key not in allowed:
                self.wrong(value.line, f'{at}: there is no "{key}" here{nearest(key, allowed)}')
        return tree

    def rows(self, tree: Tree | None, at: str) -> list[Tree]:
        """Return a list."""
        if tree is None or (isinstance(tree, Leaf) and not tree.text):
            return []
        if not isinstance(tree, Rows):
            self.wrong(tree.line, f"{at}: a list is needed here")
            return []
        return tree.items

    def text(self, tree: Tree | None, at: str) -> str:
        """Return a scalar as it was written, "" if there is none."""
        if tree is None:
            return ""
        if not isinstance(tree, Leaf):
            self.wrong(tree.line, f"{at}: one value is needed here")
            return ""
        return tree.text.strip()

    def word(self, tree: Tree | None, at: str, words: tuple[W, ...], default: W) -> W:
        """Return one of the words."""
        said = self.text(tree, at)
        if not said:
            return default
        for word in words:
            if said == word:
                return word
        assert tree is not None  # noqa: S101  (nothing was said otherwise)
        self.wrong(tree.line, f'{at}: "{said}" is none of {", ".join(filter(None, words))}{nearest(said, words)}')  # fmt: skip
        return default

    def number(
        self, tree: Tree | None, at: str, unit: Unit, *, least: float = 0.0, most: float = MOST
    ) -> float | None:
        """Return a setting in base units, None if it is not there or wrong."""
        said = self.text(tree, at)
        if not said:
            return None
        assert tree is not None  # noqa: S101  (nothing was said otherwise)
        try:
            value = read_number(said, unit)
        except UnitError as error:
            self.wrong(tree.line, f'{at} "{said}": {error}')
            return None
        return value if self._fits(value, unit, at, said, tree.line, least, most) else None

    def whole(
        self, tree: Tree | None, at: str, *, least: int = 0, most: float = MOST
    ) -> int | None:
        """Return a whole number from `least` to `most`."""
        value = self.number(tree, at, "count", least=least, most=most)
        return None if value is None else int(value)

    def _fits(self, value: float, unit: Unit, at: str, said: str, line: int, least: float, most: float) -> bool:  # fmt: skip
        if value < least:
            why = "cannot be negative" if value < 0 and least <= 0 else f"at least {least:g}"
            self.wrong(line, f"{at}: {said} is too little; {why}")
            return False
        if unit == "time" and 0 < value < SHORTEST:
            self.wrong(line, f"{at}: {said} is below a nanosecond; is the unit right?")
            return False
        if value > (LONGEST if unit == "time" else most):
            self.wrong(line, f"{at}: {said} is too much; is the unit right?")
            return False
        return True

    def limit(self, tree: Tree | None, at: str) -> float | None:
        """Return how many a second are let through; a limit of none is a mistake."""
        value = self.number(tree, at, "rate")
        if value == 0:
            assert tree is not None  # noqa: S101  (a value was read)
            self.wrong(tree.line, f"{at}: 0/s lets nothing through; leave it out, or write more")
            return None
        return value

    def quantity(
        self,
        tree: Tree | None,
        at: str,
        unit: Unit,
        *,
        demand: bool = False,
        positive: bool = False,
    ) -> Quantity | None:
        """Return a number with its interval; a bare demand is assumed and widened, a bare setting is not.

        The value of a range is its geometric middle, since times differ by factors.
        """
        if tree is None:
            return None
        if not isinstance(tree, Fields):
            return self._bare(tree, at, unit, demand=demand, positive=positive)
        main = tree.items.get("mean") or tree.items.get("value")
        if main is None:
            self.wrong(tree.line, f"{at}: write mean: or value: with a number")
            return None
        bare = self._bare(main, at, unit, demand=demand, positive=positive)
        origin = self.word(tree.items.get("source"), f"{at}.source", ORIGINS, "assumed")
        low = self.number(tree.items.get("low"), f"{at}.low", unit)
        high = self.number(tree.items.get("high"), f"{at}.high", unit)
        if bare is None:
            return None
        is_exact = origin != "assumed" and low is None and high is None and ".." not in _said(main)
        ends = (bare.value, bare.value) if is_exact else (bare.low, bare.high)
        low, high = (ends[0] if low is None else low), (ends[1] if high is None else high)
        if not low <= bare.value <= high:
            self.wrong(tree.line, f"{at}: {_said(main)} lies outside its own low and high")
            return None
        ref = self.text(tree.items.get("ref"), f"{at}.ref")
        if origin in ("measured", "cited") and not ref:
            self.wrong(tree.line, f"{at}: {origin} needs a ref: where does the number come from?")
        date = self.text(tree.items.get("date"), f"{at}.date")
        return Quantity(bare.value, low, high, origin, ref, date, at)

    def _bare(self, tree: Tree, at: str, unit: Unit, *, demand: bool, positive: bool) -> Quantity | None:  # fmt: skip
        said = self.text(tree, at)
        if not said:
            self.wrong(tree.line, f"{at}: a number is needed here")
            return None
        try:
            low, high = read_range(said, unit)
        except UnitError as error:
            self.wrong(tree.line, f'{at} "{said}": {error}')
            return None
        if not self._fits(low, unit, at, said, tree.line, 0.0, MOST) or not self._fits(high, unit, at, said, tree.line, 0.0, MOST):  # fmt: skip
            return None
        if positive and low <= 0:
            self.wrong(tree.line, f"{at}: {said}: must be above zero")
            return None
        if low != high:
            return Quantity(sqrt(low * high) if low > 0 else (low + high) / 2, low, high, at=at)
        if not demand:
            return Quantity(low, low, low, "chosen", at=at)
        wide = low * ASSUMED_LOW, low * ASSUMED_HIGH
        if unit == "share":  # of hits: what may be wrong is the misses
            wide = max(0.0, 1 - (1 - low) * ASSUMED_HIGH), 1 - (1 - low) * ASSUMED_LOW
        return Quantity(low, *wide, at=at)

    def law(self, tree: Tree | None, at: str) -> Law | None:
        """Return how a duration is distributed; without a shape it is taken as exponential, a guess."""
        if tree is None:
            return None
        given, cv, body = "", "", tree
        if isinstance(tree, Leaf) and "(" in tree.text and tree.text.rstrip().endswith(")"):
            given, _, inside = tree.text.strip()[:-1].partition("(")
            first, _, cv = inside.replace(",", " ").replace("=", " ").partition("cv")
            body, cv = Leaf(first.strip(), tree.line), cv.strip()
        points: tuple[tuple[float, float], ...] = ()
        if isinstance(tree, Fields):
            self.fields(tree, at, (*PROVENANCE, "shape", "cv", "points"))
            given = self.text(tree.items.get("shape"), f"{at}.shape")
            cv = self.text(tree.items.get("cv"), f"{at}.cv")
            points = self._points(tree.items.get("points"), f"{at}.points")
            if points and not {"mean", "value"} & {*tree.items}:
                mean = _mean_of(points)
                body = Fields({**tree.items, "mean": Leaf(f"{mean!r} s", tree.line)}, tree.line)
        word = Leaf({"exp": "exponential"}.get(given.strip(), given.strip()), tree.line)
        usual: Shape = "empirical" if points else "exponential"
        shape: Shape = self.word(word, f"{at}.shape", SHAPES, usual)
        mean_ = self.quantity(body, at, "time", demand=True)
        spread = self.number(Leaf(cv, tree.line), f"{at}.cv", "factor", most=100.0)
        if shape == "empirical" and not points:
            self.wrong(tree.line, f"{at}: an empirical law needs points: [[0, 1 ms], [0.5, 3 ms], [1, 90 ms]]")  # fmt: skip
            return None
        if mean_ is None:
            return None
        return Law(mean_, shape, 1.0 if spread is None else spread, points, is_guess=not given and not points)  # fmt: skip

    def _points(self, tree: Tree | None, at: str) -> tuple[tuple[float, float], ...]:
        made: list[tuple[float, float]] = []
        for number, row in enumerate(self.rows(tree, at)):
            pair = self.rows(row, f"{at}.{number}")
            if len(pair) != 2:
                self.wrong(
                    row.line, f"{at}.{number}: a point is [share, time], such as [0.5, 3 ms]"
                )
                return ()
            share = self.number(pair[0], f"{at}.{number}", "share")
            time = self.number(pair[1], f"{at}.{number}", "time")
            if share is None or time is None:
                return ()
            if made and not (share > made[-1][0] and time >= made[-1][1]):
                self.wrong(row.line, f"{at}.{number}: points must rise in share and time")
                return ()
            made.append((share, time))
        if made and (len(made) < 2 or made[0][0] != 0 or made[-1][0] != 1):
            self.wrong(tree.line if tree else 0, f"{at}: points go from share 0 to share 1")
            return ()
        return tuple(made)

    def named(self, tree: Tree | None, at: str) -> Iterator[tuple[str, Tree, str]]:
        """Yield (name, part, path) of a section; a name that cannot be one is a problem."""
        for name, part in self.fields(tree, at).items.items():
            if not name.replace("_", "").replace("-", "").isalnum() or not name.isascii():
                self.wrong(part.line, f'{at}: "{name[:40]}" is no name; letters, digits, - and _')
                continue
            yield name, part, f"{at}.{name}"


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "; nearest: x", or the few there are, or nothing."""
    from difflib import get_close_matches  # only a slip of the finger needs it

    words = [each for each in known if each]
    close = get_close_matches(word, words, 1, 0.6)
    if close:
        return f"; nearest: {close[0]}"
    return f"; there is: {', '.join(words)}" if 0 < len(words) <= 12 else ""


def _said(tree: Tree) -> str:
    return tree.text if isinstance(tree, Leaf) else ""


def _mean_of(points: tuple[tuple[float, float], ...]) -> float:
    """Return the mean of an empirical law: linear between its points."""
    return sum((q - p) * (a + b) / 2 for (p, a), (q, b) in pairwise(points))
