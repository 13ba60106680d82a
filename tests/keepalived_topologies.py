"""Topologies as a reader of haproxy.cfg or of an IPVS table makes them, to be written."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import cycle

from hatools.model import (
    Check,
    Condition,
    DnsQuery,
    Expect,
    HttpRequest,
    Listener,
    Origin,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Rule,
    Scheduler,
    ScriptRun,
    Section,
    Service,
    Topology,
    Tunnel,
    UdpProbe,
)
from hatools.text import Document, Expansion, Source, Statement

TCP = Check("tcp", rise=2, fall=3)
LVS_TCP = Check("tcp", interval=5.0, down_interval=5.0, fast_interval=1.0, connect_timeout=5.0,
                fall=2)  # fmt: skip
MAIL = Check("smtp", rise=2, fall=3, detail="mx.example.com")


@dataclass
class Case:
    """A topology, and what the user said with ``--set``."""

    topology: Topology
    settings: tuple[str, ...] = ()
    version: str = ""
    lost: dict[str, str] = field(default_factory=dict)


_ROWS = 2000
_LINES = Document(Source("haproxy.cfg", "line\n" * _ROWS), [Statement(("line",), 0, 4)] * _ROWS,
                  list(range(_ROWS)))  # fmt: skip
EXPANSION = Expansion([_LINES], _LINES.statements)
_places = cycle(range(_ROWS))


def here(*fields: str) -> Origin:
    """Return an origin of its own, so that the object must be accounted for."""
    return Origin(EXPANSION, next(_places), dict.fromkeys(("", *fields), (0,)))


def web(
    *servers: RealServer,
    listeners: tuple[Listener, ...] = (),
    balance: Scheduler | None = None,
    service: dict[str, object] | None = None,
    name: str = "web",
    **pool: object,
) -> Topology:
    """Return a frontend *name* that leads to the pool ``app`` with *servers*."""
    if not listeners:
        listeners = (Listener("192.0.2.10", (80, 80), origin=here()),)
    front = Service(name, list(listeners), default_pool="app", origin=here())
    for key, value in (service or {}).items():
        setattr(front, key, value)
    behind = Pool("app", balance or Scheduler("roundrobin"), list(servers), origin=here())
    for key, value in pool.items():
        setattr(behind, key, value)
    return Topology(services=[front], pools=[behind])


def server(number: int = 11, port: int | None = 80, **more: object) -> RealServer:
    """Return the server 192.0.2.*number*, checked with TCP unless *more* says otherwise."""
    made = RealServer(f"192.0.2.{number}", port, name=f"web{number}", checks=(TCP,), origin=here())
    for key, value in more.items():
        setattr(made, key, value)
    return made


def listener(address: str | None = "192.0.2.10", first: int | None = 80, last: int = 0,
             **more: object) -> Listener:  # fmt: skip
    made = Listener(address, None if first is None else (first, last or first), origin=here())
    for key, value in more.items():
        setattr(made, key, value)
    return made


def http(*expects: Expect, **more: object) -> Check:
    """Return the HTTP check of haproxy with *expects*; *more* are fields of the request."""
    request = HttpRequest(**{"method": "OPTIONS", "expects": expects, **more})  # type: ignore[arg-type]
    return Check("http", rise=2, fall=3, detail=(request,))


def lvs(*servers: RealServer, **more: object) -> Topology:
    """Return what an IPVS table or keepalived.conf holds: a service that masquerades."""
    for item in servers:
        if item.forwarding == "proxy":
            item.forwarding = "masquerade"
        item.checks = tuple(LVS_TCP if check is TCP else check for check in item.checks)
    return web(*servers, balance=Scheduler("wlc"), **more)  # type: ignore[arg-type]


_STATUS = Expect("status", "200-399")
_SHEDULERS = ("roundrobin", "static-rr", "leastconn", "source", "first", "random", "uri", "hdr",
              "url_param", "rdp-cookie", "hash", "strange")  # fmt: skip

CASES: dict[str, Case] = {
    "one server": Case(web(server())),
    "weights": Case(web(server(11, weight=3), server(12), server(13, weight=0))),
    "no checks": Case(web(server(checks=()))),
    "another port": Case(web(server(port=8080))),
    "port of the client": Case(web(server(port=None))),
    "IPv6": Case(
        web(server(address="2001:db8::11"), listeners=(listener("2001:db8::10"),)),
    ),
    "both families": Case(
        web(server(11), server(12, address="2001:db8::12"),
            listeners=(listener(), listener("2001:db8::10"))),
    ),
    "two addresses": Case(web(server(), listeners=(listener(), listener("192.0.2.20")))),
    "two ports": Case(web(server(), listeners=(listener(), listener(first=8080)))),
    "two ports, port of the client": Case(
        web(server(port=None), listeners=(listener(), listener(first=8080))),
    ),
    "range of ports": Case(web(server(), listeners=(listener(first=5000, last=5009),))),
    "too many ports": Case(
        web(server(), listeners=(listener(first=5000, last=5999),)),
        lost={"web": "1000 ports"},
    ),
    "any address": Case(
        web(server(), listeners=(listener(None),)), lost={"web": "needs --set vip@web=ADDRESS"}
    ),
    "any address, given": Case(web(server(), listeners=(listener(None),)), ("vip=192.0.2.30",)),
    "any address, given for it": Case(
        web(server(), listeners=(listener(None), listener(None, 443))),
        ("vip@web=192.0.2.30,192.0.2.31",),
    ),
    "any address, nonsense given": Case(
        web(server(), listeners=(listener(None),)), ("vip=web.example.com",),
        lost={"web": "needs --set vip@web=ADDRESS"},
    ),
    "socket": Case(
        web(server(), listeners=(listener(path="/run/web.sock"),)), lost={"web": "not at sockets"}
    ),
    "a server by name": Case(
        web(server(11), server(12, address="app.example.com")),
    ),
    "only servers by name": Case(
        web(server(12, address="app.example.com")),
        lost={"web": "needs an address: --resolve or --set address@app.example.com=IP"},
    ),
    "a server by name, given": Case(
        web(server(12, address="app.example.com")), ("address@app.example.com=192.0.2.77",)
    ),
    "TLS": Case(
        web(server(port=443),
            listeners=(listener(first=443, own=(("ssl",), ("crt", "/etc/web.pem"))),)),
    ),
    "backup": Case(web(server(), server(12, role="backup"))),
    "two backups": Case(
        web(server(), server(12, role="backup"), server(13, role="backup"), fallback_all=True)
    ),
    "only backups": Case(web(server(11, role="backup"), server(12, role="backup"))),
    "disabled": Case(web(server(), server(12, state="maintenance"))),
    "all disabled": Case(web(server(state="maintenance")), lost={"web": "all its servers"}),
    "all disabled but a backup": Case(
        web(server(state="maintenance"), server(12, role="backup")),
    ),
    "limits": Case(web(server(upper_threshold=100), server(12, upper_threshold=200))),
    "twice the same": Case(web(server(), server(name="again"))),
    "stickiness": Case(web(server(), persistence=Persistence("address", 1800.0))),
    "stickiness by network": Case(
        web(server(), persistence=Persistence("address", 90.5, 24)),
    ),
    "stickiness by IPv6 network": Case(
        web(server(address="2001:db8::11"), persistence=Persistence("address", 60.0, 64),
            listeners=(listener("2001:db8::10"), listener("2001:db8::20"))),
    ),
    "cookie": Case(
        web(server(own=(("cookie", "a"),)), persistence=Persistence("cookie", words=("SRV",))),
    ),
    "cookie, seconds given": Case(
        web(server(), persistence=Persistence("cookie", words=("SRV",))), ("persistence=600",)
    ),
    "all ports": Case(web(server(port=None, checks=()), listeners=(listener(first=None),))),
    "direct routing": Case(
        web(server(), server(12, port=8080), listeners=(listener(), listener("192.0.2.20"))),
        ("forwarding=direct",),
    ),
    "tunnels": Case(web(server()), ("forwarding@web=tunnel",)),
    "no such method": Case(web(server()), ("forwarding=magic",)),
    "TCP check": Case(
        web(
            server(checks=(
                Check("tcp", "192.0.2.99", 81, 1.5, 0.5, 5.0, 0.25, None, 3, 5,
                      source_address="192.0.2.1", source_port=4000, interface="lo", mark=7),
            )),
            server(12),
        )
    ),
    "check without patience": Case(web(server(checks=(Check("tcp", fall=1),)))),
    "mixed checks": Case(
        web(server(checks=(TCP, MAIL)), server(12, checks=(http(_STATUS),)),
            server(13, checks=(Check("tcp", interval=7.25, initial="down"),))),
    ),
    "HTTP check": Case(web(server(checks=(http(),)))),
    "HTTP check with a host": Case(
        web(server(checks=(http(_STATUS, path="/health?a=b#c!{d}", version="1.1",
                                headers=(("Host", "www.example.com"), ("X", "y"))),)))
    ),
    "HTTP check that wants text": Case(
        web(server(checks=(http(Expect("string", 'it is "fine" (2.0) #1'), path="/x"),))),
    ),
    "HTTP check that wants a pattern": Case(
        web(server(checks=(http(Expect("regex", r'a\.b "c"\d+$', True), path="/x"),))),
    ),
    "HTTP check that does not want": Case(
        web(server(checks=(http(Expect("status", "500,503", True)),))),
    ),
    "HTTP check with a status pattern": Case(
        web(server(checks=(http(Expect("rstatus", "^(2|3)0[0-4]")),))),
    ),
    "HTTPS check": Case(
        web(server(checks=(
            Check("http", tls=True, sni="www.example.com", rise=2, fall=3,
                  detail=(HttpRequest("GET", "/ok", expects=(Expect("status", "204"),)),)),
        )))
    ),
    "several requests": Case(
        web(server(checks=(
            Check("http", detail=(HttpRequest(path="/a"), HttpRequest(path="/b"))),
        )))
    ),
    "mail check": Case(web(server(checks=(MAIL,)))),
    "script check": Case(
        web(server(checks=(Check("script", detail=ScriptRun("/bin/true"), timeout=2.5),)),
            server(12, checks=(Check("script", detail=ScriptRun("/bin/true"), timeout=2.5),)))
    ),
    "script without command": Case(
        web(server(checks=(Check("script", detail=None),))),
    ),
    "tracks another": Case(
        Topology(
            services=[Service("web", [listener()], default_pool="app", origin=here())],
            pools=[
                Pool("app", Scheduler("roundrobin"),
                     [server(checks=(Check(tracks="probe/p1"),)),
                      server(12, checks=(Check(tracks="probe/p2"),))], origin=here()),
                Pool("probe", Scheduler("roundrobin"),
                     [server(91, 81, name="p1", checks=(http(_STATUS),))], origin=here()),
            ],
        )
    ),
    "old keepalived": Case(
        web(server(checks=(http(_STATUS),)), server(12, checks=(Check("tcp", interval=0.5),))),
        version="2.0",
    ),
    "rules": Case(
        web(server(), service={
            "rules": [Rule("static", Condition("url_static"), here())], "layer": 7,
            "own": (("acl", "url_static", "path_beg", "/static"), ("option", "httplog")),
            "connection_limit": 1000,
        })
    ),
    "only rules": Case(
        web(server(), service={"rules": [Rule("app", Condition("x"), here())],
                               "default_pool": ""}),
        lost={"web": "name a default_backend"},
    ),
    "no servers": Case(web(), lost={"web": "no server behind it"}),
    "no such pool": Case(
        web(server(), service={"default_pool": "none"}), lost={"web": "not defined"}
    ),
    "switched off": Case(
        web(server(), service={"own": (("disabled",),)}), lost={"web": "it is disabled"}
    ),
    "sections": Case(
        Topology(
            services=web(server()).services, pools=web(server()).pools,
            sections=[
                Section("global", own=(("log", "/dev/log", "local0"), ("maxconn", "4000")),
                        origin=here()),
                Section("peers", "mesh", (("peer", "a", "192.0.2.1:1"),), here()),
            ],
        )
    ),
    "shared pool": Case(
        Topology(
            services=[
                Service("one", [listener()], default_pool="app", origin=here()),
                Service("two", [listener(first=81)], default_pool="app", origin=here()),
                Service("three", [listener()], default_pool="app", origin=here()),
            ],
            pools=[Pool("app", Scheduler("leastconn"), [server(), server(12)], origin=here()),
                   Pool("idle", Scheduler("leastconn"), [server(13)], origin=here())],
        ),
        lost={"three": "taken by one"},
    ),
    "same pool for both families": Case(
        Topology(
            services=[
                Service("one", [listener()], default_pool="app", origin=here()),
                Service("two", [listener("2001:db8::10")], default_pool="app", origin=here()),
            ],
            pools=[Pool("app", Scheduler("leastconn"),
                        [server(), server(12, address="2001:db8::12")], origin=here())],
        ),
    ),
    "UDP beside TCP": Case(
        lvs(server(checks=(Check("dns", interval=60.0, fast_interval=60.0, down_interval=60.0,
                                 connect_timeout=5.0, timeout=5.0, fall=4,
                                 detail=DnsQuery("A", "www.example.com")),)),
            listeners=(listener(first=53), listener(first=53, protocol="udp"))),
    ),
    "marks": Case(
        lvs(server(port=None, checks=()),
            listeners=(listener(None, None, mark=5, protocol="any"),
                       listener(None, None, mark=6, protocol="any", family=4))),
    ),
    "LVS methods": Case(
        lvs(server(), server(12, forwarding="direct"),
            server(13, forwarding="tunnel", tunnel=Tunnel("gue", 6000, "csum")),
            server(14, role="sorry", checks=(), on_failure="zero-weight")),
    ),
    "quorum": Case(
        lvs(server(weight=5), server(12, weight=5),
            quorum=Quorum(7, 2, "/bin/true up", "/bin/true down")),
    ),
    "own words": Case(
        lvs(server(own=(("notify_up", "/bin/true up"),), on_failure="zero-weight",
                   upper_threshold=9, lower_threshold=3),
            own=(("ha_suspend",), ("persistence_engine", "sip"))),
    ),
    "one packet": Case(
        lvs(server(checks=(Check("udp", interval=60.0, down_interval=60.0, fast_interval=1.0,
                                 connect_timeout=5.0, timeout=5.0, fall=2,
                                 detail=UdpProbe("0a01", "*")),
                           Check("ping", interval=60.0, down_interval=60.0, fast_interval=1.0,
                                 connect_timeout=5.0, timeout=5.0, fall=2))),
            listeners=(listener(protocol="udp"),), one_packet=True),
    ),
    **{
        f"balance {name}": Case(web(server(), balance=Scheduler(name))) for name in _SHEDULERS
    },
    "balance source, consistent": Case(
        web(server(), balance=Scheduler("source", ("hash-type", "consistent")))
    ),
    **{
        f"check {kind}": Case(web(server(checks=(Check(kind, rise=2, fall=3),))))
        for kind in ("mysql", "pgsql", "redis", "ldap", "tls-hello", "spop", "steps", "agent",
                     "strange")
    },
}  # fmt: skip
