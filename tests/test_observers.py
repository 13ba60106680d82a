"""What observers make of files, dumps and answers, and of those that are none."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packets import arp, ipv4, vrrp2

from hatools.errors import BadSetting
from hatools.model import Topology
from hatools.model.router import VirtualAddress, VirtualRouter
from hatools.plugin import Watched
from hatools.plugin_host import Host
from hatools_observers import bonding, fetching, haproxy, ipvs, ipvs_traffic, keepalived
from hatools_observers.hearing import Hearing, Sight
from hatools_observers.links import Comparing, Snapshot
from hatools_observers.roles import Daemons
from hatools_observers.vrrp import ARP, IPV4

VIP = "192.0.2.100"
ROUTER = VirtualRouter("VI_1", "lan0", 51, 150, addresses=(VirtualAddress(VIP, 24),))
IPVS = """IP Virtual Server version 1.2.1 (size=4096)
Prot LocalAddress:Port Scheduler Flags
  -> RemoteAddress:Port Forward Weight ActiveConn InActConn
TCP  C0000264:0050 wlc persistent 300 FFFFFFFF
  -> C0000202:0050      Masq    2      7          3
  -> C0000203:0050      Masq    0      0          1
TCP  [2001:0db8:0000:0000:0000:0000:0000:0001]:01BB rr
FWM  00000005 sh
  -> C0000202:0000      Route   1      0          0
"""
BOND = """Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: eth1
MII Status: up
MII Polling Interval (ms): 100

Slave Interface: eth0
MII Status: down
Link Failure Count: 2

Slave Interface: eth1
MII Status: up
Link Failure Count: 0
"""
JSON = json.dumps(
    [
        {
            "data": {
                "iname": "VI_1", "ifp_ifname": "lan0", "vrid": 51, "effective_priority": 150,
                "state": 2, "vips": [f"{VIP}/24 dev lan0 scope global set"],
            },
            "stats": {"advert_sent": 2, "auth_failure": 0},
        }
    ]
)  # fmt: skip
DATA = f"""------< VRRP Topology >------
 VRRP Instance = VI_1
   State = MASTER
   Interface = lan0
   Virtual Router ID = 51
   Effective priority = 150
   Virtual IP (1):
     {VIP}/24 dev lan0 scope global set
------< VRRP Sockpool >------
   Interface = lan9
"""
STATS = """VRRP Instance: VI_1
  Advertisements:
    Received: 3
    Sent: 12
  Became master: 1
  Released master: 0
  Packet Errors:
    Invalid Type: 4
  Authentication Errors:
    Invalid Type: 5
"""
CSV = (
    "# pxname,svname,qcur,scur,slim,stot,status,weight,chkfail,downtime,check_status,\n"
    "web,FRONTEND,,3,2000,9,OPEN,,,,,\n"
    "app,web1,0,2,,7,UP,100,1,4,L7OK,\n"
    '"broken\n'
)


def test_the_kernels_services() -> None:
    found = ipvs.read_table(IPVS)
    assert list(found) == ["TCP 192.0.2.100:80", "TCP [2001:db8::1]:443", "FWM 5"]
    service = found["TCP 192.0.2.100:80"]
    assert service["scheduler"] == "wlc"
    assert service["servers"]["192.0.2.2:80"] == {
        "forwarding": "Masq", "weight": 2, "active": 7, "inactive": 3,
    }  # fmt: skip
    assert found["FWM 5"]["servers"]["192.0.2.2:0"]["forwarding"] == "Route"


STATS_OF_IPVS = """   Total Incoming Outgoing         Incoming         Outgoing
   Conns  Packets  Packets            Bytes            Bytes
      1F      2A0        1       1000000078               28

 Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s
       9        9        9                9                9
"""
CONNECTIONS = b"""Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData
TCP C0000264 DAAC C0000264 0050 C0000264 1F90 ESTABLISHED     897
TCP 2001:0db8:0000:0000:0000:0000:0000:0100 A78A 2001:0db8:0000:0000:0000:0000:0000:0100 01BB \
2001:0db8:0000:0000:0000:0000:0000:0012 01BB SYN_RECV         58
UDP 7F000001 ABFB 7F000001 0035 C000020B 0035 UDP             299
UDP 7F000001 ABFC 7F000001 0035 C000020B 0035 UDP             299 sip callid
SCTP 7F000001 ABFC 7F000001 0035 C000020B 0035 COOKIE_SENT     2
TCP C0000264 0000 C0000264 0050 C0000264 1F90 NONE            297
TCP C0000264 0000 C0000264
"""


def test_what_the_kernel_counts_of_all_services(tmp_path: Path) -> None:
    path = tmp_path / "ip_vs"
    assert ipvs_traffic.traffic(str(path), [], 9) == {}
    Path(f"{path}_stats").write_text(STATS_OF_IPVS)
    totals = {"connections": 31, "incoming_packets": 672, "outgoing_packets": 1,
              "incoming_bytes": (1 << 36) + 0x78, "outgoing_bytes": 40}  # fmt: skip
    services = ipvs.read_table(IPVS)
    assert ipvs_traffic.traffic(str(path), services.values(), 50) == totals
    Path(f"{path}_conn").write_bytes(CONNECTIONS)
    states = {"SCTP COOKIE_SENT": 1, "TCP ESTABLISHED": 1, "TCP NONE": 1, "TCP SYN_RECV": 1,
              "UDP UDP": 2}  # fmt: skip
    assert ipvs_traffic.traffic(str(path), [], 9) == {**totals, "states": states}
    for most, listed in ((9, services.values()), (5, [])):  # said to be too many; too many
        assert ipvs_traffic.traffic(str(path), listed, most) == totals
    Path(f"{path}_stats").write_text(STATS_OF_IPVS.replace("1F", "xy"))
    assert ipvs_traffic.traffic(str(path), [], 9) == {}


def test_totals_come_and_go_with_ipvs(tmp_path: Path) -> None:
    path = tmp_path / "ip_vs"
    counted = Path(f"{path}_stats")
    counted.write_text(STATS_OF_IPVS)
    told: list[dict[str, Any]] = []

    async def watch() -> None:
        settings = {"every": 0.01, "path": str(path)}
        async for event in ipvs.observe(watched()._replace(settings=settings)):
            assert (event.kind, event.subject) == ("traffic", "ipvs")
            told.append(dict(event.details))
            if len(told) == 1:
                counted.unlink()
            else:
                break

    asyncio.run(asyncio.wait_for(watch(), 10))
    assert [one.get("connections") for one in told] == [31, None]


def test_the_kernels_bonds() -> None:
    found = bonding.read_bond(BOND)
    assert found["active"] == "eth1"
    assert found["up"]
    assert found["ports"] == {"eth0": False, "eth1": True}
    assert found["carrying"] == ["eth1"]
    assert found["failures"] == {"eth0": 2, "eth1": 0}


@pytest.mark.parametrize("reader", [keepalived.read_json, keepalived.read_data])
def test_keepalived_says_its_role(reader: Callable[[str], list[dict[str, Any]]]) -> None:
    (router,) = reader(JSON if reader is keepalived.read_json else DATA)
    assert (router["name"], router["role"], router["interface"]) == ("VI_1", "MASTER", "lan0")
    assert (router["virtual_router_id"], router["priority"]) == (51, 150)
    assert router["addresses"] == [VIP]


@pytest.mark.parametrize("order", [1, -1])
def test_a_mark_has_a_service_for_each_family(order: int) -> None:
    four = "FWM  00000005 rr\n  -> C0000202:0000      Route   1      0          0\n"
    six = "FWM  00000005 nq\n  -> [2001:db8::2]:0000      Route   1      0          0\n"
    found = ipvs.read_table("".join([four, six][::order]))
    assert {name: one["scheduler"] for name, one in found.items()} == {
        "FWM 5": "rr", "FWM 5 IPv6": "nq",
    }  # fmt: skip


def written(path: Path, role: int, age: float, name: str = "VI_1") -> None:
    (one,) = json.loads(JSON)
    one["data"].update(state=role, iname=name)
    path.write_text(json.dumps([one]))
    os.utime(path, (1000.0 - age, 1000.0 - age))


DUMPS = [  # whose, role, seconds old -> role that is told
    ("VI_1", 2, 0.0, ""),  # its addresses tell who is MASTER, at once
    ("VI_1", 3, 0.5, "FAULT"),
    ("VI_1", 1, 0.2, "BACKUP"),
    ("VI_1", 2, 0.1, ""),
    ("other", 2, 0.3, "MASTER"),  # of this one nobody knows any addresses
    ("other", 1, 3600.0, ""),  # a dump of the past says what was
    ("other", 1, -3600.0, ""),
    ("other", 1, 0.4, "BACKUP"),
]


def test_a_dump_tells_of_roles_while_it_is_fresh(tmp_path: Path) -> None:
    dumps = keepalived.Dumps(watched(), 3.0)
    path = tmp_path / "keepalived.json"
    for name, role, age, expected in DUMPS:
        written(path, role, age, name)
        found = list(dumps.read("json", str(path), 1000.0))
        assert [one.details["role"] for one in found if one.kind == "role"] == (
            [expected] if expected else []
        )
        assert [one.subject for one in found if one.kind == "counters"] == [f"lb1/{name}"]
        assert not list(dumps.read("json", str(path), 1001.0))  # it was not written anew


def test_a_dump_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    said: list[str] = ["-"]
    dumps = keepalived.Dumps(watched(said), 3.0)
    for _ in range(3):
        assert not list(dumps.read("json", str(tmp_path), 1000.0))
        assert not list(dumps.read("data", str(tmp_path / "nothing"), 1000.0))
    assert said == ["-", f"keepalived's dump {tmp_path}: Is a directory"]


def test_a_bond_that_is_gone_is_told(tmp_path: Path) -> None:
    async def course() -> list[tuple[str, bool]]:
        (tmp_path / "bond0").write_text(BOND)
        found = []
        seen = bonding.observe(
            Watched("lb1", list, settings={"path": str(tmp_path), "every": 0.01})
        )
        async for event in seen:
            found.append((event.subject, event.details["up"]))
            if len(found) == 2:
                return found
            (tmp_path / "bond0").unlink()
        return found

    assert asyncio.run(course()) == [("bond0", True), ("bond0", False)]


MISTAKES = [  # table, what is told -> what is said of it
    ("haproxy", {"sokcet": "/run/haproxy.sock"}, "nothing is called sokcet"),
    ("haproxy", {"every": "5s"}, "every is not a number"),
    ("haproxy", {"url": "http://me:s3cret@127.0.0.1/;csv"}, "url has a name or a password in it$"),
    ("bonding", {"every": 0}, "no number of seconds above 0"),
    ("ipvs", {"path": 5}, "path is not a text"),
    ("links", {"every": True}, "every is not a number"),
    ("vrrp", {"every": 1}, "nothing is called every"),
    ("keepalived", {"json": ["/tmp/keepalived.json"]}, "json is not a text"),
    ("peers", {"every": -1.0}, "negative"),
]


@pytest.mark.parametrize(("name", "told", "wanted"), MISTAKES, ids=lambda one: str(one)[:30])
def test_a_wrong_table_is_refused(name: str, told: dict[str, Any], wanted: str) -> None:
    observer = Host().named("hatools_observers")[name][1]
    observer.check({"enabled": False})
    with pytest.raises(BadSetting, match=wanted):
        observer.check(told)


def test_keepalived_counts() -> None:
    (router,) = keepalived.read_stats(STATS)
    assert router["counters"] == {
        "advert_rcvd": 3, "advert_sent": 12, "become_master": 1, "release_master": 0,
        "invalid_type_rcvd": 4, "invalid_authtype": 5,
    }  # fmt: skip


def test_haproxys_statistics() -> None:
    found = haproxy.read_csv(CSV)
    assert found["app/web1"]["status"] == "UP"
    assert (found["app/web1"]["weight"], found["app/web1"]["sessions"]) == (100, 2)
    assert found["web/FRONTEND"]["limit"] == 2000
    assert found["web/FRONTEND"]["weight"] is None


ODD = ("²", "9" * 5000, "٣", "-1", "1e3", "")  # what one may take for a number


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: ascii(odd[:6]))
def test_odd_numbers_are_passed_over(odd: str) -> None:
    for reader in READERS:
        for sample in SAMPLES:
            for number in ("51", "150", "1", "3", "12", "2000", "0"):
                reader(sample.replace(number, odd))


def test_a_dump_that_is_cut_off_is_told_once_it_was_written(tmp_path: Path) -> None:
    said: list[str] = []
    told = Watched("lb1", list, say=lambda level, text: said.append(text))
    dumps = keepalived.Dumps(told, 3.0)
    path = tmp_path / "keepalived.json"
    path.write_text(JSON[:-9])
    os.utime(path, (1000.0, 1000.0))
    for now in (1000.2, 1005.0, 1006.0):
        assert list(dumps.read("json", str(path), now)) == []
    assert said == [f"keepalived's dump {path}: it is cut off, or no JSON"]
    path.write_text(JSON)
    os.utime(path, (1006.5, 1006.5))
    assert list(dumps.read("json", str(path), 1007.0))


def test_statistics_that_are_cut_off_are_no_statistics(tmp_path: Path) -> None:
    async def ask(answer: str) -> str:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.write(answer.encode())
            writer.close()

        path = str(tmp_path / "socket")
        async with await asyncio.start_unix_server(serve, path):
            return await haproxy.ask(path, "")

    whole = CSV.rpartition('"broken')[0] + "\n"
    assert asyncio.run(ask(whole)) == whole
    for cut in (40, 80, len(whole) - 2):
        with pytest.raises(ValueError, match="cut off"):
            asyncio.run(ask(whole[:cut].rstrip()))


READERS = (
    ipvs.read_table, bonding.read_bond, keepalived.read_json, keepalived.read_data,
    keepalived.read_stats, haproxy.read_csv, ipvs_traffic.read_totals,
    lambda text: ipvs_traffic.read_states(text.encode()),
)  # fmt: skip
SAMPLES = (IPVS, BOND, JSON, DATA, STATS, CSV, STATS_OF_IPVS, CONNECTIONS.decode())


@given(st.sampled_from(READERS), st.sampled_from(SAMPLES), st.data())
def test_cut_off_and_garbled_files_are_survived(
    reader: Callable[[str], Any], sample: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(0, len(sample)))
    reader(sample[:start] + data.draw(st.text(max_size=12)) + sample[end:])


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    b"HTTP/1.0 200 OK\r\n\r\n{}": (200, b"{}"),
    b"SSH-2.0-x\r\n\r\n": ValueError,
    b"HTTP/1.0 200 OK\r\n\r\n" + b"x" * 2000: ValueError,
    b"HTTP/1.0 200 OK\r\n" + b"a: b\r\n" * 9000: ValueError,
    b"": EOFError,
    CHUNKED + b"2;x=y\r\n{}\r\nA\r\n          \r\n0\r\n\r\n": (200, b"{}" + b" " * 10),
    CHUNKED + b"0\r\n\r\n": (200, b""),
    CHUNKED + b"2\r\n{}": ValueError,
    CHUNKED + b"2\r\n{}\r\n": ValueError,
    CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n": ValueError,
    CHUNKED + b"ffffffff\r\n{}\r\n0\r\n\r\n": ValueError,
}


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: str(answer[:20]))
def test_what_answers_over_http(answer: bytes) -> None:
    async def ask() -> tuple[int, bytes]:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await fetching.fetch(f"http://127.0.0.1:{port}/status", 1000)

    expected = ANSWERS[answer]
    if isinstance(expected, tuple):
        assert asyncio.run(ask()) == expected
    else:
        with pytest.raises(expected):
            asyncio.run(ask())


class Running(Daemons):
    """A daemon that runs, or does not, as one says."""

    now: bool | None = True

    def running(self, now: float, every: float = 2.0) -> bool | None:
        self.seen = self.seen or bool(self.now)
        return self.now


def watched(said: list[str] | None = None) -> Watched:
    topologies = [Topology(routers=[ROUTER])]
    return Watched("lb1", lambda: topologies, say=lambda level, text: (said or []).append(text))


COURSE = [  # addresses held, link up, daemon runs -> role
    ({}, True, True, "BACKUP"),
    ({VIP: "lan0"}, True, True, "MASTER"),
    ({}, False, True, "FAULT"),
    ({}, True, True, "BACKUP"),
    ({}, True, False, "INIT"),
    ({VIP: "lan0"}, True, True, "MASTER"),
    ({VIP: "lan0"}, True, False, "INIT"),  # killed: its address stayed
    ({VIP: "lo"}, True, True, "BACKUP"),  # a real server of direct routing, too
    ({VIP: "vrrp.51"}, True, True, "MASTER"),  # use_vmac
]


def test_the_role_follows_from_addresses_link_and_daemon() -> None:
    daemons = Running()
    comparing = Comparing(watched(), daemons)
    roles = []
    for at, (held, up, runs, _) in enumerate(COURSE):
        daemons.now = runs
        for event in comparing.changes(Snapshot({"lan0": up}, held), float(at)):
            if event.kind == "role":
                roles.append(event.details["role"])
    assert roles == [role for *_, role in COURSE]


def test_masters_are_heard_and_missed() -> None:
    hearing = Hearing(watched(), lambda secret: "x")
    packet = ipv4("192.0.2.2", "224.0.0.18", vrrp2(51, 100, 1, [VIP], b"s3cret"))
    first, role = hearing.seen(Sight(100.0, "lan0", IPV4, packet, "02:00:00:00:00:02"))
    assert first.kind == "advertisement"
    assert "s3cret" not in str(first)
    assert role.details["role"] == "MASTER"
    assert hearing.next_silence(100.0) == 4.0
    assert not list(hearing.silences(103.9))
    (silent,) = hearing.silences(104.0)
    assert silent.details["role"] == "SILENT"
    assert list(hearing.seen(Sight(105.0, "lan7", IPV4, packet))) == []  # not ours to watch


@pytest.mark.parametrize("by", [3600.0, -3600.0])
def test_a_clock_that_is_set_silences_no_master(by: float) -> None:
    hearing = Hearing(watched(), lambda secret: "x")
    packet = ipv4("192.0.2.2", "224.0.0.18", vrrp2(51, 100, 1, [VIP]))
    list(hearing.seen(Sight(10_000.0, "lan0", IPV4, packet)))
    hearing.shift(by)
    assert not list(hearing.silences(10_003.0 + by))
    (silent,) = hearing.silences(10_004.1 + by)
    assert silent.details["role"] == "SILENT"


def test_announcements_of_virtual_addresses_only() -> None:
    hearing = Hearing(watched(), lambda secret: "x")
    mac = "02:00:00:00:00:02"
    (event,) = hearing.seen(Sight(1.0, "lan0", ARP, arp(1, mac, VIP, VIP)))
    assert event.subject == f"{VIP}/{mac}"
    assert list(hearing.seen(Sight(1.1, "lan0", ARP, arp(1, mac, VIP, VIP)))) == []  # the same
    assert list(hearing.seen(Sight(2.0, "lan0", ARP, arp(1, mac, "192.0.2.7", VIP)))) == []


def test_malformed_packets_are_told_once_a_minute() -> None:
    said: list[str] = ["-"]
    hearing = Hearing(watched(said), lambda secret: "x")
    packet = ipv4("192.0.2.2", "224.0.0.18", vrrp2(0, 100, 1, [VIP]))
    found = [
        event for at in range(100) for event in hearing.seen(Sight(float(at), "lan0", IPV4, packet))
    ]
    assert [event.kind for event in found] == ["malformed"] * 2
    assert len(said) == 3


def test_all_observers_are_there() -> None:
    names = {name for name, _ in Host().named("hatools_observers").items()}
    assert {"vrrp", "links", "ipvs", "bonding", "keepalived", "haproxy", "peers"} <= names
