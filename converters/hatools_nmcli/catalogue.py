"""Lists the words of nmcli as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model.bonding_options import MODES
from hatools.model.bonding_options import OPTIONS as BONDING
from hatools.model.connection_properties import EVERY
from hatools.plugin.keywords import Keyword
from hatools.plugin.link_keywords import form, managed_options, option_form, properties
from hatools_nmcli.properties import ALIASES, OLD, OPTIONS, SINCE

COMMANDS = (
    ("connection add", "type <type> ifname <interface> [con-name <name>] [<property> <value>]…",
     "makes a connection"),
    ("connection modify", "<connection> [+|-]<property> <value>…", "changes one"),
    ("connection delete", "<connection>…", "takes one away"),
    ("connection up", "<connection>", "says nothing of a configuration"),
    ("connection down", "<connection>…", "says nothing of a configuration"),
    ("connection show", "[<connection>…]", "says nothing of a configuration"),
    ("connection reload", "", "says nothing of a configuration"),
    ("device modify", "<interface> <property> <value>…", "gone with the next reboot"),
    ("device set", "<interface> <property> <value>…", "gone with the next reboot"),
)  # fmt: skip


def catalogue() -> Iterator[Keyword]:
    """Yield commands, then properties, their short names, and the options of bonds."""
    for name, arguments, note in COMMANDS:
        yield Keyword(name, kind="command", arguments=arguments, note=note)
    for setting, row, newer in properties():
        whole = f"{setting}.{row.name}"
        short = [name for name, meant in ALIASES.items() if meant == whole]
        also = [f"{setting}.{row.same}", *short] if row.same else short
        yield Keyword(
            whole, ("connection add", "connection modify"), "property",
            form(row), row.values, row.default, row.since, newer.since if newer else "",
            replaced_by=f"{setting}.{newer.name}" if newer else "",
            aliases=tuple(also),
        )  # fmt: skip
    yield from managed_options("bond.options")
    for name, whole in ALIASES.items():
        if whole:
            row = EVERY[whole]
            yield Keyword(name, ("connection add",), "alias", form(row), row.values, row.default,
                          SINCE.get(name, row.since), aliases=(whole,))  # fmt: skip
    for name, option in OPTIONS.items():
        known = BONDING.get(option)
        values = known.choices if known else MODES
        yield Keyword(
            name, ("connection add type bond",), "alias",
            option_form(known) if known else "|".join(MODES), values,
            known.default if known else "balance-rr", aliases=(f"bond.options {option}=",),
        )  # fmt: skip
    for name, instead in OLD.items():
        yield Keyword(f"type {name}", ("connection add",), "alias", deprecated="1.42",
                      replaced_by=instead)  # fmt: skip
