"""ASP.NET's minimal API: what is said behind a group or route, and which groups functions hand on."""

import re
from typing import TYPE_CHECKING, Any

from backwright.review.facts import Call
from backwright.review.link.dotnetgroups import Groups
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Routers

MAPS_CONTROLLERS = frozenset(
    {
        "MapControllers",
        "MapDefaultControllerRoute",
        "MapControllerRoute",
        "MapAreaControllerRoute",
        "UseMvc",
        "UseMvcWithDefaultRoute",
        "MapRoute",
        "MapHttpRoute",
        "MapHttpAttributeRoutes",
    }
)
HEIRS_MAX = 300  # endpoints that implement one interface
GUARDS = regex(r"Auth|Anonymous|RateLimit|Throttl|Limit|ApiKey|Permission|Filter", re.IGNORECASE)
# Attributes that describe an endpoint and guard nothing, whatever words stand in them.
_DESCRIBES = regex(
    r"^(Http(Get|Post|Put|Patch|Delete|Head|Options)|Route|RoutePrefix|AcceptVerbs|Produces\w*|Consumes|Swagger\w*|ApiExplorer\w*|ApiVersion\w*|MapToApiVersion|ApiController|Controller|Area|Tags|Endpoint(Summary|Description|Name)|"
    r"Obsolete|ResponseCache|OutputCache|ActionName|ValidateAntiForgeryToken|AutoValidateAntiforgeryToken|IgnoreAntiforgeryToken|SecurityHeaders|ExcludeFromCodeCoverage|SuppressMessage|Description|DisplayName|RequestSizeLimit|RequestFormLimits|"
    r"DisableRequestSizeLimit|DisableFormValueModelBinding|EnableCors|DisableCors|FeatureGate|abstract|partial|sealed|static|OpenApi\w*|Display|DataContract|Serializable|Localizable|IgnoreApi|Tag|Summary|NonAction|NonController|Collection|UsedImplicitly|Dependency|EnableQuery|"
    r"ServiceContract|TestMethod|Fact|Theory|Inject|RequestTimeout|DisableRequestTimeout|HttpLogging|FormatFilter|Translate|TypeConverter|ExposeServices)(Attribute)?$"
)
# Calls behind a route or group that only name, describe or continue the chain.
_SAYS = regex(
    r"^(Map|Use|Run$|With(?!Metadata)|Produces|Accepts|Has|Reports|IsApi|Exclude|Include|Disable(?!Rate)|Cache|NewVersioned|NewApi|Allow(?!Anonymous)|CreateApi|ConfigureAwait|Add(?!EndpointFilter|\w*(Auth|Limit))|Require(Host|Cors)|Finally|ToApi|Enable(?!Rate))"
)


def describes(name: str) -> bool:
    """Whether an attribute guards nothing."""
    return bool(_DESCRIBES.match(name))


def says_nothing(name: str) -> bool:
    """Whether a call that is chained behind a route puts nothing before it."""
    return bool(_SAYS.match(name))


class MinimalApi:
    """Reads how C# hands its route groups around. It adds to the graph of `Routers`."""

    def __init__(self, routers: "Routers") -> None:
        self.routers, self.project = routers, routers.project
        self.groups = Groups(routers)

    def read(self, at: int) -> None:
        """Read groups that functions give back, and what is said of a group in a statement of its own."""
        file, routers = self.project.files[at], self.routers
        for each in file.returns:
            if each.fn >= 0 and each.value.kind == "name" and self._gives_router(Fn(at, each.fn)):
                source, held = (
                    routers.key_of(at, each.fn, each.value.text),
                    routers.key("ret", at, each.fn),
                )
                routers.add_edge(held, source, "", (), each.line)
                routers.known.add(held)
        for index, call in enumerate(file.calls):
            if call.prev >= 0 or "." in call.on:
                continue
            if call.on and call.name in _CONVENTIONS:
                key = routers.key_of(at, call.fn, call.on)
                if key in routers.known:
                    routers.uses[key] += [
                        (0, use) for use in (routers.convention(at, call), *routers.behind(at, index))
                    ]
        self._modules(at)
        self.groups.bind(at)

    def made(self, at: int) -> None:
        """Read variables that hold what a function of the project gives: `var api = app.MapApiGroup();`."""
        routers = self.routers
        for index, call in enumerate(self.project.files[at].calls):
            outer = routers.outer[at]
            last = index
            while last in outer:
                last = outer[last]
            held = self.project.files[at].calls[last].to
            if (
                not held
                or held == "return"
                or not call.name.startswith(("Map", "Add", "Create", "Get", "Use", "New", "Build"))
            ):
                continue
            for fn in self.project.resolve_call(at, call)[:1]:
                if self._gives_router(fn):
                    key = routers.key_of(at, call.fn, held)
                    routers.add_edge(
                        key,
                        routers.key("ret", fn.file, fn.index),
                        "",
                        routers.behind(at, index),
                        call.line,
                    )
                    routers.known.add(key)

    def _gives_router(self, fn: Fn) -> bool:
        packs = self.routers.packs.get("csharp")
        made = self.project.function(fn)
        return packs is not None and bool(made.returns) and self.routers.is_router_type(fn.file, packs, made.returns)

    def takes_router(self, fn: Fn) -> bool:
        """Whether a method's first parameter is a router."""
        packs, made = self.routers.packs.get("csharp"), self.project.function(fn)
        return (
            packs is not None
            and bool(made.params)
            and made.cls >= 0
            and self.routers.is_router_type(fn.file, packs, made.params[0].type)
        )

    def _modules(self, at: int) -> None:
        """Carter: `class Orders : CarterModule { Orders() : base("/orders") { RequireAuthorization(); } }`."""
        file, routers = self.project.files[at], self.routers
        for index, made in enumerate(file.classes):
            cls = Cls(at, index)
            if not any(base.endswith("CarterModule") for base in made.bases):
                continue
            inside = {n for n, fn in enumerate(file.functions) if fn.cls == index}
            makers = {n for n in inside if file.functions[n].kind == "constructor"}
            calls = [call for call in file.calls if call.fn in makers]
            prefix = next(
                (
                    routers.text_at(at, call, ("0",))
                    for call in calls
                    if call.name in ("base", "WithBasePath", "CarterModule") or (not call.name and call.args)
                ),
                "",
            )
            uses = tuple(routers.convention(at, call) for call in calls if call.name in _CONVENTIONS)
            for fn in self.project.method(cls, "AddRoutes"):
                for param in self.project.function(fn).params[:1]:
                    key = routers.key("var", fn.file, fn.index, param.name)
                    routers.known.add(key)
                    routers.add_edge(key, routers.key("root", at, -1), prefix, uses, made.line)

    def _is_router(self, at: int, call: Call) -> bool:
        return self.routers.key_of(at, call.fn, call.on) in self.routers.known

    def implementers(self, at: int, call: Call, found: tuple[Fn, ...]) -> list[Fn]:
        """Return all methods that a call of an interface's method may run: `foreach (var e in endpoints) e.MapEndpoint(app);`."""
        if len(found) == 1 or not call.args:
            return list(found)
        if not found:  # the type of what it is called on is not known: methods that take a router will do
            there = self.project.functions_by_name.get(call.name, ())[:HEIRS_MAX]
            is_object = call.name.startswith("Map") and call.on[:1].islower()
            is_route = call.name in self.routers.packs["csharp"].routes and self._is_router(at, call)
            return [fn for fn in there if self.takes_router(fn)] if is_object and not is_route else []
        first = self.project.own_class(found[0].file, found[0].index)
        if first is None:
            return list(found)
        for base in self.project.base_classes(first):
            if self.project.class_(base).kind == "interface":
                return [
                    fn
                    for heir in self.project.heirs.get(base, ())[:HEIRS_MAX]
                    for fn in self.project.method(heir, call.name)[:1]
                ]
        return list(found)


_CONVENTIONS = frozenset(
    {
        "RequireAuthorization",
        "AllowAnonymous",
        "RequireRateLimiting",
        "DisableRateLimiting",
        "AddEndpointFilter",
    }
)


def is_convention(name: str) -> bool:
    """Whether a call puts something before the routes of what it is called on."""
    return name in _CONVENTIONS


__all__: list[Any] = [
    "GUARDS",
    "MAPS_CONTROLLERS",
    "MinimalApi",
    "describes",
    "is_convention",
    "says_nothing",
]
