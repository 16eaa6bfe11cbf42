"""What `ask` found, as text: quoted passages with numbers, the command that computes the answer, sources."""

from backwright.faces.prose.layout import label, markdown, next_block, para, split_command
from backwright.usecases.ask import Asked
from backwright.usecases.quotes import Quote


def asked(answer: Asked, width: int) -> list[str]:
    """Return passages first, then the command, then where it says so."""
    if answer.reply is not None:
        return [*markdown(answer.reply.text, width), "", *beneath(answer, width)]
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


def beneath(answer: Asked, width: int) -> list[str]:
    """Return what stands below a language model's words: what it cites, what it called, who it is."""
    reply = answer.reply
    assert reply is not None  # noqa: S101  (its only callers have looked)
    lines: list[str] = []
    for quote in reply.quotes:
        lines += _source(quote, width)
    if reply.calls:
        lines += label("computed", "; ".join(reply.calls), width)
    if reply.removed:
        numbers = ", ".join(f"[{number}]" for number in reply.removed)
        lines += para(f"Taken out: {numbers}, which it cited and was never given.", width)
    lines += para(f"Phrased by {reply.model}; check it against the passages.", width)
    if answer.command is not None:
        lines += ["", *next_block([(answer.command.command, answer.command.why)], width)]
    return lines


def _quote(quote: Quote, width: int) -> list[str]:
    name = quote.title if quote.heading in ("", quote.title) else f"{quote.title}: {quote.heading}"
    text = quote.text or "Nothing is written on it here yet; its sources are."
    return [*para(f"[{quote.number}] {name}", width), *para(text, width, "    "), ""]


def _sources(answer: Asked, width: int) -> list[str]:
    return [line for quote in answer.quotes for line in _source(quote, width)]


def _source(quote: Quote, width: int) -> list[str]:
    lines = para(f"[{quote.number}] {quote.command}", width, "", "    ")
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
