"""A question, and what came of an answer, as every face that shows text says it."""

from backwright.assess.question import LETTERS, Question
from backwright.faces.prose.layout import label, markdown, para, percent
from backwright.model.mastery import state_of
from backwright.usecases.feedback import Feedback

STATES = {"strong": "strong", "gap": "gap", "unknown": "not known yet"}
IDK = "I don't know (an honest i costs nothing and saves questions)"


def question_lines(question: Question, width: int) -> list[str]:
    """Return the question and its options, each with its letter."""
    lines = markdown(question.ask, width)
    if question.options:
        lines.append("")
        for letter, option in zip(LETTERS, question.options, strict=False):
            lines += para(option, width, f"  {letter}  ", "     ")
        lines += para(IDK, width, "  i  ", "     ")
    return lines


def feedback_lines(feedback: Feedback, width: int) -> list[str]:
    """Return why an answer was right or wrong, what to do, where that is from, what it moved."""
    lines = label("why", feedback.explain, width)
    if feedback.chosen_because:
        lines += label(letter_of(feedback) or "yours", feedback.chosen_because, width)
    if feedback.do:
        lines += label("do", feedback.do, width)
    lines += label("source", feedback.source, width)
    if feedback.proof:
        lines += label("proof", feedback.proof, width)
    if feedback.dropped:
        text = f"answered in {feedback.seconds or 0:.1f} s, too fast to have been read; not counted"
        lines += label("dropped", text, width)
    elif feedback.repeated:
        text = "the same question was answered less than a week ago; not counted again"
        lines += label("dropped", text, width)
    elif feedback.after is not None:
        before = f"{percent(feedback.before)} -> " if feedback.before is not None else ""
        state = STATES[state_of(feedback.after).value]
        text = f"{feedback.skill_name}   {before}{percent(feedback.after)}: {state}"
        lines += label("moved", text, width)
    return lines


def verdict(feedback: Feedback, width: int) -> list[str]:
    """Return the first line of the feedback."""
    right = feedback.right
    if right in feedback.options:
        right = f"{LETTERS[feedback.options.index(right)]}, {right}"
    if feedback.outcome == "right":
        return para(f"Right: {right}.", width)
    if feedback.outcome == "unknown":
        return para(f"The answer is {right}.", width)
    return para(f"Not {letter_of(feedback) or feedback.said}: the answer is {right}.", width)


def letter_of(feedback: Feedback) -> str:
    """Return the letter of the option that was chosen, "" for a typed answer."""
    if feedback.said in feedback.options:
        return LETTERS[feedback.options.index(feedback.said)]
    return ""
