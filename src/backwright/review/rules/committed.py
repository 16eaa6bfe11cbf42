"""Committed configuration: keys, passwords and connection strings in files that a deployment reads."""

import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules import literals
from backwright.review.rules.elsewhere import opens_elsewhere
from backwright.review.rules.keyshapes import in_configuration
from backwright.review.rules.rule import Hit
from backwright.review.rules.secret_hits import DEFAULT, LOCAL, secret_hit, secret_message
from backwright.review.rules.settings import Setting, in_texts, is_development

SAME_MAX = 24  # other places named in one finding
_ON_LOCALHOST = regex(r"jdbc:\w+:(thin:@)?(//)?localhost|r2dbc:[\w:]+//localhost")
_USUAL = frozenset(
    "root postgres password admin guest mysql secret 123456 rabbitmq minioadmin redis test user sa pass app changeit".split()
)  # passwords of a database on the developer's own machine
_COMPOSE = regex(r"(^|/)(docker-)?compose([^/]*|/[^/]+)\.ya?ml$", re.IGNORECASE)
_PLAIN_COMPOSE = regex(r"(^|/)(docker-)?compose\.ya?ml$", re.IGNORECASE)
_TELLS_PRODUCTION = regex(
    r"^\s*target:\s*[\"']?prod|(?:NODE_|APP_|RAILS_|FLASK_|GO_|ASPNETCORE_|DJANGO_)?ENV(?:IRONMENT)?[\"']?\s*[:=]\s*[\"']?prod|"
    r"PROFILES_ACTIVE[\"']?\s*[:=]\s*[\"']?prod|GIN_MODE[\"']?\s*[:=]\s*[\"']?release",
    re.MULTILINE | re.IGNORECASE,
)
_STAYS_UP = regex(r"^\s*restart:\s*[\"']?(always|unless-stopped)", re.MULTILINE)
_OPENS_PORT = regex(r"^\s*ports:\s*(\[|#|$)", re.MULTILINE)
_ADMINISTRATOR = regex(
    r"(admin\w*|superuser|initial_?user|default_?user)_?(initial_?|default_?)?(password|passwd|pass|pwd)", re.IGNORECASE
)
_OF_DATABASE = regex(
    r"mysql|mariadb|postgres|mongo|(^|_)(db|database|pg|pgadmin|keycloak|kc|grafana|gf|minio|rabbitmq\w*|neo4j|influx\w*|elastic\w*|solr)_",
    re.IGNORECASE,
)  # what runs beside the application
_TRIES = regex(
    r"(^|[/._-])(tests?|e2e|ci|bench\w*|examples?|samples?|integration|quick-?start)([/._-]|$)", re.IGNORECASE
)
_NO_VALUES = regex(
    r"policy|valid|rule|label|message|parameters|properties\.|schema|example|secretKeyRef|valueFrom", re.IGNORECASE
)
_HOLDS_DOOR = regex(
    r"datasource|database|db|redis|rabbit|mail|smtp|spring|mysql|postgres|mongo|broker|admin", re.IGNORECASE
)
_HOLDS_KEY = regex(r"session|cookie|jwt|sign|encrypt|crypt|token", re.IGNORECASE)


def configured(model: Model) -> Iterator[Hit]:
    """Yield each value of configuration once, however many files repeat it: manifests are often generated in variants."""
    same: dict[str, list[Hit]] = {}
    told = list(_Committed(model).all())
    # What holds few values, in a folder that holds few, is written by hand; bundles are made of such parts.
    sizes = Counter(hit.file for _, hit in told)
    folders = Counter(hit.file.rpartition("/")[0] for _, hit in told)
    for text, hit in sorted(
        told,
        key=lambda each: (folders[each[1].file.rpartition("/")[0]], sizes[each[1].file], each[1].file, each[1].line),
    ):
        same.setdefault(text, []).append(hit)
    for hits in same.values():
        first = next((hit for hit in hits if hit.confidence is not Confidence.LOW), hits[0])
        others = [hit for hit in hits if hit is not first]
        spots = tuple(Spot(hit.file, hit.line, "the same value") for hit in others[:SAME_MAX])
        more = f" ({len(others)} more places hold the same)" if len(others) > 1 else ""
        yield structs.replace(first, message=f"{first.message}{more}", path=spots)
    yield from in_configuration(model)


class _Committed:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.users: dict[str, set[str]] = {}

    def all(self) -> Iterator[tuple[str, Hit]]:
        """Yield each value that is a secret, with its finding."""
        told = in_texts(self.model)
        for each in told:
            if re.search(r"user(_?name)?$|database$|login$", each.name, re.IGNORECASE):
                self.users.setdefault(each.path, set()).add(self._decoded(each))
        for each in told:
            text = self._decoded(each)
            found = DEFAULT.match(text)
            text, is_default = (found["text"], True) if found else (text, False)
            if len(text) > 12 and literals.connection_password(text):
                sure = "low" if LOCAL.search(text) or is_default or self._is_beside(each, text) else "high"
                yield text, self._hit(each, f"{each.name} holds a connection string with its password", sure)
            elif (kind := _kind(each)) and (sure := self._sure(each, kind, text, is_default=is_default)):
                name = f"{each.holder}.{each.name}" if each.holder and len(each.holder) < 40 else each.name
                yield text, self._hit(each, secret_message(kind, name, committed=True), sure)

    def _sure(self, each: Setting, kind: str, text: str, *, is_default: bool) -> str:
        """Return how sure it is that a value is a secret that a deployment uses, "" if it is none."""
        if each.last.lower() == "secretkey" and self._names_secret(each):
            return ""
        if _NO_VALUES.search(each.holder) or re.search(r"^(/|!|&|\*|\[)|^[a-z]\w*(\.\w+)*\([^)]", text):
            return ""
        deployed = self._is_deployed(each)
        connects = kind == "password" and (deployed or _HOLDS_DOOR.search(f"{each.holder}.{each.name}") is not None)
        sure = literals.is_secret(kind, each.name, text, connects=connects, in_code=False)
        is_usual = not deployed and (
            text.lower() in _USUAL
            or text in self.users.get(each.path, ())
            or _ON_LOCALHOST.search(self.model.texts.get(each.path, "")) is not None
        )
        local = is_usual and not re.search(r"prod|live", each.path)
        if sure and not is_default and self._is_elsewhere(each):
            return "high"
        return "low" if sure and kind == "password" and (is_default or not connects or local) else sure

    def _is_elsewhere(self, each: Setting) -> bool:
        return not _TRIES.search(each.path) and opens_elsewhere(
            each.name, self._decoded(each), self.model.texts.get(each.path, "")
        )

    def _names_secret(self, each: Setting) -> bool:
        """Whether a value is the name of an entry of a Kubernetes Secret that stands beside it: secretName: shop, secretKey: password."""
        lines = self.model.texts.get(each.path, "").splitlines()[max(0, each.line - 3) : each.line + 2]
        return any(re.match(r"\s*(-\s*)?secretName\s*:", line) for line in lines)

    def _hit(self, each: Setting, message: str, sure: str) -> Hit:
        develops = is_development(each.path) and each.path not in self._for_production and not self._is_login(each)
        develops = develops and not self._is_elsewhere(each)
        if self.model.is_small and _PLAIN_COMPOSE.search(each.path):
            develops = False  # the one file that there is to run it with
        return secret_hit(self.model, -1, each.path, each.line, message, sure, develops=develops)

    @cached_property
    def _for_production(self) -> frozenset[str]:
        """Compose files that say themselves that they run the application for production."""
        return frozenset(
            path for path, text in self.model.texts.items() if _COMPOSE.search(path) and _TELLS_PRODUCTION.search(text)
        )

    @cached_property
    def _composed(self) -> frozenset[str]:
        """Committed `.env` files that give their values to a compose file beside them which keeps its services running."""
        found = set()
        for path, text in self.model.texts.items():
            if not _COMPOSE.search(path) or is_development(path.rpartition("/")[2].replace("compose", "")):
                continue
            env = f"{path.rpartition('/')[0]}/.env".lstrip("/")
            names = re.findall(r"^\s*(?:export\s+)?(\w+)\s*=", self.model.texts.get(env, ""), re.MULTILINE)
            if _STAYS_UP.search(text) and any(re.search(rf"\$\{{?{name}\b", text) for name in names):
                found.add(env)
        return frozenset(found)

    def _is_beside(self, each: Setting, text: str) -> bool:
        """Whether a connection goes to a service of the same compose file, whose own password is told there."""
        host = re.search(r"@([\w-]+)", text)
        return (
            host is not None
            and _COMPOSE.search(each.path) is not None
            and (
                re.search(rf"^\s+{re.escape(host[1])}:\s*$", self.model.texts.get(each.path, ""), re.MULTILINE)
                is not None
            )
        )

    def _is_deployed(self, each: Setting) -> bool:
        """Whether a value goes to a cluster or a production machine as it is."""
        return (
            each.path in self._for_production
            or each.path in self._composed
            or self._is_login(each)
            or (
                each.holder in ("data", "stringData")
                and "kind: Secret" in self.model.texts.get(each.path, "")
                and not is_development(each.path)
            )
        )

    def _is_login(self, each: Setting) -> bool:
        """Whether a compose file that keeps its services running, and opens a port, names the administrator's password."""
        if not _COMPOSE.search(each.path) or not _ADMINISTRATOR.search(each.name) or _OF_DATABASE.search(each.name):
            return False
        whole = self.model.texts.get(each.path, "")
        return (
            _STAYS_UP.search(whole) is not None
            and _OPENS_PORT.search(whole) is not None
            and not is_development(each.path.lower().replace("compose", ""))
            and not _TRIES.search(each.path)
        )

    def _decoded(self, each: Setting) -> str:
        """Return a value as its reader gets it: what stands under `data` of a Kubernetes Secret is base64."""
        text = each.value.text
        if (
            each.holder != "data"
            or not re.fullmatch(r"[A-Za-z0-9+/]{4,}={0,2}", text)
            or "kind: Secret" not in self.model.texts.get(each.path, "")
        ):
            return text
        try:
            plain = b64decode(text, validate=True).decode("ascii").strip()
        except ValueError:
            return text
        return plain if plain.isprintable() else text


def _kind(each: Setting) -> str:
    """Return what a value is by its name, or by the section that a bare "key" stands in."""
    kind = "key" if each.name == "jwk.d" else literals.kind_of_name(each.name)
    if not kind and re.fullmatch(r"(?i)key|salt", each.name) and _HOLDS_KEY.search(each.holder):
        return "key"
    return kind
