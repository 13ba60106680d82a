"""What the kernel's IPVS has and lacks: facts that all languages share which set up its table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from hatools.model import KEPT, Fate, Scheduler, Section, approximated
from hatools.plugin.contracts import Alike

# what it lacks, as the reasons in the account say it
CONTENT = "IPVS cannot choose by content: every connection goes to the default pool"
BYTES = "IPVS forwards connections and does not look into HTTP"
AS_BYTES = "IPVS forwards connections: HTTP passes as bytes"
FILTER = "IPVS has no rules for connections: use nftables on the director"
TIMEOUT = "IPVS has three timeouts for the whole kernel: ipvsadm --set TCP TCPFIN UDP"
TLS = "IPVS passes TLS through: the real servers must terminate it"
PROXY_PROTOCOL = "IPVS keeps the client's address and cannot send the PROXY protocol"
SOCKET = "IPVS opens no sockets: the kernel forwards packets"
RETRY = "IPVS cannot move a connection to another server"
QUEUE = "IPVS has no queue: it refuses at once"
STICK = "IPVS has no stick tables beyond persistence by client address"
NAME = "IPVS knows services and servers by address only"
TRANSPARENT = "IPVS needs no socket and takes any address that reaches the director"
SEEN = "IPVS adds no header: the server sees the client's own address"
SOURCE = "IPVS keeps the client's address"
USERS = "IPVS asks nobody for a password"

_HASH = "{} hashes otherwise: clients land on other servers, and stay"
_NEAREST: dict[str, tuple[str, Fate]] = {
    "roundrobin": ("wrr", KEPT),
    "static-rr": ("wrr", KEPT),
    "leastconn": (
        "wlc",
        approximated("wlc weighs connections; leastconn gives idle servers the first turn"),
    ),
    "source": ("sh", approximated(_HASH.format("sh"))),
    "first": ("wlc", approximated("IPVS cannot fill one server after the other: wlc")),
    "random": ("wlc", approximated("IPVS does not draw lots: wlc evens the load out")),
    "uri": ("wlc", approximated("IPVS sees no URI to hash: wlc spreads by load")),
    "url_param": ("wlc", approximated("IPVS sees no URL parameter to hash: wlc spreads by load")),
    "hdr": ("wlc", approximated("IPVS sees no header to hash: wlc spreads by load")),
    "rdp-cookie": ("wlc", approximated("IPVS sees no RDP cookie: wlc spreads by load")),
    "hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "log-hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "sticky": ("wlc", approximated("IPVS has no sticky scheduler: wlc spreads by load")),
}
_CONSISTENT = ("mh", approximated(_HASH.format("mh")))

_FLAGS = {
    ("sh", "flag-1"): "sh-fallback", ("sh", "flag-2"): "sh-port",
    ("mh", "flag-1"): "mh-fallback", ("mh", "flag-2"): "mh-port",
}  # fmt: skip
_WEIGHTS: dict[str, tuple[str, Literal["count", "ignored", "order"]]] = {
    "rr": ("wrr", "ignored"),
    "lc": ("lc", "ignored"),
    "fo": ("wrr", "order"),
}


def nearest(wanted: Scheduler) -> tuple[Scheduler, Fate]:
    """Return the scheduler of IPVS that comes nearest to *wanted*, one of a proxy, and its fate."""
    algorithm = wanted.name.partition("(")[0]  # hdr(Host), random(3)
    if algorithm == "source" and "consistent" in wanted.parameters:
        name, fate = _CONSISTENT
    else:
        unknown = approximated(f"IPVS has no scheduler {wanted.name}: wlc spreads by load")
        name, fate = _NEAREST.get(algorithm, ("wlc", unknown))
    return Scheduler(name), fate


def alike(scheduler: Scheduler) -> Alike:
    """Return *scheduler*, one of IPVS, with its flags by their names and in one order.

    rr is wrr that takes no notice of weights; fo always uses the heaviest server.
    """
    flags = {_FLAGS.get((scheduler.name, flag), flag) for flag in scheduler.parameters}
    name, weights = _WEIGHTS.get(scheduler.name, (scheduler.name, "count"))
    return Alike(Scheduler(name, tuple(sorted(flags))), weights)


def kernel_limits(sections: Iterable[Section]) -> dict[str, str]:
    """Return the limits in seconds by ``tcp``, ``tcpfin`` and ``udp``, as far as they are set."""
    limits: dict[str, str] = {}
    for section in sections:
        for words in section.own:
            if section.kind == "timeouts" and len(words) > 1:
                limits[words[0]] = words[1]
            elif sets_limits(words):
                rows = zip(words[1::2], words[2::2], strict=False)
                limits.update((name, value) for name, value in rows if value != "0")
    return limits


def sets_limits(words: tuple[str, ...]) -> bool:
    """Tell whether *words* are those of keepalived that set the kernel's limits."""
    return words[:1] == ("lvs_timeouts",) and len(words) > 2
