"""Go: methods that sqlc generates from a file of named queries; the generated files are not read, or not even kept, but the SQL is."""

from collections.abc import Iterator, Mapping, Sequence

from backwright.review.link.packs import Effect
from backwright.review.link.project import Project
from backwright.review.regexes import regex

_NAMED = regex(r"--\s*name:\s*(\w+)\s+:(one|many|exec\w*|copyfrom|batch\w+)\b[^\n]*\n((?:(?!--\s*name:)[^\0])*)")
_COMMENT = regex(r"(?m)^\s*--.*$")
_MANY = frozenset({"many", "batchmany"})
_HOLDERS = regex(
    r"(^|[._])\w*([qQ]uer(y|ies|ier)|[qQ]tx|[dD]b(gen)?|DB|[sS]tore|[sS]qlc?|[rR]epo(sitory)?|[tT]x|q)(\(\))?$"
)


def generated(
    project: Project, known: Sequence[Mapping[int, Sequence[Effect]]]
) -> Iterator[tuple[int, int, list[Effect]]]:
    """Yield (file, call, effects) of the calls of such methods."""
    told = _told(project) if any(file.language == "go" for file in project.files) else {}
    for name, effect in told.items():
        for at, index in project.calls_by_name.get(name, ()):
            file = project.files[at]
            call = file.calls[index]
            if file.language != "go" or file.is_test or not call.on or not _HOLDERS.search(call.on):
                continue
            if not project.resolve_call(at, call):  # else it is the project's own of that name
                others = [each for each in known[at].get(index, ()) if each.does != "query"]
                yield at, index, [*others, effect]


def _told(project: Project) -> dict[str, Effect]:
    """Name of a query to what it does."""
    found: dict[str, Effect] = {}
    for path, text in project.texts.items():
        if path.endswith(".sql") and "name:" in text:
            for each in _NAMED.finditer(text):
                sql = " ".join(_COMMENT.sub("", each[3]).split())
                if sql:
                    many = each[2] in _MANY
                    found.setdefault(
                        each[1], Effect("query", (), op="raw", many=many, sql=(f"text:{sql}",), library="sqlc")
                    )
    return found
