"""`data delete` in a browser: a part of the page "my data"."""

from backwright.faces.web.jobs import forget as after
from backwright.faces.web.pages.data import delete as page

__all__ = ["after", "page"]
