"""Registers the rules about texts of any language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return what is wrong with a text, whatever language it is in."""
    from hatools.plugin import RuleSet

    def rules() -> Iterable[Rule | Remark]:
        from hatools_texts.rules import RULES

        return RULES

    def pages() -> Iterable[Rule | Remark]:
        from hatools_texts.pages import REMARKS

        return REMARKS

    return [RuleSet(rules, ("TX1",), ()), RuleSet(pages, ("TX",), looks_at="reading")]
