"""cors-wide-open: pages of any site may send requests with the user's cookies and read the answers."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity, Tier
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.modules import MANIFEST
from backwright.review.link.project import Fn
from backwright.review.regexes import regex
from backwright.review.rules.modes import in_development, knows_mode
from backwright.review.rules.patterns import flat
from backwright.review.rules.rule import Hit
from backwright.review.rules.settings import Setting, in_code, in_texts, is_development

_ORIGINS = regex(
    r"^(cors_?(allow|allowed)_?(all_?)?origins?|cors_origin_allow_all|cors_allow_all_origins|allow_?origins?|"
    r"allowed_?origins?|allow_?all_?origins|allowed_?origin_?patterns?|origins?|allowedoriginpatterns|allow_origin_regex|"
    r"cors_origins|allow_origin|access-control-allow-origin|origin_regex|alloworiginpatterns|cors_allowed_origin_regexes|"
    r"origin_allow_all|allowed_origins_patterns)$",
    re.IGNORECASE,
)
_CREDENTIALS = regex(
    r"^(supports_?credentials|allow_?credentials|credentials|cors_allow_credentials|cors_supports_credentials|"
    r"allowcredentials|access-control-allow-credentials)$",
    re.IGNORECASE,
)
_ANY = regex(
    r"^(\*|\.\*|\^?https?://\.\*\$?|https?://\*|\^?\.\*\$?|all|any|/\.\*/|\^\.\*\$|\^https\?://\.\*\$)$", re.IGNORECASE
)
_CORS = regex(r"cors|crossorigin|cross_origin|access-control|resourceoptions", re.IGNORECASE)
# An expression in which anything may stand before a name: `.*.(shop.com|pay.com)` fits evilshop.com.
_ANY_BEFORE = regex(r"^\^?(https?(\\?)?://)?\.[*+]\.?\(?[a-z][\w-]*\\?\.[a-z]")
_FROM_REQUEST = regex(r"origin", re.IGNORECASE)
# Calls of builders that open to any origin, and that allow credentials.
_ANY_CALLS = frozenset(
    "anyHost AllowAnyOrigin allow_any_origin very_permissive permissive mirror_request SetIsOriginAllowed allowedOriginPatterns "
    "allowedOrigins addAllowedOrigin addAllowedOriginPattern setAllowedOrigins setAllowedOriginPatterns WithOrigins allow_origin "
    "send_wildcard allowed_origin origin host".split()
)
_CREDENTIAL_CALLS = frozenset(
    "AllowCredentials allowCredentials setAllowCredentials supports_credentials allow_credentials".split()
)
_METHODS = regex(r"access-control-allow-methods$|(cors_)?allow(ed)?_?methods$", re.IGNORECASE)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_TOLD = frozenset(f"access-control-allow-{what}" for what in ("origin", "credentials", "methods"))
OPEN = "open"  # key of all places that let any origin in without its cookies
OTHERS_MAX = 24  # places named in one finding
_FIX = "List the origins that may call, compare the Origin header with that list, and allow credentials for them only."


def check(model: Model) -> Iterator[Hit]:
    """Yield CORS rules that let any origin in: each that lets cookies go with it, all others as one."""
    opened: list[Hit] = []
    for hit in _all(model):
        if hit.key == OPEN:
            opened.append(hit)
        else:
            yield hit
    told = [hit for hit in opened if hit.tier is None] or opened
    if told:
        first, *others = told
        spots = {
            Spot(hit.file or model.files[hit.at].path, hit.line, "any origin here, too"): None
            for hit in others
            if (hit.at, hit.file, hit.line) != (first.at, first.file, first.line)
        }
        yield structs.replace(first, path=(*first.path, *list(spots)[:OTHERS_MAX]))


def _all(model: Model) -> Iterator[Hit]:
    yield from _settings(model)
    for at in model.own:
        yield from _builders(model, at)
        yield from _headers(model, at)
        yield from _marks(model, at)
        yield from _bare(model, at)


def _hit(
    at: int,
    file: str,
    line: int,
    fn: int,
    message: str,
    model: Model,
    *,
    credentials: bool,
    sure: Confidence = Confidence.HIGH,
    key: str = "",
    develops: bool = False,
) -> Hit:
    path = model.path_to(Fn(at, model.named(at, fn))) if at >= 0 and fn >= 0 else ()
    place = file or model.files[at].path
    low = develops or is_development(place) or (not credentials and not _changes(model, place))
    if not credentials:
        # The browser of somebody inside the network is all that an attacker needs where nobody has to log in.
        severity = Severity.LOW
        if not low and _has_no_login(model):
            severity = Severity.MEDIUM
            message += ", and no route asks for a login: any page that is open inside your network can send requests"
        return Hit(
            at, line, message, fn, path, Confidence.MEDIUM, severity, key=OPEN, file=file, fix=_FIX,
            tier=Tier.STRICT if low else None,
        )  # fmt: skip
    return Hit(
        at, line, message, fn, path, Confidence.LOW if low else sure, Severity.MEDIUM if low else None, key=key,
        file=file, fix=_FIX, tier=Tier.STRICT if low else None,
    )  # fmt: skip


def _has_no_login(model: Model) -> bool:
    """Whether something can be changed over HTTP and no endpoint of the application is known to ask for a login."""
    return _changes(model, "") and not any(e.auth for e in model.endpoints)


def _changes(model: Model, place: str) -> bool:
    """Whether something can be changed over HTTP in the package that a file belongs to, or anywhere if it has no endpoint."""
    package = _package_of(model, place)
    served = [each for each in model.endpoints if each.file.startswith(package)] or model.endpoints
    return any(each.method in ("POST", "PUT", "PATCH", "DELETE", "*") for each in served)


def _package_of(model: Model, place: str) -> str:
    """Return the folder of the nearest manifest above a file, "" for the repository's own."""
    folders = {path.rpartition("/")[0] for path in model.texts if MANIFEST.search(path)}
    folder = place
    while folder:
        folder = folder.rpartition("/")[0]
        if folder and folder in folders:
            return f"{folder}/"
    return ""


def _is_any(value: Arg) -> bool:
    if value.kind == "str":
        return bool(_ANY.match(value.text.strip()) or _ANY_BEFORE.match(value.text.strip()))
    if value.kind in ("bool", "num"):
        return value.text.lower() in ("true", "1")
    if value.kind == "fn":
        return bool(
            re.search(
                r"\(\s*null\s*,\s*true\s*\)|=>\s*true\b|return\s+true\b|->\s*true\b|\btrue\b\s*\}?$|callback\(null, origin\)|=>\s*origin\s*[,;)}]?\s*$",
                value.text,
            )
        )
    if value.kind == "call" and value.text.rpartition(".")[2] in (
        "any",
        "Any",
        "mirror_request",
        "compile",
        "of",
        "asList",
        "singletonList",
        "listOf",
        "List",
        "RegExp",
        "arrayOf",
    ):
        return value.text.endswith((".any", ".Any", ".mirror_request")) or any(_is_any(i) for i in value.items)
    if value.kind in ("list", "dict"):
        return any(_is_any(i) for i in value.items if i.kind == "str")
    if value.kind == "name":
        return bool(re.search(r"CorsConfiguration\.ALL$|(^|\.)Any$|AllOrigins$", value.text))
    return value.kind == "other" and bool(re.fullmatch(r"/\.\*/\w*|/\^?\.\*\$?/", value.text.strip()))


# ---- names and values: keyword arguments, dictionaries, settings ------------------------------------


def _settings(model: Model) -> Iterator[Hit]:
    """Yield an origin setting that is any, joined with the credentials setting that stands beside it."""
    groups: dict[tuple[int, str, int, str], list[Setting]] = defaultdict(list)
    methods: dict[tuple[int, str, int, int], list[Arg]] = defaultdict(list)
    for each in (*in_code(model), *in_texts(model)):
        last = each.last
        if _METHODS.match(last):
            methods[each.at, each.path, each.fn, each.group].append(each.value)
        is_origin, is_credentials = _ORIGINS.match(last), _CREDENTIALS.match(last)
        if not (is_origin or is_credentials):
            continue
        holder = (
            each.holder
            if each.where in ("argument", "entry")
            else re.sub(r"[.\[]?[\w-]+[\]'\"]*$", "", each.name)
            if each.where == "assign" and each.fn >= 0
            else ""
        )
        named = bool(_CORS.search(f"{last} {holder} {each.holder}"))
        if (
            each.where in ("argument", "entry")
            and not named
            and last.lower()
            not in (
                "allow_origins",
                "allowed_origins",
                "alloworigins",
                "allowedorigins",
                "allowallorigins",
                "allow_all_origins",
                "supports_credentials",
                "allow_credentials",
                "allowcredentials",
                "alloworiginfunc",
                "allowed_origins_patterns",
                "supportscredentials",
            )
            and "cors" not in each.path.lower()
        ):
            continue
        if last.lower() in ("origin", "origins", "credentials") and not (
            named or "cors" in each.path.lower() or _imports_cors(model, each.at)
        ):
            continue
        scope = each.fn if each.where != "config" else -1
        if each.where == "assign" and not named and each.name == last:
            continue  # a variable: looked at where it is used
        groups[each.at, each.path, scope, f"{each.group}:{holder}" if each.group >= 0 else holder].append(each)
    done: set[tuple[int, int]] = set()
    for (at, path, fn, told_holder), found in groups.items():
        holder = re.sub(r"^\d+:", "", told_holder)
        opened = next(
            (s for s in found if _ORIGINS.match(s.last) and (_is_any(_known(model, s)) or _reflects(s.value))), None
        )
        if opened is None or (at, opened.line) in done:
            yield from _default_origin(model, at, fn, holder, found)
            continue
        done.add((at, opened.line))
        credentials = any(_CREDENTIALS.match(s.last) and s.value.text.lower() in ("true", "1") for s in found)
        credentials = credentials or _credentials_elsewhere(model, opened)
        told = opened.last
        message = (
            f"{told} lets pages of any site send requests with the user's cookies"
            if credentials
            else f"{told} lets pages of any site read the answers"
        )
        develops = at >= 0 and _is_closed_otherwise(model, groups, (at, path, fn, told_holder))
        told_methods = methods.get((opened.at, opened.path, opened.fn, opened.group), [])
        develops = develops or (not credentials and _only_reads(model, at, fn, told_methods))
        # Who writes down that no cookies come with it means it: a public interface.
        develops = develops or (
            not credentials
            and not _has_no_login(model)
            and any(_CREDENTIALS.match(s.last) and s.value.text.lower() in ("false", "0") for s in found)
        )
        yield _hit(
            at, "" if at >= 0 else path, opened.line, fn, message, model, credentials=credentials, develops=develops
        )


def _is_closed_otherwise(
    model: Model, groups: dict[tuple[int, str, int, str], list[Setting]], key: tuple[int, str, int, str]
) -> bool:
    """Whether a function that knows how the program runs gives the same call a list of origins, too: in the other mode."""
    return knows_mode(model, key[0], key[2]) and any(
        other[:3] == key[:3]
        and other != key
        and any(_ORIGINS.match(each.last) and not _is_any(_known(model, each)) for each in found)
        for other, found in groups.items()
    )


def _known(model: Model, each: Setting) -> Arg:
    """Return a value, or what was put into the variable that it is."""
    if each.value.kind == "name" and each.at >= 0 and re.fullmatch(r"[&*$]?\w+", each.value.text):
        for scope in (*model.enclosing(each.at, each.fn), -1):
            for made in model.project.assigned[each.at].get((scope, each.value.text.lstrip("&*$")), ()):
                return made.value
    return each.value


def _reflects(value: Arg) -> bool:
    return (
        value.kind in ("name", "call")
        and bool(
            re.search(
                r"headers?\b.*origin|header\(.*origin|HTTP_ORIGIN|\.origin$",
                value.text + " ".join(i.text for i in value.items),
                re.IGNORECASE,
            )
        )
        and "allowed" not in value.text.lower()
    )


def _imports_cors(model: Model, at: int) -> bool:
    return at >= 0 and any("cors" in made.module.lower() for made in model.files[at].imports)


def _credentials_elsewhere(model: Model, opened: Setting) -> bool:
    """Whether Django's or another global setting of credentials is on in another settings file."""
    if not re.match(r"cors_", opened.name, re.IGNORECASE):
        return False
    return any(s.name.upper() == "CORS_ALLOW_CREDENTIALS" and s.value.text == "True" for s in in_code(model))


def _default_origin(model: Model, at: int, fn: int, holder: str, found: list[Setting]) -> Iterator[Hit]:
    """Yield flask_cors' CORS(app, supports_credentials=True): its origins are any if none are given."""
    if at < 0 or not re.search(r"(^|\.)(CORS|cross_origin)$", holder) or model.files[at].language != "python":
        return
    if any(_ORIGINS.match(s.name) for s in found) or not any(
        _CREDENTIALS.match(s.name) and s.value.text == "True" for s in found
    ):
        return
    call = next(
        (
            c
            for c in model.files[at].calls
            if c.line <= found[0].line <= c.line + 12 and c.name in ("CORS", "cross_origin")
        ),
        None,
    )
    if call is None or any(v.name in ("resources", "origins") for v in call.args):
        return
    yield _hit(
        at,
        "",
        found[0].line,
        fn,
        "CORS without origins lets pages of any site send requests with the user's cookies",
        model,
        credentials=True,
    )


# ---- builders -----------------------------------------------------------------------------------------


def _builders(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    groups: dict[object, list[Call]] = defaultdict(list)
    for index, call in enumerate(file.calls):
        if call.name in _ANY_CALLS or call.name in _CREDENTIAL_CALLS:
            chain = model.effects.chain(at, index)
            groups[(call.fn, chain[0]) if len(chain) > 1 and file.language in ("csharp", "rust") else call.fn].append(
                call
            )
    for calls in groups.values():
        opened = next((c for c in calls if c.name not in _CREDENTIAL_CALLS and _opens(model, at, c)), None)
        if opened is None:
            continue
        credentials = opened.name == "very_permissive" or any(
            c.name in _CREDENTIAL_CALLS and (not c.args or c.args[0].text.lower() in ("true", "1")) for c in calls
        )
        credentials = credentials or any(
            a.fn == opened.fn and _CREDENTIALS.match(re.split(r"[.]", a.target)[-1]) and a.value.text.lower() == "true" for a in file.assigns
        ) or (opened.name == "permissive" and file.language == "rust" and "Cors" in opened.on and "Layer" not in opened.on)  # fmt: skip
        message = (
            f"{opened.name} lets pages of any site send requests with the user's cookies"
            if credentials
            else f"{opened.name} lets pages of any site read the answers"
        )
        develops = in_development(model, at, opened.fn, opened.line)
        yield _hit(at, "", opened.line, opened.fn, message, model, credentials=credentials, develops=develops)


def _is_about(model: Model, at: int, call: Call) -> bool:
    """Whether a call has to do with CORS: by what it is made on, where it stands, or what stands beside it."""
    file = model.files[at]
    around = model.enclosing(at, call.fn)
    names = " ".join(file.functions[n].name for n in around)
    if _CORS.search(
        f"{call.on} {model.project.type_of(at, call.fn, call.on).name} {names} {file.path}"
    ) or _imports_cors(model, at):
        return True
    inside = {*around, -1}
    return any(
        "cors" in f"{c.name} {' '.join(v.text for v in c.args if v.kind == 'name')}".lower()
        for c in file.calls
        if c.fn in inside
    )


def _opens(model: Model, at: int, call: Call) -> bool:
    name = call.name
    about = _is_about(model, at, call)
    if name in ("AllowAnyOrigin", "allow_any_origin", "anyHost", "very_permissive", "mirror_request", "send_wildcard"):
        return about or name in ("AllowAnyOrigin", "allow_any_origin", "very_permissive", "mirror_request")
    if name == "permissive":
        return "Cors" in call.on
    if name == "SetIsOriginAllowed":
        return bool(call.args) and _is_any(call.args[0])
    return about and any(_is_any(v) for v in call.args)


# ---- headers that are set by hand ---------------------------------------------------------------------


def _headers(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    found: dict[int, list[tuple[str, Arg, int]]] = defaultdict(list)
    for assign in file.assigns:
        if "access-control-allow-" in assign.target.lower():
            found[assign.fn].append((assign.target.lower(), assign.value, assign.line))
    for call in file.calls:
        texts = [v for v in call.args if v.kind in ("str", "fmt", "concat")]
        head = next((v for v in texts if "access-control-allow-" in v.text.lower()), None)
        if head is None or re.search(
            r"log|print|equal|assert|get$|contains|remove|delete|expose", call.name, re.IGNORECASE
        ):
            continue
        place = call.args.index(head)
        given = (
            call.args[place + 1]
            if len(call.args) > place + 1
            else Arg(head.kind, head.text.partition(":")[2].strip(), items=head.items)
        )
        if head.text.lower() in _TOLD or ":" in head.text:
            found[call.fn].append((head.text.lower(), given, call.line))
    for fn, headers in found.items():
        origins = [(value, line) for name, value, line in headers if "allow-origin" in name]
        for value, line in origins:
            reflected = _is_reflected(model, at, fn, value)
            is_any = value.kind == "str" and value.text.strip() == "*"
            credentials = any(
                "allow-credentials" in name and re.search(r"true|1", value_.text, re.IGNORECASE)
                for name, value_, _ in headers
            )
            if not credentials and reflected:
                credentials = any(
                    "allow-credentials" in name and re.search("true", v.text, re.IGNORECASE)
                    for rest in found.values()
                    for name, v, _ in rest
                )
            if (is_any or reflected) and not _compares(model, at, fn):
                where = model.label_around(at, fn)
                what = "sends back whatever Origin it is sent" if reflected else "allows any origin"
                message = (
                    f"{where} {what}, with credentials: pages of any site can act as the user"
                    if credentials
                    else f"{where} {what}"
                )
                told_methods = [told for name, told, _ in headers if "allow-methods" in name]
                only_reads = _only_reads(model, at, fn, told_methods)
                yield _hit(
                    at, "", line, fn, message, model, credentials=credentials, develops=only_reads and not credentials
                )


def _only_reads(model: Model, at: int, fn: int, methods: list[Arg]) -> bool:
    """Whether any origin may only read, and that where others have to log in: by the methods beside it, or as one endpoint's answer."""
    if _has_no_login(model):
        return False
    texts = (each.text for value in methods for each in (value, *value.items))
    told = [word for text in texts for word in re.findall(r"[A-Za-z*]+", text)]
    if told:
        return all(word.upper() in _READS for word in told)
    functions = model.files[at].functions if at >= 0 else ()
    if any(functions[number].name == "setHeaders" for number in (model.enclosing(at, fn) if at >= 0 else ())):
        return True  # the option of express.static, koa-send and others: files that everybody may have
    around = {Fn(at, number) for number in model.enclosing(at, fn)} if at >= 0 else set()
    ways = {each.method for each in model.declared if each.handler in around}
    return ways == {"GET"}


def _is_reflected(model: Model, at: int, fn: int, value: Arg) -> bool:
    text = f"{value.text} {' '.join(flat(value.items))}"
    if re.search(
        r"HTTP_ORIGIN|headers?\W.*origin|getHeader.*origin|Header\.Get.*origin|header\(.*origin", text, re.IGNORECASE
    ) and not re.search(r"allowed|config|settings", text, re.IGNORECASE):
        return True
    if value.kind == "other" and re.search(r"(\|\||\?\?|\bor\b)\s*[\"']\*[\"']", text) and _FROM_REQUEST.search(text):
        return True
    if value.kind == "name" and re.fullmatch(r"[&*$]?\w+", value.text):
        made = [
            a
            for scope in (*model.enclosing(at, fn), -1)
            for a in model.project.assigned[at].get((scope, value.text.lstrip("&*$")), ())
        ]
        return any(
            re.search(r"origin", f"{a.value.text} {' '.join(flat((a.value,)))}", re.IGNORECASE)
            and re.search(r"header|req|SERVER|META|environ|ctx", a.value.text, re.IGNORECASE)
            for a in made
        )
    return False


def _compares(model: Model, at: int, fn: int) -> bool:
    """Whether a function compares the origin with something before it sends it back."""
    inside = {*model.enclosing(at, fn), fn}
    file = model.files[at]
    if any(
        c.fn in inside and re.search(r"origin", f"{c.left.text} {c.right.text}", re.IGNORECASE)
        for c in file.compares
        if "str" not in (c.left.kind, c.right.kind) or max(len(c.left.text), len(c.right.text)) > 2
    ):
        return True
    if any(
        c.fn in inside
        and re.search(
            r"include|contains|in_array|indexOf|has$|match|some|isAllowed|allowed|test$|Contains|any|HasSuffix|startswith|endswith|"
            r"HasPrefix|find|is_allowed|check",
            c.name,
        )
        and re.search(r"origin", " ".join(flat(c.args)) + c.on, re.IGNORECASE)
        for c in file.calls
    ):
        return True
    return any(r.fn in inside and re.search(r"allowed|whitelist|origins|trusted", r.attr, re.IGNORECASE) for r in file.reads) or any(
        re.search(r"allowed|whitelist|trusted", a.target, re.IGNORECASE) and a.value.kind == "list" for a in file.assigns
    )  # fmt: skip


# ---- libraries that let any origin in unless they are told otherwise ---------------------------------


def _bare(model: Model, at: int) -> Iterator[Hit]:
    """`app.use(cors())`, `app.enableCors()`, `cors.New()` of Fiber, `cors.Default()` of Gin, `CORS(app)` of Flask."""
    file = model.files[at]
    language = file.language
    if language not in _BARE:
        return
    modules = [made.module for made in file.imports]
    known = [(name, on) for name, on, module in _BARE[language] if any(module.search(each) for each in modules)]
    for call in file.calls if known else ():
        if (
            any(name.fullmatch(call.name) and on.fullmatch(call.on) for name, on in known)
            and not any(_says_origin(value) for value in call.args)
            and (language != "cpp" or any("AllowCorsGlobal" in value.text for value in call.args))
        ):
            named = "AllowCorsGlobal" if language == "cpp" else f"{call.name}()"
            message = f"{named} without origins lets pages of any site read the answers"
            yield _hit(at, "", call.line, call.fn, message, model, credentials=False)
    if language == "javascript" and any(module.startswith("@nestjs/core") for module in modules):
        values = [(each.value, each.line, each.fn) for each in file.assigns]
        values += [(value, call.line, call.fn) for call in file.calls if call.name == "create" for value in call.args]
        for value, line, fn in values:
            if value.kind == "dict" and any(i.name == "cors" and i.text == "true" for i in value.items):
                yield _hit(
                    at, "", line, fn, "cors: true lets pages of any site read the answers", model, credentials=False
                )


def _says_origin(value: Arg) -> bool:
    """Whether options may name origins: they are not written here, or say so."""
    if value.kind == "dict":
        return any("rigin" in item.name or item.name in ("...", "**", "") for item in value.items)
    if value.name:
        return value.name in ("origins", "resources", "origin")
    return (
        value.kind in ("name", "call") and re.search(r"opt|config|cors|origin", value.text, re.IGNORECASE) is not None
    )


_BARE = {
    language: tuple((regex(name), regex(on), regex(module)) for name, on, module in each)
    for language, each in {
        "javascript": (
            (r"cors", r"", r"^(cors|hono/cors|@koa/cors|koa2-cors|koa-cors)$"),
            (r"enableCors", r"app", r"^@nestjs/core"),
        ),
        "go": (
            (r"New", r"cors", r"gofiber/.*cors"),
            (r"Default|AllowAll", r"cors", r"gin-contrib/cors|rs/cors"),
            (r"CORS", r"middleware", r"labstack/echo.*middleware"),
            (r"CORS", r"handlers", r"gorilla/handlers"),
        ),
        "python": ((r"CORS", r"", r"flask_cors"),),
        "cpp": ((r"make_shared", r"std", r"AllowCorsGlobal"),),
    }.items()
}


# ---- annotations --------------------------------------------------------------------------------------


def _marks(model: Model, at: int) -> Iterator[Hit]:
    file = model.files[at]
    marks = [(m, -1) for c in file.classes for m in c.marks] + [
        (m, n) for n, fn in enumerate(file.functions) for m in fn.marks
    ]
    for mark, fn in marks:
        if mark.name not in ("CrossOrigin", "cross_origin", "EnableCors"):
            continue
        origin = [v for v in mark.args if v.name in ("", "origins", "originPatterns", "value")]
        credentials = any(
            v.name in ("allowCredentials", "supports_credentials") and v.text.lower() == "true" for v in mark.args
        )
        if (any(_is_any(v) for v in origin) or (not origin and mark.name != "EnableCors")) and (
            credentials or mark.args or mark.name == "CrossOrigin"
        ):
            message = (
                f"@{mark.name} lets pages of any site send requests with the user's cookies"
                if credentials
                else f"@{mark.name} lets pages of any site read the answers"
            )
            yield _hit(at, "", mark.line, fn, message, model, credentials=credentials)


__all__ = ["check"]
