"""Gives proxies and servers the names that their source has, in the characters haproxy takes."""

from __future__ import annotations

from hatools.model import RealServer, Service

_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:")


def clean(name: str) -> str:
    """Return *name* with every character that haproxy refuses replaced by ``_``."""
    if _CHARACTERS.issuperset(name):
        return name
    return "".join(c if c in _CHARACTERS else "_" for c in name)


def addressable(address: str) -> bool:
    """Tell whether *address* can stand in a haproxy line: an IP address or a host name."""
    return bool(address) and _CHARACTERS.issuperset(address)


def is_name(address: str) -> bool:
    """Tell whether *address* is a host name rather than an IP address."""
    return ":" not in address and not address.replace(".", "").isdecimal()


class Names:
    """The names given so far in one name space; `take` never gives one twice."""

    def __init__(self) -> None:
        self.taken: set[str] = set()

    def take(self, wish: str) -> str:
        """Return *wish*, or *wish* with the first free number behind it."""
        name, number = wish, 1
        while name in self.taken:
            number += 1
            name = f"{wish}_{number}"
        self.taken.add(name)
        return name


def proxy_name(service: Service) -> str:
    """Return the wish for a service's name: ``vs_192.0.2.10_80``, ``fwmark_5``, a group's name."""
    base, _, twin = service.name.partition("#")
    head, colon, port = base.rpartition(":")
    if colon and (head[:1] == "[" or (port.isdigit() and head.count(".") == 3)):
        base = f"vs_{head.strip('[]')}_{port}"
    elif head == "fwmark":
        base = f"fwmark_{port}"
    name = clean(base) or "service"
    return f"{name}_{clean(twin)}" if twin else name


def server_name(server: RealServer) -> str:
    """Return the wish for a server's name: its own, else ``rs_192.0.2.11_80``."""
    if server.name:
        return clean(server.name)
    prefix = "sorry" if server.role == "sorry" else "rs"
    where = clean(server.address)
    return f"{prefix}_{where}" if server.port is None else f"{prefix}_{where}_{server.port}"
