"""What ifcfg files mean: bonds with their ports."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome, Topology
from hatools.model.bond import Bond, BondPort
from hatools.model.bonding_options import NO_ARP, RR, Problem, is_interface, mode_of
from hatools.model.link_draft import Draft
from hatools.plugin import Reading
from hatools.text import Diagnostic, Expansion, near
from hatools_ifcfg import faults
from hatools_ifcfg.beside import home, is_bond, master, names
from hatools_ifcfg.faults import fault
from hatools_ifcfg.reading_ip import (
    Said,
    route_of,
    take_ipv4,
    take_ipv6,
    take_names,
    take_numbered_routes,
)
from hatools_ifcfg.syntax import OTHER, ROUTE, RULE, device_of, kind_of
from hatools_ifcfg.variables import DEFAULTS, FOLLOWS, KNOWN, OWN, TEXTS, YES_NO, truth

_NUMBERS = {"MTU": "mtu", "BOND_PORT_QUEUE_ID": "queue", "BOND_PORT_PRIO": "priority"}


def _addressing(name: str) -> bool:
    """Tell whether a variable steers how addresses are got."""
    said = YES_NO[name][0] if name in YES_NO else TEXTS.get(name, "")
    return name in ("BOOTPROTO", "IPV6INIT", "IPV6_AUTOCONF") or said.startswith(("ipv4", "ipv6"))


def read(expansion: Expansion) -> Reading:
    """Return the bonds that the files of *expansion* are."""
    return _Reader(expansion).run()


class _File:
    """One file: its variables, each with the last statement that sets it, and its routes."""

    def __init__(self, path: str) -> None:
        self.device = device_of(path)
        self.routes = bool(kind_of(path))
        self.said: Said = {}
        self.lines: list[int] = []
        self.all: list[int] = []

    def values(self) -> dict[str, str]:
        return {name: value for name, (value, _) in self.said.items()}


class _Reader:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.reading = Reading(Topology(), expansion)

    def run(self) -> Reading:
        """Take the files apart, then put bonds together."""
        files = self._files()
        links = [file for file in files if not file.routes]
        bonds = [file for file in links if is_bond(file.values())]
        named = [(file.device, file.values()) for file in bonds]
        spare = self._spare(bonds)
        ports: dict[int, list[BondPort]] = {}
        strangers: dict[str, list[BondPort]] = {}
        for file in links:
            if file in bonds:
                continue
            called = master(file.values())
            place = home(called, named)
            if place in spare:
                self._lose(file, "a port of a bond that is left out")
            elif place >= 0:
                ports.setdefault(place, []).append(self._port(file))
            elif called:
                self._remark(faults.NO_BOND, file.all[0], f"no file here is the bond {called} of"
                             " this port", "name the folder that holds both")  # fmt: skip
                strangers.setdefault(called, []).append(self._port(file))
            else:
                self._lose(file, "a link that is no part of a bond")
        for number, file in enumerate(bonds):
            if number in spare:
                continue
            called_so = names(file.device, file.values())
            mine = [each for each in files if each.routes and each.device in called_so]
            self._bond(file, mine, ports.get(number, []))
            files = [each for each in files if each not in mine]
        for file in files:
            if file.routes:
                self._lose(file, f"routes of {file.device}, which is no bond here")
        made = self.reading.topology.bonds
        made += [Bond(called, ports=members) for called, members in strangers.items()]
        return self.reading

    def _files(self) -> list[_File]:
        files = [_File(document.source.path) for document in self.expansion.documents]
        for index, statement in enumerate(self.expansion.statements):
            file = files[self.expansion.hop(index).document]
            file.all.append(index)
            if statement.note == OTHER:
                self._drop(index, "not understood: it sets no variable")
            elif statement.note == RULE:
                self._drop(index, "hatools carries no rules of policy routing over")
            elif statement.note == ROUTE:
                file.lines.append(index)
            else:
                name, value = statement.words
                if name in file.said:
                    line = self.expansion.span(index).line
                    self.reading.fates[file.said[name][1]] = Fate(
                        Outcome.KEPT, f"set again by line {line}"
                    )
                file.said[name] = value, index
        for file in files:
            for name, (value, index) in list(file.said.items()):
                if not value.strip() and name != "BONDING_OPTS":  # set to nothing is not set
                    self.reading.fates[index] = KEPT
                    del file.said[name]
        return files

    def _spare(self, bonds: list[_File]) -> set[int]:
        """Return the bonds whose device an earlier one has; say so of each."""
        first: dict[str, _File] = {}
        spare = set()
        for number, file in enumerate(bonds):
            name = file.values().get("DEVICE", file.device)
            if not name or first.setdefault(name, file) is file:
                continue
            spare.add(number)
            there = self.expansion.span(first[name].all[0]).path
            told = f"another file is about {name}, too: {there}"
            self._remark(faults.TWICE, file.all[0], f"{told}; only that one is read",
                         "name one file to read its bond, or take one away")  # fmt: skip
            self._lose(file, told)
        return spare

    def _lose(self, file: _File, reason: str) -> None:
        for index in file.all:
            if index not in self.reading.fates:
                self._drop(index, reason)

    def _drop(self, index: int, reason: str) -> None:
        self.reading.fates[index] = Fate(Outcome.DROPPED, reason)

    def _remark(self, code: str, index: int, message: str, advice: str) -> None:
        remark = fault(code, message, self.expansion.span(index), advice)
        self.reading.diagnostics.append(remark)

    def _refuse(self, name: str, value: str, index: int, wanted: str) -> None:
        message = f"{name} cannot be {value!r}"
        self._remark(faults.VALUE, index, message, f"it takes {wanted}")
        self._drop(index, f"not taken: {message}")

    # Links ---------------------------------------------------------------------------------

    def _bond(self, file: _File, routes: list[_File], ports: list[BondPort]) -> None:
        draft = Draft()
        values = file.values()
        start = file.all[0]
        self._shared(file, draft)
        if not draft.text("name"):
            self._remark(faults.NO_NAME, start, "this bond has no DEVICE", "set DEVICE=bond0")
            draft.say("name", "bond0")
        if "BONDING_OPTS" in file.said:
            self._options(*file.said.pop("BONDING_OPTS"), draft)
        if "mode" not in draft.values:
            draft.say("mode", RR)
        take_ipv4(file.said, draft, self._refuse, self._guess)
        take_ipv6(file.said, draft, self._refuse)
        take_names(file.said, draft, self._refuse)
        for each in routes:
            self._routes(each, draft)
        self._rest(file, draft)
        own = truth(values.get("NM_CONTROLLED", "yes")) == "no"
        needs = mode_of(draft.text("mode")) in NO_ARP
        bond, problems = draft.bond(self.expansion, ports, "100" if needs or not own else "0")
        for problem, at in problems:
            self._problem(problem, at or (start,))
        if not ports:
            self._remark(faults.NO_PORTS, start, f"no file here has MASTER={bond.name}",
                         "name the file in the folder of its ports")  # fmt: skip
        self.reading.topology.bonds.append(bond)

    def _port(self, file: _File) -> BondPort:
        draft = Draft()
        self._shared(file, draft)
        for name in [name for name in file.said if _addressing(name)]:
            draft.opened.append(file.said.pop(name)[1])  # a port has no addresses anyhow
        self._rest(file, draft)
        return draft.port(self.expansion)

    def _guess(self, index: int, message: str) -> None:
        code = faults.GATEWAYS if "gateway" in message else faults.PREFIX
        advice = "keep one of them" if code == faults.GATEWAYS else "set PREFIX"
        self._remark(code, index, message, advice)

    def _problem(self, problem: Problem, at: tuple[int, ...]) -> None:
        message = problem.message
        if problem.gone:
            message += ": the driver works without it"
            for index in at:
                old = self.reading.fates.get(index)
                told = f"{old.reason}; " if old else ""
                self._drop(index, f"{told}the driver refuses {problem.option}: {problem.message}")
        span = self.expansion.span(at[-1])
        remark = Diagnostic(problem.code, problem.severity, message, span, problem.advice)
        self.reading.diagnostics.append(remark)

    def _options(self, value: str, at: int, draft: Draft) -> None:
        draft.opened.append(at)
        for word in value.split():
            name, equals, text = word.partition("=")
            if not equals:
                self._refuse("BONDING_OPTS", word, at, "NAME=VALUE, with spaces between")
            elif name == "mode":
                draft.say("mode", text, at)
            elif name == "balance-slb" and text in ("0", "1"):
                draft.say_own("bond.balance-slb", text, at)
            elif name == "balance-slb":
                self._refuse("balance-slb", text, at, "0 or 1")
            else:
                draft.say_option(name, text.replace("+", "") if "target" in name else text, at)

    def _routes(self, file: _File, draft: Draft) -> None:
        take_numbered_routes(file.said, draft, self._refuse)
        for name, (value, at) in file.said.items():
            self._refuse(name, value, at, "nothing here: routes are ADDRESS0, NETMASK0, GATEWAY0")
        for at in file.lines:
            words = self.expansion.statements[at].words
            route = route_of(words)
            if route is None:
                self._refuse("a route", " ".join(words), at, "NETWORK via GATEWAY dev DEVICE")
            else:
                draft.add("routes", route, at)

    # Variables -----------------------------------------------------------------------------

    def _shared(self, file: _File, draft: Draft) -> None:
        """Take what bonds and ports both have."""
        said = file.said
        if "DEVICE" in said:
            value, at = said.pop("DEVICE")
            if is_interface(value):
                draft.say("name", value, at)
            else:
                self._refuse("DEVICE", value, at, "an interface: 15 characters, no blanks or / :")
        elif "HWADDR" not in said and is_interface(file.device):
            draft.say("name", file.device)
        if "NAME" in said:
            value, at = said.pop("NAME")
            draft.say("connection", value, at)
        if "ONBOOT" in said:
            value, at = said.pop("ONBOOT")
            if truth(value):
                draft.say("autostart", truth(value) == "yes", at)
            else:
                self._refuse("ONBOOT", value, at, "yes or no")
        for name, field in _NUMBERS.items():
            if name in said:
                value, at = said.pop(name)
                digits = value.removeprefix("-") if field == "priority" else value
                if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
                    self._refuse(name, value, at, "a number")
                else:
                    draft.say(field, (int(value) or None) if field == "mtu" else int(value), at)

    def _rest(self, file: _File, draft: Draft) -> None:
        """Take variables without a field: some are properties, some stay as they are."""
        for name, (value, at) in file.said.items():
            if name in FOLLOWS or (name in DEFAULTS and truth(value) == DEFAULTS[name]):
                draft.opened.append(at)
            elif name in YES_NO and truth(value):
                said, yes, no = YES_NO[name]
                draft.say_own(said, yes if truth(value) == "yes" else no, at)
            elif name in YES_NO:
                self._refuse(name, value, at, "yes or no")
            elif not value:
                self.reading.fates[at] = KEPT
            elif name in TEXTS:
                draft.say_own(TEXTS[name], value, at)
            elif name in OWN:
                draft.say_own(name, value, at)
            else:
                meant = near(name.lower(), [each.lower() for each in KNOWN]).upper()
                self._remark(faults.KEY, at, f"nobody reads {name} here",
                             f"did you mean {meant}?" if meant else "take it out")  # fmt: skip
                self._drop(at, f"not understood: unknown variable {name}")
        file.said = {}
