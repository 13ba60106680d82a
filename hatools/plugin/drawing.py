"""A sheet to draw on: shapes and texts become SVG, the same for the same calls."""

from __future__ import annotations

from html import escape

FONT = "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif"
WIDE, THIN = set("MWmw@%█"), set("iljtfr.,:;|!'()[] ")


def breadth(text: str, size: float) -> float:
    """Return about how wide *text* is at *size* pixels, rather more than less."""
    units = sum(
        1.0 if ord(sign) > 0x2E80 else 0.92 if sign in WIDE else 0.36 if sign in THIN else 0.62
        for sign in text
    )
    return units * size


def fitted(text: str, size: float, room: float) -> str:
    """Return *text*, or what of its beginning goes into *room* pixels."""
    if breadth(text, size) <= room:
        return text
    while text and breadth(text + "…", size) > room:
        text = text[:-1]
    return text + "…"


def number(value: float) -> str:
    """Return *value* with at most two digits after the point."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if value else "0"


class Sheet:
    """SVG under way; sizes and places are pixels from the upper left corner."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.definitions: list[str] = []

    def add(self, tag: str, **facts: object) -> None:
        """Add an element; ``stroke_width`` is written ``stroke-width``."""
        self.parts.append(f"<{tag}{_facts(facts)}/>")

    def rect(self, x: float, y: float, width: float, height: float, **facts: object) -> None:
        """Add a rectangle."""
        self.add("rect", x=x, y=y, width=width, height=height, **facts)

    def line(self, x1: float, y1: float, x2: float, y2: float, **facts: object) -> None:
        """Add a straight line."""
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **facts)

    def text(self, x: float, y: float, text: str, **facts: object) -> None:
        """Add *text* with its baseline at *y*."""
        self.parts.append(f"<text{_facts({'x': x, 'y': y, **facts})}>{_shown(text)}</text>")

    def hatch(self, name: str, ground: str, lines: str, gap: float, angle: int = 45) -> None:
        """Define a pattern of *lines* on *ground*, to be used as ``url(#name)``."""
        half = number(gap / 2.4)
        self.definitions.append(
            f'<pattern id="{name}" width="{number(gap)}" height="{number(gap)}" '
            f'patternUnits="userSpaceOnUse" patternTransform="rotate({angle})">'
            f'<rect width="{number(gap)}" height="{number(gap)}" fill="{ground}"/>'
            f'<rect width="{half}" height="{number(gap)}" fill="{lines}"/></pattern>'
        )

    def svg(self, width: float, height: float, title: str, about: str) -> str:
        """Return the whole file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{number(width)}" '
            f'height="{number(height)}" viewBox="0 0 {number(width)} {number(height)}" '
            f'role="img" font-family="{FONT}" font-size="12" fill="#1d2733">'
        )
        named = f"<title>{_shown(title)}</title><desc>{_shown(about)}</desc>"
        definitions = f"<defs>{''.join(self.definitions)}</defs>"
        return "\n".join([head, named, definitions, *self.parts, "</svg>", ""])


def _shown(text: str) -> str:
    """Return *text* as XML may hold it."""
    return escape("".join(sign if sign.isprintable() else "�" for sign in text), quote=False)


def _facts(facts: dict[str, object]) -> str:
    return "".join(
        f' {key.replace("_", "-")}="{_fact(value)}"' for key, value in facts.items() if value != ""
    )


def _fact(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else escape(str(value))
