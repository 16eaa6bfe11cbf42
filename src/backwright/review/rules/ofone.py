"""What one thing or one person has few of, so that a list of it needs no pages: what was picked for it, its means, those of one day."""

import re
from collections import defaultdict
from functools import cached_property

from backwright.review.link.data import Access
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.choosing import Choosing
from backwright.review.rules.conditions import Part
from backwright.review.rules.growing import MAYBE, Growing
from backwright.review.rules.looping import root
from backwright.review.rules.owned import thing

# How a person logs in, what they belong to, how they are reached.
_MEANS = regex(
    r"(^|_)(account|identity|passkey|authenticator|passwordless|address|phone|email|membership|member|group|team|organi[sz]ation|workspace|collaborator|invite|invitation)$"
)
# What is attached to a thing by hand, one by one.
_ATTACHED = regex(r"(^|_)(file|attachment|document)$")
# Things that are there to hold others, as many as there are.
_HOLDERS = regex(
    r"(^|_)(album|galler(y|ie)|folder|director(y|ie)|bucket|playlist|collection|librar(y|ie)|channel|room|thread|conversation|feed|board|project|space|workspace|repositor(y|ie)|vault|store|shop|organi[sz]ation|company|compan(y|ie)|tenant|account|user|profile|customer|owner|author|blog|site|drive|dataset|catalog(ue)?|archive)s?$"
)
_PICKING = frozenset({"belongsToMany", "morphToMany", "morphedByMany"})
_ALL_RELATIONS = frozenset("hasMany hasManyThrough morphMany hasOne belongsTo".split()) | _PICKING
# Readers that anybody becomes by a click.
_CROWDS = regex(
    r"(follow|subscri|like|vote|view|visit|favou?rit|bookmark|watch|attend|participant|listen)", re.IGNORECASE
)
_PERSON = regex(r"(^|_)(user|account|person|customer|member|author|owner|profile|me|self|this)$", re.IGNORECASE)
# One year, month or day of what belongs to one thing.
_PERIOD_CALL = regex(r"^(or_?)?where_?(year|month|day|date)$", re.IGNORECASE)
_PERIOD_NAME = regex(r"__(year|month|day|date|week|iso_year)$")
_PERIOD_SQL = regex(
    r"\b(?:extract\s*\(\s*(?:year|month|day)\b[^)]*\)|(?:year|month|date|to_char|strftime|date_trunc)\s*\([^)]*\))\s*=[^=>]?",
    re.IGNORECASE,
)


class OfOne:
    """Answers about queries that read what belongs to one owner or parent."""

    def __init__(self, model: Model, choosing: Choosing, growing: Growing) -> None:
        self.model, self.choosing, self.growing = model, choosing, growing

    def is_few(self, access: Access, part: Part, path: str) -> bool:
        """Whether one owner or parent has few such rows by their nature. `path`: the address of the page."""
        if part not in (Part.OWNER, Part.PARENT):
            return False
        table = thing(self.growing.name(access).lower())
        return (
            self._is_of_a_period(access)
            or (part is Part.OWNER and _MEANS.search(table) is not None)
            or (self._is_of_person(access) and _MEANS.search(table) is not None)
            or (self._is_picked(access) and not _CROWDS.search(table))
            or self._is_attached(access, table, path)
        )

    def _is_of_a_period(self, access: Access) -> bool:
        """Whether only the rows of one day, month or year are asked for."""
        for at, number, is_optional in self.choosing.calls(access):
            call = self.model.files[at].calls[number]
            if is_optional:
                continue
            if _PERIOD_CALL.match(call.name) and not any(value.text in ("<", ">", "<=", ">=") for value in call.args):
                return True
            if any(_PERIOD_NAME.search(value.name) for value in call.args):
                return True
        return _PERIOD_SQL.search(self.choosing.sql(access)) is not None

    def _is_of_person(self, access: Access) -> bool:
        """Whether the relation of a person is read: `user.groups.all()`."""
        first = self.model.files[access.at].calls[access.calls[0]]
        return _PERSON.search(root(first.on)) is not None

    def _is_picked(self, access: Access) -> bool:
        """Whether the rows were picked for one thing out of all there are: the contacts that a post names.

        What a tag, a group or a person is linked to is no choice that was made for it: that grows with everything else.
        """
        file = self.model.files[access.at]
        first = file.calls[access.calls[0]]
        words = first.on.split(".")
        if file.language == "php":
            holder, name = words[-1].lstrip("$").removesuffix("()"), first.name
        elif file.language == "python" and len(words) > 1:
            holder, name = words[-2], words[-1]
        else:
            return False
        return (
            self._kinds_of(access, holder, name) == {"picked"}
            and not MAYBE.search(holder)
            and not _PERSON.search(thing(holder))
        )

    def _kinds_of(self, access: Access, holder: str, name: str) -> set[str]:
        """Return the kinds of the relations that are meant: by the class of the holder, by the name alone if it is not known."""
        file = self.model.files[access.at]
        if file.language == "php":
            cls = self.model.project.type_of(access.at, access.fn, holder).cls
            for fn in self.model.project.method(cls, name)[:1] if cls is not None else ():
                names = {self.model.files[fn.file].calls[n].name for n in self.model.inside.calls[fn.file][fn.index]}
                return {"picked" if each in _PICKING else "other" for each in names & _ALL_RELATIONS}
        return self._kinds.get((file.language, name), set())

    @cached_property
    def _kinds(self) -> dict[tuple[str, str], set[str]]:
        """(Language, name of a relation) to what kinds of relations have that name: picked, or another."""
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for at in self.model.own:
            file = self.model.files[at]
            if file.language == "php":
                for call in file.calls:
                    if call.name in _ALL_RELATIONS and call.on in ("this", "$this") and call.fn >= 0:
                        kind = "picked" if call.name in _PICKING else "other"
                        found["php", file.functions[call.fn].name].add(kind)
            elif file.language == "python":
                for made in file.classes:
                    for field in made.fields:
                        value = field.value
                        if value is None or value.kind != "call":
                            continue
                        if value.text.endswith(("ManyToManyField", "ManyToManyRel")):
                            found["python", field.name].add("picked")
                        elif value.text.endswith(("ForeignKey", "ParentalKey")):
                            named = next((item.text for item in value.items if item.name == "related_name"), "")
                            found["python", named].add("other")
        return found

    def _is_attached(self, access: Access, table: str, path: str) -> bool:
        """Whether the page of one thing shows what is attached to it, and the thing is no place that holds what anybody puts there."""
        parents = re.findall(r"([A-Za-z_-]{3,})/(?:\{[^}]*\}|:\w+)", path)
        return (
            bool(parents)
            and _ATTACHED.search(table) is not None
            and not _HOLDERS.search(parents[-1].lower().replace("-", "_"))
        )
