"""Version ranges: the highest version that ^ or ~ accepts, by comparing with the range's bounds."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
import re
def bounds(wanted):  # ^ and ~ as npm expands them: from low up to and without high
    sign, low = wanted[0], tuple(map(int, wanted[1:].split(".")))
    major, minor, patch = low
    if sign == "~" or (major == 0 and minor > 0):
        return low, (major, minor + 1, 0)
    return low, (major + 1, 0, 0) if major else (0, 0, patch + 1)
low, high = bounds({wanted!r})
full = [version for version in {versions!r} if re.fullmatch(r"[0-9.]+", version)]
numbers = [tuple(map(int, version.split("."))) for version in full]
print(".".join(map(str, max(number for number in numbers if low <= number < high))))
"""


def _highest(versions: list[str], kept: int, least: list[int]) -> str:
    """Return the highest full version that shares the first `kept` numbers and is high enough."""
    found = [[int(part) for part in v.split(".")] for v in versions if "-" not in v]
    fit = [number for number in found if number[:kept] == least[:kept] and number >= least]
    return ".".join(map(str, max(fit)))


def draw(chance: Random, level: int) -> Drawn:
    """Draw a range and published versions on both sides of its bounds."""
    sign = chance.choice("^^~")
    major, minor = chance.choice([0, 1, 1, 2, 3, 4]), chance.randint(1, 8)
    least = [major, minor, chance.randint(0, 6)]
    text = ".".join(map(str, least))
    later = minor + chance.randint(1, 2)
    versions = [text, f"{major}.{minor}.{least[2] + chance.randint(1, 3)}"]
    versions += [f"{major}.{minor}.{chance.randint(9, 12)}", f"{major}.{later}.{least[2]}"]
    versions += [f"{major}.{later + chance.randint(9, 12)}.0", f"{major + 1}.0.0-rc.1"]
    versions += [f"{major + 1}.{chance.randint(0, 3)}.0", f"{major}.{minor}.13-beta.2"]
    versions = chance.sample(sorted(set(versions)), len(set(versions)))
    kept = 2 if sign == "~" or major == 0 else 1
    rule = _highest(versions, kept, least)
    same = [version for version in versions if version.split(".")[:kept] == text.split(".")[:kept]]
    both = "~ keeps major and minor, ^ all up to the leftmost number that is not 0"
    mistakes = {
        _highest(versions, 0, least): f"{sign}{text} ends before the next breaking version",
        _highest(versions, 3 - kept, least): both,
        max(same): "compare numbers, not text: 10 is above 9; pre-releases are left out",
    }
    fixed = ".".join(text.split(".")[:kept])
    return Drawn(
        ask=(
            f"A package.json asks for `{sign}{text}` (npm's rules). Published:\n\n"
            f"```text\n{'  '.join(versions)}\n```\nWhich is the highest version that the range"
            " accepts? Type it."
        ),
        run=Run("python", _PROGRAM.format(wanted=sign + text, versions=versions)),
        rule=rule,
        explain=f"{sign}{text} keeps {fixed}, wants {text} or higher, no pre-releases: {rule}.",
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
    )


FAMILY = Family(
    name="semver-range",
    skills={SkillId("fnd.packaging"): 2},
    source="npm-docs/semver: Caret Ranges, Tilde Ranges",
    draw=draw,
)
