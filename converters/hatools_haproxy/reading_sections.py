"""Tells which lines haproxy knows in the sections that are kept whole."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from hatools.text import near
from hatools_haproxy.keywords import known_words, lookup, standing
from hatools_haproxy.reading_arguments import wrong_arguments
from hatools_haproxy.reading_conditions import check_acl, check_rule
from hatools_haproxy.reading_notes import Notes
from hatools_haproxy.reading_options import part_options, report_options
from hatools_haproxy.syntax import HEADS, NEWEST

Known = Callable[[Notes, int, tuple[str, ...]], bool]


def lines_of_section(kind: str) -> Known:
    """Return what tells whether a line is known in a section of *kind*, and remarks on it."""
    if not known_words(kind):
        return lambda notes, index, words: True

    acls: set[str] = set()

    def known(notes: Notes, index: int, words: tuple[str, ...]) -> bool:
        found = lookup(kind, words)
        if found is None:
            heads = known_words(kind)
            meant = near(" ".join(words[:2]), heads) or near(words[0], heads)
            notes.refuse(
                index, "HP101", f"unknown keyword '{words[0]}' in {kind}",
                f"did you mean {meant}" if meant else "",
            )  # fmt: skip
            return False
        status = standing(found.keyword, notes.expansion.version or NEWEST)
        text = " ".join(words[: found.length])
        if status.kind == "removed":
            advice = f"write {status.instead} instead" if status.instead else "take it out"
            notes.refuse(
                index, "HP103", f"'{text}' was removed in haproxy {status.version}", advice
            )
            return False
        if status.kind == "too-new":
            notes.too_new(index, f"'{text}'", status.version)
            return True
        wrong = wrong_arguments(words, kind, notes.version)
        if wrong:
            notes.refuse(index, "HP110", wrong)
            return False
        if words[:2] == ("stats", "socket") and len(words) > 3:
            before = len(notes.diagnostics)
            report_options(notes, index, "bind", *part_options("bind", words[3:]))
            return len(notes.diagnostics) == before
        if kind == "fcgi-app":
            if words[0] == "acl":
                acls.add(words[1])
                check_acl(notes, index, words)
            check_rule(notes, index, acls, words)
        if words[0] in ("lua-load", "lua-load-per-thread"):
            notes.scripted = True
        if words[:2] == ("ssl-server-verify", "none"):
            notes.trusting = True
        if status.kind == "deprecated":
            advice = f"write {status.instead} instead" if status.instead else ""
            notes.tell(
                index, "HP115", f"'{text}' is deprecated since haproxy {status.version}", advice
            )
        return True

    return known


@lru_cache(maxsize=1)
def line_words() -> frozenset[str]:
    """Return the words with which a line of any section may begin."""
    kinds = (*HEADS, "no", "default")
    return frozenset(word.partition(" ")[0] for kind in kinds for word in known_words(kind)) | {
        "no",
        "default",
    }


@lru_cache(maxsize=1024)
def misspelt_head(word: str) -> bool:
    """Tell whether *word*, at the very left of a line, was meant to begin a section."""
    return word not in line_words() and bool(near(word, HEADS))
