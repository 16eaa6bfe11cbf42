"""Design validate: predict a running service, measure it, change it, and say where the prediction was right."""

from dataclasses import dataclass, replace
from math import inf
from typing import Annotated, Literal

from backwright.design.measured.comparing import (
    Effect,
    Span,
    agree,
    measured_effect,
    percentile,
    predicted_effect,
)
from backwright.design.measured.fitting import fit
from backwright.design.measured.predicting import blind, ceiling, same_arrivals
from backwright.design.programs import plan_of
from backwright.model.design import Design
from backwright.model.errors import BadRequest
from backwright.model.measured import LoadPlan, LoadRun
from backwright.usecases.bench import Bench
from backwright.usecases.design_calibrate import options_of, trouble_of
from backwright.usecases.design_file import design_text, load_design
from backwright.usecases.measuring import (
    SYSTEM,
    Aim,
    Reached,
    at_rate,
    level_of,
    plan_for,
    rate_of,
    reached,
    send,
)
from backwright.usecases.spec import Mark
from backwright.usecases.validation import Compared, Intervention, Validated
from backwright.usecases.validation_report import as_json, as_markdown

RATES = ("30 %", "60 %", "80 %")
WARM = 0.1  # share of a load that is left out
LOW_SHARE, LOW_SECONDS = (
    0.1,
    3.0,
)  # of the ceiling: a load that warms up and tells what the network adds
P50_WITHIN, P99_WITHIN = 0.05, 0.10  # what a prediction of the same arrivals must keep to
AFTER_AT = 0.7  # share of the lower ceiling at which a change is tried if no rate is given


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Blueprint, or the name of an example", Mark(positional=True, disk="file")]
    url: Annotated[tuple[str, ...], "Address: orders.buy=http://127.0.0.1:8000/buy, or =POST URL", Mark(metavar="OPERATION=URL")] = ()  # fmt: skip
    rates: Annotated[tuple[str, ...], "Loads, per second or of the ceiling [30% 60% 80%]", Mark(metavar="60/s 80%")] = ()  # fmt: skip
    seconds: Annotated[float, "Length of each load"] = 20.0
    change: Annotated[tuple[str, ...], "What to change and try, such as pools.db.size=8; needs --serve", Mark(metavar="PATH=VALUE")] = ()  # fmt: skip
    rounds: Annotated[int, "How often each change is tried, before and after in turn"] = 2
    serve: Annotated[str, "Command of a server to start; {port}, {dotted.path} are filled in; 'example' is ours"] = ""  # fmt: skip
    env: Annotated[tuple[str, ...], "Environment of --serve, such as POOL={pools.db.size}", Mark(metavar="NAME=TEXT")] = ()  # fmt: skip
    body: Annotated[tuple[str, ...], "Body of an operation's request", Mark(metavar="OPERATION=TEXT")] = ()  # fmt: skip
    header: Annotated[tuple[str, ...], "Header of every request", Mark(metavar="NAME:VALUE")] = ()
    set: Annotated[tuple[str, ...], "Value of the blueprint to replace first", Mark(metavar="PATH=VALUE")] = ()  # fmt: skip
    system: Annotated[tuple[str, ...], "Other processes of the service, such as redis-server [postgres]", Mark(metavar="PROCESS")] = ()  # fmt: skip
    report: Annotated[
        str, "Write a report there: .md, or .json", Mark(metavar="FILE", disk="write")
    ] = ""
    noisy: Annotated[bool, "Count loads although others disturbed them"] = False
    seed: Annotated[int | None, "Seed of arrivals and simulation"] = None
    i_own_this_host: Annotated[bool, "Accept an address that is not this machine, at most 200 requests/s"] = False  # fmt: skip


def run(ask: Ask, bench: Bench) -> Validated:
    """Predict, measure, change, compare; errors as in calibrate."""
    design = load_design(ask.path, ask.set, bench)
    if ask.change and not ask.serve:
        raise BadRequest(
            "a change needs a server that can be started again with another setting",
            hint='--serve "uvicorn app:app --port {port}" --env POOL={pools.db.size}',
        )
    seed = bench.clock.seed() if ask.seed is None else ask.seed
    changed = [(each, load_design(ask.path, (*ask.set, each), bench)) for each in ask.change]
    what, most = ceiling(plan_of(at_rate(design, 1.0)).net, seed)
    if most == inf:
        what, most = "nothing", 100.0
    rates = [rate_of(each, most) for each in ask.rates or RATES]
    course = _Course(design, ask, seed, bench)
    course.go(rates, most, changed)
    loads, tried = course.loads, course.tried
    answer = Validated(
        design.name, ask.path, most, what, course.network, tuple(loads), tuple(tried),
        sum(not each.counts for each in loads), course.ended == "died", course.ended == "stopped", seed,
        bench.clock.now().date().isoformat(), "", options_of(ask), _verdict(loads, tried, course.ended),
    )  # fmt: skip
    if ask.report:
        text = as_json(answer) if ask.report.endswith(".json") else as_markdown(answer)
        answer = replace(answer, report=bench.files.write(ask.report, text))
    return answer


class _Course:
    """What was measured so far. It ends early if the server dies, or the person stops and keeps that."""

    def __init__(self, design: Design, ask: Ask, seed: int, bench: Bench) -> None:
        self.design, self.ask, self.seed, self.bench = design, ask, seed, bench
        self.loads: list[Compared] = []
        self.tried: list[Intervention] = []
        self.network = 0.0
        self.ended: Literal["", "died", "stopped"] = ""

    def go(self, rates: list[float], most: float, changed: list[tuple[str, Design]]) -> None:
        """Measure each load, then try each change."""
        try:
            self._measure(rates, most)
            for number, (change, after) in enumerate(changed):
                if self.ended:
                    return
                self.bench.progress(f"changing  {change}, {number + 1} of {len(changed)}")
                rate = _rate_between(after, rates if self.ask.rates else [], most, self.seed)
                trial = _Trial(change, self.design, after, rate, self.network)
                self.tried.append(_intervene(trial, self.ask, self.seed, self.bench))
        except KeyboardInterrupt:
            if not self.loads:
                raise
            self.ended = "stopped"

    def _measure(self, rates: list[float], most: float) -> None:
        ask, seed, bench = self.ask, self.seed, self.bench
        text, _ = design_text(ask.path, bench)
        with reached(self.design, text, ask.set, _aim(ask), bench) as service:
            bench.progress("loading  a low load first, to warm up")
            self.network = network_of(service, most, seed, bench)
            for number, rate in enumerate(rates):
                bench.progress(
                    f"loading  {rate:.3g}/s for {ask.seconds:g} s, {number + 1} of {len(rates)}"
                )
                plan = _with_policy(
                    plan_for(service, rate, ask.seconds, seed + number), self.design
                )
                run = send(service, plan, bench)
                self.loads.append(
                    compared(self.design, run, rate, self.network, seed=seed, noisy=ask.noisy)
                )
                if run.died_at is not None:
                    self.ended = "died"
                    return


def _aim(ask: Ask) -> Aim:
    return Aim(
        ask.url, ask.serve, ask.env, ask.body, ask.header, ask.system or SYSTEM, ask.i_own_this_host
    )


def network_of(service: Reached, most: float, seed: int, bench: Bench) -> float:
    """Warm the service up with a low load, and return what client and network add to its own time, s."""
    rate = max(most * LOW_SHARE, 5.0)
    run = send(service, plan_for(service, rate, LOW_SECONDS, seed + 7), bench)
    level = level_of(run, rate)
    if not level.samples:
        return 0.0
    fitted = fit([level])
    shares = dict(zip((t.name for t in service.targets), service.shares, strict=True))
    weights = [(shares.get(each.name, 0.0), each.network) for each in fitted.operations]
    total = sum(weight for weight, _ in weights)
    return sum(weight * value for weight, value in weights) / total if total else 0.0


def _with_policy(plan: LoadPlan, design: Design) -> LoadPlan:
    """Let the client give up and try again as the blueprint says."""
    policy = next((p for p in design.policies if p.caller == "client"), None)
    if policy is None:
        return plan
    return replace(
        plan,
        timeout=policy.timeout or plan.timeout,
        retries=policy.retries,
        backoff=policy.backoff.base,
    )


def compared(
    design: Design, run: LoadRun, rate: float, network: float, *, seed: int, noisy: bool
) -> Compared:
    """Return a run beside what the engine says about it."""
    plan = run.plan
    net = plan_of(at_rate(design, rate)).net
    skip = WARM * plan.at[-1]
    values = run.succeeded(skip)
    p50, p99 = percentile(values, 0.5), percentile(values, 0.99)
    same = same_arrivals(net, plan.at, plan.which, seed, network=network, skip=skip)
    unseen = blind(net, rate, seed, network=network)
    error50, error99 = same.p50.value / p50.value - 1, same.p99.value / p99.value - 1
    right = _agrees(p50, same.p50, P50_WITHIN) and _agrees(p99, same.p99, P99_WITHIN)
    seen = run.interference
    return Compared(
        rate, len(plan.at), p50, p99, same.p50, same.p99, unseen.p50.value, unseen.p99.value, error50, error99,
        1 - run.count("ok") / len(plan.at), same.failed, run.lag_p99, seen.foreign if seen else None, trouble_of(run),
        run.died_at is None and (noisy or not trouble_of(run)), bool(right and run.died_at is None),
    )  # fmt: skip


def _agrees(measured: Span, predicted: Span, within: float) -> bool:
    """Return whether a prediction is right: close, or what was measured is one of what it says may come."""
    is_close = abs(predicted.value / measured.value - 1) <= within
    return is_close or predicted.low <= measured.value <= predicted.high


def _rate_between(after: Design, rates: list[float], most: float, seed: int) -> float:
    """Return a load that both settings carry, near the lower ceiling: that is where a change shows."""
    if rates:
        return rates[-1]
    _, other = ceiling(plan_of(at_rate(after, 1.0)).net, seed)
    return AFTER_AT * min(most, other)


@dataclass(frozen=True)
class _Trial:
    """A change to be tried at a rate."""

    change: str
    before: Design
    after: Design
    rate: float
    network: float


def _intervene(trial: _Trial, ask: Ask, seed: int, bench: Bench) -> Intervention:
    """Try a change in turn with what was before, with the same arrivals on both sides."""
    before, after, change = trial.before, trial.after, trial.change
    rate, network = trial.rate, trial.network
    text, _ = design_text(ask.path, bench)
    pairs: list[tuple[list[float], list[float]]] = []
    rejected = 0
    plan: LoadPlan | None = None
    for number in range(max(1, ask.rounds)):
        sides: list[LoadRun] = []
        for design, sets in ((before, ask.set), (after, (*ask.set, change))):
            with reached(design, text, sets, _aim(ask), bench) as service:
                send(service, plan_for(service, rate / 2, LOW_SECONDS / 2, seed), bench)
                plan = _with_policy(
                    plan_for(service, rate, ask.seconds, seed + 50 + number), design
                )
                sides.append(send(service, plan, bench))
        if any(trouble_of(side) for side in sides) and not ask.noisy:
            rejected += 1
        else:
            pairs.append((_kept(sides[0]), _kept(sides[1])))
    assert plan is not None  # noqa: S101  (there is at least one round)
    predicted = effect_of(before, after, plan, rate, network, seed)
    if not pairs:
        return Intervention(change, rate, predicted, None, None, 0, rejected)
    measured = measured_effect([a for a, _ in pairs], [b for _, b in pairs], 0.99)
    return Intervention(
        change, rate, predicted, measured, agree(predicted, measured), len(pairs), rejected
    )


def _kept(run: LoadRun) -> list[float]:
    return run.succeeded(WARM * run.plan.at[-1])


def effect_of(before: Design, after: Design, plan: LoadPlan, rate: float, network: float, seed: int) -> Effect:  # fmt: skip
    """Return the predicted effect on p99, from pairs of simulations that share arrivals and chance."""
    sides = [
        same_arrivals(
            plan_of(at_rate(d, rate)).net, plan.at, plan.which, seed, network=network
        ).p99s
        for d in (before, after)
    ]
    return predicted_effect([b / a for a, b in zip(*sides, strict=True)])


def _verdict(
    loads: list[Compared], tried: list[Intervention], ended: str
) -> Literal["ok", "partly", "refuted"]:
    believed = [each for each in loads if each.counts]
    if any(not each.is_right for each in believed) or any(
        each.sign_right is False for each in tried
    ):
        return "refuted"
    if ended:
        return "partly"
    return "ok" if believed or any(each.pairs for each in tried) else "partly"
