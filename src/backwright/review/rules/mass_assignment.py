"""mass-assignment: a whole request becomes an entity, so that clients write fields that decide what they may do."""

import re
from collections.abc import Iterator
from functools import cached_property

from backwright.model.blueprint import Spot
from backwright.model.finding import Confidence
from backwright.review.facts import NEW, Arg, Call
from backwright.review.link.declared import Declared
from backwright.review.link.model import Model, shown
from backwright.review.link.project import Fn
from backwright.review.link.remembering import remembered
from backwright.review.regexes import regex
from backwright.review.rules.boundforms import bound_forms
from backwright.review.rules.filledbyname import filled_by_name
from backwright.review.rules.owned import snake
from backwright.review.rules.privileges import IDENTITY, PRIVILEGED, Privileges
from backwright.review.rules.requestbodies import is_body, is_checked
from backwright.review.rules.rule import Hit
from backwright.review.rules.savedbodies import chosen_keys, handed_bodies
from backwright.review.rules.signuproles import chosen_roles

_ADMIN = regex(
    r"admin|staff|superuser|internal|moderat|manage_?users|has_?role|roles_?allowed|console|seed", re.IGNORECASE
)
_names_admin = remembered(_ADMIN)
_IN_PATH = regex(rf"(?<![a-z])(?:{_ADMIN.pattern})")  # at the start of a word: a project's own name may end so
_CREATES = regex(
    r"^(create|build|insert(_?(one|many))?|update(_?(one|many|or_?create))?|upsert|save|fill|force_?fill|find_?(one|by_?id)_?and_?(update|replace)|get_or_create|update_or_create|"
    r"set|assign|replace(_?one)?|merge|add|put|add_?async|update_?range|persist|attach|create_?many|firstOrCreate|updateOrCreate|bulk_?create)$",
    re.IGNORECASE,
)
_SAVES = regex(
    r"^(save|saveAndFlush|saveAll|persist|merge|insert|add|addAsync|update|attach|create|updates|firstOrCreate|persistAndFlush)$",
    re.IGNORECASE,
)
_BINDS = frozenset(
    "BindJSON ShouldBindJSON Bind ShouldBind BodyParser Decode ReadJSON ShouldBindBodyWith MustBindWith".split()
)
_TYPED = ("java", "kotlin", "csharp")


def check(model: Model) -> Iterator[Hit]:
    """Yield one finding for each function that takes fields of an entity from whatever a client sends."""
    finder = _Finder(model)
    told: set[Fn] = set()
    for at in model.own:
        for hit in finder.of_file(at):
            held = Fn(at, hit.fn)
            if hit.fn < 0 or held not in told:
                told.add(held)
                yield hit
    yield from bound_forms(model, finder.privileges)
    for hit in (*handed_bodies(model, finder.privileges), *chosen_keys(model)):
        if Fn(hit.at, hit.fn) not in told and not finder.is_for_admins(hit.at, hit.fn):
            told.add(Fn(hit.at, hit.fn))
            yield hit
    yield from chosen_roles(model)
    for at, fn, line, name, fields in filled_by_name(model, finder.privileges):
        if Fn(at, fn) not in told:
            message = f"setattr() sets whatever a client names, {_listed(fields)} of {name} too"
            path = (*model.path_to(Fn(at, model.named(at, fn))), Spot(model.files[at].path, line, "setattr"))
            yield Hit(at, line, message, fn, path, Confidence.HIGH)


class _Finder:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.privileges = Privileges(model)

    def of_file(self, at: int) -> Iterator[Hit]:
        language = self.model.files[at].language
        for call in self.model.files[at].calls:
            if call.fn < 0 or not call.args or self.is_for_admins(at, call.fn):
                continue
            if language in _TYPED:
                yield from self._typed(at, call)
            elif language == "go":
                yield from self._bound(at, call)
            elif language in ("python", "javascript", "php"):
                yield from self._whole(at, call)
                yield from self._chosen(at, call)
        if language in ("python", "javascript", "php"):
            yield from self._overwritten(at)

    # ---- whole bodies -----------------------------------------------------------------------

    def _whole(self, at: int, call: Call) -> Iterator[Hit]:
        """`User(**request.json)`, `User.create(req.body)`, `$user->update($request->all())`."""
        if not (call.flags & NEW or _CREATES.match(call.name) or call.name[:1].isupper()):
            return
        body = next((v for v in self._written(call) if is_body(self.model, at, call.fn, v)), None)
        if body is None or is_checked(self.model, at, call.fn, body):
            return
        name, fields = self._entity(at, call)
        if fields:
            yield self._hit(at, call, f"{shown(call)}() takes whatever a client sends, {_listed(fields)} of {name} too")

    def _written(self, call: Call) -> Iterator[Arg]:
        """The values of a call that fields are taken from."""
        for value in call.args:
            if value.name in ("where", "defaults"):
                continue
            yield value
            if value.kind == "dict":
                for item in value.items:
                    if item.name in ("data", "$set", "...", "create", "update", "") and item.name != "where":
                        yield item
                        yield from item.items if item.kind == "dict" else ()

    def _entity(self, at: int, call: Call) -> tuple[str, tuple[str, ...]]:
        """What a call makes or changes, with its privileged fields."""
        names = [call.name] if call.name[:1].isupper() else []
        names += [
            word.strip("()") for word in reversed(call.on.split(".")) if word.strip("()") not in ("objects", "query")
        ]
        if call.name == "assign" and call.args:
            names = [call.args[0].text]
        for name in names[:4]:
            known = self.model.project.type_of(at, call.fn, name)
            if known.cls is not None and known.cls in self.model.data.entities:
                return self.model.project.class_(known.cls).name, self.privileges.of_class(known.cls)
            if re.fullmatch(r"[A-Za-z_]\w*", name) and (fields := self.privileges.of_name(at, name)):
                return name, fields
            if entity := self._assigned_entity(at, call, name):
                return entity, self.privileges.of_name(at, entity)
        return "", ()

    def _assigned_entity(self, at: int, call: Call, name: str) -> str:
        """`const user = await User.findById(id)`: what a variable was found by."""
        for number in self.model.enclosing(at, call.fn):
            for assign in self.model.project.assigned[at].get((number, name), ()):
                root = assign.value.text.removeprefix("await ").partition(".")[0]
                if assign.value.kind in ("call", "other") and root[:1].isupper() and self.privileges.of_name(at, root):
                    return root
        return ""

    def _chosen(self, at: int, call: Call) -> Iterator[Hit]:
        """`User(name=..., role=request.json["role"])` where nobody has to log in: who signs up chooses what they may do."""
        named = [value for value in call.args if PRIVILEGED.fullmatch(value.name)]
        named += [i for value in call.args if value.kind == "dict" for i in value.items if PRIVILEGED.fullmatch(i.name)]
        if not named or not (call.flags & NEW or _CREATES.match(call.name) or call.name[:1].isupper()):
            return
        declared = self.model.endpoint_of(Fn(at, self.model.named(at, call.fn)))
        if declared is None or declared.method not in ("POST", "*") or self._needs_login(declared):
            return
        fn, known = Fn(at, call.fn), self.model.taint.around(Fn(at, call.fn))
        name, fields = self._entity(at, call)
        for value in named if fields else ():
            if value.name in fields and self.model.taint.of(fn, value, known, call.line) is not None:
                yield self._hit(at, call, f"whoever signs up chooses {value.name} of {name} with {shown(call)}()")
                return

    def _needs_login(self, declared: Declared) -> bool:
        """Whether a login stands before an endpoint, or cannot be ruled out."""
        return any(
            endpoint.auth is not False
            for each, endpoint in zip(self.model.declared, self.model.endpoints, strict=True)
            if each is declared
        )

    # ---- entities as parameters -------------------------------------------------------------

    def _typed(self, at: int, call: Call) -> Iterator[Hit]:
        """A handler's parameter is the entity itself, filled by the framework, and is stored."""
        if not _SAVES.match(call.name) or self.model.project.resolve_call(at, call):
            return  # what a function of the project does with it, is looked at by itself
        fn = Fn(at, call.fn)
        declared = self.model.handlers.get(fn)
        if declared is None or declared.method in ("GET", "HEAD"):
            return
        made = self.model.files[at].functions[call.fn]
        for value in call.args[:1]:
            param = next((p for p in made.params if p.name == value.text and value.kind == "name"), None)
            if param is None or any(mark.name in ("Bind", "PathVariable", "FromServices") for mark in param.marks):
                continue
            cls = self.model.project.named_type(at, param.type).cls
            if cls is not None and cls in self.model.data.entities and (fields := self.privileges.of_class(cls)):
                name = self.model.project.class_(cls).name
                yield self._hit(
                    at, call, f"{shown(call)}() stores the {name} that the request was read into, {_listed(fields)} too"
                )

    def _bound(self, at: int, call: Call) -> Iterator[Hit]:
        """Go: the body is decoded into the entity, which is then stored."""
        if call.name not in ("Create", "Save", "Updates", "FirstOrCreate") or call.args[0].kind != "name":
            return
        var = call.args[0].text
        binds = any(
            other.fn == call.fn
            and other.name in _BINDS
            and other.line <= call.line
            and any(v.text == var for v in other.args)
            for other in self.model.files[at].calls
        )
        cls = self.model.project.type_of(at, call.fn, var).cls if binds else None
        fields = self.privileges.of_class(cls) if cls is not None and cls in self.model.data.entities else ()
        resets = {a.target for a in self.model.files[at].assigns if a.fn == call.fn}
        fields = tuple(name for name in fields if f"{var}.{name}" not in resets)
        if cls is not None and fields:
            name = self.model.project.class_(cls).name
            yield self._hit(
                at, call, f"{shown(call)}() stores the {name} that the request was read into, {_listed(fields)} too"
            )

    # ---- what the server knew is overwritten -----------------------------------------------

    def _overwritten(self, at: int) -> Iterator[Hit]:
        """`{ userId: me, ...req.body }`, `data.update(request.json)`: the client's value comes last and wins."""
        file = self.model.files[at]
        for call in file.calls:
            if call.fn < 0 or self.is_for_admins(at, call.fn):
                continue
            first: Arg | None = None
            if call.name == "update" and file.language == "python" and len(call.args) == 1:
                first = next((a.value for a in self.model.project.assigned[at].get((call.fn, call.on), ())), None)
            elif call.name == "array_merge" and len(call.args) == 2:
                first = call.args[0]
            if (
                first is not None
                and is_body(self.model, at, call.fn, call.args[-1])
                and (key := _identity(first.items))
            ):
                yield self._hit(at, call, f"what a client sends overwrites {key}, which the server had set itself")
        for assign in file.assigns:
            if assign.value.kind == "dict" and assign.fn >= 0 and not self.is_for_admins(at, assign.fn):
                spread = next(
                    (
                        n
                        for n, i in enumerate(assign.value.items)
                        if i.name in ("...", "**") and is_body(self.model, at, assign.fn, i)
                    ),
                    0,
                )
                if key := _identity(assign.value.items[:spread]):
                    call = Call("", "", assign.line, assign.fn)
                    yield self._hit(at, call, f"what a client sends overwrites {key}, which the server had set itself")

    # ---- what they share --------------------------------------------------------------------

    def is_for_admins(self, at: int, fn: int) -> bool:
        """Whether only people run a function who may set such fields anyway."""
        key = (at, fn)
        if key not in self._admins:
            made = self.model.files[at].functions[fn]
            around = [made.name, made.owner]
            declared = self.model.endpoint_of(Fn(at, self.model.named(at, fn)))
            if declared is not None:
                around += [declared.path, *(use.text for use in declared.uses)]
            in_path = _IN_PATH.search(snake(self.model.files[at].path)) is not None
            self._admins[key] = in_path or any(map(_names_admin, around))
        return self._admins[key]

    @cached_property
    def _admins(self) -> dict[tuple[int, int], bool]:
        return {}

    def _hit(self, at: int, call: Call, message: str) -> Hit:
        fn = Fn(at, self.model.named(at, call.fn))
        served = self.model.is_served(fn)
        path = (
            *self.model.path_to(fn),
            Spot(self.model.files[at].path, call.line, shown(call) if call.name else "the client's values come last"),
        )
        return Hit(at, call.line, message, call.fn, path, Confidence.HIGH if served else Confidence.MEDIUM)


def _listed(fields: tuple[str, ...]) -> str:
    return " and ".join(fields[:3])


def _identity(items: tuple[Arg, ...]) -> str:
    """The first entry that says who somebody is and whose value the server knows."""
    return next(
        (
            item.name
            for item in items
            if IDENTITY.fullmatch(item.name) and item.kind in ("name", "call", "other", "bool", "str")
        ),
        "",
    )
