"""What real servers must be set up with for direct routing and tunnels, as companion files.

IPVS hands them packets that still carry the virtual address: they must take
it for their own, keep quiet about it in ARP, and unwrap what came by tunnel.
Every language whose services forward that way adds these files to its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from hatools.model import Pool, Topology, Tunnel
from hatools.plugin.contracts import OutFile

SCRIPT, SYSCTL, IFCFG = "real-server-setup.sh", "real-server-sysctl.conf", "ifcfg-lo:{}"
METHODS = {"direct": "direct routing", "tunnel": "tunnels"}
LOOSE = "2"  # of rp_filter: the larger of the device's value and that of "all" counts
_QUIET = (
    ("net.ipv4.conf.all.arp_ignore", "1"),
    ("net.ipv4.conf.all.arp_announce", "2"),
    ("net.ipv4.conf.lo.arp_ignore", "1"),
    ("net.ipv4.conf.lo.arp_announce", "2"),
)


class Wrapping(NamedTuple):
    """How packets of family *inner* come in packets of family *outer* (4 or 6)."""

    tunnel: Tunnel
    outer: int
    inner: int


class Device(NamedTuple):
    """What unwraps: its module and name, the kernel's own unless *add* makes it.

    *change* opens the kernel's own to more than it takes at first.  What *add*
    makes is for one address of the server, which is still to be said.
    """

    module: str
    name: str
    change: str = ""
    add: str = ""


_UNWRAP = {
    (4, 4): Device("ipip", "tunl0"),
    (4, 6): Device("sit", "sit0"),
    (6, 6): Device("ip6_tunnel", "ip6tnl0", "ip -6 tunnel change ip6tnl0 mode any"),
    (6, 4): Device("ip6_tunnel", "ip6tnl0", "ip -6 tunnel change ip6tnl0 mode any"),
}
_UNWRAP_GRE = {
    (4, ""): Device("ip_gre", "gre0"),
    (6, ""): Device("ip6_gre", "ip6gre0"),
    # the kernel's own drop what has a checksum
    (4, "csum"): Device("ip_gre", "gre-csum", add="ip tunnel add gre-csum mode gre icsum local"),
    (6, "csum"): Device("ip6_gre", "gre6-csum",
                        add="ip -6 tunnel add gre6-csum mode ip6gre icsum local"),
}  # fmt: skip


@dataclass(slots=True)
class Need:
    """What the real servers of a topology need.

    *addresses* are the virtual ones with the servers behind each, *wrappings*
    those of tunnels with the servers that get them, *marks* the firewall marks,
    which do not tell their addresses; *quiet*: ARP must be kept quiet.
    """

    methods: dict[str, None] = field(default_factory=dict)
    addresses: dict[str, dict[str, None]] = field(default_factory=dict)
    marks: dict[int, None] = field(default_factory=dict)
    wrappings: dict[Wrapping, dict[str, None]] = field(default_factory=dict)
    servers: dict[str, None] = field(default_factory=dict)
    quiet: bool = False

    def devices(self) -> dict[Device, dict[str, None]]:
        """Return the devices that unwrap, each with the servers that it is for."""
        found: dict[Device, dict[str, None]] = {}
        for wrapping, servers in self.wrappings.items():
            found.setdefault(device_of(wrapping), {}).update(servers)
        return found

    def sysctls(self) -> list[tuple[str, str]]:
        """Return the kernel's settings, in the order in which they are to be made."""
        found = list(_QUIET) if self.quiet else []
        inner_four = (each for each in self.wrappings if each.inner == 4)
        for name in dict.fromkeys(device_of(each).name for each in inner_four):
            found.append((f"net.ipv4.conf.{name}.rp_filter", LOOSE))
        return found


def device_of(wrapping: Wrapping) -> Device:
    """Return the device that undoes *wrapping*; what gue wraps, it finds behind a UDP port."""
    if wrapping.tunnel.kind == "gre":
        return _UNWRAP_GRE[wrapping.outer, "csum" if wrapping.tunnel.checksum == "csum" else ""]
    return _UNWRAP[wrapping.outer, wrapping.inner]


def companions(topology: Topology) -> list[OutFile]:
    """Return the set-up of the real servers that *topology*'s services reach directly or by tunnel.

    As a shell script, as lines for ``/etc/sysctl.d``, and as an ifcfg file for
    each virtual IPv4 address; nothing where no server needs it.
    """
    need = gather(topology)
    if not need.methods:
        return []
    from hatools.plugin.real_server_script import script

    files = [OutFile(SCRIPT, script(need), "prepares the real servers", True)]
    sysctls = need.sysctls()
    if sysctls:
        purpose = "the same settings, for /etc/sysctl.d of the real servers"
        files.append(OutFile(SYSCTL, _sysctl_file(sysctls), purpose))
    four = [address for address in need.addresses if ":" not in address]
    for number, address in enumerate(four):
        purpose = "the virtual address on lo, for /etc/sysconfig/network-scripts"
        files.append(OutFile(IFCFG.format(number), _ifcfg(number, address), purpose))
    return files


def gather(topology: Topology) -> Need:
    """Return what the real servers of *topology* need."""
    need = Need()
    pools = {pool.name: pool for pool in topology.pools}
    for service in topology.services:
        pool = pools.get(service.default_pool)
        if pool is None or not any(server.forwarding in METHODS for server in pool.servers):
            continue
        for listener in service.listeners:
            family = 6 if listener.address and ":" in listener.address else listener.family or 4
            if listener.address:
                behind = need.addresses.setdefault(listener.address, {})
                _add(need, pool, family, behind)
            elif listener.mark is not None:
                need.marks[listener.mark] = None
                _add(need, pool, family, {})
    return need


def _add(need: Need, pool: Pool, family: int, behind: dict[str, None]) -> None:
    """Add the servers of *pool* that are reached at a virtual address of *family*."""
    need.quiet = need.quiet or family == 4
    for server in pool.servers:
        if server.forwarding not in METHODS:
            continue
        need.methods[server.forwarding] = None
        behind[server.address] = need.servers[server.address] = None
        if server.forwarding == "tunnel":
            outer = 6 if ":" in server.address else 4
            wrapping = Wrapping(server.tunnel or Tunnel(), outer, family)
            need.wrappings.setdefault(wrapping, {})[server.address] = None


def _sysctl_file(settings: list[tuple[str, str]]) -> str:
    text = "# For /etc/sysctl.d of every real server.\n"
    if any(name.endswith("rp_filter") for name, _ in settings):
        text += '# A leading "-": the device may not be there yet; the script makes it.\n'
    for name, value in settings:
        text += f"{'-' if name.endswith('rp_filter') else ''}{name} = {value}\n"
    return text


def _ifcfg(number: int, address: str) -> str:
    return (
        f"DEVICE=lo:{number}\nIPADDR={address}\nNETMASK=255.255.255.255\n"
        f"BROADCAST={address}\nONBOOT=yes\nNAME=virtual-{number}\n"
    )
