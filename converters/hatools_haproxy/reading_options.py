"""Parts the words behind a bind or a server into options, and tells what is wrong with them."""

from __future__ import annotations

from hatools.text import near
from hatools_haproxy.keywords import arities
from hatools_haproxy.reading_notes import Notes

Option = tuple[str, ...]

# What may follow the argument of an option and belongs to it.
_FOLLOWERS = {"source": ("interface", "usesrc")}


def part_options(of: str, words: tuple[str, ...]) -> tuple[list[Option], list[str], list[str]]:
    """Return the options in *words*, those that are unknown, those without their argument.

    *of* is ``server`` or ``bind``.
    """
    counts = arities(of)
    options: list[Option] = []
    unknown: list[str] = []
    lacking: list[str] = []
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        count = counts.get(word)
        if count is None and "(" in word:
            count = counts.get(word.partition("(")[0])
        if count is None:
            unknown.append(word)
            at += 1
            continue
        stop = at + 1 + count
        if stop > end:
            lacking.append(word)
            break
        followers = _FOLLOWERS.get(word, ())
        while stop + 1 < end and words[stop] in followers:
            stop += 2
        options.append(words[at:stop])
        at = stop
    return options, unknown, lacking


def report_options(
    notes: Notes, index: int, of: str, unknown: list[str], lacking: list[str]
) -> None:
    """Remark on the words of statement *index* that are no options of *of*."""
    for word in unknown:
        meant = near(word, arities(of))
        notes.tell(
            index, "HP101", f"unknown {of} option '{word}'; haproxy refuses the file",
            f"did you mean {meant}" if meant else "take it out",
        )  # fmt: skip
    for word in lacking:
        notes.tell(index, "HP110", f"the {of} option '{word}' lacks its argument")
