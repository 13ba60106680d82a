"""Registers the ipvsadm format."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from hatools.plugin import Codec, Format, hookimpl

if TYPE_CHECKING:
    from hatools.plugin import Remark, Rule, RuleSet

_NAMES = ("ipvsadm", "ipvsadm.rules", "ip_vs", "ip_vs_conn")
_HEADINGS = ("IP Virtual Server version", "IPVS connection entries", "Prot LocalAddress:Port")
_CONNECTIONS = ("pro", "expire", "state")
_KERNEL_CONNECTIONS = ("Pro", "FromIP", "FPrt")
_COMMANDS = frozenset("AEDCRSaedLlZ")
_LONG = ("--add-s", "--edit-s", "--delete-s", "--clear", "--restore", "--save", "--list", "--zero",
         "--set", "--start-daemon", "--stop-daemon")  # fmt: skip
_SERVICES = ("-t", "-u", "-f", "-6", "--tcp-service", "--udp-service", "--sctp-service",
             "--fwmark-service")  # fmt: skip


def recognise(path: str, head: str) -> int:
    """Return how surely a file is ipvsadm's: 0 to 100, by *path* and its first 64 KiB."""
    if "\0" in head or head.startswith("\x7fELF"):
        return 0
    name = path.rpartition("/")[2].lower()
    named = 90 if name in _NAMES else 70 if name.startswith("ipvsadm") else 0
    if not head.strip():
        return named
    return max(named // 3, _contents(head))


def _contents(head: str) -> int:
    """Return how surely *head* holds listings (96), commands (92), or mentions them (0)."""
    found = 0
    for line in head.split("\n"):
        if (
            "LocalAddress:Port" not in line
            and "-" not in line
            and "IP" not in line
            and ("state" not in line)
        ):
            continue
        words = line.split()
        if not words or words[0][0] == "#":
            continue
        text = line.strip()
        if text.startswith(_HEADINGS) or tuple(words[:3]) in (_CONNECTIONS, _KERNEL_CONNECTIONS):
            return 96
        if not found and _command(words):
            found = 92
    return found


def _command(words: list[str]) -> bool:
    """Tell whether a line is a command of ipvsadm, whatever stands before it."""
    for before, word in zip(("|", *words), words, strict=False):
        if word.rpartition("/")[2] == "ipvsadm-restore" and before in ("|", "sudo"):
            return True
    for number, word in enumerate(words[:-1] if len(words) > 1 else words):
        following = words[number + 1] if number + 1 < len(words) else ""
        dashed = following.replace("\u2013", "-")
        bare = word.strip("\"'{}$").lower()
        if bare.endswith("ipvsadm"):
            if dashed[:1] == "-" and (dashed[1:2] in _COMMANDS or dashed.startswith(_LONG)):
                return True
        elif word[:1] == "-" and number == 0 and word[1:2] in _COMMANDS:
            return following in _SERVICES or word[2:3] in ("t", "u", "f")
        elif word.startswith(_LONG) and number == 0:
            return following in _SERVICES
    return False


@hookimpl
def hatools_formats() -> Iterable[Format]:
    """Return ipvsadm's language."""

    def load() -> Codec:
        from hatools_ipvsadm.codec import IpvsadmCodec

        return IpvsadmCodec()

    return [
        Format(
            "ipvsadm",
            "ipvsadm: the table of Linux Virtual Server, as rules, script or listing",
            "ipvsadm.rules",
            recognise,
            load,
            program="ipvsadm",
            versions=("1.28", "1.29", "1.30", "1.31"),
            checks=False,
        )
    ]


@hookimpl
def hatools_rules() -> Iterable[RuleSet]:
    """Return what is wrong in rules of ipvsadm: rules, and what the reader remarks itself."""
    from hatools.plugin import RuleSet

    def rules() -> Iterable[Rule | Remark]:
        from hatools_ipvsadm.rules import RULES

        return RULES

    def pages() -> Iterable[Rule | Remark]:
        from hatools_ipvsadm.pages import REMARKS

        return REMARKS

    return [RuleSet(rules, ("LV",), ("ipvsadm",)), RuleSet(pages, ("IV",), looks_at="reading")]
