"""Tells which lines have too few or too many words, or one that haproxy does not take there.

What each keyword takes stands in ``arguments.tsv``, tried against haproxy 2.6; a line is
looked at once however often it stands in a file.
"""

from __future__ import annotations

import os
from functools import lru_cache

Words = tuple[str, ...]
_PROXIES = ("defaults", "frontend", "listen", "backend")
_RULESETS = ("http-request", "http-response", "http-after-response")
_TCP = ("tcp-request", "tcp-response", "quic-initial")
_GLUED = ("http-check", "tcp-check")


@lru_cache(maxsize=1)
def _shapes() -> dict[tuple[str, str], str]:
    """Return what keywords take, by scope and keyword."""
    path = os.path.join(os.path.dirname(__file__), "arguments.tsv")
    data = __spec__.loader.get_data(path)  # type: ignore[union-attr]  # also from a zip
    rows = [line.split("\t") for line in data.decode("utf-8").split("\n")[1:] if line]
    return {(scope, keyword): shape for scope, keyword, shape in rows}


@lru_cache(maxsize=8192)
def wrong_arguments(words: Words, section: str = "backend", version: tuple[int, ...] = ()) -> str:
    """Return what is wrong with the arguments of *words* in a *section*, or nothing.

    Words with variables of the environment whose values are not known are left alone.
    """
    version = version or _NEWEST
    head, shape, rest = _parted(words, section)
    if shape is None:
        return ""
    action = head.rpartition(" ")[2]
    if action.startswith("track-sc") and version < _MORE_TRACKERS and int(action[8:]) > 2:
        return f"there is no tracker {action[8:]}: track-sc0 to track-sc2"
    if section == "backend" and action == "capture" and "len" in rest:
        return f"'{head}' with len belongs into a frontend: a backend takes id"
    if section == "frontend" and action == "set-retries":
        return f"'{head}' belongs into a backend or listen: a frontend tries no server"
    from hatools_haproxy.argument_shapes import misfit

    return misfit(head, shape, rest, version)


_NEWEST = (99, 0)
_MORE_TRACKERS = (2, 8)  # since then tune.stick-counters


def _parted(words: Words, section: str) -> tuple[str, str | None, Words]:
    """Return what a line begins with, the shape of what follows, and the words that follow."""
    shapes = _shapes()
    scope = "proxy" if section in _PROXIES else section
    lead = 2 if words[0] in _TCP else 1
    if scope == "proxy" and (words[0] in _RULESETS or lead == 2) and len(words) > lead:
        action, rest = _unglued(words[lead:])
        if action.startswith("track-sc") and action[8:].isdigit():
            action = "track-sc0"
        shape = shapes.get((f"action {words[0]}", action), shapes.get(("action", action)))
        if shape is not None:
            return " ".join((*words[:lead], words[lead].partition("(")[0])), f"{shape} [<if>]", rest
    if words[0] in _GLUED and len(words) > 1:
        action, rest = _unglued(words[1:])
        shape = shapes.get(("proxy", f"{words[0]} {action}"))
        return " ".join(words[:2]), shape, rest
    for length in (3, 2, 1):
        head = " ".join(words[:length])
        shape = shapes.get((section, head), shapes.get((scope, head)))
        if shape is not None and len(words) >= length:
            return head, shape, words[length:]
    return words[0], None, ()


def _unglued(words: Words) -> tuple[str, Words]:
    """Return an action and its words; what is glued to it in parentheses is the first of them."""
    action, opened, glued = words[0].partition("(")
    return action, ((f"\0({glued}", *words[1:]) if opened else words[1:])
