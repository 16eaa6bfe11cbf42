"""C#: what is a DbContext or a query of Entity Framework, which classes it stores, and declared HTTP clients (Refit)."""

import re
from collections.abc import Container, Iterator
from functools import cached_property

from backwright.review.facts import Arg, Call, Param
from backwright.review.link.dotnetpipelines import Pipelines
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

CONTEXT, QUERY = "DbContext()", "EFQuery()"
DEPTH_MAX = 6
_SETS = frozenset(
    {
        "DbSet",
        "IDbSet",
        "IQueryable",
        "IOrderedQueryable",
        "IIncludableQueryable",
        "ObjectSet",
        "DbQuery",
    }
)
# What a chain of EF ends with: after it there are objects, not a query.
_ENDS = regex(
    r"^(To(List|Array|Dictionary|HashSet|Lookup|Page|Paged|Paginated)\w*|First\w*|Single\w*|Last\w*|Find(Async)?|Any(Async)?|All(Async)?|"
    r"Count(Async)?|LongCount\w*|Sum(Async)?|Max(Async)?|Min(Async)?|Average\w*|Contains\w*|"
    r"AsEnumerable|AsAsyncEnumerable|ForEach\w*|Execute\w*|Add\w*|"
    r"Remove\w*|Update\w*|Attach\w*|Entry|GetEnumerator|ElementAt\w*|Load(Async)?|GetAwaiter|Dispose\w*|Local|ToQueryString|Paginate\w*|CountBy\w*)$"
)
_NAMED = regex(r"_?(\w*[dD]b[cC]ontext|db|_db|\w*Db|context|ctx|dataContext|DataContext)")
_NO_SETS = frozenset(
    "Database ChangeTracker Model Request Response User Items Connection Features Session TraceIdentifier RequestServices RequestAborted HttpContext "
    "Configuration "
    "Instance ContextId "
    "Message Exception Result Options Services Logger CancellationToken Entry Properties "
    "Principal ModelState Value Data Scheme Error Headers Metadata ObjectType MemberName Arguments HostingEnvironment "
    "Type Source Target Method Token Succeeded".split()
)
_SET = regex(r"^(?:this\.)?\w+\.([A-Z]\w+)(?=\.|$)")
_VALUES = regex(r"ValueObject|(?<!With)TypedId|SmartEnum|Enumeration$")  # kept in a column
# What keeps objects of a class, whichever store is behind it: `IRepository<Order>`, `IReadRepository<Guid, Order>`.
_REPOSITORY = regex(r"\w*Repository<([\w.]+(?:,\s*[\w.]+)?)>$")
_HANDLES = regex(r"(IRequestHandler|INotificationHandler|ICommandHandler|IQueryHandler|IConsumer)<")
_CLAUSES = frozenset({"Where", "OrderBy", "Join", "GroupBy", "Select"})
_OWNS = frozenset({"OwnsOne", "OwnsMany", "ComplexProperty"})
_REFIT = frozenset({"Get", "Post", "Put", "Patch", "Delete", "Head", "Options"})


class DotnetData:
    """Reads what Entity Framework is given and asked. Answers are kept."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._kinds: dict[tuple[int, int, str], str] = {}
        self._contexts: dict[Cls, bool] = {}

    # ---- what a name stands for -------------------------------------------------------------

    def kind(self, at: int, fn: int, chain: str) -> str:
        """Return CONTEXT or QUERY if a chain stands for one, else ""."""
        key = (at, fn, chain)
        if key not in self._kinds:
            self._kinds[key] = ""  # a cycle ends here
            self._kinds[key] = self._kind(at, fn, chain)
        return self._kinds[key]

    def _kind(self, at: int, fn: int, chain: str) -> str:
        words = chain.split(".")
        if words[0] in ("this", "base") and len(words) > 1:
            words = words[1:]
        told = self._first(at, fn, words[0], is_alone=len(words) == 1)
        for place, word in enumerate(words[1:], 1):
            before = ".".join(words[:place])
            name = word.removesuffix("()").removesuffix("[]")
            if told == QUERY:
                told = QUERY if word.endswith("()") and not _ENDS.match(name) else ""
            elif told == CONTEXT:
                told = self._of_context(at, fn, before, name, is_call=word.endswith("()"))
            else:
                told = self._of_member(at, fn, before, name, is_call=word.endswith("()"))
        return told

    def _first(self, at: int, fn: int, word: str, *, is_alone: bool) -> str:
        if word.endswith("()"):
            own = self.project.own_class(at, fn)
            if word in ("Set()",) and own is not None and self.is_context(own):
                return QUERY
            made = next(iter(self.project.resolve(at, fn, "", word[:-2])), None)
            return self.of_type(made.file, self.project.function(made).returns) if made is not None else ""
        told = self._local(at, fn, word)
        if told is not None:
            return told
        told = self._field(at, fn, word)
        if told is not None:
            return told
        return CONTEXT if _NAMED.fullmatch(word) and not is_alone else ""

    def _local(self, at: int, fn: int, word: str) -> str | None:
        """Return what a parameter or variable is, None if there is none of that name or nothing says."""
        file, scope = self.project.files[at], fn
        for _ in range(DEPTH_MAX):
            made_fn = file.functions[scope] if scope >= 0 else None
            for param in made_fn.params if made_fn is not None else ():
                if param.name == word and param.type:
                    return self.of_type(at, param.type)
            for assign in self.project.assigned[at].get((scope, word), ()):
                if assign.type and assign.type != "var":
                    return self.of_type(at, assign.type)
                if re.match(rf"{re.escape(word)}\b", assign.value.text):
                    continue  # query = query.Where(...)
                told = self._of_value(at, assign.fn, assign.value)
                if told:
                    return told
                if assign.value.kind == "call":
                    return ""
            if made_fn is None:
                break
            scope = made_fn.parent
        return None

    def _field(self, at: int, fn: int, word: str) -> str | None:
        """Return what a field, a property or a parameter of the primary constructor is, None if there is none of that name."""
        own = self.project.own_class(at, fn)
        for cls in self.project.base_classes(own) if own is not None else ():
            for field in self.project.class_(cls).fields:
                if field.name == word:
                    told = self.of_type(cls.file, field.type) if field.type else ""
                    return told or (
                        CONTEXT
                        if written(field.type).name.endswith("Context")
                        and _NAMED.fullmatch(word)
                        and "Http" not in field.type
                        and self.project.find_class(cls.file, written(field.type).name) is None
                        else ""
                    )
            if own is not None and any(param.name == word for made in self._constructors(cls) for param in made):
                return next(
                    self.of_type(cls.file, param.type)
                    for made in self._constructors(cls)
                    for param in made
                    if param.name == word
                )
        return None

    def _constructors(self, cls: Cls) -> list[tuple[Param, ...]]:
        return [
            made.params
            for made in self.project.files[cls.file].functions
            if made.cls == cls.index and made.kind == "constructor"
        ]

    def _of_value(self, at: int, fn: int, value: Arg) -> str:
        if value.kind == "name" and value.text:
            return self.kind(at, fn, value.text)
        if value.kind == "call":
            on, _, name = value.text.rpartition(".")
            if not on:
                cls = self.project.find_class(at, name)
                if cls is not None:
                    return CONTEXT if self.is_context(cls) else ""
            if name in ("CreateDbContext", "CreateDbContextAsync"):
                return CONTEXT
            if name in ("GetRequiredService", "GetService"):
                typed = next((item.text for item in value.items if item.name == "<>"), "")
                return self.of_type(at, typed) if typed else ""
            return self.kind(at, fn, f"{value.text}()")
        return ""

    def of_type(self, at: int, source: str) -> str:
        """Return what a written type is."""
        heart = source.strip().rstrip("?")
        name = heart.partition("<")[0].rpartition(".")[2]
        if name in ("Task", "ValueTask") and "<" in heart:
            return self.of_type(at, heart[heart.find("<") + 1 : -1])
        if name in _SETS:
            return QUERY
        if name.endswith("DbContext"):
            return CONTEXT
        cls = self.project.find_class(at, name) if name else None
        return CONTEXT if cls is not None and self.is_context(cls) else ""

    def is_context(self, cls: Cls) -> bool:
        """Whether a class is a DbContext, or an interface of one."""
        if cls not in self._contexts:
            names = self.project.ancestors(cls)
            sets = any(field.type.startswith(("DbSet<", "IDbSet<")) for field in self.project.class_(cls).fields)
            self._contexts[cls] = sets or any(
                name.endswith(("DbContext",)) or re.match(r"Identity\w*Context$", name) for name in names[1:]
            )
        return self._contexts[cls]

    def _of_context(self, at: int, fn: int, before: str, name: str, *, is_call: bool) -> str:
        if is_call:
            if name in ("Set", "Query", "FromExpression"):
                return QUERY
            made = next(iter(self.project.resolve(at, fn, before, name)), None)
            return self.of_type(made.file, self.project.function(made).returns) if made is not None else ""
        known = self.project.type_of(at, fn, before)
        if known.cls is not None:
            for cls in self.project.base_classes(known.cls):
                for field in self.project.class_(cls).fields:
                    if field.name == name:
                        return self.of_type(cls.file, field.type)
            return (
                QUERY
                if name
                in (
                    "Users",
                    "Roles",
                    "UserRoles",
                    "UserClaims",
                    "UserLogins",
                    "RoleClaims",
                    "UserTokens",
                )
                else ""
            )
        return QUERY if name[:1].isupper() and name not in _NO_SETS else ""

    def _of_member(self, at: int, fn: int, before: str, name: str, *, is_call: bool) -> str:
        if is_call and name in ("CreateDbContext", "CreateDbContextAsync"):
            return CONTEXT
        if is_call:
            made = next(iter(self.project.resolve(at, fn, before, name)), None)
            return self.of_type(made.file, self.project.function(made).returns) if made is not None else ""
        known = self.project.type_of(at, fn, before)
        if known.cls is None:
            return ""
        for cls in self.project.base_classes(known.cls):
            for field in self.project.class_(cls).fields:
                if field.name == name:
                    return self.of_type(cls.file, field.type)
        return ""

    def element(self, at: int, fn: int, chain: str, entities: Container[Cls], depth: int = 3) -> Cls | None:
        """Return the entity that a query in a variable goes through: `var query = db.Orders.Where(...)`."""
        words = chain.split(".")
        typed = self._param_type(at, fn, words[0])
        if typed:
            cls = self.project.named_type(at, typed).cls
            if cls is not None and cls in entities:
                return cls
        for end in range(len(words), 0, -1):
            known = self.project.csharp.values.of(at, fn, ".".join(words[:end]))
            if known.cls is not None and known.cls in entities:
                return known.cls
        scope = fn
        for _ in range(DEPTH_MAX):
            for assign in self.project.assigned[at].get((scope, words[0]), ()) if depth else ():
                if assign.value.kind in ("call", "name") and assign.value.text.partition(".")[0] != words[0]:
                    found = self.element(at, scope, assign.value.text, entities, depth - 1)
                    if found is not None:
                        return found
            if scope < 0:
                break
            scope = self.project.files[at].functions[scope].parent
        return None

    def begun_with(self, at: int, call: Call, entities: Container[Cls]) -> Cls | None:
        """Return the entity of a query that begins with a call: of what it is made on, else of what it gives: `db.OpenOrders()`."""
        held = self.element(at, call.fn, call.on, entities) if call.on else None
        if held is not None:
            return held
        cls = self.project.csharp.values.of(at, call.fn, f"{call.on}.{call.name}()".lstrip(".")).cls
        return cls if cls is not None and cls in entities else None

    def _param_type(self, at: int, fn: int, name: str) -> str:
        functions = self.project.files[at].functions
        for _ in range(DEPTH_MAX):
            if fn < 0:
                break
            for param in functions[fn].params:
                if param.name == name:
                    return param.type
            fn = functions[fn].parent
        return ""

    def is_translated(self, at: int, fn: int) -> bool:
        """Whether a lambda is a part of a query that EF translates, and is never run: `db.Orders.Select(o => o.Buyer.Name)`."""
        file = self.project.files[at]
        for _ in range(DEPTH_MAX):
            if fn < 0 or file.functions[fn].kind != "lambda":
                break
            made = file.functions[fn]
            if made.call >= 0:
                holder = file.calls[made.call]
                if holder.on and not holder.name.startswith("ForEach") and self.kind(at, holder.fn, holder.on) == QUERY:
                    return True
            fn = made.parent
        return False

    def in_expression(self, at: int, call: Call) -> bool:
        """Whether a call stands in what EF translates, and is never run: `Where(o => db.Items.Any(...))`."""
        file = self.project.files[at]
        if self.is_translated(at, call.fn):
            return True
        inside = call.inside
        for _ in range(DEPTH_MAX):
            if inside < 0:
                return False
            holder = file.calls[inside]
            if (
                holder.name in _CLAUSES
                and holder.args
                and holder.args[0].kind != "fn"
                and holder.on
                and self.kind(at, holder.fn, holder.on) == QUERY
            ):
                return True
            inside = holder.inside
        return False

    # ---- entities ---------------------------------------------------------------------------

    @cached_property
    def entities(self) -> frozenset[Cls]:
        """Classes that a DbContext holds or that are configured, and all that their properties lead to."""
        todo: list[Cls] = []
        owned: set[Cls] = set()
        for at, file in enumerate(self.project.files):
            if file.language == "csharp":
                self._seeds(at, todo, owned)
                todo += self._guessed(at)
        found: dict[Cls, None] = {}
        while todo:
            cls = todo.pop()
            if (
                cls in found
                or cls in owned
                or self.project.class_(cls).kind not in ("class", "record")
                or any(m.name == "Owned" for m in self.project.class_(cls).marks)
            ):
                continue
            found[cls] = None
            for each in self.project.base_classes(cls):
                for field in self.project.class_(each).fields:
                    if field.type and not any(mark.name in ("NotMapped", "static", "const") for mark in field.marks):
                        heart = written(field.type)
                        self._add(each.file, heart.name, todo)
        return frozenset(found)

    def _seeds(self, at: int, todo: list[Cls], owned: set[Cls]) -> None:
        """Add the classes that a file's contexts and configurations name, and those that are columns of others."""
        file = self.project.files[at]
        for made in file.classes:
            for field in made.fields:
                if field.type.startswith(("DbSet<", "IDbSet<")):
                    self._add(at, written(field.type).name, todo)
            for base in made.bases:
                if base.startswith("IEntityTypeConfiguration<"):
                    self._add(at, base[len("IEntityTypeConfiguration<") : -1], todo)
        for typed in self._handed_types(at):
            if kept := _REPOSITORY.match(typed):
                for name in kept[1].split(","):
                    self._add(at, name.strip(), todo)
        for call in file.calls:
            if (
                call.name in ("Entity", "Set")
                and (typed := next((v.text for v in call.args if v.name == "<>"), ""))
                and (call.name == "Entity" or "ontext" in call.on or "db" in call.on.lower())
            ):
                self._add(at, typed, todo)
            elif call.name in _OWNS:
                words = " ".join(value.text for value in call.args)
                owned |= {
                    cls
                    for word in re.findall(r"[A-Z]\w+", words)
                    for cls in (self.project.find_class(at, word),)
                    if cls is not None
                }

    def _handed_types(self, at: int) -> Iterator[str]:
        """Yield the types of what the classes of a file hold or are given when they are made, and of what they inherit from."""
        file = self.project.files[at]
        for made in file.classes:
            yield from (field.type for field in made.fields)
            yield from made.bases
        for function in file.functions:
            if function.kind == "constructor":
                yield from (param.type for param in function.params)

    def _guessed(self, at: int) -> list[Cls]:
        """The classes that sets of a context are called after, where the context itself is not in the repository."""
        found: list[Cls] = []
        for call in self.project.files[at].calls:
            told = _SET.search(call.on) if call.on else None
            if (
                told
                and self.kind(at, call.fn, told[0]) == QUERY
                and self.project.type_of(at, call.fn, told[0].rpartition(".")[0]).cls is None
            ):
                names = (
                    re.sub(r"ies$", "y", told[1]),
                    re.sub(r"e?s$", "", told[1]),
                    re.sub(r"s$", "", told[1]),
                )
                found += [
                    cls
                    for cls in (self.project.find_class(at, name) for name in names)
                    if cls is not None and self.project.files[cls.file].language == "csharp"
                ][:1]
        return found

    def _add(self, at: int, name: str, todo: list[Cls]) -> None:
        cls = self.project.find_class(at, name) if name[:1].isupper() else None
        if cls is None or self.project.files[cls.file].language != "csharp" or name.endswith("Id"):
            return
        if not any(_VALUES.search(base) for base in self.project.ancestors(cls)[1:]):
            todo.append(cls)

    # ---- MediatR ----------------------------------------------------------------------------

    def handled(self, at: int, call: Call) -> list[Fn]:
        """Return the handlers that `mediator.Send(new CreateOrder(...))` runs."""
        cls = self.message(at, call)
        return self.handlers.get(cls, []) if cls is not None else []

    def message(self, at: int, call: Call) -> Cls | None:
        """Return the class of the request or notification that a call hands to whoever handles it."""
        value = call.args[0] if call.args else None
        if call.name not in ("Send", "Publish", "SendAsync", "InvokeAsync") or value is None or not self.handlers:
            return None
        if value.kind == "name":
            return self.project.type_of(at, call.fn, value.text).cls
        return self._nested(at, value.text) if value.kind == "call" else None

    def _nested(self, at: int, name: str) -> Cls | None:
        """Return the class that `List.Query` means: many files have a Query."""
        outer, _, last = name.rpartition(".")
        if not outer:
            return self.project.find_class(at, last)
        package = self.project.files[at].package
        found: list[Cls] = []
        for cls in self.project.classes_by_name.get(last, ()):
            made = self.project.class_(cls)
            if made.outer >= 0 and self.project.files[cls.file].classes[made.outer].name == outer.rpartition(".")[2]:
                found.append(cls)
        return next(
            (cls for cls in found if self.project.files[cls.file].package == package),
            found[0] if len(found) == 1 else None,
        )

    @cached_property
    def pipelines(self) -> Pipelines:
        """What refuses requests before they are handled."""
        return Pipelines(self)

    @cached_property
    def handlers(self) -> dict[Cls, list[Fn]]:
        """Request or notification to the methods that handle it."""
        found: dict[Cls, list[Fn]] = {}
        for at, file in enumerate(self.project.files):
            for index, made in enumerate(file.classes if file.language == "csharp" else ()):
                for base in made.bases:
                    if not _HANDLES.match(base):
                        continue
                    name = next(iter(written(base).args), "")
                    beside = (
                        n for n, other in enumerate(file.classes) if other.name == name and other.outer == made.outer
                    )
                    place = next(beside, None)
                    cls = Cls(at, place) if place is not None else self._nested(at, name)
                    if cls is not None:
                        found.setdefault(cls, []).extend(
                            fn
                            for name in ("Handle", "Consume")
                            for fn in self.project.method(Cls(at, index), name)
                            if fn.file == at
                        )
        return found

    # ---- Refit ------------------------------------------------------------------------------

    def asks_by_interface(self, at: int, call: Call) -> bool:
        """Whether a call runs a method of an interface that Refit implements: one that is marked with a verb and a path."""
        if not call.on or call.name not in self._refit:
            return False
        return any(fn in self._refit[call.name] for fn in self.project.resolve(at, call.fn, call.on, call.name))

    @cached_property
    def _refit(self) -> dict[str, list[Fn]]:
        found: dict[str, list[Fn]] = {}
        for at, file in enumerate(self.project.files):
            if file.language != "csharp" or not any(made.kind == "interface" for made in file.classes):
                continue
            for index, made in enumerate(file.functions):
                if (
                    made.cls >= 0
                    and file.classes[made.cls].kind == "interface"
                    and any(m.name in _REFIT and m.args and m.args[0].kind == "str" for m in made.marks)
                ):
                    found.setdefault(made.name, []).append(Fn(at, index))
        return found
