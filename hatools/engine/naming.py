"""By which names users know servers, wherever one is to be named."""

from __future__ import annotations

from hatools.model import RealServer


def place_of(server: RealServer) -> str:
    """Return ``ADDRESS:PORT`` of *server*, its address alone where it has no port."""
    if server.port is None:
        return server.address
    host = f"[{server.address}]" if ":" in server.address else server.address
    return f"{host}:{server.port}"


def server_names(pool: str, server: RealServer) -> list[str]:
    """Return the names of *server* in *pool*: POOL/NAME, NAME, ADDRESS:PORT, ADDRESS."""
    place = place_of(server)
    label = server.name or place
    return list(dict.fromkeys((f"{pool}/{label}", label, place, server.address)))
