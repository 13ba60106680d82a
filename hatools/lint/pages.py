"""What is said about a rule: its page, from its docstring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from hatools.lint import core_remarks
from hatools.plugin.rules import Remark, Rule

CORE = "hatools"
OWN: Mapping[str, Remark] = {remark.code: remark for remark in core_remarks.REMARKS}


class Bringer(Protocol):
    """Who brought a rule."""

    distribution: str


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
        from inspect import getdoc

        title, _, text = (getdoc(rule) or "").partition("\n")
    severity = rule.severity.value
    return Page(
        rule.code, severity, title.rstrip("."), text.strip(), rule.looks_at, rule.formats, source
    )


def pages(brought: Mapping[str, tuple[Bringer, Rule | Remark]]) -> dict[str, Page]:
    """Return the pages about everything that may be found, by code, in the codes' order.

    *brought* are the answers to ``hatools_rules``, by code.
    """
    found = {code: page(remark, CORE) for code, remark in OWN.items()}
    for code, (bringer, record) in brought.items():
        found.setdefault(code, page(record, bringer.distribution))
    return dict(sorted(found.items()))
