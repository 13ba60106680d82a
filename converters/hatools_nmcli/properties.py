"""The properties of a NetworkManager connection that matter to bonds: names, aliases, kinds.

From ``nmcli`` 1.42.4, which lists them, and the release notes of later versions.
"""

from __future__ import annotations

from hatools.text import near

_IP = """method dns dns-search dns-options dns-priority addresses gateway routes route-metric
route-table routing-rules replace-local-rule ignore-auto-routes ignore-auto-dns dhcp-iaid
dhcp-timeout dhcp-send-hostname dhcp-hostname dhcp-hostname-flags never-default may-fail
required-timeout auto-route-ext-gw"""

SETTINGS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "connection": """id uuid stable-id type interface-name autoconnect autoconnect-priority
            autoconnect-retries multi-connect auth-retries timestamp read-only permissions zone
            master slave-type controller port-type autoconnect-slaves autoconnect-ports secondaries
            gateway-ping-timeout metered lldp mdns llmnr dns-over-tls mptcp-flags mud-url
            wait-device-timeout wait-activation-delay down-on-poweroff ip-ping-addresses
            ip-ping-timeout""",
        "ethernet": """port speed duplex auto-negotiate mac-address cloned-mac-address
            generate-mac-address-mask mac-address-blacklist mac-address-denylist mtu
            s390-subchannels s390-nettype s390-options wake-on-lan wake-on-lan-password
            accept-all-mac-addresses""",
        "ipv4": _IP + """ dhcp-client-id dhcp-fqdn dad-timeout dhcp-vendor-class-identifier
            link-local dhcp-reject-servers dhcp-dscp""",
        "ipv6": _IP + " ip6-privacy addr-gen-mode ra-timeout mtu dhcp-duid token dhcp-pd-hint",
        "bond": "options",
        "bond-port": "queue-id prio",
        "proxy": "method browser-only pac-url pac-script",
        "match": "interface-name kernel-command-line driver path",
        "ethtool": "",
        "user": "data",
        "tc": "qdiscs tfilters",
        "sriov": "total-vfs vfs autoprobe-drivers",
        "802-1x": "",
        "lldp": "",
        "link": "tx-queue-length gso-max-size gso-max-segments gro-max-size",
    }.items()
}  # fmt: skip
_SETTING_NAMES = {"802-3-ethernet": "ethernet"}
OPEN = frozenset(("ethtool", "802-1x", "lldp"))  # settings whose properties are not listed here

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
SAME = {
    "connection.controller": "connection.master",
    "connection.port-type": "connection.slave-type",
    "connection.autoconnect-ports": "connection.autoconnect-slaves",
    "ethernet.mac-address-denylist": "ethernet.mac-address-blacklist",
}
SINCE = {
    "controller": "1.46",
    "port-type": "1.46",
    "connection.controller": "1.46",
    "connection.port-type": "1.46",
    "connection.autoconnect-ports": "1.46",
    "bond-port.prio": "1.44",
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
BOOLEANS = frozenset(
    ("connection.autoconnect", "connection.read-only", "ethernet.auto-negotiate",
     *(f"{setting}.{name}" for setting in ("ipv4", "ipv6")
       for name in ("ignore-auto-routes", "ignore-auto-dns", "dhcp-send-hostname",
                    "never-default", "may-fail")))
)  # fmt: skip
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
    setting = _SETTING_NAMES.get(setting, setting)
    known = _one(setting, [*SETTINGS, *_SETTING_NAMES])
    known = _SETTING_NAMES.get(known, known)
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


def _one(text: str, names: frozenset[str] | list[str]) -> str:
    """Return the one of *names* that *text* is or begins, empty where none or several fit."""
    if text in names:
        return text
    found = [name for name in names if text and name.startswith(text)]
    return found[0] if len(found) == 1 else ""
