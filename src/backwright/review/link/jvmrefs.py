"""Methods that Java and Kotlin hand over by name: `.map(this.orders::total)`, `orElseGet(orders::all)`."""

from collections.abc import Iterator

from backwright.review.facts import Call, File
from backwright.review.link.project import Fn, Project

# Calls that run what they are given. Only of these an argument `a.b` may be the method b: elsewhere it is a field.
_RUNS = frozenset(
    "map flatMap concatMap switchMap mapToObj mapNotNull transform transformToUni transformToMulti transformToUniAndMerge transformToUniAndConcatenate call chain invoke forEach filter "
    "orElseGet orElseThrow supplyAsync runAsync thenApply thenCompose thenAccept execute submit schedule fromCallable fromSupplier defer deferred supplier item "
    "onErrorResume recoverWithItem recoverWithUni then doOnNext handle andRoute andThen compose computeIfAbsent let also run ifPresent ifPresentOrElse subscribe with executeBlocking".split()
)

_HANDS_ON = frozenset({"use", "let", "also"})  # calls that give a lambda what they are made on


def references(project: Project, at: int, call: Call) -> Iterator[Fn]:
    """Yield the project's functions that a call is handed by name and runs."""
    if call.name not in _RUNS:
        return
    for value in call.args:
        if value.kind != "name" or "." not in value.text:
            continue
        on, _, name = value.text.rpartition(".")
        if name not in project.functions_by_name or project.type_of(at, call.fn, on).cls is None:
            continue
        for fn in project.resolve(at, call.fn, on, name):
            if project.function(fn).kind == "method":
                yield fn


def handed_to(file: File, fn: int, name: str) -> Call | None:
    """Kotlin: return the call whose result a lambda's parameter is: `connection.prepareStatement(sql).use { it.executeQuery() }`."""
    made = file.functions[fn]
    around = file.calls[made.call] if file.language == "kotlin" and made.kind == "lambda" and made.call >= 0 else None
    if (
        around is None
        or around.name not in _HANDS_ON
        or around.prev < 0
        or not any(p.name == name for p in made.params[:1])
    ):
        return None
    return file.calls[around.prev]
