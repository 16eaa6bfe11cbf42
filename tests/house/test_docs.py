"""The documents are true: examples run, links lead somewhere, recipes load, nothing names our machines."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.bench import CONTENT
from tests.command import ROOT, say

from backwright.catalog import read_problems
from backwright.settings import explain_settings
from backwright.usecases import USE_CASES

DOCS = ROOT / "docs"
GUIDE = sorted((DOCS / "guide").glob("*.md"))
SHIPPED = sorted((CONTENT / "guides").rglob("*.md"))
PAGES = [*sorted(DOCS.rglob("*.md")), *SHIPPED, *sorted(ROOT.glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ backwright ?(.*?)(?:  # exit (\d))?$", re.MULTILINE)
NUMBER = re.compile(r"(\+- )? *(\d[\d,]*(?:\.\d+)?)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^ *(`{3,}).*?^ *\1[ \t]*$", re.MULTILINE | re.DOTALL)
RECIPE = re.compile(r"^```toml file=(\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Where packages come from differs from machine to machine; written in two so that it is not here.
HOSTS = [
    f"{name}.{rest}"
    for name, rest in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry.npmjs", "org"),
        ("registry.yarnpkg", "com"),
        ("static.crates", "io"),
        ("index.crates", "io"),
        ("proxy.golang", "org"),
        ("repo.maven", "apache.org"),
        ("repo1.maven", "org"),
    )
]
OURS = re.compile(r"(?<![\w.~-])/" + "(?:work|root)/")
IGNORED = re.compile(r"\.(?!gitignore|ci)|__pycache__$").match  # folders that tools make

missing = pytest.mark.skipif(not DOCS.exists(), reason="docs/ is not written yet")


def where(path: Path) -> str:
    return str(path.relative_to(ROOT))


@missing
@pytest.mark.parametrize("page", [*GUIDE, *SHIPPED, ROOT / "README.md"], ids=where)
def test_every_example_runs_with_its_exit_status_and_says_what_is_quoted(page, tmp_path):
    """One page at a time, in order, on a fresh data folder."""
    for block in CONSOLE.findall(page.read_text()):
        for line, status, quoted in examples(block):
            said = say(line, tmp_path / "data", typed="i\n" * 40 + "s\n")
            assert int(status or 0) == said.status, f"backwright {line}: {said.err}"
            if page in SHIPPED:
                printed = said.out.splitlines()
                missing_ = [q for q in quoted if not any(alike(q, each) for each in printed)]
                assert [] == missing_, f"backwright {line}"


def alike(quoted: str, printed: str) -> bool:
    """Whether two lines say the same, but for what another seed would change: a quarter, or 3; any noise."""
    if NUMBER.sub("", quoted) != NUMBER.sub("", printed):
        return False
    pairs = zip(NUMBER.findall(quoted), NUMBER.findall(printed), strict=True)
    numbers = [
        (float(a.replace(",", "")), float(b.replace(",", "")))
        for (noise, a), (_, b) in pairs
        if not noise
    ]
    return all(abs(a - b) <= max(3, a / 4) for a, b in numbers)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        pytest.param("p99   520 ms +- 91", True, id="another seed"),
        pytest.param("p99  27 ms +- 9", False, id="another answer"),
        pytest.param("p50  533 ms +- 70", False, id="another line"),
    ],
)
def test_a_quoted_line_may_differ_as_much_as_another_seed_would_change_it(printed, expected):
    assert expected == alike("p99  533 ms +- 71.9", printed)


def examples(block: str) -> list[tuple[str, str, list[str]]]:
    """Return (arguments, exit status, lines quoted of the output) of each command of a block."""
    found: list[tuple[str, str, list[str]]] = []
    for row in block.splitlines():
        if command := COMMAND.fullmatch(row):
            found.append((command[1], command[2] or "", []))
        elif found and row not in ("...", ""):
            found[-1][2].append(row)
    return found


@missing
@pytest.mark.parametrize("verb", [use_case.name for use_case in USE_CASES])
def test_every_verb_has_an_example_in_the_guide(verb):
    commands = [line for page in GUIDE for line, _ in COMMAND.findall(page.read_text())]
    assert any(line.startswith(verb.replace(".", " ")) for line in commands)


@missing
@pytest.mark.parametrize("page", PAGES, ids=where)
def test_relative_links_lead_somewhere(page):
    text = FENCED.sub("", page.read_text())
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file) if file else page
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors(target), link


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings as code forges make them."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@missing
def test_each_recipe_for_content_loads_and_touches_one_file(tmp_path):
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    assert [] == read_problems(content)[1]
    recipes = RECIPE.findall((DOCS / "recipes.md").read_text())
    assert len(recipes) >= 5
    for name, text in recipes:
        assert not name.startswith("src/"), name  # content, not code
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # A question is added to a file that is there; anything else is a file of its own.
        assert not path.exists() or text.startswith("[["), name
        with path.open("a") as file:
            file.write(text)
        assert [] == read_problems(content)[1], name


@missing
def test_the_reference_of_settings_names_every_setting_and_no_other():
    page = (DOCS / "reference" / "settings.md").read_text()
    settings = explain_settings({})
    assert {s.variable for s in settings} == set(re.findall(r"^\| `(\w+)`", page, re.MULTILINE))
    assert [] == [s.help for s in settings if s.help not in page]


@missing
def test_the_table_of_exit_statuses_names_every_verb():
    page = (DOCS / "reference" / "exit-status.md").read_text()
    named = re.findall(r"^\| ([a-z][a-z -]+) \|", page.partition("besides")[2], re.MULTILINE)
    assert {use_case.name.replace(".", " ") for use_case in USE_CASES} == set(named)


def kept_files() -> list[Path]:
    """Return the files under version control; outside a checkout, all but what tools make."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return [ROOT / name for name in listed.stdout.split("\0") if name]
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(map(IGNORED, path.relative_to(ROOT).parts))
    ]


def test_no_file_names_a_package_registry_or_a_folder_of_ours():
    named = []
    for path in kept_files():
        if not path.is_file():
            continue
        text = path.read_bytes().decode(errors="replace")
        found = [host for host in HOSTS if host in text] + OURS.findall(text)
        named += [f"{where(path)}: {each}" for each in found]
    assert [] == named
