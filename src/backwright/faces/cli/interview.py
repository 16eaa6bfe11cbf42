"""The interview as a conversation: situation, questions one by one with feedback, the result at the end."""

from dataclasses import replace

from backwright.faces.cli import EXIT_OK, EXIT_PARTLY
from backwright.faces.cli.asking import answer_of, fitting, go_on, show_feedback, show_question
from backwright.faces.cli.talk import Stopped, Talk
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose import prose
from backwright.faces.prose.interview import asked, came_of, judged, opening
from backwright.faces.prose.layout import few, para
from backwright.model.errors import BadRequest, NothingToDo
from backwright.usecases.bench import Bench
from backwright.usecases.interview import Ask, Interview, run
from backwright.usecases.interview_turns import Turn

STOP, SKIP = "s", "i"
FILE = "f "  # before the name of a blueprint


def wants_talk(ask: Ask) -> bool:
    """Whether this request is a conversation, and not a list or one step of a program."""
    return not (ask.cases or ask.answers or ask.answer or ask.skeleton or ask.blueprint)


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Ask until the end; write the result; return the exit status."""
    talk = Talk(terminal)
    sitting = _Conversation(ask, bench, talk)
    status = EXIT_OK
    try:
        sitting.go()
    except Stopped as stop:
        if stop.how == "end" and not talk.heard:
            hint = "backwright interview url-shortener --answers FILE"
            raise NothingToDo(
                "nobody to ask: standard input is empty and not a terminal", hint=hint
            ) from None
        status = EXIT_PARTLY
        terminal.say()
        kept = few(len(sitting.step.turns), "answer")
        why = {"tries": "Three entries that fit no answer, so this stops.", "end": "Input ended."}
        terminal.say(f"{why.get(stop.how, 'Stopped.')} {kept} kept.")
    terminal.say()
    if sitting.step.turns or sitting.step.design:
        terminal.answer(prose(replace(sitting.step, is_over=True), terminal.width))
    return status


class _Conversation:
    """One interview; `step` is what it came to so far."""

    def __init__(self, ask: Ask, bench: Bench, talk: Talk) -> None:
        self.bench, self.talk = bench, talk
        self.step = self._run(ask)
        self.ask = replace(ask, case=self.step.case, seed=self.step.seed)

    def _run(self, ask: Ask) -> Interview:
        made = run(ask, self.bench)
        if not isinstance(made, Interview):
            raise TypeError(type(made))
        return made

    def go(self) -> None:
        """Go through every step.

        Raises:
            Stopped: The person stopped; every acknowledged answer is kept.
        """
        self._show(["", *opening(self.step, self.talk.terminal.width)])
        while (turn := self.step.next) is not None:
            if turn.question is not None:
                self._question(turn)
                continue
            self._show(["", *asked(turn, self.step.steps, self.talk.terminal.width)])
            if turn.kind == "estimate":
                self._number(turn)
            else:
                if turn.kind == "design":
                    self._offer()
                self._answer(turn, self._words(turn))
            self._show(["", *came_of(self.step.turns[-1], self.talk.terminal.width)])
            go_on(
                self.talk,
                fitting(
                    self.talk, "Enter to go on, s to stop and keep: ", "Enter, s stop and keep: "
                ),
            )

    def _show(self, lines: list[str]) -> None:
        for line in lines:
            self.talk.terminal.say(line)

    def _answer(self, turn: Turn, said: str) -> None:
        """Send an answer; it is kept when this returns."""
        ask = replace(self.ask, answer=(*self.ask.answer, f"{turn.id}={said}"))
        self.step = self._run(ask)
        self.ask = ask

    def _number(self, turn: Turn) -> None:
        prompt = fitting(
            self.talk,
            f"in {turn.unit}, i for I don't know, s to stop and keep: ",
            "number, i, or s to stop and keep: ",
        )

        def read(said: str) -> None:
            if not said.strip():  # a stray Enter is never evidence
                raise BadRequest(f"a number in {turn.unit}, or i for I don't know, please")
            self._answer(turn, said.strip())

        self.talk.until(prompt, read)

    def _question(self, turn: Turn) -> None:
        assert turn.question is not None  # noqa: S101  (the caller has looked)
        question = turn.question
        show_question(self.talk, question, turn.number, self.step.steps - turn.number)
        answer_of(self.talk, question, lambda said, _: self._answer(turn, said))
        feedback = self.step.turns[-1].feedback
        if feedback is not None:
            show_feedback(self.talk, feedback, turn.number)
        if self.step.next is not None:
            go_on(self.talk, "Enter for the next, s to stop and keep: ")

    def _offer(self) -> None:
        text = (
            "You may give a blueprint instead of, or before, words: type f and its file. To start from one:"
            f" backwright interview {self.step.case} --seed {self.step.seed} --skeleton mine.yaml"
        )
        self._show(para(text, self.talk.terminal.width, "        "))

    def _words(self, turn: Turn) -> str:
        """Read lines up to an empty one; what was typed before the input ends counts."""
        hint = "lines, an empty one ends; i to skip, s to stop and keep"
        self._show(
            [hint if len(hint) <= self.talk.terminal.width else "empty line ends; i skips, s stops"]
        )
        lines: list[str] = []
        while True:
            try:
                said = self.talk.line("> ")
            except Stopped as stop:
                if stop.how == "end" and lines:
                    return "\n".join(lines)
                raise
            word = said.strip()
            if not lines and word.lower() == STOP:
                raise Stopped("stop")
            if not lines and word.lower() == SKIP:
                return SKIP
            if turn.kind == "design" and not lines and word.lower().startswith(FILE):
                self._file(word[len(FILE) :].strip())
            elif word:
                lines.append(said)
            elif lines:
                return "\n".join(lines)

    def _file(self, name: str) -> None:
        """Run a blueprint and show what came of it; words may follow."""
        from backwright.model.errors import BackwrightError

        ask = replace(self.ask, blueprint=name)
        try:
            self.step = self._run(ask)
        except BackwrightError as error:
            self._show(para(f"{error.problem}.", self.talk.terminal.width))
            return
        if self.step.design:
            self._show(["", *judged(self.step.design, self.talk.terminal.width), ""])
            if not self.step.design.problems:
                self.ask = ask
