"""Tells what is wrong with an address in a line: a port that is missing, relative or several."""

from __future__ import annotations

from collections.abc import Callable

from hatools_haproxy.addresses import BadAddress, came, read_address

Version = tuple[int, ...]
Check = Callable[[str, str, Version], str | None]


def place(*, port: bool = False, several: bool = False, unix: bool = True) -> Check:
    """Return the check of an address that needs a *port*, or may have *several* in a row.

    *unix*: a socket of this host may stand there as well.  Where haproxy adds nothing to
    a port, it refuses one that is relative to the client's (``:+80``).
    """

    def check(word: str, bounds: str, version: Version) -> str | None:
        if not word:
            return "an address is missing"
        if several and "," in word:
            return next(
                filter(None, (check(one, bounds, version) for one in word.split(","))), None
            )
        try:
            found = read_address(word)
        except BadAddress as bad:
            return str(bad)
        since = came(word)
        if since and tuple(map(int, since.split("."))) > version:
            return f"an address such as '{word}' came with haproxy {since}"
        if found.path:
            return None if unix else f"'{word}' is a socket of this host, not an address"
        if found.offset:
            return f"'{word}' has an offset for its port, and there is none here to add it to"
        if found.ports is not None and found.ports[0] != found.ports[1] and not several:
            return f"'{word}' has a range of ports, and one is wanted here"
        return f"'{word}' has no port" if port and found.ports is None else None

    return check
