"""The catalog: complete, compiled once, and unable to hide what does not hold together."""

import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from tests.bench import CONTENT, catalog_and_digest

from backwright.assess.entries import entries_of
from backwright.assess.families import families
from backwright.catalog import compiled, read_catalog, read_problems
from backwright.catalog.compiled import load_catalog
from backwright.model.errors import BadContent
from backwright.model.item import ItemKind
from backwright.model.role import SECTIONS
from backwright.plan.goal import goal_of, targets_of

CATALOG = catalog_and_digest()[0]
ENTRIES = Counter(entry.skill for entry in entries_of(CATALOG, families()))
BACKEND = goal_of(CATALOG, targets_of(CATALOG.roles["backend-developer"], 0), "py").targets
# A small world in which every kind of mistake can be made: a -> b -> c, choice x of p and q.
WORLD = {
    "roles.toml": 'default_track = "py"\n[tracks.py]\nname = "Python"\ncore = "a.a"\nweb = "a.b"\n',
    "levels.toml": "",
    "pitfalls.toml": "",
    "criteria.toml": "",
    "sources/book.toml": 'title = "A book"\nkind = "book"\nurl = "https://book.example/"\n',
    "skills/a.a/skill.toml": "",
    "skills/a.b/skill.toml": "a.a",
    "skills/a.c/skill.toml": "a.b",
    "skills/a.p/skill.toml": "a.a",
    "skills/a.q/skill.toml": "a.a",
    "skills/a.x/skill.toml": 'name = "X"\ndomain = "api"\nlevel = 2\nany_of = ["a.p", "a.q"]\n',
    "skills/a.y/skill.toml": "a.x",
}
ITEM = """
[[item]]
id = "one"
level = 1
ask = "What?"
right = "this"
wrong = [{ say = "that", because = "it is not" }]
explain = "It is."
source = "book/1"
"""


def skill(name: str, *needs: str, level: int = 2, more: str = "") -> str:
    """Return a skill file that holds together."""
    text = (
        f'name = "Skill {name}"\ndomain = "api"\nlevel = {level}\nhours = 5\ncan = "Does {name}."\n'
    )
    text += f'topics = ["{name}"]\n{more}'
    return text + "".join(f'[[needs]]\nskill = "{n}"\nwhy = "because"\n' for n in needs)


@pytest.fixture
def world(tmp_path) -> Path:
    """A small content folder without a problem."""
    for name, text in WORLD.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        of = path.parent.name
        is_need = name.startswith("skills/") and " = " not in text
        path.write_text(skill(of, *([text] if text else [])) if is_need else text)
    (tmp_path / "content/skills/a.a/items.toml").write_text(ITEM)
    return tmp_path / "content"


def test_the_small_world_holds_together(world):
    assert [] == read_problems(world)[1]


# Each: the file, its new text (None: the old text, changed), and what is to be said about it.
MISTAKES = [
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.nothing"),
        r"skills/a\.b/skill\.toml:8: needs 'a\.nothing', no skill is called that",
        id="an unknown prerequisite",
    ),
    pytest.param(
        "skills/a.a/skill.toml",
        skill("a", "a.c"),
        r"skills/a\.\w/skill\.toml:\d+: cycle a\.\w -> .*a\.\w",
        id="a cycle",
    ),
    pytest.param(
        "skills/a.p/skill.toml",
        skill("p", "a.y"),
        r"skills/a\.\w/skill\.toml:\d+: cycle a\.\w -> .*a\.x",
        id="a cycle through a choice",
    ),
    pytest.param(
        "skills/a.c/skill.toml",
        skill("c", "a.b", "a.a"),
        r"skills/a\.c/skill\.toml:10: 'a\.a' is redundant, a\.b needs it already",
        id="a redundant edge",
    ),
    pytest.param(
        "skills/a.y/skill.toml",
        skill("y", "a.x", "a.a"),
        r"skills/a\.y/skill\.toml:10: 'a\.a' is redundant, a\.x needs it already",
        id="an edge that every member of a choice implies",
    ),
    pytest.param(
        "skills/a.y/skill.toml",
        skill("y", "a.p", "a.x"),
        r"skills/a\.y/skill\.toml:10: 'a\.x' is redundant, a\.p needs it already",
        id="a choice that its own member meets",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a", level=1),
        r"skills/a\.b/skill\.toml:8: level falls from a\.a \(2\) to a\.b \(1\)",
        id="a falling level",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a", more="colour = 'red'\n"),
        r"skills/a\.b/skill\.toml:7: unknown key 'colour'",
        id="an unknown key",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a").replace("why", "reason"),
        r"skills/a\.b/skill\.toml:\d+: unknown key 'reason'",
        id="an unknown key inside",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a").replace('domain = "api"\n', ""),
        r"skills/a\.b/skill\.toml:\d+: .*missing required field `domain`",
        id="a missing field",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a").replace("level = 2", 'level = "two"'),
        r"skills/a\.b/skill\.toml:3: level: Expected `int`",
        id="a wrong type",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a").replace("hours = 5", "hours = 500"),
        r"skills/a\.b/skill\.toml:4: 500 hours is not 2 to 80",
        id="hours of three skills",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        "name = \n",
        r"skills/a\.b/skill\.toml:1: Invalid value \(at line 1",
        id="broken TOML",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a", more="name = 'again'\n"),
        r"skills/a\.b/skill\.toml:7: Cannot overwrite a value",
        id="a key twice",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("a.a", "a.a"),
        r"skills/a\.b/skill\.toml:1: the name 'Skill a\.a' is also that of a\.a",
        id="a name twice",
    ),
    pytest.param(
        "skills/a.b/skill.toml",
        skill("b", "a.a") + '[[resource]]\nsource = "papyrus"\ntitle = "x"\n',
        r"skills/a\.b/skill\.toml:11: no source is called 'papyrus'",
        id="an unknown source of a resource",
    ),
    pytest.param(
        "skills/a.a/items.toml",
        ITEM.replace("book/1", "papyrus/1"),
        r"skills/a\.a/items\.toml:9: no source is called 'papyrus/1'",
        id="an unknown source of a question",
    ),
    pytest.param(
        "skills/a.a/items.toml",
        ITEM + ITEM,
        r"skills/a\.a/items\.toml:12: the id 'a\.a/one' is used twice",
        id="an id twice",
    ),
    pytest.param(
        "skills/a.a/items.toml",
        ITEM.replace('explain = "It is."\n', ""),
        r"skills/a\.a/items\.toml:\d+: .*missing required field `explain`",
        id="a question without its explanation",
    ),
    pytest.param(
        "paths/one.toml",
        'name = "One"\nabout = "x"\nmonths = [1, 2]\n'
        '[[stage]]\nname = "s"\nabout = "x"\nskills = ["a.nothing"]\n',
        r"paths/one\.toml:\d+: no skill is called 'a\.nothing'",
        id="a path to nowhere",
    ),
    pytest.param(
        "pitfalls.toml",
        '[[pitfall]]\nid = "p"\nname = "P"\nskill = "a.nothing"\nabout = "x"\ninstead = "y"\n',
        r"pitfalls\.toml:1: no skill is called 'a\.nothing'",
        id="a pitfall of no skill",
    ),
    pytest.param(
        "roles/r.toml",
        'name = "R"\ntrack = "any"\nwork = "x"\nnot_it = "y"\ntechnologies = []\npaths = []\n'
        'progression = []\nbefore = []\nafter = ["king"]\n[defining]\n"a.nothing" = 3\n',
        r"roles/r\.toml:\d+: target 'a\.nothing', no skill is called that",
        id="a role that asks for no skill",
    ),
]


@pytest.mark.parametrize(("file", "text", "expected"), MISTAKES)
def test_a_mistake_is_reported_with_file_and_line(file, text, expected, world):
    (world / file).parent.mkdir(exist_ok=True)
    (world / file).write_text(text)
    problems = read_problems(world)[1]
    assert any(re.match(expected, problem) for problem in problems), "\n".join(problems)
    with pytest.raises(BadContent) as caught:
        read_catalog(world)
    assert sorted(problems) == list(caught.value.problems)


def test_several_mistakes_are_reported_at_once(world):
    (world / "skills/a.a/items.toml").write_text(ITEM.replace("book/1", "papyrus/1") + ITEM)
    (world / "skills/a.b/skill.toml").write_text(skill("b", "a.a", level=1))
    (world / "skills/a.c/skill.toml").write_text(skill("c", "a.b", more="colour = 'red'\n"))
    (world / "sources/torn.toml").write_text("title = ")
    (world / "skills/a.y/skill.toml").write_text(skill("y", "a.x", "a.a"))
    found = "\n".join(read_problems(world)[1])
    for each in ("papyrus", "used twice", "level falls", "'colour'", "torn.toml:1", "redundant"):
        assert each in found


def test_a_file_that_is_not_text_is_a_problem_and_no_crash(world):
    (world / "sources/bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert any(p.startswith("sources/bytes.toml:1: ") for p in read_problems(world)[1])


class Kept(dict):
    """A cache in memory that counts what is put."""

    def put(self, key: str, value: bytes) -> None:
        self[key] = value


def test_compiled_equals_read(tmp_path):
    kept = Kept()
    fresh, digest = load_catalog(CONTENT, kept.get, kept.put)
    again, same = load_catalog(CONTENT, kept.get, kept.put)
    assert len(kept) == 1
    assert digest == same
    assert fresh == again
    assert read_catalog(CONTENT) == again
    assert load_catalog(CONTENT, Kept().get, Kept().put, is_shipped=True) == (again, digest)


def test_compiled_once_and_again_when_the_content_changes(world):
    kept = Kept()
    first, digest = load_catalog(world, kept.get, kept.put)
    load_catalog(world, kept.get, kept.put)
    assert len(kept) == 1
    (world / "skills/a.z").mkdir()
    (world / "skills/a.z/skill.toml").write_text(skill("z", "a.c"))
    later, other = load_catalog(world, kept.get, kept.put)
    assert len(kept) == 2
    assert digest != other
    assert set(later.skills) - set(first.skills) == {"a.z"}


def test_a_change_of_the_same_length_is_noticed(world):
    kept = Kept()
    load_catalog(world, kept.get, kept.put)
    path = world / "skills/a.c/skill.toml"
    path.write_text(path.read_text().replace("Does a.c.", "Has a.c. "))
    os.utime(path, ns=(1, 1))
    later, _ = load_catalog(world, kept.get, kept.put)
    assert len(kept) == 2
    assert later.skills["a.c"].can == "Has a.c. "


@pytest.mark.parametrize(
    "spoiled",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00" * 1000, id="zeros"),
        pytest.param(b"not msgpack at all", id="text"),
        pytest.param(None, id="cut in half"),
    ],
)
def test_a_spoiled_cache_is_compiled_again(spoiled, world):
    kept = Kept()
    good, digest = load_catalog(world, kept.get, kept.put)
    for key, value in list(kept.items()):
        kept[key] = value[: len(value) // 2] if spoiled is None else spoiled
    assert (good, digest) == load_catalog(world, kept.get, kept.put)
    assert (good, digest) == load_catalog(world, kept.get, kept.put)


def test_a_cache_of_another_format_is_not_read(world, monkeypatch):
    kept = Kept()
    load_catalog(world, kept.get, kept.put)
    monkeypatch.setattr(compiled, "FORMAT", compiled.FORMAT + 1)
    load_catalog(world, kept.get, kept.put)
    assert len(kept) == 2


def test_content_that_does_not_hold_together_is_never_kept(world):
    shutil.rmtree(world / "skills/a.a")
    kept = Kept()
    with pytest.raises(BadContent):
        load_catalog(world, kept.get, kept.put)
    assert not kept


def test_a_file_of_ours_that_cannot_be_read_is_told(world):
    (world / "skills/a.a/skill.toml").write_text("name = ")
    kept = Kept()
    with pytest.raises(BadContent, match=r"skills/a\.a/skill\.toml:1"):
        load_catalog(world, kept.get, kept.put, is_shipped=True)
    assert not kept


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param(len(CATALOG.real_skills), 160, id="160 skills"),
        pytest.param(len(CATALOG.roles), 13, id="13 roles"),
        pytest.param(len(CATALOG.paths), 12, id="12 paths"),
        pytest.param(sum(t.key for t in CATALOG.technologies.values()), 16, id="16 key tools"),
        pytest.param(len(CATALOG.pitfalls), 10, id="10 pitfalls"),
        pytest.param(len({p.skill for p in CATALOG.pitfalls}), 10, id="each of another skill"),
        pytest.param(len(CATALOG.criteria), 10, id="10 criteria"),
        pytest.param(len(CATALOG.levels), 4, id="4 learning levels"),
    ],
)
def test_the_catalog_is_complete(what, expected):
    assert expected == what


@pytest.mark.parametrize("role", CATALOG.roles.values(), ids=lambda role: role.id)
def test_a_role_has_ten_sections_of_three_linked_entries(role):
    assert set(SECTIONS) == set(role.sections)
    for name, entries in role.sections.items():
        linked = [entry for entry in entries if entry.skill or entry.source]
        assert len(linked) >= 3, name


def test_no_section_is_the_same_text_for_more_than_three_roles():
    used = Counter(
        (name, tuple(entry.say for entry in entries))
        for role in CATALOG.roles.values()
        for name, entries in role.sections.items()
    )
    assert [] == [name for (name, _), times in used.items() if times > 3]


def test_every_skill_that_a_backend_developer_needs_has_five_questions():
    assert {} == {s: ENTRIES[s] for s in BACKEND if ENTRIES[s] < 5}


def test_every_other_skill_has_two_questions():
    few = {s.id: ENTRIES[s.id] for s in CATALOG.real_skills if ENTRIES[s.id] < 2}
    assert {} == few


def test_there_are_five_hundred_questions_and_a_third_is_executed_or_typed():
    items = [item for own in CATALOG.items.values() for item in own]
    assert len(items) >= 500
    assert sum(item.is_executed for item in items) >= 0.3 * len(items)
    assert {ItemKind.CHOICE, ItemKind.TYPED} == {item.kind for item in items}


def test_each_pitfall_has_a_lesson():
    assert [] == [p.skill for p in CATALOG.pitfalls if p.skill not in CATALOG.lessons]


def test_twenty_more_skills_of_a_backend_developer_have_lessons():
    pitfalls = {pitfall.skill for pitfall in CATALOG.pitfalls}
    assert len((CATALOG.lessons & set(BACKEND)) - pitfalls) >= 20
