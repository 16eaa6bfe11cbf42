"""Queries of libraries that no pack knows: SQL text given to a wrapper, and what a repository is asked."""

import re

from backwright.review.facts import AWAITED, NEW, Call, Function
from backwright.review.link.effects import STORES as QUERIES
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex

SELECTS = regex(r"\s*\(?\s*(select\b.*\bfrom\b|with\b.*\bselect\b)", re.IGNORECASE | re.DOTALL)
STATEMENT_PLACES = 3  # arguments looked at: a context, a connection, the statement
STATEMENT_NAMES = regex(r"(sql|query|stmt|statement|^q)\d?$", re.IGNORECASE)
# What takes a statement and does not send it.
KEEPS = regex(
    r"prepare|text|^sql$|^raw$|log|print|format|debug|info|warn|error|append|push|add|join|replace|match|test|literal|assert|expect|fragment|query_?builder|create_?(native_?)?query",
    re.IGNORECASE,
)
STORE = regex(
    r"(repos|(\w+_|[a-z0-9])(repos?|Repos?)|\w*(repository|repositories|Repository|Repositories)|\w+(Dao|DAO|_dao))$"
)
STORES = regex(r"(Repository|Repo|Dao|DAO|RepositoryImpl|RepoImpl|DaoImpl|DaoJdbc)\d?$")
READS = regex(
    r"_*(?i:(try_?)?(get|find|list|load|fetch|search|count|exists?|query|select|lookup|any|first|single|has))(?![a-z])"
)
NO_READS = regex(
    r"(name|instance|repository|session|manager|connection|class|table|metadata|builder|type|config|options|context|factory|url|path|key|columns?|fields?)$",
    re.IGNORECASE,
)
# What only a map in memory is asked, whatever keeps it.
IN_MEMORY = frozenset("TryGetValue ContainsKey GetValueOrDefault containsKey getOrDefault".split())
# What a repository keeps to reach its store.
REACHES = regex(
    r"(^|_|\b)(db|database|session|client|conn|connection|context|store|collection|coll|table|sql|em|entity_?manager|dsl\w*|engine|pool|jdbc\w*|query|select\w*|from|redis|driver|template|mongo\w*)(\b|_|$)|Table$|Client$|Context$|Database$|Template$",
    re.IGNORECASE,
)  # fmt: skip
GETTER = regex(r"(get|is|has)[A-Z]")
# Conditions of a query builder, whoever wrote it, and what ends its chain.
CONDITIONS = frozenset("where whereIn where_in andWhere orWhere and_where whereNull whereNot whereId".split())
ENDS = frozenset(
    "fetch fetchAll fetchPairs fetchOne fetchField fetchSingle fetchAssoc find_one find_many findOne".split()
)
CHAINED_IN = ("php", "javascript")
# What runs a prepared statement, and what prepares one.
RUNS = frozenset("Select Get Query QueryRow Queryx QueryRowx get all query".split())
PREPARES = regex(r"_*prepare", re.IGNORECASE)
LANGUAGES = frozenset({"go", "rust", "php", "javascript", "csharp", "python", "java", "kotlin"})


class Guessed:
    """Which calls and functions most likely ask a database."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def reads(self, at: int, index: int) -> bool:
        """Whether a call asks although nothing is known of what it runs."""
        file = self.model.files[at]
        call = file.calls[index]
        if call.prev >= 0 and file.language in CHAINED_IN and self._ends_chain(at, index, call):
            return True
        if not call.on or not call.args or file.language not in LANGUAGES or call.flags & NEW or call.name in IN_MEMORY:
            return False
        is_store = _reads(call.name) and self._is_store(at, call)
        if not is_store and not self._gives_statement(at, call) and not self._is_prepared(at, call):
            return False
        if any(does.does != "sink-sql" for does in self.model.effects.of_call[at].get(index, ())):
            return False
        return not is_store or not self.model.project.resolve_call(at, call)

    def _is_prepared(self, at: int, call: Call) -> bool:
        """Whether a call runs a statement that was prepared before: `tags := db.Preparex("SELECT ..."); tags.Select(&found, id)`."""
        if call.name.removesuffix("Context") not in RUNS or not call.on.isidentifier():
            return False
        made = (each.value for each in self.model.project.assigned[at].get((call.fn, call.on), ()))
        return any(
            value.kind == "call"
            and PREPARES.match(value.text.rpartition(".")[2])
            and any(SELECTS.match(item.text) for item in value.items if item.kind in ("str", "fmt", "concat"))
            for value in made
        )

    def _ends_chain(self, at: int, index: int, call: Call) -> bool:
        """Whether a call sends the query of a builder that no pack knows: `db.orders().where("id", id).fetch()`, in JavaScript `await`."""
        if self.model.files[at].language == "php":
            is_sent = call.name in ENDS
        else:
            is_sent = bool(call.flags & AWAITED)
        if not is_sent or any(does.does in QUERIES for does in self.model.effects.of_call[at].get(index, ())):
            return False
        calls = self.model.files[at].calls
        return any(calls[number].name in CONDITIONS for number in self.model.effects.chain(at, index))

    def _gives_statement(self, at: int, call: Call) -> bool:
        if KEEPS.search(call.name):
            return False
        texts = [v.text for v in call.args[:STATEMENT_PLACES] if v.kind in ("str", "fmt", "concat")]
        for value in call.args[:STATEMENT_PLACES]:  # a statement that was put into a name: `query = "SELECT ..."`
            if value.kind == "name" and STATEMENT_NAMES.search(value.text):
                texts.append(self.model.routers.constant(at, call.fn, value) or "")
        return any(SELECTS.match(text) for text in texts)

    def _is_store(self, at: int, call: Call) -> bool:
        known = self.model.project.type_of(at, call.fn, call.on) if call.on[:1].isupper() is False else None
        if known is not None and (known.is_many or known.name.endswith("Map")):  # repositories by their name
            return False
        words = call.on.replace("()", "").replace("->", ".").split(".")
        if any(STORE.match(word.lstrip("$_")) for word in words[-2:]):
            return True
        return known is not None and bool(STORES.search(known.name.rpartition(".")[2]))

    def asks(self, fn: Fn, made: Function) -> int:
        """Return the call by which a method of a repository asks a store that is not known, -1 for none."""
        if not STORES.search(made.owner) or not _reads(made.name) or made.kind == "constructor":
            return -1
        file = self.model.files[fn.file]
        for index in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[index]
            if self._is_handed_thing(fn, made, call):
                continue
            words = call.on.replace("->", ".").split(".") if call.on else [v.text for v in call.args[:1]]
            if any(REACHES.search(word.removesuffix("()")) for word in (*words, *([call.name] if not call.on else []))):
                return index
        return -1

    def _is_handed_thing(self, fn: Fn, made: Function, call: Call) -> bool:
        """Whether a call only looks at a thing of the project's that a function is handed: `query.getLimit()`."""
        if call.args or not GETTER.match(call.name) or not any(param.name == call.on for param in made.params):
            return False
        return self.model.project.type_of(fn.file, fn.index, call.on).cls is not None


def _reads(name: str) -> bool:
    return READS.match(name) is not None and (not NO_READS.search(name) or "By" in name or "_by_" in name)
