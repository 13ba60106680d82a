"""What is known of things that the configurations name no more: routers, addresses, links."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from hatools.model import Topology
from hatools.plugin.outage import measured_of, present
from hatools.watch.board import Standing

Key = tuple[str, str]  # kind and subject


def left_behind(
    standings: Mapping[Key, Standing],
    routers: Collection[str],
    before: Sequence[Topology],
    after: Sequence[Topology],
    interfaces: Collection[str],
) -> set[Key]:
    """Return which of *standings* are about something that *before* has, and *after* has not.

    *routers* are the subjects of the virtual routers of *before*; those of
    *after* are among the standings.  *interfaces* are looked at in any case.
    """
    gone = {*_watched(before)} - {*_watched(after)} - {("link", name) for name in interfaces}
    for router in routers:
        if ("router", router) not in standings:
            gone |= {("role", router), ("counters", router)}
    there = present(standings) - gone
    gone |= {
        (kind, subject)
        for kind, subject in standings
        if kind == "availability" and measured_of(subject) not in there
    }
    return gone & standings.keys()


def _watched(topologies: Sequence[Topology]) -> Iterator[Key]:
    """Yield the addresses and links that the observers look at because of *topologies*."""
    for topology in topologies:
        for bond in topology.bonds:
            yield "link", bond.name
        for router in topology.routers:
            yield "link", router.interface
            for address in (*router.addresses, *router.excluded_addresses):
                yield "address", address.address
