"""`data import` in a browser: a part of the page "my data"."""

from backwright.faces.web.pages.data import import_ as page

__all__ = ["page"]
