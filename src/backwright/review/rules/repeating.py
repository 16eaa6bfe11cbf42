"""Functions that run by themselves, again and again: scheduled jobs, background services, tasks of a queue."""

import re
from collections.abc import Iterator

from backwright.review.facts import Call, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.looping import is_offline
from backwright.review.rules.ticking import ticking

_MARKS = regex(
    r"^(Scheduled|Schedules|Schedule|Cron|Interval|shared_task|task|periodic_task|db_periodic_task|repeat_every|scheduled_job|actor|job|TimerTrigger|DisallowConcurrentExecution|AsPeriodicTask|AsCronTask|cron)$"
)
_TASKS_OF = regex(r"^(task|job|actor|cron)$")  # words that mean it only on a scheduler: `@celery.task`
_SCHEDULERS = regex(r"celery|huey|dramatiq|sched|cron|app$|queue|rq|arq|broker|jobs?$", re.IGNORECASE)
_BASES = regex(
    r"(^|\.)(I?Job|QuartzJobBean|IInvocable|BackgroundService|ShouldQueue|StatefulJob|ScheduledService\w*|CronJob\w*|IScheduledTask|TimerTask)(<|$)"
)
_METHODS = frozenset(
    "Execute ExecuteAsync execute handle run Run perform Invoke process doWork DoWork executeInternal".split()
)
_STARTS = regex(
    r"^(AddFunc|AddJob|add_job|scheduleJob|schedule|cron|every|Every|AddOrUpdate|scheduleAtFixedRate|scheduleWithFixedDelay|setInterval|do|Do|run|fixedRateTimer|add_cron_job|NewJob|at|daily|repeat|everyMinute)$"
)
_SCHEDULE = regex(r"^\$?(this->)?schedule(\W|$)|(^|\\|\.)Schedule$")
_ON = regex(r"cron|sched|RecurringJob|gocron|node-cron|agenda|timer|every|jobs?$", re.IGNORECASE)


def jobs(model: Model) -> Iterator[tuple[Fn, str]]:
    """Yield each such function with what a person calls it."""
    scheduled = _scheduled(model)
    for at in model.own:
        file = model.files[at]
        if file.language == "php":
            yield from _of_laravel(model, at, file, scheduled)
        if is_offline(file):
            continue
        yield from ((fn, model.label(fn)) for fn in ticking(model, at))
        for index, made in enumerate(file.functions):
            if any(
                _MARKS.match(mark.name) and (not _TASKS_OF.match(mark.name) or _SCHEDULERS.search(mark.on))
                for mark in made.marks
            ) or (
                made.cls >= 0
                and made.name in _METHODS
                and any(_BASES.search(base) for base in file.classes[made.cls].bases)
            ):
                yield Fn(at, index), model.label(Fn(at, index))
        for call in file.calls:
            if _STARTS.match(call.name) and (
                _ON.search(call.on) or call.name in ("setInterval", "add_job", "scheduleJob", "AddFunc")
            ):
                yield from ((fn, model.label(fn)) for fn in _given(model, at, file, call))


def _given(model: Model, at: int, file: File, call: Call) -> Iterator[Fn]:
    """Yield the functions that a scheduler is given: a lambda, or one by its name."""
    for value in call.args:
        if value.kind == "fn" and value.ref >= 0:
            yield Fn(at, value.ref)
        elif value.kind == "name" and not value.text.isupper():
            on, _, name = value.text.rpartition(".")
            yield from model.project.resolve(at, call.fn, on, name)[:1]


def _scheduled(model: Model) -> frozenset[str]:
    """Laravel: the commands that a schedule runs, by class and by signature: `$schedule->command('orders:close')`."""
    return frozenset(
        value.text.removesuffix(".class").rpartition("\\")[2].split()[0]
        for at in model.own
        if model.files[at].language == "php"
        for call in model.files[at].calls
        if call.name in ("command", "job") and _SCHEDULE.search(call.on)
        for value in call.args[:1]
        if value.kind in ("str", "name") and value.text.strip()
    )


def _of_laravel(model: Model, at: int, file: File, scheduled: frozenset[str]) -> Iterator[tuple[Fn, str]]:
    for index, made in enumerate(file.functions):
        if made.cls < 0:
            continue
        cls = file.classes[made.cls]
        base = next((base.rpartition("\\")[2].rpartition(".")[2] for base in cls.bases), "")
        if made.name == "schedule" and base in ("ConsoleKernel", "Kernel"):
            yield Fn(at, index), model.label(Fn(at, index))
        elif made.name == "handle" and base.endswith("Command"):
            signature = next((f.value.text for f in cls.fields if f.name == "signature" and f.value is not None), "")
            if scheduled & {cls.name, *signature.split()[:1]}:
                yield Fn(at, index), model.label(Fn(at, index))
