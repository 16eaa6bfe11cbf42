"""password-in-log: a password, a token or the whole body of a login goes into a log."""

import re
from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence, Severity
from backwright.review.facts import Arg, Call, File
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.credentials import is_clear, is_token, last_name, words_of
from backwright.review.rules.passwords import IS_BODY
from backwright.review.rules.publictokens import is_command, is_output, opens_nothing, was_just_made
from backwright.review.rules.rule import Hit

_LOGS = regex(
    r"(^|[._])(log(ger|ging)?|_logger|logs?|slog|zap|console|winston|pino|bunyan|logrus|Log|Logger|LOG|LOGGER|spdlog|tracing|loguru|structlog|syslog|NLog|Serilog|log4j|klog|glog|zerolog|sugar|Sugar|stdout|stderr)(\(\))?"
    r"(\.\w+\(\))*\.(debug|info|warn|warning|error|exception|critical|fatal|trace|log|Debug\w*|Info\w*|Warn\w*|Error\w*|Fatal\w*|Print\w*|Trace\w*|Log\w*|verbose|notice|d|i|w|e|v|write|println|Write\w*|alert|emergency|severe|fine|config|message|msg|Msg\w*)$|"
    r"^(print|println|printf|console\.\w+|fmt\.(Print\w*|Fprint\w*)|error_log|syslog|NSLog|eprintln|dbg|log|info|debug|warn|error|trace|fprintf|System\.out\.print\w*|System\.err\.print\w*|Console\.(Write|WriteLine)|std\.(cout|cerr)|cout|cerr|Log\.\w+|logger|LOG_\w+|var_dump|print_r|Debug\.(Write|WriteLine|Log)|pprint|this\.(debug|info|warn|error|log)|app\.logger\.\w+|current_app\.logger\.\w+|this\.logger\.\w+|req\.log\.\w+|request\.log\.\w+|fastify\.log\.\w+|server\.log\.\w+)$"
)
_is_log = remembered(_LOGS)
_PRINTS = regex(
    r"^(print|println|printf|fmt\.|System\.out|Console\.|std\.|cout|cerr|pprint|var_dump|print_r|puts|fprintf|eprintln|dbg|console\.)"
)
_BODY = regex(
    r"^(ctx\.)?(req|request|self\.request|flask\.request|ctx\.request|event|c\.request|this\.request)\.(body|form|json|data|POST|values|get_json(\(\))?|all(\(\))?|Form|RequestBody|getParsedBody(\(\))?|getParameterMap(\(\))?|input(\(\))?|content|rawBody|params|get_data(\(\))?|query)$|^(_POST|_REQUEST)$"
)
_DECODES = regex(r"decode|verif|claims|unsign|introspect", re.IGNORECASE)
_BODY_NAMES = regex(
    r"^(body|data|payload|dto|form|credentials?|creds|login_?(data|request|dto|form|in|info|input|body|params|req)|user_?(login|in|data|create|credentials)|register(_?(data|request|dto|form))?|input|json_?data|request_?(data|body|json)|sign_?(in|up)_?(data|request|dto|form|in|body|req)|regist\w*_?(data|request|dto|form|in|body|req))$",
    re.IGNORECASE,
)
_LOGINS = regex(
    r"log_?in|sign_?(in|up)|auth(?!or(?!i))(enticate)?|regist|password|credential|(session|token)s?/?$", re.IGNORECASE
)
_FLAG = regex(
    r"(is|has|had|should|can|must|needs?|uses?|returns?|allows?|requires?|enabled?|with|no)(_|(?<=[a-z])(?=[A-Z]))"
)
_HARMLESS = regex(
    r"len\(|length|strlen|\bmask|redact|obfuscat|censor|sanitiz|hash|\.size|is_?valid|exists|count|type\(|typeof|isset|empty|bool\(|!!|filter|scrub|\bhas|strength|score|expir|\.id\b|startsWith|slice|substr|\[:|truncate|\?\s*[\"']",
    re.IGNORECASE,
)
_USELESS = regex(
    r"invalid|illegal|bad |expired|fail|malformed|unknown|not found|revoked|wrong|reject|mismatch|\u5931\u8d25|\u65e0\u6548|\u8fc7\u671f|\u975e\u6cd5",
    re.IGNORECASE,
)
_OF_USER = regex(
    r"user|auth|session|access|login|resp|result|data|body|req|account|credential|device|form|config|settings|self|this",
    re.IGNORECASE,
)
_VALUES = regex(r"val(ue)?|content|plain(text)?", re.IGNORECASE)
_CALLED = regex(r"\b(secret|password|credential|api[ _-]?key)s?\b", re.IGNORECASE)
_KEY_PARAM = regex(r"^(api_?key|access_?token|token|auth_?key|password)$", re.IGNORECASE)
SAME_MAX = 24  # other places named in one finding
BOOKS_DEPTH = 3  # calls below a function called log in which a line of a log would be written
_FIX = "Log who and what happened (user id, result, request id), never the secret; name the fields that are logged instead of the whole body."


def check(model: Model) -> Iterator[Hit]:
    """Yield calls that write a secret into a log."""
    for at in model.own:
        file = model.files[at]
        if file.language == "csharp":
            yield from _queries(model, at)
        logged: list[Hit] = []
        for index, call in enumerate(file.calls):
            whole = f"{call.on}.{call.name}" if call.on else call.name
            if not (
                call.args and (any(d.does == "log" for d in model.effects.of_call[at].get(index, ())) or _is_log(whole))
            ):
                continue
            if re.search(
                r"\.(getLogger|get_logger|child|bind|setLevel|level|exception_handler|log_?in)$", whole
            ) or file.path.endswith((".test.js", ".spec.ts")):
                continue
            served = any(model.is_served(Fn(at, n)) for n in model.enclosing(at, call.fn))
            prints = _PRINTS.match(whole) is not None
            if (
                prints
                and not served
                and not re.search(
                    r"(^|/)(src|app|api|server|routes?|controllers?|services?|handlers?|views?|auth)\w*[/.]", file.path
                )
            ):
                continue  # a program for the terminal
            if not call.on and _keeps_books(model, at, call):
                continue
            if is_output(model, at, call) or (prints and not served and is_command(model, at)):
                continue
            logged += _logged(model, at, call, served=served, prints=prints)
        yield from _joined(file, logged)


def _joined(file: File, logged: list[Hit]) -> Iterator[Hit]:
    """Yield one finding for each secret that a file logs, with the other places in its path."""
    same: dict[str, list[Hit]] = defaultdict(list)
    for hit in logged:
        same[hit.message.partition(" writes ")[2]].append(hit)
    for first, *others in same.values():
        spots = (Spot(file.path, hit.line, "the same") for hit in others[:SAME_MAX])
        yield structs.replace(first, path=(*first.path, *spots))


def _keeps_books(model: Model, at: int, call: Call) -> bool:
    """Whether a bare `log(...)` is a function of the project that writes no line: it records in a table who did what."""
    targets = model.project.resolve_call(at, call)
    return bool(targets) and not any(
        _is_log(f"{made.on}.{made.name}" if made.on else made.name)
        or any(each.does == "log" for each in model.effects.of_call[fn.file].get(number, ()))
        for target in targets
        for level in model.effects.levels(target, BOOKS_DEPTH)
        for fn in level
        for number, made in _calls_of(model, fn)
    )


def _calls_of(model: Model, fn: Fn) -> Iterator[tuple[int, Call]]:
    for number in model.inside.calls[fn.file].get(fn.index, ()):
        yield number, model.files[fn.file].calls[number]


def _logged(model: Model, at: int, call: Call, *, served: bool, prints: bool) -> Iterator[Hit]:
    told = " ".join(v.text for v in call.args if v.kind in ("str", "fmt", "concat"))
    for value in call.args:
        found = _secret(value) or _kept_token(model, at, call, value) or _told_secret(value)
        if found and (_is_hashed(model, at, call, found) or _FLAG.match(found.rpartition(".")[2].lstrip("$&*"))):
            continue
        if found and not is_clear(found) and _USELESS.search(told):
            continue  # a token that no longer opens anything
        if found and (opens_nothing(model, at, call, found) or _is_row(model, at, call, found)):
            continue
        if found and prints and not served and was_just_made(model, at, call, found):
            continue
        if found:
            where = (
                model.label(Fn(at, model.named(at, call.fn)))
                if call.fn >= 0
                else model.files[at].path.rpartition("/")[2]
            )
            path = model.path_around(at, call.fn)
            sure = Confidence.HIGH if served or not prints else Confidence.MEDIUM
            kind = "password" if is_clear(found) else "secret"
            yield Hit(
                at,
                value.line or call.line if value.line else call.line,
                f"{where} writes a {kind} ({found.lstrip('$&*')}) into the log",
                call.fn,
                path,
                sure,
                None if kind == "password" else Severity.MEDIUM,
                fix=_FIX,
            )
            return
    body = next((b for v in call.args if (b := _whole_body(v) or _kept_body(model, at, call, v))), "")
    if body and _is_login(model, at, call) and not _is_claims(model, at, call, body):
        where = model.label_around(at, call.fn)
        path = model.path_around(at, call.fn)
        yield Hit(
            at,
            call.line,
            f"{where} writes the whole body of a login ({body.lstrip('$&*')}), password included, into the log",
            call.fn,
            path,
            Confidence.HIGH if path else Confidence.MEDIUM,
            fix=_FIX,
        )


def _is_row(model: Model, at: int, call: Call, name: str) -> bool:
    """Whether a name of a token stands for the row that is kept of it, which shows its number: `token = Token.get_by(...)`."""
    cls = model.project.type_of(at, call.fn, name.lstrip("$&*")).cls
    return cls is not None and cls in model.data.entities


def _told_secret(value: Arg) -> str:
    """Return the value that a text itself calls a secret: `setting secret '${name}' to '${value}'`."""
    if value.kind not in ("fmt", "concat"):
        return ""
    parts = value.text.split("{}")
    for before, item in zip(parts, value.items, strict=False):
        whole = "{}".join(parts[: parts.index(before) + 1])
        if item.kind == "name" and _VALUES.fullmatch(item.text.lstrip("$")) and _CALLED.search(whole):
            return item.text
    return ""


def _is_hashed(model: Model, at: int, call: Call, name: str) -> bool:
    """Whether a variable holds the hash of a password by then: `password = hash_password(password)`."""
    made = _assigned(model, at, call, Arg("name", name.lstrip("&*")))
    return made is not None and re.search(r"hash|bcrypt|argon|digest|encrypt", made.text, re.IGNORECASE) is not None


def _queries(model: Model, at: int) -> Iterator[Hit]:
    """Yield Serilog's logging of whole query strings where routes take keys there."""
    for assign in model.files[at].assigns:
        if not assign.target.endswith("IncludeQueryInRequestPath") or assign.value.text != "true":
            continue
        keyed = next((e for e in model.endpoints if any(_KEY_PARAM.search(param.name) for param in e.params)), None)
        if keyed is not None:
            message = f"the query string is logged with each request, and {keyed.method} {keyed.path} takes a key there"
            yield Hit(at, assign.line, message, assign.fn, (), Confidence.MEDIUM, Severity.MEDIUM, fix=_FIX)


def _assigned(model: Model, at: int, call: Call, value: Arg) -> Arg | None:
    """Return what a plain variable was last given before a call, in the same function."""
    if value.kind != "name" or not re.fullmatch(r"\$?\w+", value.text):
        return None
    made = [a for a in model.project.assigned[at].get((call.fn, value.text), ()) if a.line <= call.line]
    return max(made, key=lambda a: a.line).value if made else None


def _kept_token(model: Model, at: int, call: Call, value: Arg) -> str:
    """Return the name of the token that a variable was read from a session or a header by: `tk = session.get("oauth-token")`."""
    made = _assigned(model, at, call, value)
    if (
        made is None
        or made.kind != "call"
        or made.text.rpartition(".")[2] not in ("get", "Get", "getAttribute", "GetString")
    ):
        return ""
    first = next((i.text for i in made.items[:1] if i.kind == "str"), "")
    return first if re.search(r"sess|header|cookie", made.text, re.IGNORECASE) and is_token(first) else ""


def _kept_body(model: Model, at: int, call: Call, value: Arg) -> str:
    """Return the name of a variable that holds the whole body of a request."""
    made = _assigned(model, at, call, value)
    return value.text if made is not None and IS_BODY.search(made.text) else ""


def _secret(value: Arg, depth: int = 4) -> str:
    """Return the name of the secret that a value shows, "" if it shows none."""
    if value.kind == "name":
        return _named(value.text.lstrip("&*$"))
    if value.kind in ("fmt", "concat", "dict", "list"):
        if depth:
            for item in value.items:
                if value.kind == "dict" and item.kind == "str":
                    continue
                if found := _secret(item, depth - 1):
                    return found
        return ""
    if value.kind == "call":
        if _HARMLESS.search(value.text.rpartition(".")[2]) or re.search(
            r"hash|encrypt|mask|redact", value.text, re.IGNORECASE
        ):
            return ""
        name = value.text.rpartition(".")[2]
        if is_clear(name) and not value.items and "." in value.text and re.match(r"get|[a-z]+$", name):
            return value.text
        if (
            name in ("get", "getParameter", "FormValue", "input", "get_argument", "post", "PostForm")
            and value.items
            and value.items[0].kind == "str"
            and is_clear(value.items[0].text)
        ):
            return value.items[0].text
        if (
            name
            in (
                "stringify",
                "dumps",
                "format",
                "sprintf",
                "Sprintf",
                "str",
                "String",
                "toString",
                "encode",
                "trim",
                "valueOf",
                "json_encode",
                "field",
                "String",
                "Any",
                "Str",
                "repr",
                "formatted",
                "join",
                "debug",
                "decode",
            )
            and depth
        ):
            return next((f for i in value.items if (f := _secret(i, depth - 1))), "")
        return ""
    if (
        value.kind == "other"
        and "(" not in value.text
        and not _HARMLESS.search(value.text)
        and re.search(r"[+%.,<]", value.text)
    ):
        return next(
            (
                w
                for w in re.findall(
                    r"(?<![\"'\w])[\w$]+(?:(?:\.|->)\w+)*(?![\"'\w(])", re.sub(r"\"[^\"]*\"|'[^']*'", "", value.text)
                )
                if is_clear(w)
            ),
            "",
        )
    return ""


def _named(text: str) -> str:
    """Return a name if it is a secret's."""
    if _HARMLESS.search(text):
        return ""
    if is_clear(text) and not re.search(
        r"(config|settings|schema|error|errors|messages?|rules|labels?|fields?|columns?|constants?|[A-Z]\w*Error)\b",
        text.rpartition(".")[0],
    ):
        return text
    last = last_name(text)
    if (
        is_token(last)
        and not re.search(r"lexer|pars|syntax|ast\b|nlp|tokeniz|stream|reader|usage|completion", text, re.IGNORECASE)
        and len(words_of(last)) <= 4
    ):
        return (
            text
            if re.search(r"token$|jwt$|key$|secret$|otp$|session_?id$", last, re.IGNORECASE) and _names_holder(text)
            else ""
        )
    return ""


def _names_holder(text: str) -> bool:
    """Whether a token's name is a value and not one of its properties or a constant of a grammar."""
    if "." in text and last_name(text).lower() == "token" and not _OF_USER.search(text.rpartition(".")[0]):
        return False  # the public id of a checkout or a payment
    return not re.match(r"[A-Z][A-Z_]+$", text) and not re.search(
        r"(page|cursor|next|csrf|xsrf|device|push|cancel|stop|sep|special|unk|pad)_?token", text, re.IGNORECASE
    )


def _whole_body(value: Arg, depth: int = 3) -> str:
    if value.kind == "name":
        return (
            value.text if _BODY.match(value.text.lstrip("&*$")) or _BODY_NAMES.match(value.text.lstrip("&*$")) else ""
        )
    if value.kind == "call":
        if any(item.kind == "str" and not item.name for item in value.items[:1]):
            return ""  # one field: `$request->input('name')`
        if _BODY.match(f"{value.text}()") or _BODY.match(value.text):
            return value.text
        if (
            value.text.rpartition(".")[2]
            in (
                "stringify",
                "dumps",
                "json_encode",
                "str",
                "dict",
                "toString",
                "model_dump",
                "all",
                "repr",
                "to_dict",
                "print_r",
            )
            and depth
        ):
            on = value.text.rpartition(".")[0]
            return next((b for i in value.items if (b := _whole_body(i, depth - 1))), "") or (
                on if on and (_BODY.match(on) or _BODY_NAMES.match(on)) else ""
            )
        return ""
    if value.kind in ("fmt", "concat", "dict", "list") and depth:
        return next((b for i in value.items if (b := _whole_body(i, depth - 1))), "")
    return ""


def _is_claims(model: Model, at: int, call: Call, body: str) -> bool:
    """Whether what is called a payload is what a token says, and no body of a request: `payload = decode_token(shown)`."""
    told = model.project.assigned[at].get((call.fn, body.lstrip("$&*")), ())
    return any(each.value.kind == "call" and _DECODES.search(each.value.text.rpartition(".")[2]) for each in told)


def _is_login(model: Model, at: int, call: Call) -> bool:
    """Whether a call stands in what handles a login or a registration."""
    for number in model.enclosing(at, call.fn):
        declared = model.handlers.get(Fn(at, number))
        if declared is not None:
            return bool(
                _LOGINS.search(re.sub(r"\{[^}]*\}", "", declared.path))
                or re.search(
                    r"log_?in|sign_?(in|up)|authenticate|regist(er|ration)|(change|reset)_?pass",
                    model.files[at].functions[number].name,
                    re.IGNORECASE,
                )
            )
        made = model.files[at].functions[number]
        if re.search(
            r"^(handle_?|do_?|post_?)?(log_?in|sign_?(in|up)|authenticate|register(_?user)?|(change|reset)_?password)",
            made.name,
            re.IGNORECASE,
        ):
            return True
    return False


__all__ = ["check"]
