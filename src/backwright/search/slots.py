"""What a question says plainly: numbers, names and callers, as the fields of a command."""

import re
from collections.abc import Mapping, Sequence

from backwright.search.words import spoken

Names = Mapping[str, tuple[tuple[str, str], ...]]  # slot to (phrase as `spoken` has it, id) pairs

_NUMBER = r"(\d[\d,]*(?:\.\d+)?)\s*(k|m|g|thousand|million|billion|mio)?"
_PER = r"(?:a|an|per|each|every|/)"
_PERIOD = r"(s|sec|second|m|min|minute|h|hour|d|day|week|month)\b"
_RATE = re.compile(rf"{_NUMBER}\s*(?:[a-z]+\s+){{0,3}}{_PER}\s*{_PERIOD}", re.IGNORECASE)
_RPS = re.compile(rf"{_NUMBER}\s*(?:rps|qps|req/s|requests/s)\b", re.IGNORECASE)
_TIMES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "mio": 1e6, "g": 1e9, "billion": 1e9}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}
_MONTH_DAYS = 30
_LIMITS = {
    "hours": (1, 100),
    "teams": (1, 1000),
    "team": (1, 10_000),
}  # beyond it is another number
_NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12", "twenty": "20",
}  # fmt: skip
_COUNT = r"(\d+|" + "|".join(_NUMBERS) + ")"
_COUNTED = {
    "hours": re.compile(rf"\b{_COUNT} ?(?:h|hours?) {_PER} week|\b{_COUNT} (?:weekly )?hours? weekly", re.I),
    "teams": re.compile(rf"\b{_COUNT} (?:[a-z]+ )?(?:teams|squads)\b", re.I),
    "team": re.compile(rf"\bteam of {_COUNT}\b|\bwe are {_COUNT}\b|\b{_COUNT} (?:people|developers|engineers|devs|programmers)\b", re.I),
}  # fmt: skip
_AVAILABILITY = re.compile(r"\b(9\d(?:\.\d+)?) ?(?:%|percent|per cent)", re.IGNORECASE)
_NINES = {"two": "99", "three": "99.9", "four": "99.99", "five": "99.999"}
_ROWS = re.compile(
    rf"{_NUMBER}\s*(?:[a-z]+\s+){{0,2}}(?:rows|records|documents|readings|entries)\b", re.I
)
_LOGINS = re.compile(rf"\b{_NUMBER}\s*(?:logins|sign-ins|log-ins)\b", re.IGNORECASE)
_GROWTH = re.compile(
    r"\b(\d+(?:\.\d+)?) ?(?:%|percent|per cent) (?:a|per|each|every) month", re.IGNORECASE
)
_PROFILE = re.compile(r"\b[\w./-]+\.(?:speedscope\.json|cpuprofile|heapsnapshot|pprof|pb\.gz|collapsed|folded|prof)\b")  # fmt: skip
_CALLERS = (
    ("browser", r"browsers?|web app|web client|website|web site|single page app|spa\b|frontend|front end"),
    ("mobile", r"mobile|phones?|ios|android|native app|app users"),
    ("partner", r"partners?|third part(?:y|ies)|external developers|other companies"),
    ("service", r"internal services?|between services|service to service|other services|microservices|machines"),
)  # fmt: skip
_PATTERNS = (
    ("key", r"by (?:its |their )?(?:id|key)\b|key value|look ?ups? by"),
    ("range", r"ranges?\b|between two dates|sorted by|newest first|latest \d*|page through"),
    ("join", r"joins?\b|relations?\b|relational|customers and orders"),
    ("aggregate", r"aggregat\w+|sums?\b|totals?\b|averages?\b|reports?\b|analytics|group by"),
    ("text", r"full.?text|search box|search in texts?|typos?"),
    ("graph", r"friends of friends|graph\b|social network|recommendations"),
    ("time", r"time series|sensors?\b|readings|metrics over time|measurements"),
)
_DATA = (
    ("payment", r"payments?|credit cards?|card numbers?|bank"),
    ("health", r"health|patients?|medical"),
    ("personal", r"personal data|addresses|customer data|private data"),
)
_KINDS = (
    ("store", r"databases?|stores?\b|nosql|sql\b"),
    ("broker", r"brokers?|message queues?|messaging|event bus|streaming platform"),
    ("gateway", r"gateways?|reverse prox(?:y|ies)|load balancers?|ingress"),
    ("framework", r"frameworks?"),
    ("language", r"languages?"),
)
_LEVELS = (("junior", r"junior|entry"), ("mid", r"mid.level"), ("senior", r"senior"), ("staff", r"staff engineer|principal"))  # fmt: skip


def slots_in(question: str, names: Names, kinds: Mapping[str, str]) -> dict[str, str]:
    """Return the slots that a question fills plainly.

    Args:
        names: Phrases that stand for an id, longest first.
        kinds: Kind of each option of `advise stack`, by id: only options of one kind are compared.
    """
    read = (
        ("rate", _rate(question)),
        ("availability", _availability(question)),
        ("rows", _amount(_ROWS, question)),
        ("logins", _amount(_LOGINS, question)),
        ("growth", _first(_GROWTH, question)),
        ("files", " ".join(dict.fromkeys(m[0] for m in _PROFILE.finditer(question)))),
        ("callers", _all_of(_CALLERS, question)),
        ("patterns", _all_of(_PATTERNS, question)),
        ("data", _one_of(_DATA, question)),
        ("kind", _one_of(_KINDS, question)),
        ("level", _one_of(_LEVELS, question)),
        *((slot, _count(slot, question)) for slot in _COUNTED),
    )
    found = {slot: value for slot, value in read if value}
    if "callers" in found:  # who signs in has another name for the same people
        found["visitors"] = found["callers"].replace("partner", "third-party")
    said = spoken(question)
    for slot in ("role", "case", "blueprint"):
        if named := named_in(said, names.get(slot, ())):
            found[slot] = named[0]
    options = named_in(said, names.get("options", ()))
    if options:
        kind = kinds.get(options[0], "")
        alike = [option for option in options if kinds.get(option) == kind]
        if len(alike) > 1:
            found["options"] = " ".join(alike)
            found.pop("kind", None)  # the options say what is chosen
    return found


def named_in(said: str, names: Sequence[tuple[str, str]]) -> list[str]:
    """Return the ids of names that stand in `spoken` text, in the order of the text, each once."""
    places: dict[str, int] = {}
    for phrase, name in names:
        place = said.find(f" {phrase} ")
        if place >= 0:
            # "spring boot" is not "spring" as well: what is taken is not looked at again.
            said = said.replace(f" {phrase} ", " " + "_" * len(phrase) + " ")
            places[name] = min(places.get(name, place), place)
    return sorted(places, key=lambda name: places[name])


def _plain(value: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size and round(value / size, 3) * size == value:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _value(number: str, unit: str | None) -> float:
    return float(number.replace(",", "")) * _TIMES.get((unit or "").lower(), 1)


def _rate(question: str) -> str:
    if found := _RPS.search(question):
        return f"{_plain(_value(found[1], found[2]))}/s"
    for found in _RATE.finditer(question):
        if re.search(r"\bhours?\b", found[0].rpartition(" week")[0]):  # hours of study a week
            continue
        value, period = _value(found[1], found[2]), found[3].lower()
        if period.startswith("month"):
            value, period = round(value / _MONTH_DAYS), "d"
        if period.startswith("w"):
            value, period = round(value / 7), "d"
        if period[0] in "mh":
            value, period = round(value / _SECONDS[period[0]], 3), "s"
        return f"{_plain(value)}/{'day' if period[0] == 'd' else 's'}"
    return ""


def _availability(question: str) -> str:
    if found := _AVAILABILITY.search(question):
        return found[1]
    nines = re.search(r"\b(two|three|four|five) nines\b", question, re.IGNORECASE)
    return _NINES[nines[1].lower()] if nines else ""


def _amount(pattern: re.Pattern[str], question: str) -> str:
    found = pattern.search(question)
    return f"{_value(found[1], found[2]):.0f}" if found else ""


def _first(pattern: re.Pattern[str], question: str) -> str:
    found = pattern.search(question)
    return found[1] if found else ""


def _count(slot: str, question: str) -> str:
    found = _COUNTED[slot].search(question)
    if not found:
        return ""
    word = next(group for group in found.groups() if group)
    number = _NUMBERS.get(word.lower(), word)
    low, high = _LIMITS[slot]
    return number if low <= int(number) <= high else ""


def _all_of(table: Sequence[tuple[str, str]], question: str) -> str:
    return " ".join(
        name for name, words in table if re.search(rf"\b(?:{words})", question, re.IGNORECASE)
    )


def _one_of(table: Sequence[tuple[str, str]], question: str) -> str:
    return _all_of(table, question).partition(" ")[0]
