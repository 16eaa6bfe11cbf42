"""Django: forms and serializers that let a request write every field of a model, privileged ones included."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Class
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.privileges import Privileges
from backwright.review.rules.rule import Hit

_FORMS = regex(r"(^|\.)(Base)?(ModelForm|ModelSerializer|HyperlinkedModelSerializer)$")
_ADMIN = regex(r"admin|staff|internal|read_?only|manage", re.IGNORECASE)


def bound_forms(model: Model, privileges: Privileges) -> Iterator[Hit]:
    """Yield forms with all fields, or all but some, of a model with privileged fields, where a request fills them."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or file.path.endswith("admin.py"):
            continue
        for index, made in enumerate(file.classes):
            meta = next((c for c in file.classes if c.outer == index and c.name == "Meta"), None)
            if meta is None or _ADMIN.search(made.name):
                continue
            if not any(_FORMS.search(base) for base in model.project.ancestors(Cls(at, index))[1:]):
                continue
            fields = _left_open(model, privileges, at, made, meta)
            used = _filled_at(model, made.name) if fields else None
            if used is not None:
                entity = _value(meta, "model")
                told = next((f for f in meta.fields if f.name in ("fields", "exclude")), None)
                yield Hit(
                    at,
                    told.line if told is not None else meta.line,
                    f"{made.name} lets a request write {' and '.join(fields[:3])} of {entity.text if entity else 'its model'}",
                    path=(used,),
                    confidence=Confidence.MEDIUM,
                )


def _value(made: Class, name: str) -> Arg | None:
    return next((f.value for f in made.fields if f.name == name and f.value is not None), None)


def _left_open(model: Model, privileges: Privileges, at: int, made: Class, meta: Class) -> tuple[str, ...]:
    """The privileged fields that a form neither lists away nor makes read-only."""
    entity, chosen, without = _value(meta, "model"), _value(meta, "fields"), _value(meta, "exclude")
    if entity is None or (chosen is None and without is None):
        return ()
    if chosen is not None and chosen.text != "__all__":
        return ()
    closed = {word for field in meta.fields if field.name in ("exclude", "read_only_fields", "extra_kwargs", "widgets") and field.value is not None
              for word in flat((field.value,))}  # fmt: skip
    closed |= {
        item.name
        for field in meta.fields
        if field.name == "extra_kwargs" and field.value is not None
        for item in field.value.items
    }
    closed |= {
        field.name
        for field in made.fields
        if field.value is not None and "read_only=True" in " ".join(flat((field.value,)))
    }
    return tuple(name for name in privileges.of_name(at, entity.text) if name not in closed)


def _filled_at(model: Model, name: str) -> Spot | None:
    """Where a request fills a form: `UserForm(request.POST)`, `form_class = UserForm`, `serializer_class = ...`."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or file.path.endswith("admin.py"):
            continue
        for call in file.calls:
            if call.name == name and any(re.search(r"request|self\.request|data\b", text) for text in flat(call.args)):
                return Spot(file.path, call.line, f"{name} is filled with what a client sent")
        for cls in file.classes:
            held = next(
                (
                    f
                    for f in cls.fields
                    if f.name in ("form_class", "serializer_class")
                    and f.value is not None
                    and f.value.text.rpartition(".")[2] == name
                ),
                None,
            )
            reads = any(
                "ReadOnly" in base or base.rpartition(".")[2] in ("ListAPIView", "RetrieveAPIView")
                for base in cls.bases
            )
            if held is not None and not reads and not _ADMIN.search(cls.name) and not _is_closed(cls):
                return Spot(file.path, held.line, f"{cls.name} takes {name}")
    return None


def _is_closed(cls: Class) -> bool:
    """Whether only administrators get to a view."""
    return any(
        f.name == "permission_classes"
        and f.value is not None
        and re.search(r"admin|staff|super", " ".join(flat((f.value,))), re.IGNORECASE)
        for f in cls.fields
    )
