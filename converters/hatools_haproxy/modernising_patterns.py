"""What an old regular expression over a header line, the request line or the status line is about.

Before haproxy 2.1 such an expression met every header as ``Name: value`` and
the first line as ``METHOD URI VERSION``.  One that begins with a name, or with
a method, is about that header, or the URI, alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hatools_haproxy.modernising_cases import Case, spelled

HEADER = re.compile(r"\^([A-Za-z0-9_-]+):(.*)", re.DOTALL)
METHOD = re.compile(
    r"\^\(?(?:\[\^ :?\][*+]|\[\^: \][*+]|\\S[*+]|\\w\+)\)?(?: |\\s|\[ \])(.*)", re.DOTALL
)
_VERBS = re.compile(r"\^(\()?([A-Z]+(?:\|[A-Z]+)*)(?(1)\))(?:(?: |\\s)(.*)|$)", re.DOTALL)
_STATUS = re.compile(r"\^HTTP/(?:\[\^ \]|\S)* (\d{3})(?: ?\.\*)?\$?")
_NEW_STATUS = re.compile(r"HTTP/1\.[01] (\d{3})(?: (.+))?")
_GROUP = re.compile(r"\\([0-9])")
_ANY = ("", ".*", ".*$", " .*", " .*$")


class Verbs(NamedTuple):
    """A request line's pattern with its methods named: the pattern with any, and the methods."""

    search: str
    text: str
    methods: tuple[str, ...]


class Terms(NamedTuple):
    """The conditions any one of which stands for a pattern.

    *loosely* says why they are not quite it; *fetch* is one that not all versions have.
    """

    any_of: tuple[str, ...]
    loosely: str = ""
    fetch: str = ""


def renumbered(text: str, by: int) -> str:
    """Return *text* with each ``\\N`` counted *by* further."""
    return _GROUP.sub(lambda number: f"\\{int(number[1]) + by}", text)


def unwrapped(search: str, text: str) -> tuple[str, str]:
    """Return a search and its replacement without a group around the name or the method."""
    if not search.startswith("^("):
        return search, text
    end = _closing(search, 1)
    inside, behind = search[2:end], search[end + 1 :]
    if end < 0 or "(" in inside:
        return search, text
    named = re.fullmatch(r"([A-Za-z0-9_-]+):(.*)", inside, re.DOTALL)
    if named is not None:
        return _without_name(named[1], named[2], behind, text)
    parted = re.fullmatch(r"((?:\[\^ :?\]|\[\^: \]|\\S|\\w)[*+]) (/?[\w/-]*)", inside)
    if parted is not None and text.startswith("\\1"):
        return f"^({parted[1]}) {parted[2]}{behind}", f"\\1 {parted[2]}{text[2:]}"
    return search, text


def _without_name(name: str, value: str, behind: str, text: str) -> tuple[str, str]:
    blank = value[: len(value) - len(value.lstrip(" "))]
    rest = value[len(blank) :]
    said = f"{name}:{blank}"
    if text.startswith("\\1"):
        kept = f"({rest})" if rest else ""
        text = said + ("\\1" if rest else "") + renumbered(text[2:], 0 if rest else -1)
        return f"^{name}:{blank}{kept}{behind}", text
    if "\\1" in text:
        return f"^({name}:{value}){behind}", text
    return f"^{name}:{value}{behind}", renumbered(text, -1)


def _closing(regex: str, at: int) -> int:
    """Return where the group that opens at *at* closes, -1 where it does not."""
    depth = 0
    for number in range(at, len(regex)):
        if regex[number - 1] != "\\" or regex[number - 2 : number] == "\\\\":
            depth += {"(": 1, ")": -1}.get(regex[number], 0)
        if not depth:
            return number
    return -1


def with_verbs(search: str, text: str) -> Verbs | None:
    """Return a search that names methods as one for any method, with those beside it."""
    found = _VERBS.fullmatch(search)
    if found is None or found[3] is None:
        return None
    methods, rest = tuple(found[2].split("|")), found[3]
    if found[1]:
        return Verbs(f"^([^ ]*) {rest}", text, methods)
    verb = f"{found[2]} "
    if not text.startswith(verb):
        return None
    return Verbs(f"^([^ ]*) {rest}", "\\1 " + renumbered(text[len(verb) :], 1), methods)


def status_change(search: str, text: str) -> tuple[str, str, str] | None:
    """Return the old status, the new one and its reason, where a status line is replaced."""
    if search.rstrip("$").endswith("(.*)") and text.endswith("\\1"):
        search, text = search.rstrip("$").removesuffix("(.*)"), text.removesuffix("\\1").rstrip()
        search = search.rstrip()
    old, new = _STATUS.match(search), _NEW_STATUS.fullmatch(text)
    if old is None or new is None or old.end() != len(search):
        return None
    return old[1], new[1], new[2] or ""


def terms_of(regex: str, ignoring_case: bool, which: str) -> Terms:
    """Return the conditions that stand for *regex* on a request (*which*: or ``rsp``onse)."""
    side = "req" if which == "req" else "res"
    flag = "-i " if ignoring_case else ""
    header = HEADER.fullmatch(regex)
    if header is not None and "|" not in _outside(header[2]):
        return Terms((_header_term(side, header[1], header[2], flag),))
    line = _line_terms(regex, flag) if which == "req" else None
    if line is not None:
        return line
    every = "(?m)" + regex.replace("$", "\\r?$")
    anywhere = [f"{{ {side}.hdrs -m reg {flag}{spelled(every)} }}"]
    if which == "req" and "^" not in regex:
        anywhere.insert(0, f"{{ url -m reg {flag}{spelled(regex)} }}")
    why = "it looks at the headers as haproxy keeps them, with names in lower case"
    return Terms(tuple(anywhere), why, f"{side}.hdrs")


def _header_term(side: str, name: str, value: str, flag: str) -> str:
    if value in _ANY:
        return f"{{ {side}.fhdr({name}) -m found }}"
    for blank in ("\\s*", "\\s+", "\\s", "[ ]*", " *", " +", " "):
        if value.startswith(blank):
            value = value[len(blank) :]
            break
    if value.startswith(".*"):
        return f"{{ {side}.fhdr({name}) -m reg {flag}{spelled(value[2:])} }}"
    return f"{{ {side}.fhdr({name}) -m reg {flag}{spelled('^' + value)} }}"


def _line_terms(regex: str, flag: str) -> Terms | None:
    """Return the condition for what begins with a method, or with the pattern of one."""
    verbs = _VERBS.fullmatch(regex)
    met = METHOD.fullmatch(regex)
    methods = f"{{ method {verbs[2].replace('|', ' ')} }} " if verbs is not None else ""
    rest = verbs[3] or "" if verbs is not None else met[1] if met is not None else None
    if rest is None:
        return None
    rest = re.sub(r" (?:\(?HTTP.*|\(?\.\*\)?\$?)$", "", rest)
    if rest in (*_ANY, "(.*)", "/"):
        return Terms((methods.strip(),)) if methods else None
    if " " in rest or rest.endswith("$"):
        return None
    uri = rest[2:] if rest.startswith(".*") else f"^{rest}"
    return Terms((f"{methods}{{ url -m reg {flag}{spelled(uri)} }}",), "it looks at the URI alone")


def _outside(regex: str) -> str:
    """Return what of *regex* stands outside of its groups."""
    return re.sub(r"\([^()]*\)", "", regex)


def condition(case: Case, number: int, terms: Sequence[str]) -> str | None:
    """Return ``if`` with each of *terms* and the line's own condition, from word *number* on.

    None where that is no condition, or one that cannot be told in one line.
    """
    ways = _ways(case, number)
    if ways is None:
        return None
    return "if " + " or ".join(f"{term} {way}".rstrip() for way in ways for term in terms)


def _ways(case: Case, number: int) -> list[str] | None:
    """Return the conditions any one of which makes a line count; one empty for none."""
    if number >= len(case.words):
        return [""]
    lead = case.words[number]
    if lead not in ("if", "unless") or number + 1 == len(case.words):
        return None
    parts: list[list[str]] = [[]]
    start = -1
    for token in case.tokens[number + 1 :]:
        word = token.text
        if start < 0 and word in ("or", "||"):
            parts.append([])
        elif word in ("{", "!{") and start < 0:
            start = token.start
        elif start < 0 or word == "}":
            parts[-1].append(case.raw[token.start if start < 0 else start : token.end])
            start = -1
    if start >= 0 or not all(parts):
        return None
    if lead == "if":
        return [" ".join(part) for part in parts]
    if len(parts) > 1:  # none of several: each must fail
        return [" ".join(_not(part[0]) for part in parts)] if max(map(len, parts)) == 1 else None
    return [_not(term) for term in parts[0]]


def _not(term: str) -> str:
    return term[1:] if term.startswith("!") else f"!{term}"
