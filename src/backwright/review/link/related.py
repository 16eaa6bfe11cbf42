"""Relations of entities, and those that methods declare: Eloquent's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from backwright.review.facts import Class, Field, File, Function
from backwright.review.link.packs import Relation, matches
from backwright.review.link.project import Cls, Project
from backwright.review.regexes import regex

# What a method returns that narrows a relation: visibleBooks() of books().
TYPES = regex(
    r"(^|\\|\.)(BelongsTo|BelongsToMany|HasOne|HasMany|HasOneThrough|HasManyThrough|Morph(To|One|Many|ToMany)|Relation)$"
)


FOREIGN_KEYS = frozenset({"ForeignKey", "ManyToManyField", "OneToOneField"})


@dataclass(frozen=True)
class Related:
    """A relation of an entity.

    Attributes:
        target: The entity it leads to, if it is known.
    """

    name: str
    is_many: bool
    is_lazy: bool
    line: int
    target: Cls | None = None
    target_name: str = ""


def backrefs(owner: Class) -> Iterator[tuple[str, Field, str, bool]]:
    """Yield the other side that SQLAlchemy's relations name: the class, the relation, its name there, whether it is many.

    `parent = relationship("Parent", backref="children")` gives parents `children`.
    """
    for made in owner.fields:
        value = made.value
        if value is None or value.kind != "call" or value.text.rpartition(".")[2] != "relationship" or not value.items:
            continue
        target = re.findall(r"\w+", value.items[0].text)
        for given in value.items:
            if given.name == "backref" and target:
                inner = given.items[0] if given.kind == "call" and given.items else given
                one = any(item.name == "uselist" and item.text == "False" for item in given.items)
                if inner.kind == "str":
                    yield target[-1], made, inner.text, not one


def reverses(owner: Class) -> Iterator[tuple[str, Field, str, bool]]:
    """Yield the other side of Django's foreign keys, as `backrefs` does: by related_name, or `<model>_set`."""
    for made in owner.fields:
        value = made.value
        kind = value.text.rpartition(".")[2] if value is not None and value.kind == "call" else ""
        if value is None or kind not in FOREIGN_KEYS or "models" not in value.text or not value.items:
            continue
        target = re.findall(r"[A-Za-z_]\w*", value.items[0].text)
        named = next((item.text for item in value.items if item.name == "related_name"), "")
        is_one = kind == "OneToOneField"
        if target and named != "+":
            default = owner.name.lower() if is_one else f"{owner.name.lower()}_set"
            yield target[-1], made, named or default, not is_one


def relation_methods(project: Project, cls: Cls, spec: Relation, found: dict[str, Related]) -> None:
    """Add the relations of a class that its methods make: `function customer() { return $this->belongsTo(Customer::class); }`."""
    file, made = project.files[cls.file], project.class_(cls)
    methods = {index: fn for index, fn in enumerate(file.functions) if fn.cls == cls.index and fn.kind == "method"}
    always = {
        i.text.partition(":")[0] for f in made.fields if f.name == "with" and f.value is not None for i in f.value.items
    }
    for call in file.calls:
        if call.fn in methods and call.on in ("this", "$this", "self") and matches(spec.method_calls, call.name):
            target = next(
                (
                    project.find_class(cls.file, v.text.removesuffix("::class").removesuffix(".class"))
                    for v in call.args
                    if v.kind in ("name", "str", "other", "call")
                ),
                None,
            )
            name = project.class_(target).name if target is not None else ""
            fn = methods[call.fn]
            many = "any" in call.name
            found.setdefault(fn.name, Related(fn.name, many, fn.name not in always, fn.line, target, name))
    _narrowed(file, methods, found)


def _narrowed(file: File, methods: dict[int, Function], found: dict[str, Related]) -> None:
    """Add the relations that go on from another one: `function visibleBooks() { return $this->books()->visible(); }`."""
    for call in file.calls:
        fn = methods.get(call.fn)
        if fn is None or fn.name in found or fn.params or not TYPES.search(fn.returns):
            continue
        if call.on in ("this", "$this") and call.name in found:
            found[fn.name] = replace(found[call.name], name=fn.name, is_lazy=True, line=fn.line)
