"""Hides the secrets of keepalived.conf: passwords of VRRP and of scripts, keys, tokens."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

HIDDEN = "********"
_LONGEST = 4_096  # characters of a line: keepalived itself reads no line of more than 1,023

_MARK = re.compile(r"pass|key|secret|token|pw|cred|auth|@|\$|-[aupwU]|--", re.IGNORECASE)
_VALUE = r"""(?:"[^"\n]*"|'[^'\n]*'|(?:\$\{[^}\n]*\}|[^\s{}"'])+)"""
_NAMES = r"(?:pass(?:word|wd|phrase)?|secret|token|pwd|api[-_]?key|access[-_]?key|credentials?)"
_ANY = rf"(?:[\w-]{{0,64}}[-_])?{_NAMES}"
_WORD = r"(?!(?:pass(?:es|ed|ing|ive)?)\b)"  # plain English, and an auth_type
_START = r"(?:^|[{}])[ \t]*(?:@\S+[ \t]+)?"

_STATEMENT = (
    rf"({_START}(?!PASS\b)(?:\w{{0,64}}pass\w{{0,64}}|auth_?p\w{{0,64}})[ \t]+)(?![#!])"
    r"""(?:"[^"\n]*"?|\$\{[^}\n]*\}|[^\s{}"]|[ \t]+(?=[^\s{}#!]))+"""
)
"""A statement that holds a password, to its end: a misspelt keyword holds one, too."""

_SECRETS = (
    rf"(?<![\w:.=/@&?*-]){_WORD}(\w{{0,64}}pass\w{{0,64}}[ \t]+)(?![-=:*]){_VALUE}",
    rf"(?<![\w-])(key[ \t]+\d+[ \t]+){_VALUE}",
    rf"(?<![\w-])(--?{_ANY}(?:[-_][\w-]{{0,64}})?(?:[ \t]*=[ \t]*|[ \t]+)(?!\*)){_VALUE}",
    rf"(\b{_ANY}(?:[-_]\w{{0,64}})?[ \t]*[=:][ \t]*)(?!\*)[^\s&;\"'{{}}]+",
    r"(\bauthorization[ \t]*:[ \t]*(?:bearer|basic|token)[ \t]+)[^\s\"']+",
    r"((?<!\S)(?:-u|--user|--proxy-user)[ \t=]*[^\s:\"'/]+:)[^\s\"']+",
    r"((?<![\w.])[\w.+-]*:(?!//)(?://[\w.+-]*:)?)[^\s@/\"':]+(?=@[\w\[])",
    r"((?<!\S)-p[ \t]+)(?![-/*]|\d{1,5}(?!\S))[^\s\"']+",
    r"(\bmysql\w*\b[^\n]*?[ \t]-p)[^\s\"'*]+",
    r"(\bredis-cli\b[^\n]*?[ \t]-a[ \t]+)[^\s\"'*]+",
    r"(\bldap\w+\b[^\n]*?[ \t]-w[ \t]+)[^\s\"'*]+",
)
"""What stands before a secret, in group 1, and the secret: scripts, headers, addresses, paths."""

_DEFINITION = r"(\$(\w+)=)[^\n]*(?:\\\n[^\n]*)*"
_SEQUENCE = r"(~(?:LST|SEQx?)\()([^\n)]*)"
_SECRET_NAME = re.compile("pass|secret|key|pw|token", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{?(\w+)")
_USED = (
    r"(?i:(?:\b(?!PASS\b)(?-i:\w{0,64}pass\w{0,64}|key[ \t]+\d+)[ \t]+"
    r"|--?[\w-]{0,64}(?:pass|token|secret)[\w-]{0,64}[ \t=]+)"
    r"([^\n#!]*\$[^\n#!]*))"
)
"""Patterns that few texts need; `re` keeps what it once compiled."""


def secret_names(text: str) -> set[str]:
    """Return the names of the definitions that are used where a secret stands in *text*."""
    lines = [line for line in text.split("\n") if "$" in line and len(line) <= _LONGEST]
    found = {
        name
        for line in lines
        for match in re.finditer(_USED, line)
        for name in _REFERENCE.findall(match[1])
    }
    size = -1
    while found and size != len(found):
        size = len(found)
        for match in re.finditer(_DEFINITION, text):
            if match[2] in found:
                found.update(_REFERENCE.findall(match[0][len(match[1]) :]))
    return found


def mask(text: str, names: Collection[str] = ()) -> str:
    """Return *text*, a line or statement, with its secrets as ``********``, the rest as it is.

    Hidden are what stands behind ``auth_pass``, ``password`` and anything else with
    ``pass`` in its name, behind ``key N`` of auth_hmac, what scripts and
    addresses are given as passwords and tokens, and definitions whose names are
    among *names* (`secret_names`) or say that they hold such a thing.
    """
    if _MARK.search(text) is None:
        return text
    if "$" in text or "~" in text:
        text = re.sub(
            _DEFINITION,
            lambda match: (
                _hide(match) if match[2] in names or _SECRET_NAME.search(match[2]) else match[0]
            ),
            text,
        )
        text = re.sub(
            _SEQUENCE,
            lambda match: (
                _hide(match)
                if any(name in names for name in re.findall(r"\w+", match[2]))
                else match[0]
            ),
            text,
        )
    for rule in _rules():
        text = rule.sub(_hide, text)
    return text


@cache
def _rules() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of secrets, made when a text first looks as if it held one."""
    return (
        re.compile(_STATEMENT, re.IGNORECASE | re.MULTILINE),
        *(re.compile(pattern, re.IGNORECASE) for pattern in _SECRETS),
    )


def _hide(match: re.Match[str]) -> str:
    return match[1] + HIDDEN
