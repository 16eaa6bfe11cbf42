"""What a regular expression finds: greedy runs, anchoring and lazy matches, executed by re."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_WORDS = ("ab", "id", "ref", "tax", "zip", "sku", "row", "key")


def _runs(chance: Random) -> tuple[str, int, str, list[Wrong]]:
    """Draw runs of digits and a bounded repetition; return code, key, why, mistakes."""
    low, high = chance.choice([(1, 3), (2, 3), (2, 4), (3, 4), (3, 5)])
    lengths = [high + low, *(chance.randint(1, 8) for _ in range(chance.randint(3, 4)))]
    chance.shuffle(lengths)
    names = chance.sample(_WORDS, len(lengths))
    text = " ".join(
        name + "".join(chance.choice("123456789") for _ in range(length))
        for name, length in zip(names, lengths, strict=True)
    )
    each = [length // high + (length % high >= low) for length in lengths]
    code = f'text = "{text}"\nprint(len(re.findall(r"\\d{{{low},{high}}}", text)))'
    why = f"each match takes up to {high} digits, the rest needs {low}: {each} matches per run"
    long_enough = sum(length >= low for length in lengths)
    return code, sum(each), why, [Wrong(str(long_enough), "a long run holds several matches")]


def _anchors(chance: Random) -> tuple[str, int, str, list[Wrong]]:
    """Draw codes with or without something before and after; return code, key, why, mistakes."""
    parts = [
        (chance.choice(["", "", "7-"]), chance.choice(_WORDS), chance.randint(1, 4), tail)
        for tail in (chance.choice(["", "", "x"]) for _ in range(chance.randint(4, 6)))
    ]
    parts += [("7-", chance.choice(_WORDS), 2, ""), ("", chance.choice(_WORDS), 3, "")]
    chance.shuffle(parts)
    digits = "".join(chance.choice("123456789") for _ in range(4))
    codes = [lead + word + digits[:length] + tail for lead, word, length, tail in parts]
    found = {
        "search": sum(length >= 2 for _, _, length, _ in parts),
        "match": sum(length >= 2 and not lead for lead, _, length, _ in parts),
        "fullmatch": sum(length == 2 and not lead + tail for lead, _, length, tail in parts),
    }
    how = chance.choice(list(found))
    half = len(codes) // 2
    code = (
        f"codes = {codes[:half]!r}\ncodes += {codes[half:]!r}\n"
        f'print(sum(bool(re.{how}(r"[a-z]+\\d{{2}}", c)) for c in codes))'
    ).replace("'", '"')
    meaning = {
        "search": "re.search looks anywhere in the string",
        "match": "re.match is tied to the start and leaves the end open",
        "fullmatch": "re.fullmatch needs the whole string to fit",
    }
    wrong = [Wrong(str(found[other]), meaning[how]) for other in found if other != how]
    return code, found[how], meaning[how], wrong


def _lazy(chance: Random) -> tuple[str, int, str, list[Wrong]]:
    """Draw tags and a greedy or lazy dot; return code, key, why, mistakes."""
    words = chance.sample(_WORDS, 4)
    text = f"{words[0]} <{words[1]}> {chance.randint(1, 9999)} <{words[2] * chance.randint(1, 3)}>"
    text += f" {words[3]}" * chance.randint(0, 2)
    mark = chance.choice(["", "?"])
    start = text.index("<")
    lazy, greedy = text.index(">") - start + 1, text.rindex(">") - start + 1
    rule, other = (lazy, greedy) if mark else (greedy, lazy)
    why = f"`.+{mark}` {'stops at the first' if mark else 'runs to the last'} > after the first <"
    code = f'text = "{text}"\nprint(len(re.search(r"<.+{mark}>", text).group()))'
    return code, rule, why, [Wrong(str(other), why)]


def draw(chance: Random, level: int) -> Drawn:
    """Draw one of three kinds of program."""
    code, rule, why, wrong = chance.choice([_runs, _anchors, _lazy])(chance)
    code = f"import re\n{code}"
    said = {mistake.say: mistake for mistake in wrong}
    return Drawn(
        ask=f"```python\n{code}\n```\nWhat does this program print? Type the number.",
        run=Run("python", code),
        rule=str(rule),
        explain=f"The program prints {rule}: {why}.",
        wrong=tuple(mistake for say, mistake in said.items() if say != str(rule)),
    )


FAMILY = Family(
    name="regex-matches",
    skills={SkillId("fnd.programming"): 2},
    source="python-docs/re: Regular expression operations",
    draw=draw,
)
