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
    base = 10 << 24 | chance.randrange(1 << 24)
    base -= base % size
    net, last = f"{_dotted(base)}/{prefix}", base + size - 1
    kind = chance.choice(["count", "last", "belong"])
    if kind == "count":
        text = f"How many addresses of {net} can hosts be given (RFC 1122: not the network's own"
        text += " address, not broadcast)? Type the number."
        printed, rule = "len(hosts)", str(size - 2)
        explain = f"2 ^ (32 - {prefix}) = {size} addresses, less network and broadcast."
        mistakes = {
            str(size): "the network's address and the broadcast address are not for hosts",
            str(size * 2 - 2): f"32 - {prefix} = {32 - prefix} host bits",
        }
    elif kind == "last":
        text = f"Which is the highest address of {net} that a host can be given (RFC 1122: not"
        text += " broadcast)? Type the address."
        printed, rule = "hosts[-1]", _dotted(last - 1)
        explain = f"The block of {size} ends at {_dotted(last)}, the broadcast; one before it."
        mistakes = {
            _dotted(last): "that is the broadcast address",
            _dotted(base | 254): f"a /{prefix} is a block of {size} addresses, not of 256",
        }
    else:
        near = [base - 1 - chance.randrange(size), last + 1 + chance.randrange(size)]
        spots = [chance.choice([*near, last, base + size // 2, last + 1]) for _ in range(2)]
        spots += [base + chance.randrange(size) for _ in range(chance.randint(0, 2))]
        spots = list(dict.fromkeys([*spots, *near, base + size // 3]))
        chance.shuffle(spots)
        shown = [_dotted(spot) for spot in spots]
        inside = [_dotted(spot) for spot in spots if spot >> (32 - prefix) == base >> (32 - prefix)]
        octet = 24 if prefix > 24 else 16
        alike = sum(spot >> (32 - octet) == base >> (32 - octet) for spot in spots)
        text = f"A firewall rule allows {net}. Of these addresses, how many does it allow? Type the"
        text += f" number.\n\n```text\n{'  '.join(shown)}\n```"
        printed, rule = f"sum(ip_address(a) in net for a in {shown!r})", str(len(inside))
        explain = f"The block runs from {_dotted(base)} to {_dotted(last)}: {', '.join(inside)}."
        mistakes = {
            str(alike): f"/{prefix} fixes {prefix} bits, not {octet}",
            str(len(shown)): f"the block ends at {_dotted(last)}",
        }
    return Drawn(
        ask=text,
        run=Run("python", _PROGRAM.format(net=net, printed=printed)),
        rule=rule,
        explain=explain,
        wrong=tuple(Wrong(say, why) for say, why in mistakes.items() if say != rule),
    )


FAMILY = Family(
    name="cidr-hosts",
    skills={SkillId("net.basics"): 2},
    source="rfc/RFC 4632, 3.1 Basic Concept and Prefix Notation",
    draw=draw,
)
