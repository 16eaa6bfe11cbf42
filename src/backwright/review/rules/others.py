"""Records of others: endpoints behind a login that read or change what belongs to somebody, whoever asks."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.routes import Declared
from backwright.review.rules.bodies import Bodies, Known, root
from backwright.review.rules.owned import Owner, Owners, is_person, snake, thing
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import Subject, Vouched, Vouchers

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE", "*"})
CHANGES = re.compile(
    r"^(delete|remove|destroy|update|edit|patch|merge|replace|modify|set|cancel|close|archive|publish|rename|move|execute_?(update|delete)|soft_?delete|force_?delete|find_?(by_?id|one)_?and_?(update|delete|remove|replace)|bulk_?update|upsert|purge|drop|increment|inc)\w*$",
    re.IGNORECASE,
)
SAVES = re.compile(r"^(save|persist|flush|commit|merge|attach)\w*$", re.IGNORECASE)
_SQL_CHANGE = re.compile(r"^\s*(update|delete)\b", re.IGNORECASE)
_SQL_ANY = re.compile(r"^\s*(insert|update|delete|replace|merge)\b", re.IGNORECASE)
# What many may do with a thing that is not theirs.
SOCIAL = re.compile(
    r"^(un_?)?(favou?rite|like|dislike|follow|vote|up_?vote|down_?vote|bookmark|star|subscribe|react|view|read|share|comment|repl|join|leave|rate|rating|review|report|click|track|increment|visit|download|enrol|apply|attend|rsvp|accept|book|clap|pin|mute|block|watch|play|listen|seen|answer|buy|purchase|add|create|new|post|store|send|search|copy|clone|fork|export|check_?in|preview|invite|register|borrow|claim|assign)",
    re.IGNORECASE,
)
ACTS = re.compile(
    r"^(update|edit|change|modify|delete|remove|destroy|cancel|close|archive|publish|unpublish|restore|pay|confirm|complete|finish|approve|reject|ship|rename|move|set|put|patch|save|mark|toggle|reorder|transfer|refund|renew|upload)",
    re.IGNORECASE,
)


_PART = re.compile(
    r"(New|Insertable|Update|Create|Upsert|Base)[A-Z]"
)  # classes that hold what is written, and not the rows


class Seen(NamedTuple):
    """An endpoint with its subject and what vouches for its caller, if anything does."""

    declared: Declared
    endpoint: Endpoint
    subject: Subject
    vouched: Vouched | None


class Others:
    """All endpoints of a repository that have to do with what belongs to somebody."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.bodies = Bodies(model)
        self.owners = Owners(model)
        self.vouchers = Vouchers(model, self.bodies, self.owners)

    @cached_property
    def seen(self) -> list[Seen]:
        """Endpoints behind a login that are about one record of somebody, by an id that the client names."""
        found: list[Seen] = []
        for declared, endpoint in zip(self.model.declared, self.model.endpoints, strict=True):
            if endpoint.auth is not True or declared.handler is None:
                continue
            reach = self.bodies.reach(declared, endpoint)
            subject = self._subject(declared, endpoint, reach)
            if subject is not None:
                vouched = self.vouchers.before(declared, endpoint) or self.vouchers.inside(reach, subject, declared)
                found.append(Seen(declared, endpoint, subject, vouched))
        return found

    # ---- the subject ------------------------------------------------------------------------

    def _subject(self, declared: Declared, endpoint: Endpoint, reach: dict[Fn, Known]) -> Subject | None:
        if declared.method not in (*CHANGING, "GET"):
            return None
        if self._is_for_all(endpoint):
            return None
        changed: list[Subject] = []
        loaded: list[Subject] = []
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
                if owner is None or not self._by_key(access, known.keys):
                    continue
                name = thing(self._class_name(access))
                if kind == "change":
                    changed.append(Subject(owner, access, True, name))
                elif kind == "read" and access.many is not True and access.loop < 0:  # in a loop: of each row of a list
                    loaded.append(Subject(owner, access, False, name, is_loaded=True))
        if declared.method == "GET" or not (writes or self.removes(reach)):
            return (
                next((s for s in loaded if self.owners.private(s.access)), None) if declared.method == "GET" else None
            )
        if changed:
            return next((s for s in changed if self._is_named(s, endpoint)), changed[0])
        if declared.method == "POST" and not ACTS.search(self._verb(endpoint)):
            return None
        named = [s for s in loaded if self._is_named(s, endpoint)] or (
            loaded if len({s.name for s in loaded}) == 1 else []
        )
        return self._as_named(named[0], endpoint)._replace(changes=True) if named and "{" in endpoint.path else None

    def _as_named(self, subject: Subject, endpoint: Endpoint) -> Subject:
        """What is loaded may only lead to what is meant: the comment of an article."""
        near = last_of(endpoint)
        owner = (
            self.owners.owner_of(subject.access.at, near)
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
            and (root(call.on) in known.keys or any(self.bodies.holds(v, known.keys) for v in call.args))
            for fn, known in reach.items()
            for _, call in self.bodies.calls_of(fn)
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


def records_of_others(others: Others) -> Iterator[Hit]:
    """Yield endpoints that anybody who is logged in can use on the records of others."""
    checked: dict[str, list[Seen]] = defaultdict(list)
    for each in others.seen:
        if each.vouched is not None and each.vouched.kind == "owner":
            checked[each.subject.name].append(each)
    for each in others.seen:
        if each.vouched is None:
            yield _hit(others.model, each, checked[each.subject.name])


def _hit(model: Model, seen: Seen, checked: list[Seen]) -> Hit:
    declared, endpoint, subject = seen.declared, seen.endpoint, seen.subject
    access = subject.access
    does = "changes" if subject.changes else "hands out"
    field = f"{subject.name}.{subject.owner.field}"
    path = spots_of(model, declared, endpoint, "anybody who is logged in")
    path += [Spot(model.files[access.at].path, access.line, f"{model.label_around(access.at, access.fn)} finds it by what the client sent alone")]  # fmt: skip
    path += [
        Spot(e.endpoint.file, e.declared.line, f"{e.endpoint.method} {e.endpoint.path} asks whose it is")
        for e in checked[:1]
    ]
    message = f"{endpoint.method} {endpoint.path} {does} any {subject.name.replace('_', ' ')}, whoever's it is; nothing compares {field} with who is logged in"
    confidence = Confidence.HIGH if checked and not subject.owner.is_noted else Confidence.MEDIUM if checked or not subject.owner.is_noted else Confidence.LOW  # fmt: skip
    fn = declared.handler.index if declared.handler is not None and declared.handler.file == declared.at else -1
    fix = f"Look it up together with its owner ({subject.owner.field}), or compare that with who is logged in and answer 404."
    return Hit(declared.at, declared.line, message, fn, tuple(path), confidence, Severity.HIGH, fix=fix)
