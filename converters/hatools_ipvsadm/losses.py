"""Why facts of other languages do not arrive in IPVS, word by word."""

from __future__ import annotations

from hatools.model import Fate, Outcome, approximated, dropped
from hatools.plugin.ipvs import (
    AS_BYTES,
    FILTER,
    NAME,
    PROXY_PROTOCOL,
    QUEUE,
    RETRY,
    SEEN,
    SOCKET,
    SOURCE,
    STICK,
    TIMEOUT,
    TLS,
    TRANSPARENT,
    USERS,
)

UNCHECKED = dropped("ipvsadm checks no server: one that fails stays in the table")
NOTHING_CHECKED = Fate(Outcome.KEPT, "no server has a check that it would be for")
UNWATCHED = dropped("ipvsadm checks no server: nothing would bring a spare one in")
NO_QUORUM = dropped("IPVS has no quorum: the table takes no notice of how many servers are up")
NO_VRRP = dropped("IPVS has no VRRP: something else must move the addresses")
NO_MAIL = dropped("ipvsadm sends no mail")
NO_TRACKER = dropped("ipvsadm watches nothing")
NO_RULES = dropped("IPVS sees no content: one pool for each address and port")
NO_LIMIT = dropped("IPVS has no limit for a service: -x limits each server")
ALL_SPARES = dropped("IPVS has no spare servers")
LAYER = approximated(AS_BYTES)

_CONTENT = "IPVS sees no content: it forwards packets"
_LOG = "IPVS logs nothing: ipvsadm -Ln --stats counts"
_PROCESS = "IPVS works in the kernel: there is no process to tune"
_CHECKS = UNCHECKED.reason
_SCRIPTS = "ipvsadm runs no scripts"

_STARTS: tuple[tuple[str, str], ...] = (
    # haproxy
    ("http-check", _CHECKS), ("tcp-check", _CHECKS), ("external-check", _CHECKS),
    ("agent-", _CHECKS), ("check-", _CHECKS), ("option httpchk", _CHECKS),
    ("option log-health", _LOG), ("option tcplog", _LOG), ("option httplog", _LOG),
    ("option dontlog", _LOG), ("option logasap", _LOG), ("log", _LOG), ("unique-id", _LOG),
    ("error-log", _LOG), ("option redispatch", RETRY), ("option tcpka", SOCKET),
    ("option clitcpka", SOCKET), ("option srvtcpka", SOCKET), ("option splice", SOCKET),
    ("option forwardfor", SEEN),
    ("option", _CONTENT), ("acl", _CONTENT), ("use_backend", _CONTENT), ("use-server", _CONTENT),
    ("http", _CONTENT), ("req", _CONTENT), ("rsp", _CONTENT), ("redirect", _CONTENT),
    ("capture", _CONTENT), ("compression", _CONTENT), ("errorfile", _CONTENT),
    ("errorloc", _CONTENT), ("filter", _CONTENT), ("monitor", _CONTENT), ("cookie", _CONTENT),
    ("tcp-re", FILTER),
    ("timeout", TIMEOUT), ("contimeout", TIMEOUT), ("clitimeout", TIMEOUT),
    ("srvtimeout", TIMEOUT), ("stats", "IPVS has no statistics page: ipvsadm -Ln --stats"),
    ("stick", STICK), ("retries", RETRY), ("retry-on", RETRY), ("redispatch", RETRY),
    ("ssl", TLS), ("crt", TLS), ("ca-", TLS), ("alpn", TLS), ("ciphers", TLS),
    ("verify", TLS), ("sni", TLS), ("no-tls", TLS), ("no-ssl", TLS), ("curves", TLS),
    ("fullconn", QUEUE), ("minconn", QUEUE), ("maxqueue", QUEUE), ("backlog", SOCKET),
    ("maxconn", NO_LIMIT.reason), ("send-proxy", PROXY_PROTOCOL), ("accept-proxy", PROXY_PROTOCOL),
    ("slowstart", "IPVS has no slow start: the full weight counts at once"),
    ("on-marked", _CHECKS), ("observe", _CHECKS), ("error-limit", _CHECKS), ("on-error", _CHECKS),
    ("transparent", TRANSPARENT),
    ("source", SOURCE), ("resolvers", "IPVS resolves no names"),
    ("resolve-", "IPVS resolves no names"), ("init-addr", "IPVS resolves no names"),
    ("mode", LAYER.reason), ("nbproc", _PROCESS), ("nbthread", _PROCESS), ("tune.", _PROCESS),
    ("daemon", _PROCESS), ("chroot", _PROCESS), ("user", _PROCESS), ("group", _PROCESS),
    ("pidfile", _PROCESS), ("ulimit", _PROCESS), ("master-worker", _PROCESS),
    ("name", NAME), ("id", NAME), ("description", NAME), ("interface", SOCKET),
    # keepalived
    ("quorum", _SCRIPTS), ("notify", _SCRIPTS), ("virtualhost", _CHECKS), ("alpha", _CHECKS),
    ("omega", _SCRIPTS), ("ha_suspend", NO_VRRP.reason), ("snmp", _LOG),
    ("smtp_alert", NO_MAIL.reason),
    ("lvs_sync_daemon", "saved rules hold no daemon: ipvsadm --start-daemon"),
    ("lvs_timeouts", "saved rules hold no time limits: ipvsadm --set"),
    ("vrrp_", NO_VRRP.reason), ("router_id", NO_VRRP.reason), ("script_user", _SCRIPTS),
    ("enable_script_security", _SCRIPTS),
)  # fmt: skip
_SECTIONS = {
    "global": _PROCESS,
    "defaults": "IPVS has no defaults for services",
    "peers": "IPVS shares connections with ipvsadm --start-daemon",
    "resolvers": "IPVS resolves no names",
    "mailers": NO_MAIL.reason,
    "userlist": USERS,
    "global_defs": "ipvsadm has no settings of its own",
    "static_ipaddress": "ipvsadm sets no addresses",
    "static_routes": "ipvsadm sets no routes",
    "static_rules": "ipvsadm sets no routing rules",
    "SSL": _CHECKS,
}
_known: dict[tuple[str, ...], Fate] = {}


def fate_of(words: tuple[str, ...]) -> Fate:
    """Return why a statement of another language is left out, by its first *words*."""
    key = words[:2]
    found = _known.get(key)
    if found is None:
        text = " ".join(key)
        reason = next((why for start, why in _STARTS if text.startswith(start)), "")
        found = _known[key] = dropped(
            reason or f"IPVS has nothing like {words[0] if words else ''}"
        )
    return found


def fate_of_section(kind: str) -> Fate:
    """Return why a whole section of another language is left out."""
    return dropped(_SECTIONS.get(kind, f"IPVS has nothing like a section {kind}"))
