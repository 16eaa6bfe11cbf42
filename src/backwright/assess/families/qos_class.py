"""Kubernetes QoS classes: what the requests and limits of a pod's containers make of it."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
def amount(text):
    number, factor = (text[:-1], 0.001) if text.endswith("m") else (text, 1)
    return float(number.replace("Mi", "e6").replace("Gi", "e9")) * factor
requested, limited, complete = {{}}, {{}}, True
for requests, limits in {containers!r}:
    requests = {{**limits, **requests}}  # admission sets a missing request to the limit
    complete &= {{"cpu", "memory"}} <= set(limits)
    for total, given in ((requested, requests), (limited, limits)):
        for name in {{"cpu", "memory"}} & set(given):
            total[name] = total.get(name, 0) + amount(given[name])
guaranteed = complete and requested == limited
print("BestEffort" if not requested else "Guaranteed" if guaranteed else "Burstable")
"""
_WHY = {
    "Guaranteed": "every container needs CPU and memory limits, with requests equal to them",
    "Burstable": "needs a CPU or memory request or limit, but not equal ones everywhere",
    "BestEffort": "no container may have a request or limit for CPU or memory",
}
_NOTES = "Missing requests default to limits; only CPU and memory count; 1 CPU is 1000m."


def _container(chance: Random, made: str) -> list[dict[str, str]]:
    """Return requests and limits that by themselves make a pod of this class."""
    cpu, cpu_too = chance.choice([("1", "1000m"), ("2", "2000m"), ("500m", "0.5"), ("1", "1")])
    memory = {"memory": chance.choice(["256Mi", "512Mi", "1Gi", "2Gi"])}
    limits, disk = {"cpu": cpu, **memory}, {"ephemeral-storage": f"{chance.randint(1, 9)}Gi"}
    same = {"cpu": cpu_too, **memory}
    kinds: dict[str, list[list[dict[str, str]]]] = {
        "Guaranteed": [[same, limits], [same, limits], [{}, limits], [memory, limits]],
        "Burstable": [[{**same, "cpu": "100m"}, limits], [same, {}], [memory, memory]],
        "BestEffort": [[{}, {}], [disk, {}], [disk, disk]],
    }
    return chance.choice(kinds[made])


def draw(chance: Random, level: int) -> Drawn:
    """Draw the class, then one or two containers that make it."""
    rule = chance.choice(list(_WHY))
    made = chance.choice([[rule], [rule, rule]])
    if rule == "Burstable" and chance.random() < 0.6:
        made = chance.choice([["Guaranteed", "BestEffort"], ["Guaranteed", "Burstable"]])
    containers, lines = [_container(chance, each) for each in made], ["containers:"]
    names = chance.sample(["api", "worker", "proxy", "metrics", "cache", "mail"], len(made))
    for name, container in zip(names, containers, strict=True):
        lines += [f"- name: {name}", "  resources:"]
        for key, given in zip(("requests", "limits"), container, strict=True):
            inner = ", ".join(f"{each}: {much}" for each, much in given.items())
            lines += [f"    {key}: {{{inner}}}"]
    listed = "\n".join(lines)
    return Drawn(
        ask=(
            f"```yaml\n{listed}\n```\nThe pod has no pod-level resources and no init containers,"
            " its namespace no LimitRange. Which QoS class does Kubernetes give it? Type"
            " Guaranteed, Burstable or BestEffort."
        ),
        run=Run("python", _PROGRAM.format(containers=containers)),
        rule=rule,
        explain=f"For {rule}, {_WHY[rule]}. {_NOTES}",
        wrong=tuple(Wrong(say, why) for say, why in _WHY.items() if say != rule),
    )


FAMILY = Family(
    name="qos-class",
    skills={SkillId("ops.k8s"): 2},
    source="kubernetes-docs/Pod Quality of Service Classes",
    draw=draw,
    guess=0.33,
)
