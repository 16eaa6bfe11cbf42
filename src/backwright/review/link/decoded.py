"""Go: variables that a request's body is decoded into, and which of their fields hold a client's text."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

# Methods of a request's context that fill what they are given: gin, echo, fiber, iris, chi's render.
_FILLS = frozenset(
    "BindJSON ShouldBindJSON ShouldBind ShouldBindQuery ShouldBindUri ShouldBindBodyWith MustBindWith Bind BindQuery "
    "BodyParser QueryParser ReadJSON ReadForm DecodeJSON".split()
)
_CONTEXT = regex(r"(c|ctx|gc|context|r|req|request|render)(\(\))?(\.(Request|Req)(\(\))?)?(\.Bind\(\))?")
_BODY = regex(r"(r|req|request|c\.Request|ctx\.Request|c\.Request\(\)|ctx\.Request\(\))(\(\))?\.Body")
_TEXT = regex(r"(\[\]|\*)*(string|json\.RawMessage|template\.HTML|map\[string\](string|any|interface\{\}))")


def decoded(project: Project, fn: Fn, calls: list[Call]) -> Iterator[tuple[str, Call]]:
    """Yield what holds a client's text after a body was read into a struct: `input.Link` of `c.BindJSON(&input)`."""
    for call in calls:
        target = _target(project, fn, call)
        if target is None or target.kind != "name":
            continue
        name = target.text.lstrip("&*")
        cls = project.type_of(fn.file, fn.index, name).cls if name.isidentifier() else None
        for field in project.class_(cls).fields if cls is not None else ():
            if _TEXT.fullmatch(field.type):
                yield f"{name}.{field.name}", call


def _target(project: Project, fn: Fn, call: Call) -> Arg | None:
    """The argument that a call fills with what a client sent."""
    if not call.args:
        return None
    if call.name in _FILLS:
        return call.args[-1] if _CONTEXT.fullmatch(call.on) else None
    if call.name == "Decode" and call.prev >= 0:
        made = project.files[fn.file].calls[call.prev]
        is_body = made.name == "NewDecoder" and bool(made.args) and _is_body(made.args[0])
        return call.args[0] if is_body else None
    return None


def _is_body(value: Arg) -> bool:
    """Whether a reader is the body of a request, also a limited one."""
    return _BODY.fullmatch(value.text) is not None or (
        value.kind == "call" and any(_is_body(item) for item in value.items)
    )
