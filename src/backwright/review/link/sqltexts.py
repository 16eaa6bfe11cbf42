"""The text of SQL, with the constants that are put into it: `SELECT * FROM ${ORDERS_TABLE}`."""

from backwright.review.facts import Arg
from backwright.review.link.jsdata import held
from backwright.review.link.project import Project

SCOPES_MAX = 4  # functions around the one that a text stands in


class SqlTexts:
    """Fills in constants."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def filled(self, at: int, fn: int, value: Arg) -> str:
        """Return a text with what is known of the values in it; the others stay `{}`."""
        if value.kind not in ("fmt", "concat") or value.text.count("{}") != len(value.items):
            return value.text
        head, *rest = value.text.split("{}")
        given = (self._text(at, fn, item) or "{}" for item in value.items)
        return head + "".join(text + part for text, part in zip(given, rest, strict=True))

    def known(self, at: int, fn: int, value: Arg) -> Arg:
        """Return the text that a constant stands for, the value itself if it is none."""
        text = self._text(at, fn, value)
        return Arg("str", text) if text else value

    def _text(self, at: int, fn: int, value: Arg) -> str:
        return (
            (self._constant(at, fn, value.text) or held(self.project, at, value.text)) if value.kind == "name" else ""
        )

    def _constant(self, at: int, fn: int, name: str) -> str:
        for _ in range(SCOPES_MAX):
            if found := self._assigned(at, fn, name):
                return found
            if fn < 0:
                break
            fn = self.project.files[at].functions[fn].parent
        first, _, rest = name.partition(".")
        made = self.project.imported[at].get(first)
        if made is None:
            return ""
        inner = rest or made.name
        files = self.project.module_files(at, made.module)
        behind = (more for file in files for more in self.project.stars.files(file))  # export * from "./tables"
        return next((text for file in (*files, *behind) if (text := self._assigned(file, -1, inner))), "")

    def _assigned(self, at: int, fn: int, name: str) -> str:
        """Return the text that a name is given, "" if it is given another one later, too."""
        texts = {each.value.text for each in self.project.assigned[at].get((fn, name), ()) if each.value.kind == "str"}
        return texts.pop() if len(texts) == 1 else ""
