"""Records of others: endpoints behind a login that read or change what belongs to somebody, whoever asks."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.review.facts import Call
from backwright.review.link.data import Access
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.bodies import Bodies, Known, root
from backwright.review.rules.openlists import is_listed_open
from backwright.review.rules.owned import Owner, Owners, is_person, snake, thing
from backwright.review.rules.scoped import Scopes
from backwright.review.rules.vouching import Subject, Vouched, Vouchers

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE", "*"})
CHANGES = regex(
    r"^(delete|remove|destroy|update|edit|patch|merge|replace|modify|set|cancel|close|archive|publish|rename|move|execute_?(update|delete)|soft_?delete|force_?delete|find_?(by_?id|one)_?and_?(update|delete|remove|replace)|bulk_?update|upsert|purge|drop|increment|inc)\w*$",
    re.IGNORECASE,
)
SAVES = regex(r"^(save|persist|flush|commit|merge|attach)\w*$", re.IGNORECASE)
_OF_MEMORY = regex(
    r"(^|\.)(dict|list|set|defaultdict|OrderedDict|Counter|deque|Map|Set|HashMap|HashSet|ArrayList|sha\d+|md5|blake2[bs]|createHash|hmac|new)$"
)
_SQL_CHANGE = regex(r"^\s*(update|delete)\b", re.IGNORECASE)
_SQL_ANY = regex(r"^\s*(insert|update|delete|replace|merge)\b", re.IGNORECASE)
# The secret that is shown is what says whose it is.
_BY_SECRET = regex(r"(^|[/_-])(refresh([/_-]?token)?|token[/_-]refresh|oauth2?/token|log_?out)$", re.IGNORECASE)
# What many may do with a thing that is not theirs.
SOCIAL = regex(
    r"^(un_?)?(favou?rite|like|dislike|follow|vote|up_?vote|down_?vote|bookmark|star|subscribe|react|view|read|share|comment|repl|join|leave|rate|rating|review|report|click|track|increment|visit|download|enrol|apply|attend|rsvp|accept|book|clap|pin|mute|block|watch|play|listen|seen|answer|buy|purchase|add|create|new|post|store|send|search|copy|clone|fork|export|check_?in|preview|invite|register|borrow|claim|assign)",
    re.IGNORECASE,
)
ACTS = regex(
    r"^(update|edit|change|modify|delete|remove|destroy|cancel|close|archive|publish|unpublish|restore|pay|confirm|complete|finish|approve|reject|ship|rename|move|set|put|patch|save|mark|toggle|reorder|transfer|refund|renew|upload)",
    re.IGNORECASE,
)
LISTS = regex(r"(?<![a-z])(export|download|list|query|filter|feed|backup|report)", re.IGNORECASE)
# What is shown of a thing is little: a picture of it, or what is known of it elsewhere.
LITTLE = regex(
    r"\}/(info(rmation)?|events|thumb(nail)?|cover|image|avatar|icon|preview|size|count|stat(u|istic)?s)s?/?$|(^|/)search/",
    re.IGNORECASE,
)
_HOLDS = regex(r"(^|_)(company|tenant|organi[sz]ation|workspace|team|account|store)$")  # what others stand in
_FOR_OTHERS = regex(r"(?<![a-z])(public|shared?|explore|discover|community|published|guests?)(?![a-z])", re.IGNORECASE)
COUNTS = regex(r"^(any|exists?|count|sum|has|is_?empty)(_?async|_?by_?id|_?by\w*)?$", re.IGNORECASE)
BINDS = frozenset({"laravel", "symfony"})  # find a record by the id of the path, and hand it to the handler

_PART = regex(r"(New|Insertable|Update|Create|Upsert|Base)[A-Z]")  # classes that hold what is written, and not the rows


class Seen(NamedTuple):
    """An endpoint with its subject and what vouches for its caller, if anything does."""

    declared: Declared
    endpoint: Endpoint
    subject: Subject
    vouched: Vouched | None


class Asked(NamedTuple):
    """An endpoint behind a login with all that it runs, and whether only staff may use it."""

    declared: Declared
    endpoint: Endpoint
    reach: dict[Fn, Known]
    staff: Vouched | None


class Others:
    """All endpoints of a repository that have to do with what belongs to somebody."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.bodies = Bodies(model)
        self.owners = Owners(model)
        self.vouchers = Vouchers(model, self.bodies, self.owners)
        self.scopes = Scopes(model, self.owners, self.vouchers)
        self._held: set[str] = set()

    @cached_property
    def asked(self) -> list[Asked]:
        """Endpoints behind a login."""
        found: list[Asked] = []
        for declared, endpoint in zip(self.model.declared, self.model.endpoints, strict=True):
            if is_listed_open(self.model, endpoint.path):
                continue
            if declared.handler is not None and endpoint.auth is True:
                reach = self.bodies.reach(declared, endpoint)
                found.append(Asked(declared, endpoint, reach, self.vouchers.before(declared, endpoint)))
                self.scopes.add(reach)
            elif declared.handler is not None and endpoint.auth is False and endpoint.method == "GET":
                self.scopes.add_open(self.bodies.reach(declared, endpoint), endpoint.path)
        return found

    @cached_property
    def seen(self) -> list[Seen]:
        """Endpoints behind a login that are about records of somebody: one by an id that the client names, or a list."""
        found: list[Seen] = []
        left: list[Asked] = []
        for each in self.asked:
            subject = self._subject(each.declared, each.endpoint, each.reach)
            if subject is None:
                left.append(each)
            else:
                found.append(self._seen(each, subject))
        # What is changed by its owner alone, and listed for its owner alone, is shown to its owner alone.
        self._held = {s.subject.name for s in found if s.subject.changes and s.vouched and s.vouched.kind == "owner"}
        for each in left if self._held else ():
            subject = self._subject(each.declared, each.endpoint, each.reach) if each.endpoint.method == "GET" else None
            if subject is not None:
                found.append(self._seen(each, subject))
        return found

    def _seen(self, each: Asked, subject: Subject) -> Seen:
        vouched = each.staff or self.vouchers.inside(each.reach, subject, each.declared)
        return Seen(each.declared, each.endpoint, subject, vouched)

    # ---- the subject ------------------------------------------------------------------------

    def _subject(self, declared: Declared, endpoint: Endpoint, reach: dict[Fn, Known]) -> Subject | None:
        if declared.method not in (*CHANGING, "GET") or _BY_SECRET.search(endpoint.path.rstrip("/")):
            return None
        if self._is_for_all(endpoint):
            return self._listed(endpoint, reach)
        changed: list[Subject] = []
        loaded = list(self._bound(declared, endpoint))
        writes = False
        by_person = declared.method in ("PUT", "PATCH", "DELETE")
        for fn, known in reach.items():
            for access in self.model.data.by_function.get(fn, ()):
                kind = self.kind(access)
                writes = writes or kind != "read"
                if kind == "insert":
                    continue
                owner = Owner("id") if self.owners.is_person(access) else self.owners.owner(access)
                if self.owners.is_person(access) and not (by_person and self._is_named_person(endpoint)):
                    continue
                if owner is None or not self._by_key(access, known.keys) or self.scopes.is_filtered(access.entity):
                    continue
                subject = Subject(owner, access, kind == "change", thing(self._class_name(access)), access.at, access.line)  # fmt: skip
                if kind == "change":
                    changed.append(subject)
                elif kind == "read" and access.many is not True and access.loop < 0:  # in a loop: of each row of a list
                    if not self._counts(access) or self._is_named(subject, endpoint):
                        loaded.append(subject._replace(is_loaded=True))
        if declared.method == "GET" or not (writes or by_person or self.removes(reach)):
            return self._shown(endpoint, loaded) or self._listed(endpoint, reach)
        if changed:
            named = [s for s in changed if self._is_named(s, endpoint)]
            own = [
                s for s in changed if "." not in s.owner.field
            ]  # what is a part of another thing may only be tidied up with it
            return next(iter(named or own), None)
        if declared.method == "POST" and not ACTS.search(self._verb(endpoint)):
            return self._listed(endpoint, reach)
        named = [s for s in loaded if self._is_named(s, endpoint)] or (
            loaded if len({s.name for s in loaded}) == 1 or self.scopes.are_private(loaded) else []
        )
        return self._as_named(named[0], endpoint)._replace(changes=True) if named else None

    def _counts(self, access: Access) -> bool:
        """Whether a query only asks whether there are rows, or how many."""
        return any(COUNTS.match(self.model.files[access.at].calls[n].name) for n in access.calls)

    def _bound(self, declared: Declared, endpoint: Endpoint) -> Iterator[Subject]:
        """Yield the records that a framework finds by an id of the path, for parameters of their class."""
        if declared.handler is None or declared.framework not in BINDS:
            return
        asked = {param.name for param in endpoint.params if param.where == "path"}
        made = self.model.project.function(declared.handler)
        for param in made.params:
            if not param.type or param.name.lstrip("$&*") not in asked:
                continue
            cls = self.model.project.named_type(declared.handler.file, param.type).cls
            stored = self.model.data.entities.get(cls) if cls is not None else None
            if cls is None or stored is None or is_person(stored.name) or self.scopes.is_filtered(cls):
                continue
            owner = self.owners.owner_of(cls.file, stored.table or stored.name, cls)
            if owner is not None:
                yield Subject(owner, None, False, thing(stored.name), declared.handler.file, made.line, is_loaded=True, cls=cls)  # fmt: skip

    def _shown(self, endpoint: Endpoint, loaded: list[Subject]) -> Subject | None:
        """What an endpoint hands out that only its owner may see: by what it is, or because it is asked for by its owner elsewhere."""
        if endpoint.method != "GET" or for_others(endpoint) or LITTLE.search(endpoint.path):
            return None
        near = last_of(endpoint)
        private = [s for s in loaded if self._is_private(s) and (s.name == near or not _HOLDS.search(s.name))]
        return next((s for s in private if self._is_named(s, endpoint)), private[0] if private else None)

    def _is_private(self, subject: Subject) -> bool:
        return self.scopes.is_private(subject) or (subject.name in self._held and self.scopes.is_only_own(subject))

    def _listed(self, endpoint: Endpoint, reach: dict[Fn, Known]) -> Subject | None:
        """What an endpoint lists of everybody; what others list of their owner alone comes first."""
        found: list[Subject] = []
        if endpoint.method != "GET" and not LISTS.search(snake(f"{endpoint.path} {endpoint.handler}")):
            return None
        if for_others(endpoint):
            return None
        for fn in reach:
            for access in self.model.data.by_function.get(fn, ()):
                if access.many is not True or access.op != "read" or access.loop >= 0 or self.owners.is_person(access):
                    continue
                owner = self.owners.owner(access)
                if owner is not None and not self.scopes.is_shown(access):
                    subject = Subject(owner, access, False, thing(self._class_name(access)), access.at, access.line, is_list=True)  # fmt: skip
                    if self.scopes.is_scoped(access):
                        return subject
                    found.append(subject)
        return found[0]._replace(is_weak=True) if found else None

    def _as_named(self, subject: Subject, endpoint: Endpoint) -> Subject:
        """What is loaded may only lead to what is meant: the comment of an article."""
        near = last_of(endpoint)
        owner = (
            self.owners.owner_of(subject.at, near)
            if near and not (is_person(near) or self._is_named(subject, endpoint))
            else None
        )
        return subject._replace(name=near, owner=owner) if owner is not None else subject

    def _is_named_person(self, endpoint: Endpoint) -> bool:
        """Whether a path leads to one user by an id: everybody's own account, unless staff is asked for."""
        return is_person(last_of(endpoint)) and endpoint.path.rstrip("/").endswith("}")

    def _class_name(self, access: Access) -> str:
        if access.entity is None:
            return self.owners.name(access)
        name = self.model.project.class_(access.entity).name
        return access.table if access.table and _PART.match(name) else name

    def removes(self, reach: dict[Fn, Known]) -> bool:
        """Whether something known from a client is deleted or saved by a call whose effect is not known: `article.delete()`."""
        return any(
            re.match(r"^(delete|remove|destroy|save|update)(_?async)?$", call.name, re.IGNORECASE)
            and not self._is_of_memory(fn, call)
            and (root(call.on) in known.keys or any(self.bodies.holds(v, known.keys) for v in call.args))
            for fn, known in reach.items()
            for _, call in self.bodies.calls_of(fn)
        )

    def _is_of_memory(self, fn: Fn, call: Call) -> bool:
        """Whether what is changed is a dictionary, a list or the like that the function made itself."""
        made = self.model.project.assigned[fn.file].get((fn.index, call.on), ())
        if (
            self.model.files[fn.file].language == "python"
            and call.name == "update"
            and any(value.name == "**" or value.kind == "dict" or value.text.startswith("**") for value in call.args)
        ):
            return True
        return any(
            each.value.kind in ("dict", "list") or (each.value.kind == "call" and _OF_MEMORY.search(each.value.text))
            for each in made
        )

    def _verb(self, endpoint: Endpoint) -> str:
        """What an endpoint says that it does: the word behind the id, else its handler's name."""
        tail = endpoint.path.rpartition("}")[2].strip("/") if "}" in endpoint.path else ""
        return tail.rpartition("/")[2] or endpoint.handler.rpartition(".")[2]

    def _is_for_all(self, endpoint: Endpoint) -> bool:
        """Whether an endpoint does what many may do with a thing that is not theirs: like, follow, comment."""
        tail = endpoint.path.rpartition("}")[2].strip("/") if "}" in endpoint.path else ""
        if tail and SOCIAL.search(snake(tail.partition("/")[0])):
            return True
        return SOCIAL.search(snake(endpoint.handler.rpartition(".")[2])) is not None

    def _is_named(self, subject: Subject, endpoint: Endpoint) -> bool:
        near = last_of(endpoint)
        return bool(near) and (near == subject.name or subject.name.endswith(f"_{near}") or near.endswith(subject.name))

    def kind(self, access: Access) -> str:
        """Whether a query reads, changes rows that are there, inserts, or saves what was loaded."""
        calls = [self.model.files[access.at].calls[number] for number in access.calls]
        names = [call.name for call in calls]
        sql = next((t for call in calls for t in self._sql(access, call.args)), "")
        if sql:
            return "change" if _SQL_CHANGE.match(sql) else "insert" if _SQL_ANY.match(sql) else "read"
        if any(CHANGES.match(name) for name in names) and access.op != "read":
            return "change"
        if access.op == "read":
            return "read"
        if access.op == "raw":
            return "read"
        return "save" if any(SAVES.match(name) for name in names) else "insert"

    def sql(self, access: Access) -> list[str]:
        """Return the SQL that a query is given as text, itself or in a variable."""
        calls = [self.model.files[access.at].calls[number] for number in access.calls]
        return [text for call in calls for text in self._sql(access, call.args)]

    def _sql(self, access: Access, values: tuple[object, ...]) -> Iterator[str]:
        for value in values:
            text, kind = getattr(value, "text", ""), getattr(value, "kind", "")
            if kind == "name":
                held = next(
                    (
                        a.value
                        for scope in (access.fn, -1)
                        for a in self.model.project.assigned[access.at].get((scope, text), ())
                        if a.value.kind in ("str", "fmt", "concat")
                    ),
                    None,
                )
                text, kind = (held.text, held.kind) if held is not None else ("", "")
            if kind in ("str", "fmt", "concat") and re.match(
                r"\s*(select|with|insert|update|delete|replace|merge)\b", text, re.IGNORECASE
            ):
                yield text

    def _by_key(self, access: Access, known: set[str]) -> bool:
        """Whether what the client named says which row it is."""
        calls = [self.model.files[access.at].calls[number] for number in access.calls]
        if root(calls[0].on) in known:
            return True
        return any(self.bodies.holds(value, known) for call in calls for value in call.args)


def for_others(endpoint: Endpoint) -> bool:
    """Whether a path says that it shows what its owner lets others see."""
    return _FOR_OTHERS.search(endpoint.path) is not None


def last_of(endpoint: Endpoint) -> str:
    """Return the thing that the last word of a path names, leaving out what is done with it."""
    parts = [part for part in endpoint.path.split("/") if part and "{" not in part]
    if len(parts) > 1 and endpoint.path.rstrip("/").endswith(f"}}/{parts[-1]}") and ACTS.search(parts[-1]):
        parts.pop()
    return thing(parts[-1].replace("-", "_")) if parts else ""


def spots_of(model: Model, declared: Declared, endpoint: Endpoint, note: str) -> list[Spot]:
    """Return where an endpoint is declared and where its handler stands."""
    found = [Spot(endpoint.file, declared.line, f"{endpoint.method} {endpoint.path}: {note}")]
    if declared.handler is not None and (endpoint.handler_file, endpoint.handler_line) != (
        endpoint.file,
        declared.line,
    ):
        found.append(Spot(endpoint.handler_file, endpoint.handler_line, model.label(declared.handler)))
    return found
