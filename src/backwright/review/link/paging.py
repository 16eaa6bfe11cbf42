"""Signs of a list that comes in pages, wherever on the way from the handler they stand."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from backwright.review.facts import Call, File
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

# Calls and types of paging libraries: whoever uses them hands out pages.
_PAGERS = regex(
    r"^(paginate\w*|simple_?[pP]aginate|cursor_?[pP]aginate|setMaxPerPage|set_max_per_page|Pagerfanta|Paginator|LengthAwarePaginator|"
    r"PageNumberPagination|LimitOffsetPagination|CursorPagination|paginate_queryset|PageRequest|Pageable|setMaxResults|findAndCountAll|findAndCount|"
    r"paged[A-Z_]\w*|ToPagedList\w*|PagedList\w*|PaginatedList\w*|keyset_?[pP]aginate)$"
)
_PAGER_TYPE = regex(r"^(\w+::)*Pag(ination|inator|er)\w*(\.|::|$)")  # Rust: `PaginationOptions::builder()`
_ASKED = regex(
    r"^(page|per_?page|limit|offset|cursor|count|page_?size|page_?number|skip|take|since|before|after)$", re.IGNORECASE
)
# Fields that say which page, and how long it is.
_WHICH = frozenset(
    "page pagenumber pageindex pageno pagenum pagecursor currentpage offset skip cursor since after".split()
)
_HOW_MANY = frozenset("perpage pagesize size limit take count first maxresults".split())
_REQUEST = regex(r"(^|[._])(request|req|query|params?|input)(\(\))?([._]\w+)?(\(\))?$", re.IGNORECASE)
_TAKES = frozenset(
    "get input query integer int param QueryParam Query DefaultQuery getQuery getInt value getQueryParam".split()
)
_SQL = regex(r"\blimit\s+\{\}\s+offset\s+\{\}|\boffset\s+\{\}\s+limit\s+\{\}", re.IGNORECASE)  # both put in
_CUTS = frozenset("limit offset take skip Take Skip Limit Offset setFirstResult setMaxResults LIMIT".split())


class Paging:
    """Judges by what is called; one for a project, so that each file is gone through once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._signs: dict[int, dict[int, set[str]]] = {}

    def in_pages(self, functions: Iterable[Fn]) -> bool:
        """Whether one of these functions uses a pager, or they cut a query by what the client asks for."""
        told: set[str] = set()
        for fn in functions:
            told |= self._of_file(fn.file).get(fn.index, set())
            if "pager" in told or {"asks", "cuts"} <= told:
                return True
        return False

    def _of_file(self, at: int) -> dict[int, set[str]]:
        """Function to what its calls, those of its lambdas included, are signs of."""
        if at not in self._signs:
            file = self.project.files[at]
            found: dict[int, set[str]] = defaultdict(set)
            for call in file.calls:
                is_pager = (
                    _PAGERS.match(call.name)
                    or _cuts_text(call)
                    or (file.language == "rust" and _PAGER_TYPE.match(call.on))
                )
                sign = "pager" if is_pager else "asks" if _asks(call) else "cuts" if _cuts(call) else ""
                fn = call.fn if sign else -1
                while fn >= 0:
                    found[fn].add(sign)
                    fn = file.functions[fn].parent
            self._signs[at] = found
        return self._signs[at]


def takes_page(project: Project, handler: Fn) -> bool:
    """Whether a handler is given, or fills from the request, an object that says which page and how long, and uses it."""
    file = project.files[handler.file]
    for name, type_ in _objects(project, handler):
        cls = project.named_type(handler.file, type_).cls if type_ else None
        if cls is None:
            continue
        fields = {_plain(field.name) for each in project.base_classes(cls) for field in project.class_(each).fields}
        fields |= {
            _plain(param.name)
            for made in project.files[cls.file].functions
            if made.cls == cls.index and made.kind == "constructor"
            for param in made.params
        }
        if fields & _WHICH and fields & _HOW_MANY and (file.language != "python" or _uses(file, handler, name)):
            return True
    return False


def _objects(project: Project, handler: Fn) -> Iterator[tuple[str, str]]:
    """Yield name and type of each parameter of a handler; Go: also of what it makes to bind a request to."""
    file = project.files[handler.file]
    for param in project.function(handler).params:
        yield param.name, param.type
    if file.language == "go":
        for assign in file.assigns:
            if assign.fn == handler.index and (assign.type or assign.value.kind == "call"):
                yield assign.target, assign.type or assign.value.text


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _uses(file: File, fn: Fn, name: str) -> bool:
    """Whether a function hands on what a name stands for, or reads something of it."""
    handed = (value.text for call in file.calls if call.fn == fn.index for value in call.args)
    return name in handed or any(read.fn == fn.index and read.base == name for read in file.reads)


def _asks(call: Call) -> bool:
    """`$request->get('page')`, `c.Query("limit")`."""
    return (
        call.name in _TAKES
        and bool(call.args)
        and call.args[0].kind == "str"
        and bool(_ASKED.match(call.args[0].text))
        and (not call.on or bool(_REQUEST.search(call.on)))
    )


def _cuts(call: Call) -> bool:
    return call.name in _CUTS and any(value.kind != "num" for value in call.args)


def _cuts_text(call: Call) -> bool:
    """SQL whose limit and offset are both put in: `limit ${limit} offset ${offset}`."""
    return any(value.kind in ("fmt", "concat") and _SQL.search(value.text) for value in call.args)
