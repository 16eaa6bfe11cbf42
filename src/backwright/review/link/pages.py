"""Whether what an endpoint returns is a list, and whether it comes in pages."""

import re
from functools import cached_property

from backwright.review.link.data import Data
from backwright.review.link.declared import Declared
from backwright.review.link.effects import Does, Effects
from backwright.review.link.inside import within
from backwright.review.link.jvmlists import JVM, JvmLists
from backwright.review.link.paging import Paging, takes_page
from backwright.review.link.project import Fn, Project
from backwright.review.link.rustguards import RustGuards
from backwright.review.link.types import written
from backwright.review.regexes import regex

REACH = 3  # calls into each other that an endpoint is followed
REACH_OF_LISTS = 5  # a list builder of the project's own stands deeper
PAGES = regex(
    r"\b(page|limit|offset|cursor|per_?page|page_?size|pageable|skip|take|after|before|first|last|size|count|top|max_?results|page_?number|page_?index|pagesize|rows|num)\b",
    re.IGNORECASE,
)
_PAGE_CALLS = regex(
    r"paginat|startPage|pageable|PageRequest|\blimit\b|\btake\b|\bskip\b|offset|setMaxResults|findAndCountAll|simplePaginate|cursor",
    re.IGNORECASE,
)


_PAGED_PATH = regex(r"\{(offset|page|cursor|skip)\}/(limit|size|take|page_?size)?/?\{|/offset/\{[^}]*\}/limit/\{")
_CUTS = regex(r"^(limit|take|top|Take|Limit|setMaxResults|SetLimit|first)$")
_PAGED_TYPE = regex(r"Paged|Page<|Paginated")


class Pages:
    """Verdicts on lists, by what a handler reads and asks for."""

    def __init__(self, project: Project, effects: Effects, data: Data, rust: RustGuards) -> None:
        self.project, self.effects, self.data, self._rust = project, effects, data, rust

    @cached_property
    def _paging(self) -> Paging:
        return Paging(self.project)

    @cached_property
    def lists(self) -> JvmLists:
        """What the types of Java and Kotlin say."""
        return JvmLists(self.project)

    def paginated(self, declared: Declared) -> bool | None:
        """Return whether a list comes in pages; None if no list is known to be returned."""
        if declared.handler is None:
            return None
        if _PAGED_PATH.search(declared.path):
            return True
        if declared.method not in ("GET", "*"):
            return self._by_post(declared, declared.handler)
        is_jvm = self.project.files[declared.handler.file].language in JVM
        if is_jvm and self.lists.gives_page(declared, self.reach(declared.handler)):
            return True
        is_csharp = self.project.files[declared.handler.file].language == "csharp"
        returns = self.project.function(declared.handler).returns
        many = (is_jvm and self.lists.gives(declared)) or (
            is_csharp and written(returns).is_many and "byte" not in returns
        )
        for fn in self.reach(declared.handler):
            for access in self.data.by_function.get(fn, ()):
                is_one = access.many is False and self.project.files[access.at].language == "python"  # query.first()
                bounds = access.is_bounded and any(d.does == "bounded" and self._pages(d) for d in access.does)
                if access.op != "write" and bounds and not is_one:
                    return True
                if access.op != "write" and access.many:
                    many = True
        made = self.project.function(declared.handler)
        names = " ".join(
            [
                *(f"{p.name} {p.type}" for p in made.params),
                *self._request_names(declared.handler),
                *(
                    self._rust.query_words(declared.handler)
                    if self.project.files[declared.handler.file].language == "rust"
                    else ()
                ),
            ]
        )
        if many and is_jvm and self.lists.takes_page(declared.handler, self.reach(declared.handler)):
            return True
        if takes_page(self.project, declared.handler):
            return True
        if many and (PAGES.search(names.replace("_", " ")) or PAGES.search(names)):
            return True
        if self._paging.in_pages(self.reach(declared.handler, REACH_OF_LISTS if many else REACH)):
            return True
        return False if many else None

    def _pages(self, does: Does) -> bool:
        """Whether a limit is that of a page: the ten latest are none."""
        call = self.effects.call(does)
        return not (_CUTS.match(call.name) and call.args and call.args[0].kind == "num" and not call.args[0].name)

    def _by_post(self, declared: Declared, handler: Fn) -> bool | None:
        """A list that is asked for with a body: it comes in pages only if it says so."""
        if declared.method != "POST" or declared.path.endswith("}"):
            return None
        made = self.project.function(handler)
        if self.project.files[handler.file].language in JVM:
            if self.lists.gives_page(declared, [handler]):
                return True
            return None
        if self.project.files[handler.file].language != "csharp":
            return None
        asked = takes_page(self.project, handler)
        if asked and (_PAGED_TYPE.search(made.returns) or self._paging.in_pages(self.reach(handler))):
            return True
        return False if written(made.returns).is_many else None

    def _request_names(self, handler: Fn) -> list[str]:
        file = self.project.files[handler.file]
        found = []
        for call in file.calls:
            if call.fn == handler.index or within(self.project, handler, call.fn):
                found += [v.text for v in call.args[:1] if v.kind == "str" and len(v.text) < 30]
                if _PAGE_CALLS.search(call.name):
                    found.append("page")
        found += [
            a.value.text.rpartition(".")[2]
            for a in file.assigns
            if file.language == "javascript"
            and a.fn == handler.index
            and a.value.kind == "name"
            and re.search(r"quer|param|req", a.value.text)
        ]
        found += [
            r.attr
            for r in file.reads
            if r.fn == handler.index and re.search(r"quer|param|req|filter|input|dto|args", r.base, re.IGNORECASE)
        ]
        return found

    def reach(self, handler: Fn, depth: int = REACH) -> list[Fn]:
        """Return a handler and what it runs, some calls deep."""
        found, level = [handler], [handler]
        for _ in range(depth):
            level = [t for fn in level for _, t in self.effects.callees.get(fn, ()) if t not in found]
            found += list(dict.fromkeys(level))
            if len(found) > 200:
                break
        return found
