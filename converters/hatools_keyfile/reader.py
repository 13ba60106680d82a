"""What keyfiles mean: bonds with their ports."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome, Topology
from hatools.model.bond import Bond, BondPort
from hatools.model.bonding_options import IDLE, MODE, RR, UNKNOWN, VALUE, Problem, is_interface
from hatools.model.link_draft import Draft
from hatools.plugin import Reading
from hatools.text import Diagnostic, Expansion, Severity, near
from hatools_keyfile import faults
from hatools_keyfile.beside import home
from hatools_keyfile.connection import Connection
from hatools_keyfile.faults import fault
from hatools_keyfile.keys import BOOLEANS, GROUPS, LISTS, MONITORING, NAMES, OPEN, PSEUDO
from hatools_keyfile.keys import SAME as OTHER_NAMES
from hatools_keyfile.reading_ip import Addresses
from hatools_keyfile.syntax import GROUP, OTHER

_IGNORED = frozenset((UNKNOWN, VALUE, MODE))


def read(expansion: Expansion) -> Reading:
    """Return the bonds that the connections of *expansion* are."""
    return _Reader(expansion).run()


class _Reader:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.reading = Reading(Topology(), expansion)

    def run(self) -> Reading:
        """Take the connections apart, then put bonds together."""
        connections = self._connections()
        bonds = [each for each in connections if each.get("connection", "type") == "bond"]
        named = [each.heading() for each in bonds]
        spare = self._spare(bonds)
        ports: dict[int, list[BondPort]] = {}
        strangers: dict[str, list[BondPort]] = {}
        for each in connections:
            if each in bonds:
                continue
            master = each.get("connection", "master")
            kind = each.get("connection", "slave-type")
            place = home(master, named)
            if place in spare:
                self._lose(each, "a port of a bond that is left out")
            elif place >= 0:
                ports.setdefault(place, []).append(self._port(each))
            elif master and kind == "bond":
                self._remark(faults.NO_BOND, each.start, f"no keyfile here is the bond {master} of"
                             " this port", "name the folder that holds both")  # fmt: skip
                strangers.setdefault(master, []).append(self._port(each))
            else:
                self._lose_whole(each, kind)
        made = self.reading.topology.bonds
        for number, each in enumerate(bonds):
            if number not in spare:
                made.append(self._bond(each, ports.get(number, [])))
        for master, members in strangers.items():
            made.append(Bond(master, ports=members))
        return self.reading

    def _connections(self) -> list[Connection]:
        """Return the connections; each begins with its group ``connection``, or with its file."""
        found: list[Connection] = []
        group, file = "", -1
        for index, statement in enumerate(self.expansion.statements):
            here = self.expansion.hop(index).document
            if here != file or not found:
                file, group = here, ""
                found.append(Connection())
            if statement.note == GROUP:
                group = NAMES.get(statement.words[0], statement.words[0])
                if group == "connection" and "connection" in found[-1].groups:
                    found.append(Connection())
                found[-1].groups.setdefault(group, index)
                self.reading.fates[index] = KEPT
            elif statement.note == OTHER:
                self._drop(index, "not understood: no key, no group and no comment")
            else:
                key, value = statement.words
                key = OTHER_NAMES.get(key, key) if group == "connection" else key
                found[-1].lines.append((group, key, value, index))
        for each in found:
            self._settle_repeats(each)
        return [each for each in found if each.lines or each.groups]

    def _settle_repeats(self, connection: Connection) -> None:
        """Keep only the last of the lines that say one key: so does NetworkManager."""
        last = {line[:2]: line for line in connection.lines}
        for line in connection.lines:
            final = last[line[:2]]
            if line is not final:
                told = f"set again by line {self.expansion.span(final[3]).line}"
                self.reading.fates[line[3]] = Fate(Outcome.KEPT, told)
        connection.lines = [line for line in connection.lines if last[line[:2]] is line]

    def _spare(self, bonds: list[Connection]) -> set[int]:
        """Return the bonds whose interface an earlier one has; say so of each."""
        first: dict[str, Connection] = {}
        spare = set()
        for number, each in enumerate(bonds):
            name = each.get("connection", "interface-name")
            if not name or first.setdefault(name, each) is each:
                continue
            spare.add(number)
            there = self.expansion.span(first[name].start)
            told = f"another connection is {name}, too: {there.path}:{there.line}"
            self._remark(faults.TWICE, each.start, f"{told}; only that one is read",
                         "name one file to read its bond, or take one away")  # fmt: skip
            self._lose(each, told)
        return spare

    def _drop(self, index: int, reason: str) -> None:
        self.reading.fates[index] = Fate(Outcome.DROPPED, reason)

    def _remark(self, code: str, index: int, message: str, advice: str) -> None:
        remark = fault(code, message, self.expansion.span(index), advice)
        self.reading.diagnostics.append(remark)

    def _ignored(self, code: str, index: int, message: str, advice: str) -> None:
        self._remark(code, index, f"{message}: NetworkManager ignores it", advice)
        self._drop(index, f"NetworkManager ignores it: {message}")

    def _lose_whole(self, connection: Connection, kind: str) -> None:
        said = connection.get("connection", "type") or "unknown"
        reason = f"a connection of type {said}, no part of a bond"
        if kind:
            reason = f"a port of a {kind}, not of a bond"
        self._lose(connection, reason)

    def _lose(self, connection: Connection, reason: str) -> None:
        for _, _, _, index in connection.lines:
            self._drop(index, reason)

    # Links ---------------------------------------------------------------------------------

    def _port(self, connection: Connection) -> BondPort:
        draft = Draft()
        self._lines(connection, draft, False)
        return draft.port(self.expansion)

    def _bond(self, connection: Connection, ports: list[BondPort]) -> Bond:
        draft = Draft()
        self._lines(connection, draft, True)
        start = connection.start
        if "name" not in draft.values:
            self._remark(faults.NO_NAME, start, "this bond has no interface-name: NetworkManager"
                         " refuses the file", "set interface-name=bond0")  # fmt: skip
            called = draft.text("connection")
            draft.say("name", called if is_interface(called) else "bond0")
        if "mode" not in draft.values:
            draft.say("mode", RR)
        bond, problems = draft.bond(self.expansion, ports, MONITORING)
        for problem, at in problems:
            self._problem(problem, at or (start,))
        if not ports:
            self._remark(faults.NO_PORTS, start, f"no keyfile here is a port of {bond.name}",
                         "name the file in the folder of its ports")  # fmt: skip
        return bond

    def _problem(self, problem: Problem, at: tuple[int, ...]) -> None:
        message, severity = problem.message, problem.severity
        if problem.gone:
            told = f"NetworkManager leaves {problem.option} out silently"
            if problem.code in _IGNORED:
                told = "NetworkManager ignores it"
            elif severity is Severity.ERROR:
                told = "NetworkManager refuses the file"
            message += f": {told}"
            for index in at:
                self._drop(index, f"{told}: {problem.message}")
        elif problem.code != IDLE and not at:
            return
        span = self.expansion.span(at[-1])
        remark = Diagnostic(problem.code, severity, message, span, problem.advice)
        self.reading.diagnostics.append(remark)

    # Lines ---------------------------------------------------------------------------------

    def _lines(self, connection: Connection, draft: Draft, whole: bool) -> None:
        """Take every line; a port has (not *whole*) no addresses."""
        families = {name: Addresses(int(name[3]), draft, self._refuse, self._gateways)
                    for name in ("ipv4", "ipv6")}  # fmt: skip
        for group, key, value, index in connection.lines:
            if group in families and not whole:
                self._ignored(faults.KEY, index, "a port has no addresses of its own",
                              "say it of the bond")  # fmt: skip
            elif group in families and families[group].takes(key):
                families[group].take(key, value, index)
            else:
                self._line(group, key, value, index, draft)
        if whole:
            for name, family in families.items():
                family.finish()
                if name in connection.groups:
                    self._method(name, connection, draft)

    def _line(self, group: str, key: str, value: str, index: int, draft: Draft) -> None:
        name = f"{group}.{key}"
        if group == "bond":
            self._option(key, value, index, draft)
        elif name in _FIELDS:
            _FIELDS[name](self, name, value, index, draft)
        elif name in ("connection.type", "connection.master", "connection.slave-type"):
            draft.opened.append(index)
        elif group not in GROUPS or (group not in OPEN and key not in GROUPS[group]):
            meant = near(key.rpartition(".")[2], GROUPS.get(group, frozenset()))
            self._ignored(faults.KEY, index, f"[{group}] has no key {key}",
                          f"did you mean {meant}?" if meant else "take it out")  # fmt: skip
        elif name in BOOLEANS and value not in ("true", "false"):
            self._boolean(name, value, index)
        else:
            if name in LISTS:
                value = ",".join(part for part in value.replace(",", ";").split(";") if part)
            draft.say_own(name, value, index)

    def _boolean(self, name: str, value: str, index: int) -> None:
        self._ignored(faults.BOOLEAN, index, f"{name} is true or false, not {value!r}",
                      "write true or false")  # fmt: skip

    def _autoconnect(self, name: str, value: str, index: int, draft: Draft) -> None:
        if value not in ("true", "false"):
            self._boolean(name, value, index)
        else:
            draft.say("autostart", value == "true", index)

    def _option(self, key: str, value: str, index: int, draft: Draft) -> None:
        if key == "mode":
            draft.say("mode", value, index)
        elif key in PSEUDO and value not in ("0", "1"):
            self._refuse(f"bond.{key}", value, index, "0 or 1")
        elif key in PSEUDO:
            draft.say_own(f"bond.{key}", value, index)
        else:
            draft.say_option(key, value, index)

    def _text(self, name: str, value: str, index: int, draft: Draft) -> None:
        if name == "connection.interface-name" and not is_interface(value):
            self._refuse(name, value, index, "15 characters at most")
            return
        draft.say({"connection.id": "connection"}.get(name, "name"), value, index)

    def _number(self, name: str, value: str, index: int, draft: Draft) -> None:
        field = {"ethernet.mtu": "mtu", "bond-port.prio": "priority"}.get(name, "queue")
        digits = value.removeprefix("-") if field == "priority" else value
        if not (digits.isascii() and digits.isdigit() and len(digits) < 11):
            self._refuse(name, value, index, "a number")
        else:
            draft.say(field, (int(value) or None) if field == "mtu" else int(value), index)

    def _refuse(self, name: str, value: str, index: int, wanted: str) -> None:
        message = f"{name} cannot be {value!r}"
        self._remark(faults.VALUE, index, message, f"it takes {wanted}")
        self._drop(index, f"NetworkManager does not take it: {message}")

    def _gateways(self, index: int, message: str) -> None:
        self._remark(faults.GATEWAYS, index, message, "one gateway for each family")

    def _method(self, name: str, connection: Connection, draft: Draft) -> None:
        """Remark on a group of addresses without method, or a method without addresses."""
        field, at = f"method{name[3]}", connection.groups[name]
        addressed = any((":" in str(item)) == (name == "ipv6")
                        for item, _ in draft.lists["addresses"])  # fmt: skip
        if field not in draft.values:
            self._remark(faults.METHOD, at, f"[{name}] has no method: NetworkManager refuses the"
                         " file", "write method=auto, or take the group out")  # fmt: skip
        elif draft.get(field) == "static" and not addressed:
            self._remark(faults.NO_ADDRESS, at, f"[{name}] has method=manual and no address",
                         "write address1=ADDRESS/PREFIX")  # fmt: skip


_FIELDS = {
    "connection.id": _Reader._text,
    "connection.interface-name": _Reader._text,
    "connection.autoconnect": _Reader._autoconnect,
    "ethernet.mtu": _Reader._number,
    "bond-port.queue-id": _Reader._number,
    "bond-port.prio": _Reader._number,
}
