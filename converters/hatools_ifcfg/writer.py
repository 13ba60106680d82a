"""How ifcfg files say bonds: a file for each bond, its routes, and each of its ports."""

from __future__ import annotations

from hatools.model import KEPT, NOWHERE, Fate, Outcome, Record, Topology, replace
from hatools.model.bond import Address, Bond, BondPort
from hatools.model.bonding_options import in_order, is_interface
from hatools.model.link_draft import family_of
from hatools.plugin import Assumption, OutFile, Target, Writing
from hatools_ifcfg.faults import OLD, fault
from hatools_ifcfg.reading_ip import route_words
from hatools_ifcfg.syntax import quoted
from hatools_ifcfg.variables import OWN, TEXTS, YES_NO

Pairs = list[tuple[str, str]]
_METHOD4 = {"static": "none", "none": "none", "auto": "dhcp", "link-local": "autoip",
            "shared": "shared"}  # fmt: skip
_METHOD6: dict[str, Pairs] = {
    "none": [("IPV6_DISABLED", "yes"), ("IPV6INIT", "no")],
    "ignore": [("IPV6INIT", "no")],
    "auto": [("IPV6INIT", "yes"), ("IPV6_AUTOCONF", "yes")],
    "shared": [("IPV6INIT", "yes"), ("IPV6_AUTOCONF", "shared")],
    "dhcp": [("IPV6INIT", "yes"), ("IPV6_AUTOCONF", "no"), ("DHCPV6C", "yes")],
    "static": [("IPV6INIT", "yes"), ("IPV6_AUTOCONF", "no")],
    "link-local": [("IPV6INIT", "yes"), ("IPV6_AUTOCONF", "no")],
}
_BY_PROPERTY = {said: name for name, said in TEXTS.items()}
_FLAGS = {said: (name, yes, no) for name, (said, yes, no) in YES_NO.items()}


def write(topology: Topology, target: Target) -> Writing:
    """Return *topology*'s bonds as ifcfg files: the first bond's is the main one."""
    return _Writer().run(topology)


def _dropped(reason: str) -> Fate:
    return Fate(Outcome.DROPPED, reason)


class _Writer:
    def __init__(self) -> None:
        self.files: list[OutFile] = []
        self.writing = Writing(None, Topology())

    def run(self, topology: Topology) -> Writing:
        """Write every bond, its ports behind it."""
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
                OLD, "RHEL 10 and other new systems read no ifcfg files", None,
                "convert to keyfile for them",
            ))  # fmt: skip
        return self.writing

    def _path(self, name: str, kind: str = "ifcfg") -> str:
        """Return the path of a file about *name*, numbered where it is taken."""
        taken = {file.name for file in self.files}
        stem = path = f"{kind}-{name.replace('/', '_').replace(' ', '_')}"
        number = 0
        while path in taken:
            number += 1
            path = f"{stem}-{number}"
        return path

    def _file(
        self,
        path: str,
        pairs: Pairs,
        purpose: str,
        thing: Bond | BondPort,
        verdict: dict[str, Fate],
    ) -> None:
        """Append the file of *thing*."""
        text = "".join(f"{name}={quoted(value)}\n" for name, value in pairs)
        self.files.append(OutFile(path, text, purpose))
        if thing.origin is not NOWHERE:
            where = "" if len(self.files) == 1 else path
            self.writing.records.append(Record(thing.origin, verdict, 1, where))

    def _leave_out(self, bond: Bond, reason: str) -> None:
        """Leave a bond and its ports out."""
        self.writing.lost.append((bond.name, reason))
        things: list[Bond | BondPort] = [bond, *bond.ports]
        for thing in things:
            if thing.origin is not NOWHERE:
                self.writing.records.append(Record(thing.origin, {"*": _dropped(reason)}))

    def _bond(self, bond: Bond) -> None:
        verdict: dict[str, Fate] = {"*": KEPT}
        made = replace(bond, origin=NOWHERE, ports=[])
        if bond.mode:
            pairs: Pairs = [("NAME", bond.connection)] if bond.connection else []
            pairs += [("DEVICE", bond.name), ("TYPE", "Bond"), ("BONDING_MASTER", "yes")]
            pairs.append(("BONDING_OPTS", self._options(bond, made)))
            pairs.append(("ONBOOT", "yes" if bond.autostart else "no"))
            pairs += self._addressing(bond, made, verdict)
            pairs += self._around(bond, made, verdict)
            routes = self._routes(bond, made, verdict)
            self._file(self._path(bond.name), pairs, "a bond", bond, verdict)
            for kind, lines in routes.items():
                text = "".join(f"{line}\n" for line in lines)
                self.files.append(OutFile(self._path(bond.name, kind), text, "its routes"))
        else:
            made = Bond(bond.name)
            if bond.origin is not NOWHERE:
                fate = _dropped("nothing says what mode the bond has: only its ports are written")
                self.writing.records.append(Record(bond.origin, {"*": fate}))
        made.ports = [self._port(bond, port) for port in bond.ports]
        if bond.mode or made.ports:
            self.writing.intended.bonds.append(made)

    def _options(self, bond: Bond, made: Bond) -> str:
        said = dict(bond.options)
        if "miimon" not in said and "arp_interval" not in said:
            said["miimon"] = "0"
        made.options = in_order(said)
        own = [("balance-slb", words[1]) for words in bond.own if words[0] == "bond.balance-slb"]
        return " ".join(f"{n}={v}" for n, v in [("mode", bond.mode), *made.options, *own])

    def _port(self, bond: Bond, port: BondPort) -> BondPort:
        verdict: dict[str, Fate] = {"*": KEPT}
        made = replace(port, origin=NOWHERE)
        named = port.name or port.connection or f"{bond.name}-port{len(self.files)}"
        pairs: Pairs = [("NAME", port.connection)] if port.connection else []
        hardware = any(words[0] == "ethernet.mac-address" for words in port.own)
        if port.name or not hardware:
            made.name = port.name or self._device(named, bond)
            pairs.append(("DEVICE", made.name))
        pairs += [("TYPE", "Ethernet"), ("MASTER", bond.name), ("SLAVE", "yes")]
        pairs.append(("ONBOOT", "yes" if port.autostart else "no"))
        if port.queue:
            pairs.append(("BOND_PORT_QUEUE_ID", str(port.queue)))
        if port.priority:
            pairs.append(("BOND_PORT_PRIO", str(port.priority)))
        pairs += self._around(port, made, verdict)
        self._file(self._path(named), pairs, f"a port of {bond.name}", port, verdict)
        return made

    def _device(self, named: str, bond: Bond) -> str:
        """Return an interface for a port that has none: an ifcfg file has to name one."""
        wish = named[:15]
        device = wish if is_interface(wish) else f"port{len(self.files)}"
        self.writing.assumptions.append(Assumption(
            f"DEVICE={device}", f"nothing says which interface this port of {bond.name} is"
        ))  # fmt: skip
        return device

    def _around(
        self, thing: Bond | BondPort, made: Bond | BondPort, verdict: dict[str, Fate]
    ) -> Pairs:
        """Return the variables for what bonds and ports both have."""
        pairs: Pairs = [("MTU", str(thing.mtu))] if thing.mtu else []
        kept: list[tuple[str, ...]] = []
        for number, words in enumerate(thing.own):
            pair = _variable(words)
            if pair is None:
                verdict[f"own.{number}"] = _dropped(f"ifcfg files have no {' '.join(words)}")
                continue
            kept.append((words[0], YES_NO[pair[0]][1 if pair[1] == "yes" else 2])
                        if pair[0] in YES_NO else words)  # fmt: skip
            if pair[0]:
                pairs.append(pair)
        made.own = tuple(sorted(kept))
        return pairs

    def _addressing(self, bond: Bond, made: Bond, verdict: dict[str, Fate]) -> Pairs:
        """Return the variables for methods, addresses, gateways and names."""
        four = [each for each in bond.addresses if family_of(each.address) == 4]
        six = [each for each in bond.addresses if family_of(each.address) == 6]
        made.method4, made.method6 = _fitting4(bond.method4, four), _fitting6(bond.method6, six)
        for family in (4, 6):
            name = f"method{family}"
            if getattr(made, name) != getattr(bond, name):
                told = f"ifcfg files say {getattr(made, name)} where addresses are"
                told += " given" if (four if family == 4 else six) else " missing"
                verdict[name] = Fate(Outcome.APPROXIMATED, told)
        pairs: Pairs = [("BOOTPROTO", _METHOD4[made.method4])]
        for number, each in enumerate(four):
            mark = str(number) if number else ""
            pairs += [(f"IPADDR{mark}", each.address), (f"PREFIX{mark}", str(each.prefix))]
        pairs += [("GATEWAY", bond.gateway4)] if bond.gateway4 else []
        pairs += _METHOD6[made.method6]
        if six:
            pairs.append(("IPV6ADDR", f"{six[0].address}/{six[0].prefix}"))
        if six[1:]:
            others = " ".join(f"{each.address}/{each.prefix}" for each in six[1:])
            pairs.append(("IPV6ADDR_SECONDARIES", others))
        pairs += [("IPV6_DEFAULTGW", bond.gateway6)] if bond.gateway6 else []
        plain = [each for each in bond.dns if "#" not in each]
        if len(plain) < len(bond.dns):
            made.dns = tuple(plain)
            verdict["dns"] = Fate(Outcome.APPROXIMATED, "ifcfg files take only plain addresses")
        pairs += [(f"DNS{number}", each) for number, each in enumerate(plain, 1)]
        return pairs + ([("DOMAIN", " ".join(bond.search))] if bond.search else [])

    def _routes(self, bond: Bond, made: Bond, verdict: dict[str, Fate]) -> dict[str, list[str]]:
        """Return the lines of the route files, by the kind of file."""
        found: dict[str, list[str]] = {}
        kept = []
        for number, route in enumerate(bond.routes):
            line = route_words(route, bond.name)
            if line is None:
                verdict[f"routes.{number}"] = _dropped(
                    f"a route file cannot say {' '.join(route.own)}")  # fmt: skip
                continue
            kept.append(route)
            kind = "route" if family_of(route.destination) == 4 else "route6"
            found.setdefault(kind, []).append(line)
        made.routes = tuple(kept)
        return found


def _variable(words: tuple[str, ...]) -> tuple[str, str] | None:
    """Return variable and value for what is own; an empty variable where another one says it."""
    name, value = words[0], words[-1]
    if name == "bond.balance-slb":
        return "", ""
    if len(words) != 2 or not value or value != value.strip():
        return None
    if name in _FLAGS:
        variable, yes, no = _FLAGS[name]
        plain = {"true": yes if yes in ("true", "1") else no, "yes": yes}.get(value, value)
        return (variable, "yes" if plain == yes else "no") if plain in (yes, no) else None
    if name in _BY_PROPERTY:
        return _BY_PROPERTY[name], value
    return (name, value) if name in OWN else None


def _fitting4(method: str, addresses: list[Address]) -> str:
    """Return *method*, or the one that ifcfg files can say."""
    if method == "static" and not addresses:
        return "none"
    if method in ("none", "ignore") and addresses:
        return "static"
    return {"dhcp": "auto", "ignore": "none"}.get(method, method if method in _METHOD4 else "auto")


def _fitting6(method: str, addresses: list[Address]) -> str:
    """Return *method*, or the one that ifcfg files can say."""
    if method == "static" and not addresses:
        return "link-local"
    if method == "link-local" and addresses:
        return "static"
    return method if method in _METHOD6 else "auto"
