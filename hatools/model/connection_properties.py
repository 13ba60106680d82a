"""The properties of a connection that sets up a link: what each takes, its default, its versions.

Languages of one manager spell the same properties; what they share stands here.
One line a property: name ; what it takes ; default ; since ; another name.
``flag`` is yes or no, ``maybe`` also unknown, ``a|b`` one of these words, ``a+b`` any
of them together, ``list`` and ``text`` and ``number`` what they say.  Since is empty
for what 1.20 or an older version has; with another name, this is the newer of
two.  From what version 1.42.4 lists and says when asked, and the notes of later releases.
"""

# ruff: noqa: E501

from __future__ import annotations

from typing import NamedTuple

_IP = """\
method ; METHODS ; auto
dns ; list
dns-search ; list
dns-options ; list
dns-priority ; number ; 0
addresses ; list
gateway ; address
routes ; list
route-metric ; number ; -1
route-table ; number ; 0
routing-rules ; list
replace-local-rule ; maybe ; unknown ; 1.44
ignore-auto-routes ; flag ; no
ignore-auto-dns ; flag ; no
dhcp-iaid ; text ;  ; 1.22
dhcp-timeout ; number ; 0
dhcp-send-hostname ; flag ; yes
dhcp-hostname ; text
dhcp-hostname-flags ; none+fqdn-serv-update+fqdn-encoded+fqdn-no-update+fqdn-clear-flags ; none ; 1.22
never-default ; flag ; no
may-fail ; flag ; yes
required-timeout ; number ; -1 ; 1.34
auto-route-ext-gw ; maybe ; unknown ; 1.42
"""
_TABLE = {
    "connection": """\
id ; text
uuid ; text
stable-id ; text
type ; text
interface-name ; interface
autoconnect ; flag ; yes
autoconnect-priority ; number ; 0
autoconnect-retries ; number ; -1
multi-connect ; default|single|manual-multiple|multiple ; default
auth-retries ; number ; -1
timestamp ; number ; 0
read-only ; flag ; no
permissions ; list
zone ; text
master ; text
slave-type ; bond|bridge|ovs-bridge|ovs-port|team|vrf
controller ; text ;  ; 1.46 ; master
port-type ; bond|bridge|ovs-bridge|ovs-port|team|vrf ;  ; 1.46 ; slave-type
autoconnect-slaves ; default|no|yes ; default
autoconnect-ports ; default|no|yes ; default ; 1.46 ; autoconnect-slaves
secondaries ; list
gateway-ping-timeout ; number ; 0
metered ; maybe ; unknown
lldp ; default|disable|enable-rx ; default
mdns ; default|no|resolve|yes ; default
llmnr ; default|no|resolve|yes ; default
dns-over-tls ; default|no|opportunistic|yes ; default ; 1.34
mptcp-flags ; none+disabled+enabled+also-without-sysctl+also-without-default-route+signal+subflow+backup+fullmesh ; none ; 1.40
mud-url ; text ;  ; 1.26
wait-device-timeout ; number ; -1 ; 1.20
wait-activation-delay ; number ; -1 ; 1.40
down-on-poweroff ; default|no|yes ; default ; 1.48
ip-ping-addresses ; list ;  ; 1.52
ip-ping-timeout ; number ; 0 ; 1.52
""",
    "ethernet": """\
port ; text
speed ; number ; 0
duplex ; half|full
auto-negotiate ; flag ; no
mac-address ; hardware address
cloned-mac-address ; hardware address
generate-mac-address-mask ; text
mac-address-blacklist ; list
mac-address-denylist ; list ;  ; 1.48 ; mac-address-blacklist
mtu ; number ; 0
s390-subchannels ; list
s390-nettype ; qeth|lcs|ctc
s390-options ; list
wake-on-lan ; phy+unicast+multicast+broadcast+arp+magic+default+ignore ; default
wake-on-lan-password ; text
accept-all-mac-addresses ; maybe ; unknown ; 1.32
""",
    "ipv4": _IP.replace("METHODS", "auto|link-local|manual|shared|disabled")
    + """\
dhcp-client-id ; text
dhcp-fqdn ; text
dad-timeout ; number ; -1
dhcp-vendor-class-identifier ; text ;  ; 1.28
link-local ; default|auto|disabled|enabled ; default ; 1.40
dhcp-reject-servers ; list ;  ; 1.28
dhcp-dscp ; text ;  ; 1.46
""",
    "ipv6": _IP.replace("METHODS", "ignore|auto|dhcp|link-local|manual|shared|disabled")
    + """\
ip6-privacy ; unknown|disabled|prefer-public-addr|prefer-temp-addr ; unknown
addr-gen-mode ; eui64|stable-privacy|default-or-eui64|default ; default
ra-timeout ; number ; 0 ; 1.24
mtu ; number ; 0 ; 1.40
dhcp-duid ; text
token ; text
dhcp-pd-hint ; text ;  ; 1.44
""",
    "bond": "options ; list ; mode=balance-rr\n",
    "bond-port": "queue-id ; number ; 0 ; 1.34\nprio ; number ; 0 ; 1.44\n",
    "proxy": """\
method ; none|auto ; none
browser-only ; flag ; no
pac-url ; text
pac-script ; text
""",
    "match": """\
interface-name ; list
kernel-command-line ; list ;  ; 1.26
driver ; list ;  ; 1.26
path ; list ;  ; 1.26
""",
    "ethtool": "",
    "user": "data ; list\n",
    "tc": "qdiscs ; list\ntfilters ; list\n",
    "sriov": "total-vfs ; number ; 0\nvfs ; list\nautoprobe-drivers ; maybe ; unknown\n",
    "802-1x": "",
    "lldp": "",
    "link": """\
tx-queue-length ; number ; -1 ; 1.44
gso-max-size ; number ; -1 ; 1.44
gso-max-segments ; number ; -1 ; 1.44
gro-max-size ; number ; -1 ; 1.44
""",
}  # fmt: skip
FLAG = ("yes", "no")
MAYBE = (*FLAG, "unknown")


class Property(NamedTuple):
    """A property: *takes* is what it takes in a word or two, *values* the words allowed.

    *same* is the older name of what means the same; *several*: values of a list,
    or words that go together.
    """

    name: str
    takes: str
    values: tuple[str, ...] = ()
    default: str = ""
    since: str = ""
    same: str = ""
    several: bool = False


def _property(line: str) -> Property:
    name, takes, default, since, same = [*line.split(" ; "), "", "", "", ""][:5]
    values = {"flag": FLAG, "maybe": MAYBE}.get(takes, ())
    for mark in "|+":
        values = tuple(takes.split(mark)) if mark in takes else values
    several = takes == "list" or "+" in takes
    return Property(name, takes, values, default.strip(), since.strip(), same, several)


SETTINGS: dict[str, dict[str, Property]] = {
    setting: {row.name: row for row in map(_property, text.splitlines())}
    for setting, text in _TABLE.items()
}
"""The properties of each setting, by name."""
OPEN = frozenset(("ethtool", "802-1x", "lldp"))
"""Settings whose properties are not listed here."""
LATE_OPTIONS = dict.fromkeys(("arp_missed_max", "lacp_active", "ns_ip6_target"), "1.44")
"""Options of bonds that could not be set before this version, whatever the kernel."""
EVERY: dict[str, Property] = {
    f"{setting}.{name}": row for setting, rows in SETTINGS.items() for name, row in rows.items()
}
"""Every property by its whole name, ``setting.property``."""
