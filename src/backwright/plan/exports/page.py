"""The plan as one printable page: chart first, then weeks to tick off, then the ten sections."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from backwright.plan.exports import wording
from backwright.plan.exports.drawing import clean
from backwright.plan.exports.gantt import chart
from backwright.plan.route import Route

TEMPLATE = "page.html.jinja"
# Rows of the chart that fit on an A4 page below the title.
CHART_ROWS = 60


def render(route: Route) -> str:
    """Return the page: HTML5, no script, light and dark, A4 when printed, down to 360 px wide."""
    steps = route.plan.steps
    parts = [steps[at : at + CHART_ROWS] for at in range(0, max(len(steps), 1), CHART_ROWS)]
    text = (
        _environment()
        .get_template(TEMPLATE)
        .render(
            route=route,
            words=wording,
            weeks=wording.weeks_of(route),
            charts=[chart(route, part) for part in parts],
        )
    )
    return text + "\n"


def _environment() -> Environment:
    """Return what fills the template: all text escaped, a misspelt name an error."""
    environment = Environment(
        loader=PackageLoader("backwright.plan.exports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if type(value) is str else value,
    )
    environment.globals["web_url"] = wording.web_url
    return environment
