"""Long work of the page: a verb runs in a process of its own; its progress and what came of it are rows that every worker sees."""

from __future__ import annotations

import os
import re
import secrets
import socket
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import ImmutableMultiDict
from starlette.responses import RedirectResponse

from backwright.adapters.child import Child
from backwright.adapters.job_rows import Job
from backwright.faces.web import answers, own
from backwright.faces.web.site import Site, Visitor, site_of, visitor_of
from backwright.faces.web.templating import blocks_of
from backwright.model.errors import BackwrightError, NotFound
from backwright.usecases import USE_CASES
from backwright.usecases.given import request_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from backwright.adapters.job_rows import JobRows
    from backwright.usecases.bench import Bench
    from backwright.usecases.spec import UseCase

POLL_SECONDS = 1.0  # how soon a worker process sees what another one has queued
BEAT_SECONDS = 0.5  # how often progress is written down, and a wish to cancel is seen
STOP_SECONDS = 5.0  # from "please stop" to the end of the process; at the end of the server, too
SECONDS_MAX = 1800  # half an hour: the longest that a verb of the page may take
PROGRESS_MAX = 200  # characters
PRELOADED = (
    "backwright.faces.web.jobs",
    "backwright.faces.web.verbs",
    "backwright.wiring",
    "backwright.catalog.compiled",
    "backwright.adapters.sqlite",
)
NOWHERE = "/nonexistent"  # what was uploaded for a job is in its own folder
_KEYS = re.compile(r"\s{3,}.*Ctrl-C.*$")  # what only a terminal offers


@dataclass(frozen=True)
class Order:
    """What is to be done and for whom, as it travels to the process that does it.

    Attributes:
        given: The verb's fields by name.
        sent: What was filled into the form, shown again beside the answer.
        visitor: The fields of a Visitor.
        folder: The only folder that may be read, removed afterwards; empty for a person at this machine.
    """

    verb: str
    given: dict[str, Any]
    sent: tuple[tuple[str, str], ...]
    visitor: dict[str, Any]
    folder: str = ""


class Jobs:
    """Accepts long work and does it, at most so much at once; kept in `site.parts["jobs"]`."""

    def __init__(
        self,
        rows: JobRows,
        make: Callable[[], Bench],
        confine: Callable[..., Bench],
        at_once: int = 0,
    ) -> None:
        """Do nothing yet.

        Args:
            make: Makes a bench; it is called in the process that does the work, so that it must be a
                function of a module (or a partial of one).
            confine: As in Site; the same holds.
            at_once: Jobs that this machine does at once; 0 for one for each processor.
        """
        self.rows = rows
        self.listeners = 0  # who follow a job of this process now
        self._make, self._confine = make, confine
        self._at_once = at_once or os.cpu_count() or 1
        self._host = socket.gethostname()[:200]
        self._owner = f"{self._host}:{os.getpid()}"
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._dispatcher: threading.Thread | None = None
        self._supervisors: set[threading.Thread] = set()

    @property
    def is_stopping(self) -> bool:
        """Whether the server is about to end."""
        return self._stopping.is_set()

    def add(self, order: Order) -> Job:
        """Queue an order; Busy if there is too much to do."""
        job = Job(
            secrets.token_urlsafe(18),
            order.visitor["profile"],
            order.verb,
            msgspec.json.encode(order).decode(),
            self._host,
        )
        job = self.rows.add(job)
        self.start()
        self._news.set()
        return job

    def folders(self) -> frozenset[str]:
        """Return the folders that jobs of this machine still need."""
        orders = (msgspec.json.decode(o, type=Order) for o in self.rows.open_orders(self._host))
        return frozenset(order.folder for order in orders if order.folder)

    def start(self) -> None:
        """Begin to do what is queued, in a thread of its own; nothing happens if that was done."""
        with self._lock:
            if self._dispatcher is None and not self.is_stopping:
                self._dispatcher = threading.Thread(target=self._dispatch, name="jobs", daemon=True)
                self._dispatcher.start()

    def stop(self) -> None:
        """Take nothing more; end what is being done, which is then marked as lost unless it can still be finished."""
        self._stopping.set()
        self._news.set()
        if self._dispatcher is not None:
            self._dispatcher.join()
        for each in tuple(self._supervisors):
            each.join()
        self.rows.close()

    def _dispatch(self) -> None:
        swept = 0
        while not self.is_stopping:
            with suppress(BackwrightError):  # the database is gone: it is asked again
                if not swept % 10:
                    self.rows.sweep(self._host, self._owner)
                swept += 1
                while job := self.rows.claim(self._host, self._owner, self._at_once):
                    each = threading.Thread(target=self._supervise, args=(job,), daemon=True)
                    self._supervisors.add(each)
                    each.start()
            self._news.wait(POLL_SECONDS)
            self._news.clear()

    def _supervise(self, job: Job) -> None:
        order = msgspec.json.decode(job.order, type=Order)
        try:
            state, problem, parts = self._done(job, order)
        except Exception as error:  # whatever happens, nobody waits for ever
            traceback.print_exc(file=sys.stderr)
            state, problem, parts = "failed", _told(_unexpected(error)), {}
        if order.folder:
            rmtree(order.folder, ignore_errors=True)
        for wait in (0.0, 1.0, 5.0, 15.0):  # a database that is gone for some seconds loses nothing
            threading.Event().wait(wait)
            with suppress(BackwrightError):
                self.rows.finish(job, state, problem, parts)
                break
        self._supervisors.discard(threading.current_thread())
        self._news.set()  # there is room for the next

    def _done(
        self, job: Job, order: Order
    ) -> tuple[str, dict[str, str] | None, dict[str, tuple[str, bytes]]]:
        """Have a process do the work; return the state, the problem and the parts that came of it."""
        child = Child(work, (self._make, self._confine, order), PRELOADED)
        try:
            return self._watched(job, child)
        finally:
            child.close()

    def _watched(
        self, job: Job, child: Child
    ) -> tuple[str, dict[str, str] | None, dict[str, tuple[str, bytes]]]:
        progress, is_asked_to_stop, left = "", False, SECONDS_MAX / BEAT_SECONDS
        while True:
            try:
                message = child.message(BEAT_SECONDS)
            except (EOFError, OSError):
                if is_asked_to_stop:
                    return "lost" if self.is_stopping else "cancelled", None, {}
                return "failed", _told(BackwrightError("the process that did this has ended")), {}
            if isinstance(message, str):
                progress = message
                continue
            if message is not None:
                problem, parts = message
                return "failed" if problem else "done", problem, parts
            is_wanted = True
            with suppress(BackwrightError):
                is_wanted = self.rows.beat(job.id, progress)
            left -= 1
            if is_asked_to_stop and left <= 0:
                child.kill()
            elif not is_asked_to_stop and (not is_wanted or self.is_stopping or left <= 0):
                is_asked_to_stop, left = True, STOP_SECONDS / BEAT_SECONDS
                child.interrupt()


def work(
    tell: Callable[[object], None],
    make: Callable[[], Bench],
    confine: Callable[..., Bench],
    order: Order,
) -> None:
    """Do what was ordered and send what came of it: a problem, and the parts by name. Runs in the child."""
    from backwright.settings import one_numeric_thread

    one_numeric_thread()
    use_case = next(each for each in USE_CASES if each.name == order.verb)
    visitor = Visitor(**order.visitor)
    site = Site(make(), confine, Path(NOWHERE), is_local=visitor.is_local)
    bench = site.bench_for(visitor, Path(order.folder) if order.folder else None)
    bench = replace(bench, progress=lambda text: tell(_short(text)))
    try:
        answer = use_case.run(request_of(use_case, order.given), bench)
        tell((None, made_of(use_case, visitor, answer, order.sent)))
    except BackwrightError as error:
        tell((_told(error), {}))
    except KeyboardInterrupt:
        return
    except Exception as error:
        traceback.print_exc(file=sys.stderr)
        tell((_told(_unexpected(error)), {}))
    finally:
        bench.close()


def made_of(
    use_case: UseCase,
    visitor: Visitor,
    answer: object,
    sent: Iterable[tuple[str, str]],
) -> dict[str, tuple[str, bytes]]:
    """Return what is kept of an answer: the blocks of its page, its JSON, and the files its page module makes of it."""
    filled = ImmutableMultiDict(list(sent))
    context = answers.context_of(use_case, visitor, answer, filled)
    blocks = blocks_of(answers.template_of(use_case), context)
    kept = {
        "page": ("application/json", msgspec.json.encode(blocks)),
        "answer.json": ("application/json", answers.as_json(use_case, answer)),
    }
    for name, (media, text) in own.files_of(use_case, answer).items():
        kept[name] = (media, text if isinstance(text, bytes) else text.encode())
    return kept


def jobs_of(request: Request) -> Jobs:
    """Return the jobs of the site."""
    made: Jobs = site_of(request).parts["jobs"]
    return made


async def begin(
    request: Request,
    use_case: UseCase,
    ask: Any,  # noqa: ANN401  (the verb's Ask)
    sent: Iterable[tuple[str, str]] = (),
    folder: Path | None = None,
) -> Job:
    """Queue a verb for whoever asks.

    Args:
        sent: What was filled into the form, to be shown again beside the answer.
        folder: Where an upload was put; the job reads nothing else, and removes it in the end.
    """
    visitor = visitor_of(request)
    given: dict[str, Any] = msgspec.to_builtins(ask)
    order = Order(use_case.name, given, tuple(sent), asdict(visitor), str(folder) if folder else "")
    return await run_in_threadpool(jobs_of(request).add, order)


async def begin_and_show(
    request: Request,
    use_case: UseCase,
    ask: Any,  # noqa: ANN401
    sent: Iterable[tuple[str, str]] = (),
    folder: Path | None = None,
) -> Response:
    """Queue a verb, and send the browser to the page that shows how far it is."""
    job = await begin(request, use_case, ask, sent, folder)
    return RedirectResponse(f"/jobs/{job.id}", status_code=303)


async def forget(request: Request) -> None:
    """Delete what is kept for a day about whoever asks: jobs with what came of them, answers by their keys."""
    site, profile = site_of(request), visitor_of(request).profile
    for rows in (site.parts["jobs"].rows, site.parts["replies"]):
        await run_in_threadpool(rows.forget, profile)


async def own_job(request: Request) -> Job:
    """Return the job that a path names; NotFound, too, if it is somebody else's."""
    job_id = request.path_params["job"]
    job = await run_in_threadpool(jobs_of(request).rows.get, job_id)
    if job is None or job.profile != visitor_of(request).profile:
        raise NotFound("there is no such job; results are kept for a day", hint="ask for it again")
    return job


def use_case_of(job: Job) -> UseCase:
    """Return the verb of a job."""
    return next(each for each in USE_CASES if each.name == job.verb)


def sent_of(job: Job) -> tuple[tuple[str, str], ...]:
    """Return what was filled into the form of a job."""
    return msgspec.json.decode(job.order, type=Order).sent


def error_of(job: Job) -> BackwrightError | None:
    """Return what went wrong with a job, as the error it was."""
    if not job.problem:
        return None
    told = job.error
    kind: type[BackwrightError] = getattr(
        import_module("backwright.model.errors"), told.get("kind", ""), BackwrightError
    )
    if kind.__init__ is not BackwrightError.__init__:
        kind = BackwrightError
    return kind(told["problem"], detail=told["detail"], hint=told["hint"])


def _told(error: BackwrightError) -> dict[str, str]:
    return {
        "kind": type(error).__name__,
        "problem": error.problem,
        "detail": error.detail,
        "hint": error.hint,
    }


def _unexpected(error: Exception) -> BackwrightError:
    return BackwrightError(f"this should not have happened: {type(error).__name__}")


def _short(text: str) -> str:
    return " ".join(_KEYS.sub("", text).split())[:PROGRESS_MAX]
