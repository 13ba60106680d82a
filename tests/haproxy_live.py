"""A real haproxy between a client and servers that this process plays, on Unix sockets alone.

Clients say who they are by the PROXY protocol, so any address will do, and
which server was chosen is which socket haproxy connects to.
"""

from __future__ import annotations

import re
import select
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from endpoints import connected

SECONDS = 5.0


class Held:
    """A connection through haproxy: both its ends, and the *server* that has it."""

    def __init__(
        self, client: socket.socket, peer: socket.socket, server: str, http: bool = False
    ) -> None:
        self.http = http
        self.client = client
        self.peer = peer
        self.server = server

    def close(self) -> None:
        """End it from the server's side; back when haproxy has told the client."""
        if self.http:
            self.peer.recv(4096)
            self.peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        self.peer.close()
        while self.client.recv(4096):
            pass
        self.client.close()


class LiveHaproxy:
    """haproxy with one ``listen`` per name in *sections*, each with servers s1, s2, ….

    A section is its lines and a line of options for each server.
    """

    def __init__(
        self, folder: Path, sections: dict[str, tuple[Sequence[str], Sequence[str]]], more: str = ""
    ) -> None:
        self.folder = folder
        self.listeners: dict[str, dict[str, socket.socket]] = {}
        text = (
            f"global\n    nbthread 1\n    stats socket {folder}/cli mode 600 level admin\n"
            "    stats timeout 1m\n"
            "defaults\n    timeout connect 2s\n    timeout client 30s\n    timeout server 30s\n"
            f"{more}"
        )
        for name, (lines, servers) in sections.items():
            text += f"listen {name}\n    bind unix@{folder}/{name} accept-proxy\n"
            text += "".join(f"    {line}\n" for line in lines)
            self.listeners[name] = {}
            for at, options in enumerate(servers, 1):
                path = f"{folder}/{name}.{at}"
                text += f"    server s{at} unix@{path} {options}\n"
                listener = socket.socket(socket.AF_UNIX)
                listener.bind(path)
                listener.listen(64)
                self.listeners[name][f"s{at}"] = listener
        config = folder / "haproxy.cfg"
        config.write_text(text, "utf-8")
        self._process = subprocess.Popen(
            ["haproxy", "-db", "-f", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        self._cli = self._connect("cli")
        self._cli.sendall(b"prompt\n")
        self._answer()

    def __enter__(self) -> LiveHaproxy:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cli.close()
        for listeners in self.listeners.values():
            for listener in listeners.values():
                listener.close()
        self._process.kill()
        self._process.communicate()

    def _connect(self, name: str) -> socket.socket:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                client = connected(self.folder / name)
            except OSError:
                if self._process.poll() is not None:
                    raise OSError((self._process.communicate()[1] or b"").decode()) from None
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)
            else:
                client.settimeout(SECONDS)
                return client

    def _answer(self) -> str:
        found = b""
        while not found.endswith(b"\n> ") and found != b"> ":
            part = self._cli.recv(65536)
            if not part:
                break
            found += part
        return found[:-2].decode().strip()

    def command(self, text: str) -> str:
        """Say *text* on the runtime socket; return the answer."""
        self._cli.sendall(f"{text}\n".encode())
        return self._answer()

    def request(self, name: str, client: str = "192.0.2.9", sent: bytes = b"") -> socket.socket:
        """Begin a connection to section *name* as *client*, sending *sent*."""
        one = self._connect(name)
        one.sendall(f"PROXY TCP4 {client} 192.0.2.1 40000 80\r\n".encode() + sent)
        return one

    def accepted(self, name: str, seconds: float = SECONDS) -> tuple[str, socket.socket] | None:
        """Return the server of section *name* that haproxy connects to next, and its end."""
        names = {listener: server for server, listener in self.listeners[name].items()}
        ready, _, _ = select.select(list(names), [], [], seconds)
        if not ready:
            return None
        return names[ready[0]], ready[0].accept()[0]

    def open(self, name: str, client: str = "192.0.2.9", sent: bytes = b"") -> Held | None:
        """Open a connection; None when haproxy chooses no server."""
        one = self.request(name, client, sent)
        names = {listener: server for server, listener in self.listeners[name].items()}
        ready, _, _ = select.select([*names, one], [], [], SECONDS)
        found = [listener for listener in ready if listener is not one]
        if not found:
            one.close()
            return None
        return Held(one, found[0].accept()[0], names[found[0]], bool(sent))

    def settled(self, name: str, count: int) -> None:
        """Wait until haproxy counts *count* connections on the servers of section *name*."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            rows = self.command(f"show stat {name} 4 -1").splitlines()
            if sum(int(row.split(",")[4]) for row in rows if row.startswith(name)) == count:
                return
        raise AssertionError(f"haproxy does not settle at {count} connections")

    def health(self, name: str, server: str) -> tuple[str, int]:
        """Return status and weight of a server, as ``show stat`` has them."""
        for row in self.command(f"show stat {name} 4 -1").splitlines():
            fields = row.split(",")
            if fields[:2] == [name, server]:
                return fields[17], int(fields[18])
        raise AssertionError(f"no server {server} in {name}")


def version() -> str:
    """Return the version of the haproxy that is installed, as two numbers."""
    said = subprocess.run(["haproxy", "-v"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"version (\d+\.\d+)", said)
    return found[1] if found else ""
