"""module-cycle: modules of an application that import each other, so that none can be changed or tested alone."""

from collections import Counter
from collections.abc import Iterator, Mapping

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Tier
from backwright.review.link.model import Model
from backwright.review.link.modules import TECHNICAL, Crossing
from backwright.review.rules.rule import Hit

SHOWN_MAX = 6  # modules named in the message; a larger knot is counted
MANY = 20  # modules in a knot from which on there are no walls: to remove one import changes nothing
# Languages that compile a program as a whole: a ring of packages neither breaks an import nor is loaded in a wrong order.
_WHOLE = frozenset({"java", "kotlin", "csharp"})


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each knot of modules, at the import that is cheapest to remove."""
    modules = model.modules
    for group in modules.cycles:
        members = [
            name for name in group if not any(other != name and other.startswith(f"{name}/") for other in modules.graph)
        ]
        business = [name for name in members if name.rpartition("/")[2].lower() not in TECHNICAL]
        if len(business) < 2:
            continue
        inside = [
            c for c in modules.crossings if c.source in business and c.target in business and not _is_refused(model, c)
        ]
        business = sorted({c.source for c in inside} & {c.target for c in inside})
        pairs = {(c.source, c.target) for c in inside}
        mutual = [c for c in inside if (c.target, c.source) in pairs]
        candidates = mutual or inside
        if not candidates or (not mutual and len(business) < 3):
            continue
        weight = Counter((c.source, c.target) for c in inside)
        closing = min(
            candidates,
            key=lambda c: (weight[c.source, c.target], -weight.get((c.target, c.source), 0), c.source, c.at, c.line),
        )
        yield _hit(model, business, closing, inside, weight)


def _is_refused(model: Model, crossing: Crossing) -> bool:
    """Whether the build itself refuses a ring here: between projects, crates and packages that name what they depend on."""
    if model.files[crossing.at].language not in ("csharp", "java", "kotlin", "rust", "go"):
        return False
    targets = (at for at, name in model.modules.of_file.items() if name == crossing.target)
    first = next(targets, crossing.at)
    return model.modules.program(model.files[crossing.at].path) != model.modules.program(model.files[first].path)


def _hit(
    model: Model, members: list[str], closing: Crossing, inside: list[Crossing], weight: Mapping[tuple[str, str], int]
) -> Hit:
    names = [name.rpartition("/")[2] for name in members]
    here = weight[closing.source, closing.target]
    back = weight.get((closing.target, closing.source), 0)
    first, second = closing.source.rpartition("/")[2], closing.target.rpartition("/")[2]
    if len(names) == 2:
        message = f"{first} and {second} import each other ({back} imports one way, {here} back)"
    else:
        told = ", ".join(names[:SHOWN_MAX]) + (f" and {len(names) - SHOWN_MAX} more" if len(names) > SHOWN_MAX else "")
        message = f"{told} import each other in a ring; the thinnest link is {first} -> {second} ({here})"
    path = [
        Spot(model.files[c.at].path, c.line, f"{c.source} imports {c.names} of {c.target}")
        for c in _way_back(closing, inside)
    ]
    path.append(
        Spot(
            model.files[closing.at].path, closing.line, f"{closing.source} imports {closing.names} of {closing.target}"
        )
    )
    return Hit(
        closing.at,
        closing.line,
        message,
        path=tuple(path),
        confidence=_sure(model, closing, len(names), back),
        # Go's compiler refuses rings of packages: there only folders that hold several of them can be in one.
        tier=Tier.STRICT if model.files[closing.at].language == "go" else None,
    )


def _sure(model: Model, closing: Crossing, members: int, back: int) -> Confidence:
    """Return how sure it is that a knot is worth its removal."""
    is_whole = model.files[closing.at].language in _WHOLE
    if members > (SHOWN_MAX if is_whole else MANY):
        return Confidence.LOW
    return Confidence.HIGH if back or members > 2 else Confidence.MEDIUM


def _way_back(closing: Crossing, inside: list[Crossing]) -> list[Crossing]:
    """The shortest way from the closing import's target back to its source."""
    level: list[list[Crossing]] = [[]]
    seen = {closing.target}
    while level:
        following: list[list[Crossing]] = []
        for way in level:
            end = way[-1].target if way else closing.target
            for crossing in inside:
                if crossing.source == end and crossing.target not in seen:
                    if crossing.target == closing.source:
                        return [*way, crossing]
                    seen.add(crossing.target)
                    following.append([*way, crossing])
                elif crossing.source == end and crossing.target == closing.source:
                    return [*way, crossing]
        level = following
    return []
