"""Look-alikes: names of fields, samples and markers that are written like secrets and are none."""

import re
from collections.abc import Iterator

from backwright.review.facts import Arg, File
from backwright.review.link.model import Model
from backwright.review.read.sweep import secrets_of
from backwright.review.regexes import regex
from backwright.review.rules.credentials import words_of
from backwright.review.rules.settings import Setting

TEXT_MAX = 120  # characters of a pattern and of what it finds
NAMES_MIN = 5  # constants beside one that have to be names, too
_NAME = regex(r"_?[a-z]+(?:[A-Z][a-z]+|[_.:/-][a-z]+)*")
_NAMES = regex(rf"{_NAME.pattern}|[A-Z][A-Z_]+")
_UUID = regex(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MARKER = regex(r"-+BEGIN [A-Z ]*PRIVATE KEY-+\s*")
_LOOKS_FOR = regex(
    r"replace|remove|strip|trim|contain|include|starts|index|match|split|test|equal|has|prefix", re.IGNORECASE
)
_PATTERN = regex(r"\[[^\]]+\][{+*]|\\[wdsS]")
_TEST_MARKS = frozenset({"test", "Test", "ParameterizedTest", "Fact", "Theory", "rstest"})
# Tests, and what only they are run with.
_SUPPORTS_TESTS = regex(
    r"(^|/)(docs?|docs_src|examples?_tests?|stories|storybook|mocks?|i18n|locales?|lang|translations?|test_?utils?|testing|"
    r"testdata|fakes?)/|\.(d|stories|mock)\.ts$|[_.-](testing|bench(mark)?)\.\w+$",
    re.IGNORECASE,
)


_SEED = regex(r"(^|/)(\w+[_-])?seed(s|er|ers|ing)?([_-]\w+)?\.\w+$", re.IGNORECASE)
_REFUSED = regex(r"(^|_)(weak|insecure|unsafe|forbidden|blocked|refused|rejected|denied|leaked|bad)(_|$)")
_TESTING = frozenset({"test", "tests", "tester"})  # in a file's name: what makes data for tests, or tries the program

# What a constant is called first whose value is a word of a protocol, a table or a page.
_NAMES_KIND = frozenset(
    "column field header flag cmd command arg param query message msg err error warning label title text type block method amr claim scope "
    "grant event route path prefix suffix format fmt log attribute attr property placeholder tag topic permission role action".split()
)


def tells_kind(each: Setting, text: str) -> bool:
    """Whether a constant is called after what its value is a word of: `columnSecret`, `BlockTypePrivateKey`, `cmdFlagNameSecret`."""
    return (
        each.where in ("field", "assign")
        and bool(_NAMES_KIND & set(words_of(each.last)[:2]))
        and re.search(r"\d", text) is None
    )


def is_seed(path: str) -> bool:
    """Whether a file fills a database with what is made up."""
    return _SEED.search(path) is not None


def is_refused(holder: str) -> bool:
    """Whether a table holds what a real value is compared with and must not be: `WEAK_DEFAULTS`."""
    return _REFUSED.search("_".join(words_of(holder.partition(".")[0]))) is not None


def supports_tests(file: File) -> bool:
    """Whether a file is a text, a sample or a helper of tests: by its path, or because it imports Go's `testing`."""
    return (
        _SUPPORTS_TESTS.search(file.path) is not None
        or bool(_TESTING & set(words_of(file.path.rpartition("/")[2].rpartition(".")[0])))
    ) or (file.language == "go" and any(made.module == "testing" for made in file.imports))


def is_in_test(model: Model, at: int, fn: int) -> bool:
    """Whether a function is a test that stands beside what it tests, or makes what tests use."""
    return at >= 0 and any(
        any(mark.name in _TEST_MARKS for mark in made.marks) or "test" in words_of(made.name)
        for made in (model.files[at].functions[number] for number in model.enclosing(at, fn))
    )


def is_id(file: File, each: Setting) -> bool:
    """Whether a value is that of an enumeration of ids: `OnePassword = "bada5566-a7aa-401f-bd96-45619a55120d"`."""
    return (
        each.where == "field"
        and _UUID.fullmatch(each.value.text) is not None
        and any(made.kind == "enum" and made.name == each.holder for made in file.classes)
    )


def names_field(file: File, each: Setting, text: str) -> bool:
    """Whether a constant holds the name of a field, a header or a setting, as those beside it do."""
    if each.where not in ("field", "assign") or each.fn >= 0 or _NAME.fullmatch(text) is None:
        return False
    words, own = words_of(text), words_of(each.name)
    if own[-1:] == ("key",) and set(words) < set(own) - {"secret"}:
        return True  # WS_TOKEN_KEY = "token"
    if len(words) < 2:
        return False
    beside = list(_constants(file, each))
    return len(beside) >= NAMES_MIN and sum(_NAMES.fullmatch(value) is not None for value in beside) >= 0.8 * len(
        beside
    )


def _constants(file: File, each: Setting) -> Iterator[str]:
    """Yield the texts of the other constants of a class or module, as far as they are no sentences."""
    if each.where == "field":
        fields = (field for made in file.classes if made.name == each.holder for field in made.fields)
        told = ((field.name, field.value) for field in fields if field.value is not None)
    else:
        told = ((assign.target, assign.value) for assign in file.assigns if assign.fn < 0)
    for name, value in told:
        if name != each.name and value.kind == "str" and value.text and " " not in value.text:
            yield value.text


def only_marks(file: File) -> frozenset[int]:
    """Return the lines where only the first line of a key is looked for or kept."""
    looked = {
        value.line or call.line
        for call in file.calls
        if _LOOKS_FOR.search(call.name)
        for value in call.args
        if value.kind == "str" and _MARKER.fullmatch(value.text)
    }
    kept = {each.line for each in file.assigns if each.value.kind == "str" and _MARKER.fullmatch(each.value.text)}
    return frozenset(looked | kept)


def looks_for_keys(file: File) -> bool:
    """Whether a file holds a pattern of keys beside a key that fits it: a table of what a scanner finds."""
    texts = {text for text in _texts(file) if len(text) <= TEXT_MAX}
    keys = [text for text in texts if secrets_of(text.encode())]
    # No groups and few repetitions: what a project writes is run here, and must not take long.
    patterns = [text for text in texts if _PATTERN.search(text) and not re.search(r"\(|([+*].*){4}", text)]
    return any(_fits(pattern, key) for pattern in patterns for key in keys)


def _texts(file: File) -> Iterator[str]:
    for values in (*(call.args for call in file.calls), *((each.value,) for each in file.assigns)):
        yield from _inside(values)


def _inside(values: tuple[Arg, ...]) -> Iterator[str]:
    for value in values:
        if value.kind == "str":
            yield value.text
        yield from _inside(value.items)


def _fits(pattern: str, key: str) -> bool:
    try:
        return re.fullmatch(pattern, key) is not None
    except re.error:
        return False
