"""A design in the notations of other tools: Mermaid flowchart, Structurizr DSL (C4 container view), D2."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from backwright.design import wording
from backwright.design.drawn.ink import share, short, shown
from backwright.design.drawn.relations import CLIENT, Flow
from backwright.design.drawn.sketch import Part, Sketch

TEXT_MAX = 200  # characters of one text; a longer one is cut, since tools draw it on one line
SLUG_MAX = 32
_SHAPES = {  # Mermaid: what stands before and after a label
    "client": ("([", "])"),
    "service": ("[", "]"),
    "pool": ("(", ")"),
    "queue": ("[[", "]]"),
    "cache": ("[/", "/]"),
    "store": ("[(", ")]"),
    "external": ("[", "]"),
}
_D2_SHAPES = {
    "client": "person",
    "pool": "oval",
    "queue": "queue",
    "cache": "page",
    "store": "cylinder",
}


def mermaid(sketch: Sketch) -> str:
    """Return the design as a Mermaid flowchart; every text is written with entity codes where it could be syntax."""
    ids = _ids(sketch.parts)
    lines = ["---", f"title: {_yaml(sketch.name)}", "---", "flowchart LR"]
    for part in sketch.parts:
        before, after = _SHAPES[part.kind]
        texts = [part.name, *_facts(part)]
        lines.append(
            f'  {ids[part.name]}{before}"{"<br/>".join(_entities(text) for text in texts)}"{after}'
        )
    for flow in sketch.flows:
        arrow = "-.->" if flow.is_message else "-->"
        texts = _flow_texts(flow)
        label = f'|"{"<br/>".join(_entities(text) for text in texts)}"|' if texts else ""
        lines.append(f"  {ids[flow.source]} {arrow}{label} {ids[flow.target]}")
    outside = [ids[part.name] for part in sketch.parts if part.kind == "external"]
    if outside:
        lines += [
            "  classDef external stroke-dasharray:5 4",
            f"  class {','.join(outside)} external",
        ]
    full = [ids[part.name] for part in sketch.parts if part.used and part.used.share >= 1]
    if full:
        lines += [
            "  classDef unstable stroke:#9c3c08,stroke-width:3px",
            f"  class {','.join(full)} unstable",
        ]
    return "\n".join(lines) + "\n"


def d2(sketch: Sketch) -> str:
    """Return the design as D2; texts are in double quotes with everything escaped that D2 would read."""
    ids = _ids(sketch.parts)
    lines = ["direction: right"]
    for part in sketch.parts:
        texts = [part.name, *_facts(part)]
        made = [f"  shape: {_D2_SHAPES[part.kind]}"] if part.kind in _D2_SHAPES else []
        if part.kind == "external":
            made.append("  style.stroke-dash: 4")
        if part.used and part.used.share >= 1:
            made += ['  style.stroke: "#9c3c08"', "  style.stroke-width: 4"]
        head = f"{ids[part.name]}: {_d2_text(texts)}"
        lines += [f"{head} {{", *made, "}"] if made else [head]
    for flow in sketch.flows:
        texts = _flow_texts(flow)
        label = f": {_d2_text(texts)}" if texts else ""
        dash = " {\n  style.stroke-dash: 3\n}" if flow.is_message else ""
        lines.append(
            f"{ids[flow.source]} -> {ids[flow.target]}{label or (':' if dash else '')}{dash}"
        )
    return "\n".join(lines) + "\n"


def structurizr(sketch: Sketch) -> str:
    """Return the design as a Structurizr DSL workspace with one C4 container view.

    Services, stores, caches and queues are containers of the system; what is not yours is a system of its own. A
    connection pool is no container: it is named in the technology of the relation that goes through it.
    """
    parts = [part for part in sketch.parts if part.kind != "pool"]
    ids = _ids(parts)
    names = _distinct(parts)
    name = _quoted(sketch.name) if sketch.name.strip() else '"design"'
    lines = [f"workspace {name} {{", "  model {"]
    for part in parts:
        facts = _quoted(", ".join(_facts(part)))
        if part.kind == "client":
            lines.append(f"    {ids[part.name]} = person {_quoted(names[part.name])} {facts}")
        elif part.kind == "external":
            lines.append(
                f'    {ids[part.name]} = softwareSystem {_quoted(names[part.name])} {facts} "External"'
            )
    lines.append(f"    design_system = softwareSystem {name} {{")
    for part in parts:
        if part.kind not in ("client", "external"):
            facts = _quoted(", ".join(_facts(part)))
            technology, tag = _quoted(part.technology), part.kind.capitalize()
            lines.append(
                f'      {ids[part.name]} = container {_quoted(names[part.name])} {facts} {technology} "{tag}"'
            )
    lines.append("    }")
    for flow, pools in _without_pools(sketch):
        often = [f"{_often(flow)} {', '.join(flow.operations)}".strip() or "calls"]
        words = [*flow.policy, *pools, *(f"holding {name}" for name in flow.held)]
        tag = ' "Message"' if flow.is_message else ""
        lines.append(
            f"    {ids[flow.source]} -> {ids[flow.target]} {_quoted(often[0])} {_quoted(', '.join(words))}{tag}"
        )
    lines += ["  }", "  views {", '    container design_system "containers" {', "      include *", "      autoLayout lr", "    }"]  # fmt: skip
    lines += ["    styles {"]
    for tag, setting in (
        ("Person", "shape Person"),
        ("Store", "shape Cylinder"),
        ("Queue", "shape Pipe"),
        ("Cache", "shape Folder"),
        ("External", "border dashed"),
    ):
        lines += [f'      element "{tag}" {{', f"        {setting}", "      }"]
    lines += [
        '      relationship "Message" {',
        "        style dotted",
        "      }",
        "    }",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _without_pools(sketch: Sketch) -> list[tuple[Flow, list[str]]]:
    """Return flows between what is no pool, each with the pools it goes through, in words."""
    pools = {part.name: part for part in sketch.parts if part.kind == "pool"}
    owners: dict[str, str] = {f.target: f.source for f in sketch.flows if f.target in pools}
    joined: dict[tuple[str, str], tuple[Flow, list[str]]] = {}
    for flow in sketch.flows:
        if flow.target in pools or flow.source == flow.target:
            continue
        words: list[str] = []
        own = flow
        if flow.source in pools:
            part = pools[flow.source]
            words = [f"pool {part.name}: {', '.join(part.lines)}"]
            own = replace(flow, source=owners.get(part.name, CLIENT))
        key = (own.source, own.target)
        joined[key] = _both(joined[key], (own, words)) if key in joined else (own, words)
    return list(joined.values())


def _both(one: tuple[Flow, list[str]], other: tuple[Flow, list[str]]) -> tuple[Flow, list[str]]:
    """Return two flows between the same parts as one: a C4 relation is named once."""
    (a, words), (b, more) = one, other
    joined = replace(
        a,
        rate=None if a.rate is None or b.rate is None else a.rate + b.rate,
        at_most=a.at_most or b.at_most,
        operations=tuple(dict.fromkeys((*a.operations, *b.operations))),
        policy=tuple(dict.fromkeys((*a.policy, *b.policy))),
        held=tuple(dict.fromkeys((*a.held, *b.held))),
        is_message=a.is_message and b.is_message,
    )
    return joined, [*words, *more]


def _facts(part: Part) -> list[str]:
    kind = {"client": "", "external": "external system"}.get(part.kind, part.kind)
    texts = ([kind] if kind else []) + list(part.lines)
    if part.used is not None:
        texts.append(
            f"{share(round(part.used.share, 3))} used"
            + (f", {part.used.word}" if part.used.word else "")
        )
    return texts


def _often(flow: Flow) -> str:
    if flow.rate is None:
        return ""
    return f"{'at most ' if flow.at_most else ''}{wording.per_second(flow.rate)}"


def _flow_texts(flow: Flow) -> list[str]:
    first = f"{_often(flow)} {', '.join(flow.operations)}".strip()
    held = [f"holding {', '.join(flow.held)}"] if flow.held else []
    return [text for text in (first, *flow.policy, *held) if text]


def _ids(parts: Sequence[Part]) -> dict[str, str]:
    """Return an identifier per name: kind and name, plain letters only, none a word of any notation, none twice."""
    made: dict[str, str] = {}
    taken: dict[str, int] = defaultdict(int)
    for part in parts:
        slug = re.sub(r"[^a-z0-9]+", "_", part.name.lower()).strip("_")[:SLUG_MAX].strip("_")
        name = f"{part.kind}_{slug}" if slug else part.kind
        name = "the_client" if part.kind == "client" else name
        taken[name] += 1
        while taken[name] > 1:
            name = f"{name}_{taken[name]}"
            taken[name] += 1
        made[part.name] = name
    return made


def _distinct(parts: Sequence[Part]) -> dict[str, str]:
    """Return what Structurizr shows as names: no two alike, case and outer blanks aside."""
    made: dict[str, str] = {}
    taken: set[str] = set()
    for part in parts:
        name = _plain(part.name).strip() or part.kind
        while name.lower() in taken:
            name += "'"
        taken.add(name.lower())
        made[part.name] = name
    return made


def _entities(text: str) -> str:
    """Return the text as Mermaid reads it literally: what is no letter, digit or plain mark becomes #code;.

    So does a mark that comes first, since Mermaid takes "- " for the beginning of a list.
    """
    return "".join(
        char if char.isalnum() or (at and char in " ._-,:+()%/") else f"#{ord(char)};" for at, char in enumerate(short(text, TEXT_MAX))
    )  # fmt: skip


def _yaml(text: str) -> str:
    """Return the text as a YAML scalar in double quotes, in one line, with nothing that ends a front matter."""
    return (
        '"'
        + short(text, TEXT_MAX).replace("\\", "\\\\").replace('"', '\\"').replace("<", "&lt;")
        + '"'
    )


def _d2_text(texts: Sequence[str]) -> str:
    joined = "\n".join(short(text, TEXT_MAX) for text in texts)
    for char, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\n", "\\n")):
        joined = joined.replace(char, escaped)
    return f'"{joined}"'


def _plain(text: str) -> str:
    """Return the text without what Structurizr would read in a quoted text: an escape, or ${a variable}."""
    return shown(text).replace("\\", "/").replace("${", "$ {")


def _quoted(text: str) -> str:
    return '"' + short(_plain(text), TEXT_MAX).replace('"', '\\"') + '"'
