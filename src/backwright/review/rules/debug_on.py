"""debug-on: a program that shows its insides, or runs what it is sent, because it was left in the mode of its developers."""

import re
from collections.abc import Iterator

from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Call
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import Setting, in_code, in_texts, is_development

_TRUE = regex(r"^(true|1|on|yes|always|on_param)$", re.IGNORECASE)
_NAMES = regex(
    r"(^|[\.\['\"])(DEBUG|debug|TEMPLATE_DEBUG|FLASK_DEBUG|APP_DEBUG|PROPAGATE_EXCEPTIONS|use_debugger|display_errors|displayErrorDetails|DJANGO_DEBUG|developmentMode|show_error_details|debug_mode|WP_DEBUG_DISPLAY)['\"\]]*$"
)
_APPLICATIONS = regex(
    r"(^|\.)(Flask|FastAPI|Starlette|Quart|Sanic|Application|make_app|run|run_app|run_simple|create_app|APIFlask|Litestar|Bottle|Dash|run_server|web\.Application|serve|DefaultErrorHandler|AppFactory)$|(^|\.)(app|application|server|api|socketio|flask_app|web_app)\.run\w*$|socketio\.run$|settings|config|options",
    re.IGNORECASE,
)
_SETTINGS_FILE = regex(
    r"(^|/)(settings|config|configuration|base|common|defaults?|production|prod|app|application|main|wsgi|asgi|server|run|manage|__init__|__main__|api|web|views?|index)[^/]*\.(py|php)$|(^|/)(settings|config)/",
    re.IGNORECASE,
)
_MODES = {
    "FLASK_ENV": "development",
    "APP_ENV": r"dev|local|development",
    "NODE_ENV": "development",
    "ASPNETCORE_ENVIRONMENT": "Development",
    "DJANGO_SETTINGS_MODULE": r".*\.(dev|local|development)",
    "GIN_MODE": "debug",
    "SPRING_PROFILES_ACTIVE": r"dev|local",
    "RAILS_ENV": "development",
    "SYMFONY_ENV": "dev",
}
# What stands beside DEBUG where a framework reads it.
_SETTINGS = frozenset(
    "SECRET_KEY ALLOWED_HOSTS INSTALLED_APPS ROOT_URLCONF TEMPLATES DATABASES MIDDLEWARE TESTING SQLALCHEMY_DATABASE_URI".split()
)
_FIX = "Read the mode from the environment, off unless it is set, and never set it where the service is deployed."


def check(model: Model) -> Iterator[Hit]:
    """Yield debug modes that are on in code or configuration that production runs."""
    overridden = _overridden(model)
    for each in in_code(model):
        yield from _setting(model, each, overridden=overridden)
    for at in model.own:
        yield from _called(model, at)
        yield from _opened(model, at)
    for each in in_texts(model):
        yield from _configured(each)


def _overridden(model: Model) -> bool:
    """Whether a settings file for production turns it off again."""
    return any(
        re.search(r"prod", s.path, re.IGNORECASE) and s.name == "DEBUG" and s.value.text == "False"
        for s in in_code(model)
    )


def _hit(at: int, line: int, fn: int, message: str, sure: Confidence, severity: Severity | None = None) -> Hit:
    low = sure is Confidence.LOW
    return Hit(
        at,
        line,
        message,
        fn,
        confidence=sure,
        severity=Severity.LOW if low else severity,
        fix=_FIX,
        tier=Tier.STRICT if low else None,
    )


def _setting(model: Model, each: Setting, *, overridden: bool) -> Iterator[Hit]:
    name = re.split(r"[.\[\]'\"]+", each.name.rstrip("]'\""))[-1]
    if (
        each.name.startswith(("os.environ", "environ", "process.env", "ENV"))
        and name in _MODES
        and re.fullmatch(_MODES[name], each.value.text)
    ):
        yield _hit(
            each.at,
            each.line,
            each.fn,
            f"{name} is set to {each.value.text} in the source",
            Confidence.MEDIUM,
            Severity.MEDIUM,
        )
        return
    if (
        not _NAMES.search(each.name)
        or each.value.kind not in ("bool", "num", "str")
        or not _TRUE.match(each.value.text)
    ):
        if name.upper() in ("DEBUG", "FLASK_DEBUG", "APP_DEBUG") and each.value.kind == "call" and _default_on(each):
            low = is_development(each.path) or overridden
            yield _hit(
                each.at,
                each.line,
                each.fn,
                f"{name} is on unless the environment turns it off",
                Confidence.LOW if low else Confidence.MEDIUM,
                Severity.MEDIUM,
            )
        return
    language = model.files[each.at].language
    if language not in ("python", "php", "javascript", "kotlin", "csharp"):
        return
    if each.where in ("argument", "entry"):
        if not _APPLICATIONS.search(each.holder) and not (
            language == "php" and each.holder == "return" and _SETTINGS_FILE.search(each.path) and name == "debug"
        ):
            return
        if language in ("javascript", "csharp") or re.search(
            r"log|webpack|vite|i18n|babel|eslint|jest|socket\.io|storybook|toolbar|trans|query|sql|echo",
            each.holder,
            re.IGNORECASE,
        ):
            return
    elif each.where == "assign" and language == "python":
        if name == "debug" and not re.search(r"(app|application|server|api)\.debug$", each.name):
            return
        if each.fn >= 0 and "." not in each.name and "[" not in each.name:
            return
        if (
            re.fullmatch(r"\w+", each.name)
            and not _SETTINGS_FILE.search(each.path)
            and not _SETTINGS & {made.target for made in model.files[each.at].assigns}
        ):
            return  # a constant of a script that is called so
    elif each.where == "field":
        if (
            language != "python"
            or not re.search(r"config|settings|base|prod|default", each.holder, re.IGNORECASE)
            or re.search(r"dev|local|test|debug", each.holder, re.IGNORECASE)
        ):
            return
    elif language not in ("php",):
        return
    runs = re.search(r"\.run\w*$|run_simple$|run_app$|run_server$", each.holder)
    low = is_development(each.path) or (
        re.search(r"(^|/)(examples?|samples?|demos?)/", each.path) is not None and not runs
    )
    sure = Confidence.LOW if low else Confidence.MEDIUM if overridden else Confidence.HIGH
    what = (
        "runs with the debugger, which lets who reaches it run code"
        if runs and language == "python"
        else "shows errors with their source and settings to everybody"
    )
    yield _hit(each.at, each.line, each.fn, f"{_where(model, each)} {what} ({name} is on)", sure)


def _where(model: Model, each: Setting) -> str:
    return model.files[each.at].path.rpartition("/")[2]


def _default_on(each: Setting) -> bool:
    """Whether the environment is asked with a default that is on: `env.bool("DEBUG", default=True)`."""
    items = each.value.items
    if not items or items[0].kind != "str" or not re.search(r"env|config|get", each.value.text, re.IGNORECASE):
        return False
    given = next((v for v in items[1:] if v.name in ("", "default")), None)
    return given is not None and bool(_TRUE.match(given.text))


def _called(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    for call in file.calls:
        if call.name == "UseDeveloperExceptionPage" and not _asks_mode(model, at, call):
            yield _hit(
                at,
                call.line,
                call.fn,
                "UseDeveloperExceptionPage shows stack traces to everybody, in every environment",
                Confidence.HIGH,
            )
        elif (
            call.name == "ini_set"
            and len(call.args) == 2
            and call.args[0].text == "display_errors"
            and _TRUE.match(call.args[1].text)
            and not _asks_mode(model, at, call)
        ):
            yield _hit(
                at,
                call.line,
                call.fn,
                "display_errors shows errors with paths and queries to everybody",
                Confidence.MEDIUM,
                Severity.MEDIUM,
            )
        elif (
            call.name == "addErrorMiddleware"
            and call.args
            and _TRUE.match(call.args[0].text)
            and not any(other.name == "setDefaultErrorHandler" for other in file.calls)  # of the project's own
        ):
            yield _hit(
                at,
                call.line,
                call.fn,
                "addErrorMiddleware shows errors with their traces to everybody",
                Confidence.HIGH,
                Severity.MEDIUM,
            )
        elif (
            call.name == "SetMode"
            and call.args
            and call.args[0].text.endswith("DebugMode")
            and not any(c.name == "SetMode" and c.args and c.args[0].text.endswith("ReleaseMode") for c in file.calls)
        ):
            yield _hit(at, call.line, call.fn, "gin runs in debug mode", Confidence.MEDIUM, Severity.LOW)
        elif call.name == "DebugModeOn" or (
            call.name == "enable" and call.on.endswith("Debug") and file.language == "php"
        ):
            yield _hit(
                at,
                call.line,
                call.fn,
                f"{call.on or call.name} shows errors with their source to everybody",
                Confidence.MEDIUM,
            )
        elif (
            call.name == "errorhandler"
            and call.on == ""
            and file.language == "javascript"
            and not _asks_mode(model, at, call)
        ):
            yield _hit(
                at,
                call.line,
                call.fn,
                "errorhandler sends stack traces to everybody",
                Confidence.MEDIUM,
                Severity.MEDIUM,
            )
        elif call.name == "use_dev_error_pages" or (call.name == "debug" and call.on.endswith("Whoops")):
            yield _hit(
                at,
                call.line,
                call.fn,
                f"{call.name} shows errors with their source to everybody",
                Confidence.MEDIUM,
            )
    yield from _imported(model, at)


def _imported(model: Model, at: int) -> Iterator[Hit]:
    """Profiles of Go's default mux, and switches of frameworks that show causes of errors."""
    file = model.files[at]
    for made in file.imports:
        if (
            made.module == "net/http/pprof"
            and file.language == "go"
            and any(
                c.name in ("ListenAndServe", "ListenAndServeTLS")
                and len(c.args) >= 2
                and c.args[-1].text in ("nil", "http.DefaultServeMux")
                for n in model.own
                if model.files[n].language == "go"
                for c in model.files[n].calls
            )
        ):
            yield _hit(
                at,
                made.line,
                -1,
                "net/http/pprof opens profiles and the command line to everybody on the default mux",
                Confidence.MEDIUM,
                Severity.MEDIUM,
            )
    for assign in file.assigns:
        if (
            file.language == "go"
            and re.search(r"^(e|echo|app|server)\.Debug$", assign.target)
            and assign.value.text == "true"
        ):
            yield _hit(
                at,
                assign.line,
                assign.fn,
                "Echo shows errors with their causes to everybody (Debug is on)",
                Confidence.HIGH,
                Severity.MEDIUM,
            )
        if (
            file.language == "csharp"
            and re.search(
                r"IncludeErrorDetails|DetailedErrors|EnableDetailedErrors|IncludeExceptionDetails", assign.target
            )
            and assign.value.text == "true"
        ):
            yield _hit(
                at,
                assign.line,
                assign.fn,
                f"{assign.target} sends the details of errors to everybody",
                Confidence.MEDIUM,
                Severity.MEDIUM,
            )


def _opened(model: Model, at: int) -> Iterator[Hit]:
    """Values of queries in the log of Entity Framework, and profiles that a router serves beside the application."""
    file = model.files[at]
    for call in file.calls:
        off = bool(call.args) and call.args[0].text != "true"  # also where a setting decides
        if call.name == "EnableSensitiveDataLogging" and not off and not _asks_mode(model, at, call):
            message = "EnableSensitiveDataLogging writes the values of every query into the log, in every environment"
            yield _hit(at, call.line, call.fn, message, Confidence.MEDIUM, Severity.MEDIUM)
        elif (
            file.language == "go"
            and (call.name, call.on) in (("New", "pprof"), ("Register", "pprof"))
            and any(re.search(r"(gofiber|gin-contrib)/.*pprof", made.module) for made in file.imports)
            and not _asks_mode(model, at, call)
        ):
            message = "pprof opens profiles and the command line to whoever reaches the application"
            yield _hit(at, call.line, call.fn, message, Confidence.MEDIUM, Severity.MEDIUM)


def _asks_mode(model: Model, at: int, call: Call) -> bool:
    """Whether the same function asks for the environment shortly before: an `if` around it, as far as facts tell."""
    near = range(call.line - 4, call.line + 1)
    file = model.files[at]
    inside = {*model.enclosing(at, call.fn), call.fn}
    if any(
        c.line in near
        and c.fn in inside
        and re.search(r"IsDevelopment|isDevelopment|IsEnvironment|getenv|environment|isDebug|isLocal", c.name)
        for c in file.calls
    ):
        return True
    return any(c.line in near and c.fn in inside and re.search(r"env|mode|debug", f"{c.left.text} {c.right.text}", re.IGNORECASE) for c in file.compares) or any(
        r.line in near and r.fn in inside and re.search(r"env|debug|isDev", r.attr, re.IGNORECASE) for r in file.reads
    )  # fmt: skip


_INCLUDES = {
    "server.error.include-stacktrace": "always",
    "include-stacktrace": "always",
    "server.error.include-exception": "true",
    "spring.h2.console.enabled": "true",
    "management.endpoint.heapdump.enabled": "true",
    "ktor.development": "true",
    "development": "true",
}


def _configured(each: Setting) -> Iterator[Hit]:
    whole = f"{each.holder}.{each.name}" if each.holder else each.name
    text = each.value.text
    low = is_development(each.path)
    mode = _MODES.get(each.name)
    found = ""
    if (
        each.name in ("APP_DEBUG", "FLASK_DEBUG", "DJANGO_DEBUG", "DEBUG")
        and _TRUE.match(text)
        and (not low or "Dockerfile" in each.path)
    ):
        found = f"{each.name} is on"
    elif (
        mode
        and re.fullmatch(mode, text)
        and re.search(r"(^|/)(Dockerfile|\.env\.prod|.*prod)", each.path)
        and not re.search(r"Dockerfile\.(dev|local)|dev", each.path)
    ):
        found = f"{each.name} is {text}"
    elif each.name == "display_errors" and _TRUE.match(text):
        found = "display_errors shows errors to everybody"
    else:
        key = next(
            (
                k
                for k in _INCLUDES
                if whole.endswith(k)
                and ("." in k or (k == "development" and "ktor" in each.holder) or k == "include-stacktrace")
            ),
            "",
        )
        if key and text.lower() == _INCLUDES[key]:
            found = f"{whole} is {text}"
        elif re.search(r"management\.endpoints\.web\.exposure\.include$", whole) and text.strip("'\"") == "*":
            found = "every management endpoint is exposed (heap dumps, environment)"
        elif whole == "app.debug" and _TRUE.match(text):
            found = f"{whole} is {text}"
    if not found:
        return
    sure = Confidence.LOW if low else Confidence.HIGH if re.search(r"prod|Dockerfile", each.path) else Confidence.MEDIUM
    yield Hit(
        -1,
        each.line,
        f"{found}: errors, settings or memory are shown to whoever asks",
        file=each.path,
        confidence=sure,
        severity=Severity.LOW if low else Severity.MEDIUM,
        fix=_FIX,
        tier=Tier.STRICT if low else None,
    )


__all__ = ["check"]
