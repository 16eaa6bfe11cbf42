"""Functions that remote procedure calls run: gRPC, Connect and Twirp services, the resolvers of gqlgen and of the JVM's GraphQL."""

from collections.abc import Iterator

from backwright.review.facts import File, Function
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.regexes import regex

_ASKED = regex(r"(Request|Req|Query|Params|Empty)(\[|>|$)|connect\.Request\[")
_TOLD = regex(r"Res(ponse|p|ult)?\b|Reply\b|Empty\b|Response\[")
_SERVICES = regex(r"Servicer$|(Impl|Service)Base$|CoroutineImplBase$")

# Spring for GraphQL, and DGS.
_FIELD = regex(r"(Query|Mutation|Subscription|Schema|Batch)Mapping|Dgs(Query|Mutation|Subscription|Data|EntityFetcher)")
_ROOTS = frozenset({"Query", "Mutation", "Subscription"})


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
    if file.language in ("java", "kotlin") and _is_field(project, at, made):
        return True
    return (
        file.language in ("python", "kotlin")
        and made.cls >= 0
        and any(_SERVICES.search(base) for base in project.ancestors(Cls(at, made.cls))[1:])
    )


def _is_field(project: Project, at: int, made: Function) -> bool:
    """Whether a method gives a field of GraphQL: by its mark, or as a public one of a class that is all of them."""
    if any(_FIELD.fullmatch(mark.name) for mark in made.marks):
        return True
    if made.cls < 0 or not made.is_public or made.kind != "method":
        return False
    cls = project.files[at].classes[made.cls]
    if any(mark.name == "GraphQLApi" for mark in cls.marks):  # MicroProfile
        return any(mark.name in _ROOTS for mark in made.marks)
    return any(
        base in _ROOTS and project.absolute(at, base).startswith("com.expediagroup.graphql") for base in cls.bases
    )
