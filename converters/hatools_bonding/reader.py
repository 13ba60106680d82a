"""What the bonding driver shows: its bonds as they are set up, whatever their state."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome, Topology
from hatools.model.bond import BondPort
from hatools.model.bonding_options import MODES, OPTIONS, is_interface
from hatools.model.link_draft import Draft
from hatools.plugin import Reading
from hatools.text import Diagnostic, Expansion, Severity
from hatools_bonding.ip_link import Shown
from hatools_bonding.reading_links import Links

_MODES = {
    "load balancing (round-robin)": "balance-rr",
    "fault-tolerance (active-backup)": "active-backup",
    "load balancing (xor)": "balance-xor",
    "fault-tolerance (broadcast)": "broadcast",
    "IEEE 802.3ad Dynamic link aggregation": "802.3ad",
    "transmit load balancing": "balance-tlb",
    "adaptive load balancing": "balance-alb",
}
_OPTIONS = {
    "Transmit Hash Policy": "xmit_hash_policy",
    "MII Polling Interval (ms)": "miimon",
    "Up Delay (ms)": "updelay",
    "Down Delay (ms)": "downdelay",
    "Peer Notification Delay (ms)": "peer_notif_delay",
    "ARP Polling Interval (ms)": "arp_interval",
    "ARP Missed Max": "arp_missed_max",
    "ARP IP target/s (n.n.n.n form)": "arp_ip_target",
    "NS IPv6 target/s (xx::xx form)": "ns_ip6_target",
    "LACP active": "lacp_active",
    "LACP rate": "lacp_rate",
    "Min links": "min_links",
    "Aggregator selection policy (ad_select)": "ad_select",
    "System priority": "ad_actor_sys_prio",
}
_STATE = frozenset(
    ("MII Status", "Currently Active Slave", "Speed", "Duplex", "Link Failure Count",
     "Permanent HW addr", "Aggregator ID", "Number of ports", "Actor Key", "Partner Key",
     "Partner Mac Address", "System MAC address", "Active Aggregator Info", "802.3ad info",
     "Actor Churn State", "Partner Churn State", "Actor Churned Count", "Partner Churned Count",
     "details actor lacp pdu", "details partner lacp pdu", "system priority",
     "system mac address", "port key", "port priority", "port number", "port state", "oper key",
     "bond bond has no active aggregator", "Aggregator selection policy", "Up Delay",
     "Partner Churned", "Slave active", "802.3ad aggregator info")
)  # fmt: skip
_SYSFS = "/sys/class/net/"
_SHOWN = frozenset(("mii_status", "ad_aggregator", "ad_num_ports", "ad_actor_key",
                    "ad_partner_key", "ad_partner_mac", "active_slave"))  # fmt: skip
NO_LINE, NO_VALUE, NO_NAME, IN_PART = "BD401", "BD402", "BD403", "BD404"
CODES = {
    NO_LINE: (Severity.WARNING, "a line that the bonding driver does not show"),
    NO_VALUE: (Severity.WARNING, "a bond whose name is not in the text"),
    NO_NAME: (Severity.WARNING, "a name that no interface can have"),
    IN_PART: (Severity.WARNING, "a bond that is shown without its options"),
}


def read(expansion: Expansion) -> Reading:
    """Return the bonds that *expansion* shows."""
    return _Reader(expansion).run()


class _Reader:
    def __init__(self, expansion: Expansion) -> None:
        self.expansion = expansion
        self.reading = Reading(Topology(), expansion)
        self.draft: Draft | None = None
        self.port: Draft | None = None
        self.ports: list[BondPort] = []
        self.start = 0
        self.sysfs: dict[str, Draft] = {}
        self.members: dict[str, list[BondPort]] = {}
        self.links = Links(self._state, self._unnamed, self._in_part)
        self.several: set[int] = set()  # statements that say more than one thing

    def run(self) -> Reading:
        """Take every line."""
        for index, statement in enumerate(self.expansion.statements):
            words = statement.words
            if isinstance(statement.note, Shown):
                self.links.take(statement.note, index)
            elif words[0].startswith(_SYSFS) and len(words) == 2:
                self._setting(words[0], words[1], index)
            else:
                self._line(words[0], words[1] if len(words) > 1 else "", index)
        self._finish()
        for name, draft in self.sysfs.items():
            self._build(draft, self.members.get(name, []))
        for draft, ports in self.links.bonds(self.expansion):
            self.several.update(draft.opened)
            self._build(draft, ports)
        self.reading.topology.bonds.sort(key=lambda bond: not bond.mode)  # as all readers do
        return self.reading

    def _state(self, index: int) -> None:
        self.reading.fates[index] = KEPT  # it shows a state of the moment, and sets nothing

    # /proc/net/bonding ---------------------------------------------------------------------

    def _line(self, name: str, value: str, index: int) -> None:
        if name == "Ethernet Channel Bonding Driver":
            self._finish()
            self._state(index)
        elif name == "Bonding Mode":
            if self.draft is not None:
                self._finish()
            self._begin(value, index)
        elif self.draft is None:
            self._unknown(name, index)
        elif name == "Slave Interface":
            self._end_port()
            if is_interface(value):
                self.port = Draft(index)
                self.port.say("name", value, index)
            else:
                self._unnamed(value, index)
        elif name == "Slave queue ID" and self.port is not None:
            self.port.say("queue", int(value) if value.isdigit() else 0, index)
        elif name == "Primary Slave":
            self._primary(value, index)
        elif name in _OPTIONS and self.port is None:
            self._option(_OPTIONS[name], value.partition(" (")[0], index)
        elif name in _STATE or self.port is not None:
            self._state(index)
        else:
            self._unknown(name, index)

    def _begin(self, value: str, index: int) -> None:
        self.draft, self.port, self.ports, self.start = Draft(index), None, [], index
        title, _, mac = value.partition(" (fail_over_mac ")
        mode = _MODES.get(title, title)
        self.draft.say("mode", mode, index)
        if mac:
            self.draft.say_option("fail_over_mac", mac.rstrip(")"), index)
        name = self._name(len(self.reading.topology.bonds))
        self.draft.say("name", name)

    def _name(self, number: int) -> str:
        """Return the bond's name: that of its file, as the driver calls it."""
        path = self.expansion.documents[0].source.path
        base = path.rpartition("/")[2]
        if not number and is_interface(base) and ("/bonding/" in path or base.startswith("bond")):
            return base.partition(".")[0]
        name = f"bond{number}"
        self._remark(NO_VALUE, self.start, f"the text does not say what this bond is called: {name}"
                     " is taken", f"name the file {name}, or as the bond is called")  # fmt: skip
        return name

    def _primary(self, value: str, index: int) -> None:
        """Take ``eth1 (primary_reselect always)``, or ``None``."""
        assert self.draft is not None
        name, _, reselect = value.partition(" (primary_reselect ")
        if name == "None":
            self._state(index)
            return
        self.draft.say_option("primary", name, index)
        if reselect:
            self.draft.say_option("primary_reselect", reselect.rstrip(")"), index)

    def _option(self, name: str, value: str, index: int, draft: Draft | None = None) -> None:
        """Take an option that says more than the driver's default."""
        draft = draft or self.draft
        assert draft is not None
        if not value or value == OPTIONS[name].default:
            self._state(index)
        elif draft.say_option(name, value, index) is not None:
            self._drop(index, f"not understood: {name} {value}")

    def _drop(self, index: int, reason: str) -> None:
        self.reading.fates[index] = Fate(Outcome.DROPPED, reason)

    def _unknown(self, name: str, index: int) -> None:
        self._remark(NO_LINE, index, f"the bonding driver does not show {name[:60]!r}",
                     "convert what /proc/net/bonding shows, as it is")  # fmt: skip
        self._drop(index, "not understood: the bonding driver does not show it")

    def _remark(self, code: str, index: int, message: str, advice: str) -> None:
        self.reading.diagnostics.append(
            Diagnostic(code, CODES[code][0], message, self.expansion.span(index), advice)
        )

    def _unnamed(self, name: str, index: int) -> None:
        """Leave out what has a name that the kernel gives no interface."""
        self._remark(NO_NAME, index, f"no interface is called {name[:60]!r}",
                     "convert what the driver shows, as it is")  # fmt: skip
        self._drop(index, f"not understood: no interface is called {name[:60]!r}")

    def _lose(self, index: int, reason: str) -> None:
        """Leave out an option, with its line where that says nothing else."""
        if index in self.several:
            self.reading.fates[index] = Fate(Outcome.APPROXIMATED, f"without one option: {reason}")
        else:
            self._drop(index, reason)

    def _in_part(self, index: int, message: str, advice: str) -> None:
        """Leave out what is shown without what is needed to know it."""
        self._remark(IN_PART, index, message, advice)
        self._drop(index, message)

    def _end_port(self) -> None:
        if self.port is not None:
            self.ports.append(self.port.port(self.expansion))
            self.port = None

    def _finish(self) -> None:
        """Build the bond that the last lines showed."""
        self._end_port()
        if self.draft is not None:
            self._build(self.draft, self.ports)
        self.draft, self.ports = None, []

    def _build(self, draft: Draft, ports: list[BondPort]) -> None:
        draft.say("method4", "none")
        draft.say("method6", "ignore")
        bond, problems = draft.bond(self.expansion, ports)
        self.reading.topology.bonds.append(bond)
        for problem, at in problems:
            place = self.expansion.span(at[0] if at else self.start)
            self.reading.diagnostics.append(
                Diagnostic(problem.code, Severity.WARNING, problem.message, place, problem.advice)
            )
            for index in at if problem.gone else ():
                self._lose(index, f"the driver does not use it: {problem.message}")

    # /sys/class/net/*/bonding --------------------------------------------------------------

    def _setting(self, path: str, value: str, index: int) -> None:
        """Take one line of ``grep . /sys/class/net/bond0/bonding/*``."""
        bond, _, rest = path.removeprefix(_SYSFS).partition("/")
        if not is_interface(bond):
            self._unnamed(bond, index)
            return
        name = rest.rpartition("/")[2]
        draft = self.sysfs.get(bond)
        if draft is None:
            draft = self.sysfs[bond] = Draft()
            draft.say("name", bond, index)
        word = value.partition(" ")[0]
        if name == "mode" and word in MODES:
            draft.say("mode", word, index)
        elif name == "slaves":
            draft.opened.append(index)
            named = [each for each in value.split() if is_interface(each)]
            self.members[bond] = [BondPort(each) for each in named]
            for each in value.split():
                if each not in named:
                    self._unnamed(each, index)
        elif name in OPTIONS and name not in _SHOWN:
            plain = value.replace(" ", ",") if OPTIONS[name].kind == "addresses" else word
            self._option(name, plain, index, draft)
        else:
            self._state(index)  # queue_id of port 0, counters, partners
