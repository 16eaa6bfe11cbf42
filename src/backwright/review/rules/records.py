"""Records of others as findings: one for each file of handlers, with all its places."""

from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.link.data import Access
from backwright.review.link.project import Fn
from backwright.review.rules.opened import SPOTS_MAX
from backwright.review.rules.others import Others, Seen, spots_of
from backwright.review.rules.rule import Hit
from backwright.review.rules.vouching import Subject


def records_of_others(others: Others) -> Iterator[Hit]:
    """Yield endpoints that anybody who is logged in can use on the records of others."""
    checked: dict[str, list[Seen]] = defaultdict(list)
    for each in others.seen:
        if each.vouched is not None and each.vouched.kind == "owner":
            checked[each.subject.name].append(each)
    grouped: dict[tuple[int, int, bool], list[Seen]] = defaultdict(list)
    for each in others.seen:
        if each.vouched is None and each.declared.handler is not None:
            own = others.model.project.own_class(each.declared.handler.file, each.declared.handler.index)
            index = own.index if own is not None else -1
            grouped[each.declared.handler.file, index, _is_doubtful(each, checked)].append(each)
    for key, group in grouped.items():
        wrong = {each.subject.name for each in group if not each.subject.is_weak}
        group = [each for each in group if each.subject.name in wrong]
        if group:
            yield _hit(others, group, checked, f"records of others {key}")


def _is_doubtful(seen: Seen, checked: dict[str, list[Seen]]) -> bool:
    return seen.subject.owner.is_noted and not checked[seen.subject.name]


def _hit(others: Others, group: list[Seen], checked: dict[str, list[Seen]], key: str) -> Hit:
    model = others.model
    first = min(group, key=lambda each: (each.subject.is_weak, not each.subject.changes))
    declared, endpoint, subject = first.declared, first.endpoint, first.subject
    path: list[Spot] = []
    for each in (first, *(other for other in group if other is not first)):
        path += spots_of(model, each.declared, each.endpoint, "anybody who is logged in")
        does = "lists those of everybody" if each.subject.is_list else "finds it by what the client sent alone"
        path += [
            Spot(model.files[access.at].path, access.line, f"{model.label_around(access.at, access.fn)} {does}")
            for access in _alike(others, each.subject)
        ]
    compared = [e for each in group for e in checked[each.subject.name][:1]]
    path = list(dict.fromkeys(path))[:SPOTS_MAX]
    path += [
        Spot(e.endpoint.file, e.declared.line, f"{e.endpoint.method} {e.endpoint.path} asks whose it is")
        for e in compared[:1]
    ]
    does = "changes" if subject.changes else "lists" if subject.is_list else "hands out"
    more = f" ({len(group) - 1} more here do so)" if len(group) > 1 else ""
    message = (
        f"{endpoint.method} {endpoint.path} {does} any {subject.name.replace('_', ' ')}, whoever's it is{more}; "
        f"nothing compares {subject.name}.{subject.owner.field} with who is logged in"
    )
    noted = subject.owner.is_noted
    confidence = Confidence.HIGH if compared and not noted else Confidence.MEDIUM if compared or not noted else Confidence.LOW  # fmt: skip
    fn = declared.beside
    fix = f"Look it up together with its owner ({subject.owner.field}), or compare that with who is logged in and answer 404."
    return Hit(declared.at, declared.line, message, fn, tuple(path), confidence, Severity.HIGH, key=key, fix=fix)


def _alike(others: Others, subject: Subject) -> list[Access]:
    """The query of a subject, and those of other things in the same function that are made just like it."""
    if subject.access is None:
        return []

    def names(access: Access) -> list[str]:
        return [others.model.files[access.at].calls[n].name for n in access.calls]

    beside = others.model.data.by_function.get(Fn(subject.access.at, subject.access.fn), ())
    return [subject.access, *(each for each in beside if names(each) == names(subject.access) and others.owners.owner(each) is not None)]  # fmt: skip
