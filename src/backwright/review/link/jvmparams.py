"""What an annotated handler of the JVM takes from a request: by its parameters' annotations, or by their types where there is none."""

from collections.abc import Iterator

from backwright.review.facts import Function, Param
from backwright.review.link.project import Project
from backwright.review.link.types import written
from backwright.review.regexes import regex

_NAMES = {
    "body": "RequestBody Body",
    "form": "RequestPart Part RestForm FormParam FormDataParam MultipartForm ModelAttribute",
    "query": "RequestParam QueryParam QueryValue RestQuery",
    "header": "RequestHeader HeaderParam Header RestHeader",
    "cookie": "CookieValue CookieParam RestCookie",
    "path": "PathVariable PathParam RestPath",
}
WHERE = {name: where for where, names in _NAMES.items() for name in names.split()}
_SIMPLE = regex(
    r"^(String|CharSequence|[Ii]nt(eger)?|[Ll]ong|[Ss]hort|[Bb]yte|[Dd]ouble|[Ff]loat|[Bb]oolean|BigDecimal|BigInteger|UUID|Date|Local(Date|Time|DateTime)|Instant|OffsetDateTime|ZonedDateTime|Year(Month)?|Int|char|Character|Any)$"
)
_FILES = regex(
    r"^(MultipartFile|FilePart|CompletedFileUpload|FileUpload|InputPart|FormDataContentDisposition|StreamingFileUpload)$"
)
_OTHERS = regex(
    r"^(Model(Map|AndView)?|BindingResult|Errors|Principal|Authentication|(Http|HttpServlet|Servlet|Server|ServerHttp|Container|Multipart|MultipartHttp|MultipartHttpServlet)?Re(quest|sponse)|(Http|Web)?Session|Locale|Pageable|PageRequest|Sort|UriComponentsBuilder|RedirectAttributes|SessionStatus|WebRequest|UriInfo|SecurityContext|HttpHeaders|Continuation|"
    r"ServerWebExchange|AsyncResponse|SseEventSink|Sse|\w*Exchange|Map|TimeZone|ZoneId|WebSession|HttpMethod|RoutingContext|InputStream|OutputStream|Reader|Writer|HttpServlet\w*|NativeWebRequest|Request|Jwt|OidcUser|OAuth2User|Api\w*Context)$"
)  # fmt: skip
_OWN = frozenset(
    {
        "Auth",
        "Context",
        "AuthenticationPrincipal",
        "CurrentUser",
        "LoginUser",
        "Suspended",
        "RequestAttribute",
        "SessionAttribute",
        "Value",
        "BeanParam",
        "MatrixParam",
        "Inject",
        "RequestBean",
        "CurrentSecurityContext",
        "Autowired",
    }
)


def taken(
    project: Project, at: int, framework: str, method: str, path: str, made: Function
) -> Iterator[tuple[str, str]]:
    """Yield (name, where) of what a handler's parameters take."""
    for param in made.params:
        mark = next((mark for mark in param.marks if mark.name in WHERE), None)
        heart = written(param.type).name.rpartition(".")[2]
        if mark is not None:
            told = next(
                (v.text for v in mark.args if v.kind == "str" and v.text and v.name in ("", "value", "name")),
                param.name,
            )
            yield told, "form" if _FILES.match(heart) else WHERE[mark.name]
        elif not any(each.name in _OWN for each in param.marks):
            where = _by_type(framework, method, path, param, heart)
            if where:
                yield param.name, where
        if heart == "Pageable":
            yield from (("page", "query"), ("size", "query"), ("sort", "query"))


def _by_type(framework: str, method: str, path: str, param: Param, heart: str) -> str:
    """Where a parameter without a mark comes from: each framework has its own rule."""
    reads = method in ("GET", "DELETE", "HEAD", "*")
    if f"{{{param.name}}}" in path:
        return "path"
    if _FILES.match(heart):
        return "form"
    if not heart or _OTHERS.match(heart):
        return ""
    if framework.startswith("jax-rs"):
        return "query" if _SIMPLE.match(heart) and reads else "body"
    if framework.startswith("micronaut"):
        return "query" if reads else "body"
    if framework.startswith("spring"):
        return "query" if _SIMPLE.match(heart) or reads else "form"
    return ""
