"""hard-wired-client: business code that builds its own client of the outside world, so that no rule runs without it."""

import re
from collections.abc import Iterator

from backwright.review.facts import NEW, Call, File, Function
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

MAKES = frozenset({"client", "connect", "pool"})
ASKS = MAKES | {"outgoing", "mail", "publish"}
BUSINESS = regex(
    r"service|domain|usecase|use_case|business|logic|core|rules|policy|policies|interactor|checkout|pricing|billing|orders?|booking|lending|invoic",
    re.IGNORECASE,
)
OUTER = regex(
    r"(^|/|_|-|\.)(main|app|application|bootstrap|startup|wiring|container|containers|config|configuration|di|ioc|module|modules|provider|providers|factory|factories|infra|infrastructure|"
    r"adapters?|gateways?|clients?|integrations?|drivers?|program|server|setup|deps|dependencies|composition|beans?|injection|inject|settings|db|database|persistence|repositor(y|ies)|cache|mail(er)?s?|queues?|lib|cmd|cli|scripts?|jobs?|workers?|tasks?)(\.|/|_|-|$)",
    re.IGNORECASE,
)  # fmt: skip
OUTER_FOLDER = regex(
    r"(^|/)(infra|infrastructure|adapters?|gateways?|clients?|integrations?|drivers?|config|configuration|di|providers?|persistence|repositor(y|ies)|database|db|cmd|cli|scripts?|bin|tools?|migrations?)/",
    re.IGNORECASE,
)
FACTORY = regex(
    r"^(create|make|build|new|provide|get|init|setup|configure|register|connect|open|from)_?|factory|provider|bean|fixture|lifespan|startup|main$",
    re.IGNORECASE,
)
EDGE_CLASS = regex(
    r"(Client|Gateway|Adapter|Factory|Provider|Config|Configuration|Module|Repository|Store|Mailer|Sender|Transport|Connector|Impl|Driver|Cache|Publisher|Notifier|Connection|Pool|Session)$"
)
# A service that is a wrapper of one outside thing is the adapter itself, whatever it is called.
WRAPPER = regex(
    r"(e-?mail|mail|smtp|sms|s3|storage|redis|cach(e|ing)|http|kafka|rabbit(mq)?|queue|bus|elastic(search)?|search|minio|oss|slack|telegram|push|notif\w*|upload|blob|git(hub|lab)|oauth2?|oidc|ldap|openai|llm|ai|vault|consul|mongo(db)?|postgres|mysql|db|database)"
    r"[-_.]?(service|manager|helper|util|utils|handler)",
    re.IGNORECASE,
)  # fmt: skip
REACHES_OUT = regex(r"(Client|Gateway|Adapter|Mailer|Sender|Transport|Connector|Publisher|Notifier)$")
CLIENT_TYPE = regex(r"(Client|Template|Session|Transport|Channel|Connection|Pool)\b[>*&\s]*$")
MARKS = regex(r"Bean|Provides|Configuration|Module|Produces|Factory|fixture|lru_cache|cache$")
INSTEAD = regex(r"^[\w.$>-]+(\(\))?\s*(or|\?\?|\|\||\?:|\?)\s")  # only if none was handed in
STARTS = frozenset({"new", "connect", "default", "create", "open", "build"})


def check(model: Model) -> Iterator[Hit]:
    """Yield clients that are constructed inside business functions and classes."""
    for at in model.own:
        file = model.files[at]
        name = file.path.rpartition("/")[2]
        if (
            OUTER.search(name)
            or OUTER_FOLDER.search(file.path)
            or WRAPPER.search(name)
            or not BUSINESS.search(file.path)
        ):
            continue
        for index in _making(model, at):
            call = file.calls[index]
            made = file.functions[model.named(at, call.fn)] if call.fn >= 0 else None
            if _is_put_together(model, at, call, made) or _can_be_handed_in(file, call, made):
                continue
            owner = _class_name(file, call, made)
            label = model.label(Fn(at, model.named(at, call.fn))) if made is not None else owner
            path = model.path_to(Fn(at, model.named(at, call.fn))) if made is not None else ()
            yield Hit(
                at, call.line, f"{label} builds its own {shown(call)}", call.fn, path, key=f"{at} {owner} {call.fn}"
            )


def _making(model: Model, at: int) -> list[int]:
    """Calls of a file that make a client: a library's, or one of the application's own that reaches out."""
    told = model.effects.of_call[at]
    file = model.files[at]
    found = {
        index
        for index, does in told.items()
        if any(each.does in MAKES for each in does) and not _is_asked_for(model, at, file.calls[index])
    }
    for index, call in enumerate(file.calls):
        if index in found:
            continue
        name = call.name if call.flags & NEW else call.on.rpartition(".")[2] if call.name in STARTS else ""
        if REACHES_OUT.search(name) and _reaches_out(model, at, name):
            found.add(index)
    return sorted(index for index in found if file.calls[index].fn >= 0 or _class_at(file, file.calls[index].line) >= 0)


def _is_asked_for(model: Model, at: int, call: Call) -> bool:
    """Whether a connection is taken from something that the code already has: `self.pool.acquire()`."""
    root = re.split(r"[.(\[]", call.on, maxsplit=1)[0]
    if not root or call.flags & NEW:
        return False
    file = model.files[at]
    around = model.enclosing(at, call.fn) if call.fn >= 0 else []
    if root in ("self", "this", "$this") or any(
        root == file.functions[number].receiver or any(root == param.name for param in file.functions[number].params)
        for number in around
    ):
        return True
    index = _class_at(file, call.line)
    fields = file.classes[index].fields if index >= 0 else ()
    return any(field.name == root for field in fields) or any(
        (number, root) in model.project.assigned[at] for number in (*around, -1)
    )


def _reaches_out(model: Model, at: int, name: str) -> bool:
    """Whether a class of the application holds a client, or asks others itself."""
    cls = model.project.find_class(at, name)
    if cls is None:
        return False
    made, file = model.project.class_(cls), model.files[cls.file]
    if any(CLIENT_TYPE.search(field.type) for field in made.fields):
        return True
    functions = {number for number, fn in enumerate(file.functions) if fn.cls == cls.index or fn.owner == made.name}
    return any(
        does.does in ASKS
        for index, told in model.effects.of_call[cls.file].items()
        if file.calls[index].fn in functions
        for does in told
    )


def _class_at(file: File, line: int) -> int:
    inside = [
        index
        for index, made in enumerate(file.classes)
        if made.line <= line <= made.end and made.kind in ("class", "struct", "object", "")
    ]
    return max(inside, key=lambda index: file.classes[index].line, default=-1)


def _class_name(file: File, call: Call, made: Function | None) -> str:
    if made is not None:
        return made.owner
    index = _class_at(file, call.line)
    return file.classes[index].name if index >= 0 else ""


def _is_put_together(model: Model, at: int, call: Call, made: Function | None) -> bool:
    """Whether this is a place whose job it is to make clients: a factory, a provider, an adapter."""
    file = model.files[at]
    owner = _class_name(file, call, made)
    if EDGE_CLASS.search(owner) or WRAPPER.search(owner):
        return True
    index = made.cls if made is not None else _class_at(file, call.line)
    if index >= 0 and any(MARKS.search(mark.name) for mark in file.classes[index].marks):
        return True
    if made is None:
        return False
    if any(MARKS.search(mark.name) for mark in made.marks):
        return True
    built = _built(model, at, made)
    if built:
        return bool(EDGE_CLASS.search(built) or WRAPPER.search(built))
    return FACTORY.search(made.name) is not None and made.kind != "constructor"


def _built(model: Model, at: int, made: Function) -> str:
    """The class that a function named like a factory constructs: Go's NewService, Rust's Service::new. Its client stays inside."""
    if model.files[at].language not in ("go", "rust") or not made.name.lower().startswith("new"):
        return ""
    returned = re.findall(r"\w+", made.returns)
    if made.owner and ("Self" in returned or made.owner in returned):
        return made.owner
    for name in returned:
        cls = model.project.find_class(at, name)
        if (
            isinstance(cls, Cls)
            and model.files[cls.file].path.rpartition("/")[0] == model.files[at].path.rpartition("/")[0]
        ):
            return str(name)
    return ""


def _can_be_handed_in(file: File, call: Call, made: Function | None) -> bool:
    """Whether the client is only what is used if none is given: a default, `http or Client()`."""
    if made is None:
        if file.language == "kotlin" and not call.to:  # a parameter's default in the class header
            return True
        index = _class_at(file, call.line)
        names = {field.name for field in file.classes[index].fields if field.line == call.line}
        builders = [fn for fn in file.functions if fn.cls == index and fn.kind == "constructor"]
        return any(param.name in names and param.default is not None for fn in builders for param in fn.params)
    if any(param.default is not None and call.name in param.default.text for param in made.params):
        return True
    return any(
        each.line == call.line and each.fn == call.fn and INSTEAD.match(each.value.text) for each in file.assigns
    )
