"""Learning as a conversation: a lesson part by part, a drill until mastery moves, due reviews."""

import time
from dataclasses import replace

from backwright.faces.cli import EXIT_OK, EXIT_PARTLY
from backwright.faces.cli.asking import answer_of, fitting, go_on, show_feedback, show_question
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose import prose
from backwright.faces.prose.layout import label, next_block
from backwright.faces.prose.learn import lesson
from backwright.model.errors import NothingToDo
from backwright.model.mastery import STRONG
from backwright.usecases.bench import Bench
from backwright.usecases.learn import Ask, Learning, run

LOG_MIN_MINUTES = 0.5  # a glance at a page is not study


def wants_talk(ask: Ask) -> bool:
    """Whether this request is a conversation."""
    return (ask.drill or ask.due or ask.part > 0) and not ask.question


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Go through a lesson or a drill; log the minutes; return the exit status."""
    talk = Talk(terminal)
    if not terminal.is_talking and ask.part:
        answer = run(ask, bench)
        terminal.answer(prose(answer, terminal.width))
        return EXIT_OK
    started, skill = time.monotonic(), ""
    try:
        skill = _drill(ask, bench, talk) if ask.drill or ask.due else _read(ask, bench, talk)
    except Stopped as stop:
        if stop.how == "end" and not talk.heard:
            raise NothingToDo(
                "nobody to ask: standard input is empty and not a terminal",
                hint=f"backwright learn {ask.name}".rstrip(),
            ) from None
        skill = skill or ask.name
        _log(bench, talk, skill, started)
        talk.terminal.say("Stopped; what you did is kept.")
        for line in next_block([("backwright learn", "go on")], terminal.width):
            talk.terminal.say(line)
        return EXIT_OK if stop.how == "stop" else EXIT_PARTLY
    _log(bench, talk, skill, started)
    return EXIT_OK


def _read(ask: Ask, bench: Bench, talk: Talk) -> str:
    """Show the lesson part by part and offer the drill at its end."""
    part = ask.part
    while True:
        answer = run(replace(ask, part=part), bench)
        if not isinstance(answer, Learning) or answer.lesson is None:
            talk.terminal.answer(prose(answer, talk.terminal.width))
            return ask.name
        shown = answer.lesson
        for line in ["", *lesson(shown, talk.terminal.width), ""]:
            talk.terminal.say(line)
        last = shown.number == shown.parts
        what = "the drill" if last else f"part {shown.number + 1}"
        prompt = fitting(
            talk,
            f"Enter for {what}, b back, d drill, s to stop and keep: ",
            "Enter, b, d drill, s stop and keep: ",
        )
        said = go_on(talk, prompt)
        if said == "b" and part > 1:
            part -= 1
        elif said == "d" or last:
            return _drill(replace(ask, name=shown.skill, part=0, drill=True), bench, talk)
        else:
            part += 1


def _drill(ask: Ask, bench: Bench, talk: Talk) -> str:
    """Ask questions of one skill until mastery is strong, or the person stops."""
    number, skill = 1, ask.name
    step = run(ask, bench)
    while isinstance(step, Learning) and step.question:
        question = step.question
        skill = question.skill
        show_question(talk, question, number, 0)

        def send(said: str, seconds: float | None) -> object:
            return run(
                replace(ask, drill=True, question=question.token, answer=said, seconds=seconds),  # noqa: B023
                bench,
            )

        step = answer_of(talk, question, send)
        if not isinstance(step, Learning) or not step.feedback:
            break
        show_feedback(talk, step.feedback, number)
        done = step.feedback.after is not None and step.feedback.after >= STRONG
        if done and not ask.due:
            talk.terminal.say()
            text = f"{step.feedback.skill_name} is strong now; more only if you like"
            for line in label("moved", text, talk.terminal.width):
                talk.terminal.say(line)
        if ask.due and not step.due:
            talk.terminal.say("Nothing else is due.")
            break
        number += 1
        if talk.terminal.is_talking:
            talk.terminal.say()
            go_on(talk, f"Enter for drill {number}, s to stop and keep: ")
    if number == 1 and isinstance(step, Learning) and not step.feedback:
        nothing = "Nothing is due." if ask.due else "There is no question for it yet."
        talk.terminal.say(nothing)
    return skill


def _log(bench: Bench, talk: Talk, skill: str, started: float) -> None:
    """Log the minutes of this sitting on the skill, when a person sat there."""
    minutes = (time.monotonic() - started) / 60
    if (
        not talk.terminal.is_talking
        or minutes < LOG_MIN_MINUTES
        or skill not in bench.catalog.skills
    ):
        return
    run(Ask(name=skill, log=round(minutes, 1)), bench)
    for line in label("logged", f"{minutes:.0f} minutes", talk.terminal.width):
        talk.terminal.say(line)
