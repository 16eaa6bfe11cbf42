"""What `ask` found, as text: quoted passages with numbers, the command that computes the answer, sources."""

from backwright.faces.prose.layout import label, next_block, para, split_command
from backwright.usecases.ask import Asked, Quote


def asked(answer: Asked, width: int) -> list[str]:
    """Return passages first, then the command, then where it says so."""
    if answer.verdict == "nothing":
        return _nothing(answer, width)
    lines: list[str] = []
    for quote in answer.quotes:
        lines += _quote(quote, width)
    assert answer.command is not None  # noqa: S101  (there is one whenever something is quoted)
    lines += split_command(answer.command.command, width, "compute  ")
    lines += [*para(answer.command.why, width, " " * 9), ""]
    lines += _sources(answer, width)
    if answer.more:
        lines += label("more", ", ".join(f"{near.title} ({near.page})" for near in answer.more), width)  # fmt: skip
    if answer.cut:
        lines += para("The question is long; its end was not looked at.", width)
    commands = [(other.command, other.why) for other in answer.others]
    return [*lines, "", *next_block(commands, width)]


def _quote(quote: Quote, width: int) -> list[str]:
    name = quote.title if quote.heading in ("", quote.title) else f"{quote.title}: {quote.heading}"
    text = quote.text or "Nothing is written on it here yet; its sources are."
    return [*para(f"[{quote.number}] {name}", width), *para(text, width, "    "), ""]


def _sources(answer: Asked, width: int) -> list[str]:
    lines: list[str] = []
    for quote in answer.quotes:
        lines += para(f"[{quote.number}] {quote.command}", width, "", "    ")
        for source in quote.sources:
            lines += para(f"{source.title}  {source.url}", width, "    ", "      ")
    return lines


def _nothing(answer: Asked, width: int) -> list[str]:
    lines = para("I have nothing on that: no page speaks of enough of your words.", width)
    if answer.more:
        lines += label("nearest", ", ".join(f"{near.title} ({near.page})" for near in answer.more), width)  # fmt: skip
    commands = [(near.command, "") for near in answer.more[:1]]
    return [*lines, "", *next_block([*commands, ("backwright explore", "what there is")], width)]


RENDER = {"Asked": asked}
