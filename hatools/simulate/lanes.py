"""The course of a simulation as lanes: what a timeline shows, on a terminal or as a picture."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from hatools.simulate.result import HANDOVER, Note, Result, Span, Traffic, overlaps
from hatools.simulate.words import said

LEAVES, COMES = ("crash", "kill", "stop"), ("return", "start", "restart")
Band = tuple[str, float, float]  # what held, from when, to when


class Lane(NamedTuple):
    """One line of a timeline: its *label*, what held when, and which other lines are alike."""

    label: str
    bands: tuple[Band, ...]
    alike: tuple[str, ...] = ()


class Group(NamedTuple):
    """Lanes that belong together: the nodes of a virtual router, the servers of a pool."""

    title: str
    lanes: tuple[Lane, ...]


class Takeover(NamedTuple):
    """An address that another node got: *seconds* after *cause*, *gap* of them without holder.

    *shared* are the nodes that had it, too, for longer than a handover.
    """

    cause: str
    cause_time: float
    address: str
    node: str
    time: float
    seconds: float
    gap: float
    shared: tuple[str, ...]


def router_groups(result: Result) -> list[Group]:
    """Return for each virtual router a lane per node; routers of one course share a group.

    The title names the routers and the addresses that were where they were MASTER.
    """
    courses: dict[str, dict[str, list[Band]]] = {}
    for span in result.roles:
        lanes = courses.setdefault(span.subject, {})
        lanes.setdefault(span.node, []).append((span.what, span.start, span.end))
    homes: dict[tuple[object, ...], list[str]] = {}
    for address, held in _by_subject(result.addresses).items():
        homes.setdefault(_moments(held), []).append(address)
    alike: dict[object, list[str]] = {}
    for name, lanes in courses.items():
        key = tuple((node, *map(_rounded, bands)) for node, bands in sorted(lanes.items()))
        alike.setdefault(key, []).append(name)
    groups = []
    shown: set[str] = set()
    for names in alike.values():
        lanes = courses[names[0]]
        masters = [
            Span(node, "", what, start, end)
            for node, bands in lanes.items()
            for what, start, end in bands
            if what == "MASTER"
        ]
        addresses = homes.get(_moments(masters), []) if masters else []
        shown.update(addresses)
        title = few(names) + (f": {few(addresses)}" if addresses else "")
        order = [node for node in result.nodes if node in lanes]
        groups.append(Group(title, tuple(Lane(node, tuple(lanes[node])) for node in order)))
    for there in homes.values():
        left = [address for address in there if address not in shown]
        if left:
            groups.append(_of_addresses(result, left))
    return groups


def _of_addresses(result: Result, addresses: list[str]) -> Group:
    """Return who held *addresses* whose course is no router's."""
    held = [span for span in result.addresses if span.subject == addresses[0]]
    order = [node for node in result.nodes if any(span.node == node for span in held)]
    lanes = (
        Lane(node, tuple(("held", one.start, one.end) for one in held if one.node == node))
        for node in order
    )
    return Group(few(addresses), tuple(lanes))


def few(names: Sequence[str], most: int = 3) -> str:
    """Return the first *most* of *names* and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _by_subject(spans: Iterable[Span]) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for span in spans:
        found.setdefault(span.subject, []).append(span)
    return found


def _moments(spans: Iterable[Span]) -> tuple[object, ...]:
    return tuple(sorted((one.node, *_rounded(("", one.start, one.end))) for one in spans))


def _rounded(band: Band) -> Band:
    return band[0], round(band[1], 2), round(band[2], 2)


def absences(result: Result) -> dict[str, list[tuple[float, float]]]:
    """Return when each node, or its keepalived, was away: ``crashes`` to ``returns``."""
    away: dict[str, list[tuple[float, float]]] = {node: [] for node in result.nodes}
    since: dict[str, float] = {}
    for note in result.notes:
        if note.node or note.subject not in away:
            continue
        if note.kind in LEAVES:
            since.setdefault(note.subject, note.time)
        elif note.kind in COMES and note.subject in since:
            away[note.subject].append((since.pop(note.subject), note.time))
    for node, start in since.items():
        away[node].append((start, result.length))
    return away


def server_groups(result: Result, alike: bool = True) -> list[Group]:
    """Return for each pool a lane per server: ``in``, ``out``, or ``some`` where nodes differ.

    Only nodes that are there count.  Servers of one course share a lane when
    *alike* is set.
    """
    away = absences(result)
    pools: dict[str, dict[str, list[Span]]] = {}
    for span in result.servers:
        pool, _, server = span.subject.rpartition("/")
        pools.setdefault(pool, {}).setdefault(server, []).append(span)
    groups = []
    for pool, servers in pools.items():
        lanes = [Lane(name, _seen(spans, away)) for name, spans in servers.items()]
        groups.append(Group(pool, tuple(merged(lanes) if alike else lanes)))
    return groups


def notable(
    groups: Sequence[Group], most: int, working: Collection[str] = ()
) -> tuple[list[Group], list[Group]]:
    """Return at most *most* of *groups*, and the others.

    First are those with a lane of which *working* has the label, then those in
    which anything changed.
    """

    def rank(group: Group) -> tuple[bool, bool]:
        works = any(name in working for lane in group.lanes for name in (lane.label, *lane.alike))
        return not works, all(len(lane.bands) <= 1 for lane in group.lanes)

    if len(groups) <= most:
        return list(groups), []
    chosen = {id(group) for group in sorted(groups, key=rank)[:most]}
    shown = [group for group in groups if id(group) in chosen]
    return shown, [group for group in groups if id(group) not in chosen]


def bond_groups(result: Result) -> list[Group]:
    """Return for each bond a lane per node: which port sends, or ``down``."""
    groups = []
    for name, spans in _by_subject(result.bonds).items():
        lanes = (
            Lane(node, tuple((one.what, one.start, one.end) for one in spans if one.node == node))
            for node in result.nodes
        )
        groups.append(Group(f"bond {name}", tuple(lane for lane in lanes if lane.bands)))
    return groups


def merged(lanes: Sequence[Lane]) -> list[Lane]:
    """Return *lanes* with those of one course in one."""
    found: dict[object, list[Lane]] = {}
    for lane in lanes:
        found.setdefault(tuple(map(_rounded, lane.bands)), []).append(lane)
    return [
        Lane(same[0].label, same[0].bands, tuple(one.label for one in same[1:]))
        for same in found.values()
    ]


def _seen(spans: list[Span], away: Mapping[str, list[tuple[float, float]]]) -> tuple[Band, ...]:
    """Return how the nodes see a server, taken together."""
    moments = {time for span in spans for time in (span.start, span.end)}
    for node in {span.node for span in spans}:
        moments |= {time for gap in away.get(node, ()) for time in gap}
    cuts = sorted(moments)
    bands: list[Band] = []
    for start, end in pairwise(cuts):
        views = {
            span.what
            for span in spans
            if span.start <= start
            and span.end >= end
            and not any(gone <= start and back >= end for gone, back in away.get(span.node, ()))
        }
        if not views:
            continue
        what = "some" if len(views) > 1 else {"up": "in"}.get(views.pop(), "out")
        if bands and bands[-1][0] == what and bands[-1][2] == start:
            start = bands.pop()[1]
        bands.append((what, start, end))
    return tuple(bands)


def splits(result: Result) -> list[tuple[str, float, float, tuple[str, ...]]]:
    """Return the split brains: (addresses that share it, start, end, nodes)."""
    found: dict[tuple[float, float, tuple[str, ...]], list[str]] = {}
    for subject, start, end, nodes in overlaps(result.addresses):
        found.setdefault((round(start, 3), round(end, 3), nodes), []).append(subject)
    return [(few(names), *key) for key, names in found.items()]


def takeovers(result: Result) -> list[Takeover]:
    """Return every address that went to another node, and how long after what that was."""
    causes = [note for note in result.notes if not note.node and note.kind != "effect"]
    found = []
    for address, held in _by_subject(result.addresses).items():
        for span in held:
            before = [one for one in held if one.start < span.start]
            cause = next((one for one in reversed(causes) if one.time <= span.start), None)
            last = max(before, key=lambda one: (one.end, one.start), default=None)
            if cause is None or (last is not None and last.node == span.node):
                continue
            gap = max(span.start - last.end, 0.0) if last is not None else 0.0
            took = span.start - cause.time
            shared = tuple(
                one.node for one in before if min(one.end, span.end) - span.start > HANDOVER
            )
            found.append(
                Takeover(said(cause), cause.time, address, span.node, span.start, took, gap, shared)
            )
    return sorted(found, key=lambda one: (one.time, one.address))


def gaps(result: Result) -> list[tuple[str, float, float]]:
    """Return when an address was on no node: (address, start, end), the longer than a handover."""
    found = []
    for address, held in _by_subject(result.addresses).items():
        free = 0.0
        for span in sorted(held, key=lambda one: one.start):
            if span.start - free > HANDOVER:
                found.append((address, free, span.start))
            free = max(free, span.end)
        if result.length - free > HANDOVER:
            found.append((address, free, result.length))
    return found


def busy(result: Result) -> set[str]:
    """Return the servers that were given connections."""
    return {name for traffic in result.traffic for name in traffic.served}


def scenario_notes(result: Result) -> list[Note]:
    """Return what the scenario did, in order."""
    return [note for note in result.notes if not note.node and note.kind != "effect"]


def shares(traffic: Traffic, parts: int) -> list[dict[str, float]]:
    """Return, for *parts* of the time, each server's share of the connections.

    Lost ones are under the empty name; a part without connections is empty.
    """
    bins = traffic.bins
    found = []
    for number in range(parts):
        first = number * len(bins) // parts
        last = max((number + 1) * len(bins) // parts, first + 1)
        counts: dict[str, int] = {}
        for one in bins[first:last]:
            for name, count in one.items():
                counts[name] = counts.get(name, 0) + count
        total = sum(counts.values())
        found.append({name: count / total for name, count in counts.items()} if total else {})
    return found
