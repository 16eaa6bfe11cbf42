"""Commands made from the use cases: options, help, exit status. A verb is imported when it runs."""

import json
import re
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from backwright import __version__
from backwright.faces.cli import EXIT_NEGATIVE, EXIT_OK, EXIT_PARTLY, EXIT_PROBLEM, Launchers
from backwright.faces.cli.helping import main_help
from backwright.faces.cli.progress import Progress
from backwright.faces.cli.terminal import Terminal, this_terminal
from backwright.model.errors import BackwrightError, NothingToDo
from backwright.usecases import LAUNCHES, USE_CASES, UseCase
from backwright.usecases.spec import Question

if TYPE_CHECKING:
    from backwright.usecases.bench import Bench

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 80}
CREATE = ("start", "assess", "interview", "data.import")  # verbs that may be a person's first
WORD_MAX = 200  # a path may be long; a longer word is no name
TALKS = (
    "start",
    "assess",
    "learn",
    "interview",
    "review",
    "ask",
    "map",
    "design.draw",
)  # verbs that are a conversation when a person types


def run(arguments: list[str], launchers: Launchers) -> int:
    """Run one command line and return its exit status; errors go to stderr in two or three lines."""
    debug = "--debug" in arguments
    try:
        width = this_terminal().width
        with root.make_context(
            "backwright",
            arguments or ["start", "--terminal"],
            terminal_width=width,
            obj=launchers,
        ) as context:
            status = root.invoke(context)
            return status if isinstance(status, int) else EXIT_OK
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.UsageError as error:
        return _usage(error, arguments)
    except click.Abort:
        return EXIT_PARTLY
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return EXIT_PARTLY
    except BrokenPipeError:
        sys.stderr.close()
        return EXIT_OK
    except BackwrightError as error:
        if debug:
            raise
        return _complain(error, arguments)
    except Exception as error:
        if debug:
            raise
        problem = f"this should not have happened: {type(error).__name__}: {error}"
        hint = "the same command with --debug shows where"
        return _complain(BackwrightError(problem, hint=hint), arguments)


class Verbs(click.Group):
    """The verbs, each made into a command when it is asked for."""

    def __init__(self, prefix: str = "", **kwargs: Any) -> None:  # noqa: ANN401  (click's own)
        super().__init__(**kwargs)
        self._prefix = prefix

    def _here(self) -> dict[str, list[UseCase]]:
        found: dict[str, list[UseCase]] = {}
        for use_case in (*USE_CASES, *LAUNCHES):
            if use_case.name.startswith(self._prefix):
                word = use_case.name.removeprefix(self._prefix).partition(".")[0]
                found.setdefault(word, []).append(use_case)
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._here())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        verbs = self._here().get(cmd_name)
        if not verbs:
            return None
        name = f"{self._prefix}{cmd_name}"
        if len(verbs) == 1 and verbs[0].name == name:
            return command_of(verbs[0])
        about = "; ".join(
            f"{v.name.rpartition('.')[2]}: {v.summary[0].lower()}{v.summary[1:]}" for v in verbs
        )
        return Verbs(f"{name}.", name=cmd_name, help=about, context_settings=CONTEXT)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            from backwright.usecases.nearest import nearest

            close = nearest(word, self.list_commands(ctx))
            hint = f"\nnearest: {', '.join(close)}" if close else ""
            path = f"backwright {self._prefix.replace('.', ' ')}".strip()
            message = f"no command is called '{word}'{hint}"
            error = click.UsageError(message, ctx)
            error.hint = f"{path} {close[0]}" if close else f"{path} --help"  # type: ignore[attr-defined]
            raise error
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self._prefix:
            super().format_help(ctx, formatter)
        else:
            formatter.write(main_help(formatter.width))


def command_of(use_case: UseCase) -> click.Command:
    """Return the command of one verb, with an option for each field of its request."""
    params: list[click.Parameter] = [_parameter(q) for q in use_case.questions()]
    params += _everywhere()
    return click.Command(
        use_case.name.rpartition(".")[2],
        params=params,
        callback=lambda **options: _execute(use_case, options),
        help=f"{use_case.summary}.",
        epilog=f"Example: {use_case.example}. Exit status: 0 ok, 1 a negative answer, 2 usage or"
        " failure, 3 done in part.",
        context_settings=CONTEXT,
    )


def _parameter(question: Question) -> click.Parameter:
    kind: Any = question.type
    if question.choices:
        kind = click.Choice([choice for choice in question.choices if choice])
    elif kind in (int, float):
        kind = _Number(kind)
    required = question.default is ...
    default = None if required or (question.choices and not question.default) else question.default
    if question.mark.positional:
        # Not even None is given as the default of what is required: click would take it for an answer.
        given: dict[str, Any] = {} if required else {"default": default}
        return click.Argument(
            [question.name],
            type=kind,
            required=required,
            **given,
            nargs=-1 if question.repeated else 1,
            metavar=f"[{question.name.upper()}]" if not required else question.name.upper(),
        )
    flags = [f"--{question.name.replace('_', '-')}"]
    if question.mark.short:
        flags.insert(0, f"-{question.mark.short}")
    if question.type is bool:
        on = f"--{question.name.replace('_', '-')}"
        if default is True:
            on += f"/--no-{question.name.replace('_', '-')}"
        return click.Option([on], is_flag=True, default=default, help=question.help)
    if question.repeated:
        return _Several(flags, type=kind, multiple=True, help=question.help, metavar="A B ...")
    bare = {"is_flag": False, "flag_value": question.mark.bare} if question.mark.bare else {}
    return click.Option(
        flags,
        **bare,  # type: ignore[arg-type]
        type=kind,
        required=required,
        default=default,
        metavar=question.mark.metavar or None,
        show_default=default not in (None, "", 0, 0.0),
        help=question.help,
    )


class _Number(click.ParamType[Any]):
    """A number, with an error that says so in plain words."""

    def __init__(self, kind: type) -> None:
        self.name = "integer" if kind is int else "number"
        self._one = "a whole number" if kind is int else "a number"
        self._kind = kind

    def convert(
        self,
        value: Any,  # noqa: ANN401
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Any:  # noqa: ANN401
        try:
            return self._kind(value)
        except (TypeError, ValueError):
            name = param.opts[-1] if param else "a number"
            error = click.UsageError(f"'{value}' is not {self._one} for {name}", ctx)
            error.hint = f"{ctx.command_path} {name} 8" if ctx else ""  # type: ignore[attr-defined]
            raise error from None


class _Several(click.Option):
    """An option that takes every word up to the next option: --compare A B C."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:  # noqa: ANN401
        super().add_to_parser(parser, ctx)
        name = self.opts[-1]
        option = parser._long_opt.get(name)  # noqa: SLF001  (click has no public way)
        process = option.process

        def take_all(value: str, state: Any) -> None:  # noqa: ANN401
            process(value, state)
            while state.rargs and not state.rargs[0].startswith("-"):
                process(state.rargs.pop(0), state)

        option.process = take_all


def _everywhere() -> list[click.Parameter]:
    return [
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON object, for programs"),
        click.Option(["--plain"], is_flag=True, help="No colour, no escape sequence at all"),
        click.Option(["--no-color", "no_color"], is_flag=True, help="No colour"),
        click.Option(["--as", "profile"], default="", metavar="NAME", help="Whose evidence it is"),
        click.Option(["--debug"], is_flag=True, help="Show where an error comes from"),
    ]


def _execute(use_case: UseCase, options: dict[str, Any]) -> int:
    from backwright.settings import one_numeric_thread
    from backwright.wiring import make_bench

    one_numeric_thread()

    shared = {key: options.pop(key) for key in ("as_json", "plain", "no_color", "profile", "debug")}
    given = {
        question.name: _value(question, options[question.name]) for question in use_case.questions()
    }
    ask = use_case.ask(**given)
    launched = _launched(use_case, ask, as_json=shared["as_json"])
    if launched is not None:
        return launched
    terminal = this_terminal(plain=shared["plain"], no_color=shared["no_color"])
    bench = make_bench(profile=shared["profile"])
    progress = Progress(terminal)
    if not shared["as_json"]:
        bench = replace(bench, progress=progress)
    try:
        return _answer(use_case, ask, bench, shared, terminal, progress)
    finally:
        progress.end()
        bench.close()


def _launched(use_case: UseCase, ask: Any, *, as_json: bool) -> int | None:  # noqa: ANN401
    """Start another face if that is what was asked for; None if not."""
    launchers: Launchers = click.get_current_context().obj
    if use_case.name == "start" and not as_json and "serve" in launchers and ask == use_case.ask():
        from backwright.usecases.serve import Ask

        return launchers["serve"](Ask())
    if use_case in LAUNCHES:
        return launchers[use_case.name](ask)
    return None


def _answer(
    use_case: UseCase,
    ask: Any,  # noqa: ANN401
    bench: "Bench",
    shared: dict[str, Any],
    terminal: Terminal,
    progress: Progress,
) -> int:
    from backwright.usecases.nearest import check_profile

    if shared["profile"] and use_case.name not in CREATE:
        check_profile(bench, shared["profile"])
    formats = next((q.choices for q in use_case.questions() if q.name == "format"), ())
    if shared["as_json"] and "json" in formats and ask.output:
        ask, shared["as_json"] = replace(ask, format="json"), False  # the use case writes it
    if use_case.name in TALKS and not shared["as_json"]:
        from importlib import import_module

        talker = import_module(f"backwright.faces.cli.{use_case.name.replace('.', '_')}")
        if talker.wants_talk(ask):
            status: int = talker.converse(ask, bench, terminal)
            return status
    answer = use_case.run(ask, bench)
    progress.end()
    has_picture = hasattr(
        answer, "svg"
    )  # and then it is written here; other verbs write files themselves
    if shared["as_json"]:
        text = as_json(answer, use_case) + "\n"
    elif has_picture and ask.format != "text":
        text = _picture(answer, ask, use_case)
    else:
        from backwright.faces.prose import prose

        text = prose(answer, terminal.width)
    if has_picture and ask.output:
        terminal.say(f"written {bench.files.write(ask.output, text)}")
    elif shared["as_json"] or (has_picture and ask.format != "text"):
        sys.stdout.write(text)
    else:
        terminal.answer(text)
    return status_of(answer)


def _picture(answer: object, ask: Any, use_case: UseCase) -> str:  # noqa: ANN401
    """Return what an answer holds in the format that was asked for; NothingToDo if it holds nothing."""
    picture: str = getattr(answer, ask.format)
    if not picture:
        raise NothingToDo(
            "this answer has nothing that can be drawn",
            hint=f"backwright {use_case.name.replace('.', ' ')} {ask.path}",
        )
    return picture


def status_of(answer: object) -> int:
    """Return the exit status that an answer's verdict asks for."""
    verdict = getattr(answer, "verdict", "ok")
    return {"ok": EXIT_OK, "partly": EXIT_PARTLY}.get(verdict, EXIT_NEGATIVE)


def _value(question: Question, value: Any) -> Any:  # noqa: ANN401
    if question.repeated:
        return tuple(value)
    return question.default if value is None and question.default is not ... else value


def as_json(answer: object, use_case: UseCase) -> str:
    """Return the answer's fields as one JSON object, with the name of its schema."""
    import msgspec

    fields = json.loads(msgspec.json.encode(answer))  # what is not a number or without end is null
    return json.dumps({"schema": use_case.schema_name, **fields}, indent=2, ensure_ascii=False)


def _usage(error: click.UsageError, arguments: list[str]) -> int:
    hint = getattr(error, "hint", "")
    if not hint and error.ctx is not None:
        hint = f"{error.ctx.command_path} --help"
    message = error.format_message()
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # a group without its verb
        group = arguments[0]
        verbs = [u.name.partition(".")[2] for u in USE_CASES if u.name.startswith(f"{group}.")]
        message = f"'{group}' needs one more word: {', '.join(verbs)}"
    elif isinstance(error, click.BadParameter) and error.param and error.message:
        message = f"{error.param.opts[-1]}: {error.message}"
    return _complain(
        BackwrightError(message[:1].lower() + message[1:].rstrip("."), hint=hint), arguments
    )


def _complain(error: BackwrightError, arguments: list[str]) -> int:
    hint = error.hint or _help_of(arguments)
    if "--json" in arguments:
        told = {"error": error.problem, "detail": error.detail, "hint": hint}
        sys.stderr.write(json.dumps(told) + "\n")
        return EXIT_PROBLEM
    from backwright.faces.prose.layout import para, split_command

    width = this_terminal().width
    first, *others = _without_long_words(error.problem).split("\n")
    lines = para(f"backwright: {first}", width)
    for line in (*others, *_without_long_words(error.detail).splitlines()):
        lines += para(line.strip(), width, "  " if line.startswith("  ") else "")
    lines += split_command(_without_long_words(hint), width, "try: ")
    sys.stderr.write("\n".join(lines) + "\n")
    return EXIT_PROBLEM


def _without_long_words(text: str) -> str:
    """Return the text with words that fill a screen cut: they are named, not shown."""
    return re.sub(rf"\S{{{WORD_MAX},}}", lambda word: f"{word[0][:60]}...", text)


def _help_of(arguments: list[str]) -> str:
    """Return the command that explains the verb of a command line."""
    words = [word for word in arguments if not word.startswith("-")]
    names = {use_case.name for use_case in (*USE_CASES, *LAUNCHES)}
    known = next((words[:n] for n in (2, 1) if ".".join(words[:n]) in names), [])
    return " ".join(["backwright", *known, "--help"])


@click.group(cls=Verbs, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="backwright")
def root() -> None:
    """Backwright measures what you know about backend work and says what to learn next."""
