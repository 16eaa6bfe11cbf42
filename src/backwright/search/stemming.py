"""English words to stems: Porter's algorithm, so that "caching", "caches" and "cached" meet.

Source: M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980.
"""

import re
from functools import lru_cache

_VOWEL = re.compile(r"[aeiou]|(?<=[^aeiou])y")
_MEASURE = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y)+[^aeiou]")
_SHORT = re.compile(r"[^aeiou][aeiouy][^aeiouwxy]$")
_DOUBLE = re.compile(r"([^aeiouylsz])\1$")

# Endings with what they become when what stands before is long enough; the longest that fits counts.
_STEP2 = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "isation": "ize",
    "abli": "able", "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ise": "ize",
    "ation": "ate", "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful",
    "ousness": "ous", "aliti": "al", "iviti": "ive", "biliti": "ble",
}  # fmt: skip
_STEP3 = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip
_STEP4 = (
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism",
    "ate", "iti", "ous", "ive", "ize",
)  # fmt: skip
_KEPT = 3  # words of so few letters have no ending worth cutting
# Words whose stems Porter's rules part or join wrongly in this field.
_EXCEPTIONS = {
    "news": "news", "kubernetes": "kubernetes", "redis": "redis", "postgres": "postgresql", "kafka": "kafka",
    "aws": "aws", "tls": "tls", "dns": "dns", "cors": "cors", "sas": "saas", "saas": "saas", "ids": "id",
    "data": "data", "databases": "databas", "indices": "index", "indexes": "index", "indexing": "index",
    "queries": "queri", "schemata": "schema", "rust": "rust", "express": "express", "axios": "axios",
    "jenkins": "jenkins", "business": "business", "authentication": "authent", "authenticate": "authent",
    "authorisation": "authoriz", "authorization": "authoriz", "authorise": "authoriz",
    "authorize": "authoriz", "queueing": "queue", "queuing": "queue", "queues": "queue", "queue": "queue",
    "ran": "run", "slower": "slow", "slowly": "slow", "slowness": "slow", "broke": "break", "broken": "break",
    "chose": "choos", "chosen": "choos", "choice": "choos", "choices": "choos", "choosing": "choos",
    "sent": "send", "wrote": "write", "written": "write", "kept": "keep", "lost": "lose", "losing": "lose",
    "goes": "go", "going": "go", "processes": "process", "responses": "respons",
    "general": "general", "generate": "generat", "generated": "generat", "universal": "universal",
    "policy": "polici", "police": "police", "replicas": "replic", "replica": "replic",
    "failing": "fail", "fails": "fail", "failed": "fail", "failure": "fail", "failures": "fail",
    "scalable": "scale", "scalability": "scale", "deployment": "deploi", "deployments": "deploi", "tenancy": "tenant",
    "container": "contain", "containers": "contain", "containerize": "contain", "containerised": "contain", "containerization": "contain",
    "bigger": "big", "biggest": "big", "larger": "larg", "largest": "larg", "encryption": "encrypt",
    "encrypted": "encrypt", "modelling": "model", "modeling": "model", "normalise": "normal",
    "normalize": "normal", "normalisation": "normal", "normalization": "normal", "virtual": "virtual",
    "sharding": "shard", "sharded": "shard", "sharing": "share", "shared": "share", "shares": "share",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the stem of a lower-case word; what is no plain English word is returned as it is."""
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    if len(word) <= _KEPT or not word.isascii() or not word.isalpha():
        return word
    for step in (_plural, _past, _final_y, _long, _longer, _longest, _tidy):
        word = step(word)
    return word


def _measure(text: str) -> int:
    return len(_MEASURE.findall(text))


def _plural(word: str) -> str:
    if word.endswith("sses"):
        return word[:-2]
    if word.endswith("ies"):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        rest = word.removesuffix(ending)
        if rest != word:
            if not _VOWEL.search(rest):
                return word
            if rest.endswith(("at", "bl", "iz")):
                return rest + "e"
            if _DOUBLE.search(rest):
                return rest[:-1]
            if _measure(rest) == 1 and _SHORT.search(rest):
                return rest + "e"
            return rest
    return word


def _final_y(word: str) -> str:
    return word[:-1] + "i" if word.endswith("y") and _VOWEL.search(word[:-1]) else word


def _replaced(word: str, table: dict[str, str]) -> str:
    for ending in sorted(table, key=len, reverse=True):
        if word.endswith(ending):
            rest = word[: -len(ending)]
            return rest + table[ending] if _measure(rest) > 0 else word
    return word


def _long(word: str) -> str:
    return _replaced(word, _STEP2)


def _longer(word: str) -> str:
    return _replaced(word, _STEP3)


def _longest(word: str) -> str:
    for ending in sorted(_STEP4, key=len, reverse=True):
        if word.endswith(ending):
            rest = word[: -len(ending)]
            fits = _measure(rest) > 1 and (ending != "ion" or rest.endswith(("s", "t")))
            return rest if fits else word
    return word


def _tidy(word: str) -> str:
    if word.endswith("e"):
        rest = word[:-1]
        size = _measure(rest)
        if size > 1 or (size == 1 and not _SHORT.search(rest)):
            word = rest
    if word.endswith("ll") and _measure(word) > 1:
        word = word[:-1]
    return word
