"""csrf-off: requests that change something ride on a session cookie, and nothing shows that the own pages sent them."""

from collections.abc import Iterator

from backwright.review.link.model import Model
from backwright.review.rules.forged_python import of_django, of_flask
from backwright.review.rules.forged_requests import of_aspnet, of_express, of_laravel, of_spring
from backwright.review.rules.linkchanges import changed_by_links
from backwright.review.rules.rule import Hit


def check(model: Model) -> Iterator[Hit]:
    """Yield protections that are switched off or left out, where a login by cookie and forms make them needed."""
    languages = {model.files[at].language for at in model.own}
    if "python" in languages:
        yield from of_django(model)
        yield from of_flask(model)
    if "javascript" in languages:
        yield from of_express(model)
    if "php" in languages:
        yield from of_laravel(model)
    if languages & {"java", "kotlin"}:
        yield from of_spring(model)
    if "csharp" in languages:
        yield from of_aspnet(model)
    yield from changed_by_links(model)
