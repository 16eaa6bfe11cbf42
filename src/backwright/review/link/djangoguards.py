"""Django and REST framework: whether a view wants a login, comes in pages, and is limited by the settings."""

from collections.abc import Iterable

from backwright.review.facts import Arg
from backwright.review.link.declared import Declared
from backwright.review.link.djangopermissions import SAFE, Permissions, flags_of
from backwright.review.link.djangosettings import DjangoSettings
from backwright.review.link.djangoviews import DjangoViews
from backwright.review.link.project import Cls, Fn, Project
from backwright.review.link.routers import Use, words_of
from backwright.review.link.whoasks import turns_away
from backwright.review.regexes import regex

_REST = regex(r"(APIView|ViewSet|ViewSetMixin|(List|Create|Retrieve|Update|Destroy)ModelMixin|APIRootView)$")
_REST_LISTS = frozenset({"ListAPIView", "ListCreateAPIView", "ListModelMixin", "ModelViewSet", "ReadOnlyModelViewSet"})
_LISTS = regex(r"(^|\.)(ListView|MultipleObjectMixin|BaseListView|\w*ArchiveView)$")
_PAGES_ITSELF = frozenset({"paginate_queryset", "get_paginated_response", "paginate", "get_page", "Paginator"})
# Classes of libraries that let in only who is logged in, and the like that people write themselves.
_LOGIN_CLASS = regex(
    r"(LoginRequired|PermissionRequired|PermissionsRequired|UserPassesTest|StaffuserRequired|StaffRequired|SuperuserRequired|SuperUserRequired|GroupRequired|OTPRequired|AdminRequired)\w*$|PasswordChange(Done)?View$"
)
_GATES = ("dispatch", "as_view", "setup", "initial")
_DECORATES = regex(r"(login|permission|staff_member|superuser|auth)\w*_required$|^user_passes_test$")
_SLICE = regex(r"\[[^\[\]]*:[^\[\]]+\]$")
# Marks that are judged by the classes that they name, or that only describe.
_JUDGED_MARK = regex(
    r"(permission_classes|authentication_classes|action|list_route|detail_route|api_view|extend_schema\w*|swagger_\w+)$"
)
_DESCRIBES = regex(r"(method_decorator\()?(\w+\.)?(extend_schema\w*|swagger_\w+)\(")  # also of a class
_MAKES_VIEW = regex(r"[\w.]+\.as_view\b(\([^()]*\))?")  # a view may be called PermissionView
# Views of libraries that open themselves, whatever the settings say: what gives a token cannot ask for one.
_OPEN_VIEW = regex(
    r"((Obtain|Refresh|Verify)JSONWebToken|Token(Obtain|Refresh|Verify|Blacklist)|ObtainAuthToken|Spectacular)\w*$"
)


class DjangoGuards:
    """Judges what is declared in Django's URL configuration."""

    def __init__(self, project: Project) -> None:
        self.project, self.views = project, DjangoViews(project)
        self.permissions = Permissions(project, self.views)
        self.settings = DjangoSettings(project)

    # ---- login ------------------------------------------------------------------------------

    def requires_login(self, declared: Declared, said: list[bool | None]) -> bool:
        """Return whether a view lets in only who is logged in. `said`: what stands around it says, nearest last."""
        if any(told is True for told in said):
            return True
        cls, handler = declared.handler_class, declared.handler
        if cls is None and handler is None:
            is_root = declared.label == "APIRootView"
            return (is_root and self._by_default(declared)) or bool(_LOGIN_CLASS.search(declared.label))
        if cls is not None and self._is_gated(cls, declared.given):
            return True
        is_rest = self._is_rest(declared)
        told = self._permitted(declared) if is_rest else None
        if told is not None:
            return told
        is_open = cls is not None and any(_OPEN_VIEW.search(base) for base in self.project.ancestors(cls))
        by_default = is_rest and not is_open and self._by_default(declared)
        if by_default or (handler is not None and self._refuses(handler)):
            return True
        return False not in said and self.settings.asks_before(declared.path, is_rest=is_rest)

    def around(self, declared: Declared) -> tuple[Use, ...]:
        """Return what stands around a view without what its class says of itself, which is judged by what it does."""
        own = self._said_by_class(declared.handler_class) if declared.handler_class is not None else set()
        own |= {use for use in declared.uses if _DESCRIBES.match(use.text)}
        if declared.handler is not None:
            at, marks = declared.handler.file, self.project.function(declared.handler).marks
            judged = {mark.line for mark in marks if _JUDGED_MARK.match(mark.name)}
            own |= {use for use in declared.uses if use.file == at and use.line in judged}
        return tuple(use._replace(text=_MAKES_VIEW.sub("", use.text)) for use in declared.uses if use not in own)

    def _said_by_class(self, cls: Cls) -> set[Use]:
        found: set[Use] = set()
        for each in self.project.base_classes(cls):
            made = self.project.class_(each)
            lines = {field.line for field in made.fields}
            found |= {Use(base, each.file, made.line) for base in made.bases}
            found |= {use for use in self._fields(each) if use.line in lines}
        return found

    def _fields(self, cls: Cls) -> set[Use]:
        return {
            Use(f"{field.name}={' '.join(words_of(field.value)) or 'none'}", cls.file, field.line)
            for field in self.project.class_(cls).fields
            if field.value is not None and field.name != "decorators"
        }

    def _is_rest(self, declared: Declared) -> bool:
        if declared.handler_class is not None:
            return self._is_rest_class(declared.handler_class)
        return declared.handler is not None and self._mark(declared.handler, "api_view") is not None

    def _is_rest_class(self, cls: Cls) -> bool:
        return any(_REST.search(base) for base in self.project.ancestors(cls)) or (
            self.views.field(cls, "permission_classes") is not None
        )

    def _mark(self, fn: Fn, *names: str) -> tuple[Arg, ...] | None:
        return next((mark.args for mark in self.project.function(fn).marks if mark.name in names), None)

    def _permitted(self, declared: Declared) -> bool | None:
        """Whether the permissions of an action, a function or a class want a login; None if they have none of their own."""
        cls, handler = declared.handler_class, declared.handler
        given = next((value for value in declared.given if value.name == "permission_classes"), None)
        if handler is not None and given is None:
            marked = self._mark(handler, "permission_classes")
            marked = marked or self._mark(handler, "action", "list_route", "detail_route") or ()
            given = next(
                (v for v in marked if v.name == "permission_classes" or (not v.name and v.kind == "list")), None
            )
            if given is not None:
                return self._demand(handler.file, given, declared)
        if given is not None:
            return self._demand(declared.at, given, declared)
        for each in self.project.base_classes(cls) if cls is not None else ():
            own = self.permissions.own(each, "get_permissions")
            if own is not None and (told := self._chosen(own, declared)) is not None:
                return told
            value = next((f.value for f in self.project.class_(each).fields if f.name == "permission_classes"), None)
            if value is not None:
                return self._demand(each.file, value, declared)
        return None

    def _demand(self, at: int, value: Arg, declared: Declared) -> bool:
        is_detail = declared.path.rstrip("/").endswith("}")
        asked = [
            told
            for each in (value.items if value.kind == "call" else (value,))
            for told in self.settings.items(at, each)
        ]
        return any(
            self.permissions.demand(place, (item,), declared.method, declared.handler_class, is_detail=is_detail)
            for place, item in asked
        )

    def _by_default(self, declared: Declared) -> bool:
        return self._demand(*self.settings.rest("DEFAULT_PERMISSION_CLASSES"), declared)

    def _chosen(self, fn: Fn, declared: Declared) -> bool | None:
        """What `get_permissions` says: if it depends on the action, reading is open and the rest is not."""
        file = self.project.files[fn.file]
        asked = [(c.left, c.right) for c in file.compares if c.fn == fn.index]
        named = {one.text for pair in asked for one, other in (pair, pair[::-1]) if other.text.endswith(".action")}
        handles = self.project.function(declared.handler).name if declared.handler is not None else ""
        leaves = any(r.fn == fn.index and r.value.text.endswith(".get_permissions") for r in file.returns)
        if named and leaves and handles not in named:
            return None  # `if self.action == "shared": ...`, and the rest as it is
        values = [told.value for told in file.returns if told.fn == fn.index and told.value.items]
        values += [a.value for a in file.assigns if a.fn == fn.index and a.value.kind == "list" and a.value.items]
        told = {self._demand(fn.file, value, declared) for value in values}
        return (declared.method not in SAFE) if len(told) > 1 else next(iter(told), None)

    # ---- what classes and functions do ------------------------------------------------------

    def _is_gated(self, cls: Cls, given: Iterable[Arg]) -> bool:
        """Whether a class lets in only who is logged in: by a library's mixin, or by its own `dispatch`."""
        for each in self.project.base_classes(cls):
            for base in self.project.class_(each).bases:
                known = self.project.absolute(each.file, base)  # by its own name: `LoginRequiredMixin as LoginBase`
                if self.project.find_class(each.file, base) is None and _LOGIN_CLASS.search(known):
                    return True
            for name in _GATES:
                gate = self.permissions.own(each, name)
                if gate is None:
                    continue
                if any(
                    _DECORATES.search(v.text)
                    for m in self.project.function(gate).marks
                    for v in (*m.args, Arg("name", m.name))
                ):
                    return True
                if self._refuses(gate):
                    flags = self._switches(gate, cls)
                    if not flags or any(self.permissions.flag(cls, flag, given) for flag in flags):
                        return True
        return False

    def _switches(self, gate: Fn, cls: Cls) -> list[str]:
        """Return the class's attributes that a gate looks at before it refuses: `if self.login_required and ...`."""
        file = self.project.files[gate.file]
        own = {field.name for each in self.project.base_classes(cls) for field in self.project.class_(each).fields}
        return flags_of(r.attr for r in file.reads if r.fn == gate.index and r.base == "self" and r.attr in own)

    def _refuses(self, fn: Fn) -> bool:
        """Whether a function asks who is there and turns away who is not logged in."""
        file = self.project.files[fn.file]
        calls = [call for call in file.calls if call.fn == fn.index]
        if any(_DECORATES.search(call.name) for call in calls):
            return True
        return turns_away(self.project, fn)

    # ---- pages and limits -------------------------------------------------------------------

    def paginates(self, declared: Declared) -> bool | None:
        """Return whether a list view comes in pages; None for what is none."""
        cls = declared.handler_class
        if cls is None or declared.method not in ("GET", "*"):
            return None
        bases = self.project.ancestors(cls)
        if any(_LISTS.search(base) for base in bases):
            steps = [self.views.function(cls, name) for name in ("get_paginate_by", "get_queryset")]
            sliced = steps[0] is not None or (steps[1] is not None and self._slices(steps[1]))
            return sliced or self.permissions.flag(cls, "paginate_by", declared.given)
        marked = self._mark(declared.handler, "action") if declared.handler is not None else None
        if marked is not None:  # who switches pages off has a list
            return False if any(v.name == "pagination_class" and v.kind == "none" for v in marked) else None
        name = declared.label.rpartition(".")[2]
        if not any(base.rpartition(".")[2] in _REST_LISTS for base in bases) or not self._lists(declared, name):
            return None
        own = self.views.function(cls, "list")
        if own is not None and not self._pages(own):
            return False
        value = next((v for v in declared.given if v.name == "pagination_class"), None)
        value = value or self.views.field(cls, "pagination_class") or self.settings.rest("DEFAULT_PAGINATION_CLASS")[1]
        return value.kind != "none"

    def _lists(self, declared: Declared, name: str) -> bool:
        """Whether a REST view answers with its list: a viewset's action of that name, or a view that is made for lists."""
        cls = declared.handler_class
        is_viewset = cls is not None and any(
            base.endswith(("ViewSet", "ViewSetMixin")) for base in self.project.ancestors(cls)
        )
        return name == "list" if is_viewset else True

    def _slices(self, fn: Fn) -> bool:
        """Whether a function gives a part of a list: `return queryset[:20]`."""
        return any(
            told.fn == fn.index and _SLICE.search(told.value.text) for told in self.project.files[fn.file].returns
        )

    def _pages(self, fn: Fn) -> bool:
        return any(
            call.fn == fn.index and (call.name in _PAGES_ITSELF or (call.on == "super()" and call.name == "list"))
            for call in self.project.files[fn.file].calls
        )

    def limited_by_default(self, declared: Declared) -> bool:
        """Whether the settings limit a view: their middleware, or REST framework's throttles, of which the scoped ones want a scope."""
        if self.settings.limits(declared.path):
            return True
        throttles = [item.text for item in self.settings.rest("DEFAULT_THROTTLE_CLASSES")[1].items]
        if not throttles or not self._is_rest(declared):
            return False
        cls = declared.handler_class
        if cls is not None and (own := self.views.field(cls, "throttle_classes")) is not None:
            return bool(own.items)
        if any("Scoped" not in text for text in throttles):
            return True
        return cls is not None and self.views.field(cls, "throttle_scope") is not None
