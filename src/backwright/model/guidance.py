"""What advice is made of: reasons that hold under conditions, options, patterns, tools; each with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

When = Mapping[str, tuple[str, ...]]  # answers by name; it holds if each is one of these

LANGUAGES = ("javascript", "python", "java", "go", "php", "csharp", "kotlin", "cpp", "rust")


def holds(when: When, answers: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether every named answer is one of those allowed; an answer may have several values."""
    return all(set(allowed) & set(answers.get(name, ())) for name, allowed in when.items())


@dataclass(frozen=True)
class Reason:
    """A sentence that holds when the answers match, and who says so.

    Attributes:
        source: "source id/section" of the catalog.
            A judgement of ours has source "own".
        checked: The day on which the entry was last gone through, ISO; the file's head says how.
    """

    say: str
    source: str
    checked: str
    when: When


@dataclass(frozen=True)
class Scheme:
    """One way to let a caller in.

    Attributes:
        callers: Kinds of callers that it can serve.
        costs: What it asks of those who build and run it.
        unless: Each of these, if it holds, rules it out.
        because: Each of these, if it holds, speaks for it.
        not_when: When it is wrong whatever was answered, one sentence.
        rules: Review rules that find its mistakes in code.
    """

    id: str
    name: str
    callers: tuple[str, ...]
    how: str
    costs: str
    not_when: str
    skill: str
    source: str
    checked: str
    unless: tuple[Reason, ...] = ()
    because: tuple[Reason, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Threat:
    """What somebody may do to the system, by STRIDE, when the answers make it possible.

    Attributes:
        rule: A review rule that finds it in code, or "".
    """

    kind: Literal[
        "spoofing", "tampering", "repudiation", "disclosure", "denial of service", "elevation"
    ]
    say: str
    do: str
    skill: str
    source: str
    checked: str
    when: When
    rule: str = ""


@dataclass(frozen=True)
class HashSet:
    """Parameters of Argon2id that a source accepts.

    Attributes:
        memory_kib: m.
        passes: t.
    """

    memory_kib: int
    passes: int
    lanes: int
    source: str
    checked: str


@dataclass(frozen=True)
class SessionLimit:
    """How long a login may last for some kinds of data.

    Attributes:
        level: Assurance level of NIST SP 800-63B.
        overall_hours: After which a person logs in again whatever they do.
        idle_minutes: Without a request; 0 for no such limit.
    """

    data: tuple[str, ...]
    level: str
    overall_hours: float
    idle_minutes: float
    source: str
    checked: str


@dataclass(frozen=True)
class SecurityGuide:
    """content/advice/security.toml. Schemes are in the order of their moving parts, fewest first."""

    schemes: tuple[Scheme, ...]
    threats: tuple[Threat, ...]
    hashes: tuple[HashSet, ...]
    sessions: tuple[SessionLimit, ...]


@dataclass(frozen=True)
class Level:
    """How an option does on one criterion: 0 to 3, more is better.

    Attributes:
        say: What that level is read from.
    """

    level: int
    say: str
    source: str
    checked: str


@dataclass(frozen=True)
class Platform:
    """One way to run services.

    Attributes:
        yours: The parts that are left to the person to keep up.
        levels: By criterion.
        unless: Each of these, if it holds, rules it out.
        not_when: When it is wrong whatever was answered, one sentence.
    """

    id: str
    name: str
    how: str
    yours: tuple[str, ...]
    not_when: str
    skill: str
    levels: Mapping[str, Level]
    unless: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Aspect:
    """One criterion for platforms, which counts only when the answers make it matter."""

    id: str
    name: str
    matters: tuple[Reason, ...]


@dataclass(frozen=True)
class Rollout:
    """One way to bring a version to users."""

    id: str
    name: str
    how: str
    skill: str
    source: str
    checked: str
    unless: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Backup:
    """One way to keep data.

    Attributes:
        losing: What of the data is at risk: everything since the last copy, what is not shipped yet,
            or nothing that was confirmed.
    """

    id: str
    name: str
    how: str
    losing: Literal["since the copy", "not shipped", "nothing"]
    source: str
    checked: str
    skill: str


@dataclass(frozen=True)
class DeployGuide:
    """content/advice/deploy.toml."""

    platforms: tuple[Platform, ...]
    aspects: tuple[Aspect, ...]
    rollouts: tuple[Rollout, ...]
    backups: tuple[Backup, ...]


@dataclass(frozen=True)
class Pattern:
    """Work that shows itself in a profile by the names of functions.

    Attributes:
        match: Regular expressions, searched in "file name" of each frame, small and capital letters alike.
    """

    id: str
    name: str
    match: tuple[str, ...]
    do: str
    skill: str
    source: str
    checked: str


@dataclass(frozen=True)
class Origin:
    """Whose code a frame is, by its file or name; the first that matches counts.

    Attributes:
        match: Regular expressions over "file name"; a group called `package` names the library.
    """

    id: Literal["own", "library", "runtime", "kernel"]
    match: tuple[str, ...]
    source: str
    checked: str


@dataclass(frozen=True)
class Waiting:
    """Functions in which a thread does not run.

    Attributes:
        id: "idle" waits for work, the others for something during work.
    """

    id: Literal["idle", "network or disk", "a lock", "sleep"]
    match: tuple[str, ...]
    source: str
    checked: str


@dataclass(frozen=True)
class PerformanceGuide:
    """content/advice/performance.toml."""

    patterns: tuple[Pattern, ...]
    origins: tuple[Origin, ...]
    waits: tuple[Waiting, ...]


@dataclass(frozen=True)
class Profiler:
    """A tool that measures one thing in one language.

    Attributes:
        uses: What it can show: cpu, wall, heap, locks.
        command: What to type; words in capitals are to be replaced.
        writes: What it writes, in the words of `advise performance` where that can be read.
        readable: Whether `advise performance` reads what it writes.
    """

    language: str
    name: str
    uses: tuple[Literal["cpu", "wall", "heap", "locks"], ...]
    command: str
    writes: str
    note: str
    source: str
    checked: str
    readable: bool = False


@dataclass(frozen=True)
class ProfilerTable:
    """content/advice/profilers.toml: by language, the first tool for a use is the one to start with."""

    profilers: tuple[Profiler, ...]


@dataclass(frozen=True)
class Way:
    """One way for callers to ask, or for news to reach them.

    Attributes:
        family: What has to be built and known for it; two ways of one family are one technology.
        callers: Kinds of callers that it can serve.
        unless: Each of these, if it holds, rules it out.
        because: Each of these, if it holds, speaks for it.
        not_when: When it is wrong whatever was answered, one sentence.
        rules: Review rules that find its mistakes in code.
    """

    id: str
    name: str
    family: str
    callers: tuple[str, ...]
    how: str
    costs: str
    not_when: str
    skill: str
    source: str
    checked: str
    unless: tuple[Reason, ...] = ()
    because: tuple[Reason, ...] = ()
    rules: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApiGuide:
    """content/advice/api.toml. Ways are in the order of their moving parts, fewest first.

    Attributes:
        ways: To ask and be answered.
        pushes: For the server to speak first.
    """

    ways: tuple[Way, ...]
    pushes: tuple[Way, ...]


@dataclass(frozen=True)
class DataModel:
    """One shape that data can have, with the kind of store that goes with it.

    Attributes:
        store: The word of `advise stack --kind store --need model=` for it.
    """

    id: str
    name: str
    how: str
    costs: str
    not_when: str
    store: str
    skill: str
    source: str
    checked: str
    unless: tuple[Reason, ...] = ()
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Beside:
    """What stands beside the main store; it does if one of `because` holds."""

    id: str
    name: str
    how: str
    costs: str
    skill: str
    source: str
    checked: str
    because: tuple[Reason, ...]


@dataclass(frozen=True)
class Structure:
    """How one access pattern is served in some models.

    Attributes:
        models: Ids of data models.
    """

    pattern: str
    models: tuple[str, ...]
    do: str
    skill: str
    source: str
    checked: str


@dataclass(frozen=True)
class DataGuide:
    """content/advice/data.toml. Models are in the order of what they ask for, least first."""

    models: tuple[DataModel, ...]
    besides: tuple[Beside, ...]
    structures: tuple[Structure, ...]
