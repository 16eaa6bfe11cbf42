"""ASP.NET: handlers that ask themselves who is there, and the policy for all that says nothing."""

from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project

_REFUSALS = frozenset("Unauthorized Challenge Forbid UnauthorizedResult ChallengeResult ForbidResult UnauthorizedAccessException".split())  # fmt: skip


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
