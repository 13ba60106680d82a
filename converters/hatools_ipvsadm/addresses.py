"""Addresses, ports and masks as ipvsadm reads them, and as it writes them."""

from __future__ import annotations

from collections.abc import Callable
from socket import AF_INET, AF_INET6, inet_aton, inet_ntop, inet_pton

from hatools.text import near
from hatools_ipvsadm.faults import NAMED, PORT_MEANINGS, PORT_NAME, SHORT, Refusal

Note = Callable[[str, str, str], None]
"""Takes a remark: code, message, advice."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
_NUMBERS = frozenset("0123456789.xXabcdefABCDEF")
_WHOLE = {4: 32, 6: 128}


def canonical(text: str) -> str:
    """Return an IP address in its usual form; empty where *text* is none."""
    family = AF_INET6 if ":" in text else AF_INET
    try:
        return inet_ntop(family, inet_pton(family, text))
    except (OSError, ValueError):
        return ""


def family_of(address: str) -> int:
    """Return 4 or 6, or 0 for a name."""
    return 6 if ":" in address else 4 if canonical(address) else 0


def unicast(address: str) -> bool:
    """Tell whether the kernel takes canonical *address* for a server's (ip_vs_ctl.c, tried)."""
    head, colon, _ = address.partition(":")
    if colon:
        group = head[:3] if len(head) == 4 else ""
        wrong = group in ("fe8", "fe9", "fea", "feb") or group[:2] == "ff"
        return not wrong and address != "::" and not address.startswith("::ffff:")
    octet = address.partition(".")[0]
    plain = address not in ("0.0.0.0", "255.255.255.255")
    return plain and not (len(octet) == 3 and "224" <= octet <= "239")


def place(address: str, port: int | None) -> str:
    """Return ``192.0.2.1:80`` or ``[2001:db8::1]:80``."""
    return f"[{address}]:{port or 0}" if ":" in address else f"{address}:{port or 0}"


def read_place(text: str, what: str, note: Note) -> tuple[str, int | None]:
    """Return address and port (None where none is written) of ``HOST[:PORT]``.

    *what* is "virtual server" or "real server".  Raises `Refusal`.
    """
    illegal = f"illegal {what} address[:port] specified"
    if text.startswith("["):
        inner, close, port = text[1:].partition("]")
        address = canonical(inner) if ":" in inner else ""
        if not address or not close:
            raise Refusal(illegal, "an IPv6 address stands in brackets: [2001:db8::1]:80")
        if not port.startswith(":") or len(port) < 2:
            raise Refusal(illegal, f"behind brackets a port is needed: [{address}]:0")
        return address, _port(port[1:], illegal, note)
    if text.count(":") > 1:
        address = canonical(text)
        if not address:
            raise Refusal(illegal, "an IPv6 address with a port stands in brackets")
        return address, None
    host, colon, port = text.partition(":")
    if colon and not port:
        raise Refusal(illegal, f"write {host}:PORT, or {host} alone")
    if not host:
        raise Refusal(illegal, "the address is missing")
    number = _port(port, illegal, note) if colon else None
    return _host(host, illegal, note), number


def _host(host: str, illegal: str, note: Note) -> str:
    """Return the address that *host* stands for, or the name itself."""
    address = canonical(host)
    if address:
        return address
    if host[0].isdigit() and not set(host) - _NUMBERS:
        try:
            address = inet_ntop(AF_INET, inet_aton(host))
        except (OSError, ValueError):
            if not set(host) - set("0123456789."):
                raise Refusal(illegal, f"{host} is no IPv4 address") from None
            address = ""
    if address:
        note(SHORT, f"{host} is not written as four decimal numbers: ipvsadm takes it for"
             f" {address}", "write the whole address")  # fmt: skip
        return address
    if set(host) - _LETTERS or not host[0].isalnum():
        advice = "give the variable a value with --set env@NAME=VALUE" if "$" in host else ""
        raise Refusal(illegal, advice)
    note(NAMED, f"{host} is looked up when the command runs", "")
    return host


def _port(text: str, illegal: str, note: Note) -> int:
    """Return a port by number or name; raises `Refusal`."""
    if text.isascii() and text.isdigit():
        number = int(text) if len(text) < 9 else 65536
        if number > 65535:
            raise Refusal(illegal, f"port {text[:12]} is over 65535")
        return number
    from hatools_ipvsadm.service_names import SEVERAL, known, port_of

    found = port_of(text)
    if found is None:
        meant = near(text, known()) if len(text) < 40 else ""
        advice = f"did you mean {meant}? " if meant else ""
        raise Refusal(
            f"port name '{text}' is not in the table of services",
            advice + "write the number (ipvsadm-save -n writes numbers)", PORT_NAME,
        )  # fmt: skip
    if text.lower() in SEVERAL:
        note(PORT_MEANINGS, f"port name {text} is read as {found}; it is {SEVERAL[text.lower()]}",
             "write the number")  # fmt: skip
    return found


def whole(text: str, low: int, high: int, illegal: str) -> int:
    """Return a decimal number from *low* to *high*; raises `Refusal` with *illegal*."""
    digits = text[1:] if text[:1] == "-" else text
    if digits.isascii() and digits.isdigit() and len(digits) < 19:
        number = int(text)
        if low <= number <= high:
            return number
    raise Refusal(illegal, f"'{text[:40]}' is no whole number from {low} to {high}")


def read_mask(text: str, family: int) -> int | None:
    """Return a netmask as prefix length, None for a whole address; raises `Refusal`."""
    if family == 6:
        length = whole(text, 1, 128, "illegal ipv6 netmask specified")
        return None if length == 128 else length
    try:
        bits = int.from_bytes(inet_aton(text), "big")
    except (OSError, ValueError):
        raise Refusal("illegal virtual server persistent mask specified") from None
    length = bits.bit_count()
    if bits != (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF:
        raise Refusal(
            f"the mask {text} does not keep leading bits alone",
            "hatools reads masks such as 255.255.255.0; a bare 24 is 0.0.0.24 to ipvsadm",
        )
    return None if length == 32 else length


def mask_text(length: int, family: int) -> str:
    """Return a prefix length as ipvsadm writes it: dotted for IPv4."""
    if family == 6:
        return str(length)
    return inet_ntop(AF_INET, ((0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF).to_bytes(4, "big"))


def is_whole(mask: int | None, family: int) -> bool:
    """Tell whether *mask* keeps the whole of an address."""
    return mask is None or mask >= _WHOLE.get(family, 32)
