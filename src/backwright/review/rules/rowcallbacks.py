"""Tables that a library fills: functions that it is handed for a column run for each row that it shows."""

from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Function
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.rules.lazily import Lazily
from backwright.review.rules.perobject import asked_with
from backwright.review.rules.rule import Hit

# Library to what its columns are handed a function by, and to the name of the row there; "" is the first parameter.
TABLES = {
    "Rappasoft\\LaravelLivewireTables": ({"format": "row", "label": "row"}),
    "Yajra\\DataTables": ({"addColumn": "", "editColumn": ""}),
    "Filament\\Tables": (
        dict.fromkeys(
            "state getStateUsing formatStateUsing description tooltip color icon url visible hidden disabled label".split(),
            "record",
        )
    ),
    "Orchid\\Screen": ({"render": ""}),
}
FIX = "Load it with the rows of the table: with(), withCount() or withSum() on its query, or a join."


def row_callbacks(model: Model, lazily: Lazily) -> Iterator[Hit]:
    """Yield each function that sets up a table whose columns ask for each row."""
    found: dict[Fn, dict[int, tuple[str, Spot]]] = defaultdict(dict)
    for at in model.own:
        file = model.files[at]
        known = [t for name, t in TABLES.items() if any(each.module.startswith(name) for each in file.imports)]
        names = {name: row for table in known if file.language == "php" for name, row in table.items()}
        for index, made in enumerate(file.functions) if names else ():
            if made.kind != "lambda" or made.call < 0 or (handed := file.calls[made.call].name) not in names:
                continue
            row = _row(made, names[handed])
            named = Fn(at, model.named(at, index))
            spot = Spot(file.path, made.line, "for each row of the table")
            for line, text in _asks(model, lazily, Fn(at, index), row):
                found[named].setdefault(line, (text, spot))
    for fn, asked in found.items():
        yield _hit(model, fn, asked)


def _row(made: Function, name: str) -> str:
    """Return the parameter that a callback is handed the row as, "" if it takes none."""
    named = [param.name for param in made.params]
    return (name if name in named else "") if name else next(iter(named), "")


def _asks(model: Model, lazily: Lazily, fn: Fn, row: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of what a callback asks with the row that it is handed."""
    if not row:
        return
    calls = model.files[fn.file].calls
    for index in asked_with(model, lazily.loops, lazily.asking, fn, row):
        yield calls[index].line, shown(calls[index])
    cls = _entity(model, fn, row)
    for lazy in lazily.on(fn, row, cls) if cls is not None else ():
        if lazy.asks:
            yield lazy.line if lazy.fn == fn.index else model.project.function(fn).line, f"{row}.{lazy.relation.name}"


def _entity(model: Model, fn: Fn, row: str) -> Cls | None:
    """Return what a row is: by the type of the parameter, or by what the class says its table shows."""
    known = model.project.type_of(fn.file, fn.index, row).cls
    own = model.project.own_class(fn.file, fn.index)
    if known is None and own is not None:
        told = (
            f.value for f in model.project.class_(own).fields if f.name.lstrip("$") == "model" and f.value is not None
        )
        known = next(
            (model.project.find_class(fn.file, v.text.replace("::", ".").removesuffix(".class")) for v in told), None
        )
    return known if known in model.data.entities else None


def _hit(model: Model, fn: Fn, asked: dict[int, tuple[str, Spot]]) -> Hit:
    path = model.files[fn.file].path
    declared = model.endpoint_of(fn)
    who = f"{declared.method} {declared.path}" if declared is not None else model.label(fn)
    what = "one query" if len(asked) == 1 else f"{len(asked)} queries"
    spots = (spot for line, (text, row) in sorted(asked.items()) for spot in (row, Spot(path, line, text)))
    return Hit(
        fn.file,
        min(asked),
        f"{who} runs {what} per row of the table that it sets up",
        fn.index,
        (*model.path_to(fn), *dict.fromkeys(spots)),
        Confidence.HIGH,
        key=f"rows:{fn.file}:{fn.index}",
        fix=FIX,
    )
