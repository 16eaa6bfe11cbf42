"""What belongs to somebody: stored things with a field that names a user, and those that are users themselves."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

from backwright.review.facts import Arg, Field
from backwright.review.link.data import Access
from backwright.review.link.jsdata import singular
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.applications import Applications
from backwright.review.rules.pythontables import tables

PERSON = "user|owner|author|customer|buyer|seller|member|creator|patient|student|uploader|poster|account|person"
_OWNER = regex(
    rf"^(the_?)?((app|application|auth|posted_?by|uploaded_?by|assigned_?to|owned_?by)_?)?({PERSON})(_?(id|uuid|pk|uid|rel|ref|name))?$|^(uid|posted_?by|uploaded_?by|owned_?by)(_?id)?$",
    re.IGNORECASE,
)
# Who made it is often noted of what everybody may change; a tenant's things belong to many users.
_NOTED = regex(
    r"^(created_?by|creator|added_?by|submitted_?by)(_?(id|uuid|user|user_?id))?$|^(tenant|org|organi[sz]ation|company|workspace|team)_?(id|uuid)$",
    re.IGNORECASE,
)
_TEXT = regex(r"^(str|string|std::string|varchar|text|char|charfield|textfield|&?str)\b", re.IGNORECASE)
_TEXT_VALUE = regex(r"(^|\.)(CharField|TextField|string|text|varchar|String|Text)$")
_ID = regex(r"(id|uuid|pk|uid|_?by)$", re.IGNORECASE)
_USERS = regex(
    r"(^|_)(app|application|base|custom|auth|site|sys|new|core|identity|\w{3})?_?(user|account|member|customer|person|employee|patient|profile)(_?(entity|model|record|dao|table|data|info))?$",
    re.IGNORECASE,
)
PRIVATE_FIELD = regex(
    r"^(e_?mail(_?address)?|phone(_?number)?|telephone|mobile|(hashed_?)?passw(or)?d(_?hash)?|hash(ed_?password)?|street|address(_?line)?\w*|iban|ssn|salary|birth_?(day|date)|date_?of_?birth|card_?(number|no)|api_?key)$",
    re.IGNORECASE,
)
PRIVATE_THING = regex(
    r"(^|_)(order|invoice|payment|message|address|transaction|prescription|card|bank|wallet|salary|payslip|medical|conversation|statement|subscription|ticket|booking|reservation|shipment|return_apply|note|todo)s?(_|$)",
    re.IGNORECASE,
)
_CREATE = regex(r"create\s+table\s+(?:if\s+not\s+exists\s+)?[`\"\[]?(?:\w+[`\"\]]?\.[`\"\[]?)?(\w+)[`\"\]]?\s*\((.*?)\)\s*(?:;|engine|$)", re.IGNORECASE | re.DOTALL)  # fmt: skip
_COLUMN = regex(r"^\s*[`\"\[]?(\w+)[`\"\]]?\s+([A-Za-z]\w*)", re.MULTILINE)
_PRISMA = regex(r"^model\s+(\w+)\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)
_PRISMA_FIELD = regex(r"^\s*(\w+)\s+(\w+)", re.MULTILINE)
NAMES_KEPT = 20_000  # names whose parts are kept: a repository has some thousands
_OF_VIEW = frozenset({"queryset", "query_set", "model"})  # fields that say what a view is about
_SCHEMAS = frozenset({"define", "Schema", "pgTable", "mysqlTable", "sqliteTable"})


class Owner(NamedTuple):
    """The field that says whose something is; is_noted: it may only be kept for the record."""

    field: str
    is_noted: bool = False


@lru_cache(maxsize=NAMES_KEPT)
def snake(name: str) -> str:
    """Return a name in lower case, its words joined by underscores."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


@lru_cache(maxsize=NAMES_KEPT)
def thing(name: str) -> str:
    """Return what a class and its table are both called here: OrderItem and order_items are order_item."""
    bare = re.sub(r"(Entity|Model|Record|Table|Dao)$", "", name) or name
    name = snake(bare.rpartition(".")[2])
    if name.endswith(("ss", "series", "species", "news", "status")):
        return name
    return name.removesuffix("es") if name.endswith("sses") else singular(name)


def is_person(name: str) -> bool:
    """Whether a class or table holds those who log in."""
    made = thing(name)
    return _USERS.search(made) is not None and not re.search(
        r"(role|setting|token|session|log|preference|permission|group|device|follow)", made
    )


class Owners:
    """Whose the things of a repository are."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.apps = Applications(model)
        self._owners: dict[tuple[str, str, Cls | None], Owner | None] = {}

    @cached_property
    def _fields(self) -> dict[tuple[str, str], dict[str, str]]:
        """Application and thing to its fields, with their types as far as they are written."""
        found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for cls, stored in self.model.data.entities.items():
            fields = dict(self._of_class(cls))
            fields.update({name: each.target_name for name, each in stored.relations.items() if not each.is_many})
            for name in {stored.name, stored.table} - {""}:
                found[self.apps.of(cls.file), thing(name)].update(fields)
        for path, name, fields in (*self._of_texts(), *self._of_calls(), *tables(self.model)):
            found[self.apps.of_path(path), thing(name)].update(fields)
        return found

    def _of_class(self, cls: Cls) -> Iterator[tuple[str, str]]:
        for each in self.model.project.base_classes(cls):
            for field in self.model.project.class_(each).fields:
                if field.name and not field.name.isupper():
                    yield field.name.lstrip("_$"), "string" if _is_text(field) else field.type

    def _of_texts(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Tables as migrations and schema files write them."""
        for path, text in self.model.texts.items():
            if path.endswith(".sql"):
                for name, body in _CREATE.findall(text):
                    yield path, name, dict(_COLUMN.findall(body))
            elif path.endswith(".prisma"):
                for name, body in _PRISMA.findall(text):
                    yield path, name, dict(_PRISMA_FIELD.findall(body))

    def _of_calls(self) -> Iterator[tuple[str, str, dict[str, str]]]:
        """JavaScript: schemas that are built: `new Schema({ user: ... })`, `pgTable("todos", { userId: ... })`."""
        for name in _SCHEMAS:
            for at, index in self.model.project.calls_by_name.get(name, ()):
                call = self.model.files[at].calls[index]
                around = self.model.files[at].calls[call.inside].args if call.inside >= 0 else ()
                named = next((value.text for value in (*call.args, *around) if value.kind == "str"), "") or call.to
                fields = {item.name: item.text for value in call.args if value.kind == "dict" for item in value.items}
                if named and fields:
                    yield self.model.files[at].path, re.sub(r"Schema$", "", named), fields
        for at, index in self.model.project.calls_by_name.get("belongsTo", ()):
            call = self.model.files[at].calls[index]
            if self.model.files[at].language == "javascript" and call.args and call.on[:1].isupper():
                yield self.model.files[at].path, call.on, {snake(call.args[0].text.rpartition(".")[2]): "User"}

    def fields(self, at: int, name: str, cls: Cls | None = None) -> Mapping[str, str]:
        """Return the fields of a thing as a file's application knows it, by its class if no table of its name is known."""
        known = self._fields.get((self.apps.of(at), thing(name)))
        if known:
            return known
        if cls is None:
            cls = next(iter(self.model.project.classes_by_name.get(camel(name), ())), None)
        return dict(self._of_class(cls)) if cls is not None else {}

    def owner(self, access: Access) -> Owner | None:
        """Return the field that says whose the rows are that a query is about; None if they are nobody's."""
        name = self.name(access)
        return self.owner_of(access.at, name, access.entity) if name else None

    def owner_of(self, at: int, name: str, cls: Cls | None = None) -> Owner | None:
        """Return the field that says whose a thing of this name is."""
        key = (self.apps.of(at), name, cls)
        if key not in self._owners:
            self._owners[key] = self._owner_of(at, name, cls)
        return self._owners[key]

    def _owner_of(self, at: int, name: str, cls: Cls | None) -> Owner | None:
        noted: Owner | None = None
        fields = self.fields(at, name, cls)
        for field, type_ in fields.items():
            if _NOTED.match(field):
                noted = noted or Owner(field, is_noted=True)
            elif _OWNER.match(field) and not (_TEXT.match(type_) and not _ID.search(field)):
                return Owner(field)
        return noted or self._owner_above(at, thing(name), fields)

    def _owner_above(self, at: int, name: str, fields: Mapping[str, str]) -> Owner | None:
        """The owner of what something is a part of, if that is private: the line of an order, the transfer of an account."""
        for field, type_ in fields.items():
            for above in dict.fromkeys((thing(type_), thing(re.sub(r"_?(id|uuid)$", "", snake(field))))):
                if above == name or not PRIVATE_THING.search(above) or is_list_type(type_):
                    continue
                owners = (f for f, t in self.fields(at, above).items() if _OWNER.match(f) and not (_TEXT.match(t) and not _ID.search(f)))  # fmt: skip
                owner = next(owners, None)
                if owner is not None:
                    return Owner(f"{field}.{owner}")
        return None

    def name(self, access: Access) -> str:
        """Return what a query is about, "" if that is not known."""
        if access.entity is not None:
            stored = self.model.data.entities.get(access.entity)
            return (stored.table if stored is not None else "") or self.model.project.class_(access.entity).name
        return self._of_view(access) if access.table in _OF_VIEW else access.table

    def _of_view(self, access: Access) -> str:
        """Django: what a view's class is about: `queryset = Article.objects.all()`, then `self.queryset.get(...)`."""
        cls = self.model.project.own_class(access.at, access.fn)
        for each in self.model.project.base_classes(cls) if cls is not None else ():
            for field in self.model.project.class_(each).fields:
                if field.name in _OF_VIEW and field.value is not None:
                    return field.value.text.partition(".")[0]
        return ""

    def is_person(self, access: Access) -> bool:
        """Whether a query is about users."""
        name = self.name(access)
        if access.entity is not None and is_person(self.model.project.class_(access.entity).name):
            return not self._is_held(access, name)
        return is_person(name) and not self._is_held(access, name)

    def _is_held(self, access: Access, name: str) -> bool:
        """Whether an account is no user but has one: a bank account, the account of a shop."""
        return thing(name).endswith("account") and self.owner(access) is not None

    def private_person(self, at: int) -> str:
        """Return what is private of users in a file's application, whatever they are called there."""
        app = self.apps.of(at)
        fields = (f for (of, name), all_ in self._fields.items() if of == app and is_person(name) for f in all_)
        return next((field for field in fields if PRIVATE_FIELD.match(snake(field))), "")

    def private(self, access: Access) -> str:
        """Return what is private of the rows that a query is about: a field, or the thing itself."""
        return self.private_of(access.at, self.name(access), access.entity)

    def private_field(self, access: Access) -> str:
        """Return a field that is private of the rows that a query is about, "" if there is none."""
        fields = self.fields(access.at, self.name(access), access.entity)
        return next((field for field in fields if PRIVATE_FIELD.match(snake(field))), "")

    def private_of(self, at: int, name: str, cls: Cls | None = None) -> str:
        """Return what is private of a thing of this name: a field, or the thing itself."""
        field = next((f for f in self.fields(at, name, cls) if PRIVATE_FIELD.match(snake(f))), "")
        if field or PRIVATE_THING.search(thing(name)):
            return field or thing(name)
        owner = self.owner_of(at, name, cls)
        return owner.field if owner is not None and "." in owner.field else ""


def _is_text(field: Field) -> bool:
    """Whether a field is made as a column of text, and no key: models.CharField(), Column(String)."""
    value = field.value
    if value is None or value.kind != "call":
        return False
    made = [value.text, *(item.text for item in value.items)]
    return any(_TEXT_VALUE.search(each) for each in made) and not any("ForeignKey" in each for each in made)


def is_list_type(type_: str) -> bool:
    """Whether a field's type says that it holds many."""
    return re.search(r"List|Set\b|Collection|\[\]|Vec<|Iterable|Map<|many", type_) is not None


def camel(name: str) -> str:
    """Return the name of the class that stands for a table: oms_order is OmsOrder."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def texts(values: Iterable[Arg]) -> Iterator[str]:
    """Yield all texts among values with their names."""
    for value in values:
        if value.name:
            yield value.name
        yield value.text
        yield from texts(value.items)
