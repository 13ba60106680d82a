"""The keys of a keyfile that matter to bonds: groups, names, kinds."""

from __future__ import annotations

_IP = """method dns dns-search dns-options dns-priority gateway route-metric route-table
replace-local-rule ignore-auto-routes ignore-auto-dns dhcp-iaid dhcp-timeout dhcp-send-hostname
dhcp-hostname dhcp-hostname-flags never-default may-fail required-timeout auto-route-ext-gw"""

GROUPS: dict[str, frozenset[str]] = {
    name: frozenset(words.split())
    for name, words in {
        "connection": """id uuid stable-id type interface-name autoconnect autoconnect-priority
            autoconnect-retries multi-connect auth-retries timestamp read-only permissions zone
            master slave-type controller port-type autoconnect-slaves autoconnect-ports secondaries
            gateway-ping-timeout metered lldp mdns llmnr dns-over-tls mptcp-flags mud-url
            wait-device-timeout wait-activation-delay down-on-poweroff""",
        "ethernet": """port speed duplex auto-negotiate mac-address cloned-mac-address
            generate-mac-address-mask mac-address-blacklist mac-address-denylist mtu
            s390-subchannels s390-nettype wake-on-lan wake-on-lan-password
            accept-all-mac-addresses""",
        "ipv4": _IP + """ dhcp-client-id dhcp-fqdn dad-timeout dhcp-vendor-class-identifier
            link-local dhcp-reject-servers""",
        "ipv6": _IP + " ip6-privacy addr-gen-mode ra-timeout mtu dhcp-duid token",
        "bond-port": "queue-id prio",
        "proxy": "method browser-only pac-url pac-script",
        "link": "tx-queue-length gso-max-size gso-max-segments gro-max-size",
        "user": "",
        "match": "",
        "ethtool": "",
    }.items()
}  # fmt: skip
OPEN = frozenset(("user", "match", "ethtool"))  # groups whose keys are not listed here
NAMES = {"802-3-ethernet": "ethernet"}
SAME = {"controller": "master", "port-type": "slave-type",
        "autoconnect-ports": "autoconnect-slaves"}  # fmt: skip
LISTS = frozenset(
    ("connection.permissions", "connection.secondaries", "ipv4.dns-options", "ipv6.dns-options",
     "ipv4.dhcp-reject-servers", "ethernet.mac-address-blacklist")
)  # fmt: skip
BOOLEANS = frozenset(
    ("connection.autoconnect", "connection.read-only", "ethernet.auto-negotiate",
     *(f"{group}.{name}" for group in ("ipv4", "ipv6")
       for name in ("ignore-auto-routes", "ignore-auto-dns", "dhcp-send-hostname",
                    "never-default", "may-fail")))
)  # fmt: skip
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
