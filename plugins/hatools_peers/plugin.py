"""What this package brings: the rules across nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return the rules across nodes."""
    from hatools.plugin import RuleSet

    def rules() -> Iterable[Rule | Remark]:
        from hatools_peers.rules import RULES

        return RULES

    return [RuleSet(rules, ("XN",), looks_at="cluster")]
