"""Whether a login stands before an endpoint of a JVM application: by its marks, the configuration, or its handler."""

import re
from collections.abc import Mapping, Sequence

from backwright.review.link.annotated import LANGUAGES, Annotated
from backwright.review.link.declared import Declared
from backwright.review.link.jvmchains import Chains, Endpointed, ant, texts
from backwright.review.link.jvmfilters import DENIES, Filters
from backwright.review.link.jvmresolvers import Resolvers
from backwright.review.link.kotlinrefusals import sends_away
from backwright.review.link.packs import Pack, Packs, matches
from backwright.review.link.project import Project
from backwright.review.link.routers import Routers
from backwright.review.link.settings import Settings
from backwright.review.regexes import regex

_PRINCIPALS = regex(
    r"^(Principal|Authentication|\w*AuthenticationToken|OAuth2User|OidcUser|SecurityIdentity|JsonWebToken|UserPrincipal|UserDetails|Subject|\w*UserDetails|CurrentUser|LoginUser)$"
)
_PARAM_MARKS = regex(
    r"^(AuthenticationPrincipal|CurrentUser|LoginUser|Auth|CurrentSecurityContext|RegisteredOAuth2AuthorizedClient|LoggedIn\w*|AuthUser|CurrentUserId|UserId|SessionAttribute)$"
)
_CHECKS = regex(
    r"(require|check|verify|ensure|assert)_?(Login|Auth|Session|Token|Admin|Permission|LoggedIn|Authenticated)",
    re.IGNORECASE,
)

# Asked before the work, and answered with 403 if nobody is there: if (!authenticate()) throw new ForbiddenException().
_LOOKS = regex(
    r"^(is_?)?(authenticated?|logged_?in)$|^(has|get|current)_?(current_?|logged_?in_?)?user(_?(id|if_?present|or_?null))?$",
    re.IGNORECASE,
)
_LEFT_OPEN = regex(r"=true\b")  # @Secured(optional = true)
# What is built in, by its name or as a catalogue of versions spells it: libs.spring.boot.starter.security.
_SPRING = regex(r"spring[-.]boot[-.]starter[-.](security|oauth2[-.]resource[-.]server)\b")
_MICRONAUT = regex(r"micronaut[-.]security\b")
_FORBIDS = regex(r"\b403\b|FORBIDDEN|Forbidden\w*|AccessDenied\w*")


class JvmGuards:
    """Verdicts for the endpoints of Java and Kotlin."""

    def __init__(
        self,
        project: Project,
        packs: Mapping[str, Packs],
        routers: Routers,
        annotated: Annotated,
        settings: Settings,
    ) -> None:
        self.project, self.packs, self.annotated, self.settings = (
            project,
            packs,
            annotated,
            settings,
        )
        self.chains = Chains(project, routers, annotated, settings)
        self.filters = Filters(self.chains)
        self.resolvers = Resolvers(project)

    def judges(self, at: int, framework: str) -> bool:
        """Whether endpoints of a framework are judged here: those whose marks or whose server's configuration tell."""
        pack = self._pack(at, framework)
        return pack is not None and bool(pack.controllers)

    def _pack(self, at: int, framework: str) -> Pack | None:
        return self.annotated.pack(at, framework)

    # ---- verdicts ---------------------------------------------------------------------------

    def requires_login(
        self,
        asked: Endpointed,
        auth: Sequence[str] = (),
        *,
        words: re.Pattern[str],
        opens: re.Pattern[str],
    ) -> bool:
        """Return whether a login stands before an endpoint: by its marks, the configuration, or what its handler asks for.

        `words`, `opens`: what names that guard and that open look like; `auth`: globs of the user's own.
        """
        pack = self._pack(asked.at, asked.framework)
        told: bool | None = None
        is_weak = False
        for text in asked.texts:
            if _LEFT_OPEN.search(text):
                told = False
            elif opens.search(text) or (pack is not None and matches(pack.open, text)):
                told, is_weak = False, text.startswith(("PreAuthorize", "PermitAll", "Secured"))
            elif words.search(text) or (pack is not None and matches(pack.auth, text)) or matches(auth, text):
                told = True
        if told or (told is False and not (is_weak and pack is not None and "org.springframework" in pack.imports)):
            return told
        if told is None and self.resolvers.demands(asked.handler):
            return True
        configured = self.configured(asked)
        if configured is not None:
            return configured or (self._asks(asked) and self._refuses(asked)) or self._checks(asked)
        return told is None and (self._asks(asked) or self._checks(asked))

    def configured(self, asked: Endpointed) -> bool | None:
        """Return what the configuration says of an endpoint, None if it says nothing."""
        file = self.project.files[asked.at]
        for verdict in (
            self.chains.verdict(asked),
            self._by_settings(asked),
            self.filters.verdict(asked),
        ):
            if verdict is not None:
                return verdict
        runs = self.project.files[asked.handler.file] if asked.handler is not None else file
        manifest = self.settings.manifests(runs.path)
        if asked.framework.startswith("micronaut"):
            is_on = self.settings.text(runs.path, "micronaut.security.enabled") != "false"
            has = (
                _MICRONAUT.search(manifest) is not None
                if manifest is not None
                else self._imports("io.micronaut.security")
            )
            return True if has and is_on else None
        if asked.framework.startswith("spring") and not self.chains.all and manifest is not None:
            return True if _SPRING.search(manifest) and not self.chains.is_configured else None
        return None

    def limits(self, asked: Endpointed) -> bool:
        """Return whether a filter, an interceptor or a setting limits an endpoint's requests."""
        if self.filters.limits(asked):
            return True
        return any(
            "url" not in name or re.fullmatch(str(value), asked.path) or ant(str(value), asked.path)
            for name, value in self.settings.below(self.project.files[asked.at].path, "bucket4j.filters").items()
            if name.endswith("url")
        )

    def _imports(self, start: str) -> bool:
        return any(
            made.module.startswith(start)
            for file in self.project.files
            if file.language in LANGUAGES
            for made in file.imports
        )

    # ---- settings ---------------------------------------------------------------------------

    def _by_settings(self, asked: Endpointed) -> bool | None:
        path = self.project.files[asked.at].path
        best: tuple[int, bool] | None = None
        for name, value in self.settings.below(path, "quarkus.http.auth.permission").items():
            if not name.endswith(".paths"):
                continue
            start = name.removesuffix("paths")
            told = self.settings.below(path, "quarkus.http.auth.permission")
            methods = str(told.get(f"{start}methods", ""))
            policy = str(told.get(f"{start}policy", ""))
            for pattern in str(value).split(",") if isinstance(value, str) else value:
                covers = ant(
                    pattern.strip().replace("/*", "/**") if pattern.strip().endswith("/*") else pattern.strip(),
                    asked.path,
                )
                if covers and (not methods or asked.method in methods) and (best is None or len(pattern) > best[0]):
                    best = (len(pattern), policy != "permit")
        if best is not None:
            return best[1]
        unmarked = self.settings.below(path, "quarkus.security.jaxrs")
        if asked.framework == "jax-rs" and (
            unmarked.get("denyunannotatedendpoints") == "true" or unmarked.get("defaultrolesallowed")
        ):
            return True
        return self._intercepted(path, asked)

    def _intercepted(self, path: str, asked: Endpointed) -> bool | None:
        """Return what Micronaut's map of paths says: the first line that is for the path and the method."""
        maps = self.settings.below(path, "micronaut.security.interceptUrlMap")
        for name, value in maps.items():
            if not name.endswith(".pattern") or not ant(self.settings.filled(path, str(value)), asked.path):
                continue
            start = name.removesuffix("pattern")
            method = str(maps.get(f"{start}httpmethod", ""))
            if not method or asked.method == method.upper():
                return "isAnonymous" not in str(maps.get(f"{start}access", ""))
        return None

    # ---- handlers ---------------------------------------------------------------------------

    def _asks(self, asked: Endpointed) -> bool:
        """Whether a handler asks for who is logged in, as a parameter that cannot be left out."""
        if asked.handler is None:
            return False
        return any(
            _asks_for(param.type, [mark.name for mark in param.marks])
            for param in self.project.function(asked.handler).params
            if param.default is None
        )

    def _refuses(self, asked: Endpointed) -> bool:
        """Whether a handler itself answers that somebody must log in."""
        file = self.project.files[asked.handler.file] if asked.handler is not None else None
        return (
            file is not None
            and asked.handler is not None
            and any(
                call.fn == asked.handler.index
                and DENIES.search(f"{call.name} {' '.join(text for value in call.args for text in texts(value))}")
                for call in file.calls
            )
        )

    def _checks(self, asked: Endpointed) -> bool:
        if asked.handler is None:
            return False
        file = self.project.files[asked.handler.file]
        calls = [call for call in file.calls if call.fn == asked.handler.index]
        if any(_CHECKS.match(call.name) for call in calls[:12]) or sends_away(self.project, asked.handler, asked.path):
            return True
        looks = any(_LOOKS.match(call.name) and not call.args for call in calls[:12]) or any(
            call.name in ("getAttribute", "getUserPrincipal", "getRemoteUser")
            and re.search(r"session|request|req|Session\(\)", call.on)
            for call in calls
        )
        told_texts = [text for told in file.returns if told.fn == asked.handler.index for text in texts(told.value)]
        told_texts += [
            f"{call.name} {' '.join(text for value in call.args for text in texts(value))}" for call in calls
        ]
        return (
            looks
            and "login" not in asked.path.lower()
            and any(DENIES.search(text) or _FORBIDS.search(text) for text in told_texts)
        )


def _asks_for(type_: str, marks: Sequence[str]) -> bool:
    heart = re.sub(r"^(Mono|Uni)<(.*)>$", r"\2", type_)
    if (
        heart.startswith("Optional")
        or heart.endswith("?")
        or any(
            mark in ("Nullable", "RequestBody", "Body", "ModelAttribute", "RequestParam", "PathVariable")
            for mark in marks
        )
    ):
        return False
    return bool(_PRINCIPALS.match(heart)) or any(_PARAM_MARKS.match(mark) for mark in marks)


def endpointed(declared: Declared) -> Endpointed:
    """Return an endpoint as the JVM's guards ask for it."""
    return Endpointed(
        declared.at,
        declared.method,
        declared.path,
        declared.framework,
        declared.handler,
        declared.handler_class,
        tuple(use.text for use in declared.uses),
    )


__all__ = ["Endpointed", "JvmGuards", "endpointed"]
