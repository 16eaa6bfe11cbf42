"""Laravel: a rule of the project that asks the database once for each element of a list that is validated: `"items.*.id" => new ProductExists`."""

from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.rules.rule import Hit

DEPTH = 3  # functions followed from a rule
_RUNS = ("validate", "passes", "__invoke")
_FORM = "FormRequest"


def item_rules(model: Model) -> Iterator[Hit]:
    """Yield one finding for each form request whose rules do so."""
    for at in model.own:
        file = model.files[at]
        if file.language != "php":
            continue
        for index, made in enumerate(file.classes):
            cls = Cls(at, index)
            if not made.bases or not any(name.endswith(_FORM) for name in model.project.ancestors(cls)[1:]):
                continue
            asked = [each for fn in model.project.methods_of(cls, "rules") for each in _asked(model, fn)]
            if asked:
                yield _hit(model, cls, asked)


def _asked(model: Model, fn: Fn) -> Iterator[tuple[Arg, Fn, Access]]:
    """Yield the entries of a list of rules for which each element costs a query, with the rule and its query."""
    for back in model.files[fn.file].returns:
        for item in back.value.items if back.fn == fn.index and back.value.kind == "dict" else ():
            if "*" not in item.name:
                continue
            for value in item.items or (item,):
                name = value.text if value.kind == "call" else value.text.removesuffix(".class")
                cls = model.project.find_class(fn.file, name) if value.kind in ("call", "name") and name else None
                ran = next(
                    (run[0] for each in _RUNS if cls is not None and (run := model.project.method(cls, each))), None
                )
                query = _query(model, ran) if ran is not None else None
                if ran is not None and query is not None:
                    yield item, ran, query


def _query(model: Model, fn: Fn) -> Access | None:
    reached = (each for level in model.effects.levels(fn, DEPTH) for each in level)
    return next((access for each in reached for access in model.data.by_function.get(each, ()) if access.calls), None)


def _hit(model: Model, cls: Cls, asked: list[tuple[Arg, Fn, Access]]) -> Hit:
    name = model.project.class_(cls).name
    item, ran, _ = asked[0]
    taken = next(
        (
            declared
            for fn, declared in model.handlers.items()
            if any(
                model.project.find_class(fn.file, p.type) == cls for p in model.project.function(fn).params if p.type
            )
        ),
        None,
    )
    who = f"{taken.method} {taken.path}" if taken is not None else name
    rule = model.project.own_class(ran.file, ran.index)
    label = model.project.class_(rule).name if rule is not None else model.label(ran)
    more = f" ({len(asked)} rules do so)" if len(asked) > 1 else ""
    spots = [Spot(model.files[cls.file].path, each.line or item.line, each.name) for each, _, _ in asked]
    spots += [Spot(model.files[fn.file].path, access.line, model.label(fn)) for _, fn, access in asked]
    first = (Spot(model.files[taken.at].path, taken.line, who),) if taken is not None else ()
    return Hit(
        ran.file,
        asked[0][2].line if asked[0][2].at == ran.file else model.project.function(ran).line,
        f"{who} checks {item.name} with {label}, which runs one query per element{more}",
        ran.index,
        (*first, *spots),
        Confidence.HIGH,
        fix="Check all ids with one query before or after the other rules: count those of the list that exist, and compare.",
    )
