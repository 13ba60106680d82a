"""Lists what the bonding driver shows and takes, as the plugin contract's records."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin.keywords import Keyword
from hatools.plugin.link_keywords import options


def catalogue() -> Iterator[Keyword]:
    """Yield the driver's options, since the kernel that has them."""
    yield from options("bonding", lambda option: option.since)
