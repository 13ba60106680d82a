"""Lists the keys of a keyfile as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.model.connection_properties import FLAG, Property
from hatools.plugin.keywords import Keyword
from hatools.plugin.link_keywords import form, managed_options, properties
from hatools_keyfile.keys import GROUPS, NUMBERS

NUMBERED = (
    ("addressN", "<address>/<prefix>[,<gateway>]", "N counts from 1; address without number, too"),
    ("routeN", "<network>/<prefix>[,<gateway>[,<metric>]]", "N counts from 1"),
    ("routeN_options", "<attribute>=<value>[,…]", "of the route with the same number"),
    ("routing-ruleN", "<rule>", "N counts from 1"),
)


def catalogue() -> Iterator[Keyword]:
    """Yield the keys of every group, numbered ones last, and the options of bonds."""
    for setting, row, newer in properties():
        if row.name in GROUPS.get(setting, ()):
            yield _key(setting, row, newer)
    for name, arguments, note in NUMBERED:
        yield Keyword(name, ("[ipv4]", "[ipv6]"), "key", arguments, note=note)
    yield from managed_options("[bond]")


def _key(setting: str, row: Property, newer: Property | None) -> Keyword:
    """Return a property as a key, in the words and numbers that a keyfile has."""
    words, values, default = form(row), row.values, row.default
    numbers = NUMBERS.get(f"{setting}.{row.name}")
    if values == FLAG:
        values, words = ("true", "false"), "true|false"
        default = {"yes": "true", "no": "false"}[default]
    elif numbers:
        values, default = tuple(numbers.values()), numbers.get(default, default)
        words = "|".join(f"{number} ({word})" for word, number in numbers.items())
    return Keyword(
        row.name, (f"[{setting}]",), "key", words, values, default, row.since,
        newer.since if newer else "", replaced_by=newer.name if newer else "",
        aliases=(row.same,) if row.same else (),
    )  # fmt: skip
