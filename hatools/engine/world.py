"""Nodes, the wires between them and the servers behind them, in virtual time.

`World` is what a simulation and a what-if run on: it carries out the machines'
actions and brings them the answers.  It draws nothing: random numbers come
from the *draw* it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from hatools.engine.agenda import Agenda
from hatools.engine.health import limit
from hatools.engine.machine import (
    Action,
    Event,
    Publish,
    RunTracker,
    Send,
    SetTimer,
    StartProbe,
    StopTimer,
)
from hatools.engine.node import Node
from hatools.engine.station import Station
from hatools.engine.wire import LATENCY, Wire
from hatools.model import Check, UdpProbe

ANSWER = 0.001  # seconds until a healthy server, or one that refuses, has answered
SCRIPT = 0.005  # seconds that a script takes
SETS_BODY = {"digest", "string", "regex", "binary"}
ENDING = 1.05  # seconds that keepalived 2.2.7 needs to stop
STATES = ("answers", "silent", "refuses", "fails", "changed")
NOTHING: Mapping[str, object] = {}  # an event's details where it has none
Draw = Callable[[], float]
Listener = Callable[[str, Event], None]


class World:
    """Everything that happens.

    *heard* is called with the node's name and each event that a machine
    publishes, in order.
    """

    def __init__(self, heard: Listener, draw: Draw = lambda: 0.0, start: float = 0.0) -> None:
        self.agenda = Agenda(start)
        self.wire = Wire()
        self.stations: dict[str, Station] = {}
        self.heard = heard
        self.draw = draw
        self.servers: dict[tuple[str, int | None], str] = {}
        self._failed: dict[tuple[str, int | None], float] = {}
        self.scripts: dict[tuple[str, str], str] = {}  # (node, tracker): fails or hangs
        self.effects: dict[tuple[str, str], str] = {}  # what its failing does: stop, restart
        self.broke = -1.0  # when something last broke that connections may need
        self.moves = 0  # how often a node came or went, or an address moved
        self._changes = 0
        self._carry_out: dict[type[Action], Callable[[Station, Any], None]] = {
            Publish: self._publish,
            SetTimer: self._set_timer,
            StopTimer: self._stop_timer,
            Send: self._send,
            StartProbe: self._probe,
            RunTracker: self._run_tracker,
        }

    @property
    def epoch(self) -> int:
        """Return a number that grows with every change of where connections come to, and how."""
        return self.moves + self._changes + self.wire.changes

    @property
    def now(self) -> float:
        """Return the time, in seconds since the start."""
        return self.agenda.now

    def add(self, name: str, build: Callable[[], Node]) -> Station:
        """Put a node into the world; it is not started yet."""
        station = self.stations[name] = Station(name, build)
        return station

    def run(self, until: float) -> None:
        """Let everything happen up to *until*."""
        self.agenda.run(until)

    # What is done to nodes ------------------------------------------------------------------

    def start(self, name: str) -> None:
        """Start the node's daemons."""
        station = self.stations[name]
        if station.running:
            return
        station.generation += 1
        if station.generation > 1:
            before, station.node = station.node, station.build()
            if not station.crashed:
                station.node.keep_bonds(before)
        self._let_go(station)
        station.running, station.crashed, station.withdrawn = True, False, False
        self._publish(station, Publish(Event(self.now, "daemons", name, {"running": True})))
        ports = [port for bond in station.node.bonds.values() for port in bond.ports]
        back = {port.name for port in ports if not port.carrier}  # as a bond still believes
        for link in sorted(station.down_links | back):
            up = {"up": link not in station.down_links}
            self._tell(station, Event(self.now, "link", link, up))
        back = {port.name for port in ports if not port.answers}
        for link in sorted(station.deaf_links | back):
            answered = {"answered": link not in station.deaf_links}
            self._tell(station, Event(self.now, "arp answered", link, answered))
        self._tell(station, Event(self.now, "start", name, {"draw": self.draw()}))

    def stop(self, name: str) -> None:
        """Stop the node's daemons as their service manager does."""
        station = self.stations[name]
        if station.running:
            self._tell(station, Event(self.now, "stop", name))
            station.withdrawn = True
            self.kill(name)

    def restart(self, name: str) -> None:
        """Stop the node's daemons, and start them when the old ones are gone."""
        self.stop(name)
        generation = self.stations[name].generation

        def again(now: float) -> None:
            if self.stations[name].generation == generation:
                self.start(name)

        self.agenda.plan(self.now + ENDING, again)

    def kill(self, name: str) -> None:
        """End the node's daemons without a word; its addresses stay where they are."""
        station = self.stations[name]
        station.running = False
        station.generation += 1
        self.moves += 1
        self._publish(station, Publish(Event(self.now, "daemons", name, {"running": False})))

    def crash(self, name: str) -> None:
        """Switch the node off."""
        station = self.stations[name]
        station.crashed, station.crashed_at = True, self.now
        self._let_go(station)
        self.kill(name)

    def _let_go(self, station: Station) -> None:
        """Take all addresses from a node that begins anew, or is gone."""
        self.moves += 1
        self.broke = self.now
        for address in list(station.held):
            station.hold(address, False, self.now)

    def link(self, name: str, interface: str, up: bool) -> None:
        """Take the carrier of an interface away, or give it back."""
        station = self.stations[name]
        (station.down_links.discard if up else station.down_links.add)(interface)
        if station.running:
            self._tell(station, Event(self.now, "link", interface, {"up": up}))

    def hears(self, name: str, interface: str, hears: bool) -> None:
        """Let an interface hear nothing any more though its carrier stays, or hear again."""
        station = self.stations[name]
        (station.deaf_links.discard if hears else station.deaf_links.add)(interface)
        if station.running:
            self._tell(station, Event(self.now, "arp answered", interface, {"answered": hears}))

    def tracked(self, name: str, tracker: str, passed: bool, value: int | None = None) -> None:
        """Let a process, a file or a BFD session (``process:nginx``) change."""
        station = self.stations[name]
        if station.running and tracker in station.node.trackers:
            details = {"passed": passed, "value": value}
            self._tell(station, Event(self.now, "tracker answered", tracker, details))

    # Carrying out ---------------------------------------------------------------------------

    def _tell(self, station: Station, event: Event) -> None:
        carry_out = self._carry_out
        for action in station.node.handle(event):
            carry_out[type(action)](station, action)

    def _later(
        self, station: Station, kind: str, subject: str, details: Mapping[str, object]
    ) -> Callable[[float], None]:
        """Return what tells the node of an event, unless it has begun anew by then."""
        return partial(self._deliver, station, station.generation, kind, subject, details)

    def _deliver(
        self,
        station: Station,
        generation: int,
        kind: str,
        subject: str,
        details: Mapping[str, object],
        now: float,
    ) -> None:
        if station.generation == generation:
            self._tell(station, Event(now, kind, subject, details))

    def _publish(self, station: Station, action: Publish) -> None:
        event = action.event
        if event.kind == "address":
            station.hold(event.subject, bool(event.details["held"]), self.now)
            self.moves += 1
            self.broke = self.now
        self.heard(station.name, event)

    def _set_timer(self, station: Station, action: SetTimer) -> None:
        name = action.name
        due = self._later(station, "timer", name, NOTHING)
        self.agenda.set_timer((station.name, name), self.agenda.now + action.delay, due)

    def _stop_timer(self, station: Station, action: StopTimer) -> None:
        self.agenda.stop_timer((station.name, action.name))

    def _send(self, sender: Station, action: Send) -> None:
        if not sender.passes(action.interface):
            return
        details = {"advertisement": action.advertisement, "ttl_ok": True}
        for name, interface in self.wire.hearers(sender.name, action.interface):
            hearer = self.stations[name]
            if not hearer.passes(interface, hearing=True) or not self._meant(hearer, action.peers):
                continue
            if hearer.running:
                heard = self._later(hearer, "advertisement", interface, details)
                self.agenda.plan(self.now + LATENCY, heard)

    def _meant(self, hearer: Station, peers: Iterable[str]) -> bool:
        sources = {election.source for election in hearer.node.elections.values()}
        return not peers or any(peer in sources for peer in peers)

    def _probe(self, station: Station, probe: StartProbe) -> None:
        passed, taken, reason = self.answer(station.name, probe)
        details = {"passed": passed, "reason": reason, "code": None}
        answered = self._later(station, "probe answered", probe.name, details)
        self.agenda.plan(self.agenda.now + taken, answered)

    def told(self, name: str, kind: str, subject: str, details: dict[str, object]) -> None:
        """Tell a node, or all (*name* empty), what an operator did: ``weight``, ``state``."""
        for station in self.stations.values():
            if name in ("", station.name) and station.running:
                for found in station.node.servers_called(subject):
                    self._tell(station, Event(self.now, kind, found, details))

    def reached(self, address: str) -> Station | None:
        """Return the node that clients of *address* reach: of several, who announced it last.

        An address that no virtual router has is on every node; the first that runs has it.
        """
        best: Station | None = None
        since, managed = float("-inf"), False
        for station in self.stations.values():
            if address in station.managed:
                managed = True
                held = station.held.get(address)
                if held is not None and not station.crashed and held >= since:
                    best, since = station, held
        if managed:
            return best
        return next((one for one in self.stations.values() if one.running), None)

    def server(self, address: str, port: int | None, state: str) -> None:
        """Put a server (*port* None: the whole host) into one of `STATES`."""
        if state == "answers":
            self.servers.pop((address, port), None)
        else:
            self.servers[address, port] = state
        self._changes += 1
        if state in ("silent", "refuses"):
            self._failed[address, port] = self.broke = self.now

    def failed_at(self, address: str, port: int | None) -> float:
        """Return when a server last stopped answering, -1 for never."""
        failed = self._failed
        return max(failed.get((address, None), -1.0), failed.get((address, port), -1.0))

    def state(self, address: str, port: int | None) -> str:
        """Return how a server is: the worse of its host's state and its port's."""
        host = self.servers.get((address, None), "answers")
        return host if host != "answers" else self.servers.get((address, port), "answers")

    def answer(self, asker: str, probe: StartProbe) -> tuple[bool, float, str]:
        """Return whether a check passes now, after how long, and why not."""
        check, address, port = probe.check, probe.address, probe.port
        state = self.state(address, port) if self.servers else "answers"
        reachable = self.wire.passes(asker, address) and self.wire.passes(address, asker)
        waits = check.kind == "udp" and not _wants_reply(check)
        if state == "silent" or not reachable:
            if waits:
                return True, limit(check), ""  # no ICMP error came: keepalived takes it for up
            return False, limit(check, probe.proxy), "no answer in time"
        if check.kind == "ping":
            return True, ANSWER, ""
        if state == "refuses":
            return False, ANSWER, "connection refused"
        if state == "fails" and check.kind not in ("tcp", "tls-hello", "udp"):
            return False, ANSWER, "a wrong answer"
        if state == "changed" and _looks_at_body(check):
            return False, ANSWER, "another page than expected"
        return True, limit(check) if waits else ANSWER, ""

    def _run_tracker(self, station: Station, action: RunTracker) -> None:
        tracker = action.tracker
        key = (station.name, tracker.name)
        state = self.scripts.get(key, "passes")
        bound = tracker.timeout if tracker.timeout is not None else tracker.interval
        passed, taken = state == "passes", bound if state == "hangs" else SCRIPT
        details = {"passed": passed, "value": None}
        answered = self._later(station, "tracker answered", action.name, details)
        self.agenda.plan(self.now + taken, answered)
        effect = self.effects.get(key)
        if not passed and effect is not None:
            self.agenda.plan(self.now + taken, partial(self._effect, station, tracker.name, effect))

    def _effect(self, station: Station, script: str, effect: str, now: float) -> None:
        """Let a script stop or restart the keepalived that runs it."""
        name = station.name
        if not station.running:
            return
        self.heard(name, Event(now, "effect", script, {"value": effect}))
        (self.restart if effect == "restart" else self.stop)(name)


def _wants_reply(check: Check) -> bool:
    return isinstance(check.detail, UdpProbe) and bool(check.detail.reply)


def _looks_at_body(check: Check) -> bool:
    if check.kind != "http" or not isinstance(check.detail, tuple):
        return False
    return any(
        expect.kind in SETS_BODY
        for request in check.detail
        for expect in getattr(request, "expects", ())
    )
