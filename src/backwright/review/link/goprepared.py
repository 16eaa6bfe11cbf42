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
_TEXTS = ("str", "fmt", "concat")
_BEGINS = regex(r"\s*(select|insert|update|delete|with)\b", re.IGNORECASE)
_VERB = regex(r"%[-+# 0]*[\d.*]*(?:\[\d+\])?[a-zA-Z]")
_NESTED = regex(r"^[^{]*\bfrom\s*\(\s*\{\}", re.IGNORECASE)
HOPS_MAX = 3  # functions and variables between a query and its text
_AROUND = frozenset({"Expr", "Rebind", "NewRawQuery"})  # squirrel.Expr("UPDATE ...", id)
_TAGS = frozenset({"query", "sql", "db"})
_STATEMENTS = ("Stmt", "NamedStmt", "string")


class Prepared:
    """Finds the text of `q.GetOrders.Select(&orders)` and `stmt.Query(id)`."""

    def __init__(self, project: Project, effects: Effects) -> None:
        self.project, self.effects = project, effects

    def text(self, does: Does, value: Arg | None) -> Arg | None:
        """Return what a query is given as its SQL, or the SQL of what it is made on if that was prepared."""
        if (told := self._of_statement(does)) is not None:
            return told
        if value is not None and value.kind == "call" and value.text.rpartition(".")[2] in _AROUND and value.items:
            return value.items[0]
        if value is not None and value.kind in ("name", "call") and self.project.files[does.at].language == "go":
            return self._put_together(does.at, does.fn, value, HOPS_MAX) or value
        if value is not None and value.kind == "fmt" and _NESTED.search(value.text) and value.items:
            inner = self._put_together(does.at, does.fn, value.items[0], HOPS_MAX)
            return Arg("str", value.text.replace("{}", inner.text, 1)) if inner is not None else value
        if value is not None or self.project.files[does.at].language != "go" or does.effect.op != "raw":
            return value
        call = self.effects.call(does)
        holder, _, name = call.on.rpartition(".")
        if holder:
            return self._of_field(does.at, call.fn, holder, name)
        return None

    def _of_statement(self, does: Does) -> Arg | None:
        """`statement.Exec(id)`: the text that the statement was prepared from, also if a variable or constant holds it."""
        call = self.effects.call(does)
        if self.project.files[does.at].language != "go" or does.effect.op != "raw" or not call.on.isidentifier():
            return None
        made = self.effects.maker(does.at, does.index)
        if made is None or not made.name.startswith("Prepare"):
            return None
        given = made.args[1:] if made.args and CONTEXT.search(made.args[0].text) else made.args
        if not given or given[0].kind in _TEXTS:
            return given[0] if given else None
        held = (each.value for each in self.project.assigned[does.at].get((made.fn, given[0].text), ()))
        text = next((each for each in held if each.kind in _TEXTS), None)
        found = text.text if text is not None else self._constant(does.at, given[0].text)
        return Arg("str", found) if found else None

    def whole(self, at: int, fn: int, name: str, first: Arg) -> Arg:
        """Return a text with what is added to it: `query += " LIMIT 20"`."""
        if self.project.files[at].language != "go" or fn < 0:
            return first
        told = [each.value for each in self.project.assigned[at].get((fn, name), ()) if each.value.kind in _TEXTS]
        added = [each.text for each in told[1:] if not _BEGINS.match(each.text)]
        return Arg("concat", " ".join((first.text, *added)), items=first.items) if added else first

    def _put_together(self, at: int, fn: int, value: Arg, hops: int) -> Arg | None:
        """Return the SQL that a function of the project puts together: `db.Get(&o, orderQuery("id = $1"), id)`."""
        if not hops:
            return None
        if value.kind in _TEXTS:
            return Arg("fmt" if value.items else "str", value.text, items=value.items)
        if value.kind == "name":
            told = [each.value for each in self.project.assigned[at].get((fn, value.text), ())]
            return self._put_together(at, fn, told[0], hops - 1) if told and told[0].kind == "call" else None
        if value.kind != "call":
            return None
        if value.text == "fmt.Sprintf":
            text = self._constant(at, value.items[0].text) if value.items and value.items[0].kind == "name" else ""
            return Arg("str", _VERB.sub("{}", text)) if _BEGINS.match(text) else None
        on, _, name = value.text.rpartition(".")
        for made in self.project.resolve(at, fn, on, name)[:1]:
            given = (each.value for each in self.project.files[made.file].returns if each.fn == made.index)
            texts = (self._put_together(made.file, made.index, each, hops - 1) for each in given)
            return next((Arg("str", t.text) for t in texts if t is not None and _BEGINS.match(t.text)), None)
        return None

    def _constant(self, at: int, name: str) -> str:
        """The text of a constant or variable of the package that is given one once."""
        given = (
            each.value
            for number in self.project.go.package_files(at)
            for each in self.project.assigned[number].get((-1, name), ())
        )
        texts = [value.text for value in given if value.kind in _TEXTS]
        return texts[0] if len(texts) == 1 else ""

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
