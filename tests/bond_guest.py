"""Runs inside a kernel of its own: real bonds, what is done to their ports, what became of them.

Reads ``cases.json`` and writes ``found.json`` in the current directory.
"""

from __future__ import annotations

import json
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Any

NET = Path("/sys/class/net")
STEP = 0.01
LATE = 0.06  # seconds from one look of ours to the next that are a standstill


def ip(lines: list[str], *options: str) -> None:
    """Run many commands of ip at once; *options* come before."""
    text = "".join(f"{line}\n" for line in lines)
    subprocess.run(["ip", *options, "-batch", "-"], input=text, text=True, check=True)


def read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def build(cases: list[dict[str, Any]]) -> None:
    """Make the bonds; their ports' other ends are in the namespace ``switch``."""
    links, switch, joins, late = [], [], [], []
    for case in cases:
        bond, mode = case["name"], case["mode"]
        options = {key: value for key, value in case["options"].items() if key != "primary"}
        words = " ".join(f"{key} {value}" for key, value in options.items())
        joins.append(f"link add {bond} type bond mode {mode} {words}")
        other = ""
        if case.get("partner"):
            other = f"{bond}p"
            switch.append(f"link add {other} type bond mode 802.3ad miimon 100 lacp_rate fast")
        if case.get("target"):
            other = f"{bond}b"
            switch.append(f"link add {other} type bridge")
            switch.append(f"addr add {case['target']}/24 dev {other}")
        for port in case["ports"]:
            links.append(f"link add {port} type veth peer name p{port} netns switch")
            joins.append(f"link set {port} master {bond}")
            switch += [f"link set p{port} master {other}"] if other else []
            switch.append(f"link set p{port} up")
        switch += [f"link set {other} up"] if other else []
        for port, priority in case.get("priorities", {}).items():
            late.append(f"link set {port} type bond_slave prio {priority}")
        if case.get("address"):  # before it is up: who asks without an address is not answered
            late.append(f"addr add {case['address']}/24 dev {bond}")
        late.append(f"link set {bond} up")
    ip(links)
    ip(switch, "-n", "switch")
    ip(joins)
    for case in cases:
        if "primary" in case["options"]:
            (NET / case["name"] / "bonding/primary").write_text(case["options"]["primary"])
    began = time.monotonic()
    ip(late)
    for case in cases:
        case["began"] = began


def state(case: dict[str, Any]) -> dict[str, Any]:
    bond, ports = case["name"], case["ports"]
    files = {port: NET / port / "bonding_slave" for port in ports}
    found: dict[str, Any] = {
        "active": read(NET / bond / "bonding/active_slave"),
        "up": read(NET / bond / "carrier") == "1",
        "ports": {port: read(file / "mii_status") for port, file in files.items()},
    }
    if case.get("partner"):
        found["states"] = {
            port: int(read(file / "ad_actor_oper_port_state") or "0")
            for port, file in files.items()
        }
    return found


def activate(bond: str, port: str) -> None:
    """Make *port* the active one; the kernel refuses that while it takes it for down."""
    for _ in range(100):
        try:
            (NET / bond / "bonding/active_slave").write_text(port)
            return
        except OSError:
            time.sleep(0.05)


def failures(case: dict[str, Any]) -> dict[str, int]:
    """Return how often each port failed."""
    file = "bonding_slave/link_failure_count"
    return {port: int(read(NET / port / file)) for port in case["ports"]}


def course(cases: list[dict[str, Any]]) -> None:
    """Carry out every case's steps at once and note every change."""
    start = before = time.monotonic()
    now, lags = 0.0, []  # the course's own time stands still while the guest does
    todo = sorted(
        (at, number, command, case)
        for number, case in enumerate(cases)
        for at, command in case["steps"]
        for case in [number]
    )
    switch = subprocess.Popen(
        ["ip", "-n", "switch", "-batch", "-"], stdin=subprocess.PIPE, text=True, bufsize=1
    )
    assert switch.stdin is not None
    for case in cases:
        case["failed"] = failures(case)
        case["done"], case["changes"] = [], [(start - case["began"], state(case))]
    last = max(at + cases[number]["rest"] for at, number, *_ in todo)
    while now < last:
        here = time.monotonic()
        if here - before > LATE:
            lags.append((here, here - before))
        now, before = now + min(here - before, LATE), here
        while todo and todo[0][0] <= now:
            _, _, command, number = todo.pop(0)
            switch.stdin.write(command + "\n")
            done = time.monotonic()
            cases[number]["done"].append(done - cases[number]["began"])
        for case in cases:
            found = state(case)
            if found != case["changes"][-1][1]:
                case["changes"].append((time.monotonic() - case["began"], found))
        time.sleep(STEP)
    switch.stdin.close()
    switch.wait()
    for case in cases:
        case["lags"] = [(time - case["began"], lag) for time, lag in lags]
        first, ended = case.pop("failed"), failures(case)
        case["failures"] = {port: ended[port] - first[port] for port in case["ports"]}


def checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF


def frame(flow: dict[str, Any]) -> bytes:
    """Return a UDP packet of *flow* as it stands on the wire."""
    source, destination = bytes.fromhex(flow["source"]), bytes.fromhex(flow["destination"])
    udp = struct.pack("!HHHH", flow["source_port"], flow["destination_port"], 26, 0) + bytes(18)
    if len(source) == 4:
        head = struct.pack("!BBHHHBBH", 0x45, 0, 46, 0, 0, 64, 17, 0) + source + destination
        packet = head[:10] + struct.pack("!H", checksum(head)) + head[12:] + udp
        kind = 0x0800
    else:
        packet = struct.pack("!IHBB", 0x60000000, 26, 17, 64) + source + destination + udp
        kind = 0x86DD
    macs = bytes.fromhex(flow["destination_mac"] + flow["source_mac"])
    return macs + struct.pack("!H", kind) + packet


def carried(case: dict[str, Any]) -> list[str]:
    """Return which port carried each flow of *case*."""
    bond, ports = case["name"], case["ports"]
    counters = [NET / port / "statistics/tx_packets" for port in ports]
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((bond, 0))
    found = []
    for flow in case["flows"]:
        if "policy" in flow:
            (NET / bond / "bonding/xmit_hash_policy").write_text(flow["policy"])
        before = [int(read(one)) for one in counters]
        sender.send(frame(flow))
        after = [int(read(one)) for one in counters]
        risen = [port for port, a, b in zip(ports, before, after, strict=True) if b > a]
        found.append("+".join(risen))
    return found


def main() -> None:
    cases = json.loads(Path("cases.json").read_text())
    subprocess.run(["ip", "netns", "add", "switch"], check=True)
    quiet = "echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore"  # a port alone answers nobody
    silent = "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6"  # nor speaks by itself
    for command in (["sh", "-c", silent], ["ip", "netns", "exec", "switch", "sh", "-c", silent],
                    ["ip", "netns", "exec", "switch", "sh", "-c", quiet]):  # fmt: skip
        subprocess.run(command, check=True)
    build(cases)
    time.sleep(0.5)
    for case in cases:
        if case.get("target"):  # its first questions may have come before the switch was ready
            activate(case["name"], case["ports"][0])
    time.sleep(0.2)
    course([case for case in cases if case["steps"]])
    for case in cases:
        if case["flows"]:
            case["carried"] = carried(case)
    Path("found.json").write_text(json.dumps(cases))


if __name__ == "__main__":
    main()
