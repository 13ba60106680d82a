"""Opens sockets towards servers as a check wants them: from which address, interface, mark."""

from __future__ import annotations

import errno
import os
import resource
import socket
from collections.abc import Callable
from functools import partial

from hatools.plugin.behaviour import Asked

# socket.socket is a class in Python over this one, and costs a microsecond more each time
Socket = socket.SocketType
PENDING = (0, errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK)
OPTION, LINGER = int(socket.SOL_SOCKET), int(socket.SO_LINGER)
RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 seconds
FLAGS = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL)
STREAM = int(socket.SOCK_STREAM | FLAGS)
Open = Callable[[], Socket]  # returns a socket that is on its way, or raises OSError


def stream(asked: Asked, address: str) -> Open:
    """Return what opens a TCP (or Unix) socket towards *address*.

    It will be closed by a reset, as haproxy's checks are: thousands of checks a
    second would else leave their ports in TIME_WAIT until none is free.
    """
    if address[0] == "/" or "@" in address:
        return partial(_unix, address)
    check = asked.check
    told = check.interface or check.mark or check.source_address or check.source_port
    return partial(_stream, _family(address), (address, asked.port), asked if told else None)


def _family(address: str) -> int:
    return int(socket.AF_INET6 if ":" in address else socket.AF_INET)


def _stream(family: int, where: tuple[str, int], bound: Asked | None) -> Socket:
    sock = Socket(family, STREAM, 0)
    try:
        sock.setsockopt(OPTION, LINGER, RESET)
        if bound is not None:
            _bind(sock, bound)
        _connect(sock, where)
    except BaseException:
        sock.close()
        raise
    return sock


def datagram(asked: Asked, address: str) -> Open:
    """Return what opens a UDP socket; it is connected, so that ICMP errors come back to it."""
    return partial(_datagram, asked, address, _family(address), socket.SOCK_DGRAM, 0)


def echo(asked: Asked, address: str) -> Open:
    """Return what opens a socket for ICMP echo."""
    return partial(_echo, asked, address)


def _echo(asked: Asked, address: str) -> Socket:
    """Return a ping socket, or a raw one where those are not allowed.

    ``net.ipv4.ping_group_range`` says who may have the former, CAP_NET_RAW is
    needed for the latter.
    """
    family, protocol = socket.AF_INET, socket.IPPROTO_ICMP
    if ":" in address:
        family, protocol = socket.AF_INET6, socket.IPPROTO_ICMPV6
    try:
        return _datagram(asked, address, family, socket.SOCK_DGRAM, protocol)
    except PermissionError:
        return _datagram(asked, address, family, socket.SOCK_RAW, protocol)


def _datagram(asked: Asked, address: str, family: int, kind: int, protocol: int) -> Socket:
    sock = Socket(family, kind | FLAGS, protocol)
    try:
        _bind(sock, asked)
        _connect(sock, (address, asked.port if protocol == 0 else 0))
    except BaseException:
        sock.close()
        raise
    return sock


def _unix(address: str) -> Socket:
    """Return a socket towards a path, or a name in the abstract namespace (``abns@``)."""
    kind, _, name = address.rpartition("@")
    sock = Socket(socket.AF_UNIX, socket.SOCK_STREAM | FLAGS, 0)
    try:
        _connect(sock, "\0" + name if kind == "abns" else name)
    except BaseException:
        sock.close()
        raise
    return sock


def _bind(sock: Socket, asked: Asked) -> None:
    """Give *sock* what the check says of where it comes from."""
    check = asked.check
    if check.interface:
        name = check.interface.encode() + b"\0"
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, name)
    if check.mark:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, check.mark)
    if check.source_address or check.source_port:
        if not check.source_port:
            # let connect(2) choose the port: one port serves for many targets then
            sock.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
        try:
            sock.bind((check.source_address, check.source_port or 0))
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:  # no port is asked for: the address is not here
                raise OSError(errno.ENXIO, "no such address") from None
            raise


IP_BIND_ADDRESS_NO_PORT = 24  # <linux/in.h>; socket has no name for it


def _connect(sock: Socket, where: tuple[str, int] | str) -> None:
    failure = sock.connect_ex(where)
    if failure not in PENDING:
        raise OSError(failure, os.strerror(failure))


OPENERS: dict[str, Callable[[Asked, str], Open]] = {
    "tcp": stream,
    "tls": stream,
    "udp": datagram,
    "icmp": echo,
}


def is_numeric(address: str) -> bool:
    """Tell whether *address* needs no name service: an IP address or a Unix socket."""
    if not address or address[0] == "/" or "@" in address:
        return True
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        socket.inet_pton(family, address.partition("%")[0])
    except OSError:
        return False
    return True


def raise_file_limit() -> int:
    """Let this process have as many files open as it may; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard
