"""NestJS: guards that look who is there and let everybody in: `request.user = user ?? null; return true;`, `handleRequest(err, user) { return user; }`."""

from collections.abc import Iterable

from backwright.review.facts import IN_TRY, NEW, Call
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_TRUE = frozenset({"true", "Promise.resolve(true)", "of(true)"})
_FAILS = regex(r"(Error|Exception)$")
_REFUSES = regex(
    r"authenticate|authori[sz]e|verify|require|ensure|assert|protect|jwt|guard|check|validate|auth|handleRequest", 2
)


def lets_all_in(project: Project, cls: Cls) -> bool:
    """Whether a guard of the project refuses nobody: all that it answers is `true`, and what may fail is caught; or, with passport's, it takes nobody for a user."""
    told = [project.methods_of(cls, name)[:1] for name in ("canActivate", "handleRequest")]
    asked, handled = (each[0] if each else None for each in told)
    is_passports = any("AuthGuard" in base for base in project.class_(cls).bases)
    if handled is not None and is_passports:
        return _fails_never(project, handled) and (asked is None or _fails_never(project, asked, ("super",)))
    if asked is None or any(base != "CanActivate" and base[:2] != "On" for base in project.class_(cls).bases):
        return False
    returned = [each.value for each in project.files[asked.file].returns if each.fn == asked.index]
    return (
        bool(returned)
        and all(value.text in _TRUE or _is_true(value.text, value.items) for value in returned)
        and _fails_never(project, asked)
    )


def _is_true(text: str, items: Iterable[object]) -> bool:
    return text in ("Promise.resolve", "of") and [getattr(item, "text", "") for item in items] == ["true"]


def _fails_never(project: Project, fn: Fn, trusted: tuple[str, ...] = ()) -> bool:
    """Whether a function throws nothing, by itself or by what it calls outside of a `try`. `trusted`: what is called on these fails never."""
    file = project.files[fn.file]
    inside = {fn.index} | {n for n, made in enumerate(file.functions) if made.parent == fn.index}
    if any(each.fn in inside and "raise" in each.does for each in file.catches):
        return False
    return not any(
        _may_fail(project, fn.file, call) for call in file.calls if call.fn in inside and call.on not in trusted
    )


def _may_fail(project: Project, at: int, call: Call) -> bool:
    if call.flags & NEW:
        return bool(_FAILS.search(call.name))
    return not call.flags & IN_TRY and bool(_REFUSES.search(call.name) or project.resolve_call(at, call))
