"""Subnets: how many addresses hosts can use, the last one, which belong; asked of `ipaddress`."""

from random import Random

from backwright.assess.family import Drawn, Family
from backwright.model.item import Run, Wrong
from backwright.model.skill import SkillId

_PROGRAM = """
from ipaddress import ip_address, ip_network
net = ip_network({net!r})
hosts = list(net.hosts())
print({printed})
"""


def _dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def draw(chance: Random, level: int) -> Drawn:
    """Draw a subnet of private addresses and one of three questions about it."""
    prefix = chance.choice([20, 21, 22, 23, 25, 26, 27, 28, 29])
    size = 1 << (32 - prefix)
    base = 10 << 24 | chance.randrange(size, 1 << 24)
    base -= base % size
    net, last = f"{_dotted(base)}/{prefix}", base + size - 1
    kind = chance.choice(["count", "last", "belong"])
    if kind == "count":
        text = f"How many addresses of {net} can hosts be given (RFC 1122: not the network's own"
        text += " address, not broadcast)? Type the number."
        printed, rule = "len(hosts)", str(size - 2)
        explain = f"2 ^ (32 - {prefix}) = {size} addresses, less network and broadcast."
        mistakes = {str(size): "the network's and the broadcast address are not for hosts"}
        mistakes[str(size * 2 - 2)] = f"32 - {prefix} = {32 - prefix} host bits"
    elif kind == "last":
        text = f"Which is the highest address of {net} that a host can be given (RFC 1122: not"
        text += " broadcast)? Type the address."
        printed, rule = "hosts[-1]", _dotted(last - 1)
        explain = f"The block of {size} ends at {_dotted(last)}, the broadcast; one before it."
        mistakes = {_dotted(last): "that is the broadcast address"}
        mistakes[_dotted(base | 254)] = f"a /{prefix} is a block of {size} addresses, not of 256"
    else:
        offsets = chance.sample([-2, -1, 1, size // 2, size - 2, size - 1, size, size + 3], 5)
        shown = [_dotted(base + offset) for offset in offsets]
        text = f"A firewall rule allows {net}. Packets come from\n\n```text\n"
        text += f"{'  '.join(shown[:3])}\n{'  '.join(shown[3:])}\n```\n"
        text += "How many of these addresses does it allow? Type the number."
        printed = f"sum(ip_address(one) in net for one in {shown!r})"
        rule = str(sum(0 <= offset < size for offset in offsets))
        explain = f"The block of {size} runs from {_dotted(base)} to {_dotted(last)}."
        alike = sum(base >> 8 == base + offset >> 8 for offset in offsets)
        mistakes = {str(alike): f"/{prefix} fixes the first {prefix} bits, not 24"}
        mistakes["5"] = f"the block ends at {_dotted(last)}"
    return Drawn(
        ask=text,
        run=Run("python", _PROGRAM.format(net=net, printed=printed)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(*one) for one in mistakes.items() if one[0] != rule),
    )


FAMILY = Family(
    name="cidr-hosts",
    skills={SkillId("net.basics"): 2},
    source="rfc/RFC 4632, 3.1 Basic Concept and Prefix Notation",
    draw=draw,
)
