"""A linked repository as a blueprint: the typed model that everything else about a system works on."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Blueprint, DataAccess, Entity, Module, OutgoingCall, Relation, Resource, Service
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.no_monitoring import HEALTH, LIBRARIES

ROWS_MAX = 20_000  # of one kind: a repository with more queries is drawn by its modules
KINDS = {
    "pool": "pool", "connect": "connection", "cache-make": "cache", "cache-set": "cache", "publish": "queue", "consume": "consumer",
    "schedule": "job", "mail": "mail", "client": "client",
}  # fmt: skip
MANIFEST = regex(
    r"(^|.*/)(package\.json|requirements\.txt|pyproject\.toml|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|composer\.json|Cargo\.toml|CMakeLists\.txt|Dockerfile|[^/]+\.csproj)$"
)


def blueprint_of(model: Model) -> Blueprint:
    """Return the blueprint; the same repository gives the same one."""
    return Blueprint(
        services=tuple(_services(model)),
        endpoints=tuple(model.endpoints[:ROWS_MAX]),
        entities=tuple(_entities(model)),
        data=tuple(_data(model))[:ROWS_MAX],
        calls=tuple(_calls(model))[:ROWS_MAX],
        resources=tuple(dict.fromkeys(_resources(model)))[:ROWS_MAX],
        modules=tuple(_modules(model)),
    )


def _services(model: Model) -> Iterator[Service]:
    """A folder with a manifest of its own and endpoints below it; one service if there is none."""
    folders = sorted(
        {match[1].rstrip("/") for path in model.texts if (match := MANIFEST.match(path))},
        key=lambda f: (-f.count("/"), f),
    )
    members: dict[str, list[int]] = defaultdict(list)
    for number in model.own:
        path = model.files[number].path
        members[next((f for f in folders if f and path.startswith(f"{f}/")), "")].append(number)
    serving: dict[str, list[str]] = defaultdict(list)
    frameworks: dict[str, Counter[str]] = defaultdict(Counter)
    for endpoint in model.endpoints:
        folder = next((f for f in folders if f and endpoint.file.startswith(f"{f}/")), "")
        serving[folder].append(endpoint.path)
        frameworks[folder][endpoint.framework] += 1
    for folder in sorted(serving or {"": []}):
        numbers = members.get(folder, [])
        languages = Counter(model.files[number].language for number in numbers)
        does = {d.does for number in numbers for told in model.effects.of_call[number].values() for d in told}
        texts = [text for path, text in model.texts.items() if path.startswith(f"{folder}/") or not folder]
        yield Service(
            folder.rpartition("/")[2] or "(whole repository)", folder or ".", tuple(languages), tuple(frameworks[folder]),
            has_metrics=bool(does & {"metric", "trace"}) or any(LIBRARIES.search(text) for text in texts),
            has_health="health" in does or any(HEALTH.search(path) for path in serving[folder]),
        )  # fmt: skip


def _entities(model: Model) -> Iterator[Entity]:
    for cls, stored in model.data.entities.items():
        file = model.files[cls.file]
        if file.is_test:
            continue
        relations = tuple(
            Relation(r.name, r.target_name.strip("'\""), r.is_many, r.is_lazy, r.line)
            for _, r in sorted(stored.relations.items())
        )
        yield Entity(stored.name, stored.table, file.path, model.project.class_(cls).line, relations)


def _data(model: Model) -> Iterator[DataAccess]:
    own = set(model.own)
    for access in model.data.accesses:
        if access.at in own:
            yield DataAccess(
                model.files[access.at].path, access.line, access.op, access.table, model.label(Fn(access.at, model.named(access.at, access.fn))), access.library,
                access.is_bounded if access.many is not None or access.is_bounded else None,
                any(v.kind in ("fmt", "concat") for n in access.calls for v in model.files[access.at].calls[n].args), access.loop >= 0,
            )  # fmt: skip


def _calls(model: Model) -> Iterator[OutgoingCall]:
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            for does in told:
                if does.does == "outgoing":
                    call = model.files[at].calls[index]
                    given = model.effects.given(does, does.effect.timeout) is not None
                    timeout = (
                        "given"
                        if given
                        else "none"
                        if does.effect.default == "none"
                        else f"default {does.effect.default}"
                        if does.effect.default
                        else ""
                    )
                    yield OutgoingCall(
                        model.files[at].path,
                        call.line,
                        does.effect.library or shown(call),
                        model.label(Fn(at, model.named(at, call.fn))),
                        timeout,
                        call.loop >= 0,
                    )


def _resources(model: Model) -> Iterator[Resource]:
    for at in model.own:
        for index, told in model.effects.of_call[at].items():
            call = model.files[at].calls[index]
            for does in told:
                if does.does in KINDS:
                    yield Resource(
                        KINDS[does.does], does.effect.library or shown(call), model.files[at].path, call.line
                    )


def _modules(model: Model) -> Iterator[Module]:
    modules = model.modules
    files: Counter[str] = Counter(modules.of_file.values())
    lines: Counter[str] = Counter()
    for number, name in modules.of_file.items():
        lines[name] += model.files[number].lines
    for name, below in modules.graph.items():
        tables = modules.tables.get(name, Counter())
        yield Module(name, files[name], lines[name], tuple(sorted(below.items())), tuple(sorted(tables.items())))
