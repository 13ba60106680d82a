"""The properties of a NetworkManager connection that matter to bonds: names, aliases, kinds.

What each takes stands in `hatools.model.connection_properties`.
"""

from __future__ import annotations

from collections.abc import Collection

from hatools.model.connection_properties import EVERY, FLAG, OPEN, SETTINGS
from hatools.text import near

SETTING_NAMES = {"802-3-ethernet": "ethernet"}

ALIASES = {
    "type": "connection.type",
    "con-name": "connection.id",
    "ifname": "connection.interface-name",
    "autoconnect": "connection.autoconnect",
    "master": "connection.master",
    "controller": "connection.master",
    "slave-type": "connection.slave-type",
    "port-type": "connection.slave-type",
    "ip4": "ipv4.addresses",
    "ip6": "ipv6.addresses",
    "gw4": "ipv4.gateway",
    "gw6": "ipv6.gateway",
    "mtu": "ethernet.mtu",
    "mac": "ethernet.mac-address",
    "cloned-mac": "ethernet.cloned-mac-address",
    "queue-id": "bond-port.queue-id",
    "prio": "bond-port.prio",
    "save": "",
}
OPTIONS = {
    "mode": "mode",
    "primary": "primary",
    "miimon": "miimon",
    "downdelay": "downdelay",
    "updelay": "updelay",
    "arp-interval": "arp_interval",
    "arp-ip-target": "arp_ip_target",
    "lacp-rate": "lacp_rate",
}
SAME = {name: f"{name.partition('.')[0]}.{row.same}" for name, row in EVERY.items() if row.same}
SINCE = {
    **{name: row.since for name, row in EVERY.items() if row.since},
    "controller": "1.46",
    "port-type": "1.46",
    "prio": "1.44",
}
OLD = {"bond-slave": "type ethernet port-type bond"}

LISTS = frozenset(
    f"{setting}.{name}"
    for setting, names in {
        "ipv4": "addresses dns dns-search dns-options routes routing-rules dhcp-reject-servers",
        "ipv6": "addresses dns dns-search dns-options routes routing-rules",
        "connection": "permissions secondaries ip-ping-addresses",
        "match": "interface-name kernel-command-line driver path",
    }.items()
    for name in names.split()
)
BOOLEANS = frozenset(name for name, row in EVERY.items() if row.values == FLAG)
_TRUTH = {"yes": "true", "true": "true", "on": "true", "1": "true",
          "no": "false", "false": "false", "off": "false", "0": "false"}  # fmt: skip


def truth(text: str) -> str:
    """Return ``true`` or ``false`` for a boolean as nmcli takes it (also shortened), else ''."""
    word = text.strip().lower()
    found = {said for name, said in _TRUTH.items() if word and name.startswith(word)}
    return found.pop() if len(found) == 1 else ""


def property_of(text: str) -> tuple[str, str]:
    """Return the whole name of a property, ``setting.property``, and what is wrong with *text*.

    nmcli takes a setting and a property shortened as long as only one fits.
    """
    setting, dot, name = text.partition(".")
    setting = SETTING_NAMES.get(setting, setting)
    known = _one(setting, [*SETTINGS, *SETTING_NAMES])
    known = SETTING_NAMES.get(known, known)
    if not dot or not known:
        meant = near(text, [*ALIASES, *OPTIONS, *SETTINGS])
        return "", f"did you mean {meant}?" if meant else "write SETTING.PROPERTY"
    if known in OPEN:
        return f"{known}.{name}", ""
    whole = _one(name, SETTINGS[known])
    if not whole:
        meant = near(name, SETTINGS[known])
        return "", f"did you mean {known}.{meant}?" if meant else f"{known} has no {name}"
    return f"{known}.{whole}", ""


def _one(text: str, names: Collection[str]) -> str:
    """Return the one of *names* that *text* is or begins, empty where none or several fit."""
    if text in names:
        return text
    found = [name for name in names if text and name.startswith(text)]
    return found[0] if len(found) == 1 else ""
