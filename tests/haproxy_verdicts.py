"""What a real haproxy says of servers that play a part, and what hatools' probes say of them."""

from __future__ import annotations

import asyncio
import csv
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from endpoints import connected
from haproxy_check_cases import Case
from scripted_server import ScriptedServer

from hatools.engine.machine import StartProbe
from hatools.model import Topology
from hatools.plugin import Place
from hatools.plugin_host import Host, codec
from hatools.text import Source
from hatools.watch.prober import Prober
from hatools.watch.targets import Targets

PROBES = Host().records("hatools_probes")
HEAD = """\
global
    stats socket {folder}/cli mode 600 level admin
    ssl-server-verify none
defaults
    mode tcp
    timeout connect {limit}ms
    timeout check {limit}ms
    timeout client 5s
    timeout server 5s
"""
PATIENCE = 20.0  # seconds
Row = Mapping[str, str]


class Stage:
    """Servers that play, and the haproxy.cfg that has them checked, a backend for each case."""

    def __init__(
        self,
        folder: Path,
        cases: Mapping[str, Case],
        limit: int = 500,
        context: Callable[[str], ssl.SSLContext | None] = lambda name: None,
    ) -> None:
        self.folder = folder
        self.servers = {
            name: ScriptedServer(case[2], context=context(name)) for name, case in cases.items()
        }
        self.names = {f"b{number}": name for number, name in enumerate(cases)}
        text = HEAD.format(folder=folder, limit=limit)
        for backend, name in self.names.items():
            lines, options, _ = cases[name]
            port = self.servers[name].port
            check = "" if "agent-check" in options else "check inter 3s "
            own = [*lines, f"server s 127.0.0.1:{port} {check}{options}"]
            text += f"backend {backend}\n" + "".join(
                f"    {line.replace('PORT', str(port)).replace('FOLDER', str(folder))}\n"
                for line in own
            )
        self.path = folder / "haproxy.cfg"
        self.path.write_text(text)

    def end(self) -> None:
        for server in self.servers.values():
            server.end()

    def judged(self, column: str = "check_status") -> dict[str, Row]:
        """Return what haproxy says of each case once it has asked all; the servers of its own."""
        process = subprocess.Popen(
            ["haproxy", "-db", "-f", str(self.path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            deadline = time.monotonic() + PATIENCE
            while True:
                rows = self._rows(process)
                found = {row[column].removeprefix("* ") for row in rows.values()}  # asks again
                if rows and not found & {"", "INI", "*"}:
                    return rows
                assert time.monotonic() < deadline, f"haproxy did not ask all: {found}"
                time.sleep(0.05)
        finally:
            process.kill()
            process.communicate()

    def _rows(self, process: subprocess.Popen[bytes]) -> dict[str, Row]:
        try:
            sock = connected(self.folder / "cli")
        except OSError:
            if process.poll() is not None:
                raise AssertionError((process.communicate()[1] or b"").decode()) from None
            return {}
        with sock:
            sock.sendall(b"show stat -1 4 -1\n")
            text = b""
            while data := sock.recv(65536):
                text += data
        lines = text.decode("utf-8", "replace").removeprefix("# ").splitlines()
        return {self.names[row["pxname"]]: row for row in csv.DictReader(lines) if row["pxname"]}

    def topology(self) -> Topology:
        """Return what the configuration means."""
        form, place = codec(Host().formats()["haproxy"]), Place(version="2.6")
        source = Source.from_bytes(str(self.path), self.path.read_bytes())
        reading = form.read(form.expand(form.parse(source), place))
        return reading.topology

    def ours(self) -> dict[str, Mapping[str, Any]]:
        """Return what hatools says of each case, asked after haproxy's has ended."""
        starts = {}
        for pool in self.topology().pools:
            server = pool.servers[0]
            check = server.checks[-1]
            port = check.port if check.port is not None else server.port
            starts[self.names[pool.name]] = StartProbe(
                pool.name, check, check.address or server.address, port or 0, True, server.own
            )

        async def asking() -> dict[str, Mapping[str, Any]]:
            prober = Prober(asyncio.get_running_loop())
            targets = Targets(prober, PROBES)
            try:
                answers = await asyncio.gather(*(targets.once(one) for one in starts.values()))
            finally:
                prober.close()
            return dict(zip(starts, answers, strict=True))

        return asyncio.run(asking())
