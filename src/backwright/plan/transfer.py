"""What knowing one language saves when learning another."""

from collections.abc import Iterable, Mapping

from backwright.catalog import Catalog
from backwright.model.mastery import Mastery
from backwright.model.skill import SkillId
from backwright.plan.goal import Goal
from backwright.plan.hours import Effort, efforts


def efforts_left(catalog: Catalog, goal: Goal, mastery: Mastery) -> dict[SkillId, Effort]:
    """Return what is left of every target of the goal, with transfer between languages."""
    left = whole_efforts(catalog, goal, mastery)
    needed = reached(catalog, goal, left, goal.named)
    return {skill: e if skill in needed else Effort(0.0, 0.0) for skill, e in left.items()}


def whole_efforts(catalog: Catalog, goal: Goal, mastery: Mastery) -> dict[SkillId, Effort]:
    """Return the same for every target, also those that nothing open rests on."""
    saved = savings(catalog, goal, mastery)
    return efforts(catalog.skills, goal.targets, mastery, catalog.profile.effort, saved)


def reached(
    catalog: Catalog, goal: Goal, left: Mapping[SkillId, Effort], named: Iterable[SkillId]
) -> set[SkillId]:
    """Return what has to be learned: the named skills that are open, and what they still rest on.

    A prerequisite of something that the person can do already is not asked for.
    """
    reached: set[SkillId] = set()
    queue = [skill for skill in named if left[skill].hours > 0]
    while queue:
        skill = queue.pop()
        if skill not in reached:
            reached.add(skill)
            below = (catalog.resolve(n.skill, goal.track) for n in catalog.skills[skill].needs)
            queue += [b for b in below if b in left and left[b].hours > 0]
    return reached


def savings(catalog: Catalog, goal: Goal, mastery: Mastery) -> dict[SkillId, float]:
    """Return the share of hours saved per language skill of the goal, 0 to 1.

    The best other language counts: its share for the pair times the chance that the person has it.
    A framework teaches most about a framework, a language about a language.
    """
    if not mastery.is_measured:
        return {}
    tracks = catalog.profile.tracks
    known = {
        track: (mastery.of(each.core).probability, mastery.of(each.web).probability)
        for track, each in tracks.items()
    }
    saved: dict[SkillId, float] = {}
    for skill in goal.targets:
        own = track_of(catalog, skill)
        if not own:
            continue
        is_core = skill == tracks[own].core
        saved[skill] = max(
            max(
                pair_share(catalog, own, other) * (core if is_core else web),
                catalog.profile.transfer_other * max(core, web),
            )
            for other, (core, web) in known.items()
            if other != own
        )
    return saved


def track_of(catalog: Catalog, skill: SkillId) -> str:
    """Return the language that a skill belongs to, by the domain of its id, or ""."""
    prefix = skill.partition(".")[0]
    for track, each in catalog.profile.tracks.items():
        if prefix in (each.core.partition(".")[0], each.web.partition(".")[0]):
            return track
    return ""


def pair_share(catalog: Catalog, a: str, b: str) -> float:
    """Return the share that one language saves of another."""
    key = " ".join(sorted((a, b)))
    return catalog.profile.transfer.get(key, catalog.profile.transfer_default)
