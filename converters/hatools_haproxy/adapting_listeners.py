"""Works out the `bind` lines of a service: addresses, ranges, marks, ports."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop, inet_pton

from hatools.model import KEPT, Fate, Listener, Service, Verdict
from hatools.plugin import Settings
from hatools_haproxy.drafting import Draft, dropped, nearly
from hatools_haproxy.naming import addressable

LARGEST_RANGE = 64
NO_PROTOCOL = (
    "no protocol is written: keepalived then means UDP, and haproxy has no generic UDP proxy; "
    "write protocol TCP if TCP was meant"
)
_REFUSED = {
    "udp": "haproxy has no generic UDP proxy",
    "sctp": "haproxy has no SCTP proxy",
}
_BY_MARK = nearly(
    "haproxy cannot select by firewall mark: it listens on the address that was set for the mark"
)


class Refusal(Exception):
    """Why a listener, and with it the service, cannot be written; never leaves this package."""


def adapt_listeners(
    draft: Draft, service: Service
) -> list[tuple[Listener, Verdict, list[Listener]]]:
    """Return each listener of *service* with its fate and the binds that it becomes.

    Raises `Refusal` when the service cannot be listened for.
    """
    for listener in service.listeners:
        reason = _REFUSED.get(listener.protocol)
        if reason is not None:
            unwritten = listener.protocol == "udp" and not _protocol_written(service, listener)
            raise Refusal(NO_PROTOCOL if unwritten else reason)
    if not service.listeners:
        raise Refusal("no address to listen on is known")
    return [_adapted(draft.target.settings, service, each) for each in service.listeners]


def _protocol_written(service: Service, listener: Listener) -> bool:
    return (
        service.origin.expansion is None
        or service.origin.written("listeners")
        or service.origin.written("listeners.protocol")
        or listener.origin.written("protocol")
    )


def _adapted(
    settings: Settings, service: Service, listener: Listener
) -> tuple[Listener, Verdict, list[Listener]]:
    fate: Fate = KEPT
    address, ports = listener.address, listener.ports
    if listener.mark is not None:
        mark = f"fwmark:{listener.mark}"
        address, port = _split(settings.get("vip", service.name) or settings.get("vip", mark) or "")
        if not address:
            raise Refusal(
                f"haproxy cannot select by firewall mark: needs --set vip@{mark}=ADDRESS:PORT"
            )
        if port is None:
            port = _port(settings.get("port", service.name) or settings.get("port", mark))
        if port is None:
            raise Refusal(f"haproxy cannot select by firewall mark: needs --set port@{mark}=PORT")
        ports, fate = (port, port), _BY_MARK
    elif ports is None or ports == (0, 0):
        port = _port(settings.get("port", service.name))
        if port is None:
            raise Refusal(
                "it listens on all ports, haproxy on named ones: "
                f"needs --set port@{service.name}=PORT"
            )
        ports, fate = (port, port), nearly("all ports: haproxy listens on the one that was set")
    addresses = [address] if address is None else expand_range(address)
    binds = [Listener(each, ports, family=0 if each else 4) for each in addresses]  # * is IPv4
    verdict = {"": fate, "own": dropped("haproxy has no such setting of an address"), "*": fate}
    return listener, verdict, binds


def _split(text: str) -> tuple[str, int | None]:
    """Return address and port of ``ADDRESS``, ``ADDRESS:PORT``, ``[v6]:PORT``; '' when bad."""
    text = text.strip()
    port: str | None = None
    if text.startswith("["):
        text, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or None
    elif text.count(":") == 1:
        text, _, port = text.partition(":")
    address = _canonical(text)
    return address, _port(port)


def _canonical(text: str) -> str:
    family = AF_INET6 if ":" in text else AF_INET
    try:
        return inet_ntop(family, inet_pton(family, text))
    except (OSError, ValueError):
        return ""


def _port(text: str | None) -> int | None:
    if text and text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    return None


def expand_range(address: str) -> list[str]:
    """Return the addresses of ``192.0.2.10-20``, ``2001:db8::10-1f`` or ``192.0.2.0/28``.

    Raises `Refusal` beyond 64 addresses, and for what is no address.
    """
    first, dash, last = address.partition("-")
    base, slash, length = address.partition("/")
    if not dash and not slash:
        if not addressable(address):
            raise Refusal(f"{address!r} is no address")
        return [address]
    family = AF_INET6 if ":" in address else AF_INET
    try:
        packed = inet_pton(family, first if dash else base)
        start = int.from_bytes(packed, "big")
        if dash:
            size = 0x10000 if family == AF_INET6 else 0x100
            count = int(last, 16 if family == AF_INET6 else 10) - start % size + 1
        else:
            count = 1 << (len(packed) * 8 - int(length))
            start -= start % count
    except (OSError, ValueError):
        raise Refusal(f"{address!r} is no range of addresses") from None
    if not 0 < count <= LARGEST_RANGE:
        raise Refusal(
            f"{address} is {count} addresses: hatools writes at most {LARGEST_RANGE} bind lines"
        )
    return [inet_ntop(family, (start + n).to_bytes(len(packed), "big")) for n in range(count)]
