"""command-from-input: what a client sent becomes part of a command line."""

from collections.abc import Iterator

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.tainted import flows

SHELL = regex(r"shell=True|(^|[ /])(sh|bash|cmd|powershell)( |$)")
ALWAYS = frozenset(
    "system popen getoutput getstatusoutput exec execSync shell_exec passthru proc_open eval backtick Command ProcessStartInfo".split()
)


def check(model: Model) -> Iterator[Hit]:
    """Yield commands that a shell reads and a client takes part in."""
    yield from flows(model, "sink-command", "puts what a client sent into the command of", _counts)


def _counts(model: Model, at: int, call: Call, value: Arg) -> bool:
    if call.name in ALWAYS and not (call.name in ("exec",) and value.kind == "list"):
        return True
    words = flat(call.args)
    if any(SHELL.search(word) for word in words):
        return True
    return (
        value.kind not in ("list",)
        and bool(call.args)
        and value is call.args[0]
        and value.kind in ("name", "fmt", "concat", "other")
        and not _is_list(model, at, call, value)
    )


def _is_list(model: Model, at: int, call: Call, value: Arg) -> bool:
    """Whether a variable holds the words of a command one by one, so that no shell takes them apart."""
    held = [
        a.value
        for n in (*model.enclosing(at, call.fn), -1)
        for a in model.project.assigned[at].get((n, value.text), ())
    ]
    return value.kind == "name" and bool(held) and all(each.kind == "list" for each in held)
