"""What keepalived's log says of virtual routers, real servers, quorums and trackers, as events.

Servers that it begins with count as up until a check says otherwise, as in the kernel's table.
Names are those of `hatools watch`: ``192.0.2.1:80/192.0.2.40:80``, ``NODE/ROUTER``,
``NODE/script:NAME``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hatools_availability.column import Column
from hatools_availability.heard import Heard
from hatools_availability.mastership import Role
from hatools_availability.outages import ASSUMED, DOWN, ONGOING, UNKNOWN, UP

_ROLE = re.compile(r"\(([^)]+)\) (?:Entering (\w+) STATE|sent 0 priority)")
_SERVICE = re.compile(
    r"(Adding|Removing|Enabling|Disabling|Shutting down|Activating)"
    r"(?: healthchecker for)? service (.+?) (?:to|from|of|for) VS (.+)"
)
_QUORUM = re.compile(r"(Lost|Gained) quorum .* for VS (.+)")
_TRACKER = re.compile(r"(?:VRRP_Script\((.+?)\)|Process ([^,]+),|Netlink reports (\S+)) ?(.*)")
_CHECK = re.compile(r"(?:\w+_CHECK|ICMP CHECK) on service (\S+)(?: of \S+)? failed(.*)")
_GONE = re.compile(r"service (\S+) no longer exist")
_ADDRESS = re.compile(r"\[(.+)\]:(\w+):(\d+)$")
_MARK = re.compile(r"\[?FWM (\d+)\]?$")
_NOW = {
    "Adding": UP,
    "Enabling": UP,
    "Removing": DOWN,
    "Disabling": DOWN,
    "Shutting down": UNKNOWN,
    "Activating": ASSUMED,
}
_BEFORE = {UP: ONGOING, DOWN: ASSUMED}  # the first that is said of an object -> what it was
_FAILED = ("failed", "timed", "considered unsuccessful", "down")
_ROLES = {"FAULT": DOWN, "INIT": UNKNOWN}  # any other is fine


def name_of(text: str) -> str:
    """Return ``192.0.2.1:80`` for keepalived's ``[192.0.2.1]:tcp:80``, ``fwmark:5`` for ``FWM 5``.

    Where the protocol is not TCP it is named, for the same port may have two services.
    """
    found = _ADDRESS.match(text)
    if found is not None:
        host, protocol, port = found.groups()
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" + ("" if protocol == "tcp" else f" {protocol}")
    found = _MARK.match(text)
    return f"fwmark:{found[1]}" if found else text


class _Object:
    """A server, quorum, tracker or interface: its last *state*, and all its changes."""

    __slots__ = ("changes", "kind", "settled", "state")

    def __init__(self, kind: str, changes: Column) -> None:
        self.kind = kind
        self.changes = changes
        self.state = UNKNOWN
        self.settled = False  # it was checked since somebody looks

    def is_now(self, time: float, state: int, reason: str = "") -> None:
        """Note that it is in *state* from *time* on."""
        self.state = state
        self.settled = state in (UP, DOWN)
        self.changes.note(time, state, reason)


class _Node:
    """What one node's keepalived has said."""

    def __init__(self, first: float) -> None:
        self.first = first  # when what runs now was seen first
        self.running = True
        self.begun = False  # its beginning is in the log: nothing was before
        self.known: dict[tuple[str, str], _Object] = {}
        self.said: dict[str, tuple[_Object, int, str]] = {}  # message -> server, state, service
        self.roles: dict[str, str] = {}
        self.asked: dict[str, set[_Object]] = {}  # service -> whose first answer is awaited
        self.why: dict[str, str] = {}  # service -> why its check failed last
        self.gone: set[str] = set()  # services that a reload takes away


class Keepalived:
    """Follows the keepaliveds of all nodes through their records, which come in order."""

    starts = (
        "(", "Adding service", "Removing service", "Enabling service", "Disabling service",
        "Shutting down service", "Activating healthchecker for service", "service ",
        "Lost quorum", "Gained quorum", "VRRP_Script(", "Process ", "Netlink reports ",
        "Starting Keepalived", "Stopp", "Healthcheck child process(", "TCP_CHECK", "HTTP_CHECK",
        "SSL_CHECK", "SMTP_CHECK", "UDP_CHECK", "DNS_CHECK", "ICMP CHECK",
    )  # fmt: skip

    def __init__(self, heard: Heard, first: Mapping[tuple[str, str], float]) -> None:
        """*first* is when each node's log begins to speak of each program."""
        self._heard = heard
        self._first = first
        self._nodes: dict[str, _Node] = {}

    def told(self, time: float, node: str, process: str, message: str) -> None:
        """Take a record."""
        here = self._nodes.get(node)
        if here is None:
            here = self._nodes[node] = _Node(self._first[node, "keepalived"])
        said = here.said.get(message)
        if said is not None:  # as before: a server comes or goes
            one, state, service = said
            if one.settled and state <= DOWN and not here.gone:  # UP or DOWN
                one.state = state
                one.changes.times.append(time)
                one.changes.states.append(state)
                one.changes.reasons.append(here.why.get(service, "") if state else "")
            else:
                self._serves(here, time, one, state, service)
            return
        if message[:1] == "(":
            self._role(here, time, node, message)
            return
        if found := _SERVICE.match(message):
            what, service, virtual = found.groups()
            key = ("server", f"{name_of(virtual)}/{name_of(service)}")
            here.said[message] = (self._object(here, key, node), _NOW[what], service)
            self._serves(here, time, *here.said[message])
            return
        if found := _QUORUM.match(message):
            state = UP if found[1] == "Gained" else DOWN
            self._now(here, time, ("quorum", name_of(found[2])), node, state)
        elif message[:4] in ("VRRP", "Proc", "Netl"):
            self._tracker(here, time, node, message)
        elif message[:4] in ("Star", "Stop", "Heal"):
            self._daemon(here, time, node, message)
        elif found := _CHECK.match(message):
            self._failed(here, time, found[1], message.partition(" on service")[0])
        elif found := _GONE.match(message):
            here.gone.add(found[1])

    def _object(self, here: _Node, key: tuple[str, str], node: str) -> _Object:
        found = here.known.get(key)
        if found is None:
            found = here.known[key] = _Object(key[0], self._heard.of(*key, node))
        return found

    def _now(
        self,
        here: _Node,
        time: float,
        key: tuple[str, str],
        node: str,
        state: int,
        why: str = "",
    ) -> None:
        """Note that an object is in *state*; the first time also what it was before."""
        one = self._object(here, key, node)
        self._backdate(here, time, one, state)
        one.is_now(time, state, why)

    def _backdate(self, here: _Node, time: float, one: _Object, state: int) -> None:
        """Note what an object was before the first that is said of it."""
        if one.changes.times or state not in _BEFORE or here.first >= time:
            return
        if not here.begun or (state == DOWN and one.kind in ("server", "quorum")):
            one.is_now(here.first, _BEFORE[state])

    def _serves(self, here: _Node, time: float, one: _Object, state: int, service: str) -> None:
        """Note that a real server comes or goes."""
        if state == DOWN and service in here.gone:
            state = UNKNOWN
        if state == one.state == UNKNOWN:
            return
        if not one.changes.times:
            self._backdate(here, time, one, state)
        if state == ASSUMED:
            here.gone.discard(service)
            here.asked.setdefault(service, set()).add(one)
        elif service in here.asked:
            here.asked[service].discard(one)
        one.is_now(time, state, here.why.get(service, "") if state == DOWN else "")

    def _failed(self, here: _Node, time: float, service: str, check: str) -> None:
        """Take who awaited the first answer of a check for down, once it failed for good."""
        why = here.why[service] = f"{check} failed"
        for one in here.asked.pop(service, ()):
            one.is_now(time, DOWN, why)

    def _role(self, here: _Node, time: float, node: str, message: str) -> None:
        found = _ROLE.match(message)
        if found is None:
            return
        router, role = found[1], found[2] or "INIT"
        if found[2] is None and here.roles.get(router) != "MASTER":
            return  # what it says as it goes to FAULT, or once more
        self._plays(here, time, node, router, role)

    def _plays(
        self, here: _Node, time: float, node: str, router: str, role: str, killed: bool = False
    ) -> None:
        here.roles[router] = role
        self._heard.roles.setdefault(router, []).append(Role(time, node, role, killed))
        state = _ROLES.get(role, UP)
        changes = self._heard.of("role", f"{node}/{router}", node)
        changes.note(time, state, role if state == DOWN else "")

    def _tracker(self, here: _Node, time: float, node: str, message: str) -> None:
        found = _TRACKER.match(message)
        if found is None:
            return
        script, process, link, rest = found.groups()
        told = rest.rpartition("quorum ")[2] if process else rest
        failed = told.startswith(_FAILED)
        name = link or (f"script:{script}" if script else f"process:{process}")
        key = ("link" if link else "tracker", f"{node}/{name}" if node else name)
        self._now(here, time, key, node, DOWN if failed else UP, told if failed else "")

    def _daemon(self, here: _Node, time: float, node: str, message: str) -> None:
        """Take all for unknown: keepalived, or its checker, begins or ends."""
        begins = message.startswith("Starting Keepalived")
        checker = message.startswith("Healthcheck child")
        killed = begins and here.running
        if begins:
            here.first = time
            here.begun = True
            here.asked.clear()
            here.gone.clear()
        if not checker:
            here.running = begins
            for router, role in list(here.roles.items()):
                if role != "INIT":
                    self._plays(here, time, node, router, "INIT", killed)
        for one in here.known.values():
            if one.state != UNKNOWN and (not checker or one.kind in ("server", "quorum")):
                one.is_now(time, UNKNOWN)
