"""Pages of Blazor without a login, though nearly all others of the project have one: `@page` without `@attribute [Authorize]`."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.dotnetguards import has_fallback_policy
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

GUARDED_MIN = 5  # pages with a login: fewer are no custom
CUSTOM_SHARE = 0.7  # of the pages of a project: where fewer have one, being open is usual
HEAD_LINES = 40  # directives stand at the top
_PAGE = regex(r"^\ufeff?@page\s+\"([^\"]*)\"", re.MULTILINE)
_GUARD = regex(r"^\ufeff?@attribute\s+\[\s*\w*Authori[sz]e", re.MULTILINE)
_OPENED = regex(
    r"AllowAnonymous|AuthorizeView|AuthenticationState|IsAuthenticated|@inherits|<NotAuthorized|\[CascadingParameter\][^;]*Auth"
)
_DOES = regex(r"@inject\b|\[Inject\]|\bawait\b|@code\b|<[A-Z]\w+")
_BROWSER = regex(r"Microsoft\.NET\.Sdk\.(BlazorWebAssembly|Razor\b)")
_FOR_GUESTS = regex(
    r"log_?in|log_?out|sign|regist|account|auth|set_?up|first|wizard|install|error|not_?found|denied|forbidden|unauthori|index|home|about|privacy|terms|imprint|counter|weather|fetch_?data|public|demo|render|redeem|"
    r"token|forgot|reset|confirm|external|help|landing|status|offline|maintenance|welcome|invit|share|embed|verify|callback|redirect|test|sample|blog|article|post|shop|store|product|catalog|contact|faq|news",
    re.IGNORECASE,
)


class Page(NamedTuple):
    """A page of Blazor: its file, the line and path of its first route, and whether a login stands before it."""

    file: str
    line: int
    path: str
    is_guarded: bool
    text: str


def open_pages(model: Model) -> Iterator[Hit]:
    """Yield pages without a login among pages that have one, one finding for each folder."""
    razors = {path: text for path, text in model.texts.items() if path.endswith(".razor")}
    if not razors or has_fallback_policy(model.project):
        return
    guarded = {
        str(PurePosixPath(p).parent) for p, t in razors.items() if p.endswith("_Imports.razor") and _GUARD.search(t)
    }
    projects = {str(PurePosixPath(path).parent): text for path, text in model.texts.items() if path.endswith(".csproj")}
    pages: dict[str, list[Page]] = defaultdict(list)
    for path, text in razors.items():
        found = _PAGE.search(text)
        if found is not None:
            folders = [str(each) for each in PurePosixPath(path).parents]
            home = next((folder for folder in folders if folder in projects), "")
            line = text.count("\n", 0, found.start()) + 1
            is_guarded = _GUARD.search(text) is not None or any(folder in guarded for folder in folders)
            pages[home].append(Page(path, line, found[1], is_guarded, text))
    for home, all_ in pages.items():
        count = sum(page.is_guarded for page in all_)
        if count < GUARDED_MIN or count < CUSTOM_SHARE * len(all_) or _BROWSER.search(projects.get(home, "")):
            continue
        yield from _of_project(all_)


def _of_project(pages: list[Page]) -> Iterator[Hit]:
    beside = next(page for page in pages if page.is_guarded)
    free: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        if not page.is_guarded and _is_forgotten(page):
            free[str(PurePosixPath(page.file).parent)].append(page)
    count = sum(page.is_guarded for page in pages)
    for folder, found in free.items():
        near = next((page for page in pages if page.is_guarded and page.file.startswith(f"{folder}/")), beside)
        first = found[0]
        more = f" and {len(found) - 1} more here" if len(found) > 1 else ""
        message = f"the page {first.path}{more} can be opened by everybody: {count} of {len(pages)} pages of this project have [Authorize]"
        spots = tuple(Spot(page.file, page.line, f"{page.path}: no [Authorize]") for page in found)
        spots += (Spot(near.file, near.line, f"{near.path} has it"),)
        fix = "Put `@attribute [Authorize]` on the page, or in an _Imports.razor for its whole folder, and [AllowAnonymous] where it is meant."
        yield Hit(-1, first.line, message, -1, spots, Confidence.MEDIUM, Severity.HIGH, file=first.file, fix=fix)


def _is_forgotten(page: Page) -> bool:
    """Whether a page does something and is not for guests by its name or path."""
    name = re.sub(r"^(Index|Home)$", "", PurePosixPath(page.file).stem)  # its path tells of what
    words = re.sub(r"\{[^}]*\}", "", page.path)
    if page.path in ("", "/") or _FOR_GUESTS.search(name) or _FOR_GUESTS.search(words):
        return False
    return _DOES.search(page.text) is not None and _OPENED.search(page.text) is None
