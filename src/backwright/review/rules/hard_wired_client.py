"""hard-wired-client: business code that builds its own client of the outside world, so that no rule runs without it."""

import re
from collections.abc import Iterator

from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.rules.rule import Hit

MAKES = frozenset({"client", "connect", "pool"})
BUSINESS = re.compile(r"service|domain|usecase|use_case|business|logic|core|rules|policy|policies|interactor|checkout|pricing|billing|orders?|booking|lending|invoic", re.IGNORECASE)
OUTER = re.compile(
    r"(^|/|_|-|\.)(main|app|application|bootstrap|startup|wiring|container|containers|config|configuration|di|ioc|module|modules|provider|providers|factory|factories|infra|infrastructure|"
    r"adapters?|gateways?|clients?|integrations?|drivers?|program|server|setup|deps|dependencies|composition|beans?|injection|inject|settings|db|database|persistence|repositor(y|ies)|cache|mail(er)?s?|queues?|lib|cmd|cli|scripts?|jobs?|workers?|tasks?)(\.|/|_|-|$)",
    re.IGNORECASE,
)  # fmt: skip
FACTORY = re.compile(r"^(create|make|build|new|provide|get|init|setup|configure|register|connect|open|from)_?|factory|provider|bean|fixture|lifespan|startup|main$", re.IGNORECASE)
EDGE_CLASS = re.compile(r"(Client|Gateway|Adapter|Factory|Provider|Config|Configuration|Module|Repository|Store|Mailer|Sender|Transport|Connector|Impl|Driver|Cache|Publisher|Notifier)$")
MARKS = re.compile(r"Bean|Provides|Configuration|Module|Produces|Factory|fixture|lru_cache|cache$")


def check(model: Model) -> Iterator[Hit]:
    """Yield clients that are constructed inside business functions and classes."""
    for at in model.own:
        file = model.files[at]
        if OUTER.search(file.path.rpartition("/")[2]) or not BUSINESS.search(file.path):
            continue
        for index, told in model.effects.of_call[at].items():
            call = file.calls[index]
            if call.fn < 0 or not any(does.does in MAKES for does in told):
                continue
            fn = model.named(at, call.fn)
            made = file.functions[fn]
            if FACTORY.search(made.name) and made.kind != "constructor" or EDGE_CLASS.search(made.owner) or any(MARKS.search(m.name) for m in made.marks):
                continue
            if made.cls >= 0 and any(MARKS.search(m.name) for m in file.classes[made.cls].marks):
                continue
            label = model.label(Fn(at, fn))
            yield Hit(at, call.line, f"{label} builds its own {shown(call)}", call.fn, model.path_to(Fn(at, fn)), key=f"{at} {fn}")
