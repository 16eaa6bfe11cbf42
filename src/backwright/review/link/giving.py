"""What a call makes of what it is given: the same text in another form, or something of its own that nobody sees."""

import re
from functools import lru_cache

from backwright.review.facts import Arg, Function
from backwright.review.link.project import Fn, Project
from backwright.review.regexes import regex

HOPS = 3  # variables between a parameter and what is returned
_WORDS = regex(r"[A-Za-z_]\w*")
# Functions of texts, paths and lists by what their name begins with; those of a project are read instead.
_TURNS = regex(
    r"^_*(to|as|from|of|into|parse|load|read|join|concat|combine|split|replace|sub|substr|slice|cut|format|convert|cast|normali[sz]e|resolve|merge|assign|append|add|with|copy|clone|default|"
    r"coalesce|array|clean|filter|map|collect|new|create|unwrap|first|last|pop|next|reverse|sort|extract|str|mb|url|uri|raw|html)(?![a-z])|"
    r"decode|encode|escape|quote|trim|strip|lower|upper|printf|implode|explode|substr|format|concat|ucfirst|title|base64|json",
    re.IGNORECASE,
)
_SPLIT = regex(r"(?<=[a-z0-9])(?=[A-Z])")
_IS = frozenset(
    "str string text sql bytes buffer path paths pathbuf file url uri list array dict set tuple vec sorted reversed iter markup safestring some ok box optional "
    "head tail shift nullslast cow arc rc stringio bytesio filepath int or if await get_text sprintf fmt".split()
)
_KEYS = regex(r"(?<=[\w\])])\[[^\[\]]*\]")  # what is looked up is the table's, not the key's
_PATHS = regex(r"(^|\.)(Paths?|Uri|URI|Optional)$")  # whose `get` makes one of a text


@lru_cache(maxsize=8192)
def _is_of_texts(on: str, name: str) -> bool:
    snake = _SPLIT.sub("_", name)
    return name.lower() in _IS or _TURNS.search(snake) is not None or _PATHS.search(on) is not None


def gives_back(project: Project, fn: Fn, value: Arg, given: Arg) -> bool:
    """Whether a call gives the one argument `given` back, in whatever form: a text function, or one of the project that returns it."""
    on, _, name = value.text.rpartition(".")
    if "(" in on and "(" not in name:
        on = on.rpartition("(")[0]
    targets = project.resolve(fn.file, fn.index, on, name)
    if targets:
        return any(_returns_given(project, target, value, given) for target in targets)
    return _is_of_texts(on.rpartition("::")[2], name.rpartition("::")[2])


def _returns_given(project: Project, fn: Fn, value: Arg, given: Arg) -> bool:
    """Whether something of the parameter that an argument becomes stands in what a function returns."""
    made, file = project.function(fn), project.files[fn.file]
    known = _becomes(made, value, given)
    for _ in range(HOPS):
        before = len(known)
        known |= {
            each.target.lstrip("$")
            for each in file.assigns
            if each.fn == fn.index and "." not in each.target and _mentions(each.value, known)
        }
        if len(known) == before:
            break
    ends = [each.value for each in file.returns if each.fn == fn.index]
    return not ends or any(_mentions(each, known) for each in ends)


def _becomes(made: Function, value: Arg, given: Arg) -> set[str]:
    """Return the parameter that an argument becomes; all of them where that is not plain."""
    names = [param.name.strip("*&$. ") for param in made.params]
    names = [name for name in names if name not in (made.receiver, "self", "this", "cls")]
    if given.name:
        return {given.name} if given.name in names else set(names)
    place = next((n for n, item in enumerate(value.items) if item is given), -1)
    plain = all(re.fullmatch(r"\w+", name) for name in names) and not any(item.name for item in value.items)
    return {names[place]} if plain and 0 <= place < len(names) == len(value.items) else set(names)


def _mentions(value: Arg, names: set[str]) -> bool:
    if value.kind in ("str", "num", "bool", "none"):
        return False
    if value.kind == "call":
        on, _, name = value.text.rpartition(".")
        return bool(set(_WORDS.findall(on)[:1]) & names) or (
            _is_of_texts(on, name) and any(_mentions(item, names) for item in value.items)
        )
    told = _KEYS.sub("[]", value.text)
    if not value.items and value.kind in ("name", "other") and set(_WORDS.findall(told)) & names:
        return True
    return any(_mentions(item, names) for item in value.items)
