"""An endpoint as it is declared, before anything is judged."""

from dataclasses import dataclass, field

from backwright.review.facts import Arg
from backwright.review.link.project import Cls, Fn
from backwright.review.link.routers import Key, Use


@dataclass(frozen=True)
class Declared:
    """One endpoint as declared.

    Attributes:
        handler: The project's function, if it was found.
        handler_class: The class whose method it is, for marks on the class.
        text: The file of configuration that declares it (`line` is one of it, `at` a source file of the framework).
        given: The route call's other arguments, for what a framework puts there (schemas, limits).
    """

    method: str
    path: str
    label: str
    at: int
    line: int
    framework: str
    handler: Fn | None = None
    handler_class: Cls | None = None
    uses: tuple[Use, ...] = ()
    root: Key | None = None
    given: tuple[Arg, ...] = field(default=(), compare=False)
    text: str = ""

    @property
    def beside(self) -> int:
        """The handler's index if it stands in the file that declares it, else -1."""
        return self.handler.index if self.handler is not None and self.handler.file == self.at else -1
