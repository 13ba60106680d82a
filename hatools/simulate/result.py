"""What a simulation found: the course of roles, addresses, servers, and connections' fates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

HANDOVER = 0.05  # seconds for which two nodes hold an address in an ordinary takeover
BINS = 240  # into so many parts the length is cut to tell how connections were spread


class Span(NamedTuple):
    """Something that held from *start* to *end*: *what* (a role, ``held``, ``up``) of *subject*."""

    node: str
    subject: str
    what: str
    start: float
    end: float
    why: str = ""


class Note(NamedTuple):
    """Something that happened: a machine published it, or the scenario did it (*node* empty)."""

    time: float
    node: str
    kind: str
    subject: str
    details: Mapping[str, object]


class Traffic(NamedTuple):
    """The connections to one ``ADDRESS:PORT``.

    *served* counts by server; *lost* by reason; *broken* those that began and
    did not end well.  *bins* has, for each of `BINS` parts of the time, the
    connections by server (lost ones under the empty name).
    *servers_of_clients* is empty unless an expectation asks for it (``sticks``).
    *waiting* are those that still had no server at the end; they are not in *total*.
    """

    service: str
    total: int
    served: Mapping[str, int]
    lost: Mapping[str, int]
    broken: int
    bins: tuple[Mapping[str, int], ...]
    servers_of_clients: Mapping[str, frozenset[str]]
    waiting: int = 0

    @property
    def availability(self) -> float | None:
        """Return the share of connections that were served to their end; None of none."""
        if not self.total:
            return None
        return 1 - (sum(self.lost.values()) + self.broken) / self.total


class Verdict(NamedTuple):
    """An expectation and whether it came true; *found* says what really happened."""

    text: str
    held: bool
    found: str
    path: str = ""
    line: int = 0


class Result(NamedTuple):
    """The course of one simulation.

    *roles* are spans of virtual routers, *addresses* of addresses on nodes,
    *servers* of servers in pools (``up``, ``down``), in order of their start.
    *answering* is, by ``ADDRESS:PORT``, the share of the time in which a new
    connection would have been served.  *places* are, by the names of servers that
    have one (``SERVER``, ``POOL/SERVER``), where they are: ``ADDRESS:PORT``, ``ADDRESS``.
    """

    name: str
    seed: int
    length: float
    nodes: tuple[str, ...]
    roles: tuple[Span, ...]
    addresses: tuple[Span, ...]
    servers: tuple[Span, ...]
    bonds: tuple[Span, ...]
    notes: tuple[Note, ...]
    traffic: tuple[Traffic, ...]
    answering: Mapping[str, float]
    verdicts: tuple[Verdict, ...]
    places: Mapping[str, frozenset[str]] = {}

    @property
    def held(self) -> bool:
        """Tell whether every expectation came true."""
        return all(verdict.held for verdict in self.verdicts)


def overlaps(spans: Iterable[Span]) -> list[tuple[str, float, float, tuple[str, ...]]]:
    """Return when more than one node held a subject at once: (subject, start, end, nodes).

    An ordinary takeover, in which the old MASTER hears of the new one, is none.
    """
    by_subject: dict[str, list[Span]] = {}
    for span in spans:
        by_subject.setdefault(span.subject, []).append(span)
    found: list[tuple[str, float, float, tuple[str, ...]]] = []
    for subject, held in by_subject.items():
        moments = sorted({time for span in held for time in (span.start, span.end)})
        for start, end in pairwise(moments):
            nodes = tuple(
                dict.fromkeys(one.node for one in held if one.start <= start and one.end >= end)
            )
            if len(nodes) > 1:
                if found and found[-1][0] == subject and found[-1][2:] == (start, nodes):
                    start = found.pop()[1]
                found.append((subject, start, end, nodes))
    return [one for one in found if one[2] - one[1] > HANDOVER]
