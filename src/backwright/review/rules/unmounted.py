"""Routes that nobody reaches: their router is made for being mounted, and is mounted nowhere, while those beside it are."""

from collections.abc import Hashable

from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.routers import Key

# What makes a router that answers only where an application takes it in.
_PARTS = frozenset({"APIRouter", "Blueprint", "Router"})
_KEY: Hashable = "routes on routers that nobody mounts"
MOUNTED_SHARE = 0.6  # of an application's routes: below that it is mounted in a way that is not read


def is_unmounted(model: Model, declared: Declared) -> bool:
    """Whether the router of an endpoint is mounted nowhere though most others are."""
    loose = model.kept.get(_KEY)
    if not isinstance(loose, frozenset):
        loose = model.kept[_KEY] = _loose(model)
    return declared.root in loose


def _loose(model: Model) -> frozenset[Key]:
    roots = [each.root for each in model.declared if each.root is not None]
    parts = {root for root in set(roots) if _is_part(model, root)}
    if not parts or sum(root not in parts for root in roots) < MOUNTED_SHARE * len(roots):
        return frozenset()
    return frozenset(parts)


def _is_part(model: Model, root: Key) -> bool:
    if root.kind != "var" or model.files[root.file].language not in ("python", "javascript"):
        return False
    assigned = model.project.assigned[root.file]
    made = assigned.get((root.index, root.name), [])
    if root.name == "default" and made and made[0].value.kind == "name":  # export default router
        made = assigned.get((root.index, made[0].value.text), [])
    return bool(made) and made[0].value.kind == "call" and made[0].value.text.rpartition(".")[2] in _PARTS


__all__ = ["is_unmounted"]
