"""What names say of logins and limits, in any language: of middleware, marks, classes, and functions."""

import re

from backwright.review.regexes import regex

AUTH = regex(
    r"auth(?!or(?!i))|login_?required|require_?(login|user|session|account|admin|role|permission|token|jwt)|(?<!un)protect|current_?_?((active|verified|admin|logged_?in|session)_?)*(super_?)?user|"
    r"logged_?in|jwt|guard|passport|permission|is_?admin|ensure_?(login|user|admin|signed)|principal|secured|roles_?allowed|(verify|validate)_?(token|session|jwt)|verify_?user|"
    r"session_?required|bearer|api_?key|check_?(token|session|user|login)|member_?only|signed_?in|get_?user|identity|claims|credential|access_?token|"
    r"with_?(session|user)|oauth|security|acl|sanctum|deserialize_?user|token_?required|admin_?(only|required)",
    re.IGNORECASE,
)  # fmt: skip
OPEN = regex(
    r"allow_?any(?!_?(origin|header|method|credential))|permit_?all|allow_?anonymous|anonymous|skip_?auth|\bpublic\b|optional|no_?auth|is_?public|(login|auth\w*)_?not_?(required|needed)|exempt(?!_csrf)|unauthenticated|guest|(?<![a-z])(try|maybe)_(get_)?(current_)?user|=none\b",
    re.IGNORECASE,
)
NOT_AUTH = regex(
    r"withoutMiddleware\([^()]*\)|\w*csrf\w*|FrameGuard|CreateFreshApiToken|AuthorizesRequests|EnsureFrontendRequestsAreStateful|AuthenticateSession\b|AuthenticationUtils|authoring|author\b|authors|authority_list|csrf|cors|unauthori[sz]ed|auth\w*limit\w*|auth_?(limit\w*|rate\w*|router|route|routes|service|controller|repository|blueprint|bp|module|handler)s?\b|UseGuards|\w*Throttl\w*(\.class)?(\s?(\{\})?:[\w.-]+)?|(passport\.(authenticate|authorize)|AuthGuard)\((\w+\.)?(local|google|facebook|github|gitlab|twitter|linkedin|microsoft|discord|apple|oauth2?|oidc|openid\w*|saml|azure\w*|auth0|twitch|steam|x|tumblr|trakt|quickbooks|instagram|spotify|slack|magic\w*)\b[^)]*\)|(Local|Google|Facebook|Github|GitHub|Apple|Twitter|OAuth2?)(Auth)?Guard|guardian|auth\w*(validat\w*|schemas?|dtos?)\b|passport\.(initialize|session)\b|\b(user|account|session)s?_?(validation|validator|schema)s?\.\w+|OAuth2\w*Form\w*|\w*rate_?limit(s|er|ing)?\b|secur(ity|e)_?headers?|security_(config|settings)\b|otel\w*\.Middleware\([^)]*\)|content_?security_?policy|helmet\.\w+|guard_?rail",
    re.IGNORECASE,
)
LIMIT = regex(
    r"rate_?-?limit|throttl|(?<!un)limiter|slow_?down|brute|\blimits?\b(?=\(.*(\d|per|/))|governor|limit_?req|bucket4j|too_?many|ip_?limit|"
    r"request_?limit|(?<!last)(?<!last_)login_?attempts?(?!ed)|lockout|max_?attempts|failed_?attempts|failed_?login(s|_?(count|attempts))|(record|count|increment|register|track|add|note|reset|clear)_?(failed_?login|(login_?|signin_?)?(failures?|failed|attempts?|tries|misses))|(?<![a-z])(is_?)?locked(_?(out|until|for))?(?![a-z])|(few|count|max)_?tries|Hodor|ratelimit|axes|rate_limit|express-?brute|Bulkhead|tollbooth|TokenBucket",
    re.IGNORECASE,
)  # fmt: skip
