"""Opens sockets towards servers as a check wants them: from which address, interface, mark."""

from __future__ import annotations

import errno
import os
import resource
import socket
from collections.abc import Callable

from hatools.plugin.behaviour import Asked

# socket.socket is a class in Python over this one, and costs a microsecond more each time
Socket = socket.SocketType
PENDING = (0, errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK)
RESET = b"\1\0\0\0\0\0\0\0"  # struct linger: on, 0 seconds
FLAGS = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.EADDRNOTAVAIL)
Opened = tuple[Socket, int]


def stream(asked: Asked, address: str) -> Opened:
    """Return a TCP (or Unix) socket on its way to *address*, and what connect(2) said.

    It will be closed by a reset, as haproxy's checks are: thousands of checks a
    second would else leave their ports in TIME_WAIT until none is free.
    """
    if address[0] == "/" or "@" in address:
        return _unix(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = Socket(family, socket.SOCK_STREAM | FLAGS, 0)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        _bind(sock, asked)
        return sock, _connect(sock, (address, asked.port))
    except BaseException:
        sock.close()
        raise


def datagram(asked: Asked, address: str) -> Opened:
    """Return a UDP socket that is connected, so that ICMP errors come back to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return _datagram(asked, address, family, socket.SOCK_DGRAM, 0)


def echo(asked: Asked, address: str) -> Opened:
    """Return a socket for ICMP echo: a ping socket, or a raw one where those are not allowed.

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


def _datagram(asked: Asked, address: str, family: int, kind: int, protocol: int) -> Opened:
    sock = Socket(family, kind | FLAGS, protocol)
    try:
        _bind(sock, asked)
        return sock, _connect(sock, (address, asked.port if protocol == 0 else 0))
    except BaseException:
        sock.close()
        raise


def _unix(address: str) -> Opened:
    """Return a socket towards a path, or a name in the abstract namespace (``abns@``)."""
    kind, _, name = address.rpartition("@")
    sock = Socket(socket.AF_UNIX, socket.SOCK_STREAM | FLAGS, 0)
    try:
        return sock, _connect(sock, "\0" + name if kind == "abns" else name)
    except BaseException:
        sock.close()
        raise


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
        sock.bind((check.source_address, check.source_port or 0))


IP_BIND_ADDRESS_NO_PORT = 24  # <linux/in.h>; socket has no name for it


def _connect(sock: Socket, where: tuple[str, int] | str) -> int:
    failure = sock.connect_ex(where)
    if failure not in PENDING:
        raise OSError(failure, os.strerror(failure))
    return failure


OPENERS: dict[str, Callable[[Asked, str], Opened]] = {
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
