"""Writing haproxy.cfg: what stands in the file, what is said of the rest, what haproxy thinks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import haproxy_check

from hatools.model import (
    Check,
    Expect,
    HttpRequest,
    Listener,
    Origin,
    Persistence,
    Pool,
    Quorum,
    RealServer,
    Scheduler,
    ScriptRun,
    Section,
    Service,
    Topology,
    Tunnel,
    VirtualRouter,
    differences,
)
from hatools.plugin import Place, Settings, Target, Writing
from hatools.text import Expansion, Severity, Source
from hatools_haproxy.adapting_listeners import Refusal, expand_range
from hatools_haproxy.check_lines import agent_options
from hatools_haproxy.codec import HaproxyCodec
from hatools_haproxy.external_scripts import split_command
from hatools_haproxy.quoting import duration, quote
from hatools_haproxy.scheduling import fit_weights
from hatools_haproxy.writer import write

TCP = Check("tcp", None, None, 6.0, 3.0, 6.0, 5.0, None, 1, 2)
HTTP = Check(
    "http", None, None, 6.0, 3.0, 6.0, 3.0, 3.0, 1, 4,
    detail=(HttpRequest(path="/", expects=(Expect("status", "200-299"),)),),
)  # fmt: skip


def checked(base: Check, **changes: object) -> Check:
    values = {name: getattr(base, name) for name in Check._fields}
    return Check(**{**values, **changes})  # type: ignore[arg-type]


def server(last: int, port: int | None = 80, **more: object) -> RealServer:
    values: dict[str, object] = {"forwarding": "masquerade", "checks": (TCP,), **more}
    return RealServer(f"192.0.2.{last}", port, **values)  # type: ignore[arg-type]


def sorry() -> RealServer:
    return server(100, role="sorry", checks=())


def one(
    *servers: RealServer, scheduler: Scheduler | str = "wrr", listener: Listener | None = None,
    name: str = "192.0.2.10:80", **more: object,
) -> Topology:  # fmt: skip
    """Return a model of one service with *servers*; *more* are fields of the pool."""
    chosen = Scheduler(scheduler) if isinstance(scheduler, str) else scheduler
    heard = listener or Listener("192.0.2.10", (80, 80))
    pool = Pool(name, chosen, list(servers), **more)  # type: ignore[arg-type]
    return Topology(services=[Service(name, [heard], default_pool=name)], pools=[pool])


def written(topology: Topology, version: str = "", *facts: str) -> Writing:
    return write(topology, Target(version, Settings(facts)))


def text_of(topology: Topology, version: str = "", *facts: str) -> str:
    main = written(topology, version, *facts).main
    assert main is not None
    return main.text


def fates(topology: Topology, item: object, version: str = "") -> dict[str, tuple[str, str]]:
    """Return what is said of the fields of *item*, by field."""
    origin = item.origin = Origin(Expansion([], []))  # type: ignore[attr-defined]
    for record in written(topology, version).records:
        if record.origin is origin:
            return {
                name: (fate.outcome.value, fate.reason) for name, fate in record.verdict.items()
            }
    raise AssertionError("no record")


def lines(text: str, word: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.split()[:1] == [word]]


def test_a_whole_file() -> None:
    topology = one(
        server(11, weight=3), server(12, 8080), sorry(), persistence=Persistence("address", 50.0)
    )
    assert text_of(topology) == (
        "defaults\n"
        "    mode tcp\n"
        "    timeout connect 5s\n"
        "    timeout client 15m\n"
        "    timeout server 15m\n"
        "\n"
        "listen vs_192.0.2.10_80\n"
        "    bind 192.0.2.10:80\n"
        "    balance roundrobin\n"
        "    stick-table type ipv6 size 1m expire 50s\n"
        "    stick on src\n"
        "    timeout check 5s\n"
        "    default-server inter 6s fastinter 3s rise 1 fall 2\n"
        "    server rs_192.0.2.11_80     192.0.2.11:80   weight 3 check\n"
        "    server rs_192.0.2.12_8080   192.0.2.12:8080 weight 1 check\n"
        "    server sorry_192.0.2.100_80 192.0.2.100:80  weight 1 backup non-stick\n"
    )


def test_what_was_added_is_assumed_and_says_where() -> None:
    writing = written(one(server(11), persistence=Persistence("address", 50.0)))
    assert writing.main is not None
    rows = writing.main.text.splitlines()
    assert {added.fact for added in writing.assumptions} == {
        "timeout connect 5s", "timeout client 15m", "timeout server 15m",
        "stick-table type ipv6 size 1m",
    }  # fmt: skip
    assert all(rows[added.line - 1].strip().startswith(added.fact) for added in writing.assumptions)


SCHEDULERS = {
    "rr": ("roundrobin", "kept"), "wrr": ("roundrobin", "kept"), "lc": ("leastconn", "kept"),
    "wlc": ("leastconn", "approximated"), "sed": ("leastconn", "approximated"),
    "nq": ("leastconn", "approximated"), "sh": ("source", "approximated"),
    "mh": ("source", "approximated"), "dh": ("source", "approximated"),
    "lblc": ("leastconn", "approximated"), "lblcr": ("leastconn", "approximated"),
    "fo": ("roundrobin", "kept"), "ovf": ("first", "approximated"),
    "twos": ("random", "approximated"), "coin": ("leastconn", "approximated"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEDULERS)
def test_schedulers(name: str) -> None:
    topology = one(server(11), scheduler=name)
    balance, outcome = SCHEDULERS[name]
    assert lines(text_of(topology), "balance") == [f"balance {balance}"]
    said = fates(topology, topology.pools[0])["scheduler"]
    assert said[0] == outcome
    assert bool(said[1]) == (outcome != "kept")


def test_maglev_is_a_consistent_hash() -> None:
    topology = one(server(11), scheduler=Scheduler("mh", ("mh-port",)))
    assert lines(text_of(topology), "hash-type") == ["hash-type consistent"]
    assert "client's port" in fates(topology, topology.pools[0])["scheduler"][1]


@pytest.mark.parametrize("name", ["rr", "lc"])
def test_schedulers_that_take_no_notice_of_weights(name: str) -> None:
    topology = one(server(11, weight=7), server(12, weight=0), scheduler=name)
    assert [each.weight for each in written(topology).intended.pools[0].servers] == [1, 0]
    assert fates(topology, topology.pools[0].servers[0])["weight"][0] == "kept"


def test_failover_puts_the_largest_weight_first() -> None:
    topology = one(
        server(11, weight=3), server(12, weight=9), server(13, weight=5), sorry(), scheduler="fo"
    )
    servers = written(topology).intended.pools[0].servers
    assert [(each.address[-2:], each.role) for each in servers] == [
        ("12", "active"), ("13", "backup"), ("11", "backup"), ("00", "backup"),
    ]  # fmt: skip


def test_overflow_fills_servers_by_weight() -> None:
    topology = one(server(11, weight=3), server(12, weight=9), scheduler="ovf")
    servers = written(topology).intended.pools[0].servers
    assert [(each.address[-2:], each.upper_threshold) for each in servers] == [
        ("12", 10),
        ("11", 4),
    ]


@pytest.mark.parametrize(
    ("weights", "after", "outcome", "says"),
    [
        ([1, 256], [1, 256], "kept", ""),
        ([1000, 3000], [1, 3], "approximated", "divided by 1000"),
        ([0, 600, 900], [0, 2, 3], "approximated", "divided by 300"),
        ([1, 1000], [1, 256], "approximated", "0.29 percentage points"),
    ],
)
def test_weights_fit(weights: list[int], after: list[int], outcome: str, says: str) -> None:
    table, fate = fit_weights(weights)
    assert [table.get(weight, weight) for weight in weights] == after
    assert fate.outcome.value == outcome
    assert says in fate.reason


@given(st.lists(st.integers(0, 2**31 - 1), min_size=1, max_size=20))
def test_weights_always_fit_and_keep_their_order(weights: list[int]) -> None:
    table, _ = fit_weights(weights)
    after = [table.get(weight, weight) for weight in weights]
    assert all(0 <= weight <= 256 for weight in after)
    assert all((one == 0) == (other == 0) for one, other in zip(weights, after, strict=True))
    ranked = sorted(zip(weights, after, strict=True))
    assert [new for _, new in ranked] == sorted(after)


REFUSED = [
    (Listener("192.0.2.10", (53, 53), "udp"), (), "haproxy has no generic UDP proxy"),
    (Listener("192.0.2.10", (53, 53), "sctp"), (), "haproxy has no SCTP proxy"),
    (Listener(mark=5, protocol="any"), (), "needs --set vip@fwmark:5=ADDRESS:PORT"),
    (
        Listener(mark=5, protocol="any"),
        ("vip@fwmark:5=192.0.2.9",),
        "needs --set port@fwmark:5=PORT",
    ),
    (Listener("192.0.2.10"), (), "needs --set port@web=PORT"),
    (Listener("10.0.0.0/8", (80, 80)), (), "10.0.0.0/8 is 16777216 addresses"),
    (Listener("10.0.0.0/23", (80, 80)), (), "10.0.0.0/23 is 512 addresses"),
    (Listener("www.example.com", (80, 80)), (), "needs --set vip@web=ADDRESS"),
    (
        Listener("www.example.com"),
        ("vip@web=192.0.2.9",),
        "haproxy starts only where www.example.com can be looked up: needs --set port@web=PORT",
    ),
    (Listener("not an address", (80, 80)), (), "'not an address' is no address"),
]


@pytest.mark.parametrize(
    ("listener", "facts", "reason"), REFUSED, ids=lambda value: str(value)[:40]
)
def test_what_cannot_be_listened_for(
    listener: Listener, facts: tuple[str, ...], reason: str
) -> None:
    topology = one(server(11), listener=listener, name="web")
    topology.pools[0].origin = Origin(Expansion([], []))
    writing = written(topology, "", *facts)
    assert writing.main is None
    assert writing.lost[0][0] == "web"
    assert reason in writing.lost[0][1]
    records = [each for each in writing.records if each.origin is topology.pools[0].origin]
    assert [record.verdict["*"].reason for record in records] == [writing.lost[0][1]]


def test_udp_that_nobody_wrote_is_explained() -> None:
    topology = one(server(11), listener=Listener("192.0.2.10", (80, 80), "udp"))
    topology.services[0].origin = Origin(Expansion([], []))
    assert "no protocol is written: keepalived then means UDP" in written(topology).lost[0][1]


@pytest.mark.parametrize(
    ("listener", "facts", "binds"),
    [
        (Listener(mark=5, protocol="any"), ("vip@fwmark:5=192.0.2.9:81",), ["bind 192.0.2.9:81"]),
        (Listener(mark=5, protocol="any"), ("vip=[2001:db8::9]:81",), ["bind [2001:db8::9]:81"]),
        (
            Listener(mark=5, protocol="any"),
            ("vip=192.0.2.9", "port@fwmark:5=82"),
            ["bind 192.0.2.9:82"],
        ),
        (Listener("192.0.2.10"), ("port@web=83",), ["bind 192.0.2.10:83"]),
        (Listener("www.example.com", (80, 80)), ("vip@web=192.0.2.9",), ["bind 192.0.2.9:80"]),
        (
            Listener("www.example.com", (80, 80)),
            ("vip@web=192.0.2.9,[2001:db8::9]:81",),
            ["bind 192.0.2.9:80", "bind [2001:db8::9]:81"],
        ),
        (Listener(None, (80, 80)), (), ["bind *:80"]),
        (Listener("2001:db8::1", (80, 80)), (), ["bind [2001:db8::1]:80"]),
        (
            Listener("192.0.2.10-12", (80, 80)),
            (),
            ["bind 192.0.2.10:80", "bind 192.0.2.11:80", "bind 192.0.2.12:80"],
        ),
    ],
    ids=str,
)
def test_binds(listener: Listener, facts: tuple[str, ...], binds: list[str]) -> None:
    assert (
        lines(text_of(one(server(11), listener=listener, name="web"), "", *facts), "bind") == binds
    )


EIGHTY = (80, 80)


def heard(*listeners: Listener) -> Topology:
    """Return a model of a service with *listeners*, each of a statement of its own."""
    expansion = Expansion([], [])
    for at, listener in enumerate(listeners):
        if listener.origin.expansion is None:
            listener.origin = Origin(expansion, at)
    topology = one(server(11), name="web")
    topology.services[0].listeners = list(listeners)
    return topology


def told(topology: Topology, *facts: str) -> list[tuple[str, str]]:
    """Return outcome and reason of each listener that was accounted for."""
    origins = [each.origin for service in topology.services for each in service.listeners]
    records = [each for each in written(topology, "", *facts).records if each.origin in origins]
    return [(r.verdict["*"].outcome.value, r.verdict["*"].reason) for r in records]


def test_a_mark_takes_no_address_with_it() -> None:
    topology = heard(Listener("192.0.2.10", EIGHTY), Listener(mark=5, protocol="any"))
    assert lines(text_of(topology), "bind") == ["bind 192.0.2.10:80"]
    assert [outcome for outcome, _ in told(topology)] == ["kept", "dropped"]
    assert "needs --set vip@fwmark:5=ADDRESS:PORT" in told(topology)[1][1]
    assert [each.code for each in written(topology).diagnostics] == ["HP094"]
    assert lines(text_of(topology, "", "vip@fwmark:5=192.0.2.9:81"), "bind") == [
        "bind 192.0.2.10:80", "bind 192.0.2.9:81",
    ]  # fmt: skip


def test_an_address_stands_once() -> None:
    topology = heard(Listener("192.0.2.10-12", EIGHTY), Listener("192.0.2.11", EIGHTY))
    assert len(lines(text_of(topology), "bind")) == 3
    assert told(topology)[1] == ("kept", "the address stands there already")


def test_a_range_that_was_spelled_out_may_be_too_large() -> None:
    origin = Origin(Expansion([], []), 1)
    many = [Listener(f"10.0.{n >> 8}.{n & 255}", EIGHTY, origin=origin) for n in range(257)]
    topology = heard(*many, Listener("192.0.2.10", EIGHTY))
    assert lines(text_of(topology), "bind") == ["bind 192.0.2.10:80"]
    outcome, reason = told(topology)[0]
    assert outcome == "dropped"
    assert reason.startswith("257 addresses: hatools writes at most 256 bind lines")
    assert reason.endswith("needs --set vip@web=ADDRESS")
    assert lines(text_of(topology, "", "vip@web=10.0.0.9"), "bind") == [
        "bind 10.0.0.9:80", "bind 192.0.2.10:80",
    ]  # fmt: skip
    assert len(lines(text_of(heard(*many[:256])), "bind")) == 256


def test_of_two_services_at_one_place_the_first_has_it() -> None:
    topologies = [one(server(last), name=name) for last, name in ((11, "a"), (12, "b"))]
    topology = Topology(
        services=[each.services[0] for each in topologies],
        pools=[each.pools[0] for each in topologies],
    )
    writing = written(topology)
    assert [service.name for service in writing.intended.services] == ["a"]
    ((name, reason),) = writing.lost
    assert name == "b"
    assert reason.startswith("192.0.2.10:80 belongs to the service a above: IPVS would")
    assert [each.code for each in writing.diagnostics] == ["HP093"]


def test_a_service_without_servers_is_left_out() -> None:
    topology = Topology(
        services=[*one(name="idle").services, *one(name="web").services],
        pools=[*one(name="idle").pools, *one(server(11), name="web").pools],
    )
    writing = written(topology)
    assert [service.name for service in writing.intended.services] == ["web"]
    assert writing.lost == [("idle", "it has no servers: nothing is served there now, either")]


@pytest.mark.parametrize(
    ("vip", "address", "forwarding", "outcome"),
    [
        ("2001:db8::1", "192.0.2.11", "masquerade", "approximated"),
        ("192.0.2.10", "2001:db8::11", "direct", "approximated"),
        ("192.0.2.10", "2001:db8::11", "tunnel", "kept"),
        ("192.0.2.10", "192.0.2.11", "masquerade", "kept"),
        (None, "2001:db8::11", "masquerade", "kept"),
    ],
)
def test_a_server_of_another_family(
    vip: str | None, address: str, forwarding: str, outcome: str
) -> None:
    each = RealServer(address, 80, forwarding=forwarding)
    topology = one(each, listener=Listener(vip, EIGHTY))
    assert fates(topology, each)["address"][0] == outcome
    assert reread(written(topology)) == []


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("192.0.2.10", "192.0.2.10", "192.0.2.10", 1),
        ("192.0.2.10-20", "192.0.2.10", "192.0.2.20", 11),
        ("192.0.2.16/28", "192.0.2.16", "192.0.2.31", 16),
        ("2001:db8::1e-2f", "2001:db8::1e", "2001:db8::2f", 18),
        ("2001:db8::/122", "2001:db8::", "2001:db8::3f", 64),
    ],
)
def test_ranges(text: str, first: str, last: str, count: int) -> None:
    found = expand_range(text)
    assert (found[0], found[-1], len(found)) == (first, last, count)


@pytest.mark.parametrize(
    "text", ["192.0.2.10-9", "x-y", "192.0.2.1/33", "192.0.2.1/x", "", "::/-1"]
)
def test_bad_ranges(text: str) -> None:
    with pytest.raises(Refusal):
        expand_range(text)


def test_names_are_the_sources_and_unique() -> None:
    topology = Topology()
    for name in (
        "192.0.2.10:80",
        "192.0.2.10:80#2",
        "[2001:db8::1]:80",
        "fwmark:5",
        "web",
        "we b",
        "we_b",
    ):
        topology.services.append(
            Service(name, [Listener(f"192.0.2.{len(topology.services)}", (80, 80))],
                    default_pool=name)
        )  # fmt: skip
        topology.pools.append(Pool(name, Scheduler("wrr"), [server(11), server(11)]))
    intended = written(topology).intended
    assert [service.name for service in intended.services] == [
        "vs_192.0.2.10_80", "vs_192.0.2.10_80_2", "vs_2001:db8::1_80", "fwmark_5", "web", "we_b",
        "we_b_2",
    ]  # fmt: skip
    assert [each.name for each in intended.pools[0].servers] == [
        "rs_192.0.2.11_80",
        "rs_192.0.2.11_80_2",
    ]


def test_forwarding_is_a_full_proxys() -> None:
    topology = one(
        server(11, forwarding="direct"), server(12, forwarding="tunnel", tunnel=Tunnel())
    )
    direct, tunnel = topology.pools[0].servers
    assert fates(topology, direct)["forwarding"][0] == "approximated"
    assert "arp_ignore" in fates(topology, direct)["forwarding"][1]
    assert fates(topology, tunnel)["tunnel"][0] == "dropped"
    assert "arp_ignore" in fates(topology, topology.pools[0])["servers.forwarding"][1]


def test_thresholds() -> None:
    topology = one(server(11, upper_threshold=100, lower_threshold=50))
    assert "maxconn 100" in lines(text_of(topology), "server")[0]
    said = fates(topology, topology.pools[0].servers[0])
    assert (said["upper_threshold"][0], said["lower_threshold"][0]) == ("approximated", "dropped")


@pytest.mark.parametrize(
    ("address", "mask", "stick"),
    [
        ("192.0.2.11", None, "stick on src"),
        ("192.0.2.11", 24, "stick on src,ipmask(24)"),
        ("192.0.2.11", 0, "stick on src,ipmask(0)"),
        ("2001:db8::11", 64, "stick on src,ipmask(32,64)"),
        ("2001:db8::11", 32, "stick on src,ipmask(32,32)"),
    ],
)
def test_persistence(address: str, mask: int | None, stick: str) -> None:
    topology = one(RealServer(address, 80), persistence=Persistence("address", 360.0, mask))
    text = text_of(topology)
    assert lines(text, "stick") == [stick]
    assert lines(text, "stick-table") == ["stick-table type ipv6 size 1m expire 6m"]


def test_quorum_leads_to_the_sorry_server() -> None:
    topology = one(server(11), server(12), server(13), sorry(), quorum=Quorum(2, 1), name="web")
    text = text_of(topology)
    assert "    use_backend web_sorry if { nbsrv(web_servers) lt 2 }\n" in text
    heads = [line for line in text.splitlines() if line.startswith(("frontend", "backend"))]
    assert heads == ["frontend web", "backend web_servers", "backend web_sorry"]
    said = fates(topology, topology.pools[0])
    assert said["quorum.weight"][0] == "approximated"
    assert said["quorum.hysteresis"][0] == "dropped"


def test_quorum_without_a_sorry_server_is_lost() -> None:
    topology = one(server(11), server(12), quorum=Quorum(2))
    assert fates(topology, topology.pools[0])["quorum"] == (
        "dropped", "haproxy has no quorum: the pool is up while one server is",
    )  # fmt: skip


def test_quorum_by_weight_that_one_server_gives_is_near() -> None:
    topology = one(server(11, weight=9), server(12, weight=9), quorum=Quorum(5, 2, "/bin/up"))
    said = fates(topology, topology.pools[0])
    assert said["quorum.weight"] == (
        "approximated", "haproxy counts servers, not weight: the pool is up while one server is",
    )  # fmt: skip
    assert said["quorum.hysteresis"][0] == said["quorum.up_script"][0] == "dropped"
    assert said["quorum"][0] == "dropped"


def test_quorum_of_one_is_what_haproxy_does() -> None:
    topology = one(server(11), server(12), quorum=Quorum(1))
    said = fates(topology, topology.pools[0])
    assert {said[name][0] for name in said if name.startswith("quorum")} == {"kept"}


def test_equal_servers_of_many_pools_share_all_that_is_said_of_them() -> None:
    checks = (TCP,)
    pools = [
        one(*[server(last, weight=last, checks=checks) for last in range(11, 14)], name=name,
            listener=Listener("192.0.2.10", (port, port)))
        for port, name in enumerate(("first", "second"), 80)
    ]  # fmt: skip
    topology = Topology(services=[p.services[0] for p in pools], pools=[p.pools[0] for p in pools])
    expansion = Expansion([], [])
    for pool in topology.pools:
        for each in pool.servers:
            each.origin = Origin(expansion)
    writing = written(topology)
    verdicts = {id(r.verdict) for r in writing.records if r.origin.expansion is expansion}
    settled = {id(each.checks) for pool in writing.intended.pools for each in pool.servers}
    assert len(verdicts) == len(settled) == 1


def test_servers_wear_their_own_names_apart() -> None:
    first, second = server(11), server(12, name="rs_192.0.2.11_80")
    text = text_of(one(first, second))
    assert [line.split()[1] for line in lines(text, "server")] == [
        "rs_192.0.2.11_80", "rs_192.0.2.11_80_2",
    ]  # fmt: skip


COMMENTED = """\
# The shop.
virtual_server 192.0.2.10 80 {  # public
    delay_loop 6  # not too often
    # spread by size
    lb_algo wrr
    protocol TCP

    # the old box
    real_server 192.0.2.11 80 {
        weight 3  ! big
        TCP_CHECK {
            connect_timeout 5  # quick
        }
    }
}
"""


def test_comments_travel_with_what_they_comment_on() -> None:
    from hatools_keepalived.codec import KeepalivedCodec

    codec = KeepalivedCodec()
    reading = codec.read(codec.expand(codec.parse(Source("x", COMMENTED)), Place()))
    writing = write(reading.topology, Target())
    assert writing.main is not None
    assert reread(writing) == []
    assert writing.main.text.partition("\n\n")[2] == (
        "# The shop.\n"
        "listen vs_192.0.2.10_80  # public\n"
        "    bind 192.0.2.10:80\n"
        "    # spread by size\n"
        "    balance roundrobin\n"
        "    timeout check 5s\n"
        "    default-server inter 6s fastinter 1s rise 1 fall 2  # not too often\n"
        "    # the old box\n"
        "    server rs_192.0.2.11_80 192.0.2.11:80 weight 3 check  # big; quick\n"
    )


def test_a_comment_on_a_statement_that_becomes_several_lines_is_written_once() -> None:
    from hatools_ipvsadm.codec import IpvsadmCodec

    codec = IpvsadmCodec()
    rules = (
        "# the shop\n-A -t 192.0.2.10:80 -s rr -p 300\n"
        "# web\n-a -t 192.0.2.10:80 -r 192.0.2.11:80 -m\n"
        "# web\n-a -t 192.0.2.10:80 -r 192.0.2.12:80 -m\n"
    )
    writing = write(codec.read(codec.expand(codec.parse(Source("x", rules)), Place())).topology,
                    Target())  # fmt: skip
    assert writing.main is not None
    assert [line.strip() for line in writing.main.text.splitlines() if "#" in line] == [
        "# the shop",
        "# web",
        "# web",
    ]


NATIVE = """\
global
    maxconn 1000

defaults
    mode tcp
    timeout connect 5s

frontend www
    mode http
    bind *:80
    bind [2001:db8::1]:443 ssl crt "/etc/a b.pem"
    maxconn 500
    acl api path_beg /api
    http-request set-header X-A 'a "b" $c'
    use_backend api unless !api
    default_backend web

backend api
    balance roundrobin
    server a 192.0.2.14:80

backend web
    balance uri len 3
    hash-type consistent
    cookie SRV insert indirect
    mode http
    option httpchk
    http-check connect ssl
    http-check send meth GET uri / ver HTTP/1.1 hdr Host a.example.com
    http-check expect ! rstring x
    default-server inter 3s on-marked-down shutdown-sessions
    server a 192.0.2.11:80 weight 5 check cookie a
    server b 192.0.2.12:80 track web/a cookie b
    server c 192.0.2.13:80 backup disabled

listen db
    bind 192.0.2.10:5432
    balance leastconn
    option pgsql-check user x
    server a 192.0.2.11:5432 check agent-check agent-port 99
"""


def test_haproxys_own_model_is_said_as_it_is() -> None:
    codec = HaproxyCodec()
    reading = codec.read(codec.expand(codec.parse(Source("x", NATIVE)), Place()))
    writing = write(reading.topology, Target())
    assert writing.intended is reading.topology
    assert reread(writing) == []


# --- checks ---


def check_lines(*checks: Check, version: str = "") -> list[str]:
    text = text_of(
        one(*(server(11 + n, checks=(check,)) for n, check in enumerate(checks))), version
    )
    body = text.partition("listen ")[2].splitlines()[3:]
    return [line.strip() for line in body if not line.strip().startswith("server ")]


REQUEST = HttpRequest(path="/ok", host="www.example.com", expects=(Expect("status", "200"),))
CHECKS = {
    "tcp": (TCP, "", ["timeout check 5s", "default-server inter 6s fastinter 3s rise 1 fall 2"]),
    "tcp elsewhere": (
        checked(TCP, address="192.0.2.50", port=8080),
        "",
        [
            "timeout check 5s",
            "default-server inter 6s fastinter 3s rise 1 fall 2 addr 192.0.2.50 port 8080",
        ],
    ),
    "IPv6 elsewhere": (
        checked(TCP, address="2001:db8::50"),
        "",
        [
            "timeout check 5s",
            "default-server inter 6s fastinter 3s rise 1 fall 2 addr [2001:db8::50]",
        ],
    ),
    "its own port is not said": (
        checked(TCP, address="192.0.2.11", port=80),
        "",
        ["timeout check 5s", "default-server inter 6s fastinter 3s rise 1 fall 2"],
    ),
    "half seconds": (
        checked(TCP, interval=1.5, down_interval=90.0, fast_interval=1.5, connect_timeout=0.25),
        "",
        [
            "timeout connect 250ms",
            "timeout check 250ms",
            "default-server inter 1500ms downinter 90s rise 1 fall 2",
        ],
    ),
    "haproxy's own values": (
        checked(TCP, interval=2.0, fast_interval=2.0, down_interval=2.0, rise=2, fall=3),
        "",
        ["timeout check 5s"],
    ),
    "http": (
        HTTP,
        "",
        [
            "timeout connect 3s",
            "timeout check 3s",
            "option httpchk",
            "http-check send meth GET uri / ver HTTP/1.0 hdr Host 192.0.2.11:80",
            "http-check expect status 200-299",
            "default-server inter 6s fastinter 3s rise 1 fall 4",
        ],
    ),
    "several urls": (
        checked(HTTP, detail=(REQUEST, HttpRequest(expects=(Expect("regex", "a b", True),)))),
        "",
        [
            "timeout connect 3s",
            "timeout check 3s",
            "option httpchk",
            "http-check connect default",
            "http-check send meth GET uri /ok ver HTTP/1.0 hdr Host www.example.com",
            "http-check expect status 200",
            "http-check connect default",
            "http-check send meth GET uri / ver HTTP/1.0 hdr Host 192.0.2.11:80",
            'http-check expect ! rstring "a b"',
            "default-server inter 6s fastinter 3s rise 1 fall 4",
        ],
    ),
    "http before send": (
        checked(HTTP, detail=(REQUEST,)),
        "2.0",
        [
            "timeout connect 3s",
            "timeout check 3s",
            'option httpchk GET /ok "HTTP/1.0\\r\\nHost: www.example.com"',
            "http-check expect status 200",
            "default-server inter 6s fastinter 3s rise 1 fall 4",
        ],
    ),
    "status ranges before lists": (
        HTTP,
        "2.1",
        [
            "timeout connect 3s",
            "timeout check 3s",
            'option httpchk GET / "HTTP/1.0\\r\\nHost: 192.0.2.11:80"',
            "http-check expect rstatus ^(2..)$",
            "default-server inter 6s fastinter 3s rise 1 fall 4",
        ],
    ),
    "alpha": (
        checked(TCP, initial="down"),
        "3.1",
        ["timeout check 5s", "default-server inter 6s fastinter 3s rise 1 fall 2 init-state down"],
    ),
    "alpha before 3.1": (
        checked(TCP, initial="down"),
        "3.0",
        ["timeout check 5s", "default-server inter 6s fastinter 3s rise 1 fall 2"],
    ),
    "smtp": (
        checked(HTTP, kind="smtp", detail="mail.example.com", connect_timeout=5.0, timeout=5.0),
        "",
        [
            "timeout check 5s",
            "option smtpchk HELO mail.example.com",
            "default-server inter 6s fastinter 3s rise 1 fall 4",
        ],
    ),
    "a bare script": (
        checked(TCP, kind="script", connect_timeout=None, detail=ScriptRun("/bin/true")),
        "",
        [
            "option external-check",
            "external-check command /bin/true",
            "external-check path /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "default-server inter 6s fastinter 3s rise 1 fall 2",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_checks(name: str) -> None:
    check, version, expected = CHECKS[name]
    assert check_lines(check, version=version) == expected


def test_tls_check() -> None:
    check = checked(HTTP, tls=True, sni="www.example.com")
    topology = one(server(11, checks=(check,)), server(12, checks=(check,)))
    assert "check-ssl check-sni www.example.com verify none" in text_of(topology)


def test_a_source_binds_the_traffic_too() -> None:
    topology = one(server(11, checks=(checked(TCP, source_address="192.0.2.2", source_port=99),)))
    assert lines(text_of(topology), "server")[0].endswith("check source 192.0.2.2")
    said = fates(topology, topology.pools[0].servers[0])
    assert said["checks.0.source_address"][0] == "approximated"
    assert said["checks.0.source_port"][0] == "dropped"


def test_digest_keeps_the_status() -> None:
    request = HttpRequest(expects=(Expect("status", "200-299"), Expect("digest", "0" * 32)))
    topology = one(server(11, checks=(checked(HTTP, detail=(request,)),)))
    assert lines(text_of(topology), "http-check")[1:] == ["http-check expect status 200-299"]
    assert "digest" in fates(topology, topology.pools[0].servers[0])["checks.0.detail.0"][1]


@pytest.mark.parametrize("kind", ["dns", "udp", "ping", "bfd", "file"])
def test_a_check_that_haproxy_lacks_is_said_loudly(kind: str) -> None:
    topology = one(server(11, checks=(Check(kind),)), server(12))
    writing = written(topology)
    assert not writing.intended.pools[0].servers[0].checks
    assert [remark.severity for remark in writing.diagnostics] == [Severity.WARNING]
    outcome, reason = fates(topology, topology.pools[0].servers[0])["checks.0"]
    assert outcome == "dropped"
    assert reason.endswith("always counts as up")


def test_of_several_checks_the_strongest_stays() -> None:
    topology = one(server(11, checks=(TCP, HTTP, checked(TCP, port=99), Check("ping"))))
    assert written(topology).intended.pools[0].servers[0].checks[0].kind == "http"
    said = fates(topology, topology.pools[0].servers[0])
    assert [said[f"checks.{n}"][0] for n in range(4)] == [
        "approximated",
        "kept",
        "dropped",
        "dropped",
    ]


def test_other_kinds_of_check_stand_in_a_helper() -> None:
    topology = one(server(11), server(12), server(13, checks=(HTTP,)), name="web")
    intended = written(topology).intended
    assert [pool.name for pool in intended.pools] == ["web", "web_http"]
    assert intended.pools[0].servers[2].checks == (Check(tracks="web_http/rs_192.0.2.13_80"),)
    assert "track web_http/rs_192.0.2.13_80" in text_of(topology)


def test_what_only_a_check_needs_stands_where_the_check_is() -> None:
    tls = checked(HTTP, tls=True, source_address="192.0.2.2")
    servers = [server(11), server(12), RealServer("web.example.com", 80, checks=(tls,))]
    topology = one(*servers, name="web")
    page = text_of(topology)
    assert [line.partition(" rs_web.example.com_80 ")[2] for line in lines(page, "server")[2:]] == [
        "web.example.com:80 track web_http/rs_web.example.com_80 init-addr last,libc,none",
        "web.example.com:80 check source 192.0.2.2 verify none init-addr last,libc,none",
    ]  # fmt: skip
    assert fates(topology, servers[2])["checks.0.source_address"][0] == "kept"
    assert reread(written(topology)) == []


def test_a_host_that_cannot_be_looked_up_does_not_stop_haproxy() -> None:
    page = text_of(one(RealServer("node1", 80), server(12)))
    named, numbered = (line.split()[2:] for line in lines(page, "server"))
    assert named == ["node1:80", "init-addr", "last,libc,none"]
    assert "init-addr" not in numbered


def test_a_frontend_stands_before_its_backends() -> None:
    parts = [
        one(server(11), name="a"),
        one(server(11), server(12), sorry(), name="b", quorum=Quorum(2),
            listener=Listener("192.0.2.10", (81, 81))),
        one(server(11), name="c", listener=Listener("192.0.2.10", (82, 82))),
    ]  # fmt: skip
    topology = Topology(
        services=[each.services[0] for each in parts], pools=[each.pools[0] for each in parts]
    )
    heads = [line for line in text_of(topology).splitlines() if line[:1].isalpha()]
    assert heads == [
        "defaults", "listen a", "frontend b", "backend b_servers", "backend b_sorry", "listen c",
    ]  # fmt: skip
    assert reread(written(topology)) == []


def test_the_longest_connect_timeout_counts() -> None:
    quick = checked(TCP, connect_timeout=2.0)
    slow = checked(TCP, connect_timeout=7.0)
    topology = one(server(11, checks=(quick,)), server(12, checks=(slow,)))
    assert lines(text_of(topology), "timeout")[-2:] == ["timeout connect 7s", "timeout check 7s"]
    said = fates(topology, topology.pools[0].servers[0])["checks.0.connect_timeout"]
    assert said[0] == "approximated"
    assert "7s, the longest" in said[1]
    assert "inter (6s), the shorter" in said[1]


def test_no_check_waits_longer_than_its_connection_may() -> None:
    """Without `timeout check`, haproxy leaves `timeout connect` out of its checks."""
    topology = one(server(11), server(12), server(13, checks=(checked(HTTP, timeout=None),)))
    assert text_of(topology).count("    timeout check 5s\n") == 1
    assert text_of(topology).count("    timeout check 3s\n") == 1  # the helper's
    intended = written(topology).intended
    assert [pool.servers[-1].checks[0].timeout for pool in intended.pools] == [None, 3.0]
    said = fates(topology, topology.pools[0].servers[0])["checks.0.connect_timeout"][1]
    assert "shorter" not in said  # fastinter (3s) bounds no check, inter (6s) does


def test_a_script_is_not_held_to_the_connections_timeout() -> None:
    script = checked(TCP, kind="script", connect_timeout=None, detail=ScriptRun("/bin/check"))
    assert "timeout check" not in text_of(one(server(11, checks=(script,))))


def test_an_agent_at_an_ipv6_address() -> None:
    agent = Check("agent", "2001:db8::50", 99)
    assert agent_options(agent) == ("agent-check", "agent-port 99", "agent-addr [2001:db8::50]")


def test_a_script_with_arguments_gets_a_wrapper() -> None:
    def script(command: str, **more: object) -> Check:
        return checked(TCP, kind="script", timeout=2.0, detail=ScriptRun(command, **more))  # type: ignore[arg-type]

    topology = one(
        server(11, checks=(script("/bin/check 'a b' $HOME"),)),
        server(12, checks=(script("/bin/weigh", dynamic=True),)),
    )
    writing = written(topology)
    assert writing.main is not None
    assert writing.main.text.startswith("global\n    external-check\n    insecure-fork-wanted\n")
    (file,) = writing.companions
    assert file.executable
    assert file.name == "vs_192.0.2.10_80_check.sh"
    assert f"external-check command /etc/haproxy/{file.name}\n" in writing.main.text
    assert "rs_192.0.2.11_80)\n    exec timeout 2 /bin/check 'a b' '$HOME'\n" in file.text
    assert "rs_192.0.2.12_80)\n    timeout 2 /bin/weigh &\n" in file.text
    assert "# The checks of vs_192.0.2.10_80: " in file.text
    assert "case $? in 1|124|126|127)" in file.text
    assert "insecure-fork-wanted" not in text_of(topology, "2.1")


def test_a_script_ends_in_time() -> None:
    def said(timeout: float) -> tuple[str, str]:
        check = checked(TCP, kind="script", timeout=timeout, detail=ScriptRun("/bin/check a"))
        topology = one(server(11, checks=(check,)))
        return fates(topology, topology.pools[0].servers[0])["checks.0.timeout"]

    assert said(2.0) == ("kept", "the wrapper ends the script")
    assert said(6.0) == ("kept", "haproxy ends the script after inter (6s), which is as long")
    assert said(60.0) == ("approximated", "haproxy ends the script after inter (61s)")


def test_a_slow_script_is_given_its_time() -> None:
    check = checked(TCP, kind="script", timeout=60.0, detail=ScriptRun("/bin/check a"))
    topology = one(server(11, checks=(check,)))
    assert "default-server inter 61s fastinter 3s downinter 6s " in text_of(topology)
    for item in (topology.pools[0].servers[0], topology.pools[0]):
        said = fates(topology, item)
        (interval,) = [said[name] for name in said if name.endswith("checks.interval")]
        assert interval[0] == "approximated"


def test_an_exit_status_is_a_weight_unless_timeout_made_it() -> None:
    run = ScriptRun("/bin/weigh", dynamic=True)
    for timeout, failed in ((2.0, "1|124|126|127"), (6.0, "1|126|127")):
        check = checked(TCP, kind="script", timeout=timeout, detail=run)
        (file,) = written(one(server(11, checks=(check,)))).companions
        assert f"case $? in {failed})" in file.text


def test_times_that_haproxy_cannot_count_are_told() -> None:
    topology = one(server(11, checks=(checked(TCP, interval=1e-6),)))
    assert fates(topology, topology.pools[0].servers[0])["checks.0.interval"][0] == "approximated"
    assert fates(topology, topology.pools[0])["servers.checks.interval"][0] == "approximated"


PLAIN = HttpRequest(expects=(Expect("status", "200-299"),))
NEWER = HttpRequest(version="1.1", expects=(Expect("status", "200-299"),))
SIX = RealServer("2001:db8::11", 80, forwarding="masquerade")
HOSTS = {
    "one server": ((server(11),), PLAIN, "", "192.0.2.11:80", "kept"),
    "one IPv6 server": ((SIX,), PLAIN, "", "[2001:db8::11]:80", "kept"),
    "several": ((server(11), server(12)), PLAIN, "", "", "approximated"),
    "several, who need one": ((server(11), server(12)), NEWER, "", "192.0.2.10:80", "approximated"),
    "several, named": (
        (server(11), server(12)), PLAIN, "2.6", "%[bc_dst]:%[bc_dst_port]", "kept",
    ),
    "several of IPv6, named": (
        (SIX, RealServer("2001:db8::12", 80)), PLAIN, "2.6", "[%[bc_dst]]:%[bc_dst_port]", "kept",
    ),
    "of both families": ((server(11), SIX), NEWER, "2.6", "192.0.2.10:80", "approximated"),
}  # fmt: skip


def asking(servers: tuple[RealServer, ...], request: HttpRequest) -> Topology:
    checks = (checked(HTTP, detail=(request,)),)
    return one(*(RealServer(s.address, s.port, forwarding="masquerade", checks=checks)
                 for s in servers))  # fmt: skip


@pytest.mark.parametrize("name", HOSTS)
def test_the_host_that_is_asked_for(name: str) -> None:
    servers, request, version, host, outcome = HOSTS[name]
    topology = asking(servers, request)
    (sent,) = [line for line in lines(text_of(topology, version), "http-check") if "send" in line]
    assert sent.partition(" hdr Host ")[2] == host
    said = fates(topology, topology.pools[0].servers[0], version)["checks.0.detail.0"]
    assert (said[0], bool(said[1])) == (outcome, True)
    assert reread(written(topology, version), version) == []


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", HOSTS)
def test_haproxy_takes_the_host(name: str, tmp_path: Path) -> None:
    servers, request, version, *_ = HOSTS[name]
    accepted(asking(servers, request), tmp_path / "haproxy.cfg", version)


def test_a_host_that_is_written_is_sent() -> None:
    topology = asking((server(11), server(12)), REQUEST)
    assert "hdr Host www.example.com" in text_of(topology)
    assert "checks.0.detail.0" not in fates(topology, topology.pools[0].servers[0])


REGEXES = {
    ("caseless",): ("(?i)welcome", "approximated"),
    ("multiline", "caseless", "dotall", "extended"): ("(?imsx)welcome", "approximated"),
    ("no_auto_possess",): ("welcome", "approximated"),
    ("anchored",): (None, "dropped"),
}


@pytest.mark.parametrize("options", REGEXES)
def test_regex_options(options: tuple[str, ...], tmp_path: Path) -> None:
    pattern, outcome = REGEXES[options]
    wanted = (Expect("status", "200-299"), Expect("regex", "welcome"))
    check = checked(HTTP, detail=(HttpRequest(host="a", expects=wanted),),
                    own=(("url", "0", "regex_options", *options),))  # fmt: skip
    topology = one(server(11, checks=(check,)))
    expects = [line for line in lines(text_of(topology), "http-check") if "rstring" in line]
    assert expects == ([] if pattern is None else [f"http-check expect rstring {pattern}"])
    said = fates(topology, topology.pools[0].servers[0])
    assert said["checks.0.own.0"][0] == outcome
    assert said["checks.0.detail.0"][0] == "approximated"
    assert reread(written(topology)) == []
    accepted(topology, tmp_path / "haproxy.cfg")


def test_only_what_is_lost_of_a_request_is_told_of() -> None:
    wanted = (Expect("status", "200"), Expect("digest", "0" * 32))
    checks = (checked(HTTP, detail=(HttpRequest(host="a", expects=wanted),)),)
    at = "checks.0.detail.0"
    each = server(11, checks=checks)
    names = {"": (0,), at: (1,), f"{at}.path": (2,), f"{at}.expects.status": (3,),
             f"{at}.expects.digest": (4,), f"{at}.expects": (5,)}  # fmt: skip
    each.origin = Origin(Expansion([], []), 0, names)
    writing = written(one(each))
    (said,) = [record.verdict for record in writing.records if record.origin is each.origin]
    assert [said[name].outcome.value for name in list(names)[1:]] == [
        "kept", "kept", "kept", "approximated", "approximated",
    ]  # fmt: skip


def test_a_word_of_a_url_is_called_by_its_name() -> None:
    topology = one(server(11, checks=(checked(HTTP, own=(("url", "0", "tls_compliant"),)),)))
    said = fates(topology, topology.pools[0].servers[0])["checks.0.own.0"]
    assert said == ("dropped", "haproxy does not ask how a server closes TLS")


def test_what_a_script_asks_is_not_known() -> None:
    script = checked(TCP, kind="script", detail=ScriptRun("/bin/check"))
    topology = one(server(11, checks=(TCP, script)))
    assert fates(topology, topology.pools[0].servers[0])["checks.0"][0] == "dropped"


def test_what_is_said_for_all_checks_fares_as_the_check_that_is_made() -> None:
    ping = checked(TCP, kind="ping")
    topology = one(server(11, checks=(ping,)), server(12, checks=(TCP,)))
    lost, made = (fates(topology, each) for each in topology.pools[0].servers)
    assert lost["checks"][0] == "dropped"
    assert made["checks.connect_timeout"][0] == "approximated"
    assert made["checks.detail"] == ("dropped", "no HTTP check asks for a host")
    topology = one(server(11, checks=(ping,)))
    assert fates(topology, topology.pools[0])["servers.checks"][0] == "dropped"


def test_what_is_said_around_the_services() -> None:
    topology = one(server(11, own=(("notify_up", "/bin/x"), ("virtualhost", "a"))))
    topology.routers.append(VirtualRouter("VI_1"))
    topology.sections.append(Section("global_defs"))
    assert fates(topology, topology.routers[0])["*"] == ("dropped", "haproxy has no VRRP")
    said = fates(topology, topology.pools[0].servers[0])
    assert said["own.0"][0] == said["own.1"][0] == "dropped"
    advice = [each for each in written(topology).diagnostics if each.severity is Severity.INFO]
    assert [each.help.split("=")[0] for each in advice] == ["set net.ipv4.ip_nonlocal_bind"]


def test_equal_servers_share_their_verdict_and_checks() -> None:
    fields = {"": (0,), "weight": (1,)}
    expansion = Expansion([], [])
    checks = (TCP,)
    topology = one(
        *(server(n, checks=checks, origin=Origin(expansion, n, fields)) for n in range(1, 50))
    )
    writing = written(topology)
    verdicts = {id(each.verdict) for each in writing.records if each.origin.fields is fields}
    assert len(verdicts) == 1
    assert len({id(each.checks) for each in writing.intended.pools[0].servers}) == 1


# --- laws ---

_WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
_PORTS = st.integers(1, 65535)
_CHECKS = st.builds(
    Check,
    st.sampled_from(["tcp", "http", "smtp", "script", "dns", "ping"]),
    st.sampled_from([None, "192.0.2.77", "2001:db8::77"]),
    st.none() | _PORTS,
    *(st.floats(0.0001, 1e7) for _ in range(3)),
    st.none() | st.floats(0.001, 100),
    st.none() | st.floats(0.001, 100),
    st.integers(1, 5),
    st.integers(1, 9),
    st.sampled_from(["up", "down"]),
    tls=st.booleans(),
    sni=st.sampled_from(["", "www.example.com"]),
    source_address=st.sampled_from(["", "192.0.2.2"]),
    interface=st.sampled_from(["", "eth0"]),
    detail=st.none(),
)


@st.composite
def checks(draw: st.DrawFn) -> Check:
    check = draw(_CHECKS)
    if check.kind == "http":
        path = "/" + draw(st.text("abc/?&=%.#'\"\\ $", max_size=8))
        status = draw(st.sampled_from(["200", "200-299", "200,204", "201-203"]))
        count = draw(st.integers(1, 3))
        request = HttpRequest(path=path, host=draw(st.sampled_from(["", "a.example.com"])),
                              expects=(Expect("status", status),))  # fmt: skip
        return checked(check, detail=(request,) * count)
    if check.kind == "script":
        return checked(check, detail=ScriptRun("/bin/x " + draw(st.text("ab '\"$;", max_size=6))))
    return checked(check, detail="mail.example.com") if check.kind == "smtp" else check


_SERVERS = st.builds(
    RealServer,
    st.sampled_from(["192.0.2.11", "192.0.2.12", "2001:db8::11"]),
    st.none() | _PORTS,
    st.integers(0, 1000),
    forwarding=st.sampled_from(["masquerade", "direct", "tunnel"]),
    role=st.sampled_from(["active", "active", "active", "sorry"]),
    upper_threshold=st.none() | st.integers(0, 100),
    checks=st.lists(checks(), max_size=2).map(tuple),
)
_LISTENERS = st.builds(
    Listener,
    st.sampled_from(["192.0.2.10", "2001:db8::10", "192.0.2.10-12", None]),
    _PORTS.map(lambda port: (port, port)),
)


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    topology = Topology()
    for number in range(draw(st.integers(1, 3))):
        name = draw(
            st.sampled_from([f"192.0.2.10:{80 + number}", f"fwmark:{number}", f"g {number}"])
        )
        topology.services.append(
            Service(name, draw(st.lists(_LISTENERS, min_size=1, max_size=2)), default_pool=name)
        )
        servers = draw(st.lists(_SERVERS, min_size=1, max_size=5))
        servers.sort(key=lambda each: each.role == "sorry")
        topology.pools.append(Pool(
            name, Scheduler(draw(st.sampled_from(list(SCHEDULERS)))), servers,
            draw(st.none() | st.builds(Persistence, st.just("address"), st.floats(1, 1e5),
                                       st.sampled_from([None, 24, 8]))),
            draw(st.none() | st.builds(Quorum, st.integers(1, 4))),
        ))  # fmt: skip
    return topology


def reread(writing: Writing, version: str = "") -> list[str]:
    assert writing.main is not None
    codec = HaproxyCodec()
    document = codec.parse(Source(writing.main.name, writing.main.text))
    reading = codec.read(codec.expand(document, Place(version)))
    wrong = differences(writing.intended, reading.topology)
    wrong += [str(each) for each in reading.diagnostics if each.severity is Severity.ERROR]
    return [*wrong, writing.main.text] if wrong else []


@settings(max_examples=60, deadline=None)
@given(topologies(), st.sampled_from(["", "2.0", "2.4", "2.6", "3.0", "3.3"]))
def test_what_is_written_reads_back_as_meant(topology: Topology, version: str) -> None:
    pytest.importorskip("hatools_haproxy.reader")
    assert reread(written(topology, version), version) == []


@given(_WORDS)
def test_a_quoted_word_is_one_word(word: str) -> None:
    codec = HaproxyCodec()
    document = codec.parse(Source("x", f"listen {quote(word)} end\n"))
    (statement,) = codec.expand(document, Place()).statements
    assert statement.words == ("listen", word, "end")


@pytest.mark.parametrize(
    ("value", "text"),
    [(6, "6s"), (1.5, "1500ms"), (60, "1m"), (90, "90s"), (900, "15m"), (3600, "1h"), (86400, "1d"),
     (0.001, "1ms"), (0, "0")],
)  # fmt: skip
def test_times(value: float, text: str) -> None:
    assert duration(value) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/bin/a b", ["/bin/a", "b"]),
        ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
        ("a\\ b ''", ["a b", ""]),
    ],
)
def test_commands_part(text: str, words: list[str]) -> None:
    assert split_command(text) == words


# --- the real program ---


def accepted(topology: Topology, path: Path, version: str = "") -> None:
    main = written(topology, version).main
    assert main is not None
    path.write_text(main.text)
    verdict = haproxy_check(path)
    assert verdict.accepted, verdict.output + main.text


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", [name for name in CHECKS if CHECKS[name][1] in ("", "3.0")])
def test_haproxy_takes_every_check(name: str, tmp_path: Path) -> None:
    check, version, _ = CHECKS[name]
    accepted(one(server(11, checks=(check,)), sorry()), tmp_path / "haproxy.cfg", version)


@pytest.mark.real("haproxy")
@pytest.mark.parametrize("name", SCHEDULERS)
def test_haproxy_takes_every_scheduler(name: str, tmp_path: Path) -> None:
    servers = [server(11, weight=300), server(12, None), server(13, checks=()), sorry()]
    kept = Persistence("address", 50.0, 24)
    topology = one(*servers, scheduler=name, persistence=kept, quorum=Quorum(3))
    accepted(topology, tmp_path / "haproxy.cfg")


@pytest.mark.real("haproxy")
@settings(max_examples=15, deadline=None)
@given(topologies())
def test_haproxy_takes_what_is_written(
    tmp_path_factory: pytest.TempPathFactory, topology: Topology
) -> None:
    accepted(topology, tmp_path_factory.mktemp("written") / "haproxy.cfg")
