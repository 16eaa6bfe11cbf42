"""A conversation with the language model that is configured: its words as they come, then what they rest on."""

from dataclasses import replace

from backwright.faces.cli import EXIT_OK, EXIT_PARTLY
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose.ask import beneath
from backwright.faces.prose.layout import clean
from backwright.usecases.ask import Ask, run
from backwright.usecases.bench import Bench

PROMPT = "\nask> "


def wants_talk(ask: Ask) -> bool:
    """Whether this request is a conversation."""
    return ask.chat


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Answer one question after the other until the person stops; one only, where nobody types."""
    talk = Talk(terminal)
    streaming = replace(bench, heard=lambda piece: terminal.answer(clean(piece)))
    before, question = list(ask.before), ask.question
    try:
        while True:
            if not question:
                question = talk.line(PROMPT)
                if question.strip().lower() in ("", "q", "quit", "exit"):
                    return EXIT_OK
            answer = run(replace(ask, question=question, before=tuple(before)), streaming)
            reply = answer.reply
            terminal.answer("\n\n" + "\n".join(beneath(answer, terminal.width)) + "\n")
            if not terminal.is_talking and ask.question:
                return EXIT_OK
            before += [question, reply.text if reply else ""]
            question = ""
    except Stopped as stop:
        return EXIT_PARTLY if stop.how == "interrupt" else EXIT_OK
