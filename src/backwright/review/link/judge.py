"""What stands before each endpoint: a login, a limit, pages; and which parameters it takes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from backwright.model.blueprint import Endpoint, Parameter
from backwright.review.facts import Call, Function, Param
from backwright.review.link.aliases import Aliases
from backwright.review.link.aspnet import parameter_places
from backwright.review.link.cppguards import CppGuards
from backwright.review.link.data import Data
from backwright.review.link.declared import Declared
from backwright.review.link.dependedon import asks_nobody, dependencies, runs
from backwright.review.link.djangoguards import DjangoGuards
from backwright.review.link.djangohanded import handed_on
from backwright.review.link.dotnetguards import asks_itself, filter_refuses, has_fallback_policy
from backwright.review.link.dotnetmiddleware import DotnetMiddleware
from backwright.review.link.effects import Effects
from backwright.review.link.fastapi import place_of as fastapi_place
from backwright.review.link.goguards import GoGuards
from backwright.review.link.inside import within
from backwright.review.link.jvmguards import JvmGuards, endpointed
from backwright.review.link.jvmparams import taken
from backwright.review.link.ktorguards import demands_session
from backwright.review.link.letting import lets_through
from backwright.review.link.limits import gateway_limits, global_limits
from backwright.review.link.node import for_path, inline_words
from backwright.review.link.node import taken as taken_by_node
from backwright.review.link.nodeguards import NodeGuards
from backwright.review.link.packs import Packs, matches
from backwright.review.link.pages import Pages
from backwright.review.link.paths import parameters
from backwright.review.link.phpguards import asks_itself as asks_itself_php
from backwright.review.link.phpguards import plainly, steps
from backwright.review.link.phpmarks import describes
from backwright.review.link.phpsessions import Sessions
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.pythonguards import demands
from backwright.review.link.remembering import remembered
from backwright.review.link.rustguards import RustGuards
from backwright.review.link.saying import AUTH, LIMIT, NOT_AUTH, OPEN
from backwright.review.link.symfony import Symfony
from backwright.review.link.typenames import alias_of, words_of
from backwright.review.link.types import written
from backwright.review.link.whoasks import asks_who
from backwright.review.link.words import said_by
from backwright.review.regexes import regex

# JavaScript: what functions that make or look up something are called; none of them refuses by its name alone.
_MAKES = regex(r"(with|get|build|make|set|add|create|to|from|parse|format|log|cache|append|normali[sz]e)(?=[A-Z_])")
CALLEES_MAX = 40  # callees listed for one endpoint
WORDS_DEPTH = 2  # dependencies of dependencies that are looked into
_limits = remembered(LIMIT)
_BODY_MARKS = {"RequestBody": "body", "Body": "body", "FromBody": "body", "RequestParam": "query", "Query": "query", "FromQuery": "query", "QueryParam": "query", "QueryValue": "query",
               "RequestHeader": "header", "Header": "header", "FromHeader": "header", "Headers": "header", "HeaderParam": "header", "CookieValue": "cookie", "FromForm": "form", "FormParam": "form", "ModelAttribute": "form",
               "MapQueryParameter": "query", "MapQueryString": "query", "MapRequestPayload": "body", "MapUploadedFile": "form",
               "PathVariable": "path", "Param": "path", "FromRoute": "path", "PathParam": "path"}  # fmt: skip
_PYTHON_DEFAULTS = {"Query": "query", "Body": "body", "Header": "header", "Cookie": "cookie", "Form": "form", "File": "form", "Path": "path"}  # fmt: skip


class Judge:
    """Judges endpoints by all the words that stand before them."""

    def __init__(
        self, project: Project, packs: Mapping[str, Packs], effects: Effects, data: Data, texts: Mapping[str, str],
        auth: Iterable[str] = (), limit: Iterable[str] = (), *, gateway_limits: bool = False, guards: JvmGuards | None = None,
    ) -> None:  # fmt: skip
        self.guards = guards
        self.project, self.packs, self.effects, self.data, self.texts = project, packs, effects, data, texts
        self.own_auth, self.own_limit = tuple(auth), tuple(limit)
        self.gateway_limits = gateway_limits
        self._words: dict[tuple[int, str], str] = {}

    @cached_property
    def aliases(self) -> Aliases:
        """Names of middleware."""
        return Aliases(self.project, self.packs)

    @cached_property
    def pages(self) -> Pages:
        """Whether lists come in pages."""
        return Pages(self.project, self.effects, self.data, self._rust)

    @cached_property
    def symfony(self) -> Symfony:
        """What Symfony's configuration says."""
        return Symfony(self.texts)

    @cached_property
    def _sessions(self) -> Sessions:
        return Sessions(self.project)

    @cached_property
    def _guards(self) -> GoGuards:
        return GoGuards(self.project, self.effects)

    @cached_property
    def _django(self) -> DjangoGuards:
        return DjangoGuards(self.project)

    @cached_property
    def _node(self) -> NodeGuards:
        return NodeGuards(self.project, self.effects)

    @cached_property
    def _cpp(self) -> CppGuards:
        return CppGuards(self.project)

    @cached_property
    def _rust(self) -> RustGuards:
        return RustGuards(self.project)

    # ---- words ------------------------------------------------------------------------------

    def words(self, declared: Declared) -> list[str]:
        """Return all words that stand before an endpoint, nearest last; what a dependency itself depends on is added."""
        found = list(self.aliases.everywhere(declared.at, declared.path))
        pack = self.packs[self.project.files[declared.at].language].by_name.get(declared.framework)
        for use in declared.uses:
            if self.project.files[use.file].language == "go":
                found.append(self._guards.word(use.file, use.text, AUTH))
                continue
            if describes(self.project, use.file, use.text) or lets_through(self.project, use, declared):
                continue
            found.append(self._expanded(use.file, plainly(use.text)))
            plain = NOT_AUTH.sub("", use.text)
            own = self.aliases.own(use.file, use.text)
            if own is not None and not (pack and matches((*pack.open, *pack.auth), use.text)):
                found[-1] = own  # what the project's own class does counts, not what its short name sounds like
                continue
            if (
                not (OPEN.search(plain) or AUTH.search(plain) or (pack and matches((*pack.open, *pack.auth), use.text)))
                and "without" not in use.text
            ):
                found += self.aliases.words(use.file, use.text)
        found += [self._param_words(at, param) for at, param in dependencies(self.project, declared)]
        if declared.handler is not None:
            made = self.project.function(declared.handler)
            injected = self.project.files[declared.handler.file].language == "php"  # a service is no guard: marks tell
            for param in (
                made.params
                if self.project.files[declared.handler.file].language not in ("javascript", "csharp")
                else ()
            ):
                if self.project.files[declared.handler.file].language == "rust":
                    if word := self._rust.word(declared.handler.file, param):
                        found.append(word)
                    continue
                if injected and (not param.marks or (param.default is not None and param.default.kind == "none")):
                    continue
                found.append(self._param_words(declared.handler.file, param))
        return self.aliases.remaining(declared.at, found)

    def _param_words(self, at: int, param: Param) -> str:
        if asks_nobody(self.project, at, param):
            return ""
        words = self._expanded(at, said_by(param))
        alias = alias_of(self.project, at, written(param.type).name.rpartition(".")[2])
        return f"{words} {self._expanded(alias[0], words_of(alias[1]))}" if alias is not None else words

    def _expanded(self, at: int, text: str, depth: int = WORDS_DEPTH) -> str:
        """Add what the functions named in a text say of themselves: their parameters and what they call."""
        key = (at, text)
        if key not in self._words:
            self._words[key] = text
            if not (AUTH.search(text) or LIMIT.search(text)) or OPEN.search(text):
                self._words[key] = text + "".join(f" {word}" for word in self._inside(at, text, depth))
        return self._words[key]

    def _inside(self, at: int, text: str, depth: int) -> list[str]:
        found: list[str] = []
        for name in re.findall(r"[A-Za-z_]\w{3,}", text)[:8]:
            fn = runs(self.project, at, name)
            if fn is None or depth == 0:
                continue
            made = self.project.function(fn)
            for param in made.params:
                found.append(
                    f"{param.type} {param.default.text if param.default else ''} {' '.join(i.text for i in param.default.items) if param.default else ''}"
                )
            is_js = self.project.files[fn.file].language == "javascript"
            found += [
                call.name
                for call in self.project.files[fn.file].calls
                if (call.fn == fn.index or within(self.project, fn, call.fn))
                and not (is_js and _MAKES.match(call.name))
            ][:30]
            if is_js:
                found.append(self._node.said(fn))
            elif self.project.files[fn.file].language == "python":
                found.append(demands(self.project, fn))
        return found

    # ---- verdicts ---------------------------------------------------------------------------

    def auth(self, declared: Declared, words: list[str]) -> bool | None:
        """Return whether a login stands before an endpoint; the nearest word decides."""
        if self.guards is not None and self.guards.judges(declared.at, declared.framework):
            return self.guards.requires_login(endpointed(declared), self.own_auth, words=AUTH, opens=OPEN)
        told: bool | None = None
        pack = self.packs[self.project.files[declared.at].language].by_name.get(declared.framework)
        if declared.framework == "django":
            return all(self._django_login(each) for each in handed_on(self.project, declared))
        if self.project.files[declared.at].language == "csharp":
            told, words = self._dotnet(declared, words), []
        for word in words:
            said = self._says(word, declared)
            if said is False:
                told = bool(told) if pack is not None and pack.stacked else False
            told = said or told
        if told is None and declared.handler is not None:
            told = self._handler_checks(declared.handler, declared.handler_class) or None
        if told is None:
            told = self._configured(declared)
        return told if told is not None else False

    def _django_login(self, declared: Declared) -> bool:
        around = replace(declared, uses=self._django.around(declared))
        return self._django.requires_login(declared, [self._says(word, around) for word in self.words(around)])

    def means_login(self, declared: Declared, use: str) -> bool:
        """Whether what stands before an endpoint means a login by what it is called or does itself."""
        return self._says(self._expanded(declared.at, use), declared) is True

    def _says(self, word: str, declared: Declared) -> bool | None:
        """Return whether a word before an endpoint means a login, or that none is wanted; None if it says neither."""
        text = for_path(word, declared.path)
        pack = self.packs[self.project.files[declared.at].language].by_name.get(declared.framework)
        if text is None:
            return None
        plain = NOT_AUTH.sub("", text)
        if OPEN.search(plain if declared.framework == "django" else text) or (pack and matches(pack.open, text)):
            return False
        if AUTH.search(plain) or (pack and matches(pack.auth, text)) or matches(self.own_auth, text):
            return True
        return None

    def _dotnet(self, declared: Declared, words: list[str]) -> bool | None:
        """ASP.NET: [AllowAnonymous] wins but over a filter that refuses; what else is named after a login requires one."""
        if any(re.search(r"\bAllowAnonymous", word) for word in words):
            return filter_refuses(self.project, declared) or self._middleware.refuses(
                declared.at, declared.path, is_open=True
            )
        for word in words:
            name = word.partition("(")[0]
            if OPEN.search(name) or re.match(r"(No|Skip|Without|Disable)[A-Z]", name):
                continue
            if AUTH.search(NOT_AUTH.sub("", word)) or matches(self.own_auth, word):
                return True
        return filter_refuses(self.project, declared) or None

    def _handler_checks(self, handler: Fn, cls: Cls | None = None) -> bool:
        """Whether the handler itself asks who is there before it does anything else."""
        file = self.project.files[handler.file]
        if file.language == "php":  # to ask for the user is common where none is needed
            return self._sessions.guard(handler, cls) or any(
                asks_itself_php(self.project, fn)
                or any(does.does == "auth" for does in self.effects.of_function.get(fn, ()))
                for fn in steps(self.project, handler, cls)
            )
        if file.language == "csharp":
            return asks_itself(self.project, handler) or self.effects.dotnet.pipelines.refuse(handler)
        if file.language == "javascript":
            return self._node.demands(handler)
        if file.language == "go":
            return self._guards.asks_itself(handler)
        if file.language == "rust":
            return self._rust.asks_itself(handler)
        if file.language == "cpp":
            return self._cpp.asks_itself(handler)
        if file.language == "kotlin" and demands_session(self.project, handler):
            return True
        own = [call for call in file.calls if call.fn == handler.index or within(self.project, handler, call.fn)]
        return asks_who(self.project, handler, own, NOT_AUTH)

    def _configured(self, declared: Declared) -> bool | None:
        """What the application's configuration says of all endpoints."""
        if self.project.files[declared.at].language == "csharp":
            refused = self._fallback_policy or self._middleware.refuses(declared.at, declared.path, is_open=False)
            return True if refused else None
        if declared.framework == "symfony":
            return self.symfony.requires_login(declared.method, declared.path, declared.given)
        if self.project.files[declared.at].language == "cpp":
            return self._cpp.demands(declared.at, declared.framework, declared.method, declared.path) or None
        return None

    @cached_property
    def _middleware(self) -> DotnetMiddleware:
        return DotnetMiddleware(self.project)

    @cached_property
    def _fallback_policy(self) -> bool:
        return has_fallback_policy(self.project)

    def limited(self, declared: Declared, words: list[str]) -> bool:
        """Return whether requests are limited: by what stands before, by the handler, or by a gateway's file."""
        if (
            self.guards is not None
            and self.guards.judges(declared.at, declared.framework)
            and self.guards.limits(endpointed(declared))
        ):
            return True
        language = self.project.files[declared.at].language
        if self.gateway_limits or self._gateway_limits or self._global_limit.get(language):
            return True
        pack = self.packs[self.project.files[declared.at].language].by_name.get(declared.framework)
        if declared.framework == "django" and self._django.limited_by_default(declared):
            return True
        told: bool | None = None
        for word in words:
            text = for_path(word, declared.path)
            if text is None:
                continue
            if re.search(
                r"throttle_classes=none|exempt|skip_?throttle|disable_?rate|without\w*\(.*(throttl|limit)",
                word,
                re.IGNORECASE,
            ):
                told = False
                continue
            if LIMIT.search(text) or (pack and matches(pack.limit, text)) or matches(self.own_limit, text):
                told = True
        if told is not None:
            return told
        if declared.framework == "symfony" and self._login_throttled(declared):
            return True
        if declared.handler is not None:
            if self.project.files[declared.handler.file].language == "javascript" and "rate_limit" in inline_words(
                self.project, *declared.handler
            ):
                return True
            for fn in self._near(declared.handler):
                if any(call.fn == fn.index or within(self.project, fn, call.fn) for call in self._limits_of(fn.file)):
                    return True
                if fn.index in self._limit_names[fn.file]:
                    return True
        return False

    @cached_property
    def _limiting(self) -> dict[int, list[Call]]:
        return {}

    def _limits_of(self, at: int) -> list[Call]:
        """The calls of a file that limit how often something is asked, wherever they stand."""
        if at not in self._limiting:
            file = self.project.files[at]
            self._limiting[at] = [call for call in file.calls if _limits(f"{call.on}.{call.name}") or _locks_out(call)]
            self._limit_names[at] = {r.fn for r in file.reads if _limits(r.attr)} | {
                a.fn for a in file.assigns if _limits(a.target)
            }
        return self._limiting[at]

    @cached_property
    def _limit_names(self) -> dict[int, set[int]]:
        return {}

    def _login_throttled(self, declared: Declared) -> bool:
        """Whether a firewall throttles logins, and this is where they come in."""
        throttled = self.symfony.throttled
        name = next((value.text for value in declared.given if value.name == "name"), "")
        return (
            declared.path in throttled or name in throttled or ("*" in throttled and "login" in declared.path.lower())
        )

    def _near(self, handler: Fn) -> list[Fn]:
        """The handler and what it calls directly."""
        return [handler, *dict.fromkeys(target for _, target in self.effects.callees.get(handler, ()))]

    @cached_property
    def _gateway_limits(self) -> bool:
        return gateway_limits(self.texts)

    @cached_property
    def _global_limit(self) -> dict[str, bool]:
        return global_limits(self.project, self.texts)

    def _paginated(self, declared: Declared) -> bool | None:
        by_view = self._django.paginates(declared) if declared.framework == "django" else None
        told = self.pages.paginated(declared) if not by_view else True
        return told if told or by_view is None else by_view

    # ---- the endpoint -----------------------------------------------------------------------

    def endpoint(self, declared: Declared) -> Endpoint:
        """Return an endpoint with all verdicts."""
        words = self.words(declared)
        project, handler = self.project, declared.handler
        made = project.function(handler) if handler is not None else None
        callees = (
            tuple(dict.fromkeys(project.label(t) for _, t in self.effects.callees.get(handler, ())))[:CALLEES_MAX]
            if handler
            else ()
        )
        tables = (
            tuple(
                dict.fromkeys(
                    a.table for fn in self.pages.reach(handler) for a in self.data.by_function.get(fn, ()) if a.table
                )
            )
            if handler
            else ()
        )
        return Endpoint(
            method=declared.method, path=declared.path, handler=declared.label, file=declared.text or project.files[declared.at].path, line=declared.line,
            framework=declared.framework, params=self._params(declared, made), chain=tuple(use.text for use in declared.uses),
            auth=self.auth(declared, words), limited=self.limited(declared, words), paginated=self._paginated(declared),
            handler_file=project.files[handler.file].path if handler else "", handler_line=made.line if made else 0,
            callees=callees, tables=tables,
        )  # fmt: skip

    def _params(self, declared: Declared, made: Function | None) -> tuple[Parameter, ...]:
        in_path = parameters(declared.path)
        found = {name: Parameter(name, "path") for name in in_path}
        language = self.project.files[declared.at].language
        is_jvm = made is not None and self.guards is not None and self.guards.judges(declared.at, declared.framework)
        for name, place in (
            taken(self.project, declared.at, declared.framework, declared.method, declared.path, made)
            if is_jvm and made is not None
            else ()
        ):
            found.setdefault(name, Parameter(name, place))  # type: ignore[arg-type]
        for param in made.params if made is not None and not is_jvm and language not in ("javascript", "rust") else ():
            where = next((_BODY_MARKS[m.name] for m in param.marks if m.name in _BODY_MARKS), "")
            name = next(
                (
                    v.text
                    for m in param.marks
                    for v in m.args[:1]
                    if v.kind == "str" and v.text and v.name in ("", "Name", "name", "value")
                ),
                param.name,
            )
            if not where and param.default is not None and param.default.kind == "call":
                where = _PYTHON_DEFAULTS.get(param.default.text.rpartition(".")[2], "")
            if not where and declared.framework == "fastapi":
                where = fastapi_place(self.project, declared, param)
            if where and name and name not in found:
                found[name] = Parameter(name, where)  # type: ignore[arg-type]
        for name, where in (
            self._rust.taken(declared.handler, in_path) if declared.handler is not None and language == "rust" else ()
        ):
            found.setdefault(name, Parameter(name, where))  # type: ignore[arg-type]
        if made is not None and declared.handler is not None and language == "csharp":
            for name, where in parameter_places(
                self.project,
                declared.handler.file,
                made,
                declared.method,
                in_path,
                is_controller=declared.framework == "aspnet",
            ):
                found.setdefault(name, Parameter(name, where))  # type: ignore[arg-type]
        if declared.handler is not None and language in ("javascript", "python", "go", "php", "java", "kotlin"):
            for name, where in taken_by_node(self.project, declared.handler) if language == "javascript" else ():
                found.setdefault(name, Parameter(name, where))  # type: ignore[arg-type]
            for name, where in (
                *(self._asked(declared.handler) if language not in ("java", "kotlin") else ()),
                *self._sources(declared),
            ):
                found.setdefault(name, Parameter(name, where))
        return tuple(found.values())

    def _sources(self, declared: Declared) -> list[tuple[str, str]]:
        """What a handler takes out of the request by calls that a pack calls sources, and what its own rules name."""
        handler = declared.handler
        if handler is None:
            return []
        found: list[tuple[str, str]] = (
            [(each.name, each.kind) for each in declared.given] if declared.framework == "connexion" else []
        )
        for does in self.effects.of_function.get(handler, ()):
            if does.does != "source" or not does.effect.where:
                continue
            where = (
                "query"
                if does.effect.where == "body" and declared.method in ("GET", "HEAD", "DELETE")
                else does.effect.where
            )
            for value in self.effects.call(does).args[:1]:
                items = value.items if value.kind in ("list", "dict") else (value,)
                names = [item.name or item.text for item in items if item.name or item.kind == "str"]
                found += [(name, where) for name in names if re.fullmatch(r"[\w.-]{1,60}", name)]
        where = "query" if declared.method in ("GET", "HEAD", "DELETE") else "body"
        for param in self.project.function(handler).params:
            cls = self.project.named_type(handler.file, param.type).cls if param.type else None
            for name in self._form_rules(cls) if cls is not None else ():
                found.append((name, where))
        return found

    def _form_rules(self, cls: Cls) -> list[str]:
        """The fields that a form request's rules name."""
        if not any(name.endswith("FormRequest") for name in self.project.ancestors(cls)):
            return []
        for fn in self.project.method(cls, "rules"):
            for told in self.project.files[fn.file].returns:
                if told.fn == fn.index and told.value.kind == "dict":
                    return [item.name for item in told.value.items if re.fullmatch(r"\w{1,60}", item.name)]
        return []

    def _asked(self, handler: Fn) -> list[tuple[str, str]]:
        """Parameters that a handler takes out of the request by name: req.query.page, r.FormValue("page")."""
        file = self.project.files[handler.file]
        found: list[tuple[str, str]] = []
        kinds = (
            ("query", r"query|args|GET\b|queryParams|URL"),
            ("body", r"body|json|data\b|POST\b|form|input|post\b"),
            ("header", r"headers?\b"),
        )
        for read in file.reads:
            if read.fn == handler.index:
                for where, pattern in kinds:
                    if re.search(rf"(req|request|ctx|c|event)\w*\.({pattern})$", read.base):
                        found.append((read.attr, where))
        for call in file.calls:
            if (
                call.fn == handler.index
                and call.args
                and call.args[0].kind == "str"
                and re.fullmatch(r"\w{1,40}", call.args[0].text)
            ):
                for where, pattern in kinds:
                    if re.search(rf"(req|request|ctx|c|r)\w*\.({pattern})(\(\))?$", call.on) and call.name in (
                        "get",
                        "Get",
                        "getlist",
                        "input",
                        "query",
                    ):
                        found.append((call.args[0].text, where))
                if call.name in ("Query", "QueryParam", "DefaultQuery", "queryParam") and call.on in ("c", "ctx"):
                    found.append((call.args[0].text, "query"))
        return list(dict.fromkeys(found))


def _locks_out(call: Call) -> bool:
    """ASP.NET Identity: a sign-in that counts failures and locks the account."""
    is_sign_in = call.name in ("PasswordSignInAsync", "CheckPasswordSignInAsync")
    return is_sign_in and any(v.text == "true" and v.name in ("", "lockoutOnFailure") for v in call.args[-1:])
