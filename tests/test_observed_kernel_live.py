"""What a real kernel writes of its IPVS services and its bonds, as the observers read it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ipvs_kernel
import pytest

from hatools_observers.bonding import bonds
from hatools_observers.ipvs import read_table
from hatools_observers.ipvs_traffic import TOTALS, traffic

pytestmark = [pytest.mark.real("linux.uml", "ip", "ipvsadm"), pytest.mark.xdist_group("live")]
SERVICES = """
ip link add lan0 type dummy
ip link set lan0 up
ip addr add 192.0.2.100/24 dev lan0
ip addr add 2001:db8::100/64 dev lan0 nodad
ipvsadm -A -t 192.0.2.100:80 -s wlc -p 300
ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.11:8080 -m -w 3
ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.12:80 -g -w 0
ipvsadm -a -t 192.0.2.100:80 -r 192.0.2.13:80 -i -w 2
ipvsadm -A -u 192.0.2.100:53 -s rr -o
ipvsadm -A --sctp-service 192.0.2.100:99 -s sh -b sh-port,sh-fallback
ipvsadm -A -t [2001:db8::100]:443 -s mh -p 60 -M 64
ipvsadm -a -t [2001:db8::100]:443 -r [2001:db8::12]:443 -g -w 65535
ipvsadm -a -t [2001:db8::100]:443 -r 192.0.2.12:443 -i -w 1
ipvsadm -A -f 5 -s sh -p 20 -M 255.255.255.0
ipvsadm -a -f 5 -r 192.0.2.12:0 -g
ipvsadm -A -f 5 -6 -s nq
ipvsadm -a -f 5 -6 -r [2001:db8::12]:0 -g
ipvsadm -A -f 4294967295 -s rr
ipvsadm -A -t 127.0.0.1:81 -s rr
ipvsadm -a -t 127.0.0.1:81 -r 192.0.2.12:81 -m
ipvsadm -A -u 127.0.0.1:53 -s rr
ipvsadm -a -u 127.0.0.1:53 -r 192.0.2.12:53 -m
proc_ipvs() { for one in "" _stats _conn; do cat /proc/net/ip_vs$one >$1$one; done; }
proc_ipvs services
timeout 1 bash -c 'exec 3<>/dev/tcp/192.0.2.100/80'
timeout 1 bash -c 'exec 3<>/dev/tcp/127.0.0.1/81'
timeout 1 bash -c 'exec 3<>/dev/tcp/2001:db8::100/443'
timeout 1 bash -c 'echo >/dev/udp/127.0.0.1/53'
for _ in $(seq 200); do grep -q '^ *4 ' /proc/net/ip_vs_stats && break; sleep .05; done
proc_ipvs connected
ipvsadm -C
cat /proc/net/ip_vs >cleared
"""
BONDS = """
link() { ip link set "$@"; }
proc() { mkdir $1; for one in /proc/net/bonding/*; do cat $one >$1/${one##*/}; done; }
until_said() {
  for _ in $(seq 200); do grep -q "$2" /proc/net/bonding/$1 && return; sleep .02; done; exit 1
}
ip link del bond0 2>/dev/null
ip link add empty type bond mode balance-rr miimon 50
ip link add backup type bond mode active-backup miimon 50
ip link add xor type bond mode balance-xor miimon 50
ip link add lacp type bond mode 802.3ad miimon 50
for bond in backup xor lacp; do
  for port in a b; do
    ip link add $port$bond type veth peer name p$port$bond
    link p$port$bond up
    link $port$bond master $bond
  done
done
for bond in empty backup xor lacp; do link $bond up; done
for bond in backup xor; do until_said $bond "Slave Interface: b$bond"; done
echo abackup >/sys/class/net/backup/bonding/active_slave
proc before
link pabackup down
link paxor down
until_said backup "Currently Active Slave: bbackup"
until_said xor "Link Failure Count: 1"
proc after
ip link del lacp
link pbbackup down
until_said backup "Currently Active Slave: None"
proc end
"""


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kernel")
    status, said = ipvs_kernel.run(folder, SERVICES + BONDS)
    assert (folder / "end").is_dir(), f"{status} {said}"
    return folder


def server(forwarding: str, weight: int, active: int = 0, inactive: int = 0) -> dict[str, Any]:
    return {"forwarding": forwarding, "weight": weight, "active": active, "inactive": inactive}


SHOP = {
    "192.0.2.11:8080": server("Masq", 3),
    "192.0.2.12:80": server("Route", 0),
    "192.0.2.13:80": server("Tunnel", 2),
}
TABLE: Mapping[str, tuple[str, Mapping[str, Any]]] = {  # service -> scheduler, servers
    "TCP 192.0.2.100:80": ("wlc", SHOP),
    "UDP 192.0.2.100:53": ("rr", {}),
    "SCTP 192.0.2.100:99": ("sh", {}),
    "TCP [2001:db8::100]:443": (
        "mh",
        {"[2001:db8::12]:443": server("Route", 65535), "192.0.2.12:443": server("Tunnel", 1)},
    ),
    "TCP 127.0.0.1:81": ("rr", {"192.0.2.12:81": server("Masq", 1)}),
    "UDP 127.0.0.1:53": ("rr", {"192.0.2.12:53": server("Masq", 1)}),
    "FWM 5": ("sh", {"192.0.2.12:0": server("Route", 1)}),
    "FWM 5 IPv6": ("nq", {"[2001:db8::12]:0": server("Route", 1)}),
    "FWM 4294967295": ("rr", {}),
}


def test_every_kind_of_service_is_read(guest: Path) -> None:
    found = read_table((guest / "services").read_text())
    assert {name: (one["scheduler"], one["servers"]) for name, one in found.items()} == TABLE
    assert "persistent" in found["TCP 192.0.2.100:80"]["flags"]
    assert found["UDP 192.0.2.100:53"]["flags"] == ["ops"]


def test_a_connection_is_counted(guest: Path) -> None:
    found = read_table((guest / "connected").read_text())["TCP 192.0.2.100:80"]["servers"]
    assert sum(one["active"] + one["inactive"] for one in found.values()) == 1
    assert read_table((guest / "cleared").read_text()) == {}


def test_the_totals_and_the_states_are_read(guest: Path) -> None:
    before = (guest / "services").read_text()
    known = traffic(str(guest / "services"), read_table(before).values(), 100)
    assert known == {**dict.fromkeys(TOTALS, 0), "states": {}}
    after = read_table((guest / "connected").read_text()).values()
    known = traffic(str(guest / "connected"), after, 100)
    assert known["connections"] == 4
    assert known["incoming_packets"] >= 4
    assert known["incoming_bytes"] >= 4 * 29  # the shortest is a datagram of one byte
    states = known["states"]
    assert states["UDP UDP"] == 1
    assert states["TCP NONE"] == 2  # the templates of what is persistent
    assert sum(states.values()) == 6
    assert "states" not in traffic(str(guest / "connected"), after, 3)


def test_bonds_of_every_kind_are_read(guest: Path) -> None:
    found = bonds(str(guest / "before"))
    assert list(found) == ["backup", "empty", "lacp", "xor"]
    assert found["backup"] == {
        "active": "abackup", "up": True, "ports": {"abackup": True, "bbackup": True},
        "carrying": ["abackup"], "mode": "fault-tolerance (active-backup)",
        "failures": {"abackup": 0, "bbackup": 0}, "reason": "",
    }  # fmt: skip
    assert found["xor"]["carrying"] == ["axor", "bxor"]
    assert (found["xor"]["active"], found["xor"]["up"]) == ("", True)
    assert found["lacp"]["ports"] == {"alacp": True, "blacp": True}
    assert found["lacp"]["mode"] == "IEEE 802.3ad Dynamic link aggregation"
    assert (found["empty"]["ports"], found["empty"]["reason"]) == ({}, "it has no port")
    assert not found["empty"]["up"]


def test_a_port_that_fails_is_seen(guest: Path) -> None:
    found = bonds(str(guest / "after"))
    assert found["backup"]["carrying"] == ["bbackup"]
    assert found["backup"]["ports"] == {"abackup": False, "bbackup": True}
    assert found["backup"]["failures"] == {"abackup": 1, "bbackup": 0}
    assert found["xor"]["carrying"] == ["bxor"]
    end = bonds(str(guest / "end"))
    assert "lacp" not in end
    assert (end["backup"]["up"], end["backup"]["active"]) == (False, "")
    assert end["backup"]["reason"] == "no port is up"
    assert end["backup"]["carrying"] == []
