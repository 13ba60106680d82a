"""What becomes of lines that are no commands of nmcli's: the set-up around the connections."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome
from hatools.model.link_draft import network_of

_PASSING = "changes the running system, no connection: gone with the next reboot"
_GONE = "in no connection: gone with the next reboot"
_OF_IP = (  # the first letters of an object of ip's, what a command about it is
    ("address", "an address of the running system"),
    ("link", "a link of the running system"),
    ("route", "a route of the running system"),
    ("rule", "a rule of routing of the running system"),
    ("neighbour", "a neighbour of the running system"),
)
_FILE = Fate(Outcome.DROPPED, "text of another file, written by the script")
_REASONS = {
    **dict.fromkeys(("ip", "ifconfig", "route", "ifenslave", "ethtool", "tc"), _PASSING),
    **dict.fromkeys(("modprobe", "sysctl"), "set-up of the kernel: keep it in a script of its own"),
    **dict.fromkeys(("yum", "dnf", "apt", "apt-get", "systemctl", "service"),
                    "installs or starts a program; says nothing of a link"),
    **dict.fromkeys(("firewall-cmd", "iptables", "nft"),
                    "packet filter: keep it in a script of its own"),
    **dict.fromkeys(("hostnamectl", "hostname", "sed", "cp", "mv", "ln", "chmod", "chown",
                     "restorecon"), "changes the system beside its links"),
}  # fmt: skip
_SILENT = frozenset(
    ("cat", "echo", "printf", "sleep", "true", "false", ":", "test", "[", "[[", "exit", "return",
     "set", "cd", "ping", "grep", "awk", "ss", "ls", "head", "tail", "lsmod", "modinfo", "wait",
     "read", "shift", "unset", "trap", "break", "continue", "source", ".", "clear", "date", "sync",
     "reboot", "which", "command")
)  # fmt: skip
_SHOWN = frozenset(("show", "list", "ls", "sh", "s", "get", "-V"))
_MULTIPATH = ("a route over several gateways: it spreads packets, and no connection can say it;"
              " keep it in a dispatcher script")  # fmt: skip


def fate_of_outsider(words: tuple[str, ...], written: str = "") -> Fate:
    """Return what becomes of a line that is no command of nmcli's; it is *written* to a file."""
    if not words:
        return KEPT
    name = words[0].rpartition("/")[2]
    if name == "ip":
        return _fate_of_ip(words)
    if written.startswith(("/sys/", "/proc/")):
        return Fate(Outcome.DROPPED, _PASSING)
    if written and not written.startswith("/dev/") and name in ("echo", "printf", "cat"):
        return _FILE
    if words[0] == "Connection" and "successfully" in words:
        return KEPT  # what nmcli answers
    if name in _SILENT or words[0] in ("$", "#"):
        return KEPT
    if name in _REASONS:
        return Fate(Outcome.DROPPED, _REASONS[name])
    return Fate(Outcome.DROPPED, "not understood: no command of nmcli's")


def _fate_of_ip(words: tuple[str, ...]) -> Fate:
    """Return what becomes of a command of ip's, which says what it is about."""
    if "nexthop" in words:
        return Fate(Outcome.DROPPED, _MULTIPATH)
    plain = [word for word in words[1:] if word[:1] != "-"]
    if len(plain) < 2 or plain[1] in _SHOWN:
        return KEPT
    about = next((said for name, said in _OF_IP if name.startswith(plain[0])), "")
    if about and plain[0][0] == "l":
        if "bond" in plain:
            about = "a bond of the running system"
        elif "master" in plain or "nomaster" in plain:
            about = "a port of the running system"
    return Fate(Outcome.DROPPED, f"{about}, {_GONE}" if about else _PASSING)


def route_as_property(words: tuple[str, ...]) -> str:
    """Return how a connection keeps the route that ``ip route add`` makes; empty if it cannot."""
    plain = [word for word in words if word[:1] != "-"]
    if len(plain) < 4 or plain[0].rpartition("/")[2] != "ip" or "nexthop" in plain:
        return ""
    if not "route".startswith(plain[1]) or plain[1] == "r" * 2:
        return ""
    if plain[2] not in ("add", "append", "replace", "change", "a"):
        return ""
    said = dict(zip(plain[4::2], plain[5::2], strict=False))
    everywhere = "::/0" if ":" in said.get("via", "") or "-6" in words else "0.0.0.0/0"
    target = everywhere if plain[3] == "default" else plain[3]
    network = network_of(target)
    if network is None or "via" not in said:
        return ""
    text = f"{network.address}/{network.prefix} {said['via']}"
    text += f" {said['metric']}" if "metric" in said else ""
    version = "6" if ":" in network.address else "4"
    return f'+ipv{version}.routes "{text}" keeps it with a connection'
