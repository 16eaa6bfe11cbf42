"""Guides to the example blueprints: each belongs to one, cites known sources and ends with a command."""

import pytest
from tests.bench import CONTENT, catalog_and_digest

from backwright.catalog.guides import HEADINGS, guide_problems

GOOD = """\
# A page

## What it is for

See [the list](here.md) and [elsewhere](https://example.org).

## The blueprint

## What the numbers show

## Variations

## What is left out

## Sources

- fowler/CircuitBreaker

## Next

```console
$ backwright design check page
```
"""


def problems(tmp_path, text=GOOD, blueprints=("page",)):
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "page.md").write_text(text)
    (tmp_path / "guides" / "here.md").write_text(GOOD)
    (tmp_path / "examples" / "designs").mkdir(parents=True)
    for name in (*blueprints, "here"):
        (tmp_path / "examples" / "designs" / f"{name}.yaml").write_text("")
    return guide_problems(tmp_path, catalog_and_digest()[0])


def test_every_bundled_guide_holds_together():
    assert [] == guide_problems(CONTENT, catalog_and_digest()[0])


def test_a_whole_guide_has_no_problem(tmp_path):
    assert [] == problems(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("fowler/C", "flower/C", "guides/page.md:17: no source is called 'flower'", id="a source that does not exist"),
        pytest.param("fowler/CircuitBreaker", "fowler", "guides/page.md:17: say which section of fowler", id="a source without a section"),
        pytest.param("- fowler/CircuitBreaker", "", "guides/page.md:15: no source; '- <source id>/<section>' for each", id="no source"),
        pytest.param("(here.md)", "(there.md)", "guides/page.md:5: the link to 'there.md' leads nowhere", id="a link that leads nowhere"),
        pytest.param("A page", "A p\u00e4ge", "guides/page.md:1: not ASCII; a terminal may not show it", id="letters that a terminal may not show"),
        pytest.param("$ backwright", "backwright", "guides/page.md:19: it should end with a command: $ backwright ...", id="no command at the end"),
        pytest.param("## Variations\n", "", f"guides/page.md:3: the headings are {', '.join(h for h in HEADINGS if h != 'Variations')}; they should be {', '.join(HEADINGS)}", id="a section that is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_guide_is_told_with_its_line(old, new, expected, tmp_path):
    assert [expected] == problems(tmp_path, GOOD.replace(old, new))


def test_a_guide_without_blueprint_and_a_blueprint_without_guide_are_problems(tmp_path):
    assert [
        "guides/page.md:1: no example blueprint is called 'page'",
        "examples/designs/other.yaml:1: it has no guide; guides/other.md, please",
    ] == problems(tmp_path, blueprints=("other",))
