"""Designs of 3, 8 and 20 nodes that tests draw, and one whose names are hostile."""

from backwright.model.design import (
    Ask,
    Backoff,
    Breaker,
    Cache,
    CallPolicy,
    Choice,
    Cpu,
    Design,
    Entry,
    Failure,
    Handler,
    Holding,
    Law,
    Locked,
    Lookup,
    Node,
    Parallel,
    Pool,
    Price,
    Put,
    Quantity,
    Queue,
    Repeat,
    Scale,
    Slo,
    Workload,
)


def chosen(value: float) -> Quantity:
    return Quantity(value, value, value, "chosen")


def about(value: float, low: float = 0.0, high: float = 0.0) -> Quantity:
    return Quantity(value, low or value, high or value, "assumed")


def law(seconds: float, low: float = 0.0, high: float = 0.0) -> Law:
    return Law(about(seconds, low, high))


def service(name: str, *handlers: Handler, **more) -> Node:
    return Node(name, "service", handlers, **{"workers": 16, **more})


def store(name: str, *names: str, **more) -> Node:
    made = tuple(Handler(each, (Cpu(law(0.004, 0.003, 0.006)),)) for each in names)
    return Node(name, "store", made, **{"workers": 10, **more})


def external(name: str, operation: str) -> Node:
    return Node(name, "external", (Handler(operation, (Cpu(law(0.182, 0.15, 0.22)),)),))


def calls(*pairs: str) -> tuple:
    return tuple(Ask(*pair.split(".")) for pair in pairs)


SHOP = Design(
    "shop",
    (
        service("orders", Handler("buy", (Cpu(law(0.005)), Holding("orders_db", calls("postgres.write", "payment.charge"))))),
        store("postgres", "write", connections_max=100),
        external("payment", "charge"),
    ),
    Workload((Entry("orders.buy", chosen(1), "orders", "buy"),), Quantity(60, 60, 60, "measured", "access log", "2026-11-14"), peak=2),
    pools=(Pool("orders_db", "orders", "postgres", 10, 5.0),),
    policies=(
        CallPolicy("client", "orders", timeout=3.0),
        CallPolicy("orders", "payment", timeout=3.0, retries=2, backoff=Backoff(0.1)),
    ),
    slo=Slo(((99.0, 0.7),), errors=0.001),
    prices=(Price("orders", 0.12),),
    currency="EUR",
)  # fmt: skip

MARKET = Design(
    "market",
    (
        service("gateway", Handler("read", calls("catalogue.read")), Handler("buy", calls("orders.buy")), instances=2, workers=None, model="eventloop", cores=2),
        service("catalogue", Handler("read", (Cpu(law(0.002)), Lookup("redis", calls("catalogue_db.read")))), instances=3, cores=2, zones=3),
        service("orders", Handler("buy", (*calls("stock.take"), *calls("orders_db.write"), *calls("payment.charge"), Put("mails"))), instances=2),
        service("stock", Handler("take", (Locked("article", 10, calls("orders_db.update")),)), queue_max=100, queue_order="lifo"),
        service("mailer", Handler("send", calls("smtp.send")), workers=4),
        store("catalogue_db", "read", replicas=2, lag=about(0.2)),
        store("orders_db", "write", "update", "read", "list", connections_max=100),
        external("payment", "charge"),
        external("smtp", "send"),
    ),
    Workload((Entry("read", chosen(0.9), "gateway", "read"), Entry("buy", chosen(0.1), "gateway", "buy")), about(420, 300, 600), arrivals="mmpp", burst=4),
    pools=(Pool("orders_pool", "orders", "orders_db", 10, 1.0), Pool("stock_pool", "stock", "orders_db", 5)),
    queues=(Queue("mails", "mailer", "send", 8, 10_000, 3),),
    caches=(Cache("redis", Law(about(0.0005)), hit=about(0.9, 0.8, 0.95), ttl=300),),
    policies=(
        CallPolicy("client", "gateway", timeout=2.0, retries=1),
        CallPolicy("gateway", "orders", timeout=1.5, breaker=Breaker(), deadline="propagate"),
        CallPolicy("orders", "payment", timeout=1.0, retries=2, budget=0.1, hedge=0.3, limit=100, bulkhead=10, failing=about(0.01)),
        CallPolicy("orders", "orders_db", timeout=0.25),
    ),
    scales=(Scale("catalogue", "cpu", 0.65, 30, 90, 3, 30),),
    failures=(Failure("load", 60, 10, factor=3), Failure("slow", 200, 20, "orders_db", 5), Failure("cold", 300, 0, "redis")),
    slo=Slo(((50.0, 0.05), (99.0, 0.2)), 0.001, "zone", 0.999),
)  # fmt: skip


def _large() -> Design:
    names = [
        "web",
        "mobile",
        "search",
        "basket",
        "orders",
        "stock",
        "prices",
        "users",
        "shipping",
        "reviews",
        "mailer",
        "reports",
    ]
    nodes = [
        service("web", Handler("page", (Parallel((calls("search.find"), calls("prices.get"), calls("reviews.list")), 2), *calls("users.check"))), instances=4),
        service("mobile", Handler("page", (*calls("basket.show"), *calls("users.check"))), instances=2, workers=None, model="eventloop", cores=4),
        service("search", Handler("find", calls("index.query"))),
        service("basket", Handler("show", (Lookup("sessions", calls("main_db.read")), *calls("prices.get"))), Handler("buy", calls("orders.buy"))),
        service("orders", Handler("buy", (*calls("stock.take", "main_db.write", "payment.charge"), Put("events")))),
        service("stock", Handler("take", calls("main_db.write")), Handler("refill", calls("warehouse.order"))),
        service("prices", Handler("get", (Lookup("price_cache", calls("price_db.read")),))),
        service("users", Handler("check", (Repeat(2, calls("users_db.read")), Choice(((chosen(0.1), calls("identity.verify")),))))),
        service("shipping", Handler("plan", calls("carrier.quote", "main_db.write"))),
        service("reviews", Handler("list", calls("documents.read"))),
        service("mailer", Handler("send", calls("smtp.send"))),
        service("reports", Handler("count", calls("warehouse_db.write"))),
        store("main_db", "read", "write", connections_max=300),
        store("index", "query"),
        store("price_db", "read"),
        store("users_db", "read", replicas=2),
        store("documents", "read"),
        store("warehouse_db", "write"),
        external("payment", "charge"),
        external("identity", "verify"),
        external("carrier", "quote"),
        external("warehouse", "order"),
        external("smtp", "send"),
    ]  # fmt: skip
    assert len(names) == 12
    return Design(
        "department store",
        tuple(nodes),
        Workload(
            (
                Entry("page", chosen(0.7), "web", "page"),
                Entry("app", chosen(0.2), "mobile", "page"),
                Entry("buy", chosen(0.1), "basket", "buy"),
            ),
            about(1200),
        ),
        pools=(Pool("orders_pool", "orders", "main_db", 20), Pool("users_pool", "users", "users_db", 10)),
        queues=(Queue("events", "shipping", "plan", 8), Queue("letters", "mailer", "send", 2), Queue("counts", "reports", "count", 1)),
        caches=(Cache("sessions", law(0.0005), hit=about(0.95)), Cache("price_cache", law(0.0005), keys=1_000_000, entries=50_000)),
        policies=(
            CallPolicy("web", "search", timeout=0.3, retries=1),
            CallPolicy("orders", "payment", timeout=2.0, retries=2),
            CallPolicy("users", "identity", timeout=1.0, breaker=Breaker()),
        ),
    )  # fmt: skip


STORE = _large()
EVIL = "a\"b'c<script>alert(1)</script>&amp;${HOME}\\n`x`|{}[]();\n--\x1b[31m\u202e#35; %% end */"
HOSTILE = Design(
    EVIL,
    (
        service(EVIL, Handler(EVIL, (Holding(EVIL + "pool", (Ask(EVIL + "db", EVIL),)), Put(EVIL + "q"), Lookup(EVIL + "c", ())))),
        store(EVIL + "db", EVIL),
        external("end", "style"),
        service("end ", Handler("x", (Ask("end", "style"),))),
        service("END", Handler("x", (Ask("end", "style"),))),
        service("\u8ba2\u5355", Handler("x", ())),
    ),
    Workload((Entry(EVIL, chosen(1), EVIL, EVIL), Entry("subgraph", chosen(1), "end ", "x"), Entry("o", chosen(0), "END", "x")), about(10)),
    pools=(Pool(EVIL + "pool", EVIL, EVIL + "db", 3),),
    queues=(Queue(EVIL + "q", EVIL, EVIL, 1),),
    caches=(Cache(EVIL + "c", law(0.001), keys=5, entries=1),),
    note=EVIL,
)  # fmt: skip
