"""Objects that a container makes anew each time they are asked for: what they hold goes with them."""

from collections.abc import Iterator

from backwright.review.facts import NEW, Class
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.types import written
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

# Marks that keep an object, or that stand for a framework of which that is not known here.
_KEPT = regex(
    r"Singleton|Scoped$|Component|Service|Repository|Controller|Configuration|Stateless|Startup|Mapper|Named|ManagedBean|Factory$"
)
_EACH_TIME = regex(r"\b(Scope\.)?(REQUEST|TRANSIENT)\b|prototype")
_INJECTING = ("javax.inject", "jakarta.inject", "com.google.inject")
_DEPENDS = regex(r"\bDepends\(\s*([\w.]*)")
_BINDS = frozenset("bind toInstance addBinding register singleton single factoryOf singleOf".split())


def is_injected_anew(model: Model, cls: Cls) -> bool:
    """Whether each object that asks for one of a class gets its own, and none of them lives as long as the process.

    Guice, HK2 and Dagger make an object for each place that injects it unless its class says otherwise.
    """
    made = model.project.class_(cls)
    if any(_EACH_TIME.search(text) for mark in made.marks for text in (mark.name, *flat(mark.args))):
        return True
    if model.files[cls.file].language == "python":
        return made.name in _dependencies(model) and not _is_made_by_module(model, made.name)
    if model.files[cls.file].language not in ("java", "kotlin") or any(_KEPT.search(mark.name) for mark in made.marks):
        return False
    if not _is_injected(model, cls) or _is_made_by_hand(model, made.name):
        return False
    return not any(_lives_long(model, holder) for holder in _holders(model, made.name))


@kept_with_it
def _dependencies(model: Model) -> frozenset[str]:
    """FastAPI: the classes of which each request gets an object: `Depends(Prices)`, `prices: Prices = Depends()`."""
    found: set[str] = set()
    for at in model.own:
        if model.files[at].language != "python":
            continue
        for param in (param for made in model.files[at].functions for param in made.params):
            found |= {name.rpartition(".")[2] for name in _DEPENDS.findall(param.type) if name}
            default = param.default
            if default is None or default.kind != "call" or not default.text.endswith("Depends"):
                continue
            given = default.items[0].text if default.items else written(param.type).name
            found.add(given.rpartition(".")[2])
    return frozenset(found)


def _is_made_by_module(model: Model, name: str) -> bool:
    return any(model.files[at].calls[n].fn < 0 for at, n in model.project.calls_by_name.get(name, ()))


def _is_injected(model: Model, cls: Cls) -> bool:
    """Whether a container fills in what a class needs."""
    file = model.files[cls.file]
    if not any(each.module.startswith(_INJECTING) for each in file.imports):
        return False
    made = file.classes[cls.index]
    marks = [mark.name for field in made.fields for mark in field.marks]
    marks += [
        mark.name
        for each in file.functions
        if each.cls == cls.index and each.kind == "constructor"
        for mark in each.marks
    ]
    return "Inject" in marks


def _is_made_by_hand(model: Model, name: str) -> bool:
    """Whether somebody constructs the class, or tells the container how it is kept."""
    known = model.project.calls_by_name
    if any(model.files[at].calls[n].flags & NEW and not model.files[at].is_test for at, n in known.get(name, ())):
        return True
    return any(
        name in text.replace("::", ".").split(".")
        for word in _BINDS
        for at, n in known.get(word, ())
        for text in flat(model.files[at].calls[n].args)
    )


def _holders(model: Model, name: str) -> Iterator[Class]:
    """Yield the classes that have a field of a class, or are handed one of it when they are made."""
    for at in model.own:
        file = model.files[at]
        if file.language not in ("java", "kotlin"):
            continue
        for index, made in enumerate(file.classes):
            types = [field.type for field in made.fields]
            types += [
                param.type
                for each in file.functions
                if each.cls == index and each.kind == "constructor"
                for param in each.params
            ]
            if any(type_ and written(type_).name.rpartition(".")[2] == name for type_ in types):
                yield made


def _lives_long(model: Model, holder: Class) -> bool:
    """Whether a class is made once; Quarkus makes a resource once, and Jersey one for each request."""
    marks = [mark.name for mark in holder.marks]
    if any(_KEPT.search(name) and name != "RequestScoped" for name in marks):
        return True
    return "Path" in marks and model.imports("io.quarkus", language="java")
