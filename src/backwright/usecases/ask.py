"""Ask: a question in plain words to quoted passages with sources, and to the command that computes the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from backwright.model.asking import filled
from backwright.model.errors import BadRequest
from backwright.search.fitting import fit
from backwright.search.intents import Question, ranked
from backwright.search.passages import Found, search
from backwright.search.quoting import quoted
from backwright.search.slots import slots_in
from backwright.search.words import QUESTION_WORDS_MAX, meant, spoken, stems_of
from backwright.usecases.bench import Bench
from backwright.usecases.indexed import Indexed, Likeness
from backwright.usecases.opened import indexed
from backwright.usecases.ports import Said
from backwright.usecases.quotes import Quote, Reference
from backwright.usecases.replying import Given, Reply, reply
from backwright.usecases.spec import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

QUOTED = (
    3  # pages that are quoted; the first is right nine times in ten or the question is too wide
)
MORE = 3  # further pages that are only named
OTHERS_MIN = 0.25  # score of a further command; below it the question has nothing to do with it
COMMANDS = 3  # the one that computes the answer, and two more
SOURCES = 3  # of one passage
BEFORE_MAX = 100_000  # characters of a conversation; models forget its beginning before
TEXT_MAX = 2000  # characters of a question; more is a text, whose words say everything and nothing
# Below it nothing is quoted. Measured on questions inside and outside the field, see docs/method.md.
ENOUGH = 0.5


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    question: Annotated[str, "Your question, in plain words", Mark(positional=True)] = ""
    chat: Annotated[bool, "Talk about it with the language model that is configured"] = False
    before: Annotated[
        tuple[str, ...], "What was said so far, by you and the model in turn", Mark(metavar="TEXT")
    ] = ()


@dataclass(frozen=True)
class Command:
    """A command line, and what it answers."""

    command: str
    why: str


@dataclass(frozen=True)
class Near:
    """A page that was found, not quoted."""

    page: str
    title: str
    command: str


@dataclass(frozen=True)
class Asked:
    """What was found.

    Attributes:
        fit: How well the best page fits, 0 to 1; below ENOUGH nothing is quoted.
        command: Computes the answer; None when nothing was found.
        reply: What the language model said, if it was asked.
        cut: Whether the question was too long, so that its end was not looked at.
        verdict: "nothing" makes the exit status 1.
    """

    question: str
    fit: float
    quotes: tuple[Quote, ...]
    command: Command | None
    others: tuple[Command, ...]
    more: tuple[Near, ...]
    cut: bool
    verdict: str
    reply: Reply | None = None


def run(ask: Ask, bench: Bench) -> Asked:
    """Answer from what is written; with `chat` a language model phrases it.

    Raises:
        BadRequest: The question has no words, or there is no language model to talk with.
        ModelProblem: The language model does not answer.
    """
    text = " ".join(ask.question.split())
    if not any(char.isalnum() for char in text):
        raise BadRequest("a question has words", hint='backwright ask "How do I store passwords?"')
    at_hand = indexed(bench)
    answer = _found(text, at_hand, bench, whole=ask.chat)
    return replace(answer, reply=_reply(ask, answer, at_hand, bench)) if ask.chat else answer


def _found(text: str, at_hand: Indexed, bench: Bench, *, whole: bool = False) -> Asked:
    question, cut = understood(text, at_hand)
    encoder = bench.encoder()
    like = at_hand.likeness(question.text, encoder) if encoder else Likeness({}, {}, {})
    found = search(at_hand.postings, question.stems, question.meant, QUOTED + MORE + 2, like.pages)
    fits = fit(
        question.stems,
        spoken(question.text),
        found,
        at_hand.postings,
        at_hand.kept.outside,
        max((*like.pages.values(), *like.intents.values()), default=None),
        like.own,
    )
    if fits < ENOUGH or not found:
        near = tuple(_near(each, at_hand) for each in found[:MORE])
        return Asked(text, round(fits, 3), (), None, (), near, cut, "nothing")
    commands = list(_commands(question, found, at_hand, like))
    return Asked(
        question=text,
        fit=round(fits, 3),
        quotes=tuple(_quotes(question, found[:QUOTED], at_hand, whole=whole)),
        command=commands[0],
        others=tuple(commands[1:COMMANDS]),
        more=tuple(_near(each, at_hand) for each in found[QUOTED : QUOTED + MORE]),
        cut=cut,
        verdict="ok",
    )


def _reply(ask: Ask, answer: Asked, at_hand: Indexed, bench: Bench) -> Reply:
    model = bench.model()
    if model is None:
        raise BadRequest(
            "no language model is configured",
            detail="Without --chat the question is answered from what is written.",
            hint="BACKWRIGHT_MODEL=anthropic:NAME BACKWRIGHT_MODEL_KEY=...",
        )
    if sum(map(len, ask.before)) > BEFORE_MAX:
        raise BadRequest("the conversation is too long to go on", hint="backwright ask --chat")
    given = Given(list(answer.quotes))

    def find(question: str) -> list[Quote]:
        known = {(quote.page, quote.heading) for quote in given.passages}
        quotes = _found(question[:TEXT_MAX], at_hand, bench, whole=True).quotes
        fresh = [quote for quote in quotes if (quote.page, quote.heading) not in known]
        return [
            replace(quote, number=len(given.passages) + number)
            for number, quote in enumerate(fresh, 1)
        ]

    before = [Said("person" if n % 2 == 0 else "model", said) for n, said in enumerate(ask.before)]
    return reply(model, answer.question, before, given, find, bench)


def understood(text: str, at_hand: Indexed) -> tuple[Question, bool]:
    """Return the question's stems and what its phrases mean; whether its end was left out."""
    short = text[:TEXT_MAX]
    stems = stems_of(short)
    beside = meant(short, at_hand.kept.meanings)
    cut = len(short) < len(text) or len(stems) > QUESTION_WORDS_MAX
    return Question(short, tuple(stems[:QUESTION_WORDS_MAX]), tuple(beside)), cut


def _quotes(
    question: Question, found: Sequence[Found], at_hand: Indexed, *, whole: bool
) -> Iterator[Quote]:
    stems = (*question.stems, *question.meant)
    for number, each in enumerate(found, 1):
        head, passage = at_hand.head(each.page), at_hand.passage(each.passage)
        yield Quote(
            number,
            head.id,
            head.title,
            passage.heading,
            quoted(passage.text, stems, at_hand.kept.rarity),
            f"backwright {passage.command}",
            tuple(_reference(ref, at_hand.kept.sources) for ref in passage.sources[:SOURCES]),
            passage.text if whole else "",
        )


def _reference(reference: str, sources: Mapping[str, tuple[str, str]]) -> Reference:
    if reference in sources:
        return Reference(*sources[reference])
    source, _, section = reference.partition("/")
    if source == "rfc" and section.lower().startswith("rfc"):
        number = "".join(re.findall(r"^rfc ?(\d+)", section.lower())[:1])
        return Reference(section, f"https://www.rfc-editor.org/rfc/rfc{number}")
    title, url = sources.get(source, (source, ""))
    return Reference(f"{title}, {section}" if section else title, url)


def _near(found: Found, at_hand: Indexed) -> Near:
    head = at_hand.head(found.page)
    return Near(head.id, head.title, f"backwright {at_hand.passage(found.passage).command}")


def _commands(
    question: Question, found: Sequence[Found], at_hand: Indexed, like: Likeness
) -> Iterator[Command]:
    """Yield commands, the one that fits best first, each verb once."""
    pages = [(at_hand.head(each.page), each) for each in found]
    slots = slots_in(question.text, at_hand.kept.names, at_hand.kept.kinds)
    given = tuple(slots)
    for head, _ in pages:
        kind, _, name = head.id.rpartition(":")
        slots.setdefault(kind or "skill", name)
    scores = [(head.id, each.score) for head, each in pages]
    done: set[str] = set()
    for name, score in ranked(question, at_hand.cues, scores, at_hand.kept.rarity, given, like):
        intent = at_hand.intents[name]
        command = filled(intent.command, slots)
        verb = intent.command.partition("[")[0].partition("{")[0].strip()
        if done and score < OTHERS_MIN:
            return
        if command and verb not in done:
            done.add(verb)
            yield Command(f"backwright {command}", intent.why)
