"""The keys of a keyfile that matter to bonds: groups, names, kinds."""

from __future__ import annotations

from hatools.model.connection_properties import EVERY, FLAG, SETTINGS

OPEN = frozenset(("user", "match", "ethtool"))  # groups whose keys are not listed here
_ELSEWHERE = frozenset(("addresses", "routes", "routing-rules", "s390-options"))
"""Properties that are numbered keys, or a group of their own, in a keyfile."""
GROUPS: dict[str, frozenset[str]] = {
    name: frozenset() if name in OPEN else frozenset(SETTINGS[name]) - _ELSEWHERE
    for name in ("connection", "ethernet", "ipv4", "ipv6", "bond-port", "proxy", "link", *OPEN)
}
NAMES = {"802-3-ethernet": "ethernet"}
SAME = {name.partition(".")[2]: row.same for name, row in EVERY.items() if row.same}
LISTS = frozenset(
    ("connection.permissions", "connection.secondaries", "ipv4.dns-options", "ipv6.dns-options",
     "ipv4.dhcp-reject-servers", "ethernet.mac-address-blacklist")
)  # fmt: skip
BOOLEANS = frozenset(name for name, row in EVERY.items() if row.values == FLAG)
NUMBERS: dict[str, dict[str, str]] = {
    "connection.autoconnect-slaves": {"default": "-1", "no": "0", "yes": "1"},
    "connection.lldp": {"default": "-1", "disable": "0", "enable-rx": "1"},
    "connection.mdns": {"default": "-1", "no": "0", "resolve": "1", "yes": "2"},
    "connection.llmnr": {"default": "-1", "no": "0", "resolve": "1", "yes": "2"},
    "connection.metered": {"unknown": "0", "yes": "1", "no": "2"},
    "ipv6.ip6-privacy": {"unknown": "-1", "disabled": "0", "prefer-public-addr": "1",
                         "prefer-temp-addr": "2"},
    "ipv4.route-table": {}, "ipv6.route-table": {}, "ipv4.route-metric": {},
    "ipv6.route-metric": {}, "ipv4.dns-priority": {}, "ipv6.dns-priority": {},
    "connection.autoconnect-priority": {}, "connection.autoconnect-retries": {},
}  # fmt: skip
"""Keys that are numbers in a keyfile, with the words that the command line has for some."""
METHODS = {"auto": "auto", "manual": "static", "disabled": "none", "dhcp": "dhcp",
           "ignore": "ignore", "link-local": "link-local", "shared": "shared"}  # fmt: skip
PSEUDO = ("balance-slb",)  # options that NetworkManager has beside the driver's
MONITORING = "100"  # what NetworkManager sets miimon to where nothing was said
