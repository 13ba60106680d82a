"""Files beside the rules: settings that a save cannot hold, and the real servers' set-up."""

from __future__ import annotations

from collections.abc import Sequence

from hatools.model import Pool, Section, Topology, Tunnel
from hatools.plugin import OutFile
from hatools_ipvsadm.endpoints import Endpoint

SETTINGS = "ipvsadm-settings.sh"
_SETTINGS_HEAD = """#!/bin/sh
# What saved rules do not hold: run it after ipvsadm --restore.
set -e
"""
_DAEMON = {"interface": "--mcast-interface", "syncid": "--syncid", "maxlen": "--sync-maxlen",
           "group": "--mcast-group", "port": "--mcast-port", "ttl": "--mcast-ttl"}  # fmt: skip
_SETUP_HEAD = """#!/bin/sh
# Run on every real server behind {methods}: it must take packets for the
# virtual addresses, and must not answer ARP for them.  "stop" takes it back.
set -e
action=${{1:-start}}
"""
_ARP = {
    "net.ipv4.conf.all.arp_ignore": "1",
    "net.ipv4.conf.all.arp_announce": "2",
    "net.ipv4.conf.lo.arp_ignore": "1",
    "net.ipv4.conf.lo.arp_announce": "2",
}
_WORDS = {"direct": "direct routing (-g)", "tunnel": "tunnels (-i)"}


def companions(
    written: Sequence[tuple[Endpoint, Pool]],
    timeouts: dict[str, str],
    limits: Sequence[str],
    topology: Topology,
) -> list[OutFile]:
    """Return the companions of the services *written*."""
    files: list[OutFile] = []
    settings = _settings(timeouts, limits, topology.sections)
    if settings:
        files.append(
            OutFile(SETTINGS, _SETTINGS_HEAD + settings, "what saved rules do not hold", True)
        )
    return files + _setup(written)


def _settings(timeouts: dict[str, str], limits: Sequence[str], sections: Sequence[Section]) -> str:
    text = ""
    if timeouts:
        values = " ".join(timeouts.get(name, "0") for name in ("tcp", "tcpfin", "udp"))
        text += "\n# idle connections: TCP, TCP after FIN, UDP, in seconds; 0 leaves one as it is\n"
        text += f"ipvsadm --set {values}\n"
    daemons = [section for section in sections if section.kind == "sync-daemon"]
    if daemons:
        text += "\n# shares connections with the other director\n"
    for section in daemons:
        words = " ".join(f"{_DAEMON[row[0]]} {_safe(row[1])}" for row in section.own
                         if len(row) > 1 and row[0] in _DAEMON)  # fmt: skip
        text += f"ipvsadm --start-daemon {_safe(section.name)} {words}\n"
    if limits:
        text += "\n# thresholds: ipvsadm-save forgets them; these lines set them again\n"
        text += "".join(f"{line}\n" for line in limits)
    return text


def _safe(text: str) -> str:
    """Return *text* quoted for a shell where that is needed."""
    if text and all(sign.isalnum() or sign in "-_.:@%/" for sign in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def _setup(written: Sequence[tuple[Endpoint, Pool]]) -> list[OutFile]:
    """Return what prepares the real servers of direct routing and tunnels."""
    methods: set[str] = set()
    tunnels: dict[tuple[int, Tunnel], None] = {}
    addresses: dict[str, int] = {}
    marks: dict[int, None] = {}
    for endpoint, pool in written:
        found = {server.forwarding for server in pool.servers} & _WORDS.keys()
        if not found:
            continue
        methods |= found
        if endpoint.listener.address:
            addresses[endpoint.listener.address] = endpoint.family
        elif endpoint.listener.mark:
            marks[endpoint.listener.mark] = None
        for server in pool.servers:
            if server.forwarding == "tunnel":
                family = 6 if ":" in server.address else 4
                tunnels[(family, server.tunnel or Tunnel())] = None
    if not methods:
        return []
    sysctl = dict(_ARP)
    if any(family == 4 for family, _ in tunnels):
        sysctl["net.ipv4.conf.all.rp_filter"] = "0"
    script = _script(methods, addresses, list(marks), list(tunnels), sysctl)
    files = [
        OutFile("real-server-setup.sh", script, "prepares the real servers", True),
        OutFile(
            "real-server-sysctl.conf",
            "# Goes to /etc/sysctl.d/ of every real server.\n"
            + "".join(f"{name} = {value}\n" for name, value in sysctl.items()),
            "the same settings, for /etc/sysctl.d of the real servers",
        ),
    ]
    four = [address for address, family in addresses.items() if family == 4]
    for number, address in enumerate(four):
        files.append(
            OutFile(f"ifcfg-lo:{number}", _ifcfg(number, address),
                    "the virtual address on lo, for /etc/sysconfig/network-scripts")
        )  # fmt: skip
    return files


def _ifcfg(number: int, address: str) -> str:
    return (
        f"DEVICE=lo:{number}\nIPADDR={address}\nNETMASK=255.255.255.255\n"
        f"BROADCAST={address}\nONBOOT=yes\nNAME=virtual-{number}\n"
    )


def _script(
    methods: set[str],
    addresses: dict[str, int],
    marks: list[int],
    tunnels: list[tuple[int, Tunnel]],
    sysctl: dict[str, str],
) -> str:
    """Return the set-up as a shell script with start and stop."""
    text = _SETUP_HEAD.format(methods=" or ".join(_WORDS[name] for name in sorted(methods)))
    if marks:
        names = ", ".join(map(str, marks))
        text += f"# Services by firewall mark ({names}) do not say their addresses: add them.\n"
    text += f'addresses="{" ".join(addresses)}"\n'
    text += '\nif [ "$action" = stop ]; then\n    for address in $addresses; do\n'
    text += '        ip address del "$address" dev lo || true\n    done\n'
    for family, tunnel in tunnels:
        text += "".join(f"    {line}\n" for line in _tunnel(family, tunnel)[1])
    text += "    exit 0\nfi\n\n"
    text += "".join(f"sysctl -w {name}={value}\n" for name, value in sysctl.items())
    for family, tunnel in tunnels:
        text += "\n" + "".join(f"{line}\n" for line in _tunnel(family, tunnel)[0])
    text += (
        "\nfor address in $addresses; do\n    case $address in\n"
        '    *:*) ip -6 address replace "$address/128" dev lo nodad preferred_lft 0 ;;\n'
        '    *) ip address replace "$address/32" dev lo ;;\n    esac\ndone\n'
    )
    return text


def _tunnel(family: int, tunnel: Tunnel) -> tuple[list[str], list[str]]:
    """Return the commands that open the end of a tunnel, and those that close it."""
    if tunnel.kind == "ipip" and family == 6:
        return ["modprobe ip6_tunnel", "ip link set ip6tnl0 up"], [
            "ip link set ip6tnl0 down || true"
        ]
    if tunnel.kind == "ipip":
        return (
            ["modprobe ipip", "ip link set tunl0 up", "sysctl -w net.ipv4.conf.tunl0.rp_filter=0"],
            ["ip link set tunl0 down || true"],
        )
    if tunnel.kind == "gre":
        return (
            ["modprobe ip_gre", "ip link set gre0 up", "sysctl -w net.ipv4.conf.gre0.rp_filter=0"],
            ["ip link set gre0 down || true"],
        )
    return (
        [
            "modprobe fou", "modprobe ipip", f"ip fou add port {tunnel.port} gue",
            "ip link set tunl0 up", "sysctl -w net.ipv4.conf.tunl0.rp_filter=0",
        ],
        [f"ip fou del port {tunnel.port} || true"],
    )  # fmt: skip
