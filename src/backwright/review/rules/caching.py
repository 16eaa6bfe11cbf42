"""What is put into caches: under which key, for how long, and whether it is ever taken out."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.looping import NAMES, backend, root
from backwright.review.rules.patterns import flat

# Names of a user, a tenant or an account, as the words of an identifier.
USER = regex(
    r"(?<![a-z])(current_?)?(user|owner|account|tenant|member|customer|principal|profile|subscriber|patient|employee|viewer)(_?(id|uuid|name|key|pk|ref))?(?![a-z])|"
    r"(user|owner|account|tenant|member|customer)(Id|_id|ID)|\b(me|uid|auth|claims|identity|session|jwt)\b",
    re.IGNORECASE,
)  # fmt: skip
LIVES = regex(
    r"expir|ttl|\bEX\b|\bPX\b|^ex$|^px$|lifetime|max_?age|timeout|TimeSpan|Duration|seconds|minutes|hours|\bdays?\b|staleTime|AbsoluteExpiration|Sliding|EXAT|keepttl",
    re.IGNORECASE,
)
ZERO = regex(
    r"^(0|None|null|nil|none|-1|TimeSpan\.Zero|Duration\.ZERO|time\.Duration\(0\)|cache\.NoExpiration|NoExpiration|redis\.KeepTTL|undefined|DEFAULT_EXPIRATION)$"
)
DROPS = regex(
    r"^(del|delete|unlink|forget|remove|evict|invalidate|flush|clear|pop|purge|drop|erase|expire|pexpire|KeyDelete|KeyExpire|shift|StringGetDelete|hdel|HDel|Del|Delete|Remove|Forget|touch|bust|reset)\w*|(Async)?(Evict|Invalidate)\w*|expireAt|.*(Delete|Remove)(Async)?$",
    re.IGNORECASE,
)
# Redis and maps hold more than caches: state that must not expire by itself, or that is handled elsewhere.
STATE = regex(
    r"session|token|lock|queue|counter|nonce|otp|blacklist|denylist|blocklist|online|presence|\bjobs?\b|status|state|flag|setting|config|feature|limit|leader|heartbeat|checkpoint|cursor|offset|progress|score|rank|stream|subscri|socket|client|connection|registry|regist|room|channel|handlers?|listeners?|metrics?|gauge|basket|cart|order|store\b",
    re.IGNORECASE,
)
CACHE = regex(r"cache|memo(?!ry_?limit)|remember", re.IGNORECASE)
MAPS = regex(
    r"^(?:[\w]+(?:::|\.))*(Map|HashMap|ConcurrentHashMap|ConcurrentMap|MutableMap|LinkedHashMap|TreeMap|Dictionary|IDictionary|ConcurrentDictionary|unordered_map|map|DashMap|BTreeMap|"
    r"unordered_set|set|HashSet|ConcurrentSkipListSet|ConcurrentSkipListMap|dict|Dict|defaultdict|DefaultDict|OrderedDict|Hashtable|flat_hash_map|FxHashMap|AHashMap|SyncMap|Record)\b|^map\[|sync\.Map\b|^\{\}$|^mutableMapOf|^hashMapOf|^Object\.create",
)  # fmt: skip
WRAPS = regex(
    r"^(?:[\w]+(?:::|\.))*(Arc|Mutex|RwLock|RefCell|Rc|Lazy|OnceCell|OnceLock|LazyLock|Cell|Box|shared_ptr|unique_ptr|Optional|Final|ClassVar|readonly|static|private|AtomicReference|guarded|Synchronized)\s*[<\[(]\s*"
)
# A map that lets go of entries by itself.
_FORGETS = regex(r"weak|soft|ReferenceHashMap|ReferenceMap|lru|expir|evict|bounded", re.IGNORECASE)
PUTS = frozenset(
    "set put Add TryAdd insert emplace Store AddOrUpdate putIfAbsent try_emplace insert_or_assign update LoadOrStore".split()
)
LOADS = frozenset(
    "computeIfAbsent getOrPut GetOrAdd LoadOrStore setdefault get_or_insert_with or_insert_with or_insert entry getOrElseUpdate compute".split()
)
LOOKUPS = frozenset(
    "get has contains containsKey contains_key ContainsKey TryGetValue TryGet find count at Load getOrDefault "
    "GetValueOrDefault isset array_key_exists getIfPresent exists".split()
)
SHRINKS = regex(
    r"^(del|delete|remove|pop|popitem|clear|evict|erase|retain|Remove|TryRemove|Clear|truncate|shift|drain|trim|prune|expire|invalidate|removeIf|removeAll|Delete|take|swap_remove|CompareAndDelete|LoadAndDelete|computeIfPresent|replaceAll|splice|cleanup|purge|flush|reset|unset)\w*$"
)
SIZES = frozenset("len size length Count count Len".split())


class Put(NamedTuple):
    """A value that is put into a map or cache: `cache[key] = value`, `cache.set(key, value)`."""

    at: int
    fn: int
    line: int
    container: str
    key: Arg
    call: int = -1


class Puts:
    """Maps that live as long as the process, and what is put into them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def all(self) -> Iterator[Put]:
        """Yield everything that is put into something that looks like a map."""
        for at in backend(self.model):
            file = self.model.files[at]
            for assign in file.assigns:
                if (
                    assign.target.endswith("]")
                    and "[" in assign.target
                    and assign.fn >= 0
                    and not assign.target.endswith("[]")
                ):
                    container, _, key = assign.target[:-1].partition("[")
                    yield Put(at, assign.fn, assign.line, container, Arg("name", key))
            for index, call in enumerate(file.calls):
                if call.name == "set" and len(call.args) < 2:
                    continue  # one value that is replaced: AtomicReference, a signal
                if call.fn >= 0 and call.on and call.args and (call.name in PUTS or call.name in LOADS):
                    yield Put(at, call.fn, call.line, call.on, call.args[0], index)

    # ---- how long a container lives -----------------------------------------------------------

    def home(self, put: Put) -> tuple[str, Cls | None] | None:
        """Return what holds a map for as long as the process lives: a module, or a class; None if it is short-lived or no map."""
        name = re.sub(
            r"\.(lock|write|borrow_mut|read|unwrap|expect|await)\(\)|\.(lock|write|borrow_mut|unwrap|expect)\(\)",
            "",
            put.container,
        )
        name = name.replace("->", ".").replace("::", ".")
        first = root(name)
        last = name.rpartition(".")[2]
        assigned = self.model.project.assigned[put.at]
        if name == first:
            for scope in self.model.enclosing(put.at, put.fn):
                if (scope, name) in assigned or any(
                    p.name == name for p in self.model.files[put.at].functions[scope].params
                ):
                    return self._through_local(put, scope, name)
            for assign in assigned.get((-1, name), ()):
                if self._is_map(assign.type, assign.value):
                    return ("module", None)
        for assign in assigned.get((-1, first), ()) if name != first else ():
            if any(item.name == last and self._is_map("", item) for item in assign.value.items):
                return ("module", None)  # Go: `var posts = struct{ byUser map[int64]T }{...}`
        own = self.model.project.own_class(put.at, put.fn)
        if own is None:
            return None
        for cls in self.model.project.base_classes(own):
            made = self.model.project.class_(cls)
            for field in made.fields:
                if field.name == last and self._is_map(field.type, field.value):
                    static = (
                        field.name.isupper()
                        or any(mark.name in ("static", "companion", "ClassVar") for mark in field.marks)
                        or (self.model.files[cls.file].language == "python" and field.value is not None)
                    )
                    return ("static" if static else "field", own)
        for assign in self._members(own, last):
            if self._is_map(assign.type, assign.value):
                return ("field", own)
        return None

    def _through_local(self, put: Put, scope: int, name: str) -> tuple[str, Cls | None] | None:
        """A local name for a field: `let mut cache = self.cache.lock()`."""
        for assign in self.model.project.assigned[put.at].get((scope, name), ()):
            text = assign.value.text
            if (
                assign.value.kind in ("name", "call")
                and re.match(r"(self|this|\w+)\.\w+", text)
                and (assign.value.kind == "name" or re.search(r"\.(lock|write|borrow_mut|get_mut)\b", text))
            ):
                inner = re.sub(r"\.(lock|write|borrow_mut|get_mut|unwrap|expect)(\(\))?.*$", "", text)
                if inner != name and root(inner) in ("self", "this"):
                    return self.home(put._replace(container=inner))
        return None

    def _members(self, cls: Cls, name: str) -> Iterator[Assign]:
        for assign in self.model.files[cls.file].assigns:
            if (
                assign.cls == cls.index
                and assign.target in (f"self.{name}", f"this.{name}", f"$this.{name}")
                and assign.fn >= 0
            ):
                yield assign

    def _is_map(self, type_: str, value: Arg | None) -> bool:
        if value is not None and value.kind == "call" and any(_FORGETS.search(text) for text in flat((value,))):
            return False
        for _ in range(4):
            shorter = WRAPS.sub("", type_)
            if shorter == type_:
                break
            type_ = shorter
        if type_ and MAPS.match(type_.strip()):
            return True
        if value is None:
            return False
        if value.kind == "dict":
            return not value.items  # a table that stands in the source is not a cache
        return (
            value.kind == "call"
            and bool(MAPS.match(value.text.replace("new ", "")))
            and not any(item.kind in ("dict", "list") and item.items for item in value.items)
        )

    # ---- whether anything is ever taken out -----------------------------------------------------

    def shrinks(self, put: Put, cls: Cls | None) -> bool:
        """Whether something is taken out of a container, it is made anew, or its size is looked at."""
        last = re.split(r"\.|->|::", put.container.removesuffix("()"))[-1]
        numbers = {put.at} | ({cls.file} if cls is not None else set())
        if cls is not None:
            for each in self.model.project.base_classes(cls):
                numbers |= {each.file} | self._files_of.get(self.model.project.class_(each).name, set())
        for number in numbers:
            file = self.model.files[number]
            for call in file.calls:
                on = re.split(r"\.|->|::", re.sub(r"\(\)", "", call.on))
                if last in on and self._replaces(put, number, call):
                    continue
                if last in on and (SHRINKS.match(call.name) or call.name in SIZES):
                    return True
                if call.name in (
                    "len",
                    "count",
                    "sizeof",
                    "unset",
                    "delete",
                    "erase_if",
                    "removeEldestEntry",
                    "size",
                ) and any(last in NAMES.findall(v.text) for v in call.args):
                    return True
            if any(read.attr in SIZES and last in NAMES.findall(read.base) for read in file.reads):
                return True
            remade = [
                a
                for a in file.assigns
                if NAMES.findall(a.target)[-1:] == [last]
                and "[" not in a.target
                and a.fn >= 0
                and a.value.kind in ("dict", "call", "list", "none")
            ]
            if any(
                self.model.files[number].functions[a.fn].kind != "constructor"
                and self.model.files[number].functions[a.fn].name != "__init__"
                and self._is_map("", a.value)
                for a in remade
            ):
                return True
            if any(made.name == "removeEldestEntry" for made in file.functions):
                return True
            if any(a.target == f"{put.container}[]" and a.value.text == "del" for a in file.assigns) or any(
                a.value.text == "del" and a.target.partition("[")[0].endswith(last) for a in file.assigns
            ):
                return True
        return False

    def _replaces(self, put: Put, at: int, call: Call) -> bool:
        """Whether a call takes out the very entry that the function puts in anew: the map still grows by each other key."""
        return (
            at == put.at
            and call.fn == put.fn
            and call.line <= put.line
            and len(call.args) == 1
            and call.args[0].text == put.key.text
            and call.args[0].kind == put.key.kind == "name"
        )

    @cached_property
    def _files_of(self) -> dict[str, set[int]]:
        """Class to the files that its methods stand in."""
        found: dict[str, set[int]] = {}
        for (owner, _), fns in self.model.project.methods.items():
            found.setdefault(owner, set()).update(fn.file for fn in fns)
        return found

    def looks_up(self, put: Put) -> bool:
        """Whether the function looks into the container before it puts something there."""
        file = self.model.files[put.at]
        fns = set(self.model.enclosing(put.at, put.fn))
        if put.call >= 0 and file.calls[put.call].name in LOADS:
            return True
        last = re.split(r"\.|->|::", put.container.removesuffix("()"))[-1]
        for call in file.calls:
            if call.fn in fns and call.name in LOOKUPS and last in NAMES.findall(call.on) and call.line <= put.line:
                return True
        values = [each.value for each in file.returns if each.fn in fns] + [
            a.value for a in file.assigns if a.fn in fns and a.line <= put.line
        ]
        return any(f"{last}[" in text for value in values for text in flat((value,)))


def names_in(value: Arg) -> set[str]:
    """Return the names that a value is made from; what stands in its strings is none."""
    found = (
        set(NAMES.findall(value.text)) if value.kind not in ("str", "fmt", "concat", "num", "bool", "none") else set()
    )
    for item in value.items:
        found |= names_in(item)
    return found


def entry_key(call: Call) -> Arg | None:
    """Return the argument that is the key: the first that is no context and no type."""
    for value in call.args[:2]:
        if (
            value.kind == "type"
            or value.text in ("ctx", "context", "c.Request.Context", "r.Context", "db")
            or value.text.endswith(("Context()", "Context"))
        ):
            continue
        return value
    return None
