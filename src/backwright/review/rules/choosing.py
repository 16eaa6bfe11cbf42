"""Which part of a table a query chooses, by all that is said on the way to it: its chain, what it goes on from, its SQL."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call
from backwright.review.link.data import Access
from backwright.review.link.effects import CONTEXT, STORES, Edge
from backwright.review.link.jvmnames import JVM
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.asking import STATEMENT, Asking
from backwright.review.rules.conditions import Part, as_document, of_equal, of_flag, of_sql, of_text, of_values
from backwright.review.rules.cutting import Cutting
from backwright.review.rules.looping import root
from backwright.review.rules.parameters import own_params, parameter_of
from backwright.review.rules.predicates import of_predicates, said_by
from backwright.review.rules.resultsets import ResultSets
from backwright.review.rules.slices import is_sliced

DEPTH_MAX = 4  # variables, callers and functions followed back from a query
CALLERS_MAX = 4
# Calls that neither choose rows nor bound them, whatever they are given.
PLAIN = regex(
    r"^(select\w*|then_?include|from\w*|query(set|_as|_scalar|builder)?|order\w*|sort\w*|then_?by\w*|latest|oldest|desc|asc|include\w*|with(Count|Relations|_for_update)?|prefetch_related|select_related|options|joined_?load|"
    r"select_?in_?load|preload|eager_?load|populate|lean|as_?no_?tracking\w*|as_?split_?query|as_?tracking|as_?queryable|project\w*|as_select|as_returning|values(_list)?|only|defer|create_?(query|sql|native|typed)\w*|"
    r"get_?query|get_?entity_?manager|columns?|get_?doctrine|to_?sql|collect|raw|lists|pluck|db|session|model|set|new_?(query|select|model_?query)\w*|connection|returning|map\w*|to_?array|(left|inner|right|full)_?(outer_?)?join\w*|join\w*|expect|unwrap|iter|into_?\w*|try_collect|map_err|boxed|"
    r"table|preload|scopes|collection|database|get_?(collection|db|repository|manager)|relations|add_?select|add_?columns|with_?entities|as_?enumerable|as_?async_?enumerable|configure_?await|to_?dto\w*|clone|unscoped|debug|distinct|"
    r"also|let|run|apply|use|stream|flat_?map|for_?each|cast|row_?mapper|text|label|alias|as|unique|add_?(Entity|Scalar|OrderBy|GroupBy)|group_?by|annotate|hint|set_?(hint|lock_mode|flush_mode|cache\w*|read_only|hydration\w*|fetch_\w+)|"
    r"allow_?disk_?use|read|comment|using|reverse|of|manager|instrument|inspect_err|ok_or\w*|context|await_?\w*|execute_?as_?list|as_?list|get_?scalar_?result|default_?if_?empty|to_?list|to_?vec|sub_?query|exec|fetch_?into|omit|tag_?with|with_?context)$",
    re.IGNORECASE,
)
# Calls that read: given a document, a condition or a key, they choose by it.
READS = regex(
    r"^(all|get|gets|find\w*|list\w*|scan|load\w*|fetch\w*|execute\w*|scalars?|get_?result\w*|get_?(raw_?)?many|to_?(list|array|dictionary|hash_?set|lookup)(async)?|rows|query\w*|related|stream\w*|search\w*|retrieve\w*|read\w*|call|cursor|items|values|do|documents|"
    r"for_?each\w*|get_?object\w*|get_?array_?result|get_?items|query_?\w*|json|iterator|lazy\w*|association|first\w*|count\w*)$",
    re.IGNORECASE,
)
CHOOSES = regex(
    r"^(and_?|or_?)?(where\w*|filter\w*|exclude|having\w*|match|and|or|by|eq|belonging_to|set_?parameters?|on|criteria|matching|add_?criteria|is|gt|gte|lt|lte|when|q|not|add|andwhere|in|between|find_?by\w*)$",
    re.IGNORECASE,
)
BOUNDS = regex(
    r"^(limit|take|paginate\w*|top|offset|skip|set_?max_?results|set_?first_?result|for_?page|fetch_?first|slice|set_?limit|page|size|batch_?size|paginate|gather)$",
    re.IGNORECASE,
)
PAGER = regex(
    r"(?i:paginat|pager|to_?paged|paged|(apply|add|with)_?(limit|pag(e|es|ing)?(?![a-z])(?!_?title)))|"
    r"[pP]age(?!_?([tT]itle|[nN]ame|[hH]ead|[lL]ayout|[tT]emplate))(_|$|[A-Z])"
)
# `findAllByCustomerId`, `whereEmail`, `listForUser`: a name that says its conditions.
DERIVED = regex(
    r"^(?:find|get|list|read|query|search|stream|fetch|load|where|select|filter|retrieve|by|for)_?(?:all|many|top\d*|first\d*|distinct|\w*?)?_?(?:By|For|Where|by|for|where|Of|of|In|in)_?(?=[A-Z_a-z])(?P<fields>[A-Za-z_]\w*)$"
)
_SAYS = regex(r"(where|findBy)[A-Z]")
# A repository's own method that is called like all of its rows, and is given nothing.
_ALL_NAMES = regex(
    r"^(get|find|list|select|query|load|fetch|read)_?all(_?(async|rows|records|items|entities))?$", re.IGNORECASE
)
_OPEN_NAMES = regex(
    r"trash|deleted|archiv|public|publish|visible|active|enabled|approved|hidden|draft|accessib|allowed|viewable|restrict|permi|can[A-Z_]|access|live|current|popular|recent|order|sort|search|filter|query|locale|translat|language|scope|undelet|unread|without|valid|expired|verified",
    re.IGNORECASE,
)
_OWNED_NAMES = regex(
    r"(by|for|of|owned|mine|my)_?(current_?)?(user|owner|me|account|tenant|org\w*|team|author|member|group|project|workspace)|^mine$|^owned",
    re.IGNORECASE,
)
_RELATIONS = frozenset(
    "hasMany belongsToMany hasManyThrough morphMany morphToMany morphedByMany HasMany Related Association belonging_to".split()
)
_FIELD_ENDS = regex(
    r"(?:Is)?(?:Null|NotNull|True|False|Before|After|Between|Containing|Contains|Like|Not|LessThan\w*|GreaterThan\w*|StartingWith|EndingWith|StartsWith|EndsWith)$|_(?:null|not_null|before|after|between|like|gt|lt|gte|lte)$"
)
_GOES_ON = frozenset({"javascript", "kotlin"})
_CLAUSES = regex(
    r"^(where|andWhere|orWhere|adjustWhere|from|(inner|left|right|full|cross)?_?[jJ]oin|groupBy|having|orderBy|limit|offset|withDistinct|forUpdate|\$dynamic)$"
)
# MyBatis: the conditions of an example, `example.or().andUserIdEqualTo(me)`.
_EXAMPLE = regex(
    r"^and(?P<field>[A-Z]\w*?)(?P<op>EqualTo|In|(Not)?(Like|In|Between|EqualTo)|Is(Not)?Null|(Greater|Less)Than(OrEqualTo)?)$"
)
_MUTABLE = frozenset({"php", "java", "kotlin", "javascript", "cpp"})


class Choosing:
    """Answers are kept per query."""

    def __init__(self, model: Model, asking: Asking) -> None:
        self.model, self.asking = model, asking
        self._parts: dict[tuple[int, int, Cls | None], Part] = {}
        self._bodies: dict[Fn, Part] = {}
        self._cutting = Cutting(model)
        self.results = ResultSets(model, self.into, self.behind)

    def part(self, access: Access) -> Part:
        """Return which part of its table a query asks for."""
        key = (access.at, access.index, access.entity)
        if key not in self._parts:
            self._parts[key] = self._part(access)
        return self._parts[key]

    def tell(self, access: Access, part: Part) -> None:
        """Keep what is known of a query in another way."""
        self._parts[access.at, access.index, access.entity] = part

    def _part(self, access: Access) -> Part:
        sql = self.sql(access)
        if "{}" in sql and (part := self._by_example(access)) is not None:
            return part
        if sql:
            return of_sql(sql)
        calls = self.model.files[access.at].calls
        if self.results.is_unseen(access):
            return Part.UNKNOWN
        found = self._relation(access.at, calls[access.calls[0]])
        if self.model.files[access.at].language == "python":
            asked = (self.model.project.django.asked(access.at, calls[n].fn, calls[n].on) for n in access.calls)
            found = max(found, Part.PARENT) if any(each is not None and each.is_part for each in asked) else found
        for at, number, is_optional in self.calls(access):
            part = self._of_call(at, self.model.files[at].calls[number], access)
            found = max(found, min(part, Part.OPEN) if is_optional else part)
        return found

    def sql(self, access: Access) -> str:
        """Return the statement of a query, also one that was put together before: `sql += " WHERE ..."`."""
        known = self.asking.sql(access)
        if known:
            return known
        for begun in access.begun:
            for number in begun.calls:
                call = self.model.files[begun.at].calls[number]
                if _PREPARES.match(call.name) and call.args:
                    return self._assembled(begun.at, call.fn, call.args[0])
        return self.results.sql(access)

    def _assembled(self, at: int, fn: int, value: Arg) -> str:
        """Join the texts that a variable is given one after the other, "" if one of them is not known."""
        if value.kind in ("str", "fmt", "concat"):
            return value.text if STATEMENT.match(value.text) else ""
        if value.kind != "name":
            return ""
        told = [each.value for each in self.model.project.assigned[at].get((fn, value.text), ())]
        if not told or not STATEMENT.match(told[0].text) or any(each.kind not in _TEXTS for each in told):
            return ""
        return "".join(each.text for each in told)

    def _by_example(self, access: Access) -> Part | None:
        """MyBatis: what the example says that a generated statement is given, None if it is given none."""
        file = self.model.files[access.at]
        given = [value for number in access.calls for value in file.calls[number].args[:1]]
        names = {value.text for value in given if value.kind == "name"}
        if not any(re.search(r"[eE]xample|[cC]riteria", text) for text in (*names, *(v.text for v in given))):
            return None
        found = Part.ALL
        for number in self.model.inside.calls[access.at].get(access.fn, ()):
            call = file.calls[number]
            told = _EXAMPLE.match(call.name)
            if told is None:
                continue
            is_optional = re.fullmatch(r"\w+", call.on) is not None and call.on not in names
            part = Part.FEW if told["op"] == "In" else Part.OPEN
            if told["op"] == "EqualTo" and call.args:
                value = call.args[0]
                name = told["field"][:1].lower() + told["field"][1:]
                part = of_flag(name) if value.kind == "bool" else of_equal(name, value.text or "x")
            found = max(found, min(part, Part.OPEN) if is_optional else part)
        return found

    # ---- what belongs to a query --------------------------------------------------------------

    def calls(self, access: Access) -> Iterator[tuple[int, int, bool]]:
        """Yield all calls that say what a query asks for, with whether that may not be said always."""
        for number in self.asked(access):
            yield access.at, number, False
            yield from self._given(access.at, number, set(access.calls), DEPTH_MAX)
        calls = self.model.files[access.at].calls
        inner = self.model.data.inner(access.at, list(access.calls))
        for number in inner:
            if any(_BEGINS.match(calls[each].name) for each in self.model.effects.chain(access.at, number)):
                yield access.at, number, False
        for number in access.calls if self.model.files[access.at].language in ("csharp", "java", "kotlin") else ():
            yield from self._specified(access.at, calls[number])
        if (sent := self.results.sent(access)) is not None:
            yield from self.results.statement(access.at, sent)
        else:
            for begun in access.begun:
                for number in () if self._is_sent(begun.at, list(begun.calls)) else begun.calls:
                    yield begun.at, number, False
        if sent is None and (not access.begun or self.model.files[access.at].language == "python"):
            first = self.model.files[access.at].calls[access.calls[0]]
            yield from self.behind(access.at, first.fn, root(first.on), set(access.calls), DEPTH_MAX)

    def asked(self, access: Access) -> list[int]:
        """Return the calls of a chain up to the one that reads: what follows goes on with the rows."""
        told = self.model.effects.of_call[access.at]
        if access.is_lazy:
            return list(access.calls)
        last = max(
            (
                n
                for n, number in enumerate(access.calls)
                if any(d.does in STORES or d.does == "bounded" for d in told.get(number, ()))
            ),
            default=len(access.calls) - 1,
        )
        if (
            self.model.files[access.at].language in _GOES_ON
        ):  # db.select(...).from(orders).where(...): all of it is the query
            names = [self.model.files[access.at].calls[number].name for number in access.calls]
            while last + 1 < len(names) and _CLAUSES.match(names[last + 1]):
                last += 1
        return list(access.calls[: last + 1])

    def behind(self, at: int, fn: int, name: str, known: set[int], depth: int) -> Iterator[tuple[int, int, bool]]:
        """Yield the calls of what was put into a variable, or handed over as a parameter, before."""
        if depth == 0 or not name or fn < 0 or not name.isidentifier() or name in ("this", "self", "ctx"):
            return
        file = self.model.files[at]
        found = False
        for number in self.into[at].get((fn, name), ()):
            if number in known:
                continue
            chain = self.model.effects.chain(at, number)
            if self._is_sent(at, chain):
                continue
            known.update(chain)
            found = True
            start = root(file.calls[chain[0]].on)
            for each in chain:
                yield at, each, start == name
                yield from self._given(at, each, known, depth - 1)
            if start != name:
                yield from self.behind(at, fn, start, known, depth - 1)
        for number in self.on[at].get((fn, name), ()) if file.language in _MUTABLE and found else ():
            if number not in known and not file.calls[number].to:
                chain = self.model.effects.chain(at, number)
                known.update(chain)
                yield from ((at, each, False) for each in chain)
        if not found and name in own_params(file.functions[fn]):
            yield from self._handed(at, fn, name, depth)

    def _given(self, at: int, number: int, known: set[int], depth: int) -> Iterator[tuple[int, int, bool]]:
        """Yield the calls of a query that a function of the project is given, `withRights(query, user)`, or that another is joined with."""
        call = self.model.files[at].calls[number]
        is_own = bool(call.args) and bool(self.model.project.resolve_call(at, call))
        if is_own or call.name in ("Join", "join"):
            for value in call.args:
                if value.kind == "name" and self._is_query(at, call.fn, value.text):
                    yield from self.behind(at, call.fn, value.text, known, depth)
        if is_own and any(value.kind == "call" for value in call.args):
            calls = self.model.files[at].calls
            for inner in self.model.inside.calls[at].get(call.fn, ()):
                if calls[inner].inside == number and CHOOSES.match(calls[inner].name):
                    yield at, inner, False

    def _is_query(self, at: int, fn: int, name: str) -> bool:
        """Whether a variable holds what was chosen, and not yet its rows."""
        calls = self.model.files[at].calls
        chains = (self.model.effects.chain(at, number) for number in self.into[at].get((fn, name), ()))
        return any(
            any(CHOOSES.match(calls[n].name) for n in chain) and not self._is_sent(at, chain) for chain in chains
        )

    def _is_sent(self, at: int, chain: list[int]) -> bool:
        """Whether a chain gives rows and is no query any more."""
        told, calls = self.model.effects.of_call[at], self.model.files[at].calls
        return any(
            does.does == "one" or (does.does == "query" and READS.match(calls[number].name))
            for number in chain
            for does in told.get(number, ())
        )

    def _handed(self, at: int, fn: int, name: str, depth: int) -> Iterator[tuple[int, int, bool]]:
        for edge in self.model.effects.callers.get(Fn(at, fn), ())[:CALLERS_MAX]:
            value = self._argument(at, fn, name, edge)
            if value is not None and value.kind in ("name", "call"):
                yield from self._of_argument(edge, value, depth)
                return

    def _argument(self, at: int, fn: int, name: str, edge: Edge) -> Arg | None:
        """Return what a call hands over as one of the parameters of the function that it runs."""
        made, call = self.model.files[at].functions[fn], self.model.files[edge.at].calls[edge.call]
        return next(
            (v for param, v in parameter_of(made, call, enumerate(call.args)) if param.lstrip("$") == name), None
        )

    def _of_argument(self, edge: Edge, value: Arg, depth: int) -> Iterator[tuple[int, int, bool]]:
        fn = self.model.files[edge.at].calls[edge.call].fn
        made = list(self._made(edge.at, fn, value)) if value.kind == "call" else []
        yield from made or self.behind(edge.at, fn, root(value.text), {edge.call}, depth - 1)

    def by_caller(self, access: Access, edge: Edge) -> Part:
        """Return which part a query asks for that one caller has built and handed over."""
        name = root(self.model.files[access.at].calls[access.calls[0]].on)
        value = self._argument(access.at, access.fn, name, edge)
        if value is None or value.kind not in ("name", "call"):
            return Part.UNKNOWN
        told = self._of_argument(edge, value, DEPTH_MAX)
        return max(
            (
                min(part, Part.OPEN) if may_miss else part
                for at, number, may_miss in told
                for part in [self._of_call(at, self.model.files[at].calls[number], access)]
            ),
            default=Part.ALL,
        )

    def _specified(self, at: int, call: Call) -> Iterator[tuple[int, int, bool]]:
        """Yield what a specification says that a call is given: `ListAsync(new OpenOrdersSpec(buyer))`."""
        for value in call.args[:1]:
            if value.kind == "name":
                value = next(
                    (each.value for each in self.model.project.assigned[at].get((call.fn, value.text), ())), value
                )
            if value.kind == "call" and re.search(r"Spec(ification)?\d*$", value.text):
                yield from self._made(at, call.fn, value)

    def _made(self, at: int, fn: int, value: Arg) -> Iterator[tuple[int, int, bool]]:
        """Yield what a function says of the query that it makes; of several conditions each may be left out."""
        on, _, name = value.text.rpartition(".")
        for made in self.model.project.resolve(at, fn, on, name)[:1]:
            calls = self.model.files[made.file].calls
            told = [
                n
                for n in self.model.inside.calls[made.file].get(made.index, ())
                if CHOOSES.match(calls[n].name) or BOUNDS.match(calls[n].name)
            ]
            yield from ((made.file, number, len(told) > 1) for number in told)

    @cached_property
    def into(self) -> list[dict[tuple[int, str], list[int]]]:
        """For each file: (function, variable) to the calls whose result it is."""
        return [
            _grouped((call.fn, call.to, n) for n, call in enumerate(file.calls) if call.to and call.to != "return")
            for file in self.model.files
        ]

    @cached_property
    def on(self) -> list[dict[tuple[int, str], list[int]]]:
        """For each file: (function, variable) to the calls that are made on it: `query.take(20)`."""
        return [
            _grouped((call.fn, call.on, n) for n, call in enumerate(file.calls) if call.on and call.prev < 0)
            for file in self.model.files
        ]

    # ---- single calls -------------------------------------------------------------------------

    def _relation(self, at: int, first: Call) -> Part:
        """What a query chooses by what it is called on: `article.comments.all()`, `user.getOrders()`."""
        words = first.on.split(".")
        language = self.model.files[at].language
        if language == "python" and len(words) > 1 and words[0][:1].islower():
            if words[-1].endswith("_set") or words[-1] in self.model.effects.python.related:
                is_owner = re.search(r"user|account|profile|org|tenant|team|member", ".".join(words[:-1]))
                return Part.OWNER if is_owner else Part.PARENT
        if language == "javascript" and first.name == "$relatedQuery":
            return Part.PARENT
        if (
            language == "javascript"
            and re.match(r"get[A-Z]", first.name)
            and re.fullmatch(r"[a-z]\w*", first.on)
            and first.args == ()
        ):
            return Part.PARENT
        return Part.ALL

    def _of_call(self, at: int, call: Call, access: Access) -> Part:
        name = said_by(self.model, at, call)
        if name in _RELATIONS:
            return Part.PARENT
        if _RUNS.match(name) and (told := self.model.project.resolve_call(at, call)):
            return max(self._body(fn, DEPTH_MAX) for fn in told[:2])  # of a query that is a class of its own
        if BOUNDS.match(name) or PLAIN.match(name) or (name == "on" and self.model.files[at].language in JVM):
            return Part.ALL  # of a join: it leaves all rows
        if CHOOSES.match(name) and [value.kind for value in call.args] == ["name"]:
            texts = [each.value for each in self.model.project.assigned[at].get((call.fn, call.args[0].text), ())]
            if texts and all(each.kind in _TEXTS for each in texts):
                return min(of_text(each.text, is_sql=True) for each in texts)
        if name == "setParameter" and self.model.files[at].language == "php":
            return Part.ALL  # a value for a condition that stands elsewhere
        if CHOOSES.match(name) and not (DERIVED.match(name) and not call.args):
            derived = (
                self._derived(name)
                if _SAYS.match(name) and call.args[:1] and call.args[0].kind in ("name", "call")
                else None
            )
            if derived in (Part.SOME, Part.OWNER, Part.PARENT) and name[:1] == "f":
                derived = None  # findByOrderId, findByListName: what one thing has is mostly few
            part = derived if derived is not None else self._of_lambdas(at, call, of_values(call.args, name=name))
            part = of_predicates(self.model, at, call, part)
            own = self.model.project.resolve_call(at, call) if part is Part.UNKNOWN and call.prev < 0 else ()
            own = tuple(fn for fn in own if self.model.inside.calls[fn.file].get(fn.index))  # filtered(orders)
            return max((self._body(fn, DEPTH_MAX) for fn in own[:2]), default=part)
        if READS.match(name):
            return self._of_read(at, call, access)
        made = self.model.project.resolve_call(at, call) or self._scope(access, name)
        return max((self._body(fn, DEPTH_MAX) for fn in made[:2]), default=self._by_name(name, call.args))

    def _scope(self, access: Access, name: str) -> tuple[Fn, ...]:
        """Eloquent: the local scope of a model that a call runs, `scopePublished` for `published()`."""
        if self.model.files[access.at].language != "php" or access.entity is None:
            return ()
        return self.model.project.method(access.entity, f"scope{name[:1].upper()}{name[1:]}")

    def _body(self, fn: Fn, depth: int) -> Part:
        """What the conditions in a function choose: a scope, an extension method, one that begins a query."""
        if fn not in self._bodies:
            self._bodies[fn] = Part.ALL  # a function that calls itself
            file = self.model.files[fn.file]
            found = [self._by_name(self.model.project.function(fn).name.removeprefix("scope"), ())]
            for number in self.model.inside.calls[fn.file].get(fn.index, ()):
                call = file.calls[number]
                if call.name in _RELATIONS:
                    found.append(Part.PARENT)
                elif CHOOSES.match(call.name):
                    part = self._of_lambdas(fn.file, call, of_values(call.args, name=call.name))
                    found.append(min(part, Part.OPEN) if self._may_miss(fn.file, number) else part)
            told = [part for part in found if part is not Part.UNKNOWN]
            either = any(
                file.calls[n].name.startswith("or") for n in self.model.inside.calls[fn.file].get(fn.index, ())
            )
            self._bodies[fn] = min(told, default=Part.OPEN) if either else max(told, default=Part.OPEN)
        return self._bodies[fn]

    def _may_miss(self, at: int, number: int) -> bool:
        """Whether a query is given one more condition, as a filter that is asked for: `query = query.Where(...)`."""
        calls = self.model.files[at].calls
        chain = self.model.effects.chain(at, number)
        fn = calls[number].fn
        if fn >= 0 and _RUNS.match(self.model.files[at].functions[fn].name):
            return False  # of a query that is a class of its own: how it was made says which it has
        return bool(calls[chain[-1]].to) and calls[chain[-1]].to == root(calls[chain[0]].on)

    def _of_read(self, at: int, call: Call, access: Access) -> Part:
        """What a call that reads chooses by what it is given: `find({ userId })`, `Find(&users, "team = ?", id)`."""
        into = {place for does in access.does if self.model.effects.call(does) is call for place in does.effect.into}
        values = [
            value
            for number, value in enumerate(call.args)
            if str(number) not in into
            and value.kind != "type"
            and not CONTEXT.search(value.text)
            and value.text not in _CONTEXTS
        ]
        derived = self._derived(call.name)
        if derived is not None:
            return derived
        if not values:
            return Part.ALL
        first = as_document(values[0]) if self.model.files[at].language == "go" else values[0]
        if first.kind == "name" and _IS_STORE.search(first.text):
            return Part.ALL
        if first.kind == "call" and (not first.items or _EMPTY.search(first.text)):
            if _EMPTY.search(first.text) or re.search(r"Spec(ification)?\d*$", first.text):
                return Part.ALL
            return Part.UNKNOWN
        if first.kind == "dict" or first.name in ("where", "filter", "by") or (first.kind == "str" and len(values) > 1):
            return of_values(
                [each for each in values if each.name not in _SHAPING] if first.kind != "dict" else [_narrowed(first)]
            )
        if first.kind == "fn" and self.model.files[at].language == "csharp" and call.name.startswith("Find"):
            return self._by_predicate(at, call, first)
        if first.kind in ("list", "fn", "bool", "none"):
            return Part.FEW if first.kind == "list" and call.name.lower().startswith(("find", "all")) else Part.ALL
        if first.kind == "name" and access.library == "Mongoose" and (part := self._of_document(at, call, first.text)):
            return part
        if first.kind == "name" and re.search(
            r"^(query|q|select|stmt|statement|conn\w*|pool|db|tx|sql|mapper|fields|columns|options|sort|order\w*|page\w*|cancell?ation\w*|token|ct|\w*Class|[A-Z]\w*\.class|self\.\w*)$",
            first.text.rpartition(".")[2],
        ):
            return Part.ALL
        if first.kind in ("call", "name", "str"):
            if re.search(r"[sS]pec(ification)?$", first.text):
                return Part.ALL  # what it says is looked at by itself
            return (
                Part.ALL
                if first.kind == "str" or PLAIN.match(first.text.rpartition(".")[2]) or first.text[:1].isupper()
                else Part.UNKNOWN
            )
        return Part.UNKNOWN

    def _of_document(self, at: int, call: Call, name: str) -> Part | None:
        """What a document in a variable chooses: a parameter's is not known; None if it is filled bit by bit, or empty."""
        told = list(self.model.project.assigned[at].get((call.fn, name), ()))
        if not told and call.fn >= 0 and name in own_params(self.model.files[at].functions[call.fn]):
            return Part.UNKNOWN
        is_whole = len(told) == 1 and told[0].value.kind == "dict" and bool(told[0].value.items)
        return of_values([_narrowed(told[0].value)]) if is_whole else None

    def _by_predicate(self, at: int, call: Call, given: Arg) -> Part:
        """What a lambda chooses that a read is given: `Find(x => x.OwnerId == owner)`; beside a range, a key is not unique."""
        told = self._of_lambdas(at, call, of_values((given,)))
        return Part.OPEN if told is Part.FEW and _RANGE.search(given.text) else told

    def _derived(self, name: str) -> Part | None:
        found = DERIVED.match(name)
        if found is None:
            return None
        fields = re.split(r"OrderBy|_order_by|SortBy", found["fields"])[0]
        parts = []
        for alternative in re.split(r"(?<=[a-z0-9])Or(?=[A-Z])|_or_", fields):
            told = [self._field(each) for each in re.split(r"(?<=[a-z0-9])And(?=[A-Z])|_and_", alternative) if each]
            parts.append(max(told, default=Part.UNKNOWN))
        return min(parts, default=Part.UNKNOWN)

    def _field(self, name: str) -> Part:
        if _FIELD_ENDS.search(name):
            return Part.OPEN
        if re.search(r"(?<=[a-z])In$|_in$|Ids$|_ids$", name):
            return Part.FEW
        return of_equal(name[:1].lower() + name[1:], "x")

    def _by_name(self, name: str, args: Iterable[Arg]) -> Part:
        if _OWNED_NAMES.search(name):
            return Part.OWNER
        if (derived := self._derived(name)) is not None and derived is not Part.UNKNOWN:
            return derived
        if _ALL_NAMES.match(name) and all(value.kind == "type" or CONTEXT.search(value.text) for value in args):
            return Part.ALL
        return Part.OPEN if _OPEN_NAMES.search(name) else Part.UNKNOWN

    def _of_lambdas(self, at: int, call: Call, told: Part) -> Part:
        """What is compared inside a lambda whose text was cut counts, too."""
        if told not in (Part.UNKNOWN, Part.OPEN):
            return told
        if self.model.files[at].language == "php":  # a closure that adds conditions
            return max(
                (
                    told,
                    *(self._body(Fn(at, value.ref), 1) for value in call.args if value.kind == "fn" and value.ref >= 0),
                )
            )
        compares = self.model.inside.compares[at]
        found = [
            of_equal(each.left.text, each.right.text)
            for value in call.args
            if value.kind == "fn" and value.ref >= 0 and "||" not in value.text
            for each in compares.get(value.ref, ())
        ]
        return max((told, *found)) if found and told is Part.OPEN else (max(found) if found else told)

    # ---- limits -------------------------------------------------------------------------------

    def is_cut(self, access: Access) -> bool:
        """Whether a query is limited by another statement: `query.setMaxResults(20)`, `q = q.Take(20)`, `paginate(query)`."""
        file = self.model.files[access.at]
        calls = file.calls
        for at, number, _ in self.calls(access):
            if number not in access.calls and BOUNDS.match(self.model.files[at].calls[number].name):
                return True
            if self._cutting.cuts(at, number):
                return True
        last, first = calls[access.calls[-1]], calls[access.calls[0]]
        if last.inside >= 0 and (PAGER.search(calls[last.inside].name) or PAGER.search(calls[last.inside].on)):
            return True
        names = {name for name in (last.to, root(first.on)) if name and name.isidentifier() and name not in _NO_QUERIES}
        if is_sliced(self.model, access, names):
            return True
        for number in self.model.inside.calls[access.at].get(access.fn, ()) if names else ():
            call = calls[number]
            if BOUNDS.match(call.name) and (root(call.on) in names or call.on in names):
                return True
            if PAGER.search(call.name) or PAGER.search(call.on):
                if root(call.on) in names or any(
                    root(value.text) in names for value in call.args if value.kind in ("name", "call")
                ):
                    return True
        return False


_RANGE = regex(r">=?[^>].*<=?[^<]|<=?[^<].*[^=]>=?[^>]", re.DOTALL)
_PREPARES = regex(r"^(create_?(native_?|sql_?)?query|prepare)$", re.IGNORECASE)
_RUNS = regex(r"^(run|apply)$", re.IGNORECASE)
_TEXTS = frozenset({"str", "fmt", "concat"})
_BEGINS = regex(r"^(select\w*|query\w*|from\w*|find|table|Select|createQuery\w*|newQuery\w*)$")
_IS_STORE = regex(r"(^|[._])(db|conn|pool|tx|database|connection)(_?conn\w*)?$")
_CONTEXTS = frozenset("ctx context cancellationToken token ct r.Context c.Request.Context pool conn db".split())
_EMPTY = regex(
    r"(^|\.)(D|M|Document|FindOptions|doc!?|Find|HashMap|Map|of|MapSqlParameterSource|emptyMap|newInstance)$"
)
_SHAPING = frozenset("order orderBy sort select relations include attributes populate lean with take skip".split())
_NO_QUERIES = frozenset("this self return db session ctx context conn tx pool em entityManager prisma".split())


def _narrowed(value: Arg) -> Arg:
    """Return a document of options without what only shapes the answer."""
    items = tuple(item for item in value.items if item.name not in _SHAPING)
    return Arg(value.kind, value.text, value.name, items, value.ref, value.line)


def _grouped(rows: Iterable[tuple[int, str, int]]) -> dict[tuple[int, str], list[int]]:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for fn, name, number in rows:
        found[fn, name].append(number)
    return found
