"""A health check: what is asked of a server, how often, and what its answers mean.

Times are seconds.  The state machine behind *rise*, *fall* and the intervals
is `hatools.engine.health`'s; a check only carries the numbers.
"""

from __future__ import annotations

from typing import NamedTuple


class Expect(NamedTuple):
    """What an answer must be: *kind* is status, string, regex, digest, binary or header.

    *value* is as written (status codes as ``200-299`` or ``200,204``);
    *negate* turns it round.
    """

    kind: str
    value: str
    negate: bool = False


class HttpRequest(NamedTuple):
    """One HTTP request of a check and the answers that are good.

    *version* is ``1.0``, ``1.1`` or ``2``; *headers* are (name, value) pairs.
    No *expects* means the program's own idea of a good status.
    """

    method: str = "GET"
    path: str = "/"
    version: str = "1.0"
    host: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    expects: tuple[Expect, ...] = ()


class ScriptRun(NamedTuple):
    """A program that is run: *command* as written, *user* and *group* it runs as.

    *dynamic*: the exit status also sets the server's weight.
    """

    command: str
    user: str = ""
    group: str = ""
    dynamic: bool = False


class DnsQuery(NamedTuple):
    """A DNS question: record *type* of *name*."""

    type: str = "SOA"
    name: str = "."


class UdpProbe(NamedTuple):
    """A datagram to send (hex), and the answer wanted: none, any (``*``), or hex with x."""

    payload: str = ""
    reply: str = ""
    shortest: int = 0
    longest: int = 255


class Step(NamedTuple):
    """One step of a scripted conversation, in its format's own words."""

    words: tuple[str, ...]


Detail = tuple[HttpRequest, ...] | ScriptRun | DnsQuery | UdpProbe | tuple[Step, ...] | str | None


class Check(NamedTuple):
    """How a server is probed.

    *kind*: tcp, http, smtp, dns, udp, ping, script, file, bfd, tls-hello, mysql,
    pgsql, redis, ldap, spop, agent, steps (a scripted conversation).
    *address* and *port* are None where they are the server's own.
    *interval* is used while the server is steadily up, *down_interval* while it
    is steadily down, *fast_interval* in between.  *rise* successes bring it up,
    *fall* failures take it down; *initial* is ``up`` (one failure downs it),
    ``fully-up``, ``down`` (one success raises it) or ``fully-down``.
    *connect_timeout* bounds the connection, *timeout* the answer (None: the
    connection's bound counts).  *detail* is the kind's own record: HTTP
    requests, a script, a question, a user name.
    *tracks* names another server (``pool/server``) whose state this one copies.
    """

    kind: str = "tcp"
    address: str | None = None
    port: int | None = None
    interval: float = 2.0
    fast_interval: float = 2.0
    down_interval: float = 2.0
    connect_timeout: float | None = None
    timeout: float | None = None
    rise: int = 1
    fall: int = 1
    initial: str = "up"
    warmup: float | None = None
    tls: bool = False
    sni: str = ""
    source_address: str = ""
    source_port: int | None = None
    interface: str = ""
    mark: int = 0
    detail: Detail = None
    tracks: str = ""
    own: tuple[tuple[str, ...], ...] = ()
