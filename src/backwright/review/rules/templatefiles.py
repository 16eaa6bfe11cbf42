"""Templates as files: which there are, and which one a name means where a page is rendered."""

from functools import cached_property

from backwright.review.link.model import Model

RENDERS = frozenset(
    "render render_template render_to_string renderView renderForm renderBlock view View make render_to_response TemplateResponse html render_async "
    "PartialView RedirectToPage Render renderTemplate respondTemplate viewAsync reply_view".split()
)
ENDINGS = (
    ".html",
    ".htm",
    ".jinja",
    ".jinja2",
    ".j2",
    ".twig",
    ".cshtml",
    ".ejs",
    ".njk",
    ".hbs",
    ".mustache",
    ".ftl",
    ".ftlh",
    ".vm",
    ".blade.php",
    ".liquid",
    ".tera",
    ".html.erb",
    ".gohtml",
    ".tmpl",
    ".csp",
)


class TemplateFiles:
    """Finds templates by the names that code and other templates call them."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @cached_property
    def files(self) -> dict[str, str]:
        """Path to text of everything that is a template by its name."""
        return {path: text for path, text in self.model.texts.items() if path.endswith(ENDINGS)}

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files:
            name = path.rpartition("/")[2]
            for each in {name, name.partition(".")[0]}:
                found.setdefault(each, []).append(path)
        return found

    def find(self, name: str) -> str:
        """Return the path of the template that a name means, "" for none: the longest one that ends so."""
        name = name.removeprefix("@").replace("::", "/").lstrip("./")
        if "/" not in name and not name.endswith(ENDINGS):
            name = name.replace(".", "/")  # Laravel: blog.index
        for path in self._by_name.get(name.rpartition("/")[2], ()):
            if (
                path == name
                or path.endswith(f"/{name}")
                or any(
                    path == name + e or path.endswith(f"/{name}{e}") for e in (*ENDINGS, ".html.twig", ".html.jinja")
                )
            ):
                return path
        return ""
