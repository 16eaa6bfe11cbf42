"""Public tokens: what is called like a secret where it is logged, and lets nobody in."""

import re

from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules import literals
from backwright.review.rules.credentials import last_name, words_of

# Words of what tells how far somebody has read, or that he is no robot.
_NO_DOOR = frozenset(
    "sync page paging cursor next continuation etag delta resume position captcha recaptcha hcaptcha turnstile".split()
)
_PLAIN = frozenset("token raw new old the my current given parsed".split())
_CAPTCHA = regex(r"captcha|turnstile", re.IGNORECASE)
_KIND = regex(r"(type|kind|status|state|scope|field|column|header|names?|keys?)s?$", re.IGNORECASE)
_SETTING = regex(r"[A-Za-z_]+(\.[A-Za-z_]+)+")
_WRITER = regex(r"(Writer|Stream|Buffer|Printer|Formatter)(\.new)?$")
_COMMANDS = regex(
    r"(argparse|click|typer|optparse|clap|structopt|commander|yargs|cac|oclif|picocli)\b|github\.com/(spf13/cobra|urfave/cli)|"
    r"com\.github\.ajalt\.clikt|System\.CommandLine|Symfony\\Component\\Console"
)
_MAKES_KEY = regex(r"generate|random|create_?key|new_?key|token_(hex|urlsafe)", re.IGNORECASE)


def opens_nothing(model: Model, at: int, call: Call, name: str) -> bool:
    """Whether a name that is logged stands for a kind, a setting, a position or the answer to a captcha."""
    chain = name.lstrip("&*$")
    return (
        _is_constant(model, at, call, chain)
        or _is_writer(model, at, call, chain)
        or _NO_DOOR & set(words_of(last_name(chain))) != set()
        or _tells_position(model, at, call, chain)
        or (_is_token(chain) and _is_about_captcha(model, at, call))
    )


def _is_token(chain: str) -> bool:
    return words_of(last_name(chain))[-1:] == ("token",)


def _is_constant(model: Model, at: int, call: Call, chain: str) -> bool:
    """Whether a name is a member of an enumeration, or a constant that holds the name of a setting."""
    holder, _, last = chain.rpartition(".")
    if holder and last.isupper():
        cls = model.project.find_class(at, holder)
        if (cls is not None and model.project.class_(cls).kind == "enum") or _KIND.search(holder):
            return True
    # What is called like a constant has a text of its own in the source: no client's.
    if last[:1].isupper() and (text := model.routers.constant(at, call.fn, Arg("name", chain))):
        return literals.is_secret("key" if _is_token(chain) else "password", last, text) in ("", "low")
    if last.isupper() and holder.rpartition(".")[2] in ("self", "static", "cls"):
        return True
    # A variable is looked up only at the top of a file: inside a function it is a value.
    named = last[:1].isupper() or not holder
    held = model.project.assigned[at].get((-1, chain), ()) if named else ()
    return len(held) == 1 and held[0].value.kind == "str" and _SETTING.fullmatch(held[0].value.text) is not None


def _is_writer(model: Model, at: int, call: Call, chain: str) -> bool:
    """Whether a short name stands for what writes: `pw = new PrintWriter(out)`."""
    made = model.project.assigned[at].get((call.fn, chain), ())
    return bool(made) and all(
        each.value.kind == "call" and _WRITER.search(each.value.text) is not None for each in made
    )


def is_command(model: Model, at: int) -> bool:
    """Whether a file is a program for the terminal: what it prints is for whoever runs it."""
    return any(_COMMANDS.match(made.module) for made in model.files[at].imports)


def _tells_position(model: Model, at: int, call: Call, chain: str) -> bool:
    """Whether a bare `token` was made by what deals with positions: `token = sync_token_of(body)`."""
    if not set(words_of(chain)) <= _PLAIN:
        return False
    made = model.project.assigned[at].get((call.fn, chain), ())
    return any(each.line <= call.line and _NO_DOOR & set(_words(each.value)) for each in made)


def _words(value: Arg) -> tuple[str, ...]:
    told = (
        value.text if value.kind in ("call", "name") else "",
        *(item.text for item in value.items if item.kind == "name"),
    )
    return tuple(word for text in told for word in words_of(text.rpartition(".")[2]))


def _is_about_captcha(model: Model, at: int, call: Call) -> bool:
    return _CAPTCHA.search(f"{model.label_around(at, call.fn)} {model.files[at].path}") is not None


def is_output(model: Model, at: int, call: Call) -> bool:
    """Whether a call of a console command writes to whoever runs it: `$this->info(...)`."""
    file = model.files[at]
    if file.language != "php" or call.on.lstrip("$") != "this":
        return False
    classes = {file.functions[n].cls for n in model.enclosing(at, call.fn)} - {-1}
    return any(base.rpartition("\\")[2].endswith("Command") for n in classes for base in file.classes[n].bases)


def was_just_made(model: Model, at: int, call: Call, name: str) -> bool:
    """Whether a script shows the key that it generated itself: that is what it is run for."""
    made = model.project.assigned[at].get((call.fn, name.lstrip("&*$")), ())
    return bool(made) and all(each.value.kind == "call" and _MAKES_KEY.search(each.value.text) for each in made)
