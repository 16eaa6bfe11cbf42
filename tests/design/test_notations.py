"""Mermaid, D2 and Structurizr, each read back by the rules of its own grammar.

The real parsers (Mermaid 11, D2 in WebAssembly, the Structurizr DSL parser in Java) were run over the same designs by
hand when this was written; here stand small readers that need nothing installed.
"""

import re

import pytest
from designs_to_draw import EVIL, HOSTILE, MARKET, SHOP, STORE

from backwright.design.drawn.ink import shown
from backwright.design.drawn.notations import d2, mermaid, structurizr
from backwright.design.drawn.sketch import Used, sketch_of

DESIGNS = [
    pytest.param(SHOP, id="three nodes"),
    pytest.param(MARKET, id="nine nodes"),
    pytest.param(STORE, id="23 nodes"),
    pytest.param(HOSTILE, id="hostile names"),
]
WORD = r"[a-z][a-z0-9_]*"
LABEL = r'"((?:[\w ._\-,:+()%/]|#\d+;|<br/>)*)"'
OPEN, CLOSE = r"(?:\(\[|\[\(|\[\[|\[/|\[|\()", r"(?:\]\)|\)\]|\]\]|/\]|\]|\))"
MERMAID = [
    re.compile(rf"  (?P<node>{WORD}){OPEN}{LABEL}{CLOSE}"),
    re.compile(rf"  (?P<source>{WORD}) (?:-->|-\.->)(?:\|{LABEL}\|)? (?P<target>{WORD})"),
    re.compile(rf"  classDef {WORD} [a-z0-9#,:\- ]+"),
    re.compile(rf"  class {WORD}(?:,{WORD})* {WORD}"),
]


def unescaped(label: str) -> list[str]:
    return [re.sub(r"#(\d+);", lambda m: chr(int(m[1])), line) for line in label.split("<br/>")]


@pytest.mark.parametrize("design", DESIGNS)
def test_mermaid_has_every_part_and_flow_and_nothing_else(design):
    sketch = sketch_of(design)
    head, title, end, kind, *lines = mermaid(sketch).splitlines()
    assert ("---", "---", "flowchart LR") == (head, end, kind)
    assert re.fullmatch(r'title: "(?:[^"\\\n]|\\["\\])*"', title)
    read = [next((m for p in MERMAID if (m := p.fullmatch(line))), None) for line in lines]
    assert [] == [line for line, match in zip(lines, read, strict=True) if match is None]
    nodes = {m["node"]: unescaped(m[2])[0] for m in read if "node" in m.re.groupindex}
    assert [shown(p.name) for p in sketch.parts] == list(nodes.values())
    ends = [(nodes[m["source"]], nodes[m["target"]]) for m in read if "source" in m.re.groupindex]
    assert [(shown(f.source), shown(f.target)) for f in sketch.flows] == ends


def d2_texts(text: str) -> list[str]:
    """Return quoted texts, unescaped; fail on a quote that does not end on its line or on a bare ${."""
    found = []
    for raw in re.findall(r': "((?:[^"\\\n]|\\.)*)"(?= \{$|$)', text, re.MULTILINE):
        assert not re.search(r"(?<!\\)(?:\\\\)*\$", raw)
        found.append(re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), raw))
    return found


@pytest.mark.parametrize("design", DESIGNS)
def test_d2_has_every_part_and_flow_and_nothing_else(design):
    sketch = sketch_of(design, used=[Used(p.name, 1.2) for p in sketch_of(design).parts])
    text = d2(sketch)
    plain = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)
    line = rf'direction: right|{WORD}: ""(?: \{{)?|{WORD} -> {WORD}(?:: "")?(?::? \{{)?|  (?:shape|style\.[a-z-]+): (?:[a-z]+|\d+|"")|\}}'
    assert [] == [each for each in plain.splitlines() if not re.fullmatch(line, each)]
    assert plain.count("{") == plain.count("}")
    first = [each.split("\n")[0] for each in d2_texts(text)]
    assert [shown(p.name) for p in sketch.parts] == [
        n for n in first if n in {shown(p.name) for p in sketch.parts}
    ][: len(sketch.parts)]
    assert len(sketch.flows) == len(re.findall(rf"^{WORD} -> {WORD}", plain, re.MULTILINE))


ARITY = {"workspace": (1, 2), "person": (1, 3), "softwareSystem": (1, 3), "container": (1, 4)}
INSIDE = {
    "": {"workspace"},
    "workspace": {"model", "views"},
    "model": {"person", "softwareSystem", "->"},
    "softwareSystem": {"container"},
    "views": {"container", "styles"},
    "container": {"include", "autoLayout"},
    "styles": {"element", "relationship"},
    "element": {"shape", "border"},
    "relationship": {"style"},
}


class Dsl:
    """Reads the part of the Structurizr DSL that is written: its tokens, its blocks, its arities."""

    def __init__(self, text: str) -> None:
        self.ids: dict[str, str] = {}
        self.names: dict[str, set[str]] = {}
        self.relations: list[tuple[str, str, str]] = []
        blocks = [""]
        for line in text.splitlines():
            words = self.tokens(line.strip())
            if words == ["}"]:
                blocks.pop()
                continue
            opens = words[-1] == "{"
            self.statement(blocks[-1], words[:-1] if opens else words)
            if opens:
                blocks.append(self.kind(words))
        assert blocks == [""]

    @staticmethod
    def tokens(line: str) -> list[str]:
        found, rest = [], line
        while rest:
            match = re.match(r'"((?:[^"\\]|\\")*)"(?:\s+|$)|([^\s"]+)(?:\s+|$)', rest)
            assert match, f"no token: {rest}"
            assert "${" not in match[0]
            found.append(match[2] if match[1] is None else match[1].replace('\\"', '"'))
            rest = rest[match.end() :]
        return found

    @staticmethod
    def kind(words: list[str]) -> str:
        return words[2] if len(words) > 2 and words[1] == "=" else words[0]

    def statement(self, block: str, words: list[str]) -> None:
        if len(words) > 2 and words[1] == "->":
            assert "->" in INSIDE[block]
            assert {words[0], words[2]} <= set(self.ids), words
            assert 3 < len(words) <= 6
            assert (
                words[0],
                words[2],
                words[3],
            ) not in self.relations  # Structurizr refuses it twice
            self.relations.append((words[0], words[2], words[3]))
            return
        kind = self.kind(words)
        assert kind in INSIDE[block], (block, words)
        if words[1:2] == ["="]:
            least, most = ARITY[kind]
            assert re.fullmatch(r"\w+", words[0])
            assert words[0].lower() not in self.ids
            assert least <= len(words) - 3 <= most
            family = "container" if kind == "container" else "top"
            assert words[3].strip().lower() not in self.names.setdefault(family, set())
            self.names[family].add(words[3].strip().lower())
            self.ids[words[0]] = words[3]


@pytest.mark.parametrize("design", DESIGNS)
def test_structurizr_is_a_workspace_with_person_system_containers_and_externals(design):
    sketch = sketch_of(design)
    read = Dsl(structurizr(sketch))
    drawn = [p for p in sketch.parts if p.kind != "pool"]
    assert len(drawn) + 1 == len(read.ids)  # and the system itself
    pairs = {(a, b) for a, b, _ in read.relations}
    assert len(pairs) == len(read.relations)


def test_structurizr_names_a_pool_in_the_relation_that_goes_through_it():
    text = structurizr(sketch_of(SHOP))
    assert (
        'service_orders -> store_postgres "60/s write" "pool orders_db: 10 connections, wait at most 5 s"'
        in text
    )
    assert (
        'service_orders -> external_payment "60/s charge" "time-out 3 s, 2 retries, holding orders_db"'
        in text
    )


@pytest.mark.parametrize("write", [mermaid, d2, structurizr], ids=["mermaid", "d2", "structurizr"])
def test_identifiers_of_like_names_differ(write):
    text = write(sketch_of(HOSTILE))
    assert {"service_end", "service_end_2", "external_end"} <= set(re.findall(WORD, text))


@pytest.mark.parametrize("write", [mermaid, d2, structurizr], ids=["mermaid", "d2", "structurizr"])
def test_no_control_character_gets_through(write):
    text = write(sketch_of(HOSTILE))
    assert "\x1b" in EVIL
    assert [] == [char for char in text if not char.isprintable() and char != "\n"]
