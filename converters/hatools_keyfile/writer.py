"""How keyfiles say bonds: one file for each bond and each of its ports."""

from __future__ import annotations

from hatools.model import KEPT, NOWHERE, Fate, Outcome, Record, Topology, replace
from hatools.model.bond import Bond, BondPort
from hatools.model.bonding_options import in_order
from hatools.model.link_draft import is_uuid
from hatools.plugin import OutFile, Target, Writing
from hatools_keyfile.beside import SUFFIX
from hatools_keyfile.faults import RIGHTS, fault
from hatools_keyfile.keys import BOOLEANS, GROUPS, LISTS, NUMBERS, OPEN, PSEUDO
from hatools_keyfile.syntax import escaped
from hatools_keyfile.writing_ip import addressing

_CONTROLLER = (1, 46)  # the version that says controller and port-type
_NEW = (1, 44)  # the version of these options, and of a port's priority
_NEW_OPTIONS = ("arp_missed_max", "lacp_active", "ns_ip6_target")
_ORDER = ("connection", "ethernet", "bond", "bond-port", "ipv4", "ipv6")
Groups = dict[str, list[tuple[str, str]]]


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology*'s bonds as keyfiles: the first bond's is the main one."""
    return _Writer(target).run(topology)


def dropped(reason: str) -> Fate:
    """Return the fate of what a keyfile cannot say."""
    return Fate(Outcome.DROPPED, reason)


class _Writer:
    def __init__(self, target: Target) -> None:
        parts = [int(part) for part in target.version.split(".")[:2] if part.isdigit()]
        self.version = tuple(parts) if parts else (99, 0)
        new = bool(parts) and self.version >= _CONTROLLER
        self.membership = ("controller", "port-type") if new else ("master", "slave-type")
        self.names: set[str] = set()
        self.bonds: set[str] = set()
        self.files: list[OutFile] = []
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
        if self.files:
            self.writing.main, *self.writing.companions = self.files
            self.writing.diagnostics.append(fault(
                RIGHTS, "NetworkManager reads only keyfiles that are root's alone", None,
                "put them into /etc/NetworkManager/system-connections with install -m 600,"
                " then nmcli connection reload",
            ))  # fmt: skip
        return self.writing

    def _name(self, wanted: str) -> str:
        name, number = wanted, 0
        while name.replace("/", "*") in self.names:
            number += 1
            name = f"{wanted}-{number}"
        self.names.add(name.replace("/", "*"))
        return name

    def _file(
        self,
        name: str,
        groups: Groups,
        purpose: str,
        thing: Bond | BondPort,
        verdict: dict[str, Fate],
    ) -> None:
        """Append a file; name the place of *thing* in it."""
        lines: list[str] = []
        for group in (*_ORDER, *(each for each in groups if each not in _ORDER)):
            if group in groups:
                lines += [""] if lines else []
                lines.append(f"[{group}]")
                lines += [f"{key}={escaped(value)}" for key, value in groups[group]]
        path = name.replace("/", "*") + SUFFIX
        self.files.append(OutFile(path, "".join(f"{line}\n" for line in lines), purpose))
        if thing.origin is not NOWHERE:
            record = Record(thing.origin, verdict, 1, "" if len(self.files) == 1 else path)
            self.writing.records.append(record)

    def _leave_out(self, bond: Bond, reason: str) -> None:
        """Leave a bond and its ports out."""
        self.writing.lost.append((bond.name, reason))
        things: list[Bond | BondPort] = [bond, *bond.ports]
        for thing in things:
            if thing.origin is not NOWHERE:
                self.writing.records.append(Record(thing.origin, {"*": dropped(reason)}))

    def _bond(self, bond: Bond) -> None:
        verdict: dict[str, Fate] = {"*": KEPT}
        made = replace(bond, origin=NOWHERE, ports=[], connection="")
        if bond.mode:
            wanted = bond.connection or bond.name
            foreign = wanted in self.bonds - {bond.name}  # a port would find the other bond
            made.connection = self._name(f"{wanted}-{bond.name}" if foreign else wanted)
            groups: Groups = {"connection": [("id", made.connection), ("type", "bond"),
                                             ("interface-name", bond.name)]}  # fmt: skip
            groups["bond"] = self._options(bond, made, verdict)
            self._around(bond, made, groups, verdict)
            addressing(bond, made, groups, verdict)
            self._file(made.connection, groups, "a bond", bond, verdict)
        else:
            made = Bond(bond.name)
            if bond.origin is not NOWHERE:
                fate = dropped("nothing says what mode the bond has: only its ports are written")
                self.writing.records.append(Record(bond.origin, {"*": fate}))
        made.ports = [self._port(bond, port) for port in bond.ports]
        if bond.mode or made.ports:
            self.writing.intended.bonds.append(made)

    def _port(self, bond: Bond, port: BondPort) -> BondPort:
        verdict: dict[str, Fate] = {"*": KEPT}
        name = self._name(port.connection or f"{bond.name}-{port.name or len(self.names)}")
        made = replace(port, origin=NOWHERE, connection=name)
        master, kind = self.membership
        keys = [("id", name), ("type", "ethernet")]
        keys += [("interface-name", port.name)] if port.name else []
        groups: Groups = {"connection": [*keys, (master, bond.name), (kind, "bond")]}
        if port.queue:
            groups["bond-port"] = [("queue-id", str(port.queue))]
        if port.priority and self.version >= _NEW:
            groups.setdefault("bond-port", []).append(("prio", str(port.priority)))
        elif port.priority:
            verdict["priority"] = dropped("NetworkManager has a port's prio since 1.44")
            made.priority = 0
        self._around(port, made, groups, verdict)
        self._file(name, groups, f"a port of {bond.name}", port, verdict)
        return made

    def _options(self, bond: Bond, made: Bond, verdict: dict[str, Fate]) -> list[tuple[str, str]]:
        """Return the lines of ``[bond]``; links unwatched are said to be so."""
        said = dict(bond.options)
        for name in _NEW_OPTIONS:
            if name in said and self.version < _NEW:
                del said[name]
                verdict[f"options.{name}"] = dropped(f"NetworkManager has {name} since 1.44")
        if "miimon" not in said and "arp_interval" not in said:
            said["miimon"] = "0"
        made.options = in_order(said)
        own = dict(each for each in bond.own if len(each) == 2)
        pseudo = [(name, own[f"bond.{name}"]) for name in PSEUDO if f"bond.{name}" in own]
        return [("mode", bond.mode), *made.options, *pseudo]

    def _around(
        self,
        thing: Bond | BondPort,
        made: Bond | BondPort,
        groups: Groups,
        verdict: dict[str, Fate],
    ) -> None:
        """Add the lines for what bonds and ports both have."""
        if not thing.autostart:
            groups["connection"].append(("autoconnect", "false"))
        if thing.mtu:
            groups.setdefault("ethernet", []).append(("mtu", str(thing.mtu)))
        kept: list[tuple[str, ...]] = []
        for number, words in enumerate(thing.own):
            group, _, key = words[0].partition(".")
            value = spelled(words[0], words[-1]) if len(words) == 2 else ""
            if group == "bond" and key in PSEUDO:
                kept.append(words)
            elif value and group in GROUPS and (group in OPEN or key in GROUPS[group]):
                ending = ";" if words[0] in LISTS else ""
                text = value.replace(",", ";") + ending if ending else value
                groups.setdefault(group, []).append((key, text))
                kept.append((words[0], value))
            else:
                verdict[f"own.{number}"] = dropped(f"a keyfile cannot say {words[0]} {words[-1]}")
        made.own = tuple(sorted(kept))


def spelled(name: str, value: str) -> str:
    """Return *value* as a keyfile has it; empty where it cannot."""
    if name in NUMBERS:
        value = NUMBERS[name].get(value, value)
        return value if value.lstrip("-").isdigit() and value.isascii() else ""
    if name in BOOLEANS:
        return {"yes": "true", "no": "false"}.get(value, value)
    if name == "connection.uuid" and not is_uuid(value.strip()):
        return ""
    return value.strip()
