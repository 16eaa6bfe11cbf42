"""The assessment as a conversation: question, answer, feedback, until it is settled or stopped."""

from dataclasses import replace

from backwright.faces.cli import EXIT_OK, EXIT_PARTLY
from backwright.faces.cli.asking import answer_of, fitting, go_on, show_feedback, show_question
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose import prose
from backwright.faces.prose.layout import few, label, next_block, para
from backwright.model.errors import BadRequest, NothingToDo
from backwright.usecases.assess import Ask, Assessment, run
from backwright.usecases.bench import Bench

ASKS = "backwright assess --simulate intermediate --seed 7"


def wants_talk(ask: Ask) -> bool:
    """Whether this request is a conversation, and not a report or one step of a program."""
    return not (ask.report or ask.show or ask.trend or ask.simulate or ask.question)


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Ask until done; write the report; return the exit status."""
    talk = Talk(terminal)
    try:
        sitting(ask, bench, talk)
    except Stopped as stop:
        return stopped(stop, bench, talk)
    terminal.say()
    terminal.answer(prose(run(replace(_report_of(ask)), bench), terminal.width))
    return EXIT_OK


def _report_of(ask: Ask) -> Ask:
    return Ask(report=True, role="", seed=ask.seed)


def sitting(ask: Ask, bench: Bench, talk: Talk) -> Assessment:
    """Go through one sitting and return its last step; asks for languages first if not known.

    Raises:
        Stopped: The person stopped; every acknowledged answer is kept.
    """
    if ask.languages is None and talk.terminal.is_talking:
        ask = replace(ask, languages=_languages(bench, talk))
    step = run(ask, bench)
    ask = replace(ask, languages=None, role="")
    scope = replace(ask)
    while step.next is not None:
        question, number = step.next, step.number
        show_question(talk, question, number, step.left - 1)

        def send(said: str, seconds: float | None) -> Assessment:
            return run(
                replace(
                    scope,
                    question=question.token,  # noqa: B023  (called before the next question)
                    answer=said,
                    seconds=seconds,
                    asked=number,  # noqa: B023
                ),
                bench,
            )

        step = answer_of(talk, question, send)
        if step.feedback:
            show_feedback(talk, step.feedback, number)
        if step.next is not None and not ask.exam:
            _pause(talk, step)
    return step


def _pause(talk: Talk, step: Assessment) -> None:
    if not talk.terminal.is_talking:
        return
    talk.terminal.say()

    def why() -> None:
        if step.next:
            text = (
                f"{step.next.skill_name}: its answer is expected to tell most about what is"
                " not known yet, here and in the skills around it"
            )
            for line in label("why", text, talk.terminal.width):
                talk.terminal.say(line)

    prompt = fitting(
        talk,
        f"Enter for question {step.number}, w why it is asked, s to stop and keep: ",
        "Enter, w why, s to stop and keep: ",
    )
    go_on(talk, prompt, {"w": why})


def _languages(bench: Bench, talk: Talk) -> str | None:
    """Ask which languages were used, unless that is known already; None keeps what was said."""
    from backwright.assess.person import person_of

    if person_of(bench.profile, bench.store.rows(bench.profile)).languages is not None:
        return None
    return ask_languages(bench, talk, "Which languages have you used for real work?")


def ask_languages(bench: Bench, talk: Talk, title: str, indent: str = "") -> str:
    """Show the nine languages by number and return the ids of those picked, or "none"."""
    tracks = list(bench.catalog.profile.tracks.values())
    say = talk.terminal.say
    for line in para(title, talk.terminal.width, "", "  "):
        say(line)
    per_line = 5 if talk.terminal.width >= 70 else 2
    for start in range(0, len(tracks), per_line):
        cells = [
            f"{n + 1} {tracks[n].name:<13}"
            for n in range(start, min(start + per_line, len(tracks)))
        ]
        say(f"{indent}  {''.join(cells)}".rstrip())

    def read(said: str) -> str:
        picked = []
        for word in said.replace(",", " ").split():
            by_name = [t.id for t in tracks if word.lower() in (t.id, t.name.lower())]
            if by_name:
                picked += by_name
            elif word.isdigit() and 1 <= int(word) <= len(tracks):
                picked.append(tracks[int(word) - 1].id)
            else:
                raise BadRequest(f"'{word}' is none of 1 to {len(tracks)}")
        return " ".join(dict.fromkeys(picked)) or "none"

    prompt = fitting(
        talk, f"{indent}Numbers with spaces, Enter for none: ", "  Numbers, or Enter: "
    )
    return talk.until(prompt, read, indent=indent)


def stopped(stop: Stopped, bench: Bench, talk: Talk) -> int:
    """Say what is kept; return the exit status."""
    if stop.how == "end" and not talk.heard:
        raise NothingToDo("nobody to ask: standard input is empty and not a terminal", hint=ASKS)
    kept = run(Ask(report=True), bench)
    states = [row.state for row in kept.skills]
    counts = f"{states.count('strong')} strong, {states.count('gap')} gap, {states.count('unknown')} not known yet"
    say = talk.terminal.say
    answers = few(kept.questions, "answer")
    if stop.how == "end":
        say(f"Input ended after {answers}; they are kept.")
    elif stop.how == "interrupt":
        say(f"Stopped. {answers} kept; the one you were typing is not.")
    elif stop.how == "tries":
        say(f"Three entries that fit no answer, so this stops. {answers} kept.")
    else:
        say(f"Stopped. {answers} kept.")
    if states:
        say(f"Report so far: {counts}.")
    for line in next_block([("backwright assess --resume", "")], talk.terminal.width):
        say(line)
    return EXIT_PARTLY
