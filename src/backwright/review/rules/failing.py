"""What an error handler guards, and whether the error is handled there: shared by the rules about errors."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import AWAITED, IN_TRY, Arg, Call, Catch, File, Return
from backwright.review.link.effects import Step
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import Asking
from backwright.review.rules.filtered import is_filtered

CALLS_MAX = 6  # calls followed from what is guarded down to the write, query or request
RANK = {"write": 0, "migration": 1, "start": 2, "secret": 3, "request": 4, "query": 5}
WORDS = {"publish": "write", "mail": "write", "migrate": "migration", "serve": "start"}
WRITE_SQL = regex(r"^\s*(insert|update|delete|merge|replace|upsert|call)\b", re.IGNORECASE)
# Types that catch any error there is.
BROAD = regex(
    r"^(\\?(Exception|Throwable|Error)|BaseException|RuntimeException|System\.Exception|"
    r"(std::)?(exception|runtime_error)|(kotlin|java\.lang)\.\w*(Exception|Throwable)|\.\.\.|object|any|unknown|panic|dyn \w+|StandardError)$"
)
# Types that say that the database, a broker or another service failed, and not how.
OUTSIDE = regex(
    r"(^|[.:\\])(PDOException|DataAccessException|SQL(SyntaxError)?Exception|Db(Update)?Exception|(Npgsql|MySql|Sql|Sqlite|Mongo|Oracle|Postgres)Exception|"
    r"SQLAlchemyError|DatabaseError|OperationalError|DBAPIError|InterfaceError|"
    r"psycopg2?[.]Error|sqlite3[.]Error|PyMongoError|RequestException|ConnectionError|HTTPError|HttpRequestException|RestClientException|"
    r"WebClientException|GuzzleException|TransferException|TransportExceptionInterface|"
    r"QueryException|DBALException|DriverException|HibernateException|PersistenceException|JDBCException|DrogonDbException|sql_error|"
    r"broken_connection|failure|RequestError|AxiosError|KafkaException|MailException|SMTPException|ORMException|IOException)$"
)
FIXED = frozenset({"str", "fmt", "concat", "num", "bool", "none", "list", "dict"})
COUNTERS = regex(r"count|num|err|fail|skip|miss|total|stat", re.IGNORECASE)  # what is counted is told in the end
ELSEWHERE = regex(
    r"(//|#|\*) .*\b(already|is|was|been|gets) (logged|reported)\b|\blogged (at|by|in)\b", re.IGNORECASE
)  # says a comment
CLEANS = regex(
    r"^(rollback\w*|abort|close\w*|release|end|destroy|disconnect\w*|cancel\w*|dispose\w*|quit|stop|shutdown|unlink|rm|remove|delete_?(if_?exists|file|temp\w*)|"
    r"unlock|reset|clear|kill|terminate|detach|interrupt|currentThread)$",
    re.IGNORECASE,
)
EMPTY_CALLS = regex(
    r"^(list|dict|set|tuple|emptyList|emptyMap|emptySet|empty\w*|listOf|mapOf|setOf|List\.of|Map\.of|Set\.of|Collections\.empty\w+|Optional\.empty|"
    r"Array\.Empty|Enumerable\.Empty|ArrayList|HashMap|vec|Vec\.new|HashMap\.new|String\.new|Default\.default|"
    r"Mono\.empty|Flux\.empty|collect|new Map|Map|Set|Array|Arrays\.asList|std\.vector|std\.string|ArrayCollection|"
    r"Collection|List|Dictionary|HashSet|Task\.CompletedTask|Stream\.empty)$"
)
# Functions whose answer is whether something works, and those that only tidy up: an error there is an answer.
ASKING = regex(
    r"^_*(is|has|can|should|check|exists|ping|health\w*|probe|try|maybe|safe|verify|validate|test|ready|alive|supports|optional|detect|attempt|"
    r"suppress|ignore|close|clean|cleanup|dispose|destroy|shutdown|stop|teardown|finalize|__del__|__exit__|rollback|disconnect|release|drop|Dispose\w*)(?![a-z])|"
    r"_or_(none|null|default|empty)$|Or(Null|Default|None|Empty)$|^~|[Hh]ealth|[Pp]ing$|[Aa]live$|[Ii]s_?[Vv]alid|_exists$|Exists$"
)
TELEMETRY = regex(
    r"metric|telemetr|analytic|tracking|tracker|statsd|sentry|prometheus|heartbeat|logger|logging|audit_?log_?viewer",
    re.IGNORECASE,
)


GETS = regex(r"^(get|head)((String|Stream|Json|FromJson|ByteArray|ForObject|ForEntity)\w*)?(Async)?$", re.IGNORECASE)
EXECS = regex(r"^(Must|Named|Bind)?(Named)?Exec(Context|One)?$")
SECRETS = frozenset({"GenerateFromPassword", "SignedString"})  # Go: a hash or a token that is empty if it fails
MEDIATES = regex(r"(^|[._])_?(mediator|sender|(command|query|message)_?bus)$", re.IGNORECASE)
CHANGES = regex(
    r"^(try_?)?([sS]ave|[cC]reate|[iI]nsert|[uU]pdate|[uU]psert|[dD]elete|[rR]emove|[sS]tore|[pP]ersist|[aA]dd|[sS]end|[rR]esend|[pP]ublish|[eE]nqueue|"
    r"[rR]egister|[rR]ecord|[mM]ark|[rR]evoke|[cC]harge|[rR]efund|[dD]eliver)(?![a-z])"
)
# What is called on these reaches for a database, a queue or another service, whoever wrote it.
STORES = regex(
    r"(^|[._>]|(?<=[a-z]))_?(repo(s|sitory|sitories)?|service|svc|dao|store|storage|db|database|session|(?<![a-z])em|entity_?manager|client|gateway|e?mails?|mailer|queue|producer|publisher|uow|unit_?of_?work|mediator|sender|dispatcher)s?(\(\))?(\.|$)",
    re.IGNORECASE,
)
# What is asked of these stands in memory, or can only fail for what it is given.
SURE = regex(
    r"config|transl|locali[sz]|i18n|jwt|hasher|hashing|crypt|validat|serializ|mapper|formatter|clock|random|uuid|"
    r"token_?(service|provider|generator|helper|util|manager)|(en|de)coder",
    re.IGNORECASE,
)
# What is waited for and reads only what the client sent, or what a client's text is turned into.
PARSES = regex(
    r"^(json|text|formData|form|body|read_?body|parse\w*|safe_?parse|safeParseAsync|validate\w*|verify\w*|decode\w*|compare\w*|"
    r"arrayBuffer|from_request\w*|ReadFromJsonAsync|ReadFormAsync|receive\w*|sign|unwrap\w*)$",
    re.IGNORECASE,
)
# What is kept for one visitor, mostly in a cookie: a session that is not saved is no data that is lost.
SESSIONS = regex(r"(^|\.)(\w*[sS]ess(ion)?)$|[fF]lash|[cC]ookie|(User|Login|Web|Http)Session$")
HANDED = regex(r"(^|[.\s&_])(pool|conn|connection|db|tx)(\(\))?$")
WORK_CALLS_MAX = 3  # calls followed down to a call on one of these


class Weight(NamedTuple):
    """The weightiest thing that can fail: its kind, the call that stands here, and the steps down to it."""

    kind: str
    call: int
    steps: tuple[Step, ...]
    depth: int


class Failing:
    """Handlers of all files."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.asking = Asking(model)

    # ---- what can fail ------------------------------------------------------------------------

    def kind(self, at: int, index: int) -> str:
        """Return what a call does to the world: write, request, query, or "" for nothing that matters."""
        if self.model.files[at].language == "go" and self.model.files[at].calls[index].name in SECRETS:
            return "secret"
        access = self.model.data.by_call.get((at, index))
        found = ""
        for does in self.model.effects.of_call[at].get(index, ()):
            word = does.does
            if word in WORDS and not (word == "migrate" and self._is_own(at, index)):
                found = WORDS[word]
            elif word in ("query", "batch") and does.effect.op == "write":
                found = "write"
            elif word == "outgoing":
                found = found or ("request" if self._gets(at, index) or self.asking.asks(does) else "write")
            elif word in ("query", "one", "lazy"):
                found = found or "query"
                if self._is_go_exec(at, index) or self._is_write_sql(at, index, does.effect.sql):
                    found = "write"
        if access is not None and access.op == "write" and found:
            return "write"
        return found or self._mediated(at, index)

    def _is_go_exec(self, at: int, index: int) -> bool:
        """Go: whether a call runs a statement that gives no rows, whatever variable holds its SQL."""
        file = self.model.files[at]
        return file.language == "go" and bool(EXECS.match(file.calls[index].name))

    def _gets(self, at: int, index: int) -> bool:
        """Whether a request is a GET by the name of its call, whatever the function around is called."""
        return bool(GETS.match(self.model.files[at].calls[index].name))

    def _mediated(self, at: int, index: int) -> str:
        """Return what a command or a query that is handed to a mediator does."""
        call = self.model.files[at].calls[index]
        if call.name not in ("Send", "SendAsync", "send", "dispatch", "handle") or not MEDIATES.search(call.on):
            return ""
        return "query" if any("Query" in value.text for value in call.args) else "write"

    def _is_own(self, at: int, index: int) -> bool:
        """Whether a call runs a function of the project, which is looked at itself."""
        return bool(self.model.project.resolve_call(at, self.model.files[at].calls[index]))

    def _is_write_sql(self, at: int, index: int, places: tuple[str, ...]) -> bool:
        """Whether a call, another of its chain, or what made the statement it runs, is given SQL that changes something."""
        calls = self.model.files[at].calls
        numbers = self.model.effects.chain(at, index)
        made = self.model.effects.maker(at, index)
        given = [(calls[n].fn, value) for n in numbers for value in calls[n].args]
        if made is not None and calls[index].prev < 0:
            first = next((n for n, each in enumerate(calls) if each is made), -1)
            given += (
                [(made.fn, v) for n in self.model.effects.chain(at, first) for v in calls[n].args] if first >= 0 else []
            )
        for fn, value in given:
            text = value.text if value.kind in ("str", "fmt", "concat") else None
            if value.kind == "name" and places:
                text = self.model.routers.constant(at, fn, value)
            if text and WRITE_SQL.match(text):
                return True
        return False

    @cached_property
    def reach(self) -> dict[Fn, tuple[str, Step, int]]:
        """Function to the weightiest thing it does itself or through calls, the first step to it, and how far away it is."""
        found: dict[Fn, tuple[str, Step, int]] = {}
        for at in self.model.own:
            for index in self.model.effects.of_call[at]:
                fn = Fn(at, self.model.files[at].calls[index].fn)
                kind = self.kind(at, index)
                if kind and fn.index >= 0 and (fn not in found or RANK[kind] < RANK[found[fn][0]]):
                    found[fn] = (kind, Step(at, index, None), 0)
        level = list(found)
        for depth in range(1, CALLS_MAX + 1):
            above: dict[Fn, tuple[str, Step, int]] = {}
            for fn in level:
                kind = found[fn][0]
                for edge in self.model.effects.callers.get(fn, ()):
                    caller = edge.caller
                    if caller.index < 0 or self.model.files[caller.file].is_test:
                        continue
                    if caller in found:
                        continue
                    if caller not in above or RANK[kind] < RANK[above[caller][0]]:
                        above[caller] = (kind, Step(edge.at, edge.call, fn), depth)
            found.update(above)
            level = list(above)
        return found

    def weigh(self, at: int, calls: list[int]) -> Weight | None:
        """Return the weightiest thing among calls, None if nothing that matters is known to happen there."""
        best: Weight | None = None
        for index in calls:
            kind = self.kind(at, index)
            if kind:
                found = Weight(kind, index, (), 0)
            else:
                call = self.model.files[at].calls[index]
                targets = [fn for fn in self.model.project.resolve_call(at, call) if fn in self.reach]
                if not targets:
                    continue
                told, _, depth = self.reach[targets[0]]
                found = Weight(told, index, tuple(self._steps(targets[0])), depth + 1)
            if best is None or (RANK[found.kind], found.depth) < (RANK[best.kind], best.depth):
                best = found
        return best

    def likely(self, at: int, index: int) -> Weight | None:
        """Return a write that is known by its name alone: a method of the project that saves, sends or removes in some store."""
        call = self.model.files[at].calls[index]
        if not CHANGES.match(call.name) or not self.works(at, index):
            return None
        if self.model.files[at].language == "go" and (SESSIONS.search(call.on) or SESSIONS.search(call.name)):
            return None  # what is kept in a cookie
        if not self.model.project.resolve_call(at, call) and not (call.flags & AWAITED and STORES.search(call.on)):
            return None
        return Weight("write", index, (), 1)

    def handed_store(self, at: int, calls: list[int]) -> Weight | None:
        """Return a query that is known by what it is given: a function of the project that is handed a pool or a connection."""
        for index in calls:
            call = self.model.files[at].calls[index]
            if any(value.kind == "name" and HANDED.search(value.text) for value in call.args):
                if self.model.project.resolve_call(at, call):
                    return Weight("query", index, (), 1)
        return None

    def works(self, at: int, index: int) -> bool:
        """Whether a call that does nothing known may fail for reasons that are not the client's: it waits, or reaches for a store."""
        file = self.model.files[at]
        call = file.calls[index]
        if PARSES.match(call.name) or SURE.search(call.on):
            return False
        if call.inside >= 0 and PARSES.match(file.calls[call.inside].name):
            return False
        if file.language != "go" and (call.flags & AWAITED or STORES.search(call.on)):
            return True
        targets = [fn for fn in self.model.project.resolve_call(at, call) if fn in self._workers]
        return any(file.language != "go" or "error" in self.model.project.function(fn).returns for fn in targets)

    @cached_property
    def _workers(self) -> set[Fn]:
        """Functions that call something on a store, a service or a client, themselves or through others."""
        found = {
            Fn(at, call.fn) for at in self.model.own for call in self.model.files[at].calls
            if call.fn >= 0 and call.on and STORES.search(call.on) and not self._is_plain(at, call)
        }  # fmt: skip
        level = set(found)
        for _ in range(WORK_CALLS_MAX):
            level = {edge.caller for fn in level for edge in self.model.effects.callers.get(fn, ())} - found
            found |= level
        return found

    def _is_plain(self, at: int, call: Call) -> bool:
        """Go: whether a call runs a function of a package of the project, `db.Dialect()`, which is looked at itself."""
        targets = self.model.project.resolve_call(at, call) if self.model.files[at].language == "go" else ()
        return bool(targets) and not any(self.model.project.function(fn).owner for fn in targets)

    def _steps(self, fn: Fn) -> Iterator[Step]:
        for _ in range(CALLS_MAX + 1):
            step = self.reach[fn][1]
            yield step
            if step.target is None or step.target not in self.reach:
                return
            fn = step.target

    # ---- what is guarded ----------------------------------------------------------------------

    def guarded(self, at: int, index: int) -> list[int]:
        """Return the calls whose error a handler is given."""
        file = self.model.files[at]
        made = file.catches[index]
        if (
            made.fn >= 0
            and file.functions[made.fn].kind == "lambda"
            and file.functions[made.fn].call >= 0
            and file.functions[made.fn].line == made.line
        ):
            handed = file.functions[made.fn].call
            if handed in self._chains(at, handed) and file.calls[handed].name in (
                "catch",
                "then",
                "unwrap_or_else",
                "map_err",
                "or_else",
                "onErrorResume",
                "onErrorReturn",
                "getOrElse",
                "recover",
                "exceptionally",
                "otherwise",
            ):
                return self.before(at, handed)
        start = made.start or made.line
        is_go = file.language == "go"
        if is_go:
            start = _made_at(file, made) or start
        inside = self._inner(at, made.fn)
        found = []
        for number, call in enumerate(file.calls):
            if call.fn not in inside or not start <= call.line <= made.line or call.catch == index:
                continue
            if call.catch >= 0 and file.catches[call.catch].start == made.start and call.catch != made_of(file, index):
                continue
            if is_go or call.flags & IN_TRY:
                found.append(number)
        if file.language == "rust" and not found:
            return self._awaited(at, made)
        return found

    def _awaited(self, at: int, made: Catch) -> list[int]:
        """Return the calls that made a future which is only waited for where its error is passed over: `let Ok(x) = query.await`."""
        assigns = self.model.inside.assigns[at].get(made.fn, ())
        named = next((each.value.text for each in assigns if each.line == made.start and each.value.kind == "name"), "")
        lines = [each.line for each in assigns if each.target == named and each.line < made.start]
        calls = self.model.files[at].calls
        inside = self.model.inside.calls[at].get(made.fn, ())
        return [n for n in inside if calls[n].to == named] or [
            n for n in inside if lines and calls[n].line == lines[-1]
        ]

    def before(self, at: int, handed: int) -> list[int]:
        """Return the calls of a chain before the one that is handed the handler; if it is called on a variable, what made that."""
        calls = self.model.files[at].calls
        chain = [number for number in self.model.effects.chain(at, handed) if number != handed]
        on = calls[handed].on
        if chain or not on.isidentifier():
            return chain
        fn = calls[handed].fn
        lines = [
            each.line
            for each in self.model.inside.assigns[at].get(fn, ())
            if each.target == on and each.line < calls[handed].line
        ]
        made = (n for n in self.model.inside.calls[at].get(fn, ()) if calls[n].line == lines[-1]) if lines else ()
        return [number for number in made if number != handed]

    def _chains(self, at: int, index: int) -> list[int]:
        return self.model.effects.chain(at, index)

    def _inner(self, at: int, fn: int) -> set[int]:
        """Return a function and the lambdas in it."""
        functions = self.model.files[at].functions
        found = {fn}
        for number, made in enumerate(functions):
            if made.kind == "lambda" and made.parent in found:
                found.add(number)
        return found

    # ---- what is done with it -----------------------------------------------------------------

    def ends(self, at: int, index: int) -> str:
        """Return what becomes of an error: dropped, empty, none, true, skipped, or "" if something is done with it."""
        file = self.model.files[at]
        made = file.catches[index]
        if {"raise", "log"} & set(made.does) or ("assign" in made.does and not self._assigns_fixed(at, made)):
            return ""
        if (
            made.var
            and made.var != "_"
            and re.search(rf"(?<![\w$]){re.escape(made.var)}(?!\w)", _without_comments(made.body))
        ) or ELSEWHERE.search(made.body):
            return ""
        calls = [call for call in file.calls if call.catch == index]
        if any(not CLEANS.match(call.name) and not EMPTY_CALLS.match(_whole(call)) for call in calls):
            return ""
        returned = [each for each in file.returns if each.catch == index]
        if "continue" in made.does:
            return "skipped"
        if file.language == "go" and not returned and _returns_named(file, made):
            return ""
        if file.language == "rust" and made.does == ("pass",):
            return "empty"
        if "other" in made.does:
            return ""
        if returned:
            return self._returned(file, made, returned)
        return "assigned" if "assign" in made.does else "dropped"

    def _assigns_fixed(self, at: int, made: Catch) -> bool:
        """Whether all that a handler assigns is written there: an empty list, zero, a text."""
        assigns = [
            each for each in self.model.inside.assigns[at].get(made.fn, ()) if made.line <= each.line <= made.end
        ]
        return bool(assigns) and all(each.value.kind in FIXED and not COUNTERS.search(each.target) for each in assigns)

    def _returned(self, file: File, made: Catch, returned: list[Return]) -> str:
        if file.language == "go" and re.search(
            r"return\b[^}\n]*\b(err\w*|Err\w*|errors\.|fmt\.Errorf|false)\b", made.body
        ):
            return ""
        kinds = {kind_of(each.value) for each in returned}
        if kinds == {""} and all(each.value.text.lower() == "false" for each in returned):
            others = [each.value for each in file.returns if each.fn == made.fn and each.catch < 0]
            is_asked = any(value.kind == "call" for value in others) and not any(v.kind == "bool" for v in others)
            return "false" if is_asked else ""  # what was asked for, yes or no: return await orders.AnyAsync()
        return kinds.pop() if len(kinds) == 1 else ""

    def is_narrow(self, made: Catch, file: File, kind: str) -> bool:
        """Whether a handler takes only errors that somebody thought of."""
        if not made.types:
            return False
        if file.language == "rust" or is_filtered(file, made):
            return True
        return not all(
            BROAD.match(each.strip())
            or (OUTSIDE.search(each.strip()) and (not each.strip().endswith("IOException") or kind == "request"))
            for each in made.types
        )

    def is_asking(self, at: int, fn: int) -> bool:
        """Whether the function around is one whose errors are answers, or that only tidies up or counts."""
        file = self.model.files[at]
        for number in self.model.enclosing(at, fn):
            made = file.functions[number]
            if made.name and (
                ASKING.search(made.name.rpartition(".")[2])
                or TELEMETRY.search(made.name)
                or TELEMETRY.search(made.owner)
            ):
                return True
            if made.call >= 0 and file.calls[made.call].name in (
                "finally",
                "defer",
                "addShutdownHook",
                "onCompletion",
            ):
                return True
        return bool(TELEMETRY.search("/".join(file.path.split("/")[-2:])))


def _made_at(file: File, made: Catch) -> int:
    """Return the line of the call that gave the error of Go's `if err != nil`, also of `err := result.Error`; 0 if unknown."""
    before = [each for each in file.assigns if each.fn == made.fn and each.line <= made.line]
    last = max((each for each in before if each.target == made.var), key=lambda each: each.line, default=None)
    if last is None or last.value.kind != "name":
        return last.line if last is not None else 0
    holder = last.value.text.partition(".")[0]
    return max((each.line for each in before if each.target == holder), default=last.line)


def _returns_named(file: File, made: Catch) -> bool:
    """Whether a handler of Go hands its error on by the name of a result: a plain `return` where results have names."""
    return made.fn >= 0 and "return" in made.does and "error" in file.functions[made.fn].returns


def made_of(file: File, index: int) -> int:
    """Return the handler that a handler itself stands in, -1 for none."""
    made = file.catches[index]
    return next(
        (
            n
            for n, each in enumerate(file.catches)
            if n != index and each.fn == made.fn and each.line < made.line and made.end <= each.end
        ),
        -1,
    )


def kind_of(value: Arg) -> str:
    """Return what a returned value says: empty, true, none, or "" for anything else."""
    if value.kind == "none" or (
        value.kind in ("name", "other")
        and value.text in ("null", "None", "nil", "undefined", "nullptr", "std::nullopt", "default", "default!")
    ):
        return "none"
    if value.kind in ("list", "dict"):
        return "" if value.items else "empty"
    if value.kind == "str":
        return "" if value.text else "empty"
    if value.kind == "num":
        return "empty" if re.fullmatch(r"0+(\.0+)?[a-zA-Z]*", value.text) else ""
    if value.kind == "bool":
        return "true" if value.text.lower() == "true" else ""
    if value.kind == "call" and EMPTY_CALLS.match(value.text) and not any(item.kind != "type" for item in value.items):
        return "empty"
    return (
        "empty"
        if value.kind == "other"
        and re.fullmatch(
            r"new\s+[\w<>, .]+(\(\)|\[0\]|\{\s*\})|\[\]\w*(\[\])?\{\}|&?\[\]|\{\}|map\[.*\]\w+\{\}",
            value.text,
        )
        else ""
    )


def _whole(call: Call) -> str:
    return f"{call.on}.{call.name}" if call.on else call.name


def _without_comments(body: str) -> str:
    return re.sub(r"//.*?(?= {2}|$)|/\*.*?\*/", "", body) if "//" in body or "/*" in body else body
