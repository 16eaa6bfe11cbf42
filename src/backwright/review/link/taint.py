"""Taint: which values in which functions come from a client, followed through assignments, calls and parameters."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from backwright.model.blueprint import Spot
from backwright.review.facts import AWAITED, Arg, Call, File, Function, Param
from backwright.review.link.declared import Declared
from backwright.review.link.decoded import decoded
from backwright.review.link.effects import Effects
from backwright.review.link.entries import entries
from backwright.review.link.giving import gives_back
from backwright.review.link.perfile import PerFile, grouped
from backwright.review.link.project import Fn, Project
from backwright.review.link.typenames import words_of_alias
from backwright.review.regexes import regex

CALLS_MAX = 5  # functions that a value is followed through
SHORT_LINES = 25  # of a function that may give back what it was given; a longer one makes something of its own
ASKS = frozenset({"query", "lazy", "one", "outgoing", "cache-get"})
WRAPS = frozenset(
    "BytesIO StringIO StringReader ByteArrayInputStream InputSource Path URL URI File Buffer String StringBuilder StringBuffer Uri Paths Markup SafeString Some Ok Box Optional".split()
)
LOOKS_UP = regex(
    r"(get_?(one|by)|find_?(one|by|all|unique|first)|fetch_?(one|by|all)|look_?up|(delete|update|create|save)_?(one|by)|render)(?-i:(?![a-z]))\w*$",
    re.IGNORECASE,
)  # what such a call gives is the server's
# What a service, a client or a store outside of this code answers is its own, whatever it was asked with.
_OUTSIDE = regex(
    r"(service|client|repository|repo|dao|gateway|sdk)(\(\))?$|(service|client|repository|repo|dao)\.", re.IGNORECASE
)
WAYS_MAX = 12  # calls kept that hand a client's value to one parameter
ROUNDS = 3  # passes over the assignments of one function: a chain of that many variables in any order
WORDS = regex(r"[A-Za-z_$]\w*(?:\.[A-Za-z_]\w*|\[\]|\(\))*")
SOURCE = regex(
    r"(?<![\w.])(self\.|this\.|\$this\.)?(req|request|ctx|context|c|r|event|call|httpContext|HttpContext\.Request|flask\.request|connexion\.request|web\.input|Request|Input|http\.Request)(\(\))?\??\.(request\??\.)?"
    r"(args|forms?|values|json|data|get_json|get_data|query|query_params|queryParams|params|path_params|match_info|body|rawBody|cookies|headers|files|GET|POST|COOKIES|FILES|META|input|all|"
    r"Query|Param|QueryParam|FormValue|PostFormValue|PostForm|DefaultQuery|URL|Body|BodyParser|Params|Header|Form|Cookie|GetString|"
    r"getParameter|getParameterValues|getHeader|getQueryString|getInputStream|getCookies|queryParameters|parameters|receive|receiveText|receiveParameters|"
    r"Host|getQueryParams|getParsedBody|getQueryParam|getParsedBodyParam|only|route|post|getContent|getPost|getVar|getGet|getGetPost|getPostGet|getJSON|getJsonVar|getRawInput|getRawInputVar|url_params|get_body_arguments?|get_query_arguments?|get_arguments?|match|text|read|stream|raw_path|path|url|base_url|full_path|file\.originalname|originalUrl|get_param_value|get_query_value|get_header_value|get_body|params_|getQueryParameter|getPathVariable|getJsonObject|getOptionalParameter|jsonObject|GetArg|GetPathArg|RequestBody|get_arg)\b|"
    r"(?<![\w.])(self\.)?\w*([fF]orm|[sS]erializer)\w*(\(\))?\.(cleaned_data|validated_data|initial_data)\b|(?<![\w.])self\.cleaned_data\b|(?<![\w.])\w*[fF]orm\.\w+\.data\b|"
    r"(?<![\w.])environ(\.get\(|\[)?\W*(QUERY_STRING|PATH_INFO|HTTP_\w+|wsgi\.input)|(?<![\w.])(req|request)\.payload\b|(?<![\w.])\$?(this|CI|ci)\.input\.(post|get|get_post|post_get|input_stream|cookie)\b|(?<![\w.])request\.request\.(get|all|toArray)\b|(?<![\w.])\$?_(GET|POST|REQUEST|COOKIE|FILES|SERVER)\b|(?<![\w.])(get_(body_|query_)?arguments?|mux\.Vars|chi\.URLParam|php://input|readBody|getQuery|getRouterParam|self\.get_argument)\b",
)  # fmt: skip
# Laravel: `$request->path` is the client's field of that name; what the framework itself keeps there is not.
_DYNAMIC = regex(
    r"(?<![\w.$])\$?request\.(?!(user|session|route|attributes|server|cookies|headers|files|query|request|method|locale|container|json)\b)\w+\b(?!\(|\.\w+\()"
)
_SETS = regex(r"set([A-Z]\w*)$")
_FETCHES = regex(r"(get|find|fetch|load|list|query|count|search|select|create|update|upsert|save|insert)(?![a-z])")
_KEYS = regex(r"(?<=[\w\])])\[[^\[\]]*(\[[^\[\]]*\][^\[\]]*)*\]")  # what is looked up is the table's, not the key's
# `asked === "a" ? "x" : "y"`, `"x" if asked else "y"`: the condition chooses and is not what is chosen.
CONDITION = regex(r"^[^?]*[^?.\s]\s\?\s(?=.*\s:\s)|\bif\b.*?\belse\b|^match\s*\([^()]*\)\s*(?=\{)")
# What has to be waited for was mostly looked up: `host ? await domains.find({ host }) : null`.
_AWAITED = regex(
    r"\bawait\s+[\w$]+(?:\.[\w$]+)*\.(?:get|find|fetch|load|list|query|first|select|look_?up)\w*\([^()]*\)"
)
_WORDING = regex(r"(?<![\w'])'[^'{}$\\]*'|(?<![\w\"])\"[^\"{}$\\]*\"")  # what stands in a string is no variable
# PHP: `(int) $_GET["page"] - 1`, `count($ids) - 1`: what is a number then.
_NUMBERED = regex(
    r"\((?:int|integer|float|double|bool|boolean)\)\s*(?:\$?\w+(?:\[[^\[\]]*\]|->\w+)*|\([^()]*\))|\b(?:intval|floatval|count|sizeof|strlen|abs|round|ceil|floor|isset|empty|is_\w+|esc|esc_\w+|e|h|html(?:specialchars|entities)|(?:raw)?urlencode|strip_tags|addslashes|\w*escape_string|json_encode|md5|basename)\((?:[^()]|\([^()]*\))*\)",
    re.IGNORECASE,
)
_COMPUTED = regex(r"[\w\])]\s*(?:[-*/%]|\+)\s*[\w($]")
_PARSED = regex(r"([A-Z]\w*)(?:\.|::)(?:try_from|from_str)\b")
_OF_KEYS = regex(r"\b(\w+)\.keys\(\)")
_DUMPS = regex(r"\.(dict|model_dump|asdict)$")
_ROOT_ENDS = regex(r"[.\[(]")
NUMBERS = frozenset(
    "int float bool UUID uuid.UUID Int Long Integer long Double Boolean Guid DateTime date datetime number i32 i64 u32 u64 usize Uuid uint int32 int64 uint64 short byte Decimal UUID1 UUID3 UUID4 UUID5 UUID7 PositiveInt NonNegativeInt PositiveFloat".split()
)
# `[]int64`, `List<Long>`, `list[UUID]`: as harmless as one of them.
_LIST_OF = regex(
    r"^(?:\[\]|[&*?]|\.\.\.|\[(?=\w+\])|(?:\w+(?:\.|::))*\w*(?:List|Set|Vec|Collection|Iterable|IEnumerable|Sequence|Array|list|set|tuple|Option|Optional)[<\[])+"
)
CLEAN = regex(r"(^|\.)(int|float|bool|len|UUID|Number|parseInt|parseFloat|Integer|Atoi|ParseInt|ParseUint|ParseFloat|intval|floatval|abs|round|count|isdigit|[qQ]uote\w*|escape|escapeshellarg|htmlspecialchars|"
                   r"\w*_escape_\w+|addslashes|ctype_\w+|absint|(raw)?urlencode|htmlentities|http_build_query|secure_filename|basename|Base|createTempFile|[cC]reateTemporary\w*|create_temp\w*|tempnam|mkstemp|decrypt\w*|unseal\w*|url_for|urlFor|generateUrl|get_absolute_url|reverse|hash\w*|digest|hexdigest|sha256|md5|generate_password_hash|check_password_hash|validate\w*|sanitize\w*|escape\w*|is_valid|"
                   r"(bleach|nh3|DOMPurify)\.\w+|starts_?[wW]ith|ends_?[wW]ith|StartsWith|EndsWith|HasPrefix|HasSuffix|includes|is[A-Z]\w*|purify\w*|strip_?tags|linkify|toInt|toLong|valueOf|Parse|quote_plus|encodeURIComponent)$")  # fmt: skip
INJECTED = regex(
    r"^(self|this|cls|ctx|context|req|request|res|response|reply|next|c|w|r|db|session|conn|connection|call|event|_|logger|background_tasks|user|current_user|principal|repo\w*|service\w*|client|cache|redis|settings|config|mailer|model|modelMap|bindingResult|cancellationToken|ct|tx|pool|state|app)$"
)

# Functions that take a client's message apart, and what they are given.
_READS = regex(
    r"parse|decode|deseriali[sz]e|unmarshal|bind|read|extract|convert|normali[sz]e|clean|split|from|^to|load|valid|json|body|payload",
    re.IGNORECASE,
)
_REQUEST = regex(
    r"\$?(req|request|r|c|ctx|context|body|data|payload|params|args|input|form|json|dto|command)(\.(body|query|params|json|data|form|args|GET|POST)(\(\))?)?"
)
_FIELD = regex(r"^\w+\.(?!(name|path|parent|stem|suffix|href|url|host|hostname|text|value|data)\b)\w+$")


@dataclass(frozen=True)
class Trace:
    """How a value got where it is: the places it passed, oldest first.

    Attributes:
        is_found: It is what a function of the project gave for a client's value, so that its fields are the project's.
        is_made: It is what an unknown function made of a client's value, which need not be that value.
    """

    spots: tuple[Spot, ...]
    declared: Declared | None = None
    is_found: bool = False
    is_made: bool = False

    def then(self, spot: Spot) -> "Trace":
        """Return the trace with one more place."""
        if self.spots and self.spots[-1] == spot:
            return self
        return Trace((*self.spots, spot), self.declared, is_made=self.is_made)


@lru_cache(maxsize=4096)
def is_number(type_: str) -> bool:
    """Whether a type is a number, a date or a UUID, or a list of them: no text can be hidden in it."""
    return _LIST_OF.sub("", type_.strip()).split("[")[0].strip(">]? ") in NUMBERS


def receiver_of(made: Function) -> str:
    """Return the name of a method's own object, "" if it is given none."""
    return "" if any(mark.name == "staticmethod" for mark in made.marks) else made.receiver


def _given_values(file: File) -> Iterator[tuple[int, tuple[str, Arg, int]]]:
    """Yield (function, (name, value, line)) of what is assigned, and of what loops go through."""
    for assign in file.assigns:
        yield assign.fn, (assign.target, assign.value, assign.line)
    for loop in file.loops:
        for var in loop.vars:
            yield loop.fn, (var, loop.value or Arg("name", loop.over), loop.line)


class Taint:
    """What comes from clients, in every function that a request may run."""

    def __init__(
        self, project: Project, effects: Effects, handlers: Mapping[Fn, Declared], served: Iterable[Fn]
    ) -> None:
        self.project, self.effects, self.handlers = project, effects, handlers
        self.served = frozenset(served)
        self.ways: dict[tuple[Fn, str], list[Spot]] = {}  # each call that hands a client's value to a parameter

    @cached_property
    def values(self) -> dict[Fn, dict[str, Trace]]:
        """Function to the variables that hold what a client sent."""
        found: dict[Fn, dict[str, Trace]] = defaultdict(dict)
        level: list[Fn] = []
        for handler, declared in self.handlers.items():
            found[handler].update(self._parameters(handler, declared))
            found[handler].update(self._typed(handler, declared))
            if declared.framework == "trpc":
                path = self.project.files[handler.file].path
                found[handler]["input"] = Trace((Spot(path, declared.line, "client's input"),), declared)
            level.append(handler)
        for fn, names in entries(self.project):
            made, path = self.project.function(fn), self.project.files[fn.file].path
            found[fn].update({name: Trace((Spot(path, made.line, f"client's {name}"),)) for name in names})
            level.append(fn)
        for fn in self.served:
            if fn not in found and self._has_source(fn):
                level.append(fn)
        for _ in range(CALLS_MAX):
            below: list[Fn] = []
            for fn in level:
                self._spread(fn, found[fn])
                below += self._into(fn, found)
            level = list(dict.fromkeys(below))
        for fn in level:
            self._spread(fn, found[fn])
        return found

    def _parameters(self, handler: Fn, declared: Declared) -> Iterator[tuple[str, Trace]]:
        """What a framework fills a handler's parameters with: path, query, body."""
        made = self.project.function(handler)
        file = self.project.files[handler.file]
        for param in made.params:
            marks = " ".join(mark.name for mark in param.marks)
            default = param.default.text if param.default is not None else ""
            if (
                is_number(param.type)
                or "Depends" in f"{default}{param.type}{words_of_alias(self.project, handler.file, param.type)}"
                or "Inject" in marks
                or self._is_number(declared, param.name)
            ):
                continue
            asked = re.search(r"Param|Query|Body|Path|Header|Form|Cookie|Req", marks) or default.endswith(
                ("Query", "Body", "Form", "Header", "Cookie", "Path")
            )
            in_path = f"{{{param.name}}}" in declared.path
            if declared.framework == "rocket" and (
                param.type == "PathBuf" or self.project.find_class(handler.file, param.type) is not None
            ):
                continue  # parts that lead upwards are refused before the handler, and types of its own parse themselves
            if (
                self._is_chosen(handler.file, param.type)
                or self._parses_itself(handler, param)
                or (
                    in_path
                    and file.language == "php"
                    and self.project.find_class(handler.file, param.type.strip("?")) is not None
                )
            ):
                continue  # one of a list of values, or what was looked up by the path's key
            by_signature = declared.framework in (
                "fastapi",
                "flask",
                "django",
                "litestar",
                "aspnet",
                "laravel",
                "connexion",
            ) and not INJECTED.match(param.name)
            if declared.framework == "laravel" and param.type and not asked:
                continue  # a model that was looked up by the route's key, or a service
            if asked or in_path or by_signature:
                yield (
                    param.name,
                    Trace(
                        (
                            Spot(
                                self.project.files[declared.at].path,
                                declared.line,
                                f"{declared.method} {declared.path}",
                            ),
                            Spot(file.path, made.line, f"parameter {param.name}"),
                        ),
                        declared,
                    ),
                )

    def _typed(self, handler: Fn, declared: Declared) -> Iterator[tuple[str, Trace]]:
        """Ktor: the texts of the resource that a route is made for, `get<Cover> { it.file }`."""
        file, made = self.project.files[handler.file], self.project.function(handler)
        if file.language != "kotlin" or made.kind != "lambda" or made.call < 0:
            return
        given = next((value.text for value in file.calls[made.call].args if value.kind == "type"), "")
        cls = self.project.find_class(handler.file, given) or self.project.find_class(
            handler.file, given.rpartition(".")[2]
        )
        if not given or cls is None:
            return
        name = made.params[0].name if made.params else "it"
        first = Spot(self.project.files[declared.at].path, declared.line, f"{declared.method} {declared.path}")
        for field in self.project.class_(cls).fields:
            if field.type.strip("? ") == "String":
                yield f"{name}.{field.name}", Trace((first,), declared)

    def _is_number(self, declared: Declared, name: str) -> bool:
        """Whether what declares an endpoint lets nothing but a number through: a document, `<int:id>` in Flask's or Django's path."""
        if declared.framework == "connexion":
            return any(each.name == name and each.text in ("integer", "number", "boolean") for each in declared.given)
        if declared.handler is None or self.project.files[declared.handler.file].language != "python":
            return False
        marks = self.project.function(declared.handler).marks
        told = [value.text for mark in marks for value in mark.args[:1]] + self._paths.get(
            (declared.at, declared.line), []
        )
        return any(re.search(rf"<(int|float|uuid):{re.escape(name)}>", text) for text in told)

    @cached_property
    def _paths(self) -> dict[tuple[int, int], list[str]]:
        """Django: file and line of a route to its paths as written."""
        found: dict[tuple[int, int], list[str]] = defaultdict(list)
        for name in ("path", "add_url_rule"):
            for at, index in self.project.calls_by_name.get(name, ()):
                call = self.project.files[at].calls[index]
                if call.args and call.args[0].kind == "str":
                    found[at, call.line].append(call.args[0].text)
        return found

    def _is_chosen(self, at: int, name: str) -> bool:
        """Whether a type has a fixed list of values, so that a client can send no other."""
        cls = self.project.find_class(at, name.strip("?& ")) if name[:1].isupper() else None
        if cls is None:
            return False
        made = self.project.files[cls.file].classes[cls.index]
        return made.kind == "enum" or any(
            base.rpartition(".")[2] in ("Enum", "StrEnum", "IntEnum") for base in made.bases
        )

    def _parses_itself(self, handler: Fn, param: Param) -> bool:
        """Rust: whether a type of the project around one text refuses what does not hold: `impl TryFrom<String> for Name`."""
        if self.project.files[handler.file].language != "rust":
            return False
        inner = re.findall(r"[A-Z]\w*", param.type)
        return 0 < len(inner) <= 2 and self._has_parser(inner[-1])

    def _has_parser(self, name: str) -> bool:
        return any((name, each) in self.project.methods for each in ("try_from", "from_str"))

    def _has_source(self, fn: Fn) -> bool:
        return (
            (self.project.files[fn.file].language == "php" and self._has_dynamic(fn))
            or (self.project.files[fn.file].language == "go" and any(decoded(self.project, fn, self._calls(fn))))
            or any(SOURCE.search(f"{call.on}.{call.name}") for call in self._calls(fn))
            or any(
                SOURCE.search(f"{read.base}.{read.attr}")
                for read in self.project.files[fn.file].reads
                if read.fn == fn.index
            )
        )

    def _has_dynamic(self, fn: Fn) -> bool:
        return any(
            read.fn == fn.index and _DYNAMIC.match(f"{read.base}.{read.attr}")
            for read in self.project.files[fn.file].reads
        )

    def _calls(self, fn: Fn) -> list[Call]:
        return self._by_function[fn.file].get(fn.index, [])

    @cached_property
    def _by_function(self) -> PerFile[dict[int, list[Call]]]:
        return PerFile(self.project.files, lambda file: grouped((call.fn, call) for call in file.calls))

    @cached_property
    def _assigns(self) -> PerFile[dict[int, list[tuple[str, Arg, int]]]]:
        return PerFile(self.project.files, lambda file: grouped(_given_values(file)))

    def _spread(self, fn: Fn, known: dict[str, Trace]) -> None:
        """Follow assignments within a function; closures see what is around them."""
        file = self.project.files[fn.file]
        parsed: set[str] = set()
        if file.language == "go":
            for name, call in decoded(self.project, fn, self._calls(fn)):
                known.setdefault(
                    name, Trace((Spot(file.path, call.line, f"{call.name}() reads {name}"),), self.handlers.get(fn))
                )
        for target, value, _ in self._assigns[fn.file].get(fn.index, ()):
            if file.language == "rust":  # `let name = Name::try_from(name)?` hides what came
                made = _PARSED.match(value.text)
                is_parsed = made is not None and self._has_parser(made[1])
            else:  # `key = escape_key(key)`
                is_parsed = (
                    value.kind == "call"
                    and len(value.items) == 1
                    and value.items[0].text == target
                    and CLEAN.search(value.text) is not None
                )
            if is_parsed:
                parsed.add(target)
                known.pop(target, None)
        for _ in range(ROUNDS):
            before = len(known)
            for target, value, line in self._assigns[fn.file].get(fn.index, ()):
                name = target.partition("[")[0].lstrip("$")
                if name in known or name == "_" or name in parsed:
                    continue
                trace = self.of(fn, value, known, line)
                if trace is not None:
                    came = trace.then(Spot(file.path, line, f"{name} = {value.text[:50] or '...'}"))
                    known[name] = replace(came, is_found=self._finds(fn, value))
            self._held(fn, known)
            if file.language == "php":
                self._forms(fn, known)
            if len(known) == before:
                break

    def _finds(self, fn: Fn, value: Arg) -> bool:
        """Whether a value is what a function of the project found by a key, rather than read out of a request."""
        if value.kind != "call" or not value.items or any(_REQUEST.fullmatch(item.text) for item in value.items):
            return False
        on, _, name = value.text.rpartition(".")
        return _READS.search(name) is None and bool(self.project.resolve(fn.file, fn.index, on, name))

    def _held(self, fn: Fn, known: dict[str, Trace]) -> None:
        """What a setter puts into an object, its getter gives back: `entry.setUrl(url)`, `entry.getUrl()`."""
        path = self.project.files[fn.file].path
        for call in self._calls(fn):
            if not call.on or len(call.args) != 1 or not (name := _SETS.match(call.name)):
                continue
            getter = f"{call.on}.get{name[1]}"
            if getter not in known and (trace := self.of(fn, call.args[0], known, call.line)) is not None:
                known[getter] = trace.then(Spot(path, call.line, f"{call.on}.{call.name}()"))

    def _forms(self, fn: Fn, known: dict[str, Trace]) -> None:
        """Symfony: a form that is given the request fills the object it was made for: `createForm(Type::class, $search)`."""
        calls = self._calls(fn)
        if not any(call.name in ("handleRequest", "submit") and call.args for call in calls):
            return
        path = self.project.files[fn.file].path
        for call in calls:
            if call.name in ("createForm", "createFormBuilder", "createNamed") and len(call.args) > 1:
                made = call.args[1]
                if made.kind == "name" and (name := made.text.lstrip("$")) not in known and name.isidentifier():
                    known[name] = Trace((Spot(path, call.line, f"{call.name}({name})"),), self.handlers.get(fn))

    def _into(self, fn: Fn, found: dict[Fn, dict[str, Trace]]) -> list[Fn]:
        """Carry tainted arguments into the functions that are called."""
        reached: list[Fn] = []
        for edge, target in self.effects.callees.get(fn, ()):
            made = self.project.function(target)
            call = self.project.files[edge.at].calls[edge.call]
            fresh = False
            if made.kind == "lambda" and made.call >= 0:
                for name, trace in found[fn].items():
                    if name not in found[target]:
                        found[target][name] = trace
                        fresh = True
            else:
                own = receiver_of(made)
                params = made.params[1:] if own and made.params and made.params[0].name == own else made.params
                for place, value in enumerate(call.args):
                    spread = value.name == "**"  # fills what is left, under names that are not seen
                    param = next(
                        (p for p in params if value.name and (p.name == value.name or (spread and p.name[:2] == "**"))),
                        params[place] if place < len(params) and not spread else None,
                    )
                    if param is None or is_number(param.type):
                        continue
                    came = self.of(fn, value, found[fn], call.line)
                    if came is None and value.kind == "name":
                        fresh = self._hand_fields(edge.at, call, target, param, value, found) or fresh
                    if came is not None:
                        spot = Spot(
                            self.project.files[edge.at].path, call.line, f"{self.project.label(target)}({param.name})"
                        )
                        ways = self.ways.setdefault((target, param.name.lstrip("*&$")), [])
                        if spot not in ways and len(ways) < WAYS_MAX:
                            ways.append(spot)
                        if param.name.lstrip("*") in found[target]:
                            continue
                        found[target][param.name.lstrip("*")] = came.then(spot)
                        fresh = True
            if fresh:
                reached.append(target)
        return reached

    def _hand_fields(
        self, at: int, call: Call, target: Fn, param: Param, value: Arg, found: dict[Fn, dict[str, Trace]]
    ) -> bool:
        """Go: hand on what a body was decoded into, field by field; return whether anything of it is new there."""
        root = f"{value.text.lstrip('&*')}."
        handed = {key: trace for key, trace in found[Fn(at, call.fn)].items() if key.startswith(root)}
        if not handed or self.project.files[at].language != "go":
            return False
        spot = Spot(self.project.files[at].path, call.line, f"{self.project.label(target)}({param.name})")
        fresh = {f"{param.name}.{key.removeprefix(root)}": trace.then(spot) for key, trace in handed.items()}
        fresh = {key: trace for key, trace in fresh.items() if key not in found[target]}
        found[target].update(fresh)
        return bool(fresh)

    def of(self, fn: Fn, value: Arg, known: Mapping[str, Trace], line: int) -> Trace | None:
        """Return how a value comes from a client, None if it does not or was made harmless."""
        if value.kind in ("str", "num", "bool", "none"):
            return None
        if value.kind == "call" and (CLEAN.search(value.text) or not self._passes_on(fn, value)):
            return None
        told = _KEYS.sub("[]", value.text)
        if value.kind == "other":
            told = _WORDING.sub(" ", _AWAITED.sub(" ", CONDITION.sub(" ", told)))
            told = _NUMBERED.sub(" ", told) if self.project.files[fn.file].language == "php" else told
            if self.project.files[fn.file].language == "php" and _COMPUTED.search(told):
                return None  # PHP joins text with dots: what is added or multiplied is a number
        if (
            value.kind == "call"
            and told.endswith((".keys", ".keys()"))
            and self._is_dumped(known.get(_ROOT_ENDS.split(told)[0]))
        ):
            return None
        if ".keys()" in told:
            told = _OF_KEYS.sub(lambda found: " " if self._is_dumped(known.get(found[1])) else found[0], told)
        source = SOURCE.search(told) if value.kind in ("name", "call", "other") else None
        if source is None and value.kind == "name" and self.project.files[fn.file].language == "php":
            source = _DYNAMIC.match(told)
        if source is not None and not self._is_own(fn, source[0]):
            file = self.project.files[fn.file]
            return Trace((Spot(file.path, line, value.text[:60]),), self.handlers.get(fn))
        if value.kind in ("name", "call", "other", "fn"):
            for word in WORDS.findall(told):
                first = _ROOT_ENDS.split(word.lstrip("$"), maxsplit=1)[0]
                if first in known and not (known[first].is_found and _FIELD.search(word)):
                    return known[first]
                if word.removesuffix("()") in known:  # what a setter put there
                    return known[word.removesuffix("()")]
                if word.startswith(("self.", "this.")):
                    owned = ".".join(word.split(".")[:2]).removesuffix("()")
                    if owned in known:
                        return known[owned]
        made: Trace | None = None
        for item in value.items:
            trace = self.of(fn, item, known, line)
            if trace is not None:
                if not trace.is_made and (value.kind != "call" or gives_back(self.project, fn, value, item)):
                    return trace
                made = made or replace(trace, is_made=True)
        return made

    def _is_own(self, fn: Fn, source: str) -> bool:
        """Whether what looks like a request is the method's own object: Go's `func (r ReCaptcha) Ok()` with `r.Host`."""
        made = self.project.function(fn) if fn.index >= 0 else None
        return made is not None and made.receiver not in ("", "self", "this") and source.startswith(f"{made.receiver}.")

    @staticmethod
    def _is_dumped(trace: Trace | None) -> bool:
        """Whether a dictionary was made of a declared model, so that its keys are the names of fields."""
        return trace is not None and any(_DUMPS.search(spot.note) for spot in trace.spots)

    def _passes_on(self, fn: Fn, value: Arg) -> bool:
        """Whether a call gives back what it was given: text functions do, a query, a new object or a longer function does not."""
        on, _, name = value.text.rpartition(".")
        if SOURCE.search(value.text):
            return True
        if name[:1].isupper() and name not in WRAPS and self.project.files[fn.file].language != "go":
            return False
        found = self.project.resolve(fn.file, fn.index, on, name)
        if found:
            made = self.project.function(found[0])
            return found[0] not in self._asking and made.end - made.line <= SHORT_LINES
        if _OUTSIDE.search(on) or any(LOOKS_UP.match(part[:-2]) for part in on.split(".") if part.endswith("()")):
            return False
        if (on and LOOKS_UP.match(name)) or (
            self.project.files[fn.file].language == "go" and self.project.find_class(fn.file, value.text) is not None
        ):
            return False
        language = self.project.files[fn.file].language
        return not any(
            call.name == name
            and call.on == on
            and (
                any(does.does in ASKS for does in self.effects.of_call[fn.file].get(number, ()))
                # What has to be waited for was mostly fetched from somewhere; reading the request is a source.
                or (
                    language == "javascript"
                    and call.flags & AWAITED
                    and call.fn == fn.index
                    and on
                    and _FETCHES.match(name)
                )
            )
            for number, call in self._named_calls[fn.file].get(name, ())
        )

    @cached_property
    def _named_calls(self) -> PerFile[dict[str, list[tuple[int, Call]]]]:
        return PerFile(
            self.project.files,
            lambda file: grouped((call.name, (number, call)) for number, call in enumerate(file.calls)),
        )

    @cached_property
    def _asking(self) -> frozenset[Fn]:
        """Functions that ask a database, a cache or another service: what they give back is not the client's."""
        return frozenset(self.effects.reaching(ASKS))

    def arguments(self, fn: Fn, call: Call, places: Sequence[int] | None = None) -> Iterator[tuple[Arg, Trace]]:
        """Yield a call's arguments that come from a client."""
        known = self.around(fn)
        for place, value in enumerate(call.args):
            if places is not None and place not in places and not value.name:
                continue
            trace = self.of(fn, value, known, call.line)
            if trace is not None:
                yield value, trace

    def around(self, fn: Fn) -> Mapping[str, Trace]:
        """Return what is tainted in a function, with what its closure sees."""
        file: File = self.project.files[fn.file]
        known: dict[str, Trace] = {}
        index = fn.index
        for _ in range(CALLS_MAX):
            known = {**self.values.get(Fn(fn.file, index), {}), **known}
            if index < 0 or file.functions[index].kind != "lambda":
                break
            index = file.functions[index].parent
        return known
