"""Every keyword of haproxy 1.5 to 3.4: where it counts, what it takes, since and until when.

The facts stand in ``keywords.tsv`` and ``samples.tsv`` beside this file, one
tab-separated row each, read when the first question is asked.  Columns of
keywords: context, keyword, arguments, sections, default, since, deprecated,
removed, instead, prefixes (``n``: ``no`` may stand before it, ``d``: ``default``
may, ``s``: ``default-server`` takes it), note.  The options of ``bind`` and
``server`` have been tried against haproxy 2.6: those without arguments take none.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

PROXIES = ("defaults", "frontend", "listen", "backend")
_ACTION = "action:"
_INSIDE_A_LINE = ("value:", "bind", "server", "crt-list", "service", "section", "crt-store load")
_RULESETS = (
    "http-request", "http-response", "http-after-response", "tcp-request", "tcp-request connection",
    "tcp-request session", "tcp-request content", "tcp-response", "tcp-response content",
    "quic-initial", "filter", "option", "timeout",
)  # fmt: skip


class Keyword(NamedTuple):
    """One keyword in one context; versions are text such as ``2.6``, empty for none."""

    context: str
    keyword: str
    arguments: str = ""
    sections: str = ""
    default: str = ""
    since: str = ""
    deprecated: str = ""
    removed: str = ""
    instead: str = ""
    prefixes: str = ""
    note: str = ""


class Sample(NamedTuple):
    """One fetch, converter, flag, match method, or ACL shortcut: *base* ``-m`` *match*.

    *gives* is the type of the result: ``int``, ``str``, ``bin``, ``bool``, ``ip``, ``any``, ….
    """

    kind: str
    name: str
    arguments: str = ""
    since: str = ""
    deprecated: str = ""
    removed: str = ""
    instead: str = ""
    layer: str = ""
    base: str = ""
    match: str = ""
    gives: str = ""


class Found(NamedTuple):
    """What a line is: its *keyword*, of how many words (*length*), behind which *prefix*.

    *length* counts the prefix ``no`` or ``default``, too.
    """

    keyword: Keyword
    length: int
    prefix: str = ""


class Status(NamedTuple):
    """How a keyword stands in a version.

    *kind* is ``known``, ``deprecated``, ``removed``, ``too-new`` or ``unknown``;
    *version* is since when; *instead* what to write.
    """

    kind: str
    version: str = ""
    instead: str = ""


def _rows(name: str) -> list[list[str]]:
    """Return the rows of a table beside this file, without its heading."""
    path = os.path.join(os.path.dirname(__file__), name)
    data = __spec__.loader.get_data(path)  # type: ignore[union-attr]  # also from a zip
    lines = data.decode("utf-8").split("\n")
    return [line.split("\t") for line in lines[1:] if line]


@lru_cache(maxsize=1)
def _contexts() -> dict[str, dict[str, list[str]]]:
    """Return each context's rows by keyword."""
    contexts: dict[str, dict[str, list[str]]] = {}
    for row in _rows("keywords.tsv"):
        contexts.setdefault(row[0], {})[row[1]] = row
    return contexts


@lru_cache(maxsize=64)
def _heads(section: str) -> dict[str, list[str]]:
    """Return the rows of a *section* by the words that a line begins with."""
    heads: dict[str, list[str]] = {}
    for context, rows in _contexts().items():
        if context.startswith(_INSIDE_A_LINE):
            continue
        if context.startswith(_ACTION):
            lead = context[len(_ACTION) :] + " "
        else:
            lead = "filter " if context == "filter" else ""
        for keyword, row in rows.items():
            if section in row[3] and section in row[3].split(","):
                heads[lead + keyword] = row
    return heads


def lookup(section: str, words: Sequence[str]) -> Found | None:
    """Return what the line *words* of a *section* kind is, None when no version knows it."""
    if not words:
        return None
    heads = _heads(section)
    prefix = words[0] if words[0] in ("no", "default") and len(words) > 1 else ""
    rest = words[1:] if prefix else words
    for length in range(min(3, len(rest)), 0, -1):
        head = " ".join(rest[:length])
        row = heads.get(head)
        if row is None and length > 1:
            row = heads.get(_plain(head))
        if row is not None:
            if length < len(rest) and head in _RULESETS:
                return None  # the ruleset is known, the action is not
            return Found(Keyword(*row), length + bool(prefix), prefix)
    return None


def _plain(head: str) -> str:
    """Return the head of an action without what is glued to it or numbers it."""
    lead, _, action = head.rpartition(" ")
    action = action.partition("(")[0]
    if action.startswith("track-sc") and action[8:].isdigit():
        action = "track-sc0"
    elif action.startswith("lua.") and lead == "filter":
        action = "trace"
    elif action.startswith("lua.") and lead.startswith(("http-", "tcp-")):
        action = "accept" if lead.startswith("tcp-") else "allow"
    return f"{lead} {action}"


def known_words(section: str) -> Iterable[str]:
    """Return the words, of all versions, that a line of this kind of section may begin with."""
    return _heads(section).keys()


def sections() -> Mapping[str, Keyword]:
    """Return the kinds of sections."""
    return {name: Keyword(*row) for name, row in _contexts()["section"].items()}


@lru_cache(maxsize=16)
def values(of: str) -> Mapping[str, Keyword]:
    """Return the words that a keyword takes, such as ``values("balance")``, where listed."""
    rows = _contexts().get("value:" + of, {})
    return {name: Keyword(*row) for name, row in rows.items()}


@lru_cache(maxsize=4)
def arities(of: str) -> Mapping[str, int]:
    """Return how many words each option of ``bind`` or ``server`` takes behind its name: 0 or 1.

    ``source`` takes more: see `split_options`.
    """
    table = {name: int(len(row) > 2 and bool(row[2])) for name, row in _contexts()[of].items()}
    if "usesrc" in table:
        table["usesrc"] = 1
    return table


@lru_cache(maxsize=1024)
def server_option(word: str, of: str = "server") -> Keyword | None:
    """Return the option *word* of ``server`` (*of*: or ``bind``), None when no version knows it."""
    row = _contexts()[of].get(word.partition("(")[0])
    return Keyword(*row) if row else None


def split_options(of: str, words: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the options on a ``server`` or ``bind`` line, each with its values.

    *words* begin behind the address.  A word that no version knows stands alone.
    """
    table = arities(of)
    options: list[tuple[str, ...]] = []
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        count = table.get(word)
        if count is None:
            count = table.get(word.partition("(")[0], 0) if "(" in word else 0
        stop = at + 1 + count
        if word == "source" and of == "server":
            while stop < end and words[stop] in ("usesrc", "interface"):
                stop += 2
        options.append(tuple(words[at:stop]))
        at = stop
    return options


@lru_cache(maxsize=64)
def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.partition("-")[0].split(".") if part.isdigit())


def standing(keyword: Keyword, version: str) -> Status:
    """Return how *keyword* stands in *version*."""
    now = _order(version)
    if keyword.removed and _order(keyword.removed) <= now:
        return Status("removed", keyword.removed, keyword.instead)
    if keyword.since and _order(keyword.since) > now:
        return Status("too-new", keyword.since)
    if keyword.deprecated and _order(keyword.deprecated) <= now:
        return Status("deprecated", keyword.deprecated, keyword.instead)
    return Status("known", keyword.since)


def status(section: str, words: Sequence[str], version: str) -> Status:
    """Return how the line *words* of a *section* kind stands in *version*."""
    found = lookup(section, words)
    return Status("unknown") if found is None else standing(found.keyword, version)


@lru_cache(maxsize=1)
def _samples() -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {}
    for row in _rows("samples.tsv"):
        samples.setdefault(row[1], []).append(Sample(*row))
    return samples


def every_keyword() -> Iterator[Keyword]:
    """Yield every row of keywords, in the order of the table."""
    for rows in _contexts().values():
        yield from (Keyword(*row) for row in rows.values())


def every_sample() -> Iterator[Sample]:
    """Yield every row of samples, in the order of the table."""
    yield from (Sample(*row) for row in _rows("samples.tsv"))


def sample(name: str, kind: str = "") -> Sample | None:
    """Return the fetch, converter, ACL shortcut, … called *name*; *kind* narrows it down.

    Kinds are ``fetch``, ``converter``, ``acl`` (a shortcut), ``acl-predefined``,
    ``acl-flag``, ``acl-operator`` and ``match``.
    """
    for found in _samples().get(name, ()):
        if not kind or found.kind == kind:
            return found
    return None
