"""A scenario: what is there, what happens, what is expected.

These are the records that the scenario language is read into; a scenario may
as well be made in code.  Times are seconds since the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from hatools.engine.naming import endpoint

DAEMONS = ("crash", "return", "stop", "start", "kill", "restart")
SERVER_STATES = ("answers", "silent", "refuses", "fails", "changed")


class Where(NamedTuple):
    """Where something stands in the scenario's file: path and line, line 0 for nowhere."""

    path: str = ""
    line: int = 0


class NodeFiles(NamedTuple):
    """A node: its *name*, the *files* that configure it, its own *address* where told."""

    name: str
    files: tuple[str, ...]
    address: str = ""


class Lasting(NamedTuple):
    """How long a connection lasts: *kind* is constant, exponential, uniform or forever."""

    kind: str = "exponential"
    seconds: float = 0.3
    most: float = 0.0


class Load(NamedTuple):
    """Clients at work: *clients* of them send *rate* connections a second to *address*:*port*.

    Arrivals are a Poisson process, or *evenly* spaced.  *sources* names the
    clients' addresses; without it they are made up.
    """

    clients: int
    rate: float
    address: str
    port: int
    protocol: str = "tcp"
    lasting: Lasting = Lasting()
    evenly: bool = False
    start: float = 0.0
    end: float | None = None
    sources: tuple[str, ...] = ()
    facts: Mapping[str, str] = {}
    place: Where = Where()


class Wear(NamedTuple):
    """Something that fails at random and is repaired: exponential times of these means.

    *kind*, *node*, *subject* and *port* are those of a `Happening`: crash, server or link.
    """

    kind: str
    node: str
    subject: str
    port: int | None
    mttf: float
    mttr: float

    @property
    def label(self) -> str:
        """Name it: ``lb1``, ``192.0.2.40:80``, ``eth0 of lb1``."""
        if self.kind == "crash":
            return self.node
        if self.kind == "link":
            return f"{self.subject} of {self.node}"
        return endpoint(self.subject, self.port) if self.port else self.subject


class Happening(NamedTuple):
    """Something that happens at *time*.

    | kind | node | subject | value |
    |---|---|---|---|
    | one of `DAEMONS` | which | – | – |
    | server | – | address | one of `SERVER_STATES`; *port* None is the whole host |
    | cut, heal | one | other | "one way" or "" |
    | link | which | interface | up or down |
    | hears | which | interface | nothing or again: its carrier stays |
    | script | which | name | passes, fails or hangs |
    | effect | which | script | stop or restart: what its failing does to keepalived |
    | tracked | which | KIND:NAME | up, down or a file's number |
    | weight | which or "" | POOL/SERVER | the weight |
    | state | which or "" | POOL/SERVER | ready, drain or maintenance |
    """

    time: float
    kind: str
    node: str = ""
    subject: str = ""
    value: str = ""
    port: int | None = None
    place: Where = Where()


class Expectation(NamedTuple):
    """What should come true.

    | kind | subject | value |
    |---|---|---|
    | moves | address | node; within *within* seconds after *after* |
    | stays | address | node; between *after* and *before* |
    | availability | ADDRESS:PORT | at least *number* (a fraction) |
    | split | address or "" | "" (it comes) or "no"; between *after* and *before* |
    | role | router or "" | NODE ROLE; at *after* |
    | bond | bond | NODE PORT (several joined by +) or NODE down; like moves |
    | server | POOL/SERVER or address | in or out; within *within* seconds after *after* |
    | share | server | its connections are *number* (a fraction) ± *within* |
    | sticks | ADDRESS:PORT | each client has one server |
    | lost | ADDRESS:PORT | at most *number* connections |
    """

    kind: str
    subject: str = ""
    value: str = ""
    within: float | None = None
    after: float = 0.0
    before: float | None = None
    number: float = 0.0
    text: str = ""
    place: Where = Where()


class Scenario(NamedTuple):
    """Everything a simulation needs but the meanings of the nodes' files.

    *versions* are programs' versions by name.  *length* is when it ends: by
    default 30 seconds after the last thing that happens.  *wear* is what fails
    at random beside what happens, otherwise with each seed.
    """

    name: str
    nodes: tuple[NodeFiles, ...] = ()
    loads: tuple[Load, ...] = ()
    happenings: tuple[Happening, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    length: float = 60.0
    versions: Mapping[str, str] = {}
    settings: Mapping[str, str] = {}
    wear: tuple[Wear, ...] = ()
