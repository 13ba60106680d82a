"""What speaks for a split brain, each kind with its strength.

An ordinary takeover shows two advertisers, too: the last advertisement of the
one and the first of the other.  So an advertiser counts only when it goes on
after the other came; a role only when it is said again, well after the other
node said the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from hatools_splitbrain.cases import MISSED, Case, NodeRole

SUSPECTED, CONFIRMED = 0.3, 0.85  # strengths, put together
STALE = 3.0  # seconds after which a peer's word is forgotten
HESITATION, CERTAINTY = 0.3, 0.6  # seconds for a role to be told again, at least
SOON = 0.1  # intervals within which one who is preempted may still speak
WELL_AFTER = 1.5  # intervals: an advertisement after an announcement
REPEATED = 2.0  # seconds: who announces again, after more than these, is still MASTER
SPELL = 10.0  # seconds of claims that are looked at
ANSWERS = 1.0  # seconds within which two MACs answer one question
SWITCHES = 3  # from one MAC to the other, within a spell
PARTY = ("MASTER", "BACKUP")
VIRTUAL = ("00:00:5e:00:01:", "00:00:5e:00:02:")  # MACs that all routers share


class Evidence(NamedTuple):
    """One thing that speaks for a split brain, since when, and how much: 0 to 1."""

    kind: str
    strength: float
    since: float
    text: str


def gather(case: Case, now: float, node: str) -> list[Evidence]:
    """Return all that speaks for a split brain of *case* at *now*, seen from *node*."""
    found = [
        advertisers(case, now),
        claims(case, now),
        announcement(case, now),
        roles(case, now),
        silence(case, now, node),
    ]
    return [one for one in found if one is not None]


def strength(found: Iterable[Evidence]) -> float:
    """Return how much all of *found* weighs, as independent reasons: 0 to 1."""
    doubt = 1.0
    for one in found:
        doubt *= 1 - one.strength
    return 1 - doubt


def advertisers(case: Case, now: float) -> Evidence | None:
    """Find two that go on advertising one virtual router."""
    fresh = case.fresh(now)
    if len(fresh) < 2 or case.overlap is None:
        case.overlap = None
        return None
    counts = sorted((case.overlap.counts.get(one.source, 0) for one in fresh), reverse=True)
    if counts[1] < 1:
        return None
    who = ", ".join(sorted(one.source for one in fresh))
    text = f"advertised by {who}"
    return Evidence("advertisers", 0.95 if counts[1] >= 2 else 0.5, case.overlap.since, text)


def claims(case: Case, now: float) -> Evidence | None:
    """Find two MACs that claim one address by turns, or at once when asked.

    Where advertisements are heard these tell more: then a change of MAC was a
    taking over.
    """
    heard = [one.last for one in case.advertisers.values()]
    if now - max([*heard, case.resigned]) <= SPELL:
        return None
    recent: dict[str, list[tuple[float, str, bool]]] = {}
    for one in case.claims:
        if 0 <= now - one.time <= SPELL and not one.mac.startswith(VIRTUAL):
            recent.setdefault(one.address, []).append((one.time, one.mac, one.gratuitous))
    for address, told in recent.items():
        switches = sum(a[1] != b[1] for a, b in pairwise(told))
        at_once = any(
            a[1] != b[1] and not a[2] and not b[2] and b[0] - a[0] <= ANSWERS
            for a, b in pairwise(told)
        )
        if at_once or switches >= SWITCHES:
            macs = ", ".join(sorted({mac for _, mac, _ in told}))
            return Evidence("addresses", 0.5, told[0][0], f"{address} is claimed by {macs}")
    return None


def announcement(case: Case, now: float) -> Evidence | None:
    """Find an address that another announced than who advertises, and who goes on.

    A keepalived that drops the other's advertisements puts its own off each
    time one comes: it is MASTER, and only its announcements tell.
    """
    for master in case.fresh(now):
        since = master.began + SOON * master.interval
        # a real server asks in the address's name, too, and means nothing by it
        told = [one for one in case.claims if one.time > since and master.mac and one.gratuitous]
        told = [one for one in told if not one.mac.startswith(VIRTUAL)]
        others = [one for one in told if one.mac != master.mac]
        if not others or told[-1].mac == master.mac:
            continue  # it has announced them anew
        first, last = others[0].time, others[-1].time
        if (
            now - last >= WELL_AFTER * master.interval or last - first > REPEATED
        ) and master.last - first >= master.interval / 2:
            text = f"{master.source} advertises, and {others[-1].mac} announced the addresses"
            weight = 0.9 if last - first > REPEATED else 0.5
            return Evidence("announcement", weight, first, text)
    return None


def roles(case: Case, now: float) -> Evidence | None:
    """Find two nodes that both say that they are MASTER, and say it again."""
    masters = dict(_masters(case, now))
    if len(masters) < 2:
        return None
    since = max(one.since for one in masters.values())
    said = min((one.told if one.peer else now) for one in masters.values()) - since
    if said < max(case.interval / 2, HESITATION):
        return None
    sure = said >= max(case.interval * 1.5, CERTAINTY)
    text = f"{', '.join(sorted(masters))} say that they are MASTER"
    return Evidence("roles", 0.9 if sure else 0.5, since, text)


def _masters(case: Case, now: float) -> Iterator[tuple[str, NodeRole]]:
    for node, one in case.roles.items():
        if one.role == "MASTER" and (not one.peer or 0 <= now - one.told <= STALE):
            yield node, one


def silence(case: Case, now: float, node: str) -> Evidence | None:
    """Find a peer that says it is MASTER, and whose advertisements do not come."""
    own = case.roles.get(node)
    if own is None or own.role not in PARTY or not case.advertisers:
        return None  # no party: its link is down, or it runs no VRRP; or we cannot listen
    patience = MISSED * case.interval
    others = [one for one in case.advertisers.values() if not one.outgoing]
    for name, one in _masters(case, now):
        heard = max([one.since, case.resigned, *(other.last for other in others)])
        if name != node and one.peer and now - heard > patience:
            return Evidence("silence", 0.5, heard, f"{name} is MASTER, and not heard from")
    return None
