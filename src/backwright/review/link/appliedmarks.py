"""Python: decorators that are called instead of written above a function: `app.get("/x")(show)`."""

from collections.abc import Iterator

from msgspec import structs

from backwright.review.facts import Function, Mark
from backwright.review.link.project import Fn, Project


def marked(project: Project, at: int) -> Iterator[tuple[Fn, Function, Mark]]:
    """Yield each function with each mark that a file gives it; `parent` of the function is where the mark's names stand."""
    file = project.files[at]
    for index, made in enumerate(file.functions):
        for mark in made.marks:
            yield Fn(at, index), made, mark
    for call in file.calls if file.language == "python" else ():
        if call.name or call.prev < 0 or len(call.args) != 1 or call.args[0].kind != "name":
            continue
        on, _, name = call.args[0].text.rpartition(".")
        decorator = file.calls[call.prev]
        for fn in project.resolve(at, call.fn, on, name)[:1]:
            made = structs.replace(project.function(fn), parent=call.fn)
            yield fn, made, Mark(decorator.name, decorator.on, decorator.args, decorator.line)
