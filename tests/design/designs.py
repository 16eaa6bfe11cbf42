"""Small designs for tests, as the YAML a person would write."""

from backwright.design.written.reading import read_design
from backwright.model.design import Design


def design(services: str, *, load: str = "rate: 10/s", **sections: str) -> Design:
    """Return a design; each section is the inside of its mapping, in flow style."""
    lines = ["version: 1", "name: test", f"workload: {{{load}}}", f"services: {{{services}}}"]
    lines += [f"{name}: {{{inside}}}" for name, inside in sections.items()]
    found = read_design("\n".join(lines))
    assert found.design is not None, found.problems
    return found.design


def held_workers(rate: float = 220, workers: int = 6) -> Design:
    """Workers that compute for 5 ms and are held over a call of 20 ms, both exponential."""
    return design(
        f"app: {{workers: {workers}, handlers: {{get: [{{cpu: exponential(5 ms)}}, {{call: far.read}}]}}}}",
        load=f"rate: {rate}/s",
        externals="far: {operations: {read: exponential(20 ms)}}",
    )


def checkout(
    rate: float = 60, pool: int = 10, workers: int = 16, payment: str = "constant(180 ms)"
) -> Design:
    """The checkout of the screens: a connection is held over a query of 25 ms and a payment call."""
    body = "{hold: db, steps: [{call: postgres.write}, {call: payment.charge}]}"
    return design(
        f"orders: {{workers: {workers}, handlers: {{buy: [{{cpu: constant(5 ms)}}, {body}]}}}}",
        load=f"rate: {rate}/s",
        pools=f"db: {{owner: orders, to: postgres, size: {pool}}}",
        stores="postgres: {servers: 10, connections: 100, operations: {write: exponential(25 ms)}}",
        externals=f"payment: {{operations: {{charge: {payment}}}}}",
    )


def one_store(rate: float, servers: int, law: str = "exponential(10 ms)") -> Design:
    """An event loop that only calls a store: an M/G/c queue."""
    return design(
        "app: {model: eventloop, loops: 64, handlers: {get: [{call: db.read}]}}",
        load=f"rate: {rate}/s",
        stores=f"db: {{servers: {servers}, operations: {{read: {law}}}}}",
    )
