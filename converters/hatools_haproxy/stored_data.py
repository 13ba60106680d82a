"""Tells what is wrong with the data that a stick-table is to store."""

from __future__ import annotations

import re

from hatools_haproxy.numbers import read_time

_PLAIN = frozenset((
    "bytes_in_cnt", "bytes_out_cnt", "conn_cnt", "conn_cur", "gpc0", "gpc1", "gpt0", "server_id",
    "server_key", "http_err_cnt", "http_fail_cnt", "http_req_cnt", "sess_cnt", "glitch_cnt",
))  # fmt: skip
_RATES = frozenset((
    "bytes_in_rate", "bytes_out_rate", "conn_rate", "gpc0_rate", "gpc1_rate", "http_err_rate",
    "http_fail_rate", "http_req_rate", "sess_rate", "glitch_rate",
))  # fmt: skip
_SINCE = {"glitch_cnt": (3, 0), "glitch_rate": (3, 0)}
_PART = re.compile(r"([a-z0-9_]+)(?:\(([^)]*)\))?")


def wrong_data(text: str, version: tuple[int, ...]) -> str:
    """Return what is wrong with *text*, such as ``gpc0,conn_rate(10s)``; nothing if it is fine."""
    for part in re.split(r",(?![^(]*\))", text):
        if not part:
            continue
        found = _PART.fullmatch(part)
        name, argument = (found[1], found[2]) if found else (part, None)
        if name in ("gpc", "gpt", "gpc_rate"):
            if not argument:
                return f"{name} needs the number of counters in parentheses"
            count, _, period = argument.partition(",")
            if not count.isdigit() or not 0 < int(count) <= 100:
                return f"{name} takes 1 to 100 counters, not '{count}'"
            if name == "gpc_rate" and read_time(period)[0] is None:
                return "gpc_rate needs a period: gpc_rate(1,10s)"
        elif name in _RATES and _SINCE.get(name, ()) <= version:
            if argument is None:
                return f"{name} needs a period: {name}(10s)"
            if read_time(argument)[0] is None:
                return f"'{argument}' is no period of {name}"
        elif name not in _PLAIN or _SINCE.get(name, ()) > version:
            return f"a stick-table does not store '{name}'"
        elif argument is not None:
            return f"{name} takes no argument"
    return ""
