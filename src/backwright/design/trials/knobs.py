"""What can be turned in a design: instances, workers, cores, pool sizes, consumers; and what it costs."""

from dataclasses import dataclass, replace

from backwright.model.design import Design, Node

# Where no price is given: an instance counts 1, what runs inside one only breaks ties.
UNPRICED = {"instances": 1.0, "servers": 1.0, "replicas": 1.0}
TIE = 0.001


class KnobError(ValueError):
    """There is no such knob in the design; the message names those that there are."""


@dataclass(frozen=True)
class Knob:
    """Something that can be turned: `orders.instances`, `orders_db.size`."""

    part: str
    field: str

    @property
    def name(self) -> str:
        """As it is written."""
        return f"{self.part}.{self.field}"


def knobs_of(design: Design) -> tuple[Knob, ...]:
    """Return every knob that a design has."""
    made = []
    for node in design.nodes:
        if node.kind == "service":
            made.append(Knob(node.name, "instances"))
            if node.workers is not None:
                made.append(Knob(node.name, "workers"))
            if node.cores is not None:
                made.append(Knob(node.name, "loops" if node.model == "eventloop" else "cores"))
        elif node.kind == "store":
            made.append(Knob(node.name, "servers"))
            if node.replicas:
                made.append(Knob(node.name, "replicas"))
    made += [Knob(pool.name, "size") for pool in design.pools]
    made += [Knob(queue.name, "consumers") for queue in design.queues]
    return tuple(made)


def usual_knobs(design: Design) -> tuple[Knob, ...]:
    """Return what is turned if nobody says: instances of services, pools, consumers; not the stores."""
    return tuple(k for k in knobs_of(design) if k.field in ("instances", "size", "consumers"))


def knob_named(design: Design, name: str) -> Knob:
    """Return a knob by its name; KnobError if there is none."""
    known = {knob.name: knob for knob in knobs_of(design)}
    if name not in known:
        raise KnobError(f"'{name}' cannot be turned; there is: {', '.join(known)}")
    return known[name]


def value_of(design: Design, knob: Knob) -> int:
    """Return how a knob stands."""
    for pool in design.pools:
        if pool.name == knob.part:
            return pool.size
    for queue in design.queues:
        if queue.name == knob.part:
            return queue.consumers
    node = design.node(knob.part)
    if knob.field in ("cores", "loops"):
        return node.cores or 1
    if knob.field in ("workers", "servers"):
        return node.workers or 1
    return node.replicas if knob.field == "replicas" else node.instances


def turned(design: Design, knob: Knob, value: int) -> Design:
    """Return the design with a knob set."""
    if knob.field == "size":
        pools = (replace(p, size=value) if p.name == knob.part else p for p in design.pools)
        return replace(design, pools=tuple(pools))
    if knob.field == "consumers":
        queues = (replace(q, consumers=value) if q.name == knob.part else q for q in design.queues)
        return replace(design, queues=tuple(queues))
    nodes = (_node(n, knob.field, value) if n.name == knob.part else n for n in design.nodes)
    return replace(design, nodes=tuple(nodes))


def _node(node: Node, field: str, value: int) -> Node:
    if field in ("cores", "loops"):
        return replace(node, cores=value)
    if field in ("workers", "servers"):
        return replace(node, workers=value)
    return replace(node, replicas=value) if field == "replicas" else replace(node, instances=value)


def cost_per_hour(design: Design) -> float:
    """Return what the instances cost per hour, from the person's own prices; 0 without prices."""
    total = 0.0
    for price in design.prices:
        node = next((n for n in design.nodes if n.name == price.node), None)
        total += price.per_hour * (node.instances + node.replicas if node else 1)
    return total


def weight_of(design: Design, knobs: tuple[Knob, ...]) -> float:
    """Return what a search makes small: the cost if there are prices, else the number of instances.

    Workers, connections and consumers only break ties, by their total number.
    """
    weight = cost_per_hour(design) if design.prices else 0.0
    priced = {price.node for price in design.prices}
    for knob in knobs:
        value = value_of(design, knob)
        if knob.field in UNPRICED and knob.part not in priced:
            weight += UNPRICED[knob.field] * value
        elif knob.field not in UNPRICED:
            weight += TIE * value
    return weight
