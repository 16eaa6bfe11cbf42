"""What Hibernate does not ask for row by row: rows that are kept between sessions, or loaded many at once."""

from functools import cached_property

from backwright.review.facts import Field
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex

LANGUAGES = ("java", "kotlin")
BATCHES = regex(r"default_batch_fetch_size|default-batch-fetch-size|batch-fetch-size")
LOADS_TOGETHER = frozenset({"BatchSize", "Fetch", "LazyCollection"})
_KEPT = frozenset({"Cacheable", "Cache", "BatchSize"})


class JpaCaches:
    """Which entities and relations are loaded with less than a query for each."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def loads_in_batches(self) -> bool:
        """Whether the configuration has everything that is lazy loaded many at once."""
        return any(BATCHES.search(text) for text in self.model.texts.values())

    def is_kept(self, cls: Cls | None) -> bool:
        """Whether rows of an entity are cached or come in batches, so that reading one of each row asks seldom."""
        if cls is None or self.model.files[cls.file].language not in LANGUAGES:
            return False
        return any(mark.name in _KEPT for mark in self.model.project.class_(cls).marks)

    def is_together(self, field: Field) -> bool:
        """Whether a relation says itself that it is loaded for many rows at once."""
        return any(mark.name in LOADS_TOGETHER for mark in field.marks)
