"""Tells what is wrong with what an ACL or a condition compares a sample with."""

from __future__ import annotations

import re
from functools import lru_cache

from hatools_haproxy.argument_types import CHECKS, unbalanced
from hatools_haproxy.keywords import sample
from hatools_haproxy.sample_expressions import is_converter

Version = tuple[int, ...]
_OPERATORS = ("eq", "ge", "gt", "le", "lt")
_METHODS = frozenset((
    "found", "bool", "int", "ip", "bin", "len", "str", "sub", "reg", "regm", "beg", "end", "dir",
    "dom",
))  # fmt: skip
# Numbers and ranges of them, as haproxy takes them (tried): 5, 3:7, 3-7, 3:, :7, -7.
_NUMBER = re.compile(r"\d+([:-]\d*)?|[:-]-?\d+")
_DOTTED = re.compile(r"\d+(\.\d+)?([:-](\d+(\.\d+)?)?)?|[:-]-?\d+(\.\d+)?")
_COMPARED = re.compile(r"[\d.:-]*\d[\d.:-]*")  # behind an operator a point is taken as well
_VERSIONS = ("req.ssl_ver", "req_ssl_ver")
_MATCH_OF_TYPE = {"int": "int", "ip": "ip", "ipv4": "ip", "ipv6": "ip",
                  "any": "none"}  # fmt: skip


@lru_cache(maxsize=4096)
def wrong_patterns(words: tuple[str, ...], version: Version) -> str:
    """Return what is wrong behind the expression ``words[0]``: flags, operators, patterns."""
    expression, at = words[0], 1
    while at < len(words) and is_converter(words[at], version) and _plain(words[at]):
        expression, at = f"{expression},{words[at]}", at + 1
    matching, from_file = "", False
    while at < len(words) and words[at].startswith("-"):
        flag = words[at]
        if flag == "--":
            at += 1
            break
        if flag not in ("-i", "-n", "-M", "-m", "-f", "-u"):
            return f"'{flag}' is no flag: write -- before a pattern that begins with -"
        if flag in ("-m", "-f", "-u"):
            at += 1
            value = words[at] if at < len(words) else ""
            if flag == "-m" and value not in _METHODS:
                return f"there is no match method '{value}': {', '.join(sorted(_METHODS))}"
            if flag == "-u" and not value.isdigit():
                return "-u needs a number"
            matching = value if flag == "-m" else matching
            from_file = from_file or flag == "-f"
        at += 1
    patterns = words[at:]
    if not matching and expression in _VERSIONS:
        return _wrong_numbers(patterns, _DOTTED)
    matching = matching or _matching(expression)
    if matching == "none" and (patterns or from_file):
        return f"'{words[0]}' needs -m and a match method before its patterns"
    return _wrong(matching, patterns)


def _plain(word: str) -> bool:
    """Tell whether a word can only be a converter, not a pattern that reads like one."""
    return "(" in word and word.endswith(")")


def _matching(expression: str) -> str:
    """Return the match method of *expression* where none is said, '' where anything goes."""
    parts = re.sub(r"\([^()]*\)", "", expression).split(",")
    if len(parts) > 1:
        last = sample(parts[-1], "converter")
        return _MATCH_OF_TYPE.get(last.gives, "") if last else ""
    shortcut = sample(parts[0], "acl")
    if shortcut:
        return shortcut.match
    fetch = sample(parts[0], "fetch")
    return _MATCH_OF_TYPE.get(fetch.gives, "") if fetch else ""


def _wrong(matching: str, patterns: tuple[str, ...]) -> str:
    if any("$" in word or "%" in word for word in patterns) and matching != "reg":
        return ""
    if matching in ("int", "len"):
        return _wrong_numbers(patterns, _NUMBER)
    elif matching == "ip":
        for word in patterns:
            if CHECKS["network"][0](word, "", ()) and not _maybe_host(word):
                return f"'{word}' is no address or network"
    elif matching in ("reg", "regm"):
        return next((wrong for word in patterns if (wrong := unbalanced(word))), "")
    elif matching == "bin":
        for word in patterns:
            if not re.fullmatch(r"([0-9a-fA-F]{2})+", word):
                return f"'{word}' is no bytes in hexadecimal"
    return ""


def _wrong_numbers(patterns: tuple[str, ...], number: re.Pattern[str]) -> str:
    """Return what is wrong with numbers, ranges and operators; an operator counts to the end."""
    compared = False
    for word in patterns:
        if word in _OPERATORS:
            compared = True
        elif not (_COMPARED if compared else number).fullmatch(word):
            return f"'{word}' is {'neither a number nor an operator' if compared else 'no number'}"
    return ""


def _maybe_host(word: str) -> bool:
    """Tell whether *word* may be an address in a short form, or the name of a host."""
    return bool(
        re.fullmatch(r"\d+(\.\d+){0,3}(/\d+(\.\d+){0,3})?|[\w.-]*\.[A-Za-z][\w-]*", word)
    ) and (not re.search(r"/(3[3-9]|[4-9]\d|\d{3,})$", word))
