"""Fields that say what somebody may do, and which entities have them and let a request write them."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.review.facts import Arg, Class, Field
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat

PRIVILEGED = regex(
    r"(is_?)?(admin(istrator)?|super_?user|super_?admin|staff|moderator|root)(_?(flag|status))?|(user_?|account_?|admin_?)?roles?(_?(id|ids|name))?|"
    r"(user_?)?permissions?|privileges?|access_?level|authorit(y|ies)|(is_?|email_?)(verified|approved)|(account_?)?balance|credits?|user_?type|account_?type",
    re.IGNORECASE,
)
IDENTITY = regex(
    r"user(_?name|_?id)?|owner(_?id)?|author(_?id)?|account(_?id)?|created_?by|tenant(_?id)?|org(anization)?(_?id)?|role|is_?admin",
    re.IGNORECASE,
)
# Marks on a field by which a request cannot set it.
_CLOSED = regex(
    r"JsonIgnore|READ_ONLY|BindNever|Exclude|Transient|NotMapped|read_?only|Expose\(.*false|Computed|HasMany|OneToMany|ManyToMany"
)
_DJANGO_USER = ("is_staff", "is_superuser")
_PRISMA_MODEL = regex(r"^model\s+(\w+)\s*\{(.*?)^\}", re.MULTILINE | re.DOTALL)


class Privileges:
    """Privileged fields by the name of the entity."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def of_class(self, cls: Cls) -> tuple[str, ...]:
        """Return the privileged fields of a class and of what it inherits from that a request could write."""
        found: list[str] = []
        for each in self.model.project.base_classes(cls):
            made = self.model.project.class_(each)
            if self.model.files[each.file].language == "php":
                found += _fillable(made)
                continue
            found += [f.name for f in made.fields if PRIVILEGED.fullmatch(f.name) and not _is_closed(f)]
        if any(
            name.rpartition(".")[2] in ("AbstractUser", "PermissionsMixin")
            for name in self.model.project.ancestors(cls)
        ):
            found += _DJANGO_USER
        return tuple(dict.fromkeys(found))

    def of_name(self, at: int, name: str) -> tuple[str, ...]:
        """Return those of what a name stands for in a file: an entity class, a Mongoose or Sequelize model, a Prisma model."""
        last = name.rpartition(".")[2]
        cls = self.model.project.find_class(at, name)
        if cls is not None:
            return self.of_class(cls) if cls in self.model.data.entities or last in self.named else ()
        made = self.model.project.imported[at].get(last)
        if made is not None and made.module == "django.contrib.auth.models" and last == "User":
            return _DJANGO_USER
        return self.named.get(last, self.named.get(last[:1].upper() + last[1:], ())) if self._is_javascript(at) else ()

    def _is_javascript(self, at: int) -> bool:
        return self.model.files[at].language == "javascript"

    @cached_property
    def named(self) -> dict[str, tuple[str, ...]]:
        """JavaScript: models that a library makes of a dictionary or a schema file, by their names."""
        found: dict[str, tuple[str, ...]] = {}
        for at in self.model.own:
            if self._is_javascript(at):
                found |= dict(self._made_models(at))
        for path, text in self.model.texts.items():
            if path.endswith(".prisma"):
                for told in _PRISMA_MODEL.finditer(text):
                    columns = re.findall(r"^\s*(\w+)\s+\w", told[2], re.MULTILINE)
                    found[told[1]] = tuple(name for name in columns if PRIVILEGED.fullmatch(name))
        return {name: fields for name, fields in found.items() if fields}

    def _made_models(self, at: int) -> Iterator[tuple[str, tuple[str, ...]]]:
        for call in self.model.files[at].calls:
            if call.name in ("model", "define") and len(call.args) > 1 and call.args[0].kind == "str":
                yield call.args[0].text, self._keys(at, call.args[1])
            elif call.name == "init" and call.on[:1].isupper() and call.args and call.args[0].kind == "dict":
                yield call.on, self._keys(at, call.args[0])

    def _keys(self, at: int, value: Arg) -> tuple[str, ...]:
        if value.kind == "name":
            told = next(iter(self.model.project.assigned[at].get((-1, value.text), ())), None)
            value = told.value if told is not None else value
        if value.kind == "call" and value.items:
            value = value.items[0]
        return (
            tuple(item.name for item in value.items if PRIVILEGED.fullmatch(item.name)) if value.kind == "dict" else ()
        )


def _fillable(made: Class) -> list[str]:
    """Laravel: what may be filled out of an array."""
    told = next((f.value for f in made.fields if f.name == "fillable" and f.value is not None), None)
    return [item.text for item in told.items if PRIVILEGED.fullmatch(item.text)] if told is not None else []


def _is_closed(made: Field) -> bool:
    words = " ".join([made.type, *(f"{m.name}({' '.join(flat(m.args))})" for m in made.marks)])
    value = " ".join(flat((made.value,))) if made.value is not None else ""
    return _CLOSED.search(words) is not None or re.search(r"editable=False|relationship|dump_only", value) is not None
