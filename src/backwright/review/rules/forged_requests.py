"""Forged requests in Express, Laravel, Spring and ASP.NET: protection that is switched off or left out."""

import re
from collections.abc import Iterator

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import Arg, Call, File, Mark
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.forged_python import NOT_FOR_BROWSERS
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit

CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_ENTRY = regex(r"log_?(in|out)|sign_?(in|out|up)|regist", re.IGNORECASE)

# ---- Express ----------------------------------------------------------------------------------

_SESSIONS = frozenset({"express-session", "cookie-session", "client-sessions"})
_TOKENS = regex(r"csrf|csurf|lusca|xsrf|tiny-?csrf|double-?csrf|origin-?check", re.IGNORECASE)


def of_express(model: Model) -> Iterator[Hit]:
    """Yield the session of an Express application that takes forms, has no tokens and sends its cookie from anywhere."""
    own = [model.files[at] for at in model.own if model.files[at].language == "javascript"]
    if any(_TOKENS.search(made.module) for file in own for made in file.imports):
        return
    if any(_TOKENS.search(call.name) for file in own for call in file.calls) or not any(
        _takes_forms(file) for file in own
    ):
        return
    if any(_asks_for_bearer(file) for file in own):
        return
    changing = [
        each
        for each in model.declared
        if each.framework == "express"
        and each.method in CHANGES
        and not NOT_FOR_BROWSERS.search(each.path)
        and not _ENTRY.search(each.path)
    ]
    if not changing:
        return
    for at in model.own:
        file = model.files[at]
        names = {made.alias or made.name or made.module for made in file.imports if made.module in _SESSIONS}
        for call in file.calls if names and file.language == "javascript" else ():
            if call.on or call.name not in names or _same_site(model, at, call):
                continue
            spots = tuple(
                Spot(model.files[d.at].path, d.line, f"{d.method} {d.path}: no token is asked for")
                for d in changing[:5]
            )
            first = changing[0]
            message = (
                f"the session's cookie is sent along by any page, and {first.method} {first.path} asks for no token"
            )
            yield Hit(at, call.line, message, call.fn, spots, Confidence.MEDIUM)
            return


def _asks_for_bearer(file: File) -> bool:
    """Whether logins are shown in a header that no foreign page can send; the session is for something else, such as the way through OAuth."""
    if any(made.module in ("passport-jwt", "express-jwt", "passport-http-bearer") for made in file.imports):
        return True
    return any(made.module in ("jsonwebtoken", "jose") for made in file.imports) and any(
        read.attr == "authorization" for read in file.reads
    )


def _takes_forms(file: File) -> bool:
    return any(
        call.name == "urlencoded" and (not call.on or call.on in ("express", "bodyParser", "bodyparser"))
        for call in file.calls
    )


def _same_site(model: Model, at: int, call: Call) -> bool:
    """Whether a session's options keep its cookie from other sites; options that are not seen are believed."""
    values: list[Arg] = list(call.args)
    for value in call.args:
        if value.kind == "name":
            held = [
                a.value
                for n in (*model.enclosing(at, call.fn), -1)
                for a in model.project.assigned[at].get((n, value.text), ())
            ]
            if not held:
                return True
            values += held
    text = " ".join(flat(tuple(values)))
    return re.search(r"sameSite=(lax|strict|true)|\.\.\.=", text, re.IGNORECASE) is not None or not values


# ---- Laravel ----------------------------------------------------------------------------------

_VERIFIES = regex(r"(Verify|Validate)CsrfToken|PreventRequestForgery")


def of_laravel(model: Model) -> Iterator[Hit]:
    """Yield paths of forms that are exempt, routes without the check, and a web group that lacks it."""
    for at in model.own:
        file = model.files[at]
        if file.language != "php":
            continue
        for made in file.classes:
            if _VERIFIES.search(made.name):
                for field in made.fields:
                    if field.name == "except" and field.value is not None:
                        yield from _exempt(at, field.line, field.value)
            for field in made.fields:
                if field.name == "middlewareGroups" and field.value is not None:
                    yield from _web_group(at, field.line, field.value)
        for call in file.calls:
            if call.name == "validateCsrfTokens":
                told = next((v for v in call.args if v.name in ("except", "") and v.kind == "list"), None)
                if told is not None:
                    yield from _exempt(at, call.line, told)
            elif call.name == "withoutMiddleware" and any(_VERIFIES.search(text) for text in flat(call.args)):
                route = file.calls[call.prev] if call.prev >= 0 else call
                if route.name in ("post", "put", "patch", "delete", "match", "any") and not any(
                    NOT_FOR_BROWSERS.search(t) for t in (file.path, *flat(route.args))
                ):
                    yield Hit(
                        at,
                        call.line,
                        "a route of a form is taken out of the check that its own page sent it",
                        confidence=Confidence.MEDIUM,
                    )


def _exempt(at: int, line: int, told: Arg) -> Iterator[Hit]:
    open_ = [item.text for item in told.items if item.kind == "str" and not NOT_FOR_BROWSERS.search(item.text)]
    if open_:
        names = " and ".join(open_[:3])
        yield Hit(
            at, line, f"{names} may be sent by any page: it is exempt from the token", confidence=Confidence.MEDIUM
        )


def _web_group(at: int, line: int, told: Arg) -> Iterator[Hit]:
    web = next((item for item in told.items if item.name == "web" and item.items), None)
    if web is None:
        return
    text = " ".join(flat(web.items))
    if "StartSession" in text and not _VERIFIES.search(text):
        yield Hit(
            at,
            line,
            "the group web has sessions and no check of tokens: any page may send its forms",
            confidence=Confidence.HIGH,
        )


# ---- Spring -----------------------------------------------------------------------------------

_LOGINS = frozenset({"formLogin", "oauth2Login", "rememberMe", "saml2Login"})
_TOKEN_LOGIN = regex(r"STATELESS|oauth2ResourceServer|Jwt|BearerToken|TokenFilter", re.IGNORECASE)


def of_spring(model: Model) -> Iterator[Hit]:
    """Yield chains that switch the check off and log people in with a session."""
    for at in model.own:
        file = model.files[at]
        if file.language not in ("java", "kotlin"):
            continue
        off = {
            root: call
            for call in file.calls
            if call.name == "csrf" and _is_off(model, at, call) and (root := _outermost(model, at, call.fn)) >= 0
        }
        for root, call in off.items():
            inside = [c for c in file.calls if c.fn >= 0 and _outermost(model, at, c.fn) == root]
            text = " ".join([c.name + " " + " ".join(flat(c.args)) for c in inside])
            login = next((c for c in inside if c.name in _LOGINS and not _is_off(model, at, c)), None)
            if login is not None and not _TOKEN_LOGIN.search(text):
                message = f"{login.name}() logs in with a session, and csrf is switched off: any page may act for whoever is logged in"
                yield Hit(at, call.line, message, root, (Spot(file.path, login.line, login.name),), Confidence.HIGH)


def _outermost(model: Model, at: int, fn: int) -> int:
    return next(reversed(model.enclosing(at, fn)), -1)


def _is_off(model: Model, at: int, call: Call) -> bool:
    """`csrf().disable()`, `csrf(AbstractHttpConfigurer::disable)`, `csrf(c -> c.disable())`, `csrf { disable() }`; not for some paths only."""
    file = model.files[at]
    number = next(n for n, each in enumerate(file.calls) if each is call)
    behind = next((c for c in file.calls if c.prev == number), None)
    if behind is not None and behind.name == "disable" and not call.args:
        return True
    for value in call.args:
        if re.search(r"(\.|::)disable$", value.text) and value.kind == "name":
            return True
        if value.kind == "fn" and value.ref >= 0 and any(c.fn == value.ref and c.name == "disable" for c in file.calls):
            return True
    return False


# ---- ASP.NET ----------------------------------------------------------------------------------

_VERBS = frozenset({"HttpPost", "HttpPut", "HttpPatch", "HttpDelete"})


def of_aspnet(model: Model) -> Iterator[Hit]:
    """Yield actions of forms that ignore the token, where people log in with a cookie."""
    own = [at for at in model.own if model.files[at].language == "csharp"]
    if not any(
        c.name
        in (
            "AddCookie",
            "AddIdentity",
            "AddDefaultIdentity",
            "AddIdentityCookies",
            "SignInAsync",
            "PasswordSignInAsync",
        )
        for at in own
        for c in model.files[at].calls
    ):
        return
    for at in own:
        file = model.files[at]
        for index, made in enumerate(file.functions):
            owner = file.classes[made.cls] if made.cls >= 0 else None
            if owner is None or any(mark.name == "ApiController" for mark in owner.marks):
                continue
            ignoring = _mark(made.marks) or _mark(owner.marks)
            changes = any(mark.name in _VERBS for mark in made.marks) or made.name.startswith(
                ("OnPost", "OnPut", "OnDelete")
            )
            words = f"{owner.name} {made.name} {file.path}"
            if (
                ignoring is not None
                and changes
                and not NOT_FOR_BROWSERS.search(words)
                and model.project.own_class(at, index) == Cls(at, made.cls)
            ):
                message = f"{model.label(Fn(at, index))} takes a form and ignores the token that its own page sends"
                yield Hit(at, ignoring.line or made.line, message, index, model.path_to(Fn(at, index)), Confidence.HIGH)


def _mark(marks: tuple[Mark, ...]) -> Mark | None:
    return next((mark for mark in marks if mark.name.lower().startswith("ignoreantiforgerytoken")), None)
