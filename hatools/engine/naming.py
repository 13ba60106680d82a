"""By which names users know places and servers, wherever one is to be named."""

from __future__ import annotations

from hatools.model import Listener, RealServer


def endpoint(address: str, port: object = None) -> str:
    """Return ``ADDRESS:PORT``, an IPv6 address in brackets; the address alone without *port*."""
    host = f"[{address}]" if ":" in address else address
    return host if port is None else f"{host}:{port}"


def where(listener: Listener) -> str:
    """Return where *listener* listens: ``192.0.2.10:80``, ``*:8000-8010``, ``fwmark:5``, a path."""
    if listener.mark is not None:
        return f"fwmark:{listener.mark}"
    if listener.path:
        return listener.path
    if listener.ports is None:
        return endpoint(listener.address or "*")
    first, last = listener.ports
    return endpoint(listener.address or "*", first if first == last else f"{first}-{last}")


def label_of(server: RealServer) -> str:
    """Return the name of *server*, else its address and port."""
    return server.name or endpoint(server.address, server.port)


def server_names(pool: str, server: RealServer) -> list[str]:
    """Return the names of *server* in *pool*: POOL/NAME, NAME, ADDRESS:PORT, ADDRESS."""
    label, place = label_of(server), endpoint(server.address, server.port)
    return list(dict.fromkeys((f"{pool}/{label}", label, place, server.address)))
