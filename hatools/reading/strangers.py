"""Languages that hatools does not read, known by sight: what to convert instead."""

from __future__ import annotations

import re

_KEYFILES = "convert the keyfiles in /etc/NetworkManager/system-connections that it leads to"
_BONDS = "convert what it leads to, as the driver shows it: /proc/net/bonding/NAME"
_TABLE = "convert what it leads to: ipvsadm-save -n on the director"
_STRANGERS: tuple[tuple[str, str, str], ...] = (  # a sign of it, what it is, what to do
    (r"^\s*-?\s*(?:network_connections|network_provider):",
     "YAML for the network role of linux-system-roles (Ansible)", _KEYFILES),
    (r"^network:\s*$(?=[\s\S]*^\s+(?:version|renderer|bonds|ethernets):)",
     "YAML for netplan", _BONDS),
    (r"^interfaces:\s*$(?=[\s\S]*^\s*-?\s*(?:type|name):)", "YAML for nmstate", _KEYFILES),
    (r"^\[(?:NetDev|Match)\]\s*$", "a file for systemd-networkd", _BONDS),
    (r"^\s*iface\s+\S+\s+inet|^auto\s+\S+\s*$", "Debian's /etc/network/interfaces", _BONDS),
    (r"^virtual\s*=\s*\S+", "a file for ldirectord", _TABLE),
    (r"^\s*(?:upstream\s+\S+|http|stream|events)\s*\{", "a configuration of nginx", ""),
    (r"^(?:primary|serial_no|backup_active)\s*=", "an lvs.cf for Piranha", _TABLE),
    (r"^\s*- (?:hosts|name|import_playbook):", "YAML for Ansible",
     "convert the files that it puts on the machines"),
    (r"^apiVersion:", "YAML for Kubernetes", "convert the configuration that it holds by itself"),
    (r"^\s*(?:cat|echo|tee|printf)\b.*[/\s>]ifcfg-", "a script that writes ifcfg files",
     "convert the files that it writes, ifcfg-NAME for the bond and each port, in one folder"),
    (r"^[^#]*\bip\s+l(?:ink)?\s+add\b.*\btype\s+bond\b",
     "a script of ip's, whose bond is gone with the next reboot", _BONDS),
    (r"^\s*<\?xml", "XML", ""),
    (r"\A\s*[{\[]\s*[\"{\]]", "JSON", ""),
    (r"^---\s*$", "YAML", ""),
)  # fmt: skip


def stranger(head: str) -> tuple[str, str]:
    """Return what a text that begins with *head* is, and what to convert instead; or nothing."""
    for sign, name, advice in _STRANGERS:
        if re.search(sign, head, re.MULTILINE):
            return name, f"; {advice}" if advice else ""
    return "", ""
