"""Addresses that people stored and the server asks later: web hooks, feeds, links, images of entries."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import root
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

_FIELD = regex(
    r"^[$&*]?(?P<on>[A-Za-z_][\w.>-]*?)(?:\.|->)(?P<field>(get)?_?(url|uri|link|href|webhook_?url|callback_?url|target_?url|endpoint_?url|feed_?url|address))(\(\))?$",
    re.IGNORECASE,
)
_SETTINGS = regex(
    r"(^|[._])(settings?|config\w*|conf|options?|opts|env|environment|self|this|cls|constants?|urls?|app|response|request|req|res|r|page|client|api|server|service|provider|endpoint|cfg|props|properties)$",
    re.IGNORECASE,
)
# What people store to have the server ask it.
_ASKED_THINGS = regex(
    r"hook|subscri|feed|bookmark|link|monitor|integration|action|notif|callback|channel|podcast|station|calendar|import|remote|target|destination|endpoint|entry|check",
    re.IGNORECASE,
)


class StoredUrls:
    """Finds outgoing calls whose address is a field of what is stored."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def hits(self) -> Iterator[Hit]:
        """Yield each call that asks a stored address, once for each function."""
        model, told = self.model, set[Fn]()
        for at in model.own:
            for index, all_ in model.effects.of_call[at].items():
                call = model.files[at].calls[index]
                fn = Fn(at, model.named(at, call.fn))
                if fn in told or call.fn < 0 or not any(d.does == "outgoing" and not d.effect.at_service for d in all_):
                    continue
                found = self._stored(at, call)
                if found is not None:
                    told.add(fn)
                    field, spot = found
                    spots = (*model.path_to(fn), *((spot,) if spot is not None else ()))
                    path = (*spots, Spot(model.files[at].path, call.line, f"{shown(call)}()"))
                    message = f"{model.label(fn)} asks {field} with {shown(call)}(), an address that somebody stored: it may lead to an internal machine"
                    yield Hit(at, call.line, message, call.fn, path, Confidence.MEDIUM)

    def _stored(self, at: int, call: Call) -> tuple[str, Spot | None] | None:
        """Return the stored field whose value is asked, with the call that hands it over."""
        first = next((v for v in call.args if v.name.lower() in ("url", "uri")), call.args[0] if call.args else None)
        for text in flat((first,)) if first is not None and first.kind in ("name", "call") else ():
            if field := self._field(at, call.fn, text):
                return field, None
            name = root(text)
            made = self.model.function_at(at, self.model.named(at, call.fn))
            place = next((n for n, p in enumerate(made.params) if p.name.lstrip("*&$") == name), -1) if made else -1
            if made is None or place < 0 or not re.search(r"ur[li]|link|href|address", name, re.IGNORECASE):
                continue
            for edge in self.model.effects.callers.get(Fn(at, self.model.named(at, call.fn)), ()):
                other = self.model.files[edge.at].calls[edge.call]
                given = other.args[place] if place < len(other.args) else None
                if given is not None and (field := self._field(edge.at, other.fn, given.text)):
                    return field, Spot(self.model.files[edge.at].path, other.line, f"hands over {given.text[:60]}")
        return None

    def _field(self, at: int, fn: int, text: str) -> str:
        """Return the field if a text is one of an entity that holds an address which a client may have sent."""
        found = _FIELD.match(text)
        if found is None or _SETTINGS.search(found["on"]):
            return ""
        field = re.sub(r"^get_?", "", found["field"], flags=re.IGNORECASE)
        known = list(self._classes(at, fn, found["on"]))
        if any(self._has(cls, field) and _ASKED_THINGS.search(self.model.project.class_(cls).name) for cls in known):
            return text
        is_asked = not known and _ASKED_THINGS.search(found["on"]) is not None
        return text if is_asked and self.model.stored_text.trace(field) is not None else ""

    def _classes(self, at: int, fn: int, on: str) -> Iterator[Cls]:
        """What a variable may hold: its type, what its query reads, the entities whose name ends with its own."""
        entities = self.model.data.entities
        cls = self.model.project.type_of(at, fn, on).cls
        if cls in entities:
            yield cls
        access = self.model.data.origin(at, fn, root(on))
        if access is not None and access.entity is not None:
            yield access.entity
        name = re.split(r"[.>-]+", on)[-1].replace("_", "").lower()
        if len(name) > 3:
            yield from (each for each, stored in entities.items() if stored.name.lower().endswith(name))

    def _has(self, cls: Cls, field: str) -> bool:
        wanted = field.replace("_", "").lower()
        return any(each.name.replace("_", "").lower() == wanted for each in self.model.project.class_(cls).fields)


def receiver_address(call: Call) -> Arg | None:
    """The address that a call is made on: Flurl's `url.GetStringAsync()`."""
    name = root(call.on)
    return Arg("name", name) if name and re.search(r"ur[li]|link|href|address", name, re.IGNORECASE) else None
