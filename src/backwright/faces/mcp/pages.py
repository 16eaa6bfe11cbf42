"""Catalog pages as resources: addresses, templates, the list in pages, and the text of one."""

from typing import NamedTuple
from urllib.parse import quote, unquote

from backwright.faces.prose import prose
from backwright.model.errors import NotFound
from backwright.usecases.bench import Bench
from backwright.usecases.nearest import nearest
from backwright.usecases.pages import KINDS, Entry, Page, entries, open_page

SCHEME = "backwright"
PER_PAGE = 100  # resources in one part of the list
COMPLETIONS_MAX = 100  # as the protocol has it
_ABOUT = {
    "role": "What a role is, its targets with your standing, where it leads",
    "path": "A learning path: stages, skills, hours left",
    "skill": "A skill: what it is, what it needs and opens, resources",
    "lesson": "A lesson, whole",
    "technology": "A technology: what for, when not, skills, official documentation",
    "rule": "A review rule: what goes wrong, examples, limits, measured precision",
    "guide": "A guide to a service, to a common question, or to an example blueprint",
    "case": "A design case of the interview, without its answers",
}


class Template(NamedTuple):
    """Addresses of one kind of page."""

    uri: str
    name: str
    about: str


TEMPLATES = tuple(Template(f"{SCHEME}://{kind}/{{id}}", kind, _ABOUT[kind]) for kind in KINDS)


def uri_of(entry: Entry) -> str:
    """Return the address of a page."""
    return f"{SCHEME}://{entry.kind}/{quote(entry.id)}"


def listed(bench: Bench, start: int) -> tuple[list[Entry], int | None]:
    """Return the pages from a place on, and the next place if there are more."""
    found = [entry for kind in KINDS for entry in entries(bench, kind)]
    end = start + PER_PAGE
    return found[start:end], end if end < len(found) else None


def read(bench: Bench, uri: str) -> tuple[Page, str]:
    """Return a page and its text, Markdown or plain; NotFound if the address leads nowhere."""
    scheme, mark, rest = uri.partition("://")
    kind, slash, name = rest.partition("/")
    if scheme != SCHEME or not mark or not slash:
        raise NotFound(
            f"'{uri[:80]}' is no address of ours",
            detail=f"such as {SCHEME}://skill/sql.indexes; kinds: {', '.join(KINDS)}",
        )
    page = open_page(bench, kind, unquote(name))
    return page, page.markdown or prose(page.answer)


def completions(bench: Bench, kind: str, typed: str) -> tuple[list[str], int]:
    """Return ids of a kind that begin with what was typed, else hold it, else are near it; and how many there are."""
    ids = [entry.id for entry in entries(bench, kind)]
    low = typed.lower()
    found = [each for each in ids if each.lower().startswith(low)]
    found += [each for each in ids if low in each.lower() and each not in found]
    if not found:
        found = nearest(typed, ids)
    return found[:COMPLETIONS_MAX], len(found)
