"""A map as text: one sentence, endpoints, modules, tables, hot spots."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from backwright.faces.prose.layout import few, label, next_block, para, table

if TYPE_CHECKING:
    from backwright.usecases.map import Map
    from backwright.usecases.schema import Schema

ROWS = 15  # of one table; a screen holds no more of each
WORDS = {True: "yes", False: "no", None: "?"}


def mapped(answer: Map, width: int, only: str = "", *, whole: bool = False) -> list[str]:
    """Return the map, or one part of it."""
    made = answer.blueprint
    frameworks = dict.fromkeys(name for service in made.services for name in service.frameworks)
    first = (
        f"{answer.name}: {few(len(made.services), 'service')} ({', '.join(frameworks) or 'no web framework found'}), {few(len(made.endpoints), 'endpoint')},"
        f" {few(len(made.modules), 'module')}, {few(len(made.entities), 'entity', 'entities')}, {few(len({d.entity for d in made.data if d.entity}), 'table')},"
        f" {few(len(made.calls), 'outgoing call')}."
    )
    lines = [*para(first, width)]
    limit = 10**9 if whole else ROWS
    if only in ("", "endpoints"):
        lines += ["", *_endpoints(answer, width, limit)]
    if only in ("", "modules"):
        lines += ["", *_modules(answer, width, limit)]
    if only in ("", "tables"):
        lines += ["", *_tables(answer, width, limit)]
    if only == "":
        lines += _hot(answer, width)
    where = shlex.quote(answer.path)
    commands = [
        (f"backwright map {where} --format html -o map.html", "the picture"),
        (f"backwright review {where}", "what is wrong with it"),
        (f"backwright advise split {where}", "whether to divide it"),
    ]
    return [*lines, "", *next_block(commands, width)]


def _left(count: int, limit: int, flag: str) -> list[str]:
    return [f"{count - limit} more: {flag}"] if count > limit else []


def _endpoints(answer: Map, width: int, limit: int) -> list[str]:
    made = answer.blueprint.endpoints
    rows = [
        (
            e.method,
            e.path,
            WORDS[e.auth],
            WORDS[e.limited],
            "-" if e.paginated is None else WORDS[e.paginated],
            e.handler,
        )
        for e in made[:limit]
    ]
    if not rows:
        return ["no endpoints found"]
    return [
        *table(("method", "path", "login", "limit", "pages", "handler"), rows, max(width, 40)),
        *_left(len(made), limit, "--only endpoints --all"),
    ]


def _modules(answer: Map, width: int, limit: int) -> list[str]:
    made = answer.blueprint.modules
    used = {
        m.name: sum(n for other in made for target, n in other.imports if target == m.name)
        for m in made
    }
    knots = {name for group in answer.cycles for name in group}
    ranked = sorted(made, key=lambda m: -m.lines)
    rows = []
    for m in ranked[:limit]:
        out = sum(n for _, n in m.imports)
        total = out + used[m.name]
        rows.append(
            (
                m.name,
                str(m.files),
                f"{m.lines:,}",
                str(used[m.name]),
                str(out),
                f"{out / total:.2f}" if total else "-",
                str(len(m.tables)),
                "cycle" if m.name in knots else "",
            )
        )
    lines = table(
        ("module", "files", "lines", "used", "uses", "unstable", "tables", ""),
        rows,
        max(width, 40),
        right=(1, 2, 3, 4, 5, 6),
    )
    lines += _left(len(made), limit, "--only modules --all")
    for group in answer.cycles:
        lines += label(
            "cycle",
            ", ".join(group[:8]) + (f" and {len(group) - 8} more" if len(group) > 8 else ""),
            width,
        )
    return lines


def _tables(answer: Map, width: int, limit: int) -> list[str]:
    users: dict[str, dict[str, int]] = {}
    for module in answer.blueprint.modules:
        for name, count in module.tables:
            users.setdefault(name, {})[module.name] = count
    if not users:
        return ["no tables found"]
    ranked = sorted(users.items(), key=lambda each: (-sum(each[1].values()), each[0]))
    rows = [
        (
            name,
            str(sum(by.values())),
            ", ".join(f"{m} ({n})" for m, n in sorted(by.items(), key=lambda e: -e[1])[:3]),
        )
        for name, by in ranked[:limit]
    ]
    return [
        *table(("table", "places", "from"), rows, max(width, 40), right=(1,)),
        *_left(len(users), limit, "--only tables --all"),
    ]


def _hot(answer: Map, width: int) -> list[str]:
    if not answer.commits:
        return ["", *label("hot", "not known: no git history here", width)]
    if not answer.hot:
        return []
    rows = [(h.file, str(h.changes), f"{h.lines:,}", str(h.users)) for h in answer.hot[:6]]
    lines = [
        "",
        *table(("hot spots", "changes", "lines", "used by"), rows, max(width, 40), right=(1, 2, 3)),
    ]
    text = f"Changes of the last {answer.commits} commits times lines times users: where a mistake is likely and dear."
    lines += para(text, width)
    for pair in answer.coupled[:3]:
        lines += label(
            "together",
            f"{pair.one} and {pair.other} changed in the same commit {pair.commits} times",
            width,
        )
    return lines


def schema(answer: Schema, _: int) -> list[str]:
    """Return the schema itself."""
    return answer.text.splitlines()


RENDER = {"Map": mapped, "Schema": schema}
