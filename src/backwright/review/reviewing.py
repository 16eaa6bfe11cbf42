"""Reviewing: a model and rules to findings, each root cause once, allowed ones taken out."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from msgspec import structs

from backwright.model.finding import Confidence, Finding, Severity, Tier
from backwright.review.facts import Allow, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.rules.patterns import matched
from backwright.review.rules.rule import Hit, Rule, code_of

HITS_MAX = 2000  # of one rule: more is a mistake in the rule or a generated repository


@dataclass(frozen=True)
class Allowed:
    """A finding that a comment in the code allows, with its reason."""

    finding: Finding
    reason: str


@dataclass(frozen=True)
class Reviewed:
    """What a review found.

    Attributes:
        findings: Most severe first.
        allowed: Taken out by comments.
        unused: Comments that allow nothing: (file, line, rules).
    """

    findings: tuple[Finding, ...]
    allowed: tuple[Allowed, ...]
    unused: tuple[tuple[str, int, str], ...]


def review_model(
    model: Model,
    rules: Iterable[Rule],
    tier: Tier = Tier.DEFAULT,
    failed: Callable[[str, Exception], None] | None = None,
) -> Reviewed:
    """Return the findings of all rules up to a tier.

    Args:
        failed: Told of a rule that raises, by its name; the others go on. Without it the review raises.
    """
    rules = tuple(rules)
    findings: list[Finding] = []
    for rule in rules:
        if _lowered(rule, Tier(rule.surest or rule.tier), model).rank > tier.rank:
            continue
        try:
            findings += _findings(rule, model, tier)
        except Exception as error:  # a mistake in one rule, met on code that nobody has seen
            if failed is None:
                raise
            failed(rule.id, error)
    findings.sort(key=lambda f: (f.severity.rank, _CONFIDENCE[f.confidence], f.rule, f.file, f.line))
    known = {
        rule.id for rule in rules if _lowered(rule, Tier(rule.tier), model).rank <= tier.rank
    }  # a rule that did not run wholly says nothing of a comment
    return _without_allowed(findings, model.files, known)


_CONFIDENCE = {Confidence.HIGH: 0, Confidence.MEDIUM: 1, Confidence.LOW: 2}


def _findings(rule: Rule, model: Model, tier: Tier) -> list[Finding]:
    found: list[Finding] = []
    seen: set[tuple[object, ...]] = set()
    for hit in filter(None, (_by_hand(hit, model) for hit in _hits(rule, model))):
        key: tuple[object, ...] = (hit.key,) if hit.key else (hit.at, hit.file, hit.line)
        finding = _finding(rule, hit, model)
        if key in seen or _lowered(rule, _tier(rule, hit, finding), model).rank > tier.rank:
            continue
        seen.add(key)
        found.append(finding)
        if len(found) >= HITS_MAX:
            break
    return found


def _tier(rule: Rule, hit: Hit, finding: Finding) -> Tier:
    """Who is told: those who want the rule; of what the rule itself doubts, those who ask for one tier more."""
    is_doubted = finding.confidence is Confidence.LOW or hit.tier is Tier.STRICT
    if rule.tier == Tier.STRICT.value and is_doubted:
        return Tier.AUDIT
    return Tier.STRICT if is_doubted and hit.tier is not Tier.AUDIT else hit.tier or Tier(rule.tier)


def _lowered(rule: Rule, tier: Tier, model: Model) -> Tier:
    """Return the tier of what a rule says: the default set in a small application if the rule is as good there, doubts left out."""
    return Tier.DEFAULT if rule.small and model.is_small and tier is Tier.STRICT else tier


def _hits(rule: Rule, model: Model) -> Iterable[Hit]:
    yield from matched(rule, model)
    for check in code_of(rule):
        yield from check(model)


def _by_hand(hit: Hit, model: Model) -> Hit | None:
    """A hit in a generated file at the first place of its way that somebody wrote; None if there is none."""
    if hit.at < 0 or not model.files[hit.at].is_generated:
        return hit
    numbers = {file.path: n for n, file in enumerate(model.files) if not file.is_generated}
    spot = next((spot for spot in hit.path if spot.file in numbers), None)
    return structs.replace(hit, at=numbers[spot.file], line=spot.line, fn=-1) if spot is not None else None


def _finding(rule: Rule, hit: Hit, model: Model) -> Finding:
    file = model.files[hit.at] if hit.at >= 0 else None
    path = file.path if file is not None else hit.file
    symbol = ""
    if file is not None and hit.fn >= 0:
        symbol = model.label(Fn(hit.at, model.named(hit.at, hit.fn)))
    message = hit.message or rule.message
    return Finding(
        rule=rule.id, file=path, line=hit.line, severity=hit.severity or Severity(rule.severity),
        confidence=hit.confidence or Confidence(rule.confidence), message=message, skill=rule.skill, fix=hit.fix or rule.fix,
        path=hit.path, symbol=symbol, cwe=rule.cwe, fingerprint=fingerprint(rule.id, path, symbol, message), edit=hit.edit,
    )  # fmt: skip


def fingerprint(rule: str, path: str, symbol: str, message: str) -> str:
    """Return what stays the same when lines move or code is formatted anew."""
    told = re.sub(r"\s+", " ", re.sub(r"\d+", "#", message))
    return hashlib.sha256("\0".join((rule, path, symbol, told)).encode()).hexdigest()[:16]


def _without_allowed(findings: Sequence[Finding], files: Sequence[File], known: set[str]) -> Reviewed:
    allows: Mapping[str, tuple[Allow, ...]] = {file.path: file.allows for file in files if file.allows}
    used: dict[str, set[int]] = defaultdict(set)
    kept: list[Finding] = []
    allowed: list[Allowed] = []
    for finding in findings:
        by = next((allow for allow in allows.get(finding.file, ()) if _covers(allow, finding)), None)
        if by is None:
            kept.append(finding)
        else:
            used[finding.file].add(by.line)
            allowed.append(Allowed(finding, by.reason))
    unused = tuple(
        (path, allow.line, ", ".join(allow.rules) or "all rules")
        for path, all_ in allows.items() for allow in all_
        if allow.line not in used[path] and (not allow.rules or any(rule in known for rule in allow.rules))
    )  # fmt: skip
    return Reviewed(tuple(kept), tuple(allowed), unused)


def _covers(allow: Allow, finding: Finding) -> bool:
    if allow.rules and finding.rule not in allow.rules:
        return False
    return finding.line in ((allow.line, allow.line + 1) if allow.stands_alone else (allow.line,))
