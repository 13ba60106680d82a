"""What haproxy has no word for, or another meaning: one sentence for each thing."""

from __future__ import annotations

from hatools.model import Fate
from hatools.plugin.ipvs import sets_limits
from hatools_haproxy.drafting import dropped, kept, nearly

_SEEN = (
    "haproxy opens its own connections: the server no longer sees the client's address"
    " (source 0.0.0.0 usesrc clientip, send-proxy-v2, or in HTTP option forwardfor show it)"
)
FORWARDING: dict[str, Fate] = {
    "proxy": kept(),
    "masquerade": nearly(_SEEN + "; haproxy need not be the servers' gateway any more"),
    "direct": nearly(
        _SEEN + "; the VIP on the servers' lo and their arp_ignore and arp_announce settings"
        " become unnecessary, and answers pass through haproxy"
    ),
    "tunnel": nearly(
        _SEEN + "; the tunnels and the VIP on the servers become unnecessary,"
        " and answers pass through haproxy"
    ),
}
ZERO_WEIGHT = nearly(
    "haproxy takes the server out while its check fails; the sessions that it has live on"
)
UPPER_THRESHOLD = nearly("maxconn: haproxy queues what is beyond it, IPVS turns to another server")
LOWER_THRESHOLD = dropped(
    "haproxy has no lower threshold: a server is used again as soon as it is below maxconn"
)
TUNNEL = dropped("haproxy opens connections: it wraps no packets")
ONE_PACKET = dropped("haproxy has no one-packet scheduling")
HYSTERESIS = dropped("haproxy has no hysteresis of a quorum")
QUORUM_SCRIPT = dropped("haproxy runs no script when a pool goes up or down")
NO_HYSTERESIS = kept("without hysteresis the pool is up as soon as the quorum is")
QUORUM_OF_ONE = kept("the pool is up while one server is")
QUORUM_BY_WEIGHT = nearly("haproxy counts servers, not weight: the pool is up while one server is")
QUORUM_ALONE = dropped("haproxy has no quorum: the pool is up while one server is")
INIT_STATE = dropped(
    "init-state down needs --target-version 3.1 or later: servers start as up here,"
    " and the first failure takes them down"
)
WARMUP = nearly("haproxy spreads the first checks over the interval by itself")
PERSISTENCE_SIZE = "haproxy keeps the clients in a table of fixed size: 1m is a million of them"

_SCRIPT = dropped(
    "haproxy runs no script when a server changes: read its log or its runtime socket"
)
_VRRP_TIED = dropped("haproxy has no VRRP that its services could wait for")
OWN: dict[str, Fate] = {
    "persistence_engine": dropped(
        "haproxy has no persistence engines: clients are known by address"
    ),
    "flags": dropped("haproxy has no flags of IPVS schedulers"),
    "ops": ONE_PACKET,
    "omega": dropped("haproxy does not take its servers down when it stops"),
    "notify_up": _SCRIPT,
    "notify_down": _SCRIPT,
    "quorum_up": QUORUM_SCRIPT,
    "quorum_down": QUORUM_SCRIPT,
    "hysteresis": HYSTERESIS,
    "ha_suspend": _VRRP_TIED,
    "ha_suspend_vrrp": _VRRP_TIED,
    "sorry_server_inhibit": ZERO_WEIGHT,
    "sorry_server_lvs_method": FORWARDING["masquerade"],
    "smtp_alert": dropped("haproxy sends no mail of its own: watch its log or its statistics"),
    "snmp_name": dropped("haproxy has no SNMP name of a server"),
    "lthreshold": LOWER_THRESHOLD,
    "virtualhost": kept("it is the Host header of the checks"),
}

CHECKS: dict[str, str] = {
    "dns": "haproxy has no DNS check",
    "udp": "haproxy has no UDP check",
    "ping": "haproxy has no ICMP check",
    "bfd": "haproxy has no BFD",
    "file": "haproxy has no check that reads a file",
}
NO_HOST = dropped("no HTTP check asks for a host")
NO_CHECK = dropped("haproxy can make none of the checks that this is for")
UNCHECKED = "; the server has no other check and always counts as up"
SOURCE = nearly("source binds the connections of clients to the server too, not only the checks")
SOURCE_PORT = dropped("haproxy would bind the connections of clients to that port too")
CHECK_MARK = dropped("haproxy sets no firewall mark on the packets of a check")
DIGEST = nearly("haproxy cannot compare a digest of the body: only the status is checked")
DIALECT = nearly("haproxy's regular expressions may be of another dialect")
PCRE = nearly("its options stand in the pattern: haproxy must have been built with PCRE")
_ADVICE = (
    "; a virtualhost in the source says it for all,"
    " with --target-version 2.4 or later each server gets its own"
)
NO_HOST_HEADER = nearly(
    "keepalived sends each server its own address and port as Host; haproxy asks all servers"
    " alike, and sends none" + _ADVICE
)
HOST_OF_SERVICE = nearly(
    "keepalived sends each server its own address and port as Host; haproxy asks all servers"
    " alike, and sends the service's" + _ADVICE
)
URL: dict[str, Fate] = {
    "regex_options": nearly("the options stand in the pattern, as far as they change what matches"),
    "regex_stack": kept("haproxy needs no such size"),
    "regex_min_offset": dropped("haproxy searches the whole answer"),
    "regex_max_offset": dropped("haproxy searches the whole answer"),
    "tls_compliant": dropped("haproxy does not ask how a server closes TLS"),
}
OTHER_FAMILY = nearly(
    "IPVS skips a server of another address family than its service's: haproxy serves it as well"
)
SCRIPT_USER = dropped("haproxy runs check scripts as its own user")
SCRIPT_ARGUMENTS = nearly(
    "haproxy gives the script other arguments: proxy address and port, server address and port"
)
CONNECT_TIMEOUT = nearly(
    "timeout connect also bounds the connections of clients to the servers, not only the checks"
)


SECTIONS: dict[str, str] = {
    "global_defs": "haproxy has no such settings",
    "SSL": "haproxy has no client certificate for all its checks",
    "timeouts": "haproxy has no time limits for closed connections and for UDP",
    "sync-daemon": "haproxy hands no connections to another node; peers share its stick tables",
}
TIME_LIMIT = nearly(
    "timeout client and timeout server bound idle connections, each on its side;"
    " haproxy has nothing like the limits tcpfin and udp"
)
ROUTER = dropped("haproxy has no VRRP")
GROUP = dropped("haproxy has no VRRP, and no groups of virtual routers")
TRACKER = dropped("haproxy has no VRRP that something could be tracked for")
MAIL = dropped("haproxy sends no mail of its own: watch its log or its statistics")
NODE = dropped("haproxy needs no name for its node")


def limits_verdict(own: tuple[tuple[str, ...], ...]) -> dict[str, Fate]:
    """Return the fates of a section that may set the kernel's time limits, by *own*'s numbers."""
    found: dict[str, Fate] = {}
    for number, words in enumerate(own):
        if words[:1] == ("tcp",):
            found["own.tcp"] = TIME_LIMIT
        elif sets_limits(words) and "tcp" in words:
            found[f"own.{number}"] = TIME_LIMIT
    return found


def section(kind: str) -> Fate:
    """Return the fate of a section that only another language has."""
    return dropped(SECTIONS.get(kind, f"haproxy has no {kind}"))
