"""What IPVS can take over from models of other languages, and what is said of the rest."""

from __future__ import annotations

from ipvsadm_cases import write

from hatools.model import (
    Check,
    Condition,
    Listener,
    Origin,
    Outcome,
    Persistence,
    Pool,
    RealServer,
    Rule,
    Scheduler,
    Service,
    Topology,
    Tunnel,
)
from hatools.plugin import Settings, Target, Writing
from hatools.text import Document, Expansion, Source, Statement

EXPANSION = Expansion([Document(Source("x", "x"), [Statement(("x",))], [0])], [Statement(("x",))])


def proxy(*servers: RealServer, **more: object) -> Topology:
    """Return a proxy's service with *servers*; *more* are fields of the pool."""
    pool = Pool("be", Scheduler("roundrobin"), list(servers), **more)  # type: ignore[arg-type]
    service = Service("fe", [Listener("192.0.2.1", (80, 80))], default_pool="be")
    return Topology(services=[service], pools=[pool])


def lines(topology: Topology, *facts: str, version: str = "") -> list[str]:
    writing = told(topology, *facts, version=version)
    return writing.main.text.splitlines() if writing.main else []


def told(topology: Topology, *facts: str, version: str = "") -> Writing:
    return write(topology, Target(version, Settings(facts)))


WEB = RealServer("10.0.0.1", 8080, 5, "web1")


def test_a_proxy_becomes_masquerading() -> None:
    writing = told(proxy(WEB))
    assert writing.main is not None
    assert writing.main.text == (
        "-A -t 192.0.2.1:80 -s wrr\n-a -t 192.0.2.1:80 -r 10.0.0.1:8080 -m -w 5\n"
    )
    assert [added.line for added in writing.assumptions] == [2]


def test_another_method_is_asked_for() -> None:
    same = RealServer("10.0.0.2", 80)
    assert lines(proxy(WEB, same), "forwarding=dr") == [
        "-A -t 192.0.2.1:80 -s wrr",
        "-a -t 192.0.2.1:80 -r 10.0.0.2:80 -g -w 1",
    ]


def test_a_wildcard_needs_an_address() -> None:
    topology = proxy(WEB)
    topology.services[0].listeners = [Listener(None, (80, 80)), Listener(None, (80, 80), family=6)]
    writing = told(topology)
    assert writing.main is None
    assert writing.lost == [("fe", "IPVS needs an address: --set vip@fe=ADDRESS")]
    assert lines(topology, "vip@fe=192.0.2.9")[0] == "-A -t 192.0.2.9:80 -s wrr"
    assert len(lines(topology, "vip=192.0.2.9 2001:db8::9")) == 2  # no IPv4 server behind IPv6


def test_a_name_is_looked_up_on_request_only() -> None:
    topology = proxy(RealServer("web.example.com", 80))
    assert "address@web.example.com" in told(topology).lost[0][1]
    assert lines(topology, "address@web.example.com=10.0.0.7")[1:] == [
        "-a -t 192.0.2.1:80 -r 10.0.0.7:80 -m -w 1"
    ]


def test_ranges_of_ports() -> None:
    topology = proxy(WEB)
    topology.services[0].listeners = [Listener("192.0.2.1", (80, 81))]
    assert len(lines(topology)) == 4
    topology.services[0].listeners = [Listener("192.0.2.1", (1, 65535))]
    assert "65535 ports" in told(topology).lost[0][1]


def test_all_ports_are_persistent() -> None:
    topology = proxy(RealServer("10.0.0.1", None))
    topology.services[0].listeners = [Listener("192.0.2.1")]
    assert lines(topology) == [
        "-A -t 192.0.2.1:0 -s wrr -p 360",
        "-a -t 192.0.2.1:0 -r 10.0.0.1:0 -m -w 1",
    ]


def test_content_switching_keeps_the_default() -> None:
    topology = proxy(WEB)
    origin = Origin(EXPANSION, 0, {"": (0,)})
    topology.services[0].rules = [Rule("api", Condition("is_api"), origin)]
    records = told(topology).records
    assert [record.verdict["*"].outcome for record in records] == [Outcome.DROPPED]
    topology.services[0].default_pool = ""
    assert "condition" in told(topology).lost[0][1]


def test_spare_and_disabled_servers() -> None:
    spare = RealServer("10.0.0.2", 80, role="backup")
    resting = RealServer("10.0.0.3", 80, 9, state="maintenance")
    assert lines(proxy(WEB, spare, resting))[2:] == ["-a -t 192.0.2.1:80 -r 10.0.0.3:80 -m -w 0"]
    assert told(proxy(spare)).main is None


def test_persistence() -> None:
    assert lines(proxy(WEB, persistence=Persistence("address", 1800.0, 24)))[0].endswith(
        "-s wrr -p 1800 -M 255.255.255.0"
    )
    assert lines(proxy(WEB, persistence=Persistence("address", 0.2)))[0].endswith("-p 1")
    assert lines(proxy(WEB, persistence=Persistence("address")))[0].endswith("-p 2678400")
    cookie = proxy(WEB, persistence=Persistence("cookie", words=("SRV",)))
    assert lines(cookie)[0].endswith("-s wrr")
    assert lines(cookie, "persistence=600")[0].endswith("-s wrr -p 600")


def test_tunnels_of_old_versions() -> None:
    gre = RealServer("10.0.0.1", 80, forwarding="tunnel", tunnel=Tunnel("gre"))
    assert lines(proxy(gre))[1].endswith("-i -w 1 --tun-type gre --tun-nocsum")
    assert "ipvsadm 1.31" in told(proxy(gre), version="1.30").lost[0][1]


def test_limits_and_times_go_to_a_script() -> None:
    topology = proxy(RealServer("10.0.0.1", 80, upper_threshold=100))
    topology.services[0].own = (("timeout", "client", "50s"),)
    topology.pools[0].own = (("timeout", "server", "5m"),)
    writing = told(topology)
    assert writing.main is not None
    assert writing.main.text.endswith("-m -w 1 -x 100\n")
    script = writing.companions[0]
    assert script.name == "ipvsadm-settings.sh"
    assert "ipvsadm --set 300 0 0\n" in script.text
    assert "ipvsadm -e -t 192.0.2.1:80 -r 10.0.0.1:80 -m -w 1 -x 100\n" in script.text


def test_checks_are_named_as_lost() -> None:
    writing = told(proxy(RealServer("10.0.0.1", 80, checks=(Check(),))))
    assert [remark.code for remark in writing.diagnostics] == ["IV091"]


def test_one_address_for_two_services() -> None:
    topology = proxy(WEB)
    topology.services.append(Service("other", [Listener("192.0.2.1", (80, 80))], default_pool="be"))
    assert told(topology).lost == [("other", "192.0.2.1:80 is taken by fe already")]


def test_an_empty_service_stays() -> None:
    assert lines(proxy()) == ["-A -t 192.0.2.1:80 -s wrr"]


def test_udp_and_tcp_on_one_port_have_names_of_their_own() -> None:
    topology = proxy(WEB)
    udp = Listener("192.0.2.1", (80, 80), "udp")
    topology.services[0].listeners.append(udp)
    writing = told(topology)
    names = [service.name for service in writing.intended.services]
    assert names == ["192.0.2.1:80", "192.0.2.1:80#2"]
