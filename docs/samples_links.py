"""Puts each word of the link formats into a small text where it may stand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import import_module

from samples import Row

from hatools.model.bonding_options import OPTIONS
from hatools.plugin.keywords import Keyword

VALUES = {
    "arp_ip_target": "192.0.2.1", "ns_ip6_target": "2001:db8::1", "mode": "802.3ad",
    "primary": "eth0", "active_slave": "eth0", "miimon": "200", "num_grat_arp": "3",
    "ad_actor_system": "02:00:00:00:00:01", "packets_per_slave": "2", "lacp_active": "off",
    "updelay": "200", "downdelay": "200", "peer_notif_delay": "200", "arp_interval": "200",
    "use_carrier": "0", "balance-slb": "1",
    "addresses": "192.0.2.11/24", "gateway": "192.0.2.1", "dns": "192.0.2.53",
    "dns-search": "example.com", "routes": "198.51.100.0/24 192.0.2.1", "mtu": "9000",
    "mac-address": "02:00:00:00:00:01", "cloned-mac-address": "02:00:00:00:00:01",
    "interface-name": "bond7", "ifname": "bond7", "id": "other", "con-name": "other",
    "ip4": "192.0.2.11/24", "gw4": "192.0.2.1", "ip6": "2001:db8::11/64", "gw6": "2001:db8::1",
    "addressN": "192.0.2.11/24", "routeN": "198.51.100.0/24,192.0.2.1", "uuid": "",
    "IPADDR": "192.0.2.11", "GATEWAY": "192.0.2.1", "DNS1": "192.0.2.53", "DEVICE": "bond7",
    "IPV6ADDR": "2001:db8::11/64", "IPV6ADDR_SECONDARIES": "2001:db8::12/64", "MTU": "9000",
    "IPV6_DEFAULTGW": "2001:db8::1", "BOOTPROTO": "dhcp", "NETMASK": "255.255.255.0",
    "ad_user_port_key": "7", "type": "bond", "TYPE": "Bond", "options": "miimon=200",
    "min_links": "2", "lp_interval": "2", "arp_missed_max": "3", "resend_igmp": "2",
    "routeN_options": "mtu=1400", "route-metric": "70",
    "ipv6.addresses": "2001:db8::11/64", "ipv6.gateway": "2001:db8::1", "ipv6.dns": "2001:db8::53",
    "ipv6.routes": "2001:db8:1::/48 2001:db8::1", "[ipv6] gateway": "2001:db8::1",
    "[ipv6] dns": "2001:db8::53;", "arp-interval": "200", "arp-ip-target": "192.0.2.1",
    "lacp-rate": "fast",
}  # fmt: skip
WATCHED = {"updelay", "downdelay", "peer_notif_delay", "use_carrier"}
ARP = {"arp_ip_target", "arp_validate", "arp_all_targets", "arp_missed_max", "ns_ip6_target"}
"""Options that go with others: those with `miimon`, those with `arp_interval`."""


def option(keyword: Keyword) -> tuple[str, str]:
    """Return options of a bond without and with *keyword*, as ``a=b,c=d``."""
    known = OPTIONS.get(keyword.name)
    mode = next((mode for mode in known.works), "") if known else "balance-xor"
    mode = "active-backup" if known and "active-backup" in known.works else mode
    beside = [f"mode={mode}"]
    if keyword.name in WATCHED:
        beside.append("miimon=100")
    if keyword.name in ARP:
        beside.append("arp_interval=100")
        beside += [] if keyword.name == "arp_ip_target" else ["arp_ip_target=192.0.2.9"]
    if keyword.name == "arp_interval":
        beside.append("arp_ip_target=192.0.2.9")
    if keyword.name == "mode":
        return "miimon=100", "mode=802.3ad,miimon=100"
    said = f"{keyword.name}={value(keyword)}"
    return ",".join(beside), ",".join([*beside, said])


def value(keyword: Keyword) -> str:
    """Return a value that *keyword* takes, not its default."""
    name = keyword.name.rpartition(".")[2]
    for known in (f"{keyword.places[0]} {name}", keyword.name, name):
        if known in VALUES:
            return VALUES[known]
    bounds = re.match(r"<number (-?\d+)\.\.", keyword.arguments)
    if bounds:
        return "0" if keyword.default == "1" and bounds[1] == "0" else "1"
    others = [each for each in keyword.values if each not in ("", keyword.default)]
    if others:
        return others[-1]
    return "7" if "number" in keyword.arguments else "x"


def nmcli(keyword: Keyword) -> tuple[str, str, int]:
    """Return a script without and with *keyword*, and the number of its line."""
    made = "nmcli connection add type bond con-name b ifname bond0"
    plain = f"{made} bond.options mode=active-backup\n"
    if keyword.places == ("bond.options",):
        bare, said = option(keyword)
        return f"{made} bond.options {bare}\n", f"{made} bond.options {said}\n", 1
    if keyword.places == ("connection add type bond",):
        mode = "802.3ad" if keyword.name == "lacp-rate" else "active-backup"
        plain = f"{made} bond.options miimon=100 mode {mode}\n"
        if keyword.name == "mode":
            return plain, plain.replace(mode, "balance-rr"), 1
        if keyword.name.startswith("arp"):
            plain = f"{plain.rstrip()} arp-interval 100 arp-ip-target 192.0.2.9\n"
            return plain, f"{plain.rstrip()} {keyword.name} {value(keyword)}\n", 1
        return plain, f"{plain.rstrip()} {keyword.name} {value(keyword)}\n", 1
    port = "nmcli connection add type ethernet con-name p ifname eth0 master b slave-type bond"
    name, said = keyword.name, value(keyword)
    if re.fullmatch(r"(connection\.)?(master|controller|slave-type|port-type)", name):
        words = {"slave-type": "bond", "port-type": "bond"}
        before = port.replace("master b slave-type bond", "")
        whole = name if "." in name else f"connection.{name}"
        other = "connection.slave-type bond" if whole[11:] in ("master", "controller") else (
            "connection.master b")  # fmt: skip
        taken = words.get(whole[11:], "b")
        return "", f"{plain}{before}{name} {taken} {other}\n", 2
    if name.startswith("bond-port") or name in ("queue-id", "prio"):
        return f"{plain}{port}\n", f"{plain}{port} {name} {said}\n", 2
    if name[-7:] == "gateway" or name[:2] == "gw":
        address = "2001:db8::2/64" if "6" in name else "192.0.2.2/24"
        plain = f"{plain.rstrip()} ip{6 if '6' in name else 4} {address}\n"
    return "", f"{plain}nmcli connection modify b {name} '{said}'\n", 2


def keyfile(keyword: Keyword) -> tuple[str, str, int]:
    """Return a keyfile without and with *keyword*, and the number of its line."""
    group = keyword.places[0]
    top = "[connection]\nid=b\ntype=bond\ninterface-name=bond0\n"
    name = keyword.name.replace("N", "1")
    if group == "[bond]":
        said = option(keyword)[1].replace(",", "\n") + "\n"
        line = 6 if keyword.name == "mode" else 5 + said.count("\n")
        return "", f"{top}[bond]\n{said}", line
    if group == "[bond-port]":
        top = "[connection]\nid=p\ntype=ethernet\ninterface-name=eth0\nmaster=bond0\nslave-type=bond\n"
    if group == "[connection]":
        line = f"{name}={value(keyword)}\n"
        taken = [row for row in top.splitlines() if not row.startswith(f"{name}=")]
        return "", "\n".join(taken) + "\n" + line + "[bond]\nmode=1\n", len(taken) + 1
    bond = "[bond]\nmode=1\n" if "type=bond" in top else ""
    before = f"{top}{bond}{group}\n"
    if name == "gateway":
        before += f"address1={'2001:db8::2/64' if '6' in group else '192.0.2.2/24'}\n"
    if name == "route1_options":
        before += "route1=198.51.100.0/24,192.0.2.1\n"
    said = f"{before}{name}={value(keyword)}\n"
    return "", said, said.count("\n")


def ifcfg(keyword: Keyword) -> tuple[str, str, int]:
    """Return an ifcfg file without and with *keyword*, and the number of its line."""
    top = ["DEVICE=bond0", "TYPE=Bond", "BONDING_MASTER=yes"]
    if keyword.places == ("BONDING_OPTS",):
        bare, said = (text.replace(",", " ") for text in option(keyword))
        bare, said = ("\n".join([*top, f'BONDING_OPTS="{text}"']) + "\n" for text in (bare, said))
        return bare, said, 4
    top = [row for row in top if not row.startswith(f"{keyword.name}=")]
    if keyword.name in ("PREFIX", "NETMASK"):
        top.append("IPADDR=192.0.2.11")
    said = "24" if keyword.name == "PREFIX" else value(keyword)
    return "", "\n".join([*top, f"{keyword.name}={said}"]) + "\n", len(top) + 1


def driver(keyword: Keyword) -> tuple[str, str, int]:
    """Return what the driver shows without and with *keyword*."""
    folder = "/sys/class/net/bond0/bonding"
    options = option(keyword)[1].split(",")
    said = "".join(f"{folder}/{part.replace('=', ':')}\n" for part in options)
    return "", said, said.count("\n") if keyword.name != "mode" else 1


TRIED: dict[str, tuple[str, str, Callable[[Keyword], tuple[str, str, int]]]] = {
    "nmcli": ("hatools_nmcli", "bond.sh", nmcli),
    "keyfile": ("hatools_keyfile", "bond0.nmconnection", keyfile),
    "ifcfg": ("hatools_ifcfg", "ifcfg-bond0", ifcfg),
    "bonding-state": ("hatools_bonding", "bond0", driver),
}


def rows(name: str) -> Iterator[Row]:
    """Yield a row for every word of format *name* that says something of a bond."""
    package, path, sample = TRIED[name]
    for keyword in import_module(f"{package}.catalogue").catalogue():
        if keyword.kind in ("command", "line") or keyword.name.startswith(
            ("type ", "routing-rule")
        ):
            continue
        bare, text, line = sample(keyword)
        yield Row(", ".join(keyword.places), keyword, text, line, bare, path)
