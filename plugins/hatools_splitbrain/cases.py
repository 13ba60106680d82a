"""What is known of each virtual router: who advertises it, who claims it, who says what of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
MOST = 512  # virtual routers, and for each: advertisers, nodes, claims
CONTINUES = 1.6  # intervals between two advertisements of one who goes on
MISSED = 4  # intervals without an advertisement, after which a master is down for anybody


@dataclass(slots=True)
class Advertiser:
    """One that advertises a virtual router: its latest advertisement, and when it came."""

    source: str
    last: float
    interval: float
    priority: int
    version: int
    virtual_router_id: int
    addresses: frozenset[str]
    authentication: str
    secret: str
    outgoing: bool
    mac: str = ""
    began: float = 0.0  # since when it advertises without a gap

    def fresh(self, now: float) -> bool:
        """Tell whether it is still a master at *now*."""
        return now - self.last <= MISSED * self.interval


@dataclass(slots=True)
class Overlap:
    """Since when several advertise, and how often each did, well after the last came in."""

    since: float
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class NodeRole:
    """What role a node says that it has: since when we know, and when it last said so.

    *peer* is the watch that told, empty for this host, whose word always holds.
    """

    role: str
    since: float
    told: float
    peer: str = ""


@dataclass(slots=True)
class Claimed:
    """A MAC said that it has an address."""

    time: float
    address: str
    mac: str
    gratuitous: bool
    outgoing: bool


@dataclass(slots=True)
class Standing:
    """What we hold of a virtual router: the verdict and what it rests on."""

    verdict: str = ""
    cause: str = ""
    quiet: float | None = None  # since when nothing speaks for a split brain any more
    told: set[str] = field(default_factory=set)  # kinds of causes that were published


@dataclass(slots=True)
class Case:
    """One virtual router, as it looks from here."""

    subject: str
    interface: str
    family: int
    virtual_router_id: int
    began: float
    addresses: set[str] = field(default_factory=set)
    routers: dict[str, Mapping[str, object]] = field(default_factory=dict)  # configured, by node
    advertisers: dict[str, Advertiser] = field(default_factory=dict)
    overlap: Overlap | None = None
    resigned: float = float("-inf")  # when one last said farewell
    claims: deque[Claimed] = field(default_factory=lambda: deque(maxlen=64))
    roles: dict[str, NodeRole] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)

    def fresh(self, now: float) -> list[Advertiser]:
        """Return those who advertise at *now*."""
        return [one for one in self.advertisers.values() if one.fresh(now)]

    @property
    def interval(self) -> float:
        """The longest advertisement interval that is known, in seconds."""
        heard = [one.interval for one in self.advertisers.values()]
        told = [fact(one, "interval", 0.0) for one in self.routers.values()]
        return min(max([*heard, *told, 0.0]) or 1.0, 255.0)

    @property
    def pace(self) -> float:
        """The shortest advertisement interval that is heard, in seconds."""
        return min((one.interval for one in self.advertisers.values()), default=self.interval)

    def advertised(self, heard: Advertiser) -> None:
        """Take in an advertisement; priority 0 is a farewell."""
        if not heard.priority:
            self.resigned = heard.last
            self.advertisers.pop(heard.source, None)
            return
        others = [one for one in self.fresh(heard.last) if one.source != heard.source]
        before = self.advertisers.get(heard.source)
        goes_on = before is not None and heard.last - before.last <= CONTINUES * heard.interval
        heard.began = before.began if before is not None and goes_on else heard.last
        if not others:
            self.overlap = None
        elif self.overlap is None or not goes_on:
            self.overlap = Overlap(heard.last)  # it comes in, or comes back
        elif heard.last - self.overlap.since > min(one.interval for one in [heard, *others]) / 4:
            counts = self.overlap.counts
            counts[heard.source] = counts.get(heard.source, 0) + 1
        if heard.source in self.advertisers or len(self.advertisers) < MOST:
            self.advertisers[heard.source] = heard
        self.addresses.update(heard.addresses)


class Cases:
    """All virtual routers, found by number and by address."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[str, int, int], Case] = {}
        self._by_address: dict[str, Case] = {}
        self.all: dict[str, Case] = {}

    def find(
        self,
        interface: str,
        family: int,
        number: int,
        addresses: frozenset[str],
        now: float,
        *,
        ours: bool = True,
    ) -> Case | None:
        """Return the case of a virtual router, a new one where there is none.

        One with the same number on the same interface, or with a shared
        address, is the same.  *interface* means this host's only where it is
        *ours*.  None: there are too many.
        """
        key = (interface, family, number)
        case = self._by_number.get(key) if ours else None
        if case is None:
            known = (self._by_address.get(one) for one in addresses)
            case = next((one for one in known if one is not None), None)
        if case is None and not ours and not addresses:
            named = {id(one): one for at, one in self._by_number.items() if at[1:] == key[1:]}
            case = next(iter(named.values())) if len(named) == 1 else None
        if case is None:
            if len(self.all) >= MOST:
                return None
            subject = f"{interface}/{number}" + ("/6" if family == 6 else "")
            case = self.all.setdefault(subject, Case(subject, interface, family, number, now))
        if ours:
            self._by_number.setdefault(key, case)
        for one in list(addresses)[:MOST]:
            self._by_address.setdefault(one, case)
        case.addresses.update(list(addresses)[:MOST])
        return case

    def at(self, address: str) -> Case | None:
        """Return the case that has *address*."""
        return self._by_address.get(address)

    def __iter__(self) -> Iterator[Case]:
        return iter(list(self.all.values()))


def fact(details: Mapping[str, object], name: str, default: T) -> T:
    """Return a detail where it is of the kind of *default*, else *default*: peers may lie.

    A float is at least 0, and less than 1e9.
    """
    value = details.get(name, default)
    if isinstance(default, float) and isinstance(value, int | float):
        value = float(value) if 0 <= value < 1e9 else default
    return value if type(value) is type(default) else default


def texts(details: Mapping[str, object], name: str) -> frozenset[str]:
    """Return the texts in a list of *details*."""
    value = details.get(name)
    if not isinstance(value, list | tuple):
        return frozenset()
    return frozenset(one for one in value[:MOST] if isinstance(one, str))
