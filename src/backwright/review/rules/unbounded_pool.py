"""unbounded-pool: a pool that opens as many connections as there are requests."""

from collections.abc import Iterator

from backwright.review.link.model import Model, shown
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit

LATER = (
    "SetMaxOpenConns",
    "SetMaxConns",
    "setMaximumPoolSize",
    "setMaxTotal",
    "setMaxActive",
    "max_connections",
    "MaxConns",
    "setMaxPoolSize",
)


def check(model: Model) -> Iterator[Hit]:
    """Yield pools without an upper bound where the library sets none by itself."""
    if not model.declared:
        return
    for at in model.own:
        file = model.files[at]
        if is_offline(file):
            continue
        for index, told in model.effects.of_call[at].items():
            for does in told:
                if (
                    does.does != "pool"
                    or does.effect.default != "none"
                    or model.effects.given(does, does.effect.size) is not None
                ):
                    continue
                if _set_later(model, file.language):
                    continue
                call = file.calls[index]
                yield Hit(
                    at,
                    call.line,
                    f"{shown(call)}() opens a pool without an upper bound of connections",
                    call.fn,
                    key=f"unbounded-pool:{file.language}",
                )


def _set_later(model: Model, language: str) -> bool:
    return any(
        model.files[at].language == language for name in LATER for at, _ in model.project.calls_by_name.get(name, ())
    ) or any(
        assign.target.rpartition(".")[2] in LATER
        for file in model.files
        if file.language == language
        for assign in file.assigns
    )
