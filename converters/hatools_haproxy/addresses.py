"""How haproxy.cfg writes addresses: IP or name with a port, sockets, file descriptors."""

from __future__ import annotations

from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from typing import NamedTuple

_FAMILIES = {"ipv4": 4, "tcp4": 4, "udp4": 4, "quic4": 4, "mptcp4": 4, "ipv6": 6, "tcp6": 6,
             "udp6": 6, "quic6": 6, "mptcp6": 6, "ip": 0, "tcp": 0, "udp": 0,
             "mptcp": 0}  # fmt: skip
_DATAGRAM = ("udp", "quic")
_SOCKETS = ("unix@", "uxst@", "uxdg@", "abns@", "abnsz@", "fd@", "sockpair@", "rhttp@")
_TRANSPORTS = ("stream+", "dgram+", "quic+")  # may stand before the family
_SINCE = {"rhttp@": "2.9", "abnsz@": "3.1", "mptcp": "3.1", "quic+": "2.8"}
_DATAGRAMS = ("udp@", "udp4@", "udp6@", "uxdg@", "dgram+")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class Address(NamedTuple):
    """One address: *host* (None: any), ports, *family* where it was said or follows.

    *offset* is a port relative to the client's (``+80``); *path* is what is no
    IP address, as written; *protocol* is tcp or udp.
    """

    host: str | None = None
    ports: tuple[int, int] | None = None
    family: int = 0
    path: str = ""
    offset: str = ""
    protocol: str = "tcp"


class BadAddress(Exception):
    """Says why an address cannot be read; never leaves the package."""


def variable(text: str) -> str:
    """Return the name of the first variable of the environment left in *text*, or nothing."""
    at = text.find("$")
    if at < 0:
        return ""
    name = text[at + 1 :]
    if name.startswith("{"):
        return name[1:].partition("}")[0].partition("-")[0].removesuffix("[*]")
    length = 0
    while length < len(name) and (name[length].isalnum() or name[length] == "_"):
        length += 1
    return name[:length]


def came(text: str) -> str:
    """Return the version of haproxy with which this kind of address came; '' where all know it."""
    return next((since for word, since in _SINCE.items() if text.startswith(word)), "")


def takes_datagrams(text: str) -> bool:
    """Tell whether an address is one of datagrams, to which nobody connects."""
    return text.startswith(_DATAGRAMS)


def read_address(text: str) -> Address:
    """Return what *text* means as the address of a bind or a server.

    The last colon parts the port, as in haproxy: ``::1:80`` is port 80 of ``::1``.
    Raises `BadAddress` with a sentence.
    """
    if text.startswith("/") or text.startswith(_SOCKETS):
        return Address(path=text)
    family, protocol = 0, "tcp"
    if text.startswith(_TRANSPORTS):
        transport, _, behind = text.partition("+")
        if behind.startswith(("/", *_SOCKETS)):
            return Address(path=text)
        text = behind
        protocol = "tcp" if transport == "stream" else "udp"
    prefix, at, rest = text.partition("@")
    if at:
        if prefix not in _FAMILIES:
            raise BadAddress(f"'{prefix}@' is no kind of address")
        family, text = _FAMILIES[prefix], rest
        protocol = "udp" if prefix.startswith(_DATAGRAM) else protocol
        if text.startswith("/"):
            return Address(path=f"{prefix}@{text}")
    if text.endswith("]"):
        host, port = text, ""
    else:
        host, colon, port = text.rpartition(":")
        if not colon:
            host, port = text, ""
    ports, offset = _ports(port, text)
    name, family = _host(host, family)
    return Address(name, ports, family, "", offset, protocol)


def _ports(port: str, text: str) -> tuple[tuple[int, int] | None, str]:
    """Return the ports and the offset that *port* says."""
    if not port:
        return None, ""
    if port[0] in "+-" and port[1:].isdigit() and port.isascii():
        return None, port
    first, dash, last = port.partition("-")
    if not (first.isascii() and first.isdigit() and len(first) < 8):
        raise BadAddress(f"'{port}' is no port in '{text}'")
    low = high = int(first)
    if dash:
        if not (last.isascii() and last.isdigit() and len(last) < 8):
            raise BadAddress(f"'{port}' is no range of ports in '{text}'")
        high = int(last)
    if high > 65535 or low > high:
        raise BadAddress(f"port '{port}' is not within 1 and 65535")
    return ((low, high) if high else None), ""


def _host(host: str, family: int) -> tuple[str | None, int]:
    """Return the canonical host (None: any) and its family where it matters."""
    bracketed = host.startswith("[") and host.endswith("]")
    if bracketed:
        host = host[1:-1]
    if host in ("", "*"):
        return None, 6 if family == 6 or bracketed else 4
    if ":" in host:
        address, percent, zone = host.partition("%")
        try:
            canonical = inet_ntop(AF_INET6, inet_pton(AF_INET6, address))
        except (OSError, ValueError):
            raise BadAddress(f"'{host}' is no IPv6 address") from None
        return (None, 6) if canonical == "::" else (canonical + percent + zone, 0)
    try:
        inet_pton(AF_INET, host)
    except (OSError, ValueError):
        if not set(host) <= _LETTERS:
            raise BadAddress(f"'{host}' is neither an address nor a host name") from None
        return host, family
    return (None, 4) if host == "0.0.0.0" else (host, 0)
