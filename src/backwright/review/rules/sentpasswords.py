"""Passwords that are sent to clients: fields of what handlers answer with, and entries of answers put together by hand."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from backwright.model.blueprint import Spot
from backwright.review.facts import NEW, Arg, Call, Class, Field, File, Mark
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model
from backwright.review.link.project import Cls, Fn
from backwright.review.regexes import regex
from backwright.review.rules.answering import is_answer
from backwright.review.rules.credentials import last_name, password_word, words_of
from backwright.review.rules.patterns import flat

DEPTH_MAX = 2  # classes that are gone into from what is answered: a page of users, and the team of each
TYPED = frozenset({"java", "kotlin", "csharp", "go", "python"})
_CLASS = regex(r"(?:\w+\.)*[A-Z]\w*")
_TEXT = regex(r"^(\*|Optional\[|Option<)?(String|string|str)\b", re.ASCII)
# What is shown once, to whom it was made for, and what somebody else is asked for.
_ONCE = frozenset("new temporary temp generated initial default current old one share room meeting guest wifi".split())
_ASKED = regex(r"(Request|Input|Form|Command|Payload|Create|Update|Login|Register|Signup)(Dto|DTO|Model|Body|Vm)?$")
_HIDES = frozenset(
    "JsonIgnore Exclude HideField IgnoreDataMember NonSerialized XmlTransient JsonbTransient JsonView JsonSerialize JsonConverter "
    "GraphQLIgnore Secret Sensitive Masked Mask Desensitize Expose Transient".split()
)
_HIDING = regex(r"WRITE_ONLY|write_only|writeOnly|serialize=false|exclude=True|repr=False|Never|Always")
_MADE = regex(r"generat|reset|temporary|one_?time|invit", re.IGNORECASE)
_WORKS = regex(r"(Service|Repository|Manager|Context|Provider|Client|Factory|Handler|Store)$")  # held, but not written
# What JSON is made by around what it holds; not a page.
_WRAPS = frozenset(
    "Ok ok OK Json JsonResult OkObjectResult ObjectResult StatusCode CreatedAtAction CreatedAtRoute Created Accepted "
    "ResponseEntity body success of just JSONResponse Response".split()
)
_GETTERS = frozenset({"Data", "Getter", "Value"})  # Lombok's, which make a class readable for what writes JSON
_NOTHING = regex(r"^(null|nil|None|\"\"|''|string\.Empty|String\.Empty|default!?|)$|\*{2,}|mask|redact", re.IGNORECASE)
_ASKS = regex(r"^(\w+\.)*(req|request|body|dto|input|form|payload|params|\w+(Request|Dto|Form|Input))\b", re.IGNORECASE)
_BUILDS = regex(r"createObjectBuilder|JSONObject|JsonObject|ObjectNode|createObjectNode|JObject")
_PUTS = frozenset("add put Add accumulate addProperty set".split())
_READS = regex(r"(^|\.)(get\w*(Value|Password|Pwd)|getValue|value|\w*[pP]assword)(\(\))?$")
_WRITES_JSON = regex(r"^json\.(Marshal(Indent)?|NewEncoder)$")


class Sent(NamedTuple):
    """A password that clients are sent: where it is declared or put in, and how it gets there."""

    at: int
    line: int
    fn: int
    message: str
    path: tuple[Spot, ...]


def sent(model: Model) -> Iterator[Sent]:
    """Yield each field once, with the first endpoint that sends it."""
    finder = _Sent(model)
    told: set[tuple[int, int]] = set()
    for declared in sorted(model.declared, key=lambda each: each.method != "GET"):
        if declared.handler is None or model.files[declared.handler.file].is_test:
            continue
        for found in (*finder.typed(declared), *finder.put(declared)):
            if (found.at, found.line) not in told:
                told.add((found.at, found.line))
                yield found


class _Sent:
    def __init__(self, model: Model) -> None:
        self.model = model
        self._passwords: dict[Cls, list[tuple[Cls, Field]]] = {}

    # ---- classes ----------------------------------------------------------------------------

    def typed(self, declared: Declared) -> Iterator[Sent]:
        """Yield passwords of the classes that a handler answers with."""
        handler = declared.handler
        if handler is None or self.model.files[handler.file].language not in TYPED:
            return
        for cls in dict.fromkeys(self._answered(handler)):
            if cls not in self._passwords:
                self._passwords[cls] = list(self._fields(cls))
            for owner, field in self._passwords[cls]:
                file = self.model.files[owner.file]
                name = self.model.project.class_(owner).name
                if _MADE.search(f"{declared.path} {name}"):
                    continue  # shown once to whom it was made for
                first = Spot(self.model.files[declared.at].path, declared.line, f"{declared.method} {declared.path}")
                message = f"{declared.method} {declared.path} sends {field.name} of {name} to clients"
                yield Sent(owner.file, field.line, -1, message, (first, Spot(file.path, field.line, field.name)))

    def _answered(self, fn: Fn) -> Iterator[Cls]:
        """The classes of what a handler gives back, by its type or by what its answers are made of."""
        at = fn.file
        file, made = self.model.files[at], self.model.project.function(fn)
        told = [v for mark in made.marks for v in mark.args if v.name == "response_model"]
        names = " ".join(value.text for value in told) or made.returns
        if file.language != "go":
            typed = list(self._named(at, names))
            yield from typed
            if told or typed:
                return
        for each in self._returns.get(at, {}).get(fn.index, ()):
            yield from self._of_value(at, fn.index, each)
        for number in self.model.inside.calls[at].get(fn.index, ()):
            call = file.calls[number]
            if self._sends(at, file, call):
                for value in call.args:
                    yield from self._of_value(at, call.fn, value)

    def _sends(self, at: int, file: File, call: Call) -> bool:
        if file.language != "go":
            return False  # what others answer with is what they return
        if is_answer(file, call) or (call.name == "Encode" and call.on == "json.NewEncoder()"):
            return True
        return any(value.text in ("w", "rw") for value in call.args[:1]) and any(
            self._writes_json(target) for target in self.model.project.resolve_call(at, call)[:1]
        )

    def _writes_json(self, fn: Fn) -> bool:
        file = self.model.files[fn.file]
        return any(
            _WRITES_JSON.match(f"{file.calls[number].on}.{file.calls[number].name}")
            for number in self.model.inside.calls[fn.file].get(fn.index, ())
        )

    def _of_value(self, at: int, fn: int, value: Arg, depth: int = 3) -> Iterator[Cls]:
        if value.kind == "name":
            known = self.model.project.type_of(at, fn, value.text)
            if known.cls is not None:
                yield known.cls
        elif value.kind == "call":
            on, _, name = value.text.rpartition(".")
            cls = self.model.project.returned_by(at, fn, on, name).cls
            if cls is not None:
                yield cls
            elif depth and name in _WRAPS and not self.model.project.resolve(at, fn, on, name):
                for item in value.items:
                    yield from self._of_value(at, fn, item, depth - 1)

    @cached_property
    def _returns(self) -> dict[int, dict[int, list[Arg]]]:
        found: dict[int, dict[int, list[Arg]]] = {}
        for fn in self.model.handlers:
            if fn.file not in found:
                held = found[fn.file] = {}
                for each in self.model.files[fn.file].returns:
                    held.setdefault(each.fn, []).append(each.value)
        return found

    def _named(self, at: int, source: str) -> Iterator[Cls]:
        for name in _CLASS.findall(source):
            cls = self.model.project.find_class(at, name)
            *folders, last = name.split(".")
            if folders:  # Models.Dto.User, and not the Models.User beside it
                known = [c for c in self.model.project.classes_by_name.get(last, ()) if self._lies_in(c, folders[-1])]
                cls = known[0] if known else cls
            if cls is not None:
                yield cls

    def _lies_in(self, cls: Cls, folder: str) -> bool:
        return folder.lower() in self.model.files[cls.file].path.lower().split("/")

    def _fields(self, cls: Cls) -> Iterator[tuple[Cls, Field]]:
        """The passwords among the fields of a class, and of those that it holds."""
        seen, level = {cls}, [cls]
        for _ in range(DEPTH_MAX + 1):
            below: list[Cls] = []
            for each in level:
                made = self.model.project.class_(each)
                if made.kind == "enum" or _ASKED.search(made.name):
                    continue
                for field in made.fields:
                    if _is_hidden(field.marks):
                        continue
                    if _is_password(field) and self._is_written(each, made, field):
                        yield each, field
                    inner = [c for c in self._held(each.file, field) if c not in seen]
                    seen.update(inner)
                    below += inner
                bases = [c for c in self.model.project.base_classes(each) if c not in seen]
                seen.update(bases)
                below += bases
            level = below

    def _held(self, at: int, field: Field) -> Iterator[Cls]:
        """The classes of a field that is written with its object."""
        for cls in () if field.name.startswith("_") else self._named(at, field.type):
            made = self.model.project.class_(cls)
            if made.kind != "interface" and not _WORKS.search(made.name):
                yield cls

    def _is_written(self, cls: Cls, made: Class, field: Field) -> bool:
        """Whether a field is among what JSON is made of, and nobody empties it before."""
        file = self.model.files[cls.file]
        if any(field.name in " ".join(flat(mark.args)) for mark in made.marks if "Ignore" in mark.name):
            return False
        if any(mark.name in ("JsonSerialize", "JsonAutoDetect", "JsonFilter") for mark in made.marks):
            return False
        getter = f"get{field.name[:1].upper()}{field.name[1:]}"
        getters = [fn for fn in self.model.project.methods.get((made.name, getter), ()) if fn.file == cls.file]
        if any(_is_hidden(self.model.project.function(fn).marks) for fn in getters):
            return False
        if file.language == "java" and made.kind != "record":
            marks = {mark.name for mark in (*made.marks, *field.marks)}
            if not getters and not marks & _GETTERS:
                return False
        if file.language == "python" and not (
            set(self.model.project.ancestors(cls)) & {"BaseModel", "SQLModel", "Schema", "Struct"}
        ):
            return False
        return field.name.lower() not in self._emptied and not self._is_left_out(cls, made, field)

    def _is_left_out(self, cls: Cls, made: Class, field: Field) -> bool:
        """Whether the project fills the class by hand and leaves the password out: a form's class that is answered with, too."""
        if cls in self.model.data.entities:
            return False
        calls = (self.model.files[at].calls[n] for at, n in self.model.project.calls_by_name.get(made.name, ()))
        filled = [{v.name for v in call.args if v.name} for call in calls if call.flags & NEW]
        filled = [names for names in filled if len(names) > 1]
        return bool(filled) and not any(field.name in names for names in filled)

    @cached_property
    def _emptied(self) -> frozenset[str]:
        """Names of fields that the project empties or covers somewhere: `user.setPassword(null)`, `u.Password = ""`."""
        found: set[str] = set()
        for at in self.model.own:
            file = self.model.files[at]
            for assign in file.assigns:
                name = last_name(assign.target)
                if "." in assign.target.replace("->", ".") and password_word(name) and _is_nothing(assign.value):
                    found.add(name.lower())
            for call in file.calls:
                if call.name.startswith("set") and len(call.args) == 1 and password_word(call.name[3:]):
                    if _is_nothing(call.args[0]):
                        found.add(call.name[3:].lower())
        return frozenset(found)

    # ---- put together by hand -----------------------------------------------------------------

    def put(self, declared: Declared) -> Iterator[Sent]:
        """Yield `response.add("password", config.getValue())` of an object that becomes the answer."""
        fn = declared.handler
        if fn is None or self.model.files[fn.file].language not in ("java", "kotlin", "csharp"):
            return
        file = self.model.files[fn.file]
        for number in self.model.inside.calls[fn.file].get(fn.index, ()):
            call = file.calls[number]
            if call.name not in _PUTS or len(call.args) != 2 or call.args[0].kind != "str":
                continue
            key, value = call.args
            if password_word(key.text) != "clear" or _ONCE & set(words_of(key.text)):
                continue
            if value.kind not in ("name", "call") or not _READS.search(value.text) or _ASKS.match(value.text):
                continue
            if self._builds(fn, call):
                first = Spot(self.model.files[declared.at].path, declared.line, f"{declared.method} {declared.path}")
                message = f"{declared.method} {declared.path} sends {key.text} to clients"
                yield Sent(fn.file, call.line, call.fn, message, (first,))

    def _builds(self, fn: Fn, call: Call) -> bool:
        """Whether what a value is put into is a JSON object."""
        root = re.split(r"[.(]", call.on)[0]
        if _BUILDS.search(call.on):
            return True
        return any(
            _BUILDS.search(f"{assign.type} {assign.value.text}")
            for number in self.model.enclosing(fn.file, call.fn)
            for assign in self.model.project.assigned[fn.file].get((number, root), ())
        )


def _is_nothing(value: Arg) -> bool:
    return value.kind == "none" or (value.kind in ("str", "name", "other") and _NOTHING.search(value.text) is not None)


def _is_hidden(marks: tuple[Mark, ...]) -> bool:
    return any(
        mark.name.rpartition(".")[2] in _HIDES
        or (mark.name in ("json", "serde") and any(v.text in ("-", "skip", "skip_serializing") for v in mark.args))
        or (mark.name not in ("gorm", "Column") and _HIDING.search(" ".join(f"{v.name}={v.text}" for v in mark.args)))
        for mark in marks
    )


def _is_password(field: Field) -> bool:
    return (
        _TEXT.match(field.type) is not None
        and password_word(field.name) in ("clear", "hash")
        and not _ONCE & set(words_of(field.name))
        and (field.value is None or _HIDING.search(" ".join(f"{v.name}={v.text}" for v in field.value.items)) is None)
    )
