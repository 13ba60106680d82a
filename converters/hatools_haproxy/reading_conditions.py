"""Remarks on the names that conditions and ACLs use: ACLs, fetches, variables."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache

from hatools.text import near
from hatools_haproxy.keywords import criteria
from hatools_haproxy.reading_notes import Notes

Words = tuple[str, ...]
RULES = frozenset((
    "http-request", "http-response", "http-after-response", "tcp-request", "tcp-response",
    "redirect", "use-server", "force-persist", "ignore-persist", "stick", "monitor", "stats",
))  # fmt: skip
"""The lines that may end with ``if`` or ``unless`` and a condition."""
_SCOPES = ("proc", "sess", "txn", "req", "res", "check")


def check_rule(notes: Notes, index: int, acls: AbstractSet[str], words: Words) -> None:
    """Remark on the condition that a rule ends with, if it has one."""
    for at in range(len(words) - 1, 0, -1):
        if words[at] in ("if", "unless"):
            check_condition(notes, index, acls, words[at + 1 :])
            return


def check_condition(notes: Notes, index: int, acls: AbstractSet[str], words: Words) -> None:
    """Remark on names in a condition that are no ACLs defined above, and on unknown fetches."""
    inside = False
    before = ""
    for word in words:
        if inside:
            if before in ("{", "!{") and word != "}":
                check_fetch(notes, index, word)
            inside = word != "}"
        elif word in ("{", "!{"):
            inside = True
        elif word not in acls and word not in ("or", "||", "OR"):
            name = word.lstrip("!")
            if name and name not in acls and "$" not in name and name not in criteria():
                meant = near(name, acls)
                notes.tell(
                    index, "HP112", f"there is no ACL '{name}' above; haproxy refuses the file",
                    f"did you mean {meant}" if meant else "",
                )  # fmt: skip
        before = word


def check_fetch(notes: Notes, index: int, word: str) -> None:
    """Remark on a sample expression that begins with no fetch haproxy knows."""
    wrong = _wrong(word)
    if wrong:
        notes.tell(index, "HP101", f"{wrong}; haproxy refuses the file")


def check_acl(notes: Notes, index: int, words: Words) -> None:
    """Remark on the name and the fetch of an ``acl`` line."""
    odd = odd_character(words[1])
    if odd:
        notes.tell(
            index, "HP119", f"'{odd}' is not permitted in the name of an ACL; haproxy refuses the"
            " file", "letters, digits, - _ . : are",
        )  # fmt: skip
    if len(words) > 2:
        check_fetch(notes, index, words[2])


def odd_character(name: str) -> str:
    """Return the first character of *name* that haproxy permits in no name, or nothing."""
    for character in name:
        if not (character.isascii() and (character.isalnum() or character in "-_.:$")):
            return character
    return ""


@lru_cache(maxsize=4096)
def _wrong(word: str) -> str:
    """Return what is wrong with the sample expression *word*, nothing where all seems well."""
    name, opened, rest = word.partition("(")
    name = name.partition(",")[0]
    if "$" in name or name.startswith("lua.") or not name:
        return ""
    if name not in criteria():
        return f"there is no fetch called '{name}'"
    if opened and name == "var":
        variable = rest.partition(")")[0].partition(",")[0]
        if "$" not in variable and variable.partition(".")[0] not in _SCOPES:
            return f"the variable '{variable}' names no scope ({', '.join(_SCOPES)})"
    return ""
