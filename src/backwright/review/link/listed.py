"""Endpoints of frameworks that name a class for each path: Tornado's lists, Beego's calls."""

from collections.abc import Iterable, Iterator

from backwright.review.link.beego import beego
from backwright.review.link.connexion import Operation
from backwright.review.link.project import Project
from backwright.review.link.tornado import tornado


def listed(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    """Yield what these files declare so."""
    numbers = list(numbers)
    yield from tornado(project, numbers)
    yield from beego(project, numbers)
