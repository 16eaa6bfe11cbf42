"""The index of `ask`: built once for each content, kept in the cache, opened without reading the catalog."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from backwright.catalog.asking import FILES, read_asking
from backwright.model.asking import Intent
from backwright.search.intents import Cue
from backwright.search.passages import Passage, Postings, index
from backwright.search.words import spoken, stems_of
from backwright.usecases.bench import Bench
from backwright.usecases.corpus import addresses, pages_of
from backwright.usecases.knowing import known

FORMAT = 8  # raise when what is kept, or how text becomes terms, changes


class _Kept(msgspec.Struct, array_like=True):
    format: int
    heads: list[tuple[str, str, str]]
    passages: list[msgspec.Raw]
    page_terms: dict[str, bytes]
    passage_terms: dict[str, bytes]
    phrase_terms: dict[str, bytes]
    owners: tuple[int, ...]
    rarity: dict[str, float]
    firsts: tuple[int, ...]
    priors: tuple[float, ...]
    meanings: dict[str, tuple[str, ...]]
    intents: tuple[Intent, ...]
    examples: tuple[tuple[tuple[str, ...], ...], ...]
    cues: tuple[tuple[str, ...], ...]
    names: dict[str, tuple[tuple[str, str], ...]]
    kinds: dict[str, str]
    sources: dict[str, tuple[str, str]]
    outside: tuple[str, ...]


@dataclass(frozen=True)
class Head:
    """A page without its text: its id, its kind, its title."""

    id: str
    kind: str
    title: str


@dataclass(frozen=True)
class Indexed:
    """Pages that can be searched, and what questions about them mean."""

    kept: _Kept

    @cached_property
    def postings(self) -> Postings:
        """What the search looks terms up in."""
        kept = self.kept
        return Postings(
            kept.page_terms, kept.passage_terms, kept.phrase_terms, kept.owners,
            kept.rarity, kept.firsts, kept.priors,
        )  # fmt: skip

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The intents as they are compared."""
        kept = self.kept
        return tuple(
            Cue(intent.id, examples, words, intent.pages, intent.given)
            for intent, examples, words in zip(kept.intents, kept.examples, kept.cues, strict=True)
        )

    @cached_property
    def intents(self) -> Mapping[str, Intent]:
        """Intents by id."""
        return {intent.id: intent for intent in self.kept.intents}

    def head(self, page: int) -> Head:
        """Return what a page is called."""
        return Head(*self.kept.heads[page])

    def passage(self, number: int) -> Passage:
        """Return a passage with its text."""
        return msgspec.msgpack.decode(self.kept.passages[number], type=Passage)


def indexed(bench: Bench) -> Indexed:
    """Return the index of this content, built when it is not kept yet.

    Raises:
        BadContent: The content does not hold together.
    """
    key = f"ask/{FORMAT}/{bench.digest}/{bench.rules()}"
    if kept := bench.cache.get(key):
        try:
            found = msgspec.msgpack.decode(kept, type=_Kept)
            if found.format == FORMAT:
                return Indexed(found)
        except msgspec.DecodeError:
            pass  # written by another version; build again
    bench.progress("building the index of all pages, once")
    built = build(bench)
    bench.cache.put(key, msgspec.msgpack.encode(built))
    return Indexed(built)


def build(bench: Bench) -> _Kept:
    """Read everything and make the index."""
    texts, catalog = bench.pages(), bench.catalog
    asking = read_asking({name: texts.get(f"ask/{name}.toml", "") for name in FILES})
    pages = pages_of(catalog, known(bench)[0], texts, asking.asked)
    postings = index(pages)
    options = catalog.stack.options
    named = [(o.id, name) for o in options.values() for name in (o.id, o.name, *o.also)]
    sources = {each.id: (each.title, each.url) for each in catalog.sources.values()}
    sources |= {url: (title, url) for title, url in addresses(texts)}
    for skill in catalog.skills.values():
        for resource in skill.resources:
            base = catalog.sources[resource.source]
            whole = resource.path.startswith("https://")
            sources[f"{resource.source}/{resource.title}"] = (
                f"{base.title}, {resource.title}" if resource.title != base.title else base.title,
                resource.path if whole else base.url + resource.path,
            )
    return _Kept(
        FORMAT,
        [(page.id, page.kind, page.title) for page in pages],
        [msgspec.Raw(msgspec.msgpack.encode(p)) for page in pages for p in page.passages],
        dict(postings.pages),
        dict(postings.passages),
        dict(postings.phrases),
        postings.owners,
        dict(postings.rarity),
        postings.firsts,
        postings.priors,
        {spoken(phrase): tuple(stems_of(m.means)) for m in asking.meanings for phrase in m.say},
        asking.intents,
        tuple(tuple(tuple(stems_of(e)) for e in intent.ask) for intent in asking.intents),
        tuple(tuple(spoken(word) for word in intent.words) for intent in asking.intents),
        {
            "options": _names(named),
            "role": _names((r.id, n) for r in catalog.roles.values() for n in (r.name, r.id.replace("-", " "))),
            "case": _names((c.id, n) for c in catalog.cases.values() for n in (c.name, c.id.replace("-", " "))),
            "blueprint": _names((name, name.replace("-", " ")) for name in bench.blueprints() if name != "shop"),
        },
        {option.id: option.kind for option in options.values()},
        sources,
        tuple(spoken(word) for word in asking.outside),
    )  # fmt: skip


def _names(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (phrase as it is looked for, id), longest phrase first."""
    found = {spoken(name).strip(): id_ for id_, name in pairs if spoken(name).strip()}
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))
