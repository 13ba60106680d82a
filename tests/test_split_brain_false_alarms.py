"""What looks like two masters for a moment, or from one side, and is none: nobody is alarmed.

Each case is what one watch learns: TIME WHAT WORDS.  ``heard SOURCE`` is an
advertisement, ``own`` one of this host's, ``bye SOURCE`` a farewell,
``role NODE ROLE`` what a node says of itself, ``claim MAC`` an ARP announcement,
``asks MAC`` an ARP question in the address's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from split_brain_course import Watching

from hatools.model.event import Event

ADDRESS = {4: "192.0.2.100", 6: "2001:db8::100"}
HOSTS = {"lb1": "192.0.2.1", "lb2": "192.0.2.2", "lb3": "192.0.2.3", "real": "192.0.2.11"}
AWAY = {"lb1": "198.51.100.1", "lb2": "198.51.100.2", "lb3": "198.51.100.3"}
Line = tuple[float, str]


def every(start: float, end: float, what: str, interval: float = 1.0) -> list[Line]:
    """Return *what* each *interval* seconds from *start* until before *end*."""
    count = int((end - start) / interval + 0.999)
    return [(start + number * interval, what) for number in range(count)]


def told(start: float, end: float, what: str) -> list[Line]:
    """Return what a peer says, twice in an interval."""
    return every(start, end, f"role {what}", 0.5)


def late(lines: list[Line], start: float, end: float) -> list[Line]:
    """Return *lines*, those from *start* to *end* all at *end*: nobody looked before."""
    slow = [(end + at / 1e4 if start <= at < end else at, what) for at, what in lines]
    return sorted(slow, key=lambda line: line[0])


def merged(*lines: list[Line]) -> list[Line]:
    return sorted((line for one in lines for line in one), key=lambda line: line[0])


RESTART = merged(  # lb1 says goodbye, comes back and takes the role again
    every(0, 5.2, "heard lb1"),
    [(5.3, "bye lb1")],
    every(5.9, 12.1, "heard lb2"),
    every(12.2, 25, "heard lb1"),
)
KILLED = merged(every(0, 5.2, "heard lb1"), every(8.6, 20.1, "heard lb2"),
                every(20.2, 30, "heard lb1"))  # fmt: skip
SAID = merged(  # and what lb1 and lb2 say meanwhile
    told(0, 5.2, "lb1 MASTER"), told(5.3, 9, "lb1 INIT"), told(9, 20.2, "lb1 BACKUP"),
    told(20.25, 30, "lb1 MASTER"), told(0, 8.6, "lb2 BACKUP"), told(8.65, 20.2, "lb2 MASTER"),
    told(20.3, 30, "lb2 BACKUP"),
)  # fmt: skip
QUIET = every(0, 5.0, "heard lb1")  # then the cable of this host is cut

CASES: dict[str, tuple[str, list[Line]]] = {  # name -> on which host, what it learns
    "a node restarts": ("witness", RESTART),
    "a node is killed, and preempts when it is back": ("witness", KILLED),
    "the same, with all that the nodes say": ("witness", merged(KILLED, SAID)),
    "a witness lags in a restart": ("witness", late(RESTART, 3.0, 9.0)),
    "a witness lags in all of it": ("witness", late(merged(KILLED, SAID), 4.0, 21.0)),
    "a witness lags while the role goes back": ("witness", late(KILLED, 18.5, 24.0)),
    "a node in FAULT, whose cable is cut": (
        "lb3", merged(QUIET, [(0, "role lb3 BACKUP"), (5.0, "role lb3 FAULT")],
                      told(0, 60, "lb1 MASTER"), told(0, 60, "lb2 BACKUP"))),
    "a node that runs no VRRP any more": (
        "lb3", merged(QUIET, [(0, "role lb3 BACKUP"), (4.9, "role lb3 INIT")],
                      told(0, 60, "lb1 MASTER"))),
    "a master whose cable is cut says so at once": (
        "lb1", merged(every(0, 5, "own"), [(0, "role lb1 MASTER"), (5.1, "role lb1 FAULT")],
                      told(0, 8.6, "lb2 BACKUP"), told(8.7, 40, "lb2 MASTER"))),
    "unicast peers": (
        "lb2", merged(every(0, 10.0, "heard lb1"), [(0, "role lb2 BACKUP")],
                      told(0, 10.1, "lb1 MASTER"), told(10.2, 40, "lb1 INIT"),
                      [(13.6, "role lb2 MASTER")], every(13.6, 40, "own"))),
    "one number, two families, two masters": (
        "witness", merged(every(0, 20, "heard lb1"), every(0.5, 20, "heard6 lb2"),
                          told(0, 20, "lb1 MASTER"), told(0, 20, "lb2 BACKUP"),
                          every(0, 20, "role6 lb2 MASTER", 0.5),
                          every(0, 20, "role6 lb1 BACKUP", 0.5))),
    "three nodes": (
        "lb3", merged(KILLED, SAID, [(0, "role lb3 BACKUP")])),
    "three nodes, two of them jump at once": (
        "lb1", merged([(0, "role lb1 BACKUP"), (8.6, "role lb1 MASTER"), (8.7, "role lb1 BACKUP")],
                      every(0, 5.2, "heard lb3"), [(8.6, "own"), (8.65, "heard lb2")],
                      every(9.65, 30, "heard lb2"), told(0, 8.6, "lb2 BACKUP"),
                      told(8.7, 30, "lb2 MASTER"), told(0, 5.2, "lb3 MASTER"))),
    "preempt_delay": (
        "lb2", merged(every(0, 30.3, "own"), [(0, "role lb2 MASTER"), (30.45, "role lb2 BACKUP")],
                      told(0, 10, "lb1 INIT"), told(10, 30.4, "lb1 BACKUP"),
                      told(30.5, 60, "lb1 MASTER"), every(30.4, 60, "heard lb1"))),
    "a peer that is busy answers with what was": (
        "lb2", merged(every(0, 5, "heard lb1"), [(0, "role lb2 BACKUP"), (8.6, "role lb2 MASTER")],
                      every(8.6, 30, "own"), told(0, 5, "lb1 MASTER"),
                      [(at, f"stale{at - 5:.1f} lb1 MASTER") for at, _ in told(5, 14, "")],
                      told(14, 30, "lb1 INIT"))),
    "one number on two networks": (
        "witness", merged(every(0, 20, "heard lb1"), every(0.4, 20, "elsewhere lb2"))),
    "a real server asks in the address's name": (
        "witness", merged(every(0, 90, "heard lb1"), [(0.1, "claim lb1")],
                          every(7, 90, "asks real", 13))),
    "announcements are repeated": (
        "witness", merged(every(0, 60, "heard lb1"), every(0.1, 60, "claim lb1", 5))),
    "announcements of two that follow each other": (
        "witness", merged(KILLED, every(0, 5.2, "claim lb1", 5), [(8.61, "claim lb2"),
                          (13.61, "claim lb2"), (20.21, "claim lb1"), (25.21, "claim lb1")])),
}  # fmt: skip


def events(node: str, lines: list[Line]) -> Iterator[Event]:
    for at, line in lines:
        what, *words = line.split()
        maker = MAKERS[what.rstrip("0123456789.")]
        yield maker(at, node, what, words)


def _family(what: str) -> int:
    return 6 if what.endswith("6") else 4


def _heard(at: float, node: str, what: str, words: list[str]) -> Event:
    source = words[0] if words else node
    elsewhere = what == "elsewhere"
    details = {
        "interface": "lan1" if elsewhere else "lan0", "source": HOSTS[source],
        "virtual_router_id": 51, "priority": 0 if what == "bye" else 100, "version": 3,
        "interval": 1.0, "family": _family(what), "mac": f"02:00:00:00:00:{source[-1:]}1",
        "addresses": ["198.51.100.200" if elsewhere else ADDRESS[_family(what)]],
        "outgoing": what == "own",
    }  # fmt: skip
    return Event(at, "advertisement", "", details)


def _said(at: float, node: str, what: str, words: list[str]) -> Event:
    who, role = words
    about = {
        "kind": "role", "subject": f"{who}/VI_1", "role": role, "source": "addresses",
        "node": who, "interface": "lan0", "virtual_router_id": 51, "family": _family(what),
        "addresses": [ADDRESS[_family(what)]],
    }  # fmt: skip
    if who == node:
        return Event(at, "role", f"{who}/VI_1", about)
    lag = float(what[5:]) if what.startswith("stale") else 0.0
    other = {**about, "family": 10 - about["family"], "role": "",  # type: ignore[operator]
             "addresses": [ADDRESS[10 - _family(what)]]}  # fmt: skip
    reports = [about] if _family(what) == 4 else [other, about]
    details = {"reachable": True, "node": who, "address": AWAY[who], "reports": reports, "lag": lag}
    return Event(at, "peer", f"{AWAY[who]}:9651", details)


def _claimed(at: float, node: str, what: str, words: list[str]) -> Event:
    details = {"address": ADDRESS[4], "mac": f"02:00:00:00:00:{words[0][-1:]}1",
               "gratuitous": what == "claim", "outgoing": False}  # fmt: skip
    return Event(at, "announcement", "", details)


MAKERS: dict[str, Any] = {
    "heard": _heard, "own": _heard, "bye": _heard, "elsewhere": _heard, "role": _said,
    "stale": _said, "claim": _claimed, "asks": _claimed,
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_nobody_is_alarmed(name: str) -> None:
    node, lines = CASES[name]
    watching = Watching(node)
    for event in events(node, lines):
        watching.tell(event)
    watching.wait(lines[-1][0] + 30)
    assert watching.verdicts == []
