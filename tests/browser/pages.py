"""Every kind of page, as a path: what the browser tests go through."""

from backwright.usecases import USE_CASES

VERBS = [f"/{use_case.name.replace('.', '/')}" for use_case in USE_CASES]
PAGES = [
    "/",
    *VERBS,
    "/explore?name=go-developer",
    "/explore?name=sql.indexes",
    "/explore?name=redis",
    "/explore?compare=go-developer&compare=api-architect",
    "/explore?search=cache",
    "/explore?technologies=true",
    "/explore?languages=true",
    "/explore?guides=true",
    "/guide/schema-review",
    "/skill/api.grpc",
    "/explain?rule=query-in-loop",
    "/learn?name=api-design",
    "/learn?name=sql.indexes&part=1",
    "/learn?paths=true",
    "/learn?progress=true",
    "/design",
    "/verbs",
    "/design/new?example=shop",
    "/design/check?path=shop",
    "/design/check?path=shop&rate=20",
    "/design/solve?path=shop&rate=40",
    "/design/draw?path=shop",
    "/design/new?example=saga&guide=true",
    "/advise/scale?requests=100M/day",
    "/advise/stack?facts=go",
    "/explore?name=nosuchthing",
    "/nosuchpage",
]
