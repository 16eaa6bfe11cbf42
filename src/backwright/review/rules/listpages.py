"""Django: pages of generic list views, whose template reads lazy relations of each object."""

from collections.abc import Iterator

from backwright.review.facts import Call, Class
from backwright.review.link.model import Model
from backwright.review.link.project import Cls
from backwright.review.regexes import regex
from backwright.review.rules.lazily import Lazily, plain
from backwright.review.rules.lists import Lists
from backwright.review.rules.listviews import ListViews
from backwright.review.rules.looping import backend
from backwright.review.rules.templating import INCLUDES_MAX, Bound, Shown, Templates

# Views of Django, and of libraries beside it, that hand a list to a template.
_LISTS = regex(r"(^|\.)(ListView|BaseListView|MultipleObjectMixin|\w+ArchiveView|FilterView|SingleTableView)$")
_NAMES = ("object_list", "page_obj")  # what the list is called in each of these templates


class ListPages:
    """Follows the list of a view into the template that the class names."""

    def __init__(self, model: Model, lists: Lists, lazily: Lazily, templates: Templates) -> None:
        self.model, self.templates = model, templates
        self._lazily, self._views = lazily, ListViews(model, lazily)

    def readings(self) -> Iterator[Shown]:
        """Yield the lazy reads of the templates of all list views."""
        if not self.templates.files or not self.model.data.entities:
            return
        for at in backend(self.model):
            if self.model.files[at].language != "python":
                continue
            for index, made in enumerate(self.model.files[at].classes):
                view = Cls(at, index)
                if any(_LISTS.search(base) for base in self.model.project.ancestors(view)[1:]):
                    yield from self._of(view, made)

    def _of(self, view: Cls, made: Class) -> Iterator[Shown]:
        entity = self._entity(view)
        path = self._template(view, entity) if entity is not None else ""
        if entity is None or not path:
            return
        told = self._views.of(view, entity)
        words = told.words | self._of_manager(entity)
        bound = Bound(entity, told.access, is_list=True)
        env = dict.fromkeys((*_NAMES, *self._names(view, entity)), bound)
        call = Call(made.name, "", made.line)
        for each in self.templates.walk(view.file, call, path, env, frozenset(), INCLUDES_MAX):
            if not told.is_one and (each.asks or plain(each.relation.name) not in words):
                element = each.element._replace(how=f"{made.name} shows {path}")
                yield each._replace(element=element)

    def _field(self, view: Cls, name: str) -> str:
        """Return what an attribute of a view or of what it stands on says, "" if none does."""
        project = self.model.project
        fields = (f for cls in project.base_classes(view) for f in project.class_(cls).fields if f.name == name)
        return next((f.value.text for f in fields if f.value is not None), "")

    def _entity(self, view: Cls) -> Cls | None:
        """Return what a list is of: the view's model, or what its query asks for."""
        words = self._field(view, "model") or self._field(view, "queryset").partition(".objects")[0]
        found = self.model.project.find_class(view.file, words) if words else None
        if found in self.model.data.entities:
            return found
        access = self._views.of(view, None).access
        return access.entity if access is not None else None

    def _template(self, view: Cls, entity: Cls) -> str:
        """Return the template that a view names, or the one that Django looks for."""
        if name := self._field(view, "template_name"):
            return self.templates.find(name)
        path = self.templates.find(f"{self.model.project.class_(entity).name.lower()}_list.html")
        app = self.model.files[entity.file].path.rpartition("/")[0].rpartition("/")[2]
        return path if app and app in path.split("/") else ""

    def _names(self, view: Cls, entity: Cls) -> tuple[str, ...]:
        return (self._field(view, "context_object_name"), f"{self.model.project.class_(entity).name.lower()}_list")

    def _of_manager(self, entity: Cls) -> set[str]:
        """Return what the manager of an entity loads with each list: `objects = OrderManager()`."""
        project, found = self.model.project, set[str]()
        for cls in project.base_classes(entity):
            for field in project.class_(cls).fields:
                if field.name == "objects" and field.value is not None:
                    own = project.find_class(cls.file, field.value.text.partition("(")[0].partition(".")[0])
                    for fn in project.method(own, "get_queryset") if own is not None else ():
                        found |= self._lazily.loads(fn)
        return found
