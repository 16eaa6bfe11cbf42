"""Drafts the design part of a blueprint from linked code: services, handlers, queries, calls."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.design.written.drafting import HANDLERS_MAX, Drafted, Served, Touch, draft
from backwright.model.blueprint import Blueprint, Service
from backwright.model.errors import NothingToDo
from backwright.review.link.model import Model
from backwright.review.link.project import Fn

DEPTH = 4  # calls followed from a handler: service, repository, helper, driver
DEFAULT = re.compile(r"default (\d+(?:\.\d+)?) (ms|s|min)")
SIZES = {"ms": 0.001, "s": 1.0, "min": 60.0}


def drafted(model: Model, blueprint: Blueprint, name: str) -> str:
    """Return the YAML of a first blueprint; `design check` reads it. NothingToDo without endpoints."""
    touches = _touches(model)
    by_service: dict[Service, list[Served]] = defaultdict(list)
    services = sorted(blueprint.services, key=lambda s: -len(s.folder))
    for declared in model.declared:
        if declared.handler is None:
            continue
        path = model.files[declared.at].path
        service = next((s for s in services if s.folder == "." or path.startswith(f"{s.folder}/")), None)  # fmt: skip
        if service is None:
            continue
        below = model.effects.below(declared.handler, DEPTH)
        done = tuple(touch for fn in below for touch in touches.get(fn, ()))
        by_service[service].append(Served(declared.method, declared.path, f"{path}:{declared.line}", done))  # fmt: skip
    made = []
    for service, endpoints in by_service.items():
        most = sorted(endpoints, key=lambda e: -len(e.touches))[:HANDLERS_MAX]
        rest = [e for e in endpoints if e not in most]
        framework = service.frameworks[0] if service.frameworks else ""
        called = name if service.name.startswith("(") else service.name
        ordered = sorted(most, key=lambda e: (e.path, e.method))
        made.append(Drafted(called, framework, (*ordered, *rest), _pool(blueprint, service)))
    if not made:
        raise NothingToDo(
            f"no endpoint with a handler was found in {name}, so there is nothing to draft",
            hint="backwright design new shop -o mine.yaml",
        )
    return draft(name, tuple(made))


def _touches(model: Model) -> dict[Fn, list[Touch]]:
    found: dict[Fn, list[tuple[int, Touch]]] = defaultdict(list)
    for access in model.data.accesses:
        spot = f"{model.files[access.at].path}:{access.line}"
        touch = Touch(access.op, access.table or "rows", access.loop >= 0, spot)
        found[Fn(access.at, access.fn)].append((access.line, touch))
    for at in model.own:
        for line, fn, touch in _outgoing(model, at):
            found[Fn(at, fn)].append((line, touch))
    return {fn: [touch for _, touch in sorted(rows, key=lambda row: row[0])] for fn, rows in found.items()}  # fmt: skip


def _outgoing(model: Model, at: int) -> Iterator[tuple[int, int, Touch]]:
    for index, told in model.effects.of_call[at].items():
        for does in told:
            if does.does != "outgoing":
                continue
            call = model.files[at].calls[index]
            timeout: float | None = None
            if model.effects.given(does, does.effect.timeout) is None:
                match = DEFAULT.fullmatch(f"default {does.effect.default}")
                timeout = float(match[1]) * SIZES[match[2]] if match else None
                if does.effect.default == "none":
                    timeout = 0.0
            where = model.label(Fn(at, model.named(at, call.fn))).rpartition(".")[2]
            spot = f"{model.files[at].path}:{call.line}"
            yield call.line, call.fn, Touch("call", where or does.effect.library, call.loop >= 0, spot, timeout)  # fmt: skip


def _pool(blueprint: Blueprint, service: Service) -> str:
    prefix = "" if service.folder == "." else f"{service.folder}/"
    pools = [r for r in blueprint.resources if r.kind in ("pool", "connection") and r.file.startswith(prefix)]  # fmt: skip
    return pools[0].name if pools else ""
