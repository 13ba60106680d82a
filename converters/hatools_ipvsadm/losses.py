"""Why facts of other languages do not arrive in IPVS, word by word."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome


def dropped(reason: str) -> Fate:
    """Return the fate of a fact that is left out."""
    return Fate(Outcome.DROPPED, reason)


def approximated(reason: str) -> Fate:
    """Return the fate of a fact that arrives with another meaning."""
    return Fate(Outcome.APPROXIMATED, reason)


def moved(reason: str) -> Fate:
    """Return the fate of a fact that a companion file holds."""
    return Fate(Outcome.MOVED, reason)


UNCHECKED = dropped("ipvsadm checks no server: one that fails stays in the table")
UNWATCHED = dropped("ipvsadm checks no server: nothing would bring a spare one in")
NO_QUORUM = dropped("IPVS has no quorum: the table takes no notice of how many servers are up")
NO_VRRP = dropped("IPVS has no VRRP: something else must move the addresses")
NO_MAIL = dropped("ipvsadm sends no mail")
NO_TRACKER = dropped("ipvsadm watches nothing")
NO_RULES = dropped("IPVS sees no content: one pool for each address and port")
NO_LIMIT = dropped("IPVS has no limit for a service: -x limits each server")
ALL_SPARES = dropped("IPVS has no spare servers")
LAYER = approximated("IPVS forwards connections: HTTP passes as bytes")

_CONTENT = "IPVS sees no content: it forwards packets"
_LOG = "IPVS logs nothing: ipvsadm -Ln --stats counts"
_TLS = "IPVS passes TLS through: the servers must terminate it"
_PROCESS = "IPVS works in the kernel: there is no process to tune"
_CHECKS = UNCHECKED.reason
_SCRIPTS = "ipvsadm runs no scripts"
_TIMEOUT = "IPVS has three time limits for the whole kernel: ipvsadm --set TCP TCPFIN UDP"
_STICK = "IPVS has no stick tables beyond persistence by client address"
_RETRY = "IPVS cannot move a connection to another server"
_QUEUE = "IPVS has no queue: it refuses at once"
_SOCKET = "IPVS opens no sockets"
_PROXY = "IPVS keeps the client's address and cannot send the PROXY protocol"
_NAMES = "IPVS knows services and servers by address only"

_STARTS: tuple[tuple[str, str], ...] = (
    # haproxy
    ("http-check", _CHECKS), ("tcp-check", _CHECKS), ("external-check", _CHECKS),
    ("agent-", _CHECKS), ("check-", _CHECKS), ("option httpchk", _CHECKS),
    ("option log-health", _LOG), ("option tcplog", _LOG), ("option httplog", _LOG),
    ("option dontlog", _LOG), ("option logasap", _LOG), ("log", _LOG), ("unique-id", _LOG),
    ("error-log", _LOG), ("option redispatch", _RETRY), ("option tcpka", _SOCKET),
    ("option clitcpka", _SOCKET), ("option srvtcpka", _SOCKET), ("option splice", _SOCKET),
    ("option forwardfor", "IPVS adds no header: the server sees the client's own address"),
    ("option", _CONTENT), ("acl", _CONTENT), ("use_backend", _CONTENT), ("use-server", _CONTENT),
    ("http", _CONTENT), ("req", _CONTENT), ("rsp", _CONTENT), ("redirect", _CONTENT),
    ("capture", _CONTENT), ("compression", _CONTENT), ("errorfile", _CONTENT),
    ("errorloc", _CONTENT), ("filter", _CONTENT), ("monitor", _CONTENT), ("cookie", _CONTENT),
    ("tcp-re", "IPVS has no rules for connections: use nftables on the director"),
    ("timeout", _TIMEOUT), ("contimeout", _TIMEOUT), ("clitimeout", _TIMEOUT),
    ("srvtimeout", _TIMEOUT), ("stats", "IPVS has no statistics page: ipvsadm -Ln --stats"),
    ("stick", _STICK), ("retries", _RETRY), ("retry-on", _RETRY), ("redispatch", _RETRY),
    ("ssl", _TLS), ("crt", _TLS), ("ca-", _TLS), ("alpn", _TLS), ("ciphers", _TLS),
    ("verify", _TLS), ("sni", _TLS), ("no-tls", _TLS), ("no-ssl", _TLS), ("curves", _TLS),
    ("fullconn", _QUEUE), ("minconn", _QUEUE), ("maxqueue", _QUEUE), ("backlog", _SOCKET),
    ("maxconn", NO_LIMIT.reason), ("send-proxy", _PROXY), ("accept-proxy", _PROXY),
    ("slowstart", "IPVS has no slow start: the full weight counts at once"),
    ("on-marked", _CHECKS), ("observe", _CHECKS), ("error-limit", _CHECKS), ("on-error", _CHECKS),
    ("transparent", "IPVS needs no socket and takes any address that reaches the director"),
    ("source", "IPVS keeps the client's address"), ("resolvers", "IPVS resolves no names"),
    ("resolve-", "IPVS resolves no names"), ("init-addr", "IPVS resolves no names"),
    ("mode", LAYER.reason), ("nbproc", _PROCESS), ("nbthread", _PROCESS), ("tune.", _PROCESS),
    ("daemon", _PROCESS), ("chroot", _PROCESS), ("user", _PROCESS), ("group", _PROCESS),
    ("pidfile", _PROCESS), ("ulimit", _PROCESS), ("master-worker", _PROCESS),
    ("name", _NAMES), ("id", _NAMES), ("description", _NAMES), ("interface", _SOCKET),
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
    "userlist": "IPVS asks nobody for a password",
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


# what haproxy's balance becomes: name, fate
SCHEDULERS: dict[str, tuple[str, Fate]] = {
    "roundrobin": ("wrr", KEPT),
    "static-rr": ("wrr", KEPT),
    "leastconn": (
        "wlc",
        approximated("wlc weighs connections; haproxy gives idle servers the first turn"),
    ),
    "source": ("sh", approximated("sh hashes otherwise: clients land on other servers, and stay")),
    "first": (
        "wlc",
        approximated("IPVS has no filling one server after the other by maxconn: wlc"),
    ),
    "random": ("wlc", approximated("IPVS draws no lots here: wlc evens the load out")),
    "uri": ("wlc", approximated("IPVS sees no URI to hash: wlc spreads by load")),
    "url_param": ("wlc", approximated("IPVS sees no URL parameter to hash: wlc spreads by load")),
    "hdr": ("wlc", approximated("IPVS sees no header to hash: wlc spreads by load")),
    "rdp-cookie": ("wlc", approximated("IPVS sees no RDP cookie: wlc spreads by load")),
    "hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "log-hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "sticky": ("wlc", approximated("IPVS has no sticky scheduler: wlc spreads by load")),
}
CONSISTENT = ("mh", approximated("mh hashes otherwise: clients land on other servers, and stay"))
