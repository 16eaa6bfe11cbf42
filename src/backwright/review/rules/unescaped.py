"""Templates that put text into a page without escaping it, and where that text comes from."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from msgspec import structs

from backwright.model.blueprint import Spot
from backwright.review.facts import Arg, Call
from backwright.review.link.model import Model
from backwright.review.link.project import Fn
from backwright.review.link.storedtext import SANITIZES
from backwright.review.link.taint import Trace
from backwright.review.regexes import regex
from backwright.review.rules.templatefiles import RENDERS, TemplateFiles

_JINJA = regex(r"\{\{-?(?P<expr>[^{}]*?\|\s*(?:safe|raw)\b[^{}]*)\}\}")
_OUTPUTS = (
    ((".html", ".htm", ".jinja", ".jinja2", ".j2", ".twig", ".njk", ".tera"), _JINJA),
    ((".blade.php",), regex(r"\{!!(?P<expr>.*?)!!\}")),
    ((".ejs",), regex(r"<%-(?P<expr>.*?)[-_]?%>")),
    ((".hbs", ".mustache"), regex(r"\{\{(?:\{|&)(?P<expr>[^{}]*)\}\}")),
    ((".cshtml", ".razor"), regex(r"@\(?\s*Html\.Raw\((?P<expr>(?:[^()]|\([^()]*\))*)\)")),
    ((".html",), regex(r"th:utext=\"\$\{(?P<expr>[^}]*)\}\"")),
)  # fmt: skip
_MARKDOWN = regex(r"\{\{[^{}]*\|\s*markdown\w*\b[^{}]*\}\}")
_NO_TAGS = regex(r"^\s*html_input:\s*['\"]?(escape|strip)\b", re.MULTILINE)
_OFF = regex(r"\{%-?\s*autoescape\s+(?:off|false)\s*-?%\}(.*?)\{%-?\s*endautoescape", re.DOTALL)
_ESCAPES = regex(r"\|\s*(e|escape|forceescape|striptags)\b")
_PLAIN_OUTPUT = regex(r"\{\{-?(?P<expr>[^{}]*)\}\}")
_COMMENT = regex(r"\{#.*?#\}|\{%-?\s*comment.*?endcomment\s*-?%\}|\{\{--.*?--\}\}|<!--.*?-->|@\*.*?\*@", re.DOTALL)
# What is no text of a person's, or is cleaned where it stands.
_HARMLESS = regex(
    r"json|\burl\w*\b|route\(|asset\(|\btrans|__\(|@?lang\b|\bt\(|i18n|csrf|method_field|links\(|include|partial|layout|yield|block\b|slot|"
    r"form\b|form\.|widget|icon|svg|paginat|config\(|\be\(|strftime|format|\bmedia\b|nonce|super\(|caller\(|errors?\b|flash|\b_\(|->(render|links)\(",
    re.IGNORECASE,
)
_PATHS = regex(
    r"(^|/)(node_modules|docs?|vendor|dist|build|static|public|wwwroot|fixtures|tests?|storybook)/|\.component\.html$"
)
_LOOP = regex(
    r"\{%-?\s*for\s+(?P<j>[\w, ]+?)\s+in\s+(?P<jo>[\w.]+)|@for(?:each|else)\s*\(\s*\$(?P<bo>\w+)[^)]*?\bas\s+(?:\$(?P<bk>\w+)\s*=>\s*)?\$(?P<b>\w+)|"
    r"<%_?\s*(?P<eo>\w+)[\w.]*\.(?:forEach|map)\(\s*(?:function\s*)?\(?(?P<e>\w+)|<%_?\s*for\s*\(\s*(?:const|let|var)\s+(?P<f>\w+)\s+of\s+(?P<fo>[\w.]+)|"
    r"th:each=\"(?P<t>\w+)[^:\"]*:\s*\$\{(?P<to>[\w.]+)|\{\{#each\s+(?P<ho>\w+)(?:\s+as\s+\|(?P<h>\w+))?"
)
# `$field->encrypted == '1' ? '<i>yes</i>' : ''`: the condition is not shown, nor is there a variable in a literal.
_CHOSEN = regex(r"^[\s(!]*[^?'\"]*(?:(?:'[^']*'|\"[^\"]*\")[^?'\"]*)*\s\?\s(?P<values>.*)$", re.DOTALL)
_LITERAL = regex(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"$\\]|\\.)*\"")
_ROOT = regex(r"^[\s(!$@]*([A-Za-z_]\w*)((?:(?:\.|->|\?\.|\?->)\w+(?:\(\))?)*)")
_ABOVE = regex(
    r"\{%-?\s*(?P<kind>extends|include)\s+['\"](?P<name>[^'\"]+)['\"]|@(?P<blade>extends|include)\(\s*['\"](?P<other>[^'\"]+)['\"]"
)
_ESCAPING = regex(
    r"^(e|escape\w*|html\w*|sprintf|strip_?tags|clean\w*|sanit\w*|markdown|format\w*|diffForHumans)$", re.IGNORECASE
)
METHODS_MAX = 2  # of one name in the project: with more, nobody knows which is meant
METHOD_LINES = 12  # of a method that gives back a field; a longer one makes something of its own
HOPS_MAX = 3  # templates that extend or include each other


class Output(NamedTuple):
    """One place where a template puts a value without escaping it."""

    line: int
    root: str
    member: str
    shown: str


class Unescaped(NamedTuple):
    """A template with such places: those whose text is known to be a client's, with how it comes there."""

    path: str
    outputs: tuple[Output, ...]
    known: tuple[tuple[Output, Trace], ...]
    is_sent: bool


class Unescaping:
    """Reads the templates of a repository for what they do not escape."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.templates = TemplateFiles(model)
        self.stored = model.stored_text

    def found(self) -> Iterator[Unescaped]:
        """Yield each template with an output that is neither escaped nor cleaned."""
        for path, text in self.templates.files.items():
            if _PATHS.search(path):
                continue
            if self._escapes_markdown and "markdown" in text:
                text = _MARKDOWN.sub(lambda told: re.sub(r"[^\n]", " ", told[0]), text)
            outputs = tuple(
                output for output in outputs_of(path, text) if not self.stored.is_cleaned(output.member or output.root)
            )
            if outputs:
                known: list[tuple[Output, Trace]] = []
                is_sent = False
                for output in outputs:
                    trace = self.origin(path, output)
                    if trace is not None:
                        known.append((output, trace))
                        is_sent = is_sent or output.root in self._environment.get(path, {})
                yield Unescaped(path, outputs, tuple(known), is_sent)

    @cached_property
    def _escapes_markdown(self) -> bool:
        """Whether what makes HTML of Markdown is configured to escape or take out tags: CommonMark's html_input."""
        return any(_NO_TAGS.search(text) for path, text in self.model.texts.items() if path.endswith((".yaml", ".yml")))

    def origin(self, path: str, output: Output) -> Trace | None:
        """Return how a client's text gets to a place of a template, None if that is not known."""
        if self.stored.is_cleaned(output.member or output.root):
            return None
        sent = self._environment.get(path, {}).get(output.root)
        return sent or (self.stored.trace(output.member) or self._of_method(output) if output.member else None)

    def _of_method(self, output: Output) -> Trace | None:
        """Return where the text of a method comes from that gives back a stored field: `link->domainOfUrl()` of `this->url`."""
        if not output.shown.endswith("()"):
            return None
        made = self.model.project.functions_by_name.get(output.member, ())
        for fn in made if len(made) <= METHODS_MAX else ():
            function, file = self.model.project.function(fn), self.model.project.file_of(fn)
            if function.kind != "method" or function.end - function.line > METHOD_LINES:
                continue
            if any(call.fn == fn.index and _ESCAPING.search(call.name) for call in file.calls):
                continue
            for read in file.reads:
                if read.fn == fn.index and read.base.lstrip("$") in ("this", "self"):
                    trace = None if self.stored.is_cleaned(read.attr) else self.stored.trace(read.attr)
                    if trace is not None:
                        return trace.then(Spot(file.path, function.line, f"{output.member}() gives back {read.attr}"))
        return None

    @cached_property
    def _environment(self) -> Mapping[str, dict[str, Trace]]:
        """Template to the names that hold what the client of this very request sent."""
        found: dict[str, dict[str, Trace]] = defaultdict(dict)
        for at in self.model.own:
            for call in self.model.files[at].calls:
                if call.name in RENDERS and call.fn >= 0:
                    path = next(
                        (p for v in call.args[:3] if v.kind == "str" and (p := self.templates.find(v.text))), ""
                    )
                    if path:
                        found[path] |= self._handed(at, call)
        for _ in range(HOPS_MAX):
            for path, names in list(found.items()):
                for other in self._beside.get(path, ()):
                    found[other] = names | found[other]
        return found

    def _handed(self, at: int, call: Call) -> dict[str, Trace]:
        fn = Fn(at, call.fn)
        known = self.model.taint.around(fn)
        found: dict[str, Trace] = {}
        for value in (*call.args, *self._kept(at, call)):
            for entry in [value] if value.name else value.items if value.kind in ("dict", "call") else ():
                name = entry.name or (entry.text if value.text == "compact" and entry.kind == "str" else "")
                told = Arg("name", name) if not entry.name else entry
                trace = self.model.taint.of(fn, told, known, call.line) if name else None
                if trace is not None:
                    found[name] = trace.then(Spot(self.model.files[at].path, call.line, f"given to the page as {name}"))
        return found

    def _kept(self, at: int, call: Call) -> Iterator[Arg]:
        """What stands in the variable that a page is given: `context = {"q": q}`, `context["q"] = q`."""
        for value in call.args:
            if value.kind != "name" or value.name not in ("", "context"):
                continue
            yield from (a.value for a in self.model.project.assigned[at].get((call.fn, value.text), ()))
            for assign in self.model.inside.assigns[at].get(call.fn, ()):
                key = re.fullmatch(rf"{re.escape(value.text)}\[['\"](\w+)['\"]\]", assign.target)
                if key is not None:
                    yield structs.replace(assign.value, name=key[1])

    @cached_property
    def _beside(self) -> dict[str, list[str]]:
        """Template to those it extends or includes: they see the same names."""
        found: dict[str, list[str]] = {}
        for path, text in self.templates.files.items():
            names = [told["name"] or told["other"] for told in _ABOVE.finditer(text)]
            found[path] = [other for name in names if (other := self.templates.find(name)) and other != path]
        return found


def outputs_of(path: str, text: str) -> Iterator[Output]:
    """Yield what a template puts into the page as it is, without constants, calls and what is cleaned there."""
    if (
        "|" not in text
        and "!!" not in text
        and "<%-" not in text
        and "{{" not in text
        and "Raw(" not in text
        and "utext" not in text
    ):
        return
    blank = _blank(text)
    places = [
        (told.start(), told["expr"])
        for endings, pattern in _OUTPUTS
        if path.endswith(endings)
        for told in pattern.finditer(blank)
    ]
    for off in _OFF.finditer(blank):
        places += [(off.start(1) + told.start(), told["expr"]) for told in _PLAIN_OUTPUT.finditer(off[1])]
    yield from _of_places(blank, places)


def plain_outputs(text: str) -> Iterator[Output]:
    """Yield what a template puts into the page by `{{ }}`, as if nothing were escaped there but what it escapes itself."""
    blank = _blank(text)
    places = [(told.start(), told["expr"]) for told in _PLAIN_OUTPUT.finditer(blank)]
    yield from _of_places(blank, [each for each in places if not _ESCAPES.search(each[1])])


def _blank(text: str) -> str:
    """The text without its comments, every line where it was."""
    return _COMMENT.sub(lambda told: re.sub(r"[^\n]", " ", told[0]), text)


def _of_places(blank: str, places: list[tuple[int, str]]) -> Iterator[Output]:
    over = _loops(blank)
    seen: set[tuple[int, str]] = set()
    for start, expression in sorted(places):
        if _HARMLESS.search(expression) or SANITIZES.search(expression):
            continue
        chosen = _CHOSEN.match(expression)
        if chosen is not None:
            expression = _LITERAL.sub(" ", chosen["values"]).lstrip(" .:()")
        told = _ROOT.match(expression.strip())
        if told is None or re.match(r"\s*\(", expression.strip()[told.end() :]):
            continue
        words = [word for word in re.split(r"\W+", told[2]) if word]
        line = blank.count("\n", 0, start) + 1
        if (line, told[0]) not in seen:
            seen.add((line, told[0]))
            yield Output(line, over.get(told[1], told[1]), words[-1] if words else "", told[1] + told[2])


def _loops(text: str) -> dict[str, str]:
    """Names that stand for one of many, to the root of what is gone through."""
    found: dict[str, str] = {}
    for told in _LOOP.finditer(text):
        root = re.split(r"\W", told["jo"] or told["bo"] or told["eo"] or told["fo"] or told["to"] or told["ho"])[0]
        names = (told["j"] or told["b"] or told["e"] or told["f"] or told["t"] or told["h"] or "this").split(",")
        for name in (*names, told["bk"] or ""):
            if name.strip() and name.strip() != root:
                found[name.strip()] = found.get(root, root)
    return found
