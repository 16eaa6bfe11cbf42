"""Mail servers that are waited for without an end: what libraries for mail take as long as nobody says otherwise."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import in_code

_JAVA_MAIL = regex(r"(javax|jakarta|org\.springframework)\.mail|springframework\.mail")
_HUTOOL = "cn.hutool.extra.mail"  # sends through JavaMail; its account holds the time-outs
_PUTS = ("put", "setProperty")  # a property whose name is put together: `MAIL + protocol + ".timeout"`
_SETTINGS = regex(r"\.(ya?ml|properties|conf)$")
_LIMITED = regex(r"smtps?\b[^\n]{0,40}(\n[^\n]*){0,25}?timeout|mail\.smtps?\.\w*timeout", re.IGNORECASE)
_BY_SMTP = regex(r"smtp|^$", re.IGNORECASE)
_FIX_JAVA = "Set mail.smtp.connectiontimeout, mail.smtp.timeout and mail.smtp.writetimeout (milliseconds) in the mail properties."
_FIX_DJANGO = "Set EMAIL_TIMEOUT (seconds), or the timeout option of the mail backend."


def mails(model: Model) -> Iterator[Hit]:
    """Yield what sends mail with a library that has no time-out of its own, where none is configured."""
    yield from _of_java(model)
    yield from _of_django(model)


def _of_java(model: Model) -> Iterator[Hit]:
    """JavaMail waits for ever by default; one finding for each file that sends."""
    sends = [
        (at, index)
        for at in model.own
        if model.files[at].language in ("java", "kotlin") and not is_offline(model.files[at]) and _is_about_mail(model, at)
        for index, told in model.effects.of_call[at].items()
        if any(does.does == "mail" and does.effect.library == "mail" for does in told)
    ]  # fmt: skip
    if not sends or any(_SETTINGS.search(path) and _LIMITED.search(text) for path, text in model.texts.items()):
        return
    if any(
        "imeout" in value.text
        and ("mail.smtp" in value.text or (value.kind == "concat" and call.name in _PUTS and _is_about_mail(model, at)))
        for at in model.own
        if model.files[at].language in ("java", "kotlin")
        for call in model.files[at].calls
        for value in call.args
    ):
        return
    told: set[int] = set()
    made = tuple(_senders(model))
    for at, index in sends:
        if at not in told and not _is_limited_account(model, at):
            told.add(at)
            call = model.files[at].calls[index]
            fn = Fn(at, model.named(at, call.fn))
            message = f"{model.label(fn)} waits for the mail server without a time-out: JavaMail has none by default"
            around = [c.line for c in model.files[at].calls if c.fn == call.fn and c.on == call.on and c is not call]
            begins = min(model.files[at].calls[number].line for number in model.effects.chain(at, index))
            spots = tuple(Spot(model.files[at].path, line, call.on) for line in (*around, begins) if line != call.line)
            yield Hit(
                at, call.line, message, call.fn, (*model.path_to(fn), *spots, *made), Confidence.HIGH, Severity.MEDIUM, fix=_FIX_JAVA
            )  # fmt: skip


def _senders(model: Model) -> Iterator[Spot]:
    """Yield where the application makes what sends its mail, and could say how long it waits."""
    for at in model.own:
        file = model.files[at]
        for call in file.calls if file.language in ("java", "kotlin") else ():
            if call.name == "JavaMailSenderImpl":
                yield Spot(file.path, call.line, "makes what sends mail")
                said = [each.line for each in file.assigns if each.fn == call.fn and '["mail.' in each.target]
                if said:
                    yield Spot(file.path, min(said), "says how mail is sent")
            elif (
                call.name in ("getInstance", "getDefaultInstance")
                and call.on == "Session"
                and _is_about_mail(model, at)
            ):
                said = [each.line for each in file.calls if each.name in _PUTS and _names_mail(each)]
                yield Spot(file.path, min((*said, call.line)), "says how mail is sent")


def _names_mail(call: Call) -> bool:
    return bool(call.args) and call.args[0].text.startswith("mail.")


def _is_limited_account(model: Model, at: int) -> bool:
    """Hutool: whether the account that mail is sent from is given a time-out."""
    file = model.files[at]
    return any(made.module.startswith(_HUTOOL) for made in file.imports) and any(
        call.name in ("setTimeout", "setConnectionTimeout") for call in file.calls
    )


def _is_about_mail(model: Model, at: int) -> bool:
    return any(_JAVA_MAIL.search(made.module) or made.module.startswith(_HUTOOL) for made in model.files[at].imports)


def _of_django(model: Model) -> Iterator[Hit]:
    """Django's backend for SMTP has no time-out unless EMAIL_TIMEOUT says one."""
    if not model.imports("django", language="python"):
        return
    known = [each for each in in_code(model) if model.files[each.at].language == "python"]
    given = {each.last.upper() for each in known}
    hosts = [
        (at, _host_line(assign.value) or assign.line, assign.target)
        for at in model.own
        if model.files[at].language == "python"
        for assign in model.files[at].assigns
        if assign.target == "EMAIL_HOST" or (assign.target == "MAILERS" and assign.value.items)
    ]
    if not hosts or "EMAIL_TIMEOUT" in given or _says_timeout(model):
        return
    if not any(does.does == "mail" for at in model.own for told in model.effects.of_call[at].values() for does in told):
        return
    at, line, name = hosts[0]
    message = f"{name} names a mail server that is waited for without a time-out: Django has none by default"
    yield Hit(at, line, message, -1, (), Confidence.MEDIUM, Severity.MEDIUM, fix=_FIX_DJANGO)


def _host_line(value: Arg) -> int:
    """The line of the server's name in a dictionary of mailers, 0 if it has none."""
    for item in value.items:
        line = item.line if item.name.lower() == "host" else _host_line(item)
        if line:
            return line
    return 0


def _says_timeout(model: Model) -> bool:
    """Whether a file of settings names a time-out for mail, or a backend that is no SMTP."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python":
            continue
        for assign in file.assigns:
            if assign.target == "EMAIL_TIMEOUT":
                return True
            if (
                assign.target == "EMAIL_BACKEND"
                and assign.value.kind == "str"
                and not _BY_SMTP.search(assign.value.text)
            ):
                return True
        if any(made.module.startswith(("anymail", "django_ses")) for made in file.imports):
            return True
    return False
