"""Finds the addresses, ports and marks on which keepalived can stand in for a listener."""

from __future__ import annotations

from typing import NamedTuple

from hatools.model import KEPT, Fate, Listener, Service, approximated, dropped
from hatools.plugin import Settings
from hatools.text import Diagnostic
from hatools_keepalived.spelling import canonical, family_of
from hatools_keepalived.writing_faults import fault

MOST_PORTS = 64
"""The ports of one listener that are written out one by one."""

_SOCKET = dropped("IPVS takes connections at IP addresses, not at sockets")
_QUIC = dropped("IPVS terminates no QUIC: clients fall back to TCP")
_EXPANDED = approximated("keepalived has no ranges of ports: each has its own line")


class Endpoint(NamedTuple):
    """One place where clients connect, and the listener it was made from."""

    address: str | None
    port: int | None
    protocol: str
    family: int
    mark: int | None
    source: Listener

    def listener(self) -> Listener:
        """Return the endpoint as a listener of the model."""
        if self.mark is not None:
            return Listener(None, None, "any", self.mark, self.family)
        ports = None if self.port is None else (self.port, self.port)
        return Listener(self.address, ports, self.protocol, family=self.family)


class Endpoints:
    """Finds endpoints, and sees to it that no two services take the same one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._taken: dict[tuple[object, ...], Endpoint] = {}
        self._owners: dict[tuple[object, ...], Service] = {}
        self.diagnostics: list[Diagnostic] = []
        self.given: set[str] = set()

    def of(self, listener: Listener, service: Service) -> tuple[list[Endpoint], Fate]:
        """Return the endpoints of *listener*, and its fate."""
        if listener.path:
            return [], _SOCKET
        if listener.mark is not None:
            marked = Endpoint(None, None, "any", listener.family, listener.mark, listener)
            return [marked], KEPT
        if listener.protocol == "udp" and service.layer == 7:
            return [], _QUIC
        addresses, fate = self._addresses(listener, service)
        if not addresses:
            return [], fate
        ports: list[int | None] = [None]
        if listener.ports is not None:
            first, last = listener.ports
            if last - first >= MOST_PORTS:
                said = f"{last - first + 1} ports: keepalived would need a line for each"
                return [], dropped(f"{said}, and more than {MOST_PORTS} are not written")
            ports = [*range(first, last + 1)]
            if last > first:
                fate = _EXPANDED
        return [
            Endpoint(address, port, listener.protocol, family_of(address), None, listener)
            for address in addresses
            for port in ports
        ], fate

    def release(self, endpoints: list[Endpoint]) -> None:
        """Give *endpoints* back: nothing is written for them."""
        for endpoint in endpoints:
            self._taken.pop(_key(endpoint), None)

    def take(self, endpoint: Endpoint, service: Service) -> Fate | None:
        """Claim *endpoint* for *service*; return why that cannot be, None when it can."""
        key = _key(endpoint)
        owner = self._taken.setdefault(key, endpoint)
        if owner is endpoint:
            self._owners[key] = service
            return None
        place = f"{endpoint.address} port {endpoint.port}"
        if endpoint.mark is not None:
            place = f"mark {endpoint.mark}"
        other = self._owners[key]
        if other is service:
            return dropped(f"{place} stands here already")
        needs = ""
        if endpoint.source.address is None and endpoint.mark is None:
            needs = f": needs --set vip@{service.name}=ADDRESS"
        return dropped(f"{place} is taken by {other.name} already{needs}")

    def _addresses(self, listener: Listener, service: Service) -> tuple[list[str], Fate]:
        wanted = listener.address
        if wanted is not None and wanted not in ("*", "0.0.0.0", "::"):
            if family_of(wanted):
                return [canonical(wanted)], KEPT
            given = self._settings.get("address", wanted)
            if given and family_of(given):
                return [canonical(given)], KEPT
            return [], dropped(f"needs an address: --resolve or --set address@{wanted}=IP")
        needed = dropped(f"needs --set vip@{service.name}=ADDRESS")
        given = self._settings.get("vip", service.name)
        if given is None:
            return [], needed
        found = []
        for text in given.replace(",", " ").split():
            if family_of(text):
                found.append(canonical(text))
            elif text not in self.given:
                self.given.add(text)
                self.diagnostics.append(
                    fault("KA085", None, "vip", text, "this is no IP address",
                          "write an IPv4 or IPv6 address")
                )  # fmt: skip
        only = {words[0] for words in listener.own}
        if listener.family == 4 or (listener.family == 6 and "v6only" in only):
            found = [text for text in found if family_of(text) == listener.family]
            needed = dropped(f"needs --set vip@{service.name}=ADDRESS of IPv{listener.family}")
        given_fate = approximated(f"takes {', '.join(found)} only, as --set vip says")
        return found, given_fate if found else needed


def _key(endpoint: Endpoint) -> tuple[object, ...]:
    """Return what no two endpoints may share."""
    return endpoint[:5] if endpoint.mark is None else (endpoint.mark, endpoint.family)
