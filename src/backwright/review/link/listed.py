"""Endpoints of frameworks that list them as values: Tornado's lists, Beego's calls, go-zero's routes."""

from collections.abc import Iterable, Iterator

from backwright.review.link.beego import beego
from backwright.review.link.connexion import Operation
from backwright.review.link.gozero import gozero
from backwright.review.link.project import Project
from backwright.review.link.tornado import tornado


def listed(project: Project, numbers: Iterable[int]) -> Iterator[Operation]:
    """Yield what these files declare so."""
    numbers = list(numbers)
    yield from tornado(project, numbers)
    yield from beego(project, numbers)
    yield from gozero(project, numbers)
