"""Whether a file is a script, a migration or the like, by its place."""

import re
from functools import lru_cache

from backwright.review.link.remembering import WORDS_MAX
from backwright.review.regexes import regex

OFFLINE = regex(
    r"(^|/)(migrations?|migrate|seeds?|seeders?|seeding|fixtures|factories|scripts?|tools?|cli|cmd|commands?|console|management|bin|bench\w*|perf|samples?-data|docs?|demo_?data|devtools|[\w-]*ctl|[\w-]+-cli)(/|$)|"
    r"(^|/)(manage|seed|seeds|fixtures|conftest|setup|migrate\w*|bench\w*|(random|sample|demo|dummy)_?data|populate_?db)\.\w+$|(Seeder|Migration|Command|Fixtures?)\.\w+$",
    re.IGNORECASE,
)  # fmt: skip
# In the packages of Java and Kotlin a folder is a word of the business: what com.example.docs.rest serves is no manual.
PACKAGES = regex(r"(^|/)src/main/(java|kotlin)/")
BUSINESS = regex(r"(^|/)(docs?|management|console|tools?|commands?)(?=/)", re.IGNORECASE)


@lru_cache(maxsize=WORDS_MAX)
def is_offline_place(path: str) -> bool:
    """Whether a path is that of a script, a migration or the like."""
    found = PACKAGES.search(path)
    if found is not None:
        path = path[: found.end()] + BUSINESS.sub(r"\1package", path[found.end() :])
    return OFFLINE.search(path) is not None
