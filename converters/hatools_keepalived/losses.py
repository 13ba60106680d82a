"""Why facts of other languages do not arrive in keepalived.conf, word by word."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome


def dropped(reason: str) -> Fate:
    """Return the fate of a fact that is left out."""
    return Fate(Outcome.DROPPED, reason)


def approximated(reason: str) -> Fate:
    """Return the fate of a fact that arrives with another meaning."""
    return Fate(Outcome.APPROXIMATED, reason)


_LOG = "keepalived has no logging of requests: IPVS counts connections (ipvsadm -Ln --stats)"
_HTTP = "IPVS forwards connections and does not look into HTTP"
_CONTENT = "IPVS cannot choose by content: every connection goes to the default pool"
_FILTER = "IPVS has no rules for connections: use nftables on the director"
_TIMEOUT = "IPVS has three timeouts for the whole kernel: ipvsadm --set TCP TCPFIN UDP"
_STATS = "keepalived has no statistics page: ipvsadm -Ln --stats shows the counters"
_TLS = "IPVS passes TLS through: the real servers must terminate it"
_TLS_OUT = "IPVS passes bytes through: TLS towards a server has to come from the client"
_PROXY_PROTOCOL = "IPVS keeps the client's address and cannot send the PROXY protocol"
_SOCKET = "IPVS opens no sockets: the kernel forwards packets"
_PROCESS = "keepalived balances in the kernel: there are no processes or threads to tune"
_RETRY = "IPVS cannot move a connection to another server"
_QUEUE = "IPVS has no queue: it refuses where haproxy waits"
_STICK = "IPVS has no stick tables beyond persistence by client address"
_COOKIE = "IPVS sees no cookies"
_OBSERVE = "IPVS does not learn from live traffic: only checks count"
_NAME = "IPVS knows servers by address only"
_MAIL = "keepalived sends mail as global_defs says: smtp_server, notification_email"
_SEEN = "with IPVS the server sees the client's own address without a header"
_DNS = "keepalived resolves no names: write addresses"
_ERRORS = "IPVS answers nothing itself: clients of a dead service are refused"
_CACHE = "IPVS stores no answers"

WORDS: dict[str, str] = {
    # frontends, backends
    "acl": _CONTENT,
    "use_backend": _CONTENT,
    "use-server": _CONTENT,
    "http-request": _HTTP,
    "http-response": _HTTP,
    "http-after-response": _HTTP,
    "http-error": _ERRORS,
    "http-errors": _ERRORS,
    "errorfile": _ERRORS,
    "errorfiles": _ERRORS,
    "errorloc": _ERRORS,
    "errorloc302": _ERRORS,
    "errorloc303": _ERRORS,
    "http-reuse": _HTTP,
    "http-send-name-header": _HTTP,
    "redirect": _HTTP,
    "reqadd": _HTTP,
    "reqrep": _HTTP,
    "rspadd": _HTTP,
    "capture": _HTTP,
    "compression": "IPVS does not compress",
    "filter": _HTTP,
    "monitor-uri": _HTTP,
    "monitor": _HTTP,
    "monitor-net": _HTTP,
    "tcp-request": _FILTER,
    "tcp-response": _FILTER,
    "rate-limit": _FILTER,
    "backlog": _SOCKET,
    "maxconn": "IPVS has no limit for a service: uthreshold limits each real server",
    "fullconn": _QUEUE,
    "timeout": _TIMEOUT,
    "contimeout": _TIMEOUT,
    "clitimeout": _TIMEOUT,
    "srvtimeout": _TIMEOUT,
    "log": _LOG,
    "log-format": _LOG,
    "log-format-sd": _LOG,
    "error-log-format": _LOG,
    "log-tag": _LOG,
    "log-steps": _LOG,
    "unique-id-format": _LOG,
    "unique-id-header": _LOG,
    "stats": _STATS,
    "retries": _RETRY,
    "retry-on": _RETRY,
    "redispatch": _RETRY,
    "option redispatch": _RETRY,
    "option httplog": _LOG,
    "option tcplog": _LOG,
    "option httpslog": _LOG,
    "option dontlognull": _LOG,
    "option dontlog-normal": _LOG,
    "option logasap": _LOG,
    "option log-separate-errors": _LOG,
    "option log-health-checks": "keepalived logs changes of a server always",
    "option forwardfor": _SEEN,
    "option originalto": _SEEN,
    "option http-server-close": _HTTP,
    "option http-keep-alive": _HTTP,
    "option httpclose": _HTTP,
    "option forceclose": _HTTP,
    "option http-buffer-request": _HTTP,
    "option http-use-proxy-header": _HTTP,
    "option http-pretend-keepalive": _HTTP,
    "option tcpka": _SOCKET,
    "option clitcpka": _SOCKET,
    "option srvtcpka": _SOCKET,
    "option tcp-smart-accept": _SOCKET,
    "option tcp-smart-connect": _SOCKET,
    "option splice-auto": _SOCKET,
    "option abortonclose": _QUEUE,
    "option persist": _RETRY,
    "option prefer-last-server": _HTTP,
    "option transparent": "IPVS always shows the client's address to the server",
    "source": "IPVS keeps the client's address",
    "usesrc": "IPVS keeps the client's address",
    "stick": _STICK,
    "stick-table": _STICK,
    "persist": _STICK,
    "force-persist": _STICK,
    "ignore-persist": _STICK,
    "dynamic-cookie-key": _COOKIE,
    "cookie": _COOKIE,
    "appsession": _COOKIE,
    "email-alert": _MAIL,
    "description": "keepalived has no descriptions: write a comment",
    "id": _NAME,
    "guid": _NAME,
    "server-state-file-name": "keepalived keeps no state over a restart",
    "load-server-state-from-file": "keepalived keeps no state over a restart",
    "default-server": "keepalived has no such default for servers",
    "hash-balance-factor": "IPVS cannot bound the load of a hash",
    "hash-preserve-affinity": "IPVS cannot bound the load of a hash",
    "max-keep-alive-queue": _HTTP,
    "disabled": "keepalived has no disabled services",
    "http-check": "keepalived's HTTP_GET has no such step",
    "tcp-check": "keepalived's TCP_CHECK only connects",
    "external-check": "keepalived runs MISC_CHECK with its own environment",
    "declare": _HTTP,
    "bind-process": _PROCESS,
    "dispatch": "keepalived leads to a real_server: write dispatch as a server line",
    # binds
    "ssl": _TLS,
    "crt": _TLS,
    "crt-list": _TLS,
    "ca-file": _TLS,
    "ca-verify-file": _TLS,
    "crl-file": _TLS,
    "alpn": _TLS,
    "npn": _TLS,
    "ciphers": _TLS,
    "ciphersuites": _TLS,
    "curves": _TLS,
    "ecdhe": _TLS,
    "verify": _TLS,
    "verifyhost": _TLS_OUT,
    "no-sslv3": _TLS,
    "no-tlsv10": _TLS,
    "no-tlsv11": _TLS,
    "no-tlsv12": _TLS,
    "no-tlsv13": _TLS,
    "no-tls-tickets": _TLS,
    "force-tlsv12": _TLS,
    "force-tlsv13": _TLS,
    "ssl-min-ver": _TLS,
    "ssl-max-ver": _TLS,
    "strict-sni": _TLS,
    "allow-0rtt": _TLS,
    "generate-certificates": _TLS,
    "proto": _HTTP,
    "accept-proxy": "IPVS cannot read the PROXY protocol: the real servers receive it as sent",
    "accept-netscaler-cip": "IPVS cannot read such a header: the real servers receive it as sent",
    "transparent": "IPVS needs no socket and takes any address that reaches the director",
    "interface": "IPVS takes connections from every interface: filter with nftables",
    "name": "keepalived knows a virtual server by its address",
    "defer-accept": _SOCKET,
    "tfo": _SOCKET,
    "tcp-ut": _SOCKET,
    "mss": _SOCKET,
    "shards": _SOCKET,
    "thread": _PROCESS,
    "process": _PROCESS,
    "nice": _PROCESS,
    "v4v6": "a virtual_server has one family",
    "v6only": "a virtual_server has one family",
    "namespace": "keepalived sets net_namespace for the whole program",
    "mode": _SOCKET,
    "user": _SOCKET,
    "group": _SOCKET,
    "uid": _SOCKET,
    "gid": _SOCKET,
    "level": _SOCKET,
    # servers
    "send-proxy": _PROXY_PROTOCOL,
    "send-proxy-v2": _PROXY_PROTOCOL,
    "send-proxy-v2-ssl": _PROXY_PROTOCOL,
    "send-proxy-v2-ssl-cn": _PROXY_PROTOCOL,
    "proxy-v2-options": _PROXY_PROTOCOL,
    "check-send-proxy": "keepalived's checks cannot send the PROXY protocol",
    "check-proto": "keepalived's checks speak HTTP/1",
    "check-alpn": "keepalived's checks speak HTTP/1",
    "check-via-socks4": "keepalived's checks connect directly",
    "check-reuse-pool": "keepalived's checks open a connection each",
    "sni": _TLS_OUT,
    "minconn": _QUEUE,
    "maxqueue": _QUEUE,
    "slowstart": "keepalived has no slow start: the full weight counts at once",
    "observe": _OBSERVE,
    "error-limit": _OBSERVE,
    "on-error": _OBSERVE,
    "on-marked-down": "IPVS drops the packets of connections to a server that was removed",
    "on-marked-up": "IPVS leaves connections where they are when a server comes back",
    "non-stick": _STICK,
    "resolvers": _DNS,
    "resolve-prefer": _DNS,
    "resolve-net": _DNS,
    "resolve-opts": _DNS,
    "init-addr": _DNS,
    "redir": _HTTP,
    "pool-max-conn": _HTTP,
    "pool-purge-delay": _HTTP,
    "pool-low-conn": _HTTP,
    "ws": _HTTP,
    "max-reuse": _HTTP,
    "agent-inter": "keepalived has no agent protocol",
    "agent-port": "keepalived has no agent protocol",
    "agent-addr": "keepalived has no agent protocol",
    "agent-send": "keepalived has no agent protocol",
    "log-proto": _LOG,
    "log-bufsize": _LOG,
    "socks4": "IPVS connects to nothing itself",
    "shard": _NAME,
    # global
    "chroot": _PROCESS,
    "daemon": "keepalived runs in the background by itself",
    "gid-global": _PROCESS,
    "nbproc": _PROCESS,
    "nbthread": _PROCESS,
    "cpu-map": _PROCESS,
    "pidfile": "keepalived is told with -p where its pid goes",
    "ulimit-n": _SOCKET,
    "maxconnrate": _FILTER,
    "maxsslconn": _TLS,
    "maxsslrate": _TLS,
    "ca-base": _TLS,
    "crt-base": _TLS,
    "spread-checks": "keepalived spreads the first checks by itself (warmup)",
    "lua-load": "keepalived runs no Lua",
    "lua-load-per-thread": "keepalived runs no Lua",
    "setenv": "keepalived.conf has definitions ($NAME=) instead of an environment",
    "presetenv": "keepalived.conf has definitions ($NAME=) instead of an environment",
    "node": "keepalived is named by router_id",
    "localpeer": "keepalived's nodes find each other by VRRP",
    "hard-stop-after": _PROCESS,
    "master-worker": _PROCESS,
    "insecure-fork-wanted": "keepalived runs scripts as script_user says",
}  # fmt: skip

PREFIXES: tuple[tuple[str, str], ...] = (
    ("tune.", _PROCESS),
    ("ssl-", _TLS),
    ("issuers-chain", _TLS),
    ("no-tls", _TLS),
    ("no-ssl", _TLS),
    ("force-", _TLS),
    ("http-", _HTTP),
    ("stats", _STATS),
    ("log-", _LOG),
    ("quic-", "IPVS forwards QUIC as UDP at most and terminates none"),
    ("email-alert", _MAIL),
    ("agent-", "keepalived has no agent protocol"),
    ("no-", "keepalived has no such switch"),
)

SECTIONS: dict[str, str] = {
    "peers": "keepalived nodes share connections with lvs_sync_daemon, not by stick tables",
    "resolvers": _DNS,
    "mailers": _MAIL,
    "userlist": "IPVS asks nobody for a password",
    "cache": _CACHE,
    "program": "keepalived starts no other programs: use the system's service manager",
    "ring": _LOG,
    "log-forward": _LOG,
    "log-profile": _LOG,
    "http-errors": _ERRORS,
    "fcgi-app": "IPVS does not speak FastCGI",
    "crt-store": _TLS,
    "acme": _TLS,
    "traces": _LOG,
    "healthcheck": "keepalived describes a check inside each real_server",
}

STEERING: dict[str, Fate] = {
    "from": KEPT,  # what the named section says stands in the services that begin with it
    "mode http": approximated("IPVS forwards connections: HTTP passes as bytes"),
    "EHLO": approximated("keepalived's SMTP_CHECK greets with HELO"),
    "timeout check": approximated("keepalived's connect_timeout bounds the whole of a check"),
}
"""What is not simply left out, by its first words."""

_known: dict[tuple[str, ...], Fate] = {}


def fate_of(words: tuple[str, ...], elsewhere: str = "") -> Fate:
    """Return why a statement of another language is left out, by its first *words*.

    *elsewhere* is the reason where the table does not know the words.
    """
    key = (*words[:2], elsewhere)
    found = _known.get(key)
    if found is None:
        found = STEERING.get(" ".join(words[:2])) or STEERING.get(words[0] if words else "")
        found = _known[key] = found or dropped(_reason(words, elsewhere))
    return found


def _reason(words: tuple[str, ...], elsewhere: str) -> str:
    if words and words[0] in ("no", "default"):
        words = words[1:]
    if not words:
        return "nothing is said"
    for key in (" ".join(words[:2]), words[0]):
        if key in WORDS:
            return WORDS[key]
    for prefix, reason in PREFIXES:
        if words[0].startswith(prefix):
            return reason
    name = " ".join(words[:2]) if words[0] == "option" else words[0]
    return elsewhere or f"keepalived has nothing like {name}"


SCHEDULERS: dict[str, tuple[str, Fate]] = {
    "roundrobin": ("wrr", KEPT),
    "static-rr": ("wrr", KEPT),
    "leastconn": (
        "wlc",
        approximated("wlc weighs connections; haproxy gives idle servers the first turn"),
    ),
    "source": ("sh", approximated("sh hashes otherwise: clients land on other servers, and stay")),
    "first": ("wlc", approximated("keepalived cannot fill one server after the other: wlc")),
    "random": ("wlc", approximated("keepalived does not draw lots: wlc evens the load out")),
    "uri": ("wlc", approximated("IPVS sees no URI to hash: wlc spreads by load")),
    "url_param": ("wlc", approximated("IPVS sees no URL parameter to hash: wlc spreads by load")),
    "hdr": ("wlc", approximated("IPVS sees no header to hash: wlc spreads by load")),
    "rdp-cookie": ("wlc", approximated("IPVS sees no RDP cookie: wlc spreads by load")),
    "hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "log-hash": ("wlc", approximated("IPVS hashes addresses only: wlc spreads by load")),
    "sticky": ("wlc", approximated("IPVS has no sticky scheduler: wlc spreads by load")),
}
CONSISTENT_HASH = approximated("mh hashes otherwise: clients land on other servers, and stay")
OWN_SCHEDULERS = frozenset(
    ("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "sh", "mh", "dh", "fo", "ovf", "sed", "nq", "twos")
)
