"""Registers the rules about texts of any language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule


@hookimpl
def hatools_rules() -> Iterable[Rule | Remark]:
    """Return what is wrong with a text, whatever language it is in."""
    from hatools_texts.pages import REMARKS
    from hatools_texts.rules import RULES

    return [*RULES, *REMARKS]
