"""What every picture of a design shares: escaped text, its width in pixels, colours for light and dark."""

from html import escape

from backwright.design import wording

# Advance widths in em of DejaVu Sans, the widest face that the font list below may come to, so that no text is
# wider than what was reckoned. Whatever is not listed counts as one em.
_WIDTHS = {
    **dict.fromkeys("ijl|'", 0.31),
    **dict.fromkeys(" .,:;/\\!Ift[]()r-", 0.41),
    **dict.fromkeys('abcdeghknopqsuvxyz_"*?', 0.64),
    **dict.fromkeys("0123456789", 0.64),
    **dict.fromkeys("ABCDEFGHJKLNPQRSTUVXYZ$#&", 0.79),
    **dict.fromkeys("Mm+=<>~^%wW@", 1.0),
}
NAME_MAX = 28  # characters of a name in a picture; the whole name is in its tooltip
SMALL = 11  # px; no text is smaller

# One petrol, one rust, one slate, as on the web page: colour means state and nothing else.
_COLOURS = {
    "paper": ("#ffffff", "#0f1615"),
    "sheet": ("#ffffff", "#161f1e"),
    "sunk": ("#eaeeec", "#1e2927"),
    "ink": ("#14201f", "#e5ecea"),
    "ink2": ("#4b5856", "#a7b4b1"),
    "line": ("#d2d9d6", "#2b3836"),
    "edge": ("#7b8986", "#71827e"),
    "strong": ("#0a5d66", "#74c9c8"),
    "strongsoft": ("#b5d8d8", "#1f4f52"),
    "gap": ("#9c3c08", "#f2a673"),
    "gapsoft": ("#f3cfb4", "#5f3417"),
    "unknown": ("#56625f", "#a3b0ad"),
    "unknownsoft": ("#d5dcd9", "#35423f"),
}


def shown(text: str) -> str:
    r"""Return the text with what does not print shown as \x1b: nothing read can change a picture or a file."""
    return "".join(
        char if char.isprintable() else f"\\x{ord(char):02x}" if ord(char) < 256 else f"\\u{ord(char):04x}"
        for char in text
    )  # fmt: skip


def xml(text: str) -> str:
    """Return the text escaped for XML, in content and in attributes."""
    return escape(shown(text))


def short(text: str, most: int = NAME_MAX) -> str:
    """Return the text cut to `most` characters, its end kept."""
    text = shown(text)
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[: most - 3 - half]}...{text[-half:]}"


def text_width(text: str, size: float = SMALL, *, bold: bool = False) -> float:
    """Return how wide the text is at most, in pixels."""
    return sum(_WIDTHS.get(char, 1.0) for char in text) * size * (1.08 if bold else 1.0)


def style(name: str, rules: str) -> str:
    """Return a style sheet for pictures of class `name`: `rules` with {colours}, in light and in dark.

    Each rule is written out for both, without variables, since programs that draw SVG outside of a browser do not
    know them.
    """
    light = _filled(rules, 0)
    dark = _filled("\n".join(line for line in rules.splitlines() if "$" in line), 1)
    scoped = "\n".join(f".{name} {line.strip()}" for line in light.splitlines() if line.strip())
    inner = "\n".join(f".{name} {line.strip()}" for line in dark.splitlines() if line.strip())
    font = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif'
    return (
        f".{name} text {{ font: {SMALL}px {font}; font-variant-numeric: tabular-nums; }}\n{scoped}\n"
        f"@media (prefers-color-scheme: dark) {{\n{inner}\n}}"
    )


def _filled(rules: str, scheme: int) -> str:
    for key in sorted(_COLOURS, key=len, reverse=True):
        rules = rules.replace(f"${key}", _COLOURS[key][scheme])
    return rules


def opening(kind: str, title: str, told: str, width: float, height: float) -> str:
    """Return the opening of an SVG picture with its title and a text for those who do not see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img" viewBox="0 0 {width:.0f} {height:.0f}"'
        f' width="{width:.0f}" height="{height:.0f}"><title>{xml(title)}</title><desc>{xml(told)}</desc>'
    )


def share(value: float) -> str:
    """Return a share in percent; one just below 1 keeps its nines: 79 %, 0.1 %, 99.95 %."""
    if 0.99 < value < 1:
        return f"{100 * value:.4f}".rstrip("0").rstrip(".") + " %"
    return wording.percent(value)
