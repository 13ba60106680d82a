"""The variables of ifcfg files: which say what NetworkManager's properties say."""

from __future__ import annotations

YES_NO: dict[str, tuple[str, str, str]] = {
    "DEFROUTE": ("ipv4.never-default", "false", "true"),
    "PEERDNS": ("ipv4.ignore-auto-dns", "false", "true"),
    "PEERROUTES": ("ipv4.ignore-auto-routes", "false", "true"),
    "IPV4_FAILURE_FATAL": ("ipv4.may-fail", "false", "true"),
    "DHCP_SEND_HOSTNAME": ("ipv4.dhcp-send-hostname", "true", "false"),
    "IPV6_DEFROUTE": ("ipv6.never-default", "false", "true"),
    "IPV6_PEERDNS": ("ipv6.ignore-auto-dns", "false", "true"),
    "IPV6_PEERROUTES": ("ipv6.ignore-auto-routes", "false", "true"),
    "IPV6_FAILURE_FATAL": ("ipv6.may-fail", "false", "true"),
    "AUTOCONNECT_SLAVES": ("connection.autoconnect-slaves", "1", "0"),
}
"""Variables that are yes or no: the property, its value for yes, its value for no."""
TEXTS: dict[str, str] = {
    "UUID": "connection.uuid",
    "ZONE": "connection.zone",
    "HWADDR": "ethernet.mac-address",
    "MACADDR": "ethernet.cloned-mac-address",
    "IPV4_ROUTE_METRIC": "ipv4.route-metric",
    "IPV6_ROUTE_METRIC": "ipv6.route-metric",
    "DHCP_HOSTNAME": "ipv4.dhcp-hostname",
    "DHCP_CLIENT_ID": "ipv4.dhcp-client-id",
    "IPV4_DHCP_TIMEOUT": "ipv4.dhcp-timeout",
    "AUTOCONNECT_PRIORITY": "connection.autoconnect-priority",
    "IPV6_ADDR_GEN_MODE": "ipv6.addr-gen-mode",
    "IPV6_MTU": "ipv6.mtu",
}
FOLLOWS = frozenset(("NETWORK", "BROADCAST", "SLAVE", "BONDING_MASTER", "TYPE", "VLAN", "MASTER",
                     "MASTER_UUID", "PROXY_METHOD", "BROWSER_ONLY", "IPV6_SLAVE",
                     "DEVICETYPE"))  # fmt: skip
"""Variables that follow from others, or say what is so anyhow."""
OWN = frozenset(("OVS_BRIDGE", "OVS_OPTIONS", "OVS_EXTRA", "OVSBOOTPROTO", "OVSDHCPINTERFACES",
                 "BOND_IFACES", "NM_CONTROLLED", "USERCTL", "HOTPLUG", "ETHTOOL_OPTS",
                 "ARPCHECK", "ARPUPDATE",
                 "SCOPE", "SRCADDR", "LINKDELAY", "WINDOW", "PERSISTENT_DHCLIENT", "USERS",
                 "ISALIAS", "NOZEROCONF", "IPV6_PRIVACY", "METRIC", "RES_OPTIONS", "BRIDGE",
                 "PHYSDEV", "STP", "NETMASK0", "BRIDGING_OPTS", "IPV6FORWARDING",
                 "IPV6_DEFAULTDEV", "DHCPV6C_OPTIONS", "ONPARENT", "LLDP", "ETHTOOL_WAKE_ON_LAN",
                 "BOND_ARP_IP_TARGET", "IPV4_DAD_TIMEOUT", "IPV6_FORCE_ACCEPT_RA"))  # fmt: skip
"""Variables without a field or property: they stay as they are."""
KNOWN = ("DEVICE", "NAME", "BONDING_OPTS", "BOOTPROTO", "ONBOOT", "IPADDR", "PREFIX", "NETMASK",
         "GATEWAY", "DNS1", "DOMAIN", "MTU", "IPV6INIT", "IPV6_AUTOCONF", "IPV6ADDR",
         "IPV6ADDR_SECONDARIES", "IPV6_DEFAULTGW", "IPV6_DISABLED", "DHCPV6C",
         "BOND_PORT_QUEUE_ID", "BOND_PORT_PRIO", *YES_NO, *TEXTS, *sorted(FOLLOWS),
         *sorted(OWN))  # fmt: skip
DEFAULTS = {"USERCTL": "no", "NM_CONTROLLED": "yes", "HOTPLUG": "yes", "DEFROUTE": "yes",
            "PEERDNS": "yes", "PEERROUTES": "yes", "IPV4_FAILURE_FATAL": "no",
            "IPV6_DEFROUTE": "yes", "IPV6_PEERDNS": "yes", "IPV6_PEERROUTES": "yes",
            "IPV6_FAILURE_FATAL": "no"}  # fmt: skip
"""What these variables are anyhow: a line that says so says nothing new."""
FORMS: dict[str, tuple[str, str, str]] = {
    "DEVICE": ("<interface>", "", ""),
    "NAME": ("<text>", "", "what the connection is called"),
    "TYPE": ("Bond|Ethernet|…", "Ethernet", ""),
    "BONDING_MASTER": ("yes|no", "no", "yes: this is a bond"),
    "BONDING_OPTS": ('"<option>=<value> …"', "", "the driver's options, separated by blanks"),
    "BOOTPROTO": ("none|static|dhcp|bootp|autoip|shared", "none", ""),
    "ONBOOT": ("yes|no", "yes", ""),
    "IPADDR": ("<address>", "", "IPADDR0, IPADDR1, … for several"),
    "PREFIX": ("<number 0..32>", "", "of the address with the same number"),
    "NETMASK": ("<mask>", "", "of the address with the same number; PREFIX counts before it"),
    "GATEWAY": ("<address>", "", ""),
    "DNS1": ("<address>", "", "DNS2, … for several"),
    "DOMAIN": ("<domain> …", "", "search domains"),
    "MTU": ("<number>", "", ""),
    "MASTER": ("<interface>", "", "of a port: its bond"),
    "MASTER_UUID": ("<uuid>", "", "of a port: its bond"),
    "SLAVE": ("yes|no", "no", "of a port"),
    "IPV6INIT": ("yes|no", "no", ""),
    "IPV6_AUTOCONF": ("yes|no|shared", "yes", ""),
    "IPV6_DISABLED": ("yes|no", "no", ""),
    "DHCPV6C": ("yes|no", "no", "counts where IPV6_AUTOCONF is no"),
    "IPV6ADDR": ("<address>[/<prefix>]", "", "a prefix of 64 where none is given"),
    "IPV6ADDR_SECONDARIES": ("<address>[/<prefix>] …", "", ""),
    "IPV6_DEFAULTGW": ("<address>[%<interface>]", "", ""),
    "BOND_PORT_QUEUE_ID": ("<number>", "0", "of a port"),
    "BOND_PORT_PRIO": ("<number>", "0", "of a port"),
    "NM_CONTROLLED": ("yes|no", "yes", "no: the network scripts see to it"),
    "USERCTL": ("yes|no", "no", ""),
    "HOTPLUG": ("yes|no", "yes", ""),
    "ETHTOOL_OPTS": ("<text>", "", ""),
    "LINKDELAY": ("<seconds>", "", ""),
    "METRIC": ("<number>", "", ""),
    "LLDP": ("yes|no|rx", "", ""),
    "ARPCHECK": ("yes|no", "yes", "asks whether somebody has the address already"),
    "ARPUPDATE": ("yes|no", "yes", "tells the neighbours of the address"),
    "NOZEROCONF": ("yes", "", "no route to 169.254.0.0/16"),
    "NETWORK": ("<address>", "", ""),
    "BROADCAST": ("<address>", "", ""),
    "SRCADDR": ("<address>", "", ""),
    "WINDOW": ("<number>", "", ""),
    "STP": ("yes|no", "no", "of a bridge"),
    "BRIDGE": ("<interface>", "", ""),
    "PHYSDEV": ("<interface>", "", ""),
    "VLAN": ("yes|no", "no", ""),
    "ONPARENT": ("yes|no", "", "of an alias"),
    "PROXY_METHOD": ("none|auto", "none", ""),
    "BROWSER_ONLY": ("yes|no", "no", ""),
    "PERSISTENT_DHCLIENT": ("yes|no", "no", ""),
    "IPV4_DAD_TIMEOUT": ("<milliseconds>", "", ""),
    "IPV6FORWARDING": ("yes|no", "no", ""),
    "IPV6_FORCE_ACCEPT_RA": ("yes|no", "no", ""),
    "IPV6_DEFAULTDEV": ("<interface>", "", ""),
    "IPV6_PRIVACY": ("rfc3041", "", ""),
}
"""What variables take, what counts without them, and what else is to be said."""
_TRUTH = {"yes": "yes", "true": "yes", "t": "yes", "y": "yes", "1": "yes", "on": "yes",
          "no": "no", "false": "no", "f": "no", "n": "no", "0": "no", "off": "no"}  # fmt: skip


def truth(value: str) -> str:
    """Return ``yes`` or ``no`` for what a variable says; empty for anything else."""
    return _TRUTH.get(value.strip().lower(), "")
