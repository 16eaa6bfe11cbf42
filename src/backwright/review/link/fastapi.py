"""FastAPI: where a handler's parameter comes from when only its name and type say so."""

from backwright.review.facts import Param
from backwright.review.link.paths import parameters
from backwright.review.link.project import Project
from backwright.review.link.routes import Declared
from backwright.review.link.types import written

_PLAIN = frozenset("str int float bool UUID date datetime Literal uuid.UUID datetime.date datetime.datetime".split())


def place_of(project: Project, declared: Declared, param: Param) -> str:
    """Return "query" or "body", "" for what the path holds or a dependency gives."""
    default = param.default.text if param.default is not None else ""
    if (
        param.name in parameters(declared.path)
        or default.endswith("Depends")
        or "Depends(" in param.type
        or not param.type
    ):
        return ""
    if written(param.type).name in _PLAIN:
        return "query"
    cls = project.named_type(declared.at, param.type).cls
    is_body = cls is not None and any(b.endswith(("BaseModel", "SQLModel")) for b in project.ancestors(cls))
    return "body" if is_body else ""
