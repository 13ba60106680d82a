"""What this package brings: the rules across nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Rule


@hookimpl
def hatools_rules() -> Iterable[Rule]:
    """Return the rules across nodes."""
    from hatools_peers.rules import RULES

    return RULES
