"""Registers the pen format; nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Codec, Format, hookimpl


def recognise(path: str, head: str) -> int:
    """Return how surely a file holds pen's command lines: 0 to 100."""
    lines = [line for line in head.split("\n") if line.strip() and not line.startswith("#")]
    return 90 if lines and all(line.startswith("pen ") for line in lines) else 0


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return pen's language."""

    def load() -> Codec:
        from hatools_pen.codec import PenCodec

        return PenCodec()

    return [Format("pen", "pen: a small TCP load balancer", "web.pen", recognise, load)]
