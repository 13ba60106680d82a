"""Registers the pen format; nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Rule


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


@hookimpl
def hatools_rules() -> Iterable[Rule]:
    """Return what may be wrong in pen's command lines."""
    from hatools_pen.rules.no_emergency_server import NoEmergencyServer

    return [NoEmergencyServer()]
