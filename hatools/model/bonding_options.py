"""The modes and options of the Linux bonding driver: values, defaults, what goes with what.

Facts of the driver (Documentation/networking/bonding.rst, ``bond_options.c``,
tried on Linux 6.1), in no configuration's words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from hatools.text import Severity, near

MODES = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
         "balance-alb")  # fmt: skip
RR, AB, XOR, BROADCAST, LACP, TLB, ALB = MODES
EVERY = frozenset(MODES)
NO_ARP = frozenset((LACP, TLB, ALB))  # modes that cannot watch links by ARP
DEFAULT_MONITORING = "100"  # milliseconds: what the driver takes where a mode needs MII monitoring

UNKNOWN, VALUE, REFUSED, IDLE, MONITORS = "BD001", "BD002", "BD003", "BD004", "BD005"
TARGETS, DELAY, ROUNDED, DIFFERS, UNWATCHED = "BD006", "BD007", "BD008", "BD009", "BD010"
PRIMARY, MODE = "BD011", "BD012"

CODES = {
    UNKNOWN: (Severity.ERROR, "an option that the bonding driver does not have"),
    VALUE: (Severity.ERROR, "a value that an option does not take"),
    REFUSED: (Severity.WARNING, "an option that the bond's mode does not have (an error where"
                                " failover hangs on it)"),
    IDLE: (Severity.INFO, "an option without effect in the bond's mode"),
    MONITORS: (Severity.WARNING, "links watched by ARP and by MII at once"),
    TARGETS: (Severity.ERROR, "ARP monitoring without targets, or targets without interval"),
    DELAY: (Severity.ERROR, "a delay without MII monitoring"),
    ROUNDED: (Severity.WARNING, "a delay that is no multiple of the monitoring interval"),
    DIFFERS: (Severity.ERROR, "two names of one option with different values"),
    UNWATCHED: (Severity.WARNING, "links that nobody watches"),
    PRIMARY: (Severity.WARNING, "a primary port that is no port of the bond"),
    MODE: (Severity.ERROR, "a mode that does not exist"),
}  # fmt: skip


class Option(NamedTuple):
    """An option of the driver.

    *kind* is ``number`` (from *low* to *high*), ``choice`` (of *choices*, whose
    place is their number), ``interface``, ``addresses`` or ``hardware``.
    *since* is the kernel's version.  The driver takes it in the modes of *taken*
    and heeds it in those of *works*.
    """

    name: str
    kind: str
    default: str
    since: str
    works: frozenset[str] = EVERY
    taken: frozenset[str] = EVERY
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 2**31 - 1
    about: str = ""


def _modes(*names: str) -> frozenset[str]:
    return frozenset(names)


_ARP = EVERY - NO_ARP
_PRIMARY = _modes(AB, TLB, ALB)
_HASHING = _modes(XOR, LACP, TLB, ALB)
_LACP = _modes(LACP)

_TABLE = (
    Option("miimon", "number", "0", "2.4", about="ms between looks at the link"),
    Option("updelay", "number", "0", "2.4", about="ms until a link that is back is used"),
    Option("downdelay", "number", "0", "2.4", about="ms until a link that is gone is given up"),
    Option("peer_notif_delay", "number", "0", "5.3", high=300_000,
           about="ms between notifications of the peers"),
    Option("use_carrier", "number", "1", "2.6", high=1, about="ask the carrier, not the driver"),
    Option("arp_interval", "number", "0", "2.4", _ARP, _ARP, about="ms between ARP requests"),
    Option("arp_ip_target", "addresses", "", "2.4", _ARP, _ARP, about="whom to ask by ARP"),
    Option("ns_ip6_target", "addresses", "", "5.18", _ARP, _ARP, about="whom to ask by IPv6"),
    Option("arp_validate", "choice", "none", "2.6.19", _ARP, _ARP,
           ("none", "active", "backup", "all", "filter", "filter_active", "filter_backup"),
           about="which ARP traffic counts"),
    Option("arp_all_targets", "choice", "any", "3.11", _ARP, EVERY, ("any", "all"),
           about="how many targets must answer"),
    Option("arp_missed_max", "number", "2", "5.17", _ARP, _ARP, high=255,
           about="requests that may go unanswered"),
    Option("primary", "interface", "", "2.4", _PRIMARY, _PRIMARY, about="the port to prefer"),
    Option("primary_reselect", "choice", "always", "2.6.33", _PRIMARY, EVERY,
           ("always", "better", "failure"), about="when the primary port is taken again"),
    Option("active_slave", "interface", "", "2.6", _PRIMARY, _PRIMARY, about="the port in use"),
    Option("fail_over_mac", "choice", "none", "2.6.24", _modes(AB), EVERY,
           ("none", "active", "follow"), about="whose hardware address the bond has"),
    Option("num_grat_arp", "number", "1", "2.6.28", _modes(AB), high=255,
           about="notifications after a failover"),
    Option("resend_igmp", "number", "1", "2.6.36", _modes(RR, AB, TLB, ALB), high=255,
           about="IGMP reports after a failover"),
    Option("all_slaves_active", "number", "0", "2.6.36", high=1,
           about="take frames on inactive ports, too"),
    Option("packets_per_slave", "number", "1", "3.14", _modes(RR), _modes(RR), high=65_535,
           about="packets on one port before the next"),
    Option("xmit_hash_policy", "choice", "layer2", "2.6.24", _HASHING, EVERY,
           ("layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"),
           about="what a connection's port depends on"),
    Option("tlb_dynamic_lb", "number", "1", "3.16", _modes(TLB, ALB), _modes(TLB, ALB), high=1,
           about="move flows as load changes"),
    Option("lp_interval", "number", "1", "3.14", _modes(TLB, ALB), low=1,
           about="seconds between learning packets"),
    Option("lacp_rate", "choice", "slow", "2.6", _LACP, _LACP, ("slow", "fast"),
           about="how often the partner shall speak"),
    Option("lacp_active", "choice", "on", "5.16", _LACP, _LACP, ("off", "on"),
           about="speak first"),
    Option("ad_select", "choice", "stable", "2.6.29", _LACP, EVERY,
           ("stable", "bandwidth", "count"), about="which aggregate is used"),
    Option("min_links", "number", "0", "3.1", _LACP, about="links below which the bond is down"),
    Option("ad_actor_sys_prio", "number", "65535", "4.2", _LACP, _LACP, low=1, high=65_535,
           about="LACP system priority"),
    Option("ad_actor_system", "hardware", "00:00:00:00:00:00", "4.2", _LACP, _LACP,
           about="LACP system address"),
    Option("ad_user_port_key", "number", "0", "4.2", _LACP, _LACP, high=1023,
           about="part of the LACP port key"),
)  # fmt: skip
OPTIONS: Mapping[str, Option] = {option.name: option for option in _TABLE}
SAME = {"num_unsol_na": "num_grat_arp"}  # two names of one number
_FATAL = frozenset(("primary", "arp_interval", "lacp_active", "arp_missed_max"))


class Problem(NamedTuple):
    """What is wrong with *option* of a bond; *gone*: the driver works without it."""

    code: str
    option: str
    message: str
    advice: str = ""
    gone: bool = True
    severity: Severity = Severity.ERROR


def mode_of(text: str) -> str:
    """Return the mode that *text* names, by name (any case) or number; empty for none."""
    text = text.strip().lower()
    if text.isascii() and text.isdigit() and len(text) == 1 and int(text) < len(MODES):
        return MODES[int(text)]
    return text if text in MODES else ""


def canonical(name: str, value: str) -> tuple[str, str] | Problem:
    """Return option and value as the driver shows them, or what is wrong with them."""
    name = SAME.get(name, name)
    option = OPTIONS.get(name)
    if option is None:
        meant = near(name, [*OPTIONS, *SAME, "mode"])
        return Problem(UNKNOWN, name, f"the bonding driver has no option {name!r}",
                       f"did you mean {meant}?" if meant else "leave it out")  # fmt: skip
    made = _VALUES[option.kind](option, value.strip())
    if made is None:
        return Problem(VALUE, name, f"{name} cannot be {value!r}", f"it takes {takes(option)}")
    return name, made


def takes(option: Option) -> str:
    """Return, in words, which values *option* takes."""
    if option.kind == "number":
        top = "" if option.high == 2**31 - 1 else f" to {option.high}"
        return f"a number from {option.low}{top}" if top else f"a number, {option.low} or more"
    if option.kind == "choice":
        return "one of " + ", ".join(option.choices)
    return {"interface": "the name of an interface, 15 characters at most",
            "addresses": "addresses separated by commas",
            "hardware": "an Ethernet address"}[option.kind]  # fmt: skip


def is_interface(text: str) -> bool:
    """Tell whether *text* can name an interface (Linux, dev_valid_name)."""
    size = len(text.encode("utf-8", "surrogateescape"))
    plain = text.split() == [text] and not set(text) & set("/:\0")
    return size <= 15 and plain and text not in (".", "..", "*")  # to nmcli * is any


def _number(option: Option, text: str) -> str | None:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    return str(int(text)) if option.low <= int(text) <= option.high else None


def _choice(option: Option, text: str) -> str | None:
    if text.isascii() and text.isdigit() and len(text) < 3 and int(text) < len(option.choices):
        return option.choices[int(text)]
    return text.lower() if text.lower() in option.choices else None


def _interface(option: Option, text: str) -> str | None:
    return text if is_interface(text) else None


def _addresses(option: Option, text: str) -> str | None:
    from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

    family = AF_INET6 if option.name == "ns_ip6_target" else AF_INET
    try:
        found = [inet_ntop(family, inet_pton(family, word))
                 for word in text.replace(",", " ").split()]  # fmt: skip
    except (OSError, ValueError):
        return None
    return ",".join(found) or None


def _hardware(option: Option, text: str) -> str | None:
    parts = text.lower().replace("-", ":").split(":")
    sound = len(parts) == 6 and all(
        0 < len(part) < 3 and set(part) <= set("0123456789abcdef") for part in parts
    )
    return ":".join(part.zfill(2) for part in parts) if sound else None


_VALUES = {"number": _number, "choice": _choice, "interface": _interface,
           "addresses": _addresses, "hardware": _hardware}  # fmt: skip


def in_order(options: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return *options* in the order of the driver's table."""
    return tuple((name, options[name]) for name in OPTIONS if name in options)


def effective(mode: str, options: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return every option that works in *mode* with its value, the driver's defaults filled in."""
    said = dict(options)
    return {
        name: said.get(name, option.default)
        for name, option in OPTIONS.items()
        if mode in option.works
    }


def judged(
    mode: str, options: Mapping[str, str], ports: Iterable[str] = (), watched: bool = True
) -> list[Problem]:
    """Return what is wrong with *options*, canonical ones, in *mode*.

    Those whose problem is *gone* do not count.  *watched* tells that somebody
    sees to MII monitoring where no option says so.  *ports* are the bond's,
    where they are known.
    """
    found = [*_by_mode(mode, options)]
    left = {name: value for name, value in options.items()
            if not any(each.gone and each.option == name for each in found)}  # fmt: skip
    found += _monitoring(mode, left, watched)
    primary, known = left.get("primary"), list(ports)
    if primary and known and primary not in known:
        found.append(Problem(
            PRIMARY, "primary", f"the primary port {primary} is no port of this bond",
            f"its ports are {', '.join(known)}", False, Severity.WARNING,
        ))  # fmt: skip
    if "primary_reselect" in left and not primary and mode in _PRIMARY:
        found.append(Problem(IDLE, "primary_reselect",
                             "primary_reselect has no effect without a primary port",
                             "name one with primary", False, Severity.INFO))  # fmt: skip
    return found


def _by_mode(mode: str, options: Mapping[str, str]) -> list[Problem]:
    """Return the options that *mode* does not have, or does not heed."""
    found = []
    for name, value in options.items():
        option = OPTIONS[name]
        modes = ", ".join(sorted(option.works))
        if mode not in option.taken:
            grave = name in _FATAL or (name, value) == ("lacp_rate", "fast")
            grave = grave and (name, mode) != ("arp_interval", LACP)
            found.append(Problem(
                REFUSED, name, f"mode {mode} has no {name}", f"it goes with {modes}", True,
                Severity.ERROR if grave else Severity.WARNING,
            ))  # fmt: skip
        elif mode not in option.works and value != option.default:
            found.append(Problem(
                IDLE, name, f"{name} has no effect in mode {mode}", f"it goes with {modes}", False,
                Severity.INFO,
            ))  # fmt: skip
    return found


def _monitoring(mode: str, options: Mapping[str, str], watched: bool) -> list[Problem]:
    """Return what is wrong with how links are watched."""
    found = []
    by_arp = options.get("arp_interval", "0") != "0"
    targets = options.get("arp_ip_target") or options.get("ns_ip6_target")
    interval = int(options.get("miimon", "0"))
    if by_arp and not targets:
        found.append(Problem(TARGETS, "arp_interval", "arp_interval needs arp_ip_target",
                             "name the addresses to ask"))  # fmt: skip
        by_arp = False
    elif targets and not by_arp:
        name = "arp_ip_target" if "arp_ip_target" in options else "ns_ip6_target"
        found.append(Problem(TARGETS, name, f"{name} needs arp_interval",
                             "say how often to ask, in milliseconds"))  # fmt: skip
    if watched and not by_arp and "miimon" not in options:
        interval = int(DEFAULT_MONITORING)
    if by_arp and interval:
        found.append(Problem(
            MONITORS, "miimon", "links are watched by ARP or by MII, not by both: ARP counts",
            "take out miimon or arp_interval", True, Severity.WARNING,
        ))  # fmt: skip
        interval = 0
    if "arp_validate" in options and not by_arp:
        found.append(Problem(IDLE, "arp_validate", "arp_validate has no effect without ARP"
                             " monitoring", "set arp_interval and arp_ip_target", False,
                             Severity.INFO))  # fmt: skip
    for name in ("updelay", "downdelay", "peer_notif_delay"):
        value = int(options.get(name, "0"))
        if value and not interval:
            grave = Severity.WARNING if by_arp else Severity.ERROR
            found.append(Problem(DELAY, name, f"{name} needs MII monitoring", "set miimon", True,
                                 grave))  # fmt: skip
        elif value and value % interval and name == "peer_notif_delay":
            found.append(Problem(ROUNDED, name, f"{name} {value} is no multiple of miimon"
                                 f" {interval}", "give a multiple"))  # fmt: skip
        elif value and value % interval:
            found.append(Problem(
                ROUNDED, name,
                f"{name} {value} is no multiple of miimon {interval}: the driver waits"
                f" {value - value % interval} ms", "give a multiple", False, Severity.WARNING,
            ))  # fmt: skip
    if not by_arp and not interval:
        found.append(Problem(
            UNWATCHED, "miimon", f"nothing watches the links of this {mode} bond: a port that"
            " fails stays in use", "set miimon=100", False, Severity.WARNING,
        ))  # fmt: skip
    return found
