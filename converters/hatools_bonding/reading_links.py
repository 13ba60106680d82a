"""Bonds and their ports from what ``ip -d link`` shows of interfaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hatools.model.bond import BondPort
from hatools.model.bonding_options import MODES, OPTIONS, is_interface
from hatools.model.link_draft import Draft
from hatools.text import Expansion
from hatools_bonding.ip_link import Shown

USUAL_MTU = "1500"


class _Port(NamedTuple):
    """A port: its bond, what was said of it, where its heading and its details are."""

    bond: str
    draft: Draft
    places: list[int]


class Links:
    """Interfaces as they are shown, statement by statement."""

    def __init__(
        self,
        state: Callable[[int], None],
        unnamed: Callable[[str, int], None],
        lose: Callable[[int, str, str], None],
    ) -> None:
        self._state = state
        self._unnamed = unnamed
        self._lose = lose
        self._above = Shown()
        self._at = -1
        self._bonds: dict[str, Draft] = {}
        self._ports: dict[str, _Port] = {}
        self._leads: dict[str, int] = {}

    def take(self, shown: Shown, index: int) -> None:
        """Take what statement *index* shows."""
        if shown.name:
            self._above, self._at = shown, index
            if not is_interface(shown.name):
                self._unnamed(shown.name, index)
                return
            self._heading(shown, index)
        name = self._above.name
        if not is_interface(name):
            self._state(index)
        elif shown.options is not None:
            self._options(name, shown, index)
        elif shown.port is not None and name in self._ports:
            self._port(self._ports[name], shown, index)
        elif not shown.name:
            self._state(index)

    def _heading(self, shown: Shown, index: int) -> None:
        if shown.master:
            draft = Draft(index)
            draft.say("name", shown.name, index)
            self._ports[shown.name] = _Port(shown.master, draft, [index])
        elif shown.leads:
            self._leads[shown.name] = index
        else:
            self._state(index)

    def _options(self, name: str, shown: Shown, index: int) -> None:
        """Take what is shown of a bond; what the driver has anyhow says nothing."""
        options = shown.options or {}
        draft = self._bonds[name] = Draft(self._at)
        draft.opened.append(index)
        draft.say("name", name, self._at)
        mtu = self._above.mtu
        if mtu.isascii() and mtu.isdigit() and len(mtu) < 11 and mtu != USUAL_MTU:
            draft.say("mtu", int(mtu) or None, self._at)
        if options.get("mode") in MODES:
            draft.say("mode", options["mode"], index)
        for key, value in options.items():
            if key in OPTIONS and key != "active_slave" and value not in ("", OPTIONS[key].default):
                draft.say_option(key, value, index)

    def _port(self, port: _Port, shown: Shown, index: int) -> None:
        facts = shown.port or {}
        port.places.append(index)
        port.draft.opened.append(index)
        for field, key in (("queue", "queue_id"), ("priority", "prio")):
            value = facts.get(key, "")
            digits = value.removeprefix("-") if field == "priority" else value
            if digits.isascii() and digits.isdigit() and len(digits) < 11 and int(value):
                port.draft.say(field, int(value), index)

    def bonds(self, expansion: Expansion) -> Iterator[tuple[Draft, list[BondPort]]]:
        """Yield each bond with its ports; tell of those that are shown in part."""
        for name, index in self._leads.items():
            if name not in self._bonds:
                self._lose(index, f"how {name} is set up is not shown", "show it with ip -d link")
        for port in self._ports.values():
            if port.bond not in self._bonds:
                self._stray(port)
        for name, draft in self._bonds.items():
            mine = [port for port in self._ports.values() if port.bond == name]
            yield draft, [port.draft.port(expansion) for port in mine]

    def _stray(self, port: _Port) -> None:
        """Tell of a port whose bond is not shown; leave alone what is in something else."""
        for number, index in enumerate(port.places):
            if len(port.places) == 1:
                self._state(index)  # in a bridge, a team, or shown without details
            elif number:
                message = f"{port.bond}, the bond of {port.draft.text('name')}, is not shown"
                self._lose(index, message, "show all interfaces: ip -d link")
            else:
                self._state(index)
