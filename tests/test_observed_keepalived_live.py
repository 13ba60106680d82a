"""A real keepalived as the observers see it: on the wire, in addresses, in its dumps."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from observing import Observing
from recordings import steadily
from vrrp_live import batch
from vrrp_scenarios import block, router

from hatools.model import Topology
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source
from hatools_observers import keepalived
from hatools_prometheus.compat import COUNTERS

pytestmark = [
    pytest.mark.real("keepalived", "ip"),
    pytest.mark.xdist_group("live"),
]
SIX = "2001:db8::100/64"
PEERS = ("unicast_src_ip 198.51.100.1", block("unicast_peer", "198.51.100.2"))
MORE = ("unicast_src_ip 2001:db8:1::1", block("unicast_peer", "2001:db8:1::2"))
FAILS = ("vrrp_script gone {", '    script "/bin/false"', "    interval 1", "}", "")
TEXT = "\n".join((
    "global_defs {\n    script_user root\n    enable_script_security\n}",
    *FAILS,
    router(150, name="four"),
    router(200, name="six", vrid=52, version=3, interval="0.5", address=f"fe80::100\n {SIX}"),
    router(90, *PEERS, name="one", lan="lan1", vrid=53, version=3, address="198.51.100.100/24"),
    router(80, *MORE, name="one6", lan="lan1", vrid=54, version=3, address="2001:db8:1::100/64"),
    router(70, "track_script {\n gone\n }", name="ill", vrid=55, address="192.0.2.155/24"),
))  # fmt: skip
ADVERTISED = {  # VRID -> version, family, priority, interval, TTL, addresses, authentication
    51: (2, 4, 150, 1.0, 255, ["192.0.2.100"], "PASS"),
    52: (3, 6, 200, 0.5, 255, ["2001:db8::100", "fe80::100"], ""),
    53: (3, 4, 90, 1.0, 255, ["198.51.100.100"], ""),
    54: (3, 6, 80, 1.0, 64, ["2001:db8:1::100"], ""),  # unicast over IPv6: the kernel's own
}
ADDRESSES = ("192.0.2.100", "2001:db8::100", "198.51.100.100", "2001:db8:1::100")
MASTERS = dict.fromkeys(("four", "six", "one", "one6"), "MASTER")


def meant() -> Topology:
    form = codec(Host().formats()["keepalived"])
    return form.read(form.expand(form.parse(Source("k.conf", TEXT)), Place())).topology


class Node:
    """A node with keepalived, and a witness on the other end of its two cables."""

    def __init__(self, folder: Path) -> None:
        self.name, self.witness = (f"hatools-{os.getpid()}-{one}" for one in ("seen", "sees"))
        self.folder = folder
        (folder / "keepalived.conf").write_text(TEXT)
        batch("", f"netns add {self.name}", f"netns add {self.witness}")
        lans = {"lan0": ("192.0.2", "2001:db8:"), "lan1": ("198.51.100", "2001:db8:1:")}
        for lan in lans:
            peer = f"peer name {lan} netns {self.witness}"
            batch(self.name, f"link add {lan} type veth {peer}")
        for number, space in enumerate((self.name, self.witness), 1):
            batch(
                space,
                "link set lo up",
                *(f"link set {lan} up" for lan in lans),
                *(f"addr add {four}.{number}/24 dev {lan}" for lan, (four, _) in lans.items()),
                *(f"addr add {six}:{number}/64 dev {lan} nodad" for lan, (_, six) in lans.items()),
            )
        self.daemon: subprocess.Popen[bytes] | None = None
        self._until_settled()

    def _until_settled(self) -> None:
        """Wait for the interfaces' own IPv6 addresses, which are tried out before they are used."""
        end = time.monotonic() + 10
        show = ["ip", "-n", self.name, "-6", "addr", "show", "tentative"]
        while subprocess.run(show, capture_output=True, check=True).stdout:
            assert time.monotonic() < end
            time.sleep(0.05)

    def start(self) -> None:
        """Start keepalived; its /tmp, where it puts its dumps, is our folder."""
        command = "keepalived -n -l -D -f /tmp/keepalived.conf -p /tmp/pid -r /tmp/vrrp -P"
        self.daemon = subprocess.Popen(
            ["ip", "netns", "exec", self.name, "sh", "-c",
             f"mount --bind {self.folder} /tmp && exec {command}"],
            env={**os.environ, "TMPDIR": "/tmp"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def dump(self) -> None:
        """Let keepalived write all its dumps."""
        assert self.daemon is not None
        number = subprocess.run(["keepalived", "--signum=JSON"], capture_output=True, check=True)
        for sign in (signal.SIGUSR1, signal.SIGUSR2, int(number.stdout)):
            self.daemon.send_signal(sign)
            time.sleep(0.1)  # two signals at once are one

    def stop(self) -> None:
        if self.daemon is not None:
            self.daemon.terminate()
            self.daemon.wait(10)

    def close(self) -> None:
        self.stop()
        batch("", f"netns del {self.name}", f"netns del {self.witness}")


def roles(observing: Observing) -> dict[str, str]:
    return {name.partition("/")[2]: one["role"] for name, one in observing.last("role").items()}


def test_a_real_keepalived_comes_is_seen_and_goes(tmp_path: Path) -> None:
    def attempt(number: int) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        with contextlib.closing(Node(folder)) as node:
            watch(node)

    steadily(attempt)


def watch(node: Node) -> None:
    """Hold what the observers say while keepalived comes and goes against what it does."""
    topology = meant()
    dumps = {kind: str(node.folder / f"keepalived.{kind}") for kind in ("json", "data", "stats")}
    with ExitStack() as stack:

        def observe(*told: Any, **settings: Any) -> Observing:
            return stack.enter_context(Observing(*told, **settings))

        outside = observe("wire", node.witness, [topology])
        stranger = observe("wire", node.witness)
        own = observe("wire", node.name, [topology])
        links = observe("links", node.name, [topology], every=0.2)
        told = observe("keepalived", "", [], every=0.1, json=dumps["json"], stats=dumps["stats"])
        data = observe("keepalived", "", [topology], every=0.1, data=dumps["data"])
        links.until(lambda: set(roles(links).values()) == {"INIT"})
        node.start()
        watch_it_come(outside, stranger, own, links)
        watch_its_dumps(node, told, data)
        watch_it_go(node, outside, links)
        for one in (outside, stranger, own, links, told, data):
            assert one.fault is None
            assert "s3cret" not in str(one.events)


def heard(observing: Observing) -> dict[int, tuple[object, ...]]:
    return {
        one["virtual_router_id"]: (
            one["version"], one["family"], one["priority"], one["interval"],
            one["ttl"], sorted(one["addresses"]), one["authentication"],
        )
        for one in observing.last("advertisement").values()
    }  # fmt: skip


def watch_it_come(
    outside: Observing, stranger: Observing, own: Observing, links: Observing
) -> None:
    for one in (outside, stranger, own):
        one.until(lambda one=one: heard(one) == ADVERTISED)  # type: ignore[misc]
    for one, outgoing in ((outside, False), (stranger, False), (own, True)):
        assert {seen["outgoing"] for seen in one.last("advertisement").values()} == {outgoing}

    def announced(one: Observing) -> set[str]:
        return {
            event.details["address"]
            for event in list(one.events)
            if event.kind == "announcement" and event.details["gratuitous"]
        }

    for one in (outside, own):
        one.until(lambda one=one: announced(one) >= set(ADDRESSES))  # type: ignore[misc]
    macs = {one["mac"] for one in outside.last("announcement").values()}
    assert macs <= {one["mac"] for one in outside.last("advertisement").values()}
    assert [one.kind for one in (*outside.events, *own.events) if one.kind == "malformed"] == []
    wanted = {"four": "MASTER", "six": "MASTER", "one": "MASTER", "one6": "MASTER", "ill": "BACKUP"}
    links.until(lambda: roles(links) == wanted)
    held = {name for name, one in links.last("address").items() if one["held"]}
    assert held == {*ADDRESSES, "fe80::100"}
    sources = {name.rsplit("/", 1)[1] for name in outside.last("role")}
    assert len(sources) == 4  # one of each router, by the address that it sends from


def watch_its_dumps(node: Node, told: Observing, data: Observing) -> None:
    node.dump()
    told.until(lambda: roles(told) == {**MASTERS, "ill": "FAULT"})
    data.until(lambda: roles(data) == {"ill": "FAULT"})  # addresses tell of the others
    for name, about in told.last("role").items():
        assert about["addresses"] == [
            at.address for router in meant().routers if name.endswith(f"/{router.name}")
            for at in router.addresses
        ]  # fmt: skip
    counted = told.last("counters")
    assert counted["lb1/four"]["counters"]["become_master"] == 1
    assert counted["lb1/six"]["counters"]["advert_sent"] >= 2
    assert (counted["lb1/six"]["interface"], counted["lb1/six"]["virtual_router_id"]) == (
        "lan0",
        52,
    )
    assert set(COUNTERS.values()) == counted["lb1/four"]["counters"].keys()  # each is exported
    read = {
        kind: reader((node.folder / f"keepalived.{kind}").read_text())
        for kind, reader in keepalived.READERS.items()
    }
    said = {kind: {one["name"]: one for one in found} for kind, found in read.items()}
    for name, one in said["json"].items():
        for key in ("role", "interface", "virtual_router_id", "priority", "addresses"):
            assert one[key] == said["data"][name][key], (name, key)
        assert one["counters"].keys() == said["stats"][name]["counters"].keys()


def watch_it_go(node: Node, outside: Observing, links: Observing) -> None:
    batch(node.witness, "link set lan1 down")  # the carrier is lost on both ends
    links.until(lambda: roles(links)["one"] == "FAULT" and not links.last("link")["lan1"]["up"])
    batch(node.witness, "link set lan1 up")
    links.until(lambda: roles(links)["one"] == "MASTER" and links.last("link")["lan1"]["up"])
    node.stop()
    links.until(lambda: set(roles(links).values()) == {"INIT"})
    outside.until(lambda: {one["role"] for one in outside.last("role").values()} == {"SILENT"})
    why = {one["virtual_router_id"]: one["reason"] for one in outside.last("role").values()}
    assert why[51] == "it resigned"
    assert not any(one["held"] for one in links.last("address").values())
    batch(node.name, "link del lan1")
    links.until(lambda: links.last("link")["lan1"]["reason"] == "there is no such interface")
