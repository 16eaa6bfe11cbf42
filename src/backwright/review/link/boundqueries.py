"""JavaScript: queries of a driver under a name of their own: `const query = util.promisify(pool.query).bind(pool)`, `exports.run = pool.query.bind(pool)`."""

from collections.abc import Iterator, Mapping, Sequence

from backwright.review.link.packs import Effect
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_DRIVERS = regex(r"^(pg|mysql2?(/promise)?|mariadb|sqlite3)$")
_ASKED = regex(r"(^|\.)\w*(pool|db|database|con|conn|connection|client|mysql)\w*\.(query|execute)$", 2)
_BOUND = regex(r"(^|\.)\w*(pool|db|database|con|conn|connection|client|mysql)\w*\.(query|execute)\.bind$", 2)
_EXPORTED = regex(r"^(module\.)?exports\.")
_WHOLE = ("", "*", "default")
_EFFECTS = (
    Effect("query", (), op="raw", many=True, sql=("0", "0.sql", "0.text"), library="SQL driver"),
    Effect("sink-sql", (), sql=("0", "0.sql", "0.text")),
)


def bound(project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of the calls of such names."""
    own = [at for at, file in enumerate(project.files) if file.language == "javascript"]
    if not any(_DRIVERS.match(made.module) for at in own for made in project.files[at].imports):
        return
    for holder, name in dict.fromkeys(_names(project, own)):
        for at, index in project.calls_by_name.get(name, ()):
            call = project.files[at].calls[index]
            if project.files[at].language != "javascript" or index in known[at] or not call.args or call.prev >= 0:
                continue
            if _is_meant(project, at, call.on, name, holder):
                yield at, index, list(_EFFECTS)


def _names(project: Project, own: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Yield (file, name) of the variables of modules that hold a query."""
    promised = {
        (at, project.files[at].calls[index].line)
        for at, index in project.calls_by_name.get("promisify", ())
        if any(value.kind == "name" and _ASKED.search(value.text) for value in project.files[at].calls[index].args[:1])
    }
    for at in own:
        for each in project.files[at].assigns:
            if each.fn >= 0 or each.value.kind != "call":
                continue
            name = _EXPORTED.sub("", each.target)
            is_promise = (at, each.line) in promised and "promisify" in each.value.text
            if name.isidentifier() and (is_promise or _BOUND.search(each.value.text)):
                yield at, name


def _is_meant(project: Project, at: int, on: str, name: str, holder: int) -> bool:
    """Whether a call in a file means the name that another file, or the file itself, holds."""
    made = project.imported[at].get(on or name)
    if made is None:
        return at == holder and not on
    if on and made.name not in _WHOLE:
        return False
    return (bool(on) or made.name in (name, *_WHOLE)) and holder in project.module_files(at, made.module)
