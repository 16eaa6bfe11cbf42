"""Review: find what is wrong in backend code, each finding with its path, reason, fix and lesson."""

import fnmatch
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Literal

import msgspec

from backwright.model.blueprint import Endpoint, Spot
from backwright.model.errors import BadRequest, NotFound, NothingToDo
from backwright.model.finding import Confidence, Edit, Finding, Severity, Tier
from backwright.model.source import Skipped, Tree
from backwright.review.boundaries import boundary_findings
from backwright.review.knowledge import Knowledge
from backwright.review.link.model import Model
from backwright.review.reviewing import Allowed, Reviewed, review_model
from backwright.review.systems import UNKNOWN, System, system_of
from backwright.usecases.bench import Bench
from backwright.usecases.code import (
    Counts,
    Sources,
    counts_of,
    decoded,
    digest_of,
    sources_of,
    texts_of,
)
from backwright.usecases.finding_evidence import Lesson, learn_from
from backwright.usecases.knowing import known
from backwright.usecases.review_config import Found, read_config
from backwright.usecases.review_excerpts import Excerpt, excerpts_of
from backwright.usecases.review_slice import slice_of
from backwright.usecases.spec import Mark

BASELINE = "backwright-baseline.json"
SKIPPED_MAX = 500  # places not read that are listed one by one
AUTO = "auto"


@dataclass(frozen=True)
class Ask:
    """What the caller may ask."""

    path: Annotated[str, "Folder or file to review", Mark(positional=True, disk="folder")] = "."
    diff: Annotated[
        str,
        "Only what a change since REF brings; without REF since the merge base with main",
        Mark(metavar="[REF]", bare=AUTO),
    ] = ""
    only: Annotated[
        Literal["", "endpoints", "findings", "older"],
        "Only endpoints, findings, or findings older than the change",
    ] = ""
    rules: Annotated[
        Literal["", "default", "strict", "audit"],
        "Set of rules; strict adds doubtful ones, audit all",
    ] = ""
    rule: Annotated[tuple[str, ...], "Only these rules"] = ()
    all: Annotated[bool, "Show medium and low findings too"] = False
    format: Annotated[
        Literal["text", "json", "sarif", "github", "markdown", "html"], "How to write it"
    ] = "text"
    output: Annotated[
        str, "Write there instead of to stdout", Mark(metavar="FILE", short="o", disk="write")
    ] = ""
    show_unread: Annotated[bool, "Each file that was not read, and why"] = False
    fix: Annotated[bool, "Apply the fixes that are safe"] = False
    preview: Annotated[bool, "With --fix: only show what would change"] = False
    learn: Annotated[bool, "Count findings on your own lines as evidence"] = False
    baseline: Annotated[
        str,
        "Accept what this file lists, as `backwright baseline` writes it",
        Mark(metavar="FILE", disk="file"),
    ] = ""
    fail_on: Annotated[
        Literal["", "low", "medium", "high", "never"], "Exit with 1 from this severity on [high]"
    ] = ""
    strict: Annotated[bool, "Exit with 3 if anything was unread"] = False
    excerpts: Annotated[
        int, "With --json: this many lines of code before and after each place", Mark(metavar="N")
    ] = 0
    watch: Annotated[bool, "Stay, and review again what changes"] = False


@dataclass(frozen=True)
class EndpointRow:
    """An endpoint as programs see it. Each parameter has the keys `name` and `in`."""

    method: str
    path: str
    handler: str
    file: str
    line: int
    framework: str
    auth: bool | None
    limited: bool | None
    paginated: bool | None
    params: tuple[dict[str, str], ...]
    callees: tuple[str, ...]


@dataclass(frozen=True)
class FindingRow:
    """A finding as programs see it.

    Attributes:
        why: What goes wrong in production, from the rule's page.
        lesson: Name of the skill.
        is_older: It stood before the change that was asked about.
        edit: Line changes that mend it, if that is mechanical.
    """

    rule: str
    file: str
    line: int
    severity: Severity
    confidence: Confidence
    message: str
    path: tuple[Spot, ...]
    skill: str
    cwe: int
    fix: str
    why: str
    lesson: str
    symbol: str
    fingerprint: str
    is_older: bool = False
    edit: Edit | None = None


@dataclass(frozen=True)
class AllowedRow:
    """A finding that a comment or the configuration allows."""

    rule: str
    file: str
    line: int
    reason: str
    by: str


@dataclass(frozen=True)
class Applied:
    """A line that was or would be changed."""

    rule: str
    file: str
    line: int
    before: str
    after: str


@dataclass(frozen=True)
class Review:
    """What was found, and what was read for it.

    Attributes:
        path: As it was asked for. name: Of the folder.
        lines: Of all source files that were read. files: their number; of: those that might have been read.
        tests: Files that are tests: read, not reviewed.
        unread: What was not understood, up to SKIPPED_MAX places.
        older: Findings that stood before the change (with `diff`).
        accepted: Findings that the baseline accepts; fixed: entries of the baseline that are gone.
        base: The revision compared with, "" without `diff`.
        excerpts: Code around the places of the findings, if it was asked for.
        changed: Files that differ. related: files read with them.
        verdict: ok, findings (at or above fail_on), partly (with strict).
    """

    path: str
    name: str
    lines: int
    files: int
    of: int
    tests: int
    system: System
    unread: tuple[Skipped, ...]
    unread_more: int
    endpoints: tuple[EndpointRow, ...]
    findings: tuple[FindingRow, ...]
    allowed: tuple[AllowedRow, ...]
    unused: tuple[AllowedRow, ...]
    accepted: int
    fixed: tuple[str, ...]
    older: tuple[FindingRow, ...]
    base: str
    changed: int
    related: int
    applied: tuple[Applied, ...]
    lessons: tuple[Lesson, ...]
    excerpts: tuple[Excerpt, ...]
    rules: str
    fail_on: str
    verdict: Literal["ok", "findings", "partly"]


def run(ask: Ask, bench: Bench) -> Review:
    """Review a folder or a change.

    Raises:
        NotFound: No such folder, rule or baseline.
        BadRequest: No git for `diff`, a wrong configuration.
        NothingToDo: Nothing there that could be reviewed.
    """
    found = read_config(bench.trees.root(ask.path), bench)
    tree = bench.trees.scan(ask.path, tuple(found.config.exclude))
    knowledge, digest = known(bench, found.packs)
    _check_rules(ask.rule, knowledge)
    tier = Tier(ask.rules or found.config.rules or "default")
    change = bench.git.change(tree.root, "" if ask.diff == AUTO else ask.diff) if ask.diff else None
    if change is not None and not change.lines:
        raise NothingToDo(
            f"nothing to review: no file differs from {ask.diff if ask.diff != AUTO else 'the merge base'} ({change.base})",
            hint=f"backwright review {ask.path}",
        )
    sources = sources_of(tree, bench)
    paths = slice_of(tree, sources, change, bench) if change is not None else None
    counts = counts_of(sources, paths)
    _check_code(ask, tree, counts)
    kept = _reviewed(ask, sources, paths, found, knowledge, digest, tier, bench)
    reviewed, endpoints, system = kept.reviewed, kept.endpoints, kept.system
    counts = replace(counts, skipped=(*map(_not_applied, kept.failed), *counts.skipped))
    rows = [_row(f, knowledge, bench) for f in _configured(reviewed.findings, found)]
    if ask.rule:
        rows = [row for row in rows if row.rule in ask.rule]
    rows, accepted, fixed = _without_baseline(ask, tree, rows, bench)
    older: list[FindingRow] = []
    if change is not None:
        touched = dict(change.lines)
        older = [replace(row, is_older=True) for row in rows if not _touches(row, touched)]
        rows = [row for row in rows if _touches(row, touched)]
    applied = _fixes(ask, tree, rows, bench) if ask.fix else ()
    fail_on = ask.fail_on or found.config.fail_on or "high"
    lessons = learn_from(rows, tree.root, bench) if ask.learn else ()
    failed = any(_fails(row, fail_on) for row in rows) and ask.only != "endpoints"
    verdict: Literal["ok", "findings", "partly"] = (
        "findings" if failed else "partly" if ask.strict and counts.skipped else "ok"
    )
    shown = rows if ask.only != "older" else older
    return Review(
        path=ask.path, name=tree.single or tree.name, lines=counts.lines, files=counts.files, of=counts.of, tests=counts.tests, system=system,
        unread=counts.skipped[:SKIPPED_MAX], unread_more=max(0, len(counts.skipped) - SKIPPED_MAX),
        endpoints=() if ask.only in ("findings", "older") else tuple(map(_endpoint, endpoints)),
        findings=() if ask.only == "endpoints" else tuple(shown),
        allowed=tuple(AllowedRow(a.finding.rule, a.finding.file, a.finding.line, a.reason, "comment") for a in reviewed.allowed),
        unused=tuple(AllowedRow(rule, file, line, "", "comment") for file, line, rule in reviewed.unused),
        accepted=accepted, fixed=fixed, older=tuple(older) if ask.only != "endpoints" else (), base=change.base if change else "",
        changed=len(change.lines) if change else 0, related=max(0, len(paths or ()) - (len(change.lines) if change else 0)),
        applied=applied, lessons=lessons, excerpts=excerpts_of(shown, tree.root, ask.excerpts, bench), rules=tier.value, fail_on=fail_on, verdict=verdict,
    )  # fmt: skip


def _check_rules(rules: Iterable[str], knowledge: Knowledge) -> None:
    for name in rules:
        if name not in knowledge.rules:
            from backwright.usecases.nearest import nearest

            close = ", ".join(nearest(name, list(knowledge.rules)))
            raise NotFound(
                f"no rule is called '{name}'",
                detail=f"nearest: {close}" if close else "",
                hint="backwright explain",
            )


def _check_code(ask: Ask, tree: Tree, counts: Counts) -> None:
    if counts.files or ask.diff:
        return
    why = Counter(skip.why for skip in counts.skipped)
    told = ", ".join(f"{count} {what}" for what, count in why.most_common(3))
    raise NothingToDo(
        f"{ask.path} has no backend code that can be read: 0 of {len(tree.files) + len(tree.skipped)} files",
        detail=f"Not read: {told}."
        if told
        else "Python, JavaScript, TypeScript, Java, Kotlin, Go, PHP, C#, C++ and Rust are read.",
        hint="backwright review PATH",
    )


class _Kept(msgspec.Struct, array_like=True):
    """What is kept of a review."""

    findings: tuple[Finding, ...]
    allowed: tuple[tuple[Finding, str], ...]
    unused: tuple[tuple[str, int, str], ...]
    endpoints: tuple[Endpoint, ...]
    system: System
    failed: tuple[tuple[str, str], ...]

    @property
    def reviewed(self) -> Reviewed:
        """The findings, as a review returns them."""
        return Reviewed(self.findings, tuple(Allowed(f, r) for f, r in self.allowed), self.unused)


def _reviewed(  # noqa: PLR0913  (one step of `run`, with what it has found so far)
    ask: Ask,
    sources: Sources,
    paths: Sequence[str] | None,
    found: Found,
    knowledge: Knowledge,
    digest: str,
    tier: Tier,
    bench: Bench,
) -> _Kept:
    """Link and review, or take what was found for the very same code, rules and configuration."""
    texts = texts_of(sources.tree, bench)
    config = msgspec.json.encode(found.config)
    name = (
        "\0".join(
            (
                bench.engine(),
                digest_of(sources, texts, paths),
                digest,
                tier.value,
                ",".join(ask.rule),
            )
        ).encode()
        + config
    )
    key = f"review/{sha256(name).hexdigest()[:32]}"
    kept = _kept(bench.facts.get([key]).get(key))
    if kept is not None:
        return kept
    model = Model(
        tuple(decoded(sources, bench, paths)), knowledge.packs, texts,
        auth=found.config.auth, limit=found.config.limit, gateway_limits=found.config.gateway_limits,
    )  # fmt: skip
    rules = [
        r
        for r in knowledge.rules.values()
        if r.id not in found.config.off and (not ask.rule or r.id in ask.rule)
    ]
    failed: list[tuple[str, str]] = []

    def note(what: str, error: Exception) -> None:
        failed.append((what, f"{type(error).__name__}: {error}"))

    tier = Tier.AUDIT if ask.rule else tier
    reviewed = review_model(model, rules, tier, lambda rule, error: note(f"rule {rule}", error))
    endpoints: tuple[Endpoint, ...] = ()
    system = UNKNOWN
    try:
        endpoints, system = tuple(model.endpoints), system_of(model)
    except Exception as error:  # as with rules: what does not need them is told
        note("endpoints", error)
    made = _Kept(
        (*reviewed.findings, *boundary_findings(model, found.config.boundaries)),
        tuple((a.finding, a.reason) for a in reviewed.allowed),
        reviewed.unused,
        endpoints,
        system,
        tuple(failed),
    )
    bench.facts.put({key: msgspec.msgpack.encode(made)})
    return made


def _not_applied(failed: tuple[str, str]) -> Skipped:
    """What could not finish, among what was not read: nothing is said about what it would have found."""
    what, error = failed
    return Skipped(what, 0, f"it failed and was left out: {error[:200]}")


def _kept(value: bytes | None) -> _Kept | None:
    try:
        return msgspec.msgpack.decode(value, type=_Kept) if value is not None else None
    except msgspec.MsgspecError:
        return None


def _configured(findings: Iterable[Finding], found: Found) -> list[Finding]:
    kept = []
    for finding in findings:
        ignored = [
            rules
            for pattern, rules in found.config.ignore.items()
            if fnmatch.fnmatch(finding.file, pattern)
        ]
        if any(finding.rule in rules or "*" in rules for rules in ignored):
            continue
        severity = found.config.severity.get(finding.rule)
        try:
            kept.append(
                finding if severity is None else replace(finding, severity=Severity(severity))
            )
        except ValueError:
            problem = f"{found.file}: '{severity}' is no severity for {finding.rule}"
            raise BadRequest(problem, detail="high, medium or low") from None
    return sorted(kept, key=lambda f: f.severity.rank)


def _row(finding: Finding, knowledge: Knowledge, bench: Bench) -> FindingRow:
    skill = bench.catalog.skills.get(finding.skill)  # type: ignore[call-overload]
    return FindingRow(
        rule=finding.rule, file=finding.file, line=finding.line, severity=finding.severity, confidence=finding.confidence, message=finding.message,
        path=finding.path, skill=finding.skill, cwe=finding.cwe, fix=finding.fix, why=why_of(knowledge.pages.get(finding.rule, "")),
        lesson=skill.name if skill is not None else finding.skill, symbol=finding.symbol, fingerprint=finding.fingerprint, edit=finding.edit,
    )  # fmt: skip


def why_of(page: str) -> str:
    """Return the first paragraph of a rule's page."""
    return " ".join(
        page.partition("\n")[2].strip().partition("\n\n")[0].partition("\n#")[0].split()
    )


def _endpoint(made: Endpoint) -> EndpointRow:
    params = tuple({"name": p.name, "in": p.where} for p in made.params)
    return EndpointRow(
        made.method,
        made.path,
        made.handler,
        made.file,
        made.line,
        made.framework,
        made.auth,
        made.limited,
        made.paginated,
        params,
        made.callees,
    )


def _touches(row: FindingRow, lines: dict[str, frozenset[int]]) -> bool:
    spots = [(row.file, row.line), *((s.file, s.line) for s in row.path)]
    return any(file in lines and (line in lines[file] or 0 in lines[file]) for file, line in spots)


def _fails(row: FindingRow, fail_on: str) -> bool:
    if fail_on == "never" or row.confidence is Confidence.LOW:
        return False
    return row.severity.rank <= Severity(fail_on).rank


# ---- baseline and fixes -----------------------------------------------------------------------


def _without_baseline(
    ask: Ask, tree: Tree, rows: list[FindingRow], bench: Bench
) -> tuple[list[FindingRow], int, tuple[str, ...]]:
    content = bench.trees.read(tree.root, ask.baseline or BASELINE)
    if content is None and ask.baseline:
        content = bench.files.read(ask.baseline).encode()
    if content is None:
        return rows, 0, ()
    try:
        accepted: dict[str, str] = {
            each["fingerprint"]: f"{each['rule']} in {each['file']}"
            for each in json.loads(content)["findings"]
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadRequest(
            f"'{ask.baseline or BASELINE}' is no baseline", hint="backwright baseline ."
        ) from None
    there = {row.fingerprint for row in rows}
    kept = [row for row in rows if row.fingerprint not in accepted]
    fixed = (
        tuple(what for key, what in accepted.items() if key not in there)
        if not ask.diff and not ask.rule
        else ()
    )
    return kept, len(rows) - len(kept), fixed


def _fixes(ask: Ask, tree: Tree, rows: Iterable[FindingRow], bench: Bench) -> tuple[Applied, ...]:
    """Apply safe edits, file by file; what does not stand there any more is left alone."""
    done: list[Applied] = []
    by_file: dict[str, list[FindingRow]] = {}
    for row in rows:
        if row.edit is not None and row.edit.is_safe:
            by_file.setdefault(row.edit.file, []).append(row)
    for path, all_ in by_file.items():
        content = bench.trees.read(tree.root, path)
        if content is None:
            continue
        lines = content.decode("utf-8", "surrogateescape").split("\n")
        for row in all_:
            edit = row.edit
            if (
                edit is None
                or not 0 < edit.line <= len(lines)
                or lines[edit.line - 1].count(edit.old) != 1
            ):
                continue
            before = lines[edit.line - 1]
            lines[edit.line - 1] = before.replace(edit.old, edit.new)
            done.append(Applied(row.rule, path, edit.line, before, lines[edit.line - 1]))
        if not ask.preview:
            bench.trees.write(tree.root, path, "\n".join(lines).encode("utf-8", "surrogateescape"))
    return tuple(done)
