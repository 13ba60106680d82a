"""Works out the `bind` lines of a service: addresses, ranges, marks, ports."""

from __future__ import annotations

from itertools import groupby
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import NamedTuple

from hatools.model import KEPT, Fate, Listener, Service, Verdict
from hatools.plugin import Settings
from hatools_haproxy.drafting import Draft, dropped, kept, nearly
from hatools_haproxy.naming import addressable
from hatools_haproxy.quoting import endpoint

LARGEST_RANGE = 256
_MOST = f"hatools writes at most {LARGEST_RANGE} bind lines"
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


_NOWHERE = ("0.0.0.0", "::")
Place = tuple[str | None, tuple[int, int]]


class Refusal(Exception):
    """Why a listener, and with it the service, cannot be written; never leaves this package."""


class Heard(NamedTuple):
    """What a listener of the source becomes: its *binds*, none where it is *lost* (why)."""

    listener: Listener
    verdict: Verdict
    binds: list[Listener]
    lost: str = ""


def adapt_listeners(draft: Draft, service: Service) -> list[Heard]:
    """Return what becomes of the listeners of *service*.

    Raises `Refusal` when the service cannot be listened for at all.
    """
    for listener in service.listeners:
        reason = _REFUSED.get(listener.protocol)
        if reason is not None:
            unwritten = listener.protocol == "udp" and not _protocol_written(service, listener)
            raise Refusal(NO_PROTOCOL if unwritten else reason)
    if not service.listeners:
        raise Refusal("no address to listen on is known")
    heard: list[Heard] = []
    for listener, count in _counted(service.listeners):
        try:
            heard.append(_adapted(draft, service, listener, count))
        except Refusal as refusal:
            heard.append(Heard(listener, {"*": dropped(str(refusal))}, [], str(refusal)))
    if not any(each.binds for each in heard):
        raise Refusal(next(each.lost for each in heard if each.lost))
    return heard


def _counted(listeners: list[Listener]) -> list[tuple[Listener, int]]:
    """Return *listeners* with 1 each; of a range that is too large the first, with its length."""
    if len(listeners) <= LARGEST_RANGE:
        return [(listener, 1) for listener in listeners]
    found: list[tuple[Listener, int]] = []
    for place, group in groupby(
        listeners, lambda each: (id(each.origin.expansion), each.origin.at)
    ):
        run = list(group)
        large = len(run) > LARGEST_RANGE and place[0] != id(None)
        found += [(run[0], len(run))] if large else [(listener, 1) for listener in run]
    return found


def _protocol_written(service: Service, listener: Listener) -> bool:
    return (
        service.origin.expansion is None
        or service.origin.written("listeners")
        or service.origin.written("listeners.protocol")
        or listener.origin.written("protocol")
    )


def _adapted(draft: Draft, service: Service, listener: Listener, count: int) -> Heard:
    """Return what becomes of *listener*, the first of *count* that one statement gave.

    Raises `Refusal` where it cannot be listened for.
    """
    settings = draft.target.settings
    fate: Fate = KEPT
    if listener.mark is not None:
        mark = f"fwmark:{listener.mark}"
        lack = f"haproxy cannot select by firewall mark: needs --set vip@{mark}=ADDRESS:PORT"
        places, fate = _given(settings, (service.name, mark), listener, lack), _BY_MARK
    elif count > LARGEST_RANGE:
        lack = f"{count} addresses: {_MOST}: needs --set vip@{service.name}=ADDRESS"
        places = _given(settings, (service.name,), listener, lack)
        fate = nearly(f"{count} addresses: haproxy listens on those that were set")
    elif listener.address in _NOWHERE:
        lack = (
            f"{listener.address} is no address that a client could ask for, and to haproxy it is"
            f" every address: needs --set vip@{service.name}=ADDRESS"
        )
        places = _given(settings, (service.name,), listener, lack)
        fate = nearly(f"{listener.address}: haproxy listens on the address that was set")
    elif listener.address is not None and _is_host(listener.address):
        lack = (
            f"haproxy starts only where {listener.address} can be looked up:"
            f" needs --set vip@{service.name}=ADDRESS"
        )
        places = _given(settings, (service.name,), listener, lack)
        fate = nearly(f"{listener.address}: haproxy listens on the address that was set")
    else:
        ports = listener.ports if listener.ports != (0, 0) else None
        if ports is None:
            port = _port(settings.get("port", service.name))
            if port is None:
                raise Refusal(
                    "it listens on all ports, haproxy on named ones: "
                    f"needs --set port@{service.name}=PORT"
                )
            ports, fate = (port, port), nearly("all ports: haproxy listens on the one that was set")
        address = listener.address
        addresses = [address] if address is None else expand_range(address)
        places = [(each, ports) for each in addresses]
    return _taken(draft, service, listener, places, fate)


def _given(
    settings: Settings, names: tuple[str, ...], listener: Listener, lack: str
) -> list[Place]:
    """Return the places that ``--set vip@NAME`` gives for *listener*; refuse with *lack*."""
    text = next((found for name in names if (found := settings.get("vip", name))), "")
    places: list[Place] = []
    for part in text.split(","):
        address, port = _split(part)
        if not address:
            raise Refusal(lack)
        ports = listener.ports if port is None else (port, port)
        if ports is None:
            port = next(
                (_port(found) for name in names if (found := settings.get("port", name))), None
            )
            if port is None:
                raise Refusal(f"{lack.partition(': needs')[0]}: needs --set port@{names[-1]}=PORT")
            ports = (port, port)
        places.append((address, ports))
    return places


def _taken(
    draft: Draft, service: Service, listener: Listener, places: list[Place], fate: Fate
) -> Heard:
    """Return the binds for *places*, without those that stand in the file already."""
    binds: list[Listener] = []
    lost = ""
    for address, ports in places:
        family = 0 if address else listener.family or 4  # * is IPv4
        owner = draft.taken.get((address, ports, family))
        if owner is None:
            draft.taken[address, ports, family] = service
            binds.append(Listener(address, ports, family=family))
        elif owner is not service:
            lost = (
                f"{endpoint(address or '*', ports[0])} belongs to the service {owner.name} above:"
                " IPVS would give that one these servers, too"
            )
    if lost:
        fate = nearly(lost) if binds else dropped(lost)
    elif not binds and fate is KEPT:
        fate = kept("the address stands there already")
    verdict = {"": fate, "own": dropped("haproxy has no such setting of an address"), "*": fate}
    return Heard(listener, verdict, binds, "" if binds else lost)


def _is_host(address: str) -> bool:
    """Tell whether *address* is the name of a host, not an address or a range of them."""
    first = address.partition("-")[0].partition("/")[0]
    return addressable(address) and not _canonical(first)


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

    Raises `Refusal` beyond 256 addresses, and for what is no address.
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
        raise Refusal(f"{address} is {count} addresses: {_MOST}")
    return [inet_ntop(family, (start + n).to_bytes(len(packed), "big")) for n in range(count)]
