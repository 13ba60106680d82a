"""Lists the keywords of haproxy.cfg as the plugin contract's records."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hatools.plugin.keywords import Keyword
from hatools_haproxy import keywords

KINDS = {"section": "section", "bind": "option", "server": "option", "crt-store load": "option",
         "crt-list": "option", "service": "service"}  # fmt: skip
"""What words of a context are, where they do not begin a line."""
LINES = {"bind": "bind", "server": "server", "crt-store load": "load",
         "service": "http-request use-service"}  # fmt: skip
"""The line on which words of a context stand."""
PREFIXES = {"n": "'no' may stand before it", "d": "'default' may stand before it",
            "s": "default-server takes it, too"}  # fmt: skip


def catalogue() -> Iterator[Keyword]:
    """Yield every keyword, action, option and value, then what expressions are made of."""
    for record in keywords.every_keyword():
        yield _listed(record)
    for sample in keywords.every_sample():
        notes = [f"{sample.base} -m {sample.match}" if sample.base else "", sample.layer]
        yield Keyword(
            sample.name, ("expression",), sample.kind, sample.arguments, since=sample.since,
            deprecated=sample.deprecated, removed=sample.removed, replaced_by=sample.instead,
            note="; ".join(filter(None, notes)),
        )  # fmt: skip


def _listed(record: keywords.Keyword) -> Keyword:
    context, _, of = record.context.partition(":")
    line = LINES.get(record.context)
    sections = record.sections.split(",")
    places = [f"{section}/{line}" if line else section for section in sections]
    name, kind = record.keyword, KINDS.get(context, "keyword")
    if context == "value":
        places, kind = [of], "value"
    elif context == "action":
        name, kind = f"{of} {name}", "action"
    elif context == "filter":
        name = f"filter {name}"
    notes = [record.note, *(said for mark, said in PREFIXES.items() if mark in record.prefixes)]
    return Keyword(
        name, tuple(places), kind, record.arguments, _values(record, name), record.default,
        record.since, record.deprecated, record.removed, record.instead,
        note="; ".join(filter(None, notes)),
    )  # fmt: skip


def _values(record: keywords.Keyword, name: str) -> tuple[str, ...]:
    """Return the words that a keyword takes: those listed, or those of its form ``{ a | b }``."""
    of = f"{record.context} {name}" if record.context in ("bind", "server") else name
    listed = [value for value, row in keywords.values(of).items() if not row.removed]
    if listed:
        return tuple(listed)
    form = re.fullmatch(r"[\[{ ]*([\w.+-]+(?: *\| *[\w.+-]+)+)[\]} ]*", record.arguments)
    if form and record.arguments != "if|unless":
        return tuple(word.strip() for word in form[1].split("|"))
    return ()
