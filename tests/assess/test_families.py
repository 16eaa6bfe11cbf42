"""Every question family: many seeds, each key computed by its program and confirmed by its rule."""

from random import Random

import pytest
from tests.bench import catalog_and_digest

from backwright.adapters.sandbox import ProcessSandbox
from backwright.assess.bank_checks import item_complaints
from backwright.assess.families import families
from backwright.assess.family import agrees
from backwright.model.item import Item, ItemKind

SEEDS = 200
DISTINCT_MIN = 8  # a drill asks a family a few times; the numbers must not come back at once

CASES = [
    pytest.param(family, skill, level, id=f"{name} asks {skill}")
    for name, family in families().items()
    for skill, level in family.skills.items()
]


@pytest.mark.parametrize(("family", "skill", "level"), CASES)
def test_key_of_every_seed_is_confirmed_and_the_question_can_be_shown(family, skill, level):
    drawn = [family.draw(Random(seed), level) for seed in range(SEEDS)]
    results = ProcessSandbox().run_many([each.run for each in drawn])
    if results[0].missing:
        pytest.skip(f"{results[0].problem}: {SEEDS} programs not run")
    unlike, tempting, ugly = [], [], []
    for seed, (each, ran) in enumerate(zip(drawn, results, strict=True)):
        if ran.problem or not agrees(ran.printed, each.rule):
            unlike.append((seed, ran.printed, each.rule, ran.problem))
        tempting += [
            (seed, wrong.say, each.rule)
            for wrong in each.wrong
            if agrees(wrong.say, ran.printed, each.tolerance)
        ]
        ugly += [(seed, str(complaint)) for complaint in item_complaints(as_item(family, each))]
    assert [] == unlike, "program and rule differ"
    assert [] == tempting, "a wrong answer is right"
    assert [] == ugly, "not fit to be shown"
    assert DISTINCT_MIN < len({each.ask for each in drawn})


def as_item(family, drawn) -> Item:
    """Return an instance as an authored question, so that the same checks look at it."""
    skill, level = next(iter(family.skills.items()))
    return Item(
        id=f"{skill}/{family.name}",
        skill=skill,
        level=level,
        ask=drawn.ask,
        explain=drawn.explain,
        source=family.source,
        kind=ItemKind.TYPED,
        answer=drawn.rule,
        wrong=drawn.wrong,
        tolerance=drawn.tolerance,
        run=drawn.run.runtime,
        check=drawn.run.program,
    )


@pytest.mark.parametrize("name", families())
def test_family_is_named_as_its_file_and_names_only_what_exists(name):
    family, (catalog, _) = families()[name], catalog_and_digest()
    assert family.draw.__module__.rpartition(".")[2] == name.replace("-", "_")
    assert set() == set(family.skills) - set(catalog.skills)
    assert {1, 2, 3, 4} >= set(family.skills.values())
    assert family.source.partition("/")[0] in catalog.sources


@pytest.mark.parametrize("name", families())
def test_family_draws_the_same_question_from_the_same_seed(name):
    family = families()[name]
    level = next(iter(family.skills.values()))
    assert family.draw(Random(5), level) == family.draw(Random(5), level)
