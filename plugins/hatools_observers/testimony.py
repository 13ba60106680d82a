"""Reads what another watch says, of which every word may be wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

KINDS = ("router", "role", "advertisement", "announcement", "peer")
MOST = 2000  # objects of an answer that are looked at
LONGEST = 200  # characters of a text
LISTED = 64  # texts of a list


class Testimony(NamedTuple):
    """What a watch says of its host, *node*; *run* names its process.

    *roles* are its own by router, *reports* its objects of `KINDS`, each with
    ``age``: how long ago it heard what it tells.  *fault* says what of it was
    passed over, if anything.  What it says of itself is *lag* seconds old.
    """

    node: str
    run: str
    version: str
    roles: dict[str, str]
    reports: list[dict[str, Any]]
    fault: str = ""
    lag: float = 0.0


def _text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST


def _number(value: object) -> bool:
    counts = isinstance(value, int | float) and not isinstance(value, bool)
    return counts and abs(float(value)) < 1e12 and math.isfinite(value)  # type: ignore[arg-type]


def _truth(value: object) -> bool:
    return isinstance(value, bool)


def _texts(value: object) -> bool:
    return isinstance(value, list) and len(value) <= LISTED and all(map(_text, value))


SHAPES: dict[str, Callable[[object], bool]] = {  # what an object may have -> what it has to be
    **dict.fromkeys(("kind", "subject", "node", "interface", "role", "reason", "source", "mac",
                     "address", "authentication", "source_address"), _text),
    **dict.fromkeys(("since", "heard", "virtual_router_id", "family", "version", "priority",
                     "interval", "down_timer_adverts"), _number),
    **dict.fromkeys(("outgoing", "reachable"), _truth),
    **dict.fromkeys(("addresses", "peers"), _texts),
}  # fmt: skip
ELSEWHERE = {"peer": ("version", "roles")}  # of these kinds other shapes, which nobody asks for


def read_status(body: bytes) -> Testimony:
    """Return what the answer *body* to a question for the status says; raises ValueError."""
    try:
        told = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise ValueError("its answer is nested too deeply") from None
    if not isinstance(told, dict) or not isinstance(told.get("objects"), list):
        raise ValueError("it is no hatools watch")
    node = told.get("node")
    if not isinstance(node, str) or not node or not _text(node):
        raise ValueError("it does not say what it is called")
    now: Any = told.get("now")
    if not _number(now):
        raise ValueError("it does not say what time it has")
    reports: list[dict[str, Any]] = []
    odd = foreign = 0
    for one in told["objects"][:MOST]:
        if not _is_object(one):
            odd += 1
            continue
        sound = _sound(one)
        odd += len(sound) < _worth(one)
        own = sound["kind"] == "role" and sound.get("source") != "advertisement"
        if own and sound.get("node", node) != node:
            foreign += 1  # a watch speaks for its own host
            continue
        sound["age"] = now - sound.get("heard", 0.0)
        reports.append(sound)
    roles = {
        one["subject"]: one["role"]
        for one in reports
        if one["kind"] == "role" and "role" in one and one.get("source") != "advertisement"
    }
    fault = _fault(odd, foreign, len(told["objects"]) - MOST)
    run, version = _short(told.get("run")), _short(told.get("version"))
    as_of = told.get("as_of")
    lag = max(now - as_of, 0.0) if _number(as_of) else 0.0
    return Testimony(node, run, version, roles, reports, fault, lag)


def _is_object(one: object) -> bool:
    if not isinstance(one, dict) or not _text(one.get("subject")):
        return False
    return isinstance(one.get("kind"), str) and one["kind"] in KINDS


def _worth(one: Mapping[str, Any]) -> int:
    """Return how many facts a sound object with these names would have."""
    other = ELSEWHERE.get(one["kind"], ())
    return sum(name in SHAPES and name not in other and one[name] is not None for name in one)


def _sound(one: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an object has the shape that it should have."""
    other = ELSEWHERE.get(one["kind"], ())
    return {
        name: value
        for name, value in one.items()
        if name in SHAPES and name not in other and SHAPES[name](value)
    }


def _fault(odd: int, foreign: int, more: int) -> str:
    found = []
    if odd:
        found.append("objects of strange shapes")
    if foreign:
        found.append("roles of other nodes than its own")
    if more > 0:
        found.append(f"more than {MOST} objects")
    return f"it tells {' and '.join(found)}: passed over" if found else ""


def _short(value: object) -> str:
    return value[:40] if isinstance(value, str) else ""


def _no_number(text: str) -> float:
    raise ValueError(f"its answer has {text} for a number")
