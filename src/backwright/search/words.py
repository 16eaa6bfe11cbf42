"""Text to the stems that searching compares: what people write differently is folded, what says nothing is left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from backwright.search.stemming import stem

QUESTION_WORDS_MAX = 60  # more is a text, not a question; the rest is not looked at

_WORD = re.compile(r"[a-z0-9]+(?:[+#]+|'[a-z]+)?")
# Names that would fall apart into words that mean something else; whole names first.
_NAMES = (
    ("asp.net", "aspnet"), ("node.js", "nodejs"), ("vue.js", "vuejs"), ("next.js", "nextjs"), ("express.js", "express"),
    (".net", " dotnet"), ("socket.io", "socketio"), ("c++", "cpp"), ("c#", "csharp"), ("ci/cd", "cicd"), ("ci / cd", "cicd"),
    ("n+1", "nplusone"), ("n + 1", "nplusone"), ("tcp/ip", "tcp ip"), ("i/o", "io"), ("twelve-factor", "twelvefactor"),
    ("12-factor", "twelvefactor"), ("12 factor", "twelvefactor"), ("twelve factor", "twelvefactor"), ("x.509", "certificate"),
    ("server-sent", "serversent"), ("server sent", "serversent"), ("e2e", "end-to-end"), ("full-text", "fulltext"),
    ("full text", "fulltext"), ("web socket", "websocket"), ("rate-limit", "rate limit"), ("ratelimit", "rate limit"),
    ("data base", "database"), ("time-out", "timeout"), ("time out", "timeout"), ("back-pressure", "backpressure"),
    ("multi-tenan", "multitenan"), ("multi tenan", "multitenan"), ("micro-service", "microservice"), ("micro service", "microservice"),
    ("load-balanc", "load balanc"), ("real-time", "realtime"), ("real time", "realtime"), ("log in", "login"),
    ("sign in", "login"), ("sign-in", "login"), ("back up", "backup"), ("roll back", "rollback"), ("fail over", "failover"),
    ("fail-over", "failover"), ("key-value", "keyvalue"), ("key value", "keyvalue"), ("many-to-many", "manytomany"),
    ("open telemetry", "opentelemetry"), ("my sql", "mysql"), ("mongo db", "mongodb"), ("dynamo db", "dynamodb"),
    ("java script", "javascript"), ("type script", "typescript"), ("spring-boot", "spring boot"),
)  # fmt: skip
_SAME = {
    "apis": "api", "js": "javascript", "node": "nodejs", "k8s": "kubernetes", "k8": "kubernetes", "postgres": "postgresql",
    "psql": "postgresql", "pg": "postgresql", "mongo": "mongodb", "auth": "authentication", "authn": "authentication",
    "authz": "authorization", "db": "database", "dbs": "databases", "perf": "performance", "ts": "typescript",
    "py": "python", "cs": "csharp", "microservice": "microservices", "repo": "repository", "repos": "repositories",
    "gcp": "cloud", "cfg": "configuration", "config": "configuration", "configs": "configuration", "envs": "environments",
    "vms": "vm", "rdbms": "relational database", "msgs": "messages", "mq": "queue", "async": "asynchronous",
    "asynchronously": "asynchronous", "sync": "synchronous", "ssl": "tls", "restful": "rest", "https": "tls", "logon": "login",
    "signin": "login", "ssr": "rendering", "oidc": "openid", "cicd": "ci pipeline", "nplusone": "nplusone query", "caches": "cache",
    "optimise": "optimize", "optimising": "optimize", "optimisation": "optimization", "organise": "organize",
    "serialise": "serialize", "serialisation": "serialization", "containerisation": "containerization",
    "virtualisation": "virtualization", "kafkas": "kafka", "backends": "backend", "prod": "production", "dev": "development",
    "admin": "admin", "docs": "documentation", "doc": "documentation", "vs": "versus", "llms": "llm", "gpt": "llm", "chatgpt": "llm",
}  # fmt: skip
STOP = frozenset(
    """a about actually after again all also although always am an and any anybody anyone anything are around as ask at be became because been
    before being best better between both but by can cannot come comes could did do does doing done don each either else end ever every
    everybody everyone everything fine first for from get gets getting give gives given go goes good got great had happen happens has have
    having he her here him his how however i if in instead into is isn it its just keep keeps know last let lets like ll look lot lots make makes making
    many may maybe me mean means might mine more most much must my myself need needs never new next no nobody none nor not nothing now of off often ok
    old on once one ones only onto or other others our ours out over own people perhaps please possible probably properly put quite
    rather re really right s same say says see seem seems shall she should show so some somebody someone something sometimes still
    such sure t take takes tell than that the their them then there these they thing things think this those though through thus to
    together too toward try trying two under until up upon us use used uses using usually ve very want wants was way ways we well were what
    whatever when whenever where whether which while who whole whom whose why will with within without won work works would yet you
    your yours able going every day days kind sort anyway etc e g eg ie""".split()
)
# "Go" the language is a word that says nothing elsewhere: kept where it stands as a name.
_GO_NAME = re.compile(
    r"(?<![.?!] )(?<!^)\bGo\b"
    r"|\b(?:(?i:or|in|learn|versus|vs|than)) go\b(?! (?:to|on|down|up|out|back|in|for|wrong|through|from|about)\b)"
    r"|^Go (?:or|and|versus|vs)\b"
    r"|\b[Gg]o (?:developer|services?|language|code|server|program|path)\b"
)


def words_of(text: str) -> list[str]:
    """Return every word in lower case, names and synonyms folded, stop words included."""
    go = text.strip().lower() == "go" or bool(_GO_NAME.search(text))
    text = text.lower()
    for name, one in _NAMES:
        if name in text:
            text = text.replace(name, one)
    words: list[str] = []
    for word in _WORD.findall(text):
        plain = word.partition("'")[0]
        if plain == "go" and go:
            words.append("golang")
        elif plain in _SAME:
            words.extend(_SAME[plain].split())
        else:
            words.append(plain)
    return words


def stems_of(text: str) -> list[str]:
    """Return the stems of the words that carry meaning, in order."""
    return [stem(word) for word in words_of(text) if word not in STOP]


def pairs_of(stems: Sequence[str]) -> Iterator[str]:
    """Yield neighbours as one term, so that "connection pool" counts more than the two apart."""
    for left, right in pairwise(stems):
        yield f"{left} {right}"


def spoken(text: str) -> str:
    """Return all words, stemmed and joined by spaces, with one at each end: phrases are looked for in it."""
    return f" {' '.join(stem(word) for word in words_of(text))} "


def meant(text: str, meanings: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the stems that a question's phrases stand for beside its own."""
    said = spoken(text)
    found: dict[str, None] = {}
    for phrase, stems in meanings.items():
        if phrase in said:
            found.update(dict.fromkeys(stems))
    return list(found)
