"""How much of each part of a picture is in use at a load, in shares and words."""

from backwright.design.drawn.sketch import Used
from backwright.design.layers.laws import LITTLE_ROOM
from backwright.design.layers.layered import Layers


def used_of(layers: Layers) -> tuple[Used, ...]:
    """Return the fullest resource of each part, by the utilisation law; what has no limit is left out."""
    found: dict[str, Used] = {}
    for use in layers.uses:
        resource = use.resource
        if not resource.total or resource.kind == "lock":
            continue
        part = resource.name.removesuffix(" pool") if resource.kind == "pool" else resource.owner
        share = use.used
        word = "unstable" if use.used >= 1 else "little room" if share >= LITTLE_ROOM else "fine"
        if part not in found or found[part].share < share:
            found[part] = Used(part, share, word)
    return tuple(found.values())
