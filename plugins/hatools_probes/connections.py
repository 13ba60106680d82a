"""How a proxy's checks connect: to which place, over TLS or not, with a PROXY line before all.

What a server says of its own connections counts for its checks, too, unless
they go to another address or port (haproxy's ``check.c``, seen in 2.6.12).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv6Address, ip_address
from typing import Literal, NamedTuple

from hatools.model import Check
from hatools.plugin import Asked, Probe, Tls
from hatools.plugin.behaviour import ANY_CERTIFICATE, Endpoint

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"  # PROXY protocol version 2
LOCAL = b"\x20\x00\x00\x00"  # version 2, the command LOCAL, no addresses
SEND_PROXY = ("send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn")
SOCKS = "hatools does not ask through a SOCKS4 proxy"
HTTP_2 = "hatools speaks no HTTP/2"
Words = tuple[str, ...]
Legs = Sequence[tuple[Asked, Probe]] | str


class Manner(NamedTuple):
    """How one connection is made."""

    tls: bool = False
    sni: str = ""
    trust: Tls = ANY_CERTIFICATE
    proxy_line: bool = False
    source_address: str = ""
    source_port: int | None = None
    interface: str = ""


def server_manner(asked: Asked) -> Manner | str:
    """Return how *asked*'s server wants its checks to connect, or why this cannot be done."""
    check, words = asked.check, {one[0]: one for one in asked.own if one}
    agent = check.kind == "agent"
    if agent:
        return _from(words, Manner())
    if "check-via-socks4" in words:
        return SOCKS
    if _said(words, "check-proto") == "h2":
        return HTTP_2
    own_place = check.port is None and check.address is None
    inherited = own_place and any(word in words for word in SEND_PROXY)
    trust = ANY_CERTIFICATE
    if check.tls:
        trust = _trust(words, check.sni)
    manner = Manner(check.tls, check.sni, trust, inherited or "check-send-proxy" in words)
    return _from(words, manner)


def _trust(words: Mapping[str, Words], sni: str) -> Tls:
    """Return whose certificates a server's checks take, and what they offer to speak."""
    authorities = _said(words, "ca-file")
    verify = _said(words, "verify", "required" if authorities else "none")
    return Tls(
        verify == "required",
        "" if authorities == "@system-ca" else authorities,
        _said(words, "verifyhost", sni),
        _said(words, "crt"),
        tuple(name for name in _said(words, "check-alpn").split(",") if name),
    )


def _said(words: Mapping[str, Words], name: str, otherwise: str = "") -> str:
    """Return the argument of the option *name*."""
    option = words.get(name, ())
    return option[1] if len(option) > 1 else otherwise


def _from(words: Mapping[str, Words], manner: Manner) -> Manner:
    """Return *manner* with where the server's connections come from."""
    source = words.get("source", ())
    if len(source) < 2:
        return manner
    host, _, port = source[1].rpartition(":") if source[1].count(":") == 1 else (source[1], "", "")
    at = source.index("interface") if "interface" in source else len(source)
    return manner._replace(
        source_address="" if host in ("*", "0.0.0.0") else host.strip("[]"),
        source_port=int(port) if port.isdigit() else None,
        interface=source[at + 1] if at + 1 < len(source) else "",
    )


def connected(asked: Asked, probe: Probe, manner: Manner) -> tuple[Asked, Probe]:
    """Return *asked* and *probe* for one connection made in *manner*."""
    check: Check = asked.check._replace(
        tls=manner.tls,
        sni=manner.sni,
        source_address=manner.source_address,
        source_port=manner.source_port,
        interface=manner.interface,
    )
    if check == asked.check:
        check = asked.check  # servers that look alike share it
    opening = None
    if manner.proxy_line:
        later = any(one[0] in SEND_PROXY[1:] for one in asked.own if one)
        opening = _version_2 if later else _version_1
    made = asked._replace(check=check, tls=manner.trust, opening=opening)
    return made, over(probe, manner.tls)


def _version_1(here: Endpoint, there: Endpoint) -> bytes:
    """Return the PROXY line that says who asks: this side itself."""
    if not here[0]:
        return b"PROXY UNKNOWN\r\n"
    family = "TCP6" if isinstance(ip_address(here[0].partition("%")[0]), IPv6Address) else "TCP4"
    return f"PROXY {family} {here[0]} {there[0]} {here[1]} {there[1]}\r\n".encode()


def _version_2(here: Endpoint, there: Endpoint) -> bytes:
    """Return the header that says that nobody is spoken for."""
    return SIGNATURE + LOCAL


def over(probe: Probe, tls: bool) -> Probe:
    """Return *probe* over TLS, or not."""
    transport: Literal["tcp", "tls"] = "tls" if tls else "tcp"
    return probe if probe.transport == transport else probe._replace(transport=transport)


def plain_legs(asked: Asked, probe: Probe) -> Legs:
    """Return the one connection of a check that knows of no others."""
    if not asked.proxy:
        return ((asked, over(probe, asked.check.tls)),)
    manner = server_manner(asked)
    return manner if isinstance(manner, str) else (connected(asked, probe, manner),)
