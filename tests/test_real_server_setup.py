"""The real servers' set-up for direct routing and tunnels: one for all writers, and it works."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import ipvs_kernel
import lab
import pytest
from real_server_cases import CASES, RS4, RS4_CHECKED, RS6, RS6_CHECKED, VIP4, VIP6, topology

from hatools.model import RealServer, Topology
from hatools.plugin import Codec, OutFile, Target
from hatools.plugin.real_server_setup import companions
from hatools_ipvsadm.codec import IpvsadmCodec
from hatools_keepalived.codec import KeepalivedCodec

WRITERS: dict[str, Codec] = {"ipvsadm": IpvsadmCodec(), "keepalived": KeepalivedCodec()}
NAMES = ("real-server-setup.sh", "real-server-sysctl.conf")


def files(made: Topology) -> dict[str, OutFile]:
    return {file.name: file for file in companions(made)}


def setup(made: Topology) -> str:
    return files(made)["real-server-setup.sh"].text


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("name", CASES)
def test_every_writer_adds_the_same_files(name: str, writer: str) -> None:
    made = topology(CASES[name])
    written = WRITERS[writer].write(made, Target())
    assert written.main is not None
    assert written.companions == companions(made)


def test_masquerading_needs_none() -> None:
    made = topology(CASES["direct routing"])
    made.pools[0].servers = [RealServer(RS4, 80, forwarding="masquerade")]
    assert companions(made) == []


def test_what_is_where() -> None:
    made = topology(CASES["direct routing"], CASES["direct routing over IPv6"], CASES["gue"])
    found = files(made)
    assert list(found) == [*NAMES, "ifcfg-lo:0"]  # an alias of lo holds an IPv4 address
    assert [file.executable for file in found.values()] == [True, False, False]
    assert "ip fou add port 5555 gue" in setup(made)
    assert f'if serves {RS6}; then\n    addresses="$addresses {VIP6}/128"' in setup(made)
    assert "serves" not in setup(topology(CASES["direct routing"], CASES["ipip"]))


def test_ipv6_alone_keeps_nothing_quiet() -> None:
    made = topology(CASES["direct routing over IPv6"])
    assert list(files(made)) == ["real-server-setup.sh"]
    assert "sysctl -" not in setup(made)


def test_a_mark_does_not_tell_its_addresses() -> None:
    assert "mark (5) do not say their addresses" in setup(topology(mark=5))
    assert 'addresses=""' in setup(topology(mark=5))
    assert f'addresses="{VIP4}/32"' in setup(topology(CASES["ipip"], mark=5))


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_shells_can_read_it(shell: str, tmp_path: Path) -> None:
    for name, text in {"all": setup(topology(*CASES.values(), mark=7))}.items():
        (tmp_path / name).write_text(text)
        done = subprocess.run([shell, "-n", tmp_path / name], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr


def test_an_ifcfg_file_is_a_list_of_variables(tmp_path: Path) -> None:
    path = tmp_path / "ifcfg-lo:0"
    path.write_text(files(topology(CASES["ipip"]))["ifcfg-lo:0"].text)
    told = subprocess.run(
        ["sh", "-eu", "-c", '. "$1"; echo $DEVICE $IPADDR $NETMASK $ONBOOT', "sh", path],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout == f"lo:0 {VIP4} 255.255.255.255 yes\n"


# A client, a director and a real server on one segment; the real server filters strictly.
_SEGMENT = f"""
export PATH=/mnt/out:$PATH
modprobe bridge
ip link add lan type bridge
ip link set lan up
node() {{
    ip netns add $1
    ip link add $1 type veth peer name eth0 address 02:00:00:00:00:0$2 netns $1
    ip link set $1 master lan up
    ip -n $1 link set lo up
    ip -n $1 link set eth0 up
    ip -n $1 address add 10.0.0.$2/24 dev eth0
    ip -n $1 address add 2001:db8::$2/64 dev eth0 nodad
}}
node client 1
node real 2
node director 3
ip -n director address add {VIP4}/32 dev eth0
ip -n director address add {VIP6}/128 dev eth0 nodad preferred_lft 0
ip -n real address add {RS4_CHECKED}/24 dev eth0
ip -n real address add {RS6_CHECKED}/64 dev eth0 nodad
ip netns exec real sysctl -q -w net.ipv4.conf.all.rp_filter=1
ip netns exec real sysctl -q -w net.ipv4.conf.default.rp_filter=1
ip netns exec real python3 -S serve.py &
serving=$!
"""
_SERVE = """
import selectors, socket
waiting = selectors.DefaultSelector()
for port in range(80, 80 + %d):
    listening = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)
    waiting.register(listening, selectors.EVENT_READ)
while True:
    for key, _ in waiting.select():
        with key.fileobj.accept()[0] as connection:
            connection.sendall(b"hello")
"""
_ASK = """
import socket, threading
def ask(number, address):
    try:
        with socket.create_connection((address, 80 + int(number)), 2.0) as connection:
            print(number, connection.recv(10).decode() + chr(10), end="")
    except OSError as error:
        print(number, str(error) + chr(10), end="")
for case in open("asked"):
    threading.Thread(target=ask, args=case.split()).start()
"""
_STATE = """
state() {
    echo "== $1"
    ip -n real -o address show dev lo | sed 's/ *valid_lft.*//; s/  */ /g; s/^1: lo //'
    ip -n real -br link | sed -n 's/^\\([a-z0-9-]*\\)@NONE *\\([A-Z]*\\).*/\\1 \\2/p'
    ip netns exec real ip fou show | sed 's/ *$//'
    ip netns exec real sysctl net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce \\
        net.ipv4.conf.tunl0.rp_filter
}
"""
_TRY = """
ip netns exec director ipvsadm --restore < rules
ip netns exec real sh real-server-setup.sh || echo "status $?"
state once
ip netns exec real sysctl -q -w net.ipv4.conf.all.arp_ignore=0
ip netns exec real sysctl -p real-server-sysctl.conf > /dev/null || echo "status $?"
ip netns exec real sh real-server-setup.sh start || echo "status $?"
state again
echo "== client"
ip netns exec client python3 -S ask.py
echo "== neighbour"
ip -n client neighbour show {vip} | sed 's/.*lladdr //; s/ .*//'
ip netns exec real sh real-server-setup.sh stop || echo "status $?"
ip netns exec real sh real-server-setup.sh stop || echo "status $?"
state stopped
echo "== usage"
ip netns exec real sh real-server-setup.sh nonsense || echo "status $?"
kill $serving
"""
_UP = {"tunl0", "sit0", "ip6tnl0", "gre0", "ip6gre0", "gre-csum", "gre6-csum"}
_PORTS = {"port 5555 gue", "port 5556 gue", "port 5557 gue -6"}
_SYSCTLS = {
    "net.ipv4.conf.all.arp_ignore = 1",
    "net.ipv4.conf.all.arp_announce = 2",
    "net.ipv4.conf.tunl0.rp_filter = 2",
}
_LOOPBACK = {"inet 127.0.0.1/8 scope host lo\\", "inet6 ::1/128 scope host \\"}
_VIRTUAL = {
    f"inet {VIP4}/32 scope global lo\\",
    f"inet6 {VIP6}/128 scope global nodad deprecated \\",
}
_OTHERS = {"gretap0 DOWN", "erspan0 DOWN"}
_SET_UP = {f"{name} UNKNOWN" for name in _UP} | _OTHERS | _PORTS | _SYSCTLS | _LOOPBACK | _VIRTUAL
_STOPPED = {f"{name} DOWN" for name in _UP if "csum" not in name} | _OTHERS | _SYSCTLS | _LOOPBACK


@pytest.mark.xdist_group("live")
@pytest.mark.real("linux.uml", "ipvsadm")
def test_clients_reach_a_server_that_was_set_up(tmp_path: Path) -> None:
    made = topology(*CASES.values())
    written = IpvsadmCodec().write(made, Target())
    assert written.main is not None
    (tmp_path / "rules").write_text(written.main.text)
    for file in written.companions:
        (tmp_path / file.name).write_text(file.text)
    (tmp_path / "serve.py").write_text(_SERVE % len(CASES))
    (tmp_path / "ask.py").write_text(_ASK)
    asked = [f"{number} {case[1]}\n" for number, case in enumerate(CASES.values())]
    (tmp_path / "asked").write_text("".join(asked))

    script = _SEGMENT + _STATE + _TRY.format(vip=VIP4)
    status, output = ipvs_kernel.run(tmp_path, script, 60.0)

    assert status == 0, output
    shown = {part.partition("\n")[0]: part.splitlines()[1:] for part in output.split("== ") if part}
    for when in ("once", "again"):
        assert set(shown[when]) == _SET_UP, when
    answers = dict(line.split(" ", 1) for line in shown["client"])
    assert {name: answers[str(number)] for number, name in enumerate(CASES)} == dict.fromkeys(
        CASES, "hello"
    )
    assert shown["neighbour"] == ["02:00:00:00:00:03"]  # the director's, not the real server's
    assert set(shown["stopped"]) == _STOPPED
    assert shown["usage"] == ["usage: real-server-setup.sh [start|stop]", "status 2"]


@pytest.mark.xdist_group("live")
@pytest.mark.real("ip")
def test_each_server_gets_its_part(tmp_path: Path) -> None:
    made = topology(CASES["direct routing"], CASES["direct routing over IPv6"], CASES["ipip"])
    made.pools[2].servers[0].address = "10.0.0.7"  # this kernel has no tunnels: only another's
    (tmp_path / "script").write_text(setup(made))
    space = lab.Namespace(f"hatools-part-{os.getpid()}")
    try:
        ran = space.run("sh", tmp_path / "script")
        assert "no virtual address is known for this machine" in ran.output
        space.run("ip", "address", "add", f"{RS6}/64", "dev", "lo", "nodad")
        assert space.run("sh", tmp_path / "script").output == ""
        held = space.run("ip", "-o", "address", "show", "dev", "lo").output
        assert VIP6 + "/128" in held
        assert VIP4 not in held
    finally:
        space.close()


@pytest.mark.xdist_group("live")
@pytest.mark.real("ip")
def test_direct_routing_is_set_up_in_this_kernel(tmp_path: Path) -> None:
    made = topology(CASES["direct routing"], CASES["direct routing over IPv6"])
    for name, file in files(made).items():
        (tmp_path / name).write_text(file.text)
    space = lab.Namespace(f"hatools-setup-{os.getpid()}")
    try:
        space.run("ip", "address", "add", f"{RS4}/24", "dev", "lo")
        space.run("ip", "address", "add", f"{RS6}/64", "dev", "lo", "nodad")
        for _ in range(2):
            ran = space.run("sh", tmp_path / "real-server-setup.sh")
            assert (ran.status, ran.output) == (0, "")
        held = space.run("ip", "-o", "address", "show", "dev", "lo").output
        assert f"inet {VIP4}/32" in held
        assert f"inet6 {VIP6}/128" in held
        told = space.run("sysctl", "-p", tmp_path / "real-server-sysctl.conf")
        assert told.accepted, told.output
        assert "net.ipv4.conf.all.arp_ignore = 1" in told.output
        assert space.run("sh", tmp_path / "real-server-setup.sh", "stop").accepted
        held = space.run("ip", "-o", "address", "show", "dev", "lo").output
        assert VIP4 not in held
        assert VIP6 not in held
    finally:
        space.close()
