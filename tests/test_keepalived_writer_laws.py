"""Whatever a model holds, it is written without an exception and reads back as intended."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from keepalived_topologies import here
from test_keepalived_writer import read_back

from hatools.model import (
    Check,
    Expect,
    HttpRequest,
    Listener,
    Persistence,
    Pool,
    RealServer,
    Scheduler,
    ScriptRun,
    Service,
    Topology,
    differences,
)
from hatools.plugin import Settings, Target

_hosts = st.sampled_from(
    ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14", "2001:db8::13",
     "2001:db8::11", "2001:DB8:0::12", "127.0.0.1", "0.0.0.0",
     "app.example.com", "", "*", "/run/app.sock", "unix@x", "[::1]", "192.0.2.300"]
)  # fmt: skip
_text = st.text(
    st.sampled_from(list("ab/.?#!\"'\\${}@~ \t\n\0;<>()é\udcff")), max_size=12
) | st.sampled_from(["${_HASH}", "$X", "//x", "{{ x }}", "x" * 2000, "@id", "~SEQ(i,1,2)"])
_seconds = st.floats(0, 5000, allow_nan=False) | st.sampled_from([1e-9, 0.1, 2.0, 1e9])
_ports = st.none() | st.sampled_from([80, 81, 443])
_expects = st.builds(
    Expect,
    st.sampled_from(["status", "rstatus", "string", "regex", "digest", "header"]),
    _text | st.sampled_from(["200", "200-299", "200,404", "2xx", "999", "(", "^2"]),
    st.booleans(),
).filter(lambda expect: expect.kind != "digest" or expect.value == "")
_requests = st.builds(
    lambda *said, expects: HttpRequest(*said, expects=expects),
    st.sampled_from(["GET", "OPTIONS"]),
    _text,
    st.sampled_from(["1.0", "1.1", "2", ""]),
    _text,
    st.just(()) | st.tuples(st.tuples(st.sampled_from(["Host", "X"]), _text)),
    expects=st.lists(_expects, max_size=3).map(tuple),
)
_checks = st.builds(
    lambda **said: Check(**said),
    kind=st.sampled_from(["tcp", "smtp", "script", "mysql", "agent", "steps"]),
    address=st.none() | _hosts,
    port=_ports,
    interval=_seconds,
    fast_interval=_seconds,
    down_interval=_seconds,
    connect_timeout=st.none() | _seconds,
    timeout=st.none() | _seconds,
    rise=st.integers(1, 5),
    fall=st.integers(0, 5),
    initial=st.sampled_from(["up", "fully-up", "down", "fully-down"]),
    detail=st.none() | _text | _text.map(lambda text: ScriptRun(text)),
    tracks=st.sampled_from(["", "", "", "app/a", "x"]),
    own=st.just(()) | st.tuples(st.tuples(_text)),
) | st.builds(
    lambda **said: Check(**said),
    kind=st.just("http"),
    tls=st.booleans(),
    sni=st.just("") | _text,
    detail=st.none() | st.lists(_requests, max_size=2).map(tuple),
)
_servers = st.builds(
    RealServer,
    _hosts,
    _ports,
    st.sampled_from([1, 1, 7, 0, 256]),
    st.sampled_from(["a", "b"]) | _text,
    role=st.sampled_from(["active", "active", "active", "backup"]),
    state=st.sampled_from(["ready", "ready", "ready", "maintenance", "drain"]),
    upper_threshold=st.none() | st.integers(0, 100),
    checks=st.lists(_checks, max_size=2).map(tuple),
    own=st.just(()) | st.tuples(st.tuples(_text, _text)),
    origin=st.builds(here),
)
_listeners = st.builds(
    Listener,
    st.none() | _hosts,
    st.sampled_from([(80, 80), (80, 83), (1, 65535), None]),
    st.sampled_from(["tcp", "tcp", "udp"]),
    family=st.sampled_from([0, 4, 6]),
    own=st.just(()) | st.just((("v6only",),)),
    origin=st.builds(here),
)
_persistence = st.builds(
    Persistence,
    st.sampled_from(["address", "cookie"]),
    st.none() | _seconds,
    st.none() | st.integers(0, 128),
)
_services = st.builds(
    Service,
    st.sampled_from(["web", "app"]) | _text,
    st.lists(_listeners, min_size=1, max_size=3),
    st.sampled_from([4, 7]),
    default_pool=st.sampled_from(["app", "app", "app", "app", "other", ""]),
    own=st.just(()) | st.tuples(st.tuples(_text)),
    origin=st.builds(here),
)
_topologies = st.builds(
    lambda services, servers, more, persistence, scheduler: Topology(
        services=services,
        pools=[
            Pool("app", scheduler, servers, persistence, origin=here()),
            Pool("other", scheduler, more, persistence, origin=here()),
        ],
    ),
    st.lists(_services, min_size=1, max_size=3),
    st.lists(_servers, min_size=2, max_size=5),
    st.lists(_servers, max_size=2),
    st.none() | _persistence,
    st.builds(Scheduler, st.sampled_from(["roundrobin", "source", "x"])),
)
_settings = st.lists(
    st.sampled_from(
        ["vip=2001:db8::10 192.0.2.10", "vip=x", "address=192.0.2.50", "address=192.0.2.50",
         "forwarding=direct", "forwarding=tunnel", "forwarding=x", "persistence=60",
         "persistence=x"]
    ), max_size=3,
).map(lambda more: Settings(["vip=192.0.2.10,2001:db8::20", *more]))  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck),
          phases=(Phase.explicit, Phase.reuse, Phase.generate))  # fmt: skip
@given(_topologies, _settings, st.sampled_from(["", "2.0", "2.0.13", "nonsense"]))
def test_reads_back_as_intended(topology: Topology, given: Settings, version: str) -> None:
    writing = write_whole(topology, Target(version, given))
    written = {item.name for item in topology.services} - {name for name, _ in writing.lost}
    assert (writing.main is not None) == bool(writing.intended.services)
    assert writing.main is not None or not written or writing.lost
    if writing.main is None:
        return
    assert all(len(line.encode("utf-8", "surrogateescape")) < 1023
               for line in writing.main.text.split("\n"))  # fmt: skip
    assert differences(read_back(writing.main.text), writing.intended) == []


def write_whole(topology: Topology, target: Target):  # type: ignore[no-untyped-def]
    from hatools_keepalived.writer import write

    writing = write(topology, target)
    wanted = 0
    for service in topology.services:
        wanted += 1 + len(service.listeners) + len(service.rules)
    for pool in topology.pools:
        wanted += 1 + len(pool.servers)
    assert len(writing.records) == len({record.origin for record in writing.records}) == wanted
    return writing
