"""Forged requests in Django and Flask: exempt views, middleware that is missing, forms without a token."""

import re
from collections import defaultdict
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import File, Function
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import is_development

# Called by other servers, or with a proof of its own: a token in a header, a signature.
NOT_FOR_BROWSERS = regex(
    r"web_?hook|(?<![a-z])(cal|card|web)?dav(?![a-z])|(?<![a-z])hooks?(?![a-z])|callback|notify|notification_?url|ipn|(?<![a-z])api(?![a-z])|graphql|rpc|stripe|paypal|github|gitlab|slack|twilio|telegram|mailgun|sendgrid|saml|(?<![a-z])acs(?![a-z])|"
    r"oauth|oidc|scim|csp|report|ping|health|metrics|collect|beacon|track|ingest|unsubscribe|jwt|bearer|token_?auth|external",
    re.IGNORECASE,
)
_PROOF = regex(
    r"signature|hmac|compare_digest|construct_event|verify_(request|token|webhook)|api_?key|authorization",
    re.IGNORECASE,
)
_ENTRY = regex(
    r"log_?(in|out)|sign_?(in|out|up)|regist|forgot|reset|recover", re.IGNORECASE
)  # done before somebody is logged in
_API_VIEW = regex(r"APIView|ViewSet|Generic\w*View|GraphQLView")
_FLASK_TOKENS = regex(r"flask_wtf|flask_seasurf|flask_csrf|wtforms\.csrf|csrf", re.IGNORECASE)
_MIDDLEWARE = regex(r"MIDDLEWARE(_CLASSES)?")
_IS_USER = regex(
    r"(?<![\w.])(flask\.|g\.)?session(\.(get|user)|\[|\.\w+$)|(?<!\w)g\.(user|session)\b|(?<!\w)current_user\b"
)
_DOWNLOADS = regex(r"^(send_file|send_from_directory)$")
_LEAVES = frozenset({"pop", "clear", "permanent", "modified"})  # of a session: done for nobody who is logged in


# ---- Django -----------------------------------------------------------------------------------


def of_django(model: Model) -> Iterator[Hit]:
    """Yield exempt views that read a form, and settings whose middleware lacks the check."""
    exempt = _named_exempt(model)
    for at in model.own:
        file = model.files[at]
        if file.language != "python" or NOT_FOR_BROWSERS.search(file.path):
            continue
        yield from _without_middleware(model, at)
        for index, made in enumerate(file.functions):
            line = _exempt_line(file, made, exempt)
            if line and _reads_form(model, at, index) and not _has_proof(file, made, index):
                name = model.label(Fn(at, index))
                yield Hit(
                    at,
                    line,
                    f"{name} reads a form and is exempt from the check that its own page sent it",
                    index,
                    model.path_to(Fn(at, index)),
                    Confidence.HIGH if _knows_user(file, made, index) else Confidence.MEDIUM,
                )


def _named_exempt(model: Model) -> frozenset[str]:
    """Views that are made exempt where they are routed: `path("x", csrf_exempt(view))`."""
    return frozenset(
        value.text.removesuffix(".as_view").rpartition(".")[2]
        for at, index in model.project.calls_by_name.get("csrf_exempt", ())
        for value in model.files[at].calls[index].args[:1]
    )


def _exempt_line(file: File, made: Function, named: frozenset[str]) -> int:
    for mark in made.marks:
        if mark.name == "csrf_exempt" or (mark.name == "method_decorator" and "csrf_exempt" in flat(mark.args)):
            return mark.line or made.line
    owner = file.classes[made.cls] if made.cls >= 0 else None
    if owner is not None and made.name == "post" and not any(_API_VIEW.search(base) for base in owner.bases):
        for mark in owner.marks:
            if mark.name == "method_decorator" and "csrf_exempt" in flat(mark.args):
                return mark.line or owner.line
        return made.line if owner.name in named else 0
    return made.line if made.cls < 0 and made.name in named else 0


def _reads_form(model: Model, at: int, index: int) -> bool:
    return any(
        read.attr in ("POST", "FILES") and read.base.endswith("request")
        for read in model.files[at].reads
        if read.fn == index
    )


def _has_proof(file: File, made: Function, index: int) -> bool:
    """Whether a view is called by a machine, or asks for more than a cookie."""
    words = [made.name, made.owner, *(mark.name for mark in made.marks)]
    words += [read.attr for read in file.reads if read.fn == index]
    if any(NOT_FOR_BROWSERS.search(word) for word in words):
        return True
    told = [f"{c.on}.{c.name} {' '.join(flat(c.args))}" for c in file.calls if c.fn == index]
    return any(_PROOF.search(word) for word in told)


def _knows_user(file: File, made: Function, index: int) -> bool:
    return any(re.search(r"login_required|permission_required", mark.name) for mark in made.marks) or any(
        read.attr in ("user", "session") and read.base.endswith("request") for read in file.reads if read.fn == index
    )


def _without_middleware(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for assign in file.assigns:
        if assign.fn >= 0 or not _MIDDLEWARE.fullmatch(assign.target) or assign.value.kind not in ("list", "other"):
            continue
        text = " ".join(flat((assign.value,)))
        has_session = "SessionMiddleware" in text and "AuthenticationMiddleware" in text
        if has_session and "csrf" not in text.lower() and not is_development(file.path):
            yield Hit(
                at,
                assign.line,
                f"{assign.target} has sessions and logins and no CsrfViewMiddleware: any page may send its forms",
                confidence=Confidence.HIGH,
            )


# ---- Flask ------------------------------------------------------------------------------------


def of_flask(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file of routes whose forms act for a logged-in user and are protected by nothing."""
    if not model.imports("flask", "quart", language="python") or _has_token(model):
        return
    found: dict[int, list[Declared]] = defaultdict(list)
    for declared in model.declared:
        handler = declared.handler
        if (
            declared.framework != "flask"
            or declared.method not in ("POST", "PUT", "PATCH", "DELETE")
            or handler is None
        ):
            continue
        made = model.files[handler.file].functions[handler.index]
        words = f"{declared.path} {made.name}"
        if NOT_FOR_BROWSERS.search(words) or _ENTRY.search(words):
            continue
        sends = _reads_flask_form(model, handler) or (declared.method == "POST" and _needs_no_body(model, declared))
        if sends and _acts_for_user(model, handler):
            found[handler.file].append(declared)
    for at, all_ in found.items():
        unique = {each.handler: each for each in all_ if each.handler is not None}
        spots = tuple(
            Spot(
                model.files[at].path,
                model.files[at].functions[fn.index].line,
                f"{each.method} {each.path}: no token is asked for",
            )
            for fn, each in unique.items()
        )
        first = next(iter(unique))
        more = f" (and {len(unique) - 1} more here)" if len(unique) > 1 else ""
        told = unique[first]
        message = f"{told.method} {told.path} acts for whoever is logged in, and any page may send its form{more}"
        yield Hit(at, spots[0].line, message, first.index, spots, Confidence.HIGH)


def _has_token(model: Model) -> bool:
    """Whether the project checks tokens anywhere, or keeps its cookie from other sites."""
    for at in model.own:
        file = model.files[at]
        if file.language != "python":
            continue
        if any(_FLASK_TOKENS.search(f"{made.module}.{made.name}") for made in file.imports):
            return True
        if any(_checks_itself(made) for made in file.functions):
            return True
        for assign in file.assigns:
            if "SAMESITE" in assign.target.upper() and re.search(r"lax|strict", assign.value.text, re.IGNORECASE):
                return True
        for call in file.calls:
            words = flat(call.args)
            if (
                any(re.search(r"samesite=(lax|strict)", word, re.IGNORECASE) for word in words)
                or "csrf" in call.name.lower()
            ):
                return True
    return False


def _checks_itself(made: Function) -> bool:
    """Whether a function of the project's own stands before requests and is called after the check: `csrf_protect`."""
    names = [mark.name for mark in made.marks]
    if "csrf" in made.name.lower() and any(name in ("before_request", "before_app_request") for name in names):
        return True
    return any("csrf" in name.lower() and "exempt" not in name.lower() for name in names)


def _reads_flask_form(model: Model, fn: Fn) -> bool:
    file = model.files[fn.file]
    return any(
        read.fn == fn.index
        and (read.base.endswith("request.form") or (read.attr == "form" and read.base.endswith("request")))
        for read in file.reads
    ) or any(call.fn == fn.index and call.on.endswith("request.form") for call in file.calls)


def _needs_no_body(model: Model, declared: Declared) -> bool:
    """Whether the path alone says what is done, so that an empty form of another page does it."""
    fn = declared.handler
    if fn is None or "{" not in declared.path:
        return False
    file = model.files[fn.file]
    if any(call.fn == fn.index and _DOWNLOADS.search(call.name) for call in file.calls):
        return False  # only gives a file, which another page cannot read
    told = [f"{call.on}.{call.name}" for call in file.calls if call.fn == fn.index]
    told += [f"{read.base}.{read.attr}" for read in file.reads if read.fn == fn.index]
    return not any(
        re.search(r"json|get_data|request\.data|request\.files|headers", text, re.IGNORECASE) for text in told
    )


def _acts_for_user(model: Model, fn: Fn) -> bool:
    file = model.files[fn.file]
    made = file.functions[fn.index]
    owner = model.project.own_class(fn.file, fn.index)
    marks = [*made.marks, *(model.project.class_(owner).marks if isinstance(owner, Cls) else ())]
    if any(re.search(r"login_required|fresh_login|require_?login|logged_?in", mark.name) for mark in marks):
        return True
    own = any(assign.fn == fn.index and assign.target == "session" for assign in file.assigns)  # no cookie's
    told = [f"{read.base}.{read.attr}" for read in file.reads if read.fn == fn.index and read.attr not in _LEAVES]
    told += [text for call in file.calls if call.fn == fn.index for text in flat(call.args)]
    told += [text for assign in file.assigns if assign.fn == fn.index for text in flat((assign.value,))]
    return any((found := _IS_USER.search(text)) and not (own and found[0].startswith("session")) for text in told)
