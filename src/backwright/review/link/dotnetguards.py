"""ASP.NET: handlers that ask themselves who is there, and the policy for all that says nothing."""

from backwright.review.facts import NEW
from backwright.review.link.declared import Declared
from backwright.review.link.inside import within
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

_REFUSALS = frozenset("Unauthorized Challenge Forbid UnauthorizedResult ChallengeResult ForbidResult UnauthorizedAccessException".split())  # fmt: skip
_NAMED = regex(r"[A-Z]\w*")
_BEFORE = frozenset("OnActionExecuting OnActionExecutionAsync OnAuthorization OnAuthorizationAsync OnResourceExecuting OnResourceExecutionAsync InvokeAsync".split())  # fmt: skip
_REFUSED = regex(r"\b(401|403)\b|Unauthori[sz]ed|Forbid|Challenge")


def filter_refuses(project: Project, declared: Declared) -> bool:
    """Whether a filter of the project that stands before an action refuses by itself, with a key of its own for one.

    `[TypeFilter(typeof(NeedsKey))]` or `[NeedsKey]` counts also beside `[AllowAnonymous]`, which only turns the usual login off.
    """
    texts = [(use.file, use.text) for use in declared.uses]
    if declared.handler is not None:
        at, made = declared.handler.file, project.function(declared.handler)
        marks = [*made.marks, *(project.files[at].classes[made.cls].marks if made.cls >= 0 else ())]
        texts += [(at, text) for mark in marks for text in texts_of(mark.args)]
    return any(
        _refuses(project, cls)
        for at, text in texts
        for name in _NAMED.findall(text)
        for cls in (project.find_class(at, name), project.find_class(at, f"{name}Attribute"))
        if cls is not None
    )


def _refuses(project: Project, cls: Cls) -> bool:
    """Whether a filter answers 401 or 403 before the action runs, or throws what says so: new ForbiddenException()."""
    file = project.files[cls.file]
    before = {n for n, made in enumerate(file.functions) if made.cls == cls.index and made.name in _BEFORE}
    return any(
        a.fn in before and a.target.endswith(".Result") and any(_REFUSED.search(text) for text in texts_of((a.value,)))
        for a in file.assigns
    ) or any(
        c.fn in before and (c.name in _REFUSALS or (c.flags & NEW and _REFUSED.search(c.name))) for c in file.calls
    )


def asks_itself(project: Project, handler: Fn) -> bool:
    """Whether a handler looks whether somebody is logged in, and refuses."""
    file = project.files[handler.file]
    inside = {handler.index, *(n for n in range(len(file.functions)) if within(project, handler, n))}
    asked = any(r.fn in inside and r.attr == "IsAuthenticated" for r in file.reads) or any(
        c.fn in inside and c.name == "AuthorizeAsync" for c in file.calls
    )
    return asked and any(c.fn in inside and c.name in _REFUSALS for c in file.calls)


def has_fallback_policy(project: Project) -> bool:
    """Whether the application sets a policy for endpoints that have none."""
    files = [file for file in project.files if file.language == "csharp"]
    return any(a.target.endswith("FallbackPolicy") for file in files for a in file.assigns) or any(
        c.name == "SetFallbackPolicy" for file in files for c in file.calls
    )
