"""Answers and errors that are made and dropped where they stand: nobody returns or throws them."""

import re
from collections.abc import Iterator

from backwright.review.facts import BARE, DEFERRED, NEW, Call, File
from backwright.review.link.model import Model
from backwright.review.regexes import regex
from backwright.review.rules.telling import Silent, whole_of

_ERRORS = regex(r"^[A-Z]\w*(Error|Exception)$")
# Calls that make an answer and send nothing, in frameworks where the function has to return it.
MADE = {
    "php": regex(
        r"(^|\.)response\(\)\.(json|make|view|noContent|download|file|stream)$|(^|\.)redirect\(\)\.(route|to|back|away|intended|action)$"
        r"|^back\(\)\.with\w*$|^this\.(createNotFoundException|createAccessDeniedException|redirectToRoute)$"
    ),
    "javascript": regex(r"^(NextResponse|Response)\.(json|redirect|rewrite|error)$"),
    "python": regex(
        r"^((http|responses|fastapi|flask|django\.http)\.)?(HttpResponse\w*|JsonResponse|JSONResponse|RedirectResponse|PlainTextResponse|HTMLResponse|jsonify|make_response)$"
        r"|^((exceptions|fastapi)\.)?HTTPException$"
    ),
    "java": regex(
        r"^(ResponseEntity|Response|ServerResponse)(\.\w+(\(\))?)*\.(build|body|ok|notFound|badRequest|noContent)$|^(Mono|Flux|Uni)\.error$"
    ),
    "csharp": regex(r"^(Typed)?Results\.\w+$"),
    "go": regex(
        r"^(errors\.(New|Wrap|Wrapf|Errorf|WithMessage|WithStack)|fmt\.Errorf|status\.(Error|Errorf)|echo\.NewHTTPError|fiber\.NewError)$"
    ),
    "cpp": regex(r"^crow\.response$|^std\.(runtime_error|logic_error|invalid_argument|out_of_range|domain_error|system_error)$"),
}  # fmt: skip
_CONTROLLERS = regex(r"(^|\.)(Controller|ControllerBase|PageModel|\w*Controller(Base)?)(<|$)")
_ACTIONS = frozenset(
    "BadRequest NotFound Ok Unauthorized Forbid Conflict StatusCode RedirectToAction RedirectToPage Redirect LocalRedirect View Json "
    "Problem ValidationProblem NoContent UnprocessableEntity CreatedAtAction CreatedAtRoute Challenge".split()
)
_SYMFONY = regex(r"^Symfony\\Component\\HttpFoundation\\")


def unreturned(model: Model, at: int) -> Iterator[Silent]:
    """Yield answers and errors that stand as statements of their own."""
    file = model.files[at]
    for index, call in enumerate(file.calls):
        if not call.flags & BARE or call.flags & DEFERRED or call.fn < 0 or call.to or call.inside >= 0:
            continue
        what = _made(model, at, file, call)
        if not what or model.effects.chain(at, index)[-1] != index:
            continue
        if not model.project.resolve_call(at, call) or what == "error":
            verb = "return" if what == "answer" or file.language == "go" else "throw"
            says = (
                f"makes an {what} and does not {verb} it: {whole_of(call)}(). The code goes on as if nothing had failed"
            )
            yield Silent(call.line, call.fn, "unreturned", says, f"{verb.capitalize()} it.")


def _made(model: Model, at: int, file: File, call: Call) -> str:
    whole = whole_of(call)
    if file.language != "go" and call.flags & NEW and not call.on and _ERRORS.match(call.name):
        return "error"
    if (
        file.language == "php"
        and call.flags & NEW
        and re.match(r"^(Json|Redirect|Binary\w*|Streamed\w*)?Response$", call.name)
    ):
        return "answer" if any(_SYMFONY.match(made.module.lstrip("\\")) for made in file.imports) else ""
    pattern = MADE.get(file.language)
    if pattern is not None and pattern.search(whole):
        return "error" if re.search(r"[eE]rror|errors\.|HTTPException", whole) and "Response" not in whole else "answer"
    if file.language == "csharp" and call.on in ("", "this") and call.name in _ACTIONS:
        cls = file.functions[call.fn].cls
        return "answer" if cls >= 0 and any(_CONTROLLERS.search(base) for base in file.classes[cls].bases) else ""
    return ""
