"""A review on the command line: formats, files, fixes and watching."""

import sys
import time
from dataclasses import replace

from backwright.faces.cli import EXIT_PROBLEM
from backwright.faces.cli.commands import as_json, status_of
from backwright.faces.cli.terminal import Terminal
from backwright.faces.prose import prose
from backwright.model.errors import BackwrightError, BadRequest, NothingToDo
from backwright.usecases import USE_CASES
from backwright.usecases.bench import Bench
from backwright.usecases.review import Ask, Review, run

POLL_SECONDS = 0.5  # between two looks at the stamps of all files while watching, at least
POLL_SHARE = 20  # and this many times what a look took, so that a large repository is not looked at all the time


def wants_talk(ask: Ask) -> bool:
    """Whether more than the plain report is asked for."""
    return True


def converse(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Review once, or again whenever something changes; return the exit status."""
    if ask.watch:
        return _watch(ask, bench, terminal)
    answer = run(ask, bench)
    text = rendered(answer, ask, terminal.width)
    if ask.output:
        path = bench.files.write(ask.output, text)
        terminal.say(f"written {path}")
    elif ask.format == "text":
        terminal.answer(text)
    else:
        terminal.answers.write(text)
        terminal.answers.flush()
    return status_of(answer)


def rendered(answer: Review, ask: Ask, width: int) -> str:
    """Return a review in the format that was asked for."""
    if ask.format == "json":
        return as_json(answer, next(u for u in USE_CASES if u.name == "review")) + "\n"
    if ask.format == "text":
        from backwright.faces.prose import review as told

        if ask.only == "endpoints":
            return "".join(f"{line}\n" for line in told.endpoints(answer, width))
        text = prose(answer, width)
        extra = (told.everything(answer, width) if ask.all else []) + (
            told.unread(answer, width) if ask.show_unread else []
        )
        if not extra:
            return text
        before, mark, after = text.rpartition("\nnext  ")
        return (
            before + "\n".join(extra) + "\n" + mark + after
            if mark
            else text + "\n".join(extra) + "\n"
        )
    from importlib import import_module

    made: str = import_module(f"backwright.faces.prose.review_{ask.format}").render(answer)
    return made


def _watch(ask: Ask, bench: Bench, terminal: Terminal) -> int:
    """Review again what changed, until the person stops."""
    for said, what in (
        (ask.format != "text", f"--format {ask.format}"),
        (ask.output, "--output"),
        (ask.fix, "--fix"),
    ):
        if said:
            raise BadRequest(
                f"--watch shows text on this screen, and {what} was asked for",
                hint=f"backwright review {ask.path} {what}",
            )
    once = replace(ask, watch=False)
    seen = ""
    known: set[str] = set()
    status = 0
    try:
        while True:
            started = time.monotonic()
            tree = bench.trees.scan(ask.path)
            looked = time.monotonic() - started
            stamp = repr([(f.path, f.stamp) for f in tree.files])
            if stamp != seen:
                status, known = _once(once, bench, terminal, known, first=not seen)
                seen = stamp
            time.sleep(max(POLL_SECONDS, POLL_SHARE * looked))
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return status


def _once(
    ask: Ask, bench: Bench, terminal: Terminal, known: set[str], *, first: bool
) -> tuple[int, set[str]]:
    try:
        answer = run(ask, bench)
    except NothingToDo as nothing:
        terminal.say(nothing.problem)
        return 0, known
    except BackwrightError as error:
        terminal.say(f"backwright: {error.problem}")
        return EXIT_PROBLEM, known
    now = {row.fingerprint for row in answer.findings}
    if first:
        terminal.answer(rendered(answer, ask, terminal.width))
        terminal.say("watching; Ctrl-C stops")
        return status_of(answer), now
    for row in answer.findings:
        if row.fingerprint not in known:
            terminal.answer(
                f"new    {row.severity.value:<7}{row.file}:{row.line}  {row.message}\n       {row.fix}\n"
            )
    gone = len(known - now)
    terminal.say(
        f"{time.strftime('%H:%M:%S')}  {len(now)} findings, {len(now - known)} new, {gone} gone"
    )
    return status_of(answer), now
