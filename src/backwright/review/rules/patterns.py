"""Rules that are data: calls, assignments, marks and lines of configuration that match."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Edit
from backwright.review.facts import Arg, Call, File
from backwright.review.link.effects import Does
from backwright.review.link.model import Model, shown
from backwright.review.link.packs import alternatives, glob, split_pattern
from backwright.review.link.project import Fn
from backwright.review.link.routers import argument
from backwright.review.rules.rule import AssignPattern, CallPattern, Hit, Rule


def matched(rule: Rule, model: Model) -> Iterator[Hit]:
    """Yield what the patterns of a rule find."""
    for call in rule.call:
        yield from _calls(rule, call, model)
    for assign in rule.assign:
        yield from _assigns(rule, assign, model)
    yield from _marks(rule, model)
    yield from _texts(rule, model)


# ---- calls --------------------------------------------------------------------------------


def _calls(rule: Rule, pattern: CallPattern, model: Model) -> Iterator[Hit]:
    for at, index in _candidates(pattern, model):
        file = model.files[at]
        call = file.calls[index]
        if file.is_test or (pattern.language and file.language not in pattern.language):
            continue
        if not _in_file(pattern.file, pattern.not_file, file.path):
            continue
        if _call_counts(pattern, model, at, call):
            message = (pattern.message or rule.message).format(
                call=shown(call), function=model.label(Fn(at, call.fn)), target=call.to
            )
            yield Hit(
                at, call.line, message, call.fn, model.path_around(at, call.fn),
                Confidence(pattern.confidence) if pattern.confidence else None, fix=pattern.fix, edit=_edit(pattern, file, call),
            )  # fmt: skip


def _candidates(pattern: CallPattern, model: Model) -> Iterator[tuple[int, int]]:
    if pattern.does:
        wanted = frozenset(pattern.does)
        for at, calls in enumerate(model.effects.of_call):
            for index, does in calls.items():
                if any(each.does in wanted for each in does):
                    yield at, index
        return
    seen: set[tuple[int, int]] = set()
    for each in pattern.call:
        on, names = split_pattern(each)
        test = glob(on) if on else None
        for name in alternatives(names):
            for at, index in model.project.calls_by_name.get(name, ()):
                if (at, index) in seen:
                    continue
                call = model.files[at].calls[index]
                if test is None:
                    hit = not call.on
                else:
                    hit = any(test.match(receiver) for receiver in model.effects.receivers(at, call))
                if hit:
                    seen.add((at, index))
                    yield at, index


def _call_counts(pattern: CallPattern, model: Model, at: int, call: Call) -> bool:
    for place, wanted in pattern.args.items():
        value = argument(call.args, place)
        if value is None or not _value_matches(model, at, call.fn, value, wanted):
            return False
    if any(argument(call.args, place) is not None for place in pattern.without):
        return False
    if pattern.words or pattern.not_words:
        text = " ".join(flat(call.args))
        if pattern.words and not re.search(pattern.words, text):
            return False
        if pattern.not_words and re.search(pattern.not_words, text):
            return False
    if pattern.name or pattern.not_name:
        names = " ".join(_names(model, at, call))
        if (pattern.name and not re.search(pattern.name, names)) or (
            pattern.not_name and re.search(pattern.not_name, names)
        ):
            return False
    if pattern.asynchronous and not model.in_async(at, call.fn):
        return False
    return not pattern.served or any(model.is_served(Fn(at, fn)) for fn in model.enclosing(at, call.fn))


def _value_matches(model: Model, at: int, fn: int, value: Arg, wanted: str) -> bool:
    if wanted.startswith("kind:"):
        kind = value.kind
        if kind == "name":  # a variable: what was put into it
            for number in (*model.enclosing(at, fn), -1):
                for assign in model.project.assigned[at].get((number, value.text), ()):
                    kind = assign.value.kind
        return kind in wanted[5:].split("|")
    text = model.routers.constant(at, fn, value)
    return re.search(wanted, value.text if text is None else text) is not None


def _names(model: Model, at: int, call: Call) -> list[str]:
    file = model.files[at]
    found = [call.to]
    for number in model.enclosing(at, call.fn):
        found += [file.functions[number].name, file.functions[number].owner]
    return found


def _edit(pattern: CallPattern, file: File, call: Call) -> Edit | None:
    old, new = pattern.edit
    return Edit(file.path, call.line, old, new) if old else None


def flat(values: tuple[Arg, ...]) -> list[str]:
    """Return all texts among values, keywords as name=text."""
    found: list[str] = []
    for value in values:
        found.append(f"{value.name}={value.text}" if value.name else value.text)
        found += flat(value.items)
    return found


# ---- assignments, marks, texts --------------------------------------------------------------


def _assigns(rule: Rule, pattern: AssignPattern, model: Model) -> Iterator[Hit]:
    target, value = re.compile(pattern.target), re.compile(pattern.value)
    kinds = pattern.kind.split("|") if pattern.kind else []
    for at in model.own:
        file = model.files[at]
        if (pattern.language and file.language not in pattern.language) or not _in_file(
            pattern.file, pattern.not_file, file.path
        ):
            continue
        for name, held, line, fn in _bindings(file):
            last = re.split(r"[.\[\]'\"]+", name.rstrip("]'\""))[-1]
            if not target.fullmatch(last) or (kinds and held.kind not in kinds):
                continue
            if value.search(held.text) and not (pattern.not_value and re.search(pattern.not_value, held.text)):
                message = (pattern.message or rule.message).format(
                    target=name, call="", function=model.label(Fn(at, fn))
                )
                yield Hit(
                    at, line, message, fn, confidence=Confidence(pattern.confidence) if pattern.confidence else None
                )


def _bindings(file: File) -> Iterator[tuple[str, Arg, int, int]]:
    """Every name that is given a value: assignments, fields, entries of dictionaries, keyword arguments."""
    for assign in file.assigns:
        yield assign.target, assign.value, assign.line, assign.fn
        yield from _entries(assign.value, assign.line, assign.fn)
    for cls in file.classes:
        for field in cls.fields:
            if field.value is not None:
                yield field.name, field.value, field.line, -1
                yield from _entries(field.value, field.line, -1)
    for call in file.calls:
        for value in call.args:
            if value.name:
                yield value.name, value, call.line, call.fn
            yield from _entries(value, call.line, call.fn)
    for each in file.returns:
        yield from _entries(each.value, each.line, each.fn)


def _entries(value: Arg, line: int, fn: int) -> Iterator[tuple[str, Arg, int, int]]:
    if value.kind in ("dict", "list"):
        for item in value.items:
            if item.name:
                yield item.name, item, line, fn
            yield from _entries(item, line, fn)


def _marks(rule: Rule, model: Model) -> Iterator[Hit]:
    for pattern in rule.mark:
        name = glob(pattern.name)
        for at in model.own:
            file = model.files[at]
            if pattern.language and file.language not in pattern.language:
                continue
            marks = [(mark, index) for index, fn in enumerate(file.functions) for mark in fn.marks]
            marks += [
                (mark, -1) for cls in file.classes for mark in (*cls.marks, *(m for f in cls.fields for m in f.marks))
            ]
            for mark, fn in marks:
                text = " ".join(flat(mark.args))
                if not name.match(mark.name) or not re.search(pattern.words, text):
                    continue
                if not (pattern.not_words and re.search(pattern.not_words, text)):
                    yield Hit(
                        at,
                        mark.line,
                        pattern.message,
                        fn,
                        confidence=Confidence(pattern.confidence) if pattern.confidence else None,
                    )


def _texts(rule: Rule, model: Model) -> Iterator[Hit]:
    for pattern in rule.text:
        for path, text in model.texts.items():
            if not re.search(pattern.file, path):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                if re.search(pattern.line, line) and not (pattern.not_line and re.search(pattern.not_line, line)):
                    confidence = Confidence(pattern.confidence) if pattern.confidence else None
                    yield Hit(-1, number, pattern.message, file=path, confidence=confidence)


def _in_file(wanted: str, unwanted: str, path: str) -> bool:
    return (not wanted or re.search(wanted, path) is not None) and not (unwanted and re.search(unwanted, path))


__all__ = ["Does", "flat", "matched"]
