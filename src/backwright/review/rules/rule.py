"""A rule as data: what it is called, how bad it is, what it teaches, and what it looks for."""

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from msgspec import Struct, toml

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Edit, Severity, Tier
from backwright.review.link.model import Model

LANGUAGES = ("python", "javascript", "java", "kotlin", "go", "php", "csharp", "cpp", "rust")


class CallPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that is a finding, if all conditions hold.

    Attributes:
        does: Effect words, any of which the call must have; or
        call: patterns as in packs ("requests.{get,post}").
        language: Only these languages; empty for all.
        args: Place to a regular expression that must match the argument's text (or its kind, written as "kind:fmt|concat").
        without: Places of which none may be given.
        words: Must be found in the text of all arguments together.
        not_words: Must not.
        name: Must be found in one of: the enclosing function's name, the class's, the assigned target.
        not_name: Must not.
        served: Only in code that a request may run.
        asynchronous: Only in a function that runs on an event loop.
        file: Must be found in the path. not_file: must not.
        message: Overrides the rule's. {call} and {function} are put in.
    """

    does: tuple[str, ...] = ()
    call: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    args: dict[str, str] = {}
    without: tuple[str, ...] = ()
    words: str = ""
    not_words: str = ""
    name: str = ""
    not_name: str = ""
    served: bool = False
    asynchronous: bool = False
    file: str = ""
    not_file: str = ""
    message: str = ""
    confidence: str = ""
    fix: str = ""
    edit: tuple[str, str] = ("", "")


class AssignPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """An assignment, field, dictionary entry or keyword argument that is a finding.

    Attributes:
        target: Regular expression that must match the whole target's last word.
        value: Regular expression that must be found in the value's text.
        kind: Kinds of value, "str|fmt"; empty for any.
        not_value: Must not be found in the value.
    """

    target: str
    value: str = ""
    kind: str = ""
    not_value: str = ""
    language: tuple[str, ...] = ()
    file: str = ""
    not_file: str = ""
    message: str = ""
    confidence: str = ""


class MarkPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """A decorator, annotation or attribute that is a finding. words: must be found among its arguments."""

    name: str
    language: tuple[str, ...] = ()
    words: str = ""
    not_words: str = ""
    message: str = ""
    confidence: str = ""


class TextPattern(Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a configuration file that is a finding: file and line are regular expressions."""

    file: str
    line: str
    not_line: str = ""
    message: str = ""
    confidence: str = ""


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule without its page.

    Attributes:
        id: Kebab-case name of the bad thing; the file's name.
        pitfall: Id in content/pitfalls.toml that it belongs to, or "".
        tier: default, strict or audit.
        surest: The tier of those of its hits that say so themselves, if it is a lower one: "default" of a strict rule.
        small: Of a strict rule: told by default in a small application, where it was mostly right, but for what it doubts itself.
        severity, confidence: Of its findings, unless a pattern or the code says otherwise.
        skill: Id of the skill it teaches.
        cwe: Number, 0 for none.
        message: One sentence; {call}, {function}, {target} are put in.
        fix: What to do.
        precision: Measured, as "18 of 21": shown on the page and by `explain`. Empty: not measured yet.
    """

    id: str
    severity: str
    skill: str
    message: str = ""
    fix: str = ""
    tier: str = "default"
    surest: str = ""
    small: bool = False
    confidence: str = "high"
    pitfall: str = ""
    cwe: int = 0
    per: str = "place"
    precision: str = ""
    call: tuple[CallPattern, ...] = ()
    assign: tuple[AssignPattern, ...] = ()
    mark: tuple[MarkPattern, ...] = ()
    text: tuple[TextPattern, ...] = ()
    code: bool = False


class Hit(Struct, frozen=True):
    """What a rule found, before it becomes a finding.

    Attributes:
        at: Number of the file, or -1 with `file` for a text.
        line: From 1.
        fn: Function it stands in.
        key: Hits with the same key are one root cause; only the first is reported.
        tier: Who wants to see it, if others than those who want the rule.
    """

    at: int
    line: int
    message: str = ""
    fn: int = -1
    path: tuple[Spot, ...] = ()
    confidence: Confidence | None = None
    severity: Severity | None = None
    key: str = ""
    fix: str = ""
    file: str = ""
    edit: Edit | None = None
    tier: Tier | None = None


Check = Callable[[Model], Iterable[Hit]]


def parse_rule(text: str) -> Rule:
    """Return a rule from TOML; msgspec.ValidationError names what is wrong."""
    rule: Rule = toml.decode(text, type=Rule)
    Severity(rule.severity), Confidence(rule.confidence), Tier(rule.tier), Tier(rule.surest or rule.tier)
    for each in (*rule.call, *rule.assign, *rule.mark, *rule.text):
        for pattern in ("words", "not_words", "name", "not_name", "file", "not_file", "target", "value", "line"):
            re.compile(getattr(each, pattern, "") or "")
    return rule


def code_of(rule: Rule) -> Iterator[Check]:
    """Yield the function of a rule that is code: `check` in the module of its name."""
    if rule.code:
        yield import_module(f"backwright.review.rules.{rule.id.replace('-', '_')}").check
