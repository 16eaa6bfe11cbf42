"""Settings: every name that is given a literal, in code and in files of configuration."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from backwright.review.facts import Arg, File
from backwright.review.link.model import Model
from backwright.review.link.remembering import kept_with_it, remembered
from backwright.review.regexes import regex
from backwright.review.rules.imagestages import building_lines, is_dockerfile

_KEPT = regex(
    r"(^|/)(\.env[^/]*|[^/]*\.env|application[^/]*\.(ya?ml|properties)|bootstrap[^/]*\.ya?ml|appsettings[^/]*\.json|(docker-)?compose([^/]*|/[^/]+)\.ya?ml|web\.config|app\.config|"
    r"[^/]*\.(properties|ini|cfg|conf|toml|hocon)|Dockerfile[^/]*|ormconfig\.json|(local|config|settings|secrets?|default|production|prod|values[^/]*|security|framework|nelmio_cors|database|parameters|serverless|app|cors|session|jwt)\.(ya?ml|json|xml)|[^/]*(config|settings|secret|deploy\w*|credentials|k8s|kube)[^/]*\.(ya?ml|json|xml)|hibernate\.cfg\.xml|persistence\.xml|context\.xml|[^/]*\.jwk|php\.ini)$|(^|/)(config(uration)?s?|conf|cfg|k8s|kubernetes|helm|deploy(ments?)?|manifests|environments?|settings)/[^?]*\.(ya?ml|json|properties|xml)$",
    re.IGNORECASE,
)
_NOT_KEPT = regex(
    r"(^|/)(node_modules|locales?|i18n|lang|translations?|messages[^/]*|docs?|tests?|test[-_][\w-]+|fixtures?|examples?/\w+/docs|\.github|openapi|swagger|testdata|__tests__|spec|src/test|stubs?|schemas?|charts/[^/]*/templates|migrations)(/|$)|"
    r"(^|/)(package(-lock)?|tsconfig[^/]*|composer|openapi[^/]*|swagger[^/]*|angular|nest-cli|renovate|lerna|turbo|nx|project|jsconfig|\.eslintrc|manifest)\.(json|ya?ml)$|(^|/)(pom|build|checkstyle[^/]*|logback[^/]*|log4j2?[^/]*)\.xml$|"
    r"(^|/)(pyproject|Cargo|poetry|Pipfile|uv|rust-toolchain|rustfmt|clippy|deny|[\w-]+\.versions)\.toml$|messages[^/]*\.properties$|\.(example|sample|dist|template|tmpl|tpl|((unit|e2e|integration)[-_.]?)?tests?|testing|dusk|ci|stub)(\.\w+)?$|(example|sample|template|dummy|test)[^/]*\.(env|ya?ml|json|properties|ini|conf)$",
    re.IGNORECASE,
)
_DEV = regex(
    r"(^|/)\.(ddev|lando|devcontainer|gitpod|vagrant|docksal)/|(^|[/._-])(dev|development|develop|local|localhost|debug|sandbox|demo|compose|testing|e2e)([/._-]|\d|$)|(^|/)(docker-)?compose[^/]*\.ya?ml$|(^|/)\.env\.local$",
    re.IGNORECASE,
)
_PAIR = regex(
    r"""^\s*(?:export\s+|ENV\s+|ARG\s+|-\s+)?["']?(?P<key>[A-Za-z_][\w.\-\[\]]*)["']?\s*(?P<sep>[:=]|\s(?=\S))\s*(?P<value>.*?)\s*,?\s*$"""
)
_XML = regex(
    r"""<(?P<tag>[\w.:-]+)[^>]*?\b(?:key|name)=["'](?P<key>[^"']+)["'][^>]*?\b(?:value|connectionString)=["'](?P<value>[^"']*)["']|<(?P<plain>[\w.-]+)>(?P<text>[^<>]+)</"""
)
_NAME_ENDS = regex(r"[.\[\]'\"]+")
_ASKED = regex(
    r"pass|pwd|pw$|secret|key|token|credential|origin|cors|access-control|debug|cookie|secure|verify|ssl|tls|same_?site|http_?only|cert|trust|hostname|insecure|skip|"
    r"_env|_mode|settings_module|profiles|display_?error|developmentmode|show_error|propagate|salt|pepper|https_only|otp|jwt|bearer|auth|reject|callback|validation|environment|strict|password_hashers|senha|kennwort|session|server",
    re.IGNORECASE,
)
_is_asked = remembered(_ASKED)
_PEOPLE = regex(r"users?|accounts?|credentials?|passwords?|logins?|admins?", re.IGNORECASE)
LINES_MAX = 3000  # of one file of configuration
_FALLS_BACK = regex(r"(?:process|Bun|import\.meta|Deno)\.env\.(\w+)\s*(?:\|\||\?\?)\s*['\"]")


class Setting(NamedTuple):
    """A name with a value.

    Attributes:
        at: Number of the source file, -1 for a file of configuration.
        value: As a literal; `kind` "str" for configuration.
        where: What it stands in: field, assign, entry, argument, default, config.
        holder: What is around it: the call it is an argument of, the target of a dictionary, the section of a file.
        group: The same for all that stand in one call or one assigned value.
    """

    at: int
    path: str
    line: int
    name: str
    value: Arg
    fn: int
    where: str
    holder: str
    group: int = -1

    @property
    def last(self) -> str:
        """The last word of the name: "DEBUG" of app.config["DEBUG"]."""
        return _NAME_ENDS.split(self.name.rstrip("]'\""))[-1].strip("$")


@kept_with_it
def in_code(model: Model) -> tuple[Setting, ...]:
    """Return the names that are given a value in source that is no test, as far as a rule about security asks for them."""
    return tuple(
        each for at in model.own for each in _of_file(at, model.files[at]) if _is_asked(each.name) or _holds(each)
    )


def written_here(model: Model, at: int, fn: int, name: str) -> Setting | None:
    """Return what a file itself gives a name, whatever it is called: a variable of the function, or a constant of a class."""
    path = model.files[at].path
    for number in (*model.enclosing(at, fn), -1):
        for made in model.project.assigned[at].get((number, name), ()):
            return Setting(at, path, made.line, name, made.value, made.fn, "assign", "")
    for cls in model.files[at].classes:
        for field in cls.fields:
            if field.name == name and field.value is not None:
                return Setting(at, path, field.line, name, field.value, -1, "field", cls.name)
    return None


def _holds(each: Setting) -> bool:
    """Whether a text may hold a password under any name: in a connection string, or as the password of somebody."""
    if each.value.kind != "str":
        return False
    text = each.value.text
    return (
        "://" in text
        or "wd=" in text
        or "word=" in text
        or (each.where == "entry" and _PEOPLE.search(each.holder) is not None)
    )


def _of_file(at: int, file: File) -> Iterator[Setting]:
    path = file.path
    for number, assign in enumerate(file.assigns):
        yield Setting(at, path, assign.line, assign.target, assign.value, assign.fn, "assign", "")
        yield from _entries(at, path, assign.value, assign.line, assign.fn, assign.target, 2 * number)
    for cls in file.classes:
        for field in cls.fields:
            if field.value is not None:
                yield Setting(at, path, field.line, field.name, field.value, -1, "field", cls.name)
                yield from _entries(at, path, field.value, field.line, -1, field.name)
    for number, call in enumerate(file.calls):
        whole = f"{call.on}.{call.name}" if call.on else call.name
        for value in call.args:
            line = value.line or call.line
            if value.name:
                yield Setting(at, path, line, value.name, value, call.fn, "argument", whole, 2 * number + 1)
            yield from _entries(at, path, value, line, call.fn, whole, 2 * number + 1)
        if (
            len(call.args) == 2
            and call.args[0].kind == "str"
            and call.args[1].kind in ("str", "bool", "num")
            and call.name
            in (
                "define",
                "set",
                "Set",
                "putenv",
                "setProperty",
                "config",
                "put",
                "setenv",
                "set_config",
                "SetDefault",
                "ini_set",
                "addProperty",
                "property",
            )
        ):
            yield Setting(
                at, path, call.args[1].line or call.line, call.args[0].text, call.args[1], call.fn, "argument", whole
            )
    for made in file.returns:
        yield from _entries(at, path, made.value, made.line, made.fn, "return")
        if (asked := _FALLS_BACK.match(made.value.text)) is not None:  # return process.env.JWT_SECRET || "..."
            yield Setting(at, path, made.line, asked[1], made.value, made.fn, "assign", "")
    for number, fn in enumerate(file.functions):
        for param in fn.params:
            if param.default is not None:
                yield Setting(at, path, fn.line, param.name.strip("&*$"), param.default, number, "default", fn.name)


def _entries(at: int, path: str, value: Arg, line: int, fn: int, holder: str, group: int = -1) -> Iterator[Setting]:
    if value.kind not in ("dict", "list"):
        return
    for item in value.items:
        place = item.line or line
        if item.name:
            yield Setting(at, path, place, item.name, item, fn, "entry", holder, group)
        yield from _entries(at, path, item, place, fn, f"{holder}.{item.name}" if item.name else holder, group)


@kept_with_it
def in_texts(model: Model) -> tuple[Setting, ...]:
    """Return every name with a value in files of configuration, without examples, tests, translations and what only builds an image."""
    found: list[Setting] = []
    for path, text in sorted(model.texts.items()):
        if _KEPT.search(path) and not _NOT_KEPT.search(path) and not model.nobody.is_at(path):
            builds = building_lines(text) if is_dockerfile(path) else frozenset()
            found += (each for each in _of_text(path, text) if each.line not in builds)
    return tuple(found)


def is_development(path: str) -> bool:
    """Whether a file is only used where somebody develops, by its name."""
    return _DEV.search(path) is not None


def _of_text(path: str, text: str) -> Iterator[Setting]:
    if path.endswith((".xml", ".config")):
        for number, line in enumerate(text.splitlines()[:LINES_MAX], 1):
            for found in _XML.finditer(line):
                yield Setting(
                    -1,
                    path,
                    number,
                    found["key"] or found["plain"],
                    Arg("str", found["value"] or found["text"] or ""),
                    -1,
                    "config",
                    found["tag"] or "",
                )
        return
    if path.endswith(".jwk"):
        try:
            keys = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield from (
            (
                Setting(-1, path, 1, f"jwk.{key.lower()}", Arg("str", str(value)), -1, "config", "")
                for key, value in keys.items()
            )
            if isinstance(keys, dict)
            else ()
        )
        return
    parents: list[tuple[int, str]] = []
    for number, raw in enumerate(text.splitlines()[:LINES_MAX], 1):
        stripped = raw.strip()
        if not stripped or stripped.startswith(("#", "//", ";", "!", "/*", "*")):
            continue
        section = re.fullmatch(r"\[+([\w.\-: ]+)\]+", stripped)
        if section:
            parents = [(-1, section[1])]
            continue
        indent = len(raw) - len(raw.lstrip())
        if opened := re.fullmatch(r"([\w.-]+)\s*\{", stripped):
            parents = [(i, k) for i, k in parents if i < indent] + [(indent, opened[1])]
            continue
        pair = _PAIR.match(raw)
        if pair is None:
            continue
        if pair["sep"].strip() == "" and not re.match(r"\s*(ENV|ARG)\s", raw):
            continue
        parents = [(i, k) for i, k in parents if i < indent]
        value = _clean(pair["value"], path)
        holder = ".".join(k for _, k in parents)
        if value in ("", "{", "[", "|", ">", "|-", ">-"):
            parents.append((indent, pair["key"]))
            continue
        yield Setting(-1, path, number, pair["key"], Arg("str", value), -1, "config", holder)


def _clean(value: str, path: str) -> str:
    """Return a value without quotes and what is commented behind it."""
    value = value.strip()
    if value[:1] in ('"', "'"):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    if not path.endswith(".properties"):
        value = re.sub(r"\s+#.*$", "", value)
    return value.rstrip(";, ")
