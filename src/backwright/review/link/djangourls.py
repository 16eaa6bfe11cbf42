"""Django's URL configuration: what `include(...)` means, and lists of patterns that are put together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backwright.review.facts import Arg, Assign, Call
from backwright.review.link.project import Cls, Fn
from backwright.review.link.whoasks import turns_away
from backwright.review.regexes import regex

if TYPE_CHECKING:
    from backwright.review.link.routers import Key, Routers

PATTERNS = ".urls"  # what a router of REST framework gives: its list of patterns
_SUMMAND = regex(r"(?:^|\+|\*)\s*([A-Za-z_][\w.]*)\s*(?=\+|$|,|\])")


class DjangoUrls:
    """Hangs lists of patterns and REST framework's routers where they are included."""

    def __init__(self, routers: Routers) -> None:
        self.routers, self.project = routers, routers.project

    def named(self, at: int, text: str) -> list[Key]:
        """Return the router that a text names: "shop.orders.router"."""
        module, _, name = text.rpartition(".")
        keys = [self.routers.key("var", each, -1, name) for each in self.project.module_files(at, module)]
        return [key for key in keys if key in self.routers.known]

    def included(self, at: int, call: Call, given: Arg) -> list[Key]:
        """Return what is included: a module by its name, a list of patterns, either alone or with a name as a pair."""
        held = given.items[0] if given.kind in ("list", "call") and given.items else given
        if held.kind == "str":
            return self.routers.module_keys(at, held.text)
        if held.kind == "name" and held.text.endswith(PATTERNS):
            return [self.routers.key_of(at, call.fn, held.text.removesuffix(PATTERNS))]
        return self.routers.children(at, call, held) or self._module(at, held)

    def _module(self, at: int, value: Arg) -> list[Key]:
        """`include(api_urls)`, where `from shop.api import urls as api_urls`."""
        made = self.project.imported[at].get(value.text) if value.kind == "name" else None
        return self.routers.module_keys(at, made.inner) if made is not None else []

    def hang(self, at: int) -> None:
        """Hang what is added to a list of patterns below that list: `urlpatterns += router.urls`, `[...] + extra`."""
        file = self.project.files[at]
        if not any(made.module.startswith(("django", "rest_framework")) for made in file.imports):
            return
        for assign in file.assigns:
            if assign.fn < 0 and assign.cls < 0:
                for name in _added(assign):
                    child = self.routers.key_of(at, -1, name.removesuffix(PATTERNS))
                    parent = self.routers.key("var", at, -1, assign.target)
                    if child != parent and (name.endswith(PATTERNS) or child in self._lists(at)):
                        self.routers.add_edge(child, parent, "", (), assign.line)
                self._wrap(at, assign)
        for call in file.calls:  # router.registry.extend(other.registry)
            if call.name == "extend" and call.on.endswith(".registry") and call.args and call.args[0].kind == "name":
                child = self.routers.key_of(at, call.fn, call.args[0].text.removesuffix(".registry"))
                parent = self.routers.key_of(at, call.fn, call.on.removesuffix(".registry"))
                self.routers.add_edge(child, parent, "", (), call.line)

    def _wrap(self, at: int, assign: Assign) -> None:
        """Put what all patterns so far are wrapped in before them: `urlpatterns = decorated(urlpatterns, login_required)`."""
        value, name = assign.value, assign.target
        if value.kind != "call" or all(item.text != name for item in value.items):
            return
        if name.endswith(".callback"):  # of each pattern, in a loop over them
            name, guards = "urlpatterns", [value.text]
        else:
            guards = [item.text for item in value.items if item.kind in ("name", "call") and item.text != name]
        key = self.routers.key("var", at, -1, name)
        self.routers.uses[key] += [
            (-assign.line, self.routers.use(self._said(at, text), at, assign.line)) for text in guards
        ]

    def _said(self, at: int, guard: str) -> str:
        """Return a decorator's name, and that it wants a login if what it makes turns away who is not logged in."""
        for fn in self.project.resolve(at, -1, *guard.rpartition(".")[::2]):
            made = self.project.files[fn.file].functions
            inside = [n for n, each in enumerate(made) if each.parent == fn.index]
            if any(turns_away(self.project, Fn(fn.file, n)) for n in (fn.index, *inside)):
                return f"{guard} login_required"
        return guard

    def hang_admin(self, numbers: Iterable[int]) -> None:
        """Hang what an admin's `get_urls` adds below where the admin stands: `path("admin/", admin.site.urls)`."""
        files = self.project.files
        sites = [
            (at, call, self.routers.text_at(at, call, ("0", "route")))
            for name in ("path", "url", "re_path")
            for at, index in self.project.calls_by_name.get(name, ())
            for call in (files[at].calls[index],)
            if files[at].language == "python" and any(v.text.endswith("site.urls") for v in call.args)
        ]
        for at in numbers if sites else ():
            for index, made in enumerate(files[at].functions):
                if made.name != "get_urls" or made.cls < 0 or files[at].language != "python":
                    continue
                bases = self.project.ancestors(Cls(at, made.cls))
                is_site = not any(base.endswith("ModelAdmin") for base in bases)
                prefix = sites[0][2] if is_site else f"{sites[0][2].rstrip('/')}/{{app}}/{{model}}"
                inside = self.routers.key("fn", at, index)
                names = {
                    call.to.removesuffix("[]")
                    for call in files[at].calls
                    if call.fn == index and call.to.endswith("[]")
                }
                for child in (inside, *(self.routers.key("var", at, index, name) for name in names)):
                    self.routers.add_edge(child, self.routers.key("file", sites[0][0], -1), prefix, (), made.line)

    def _lists(self, at: int) -> set[Key]:
        """The lists that calls of this file, or of one that it imports from, stand in."""
        return {
            self.routers.key("var", number, -1, call.to.removesuffix("[]"))
            for number in (at, *{n for made in self.project.files[at].imports for n in self._modules(at, made.module)})
            for call in self.project.files[number].calls
            if call.fn < 0 and call.to.endswith("[]")
        }

    def _modules(self, at: int, module: str) -> list[int]:
        return self.project.module_files(at, module)


def in_force(start: int, line: int) -> bool:
    """Whether what is used from a line on, or for all that stands before it (then it is negative), counts for another line."""
    return start <= line if start >= 0 else line < -start


def _added(assign: Assign) -> list[str]:
    """Return the names of the lists that a list is made of."""
    value = assign.value
    if value.kind == "name":
        return [value.text] if value.text and value.text != assign.target else []
    if value.kind == "list":
        return [item.text.lstrip("*") for item in value.items if item.text.startswith("*")]
    if value.kind in ("other", "concat") and "+" in value.text:
        return [name for name in _SUMMAND.findall(value.text) if name != assign.target]
    return []
