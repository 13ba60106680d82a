"""Who is MASTER: one virtual router as keepalived runs it.

The state machine of RFC 5798 and RFC 9568, section 6, with keepalived's own
ways where they differ (priorities moved by trackers, FAULT, preempt delay,
sync groups, what is dropped unread).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from hatools.engine.machine import Action, Advertisement, Event, Publish, Send, SetTimer, StopTimer
from hatools.model import Tracking, VirtualRouter

if TYPE_CHECKING:
    from hatools.engine.sync_group import Group

OWNER = 255
LOWEST, HIGHEST = 1, 254
FILE_FAULT = -254  # a weighted value of a tracked file from which on the router is in FAULT
LONGEST_V3 = 40.95
SILENCE = "no advertisement was heard"
WEIGHTS_COUNT = ("sync_group_tracking_weight", "global_tracking")
NO_WEIGHTS: Mapping[str, int] = MappingProxyType({})


class Election:
    """The machine of one virtual router on one node.

    *source* is the address its advertisements come from, *weights* what the
    trackers weigh where a reference to them says nothing.  Timers are called
    after the router: ``NAME down`` and ``NAME advertise``.
    """

    def __init__(
        self, router: VirtualRouter, source: str, weights: Mapping[str, int] = NO_WEIGHTS
    ) -> None:
        self.name = router.name
        self.router = router
        self.source = source
        self.role = "INIT"
        self.priority = router.priority
        self.group: Group | None = None
        self.wants_master = False
        self.faults: set[str] = set()
        self.trackers: dict[str, bool] = {}
        self._weights = weights
        self.values: dict[str, int] = {}
        self._interval = router.advertisement_interval  # the master's, where version 3 tells it
        self._deadline = 0.0
        self._silence = SILENCE
        self._preempt_at: float | None = None
        self._owner = router.priority == OWNER
        self._begun = False

    # What happens ---------------------------------------------------------------------------

    def handle(self, event: Event) -> Iterator[Action]:
        """Take ``start``, ``stop``, ``timer``, ``advertisement``, ``link`` and ``tracker``."""
        kind = event.kind
        if kind == "advertisement":
            advertisement = event.details["advertisement"]
            assert isinstance(advertisement, Advertisement)
            if self.role in ("MASTER", "BACKUP") and self._heeds(advertisement, event):
                yield from self._heard(advertisement, event.time)
        elif kind == "timer":
            if event.subject == f"{self.name} advertise":
                yield from self._advertise()
            elif self.role == "BACKUP":
                yield from self._down(event.time)
        elif kind == "link":
            yield from self._link(event)
        elif kind == "tracker":
            yield from self._tracked(event)
        elif kind == "start":
            yield from self._start(event.time)
        elif kind == "stop":
            yield from self._stop(event.time)

    def _start(self, now: float) -> Iterator[Action]:
        self.priority = self._effective()
        self.role = "INIT"
        self._begun = True
        if self._waits():
            return
        if self._in_fault():
            yield from self._become("FAULT", now, self._why_fault())
        elif self._owner and self.group is None:
            yield from self.enter_master(now, "it owns the addresses")
        else:
            yield from self._begin_backup(now, "start")

    def _stop(self, now: float) -> Iterator[Action]:
        self._begun = False
        yield from self.leave("INIT", now, "keepalived stops")

    def _down(self, now: float) -> Iterator[Action]:
        """Handle that the master was silent for a whole master-down interval."""
        self.wants_master = True
        if self.group is not None:
            if not self.group.may_become_master(self):
                yield self._set_down(now, self._down_interval())
                return
            yield from self.group.become_master(now, self)
            return
        yield from self.enter_master(now, self._silence)

    def _heard(self, heard: Advertisement, now: float) -> Iterator[Action]:
        if self.role == "BACKUP":
            yield from self._heard_as_backup(heard, now)
            return
        if heard.priority == 0:
            yield from self._advertise()
            return
        if self._owner and heard.priority == OWNER:
            self.priority = HIGHEST  # two owners: the first to hear of the other gives way
            self._owner = False
        if heard.priority > self.priority or (
            heard.priority == self.priority and _number(heard.source) > _number(self.source)
        ):
            self._learn(heard)
            why = f"{heard.source} advertises priority {heard.priority}, ours is {self.priority}"
            yield from self.leave("BACKUP", now, why)
        elif not self.router.strict:
            yield from self._advertise()  # tell a lower one, and the LAN, who is MASTER

    def _heard_as_backup(self, heard: Advertisement, now: float) -> Iterator[Action]:
        router = self.router
        if heard.priority == 0:
            self._silence = f"{heard.source} gave up (priority 0)"
            yield self._set_down(now, self._skew())
            return
        lower = heard.priority < self.priority
        begun = self._preempt_at
        held_back = router.preempt_delay > 0 and (begun is None or begun > now)
        if lower and router.preempt and not held_back:
            return  # not heeded: the down timer runs on
        self._learn(heard)
        self._silence = SILENCE
        self.wants_master = False
        if router.preempt_delay > 0:
            if not lower:
                self._preempt_at = None
            elif self._preempt_at is None:
                self._preempt_at = now + router.preempt_delay
        yield self._set_down(now, self._down_interval())

    def _heeds(self, heard: Advertisement, event: Event) -> bool:
        """Tell whether keepalived takes this advertisement for one of its virtual router."""
        router = self.router
        if (heard.virtual_router_id, heard.version, heard.family) != (
            router.virtual_router_id,
            router.version,
            router.family,
        ):
            return False
        if not router.peers and not event.details.get("ttl_ok", True):
            return False
        if router.peers and heard.source not in router.peers:
            return not any("check_unicast_src" in words for words in router.own)
        if heard.version == 2:
            return (
                heard.interval == router.advertisement_interval
                and heard.authentication == self._authentication()
            )
        return True

    # Links and trackers ---------------------------------------------------------------------

    def _link(self, event: Event) -> Iterator[Action]:
        up = bool(event.details["up"])
        name = event.subject
        untracked = any(words[0] == "dont_track_primary" for words in self.router.own)
        if name == self.router.interface and not untracked:
            yield from self._fault(f"interface {name}", not up, event.time, silent=True)
        self.trackers[f"interface:{name}"] = up
        yield from self._reckon(f"interface:{name}", event.time)

    def _tracked(self, event: Event) -> Iterator[Action]:
        self.trackers[event.subject] = bool(event.details["up"])
        value = event.details.get("value")
        if isinstance(value, int):
            self.values[event.subject] = value
        yield from self._reckon(event.subject, event.time)
        if self.role == "INIT" and self._begun:
            yield from self._start(event.time)

    def _waits(self) -> bool:
        """Tell whether a script that could put it into FAULT has not answered yet."""
        return not self._owner and any(
            tracking.kind == "script"
            and not self._weight(tracking)
            and f"script:{tracking.name}" not in self.trackers
            for tracking in self.tracks()
        )

    def tracks(self) -> tuple[Tracking, ...]:
        """Return what moves this router: its own trackings, then its group's.

        In a group its own weights count only where the group says so; the
        group's always do (tried with 2.2.7).
        """
        own = self.router.tracking
        if self.group is None:
            return own
        group = self.group.group
        if not any(words[0] in WEIGHTS_COUNT for words in group.own):
            own = tuple(tracking for tracking in own if not self._weight(tracking))
        return own + group.tracking

    def ignores(self, kind: str, name: str) -> bool:
        """Tell whether something that it tracks does not count, for it is in a group."""
        counts = {(tracking.kind, tracking.name) for tracking in self.tracks()}
        said = {(tracking.kind, tracking.name) for tracking in self.router.tracking}
        return (kind, name) in said - counts

    def _reckon(self, subject: str, now: float) -> Iterator[Action]:
        """Work out what a tracker's new state does to the priority, or whether it is a fault."""
        for tracking in self.tracks():
            if f"{tracking.kind}:{tracking.name}" != subject:
                continue
            if self._owner or self._weight(tracking):
                break
            down = self.trackers[subject] == tracking.reverse
            if tracking.kind == "file":
                down = False
            yield from self._fault(f"{tracking.kind} {tracking.name}", down, now)
        if self._owner:
            return
        low = sum(self._moves(tracking) for tracking in self.tracks() if tracking.kind == "file")
        yield from self._fault("tracked files", low <= FILE_FAULT, now)
        yield from self._set_priority(self._effective(), now, subject)

    def _moves(self, tracking: Tracking) -> int:
        """Return by how much *tracking* moves the priority now.

        In reverse it moves the other way, at the same times (tried with 2.2.7).
        """
        weight = self._weight(tracking)
        subject = f"{tracking.kind}:{tracking.name}"
        sign = -1 if tracking.reverse else 1
        if tracking.kind == "file":
            return self.values.get(subject, 0) * weight * sign
        up = self.trackers.get(subject, True)
        return weight * sign if (weight > 0) == up else 0

    def _weight(self, tracking: Tracking) -> int:
        if tracking.weight is not None:
            return tracking.weight
        return self._weights.get(f"{tracking.kind}:{tracking.name}", 0)

    def _effective(self) -> int:
        base = self.router.priority
        if self._owner or base == 0:
            return base
        return max(LOWEST, min(HIGHEST, base + sum(map(self._moves, self.tracks()))))

    def _set_priority(self, priority: int, now: float, why: str) -> Iterator[Action]:
        before, self.priority = self.priority, priority
        if before == priority:
            return
        details = {"priority": priority, "before": before, "reason": why}
        yield Publish(Event(now, "priority", self.name, details))
        if self.role == "BACKUP":  # the skew is another one, so the timer moves
            unit = 1.0 if self.router.version == 2 else self._interval
            deadline = self._deadline + (before - priority) * unit / 256
            yield self._set_down(now, max(deadline - now, 0.0))

    def _fault(self, what: str, down: bool, now: float, silent: bool = False) -> Iterator[Action]:
        before = self._in_fault()
        (self.faults.add if down else self.faults.discard)(what)
        if self.role == "INIT" or before == self._in_fault():
            return
        if self.faults:
            yield from self.enter_fault(now, self._why_fault(), silent)
            if self.group is not None:
                yield from self.group.fault(now, self)
        elif self.group is not None:
            yield from self.group.recover(now, self)
        else:
            yield from self.recover(now)

    def _in_fault(self) -> bool:
        return bool(self.faults) or (self.group is not None and self.group.in_fault())

    def _why_fault(self) -> str:
        if self.faults:
            return ", ".join(sorted(self.faults)) + " down"
        return "another router of its group is in FAULT"

    # Changes of role ------------------------------------------------------------------------

    def enter_master(self, now: float, why: str) -> Iterator[Action]:
        """Become MASTER: advertise, take the addresses."""
        self.wants_master = True
        self._preempt_at = None
        yield StopTimer(f"{self.name} down")
        yield from self._become("MASTER", now, why)
        yield from self._advertise()
        yield from self._addresses(now, held=True)

    def enter_fault(self, now: float, why: str, silent: bool = False) -> Iterator[Action]:
        """Give everything up; *silent* where the link is down and nothing can be sent."""
        yield from self.leave("FAULT", now, why, silent=silent)

    def recover(self, now: float) -> Iterator[Action]:
        """Leave FAULT: stand for election again."""
        if self.role != "FAULT":
            return
        if self._owner and self.group is None:
            yield from self.enter_master(now, "it owns the addresses")
        else:
            yield from self._begin_backup(now, "the fault is gone")

    def leave(self, role: str, now: float, why: str, *, silent: bool = False) -> Iterator[Action]:
        """Stop being MASTER, or stop waiting, and take *role*."""
        if self.role == role:
            return
        was_master = self.role == "MASTER"
        self.wants_master = False
        self._preempt_at = None
        if was_master:
            yield StopTimer(f"{self.name} advertise")
            if role != "BACKUP" and not silent:
                yield self._message(0)
            yield from self._addresses(now, held=False)
        else:
            yield StopTimer(f"{self.name} down")
        yield from self._become(role, now, why)
        if role == "BACKUP":
            yield self._set_down(now, self._down_interval())
            if was_master and self.group is not None:
                yield from self.group.back_up(now, self)

    def _begin_backup(self, now: float, why: str) -> Iterator[Action]:
        self._interval = self.router.advertisement_interval
        self.wants_master = False
        yield from self._become("BACKUP", now, why)
        yield self._set_down(now, self._down_interval())

    def _become(self, role: str, now: float, why: str) -> Iterator[Action]:
        before, self.role = self.role, role
        details = {"role": role, "before": before, "priority": self.priority, "reason": why}
        yield Publish(Event(now, "role", self.name, details))

    def _addresses(self, now: float, *, held: bool) -> Iterator[Action]:
        router = self.router
        for address in (*router.addresses, *router.excluded_addresses):
            details = {
                "held": held,
                "router": self.name,
                "interface": address.interface or router.interface,
            }
            yield Publish(Event(now, "address", address.address, details))

    # Advertisements and times ---------------------------------------------------------------

    def _advertise(self) -> Iterator[Action]:
        yield self._message(self.priority)
        yield SetTimer(f"{self.name} advertise", self.router.advertisement_interval)

    def _message(self, priority: int) -> Send:
        router = self.router
        advertisement = Advertisement(
            router.virtual_router_id or 0,
            priority,
            self.source,
            router.version,
            router.family,
            min(router.advertisement_interval, LONGEST_V3)
            if router.version == 3
            else router.advertisement_interval,
            tuple(address.address for address in router.addresses),
            self._authentication(),
        )
        return Send(router.interface, advertisement, router.peers)

    def _authentication(self) -> str:
        known = self.router.authentication
        return "" if known is None or self.router.strict else f"{known.kind} {known.secret}"

    def _learn(self, heard: Advertisement) -> None:
        if self.router.version == 3 and heard.interval:
            self._interval = heard.interval

    def _skew(self) -> float:
        unit = 1.0 if self.router.version == 2 else self._interval
        return (256 - self.priority) * unit / 256

    def _down_interval(self) -> float:
        adverts = 3 if self.router.strict else self.router.down_timer_adverts
        return adverts * self._interval + self._skew()

    def _set_down(self, now: float, delay: float) -> SetTimer:
        self._deadline = now + delay
        return SetTimer(f"{self.name} down", delay)


def _number(address: str) -> bytes:
    """Return what the addresses of equal masters are compared by; a name is below all."""
    from socket import AF_INET, AF_INET6, inet_pton

    try:
        return inet_pton(AF_INET6 if ":" in address else AF_INET, address)
    except OSError:
        return b""
