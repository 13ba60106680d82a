"""Answers the reader's questions about keywords: known here, since when, what instead."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from hatools_keepalived import remarks
from hatools_keepalived.keywords import Keyword, block, lookup
from hatools_keepalived.values import MISSING, parse_decimal, parse_whole


@cache
def find(path: str, keyword: str) -> Keyword | None:
    """Return the keyword of the block *path* (``virtual_server/real_server``), None if unknown."""
    return lookup(tuple(path.split("/")) if path else (), keyword)


def known(path: str, keyword: str) -> bool:
    """Tell whether keepalived 2 knows *keyword* in the block *path*."""
    record = find(path, keyword)
    return record is not None and not record.removed


def removed(path: str, keyword: str) -> str:
    """Return since when *keyword* is no longer known, empty where it never was or still is."""
    record = find(path, keyword)
    return record.removed if record is not None else ""


def successor(path: str, keyword: str) -> str:
    """Return the keyword to write instead of *keyword*, empty where there is none."""
    record = find(path, keyword)
    return record.replaced_by or record.alias if record is not None else ""


def words_of(path: str) -> list[str]:
    """Return the keywords of the block *path*."""
    records = block(tuple(path.split("/")) if path else ())
    return [
        name for name, record in records.items() if record.kind == "keyword" and not record.removed
    ]


@cache
def age(path: str, keyword: str, version: str) -> tuple[str, str, str, str | None] | None:
    """Return what to remark on a keyword that is too new for *version*, or old.

    That is code, message, advice, and the keyword to put in its place, if one will do.

    An empty *version* is the newest; None where there is nothing to say.
    """
    record = find(path, keyword)
    if record is None:
        return None
    if not record.known_in(version):
        said = f"keepalived {version} does not know {keyword}: it came with {record.since}"
        if record.since.startswith(">"):
            said = f"no release of keepalived up to {record.since[1:]} knows {keyword}"
        return remarks.TOO_NEW, said, "name the version that runs here, or take it out", None
    if record.deprecated_in(version):
        instead = f"write {record.replaced_by}" if record.replaced_by else "take it out"
        said = f"{keyword} is deprecated since {record.deprecated}"
        now = find(path, record.replaced_by) if record.replaced_by else None
        alike = now is not None and now.known_in(version) and now.arguments == record.arguments
        return remarks.DEPRECATED, said, instead, record.replaced_by if alike else None
    return None


@cache
def is_block(path: str, keyword: str) -> bool:
    """Tell whether *keyword* opens a block wherever it stands in the block *path*."""
    record = find(path, keyword)
    return record is not None and record.opens


@cache
def first_counts(path: str, keyword: str) -> bool:
    """Tell whether keepalived refuses a second *keyword* in one block of the kind *path*."""
    record = find(path, keyword)
    return record is not None and record.once


@cache
def complaint(path: str, words: tuple[str, ...]) -> str:
    """Return what is wrong with the arguments of a statement that is kept as it is, or ''."""
    record = find(path, words[0])
    if record is None or record.kind != "keyword" or record.opens:
        return ""
    needed = sum(not argument.optional for argument in record.arguments)
    if len(words) - 1 < needed:
        return MISSING
    for argument, word in zip(record.arguments, words[1:], strict=False):
        least, most = argument.least, argument.most
        if argument.type not in _NUMBERS or least is None or most is None or argument.values:
            continue
        parse: Callable[[str], float | None] = _NUMBERS[argument.type]
        value = parse(word)
        if value is None or not least <= value <= most:
            kind = "whole number" if argument.type == "int" else "time in seconds"
            return f"'{word}' is no {kind} from {least:.10g} to {most:.10g}"
    return ""


_NUMBERS: dict[str, Callable[[str], float | None]] = {"int": parse_whole, "seconds": parse_decimal}
_ANY_NUMBER = frozenset(("words", "block", "email", "hex"))
"""Types of arguments that are written in as many words as they need."""


@cache
def most_words(path: str, keyword: str) -> int | None:
    """Return how many words keepalived reads behind *keyword*, None where it is not known."""
    record = find(path, keyword)
    if record is None or record.endless or record.opens:
        return None
    if any(argument.type in _ANY_NUMBER for argument in record.arguments):
        return None
    return len(record.arguments)


def is_secret(path: str, keyword: str) -> bool:
    """Tell whether *keyword* has a secret among its values."""
    record = find(path, keyword)
    return record is not None and any(item.type == "secret" for item in record.arguments)
