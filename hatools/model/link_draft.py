"""Collects what is said of a bonded link, statement by statement, until it can be built.

Readers say field by field; a later word replaces an earlier one.  Building
judges the driver's options and gives every field its origin.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from hatools.model.bond import Address, Bond, BondPort, Route
from hatools.model.bonding_options import (
    DIFFERS,
    MODE,
    MODES,
    RR,
    Problem,
    canonical,
    in_order,
    judged,
    mode_of,
)
from hatools.model.origin import Origin
from hatools.text import Expansion, Severity, near

Found = list[tuple[Problem, tuple[int, ...]]]
LISTS = ("addresses", "dns", "search", "routes")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{40}")


def is_uuid(text: str) -> bool:
    """Tell whether NetworkManager takes *text* for a UUID; 40 digits are one, too."""
    return _UUID.fullmatch(text) is not None


def address_of(text: str) -> tuple[str, int] | None:
    """Return the address that *text* is, in canonical form, and its family (4, 6)."""
    family = AF_INET6 if ":" in text else AF_INET
    try:
        return inet_ntop(family, inet_pton(family, text)), 6 if family == AF_INET6 else 4
    except (OSError, ValueError):
        return None


def network_of(text: str) -> Address | None:
    """Return address and prefix length of ``ADDRESS[/PREFIX]``; a whole address where none is."""
    head, slash, tail = text.strip().partition("/")
    found = address_of(head)
    if found is None:
        return None
    whole = 32 if found[1] == 4 else 128
    if not slash:
        return Address(found[0], whole)
    sound = tail.isascii() and tail.isdigit() and len(tail) < 4 and int(tail) <= whole
    return Address(found[0], int(tail)) if sound else None


def family_of(address: str) -> int:
    """Return 6 for an address with colons, else 4."""
    return 6 if ":" in address else 4


class Draft:
    """A link in the making: single values, lists, the driver's options, what else was said."""

    def __init__(self, at: int = -1) -> None:
        self.opened = [at] if at >= 0 else []
        self.values: dict[str, tuple[object, tuple[int, ...]]] = {}
        self.lists: dict[str, list[tuple[object, int]]] = {name: [] for name in LISTS}
        self.options: dict[str, tuple[str, tuple[int, ...]]] = {}
        self.own: dict[str, tuple[str, int]] = {}
        self.problems: Found = []

    def say(self, field: str, value: object, *at: int) -> None:
        """Take *value* for *field*, said by statements *at*; it replaces what was said before."""
        self.values[field] = value, at

    def add(self, field: str, item: object, at: int) -> None:
        """Append *item* to the list *field*, unless it is there already."""
        items = self.lists[field]
        if not any(item == old for old, _ in items):
            items.append((item, at))

    def say_own(self, name: str, value: str, at: int) -> None:
        """Take what has no field: *name* and *value* in the words of its language."""
        self.own[name] = value, at

    def say_option(self, name: str, value: str, *at: int) -> Problem | None:
        """Take an option of the driver as written; return what is wrong with it."""
        made = canonical(name, value)
        if isinstance(made, Problem):
            self.problems.append((made, at))
            return made
        old = self.options.get(made[0])
        if old is not None and old[0] != made[1] and name != made[0]:
            wrong = Problem(DIFFERS, made[0], f"{made[0]} and {name} are one number of"
                            " notifications and differ", "say it once")  # fmt: skip
            self.problems.append((wrong, at))
            return wrong
        self.options[made[0]] = made[1], (*(old[1] if old else ()), *at)
        return None

    def get(self, field: str, default: object = "") -> object:
        """Return the value of *field*, or *default*."""
        return self.values[field][0] if field in self.values else default

    def text(self, field: str) -> str:
        """Return the value of *field* as text; empty where nothing was said."""
        return str(self.get(field))

    def _origin(self, expansion: Expansion) -> Origin:
        """Return where all of it was written."""
        said: dict[str, tuple[int, ...]] = {"": tuple(self.opened)} if self.opened else {}
        said.update({field: at for field, (_, at) in self.values.items() if at})
        for field, items in self.lists.items():
            said.update({f"{field}.{n}": (at,) for n, (_, at) in enumerate(items) if at >= 0})
        said.update({f"options.{name}": at for name, (_, at) in self.options.items() if at})
        said.update({f"own.{n}": (at,) for n, (_, at) in enumerate(self.own.values()) if at >= 0})
        start = min((index for at in said.values() for index in at), default=0)
        fields = {field: tuple(index - start for index in at) for field, at in said.items()}
        return Origin(expansion, start, fields)

    def _sort(self) -> None:
        """Put lists into the order that counts: IPv4 first; what is own by name."""
        for field in ("addresses", "dns", "routes"):
            self.lists[field].sort(key=lambda pair: _family(pair[0]))
        self.own = dict(sorted(self.own.items()))

    def port(self, expansion: Expansion) -> BondPort:
        """Return the port of a bond that was said."""
        self._sort()
        mtu = self.get("mtu", None)
        return BondPort(
            self.text("name"),
            self.text("connection"),
            int(self.text("queue") or "0"),
            int(self.text("priority") or "0"),
            mtu if isinstance(mtu, int) else None,
            bool(self.get("autostart", True)),
            tuple((name, value) for name, (value, _) in self.own.items()),
            self._origin(expansion),
        )

    def bond(
        self, expansion: Expansion, ports: Iterable[BondPort] = (), monitoring: str = "0"
    ) -> tuple[Bond, Found]:
        """Return the bond that was said, and what was wrong with it.

        *monitoring* is what ``miimon`` is where nothing was said: a program that
        sets the driver up may have a default of its own.
        """
        self._sort()
        members = list(ports)
        mode = self._mode() if "mode" in self.values else ""
        if mode:
            self._judge(mode, [port.name for port in members if port.name], monitoring)
        values = {name: value for name, (value, _) in self.options.items()}
        mtu = self.get("mtu", None)
        made = Bond(self.text("name"), self.text("connection"), mode, in_order(values), members)
        made.method4, made.method6 = self.text("method4") or "auto", self.text("method6") or "auto"
        made.addresses = tuple(a for a, _ in self.lists["addresses"] if isinstance(a, Address))
        made.gateway4, made.gateway6 = self.text("gateway4"), self.text("gateway6")
        made.dns = tuple(str(item) for item, _ in self.lists["dns"])
        made.search = tuple(str(item) for item, _ in self.lists["search"])
        made.routes = tuple(route for route, _ in self.lists["routes"] if isinstance(route, Route))
        made.mtu = mtu if isinstance(mtu, int) else None
        made.autostart = bool(self.get("autostart", True))
        made.own = tuple((name, value) for name, (value, _) in self.own.items())
        made.origin = self._origin(expansion)
        return made, self.problems

    def _mode(self) -> str:
        """Return the mode that was said; balance-rr, the driver's default, for one unknown."""
        written, at = self.values["mode"]
        mode = mode_of(str(written))
        if not mode:
            meant = near(str(written), MODES)
            self.problems.append((
                Problem(MODE, "mode", f"there is no mode {written!r}: the bond would be {RR}",
                        f"did you mean {meant}?" if meant else "choose " + ", ".join(MODES),
                        False, Severity.ERROR), at,
            ))  # fmt: skip
        return mode or RR

    def _judge(self, mode: str, ports: list[str], monitoring: str) -> None:
        """Leave out the options that do not count; fill in how links are watched."""
        values = {name: value for name, (value, _) in self.options.items()}
        watched = monitoring != "0"
        for problem in judged(mode, values, ports, watched):
            at = self.options.get(problem.option, self.values.get("mode", ("", ())))[1]
            self.problems.append((problem, at))
            if problem.gone:
                self.options.pop(problem.option, None)
        if "arp_interval" not in self.options and "miimon" not in self.options and watched:
            self.options["miimon"] = monitoring, ()


def _family(item: object) -> int:
    """Return the family of an address, network or route."""
    return family_of(str(item[0]) if isinstance(item, tuple) else str(item))
