"""The first hour as a conversation: five questions, the assessment, the report, the plan, a lesson."""

import getpass

from backwright.faces.cli import EXIT_OK
from backwright.faces.cli.asking import fitting, go_on
from backwright.faces.cli.assess import ask_languages, sitting, stopped
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose import prose
from backwright.faces.prose.layout import para
from backwright.model.errors import BadRequest
from backwright.usecases.assess import Ask as AssessAsk
from backwright.usecases.bench import Bench
from backwright.usecases.explore import Ask as ExploreAsk
from backwright.usecases.explore import run as explore
from backwright.usecases.learn import Ask as LearnAsk
from backwright.usecases.learn import Learning
from backwright.usecases.learn import run as learn
from backwright.usecases.roadmap import HOURS_MAX, HOURS_MIN
from backwright.usecases.roadmap import Ask as RoadmapAsk
from backwright.usecases.roadmap import run as roadmap
from backwright.usecases.start import Ask, Start, run

WELCOME = (
    "Backwright measures what you know about backend work and says what to learn next. This takes"
    " about an hour: five questions about you, about 25 about the work, a report, a dated plan, a"
    " first lesson. You can stop at any prompt and nothing is lost. Nothing leaves this machine."
)
BEGIN = (
    'Now about 25 questions, 10 to 15 minutes. "I don\'t know" is a good answer: guessing makes the'
    " plan worse, not the score better."
)


def wants_talk(ask: Ask) -> bool:
    """Whether a person is to be asked."""
    return not ask.simulate


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Lead through the hour, or answer "what now?" to somebody who was here before."""
    talk = Talk(terminal)
    if not terminal.is_talking:
        if ask == Ask(seed=ask.seed, terminal=ask.terminal):
            ask = Ask(simulate="intermediate", seed=ask.seed)
        terminal.answer(prose(run(ask, bench), terminal.width))
        return EXIT_OK
    state = run(ask, bench)
    if state.assessment:
        terminal.answer(prose(state, terminal.width))
        return EXIT_OK
    try:
        if not (state.known and state.person.role):
            _five_questions(state, bench, talk)
        _say(talk, BEGIN)
        go_on(talk, "Enter to begin, s to stop and keep: ")
        sitting(AssessAsk(), bench, talk)
    except Stopped as stop:
        return stopped(stop, bench, talk)
    _pictures(bench, talk)
    return EXIT_OK


def _say(talk: Talk, text: str) -> None:
    talk.terminal.say()
    for line in para(text, talk.terminal.width):
        talk.terminal.say(line)


def _five_questions(state: Start, bench: Bench, talk: Talk) -> None:
    """Ask who somebody is; each answer is kept as soon as it is given."""
    _say(talk, WELCOME)
    talk.terminal.say()
    guess = state.person.name or _user()
    asked = fitting(
        talk, f"1 of 5  What shall I call you? [{guess}]: ", f"1 of 5  Your name? [{guess}]: "
    )
    name = talk.line(asked).strip() or guess
    run(Ask(name=name), bench)
    talk.terminal.say()
    indent = "        " if talk.terminal.width >= 70 else "  "
    title = "2 of 5  Which languages have you used for real work?"
    run(Ask(languages=ask_languages(bench, talk, title, indent)), bench)
    talk.terminal.say()
    _role(state, bench, talk, indent)
    talk.terminal.say()
    _hours(bench, talk, indent)
    talk.terminal.say()
    _own_level(bench, talk)


def _role(state: Start, bench: Bench, talk: Talk, indent: str) -> None:
    say = talk.terminal.say
    say("3 of 5  Which role do you aim at?")
    half = (len(state.roles) + 1) // 2 if talk.terminal.width >= 70 else len(state.roles)
    for n in range(half):
        cells = [f"{n + 1:2} {state.roles[n].id:<28}"]
        if half + n < len(state.roles):
            cells.append(f"{half + n + 1:2} {state.roles[half + n].id}")
        say(f"{indent}{''.join(cells)}".rstrip())

    def read(said: str) -> str:
        text = said.strip().lower()
        if not text:
            return ""
        if text.startswith("?"):
            role = _picked(state, text[1:].strip())
            for line in prose(
                explore(ExploreAsk(name=role), bench), talk.terminal.width
            ).splitlines():
                say(line)
            raise BadRequest("That was one role; now yours")
        return _picked(state, text)

    prompt = fitting(
        talk,
        f"{indent}A number, ? NUMBER to read about it, Enter to decide later: ",
        "  Number, ? NUMBER, or Enter: ",
    )
    role = talk.until(prompt, read, indent=indent)
    if role:
        run(Ask(role=role), bench)


def _picked(state: Start, text: str) -> str:
    if text.isdigit() and 1 <= int(text) <= len(state.roles):
        return state.roles[int(text) - 1].id
    if text in {role.id for role in state.roles}:
        return text
    raise BadRequest(f"'{text}' is none of 1 to {len(state.roles)}")


def _hours(bench: Bench, talk: Talk, indent: str) -> None:
    def read(said: str) -> float:
        text = said.strip() or "8"
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not HOURS_MIN <= value <= HOURS_MAX:
            raise BadRequest(
                f'"{text}" is not a number of hours. Between {HOURS_MIN:g} and {HOURS_MAX:g}, please'
            )
        return value

    asked = "How many hours a week can you study? [8]: "
    hours = talk.until(
        fitting(talk, f"4 of 5  {asked}", "4 of 5  Hours a week? [8]: "),
        read,
        indent=indent,
        again=fitting(talk, f"{indent}{asked}", "  Hours a week? [8]: "),
    )
    run(Ask(hours_per_week=hours), bench)


def _own_level(bench: Bench, talk: Talk) -> None:
    title = "5 of 5  Before we measure: what is your own guess of your level?"
    for line in para(title, talk.terminal.width, "", "  "):
        talk.terminal.say(line)

    def read(said: str) -> str:
        text = said.strip().lower()[:1]
        if text and text not in "biae":
            raise BadRequest(f"'{said.strip()}' is none of b, i, a, e")
        return text

    prompt = fitting(
        talk,
        "        b beginner, i intermediate, a advanced, e expert, Enter for none: ",
        "  b, i, a, e (expert), or Enter: ",
    )
    level = talk.until(prompt, read)
    if level:
        run(Ask(own_level=level), bench)  # type: ignore[arg-type]


def _pictures(bench: Bench, talk: Talk) -> None:
    """Write the report, the plan and the first step."""
    from backwright.usecases.assess import run as assess

    width = talk.terminal.width
    pictures = (
        assess(AssessAsk(report=True), bench),
        roadmap(RoadmapAsk(), bench),
        learn(LearnAsk(), bench),
    )
    for picture in pictures:
        talk.terminal.say()
        talk.terminal.answer(prose(picture, width))
    _first_lesson(pictures[-1], bench, talk)


def _first_lesson(way: object, bench: Bench, talk: Talk) -> None:
    """Offer the first step of the plan at once; stopping here is as good as going on."""
    if not isinstance(way, Learning) or way.next.do not in ("lesson", "drill"):
        return
    from backwright.faces.cli.learn import converse as study

    talk.terminal.say()
    try:
        go_on(
            talk,
            fitting(
                talk,
                f"Enter for the {way.next.do} of {way.next.name}, s to stop and keep: ",
                f"Enter for the {way.next.do}, s to stop: ",
            ),
        )
    except Stopped:
        return
    is_lesson = way.next.do == "lesson"
    study(
        LearnAsk(name=way.next.skill, part=int(is_lesson), drill=not is_lesson),
        bench,
        talk.terminal,
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "you"
