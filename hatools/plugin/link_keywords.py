"""Lists the bonding driver's options and a connection's properties for codecs of links."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hatools.model.bonding_options import EVERY, MODES, OPTIONS, SAME, Option
from hatools.model.connection_properties import LATE_OPTIONS, SETTINGS, Property
from hatools.plugin.keywords import Keyword

_FORMS = {"interface": "<interface>", "addresses": "<address>[,<address>…]",
          "hardware": "<hardware address>"}  # fmt: skip
NO_BOUND = 2**31 - 1


def options(place: str, since: Callable[[Option], str]) -> Iterator[Keyword]:
    """Yield the mode and every option of the driver, which stand in *place*.

    *since* answers with the first version of the place's own program that takes
    an option; the kernel's is in the note.
    """
    numbered = ", ".join(f"{number} {name}" for number, name in enumerate(MODES))
    yield Keyword("mode", (place,), "option", "|".join(MODES), MODES, "balance-rr",
                  note=f"by name or number: {numbered}")  # fmt: skip
    for option in OPTIONS.values():
        aliases = tuple(other for other, name in SAME.items() if name == option.name)
        yield Keyword(option.name, (place,), "option", option_form(option), option.choices,
                      option.default, since(option), aliases=aliases,
                      note="; ".join(_notes(option)))  # fmt: skip


def option_form(option: Option) -> str:
    """Return what an option takes, as one form."""
    if option.kind == "number":
        return f"<number {option.low}..{'' if option.high == NO_BOUND else option.high}>"
    return _FORMS.get(option.kind) or "|".join(option.choices)


def _notes(option: Option) -> Iterator[str]:
    """Yield what an option is for, since when the kernel has it, and in which modes."""
    yield option.about
    yield f"Linux {option.since}"
    for said, modes in (("works in", option.works), ("refused in", EVERY - option.taken)):
        if modes and modes != EVERY:
            yield f"{said} {', '.join(mode for mode in MODES if mode in modes)}"


def managed_options(place: str) -> Iterator[Keyword]:
    """Yield what stands in *place* where a manager of connections sets up the bond."""
    yield from options(place, lambda option: LATE_OPTIONS.get(option.name, ""))
    yield Keyword("balance-slb", (place,), "option", "<number 0..1>", default="0", since="1.42",
                  note="NetworkManager's own, not the driver's; with balance-xor and"
                  " xmit_hash_policy vlan+srcmac")  # fmt: skip


def properties() -> Iterator[tuple[str, Property, Property | None]]:
    """Yield every property of a connection: its setting, the property, the newer name for it."""
    for setting, rows in SETTINGS.items():
        newer = {row.same: row for row in rows.values() if row.same}
        for row in rows.values():
            yield setting, row, newer.get(row.name)


def form(row: Property) -> str:
    """Return what a property takes, as one form."""
    if row.values:
        words = "|".join(row.values)
        return f"{words}[,…]" if row.several else words
    return "<value>[,<value>…]" if row.several else f"<{row.takes}>"
