"""Builds the index of `ask` from everything that can be quoted."""

from collections.abc import Iterable, Sequence

import msgspec

from backwright.catalog.asking import FILES, read_asking
from backwright.model.asking import Asking
from backwright.search.passages import Page, index
from backwright.search.routing import Directions
from backwright.search.words import spoken, stems_of
from backwright.usecases.bench import Bench
from backwright.usecases.corpus import addresses, pages_of
from backwright.usecases.indexed import FORMAT, Kept
from backwright.usecases.knowing import known


def read_all(bench: Bench) -> tuple[tuple[Page, ...], Asking]:
    """Return every page, and what questions mean."""
    texts = bench.pages()
    asking = read_asking({name: texts.get(f"ask/{name}.toml", "") for name in FILES})
    return pages_of(bench.catalog, known(bench)[0], texts, asking.asked), asking


def texts_of(bench: Bench) -> list[str]:
    """Return every sentence whose meaning is compared, in the order of the index."""
    pages, asking = read_all(bench)
    return (
        [text for page in pages for text in page.said]
        + [text for intent in asking.intents for text in intent.ask]
        + list(asking.elsewhere)
    )


def vectors_of(texts: Sequence[str], bench: Bench) -> bytes:
    """Return one vector for each text, those that come with the package as they are; b"" without an encoder."""
    encoder = bench.encoder()
    return encoder.kept(texts) if encoder else b""


def build(bench: Bench) -> Kept:
    """Read everything and make the index."""
    catalog = bench.catalog
    pages, asking = read_all(bench)
    postings = index(pages)
    options = catalog.stack.options
    said = [(n, text) for n, page in enumerate(pages) for text in page.said]
    examples = [(n, text) for n, intent in enumerate(asking.intents) for text in intent.ask]
    vectors = vectors_of([text for _, text in (*said, *examples)], bench)
    learned = Directions()
    if vectors and (encoder := bench.encoder()):
        beside = vectors_of(asking.elsewhere, bench)
        owners = [n for n, _ in examples]
        learned = _learnt(
            vectors + beside,
            len(said),
            owners,
            len(asking.intents),
            len(asking.elsewhere),
            encoder.size,
        )
    named = [(o.id, name) for o in options.values() for name in (o.id, o.name, *o.also)]
    sources = {each.id: (each.title, each.url) for each in catalog.sources.values()}
    sources |= {url: (title, url) for title, url in addresses(bench.pages())}
    for skill in catalog.skills.values():
        for resource in skill.resources:
            base = catalog.sources[resource.source]
            whole = resource.path.startswith("https://")
            sources[f"{resource.source}/{resource.title}"] = (
                f"{base.title}, {resource.title}" if resource.title != base.title else base.title,
                resource.path if whole else base.url + resource.path,
            )
    return Kept(
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
        vectors,
        tuple(n for n, _ in said),
        tuple(n for n, _ in examples),
        learned,
    )  # fmt: skip


def _learnt(
    rows: bytes, said: int, owners: Sequence[int], intents: int, elsewhere: int, size: int
) -> Directions:
    """Learn from vectors of what is said of pages, then of examples of intents, then of questions of other fields."""
    import numpy as np  # only with an encoder

    from backwright.search.routing import learnt

    vectors = np.frombuffer(rows, np.int8).reshape(-1, size)
    ends = said + len(owners)
    routes = learnt(vectors[said:ends], np.eye(intents)[list(owners)])
    inside = np.repeat([[1.0], [-1.0]], [ends, elsewhere], axis=0)
    return routes.beside(learnt(vectors, inside))


def _names(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (phrase as it is looked for, id), longest phrase first."""
    found = {spoken(name).strip(): id_ for id_, name in pairs if spoken(name).strip()}
    return tuple(sorted(found.items(), key=lambda pair: (-len(pair[0]), pair[0])))
