"""Interfaces whose methods a library implements: what a call of a repository, a mapper or a declared HTTP client does."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath

from backwright.review.facts import Arg, Call, Function, Mark
from backwright.review.link.jvmtypes import class_on
from backwright.review.link.packs import Asks, Effect, Packs, matches
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

REACTIVE = regex(
    r"\b(Mono|Flux|Uni|Multi|Flow|CompletableFuture|CompletionStage|Future|ListenableFuture|Single|Maybe|Completable|Flowable|Publisher|Deferred)\b"
)
_NONE = regex(r"^(void|Void|Unit|)$")
_CHANGES = regex(r"^\s*(insert|update|delete|replace|merge|create|alter|drop|truncate|call)\b", re.IGNORECASE)
_NAMESPACE = regex(r"<mapper\s+namespace\s*=\s*[\"']([\w.$]+)[\"']")
_STATEMENT = regex(r"<(select|insert|update|delete)\b([^>]*)>(.*?)</\1>", re.DOTALL)
_FRAGMENT = regex(r"<sql\b[^>]*\bid\s*=\s*[\"'](\w+)[\"'][^>]*>(.*?)</sql>", re.DOTALL)
_INCLUDE = regex(r"<include\b[^>]*\brefid\s*=\s*[\"']([\w.]+)[\"'][^>]*?(?:/>|>.*?</include>)", re.DOTALL)
_SQL_MAX = 4000
LANGUAGES = ("java", "kotlin", "cpp")


class Asking:
    """What calls of such methods do, for one language."""

    def __init__(self, project: Project, packs: Packs, texts: Mapping[str, str]) -> None:
        self.project = project
        self.specs = [spec for pack in packs.packs for spec in pack.asks]
        self.texts = texts
        self._effects: dict[Fn, tuple[Effect, ...]] = {}
        self._specs: dict[Cls, Asks | None] = {}
        self._doing: dict[int, frozenset[int]] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all methods of such interfaces."""
        return frozenset(
            made.name for at, file in enumerate(self.project.files) if file.language in LANGUAGES
            for made in file.functions if made.cls >= 0 and made.kind == "method" and self.spec(Cls(at, made.cls)) is not None
        )  # fmt: skip

    def of_call(self, at: int, call: Call) -> tuple[Effect, ...]:
        """Return what a call does, () if it is none of a method that a library implements."""
        cls = class_on(self.project, at, call) if call.on else self.project.own_class(at, call.fn)
        if cls is None:
            return ()
        for each in self.project.base_classes(cls):
            own = [
                fn
                for fn in self.project.methods.get((self.project.class_(each).name, call.name), ())
                if (made := self.project.function(fn)).cls == each.index
                and fn.file == each.file
                and self._takes(fn, made, len(call.args))
            ]
            if own:  # of overloads, `findByOwner(owner)` and one with a page, that which takes as many
                fn = min(own, key=lambda each: len(self.project.function(each).params) != len(call.args))
                spec = self.spec(each) or self.spec(cls)
                return self._effects_of(fn, spec) if spec is not None and not self._has_body(fn) else ()
        return ()

    # ---- which interfaces -------------------------------------------------------------------

    def spec(self, cls: Cls) -> Asks | None:
        """Return why a class is implemented by a library, or None."""
        if cls not in self._specs:
            self._specs[cls] = self._spec(cls)
        return self._specs[cls]

    def _spec(self, cls: Cls) -> Asks | None:
        made = self.project.class_(cls)
        if made.kind not in ("interface", "class") or not made.name:
            return None
        bases = self.project.ancestors(cls)[1:]
        marks = [name for mark in made.marks for name in self._names(cls.file, mark)]
        for spec in self.specs:
            if (spec.bases and any(matches(spec.bases, base) for base in bases)) or (
                spec.marks and any(matches(spec.marks, name) for name in marks)
            ):
                return spec
        if made.kind == "interface" and not bases:
            return next(
                (spec for spec in self.specs if spec.statements and self._is_mapper(cls, spec)),
                None,
            )
        return None

    def _names(self, at: int, mark: Mark) -> list[str]:
        """The dotted names that a mark may have."""
        name = f"{mark.on}.{mark.name}" if mark.on else mark.name
        whole = self.project.absolute(at, name)
        if "." in whole:
            return [whole]
        return [f"{made.module}.{name}" for made in self.project.files[at].imports if made.name == "*"]

    def _is_mapper(self, cls: Cls, spec: Asks) -> bool:
        """Whether an interface without a mark is one by its methods' marks, an XML file, or because its package is scanned."""
        file = self.project.files[cls.file]
        is_mybatis = any("ibatis" in mark for mark in spec.marks)
        if is_mybatis and f"{file.package}.{self.project.class_(cls).name}" in self._xml:
            return True
        if is_mybatis and any(scanned.fullmatch(file.package) for scanned in self._scanned):
            return True
        names = {name.split()[0] for name in spec.statements}
        if not any(fn.cls == cls.index and any(mark.name in names for mark in fn.marks) for fn in file.functions):
            return False
        return any(made.module.startswith("org.apache.ibatis" if is_mybatis else "org.jdbi") for made in file.imports)

    @cached_property
    def _scanned(self) -> tuple[re.Pattern[str], ...]:
        """The packages that MyBatis looks for mappers in, with those below them."""
        found: list[re.Pattern[str]] = []
        for file in self.project.files:
            for made in file.classes if file.language in ("java", "kotlin") else ():
                for mark in made.marks:
                    if mark.name == "MapperScan":
                        values = [
                            item.text for value in mark.args for item in (value.items or (value,)) if item.kind == "str"
                        ]
                        found += [
                            re.compile(
                                re.escape(value).replace(r"\.\*\*", r"(\.\w+)*").replace(r"\*", r"\w*") + r"(\.\w+)*"
                            )
                            for value in values
                        ]
        return tuple(found)

    def _takes(self, fn: Fn, made: Function, given: int) -> bool:
        """Whether a method takes as many arguments; in C++ a connection may be given last."""
        return _takes(made, given) or (self.project.files[fn.file].language == "cpp" and len(made.params) == given - 1)

    def _has_body(self, fn: Fn) -> bool:
        """Whether a method does something itself; parameters over several lines are no body."""
        if self.project.files[fn.file].language == "cpp":
            return not self.project.function(fn).marks  # what a macro declares has the macro's arguments
        if fn.file not in self._doing:
            file = self.project.files[fn.file]
            all_ = (file.returns, file.calls, file.assigns, file.reads, file.loops)
            self._doing[fn.file] = frozenset(each.fn for told in all_ for each in told)
        return fn.index in self._doing[fn.file]

    # ---- what their methods do --------------------------------------------------------------

    def _effects_of(self, fn: Fn, spec: Asks) -> tuple[Effect, ...]:
        if fn not in self._effects:
            self._effects[fn] = self._told(fn, spec)
        return self._effects[fn]

    def _told(self, fn: Fn, spec: Asks) -> tuple[Effect, ...]:
        made = self.project.function(fn)
        blocks = False if made.is_async or REACTIVE.search(made.returns) else spec.blocks
        if spec.does != "query":
            return (Effect(spec.does, (), blocks=blocks, default=spec.default, library=spec.library),)
        sql, op = self._statement(fn, made, spec)
        if not op:
            marks = [mark.name for mark in made.marks]
            op = (
                "write"
                if matches(spec.writes, made.name)
                or any(matches(spec.writes, mark) for mark in marks)
                or _CHANGES.match(sql)
                else "read"
            )
        many = self._many(made, spec, op)
        place = (f"text:{sql}",) if sql else ()
        found = [Effect("query", (), op=op, many=many, blocks=blocks, sql=place, library=spec.library)]
        if op == "read" and many is not False and self._is_bounded(made, spec):
            found.append(Effect("bounded", ()))
        return tuple(found)

    def _many(self, made: Function, spec: Asks, op: str) -> bool | None:
        if op == "write" or matches(spec.ones, made.name):
            return False
        if _NONE.match(made.returns):
            return None
        heart = written(made.returns)
        return heart.is_many or heart.name in ("Map", "IPage", "PageInfo", "Cursor")

    def _is_bounded(self, made: Function, spec: Asks) -> bool:
        words = [
            made.name,
            written(made.returns).name,
            re.split(r"\W", made.returns)[0],
            *re.findall(r"\w+", made.returns)[:2],
        ]
        words += [part for param in made.params for part in (param.name, written(param.type).name)]
        return any(matches(spec.bounds, word) for word in words)

    def _statement(self, fn: Fn, made: Function, spec: Asks) -> tuple[str, str]:
        """Return the SQL or JPQL of a method with its op, as far as they are known."""
        for told in spec.statements:
            name, op = [*told.split(), ""][:2]
            for mark in made.marks:
                if mark.name == name:
                    sql = _text_of(mark.args)
                    is_known = not op or op == "read"
                    return _plain(sql), ("write" if _CHANGES.match(sql) else op) if is_known else op
        whole = f"{self.project.files[fn.file].package}.{made.owner}"
        sql, op = self._xml.get(whole, {}).get(made.name, ("", ""))
        return sql, op

    @cached_property
    def _xml(self) -> dict[str, dict[str, tuple[str, str]]]:
        """MyBatis: interface to its statements, each with its SQL and op."""
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for path, text in self.texts.items():
            named = _NAMESPACE.search(text) if PurePosixPath(path).suffix == ".xml" else None
            if named is None:
                continue
            fragments = dict(_FRAGMENT.findall(text))
            known = found.setdefault(named[1], {})
            for kind, head, body in _STATEMENT.findall(text):
                name = re.search(r"\bid\s*=\s*[\"'](\w+)[\"']", head)
                if name:
                    known[name[1]] = (
                        _whole(body, fragments),
                        "read" if kind == "select" else "write",
                    )
        return found


def _whole(body: str, fragments: Mapping[str, str]) -> str:
    """A statement's SQL, with the fragments that it includes put in."""
    told = _INCLUDE.sub(lambda made: fragments.get(made[1].rpartition(".")[2], ""), body)
    return _plain(re.sub(r"<!--.*?-->|<selectKey.*?</selectKey>", " ", told, flags=re.DOTALL))


def _text_of(args: Sequence[Arg]) -> str:
    """The text of a mark's value; a list holds its lines."""
    value = next((arg for arg in args if arg.name in ("", "value", "query")), None)
    if value is None:
        return ""
    return " ".join(_texts((value,)))


def _texts(values: Iterable[Arg]) -> list[str]:
    return [
        text
        for value in values
        for text in ([value.text] if value.kind in ("str", "fmt", "concat") else _texts(value.items))
    ]


def _plain(sql: str) -> str:
    """SQL without MyBatis's elements and with `?` for what is bound, `{}` for what is put in."""
    sql = re.sub(r"<!\[CDATA\[|\]\]>", " ", sql)
    sql = re.sub(r"<where\b[^>]*>", " where ", sql)
    sql = re.sub(r"<set\b[^>]*>", " set ", sql)
    sql = re.sub(
        r"</?(?:if|foreach|choose|when|otherwise|trim|bind|where|set|script|include|property)\b[^>]*>",
        " ",
        sql,
    )
    sql = re.sub(r"#\{[^}]*\}", "?", sql)
    sql = re.sub(r"\$\{[^}]*\}", "{}", sql)
    return re.sub(r"\s+", " ", sql).strip()[:_SQL_MAX]


__all__ = ["Asking"]


def _takes(made: Function, given: int) -> bool:
    """Whether a method takes as many arguments, or one more that a compiler adds; the last may stand for any number."""
    params = made.params
    if params and params[-1].type.endswith("..."):
        return given >= len(params) - 1
    return len(params) in (given, given + 1)
