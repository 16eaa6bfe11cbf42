"""Flask: what runs before each request of an application or a blueprint, and turns away who is not logged in."""

import re
from collections import defaultdict

from backwright.review.link.project import Fn, Project
from backwright.review.link.remembering import kept_with_it
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

_OF_BLUEPRINT = frozenset({"before_request"})
_OF_ALL = frozenset({"before_app_request"})
_GUARDS = regex(
    r"(login|auth|token|jwt|permission|admin|user)\w*_?required|^login_required$|require_(login|auth|user|token)",
    re.IGNORECASE,
)
_REFUSES = regex(
    r"^(unauthorized|forbidden|Unauthorized|Forbidden|unauthorized_\w+|authentication_required|login_required|verify_jwt_in_request)$"
)
_STATUS = regex(r"^(401|403|HTTPStatus\.(UNAUTHORIZED|FORBIDDEN))$")
_ANSWERS = regex(r"(^|,\s*|status(_code)?=)(401|403)\b")
_WHO = regex(r"session|user|auth|token|cookie|api_?key|logged|jwt|credential", re.IGNORECASE)
_FOR_GUESTS = regex(
    r"log_?in|sign_?(in|up)|regist|log_?out|forgot|reset|static|health|index|home|webhook|callback", re.IGNORECASE
)


def is_hooked(project: Project, handler: Fn) -> bool:
    """Whether a request reaches a handler only past such a function, of its own blueprint or of the whole application."""
    guarded, whole = _hooks(project)
    made = project.function(handler)
    if any((mark.on, _home(project, handler.file, mark.on)) in guarded for mark in made.marks):
        return True
    folders = {project.files[at].path.rpartition("/")[0] for at in whole}
    here = project.files[handler.file].path
    return (
        any(here.startswith(f"{folder}/" if folder else "") for folder in folders)
        and any(mark.name in ("route", "get", "post", "put", "patch", "delete") for mark in made.marks)
        and not _FOR_GUESTS.search(made.name)
    )


def _home(project: Project, at: int, name: str) -> int:
    """The file that an application or a blueprint is made in."""
    made = project.imported[at].get(name)
    if made is None:
        return at
    return next(iter(project.module_files(at, made.module)), at)


@kept_with_it
def _hooks(project: Project) -> tuple[frozenset[tuple[str, int]], frozenset[int]]:
    """Return (name, file) of each blueprint with such a function, and the files of those for the whole application."""
    guarded: set[tuple[str, int]] = set()
    whole: set[int] = set()
    for at, file in enumerate(project.files):
        if file.language != "python" or file.is_test:
            continue
        makers: dict[str, str] = defaultdict(str)
        for index, made in enumerate(file.functions):
            for mark in made.marks:
                if mark.name not in _OF_BLUEPRINT | _OF_ALL or not _turns_away(project, Fn(at, index)):
                    continue
                home = _home(project, at, mark.on)
                if not makers:
                    makers.update({a.target: a.value.text for a in project.files[home].assigns if a.fn < 0})
                if mark.name in _OF_ALL or makers[mark.on].endswith("Flask"):
                    whole.add(at)
                else:
                    guarded.add((mark.on, home))
    return frozenset(guarded), frozenset(whole)


def _turns_away(project: Project, fn: Fn) -> bool:
    """Whether a function asks who is there, and refuses by an answer of its own."""
    file, made = project.files[fn.file], project.function(fn)
    if any(_GUARDS.search(mark.name) for mark in made.marks):
        return True
    calls = [call for call in file.calls if call.fn == fn.index]
    told = [text for call in calls for text in (f"{call.on}.{call.name}", *texts_of(call.args))]
    told += [f"{read.base}.{read.attr}" for read in file.reads if read.fn == fn.index]
    if not any(_WHO.search(text) for text in told):
        return False
    refuses = any(_REFUSES.match(call.name) or any(_STATUS.match(t) for t in texts_of(call.args)) for call in calls)
    goes = any(
        call.name == "redirect" and any("login" in text.lower() for text in texts_of(call.args)) for call in calls
    )
    answers = any(
        _ANSWERS.search(text) for each in file.returns if each.fn == fn.index for text in texts_of((each.value,))
    )
    return refuses or goes or answers
