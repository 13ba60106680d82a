"""The file beside the rules: settings that a save cannot hold."""

from __future__ import annotations

from collections.abc import Sequence

from hatools.model import Section, Topology
from hatools.plugin import OutFile

SETTINGS = "ipvsadm-settings.sh"
_SETTINGS_HEAD = """#!/bin/sh
# What saved rules do not hold: run it after ipvsadm --restore.
set -e
"""
_DAEMON = {"interface": "--mcast-interface", "syncid": "--syncid", "maxlen": "--sync-maxlen",
           "group": "--mcast-group", "port": "--mcast-port", "ttl": "--mcast-ttl"}  # fmt: skip


def settings(timeouts: dict[str, str], limits: Sequence[str], topology: Topology) -> list[OutFile]:
    """Return the script of what saved rules cannot hold; nothing where they hold all."""
    text = _settings(timeouts, limits, topology.sections)
    if not text:
        return []
    return [OutFile(SETTINGS, _SETTINGS_HEAD + text, "what saved rules do not hold", True)]


def _settings(timeouts: dict[str, str], limits: Sequence[str], sections: Sequence[Section]) -> str:
    text = ""
    if timeouts:
        values = " ".join(timeouts.get(name, "0") for name in ("tcp", "tcpfin", "udp"))
        text += "\n# idle connections: TCP, TCP after FIN, UDP, in seconds; 0 leaves one as it is\n"
        text += f"ipvsadm --set {values}\n"
    daemons = [section for section in sections if section.kind == "sync-daemon"]
    if daemons:
        text += "\n# shares connections with the other director\n"
    for section in daemons:
        words = " ".join(f"{_DAEMON[row[0]]} {_safe(row[1])}" for row in section.own
                         if len(row) > 1 and row[0] in _DAEMON)  # fmt: skip
        text += f"ipvsadm --start-daemon {_safe(section.name)} {words}\n"
    if limits:
        text += "\n# thresholds: ipvsadm-save forgets them; these lines set them again\n"
        text += "".join(f"{line}\n" for line in limits)
    return text


def _safe(text: str) -> str:
    """Return *text* quoted for a shell where that is needed."""
    if text and all(sign.isalnum() or sign in "-_.:@%/" for sign in text):
        return text
    return "'" + text.replace("'", "'\\''") + "'"
