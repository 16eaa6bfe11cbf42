"""HTML pages that stand alone: one frame, one style, everything escaped, without scripts or anything from elsewhere."""

from jinja2 import Environment, PackageLoader

from backwright.faces.prose.layout import clean, few


def page(template: str, **values: object) -> str:
    """Return the page of a template that extends page.html. Values are escaped unless they are Markup."""
    environment = Environment(
        loader=PackageLoader("backwright.faces.prose", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = clean
    environment.filters["few"] = few
    return environment.get_template(template).render(
        words={True: "yes", False: "no", None: "?"}, **values
    )
