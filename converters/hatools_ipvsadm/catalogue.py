"""Lists the commands and options of ipvsadm as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin.keywords import Keyword
from hatools_ipvsadm.options import COMMANDS, OPTIONS
from hatools_ipvsadm.values import SCHEDULERS

_HOST = "<address>[:<port>]"
DETAILS: dict[str, tuple[str, str, str, str]] = {
    "tcp-service": (_HOST, "", "", "no port, or 0: all ports, with --persistent"),
    "udp-service": (_HOST, "", "", "no port, or 0: all ports, with --persistent"),
    "sctp-service": (_HOST, "", "", "no port, or 0: all ports, with --persistent"),
    "fwmark-service": ("<mark 1..>", "", "", "all packets with this firewall mark"),
    "ipv6": ("", "", "", "only behind --fwmark-service; in lists alone, too"),
    "scheduler": ("|".join(sorted(SCHEDULERS)), "wlc", "", ""),
    "persistent": ("[<seconds 1..2678400>]", "360", "", "the default counts for a bare -p"),
    "netmask": ("<mask>|<prefix length>", "255.255.255.255", "",
                "clients of one network go to one server; counts with --persistent"),
    "pe": ("sip", "", "", "persistence engine: goes by the call ID of SIP"),
    "ops": ("", "", "", "each packet by itself; UDP and marks only"),
    "sched-flags": ("sh-port|sh-fallback|mh-port|mh-fallback|flag-1|flag-2|flag-3[,…]", "", "",
                    "go with the scheduler in their name"),
    "real-server": (_HOST, "", "", "without port: that of the service"),
    "gatewaying": ("", "", "", "direct routing; counts where no method is named"),
    "ipip": ("", "", "", "tunnel"),
    "masquerading": ("", "", "", "network address translation"),
    "tun-type": ("ipip|gue|gre", "ipip", "1.30", "gre since 1.31; goes with --ipip"),
    "tun-port": ("<port 1..65535>", "", "1.30", "goes with --tun-type gue"),
    "tun-nocsum": ("", "", "1.31", "goes with gue and gre; counts where none is named"),
    "tun-csum": ("", "", "1.31", "goes with gue and gre"),
    "tun-remcsum": ("", "", "1.31", "goes with gue"),
    "weight": ("<number 0..2147483647>", "1", "", "0 drains the server"),
    "u-threshold": ("<number 0..2147483647>", "0", "", "connections above which none is added;"
                    " 0 is no limit; not saved"),
    "l-threshold": ("<number 0..2147483647>", "0", "", "connections below which some are added"
                    " again; not saved"),
    "numeric": ("", "", "", "addresses and ports as numbers"),
    "connection": ("", "", "", "connections instead of services"),
    "timeout": ("", "", "", "the time limits of --set"),
    "daemon": ("", "", "", "the synchronisation daemons"),
    "stats": ("", "", "", "counters"),
    "rate": ("", "", "", "rates"),
    "exact": ("", "", "", "counters without K, M and G"),
    "thresholds": ("", "", "", "limits of connections"),
    "persistent-conn": ("", "", "", "persistent connections"),
    "tun-info": ("", "", "1.31", "tunnels"),
    "nosort": ("", "", "", "in the order of the kernel"),
    "sort": ("", "", "", "sorted; counts where neither is named"),
    "mcast-interface": ("<interface>", "", "", ""),
    "syncid": ("<number 0..255>", "0", "", "only daemons with the same one listen to each other"),
    "sync-maxlen": ("<bytes>", "", "", "longest packet"),
    "mcast-group": ("<address>", "224.0.0.81", "", ""),
    "mcast-port": ("<port>", "8848", "", ""),
    "mcast-ttl": ("<number 1..255>", "1", "", ""),
}  # fmt: skip
"""Arguments, default, first version, and what else is to be said, by option."""
WORDS = {"set": "<tcp seconds> <tcpfin seconds> <udp seconds>", "start-daemon": "master|backup",
         "stop-daemon": "master|backup"}  # fmt: skip


def catalogue() -> Iterator[Keyword]:
    """Yield the commands, then the options with the commands that they go with."""
    for name, (short, _, needed, _) in COMMANDS.items():
        note = f"needs {' and '.join(f'a {each}' for each in needed)}" if needed else ""
        arguments = WORDS.get(name, "")
        yield Keyword(f"--{name}", kind="command", arguments=arguments, values=_values(arguments),
                      aliases=tuple(f"-{letter}" for letter in short), note=note)  # fmt: skip
    for name, (short, _) in OPTIONS.items():
        places = tuple(f"--{command}" for command, row in COMMANDS.items() if name in row[1])
        arguments, default, since, note = DETAILS[name]
        yield Keyword(f"--{name}", places, "option", arguments, _values(arguments), default, since,
                      aliases=(f"-{short}",) if short else (), note=note)  # fmt: skip


def _values(form: str) -> tuple[str, ...]:
    """Return the words of a form that is nothing but words."""
    if "<" in form or not form:
        return ()
    return tuple(form.removesuffix("[,…]").split("|"))
