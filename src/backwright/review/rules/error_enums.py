"""Rust's errors that answer for themselves: Actix and Axum send what their `Display` says, which may be the text of the database."""

from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Class, Field
from backwright.review.link.model import Model
from backwright.review.regexes import regex

HOPS_MAX = 3  # enums of the project in one another
ANSWERS = frozenset({"error_response", "into_response"})
TRAIT = regex(r"(^|::)ResponseError$")
# What the drivers of databases, files, mail and HTTP fail with.
OUTSIDE = regex(
    r"(^|[^\w:])(sqlx|diesel|tokio_postgres|postgres|rusqlite|sea_orm|mongodb|redis|deadpool\w*|bb8\w*|r2d2\w*|reqwest|hyper\w*|"
    r"std::io|io|lettre|aws_sdk\w*|anyhow|eyre|rdkafka|lapin|clickhouse|elasticsearch|meilisearch_sdk|surrealdb|sled|rocksdb)"
    r"(::\w+)*::(\w*Error\w*)|(^|[^\w:])DbErr\b|dyn (std::error::)?Error"
)
FILLED = regex(r"\{(0|\w+)?(:[^}]*)?\}")
TRANSPARENT = "transparent"


class Told(NamedTuple):
    """An error that is answered with its own text: where, in which function, and the variant that holds another's."""

    line: int
    fn: int
    variant: Field


class ErrorEnums:
    """Enums of errors whose text is derived, with what they hold."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def in_file(self, at: int) -> Iterator[Told]:
        """Yield the answers of a file that hold the text of an enum in which an error of a driver stands."""
        file = self.model.files[at]
        if file.language != "rust" or not any(cls.kind == "enum" for cls in file.classes):
            return
        for number, made in enumerate(file.functions):
            if made.cls >= 0 and (variant := self._outside(at, file.classes[made.cls])) is not None:
                line = self._tells_itself(at, number, file.classes[made.cls])
                if line:
                    yield Told(line, number, variant)

    def is_harmless(self, at: int, fn: int) -> bool:
        """Whether the text of the enum that a method belongs to is written there, whatever failed."""
        file = self.model.files[at]
        cls = file.classes[file.functions[fn].cls] if fn >= 0 and file.functions[fn].cls >= 0 else None
        if cls is None or cls.kind != "enum" or not cls.fields or self._outside(at, cls) is not None:
            return False
        return all(any(mark.name == "error" for mark in field.marks) for field in cls.fields)

    def _tells_itself(self, at: int, fn: int, cls: Class) -> int:
        """Return the line where a function that answers, or makes the answer's body, turns the error itself into a text; 0 for none."""
        file = self.model.files[at]
        if not (file.functions[fn].name in ANSWERS or self._is_asked(at, fn)):
            return 0
        inside = [file.calls[n] for n in self.model.inside.calls[at].get(fn, ())]
        if not any(TRAIT.search(base) for base in cls.bases) and file.functions[fn].name != "into_response":
            return 0
        return next(
            (
                call.line
                for call in inside
                if (call.name == "to_string" and call.on == "self")
                or (call.name == "format!" and any(value.text == "self" for value in call.args))
            ),
            0,
        )

    def _is_asked(self, at: int, fn: int) -> bool:
        """Whether a method makes what the enum's own answer is made of: error_response() { ...json(self.as_body()) }."""
        file = self.model.files[at]
        made = file.functions[fn]
        return any(
            call.on == "self" and call.name == made.name and file.functions[call.fn].name in ANSWERS
            for call in file.calls
            if call.fn >= 0 and file.functions[call.fn].cls == made.cls
        )

    def _outside(self, at: int, cls: Class, hops: int = HOPS_MAX) -> Field | None:
        """Return a variant whose text is that of an error of a driver, itself or by another enum of the project."""
        told = [field for field in cls.fields if cls.kind == "enum" and _tells_its_field(field)]
        direct = next((field for field in told if OUTSIDE.search(field.type)), None)
        if direct is not None or not hops:
            return direct
        for field in told:
            inner = self.model.project.find_class(at, field.type.rpartition("::")[2])
            if inner and self._outside(inner.file, self.model.project.class_(inner), hops - 1) is not None:
                return field
        return None


def _tells_its_field(field: Field) -> bool:
    """Whether the text of a variant is made of what it holds: #[error("failed: {0}")], #[error(transparent)]."""
    text = next((mark.args[0].text for mark in field.marks if mark.name == "error" and mark.args), "")
    return text == TRANSPARENT or bool(FILLED.search(text))
