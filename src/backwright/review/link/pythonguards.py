"""Python: whether a dependency or a decorator of the project turns strangers away, whatever it is called."""

import re

from backwright.review.facts import Call, Function, Param
from backwright.review.link.inside import within
from backwright.review.link.project import Fn, Project
from backwright.review.link.typenames import alias_of
from backwright.review.link.words import texts_of
from backwright.review.regexes import regex

DEPTH_MAX = 3  # dependencies of dependencies that are looked into
DEMANDS = "login_required"
_ANSWERS = frozenset(
    "HTTPException abort Response JSONResponse PlainTextResponse make_response jsonify Unauthorized".split()
)
_STRANGERS = regex(r"(?<!\d)401(?!\d)|UNAUTHORIZED|unauthorized\b")
_FORBIDS = regex(r"(?<!\d)403(?!\d)|FORBIDDEN")
_RAISED = regex(
    r"^\w*(Unauthori[sz]ed|NotAuthenticated|AuthenticationFailed|AuthenticationError|NotLoggedIn|LoginRequired|InvalidToken|InvalidCredentials)\w*$"
)
_KNOWN = regex(
    r"user|account|member|token|api_?key|session|credential|cookie|admin|role|scope|principal|identity", re.IGNORECASE
)
_OTHER = regex(r"csrf|captcha|origin|host|throttl|rate|feature|flag|maintenance|readonly|license", re.IGNORECASE)
_SHOWN = regex(r"(^|\.)(headers|cookies|session|META|authorization)\b")
_OPTIONAL = regex(r"^(is_)?optional$|^allow_(anonymous|none)$")
_ENTERS = regex(r"log_?in|sign_?in|sign_?up|register|authenticate|callback|refresh|reset|token", re.IGNORECASE)
_ON_ITSELF = regex(r"(?:\w+\.)?Annotated\[\s*([\w.]+)\s*,\s*Depends\(\s*\)")
_DEPENDS = regex(r"\b(?:Depends|Security)\(\s*(?:dependency\s*=\s*)?([\w.]+)")


def demands(project: Project, fn: Fn, depth: int = DEPTH_MAX) -> str:
    """Return DEMANDS if a function, or one that it depends on, answers strangers with 401, or with 403 for who they are; else ""."""
    made = project.function(fn)
    calls = [call for call in project.files[fn.file].calls if call.fn == fn.index or within(project, fn, call.fn)]
    told = [text for call in calls if call.name in _ANSWERS for text in texts_of(call.args)]
    if any(_RAISED.match(call.name) for call in calls) or any(map(_STRANGERS.search, told)):
        return DEMANDS
    if any(map(_FORBIDS.search, told)) and not _OTHER.search(made.name) and _knows_who(made):
        return DEMANDS
    for at, name in (
        (each for param in _asked(project, fn) for each in depended(project, fn.file, param)) if depth else ()
    ):
        on, _, last = name.rpartition(".")
        targets = project.resolve(at, -1, on, last)
        if not targets and (cls := project.find_class(at, name)) is not None:  # Depends(TokenBearer())
            targets = tuple(project.method(cls, "__call__"))
        for target in targets[:1]:
            if target != fn and (found := demands(project, target, depth - 1)):
                return found
    return ""


def _asked(project: Project, fn: Fn) -> list[Param]:
    """The parameters of a function and of those written in it: `require_role("admin")` gives one that is asked later."""
    inside = [made for made in project.files[fn.file].functions[fn.index + 1 :] if made.parent == fn.index]
    return [param for made in (project.function(fn), *inside) for param in made.params]


def has_it_checked(project: Project, handler: Fn, calls: list[Call]) -> bool:
    """Whether one of a handler's calls runs a function that looks at what the client shows of himself and turns strangers away."""
    if _ENTERS.search(project.function(handler).name):
        return False
    for call in calls:
        if any(_OPTIONAL.match(value.name) and value.text == "True" for value in call.args):
            continue
        for fn in project.resolve_call(handler.file, call)[:1]:
            made = project.function(fn)
            if not any("password" in param.name for param in made.params) and _looks_at_it(project, fn):
                if demands(project, fn, 0):
                    return True
    return False


def _looks_at_it(project: Project, fn: Fn) -> bool:
    """Whether a function reads a header, a cookie or the session."""
    file = project.files[fn.file]
    return any(_SHOWN.search(f"{call.on} ") for call in file.calls if call.fn == fn.index) or any(
        _SHOWN.search(f"{read.base}.{read.attr} ") for read in file.reads if read.fn == fn.index
    )


def depended(project: Project, at: int, param: Param) -> list[tuple[int, str]]:
    """Return what a parameter depends on, each with the file that names it: functions, classes, and names for such.

    `user: Annotated[User, Depends(current)]`, `user=Depends(current)`, and `user: CurrentUser`, a name for the first.
    """
    found = [(at, name) for name in _depended_in(param.type)]
    if param.default is not None and param.default.text.endswith(("Depends", "Security")):
        given = param.default.items[:1]
        found += [(at, item.text) for item in given if item.kind in ("name", "call")]
        if not given and param.type:  # `service: UserService = Depends()`
            found.append((at, param.type))
    elif param.type and (alias := alias_of(project, at, param.type)) is not None:
        found += [(alias[0], name) for name in _depended_in(alias[1].text)]
    return found


def _depended_in(text: str) -> list[str]:
    """`Annotated[User, Depends(current)]` depends on a function, `Annotated[Users, Depends()]` on the class itself."""
    own = _ON_ITSELF.match(text)
    return [own[1]] if own is not None else _DEPENDS.findall(text)


def _knows_who(made: Function) -> bool:
    """Whether a function is given somebody, or what he shows of himself."""
    return any(_KNOWN.search(f"{param.name} {param.type}") for param in made.params)
