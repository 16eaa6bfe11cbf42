"""Functions that remote procedure calls run: gRPC, Connect and Twirp services, and the resolvers of gqlgen."""

from collections.abc import Iterator

from backwright.review.facts import File, Function
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_ASKED = regex(r"(Request|Req|Query|Params|Empty)(\[|>|$)|connect\.Request\[")
_TOLD = regex(r"Res(ponse|p|ult)?\b|Reply\b|Empty\b|Response\[")
_SERVICES = regex(r"Servicer$|(Impl|Service)Base$|CoroutineImplBase$")


def remote(project: Project) -> Iterator[Fn]:
    """Yield the methods that somebody far away calls, by the shape of what they take and give."""
    for at, file in enumerate(project.files):
        if not file.is_test:
            for index, made in enumerate(file.functions):
                if made.owner and _is_remote(project, at, file, made):
                    yield Fn(at, index)


def _is_remote(project: Project, at: int, file: File, made: Function) -> bool:
    types = [param.type for param in made.params]
    if file.language == "go":
        if len(types) < 2 or "Context" not in types[0] or not made.name[:1].isupper():
            return len(types) >= 1 and "Context" in types[0] and made.owner.endswith("Resolver")
        return made.owner.endswith("Resolver") or (
            "." in types[1] and bool(_ASKED.search(types[1])) and bool(_TOLD.search(made.returns))
        )
    if file.language in ("csharp", "java", "kotlin") and any(
        "ServerCallContext" in t or "StreamObserver" in t for t in types
    ):
        return True
    return (
        file.language in ("python", "kotlin")
        and made.cls >= 0
        and any(_SERVICES.search(base) for base in project.ancestors(Cls(at, made.cls))[1:])
    )
