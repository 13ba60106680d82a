"""Finds virtual routers with two masters, and says why: a machine without clock or socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from hatools.model.event import Action, Event, Publish, Run, SetTimer
from hatools.plugin.tables import fill
from hatools_splitbrain.cases import (
    MOST,
    Advertiser,
    Case,
    Cases,
    Claimed,
    NodeRole,
    Standing,
    fact,
    texts,
)
from hatools_splitbrain.causes import cause_of
from hatools_splitbrain.evidence import CONFIRMED, SUSPECTED, Evidence, gather, strength

NAME = "split_brain"
LOOK = "look"  # the timer while something is not settled
SHORTEST, LONGEST = 0.1, 1.0  # seconds between two looks
SET_BACK = 1.0  # seconds by which events may come out of order; more is a clock set back
NOTHING: list[Case] = []


class SplitBrainSettings(NamedTuple):
    """The keys of ``[split_brain]``: the user's command, by default none."""

    on_confirmed: str = ""


class SplitBrain:
    """The detector.

    Of advertisements, announcements, roles and peers' reports it makes
    evidence, and of evidence a verdict for each virtual router: ``suspected``,
    ``confirmed``, ``cleared``.
    """

    def __init__(self) -> None:
        self.name = NAME
        self._node = ""
        self._command = ""
        self._cases = Cases()
        self._reports: dict[str, list[Mapping[str, object]]] = {}
        self._nodes: dict[str, str] = {}  # a peer -> the node it is on
        self._now = float("-inf")
        self._kinds: dict[str, Callable[[Event], list[Case]]] = {
            "start": self._start,
            "router": self._router,
            "advertisement": self._advertisement,
            "announcement": self._announcement,
            "role": self._role,
            "peer": self._peer,
            "timer": lambda event: list(self._cases),
        }

    def check(self, settings: Mapping[str, object]) -> None:
        """Raise `BadSetting` for what is wrong in ``[split_brain]``."""
        fill(SplitBrainSettings, settings, NAME)

    def handle(self, event: Event) -> list[Action]:
        """Return what follows from *event*."""
        take = self._kinds.get(event.kind)
        if take is None:
            return []
        if event.time < self._now - SET_BACK:
            self._forget()
        self._now = max(event.time, self._now) if event.time >= self._now - SET_BACK else event.time
        found: list[Action] = []
        for case in take(event):
            found += self._judge(case)
        if found or event.kind in ("timer", "advertisement", "role", "peer"):
            found += self._next_look()
        return found

    def _forget(self) -> None:
        """Forget what was timed by a clock that is no more: it is soon heard again."""
        for case in self._cases:
            case.advertisers.clear()
            case.claims.clear()
            case.overlap = None
            case.resigned = float("-inf")
            case.roles = {
                node: NodeRole(one.role, float("-inf"), float("-inf"))
                for node, one in case.roles.items()
                if not one.peer
            }
            case.standing.quiet = None

    # What comes in -----------------------------------------------------------------------------

    def _start(self, event: Event) -> list[Case]:
        self._node = event.subject
        settings = event.details.get("settings")
        told = settings if isinstance(settings, Mapping) else {}
        self._command = fill(SplitBrainSettings, told, NAME).on_confirmed
        return NOTHING

    def _find(self, details: Mapping[str, object], now: float, *, ours: bool) -> Case | None:
        number = fact(details, "virtual_router_id", 0)
        if not 0 < number < 256:
            return None
        interface = fact(details, "interface", "")[:64]
        family = 6 if fact(details, "family", 4) == 6 else 4
        return self._cases.find(
            interface, family, number, texts(details, "addresses"), now, ours=ours
        )

    def _router(self, event: Event) -> list[Case]:
        node = fact(event.details, "node", "")
        case = self._find(event.details, event.time, ours=node == self._node)
        if case is not None:
            _keep(case.routers, node, dict(event.details))
        return NOTHING

    def _advertisement(self, event: Event) -> list[Case]:
        details = event.details
        source, interval = fact(details, "source", ""), fact(details, "interval", 1.0)
        case = self._find(details, event.time, ours=True)
        if case is None or not source or not interval > 0:
            return NOTHING
        heard = Advertiser(
            source,
            event.time,
            interval,
            fact(details, "priority", 100),
            fact(details, "version", 2),
            fact(details, "virtual_router_id", 0),
            texts(details, "addresses"),
            fact(details, "authentication", ""),
            fact(details, "secret", ""),
            fact(details, "outgoing", False),
            fact(details, "mac", "").lower(),
        )
        case.advertised(heard)
        own = case.routers.get(self._node)
        if heard.outgoing and isinstance(own, dict):
            own["seen_source"] = source
        return [case]

    def _announcement(self, event: Event) -> list[Case]:
        details = event.details
        address = fact(details, "address", "")
        case = self._cases.at(address)
        if case is None:
            return NOTHING
        case.claims.append(
            Claimed(
                event.time,
                address,
                fact(details, "mac", "").lower(),
                fact(details, "gratuitous", True),
                fact(details, "outgoing", False),
            )
        )
        return [case]

    def _role(self, event: Event) -> list[Case]:
        details = event.details
        node, role = fact(details, "node", ""), fact(details, "role", "")
        if fact(details, "source", "") in ("", "advertisement") or node != self._node:
            return NOTHING
        case = self._find(details, event.time, ours=True)
        if case is None:
            return NOTHING
        case.roles[node] = NodeRole(role, event.time, event.time)
        return [case]

    def _peer(self, event: Event) -> list[Case]:
        """Take in what another watch says of its own host; from one that is gone, nothing holds."""
        details, peer = event.details, event.subject
        node = fact(details, "node", "")
        reports = details.get("reports")
        before = self._nodes.get(peer, "")
        if not fact(details, "reachable", False) or not node or node == self._node:
            self._gone(peer, before)
            return list(self._cases)
        if before and before != node:
            self._gone(peer, before)
        _keep(self._nodes, peer, node)
        told = [
            {**one, "asked_at": fact(details, "address", "")}
            for one in (reports if isinstance(reports, list) else ())
            if isinstance(one, Mapping)
        ]
        _keep(self._reports, node, told)
        current = set()
        lag = fact(details, "lag", 0.0)  # a watch that is busy answers with what was
        for one in told:
            if fact(one, "node", "") == node and one.get("kind") in ("role", "router"):
                case = self._find(one, event.time, ours=False)
                if case is not None and self._told(case, node, peer, one, event.time, lag):
                    current.add(case.subject)
        for case in self._cases:
            if case.subject not in current and node in case.roles:
                del case.roles[node]
        self._learn_sources(node, told)
        return list(self._cases)

    def _told(
        self,
        case: Case,
        node: str,
        peer: str,
        one: Mapping[str, object],
        now: float,
        lag: float,
    ) -> bool:
        """Take in one thing that a peer says; return whether it was its role."""
        if one.get("kind") == "router":
            seen = fact(case.routers.get(node, {}), "seen_source", "")
            _keep(case.routers, node, {**one, "seen_source": seen})
            return False
        if fact(one, "source", "") in ("", "advertisement"):
            return False
        role, before = fact(one, "role", ""), case.roles.get(node)
        same = before is not None and before.role == role and before.peer == peer
        since = before.since if same and before is not None else now
        _keep(case.roles, node, NodeRole(role, since, now - lag, peer))
        return True

    def _learn_sources(self, node: str, told: list[dict[str, object]]) -> None:
        """Note from which address a peer's own advertisements come."""
        for one in told:
            if one.get("kind") == "advertisement" and fact(one, "outgoing", False):
                case = self._find(one, self._now, ours=False)
                own = case.routers.get(node) if case is not None else None
                if isinstance(own, dict):
                    own["seen_source"] = fact(one, "source", "")

    def _gone(self, peer: str, node: str) -> None:
        self._nodes.pop(peer, None)
        self._reports.pop(node, None)
        for case in self._cases:
            if node in case.roles and case.roles[node].peer == peer:
                del case.roles[node]

    # What follows ------------------------------------------------------------------------------

    def _judge(self, case: Case) -> Iterator[Action]:
        """Yield the new verdict, where it is a new one."""
        now, standing = self._now, case.standing
        found = gather(case, now, self._node)
        weight = strength(found)
        verdict = "confirmed" if weight >= CONFIRMED else "suspected" if weight >= SUSPECTED else ""
        if not verdict:
            yield from self._calm(case)
            return
        standing.quiet = None
        if standing.verdict == "confirmed":
            verdict = "confirmed"  # what fades is not yet healed
        since = min(one.since for one in found)
        sure = verdict == "confirmed"
        found_cause = cause_of(case, now, since, self._node, self._reports, sure=sure)
        cause = found_cause or standing.cause
        kind = cause.partition(":")[0]
        before = standing.verdict
        if verdict == before and (verdict == "suspected" or kind in standing.told):
            return
        standing.verdict, standing.cause = verdict, cause
        if verdict == "confirmed":
            standing.told.add(kind)  # a later cause is told once
        yield Publish(self._event(case, verdict, before, found))
        if verdict == "confirmed" and before != "confirmed" and self._command:
            yield Run(
                self._command,
                {
                    "HATOOLS_SUBJECT": case.subject,
                    "HATOOLS_VERDICT": verdict,
                    "HATOOLS_CAUSE": cause.replace("\0", ""),
                    "HATOOLS_ADDRESSES": " ".join(sorted(case.addresses)).replace("\0", ""),
                },
            )

    def _calm(self, case: Case) -> Iterator[Action]:
        """Yield that all is well again, once nothing spoke against it for an interval."""
        standing = case.standing
        if not standing.verdict:
            return
        if standing.quiet is None:
            standing.quiet = self._now
        if self._now - standing.quiet >= case.interval:
            before = standing.verdict
            yield Publish(self._event(case, "cleared", before, []))
            case.standing = Standing()

    def _event(self, case: Case, verdict: str, before: str, found: list[Evidence]) -> Event:
        cause = case.standing.cause
        reason = cause or "; ".join(one.text for one in found) or "one master is left"
        details: dict[str, Any] = {
            "verdict": verdict,
            "before": before,
            "evidence": [one._asdict() for one in found],
            "strength": round(strength(found), 3),
            "cause": cause,
            "reason": reason if verdict != "cleared" else "nothing speaks for it any more",
            "virtual_router_id": case.virtual_router_id,
            "interface": case.interface,
            "family": case.family,
            "addresses": sorted(case.addresses),
        }
        return Event(self._now, "split brain", case.subject, details)

    def _next_look(self) -> list[Action]:
        """Return a timer where something is to be looked at again though nothing happens."""
        waits = [
            case.pace / 4
            for case in self._cases
            if case.standing.verdict or case.overlap is not None or _two_masters(case)
        ]
        return [SetTimer(LOOK, min(max(min(waits), SHORTEST), LONGEST))] if waits else []


def _two_masters(case: Case) -> bool:
    return sum(one.role == "MASTER" for one in case.roles.values()) > 1


def _keep(known: dict[str, Any], name: str, value: object) -> None:
    """Note *value* under *name*, within bounds."""
    if name in known or len(known) < MOST:
        known[name] = value
