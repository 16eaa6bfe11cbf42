"""A route as a file somebody takes along: one module a format, loaded when asked for."""

from collections.abc import Callable, Mapping

from backwright.plan.route import Route


def _markdown(route: Route) -> str:
    from backwright.plan.exports.markdown import render

    return render(route)


def _json(route: Route) -> str:
    from backwright.plan.exports.records import as_json

    return as_json(route)


def _csv(route: Route) -> str:
    from backwright.plan.exports.records import as_csv

    return as_csv(route)


def _calendar(route: Route) -> str:
    from backwright.plan.exports.calendar import render

    return render(route)


def _graph(route: Route) -> str:
    from backwright.plan.exports.graph import render

    return render(route)


def _gantt(route: Route) -> str:
    from backwright.plan.exports.gantt import render

    return render(route)


def _page(route: Route) -> str:
    from backwright.plan.exports.page import render

    return render(route)


# Name to (file suffix without its first dot, function). Texts carry their own line ends (CSV and
# iCalendar end lines with CR LF, as their standards ask), so write them as UTF-8 bytes.
EXPORTS: Mapping[str, tuple[str, Callable[[Route], str]]] = {
    "md": ("md", _markdown),
    "json": ("json", _json),
    "csv": ("csv", _csv),
    "ics": ("ics", _calendar),
    "svg": ("svg", _graph),
    "gantt": ("gantt.svg", _gantt),
    "html": ("html", _page),
}
