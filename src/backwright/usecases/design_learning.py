"""Names of the skills that answers about a design lead to; a test holds them against the catalog.

Reading the catalog takes longer than a whole analytic answer.
"""

from collections.abc import Iterable

# By the kind of what is full.
LEARN = {
    "pool": "sql.pooling",
    "workers": "dist.backpressure",
    "cores": "perf.capacity",
    "servers": "sd.scaling",
    "lock": "sql.transactions",
    "consumers": "msg.queues",
}
NAMES = {
    "api.idempotency": "Idempotency and safe retries",
    "api.rate-limit": "Rate limiting and throttling",
    "arch.multitenancy": "Multi-tenancy",
    "cache.basics": "Caching fundamentals",
    "dist.backpressure": "Back-pressure and graceful degradation",
    "dist.circuit-breaker": "Circuit breakers and bulkheads",
    "dist.retries": "Timeouts, retries and backoff",
    "msg.delivery": "Delivery guarantees and idempotent consumers",
    "msg.queues": "Message queues and background jobs",
    "node.async": "Node.js runtime and async patterns",
    "obs.slo": "Service levels and alerting",
    "os.async-io": "Blocking and asynchronous I/O",
    "perf.capacity": "Capacity estimation and planning",
    "perf.tuning": "End-to-end performance tuning",
    "sd.ha": "High availability",
    "sd.scaling": "Load balancing and horizontal scaling",
    "sql.pooling": "Connection pooling",
    "sql.replication": "Replication and read replicas",
    "sql.sharding": "Partitioning and sharding",
    "sql.transactions": "Transactions and ACID",
    "test.load": "Load and performance testing",
}


def named(skills: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of each skill, once."""
    return tuple((skill, NAMES[skill]) for skill in dict.fromkeys(skills))
