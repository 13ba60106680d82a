"""Times in ``/proc/net/ip_vs``: ticks of the kernel's clock, turned into seconds."""

from __future__ import annotations

from hatools.plugin import Place
from hatools.text import Expansion, Hop, Statement
from hatools.text.shell.statements import LISTING, with_words
from hatools_ipvsadm.faults import TICKS, fault


def in_seconds(expansion: Expansion, place: Place) -> Expansion:
    """Turn the ticks of ``/proc/net/ip_vs`` into seconds."""
    rows = [index for index, each in enumerate(expansion.statements) if _ticking(each)]
    if not rows:
        return expansion
    said = place.settings.get("hz") or ""
    rate = int(said) if said.isascii() and said.isdigit() and int(said[:6]) > 0 else 0
    statements = list(expansion.statements)
    for index in rows:
        words = list(statements[index].words)
        ticks = words.index("persistent") + 1
        words[ticks] = str(max(1, int(words[ticks]) // (rate or 250)))
        statements[index] = with_words(statements[index], tuple(words), LISTING)
    if not rate:
        expansion.diagnostics.append(
            fault(
                TICKS,
                "the kernel shows persistence in ticks: 250 a second are assumed",
                expansion.span(rows[0]),
                "--set hz=1000 (Red Hat), hz=100, …: grep CONFIG_HZ= /boot/config-*",
            )
        )
    return Expansion(
        expansion.documents,
        statements,
        expansion.hops or [Hop(0, index) for index in range(len(statements))],
        expansion.skipped,
        expansion.diagnostics,
        expansion.version,
    )


def _ticking(statement: Statement) -> bool:
    """Tell whether a row is the kernel's own: ``persistent TICKS MASK`` with a mask in hex."""
    words = statement.words
    if statement.note != LISTING or "persistent" not in words:
        return False
    rest = words[words.index("persistent") + 1 :]
    return (
        len(rest) > 1 and rest[0].isdigit() and rest[0].isascii() and len(rest[0]) < 12
        and len(rest[1]) == 8 and not set(rest[1]) - set("0123456789ABCDEFabcdef")
    )  # fmt: skip
