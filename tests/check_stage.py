"""The servers of keepalived's cases, and the keepalived.conf that has them checked."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from pathlib import Path

from keepalived_check_cases import Case, config
from scripted_server import ScriptedDatagrams, ScriptedServer


class Stage:
    """A server for each of *cases*, with its port; files are in *folder*."""

    def __init__(self, cases: Mapping[str, Case], folder: Path, certificate: str) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.servers: list[ScriptedServer | ScriptedDatagrams] = []
        self.held: list[socket.socket] = []
        self.cases: dict[str, tuple[Case, int]] = {}
        taken: set[int] = set()  # ports tell the cases apart, those of UDP and TCP together
        for name, case in cases.items():
            port = self._serve(case, context)
            while port in taken:
                port = self._serve(case, context)
            taken.add(port)
            if not case.speaks:
                (folder / str(port)).write_text(case.file)
            self.cases[name] = (case, port)
        self.path = folder / "keepalived.conf"
        self.path.write_text(config(self.cases, str(folder)))

    def _serve(self, case: Case, context: ssl.SSLContext) -> int:
        """Begin a server; return its port."""
        if case.speaks == "udp":
            self.servers.append(ScriptedDatagrams(case.script))
        elif case.speaks:
            tls = context if case.speaks == "tls" else None
            self.servers.append(ScriptedServer(case.script, context=tls))
        else:  # any port; it is held, so that no other case gets it
            self.held.append(sock := socket.socket())
            sock.bind(("127.0.0.1", 0))
            return int(sock.getsockname()[1])
        return self.servers[-1].port

    def end(self) -> None:
        for server in self.servers:
            server.end()
        for sock in self.held:
            sock.close()
