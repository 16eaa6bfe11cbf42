"""Node's frameworks beyond what packs can say: what middleware written in place does, Fastify's plugins and folders."""

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from backwright.review.facts import AWAITED, IN_TRY, Arg, Call, File
from backwright.review.link.javascript import EXPORTS, exported_name
from backwright.review.link.paths import canonical_path
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers, Use

AUTOLOADS = ("@fastify.autoload", "fastify-autoload")
LIMITERS = ("@fastify.rate-limit", "fastify-rate-limit")
_DENIES = regex(r"\b40[13]\b|unauthori[sz]ed|unauthenticated|forbidden", re.IGNORECASE)
_LOGIN = regex(r"^/?[\w/-]*(login|sign-?in)\b", re.IGNORECASE)
_DEMANDS = regex(
    r"jwtVerify$|^authenticate$|requireAuth|^is(Admin|Moderator|Authenticated)$|^ensure(Auth|Logged)|^verify_?(Token|Jwt|Session)|^auth$|^protect$",
    re.IGNORECASE,
)
_SLOWS = regex(r"\b429\b|too_?many|rate_?limit", re.IGNORECASE)
_ASKS = regex(
    r"(^|\.)(req|request|ctx|c|context)(\.req|\.request|\.raw)?\.(url|path|originalUrl|pathname|routerPath|baseUrl|routeOptions\.url)$|(^|\.)(pathname|path|url)$"
)
_PATH = regex(r"/[\w./:-]*$")
_QUOTED = regex(r"""["'`](/[\w./:-]*)["'`]""")
_REQUIRES = regex(
    r"^(require(User|Auth|Session|Login|Admin|Role)\w*|ensureAuth\w*|jwtVerify|requireUserId|assertAuth\w*|protectRoute)$",
    re.IGNORECASE,
)
_WHO = regex(
    r"get(Server)?Session$|(^|\.)auth$|current_?User$|getUserFrom\w+$|getAuth$|validateRequest$|verify_?(Token|Jwt|Session|Auth\w*|AccessToken)$|jwt\.verify$|getToken$|getUser(Id)?$|getUserSession$|isAuthenticated$",
    re.IGNORECASE,
)
_WHO_READ = regex(
    r"(req|request|ctx|c|res|event|locals|socket)(\.(?!body|query|params)\w+)*\.(user|userId|auth|session\.\w+|currentUser|admin)$|^(locals|session)\.(user|userId|admin)\b",
    re.IGNORECASE,
)
_MARKED = {
    "Body": "body", "BodyParam": "body", "Query": "query", "QueryParam": "query", "QueryParams": "query", "Param": "path", "Params": "path",
    "Headers": "header", "Header": "header", "HeaderParam": "header", "Cookies": "cookie", "CookieParam": "cookie",
    "UploadedFile": "form", "UploadedFiles": "form",
}  # fmt: skip
_PLACES = {
    "query": "query",
    "body": "body",
    "payload": "body",
    "params": "path",
    "headers": "header",
    "cookies": "cookie",
}
_TAKEN = regex(
    r"(?:req|request|ctx|ctx\.request|ctx\.req|c\.req|event|_req)\.(query|body|payload|params|headers|cookies)\.(\w+)$"
)
_WHOLE = regex(r"(?:req|request|ctx)\.(query|body|payload|params|headers|cookies)$")
_BODY_CALLS = regex(r"(req|request)\.(json|formData|parseBody)$|^readBody$|^readValidatedBody$")
EXCEPT = "except="  # starts a use that does not count for the paths in it
EXACTLY = "$"  # ends such a path for which alone it does not count, and not for those below


def inline_words(project: Project, at: int, fn: int) -> str:
    """Return what a middleware function demands: "login_required", "rate_limit", and for which paths it does not count."""
    file = project.files[at]
    if len(file.functions[fn].params) == 4 and file.functions[fn].params[0].name.strip("_").startswith("e"):
        return ""  # answers errors
    inside = {fn} | {n for n, made in enumerate(file.functions) if made.parent == fn}
    inside |= {n for n, made in enumerate(file.functions) if made.parent in inside}
    calls = [call for call in file.calls if call.fn in inside]
    assigns = [a for a in file.assigns if a.fn in inside]
    if any(call.name == "next" and call.flags & IN_TRY and call.flags & AWAITED for call in calls):
        calls = [call for call in calls if call.catch < 0]  # Koa: what it does with the errors of the others
        assigns = []
    texts = [text for call in calls for text in _texts(call)]
    texts += [r.attr for r in file.reads if r.fn in inside]
    texts += [a.value.text for a in assigns if a.value.kind == "num"]
    words = []
    denies = any(_DENIES.search(text) for text in texts if len(text) < 60) or any(
        call.name == "redirect" and any(_LOGIN.search(v.text) for v in call.args) for call in calls
    )
    demands = any(_DEMANDS.search(call.name) and not call.flags & IN_TRY for call in calls)
    if denies or demands:
        words.append("login_required")
    if any(_SLOWS.search(text) for text in texts if len(text) < 60):
        words.append("rate_limit")
    if not words:
        return ""
    free = exempt_paths(project, at, inside)
    if free and denies and _is_asked_below(calls):
        return f"{free[0]} {' '.join(words)}" if len(free) == 1 else ""
    return f"{EXCEPT}{','.join(free)} {' '.join(words)}" if free else " ".join(words)


def _texts(call: Call) -> Iterator[str]:
    yield call.name
    for value in call.args:
        yield value.text
        for item in value.items:
            yield item.text


def demands_login(project: Project, at: int, fn: int) -> bool:
    """Whether a handler asks who is there, and answers 401 or sends to the login if it is nobody."""
    file = project.files[at]
    inside = {fn} | {n for n, made in enumerate(file.functions) if made.parent == fn}
    calls = [call for call in file.calls if call.fn in inside]
    if any(_REQUIRES.search(call.name) for call in calls):
        return True
    asks = any(_WHO.search(f"{call.on}.{call.name}") for call in calls)
    asks = asks or any(_WHO_READ.search(f"{read.base}.{read.attr}") for read in file.reads if read.fn in inside)
    asks = asks or any(
        _WHO_READ.search(assign.value.text)
        for assign in file.assigns
        if assign.fn in inside and assign.value.kind == "name"
    )
    return asks and "login_required" in inline_words(project, at, fn)


def _is_asked_below(calls: list[Call]) -> bool:
    """Whether a middleware refuses before it ever goes on: the paths that it names are those it asks at, and not those it lets through."""
    refused = [call.line for call in calls if any(_DENIES.search(text) for text in _texts(call) if len(text) < 60)]
    goes_on = [call.line for call in calls if call.name == "next" and not call.on]
    return bool(refused and goes_on) and min(refused) < min(goes_on)


def for_path(word: str, path: str) -> str | None:
    """Return what a word says for a path: "/admin auth" counts below /admin, "except=/login auth" elsewhere; None if nothing."""
    scope, _, rest = word.partition(" ")
    if scope.startswith(EXCEPT):
        given = scope.removeprefix(EXCEPT).split(",")
        if any(path == canonical_path(each.removesuffix(EXACTLY)) for each in given):
            return None
        free = [canonical_path(each) for each in given if not each.endswith(EXACTLY)]
        return None if any(path.startswith(each + "/") or path.endswith(each) for each in free) else rest
    if not scope.startswith("/"):
        return word
    wanted = canonical_path(scope.removesuffix("*"))
    return rest if wanted == "/" or f"{wanted}/" in f"{path}/" else None


def exempt_paths(project: Project, at: int, inside: set[int]) -> list[str]:
    """Return the paths that a middleware lets through: `if (req.path.startsWith("/login")) return next()`."""
    file = project.files[at]
    found: list[str] = []
    for call in file.calls:
        if call.fn not in inside:
            continue
        if call.name in ("startsWith", "endsWith", "includes", "match") and _ASKS.search(call.on):
            found += [v.text for v in call.args if v.kind == "str" and _PATH.match(v.text)]
        elif call.name in ("includes", "has", "some", "indexOf", "test") and any(
            _ASKS.search(v.text) for v in call.args
        ):
            found += _QUOTED.findall(call.on)
            for scope in (call.fn, -1):
                for assign in project.assigned[at].get((scope, call.on), ()):
                    held = assign.value.items[0] if assign.value.kind == "call" and assign.value.items else assign.value
                    found += [i.text for i in held.items if i.kind == "str" and _PATH.match(i.text)]
    for each in file.compares:
        if each.fn in inside:
            for one, other in ((each.left, each.right), (each.right, each.left)):
                if _ASKS.search(one.text) and other.kind == "str" and _PATH.match(other.text):
                    found.append(other.text)
    return [path for path in dict.fromkeys(found) if path != "/"]


def taken(project: Project, handler: Fn) -> list[tuple[str, str]]:
    """Return what a handler takes from the request, with where: marked parameters, and what is taken apart by name."""
    file, made = project.files[handler.file], project.function(handler)
    found: list[tuple[str, str]] = []
    for param in made.params:
        mark = next((m for m in param.marks if m.name in _MARKED), None)
        if mark is None:
            continue
        where = _MARKED[mark.name]
        name = next((v.text for v in mark.args[:1] if v.kind == "str" and v.text), "")
        cls = project.named_type(handler.file, param.type).cls if param.type and not name else None
        if name:
            found.append((name, where))
        elif cls is not None:
            found += [
                (field.name, where) for each in project.base_classes(cls) for field in project.class_(each).fields
            ]
        elif where != "path":
            found.append((param.name, where))
    for assign in file.assigns:
        if assign.fn != handler.index or not assign.target.isidentifier():
            continue
        if assign.value.kind == "name" and (told := _TAKEN.match(assign.value.text)):
            found.append((told[2], _PLACES[told[1]]))
        elif (
            assign.value.kind == "call"
            and _BODY_CALLS.search(assign.value.text)
            and assign.target not in ("body", "data", "payload", "json", "input", "dto")
        ):
            found.append((assign.target, "body"))
        elif (
            assign.value.kind == "call"
            and assign.value.text in ("getQuery", "getValidatedQuery")
            and assign.target not in ("query", "params")
        ):
            found.append((assign.target, "query"))
    for call in file.calls:
        if (
            call.fn == handler.index
            and call.name == "pick"
            and len(call.args) > 1
            and (asked := _WHOLE.search(call.args[0].text))
        ):
            found += [(item.text, _PLACES[asked[1]]) for item in call.args[1].items if item.kind == "str"]
    return found


def lambda_in(file: File, call: Call, wrapper: str) -> int:
    """Return the function that a wrapper among a call's arguments is given: `get("/x", asyncHandler(async () => ...))`; -1 if none."""
    name = wrapper.rpartition(".")[2]
    found = -1
    for index, made in enumerate(file.functions):
        if made.kind != "lambda" or made.call < 0 or not call.line <= made.line:
            continue
        inner = file.calls[made.call]
        wraps = inner.name == name
        for _ in range(6):
            wraps = wraps or inner.name == name
            if inner.inside < 0:
                break
            inner = file.calls[inner.inside]
        if wraps and inner.name == call.name and inner.line == call.line and inner.on == call.on:
            found = index
    return found


class Fastify:
    """Plugins: those that a folder holds, those that change what they are registered on, and limits for everything."""

    def __init__(self, routers: "Routers") -> None:
        self.routers, self.project = routers, routers.project

    def read(self, at: int) -> None:
        """Read what `register` calls of a file say beyond a mount."""
        for call in self.project.files[at].calls:
            if call.name != "register" or not call.args:
                continue
            given = call.args[0]
            name = (
                given.items[0].text
                if given.kind == "call" and given.text in ("require", "import") and given.items
                else self.project.absolute(at, given.text)
            )
            name = name.replace("/", ".")
            if name.startswith(AUTOLOADS):
                self._folder(at, call)
            elif name.startswith(LIMITERS):
                self._limit(at, call)
            else:
                self._shared(at, call, given)

    def _limit(self, at: int, call: Call) -> None:
        options = call.args[1] if len(call.args) > 1 else None
        is_global = (
            next((i.text for i in options.items if i.name == "global"), "true") if options is not None else "true"
        )
        if is_global != "false":
            above = self.routers.context(at, call)
            self.routers.uses[above.key].append((0, self.routers.use("rateLimit", at, call.line)))

    def _shared(self, at: int, call: Call, given: Arg) -> None:
        """A plugin in `fastify-plugin` adds its hooks to what it is registered on."""
        above = self.routers.context(at, call).key
        for fn in self._functions(at, call, given):
            if self._is_open(fn):
                for key in self.routers.function_keys(fn):
                    if key != above:
                        self.routers.handed.append((key, above, call.line))

    def _functions(self, at: int, call: Call, given: Arg) -> list[Fn]:
        if given.kind == "fn" and given.ref >= 0:
            return [Fn(at, given.ref)]
        if given.kind == "call" and given.text in ("require", "import") and given.items:
            return [fn for number in self.project.module_files(at, given.items[0].text) for fn in self.exported(number)]
        if given.kind == "name":
            on, _, name = given.text.rpartition(".")
            return list(self.project.resolve(at, call.fn, on, name)[:1])
        return []

    def _is_open(self, fn: Fn) -> bool:
        """Whether a plugin is wrapped by fastify-plugin, where it is written or exported."""
        file = self.project.files[fn.file]
        if not any(made.module in ("fastify-plugin", "fp") for made in file.imports):
            return False
        wrappers = {made.alias for made in file.imports if made.module == "fastify-plugin"}
        made = self.project.function(fn)
        if made.call >= 0 and file.calls[made.call].name in wrappers:
            return True
        return any(
            call.name in wrappers and any(v.kind == "name" and v.text == made.name for v in call.args)
            for call in file.calls
        )

    def exported(self, number: int) -> list[Fn]:
        """Return the plugin function that a file exports."""
        file = self.project.files[number]
        found = [Fn(number, index) for index, made in enumerate(file.functions) if made.name in EXPORTS]
        found = found or list(exported_name(self.project, number))
        if not found:  # export default fp(async (app) => ...)
            found = [
                Fn(number, index) for index, made in enumerate(file.functions)
                if made.call >= 0 and file.calls[made.call].to in EXPORTS and made.parent < 0
            ]  # fmt: skip
        return found[:1]

    # ---- folders ------------------------------------------------------------------------------

    def _folder(self, at: int, call: Call) -> None:
        options = call.args[1] if len(call.args) > 1 else None
        if options is None:
            return
        above = self.routers.context(at, call)
        entries = {item.name: item for item in options.items}
        folder = self._directory(at, call.fn, entries.get("dir"))
        if folder is None:
            return
        held = entries.get("options")
        prefix = self.routers.text_of(at, call.fn, held.items if held is not None else (), "prefix")
        by_name = entries["dirNameRoutePrefix"].text != "false" if "dirNameRoutePrefix" in entries else True
        hooks = {} if entries.get("autoHooks") is None or entries["autoHooks"].text == "false" else self._hooks(folder)
        cascade = entries.get("cascadeHooks") is not None and entries["cascadeHooks"].text != "false"
        for number, file in enumerate(self.project.files):
            if (
                file.language != "javascript"
                or not file.path.startswith(folder + "/")
                or re.search(r"autohooks\.\w+$", file.path)
            ):
                continue
            inner = posixpath.dirname(file.path[len(folder) + 1 :])
            path = (
                "/".join(f":{part.strip('_')}" if part.startswith("_") else part for part in inner.split("/"))
                if by_name
                else ""
            )
            own = next(
                (
                    v.value.text
                    for name in (
                        "autoPrefix",
                        "module.exports.autoPrefix",
                        "exports.autoPrefix",
                        "prefixOverride",
                    )
                    for v in self.project.assigned[number].get((-1, name), ())
                ),
                None,
            )
            if own is not None:
                path = own if own.startswith("/") else f"{path}/{own}"
            self._limits_itself(number, above.key)
            uses: list[Use] = []
            for folder_of, hook in hooks.items():
                if inner == folder_of or (cascade and (not folder_of or inner.startswith(folder_of + "/"))):
                    for key in self.routers.function_keys(hook):
                        uses += [use for _, use in self.routers.uses.get(key, ())]
            for fn in self.exported(number):
                for key in self.routers.function_keys(fn):
                    self.routers.add_edge(
                        key,
                        above.key,
                        posixpath.join("/", prefix.strip("/"), path.strip("/")).rstrip("/"),
                        tuple(uses),
                        call.line,
                    )
                    if self._is_open(fn):
                        self.routers.handed.append((key, above.key, 0))

    def _limits_itself(self, number: int, above: "Key") -> None:
        """A file that hands on @fastify/rate-limit as its own plugin limits everything beside it."""
        file = self.project.files[number]
        values = [each.value for each in file.assigns] + [each.value for each in file.returns]
        if any(item.name == "global" and item.text == "false" for value in values for item in value.items):
            return
        for assign in file.assigns:
            is_limiter = self.project.absolute(number, assign.value.text).startswith(LIMITERS)
            if assign.fn < 0 and assign.target in EXPORTS and is_limiter:
                self.routers.uses[above].append((0, self.routers.use("rateLimit", number, assign.line)))

    def _hooks(self, folder: str) -> dict[str, Fn]:
        found = {}
        for number, file in enumerate(self.project.files):
            if file.path.startswith(folder + "/") and re.search(r"(^|/)\.?auto-?hooks\.\w+$", file.path):
                for fn in self.exported(number):
                    found[posixpath.dirname(file.path[len(folder) + 1 :])] = fn
        return found

    def _directory(self, at: int, fn: int, value: Arg | None) -> str | None:
        """Return the folder in `path.join(__dirname, "routes")`."""
        if value is None:
            return None
        if value.kind == "name":
            for scope in (fn, -1):
                for assign in self.project.assigned[at].get((scope, value.text), ()):
                    return self._directory(at, fn, assign.value) if assign.value is not value else None
            return None
        if value.kind in ("call", "fmt", "concat"):
            parts = (
                [i.text for i in value.items if i.kind == "str"]
                if value.kind == "call"
                else [value.text.replace("{}", "").lstrip("/")]
            )
            here = posixpath.dirname(self.project.files[at].path)
            return posixpath.normpath(posixpath.join(here, *[part.lstrip("/") for part in parts])) if parts else None
        return None


__all__ = ["EXCEPT", "Fastify", "Fn", "inline_words"]
