"""From what ``ip -d link`` shows, text or JSON, to statements: one a line, or one an interface.

Text is ``6: bond0: <…,MASTER,UP> mtu 9000 …`` with lines below that are indented
(``bond mode 802.3ad miimon 100 …``), or all of it on one line with ``\\`` between
(``-o``).  JSON (``-j``) is one list of objects, laid out in any way.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from hatools.text import Source, Statement

HEADING = re.compile(r"\d+: ([^\s:@]+)(?:@[^\s:]+)?: <([^>]*)>")
NAMES = {"peer_notify_delay": "peer_notif_delay", "num_peer_notif": "num_grat_arp",
         "num_unsol_na": "num_grat_arp", "ad_lacp_active": "lacp_active",
         "ad_lacp_rate": "lacp_rate"}  # fmt: skip
"""What ip calls options of the driver otherwise than the driver itself."""


class Shown(NamedTuple):
    """What one statement shows of an interface; without *name*, of the one above it.

    *options* are those of a bond, *port* what is shown of a port of a bond, by
    the driver's names; None where the statement shows none.
    """

    name: str = ""
    leads: bool = False
    mtu: str = ""
    master: str = ""
    options: Mapping[str, str] | None = None
    port: Mapping[str, str] | None = None


def line_shown(line: str, inside: bool) -> Shown | None:
    """Return what *line* shows; None when it is none of ``ip link``.

    *inside* tells that lines of an interface have just been seen.
    """
    heading = HEADING.match(line.lstrip())
    if heading is None and not (inside and line[:1] in (" ", "\t")):
        return None
    words = line.replace("\\", " ").split()
    options, port = _behind("bond", "mode", words), _behind("bond_slave", "state", words)
    if heading is None:
        return Shown(options=options, port=port)
    flags = heading[2].split(",")
    return Shown(heading[1], "MASTER" in flags, _word("mtu", words), _word("master", words),
                 options, port)  # fmt: skip


def _word(name: str, words: Sequence[str]) -> str:
    """Return the word behind the first *name*."""
    at = words.index(name) + 1 if name in words else len(words)
    return words[at] if at < len(words) else ""


def _behind(kind: str, first: str, words: Sequence[str]) -> Mapping[str, str] | None:
    """Return the pairs of name and value behind *kind*, of which *first* is the first."""
    for at in range(len(words) - 1):
        if words[at] == kind and words[at + 1] == first:
            rest = words[at + 1 :]
            return {
                NAMES.get(key, key): value
                for key, value in zip(rest[::2], rest[1::2], strict=False)
            }
    return None


def parse_json(source: Source) -> tuple[list[Statement], list[int]] | None:
    """Return one statement for each interface of a JSON list, and the rows where they begin.

    None when *source* is no such list.
    """
    text = source.text
    if text.lstrip()[:1] != "[" or '"ifname"' not in text:
        return None
    try:
        found = list(_objects(text))
    except (ValueError, RecursionError):
        return None
    starts = list(accumulate((len(line) + 1 for line in source.lines), initial=0))
    statements, rows = [], []
    for value, start, end in found:
        row, last = bisect_right(starts, start) - 1, bisect_right(starts, end - 1) - 1
        shown = _object_shown(value)
        statement = Statement(("interface", shown.name), start - starts[row], end - starts[last],
                              height=last - row + 1, note=shown)  # fmt: skip
        statements.append(statement)
        rows.append(row)
    return statements, rows


def _objects(text: str) -> Iterator[tuple[object, int, int]]:
    """Yield the elements of the JSON list *text* with their offsets; raises ValueError."""
    decoder, at = json.JSONDecoder(), text.index("[") + 1
    blank = re.compile(r"[\s]*")
    while True:
        start = _end(blank, text, at)
        if text[start : start + 1] == "]":
            break
        value, end = decoder.raw_decode(text, start)
        yield value, start, end
        at = _end(blank, text, end)
        if text[at : at + 1] == ",":
            at += 1
        elif text[at : at + 1] != "]":
            raise ValueError("no list")
    if text[start + 1 :].strip():
        raise ValueError("more than a list")


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _object_shown(value: object) -> Shown:
    """Return what one object of ``ip -d -j link`` shows."""
    if not isinstance(value, dict):
        return Shown()
    info = value.get("linkinfo")
    info = info if isinstance(info, dict) else {}
    flags = value.get("flags")
    return Shown(
        _text(value.get("ifname")),
        isinstance(flags, list) and "MASTER" in flags,
        _text(value.get("mtu")),
        _text(value.get("master")),
        _pairs(info.get("info_data")) if info.get("info_kind") == "bond" else None,
        _pairs(info.get("info_slave_data")) if info.get("info_slave_kind") == "bond" else None,
    )


def _pairs(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return {}
    return {NAMES.get(str(key), str(key)): _text(each) for key, each in value.items()}


def _text(value: object) -> str:
    """Return a value as ``ip`` shows it in text; empty for what has no such form."""
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return "" if value is None or isinstance(value, dict | bool) else str(value)
