"""Long forms in groups: which fields of a verb stand together, under which heading. Fields not named here come last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backwright.faces.web.forms import Field

# By verb: heading and names of fields, in the order of the form. The first group is open.
GROUPS: dict[str, tuple[tuple[str, str], ...]] = {
    "advise.stack": (
        ("What you need", "kind need prefer team"),
        ("Look at some of them only, or at their facts", "among compare facts"),
        ("How much of a request is computing", "blueprint cpu_ms wait_ms"),
    ),
    "advise.scale": (
        ("The load", "requests peak growth p99_ms survive"),
        ("What a request costs", "reads app_ms read_ms write_ms cores"),
        ("What need not be done at once", "cacheable hit later"),
    ),
    "advise.monolith-or-services": (
        ("Those who build it", "teams releases minutes months"),
        ("What may drive a division", "apart hardware shared_tables operated"),
        ("What a division would be", "parts crossing transactions hop_ms slow availability"),
        ("The load", "rate peak app_ms cores"),
    ),
    "advise.api": (
        ("Who calls", "callers teams"),
        ("What a screen needs", "resources depth used object_kb cacheable within_ms"),
        ("News", "pushes late_s clients"),
        ("Network", "rtt_ms mbit"),
        ("Calls between services", "calls_per_second encode_us"),
    ),
    "advise.data": (
        ("How it is read", "patterns reads writes consistency transactions shape"),
        ("How much it is, and will be", "rows row_bytes growth years hot"),
        ("Relations and keys", "depth fan_out keys skew"),
        ("The machine", "cores memory_gib read_ms write_ms"),
    ),
    "advise.security": (
        ("Who comes in, to what", "callers data exposure accounts"),
        ("What shares the login", "sites services active requests_per_second revoke_minutes"),
        (
            "Passwords",
            "users logins_per_second bits risk hash_ms cores memory_mib",
        ),
    ),
    "advise.deploy": (
        ("What runs, and who runs it", "team services state on_call needs regulated"),
        ("The load", "rate peak idle per_instance"),
        ("How long it may be down", "availability regions machine depends"),
        ("Rolling out", "error_rate rise_to within_minutes"),
        ("Data", "data_gib log_gib_day restore_mib_s rpo_minutes rto_minutes"),
        ("Money", "budget price"),
    ),
    "advise.performance": (
        ("Profiles or heap snapshots", "files own kind unit"),
        ("Or numbers, where there is no profile yet", "rate cpu_ms wait_ms workers cores p99_ms language"),
    ),
    "design.sweep": (
        ("What to vary", "over points rate set"),
        ("Or what a burst leaves behind", "metastability defences burst load"),
        ("Chance", "seed"),
    ),
    "design.calibrate": (
        ("A service to start, or one that runs", "serve url rates seconds write"),
        ("What it has left", "timing access_log statements spans map"),
        ("How it is asked", "env body header system i_own_this_host seed"),
    ),
    "design.validate": (
        ("A service to start, or one that runs", "serve url rates seconds noisy"),
        ("What to change and try", "change rounds set"),
        ("How it is asked", "env body header system i_own_this_host seed"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Fields under a heading; is_open: they are seen at once."""

    heading: str
    fields: tuple[Field, ...]
    is_open: bool


def groups_of(verb: str, fields: Sequence[Field]) -> tuple[Group, ...]:
    """Return the fields of a form in their groups; () if the verb's form is short enough without."""
    if verb not in GROUPS:
        return ()
    rest = {each.name: each for each in fields}
    found: list[Group] = []
    for heading, names in GROUPS[verb]:
        some = tuple(rest.pop(name) for name in names.split() if name in rest)
        if some:
            found.append(Group(heading, some, not found or any(each.is_given for each in some)))
    if rest:
        left = tuple(rest.values())
        found.append(Group("More", left, any(each.is_given for each in left)))
    return tuple(found)
