"""Which `balance` stands for an IPVS scheduler, and weights as haproxy can hold them."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

from hatools.model import KEPT, Fate, Outcome, Scheduler

HEAVIEST = 256
_CONSISTENT = ("hash-type", "consistent")
_IDLE_FIRST = "haproxy's leastconn picks idle servers first whatever their weight"
_OTHER_HASH = "another hash: a client keeps its server, but it is another one than before"


class Balance(NamedTuple):
    """What a scheduler becomes: *name*, *parameters*, why it is not the same (empty: it is).

    *weighted* is false where the source takes no notice of weights.
    """

    name: str
    parameters: tuple[str, ...] = ()
    reason: str = ""
    weighted: bool = True


_BALANCE = {
    "rr": Balance("roundrobin", weighted=False),
    "wrr": Balance("roundrobin"),
    "lc": Balance("leastconn", weighted=False),
    "wlc": Balance("leastconn", (), _IDLE_FIRST),
    "sed": Balance(
        "leastconn", (), f"haproxy has no shortest expected delay; {_IDLE_FIRST}"
    ),
    "nq": Balance(
        "leastconn", (), "haproxy has no never-queue: leastconn prefers idle servers as well"
    ),
    "sh": Balance("source", (), _OTHER_HASH),
    "mh": Balance("source", _CONSISTENT, _OTHER_HASH),
    "dh": Balance(
        "source", (), "haproxy cannot hash the destination: the client's address is hashed instead"
    ),
    "lblc": Balance(
        "leastconn", (), "haproxy has no locality by destination address: only the load is balanced"
    ),
    "lblcr": Balance(
        "leastconn", (), "haproxy has no locality by destination address: only the load is balanced"
    ),
    "fo": Balance("roundrobin", weighted=False),  # the order of the backups does the rest
    "ovf": Balance(
        "first", (), "maxconn stands for the weight; haproxy queues where IPVS refuses"
    ),
    "twos": Balance(
        "random", (), "haproxy draws two servers by weight too, but from a hash ring"
    ),
}  # fmt: skip
_HERE = frozenset(
    ("roundrobin", "static-rr", "leastconn", "first", "source", "uri", "url_param", "hdr",
     "random", "rdp-cookie", "hash", "sticky", "log-hash")
)  # fmt: skip
_PARAMETERS = {
    "sh-port": "haproxy's source hash leaves the client's port out",
    "mh-port": "haproxy's source hash leaves the client's port out",
    "sh-fallback": "",  # haproxy always falls back to a usable server
    "mh-fallback": "",
}


def is_balance(name: str) -> bool:
    """Tell whether *name* is an algorithm of haproxy's own: ``hdr(host)``, ``random(3)`` too."""
    return name in _HERE or name.partition("(")[0] in _HERE


def balance(scheduler: Scheduler) -> tuple[Balance, Fate]:
    """Return what *scheduler* becomes, and its fate."""
    name = scheduler.name
    if is_balance(name):
        return Balance(name, scheduler.parameters), KEPT
    found = _BALANCE.get(name)
    if found is None:
        reason = f"haproxy has no scheduler {name}: leastconn is written instead"
        return Balance("leastconn", (), reason), Fate(Outcome.APPROXIMATED, reason)
    reasons = [found.reason] if found.reason else []
    for parameter in scheduler.parameters:
        reason = _PARAMETERS.get(parameter, f"haproxy has no {parameter}")
        if reason:
            reasons.append(reason)
    if not reasons:
        return found, KEPT
    return found, Fate(Outcome.APPROXIMATED, f"{name} becomes {found.name}: {'; '.join(reasons)}")


def fit_weights(weights: Sequence[int]) -> tuple[dict[int, int], Fate]:
    """Return what each weight becomes so that all are 0 to 256, and the fate of all of them."""
    if max(weights, default=0) <= HEAVIEST:
        return {}, KEPT
    divisor = gcd(*weights)
    largest = max(weights) // divisor
    if largest <= HEAVIEST:
        return (
            {weight: weight // divisor for weight in weights},
            Fate(
                Outcome.APPROXIMATED,
                f"weights divided by {divisor}, for haproxy's end at {HEAVIEST}: the shares stay",
            ),
        )
    scaled = {
        weight: max(1, round(weight / divisor * HEAVIEST / largest)) if weight else 0
        for weight in weights
    }
    before, after = sum(weights), sum(scaled[weight] for weight in weights)
    moved = max(abs(weight / before - scaled[weight] / after) for weight in weights)
    return scaled, Fate(
        Outcome.APPROXIMATED,
        f"haproxy's weights end at {HEAVIEST}: scaled, which moves a server's share "
        f"by at most {moved * 100:.2g} percentage points",
    )
