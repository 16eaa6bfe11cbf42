"""Loops whose number of rounds grows with the data, and what in them depends on the element of the round."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Assign, File, Loop
from backwright.review.link.model import Model
from backwright.review.link.names import family_of
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.fewkinds import comes_as_events, gives_few, makes_few
from backwright.review.rules.fewrounds import goes_in_steps, is_configured, is_written_out, takes_few
from backwright.review.rules.offline import is_offline_place
from backwright.review.rules.parameters import own_params
from backwright.review.rules.registered import is_registered

NAMES = regex(r"[A-Za-z_]\w*")
FILLS = frozenset({"put", "addValue", "set", "add", "append"})  # calls that put a value into what they are made on
COPIES = regex(
    r"unmarshal|decode|deserialize|parse|copy|^map|convert|bind|fill|populate|^scan", re.IGNORECASE
)  # into an argument
ROUNDS = 3  # assignments followed inside one round of a loop
ENUMS = regex(
    r"(::|\.)(values|entries|cases|all_variants|iter|VARIANTS)(\(\))?$|Enum\.(GetValues|GetNames)|Object\.(values|keys|entries)\([A-Z]|enumValues|enumEntries"
)
# As many rounds as somebody has put into the configuration.
CONFIGURED = regex(
    r"\\?(config\(|Config::get|config\.get|(django\.)?settings\.[A-Z_]+\b|current_app\.config|app\.config)"
)
# What runs is code that was registered: one round for each piece of it.
REGISTERED = regex(
    r"[$&_]*(\w*_)?\w*(handler|listener|subscriber|observer|plugin|middleware|interceptor|hook|callback|visitor|validator|strategy|migration|seeder|extension|decorator|processor|initializer|"
    r"renderer|hydrator|provider|loader|repository|factory|adapter|exporter|importer|transformer|formatter|enricher)$",
    re.IGNORECASE,
)
TRIES = regex(
    r"retr(y|ies)|attempt|tries|depth|level|pages?\b|worker|thread|parallel|concurren|batch|chunk|len(gth)?\)",
    re.IGNORECASE,
)
# What moves a date on.
MOVES = regex(
    r"^(add|sub|plus|minus)_?(Days?|Weeks?|Months?|Hours?|Quarters?|Years?)|^(Add(Days|Months|Years|Hours|Date))$|"
    r"^(timedelta|relativedelta)$|^(start|end)Of(Month|Day|Week|Hour)|^set(UTC)?(Date|Month)$|^(eachDayOf|monthrange)",
)
CONSTANT = regex(r"^(?!(?:self\.)?request\.)(?:[\w.]*[.:])?_?[A-Z][A-Z0-9_]*(\(\))?$")
ROWS = regex(
    r"(\b(rows?|rs|res|result(set)?|cur(sor)?|reader|iter(ator)?|it|scanner|stmt|statement|st)\w*(\.|->)(next|hasnext|movenext|read|fetch|step)\w*)|"
    r"(->|\.)(fetch(_?(assoc|array|row|object|one))?)\b|(mysqli|pg|sqlite|oci)_fetch|let some\((mut )?\w+\) =",
    re.IGNORECASE,
)  # fmt: skip
PAGES = regex(r"let (Some|Ok)\((mut )?(\w+_)?(page|chunk|batch)\) =")  # what comes page by page
SIZES = regex(r"\blen\(|\.len\(|\.(length|size|count)\b|size\(\)|count\(|sizeof|\.(Count|Length)\b")
# Where one run is not one request: a script or a migration may take its time.
ERRORS = regex(r"(e|err|error|ex|exc|exception)\w?$", re.IGNORECASE)  # what a loop is left with when something fails
REMEMBERED = regex(r"cache|memo|seen|known|loaded|already|visited|lookup|registry|interned|pool\b", re.IGNORECASE)
LOOKS_UP = frozenset(
    "get Get Load LoadOrStore has Has contains containsKey contains_key ContainsKey TryGetValue tryGetValue getOrDefault "
    "computeIfAbsent computeIfPresent getOrPut getOrElse "
    "get_or_insert_with or_insert_with entry GetOrAdd setdefault find count isset array_key_exists in_array indexOf includes exists "
    "getIfPresent find_or_insert Contains".split()
)


# What only a request brings, whichever table of handlers leads to the function.
_REQUESTS = regex(
    r"(^|[.*&\s])(http\.ResponseWriter|gin\.Context|echo\.Context|fiber\.Ctx|HttpServlet(Request|Response)|HttpContext|ServerRequestInterface|RoutingContext|ApplicationCall)\b"
)


class Loops:
    """Questions about the loops of all files; answers are kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._names: dict[tuple[int, int], frozenset[str]] = {}
        self._grows: dict[tuple[int, int], bool] = {}

    @cached_property
    def assigns(self) -> list[dict[int, list[Assign]]]:
        """For each file: loop to the assignments that stand in it."""
        found: list[dict[int, list[Assign]]] = []
        for file in self.model.files:
            by_loop: dict[int, list[Assign]] = defaultdict(list)
            for each in file.assigns:
                if each.loop >= 0:
                    by_loop[each.loop].append(each)
            found.append(by_loop)
        return found

    @cached_property
    def calls(self) -> list[dict[int, list[int]]]:
        """For each file: loop to the calls that stand in it, not in a loop inside."""
        found: list[dict[int, list[int]]] = []
        for file in self.model.files:
            by_loop: dict[int, list[int]] = defaultdict(list)
            for index, call in enumerate(file.calls):
                if call.loop >= 0:
                    by_loop[call.loop].append(index)
            found.append(by_loop)
        return found

    @cached_property
    def reads_of(self) -> list[dict[int, set[str]]]:
        """For each file: function to the roots of what it reads and calls things on."""
        found: list[dict[int, set[str]]] = []
        for file in self.model.files:
            by_fn: dict[int, set[str]] = defaultdict(set)
            for read in file.reads:
                by_fn[read.fn].add(root(read.base))
            for call in file.calls:
                by_fn[call.fn].add(root(call.on))
                by_fn[call.fn].update(name for value in call.args for name in self._plain(value))
            found.append(by_fn)
        return found

    def _plain(self, value: Arg) -> Iterator[str]:
        if value.kind in ("name", "other", "call"):
            yield root(value.text)
        for item in value.items:
            yield from self._plain(item)

    # ---- which loops ------------------------------------------------------------------------

    def around(self, at: int, index: int) -> Iterator[int]:
        """Yield the loops that a call stands in, innermost first, up to the function with a name."""
        file = self.model.files[at]
        loop, fn = file.calls[index].loop, file.calls[index].fn
        for _ in range(6):
            yield from self.model.loops(at, loop)
            if fn < 0 or file.functions[fn].kind != "lambda" or file.functions[fn].parent < 0:
                return
            inner = file.functions[fn]
            seen = self.model.loops(at, loop)
            loop, fn = inner.loop, inner.parent
            if loop in seen:
                loop = -1

    def within(self, at: int, loop: int) -> Iterator[int]:
        """Yield the calls that a loop makes in each round, also those in loops and lambdas that stand in it."""
        yield from sorted(index for index, loops in self._within[at].items() if loop in loops)

    @cached_property
    def _within(self) -> list[dict[int, tuple[int, ...]]]:
        """For each file: call to the loops around it."""
        files = self.model.files
        return [
            {
                index: tuple(self.around(at, index))
                for index, call in enumerate(file.calls)
                if call.loop >= 0 or (call.fn >= 0 and file.functions[call.fn].kind == "lambda")
            }
            if file.loops
            else {}
            for at, file in enumerate(files)
        ]

    def grows(self, at: int, loop: int) -> bool:
        """Whether the number of rounds depends on how much data there is."""
        key = (at, loop)
        if key not in self._grows:
            made = self.model.files[at].loops[loop]
            grows = self._does_grow(at, made) and not takes_few(self.model, at, made)
            self._grows[key] = grows and not goes_in_steps(self.model, at, loop, self.calls[at].get(loop, []))
        return self._grows[key]

    def is_written_out(self, at: int, loop: int) -> bool:
        """Whether a loop goes through a list that is written out: what is asked in it may still depend on a loop around."""
        return is_written_out(self.model, at, self.model.files[at].loops[loop])

    def _does_grow(self, at: int, made: Loop) -> bool:
        over = made.over.strip()
        if self._goes_by_dates(at, made):
            return True
        if comes_as_events(over):
            return False
        if made.kind == "while":
            return (bool(ROWS.search(over)) or bool(made.vars)) and not PAGES.search(over)
        if makes_few(over, made.vars):
            return False
        if made.kind == "count":
            over = self._size(at, made)
            return (bool(SIZES.search(over)) and not CONSTANT.match(root(over))) or self._is_told(at, made, over)
        if made.kind == "each" and over.startswith("range(") and made.value is not None:
            bounds = " ".join(_texts(made.value)).removeprefix("range")
            return bool(SIZES.search(over)) or self._is_told(at, made, bounds)
        if (
            (ENUMS.search(over) and root(over)[:1].isupper())
            or CONFIGURED.match(over)
            or is_configured(self.model, at, made)
            or is_registered(self.model, at, made)
        ):
            return False
        value = made.value
        if is_written_out(self.model, at, made) or (value is not None and self._constant(at, made.fn, value, 3)):
            return False
        first = re.split(r"[.(\[]", over, maxsplit=1)[0]
        return not (
            self._constant(at, made.fn, Arg("name", over), 3) or self._constant(at, made.fn, Arg("name", first), 3)
        )

    def _is_told(self, at: int, made: Loop, over: str) -> bool:
        """Whether a loop counts to a number that a query, a request or the size of a list gives."""
        model = self.model
        if TRIES.search(over):
            return False
        for name in dict.fromkeys(re.findall(r"[A-Za-z_$][\w.$]*", over)):
            if name in made.vars or root(name)[:1].isupper():
                continue
            if "." in name and self._is_handed(at, made.fn, root(name)):
                return True
            for assign in model.project.assigned[at].get((made.fn, name), ()):
                texts = list(_texts(assign.value))
                if any(SIZES.search(f"{text}(") for text in texts) or model.data.origin(at, made.fn, name) is not None:
                    return True
                if any("." in text and self._is_handed(at, made.fn, root(text)) for text in texts):
                    return True
        return False

    def _is_handed(self, at: int, fn: int, name: str) -> bool:
        """Whether a name is a parameter of a function that a request runs."""
        return (
            name not in ("self", "this")
            and served(self.model, at, fn)
            and fn >= 0
            and name in own_params(self.model.files[at].functions[self.model.named(at, fn)])
        )

    def _goes_by_dates(self, at: int, made: Loop) -> bool:
        """Whether a loop counts and moves on by a day, week or month each round: a chart that asks for each point."""
        counts = made.kind in ("count", "while") or made.over.startswith("range(")
        return counts and any(self._dated(at, made))

    def _dated(self, at: int, made: Loop) -> Iterator[str]:
        """Yield what a counting loop moves by a day, week or month each round."""
        calls, number = self.model.files[at].calls, self._number[at].get(id(made), -1)
        for index in self.calls[at].get(number, ()):
            if MOVES.search(calls[index].name):
                yield root(calls[index].on) or calls[index].to or calls[index].name

    @cached_property
    def _number(self) -> list[dict[int, int]]:
        """For each file: a loop, by its identity, to its number."""
        return [{id(made): number for number, made in enumerate(file.loops)} for file in self.model.files]

    def _size(self, at: int, made: Loop) -> str:
        """Return what a loop counts to; of a name, the size that was put into it: `const len = keys.length`."""
        over = made.over.strip()
        if not SIZES.search(over) and over.isidentifier():
            for assign in self.model.project.assigned[at].get((made.fn, over), ()):
                if assign.value.kind in ("name", "call", "other") and SIZES.search(f"{assign.value.text}("):
                    return f"{assign.value.text}({' '.join(item.text for item in assign.value.items)})"
        return over

    def _constant(self, at: int, fn: int, value: Arg, hops: int) -> bool:
        """Whether a value is a list that stands in the source."""
        if hops == 0:
            return False
        if value.kind == "dict" and value.items and all(item.name and item.name != "..." for item in value.items):
            return True  # as many rounds as keys are written, whatever they hold
        if value.kind in ("list", "dict"):
            return all(
                item.kind in ("str", "num", "bool", "none", "list", "dict", "fn") or CONSTANT.match(item.text)
                for item in value.items
            ) and (
                bool(value.items)
                and not any(
                    item.kind in ("list", "dict") and item.items and not self._constant(at, fn, item, hops - 1)
                    for item in value.items
                )
            )
        if value.kind == "call":
            last = value.text.rpartition(".")[2]
            if last in ("range",) or CONFIGURED.match(f"{value.text}(") or gives_few(value):
                return True
            named = last in (
                "listOf",
                "setOf",
                "arrayOf",
                "asList",
                "of",
                "Set",
                "Map",
                "Array",
                "array",
                "vec",
                "enumerate",
                "sorted",
                "reversed",
                "items",
                "values",
                "keys",
                "entries",
                "List",
                "mapOf",
                "to",
            )
            items = [item for item in value.items if item.kind != "type"]
            if (
                named
                and items
                and all(item.kind in ("str", "num", "bool") or self._constant(at, fn, item, hops - 1) for item in items)
            ):
                return True
            return (
                last in ("items", "values", "keys", "entries", "iter", "stream", "into_iter")
                and "." in value.text
                and self._constant(at, fn, Arg("name", value.text.rpartition(".")[0]), hops - 1)
            )
        if value.kind == "name" and value.text:
            if CONSTANT.match(value.text):
                return True
            return self._constant_name(at, fn, value.text, hops)
        return False

    def _constant_name(self, at: int, fn: int, name: str, hops: int) -> bool:
        assigned = self.model.project.assigned[at]
        for scope in (*self.model.enclosing(at, fn), -1):
            made = assigned.get((scope, name))
            if made:
                changed = any(
                    call.fn == scope
                    and call.on == name
                    and call.name in ("append", "push", "add", "extend", "Add", "push_back", "insert")
                    for call in self.model.files[at].calls
                )
                return not changed and all(self._constant(at, scope, each.value, hops - 1) for each in made)
        last = name.rpartition(".")[2]
        for cls in self.model.files[at].classes:
            for field in cls.fields:
                if field.name == last and field.value is not None and name != last:
                    return self._constant(at, -1, field.value, hops - 1)
        first, _, rest = name.partition(".")
        made_import = self.model.project.imported[at].get(first)
        if made_import is not None:  # also of a module: `statuses.ALL`, Go's `activity.Types`
            for number in self.model.project.module_files(at, made_import.inner if rest else made_import.module):
                made = self.model.project.assigned[number].get((-1, rest or made_import.name or name))
                if made:
                    return all(self._constant(number, -1, each.value, hops - 1) for each in made)
        return False

    # ---- what depends on the round ------------------------------------------------------------

    def names(self, at: int, loop: int) -> frozenset[str]:
        """Return the names that stand for the element of a round, and those that are made from them in it."""
        key = (at, loop)
        if key not in self._names:
            self._names[key] = frozenset(self._dependent(at, loop))
        return self._names[key]

    def _dependent(self, at: int, loop: int) -> set[str]:
        file = self.model.files[at]
        made = file.loops[loop]
        found = {name for var in made.vars for name in NAMES.findall(var)} - {"_"}
        inner = self._inner_loops(at, loop)
        if self._goes_by_dates(at, made):
            found |= set(self._dated(at, made))
        assigns = [a for number in inner for a in self.assigns[at].get(number, ())]
        if made.kind == "while":
            found |= {root(a.target) for a in assigns}
            found |= set(re.findall(r"(\w+)\s*:?=[^=]", made.over)) | set(
                re.findall(r"let Some\(&?(?:mut )?(\w+)\)", made.over)
            )
            for number in inner:
                for index in self.calls[at].get(number, ()):
                    call = file.calls[index]
                    if call.name.lower() in (
                        "scan",
                        "structscan",
                        "scanrow",
                        "next",
                        "getstring",
                        "get",
                    ):
                        found |= {
                            root(value.text.lstrip("&")) for value in call.args if value.kind in ("name", "other")
                        }
        elif made.kind == "count" or SIZES.search(made.over) or "range" in made.over:
            found |= {f"{name}[]" for name in NAMES.findall(self._size(at, made))}
        elif made.kind == "each" and len(made.vars) == 1:
            found |= {
                f"{name}[]" for name in NAMES.findall(made.over)
            }  # Go's `for i := range groups.List` with groups.List[i]
        for number in inner:
            if number != loop and any(name in found for name in NAMES.findall(file.loops[number].over)):
                found |= set(file.loops[number].vars)
        for _ in range(ROUNDS):
            more = {root(a.target) for a in assigns if self.mentions(at, a.value, found)} - found
            put = self._filled(at, inner, found) | self._written(at, inner, found) | self._chained(at, inner, found)
            more |= put & {a.target for a in assigns} - found
            if not more:
                break
            found |= more
        return found - {"self", "this", "ctx", "err", "_", "", "nil", "null", "None"}

    def _filled(self, at: int, loops: Iterable[int], names: set[str]) -> set[str]:
        """Return what is given something of an element in these loops: `params.put("id", order.getId())`."""
        calls = self.model.files[at].calls
        return {
            calls[index].on
            for number in loops
            for index in self.calls[at].get(number, ())
            if calls[index].name in FILLS and any(self.mentions(at, value, names) for value in calls[index].args)
        }

    def _chained(self, at: int, loops: Iterable[int], names: set[str]) -> set[str]:
        """Return what a chain gives that was given something of an element before its end: `row = db.fields().where(key).fetch()`."""
        calls, known = self.model.files[at].calls, frozenset(names)
        return {
            calls[index].to
            for number in loops
            for index in self.calls[at].get(number, ())
            if calls[index].prev >= 0 and calls[index].to not in ("", "return") and self.depends(at, index, known)
        }

    def _written(self, at: int, loops: Iterable[int], names: set[str]) -> set[str]:
        """Return what is filled from something of an element: `json.Unmarshal(order.Payload, &input)`, `mapper.map(order, dto)`."""
        calls = self.model.files[at].calls
        found: set[str] = set()
        for number in loops:
            for index in self.calls[at].get(number, ()):
                args = calls[index].args
                if (
                    len(args) > 1
                    and COPIES.search(calls[index].name)
                    and any(self.mentions(at, v, names) for v in args)
                ):
                    found |= {value.text.lstrip("&") for value in args if value.kind == "name"}
        return found

    def _inner_loops(self, at: int, loop: int) -> list[int]:
        file = self.model.files[at]
        made = file.loops[loop]
        return [
            n
            for n, each in enumerate(file.loops)
            if made.line <= each.line
            and each.end <= made.end
            and (n == loop or loop in self.model.loops(at, n) or each.kind == "map")
        ]

    def mentions(self, at: int, value: Arg, names: Iterable[str]) -> bool:
        """Whether a value is made from one of these names."""
        names = names if isinstance(names, (set, frozenset)) else frozenset(names)
        if value.kind in ("name", "call", "other", "fn", "type", "list", "dict"):
            text = value.text
            if any(name in names for name in NAMES.findall(text)) or any(
                f"{name}[]" in names and f"{name}[" in text for name in NAMES.findall(text)
            ):
                return True
        if value.ref >= 0 and self.reads_of[at].get(value.ref, set()) & set(names):
            return True
        return any(self.mentions(at, item, names) for item in value.items)

    def depends(self, at: int, index: int, names: frozenset[str]) -> bool:
        """Whether a call is made on the element of the round, or is given something of it."""
        call = self.model.files[at].calls[index]
        chain = [index]
        while self.model.files[at].calls[chain[-1]].prev >= 0:
            chain.append(self.model.files[at].calls[chain[-1]].prev)
        if names & {root(call.on)} or (root(call.on) == "" and call.on.startswith(tuple(names))):
            return True
        if any(f"{root(call.on)}[]" == name for name in names) and "[" in call.on:
            return True
        return any(
            self.mentions(at, value, names) for number in chain for value in self.model.files[at].calls[number].args
        )

    # ---- remembered -------------------------------------------------------------------------

    def remembers(self, at: int, loop: int, index: int) -> bool:
        """Whether what a call gives is kept and looked up before the call is made again."""
        file = self.model.files[at]
        call = file.calls[index]
        kept = {self._container(call.to)}
        for number in self._inner_loops(at, loop):
            for assign in self.assigns[at].get(number, ()):
                if assign.target.endswith("]") and (
                    (call.to and call.to in NAMES.findall(assign.value.text))
                    or (assign.line == call.line and call.name in assign.value.text)
                ):
                    kept.add(self._container(assign.target))
            for other in self.calls[at].get(number, ()):
                each = file.calls[other]
                if each.name in (
                    "set",
                    "put",
                    "insert",
                    "emplace",
                    "Add",
                    "TryAdd",
                    "add",
                    "store",
                    "Set",
                    "Put",
                ) and any(call.to and call.to in NAMES.findall(v.text) for v in each.args):
                    kept.add(each.on)
                if each.name in (
                    "computeIfAbsent",
                    "getOrPut",
                    "GetOrAdd",
                    "get_or_insert_with",
                    "or_insert_with",
                    "setdefault",
                    "remember",
                ) and self._stands_in(at, index, other):
                    return True
        kept -= {"", root(file.loops[loop].over)}  # Go fills the list itself: orders[i].Items = ...
        if any(REMEMBERED.search(name) for name in kept) or self._read_back(at, loop, kept):
            return True
        for number in self._inner_loops(at, loop):
            for other in self.calls[at].get(number, ()):
                if (
                    file.calls[other].on in kept
                    and file.calls[other].name in LOOKS_UP
                    and file.calls[other].line <= call.line
                ):
                    return True
        return False

    def _read_back(self, at: int, loop: int, kept: set[str]) -> bool:
        """Whether what was kept is read again in the loop: `names[order.customer_id]`."""
        file = self.model.files[at]
        inner = self._inner_loops(at, loop)
        values = [value for n in inner for index in self.calls[at].get(n, ()) for value in file.calls[index].args]
        values += [assign.value for n in inner for assign in self.assigns[at].get(n, ())]
        return any(text.startswith(f"{name}[") for value in values for text in _texts(value) for name in kept)

    def _container(self, target: str) -> str:
        return target.partition("[")[0] if target.endswith("]") else ""

    def _stands_in(self, at: int, index: int, outer: int) -> bool:
        file = self.model.files[at]
        inside, fn = file.calls[index].inside, file.calls[index].fn
        for _ in range(6):
            if inside == outer or (fn >= 0 and file.functions[fn].call == outer):
                return True
            if inside >= 0:
                inside = file.calls[inside].inside
            elif fn >= 0:
                fn = file.functions[fn].parent
            else:
                return False
        return False

    def searches(self, at: int, loop: int, index: int) -> bool:
        """Whether the loop ends as soon as the call gives what is looked for."""
        file = self.model.files[at]
        made, call = file.loops[loop], file.calls[index]
        for each in file.returns:
            if (
                made.line <= each.line <= made.end and each.fn == call.fn and each.catch < 0 and made.kind != "map"
            ) and (
                (
                    call.to
                    and call.to != "return"
                    and not ERRORS.match(call.to)
                    and each.value.kind == "name"
                    and root(each.value.text) == call.to
                )
                or (call.to == "return" and each.line == call.line)
            ):
                return True
        return False


def _texts(value: Arg) -> Iterator[str]:
    yield value.text
    for item in value.items:
        yield from _texts(item)


def root(text: str) -> str:
    """Return the first word of a chain: "order" of order.customer.name, `order["x"]` and order->id."""
    found = NAMES.match(text.lstrip("&*$(!@ "))
    return found[0] if found else ""


def is_offline(file: File) -> bool:
    """Whether a file is a script, a migration or the like by its place."""
    return is_offline_place(file.path)


def backend(model: Model) -> list[int]:
    """Return the files that are no tests, without those of languages in which nothing is served if others serve."""
    serving = {family_of(model.files[declared.at]) for declared in model.declared}
    return [at for at in model.own if not serving or family_of(model.files[at]) in serving]


def served(model: Model, at: int, fn: int) -> bool:
    """Whether a request may run a function, or what it is written in."""
    around = [Fn(at, number) for number in model.enclosing(at, fn)]
    return any(model.is_served(each) or each in model.called_remotely for each in around) or any(
        _REQUESTS.search(param.type) for each in around for param in model.project.function(each).params if param.type
    )
