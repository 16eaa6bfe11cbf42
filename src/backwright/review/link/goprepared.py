"""Go: the SQL of statements that were prepared before, also from a file of named queries."""

import re
from functools import cached_property

from backwright.review.facts import Arg
from backwright.review.link.effects import Does, Effects
from backwright.review.link.project import Project
from backwright.review.link.words import CONTEXT
from backwright.review.regexes import regex

_NAMED = regex(r"^--\s*name:\s*([\w-]+)[^\n]*\n(.*?)(?=^--\s*name:|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = regex(r"^\s*--.*$", re.MULTILINE)
_TAGS = frozenset({"query", "sql", "db"})
_STATEMENTS = ("Stmt", "NamedStmt", "string")


class Prepared:
    """Finds the text of `q.GetOrders.Select(&orders)` and `stmt.Query(id)`."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects

    def text(self, does: Does) -> Arg | None:
        """Return the SQL of what a query is made on, None if it is no statement or the text is not known."""
        if self.project.files[does.at].language != "go" or does.effect.op != "raw":
            return None
        call = self.effects.call(does)
        holder, _, name = call.on.rpartition(".")
        if holder:
            return self._of_field(does.at, call.fn, holder, name)
        made = self.effects.maker(does.at, does.index) if name else None
        if made is None or not made.name.startswith("Prepare"):
            return None
        given = made.args[1:] if made.args and CONTEXT.search(made.args[0].text) else made.args
        return given[0] if given and given[0].kind in ("str", "fmt", "concat") else None

    def _of_field(self, at: int, fn: int, holder: str, name: str) -> Arg | None:
        """A field that a file of queries fills: ``GetOrders *sqlx.Stmt `query:"get-orders"` ``."""
        cls = self.project.type_of(at, fn, holder).cls if self._texts else None
        for each in self.project.class_(cls).fields if cls is not None else ():
            if each.name == name and each.type.rpartition(".")[2] in _STATEMENTS:
                tags = (mark.args[0].text for mark in each.marks if mark.name in _TAGS and mark.args)
                return next((Arg("str", self._texts[tag]) for tag in tags if tag in self._texts), None)
        return None

    @cached_property
    def _texts(self) -> dict[str, str]:
        """Name of a query to its SQL, of all files that name theirs: `-- name: get-orders`."""
        found: dict[str, str] = {}
        for path, text in self.project.texts.items():
            if path.endswith(".sql") and "name:" in text:
                for told in _NAMED.finditer(text):
                    found.setdefault(told[1], _COMMENT.sub("", told[2]).strip())
        return found
