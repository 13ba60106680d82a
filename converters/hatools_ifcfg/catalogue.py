"""Lists the variables of ifcfg and route files as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model.connection_properties import EVERY
from hatools.plugin.keywords import Keyword
from hatools.plugin.link_keywords import form, managed_options
from hatools_ifcfg.variables import DEFAULTS, FOLLOWS, FORMS, KNOWN, TEXTS, YES_NO

ROUTES = (
    ("NETWORK via GATEWAY dev DEVICE", "<network>/<prefix> [via <gateway>] [dev <interface>]"
     " [metric <number>] [<attribute> <value>]…", "one route a line"),
    ("ADDRESSn", "<address>", "with NETMASKn, GATEWAYn and METRICn: one route, n counts from 0"),
    ("NETMASKn", "<mask>", "of the route with the same number"),
    ("GATEWAYn", "<address>", "of the route with the same number"),
    ("METRICn", "<number>", "of the route with the same number"),
)  # fmt: skip


def catalogue() -> Iterator[Keyword]:
    """Yield the variables, the lines of route files, and the options of bonds."""
    for name in KNOWN:
        yield _variable(name)
    for name, arguments, note in ROUTES:
        yield Keyword(name, ("route file",), "line", arguments, note=note)
    yield from managed_options("BONDING_OPTS")


def _variable(name: str) -> Keyword:
    if name in FORMS:
        arguments, default, note = FORMS[name]
    elif name in YES_NO:
        arguments, default, note = "yes|no", DEFAULTS.get(name, ""), f"as {YES_NO[name][0]}"
    elif name in TEXTS:
        row = EVERY[TEXTS[name]]
        arguments, default, note = form(row), row.default, f"as {TEXTS[name]}"
    else:
        arguments, default, note = "<text>", DEFAULTS.get(name, ""), ""
    if name in FOLLOWS:
        note = "; ".join(filter(None, [note, "follows from other variables"]))
    values = () if "<" in arguments or "|" not in arguments else tuple(arguments.split("|"))
    return Keyword(name, ("ifcfg file",), "variable", arguments, values, default, note=note)
