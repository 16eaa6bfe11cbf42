"""Where PHP's attributes come from: one of an API description describes an endpoint, one of a router declares it."""

from collections.abc import Iterable

from backwright.review.facts import Mark
from backwright.review.link.project import Project

# What only describes: documentation, validation, storing and serializing.
_DESCRIBES = (
    "OpenApi.",
    "Swagger.",
    "Nelmio.ApiDocBundle.",
    "Symfony.Component.Serializer.",
    "Symfony.Component.Validator.",
    "Doctrine.",
    "JMS.",
)


def module_of(project: Project, at: int, name: str) -> str:
    """Return what a mark's name was imported as, in full with dots; "" if that is not said."""
    first, _, rest = name.replace("\\", ".").lstrip(".").partition(".")
    made = project.imported[at].get(first)
    if made is None:
        return ""
    whole = ".".join(part for part in (made.module.replace("\\", ".").strip("."), made.name, rest) if part)
    return whole + ("" if rest else ".")


def is_of(project: Project, at: int, mark: Mark, modules: Iterable[str]) -> bool:
    """Whether a mark may be one of these modules': only what is imported from elsewhere is not."""
    if project.files[at].language != "php":
        return True
    whole = module_of(project, at, f"{mark.on}.{mark.name}" if mark.on else mark.name)
    return not whole or whole.startswith(tuple(modules))


def describes(project: Project, at: int, word: str) -> bool:
    """Whether what stands before an endpoint is an attribute that only describes it."""
    if project.files[at].language != "php" or not word[:1].isupper():
        return False
    return module_of(project, at, word.partition("(")[0]).startswith(_DESCRIBES)
