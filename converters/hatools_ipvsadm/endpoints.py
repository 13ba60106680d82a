"""Finds the addresses, ports and marks at which IPVS can stand in for a listener."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import KEPT, Fate, Listener, RealServer, Service, approximated, dropped
from hatools.plugin import Settings
from hatools_ipvsadm.addresses import canonical, family_of, place

MOST_PORTS = 64
_PROTOCOLS = {"tcp": "-t", "udp": "-u", "sctp": "--sctp-service"}
_EVERYWHERE = ("*", "0.0.0.0", "::")
_SOCKET = dropped("IPVS takes connections at IP addresses, not at sockets")
_QUIC = dropped("IPVS terminates no QUIC: clients fall back to TCP")
_EXPANDED = approximated("IPVS has no ranges of ports: each has its own line")


class Endpoint(NamedTuple):
    """One virtual service: *option* and *place* as ipvsadm takes them, and what they mean."""

    option: str
    place: str
    listener: Listener
    family: int
    port: int | None

    @property
    def text(self) -> str:
        """The service as it stands in a command: ``-t 192.0.2.1:80``."""
        return f"{self.option} {self.place}"

    @property
    def name(self) -> str:
        """The service's name in the model."""
        mark = self.listener.mark
        return f"fwmark:{mark}" if mark is not None else self.place


def endpoints_of(
    listener: Listener, service: Service, servers: list[RealServer], settings: Settings
) -> tuple[list[Endpoint], Fate]:
    """Return the virtual services that stand for *listener*, and its fate."""
    if listener.mark is not None:
        return _marked(listener, servers)
    if listener.path:
        return [], _SOCKET
    if listener.protocol not in _PROTOCOLS:
        return [], dropped(f"IPVS has no services for the protocol {listener.protocol}")
    if listener.protocol == "udp" and service.layer == 7:
        return [], _QUIC
    addresses, fate = _addresses(listener, service, settings)
    ports: list[int | None] = [None]
    if listener.ports is not None and listener.ports != (0, 0):
        first, last = listener.ports
        if last - first >= MOST_PORTS:
            return [], dropped(f"{last - first + 1} ports: IPVS would need a service for each,"
                               f" and more than {MOST_PORTS} are not written")  # fmt: skip
        ports = [*range(first, last + 1)]
        fate = _EXPANDED if last > first and addresses else fate
    return [_place(address, port, listener) for address in addresses for port in ports], fate


def _place(address: str, port: int | None, listener: Listener) -> Endpoint:
    family = family_of(address)
    plain = Listener(address, (port, port) if port else None, listener.protocol, family=family)
    return Endpoint(_PROTOCOLS[listener.protocol], place(address, port), plain, family, port)


def _marked(listener: Listener, servers: list[RealServer]) -> tuple[list[Endpoint], Fate]:
    mark, family = listener.mark, listener.family
    if not mark:
        return [], dropped("IPVS takes marks greater than 0")
    if not family:
        families = {family_of(server.address) for server in servers if server.role == "active"}
        family = 6 if families == {6} else 4
    plain = Listener(None, None, "any", mark, family)
    return [Endpoint("-f", f"{mark} -6" if family == 6 else str(mark), plain, family, None)], KEPT


def _addresses(listener: Listener, service: Service, settings: Settings) -> tuple[list[str], Fate]:
    """Return the addresses to serve, and why they are not what the source says."""
    wanted = listener.address
    if wanted is not None and wanted not in _EVERYWHERE:
        if family_of(wanted):
            return [canonical(wanted)], KEPT
        given = settings.get("address", wanted)
        if given and family_of(given):
            return [canonical(given)], KEPT
        return [], dropped(f"IPVS needs an address: --resolve, or --set address@{wanted}=IP")
    given = settings.get("vip", service.name)
    needed = dropped(f"IPVS needs an address: --set vip@{service.name}=ADDRESS")
    found = [canonical(text) for text in (given or "").replace(",", " ").split()]
    family = listener.family if listener.family == 4 or not given else 0
    sound = [text for text in found if text and (not family or family_of(text) == family)]
    if not sound:
        return [], needed
    return sound, approximated(f"takes {', '.join(sound)} only, as --set vip says")
