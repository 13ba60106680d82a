"""Where checks come from: addresses, ports, interfaces, marks; pings as far as a host allows."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from pathlib import Path

import pytest
from lab import REQUIRED, missing, namespace
from test_prober import ask

from hatools.model import Check
from hatools.plugin import Asked
from hatools.watch.sockets import OPENERS


def opened(asked: Asked, transport: str = "tcp") -> socket.SocketType:
    try:
        return OPENERS[transport](asked, asked.address)()
    except PermissionError as error:
        pytest.skip(f"not as this user: {error}")


@pytest.mark.parametrize("transport", ["tcp", "udp"])
@pytest.mark.parametrize(("address", "source"), [("127.0.0.1", "127.0.0.7"), ("::1", "::1")])
def test_addresses_and_ports_that_it_asks_from(transport: str, address: str, source: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as listener:
        port = listener.getsockname()[1]
        sock = opened(Asked(Check(source_address=source), address, port), transport)
        with contextlib.closing(sock):
            assert sock.getsockname()[0] == source
        with contextlib.closing(socket.socket(family)) as free:
            free.bind((source, 0))
            wanted = free.getsockname()[1]
        asked = Asked(Check(source_address=source, source_port=wanted), address, port)
        with contextlib.closing(opened(asked, transport)) as sock:
            assert sock.getsockname()[:2] == (source, wanted)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_interface_and_mark_that_it_asks_with(transport: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        check = Check(interface="lo", mark=17)
        with contextlib.closing(opened(Asked(check, "127.0.0.1", port), transport)) as sock:
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_MARK) == 17
            device = sock.getsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, 16)
            assert device.rstrip(b"\0") == b"lo"
    (found,) = ask((Asked(Check(interface="nowhere0"), "127.0.0.1", port), "tcp"))
    assert isinstance(found, str)  # it is this host's fault, not the server's
    (found,) = ask((Asked(Check(source_address="192.0.2.77"), "127.0.0.1", port), "tcp"))
    assert isinstance(found, str)


PING = """
import asyncio, os, sys
sys.path.insert(0, {tests!r})
from hatools.model import Check
from hatools.plugin import Asked
from test_prober import PROBES, ask
PROBES["ping"].converse(Asked(Check("ping"), "127.0.0.1", 0))  # imported
if {user}:
    os.setgroups([])
    os.setgid({user})
    os.setuid({user})
for address in ({addresses}):
    (found,) = ask((Asked(Check("ping"), address, 0), "ping"), limit=1.0)
    print(address, found if isinstance(found, str) else (found.passed, found.reason))
"""


@pytest.mark.real
@pytest.mark.parametrize(
    ("allowed", "user", "said"),
    [
        ("0 2147483647", 0, "(True, 'replied')"),
        ("1 0", 0, "(True, 'replied')"),  # a raw socket, as root may have
        ("0 2147483647", 65534, "(True, 'replied')"),  # a ping socket, as anybody may
        ("1 0", 65534, "this host does not let hatools ask"),
    ],
)
def test_pings_with_what_the_host_allows(allowed: str, user: int, said: str) -> None:
    if reason := missing("ip") or (os.geteuid() and "only root makes namespaces"):
        assert not REQUIRED
        pytest.skip(str(reason))
    space = namespace()
    assert space.run("sysctl", "-qw", f"net.ipv4.ping_group_range={allowed}").accepted
    tests = str(Path(__file__).parent)
    program = PING.format(tests=tests, user=user, addresses="'127.0.0.1', '::1'")
    ran = space.run(sys.executable, "-c", program)
    assert ran.output.splitlines() == [f"127.0.0.1 {said}", f"::1 {said}"], ran.output
