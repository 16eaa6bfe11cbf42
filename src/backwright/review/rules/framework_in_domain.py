"""framework-in-domain: business rules that know the web framework, and so run only inside a request."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from backwright.model.blueprint import Spot
from backwright.review.facts import File, Function, Import
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.rule import Hit

DOMAIN = frozenset("domain domains business usecase usecases use_cases use-cases core".split())
# Folders and words in file names for what faces the web, also below a domain folder: features are cut that way, too.
EDGE_FOLDERS = frozenset(
    "api apis web http rest controller controllers handler handlers route routes router routers presentation presenter presenters delivery infra "
    "infrastructure adapter adapters middleware middlewares filter filters interceptor interceptors config configuration security exception exceptions "
    "graphql grpc resource resources endpoint endpoints views view server guards guard decorators pipes".split()
)
EDGE_NAME = regex(
    (
        r"controller|handler|router?s?\b|route[rs]?|resource|filter|middleware|guard|interceptor|advice|endpoint|config|decorator|pipe|views?$|view_?set|"
        r"serializers?$|urls$|admin$|(^|[a-z_.-])(api|http|web)s?$|^(api|http|web)"
    ),
    re.IGNORECASE,
)
# Below "core" lies the domain only if the layers around it have the names that belong to that cut.
AROUND_CORE = frozenset(
    "adapter adapters ports infrastructure infra domain usecases use_cases use-cases usecase application entities".split()
)

# Module (dots between its parts), a dot, and the name that is imported.
WEB = {
    "python": (
        r"(fastapi|starlette)\.(?!concurrency|encoders|testclient)|flask\.(?!\w*(Flask)?(SQLAlchemy|Mail)\b)|django\.(http|shortcuts|views)\.|rest_framework\.|"
        r"werkzeug\.(?!security|utils)|aiohttp\.web\b|(sanic|quart|litestar|falcon|bottle)\.|tornado\.web\b"
    ),
    "javascript": (
        r"(express|koa|fastify|hono|restify|h3|elysia|http-errors|@hapi\.(hapi|boom))\.|next\.(server|headers|navigation)\.|(node:)?http\.(IncomingMessage|"
        r"ServerResponse)\b|@nestjs\.common\.(\w+Exception|HttpStatus|Req|Res|Request|Response|Controller)\b"
    ),
    "java": (
        r"(jakarta|javax)\.servlet\.|org\.springframework\.http\.(?!client|converter|codec)|org\.springframework\.web\.(?!client|util|"
        r"reactive\.function\.client|service)|(jakarta|javax)\.ws\.rs\.(?!client)|io\.micronaut\.http\.(?!client)|io\.javalin\.|spark\.(Request|Response)\b|"
        r"play\.mvc\.|io\.vertx\.ext\.web\.(?!client)"
    ),
    "go": (
        r"github\.com\.(gin-gonic\.gin|labstack\.echo|gofiber\.fiber|go-chi\.(chi|render)|gorilla\.mux|valyala\.fasthttp|beego\.beego|cloudwego\.hertz|"
        r"kataras\.iris)\b(?!.*client)"
    ),
    "php": (
        r"Illuminate\.(Http|Routing)\.(?!Client)|Illuminate\.Support\.Facades\.(Request|Response|Route)\b|Symfony\.Component\.HttpFoundation\.(?!File)|"
        r"Symfony\.Component\.HttpKernel\.Exception\.|Psr\.Http\.Message\.ServerRequestInterface\b|Slim\.|Laminas\.Diactoros\."
    ),
    "csharp": r"Microsoft\.AspNetCore\.(Http|Mvc|Routing|Builder)\b|System\.Web\.(Mvc|Http)\b",
    "cpp": (
        r"drogon\.(Http(Request|Response|Controller|Types|Filter|AppFramework|SimpleController|Middleware)|drogon)\.|crow\.|crow_all\.|oatpp\.web\.|"
        r"cpprest\.http_listener|pistache\.(http|endpoint|router)|restinio\.|boost\.beast\.http"
    ),
    "rust": r"(axum|actix_web|rocket|warp|poem|salvo|tide|http|hyper)\.(?!Uri\b)",
}  # fmt: skip
WEB["kotlin"] = WEB["java"] + r"|io\.ktor\.(server\.|http\.HttpStatusCode\b)|org\.http4k\."
# Parameters whose type says it all, where it needs no import: implicit usings, full names, headers of another file.
TYPES = {
    "go": r"\*?http\.(Request|ResponseWriter)$",
    "csharp": r"(Microsoft\.AspNetCore\.\w+\.)?(IHttpContextAccessor|HttpContext|HttpRequest|HttpResponse)\??$",
    "cpp": r"(const )?(drogon::Http(Request|Response)Ptr|crow::(request|response)|httplib::(Request|Response))\b",
    "php": r"\\?(Illuminate\\Http|Symfony\\Component\\HttpFoundation|Psr\\Http\\Message)\\(Request|Response|ServerRequestInterface)$",
    "rust": r"&?(mut )?(axum|actix_web|rocket)::",
}
_WEB = {language: regex(rf"(?:{pattern})") for language, pattern in WEB.items()}
_TYPES = {language: regex(pattern) for language, pattern in TYPES.items()}


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each file of a domain folder that knows the web framework."""
    routed = {model.files[declared.at].path for declared in model.declared} | {
        endpoint.handler_file for endpoint in model.endpoints
    }
    routed_roots = {root for path in routed for root in (_root(path, frozenset()),) if root}
    layers = frozenset(part for at in model.own for part in PurePosixPath(model.files[at].path.lower()).parts[:-1])
    told: set[str] = set()
    files = [
        at
        for at in model.own
        if (root := _root(model.files[at].path, layers))
        and root not in routed_roots
        and not _is_edge(model.files[at].path, root)
    ]
    for at in files:
        file = model.files[at]
        made = next((each for each in file.imports if _is_web(file, each)), None)
        if made is not None:
            told.add(_stem(file.path))
            yield _imported(model, at, made)
    for at in files:
        file = model.files[at]
        taken = _taken(file)
        if taken is not None and _stem(file.path) not in told:
            told.add(_stem(file.path))
            yield _parameter(model, at, *taken)


def _root(path: str, layers: frozenset[str]) -> str:
    """The domain folder that a file lies in, "" if in none. Without layers, "core" counts as one, too."""
    parts = PurePosixPath(path).parts
    for index in range(len(parts) - 2, -1, -1):
        name = parts[index].lower()
        if name in DOMAIN and (name != "core" or not layers or _is_core(layers)):
            return "/".join(parts[: index + 1])
        if name.endswith((".domain", ".core")) and not name.startswith(
            "asp"
        ):  # C#: one project for each layer, Shop.Domain
            return "/".join(parts[: index + 1]) if name.endswith(".domain") or _is_core(layers) else ""
    stem = PurePosixPath(path).stem.lower()
    return path if stem in ("domain", "usecases", "use_cases") else ""


def _is_core(layers: frozenset[str]) -> bool:
    return len(layers & AROUND_CORE) >= 2


def _is_edge(path: str, root: str) -> bool:
    """Whether a file in a domain folder is what faces the web, by its folders below it or by its name."""
    below = PurePosixPath(path[len(root) + 1 :] if path != root else path)
    return any(part.lower() in EDGE_FOLDERS for part in below.parts[:-1]) or EDGE_NAME.search(below.stem) is not None


def _stem(path: str) -> str:
    return path.rpartition(".")[0] or path


def _dotted(made: Import) -> str:
    module = re.sub(r"::|[\\/]", ".", made.module).removeprefix(".")
    return f"{module}.{made.name}"


def _is_web(file: File, made: Import) -> bool:
    pattern = _WEB.get(file.language)
    return pattern is not None and pattern.match(_dotted(made)) is not None


def _taken(file: File) -> tuple[Function, int, str] | None:
    """The first function with a parameter of the framework, the line to mark, and the type as written."""
    pattern = _TYPES.get(file.language)
    if pattern is None:
        return None
    for made in file.functions:
        for param in made.params:
            if made.kind != "lambda" and param.type and pattern.match(param.type):
                imported = next(
                    (each.line for each in file.imports if file.language == "go" and each.module == "net/http"), 0
                )
                return made, imported or made.line, param.type
    return None


def _imported(model: Model, at: int, made: Import) -> Hit:
    file = model.files[at]
    name = made.name if made.name not in ("", "*") else made.module
    path = [Spot(file.path, made.line, f"{name} is imported into domain code")]
    user = next(
        (
            fn
            for fn in file.functions
            if any(
                _heart(p.type) == made.alias or p.type.lstrip("*&").startswith((f"{made.alias}.", f"{made.alias}::"))
                for p in fn.params
            )
        ),
        None,
    )
    if user is not None:
        path.append(Spot(file.path, user.line, f"{user.name} takes it"))
    else:
        used = next((call for call in file.calls if made.alias in (call.name, call.on.partition(".")[0])), None)
        if used is not None:
            path.append(Spot(file.path, used.line, "and is used here"))
    of = f" of {made.module}" if name != made.module else ""
    return Hit(
        at,
        made.line,
        f"{PurePosixPath(file.path).name} holds business rules and imports {name}{of}, which belongs to the web framework",
        path=tuple(path),
        key=f"{at}",
    )


def _heart(written: str) -> str:
    return re.split(r"[<\[]", written.lstrip("*&"), maxsplit=1)[0].strip()


def _parameter(model: Model, at: int, made: Function, line: int, written: str) -> Hit:
    file = model.files[at]
    path = (Spot(file.path, made.line, f"{made.name} takes {written}"),)
    return Hit(
        at,
        line,
        f"{made.name} in {PurePosixPath(file.path).name} holds a business rule and takes {written}, which belongs to the web framework",
        path=path,
        key=f"{at}",
    )
