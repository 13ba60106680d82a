"""Remarks on the names that conditions and ACLs use: ACLs, fetches, variables."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

from hatools.text import near
from hatools_haproxy.keywords import sample
from hatools_haproxy.reading_notes import Notes

Words = tuple[str, ...]
RULES = frozenset((
    "http-request", "http-response", "http-after-response", "tcp-request", "tcp-response",
    "redirect", "use-server", "force-persist", "ignore-persist", "stick", "monitor", "stats",
))  # fmt: skip
"""The lines that may end with ``if`` or ``unless`` and a condition."""

_VARIABLE = re.compile(r"\$\{[^}]*\}")  # one whose value nobody gave stays in the name


def check_rule(notes: Notes, index: int, acls: AbstractSet[str], words: Words) -> None:
    """Remark on the condition that a rule ends with, if it has one."""
    for at in range(len(words) - 1, 0, -1):
        if words[at] in ("if", "unless"):
            check_condition(notes, index, acls, words[at + 1 :])
            return


def check_condition(notes: Notes, index: int, acls: AbstractSet[str], words: Words) -> None:
    """Remark on names in a condition that are no ACLs defined above, and on unknown fetches."""
    at, end = 0, len(words)
    while at < end:
        word = words[at]
        at += 1
        if word.lstrip("!") == "{":
            close = words.index("}", at) if "}" in words[at:] else end
            if close == end:
                notes.tell(index, "HP110", "the { has no } behind it; haproxy refuses the file")
            if at < close:
                check_test(notes, index, words[at:close])
            at = close + 1
        elif word not in acls and word not in ("or", "||", "OR"):
            name = word.lstrip("!")
            if name and name not in acls and "$" not in name and not sample(name, "acl-predefined"):
                meant = near(name, acls)
                notes.tell(
                    index, "HP112", f"there is no ACL '{name}' above; haproxy refuses the file",
                    f"did you mean {meant}" if meant else "",
                )  # fmt: skip


def check_fetch(notes: Notes, index: int, word: str) -> None:
    """Remark on a sample expression that begins with no fetch haproxy knows."""
    from hatools_haproxy.sample_expressions import wrong_expression

    wrong = wrong_expression(word, notes.version)
    if wrong:
        notes.tell(index, "HP101", f"{wrong}; haproxy refuses the file")


def check_test(notes: Notes, index: int, words: Words) -> None:
    """Remark on an expression and the patterns behind it, as an ACL or braces hold them."""
    from hatools_haproxy.acl_patterns import wrong_patterns
    from hatools_haproxy.sample_expressions import wrong_expression

    wrong = wrong_expression(words[0], notes.version)
    if wrong:
        notes.tell(index, "HP101", f"{wrong}; haproxy refuses the file")
        return
    wrong = wrong_patterns(words, notes.version)
    if wrong:
        notes.tell(index, "HP110", f"{wrong}; haproxy refuses the file")


def check_acl(notes: Notes, index: int, words: Words) -> None:
    """Remark on the name and the fetch of an ``acl`` line."""
    odd = odd_character(words[1])
    if odd:
        notes.tell(
            index, "HP119", f"'{odd}' is not permitted in the name of an ACL; haproxy refuses the"
            " file", "letters, digits, - _ . : are",
        )  # fmt: skip
    if len(words) > 2:
        check_test(notes, index, words[2:])


def odd_character(name: str) -> str:
    """Return the first character of *name* that haproxy permits in no name, or nothing."""
    for character in _VARIABLE.sub("", name):
        if not (character.isascii() and (character.isalnum() or character in "-_.:$")):
            return character
    return ""
