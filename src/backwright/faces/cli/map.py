"""A map on the command line: formats and files."""

import json

from backwright.faces.cli import EXIT_OK
from backwright.faces.cli.terminal import Terminal
from backwright.usecases.bench import Bench
from backwright.usecases.map import Ask, Map, run


def wants_talk(ask: Ask) -> bool:
    """Whether more than the plain text may be asked for: always."""
    return True


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Map once and write it in the format that was asked for."""
    answer = run(ask, bench)
    text = rendered(answer, ask, terminal.width)
    if ask.output:
        terminal.say(f"written {bench.files.write(ask.output, text)}")
    elif ask.format == "text":
        terminal.answer(text)
    else:
        terminal.answers.write(text)
        terminal.answers.flush()
    return EXIT_OK


def rendered(answer: Map, ask: Ask, width: int) -> str:
    """Return a map in a format."""
    if ask.format == "svg":
        return answer.svg
    if ask.format == "design":
        return answer.draft
    if ask.format == "mermaid":
        return answer.mermaid
    if ask.format == "html":
        from backwright.faces.prose.map_html import render

        return render(answer)
    if ask.format in ("json", "blueprint"):
        import msgspec

        made = {"schema": "backwright/blueprint/1", **msgspec.to_builtins(answer.blueprint)}
        return json.dumps(made, indent=1) + "\n"
    from backwright.faces.prose.maps import mapped

    return "".join(f"{line.rstrip()}\n" for line in mapped(answer, width, ask.only, whole=ask.all))
