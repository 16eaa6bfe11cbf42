"""Types of Java and Kotlin that stand nowhere in words: of lambdas' parameters, of streams, of getters that are generated, of type parameters."""

from collections.abc import Hashable
from typing import TYPE_CHECKING, cast

from backwright.review.facts import Arg, Assign, Call, Field
from backwright.review.link.jvmnames import JVM
from backwright.review.link.kotlinextensions import extensions
from backwright.review.link.types import written
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.project import Cls, Fn, Project, Type

_DEPTH_MAX = 12  # calls of a chain, and lambdas in it, that are followed to a type
# What a collection, a stream or an optional gives of the same: all or some of it, or one of it.
_SAME = frozenset(
    "stream parallelStream filter sorted distinct limit skip peek takeWhile dropWhile toList toSet toMutableList toMutableSet collect getContent "
    "subList reversed descendingSet iterator values onEach also apply sortedBy sortedByDescending sortedWith distinctBy take drop filterNot filterNotNull takeIf "
    "asSequence shuffled asReversed or switchIfEmpty doOnNext doOnSuccess onErrorResume cache filterWhen collectList plus minus ifEmpty orEmpty onFailure content "
    "boxed unordered sequential parallel asIterable toCollection collectSortedList".split()
)  # fmt: skip
_ONE = frozenset(
    "findFirst findAny getFirst getLast first last firstOrNull lastOrNull single singleOrNull next min max minBy maxBy minByOrNull maxByOrNull find get "
    "element poll peekFirst peekLast remove random pop getOrNull elementAt iterator().next".split()
)
_UNWRAPS = frozenset("get orElse orElseThrow orElseGet orElseNull orNull block join toFuture getNow await awaitSingle awaitSingleOrNull awaitFirst awaitFirstOrNull unwrap toNullable getBody body".split())  # fmt: skip
# What gives another thing, by what the function that it is handed gives.
_MAPS = frozenset("map mapNotNull thenApply let mapToObj".split())
_FLATTENS = frozenset("flatMap thenCompose flatMapMany flatMapIterable concatMap".split())
# What gives the one thing again, and what hands a function all of what it is made on.
_ITSELF = frozenset("also apply or filter takeIf doOnNext doOnSuccess switchIfEmpty onErrorResume cache".split())
_WHOLE = frozenset("let also use thenApply thenAccept thenCompose ifPresent ifPresentOrElse".split())
# What hands a function the element, or what an optional holds.
_HANDS = (_SAME | _ONE | _MAPS | _FLATTENS | frozenset(
    "forEach forEachOrdered anyMatch allMatch noneMatch removeIf ifPresent ifPresentOrElse mapToInt mapToLong mapToDouble groupingBy any all none count sumOf "
    "associateBy associateWith groupBy partition use thenAccept subscribe flatMapSequential indexOfFirst sumBy maxOf minOf joinToString onItem".split()
)) - {"get", "collect", "or", "plus", "minus", "apply"}  # fmt: skip
# What gives a thing of the class that it is handed, and what asks for many of them: `handle.attach(OrderDao.class)`.
_OF_CLASS = frozenset(
    "attach onDemand getMapper getBean create find getReference getById readValue convertValue treeToValue fromJson getForObject postForObject map unwrap "
    "getObject select get findById findOne load merge toBean parseObject copyProperties convert getExtension".split()
)  # fmt: skip
_MANY_OF_CLASS = frozenset("createQuery createNamedQuery createNativeQuery findAll selectAll parseArray".split())
_WITH_CLASS = frozenset("withExtension useExtension inTransaction useTransaction withHandle".split())
_OF_QUERY = frozenset("getResultList getResultStream setParameter setMaxResults setFirstResult setHint setLockMode list".split())  # fmt: skip
_ONE_OF_QUERY = frozenset("getSingleResult getSingleResultOrNull uniqueResult uniqueResultOptional".split())
_CLASS = regex(r"((?:\w+\.)*[A-Z]\w*)(?:\.|::)class(?:\.java)?")
_GETTER = regex(r"(?:get|is)([A-Z]\w*)$")
_PARAMETER = regex(r"[A-Z]\d?|[A-Z]{2}|T[A-Z]\w*|[A-Z]+_?TYPE")
_KEEPERS = regex(r"\w*(Repository|RepositoryBase|Mapper|Dao|DAO|IService|ServiceImpl)$")
# What Spring Data's repositories, MyBatis-Plus' mappers and services, and Panache's repositories give of their entity.
_GIVES_ONE = frozenset("findById findOne getById getOne getReferenceById save saveAndFlush findByIdOrNull selectById selectOne findByIdOptional".split())  # fmt: skip
_GIVES_MANY = frozenset("findAll findAllById saveAll saveAllAndFlush selectList listAll streamAll selectBatchIds listByIds".split())  # fmt: skip


def is_jvm(project: "Project", at: int) -> bool:
    """Whether a file is Java's or Kotlin's."""
    return project.files[at].language in JVM


def step(project: "Project", known: "Type", name: str) -> "Type | None":
    """Return what a call gives on a collection, an optional or what is in one; None if that says nothing."""
    if known.is_many:
        if name in _SAME or name in _OF_QUERY:
            return known
        return known._replace(is_many=False) if name in _ONE or name in _ONE_OF_QUERY else None
    is_own = known.cls is None or bool(project.method(known.cls, name))
    return known if not is_own and (name in _UNWRAPS or name in _ITSELF) else None


def given(project: "Project", known: "Type", name: str) -> "Type | None":
    """Return what a method gives that is not written, or that gives a type parameter; None if that says nothing."""
    cls = known.cls
    if cls is None or not is_jvm(project, cls.file):
        return None
    if found := project.method(cls, name):
        told = written(project.function(found[0]).returns)
        if not _PARAMETER.fullmatch(told.name) or project.find_class(found[0].file, told.name) is not None:
            return None
        holder = project.own_class(found[0].file, found[0].index)
        bound = _bound(project, cls, holder) if holder is not None else None
        return bound._replace(is_many=told.is_many) if bound is not None else None
    field = _GETTER.match(name)
    names = [name, field[1][:1].lower() + field[1][1:]] if field is not None else [name]
    for each in names:
        if (made := _field(project, cls, each)) is not None and made[1].type:
            return project.named_type(made[0].file, made[1].type)
    if name in _GIVES_ONE or name in _GIVES_MANY:
        kept = _kept(project, cls)
        return kept._replace(is_many=name in _GIVES_MANY) if kept is not None else None
    return None


def _field(project: "Project", cls: "Cls", name: str) -> "tuple[Cls, Field] | None":
    for each in project.base_classes(cls):
        for made in project.class_(each).fields:
            if made.name == name:
                return each, made
    return None


def _kept(project: "Project", cls: "Cls") -> "Type | None":
    """Return the entity of a repository of a library's: what `extends JpaRepository<Order, Long>` names first."""
    above = [(each.file, written(base)) for each in project.base_classes(cls) for base in project.class_(each).bases]
    if not any(_KEEPERS.match(heart.name) and project.find_class(at, heart.name) is None for at, heart in above):
        return None
    for at, heart in above:
        for arg in heart.args:
            if (found := project.named_type(at, arg)).cls is not None and not _KEEPERS.match(found.name):
                return found
    return None


def type_arguments(project: "Project", at: int, call: Call, known: "Type") -> list[str]:
    """Return what a store's class is made for, entities before mappers: of `interface Orders extends JpaRepository<Order, Long>`.

    A call without an object is one of what the class around it inherits from a library: `save(order)` in a `ServiceImpl<OrderMapper, Order>`.
    """
    cls = known.cls
    if cls is None and not call.on and is_jvm(project, at):
        own = project.own_class(at, call.fn)
        cls = own if own is not None and not project.method(own, call.name) and _kept(project, own) else None
    if cls is None:
        return []
    told = [
        argument
        for each in project.base_classes(cls)
        for base in project.class_(each).bases
        for argument in written(base).args
    ]
    return sorted(told, key=lambda name: _KEEPERS.match(name) is not None)


def stored_in(project: "Project", at: int, call: Call) -> "Cls | None":
    """Return the entity of the repository that a call is made on, whatever it is given: `addresses.findByUser(user)`."""
    if not call.on or not is_jvm(project, at):
        return None
    cls = project.type_of(at, call.fn, call.on).cls
    kept = _kept(project, cls) if cls is not None else None
    return kept.cls if kept is not None else None


def _bound(project: "Project", cls: "Cls", holder: "Cls") -> "Type | None":
    """Return what a type parameter of a class stands for: the only class of the project among what its heir gives for it."""
    for each in project.base_classes(cls):
        for base in project.class_(each).bases:
            heart = written(base)
            up = project.find_class(each.file, heart.name) if heart.args else None
            if up is not None and (holder in project.base_classes(up) or up in project.base_classes(holder)):
                found = [t for arg in heart.args if (t := project.named_type(each.file, arg)).cls is not None]
                if len(found) == 1:
                    return found[0]
    return None


def parameter(project: "Project", at: int, fn: int) -> "Type | None":
    """Return what the first parameter of a lambda is: an element of what its call is made on."""
    file = project.files[at]
    made = file.functions[fn]
    if made.call < 0 or not is_jvm(project, at) or len(made.params) != 1:
        return None
    call = file.calls[made.call]
    if call.name in _WITH_CLASS:
        return _of_class(project, at, call)
    if call.name not in _HANDS or not call.on:
        return None
    known = _on(project, at, call)
    if known is None or known.cls is None:
        return None
    return known if call.name in _WHOLE else known._replace(is_many=False)


def of_call(project: "Project", at: int, index: int, depth: int = _DEPTH_MAX) -> "Type | None":
    """Return what a call gives, by what stands before it and by the functions that are handed to it."""
    key: Hashable = ("jvm", at, index)
    if key not in project.kept:
        project.kept[key] = None  # a cycle ends here
        project.kept[key] = _of_call(project, at, project.files[at].calls[index], depth) if depth else None
    return cast("Type | None", project.kept[key])


def _on(project: "Project", at: int, call: Call, depth: int = _DEPTH_MAX) -> "Type | None":
    """Return what a call is made on."""
    if call.prev >= 0 and call.on.endswith("()"):
        return of_call(project, at, call.prev, depth - 1)
    known = project.type_of(at, call.fn, call.on)
    return known if known.cls is not None else None


def _of_class(project: "Project", at: int, call: Call) -> "Type | None":
    """Return the class of the project that a call is handed: of `entityManager.find(Order.class, id)`."""
    for value in call.args:
        named = _CLASS.fullmatch(value.text) if value.kind in ("name", "other") else None
        cls = project.find_class(at, named[1]) if named is not None else None
        if cls is not None:
            return project.named_type(at, named[1]) if named is not None else None
    return None


def _of_call(project: "Project", at: int, call: Call, depth: int) -> "Type | None":
    if call.on and (call.name in _OF_CLASS or call.name in _MANY_OF_CLASS) and (held := _of_class(project, at, call)):
        return held._replace(is_many=call.name in _MANY_OF_CLASS)
    if not call.on:
        known = project.returned_by(at, call.fn, "", call.name)
        return known if known.cls is not None else None
    on = _on(project, at, call, depth)
    if on is None or on.cls is None:
        known = project.returned_by(at, call.fn, call.on, call.name)
        return known if known.cls is not None else None
    told = step(project, on, call.name)
    if told is not None:
        return told
    if call.name in _MAPS or call.name in _FLATTENS:
        found = _result(project, at, call, on)
        if found is not None and (on.is_many or not project.method(on.cls, call.name)):
            return found._replace(is_many=found.is_many if call.name in _FLATTENS and not on.is_many else on.is_many)
        return None
    if on.is_many:
        return None
    told = given(project, on, call.name)
    if told is None and (made := project.method(on.cls, call.name)) and project.function(made[0]).returns:
        told = project.named_type(made[0].file, project.function(made[0]).returns)
    return told if told is not None and told.cls is not None else None


def _result(project: "Project", at: int, call: Call, on: "Type") -> "Type | None":
    """Return what the function gives that a call is handed: a lambda's value, `Order::getCustomer`, `this::read`."""
    value = next((value for value in call.args if value.kind in ("fn", "name")), None)
    if value is None:
        return None
    file = project.files[at]
    if value.kind == "fn":
        told = [each.value for each in file.returns if each.fn == value.ref]
        types = {known for each in told if (known := _of_value(project, at, value.ref, each)) is not None}
        return types.pop() if len(types) == 1 else None
    holder, _, name = value.text.rpartition(".")
    owner = project.type_of(at, call.fn, holder) if holder else None
    if owner is None or owner.cls is None:
        return None
    if name == "new":
        return owner
    known = given(project, owner, name)
    if known is None and (made := project.method(owner.cls, name)) and project.function(made[0]).returns:
        known = project.named_type(made[0].file, project.function(made[0]).returns)
    return known if known is not None and known.cls is not None else None


def _of_value(project: "Project", at: int, fn: int, value: Arg) -> "Type | None":
    if value.kind == "call":
        on, _, name = value.text.rpartition(".")
        known = project.returned_by(at, fn, on, name)
    elif value.kind == "name" and value.text:
        known = project.type_of(at, fn, value.text)
    else:
        return None
    return known if known.cls is not None else None


def told(project: "Project", known: "Type", name: str) -> "Type | None":
    """Return what a call gives on something of a known class, if that is not written at a method; None if it is, or nothing is known."""
    if known.cls is None or not is_jvm(project, known.cls.file):
        return None
    found = step(project, known, name)
    return found if found is not None or known.is_many else given(project, known, name)


def assigned(project: "Project", at: int, assign: Assign) -> "Type | None":
    """Return what a variable is that a chain of calls is assigned to."""
    if assign.value.kind != "call" or not is_jvm(project, at):
        return None
    key: Hashable = ("jvm assigned", at)
    if key not in project.kept:
        project.kept[key] = {(c.fn, c.to, c.line): n for n, c in enumerate(project.files[at].calls) if c.to}
    index = cast("dict[tuple[int, str, int], int]", project.kept[key]).get((assign.fn, assign.target, assign.line))
    return of_call(project, at, index) if index is not None else None


def run_on(project: "Project", at: int, fn: int, known: "Type", name: str) -> "tuple[Fn, ...] | None":
    """Return the functions that a call on something of a type runs; None if a name is all that may tell."""
    own = project.method(known.cls, name) if known.cls is not None and not known.is_many else ()
    if own or project.files[at].language != "kotlin":
        return own if known.cls is not None else None
    return extensions(project, at, fn, known, name) or (() if known.cls is not None else None)


def class_on(project: "Project", at: int, call: Call) -> "Cls | None":
    """Return the class of what a call is made on."""
    known = project.type_of(at, call.fn, call.on).cls
    if known is None and call.prev >= 0 and is_jvm(project, at):
        behind = of_call(project, at, call.prev)
        return behind.cls if behind is not None and not behind.is_many else None
    return known


def behind_call(project: "Project", at: int, call: Call) -> "tuple[Fn, ...]":
    """Return the methods that a call runs on what another call gives: `orders.stream().map(Order::customer).findFirst().get().name()`."""
    if call.prev < 0 or not is_jvm(project, at):
        return ()
    known = of_call(project, at, call.prev)
    if known is None or known.cls is None or known.is_many:
        return ()
    return project.method(known.cls, call.name)
