"""session-cookie-open: a cookie that logs somebody in and that scripts, plain HTTP or other sites can use."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.cookiecalls import is_sent, of_jaxrs
from backwright.review.rules.modes import in_development
from backwright.review.rules.rule import Hit
from backwright.review.rules.session_defaults import left_off
from backwright.review.rules.settings import Setting, in_code, in_texts, is_development

_SESSION = regex(
    r"sess|sid\b|(^|[_-])sid|auth|token|jwt|remember|login|credential|access|refresh|identity|user_?id|\buser\b|connect\.sid",
    re.IGNORECASE,
)
_NOT_SESSION = regex(
    r"csrf|xsrf|locale|lang|culture|theme|consent|flash|message|redirect|next|timezone|tz\b|cart|filter|sidebar|banner|seen|utm|expires|method$|provider$|(^|_)hint|last_(log_?in|sign_?in|user|auth)",
    re.IGNORECASE,
)
_SAYS_NOTHING = regex(r"_?(default)?_?(cookie)?_?(name|key)?", re.IGNORECASE)
_HTTP_ONLY = regex(
    r"^(session_cookie_httponly|cookie_?http_?only|http_?only|httponly|remember_cookie_httponly|cookiehttponly|session\.cookie_httponly|http-only)$",
    re.IGNORECASE,
)
_SECURE = regex(
    r"^(session_cookie_secure|csrf_cookie_secure|cookie_?secure|secure|remember_cookie_secure|https_only|cookiesecure|session\.cookie_secure)$",
    re.IGNORECASE,
)
_SAME_SITE = regex(
    r"^(session_cookie_samesite|cookie_?same_?site|same_?site|csrf_cookie_samesite|session\.cookie_samesite)$",
    re.IGNORECASE,
)
_OFF = regex(r"^(false|0|off|no)$", re.IGNORECASE)
_SETS = regex(
    r"^(set_cookie|setcookie|setrawcookie|cookie|setCookie|SetCookie|Append|set_secure_cookie|set_signed_cookie|addCookie|addHeader|add_private|set|setSecureCookie|Cookie|CookieBuilder|put|SetCookieWithConfig)$"
)
_HOLDS_SESSION = regex(
    r"session|cookie|SessionMiddleware|CookieOptions|remember|(redis|memcached|nacl)storage", re.IGNORECASE
)
_FIX = "Set HttpOnly, Secure and SameSite=Lax (or Strict) on every cookie that logs somebody in."
_WHAT = {
    "HttpOnly": "scripts can read it",
    "Secure": "it travels over plain HTTP",
    "SameSite": "other sites send it along",
}


def check(model: Model) -> Iterator[Hit]:
    """Yield cookies of sessions whose flags are turned off, or are not set where the cookie is made: once for each file."""
    found: dict[tuple[str, str], Hit] = {}
    for hit in (*_settings(model), *_set(model)):
        file = hit.file or model.files[hit.at].path
        key = (file, "sets" if " sets the session's cookie " in hit.message else hit.message)
        first = found.setdefault(key, hit)
        spot = Spot(file, hit.line, "the same")
        if hit.line != first.line and spot not in first.path:
            found[key] = replace(first, path=(*first.path, spot))
    yield from found.values()


def _flag(name: str, text: str) -> str:
    """Return the flag that a setting turns off, "" if it does not."""
    if _HTTP_ONLY.match(name) and _OFF.match(text):
        return "HttpOnly"
    if _SECURE.match(name) and _OFF.match(text):
        return "Secure"
    if _SAME_SITE.match(name) and re.fullmatch(
        r"(?i)none|unspecified|SameSite(Mode)?\.(None|Unspecified)|SameSiteNoneMode|''|\"\"",
        text.rpartition(".")[2] or text,
    ):
        return "SameSite"
    return ""


# ---- settings -----------------------------------------------------------------------------------------


def _settings(model: Model) -> Iterator[Hit]:
    for each in (*in_code(model), *in_texts(model)):
        name = re.split(r"[\[\]'\"]+", each.name.rstrip("]'\""))[-1]
        name = name if name.lower().startswith("session.") else name.rpartition(".")[2]
        if each.value.kind not in ("bool", "str", "num", "none", "name"):
            continue
        flag = _flag(name, each.value.text or ("none" if each.value.kind == "none" else ""))
        if not flag or not _about_session(model, each, name):
            continue
        if flag == "SameSite" and (
            each.value.kind == "none"
            or not re.search(r"none|unspec", each.value.text, re.IGNORECASE)
            or _is_secure(model, each)
        ):
            continue  # the browser's own default is Lax; None beside Secure is a choice for other sites
        if each.at >= 0 and in_development(model, each.at, each.fn, each.line):
            continue
        low = is_development(each.path) or _asks_elsewhere(model, each, name)
        severity = Severity.LOW if low else Severity.HIGH if flag == "HttpOnly" else Severity.MEDIUM
        told = each.last if each.at >= 0 else each.name
        path = model.path_to(Fn(each.at, model.named(each.at, each.fn))) if each.at >= 0 and each.fn >= 0 else ()
        yield Hit(
            each.at, each.line, f"{told} makes the session's cookie without {flag}: {_WHAT[flag]}", each.fn, path,
            Confidence.LOW if low else Confidence.HIGH, severity, file="" if each.at >= 0 else each.path, fix=_FIX, tier=Tier.STRICT if low else None,
        )  # fmt: skip


def _about_session(model: Model, each: Setting, name: str) -> bool:
    """Whether a flag belongs to a session: by its own name, by what it is an entry of, or by the file."""
    if re.match(r"(session|remember)_cookie|session\.cookie|cookie(secure|httponly)|https_only", name, re.IGNORECASE):
        return True
    if name.upper() == "CSRF_COOKIE_SECURE":
        return True
    if each.where in ("entry", "argument"):
        call = _call_of(model, each) if each.at >= 0 else None
        if call is not None and _SETS.match(call.name):
            return _names_session(call) and not _holds_data(model, each.at, call)
        if call is not None and (setting := _set_with(model, each.at, call)):
            return any(_names_session(other) for other in setting)
        return (bool(_HOLDS_SESSION.search(each.holder)) and not _NOT_SESSION.search(each.holder)) or (
            each.holder == "return" and re.search(r"(^|/)session\.\w+$", each.path) is not None
        )
    if each.where == "config":
        return bool(re.search(r"session|cookie", f"{each.holder}.{each.name}", re.IGNORECASE))
    return bool(
        re.search(r"(session|cookie|options?\.cookie|auth)\w*\.", each.name, re.IGNORECASE)
    ) and not _NOT_SESSION.search(each.name)


def _set_with(model: Model, at: int, made: Call) -> list[Call]:
    """Return the calls that set a cookie with options that were kept in a variable."""
    if not re.fullmatch(r"\w+", made.to):
        return []
    inside = (model.files[at].calls[number] for number in model.inside.calls[at].get(made.fn, ()))
    return [
        call
        for call in inside
        if call.line > made.line and _SETS.match(call.name) and any(value.text == made.to for value in call.args[1:])
    ]


def _holds_data(model: Model, at: int, call: Call) -> bool:
    """Whether a cookie holds JSON whose fields are known and none of which lets anybody in: what scripts are to read."""
    value = call.args[1] if len(call.args) > 1 else None
    if value is not None and value.kind == "name":
        scopes = (*model.enclosing(at, call.fn), -1)
        made = [a.value for scope in scopes for a in model.project.assigned[at].get((scope, value.text), ())]
        value = made[0] if len(made) == 1 else None
    while value is not None and value.kind == "call" and value.items and not value.text.endswith("JSON.stringify"):
        value = value.items[0]
    if value is None or value.kind != "call" or not value.items or value.items[0].kind != "dict":
        return False
    names = [item.name for each in value.items[0].items for item in (each, *each.items) if item.name not in ("", "...")]
    return bool(names) and not any(_SESSION.search(name) for name in names)


def _call_of(model: Model, each: Setting) -> Call | None:
    last = each.holder.rpartition(".")[2]
    return next(
        (
            c
            for c in model.files[each.at].calls
            if c.name == last and c.line <= each.line <= c.line + 15 and c.fn == each.fn
        ),
        None,
    )


def _is_secure(model: Model, each: Setting) -> bool:
    if each.at < 0:
        return True
    near = [
        s
        for s in in_code(model)
        if s.at == each.at and s.holder == each.holder and s.fn == each.fn and abs(s.line - each.line) < 12
    ]
    return any(_SECURE.match(s.name.rpartition(".")[2]) and not _OFF.match(s.value.text) for s in near)


def _asks_elsewhere(model: Model, each: Setting, name: str) -> bool:
    """Whether another settings file turns the same flag on, or another branch of the same one."""
    if each.at < 0 or not name.isupper():
        return False
    return any(s.name == each.name and s.value.text == "True" and s.line != each.line for s in in_code(model))


# ---- cookies that are set by hand -----------------------------------------------------------------------


def _set(model: Model) -> Iterator[Hit]:
    for at in model.own:
        file = model.files[at]
        for index, call in enumerate(file.calls):
            missing = left_off(model, at, call) or (_missing(model, at, index, call) if call.args else [])
            if not missing:
                continue
            where = model.label_around(at, call.fn)
            path = model.path_around(at, call.fn)
            flags = " and ".join(missing)
            sure = Confidence.HIGH if "HttpOnly" in missing else Confidence.MEDIUM
            severity = Severity.HIGH if "HttpOnly" in missing else Severity.MEDIUM
            yield Hit(
                at,
                _line(call),
                f"{where} sets the session's cookie without {flags}: {_WHAT[missing[0]]}",
                call.fn,
                path,
                sure,
                severity,
                fix=_FIX,
            )


def _line(call: Call) -> int:
    """Return the line where a flag is turned off, else that of the call."""
    values = [i for v in call.args for i in (v, *v.items)]
    off = (
        v.line for v in values if v.line and (_SECURE.match(v.name) or _HTTP_ONLY.match(v.name)) and _OFF.match(v.text)
    )
    return next(off, call.line)


def _names_session(call: Call) -> bool:
    texts = [v.items[0].text for v in call.args[:1] if v.kind == "list" and v.items]
    texts += (
        [v.text for v in call.args[:3] if v.kind == "str"]
        + [v.text for v in call.args[:2] if v.kind in ("name", "other")]
        + [v.text for v in call.args if v.name in ("key", "name", "Name") and v.kind in ("str", "name")]
    )
    return _is_session(next((t for t in texts if t), ""))


def _is_session(name: str) -> bool:
    """Whether a cookie's name is a session's; that of its holder tells nothing, unless the name itself says nothing."""
    last = name.rpartition(".")[2]
    told = name if _SAYS_NOTHING.fullmatch(last) else last
    return bool(_SESSION.search(told)) and not _NOT_SESSION.search(name)


def _missing(model: Model, at: int, index: int, call: Call) -> list[str]:
    """Return the flags that a call which sets a session's cookie leaves out; [] if it is none, or it is not known."""
    language = model.files[at].language
    name = call.name
    if language == "python" and name in ("set_cookie", "set_secure_cookie", "set_signed_cookie"):
        return _python(call) if _names_session(call) else []
    if (
        language == "javascript"
        and name in ("cookie", "setCookie")
        and len(call.args) >= 2
        and _names_session(call)
        and re.search(r"res|reply|response|ctx|^c$|^$|h\b", call.on)
        and not any(read.base in ("window", "document") for read in model.files[at].reads)  # runs in the browser
    ):
        return _from_options(
            model, at, call, call.args[2] if len(call.args) > 2 and call.args[2].kind != "fn" else None
        )
    if language == "php" and name in ("setcookie", "setrawcookie") and _names_session(call):
        options = next((v for v in call.args if v.kind == "dict"), None)
        if options is not None:
            return _from_options(model, at, call, options)
        if len(call.args) < 7 and not any(v.name for v in call.args):
            return ["HttpOnly", "Secure"] if len(call.args) < 6 else ["HttpOnly"]
        return []
    if language == "go" and name == "Cookie" and call.on in ("http", "fiber") and _names_session_in(call):
        return [] if is_sent(model, at, call) else _from_options(model, at, call, Arg("dict", items=call.args))
    if language == "go" and name == "SetCookie" and len(call.args) == 7 and _names_session(call):
        return [flag for flag, value in (("HttpOnly", call.args[6]), ("Secure", call.args[5])) if value.text == "false"]
    if (
        language == "csharp"
        and name == "Append"
        and "Cookies" in call.on
        and len(call.args) >= 2
        and _names_session(call)
    ):
        return _from_options(model, at, call, call.args[2] if len(call.args) > 2 else None)
    if language == "csharp" and name == "CookieBuilder" and call.to.endswith("options.Cookie"):
        # A builder of one's own: that of the options, which it takes the place of, had HttpOnly on.
        told = {value.name for value in call.args}
        later = {a.target for a in model.files[at].assigns if a.fn == call.fn and a.line > call.line}
        return [] if "HttpOnly" in told or f"{call.to}.HttpOnly" in later else ["HttpOnly"]
    if language in ("java", "kotlin") and name == "Cookie" and len(call.args) == 2 and _names_session(call):
        return _java(model, at, call)
    if (
        language in ("java", "kotlin")
        and name == "NewCookie"
        and _is_session(call.args[0].text.replace("Filter.", "."))
    ):
        return of_jaxrs(call)
    if (
        name
        in (
            "addHeader",
            "setHeader",
            "set_header",
            "header",
            "Add",
            "Set",
            "append",
            "insert",
            "add_header",
            "writeHead",
            "withHeader",
            "append_header",
            "insert_header",
        )
        and call.args
    ):
        return _from_header(call)
    if (
        language == "rust"
        and name in ("build", "new")
        and call.on.endswith("Cookie")
        and call.args
        and _names_session(call)
    ):
        return _rust(model, at, index, call)
    return []


def _names_session_in(call: Call) -> bool:
    value = next((v for v in call.args if v.name == "Name"), None)
    told = next((v.text for v in call.args if v.name == "Value" and v.kind == "str"), None)
    if told is not None and re.fullmatch(r"|deleted|expired|logged_?-?out|none|null", told, re.IGNORECASE):
        return False  # what takes its place when somebody logs out
    return (
        value is not None
        and _is_session(value.text)
        and not any(v.name == "MaxAge" and v.text.startswith("-") for v in call.args)
    )


def _python(call: Call) -> list[str]:
    named = {v.name.lower(): v.text for v in call.args if v.name}
    if (
        "**" in named
        or any(v.text.startswith("**") for v in call.args)
        or named.get("max_age") == "0"
        or named.get("expires") == "0"
    ):
        return []
    return [
        flag
        for flag, key in (("HttpOnly", "httponly"), ("Secure", "secure"))
        if named.get(key, "False") in ("False", "0", "None")
    ]


def _from_options(model: Model, at: int, call: Call, options: Arg | None) -> list[str]:
    if options is None:
        return ["HttpOnly", "Secure"]
    if options.kind == "name":
        made = [
            a.value
            for scope in (*model.enclosing(at, call.fn), -1)
            for a in model.project.assigned[at].get((scope, options.text.lstrip("&*$")), ())
        ]
        if len(made) != 1 or made[0].kind not in ("dict", "call"):
            return []
        options = made[0]
    if options.kind not in ("dict", "call") or (options.kind == "call" and not options.items):
        return ["HttpOnly", "Secure"] if options.kind == "call" and options.text.endswith("CookieOptions") else []
    if any(
        v.name in ("...", "**") or v.text.startswith("...") or (v.name and v.name == v.text and v.kind == "other")
        for v in options.items
    ):
        return []
    keys = {v.name.lower().replace("_", ""): v for v in options.items if v.name}
    missing = [
        flag
        for flag, key in (("HttpOnly", "httponly"), ("Secure", "secure"))
        if key not in keys or (keys[key].kind == "bool" and keys[key].text.lower() == "false")
    ]
    deleted = any(k in keys and keys[k].text in ("0", "-1") for k in ("maxage", "expires"))
    return [] if deleted else missing


def _java(model: Model, at: int, call: Call) -> list[str]:
    kept = call.to
    if not kept:
        return []
    file = model.files[at]
    inside = [c for c in file.calls if c.fn == call.fn and c.on == kept]
    if any(c.name == "setMaxAge" and c.args and c.args[0].text in ("0", "-0") for c in inside) or not any(
        c.name == "addCookie" and any(v.text == kept for v in c.args) for c in file.calls if c.fn == call.fn
    ):
        return []
    has = {c.name for c in inside if not (c.args and c.args[0].text == "false")} | {
        f"set{a.target.rpartition('.')[2][:1].upper()}{a.target.rpartition('.')[2][1:]}"
        for a in file.assigns
        if a.fn == call.fn and a.target.startswith(f"{kept}.") and a.value.text != "false"
    }
    return [
        flag
        for flag, name in (("HttpOnly", ("setHttpOnly", "setIsHttpOnly")), ("Secure", ("setSecure",)))
        if not has & set(name)
    ]


def _rust(model: Model, at: int, index: int, call: Call) -> list[str]:
    chain = [model.files[at].calls[n] for n in model.effects.chain(at, index)]
    around = call.inside
    for _ in range(2):
        if around >= 0:
            outer = model.files[at].calls[around]
            if "private" in outer.name or "remove" in outer.name or "private" in outer.on or "signed" in outer.on:
                return []
            around = outer.inside
    if len(chain) < 2 or any(c.name in ("removal", "make_removal") for c in chain):
        return []
    has = {c.name for c in chain if not (c.args and c.args[0].text == "false")}
    return [flag for flag, name in (("HttpOnly", "http_only"), ("Secure", "secure")) if name not in has]


def _from_header(call: Call) -> list[str]:
    texts = [v for v in call.args if v.kind in ("str", "fmt", "concat")]
    whole = " ".join(v.text for v in texts)
    values = [v.text for v in call.args[1:] if v.kind in ("str", "fmt", "concat")] or [whole.partition(":")[2]]
    if not re.search(r"set-cookie", whole, re.IGNORECASE) or not values or "=" not in values[0]:
        return []
    name = values[0].partition("=")[0]
    if not _SESSION.search(name) or _NOT_SESSION.search(name) or re.search(r"max-age=0|1970", whole, re.IGNORECASE):
        return []
    return [flag for flag in ("HttpOnly", "Secure") if flag.lower() not in whole.lower()]


__all__ = ["check"]
