"""Why a virtual router has two masters, where configurations or packets tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from hatools_splitbrain.cases import Advertiser, Case, fact, texts

MARGIN = 0.5  # seconds that we may learn of a takeover late
Reports = Mapping[str, Sequence[Mapping[str, object]]]  # what the watch on a node tells, by node


def cause_of(
    case: Case, now: float, since: float, node: str, reports: Reports, *, sure: bool
) -> str:
    """Return the probable cause of a split brain that began at *since*, seen from *node*.

    What is heard comes first, then what is configured; then, when one is
    *sure* that there are two masters, which ways are open between them.
    """
    begun = since - 2 * case.interval
    heard = [one for one in case.advertisers.values() if one.fresh(now) or one.last >= begun]
    for one, other in combinations(heard, 2):
        if found := _between_packets(one, other):
            return found
    named = sorted(case.routers.items())
    for (one_node, one_router), (other_node, other_router) in combinations(named, 2):
        if found := _between_routers(case, one_node, one_router, other_node, other_router):
            return found
    return _way(case, now, since, node, reports) if sure else ""


def _between_packets(one: Advertiser, other: Advertiser) -> str:
    """Return why two routers do not take each other's advertisements."""
    pair = f"{one.source}, {other.source}"
    both = (one, other)
    if one.virtual_router_id != other.virtual_router_id:
        return f"virtual_router_id differs: {_each(r.virtual_router_id for r in both)} ({pair})"
    if one.addresses and other.addresses and not one.addresses & other.addresses:
        return (
            f"VRID collision: two clusters use virtual_router_id {one.virtual_router_id} "
            f"for different addresses ({pair})"
        )
    if one.version != other.version:
        return f"version differs: {_each(r.version for r in both)} ({pair})"
    if one.version == 2:
        if one.authentication != other.authentication:
            kinds = _each(r.authentication or "none" for r in both)
            return f"authentication differs: {kinds} ({pair})"
        if one.secret != other.secret:
            return f"authentication differs: the passwords are not the same ({pair})"
        if one.interval != other.interval:
            seconds = _each(f"{r.interval:g} s" for r in both)
            return f"advertisement interval differs: {seconds} ({pair})"
    return ""


def _between_routers(
    case: Case,
    one_node: str,
    one: Mapping[str, object],
    other_node: str,
    other: Mapping[str, object],
) -> str:
    """Return what in two configurations keeps them apart."""
    pair = f"{one_node}, {other_node}"
    if not texts(one, "addresses") & texts(other, "addresses"):
        return ""  # they are not of one cluster
    for name, title in (("virtual_router_id", "virtual_router_id"), ("version", "version")):
        if fact(one, name, 0) != fact(other, name, 0):
            return f"{title} differs: {_each(fact(r, name, 0) for r in (one, other))} ({pair})"
    if fact(one, "version", 0) == 2:
        if fact(one, "authentication", "") != fact(other, "authentication", ""):
            kinds = _each(fact(r, "authentication", "") or "none" for r in (one, other))
            return f"authentication differs: {kinds} ({pair})"
        if fact(one, "interval", 0.0) != fact(other, "interval", 0.0):
            seconds = _each(f"{fact(r, 'interval', 0.0):g} s" for r in (one, other))
            return f"advertisement interval differs: {seconds} ({pair})"
    lists = [texts(r, "peers") for r in (one, other)]
    if bool(lists[0]) != bool(lists[1]):
        multicast = other_node if lists[0] else one_node
        return f"unicast list: {multicast} has no unicast_peer and speaks multicast ({pair})"
    for node, peers, target, router in (
        (one_node, lists[0], other_node, other),
        (other_node, lists[1], one_node, one),
    ):
        address = _source(case, target, router)
        if peers and address and address not in peers:
            return f"unicast list: {node} does not name {target} ({address}) as unicast_peer"
    return ""


def _source(case: Case, node: str, router: Mapping[str, object]) -> str:
    """Return the address that a node's advertisements come from, empty where nobody knows."""
    return fact(router, "source_address", "") or fact(router, "seen_source", "")


def _way(case: Case, now: float, since: float, node: str, reports: Reports) -> str:
    """Return which way between the masters is shut, as far as it can be told."""
    fresh = case.fresh(now)
    party = node in case.roles and case.roles[node].role in ("MASTER", "BACKUP")
    foreign = [one for one in fresh if not one.outgoing]
    if party and foreign and _both_go_on(case, fresh):
        who = _each(one.source for one in foreign)
        return f"one way is cut or filtered: {who} is heard here, and does not take what we send"
    protocol = "unicast" if _unicast(case) else "multicast"
    masters = [one.since for one in case.roles.values() if one.role == "MASTER"]
    if len(masters) > 1:
        since = max(masters)
    elif case.overlap is not None:
        since = case.overlap.since
    begun = since - MARGIN - case.interval / 2
    open_ways = list(_open_between(case, now - begun, reports))
    if party:
        open_ways += _open_from_here(case, begun, reports)
    if open_ways:
        return f"{protocol} blocked: {open_ways[0]}, VRRP (protocol 112) does not come through"
    if party or _told(case, reports):
        where = case.interface if party else "the link between the masters"
        return f"cut link: nothing comes through {where}"
    if len(foreign) > 1:
        return "cut link or filter: the masters are heard here, and do not hear each other"
    return ""


def _both_go_on(case: Case, fresh: Sequence[Advertiser]) -> bool:
    """Tell whether this host and another go on advertising beside each other."""
    counts = case.overlap.counts if case.overlap is not None else {}
    going = [one.outgoing for one in fresh if counts.get(one.source, 0) > 1]
    return True in going and False in going


def _unicast(case: Case) -> bool:
    return any(texts(router, "peers") for router in case.routers.values())


def _open_from_here(case: Case, begun: float, reports: Reports) -> Iterator[str]:
    """Yield what of another master came to this host by the network of the virtual router."""
    for claim in case.claims:
        if claim.time >= begun and not claim.outgoing:
            yield f"{claim.mac} announces {claim.address} on {case.interface}"
    sources = {one.source for one in case.advertisers.values() if not one.outgoing}
    sources |= {_source(case, name, router) for name, router in case.routers.items()}
    for name, told in reports.items():
        address = next((fact(one, "asked_at", "") for one in told), "")
        if address and address in sources:
            yield f"{name} answers at {address}"


def _open_between(case: Case, age: float, reports: Reports) -> Iterator[str]:
    """Yield what the masters' own watches say that came from the other one."""
    sources = {one.source for one in case.advertisers.values()}
    for name, told in reports.items():
        if name not in case.roles or case.roles[name].role != "MASTER":
            continue
        for one in told:
            kind = one.get("kind")
            if kind == "announcement":
                if (
                    fact(one, "address", "") in case.addresses
                    and not fact(one, "outgoing", True)
                    and 0 <= fact(one, "age", -1.0) <= age
                ):
                    yield f"{name} hears announcements of {fact(one, 'address', '')}"
            elif (
                kind == "peer"
                and fact(one, "reachable", False)
                and fact(one, "address", "") in sources
            ):
                yield f"{name} reaches {fact(one, 'address', '')}"


def _told(case: Case, reports: Reports) -> bool:
    """Tell whether two of the masters say what they hear."""
    masters = [name for name, one in case.roles.items() if one.role == "MASTER"]
    return len([name for name in masters if reports.get(name)]) > 1


def _each(values: Iterator[object] | Sequence[object]) -> str:
    return " and ".join(str(one) for one in values)
