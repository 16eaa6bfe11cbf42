"""A drawn design on the command line: formats and files."""

import json

from backwright.faces.cli import EXIT_OK
from backwright.faces.cli.terminal import Terminal
from backwright.usecases.bench import Bench
from backwright.usecases.design_draw import Ask, DesignDrawing, run


def wants_talk(ask: Ask) -> bool:
    """Whether more than the plain text may be asked for."""
    return ask.format != "text" or bool(ask.output)


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Draw once and write it in the format that was asked for."""
    text = rendered(run(ask, bench), ask, terminal.width)
    if ask.output:
        terminal.say(f"written {bench.files.write(ask.output, text)}")
    else:
        terminal.answers.write(text)
        terminal.answers.flush()
    return EXIT_OK


def rendered(answer: DesignDrawing, ask: Ask, width: int) -> str:
    """Return a design in a format."""
    if ask.format == "html":
        from backwright.faces.prose.design_html import render

        return render(answer)
    if ask.format == "json":
        import msgspec

        made = {"schema": "backwright/design-draw/1", **msgspec.to_builtins(answer)}
        return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    if ask.format == "text":
        from backwright.faces.prose import prose

        return prose(answer, width)
    text: str = getattr(answer, ask.format)
    return text
