"""How nmcli says bonds: one command for each bond and each of its ports."""

from __future__ import annotations

from hatools.model import KEPT, NOWHERE, Fate, Outcome, Record, Topology, replace
from hatools.model.bond import Bond, BondPort, Route
from hatools.model.bonding_options import in_order
from hatools.model.link_draft import family_of, is_uuid
from hatools.plugin import OutFile, Target, Writing
from hatools_nmcli.building import METHODS, PSEUDO
from hatools_nmcli.properties import BOOLEANS, LISTS, property_of, truth

NAME = "bonds.sh"
CONTROLLER = (1, 46)  # the version that says controller and port-type
_NEW_OPTIONS = ("arp_missed_max", "lacp_active", "ns_ip6_target")
_NEW = (1, 44)  # the version of these options, and of a port's priority
SILENT = ("none", "ignore")  # methods without name servers
_SAID = {said: written for written, said in METHODS.items()}
_FIXED = ("connection.timestamp",)  # properties that nmcli shows and does not set
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_")


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology*'s bonds as a script of nmcli commands."""
    return _Writer(target).run(topology)


def quoted(word: str) -> str:
    """Return *word* as a shell takes it for one word."""
    if word and set(word) <= _PLAIN:
        return word
    return "'" + word.replace("'", "'\\''") + "'"


def _version(text: str) -> tuple[int, ...]:
    parts = [int(part) for part in text.split(".")[:2] if part.isdigit()]
    return tuple(parts) if parts else (99, 0)


class _Writer:
    def __init__(self, target: Target) -> None:
        self.version = _version(target.version)
        told = bool(target.version) and self.version >= CONTROLLER
        self.membership = ("controller", "port-type") if told else ("master", "slave-type")
        self.lines = ["#!/bin/sh"]
        self.names: set[str] = set()
        self.bonds: set[str] = set()
        self.writing = Writing(None, Topology())

    def run(self, topology: Topology) -> Writing:
        """Write every bond, its ports behind it."""
        self.bonds = {bond.name for bond in topology.bonds}
        written: set[str] = set()
        for bond in sorted(topology.bonds, key=lambda bond: not bond.mode):  # ports alone go last
            if bond.name in written:
                self._leave_out(bond, f"another bond is called {bond.name}, too")
            else:
                written.add(bond.name)
                self._bond(bond)
        if len(self.lines) > 1:
            text = "".join(f"{line}\n" for line in self.lines)
            self.writing.main = OutFile(NAME, text, executable=True)
        return self.writing

    def _record(self, thing: Bond | BondPort, verdict: dict[str, Fate], line: int) -> None:
        if thing.origin is not NOWHERE:
            self.writing.records.append(Record(thing.origin, verdict, line))

    def _leave_out(self, bond: Bond, reason: str) -> None:
        """Say of a bond and its ports that they are not written."""
        self.writing.lost.append((bond.name, reason))
        self._record(bond, {"*": _dropped(reason)}, 0)
        for port in bond.ports:
            self._record(port, {"*": _dropped(reason)}, 0)

    def _name(self, wanted: str, own: str) -> str:
        """Return *wanted*, numbered where another connection has that name.

        Where a bond other than *own* is called so, a port would find the wrong one.
        """
        if wanted in self.bonds - {own}:
            wanted = f"{wanted}-{own or 'port'}"
        name, number = wanted, 0
        while name in self.names:
            number += 1
            name = f"{wanted}-{number}"
        self.names.add(name)
        return name

    def _add(self, words: list[str]) -> int:
        """Append a command; return its line."""
        self.lines.append("nmcli connection add " + " ".join(quoted(word) for word in words))
        return len(self.lines)

    def _bond(self, bond: Bond) -> None:
        verdict: dict[str, Fate] = {"*": KEPT}
        made = replace(bond, origin=NOWHERE, ports=[], connection="")
        if bond.mode:
            made.connection = self._name(bond.connection or bond.name, bond.name)
            words = ["type", "bond", "con-name", made.connection, "ifname", bond.name]
            words += ["bond.options", self._options(bond, made, verdict)]
            words += self._around(bond, made, verdict)
            words += self._addressing(bond, made, verdict)
            line = self._add(words)
            self._record(bond, verdict, line)
        else:
            made = Bond(bond.name)
            reason = "nothing says what mode the bond has: only its ports are written"
            self._record(bond, {"*": _dropped(reason)}, 0)
        made.ports = [self._port(bond, port) for port in bond.ports]
        if bond.mode or made.ports:
            self.writing.intended.bonds.append(made)

    def _port(self, bond: Bond, port: BondPort) -> BondPort:
        verdict: dict[str, Fate] = {"*": KEPT}
        name = self._name(port.connection or f"{bond.name}-{port.name or len(self.names)}", "")
        made = replace(port, origin=NOWHERE, connection=name)
        master, kind = self.membership
        words = ["type", "ethernet", kind, "bond", "con-name", name]
        words += ["ifname", port.name or "*", master, bond.name]
        if port.queue:
            words += ["bond-port.queue-id", str(port.queue)]
        if port.priority and self.version >= _NEW:
            words += ["bond-port.prio", str(port.priority)]
        elif port.priority:
            verdict["priority"] = _dropped("nmcli has bond-port.prio since 1.44")
            made.priority = 0
        words += self._around(port, made, verdict)
        self._record(port, verdict, self._add(words))
        return made

    def _options(self, bond: Bond, made: Bond, verdict: dict[str, Fate]) -> str:
        """Return the bond's options as one word; links unwatched are said to be so."""
        said = dict(bond.options)
        for name in _NEW_OPTIONS:
            if name in said and self.version < _NEW:
                del said[name]
                verdict[f"options.{name}"] = _dropped(f"nmcli has {name} since 1.44")
        if "miimon" not in said and "arp_interval" not in said:
            said["miimon"] = "0"
        made.options = in_order(said)
        pairs = [("mode", bond.mode), *made.options]
        own = dict(each for each in bond.own if len(each) == 2)
        pairs += [(name, own[f"bond.{name}"]) for name in PSEUDO if f"bond.{name}" in own]
        return ",".join(f"{name}={value.replace(',', ' ')}" for name, value in pairs)

    def _around(
        self, thing: Bond | BondPort, made: Bond | BondPort, verdict: dict[str, Fate]
    ) -> list[str]:
        """Return the words for what bonds and ports both have."""
        words = [] if thing.autostart else ["connection.autoconnect", "no"]
        if thing.mtu:
            words += ["ethernet.mtu", str(thing.mtu)]
        kept = []
        for number, pair in enumerate(thing.own):
            name, value = pair[0], pair[-1]
            known = "." in name and len(pair) == 2 and name not in _FIXED
            if name.startswith("bond.") and name.partition(".")[2] in PSEUDO:
                kept.append(pair)
            elif known and property_of(name)[0] == name and _sound(name, value):
                words += [name, value]
                kept.append(pair)
            else:
                known = known and property_of(name)[0] == name
                reason = f"{name} cannot be {value!r}" if known else f"has no {name}"
                verdict[f"own.{number}"] = _dropped(
                    f"nmcli refuses it: {reason}" if known else f"NetworkManager {reason}"
                )
        made.own = tuple(kept)
        return words

    def _addressing(self, bond: Bond, made: Bond, verdict: dict[str, Fate]) -> list[str]:
        """Return the words for methods, addresses, gateways, names and routes."""
        words = []
        for family in (4, 6):
            mine = [each for each in bond.addresses if family_of(each.address) == family]
            method = getattr(bond, f"method{family}")
            fitting = _fitting(method, bool(mine), family)
            if fitting != method:
                setattr(made, f"method{family}", fitting)
                verdict[f"method{family}"] = Fate(
                    Outcome.APPROXIMATED, f"nmcli takes {_SAID[fitting]} where addresses are"
                    f" {'given' if mine else 'missing'}")  # fmt: skip
            words += [f"ipv{family}.method", _SAID[fitting]]
            if mine:
                listed = ",".join(f"{each.address}/{each.prefix}" for each in mine)
                words += [f"ipv{family}.addresses", listed]
            gateway = getattr(bond, f"gateway{family}")
            if gateway and mine:
                words += [f"ipv{family}.gateway", gateway]
            elif gateway:
                setattr(made, f"gateway{family}", "")
                verdict[f"gateway{family}"] = _dropped("nmcli refuses a gateway without address")
            words += self._names(bond, made, verdict, family)
            routes = [each for each in bond.routes if family_of(each.destination) == family]
            if routes:
                words += [f"ipv{family}.routes", ", ".join(route_words(each) for each in routes)]
        return words

    def _names(self, bond: Bond, made: Bond, verdict: dict[str, Fate], family: int) -> list[str]:
        """Return the words for name servers and search domains, if the method lets them stand."""
        servers = [each for each in bond.dns if family_of(each) == family]
        if getattr(made, f"method{family}") in SILENT:
            if servers:
                made.dns = tuple(each for each in made.dns if each not in servers)
                reason = f"NetworkManager takes no IPv{family} name server where IPv{family} is off"
                verdict["dns"] = _dropped(reason)
            if family == 6 and bond.search and made.method4 in SILENT:
                made.search = ()
                verdict["search"] = _dropped("NetworkManager takes no domains where IP is off")
            return []
        words = [f"ipv{family}.dns", ",".join(servers)] if servers else []
        if bond.search and (family == 4 or made.method4 in SILENT):
            words += [f"ipv{family}.dns-search", ",".join(bond.search)]
        return words


def _sound(name: str, value: str) -> bool:
    """Tell whether *value* reads back as it is."""
    if not value or name in LISTS:
        return bool(value) and " " not in value and ";" not in value
    if name == "connection.uuid":
        return is_uuid(value)
    return name not in BOOLEANS or truth(value) == value


def _fitting(method: str, addressed: bool, family: int) -> str:
    """Return *method*, or the one that NetworkManager takes in its place."""
    if method == "static" and not addressed:
        return "none"
    if method in ("none", "ignore", "link-local") and addressed:
        return "static"
    if family == 4 and method in ("dhcp", "ignore"):
        return "auto" if method == "dhcp" else "none"
    return method if method in _SAID else "auto"


def route_words(route: Route) -> str:
    """Return *route* in nmcli's words."""
    words = [f"{route.destination}/{route.prefix}"]
    words += [route.gateway] if route.gateway else []
    words += [str(route.metric)] if route.metric is not None else []
    return " ".join([*words, *route.own])


def _dropped(reason: str) -> Fate:
    return Fate(Outcome.DROPPED, reason)
