"""The kinds of words that arguments are: numbers, times, sizes, formats, expressions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from hatools_haproxy.argument_places import place
from hatools_haproxy.numbers import read_size, read_time
from hatools_haproxy.sample_expressions import wrong_expression, wrong_format

Version = tuple[int, ...]
Check = Callable[[str, str, Version], str | None]
"""Takes a word ('' where there is none), bounds, a version; returns a complaint, None if fine."""

_TRACKED = re.compile(r"\((-?\d+)\)")
_TWO = re.compile(r"\((-?\d+),(-?\d+)\)")
_SCOPES = ("proc", "sess", "txn", "req", "res", "check")
_VARIABLE = re.compile(r"[A-Za-z0-9_.]+")
_CONDITIONS = ("ifexists", "ifnotexists", "ifempty", "ifnotempty", "ifset", "ifnotset", "ifgt",
               "iflt")  # fmt: skip
_place = place()
_TRACKERS = 3  # 0 to 2; more with tune.stick-counters since 2.8
_LOG_BACKENDS = (2, 9)
_MORE_TRACKERS = (2, 8)


def _bounds(text: str) -> tuple[int, int]:
    low, _, high = text.partition(":")
    return int(low or -(2**63)), int(high or 2**63)


def _int(word: str, bounds: str, version: Version) -> str | None:
    if not re.fullmatch(r"[+-]?\d+", word):
        return f"'{word}' is no number"
    low, high = _bounds(bounds)
    value = int(word[:30])
    if low <= value <= high:
        return None
    return f"{word} is not from {low} to {high}" if high < 2**63 else f"{word} is below {low}"


def _begins_int(word: str, bounds: str, version: Version) -> str | None:
    """Check a number behind which haproxy looks at nothing (``10x`` is 10, ``x`` is 0)."""
    found = re.match(r"[+-]?\d+", word)
    if not word:
        return "a number is missing"
    low, high = _bounds(bounds)
    value = int(found[0][:30]) if found else 0
    return None if low <= value <= high else f"'{word}' is not from {low} to {high}"


def _hex(word: str, bounds: str, version: Version) -> str | None:
    fine = re.fullmatch(r"\d+|0[xX][0-9a-fA-F]+", word)
    return None if fine else f"'{word}' is no decimal or hexadecimal number"


def _hex_or_expr(word: str, bounds: str, version: Version) -> str | None:
    if word[:1].isdigit():
        return _hex(word, bounds, version)
    return _expr_word(word, bounds, version)


def _time(word: str, bounds: str, version: Version) -> str | None:
    if not word:
        return "a time is missing"
    seconds, complaint = read_time(word)
    if seconds is None:
        return complaint
    least = float(bounds) if bounds else 0.0
    return None if seconds >= least else f"{word} is too short a time"


def _size(word: str, bounds: str, version: Version) -> str | None:
    value = read_size(word)
    if value is None:
        return f"'{word}' is no size: digits, then k, m or g"
    low, high = _bounds(bounds)
    return None if low <= value <= high else f"{word} is not from {low} to {high}"


def _any(word: str, bounds: str, version: Version) -> str | None:
    return None if word else "a word is missing"


def _name(word: str, bounds: str, version: Version) -> str | None:
    return None if word and word not in ("if", "unless") else f"'{word}' is no name"


def _label(word: str, bounds: str, version: Version) -> str | None:
    odd = re.search(r"[^A-Za-z0-9_.:-]", word)
    if odd:
        return f"'{odd[0]}' is not permitted in the name '{word}': letters, digits, - _ . : are"
    return None if word else "a name is missing"


def _regex(word: str, bounds: str, version: Version) -> str | None:
    if not word:
        return "a regular expression is missing"
    return unbalanced(word)


@lru_cache(maxsize=1024)
def unbalanced(pattern: str) -> str | None:
    """Return the parenthesis or bracket of a regular expression that has no partner."""
    depth, at, inside = 0, 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            if pattern[at + 1 : at + 2] in ("Q", ""):
                return None if at + 1 < len(pattern) else "the pattern ends in a backslash"
            at += 2
            continue
        if inside:
            if char == "[" and pattern[at + 1 : at + 2] == ":":
                end = pattern.find(":]", at + 2)
                at = end + 1 if end > 0 else at
            elif char == "]":
                inside = False
        elif char == "[":
            inside = True
            at += pattern[at + 1 : at + 2] == "^"
            at += pattern[at + 1 : at + 2] == "]"
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth < 0:
                return f"the regular expression '{pattern}' has a ) without ("
        at += 1
    if inside:
        return f"the regular expression '{pattern}' has a [ that is not closed"
    return f"the regular expression '{pattern}' has a ( that is not closed" if depth else None


def _fmt(word: str, bounds: str, version: Version) -> str | None:
    return wrong_format(word, version) or None if word else "a format is missing"


def _expr_word(word: str, bounds: str, version: Version) -> str | None:
    if not word or word in ("if", "unless"):
        return "a sample expression is missing"
    return wrong_expression(word, version) or None


def _variable(word: str, bounds: str, version: Version) -> str | None:
    """Check the glued ``(scope.name)`` of set-var and its like; *bounds* ``c``: conditions, too."""
    if not (word.startswith("(") and word.endswith(")")):
        return "it needs a variable in parentheses, such as (txn.name)"
    name, *conditions = word[1:-1].split(",")
    scope, dot, rest = name.partition(".")
    if scope not in _SCOPES:
        return f"the variable '{name}' names no scope ({', '.join(_SCOPES)})"
    if not dot or not rest or not _VARIABLE.fullmatch(rest):
        return f"'{name}' is no name of a variable: letters, digits, . and _ behind the scope"
    if conditions and (bounds != "c" or any(c not in _CONDITIONS for c in conditions)):
        return f"'{','.join(conditions)}' is no condition of a variable"
    return None


def _tracker(word: str, bounds: str, version: Version) -> str | None:
    if not word:
        return None if bounds == "o" else "it needs the number of a tracker in parentheses"
    found = _TRACKED.fullmatch(word)
    if not found:
        return f"'{word}' is no number of a tracker in parentheses"
    most = 2**31 if version >= _MORE_TRACKERS else _TRACKERS - 1
    return None if 0 <= int(found[1]) <= most else f"there is no tracker {found[1]}: 0 to 2"


def _two_trackers(word: str, bounds: str, version: Version) -> str | None:
    found = _TWO.fullmatch(word)
    if not found:
        return "it needs the number of a counter and of a tracker in parentheses: (0,1)"
    most = 2**31 if version >= _MORE_TRACKERS else _TRACKERS - 1
    if not 0 <= int(found[2]) <= most:
        return f"there is no tracker {found[2]}: 0 to 2"
    return None if 0 <= int(found[1]) <= 99 else f"there is no counter {found[1]}: 0 to 99"


def _process_variable(word: str, bounds: str, version: Version) -> str | None:
    fine = word.startswith("proc.") and _VARIABLE.fullmatch(word[5:])
    return None if fine else f"'{word}' is no variable of the process: proc.NAME"


def _glued(word: str, bounds: str, version: Version) -> str | None:
    return None if word.startswith("(") else "it needs an argument in parentheses"


def _pattern(pattern: str, what: str) -> Check:
    compiled = re.compile(pattern)

    def check(word: str, bounds: str, version: Version) -> str | None:
        return None if compiled.fullmatch(word) else f"'{word}' is not {what}"

    return check


def _status(statuses: frozenset[str]) -> Check:
    def check(word: str, bounds: str, version: Version) -> str | None:
        if word in statuses:
            return None
        return f"haproxy has no answer of status '{word}'"

    return check


def _statuses(word: str, bounds: str, version: Version) -> str | None:
    fine = re.fullmatch(r"\d+(-\d+)?(,\d+(-\d+)?)*,?", word)
    return None if fine else f"'{word}' is no list of statuses such as 200,204,300-399"


def _hexbytes(word: str, bounds: str, version: Version) -> str | None:
    if re.fullmatch(r"([0-9a-fA-F]{2})+", word):
        return None
    return f"'{word}' is no bytes in hexadecimal: two digits each"


def _network(word: str, bounds: str, version: Version) -> str | None:
    from ipaddress import ip_network

    try:
        ip_network(word, strict=False)
    except ValueError:
        return f"'{word}' is no address or network"
    return None


def _cpus(word: str, bounds: str, version: Version) -> str | None:
    for part in word.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+)?)?", part)
        if not found and part not in ("all", "odd", "even"):
            return f"'{word}' is no number or range"
    return None


def _cpu_set(word: str, bounds: str, version: Version) -> str | None:
    fine = all(
        re.fullmatch(r"all|odd|even|\d+(-\d*)?", part)
        for part in word.removeprefix("auto:").split("/")
    )
    return None if fine else f"'{word}' is no number or range of threads"


def _log_target(word: str, bounds: str, version: Version) -> str | None:
    if not word:
        return "an address is missing"
    if word.startswith("backend@") and version < _LOG_BACKENDS:
        return f"'{word}': logs go to a backend since haproxy 2.9"
    if word.startswith(("ring@", "backend@")):
        return None
    return _place(word, bounds, version)


def _ranges(word: str, bounds: str, version: Version) -> str | None:
    ranges, colon, size = word.rpartition(":")
    if not colon:
        return f"'{word}' has no size of a sample: write RANGES:SIZE"
    if not size.isdigit() or int(size) < 1:
        return f"'{size}' is no size of a sample"
    if not ranges:
        return "a sample needs ranges"
    last = 0
    for part in ranges.split(","):
        found = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if not found:
            return f"'{part}' is no range of a sample"
        first, end = int(found[1]), int(found[2] or found[1])
        if not last < first <= end or end > int(size):
            return f"'{part}' is no range of a sample of {size}, above those before it"
        last = end
    return None


def _cookie_attribute(word: str, bounds: str, version: Version) -> str | None:
    if not word:
        return "an attribute is missing"
    odd = next((c for c in word if c == ";" or ord(c) < 32 or ord(c) == 127), "")
    return f"'{odd}' is not permitted in an attribute of a cookie" if odd else None


def _cookie_domain(word: str, bounds: str, version: Version) -> str | None:
    return None if word else "a domain is missing"


def _stored(word: str, bounds: str, version: Version) -> str | None:
    """Check a list of data that a stick-table stores."""
    from hatools_haproxy.stored_data import wrong_data

    return wrong_data(word, version) or None if word else "what to store is missing"


def _listed(word: str, bounds: str, version: Version) -> str | None:
    """Check a list of words with commas; *bounds* are the words, with ``|``."""
    known = bounds.split("|")
    odd = next((part for part in word.split(",") if part not in known), None)
    return None if odd is None else f"'{odd}' is none of {', '.join(known)}"


def _port_or_expr(word: str, bounds: str, version: Version) -> str | None:
    if word.isdigit():
        return None if 0 < int(word) <= 65535 else f"{word} is no port"
    return _expr_word(word, bounds, version)


def _random(word: str, bounds: str, version: Version) -> str | None:
    if word == "random":
        return None
    found = re.fullmatch(r"random\((\d+)\)", word)
    return None if found and int(found[1]) else "random takes a number above 0: random(2)"


def _header(word: str, bounds: str, version: Version) -> str | None:
    return None if re.fullmatch(r"hdr\([^)]+\)?", word) else "hdr needs a name: hdr(host)"


def _rdp_cookie(word: str, bounds: str, version: Version) -> str | None:
    if word == "rdp-cookie" or re.fullmatch(r"rdp-cookie\([^)]+\)", word):
        return None
    return "rdp-cookie needs the name of a cookie: rdp-cookie(name)"


def _one(word: str, bounds: str, version: Version) -> str | None:
    return None if word in ("1", "1-1", "1-") else f"'{word}': there is one process only"


def _balance_factor(word: str, bounds: str, version: Version) -> str | None:
    if word.isdigit() and (int(word) == 0 or int(word) > 100):
        return None
    return "it must be 0 or above 100"


def _networks(word: str, bounds: str, version: Version) -> str | None:
    return next((wrong for part in word.split(",") if (wrong := _network(part, "", version))), None)


def _initial_address(word: str, bounds: str, version: Version) -> str | None:
    for part in word.split(","):
        if part not in ("last", "libc", "none") and _network(part, "", version):
            return f"'{part}' is none of last, libc, none, nor an address"
    return None if word else "last, libc, none or an address is missing"


def _ip(word: str, bounds: str, version: Version) -> str | None:
    """Refuse what can be no address; names are left to the host that asks for them."""
    if not word:
        return "an address is missing"
    fine = any(char in word for char in ".:@/*") or word == "localhost" or word.isdigit()
    return None if fine else f"'{word}' is no address"


def _source(placed: Check) -> Check:
    """Return the check of an address that connections are to come from."""

    def check(word: str, bounds: str, version: Version) -> str | None:
        return _ip(word, bounds, version) or placed(word, bounds, version)

    return check


def _nothing(word: str, bounds: str, version: Version) -> str | None:
    return f"'{word}' is only allowed behind source"


def _parameter(word: str, bounds: str, version: Version) -> str | None:
    return None if word and word != "check_post" else "the name of a parameter is missing"


def _usesrc(word: str, bounds: str, version: Version) -> str | None:
    if word in ("client", "clientip") or word.startswith("hdr_ip("):
        return None
    return _place(word, bounds, version)


ERRORS = frozenset((
    "200", "400", "401", "403", "404", "405", "407", "408", "410", "413", "421", "422", "425",
    "429", "500", "501", "502", "503", "504",
))  # fmt: skip
"""The statuses that haproxy 2.6 has answers of its own for."""
CHECKS: dict[str, tuple[Check, str]] = {
    "int": (_int, "a number"),
    "atoi": (_begins_int, "a number"),
    "hex": (_hex, "a number"),
    "hexexpr": (_hex_or_expr, "a number or a sample expression"),
    "time": (_time, "a time"),
    "size": (_size, "a size"),
    "any": (_any, "a word"),
    "name": (_name, "a name"),
    "regex": (_regex, "a regular expression"),
    "fmt": (_fmt, "a format"),
    "word-expr": (_expr_word, "a sample expression"),
    "(var)": (_variable, "a variable in parentheses"),
    "proc-var": (_process_variable, "a variable such as proc.NAME"),
    "(sc)": (_tracker, "a tracker in parentheses"),
    "(id,sc)": (_two_trackers, "a counter and a tracker in parentheses"),
    "(any)": (_glued, "an argument in parentheses"),
    "error-status": (_status(ERRORS), "a status that haproxy answers with"),
    "statuses": (_statuses, "statuses"),
    "hexbytes": (_hexbytes, "bytes in hexadecimal"),
    "network": (_network, "an address or network"),
    "cpu-set": (_cpu_set, "a number or range of threads"),
    "cpus": (_cpus, "a number or range"),
    "target": (_log_target, "an address"),
    "ranges": (_ranges, "ranges and a size"),
    "attribute": (_cookie_attribute, "an attribute"),
    "domain": (_cookie_domain, "a domain"),
    "data": (_stored, "what to store"),
    "listed": (_listed, "words of a list"),
    "float": (_pattern(r"\d+(\.\d*)?", "a number"), "a number"),
    "endpoint": (place(port=True, unix=False), "an address with a port"),
    "socket": (place(port=True), "an address with a port, or a socket"),
    "sockets": (place(port=True, several=True), "an address with a port, or a socket"),
    "place": (_place, "an address"),
    "source": (_source(place()), "an address"),
    "sources": (_source(place(several=True)), "an address"),
    "label": (_label, "a name"),
    "port-or-expr": (_port_or_expr, "a port or a sample expression"),
    "networks": (_networks, "networks"),
    "init-addr": (_initial_address, "last, libc, none or an address"),
    "ip": (_ip, "an address"),
    "nothing": (_nothing, "source before it"),
    "not-check-post": (_parameter, "the name of a parameter"),
    "octal": (_pattern(r"[0-7]+", "an octal number"), "an octal number"),
    "random": (_random, "random"),
    "hdr": (_header, "hdr(NAME)"),
    "rdp-cookie": (_rdp_cookie, "rdp-cookie"),
    "one": (_one, "1"),
    "balance-factor": (_balance_factor, "0 or a number above 100"),
    "usesrc": (_usesrc, "an address, client, clientip or hdr_ip(NAME)"),
    "auth": (_pattern(r".+", "a user"), "a user and a password"),
}  # fmt: skip


def ends_of_expression(
    words: tuple[str, ...], at: int, version: Version
) -> tuple[tuple[int, ...], str]:
    """Return where the sample expression at *at* may end, and what is wrong with it.

    Converters may also stand in words of their own.
    """
    from hatools_haproxy.sample_expressions import is_converter

    word = words[at]
    if word in ("if", "unless"):
        return (), "a sample expression is missing"
    complaint = wrong_expression(word, version)
    if complaint:
        return (), complaint
    ends = [at + 1]
    while ends[-1] < len(words) and is_converter(words[ends[-1]], version):
        ends.append(ends[-1] + 1)
    return tuple(reversed(ends)), ""
