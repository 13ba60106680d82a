"""What every part of the engine is: a machine that takes events and answers with actions.

A machine has no clock and no socket.  Time arrives in the event, in seconds;
whoever drives it (`hatools.engine.agenda` in virtual time, the watcher in real
time) carries out the actions and brings back what came of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from hatools.model import Check, Tracker
from hatools.model.event import Action, Event, Publish, SetTimer

__all__ = [
    "Action",
    "Advertisement",
    "Event",
    "Machine",
    "Publish",
    "RunTracker",
    "Send",
    "SetTimer",
    "StartProbe",
    "StopTimer",
]


class Machine(Protocol):
    """A state machine.  *name* is unique among those of one node."""

    name: str

    def handle(self, event: Event) -> Iterable[Action]:
        """Return what follows from *event*, in order."""


class Advertisement(NamedTuple):
    """A VRRP advertisement (RFC 5798 section 5), as far as receivers look at it.

    *interval* is seconds, *source* the sender's address, *authentication* its
    kind and secret joined (compared, never shown), *addresses* what it lists.
    """

    virtual_router_id: int
    priority: int
    source: str
    version: int = 2
    family: int = 4
    interval: float = 1.0
    addresses: tuple[str, ...] = ()
    authentication: str = ""


@dataclass(slots=True)
class StopTimer(Action):
    """Forget the timer *name*; nothing when there is none."""

    name: str


@dataclass(slots=True)
class Send(Action):
    """Put *advertisement* on the wire of *interface*: to *peers*, or to all when there are none."""

    interface: str
    advertisement: Advertisement
    peers: tuple[str, ...] = ()


@dataclass(slots=True)
class StartProbe(Action):
    """Ask a server how it is; the answer comes back as ``probe answered`` about *name*.

    *address* and *port* are where to ask, *proxy* tells whether a proxy does,
    *own* are the server's words that its format alone has.
    """

    name: str
    check: Check
    address: str
    port: int
    proxy: bool = False
    own: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class RunTracker(Action):
    """Look at what *tracker* watches; ``tracker answered`` about *name* brings the answer."""

    name: str
    tracker: Tracker
    details: Mapping[str, object] = field(default_factory=dict)
