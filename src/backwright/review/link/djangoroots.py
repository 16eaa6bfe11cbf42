"""Django: what classes and functions are handed by the framework: the row of a view, of a form, of a serializer, of a signal."""

from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Function
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.djangotypes import DjangoTypes
    from backwright.review.link.project import Cls

_OF_META = regex(r"(?:ModelForm|Serializer|ModelAdmin|ModelResource|DjangoObjectType)$")
_SIGNALS = frozenset({"receiver"})
_HOOKS = regex(r"(?:get_\w+|to_representation|update|save_model|delete_model)$")  # of a serializer, an admin page


def given_model(django: "DjangoTypes", at: int, fn: int, words: list[str]) -> "tuple[Cls, int] | None":
    """Return the model of the row that a chain begins with, and how many of its words say so."""
    request = words.index("request") if "request" in words[:2] else -1
    if request >= 0 and words[request + 1 : request + 2] == ["user"]:
        return (django.user, request + 2) if django.user is not None else None
    if words[0] == "self" and len(words) > 1:
        own = django.project.own_class(at, fn)
        found = _of_class(django, own, words[1]) if own is not None else None
        return (found, 2) if found is not None else None
    model = _of_parameter(django, at, fn, words[0])
    return (model, 1) if model is not None else None


def _of_class(django: "DjangoTypes", own: "Cls", word: str) -> "Cls | None":
    """`self.object` and `self.get_object()` of a view, `self.instance` of a form or serializer."""
    if word in ("object", "get_object()") and not (word == "get_object()" and django.project.method(own, "get_object")):
        return of_view(django, own)
    return of_meta(django, own) if word == "instance" else None


def of_view(django: "DjangoTypes", own: "Cls") -> "Cls | None":
    """Return the model of a view by its `model` or `queryset`."""
    for cls in django.project.base_classes(own):
        made = django.project.class_(cls)
        for name in ("model", "queryset"):
            value = next((field.value for field in made.fields if field.name == name), None)
            if value is not None and (found := _named(django, cls.file, value)) is not None:
                return found
    return None


def of_meta(django: "DjangoTypes", own: "Cls") -> "Cls | None":
    """Return the model of a form or a serializer by its Meta, or by that of a base."""
    for cls in django.project.base_classes(own):
        for made in django.project.files[cls.file].classes:
            if made.name == "Meta" and made.outer == cls.index:
                value = next((field.value for field in made.fields if field.name == "model"), None)
                if value is not None and (found := _named(django, cls.file, value)) is not None:
                    return found
    return None


def _named(django: "DjangoTypes", at: int, value: Arg) -> "Cls | None":
    if value.kind not in ("name", "call"):
        return None
    found = django.asked(at, -1, f"{value.text}()" if value.kind == "call" else value.text)
    return found.model if found is not None and found.kind in ("class", "query") else None


def _of_parameter(django: "DjangoTypes", at: int, fn: int, name: str) -> "Cls | None":
    """`instance` of a receiver whose sender is a model; what methods of serializers and admin pages are given."""
    functions = django.project.files[at].functions
    made = functions[fn] if fn >= 0 else None
    names = [param.name for param in made.params if not param.type] if made is not None else []
    if made is None or name not in names:
        return None
    if name == "instance" and (sender := _sender(made)) is not None:
        return _named(django, at, sender)
    if made.cls < 0 or names[:2][-1:] != [name] or not _HOOKS.match(made.name):
        return None
    own = django.project.own_class(at, fn)
    if own is None or not _is(django, own):
        return None
    return of_meta(django, own)


def _sender(made: Function) -> Arg | None:
    given = (value for mark in made.marks if mark.name in _SIGNALS for value in mark.args if value.name == "sender")
    return next(given, None)


def _is(django: "DjangoTypes", own: "Cls") -> bool:
    return any(_OF_META.search(name) for name in django.project.ancestors(own)[1:])
