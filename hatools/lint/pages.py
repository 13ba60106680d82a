"""What is said about a rule: its page, from its docstring."""

from __future__ import annotations

import inspect
from typing import NamedTuple

from hatools.plugin.behaviour import Remark, Rule


class Page(NamedTuple):
    """All about one rule: *title* is the first line of its docstring, *text* the rest."""

    code: str
    severity: str
    title: str
    text: str
    looks_at: str
    formats: tuple[str, ...]
    source: str


def page(rule: Rule | Remark, source: str) -> Page:
    """Return the page about *rule*, which the distribution *source* brought."""
    if isinstance(rule, Remark):
        title, text = rule.title, rule.text
    else:
        title, _, text = (inspect.getdoc(rule) or "").partition("\n")
    severity = rule.severity.value
    return Page(
        rule.code, severity, title.rstrip("."), text.strip(), rule.looks_at, rule.formats, source
    )
