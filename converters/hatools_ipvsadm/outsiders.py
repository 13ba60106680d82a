"""What becomes of lines that are no commands of ipvsadm's: the set-up around the table."""

from __future__ import annotations

from hatools.model import KEPT, Fate, Outcome
from hatools.text import Statement
from hatools.text.shell.compound import assignment
from hatools.text.shell.statements import DATA, MARK, shape

_DIRECTOR = "set-up of the director, beside the table: keep it in a script of its own"
_FILTER = "packet filter, beside the table: keep it in a script of its own"
_PACKAGE = "installs or starts the program; says nothing of the table"
_SHOWN = "shows something; says nothing of the table"

_REASONS: dict[str, str] = {
    **dict.fromkeys(("modprobe", "insmod", "rmmod", "sysctl", "ip", "ifconfig", "route", "arping",
                     "brctl", "ethtool", "tc", "dpip"), _DIRECTOR),
    **dict.fromkeys(("iptables", "ip6tables", "nft", "firewall-cmd", "ipset", "ufw",
                     "iptables-restore", "setenforce"), _FILTER),
    **dict.fromkeys(("yum", "dnf", "apt", "apt-get", "rpm", "zypper", "pacman", "systemctl",
                     "service", "chkconfig", "update-rc.d"), _PACKAGE),
    **dict.fromkeys(("curl", "ping", "watch", "netstat", "ss", "lsmod", "grep", "tcpdump", "awk",
                     "sed", "head", "tail", "less", "more", "wc", "sort"), _SHOWN),
}  # fmt: skip
_SILENT = frozenset(
    ("exit", "return", "set", "sleep", "true", "false", ":", "test", "[", "[[", "cd", "shift",
     "unset", "trap", "break", "continue", "wait", "umask", "clear", "read", "source", ".",
     "touch", "mkdir", "rm", "exec", "logger", "usage", "local", "export")
)  # fmt: skip
_FATES = {reason: Fate(Outcome.DROPPED, reason) for reason in set(_REASONS.values())}
_TEXT = Fate(Outcome.DROPPED, "text of another file, written by the script")


def fate_of_outsider(statement: Statement, words: tuple[str, ...]) -> Fate | None:
    """Return what becomes of a line of a script; None where it is not understood."""
    known = shape(statement)
    if not words or known.kind == MARK:
        return KEPT
    if known.kind == DATA:
        return _TEXT
    name = words[0].rpartition("/")[2]
    written = [word for sign, word in known.redirects if ">" in sign]
    if name in ("echo", "printf", "cat", "tee"):
        targets = [*written, *words[1:]]
        if any(target.startswith(("/proc/sys/", "/etc/sysctl")) for target in targets):
            return _FATES[_DIRECTOR]
        if any(not target.startswith(("/dev/", "&")) for target in written):
            return _TEXT
        return KEPT
    if name in _SILENT or all(assignment(word) for word in words):
        return KEPT
    if name in _REASONS:
        return _FATES[_REASONS[name]]
    if (words[0][:1] in "[$" and words[-1][-1:] in "#$") or words == ("$",):
        return KEPT  # a prompt without a command
    return None
