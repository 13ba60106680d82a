"""Replays recorded IPVS scenarios through a scheduler: rules in, every connection's choice out."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from hatools.engine.kernel_pool import KernelPool, Sysctl
from hatools.model import Scheduler as Named
from hatools.model.event import Event
from hatools.plugin import Balancing, Connection, Member, Place, Pool
from hatools.plugin_host import Host, codec
from hatools.text import Source

SCHEDULERS = Host().records("hatools_schedulers")


def option(words: list[str], *names: str, default: str = "") -> str:
    return next((words[at + 1] for at, word in enumerate(words) if word in names), default)


class Table:
    """One virtual service and its servers, driven by ipvsadm's commands."""

    def __init__(self, kernel: str) -> None:
        self.programs = {"kernel": kernel}
        self.members: dict[str, Member] = {}
        self.pool: Pool | None = None

    def command(self, line: str) -> None:
        words = shlex.split(line)
        if words[0] != "ipvsadm":
            return
        verb = words[1]
        if verb in ("-A", "-E"):
            flags = tuple(part for part in option(words, "-b").split(",") if part)
            named = Named(option(words, "-s", default="wlc"), flags)
            present = tuple(self.members.values())  # -E: another scheduler for the same servers
            self.pool = SCHEDULERS[named.name].make(
                Balancing(named, programs=self.programs, present=present)
            )
            return
        assert self.pool is not None
        name = option(words, "-r")
        host, _, port = name.partition(":")
        name = f"{host}:{port or 0}"
        weight = int(option(words, "-w", default="1"))
        if verb == "-a":
            self.members[name] = Member(name, host, int(port or 0), weight)
            self.members[name].up = True
        elif verb == "-e":
            self.members[name].weight = weight
        elif verb == "-d":
            self.members[name].up = False
            self.pool.changed(self.members.pop(name))
            return
        self.pool.changed(self.members[name])


def decisions(
    scenario: dict[str, Any], kernel: str
) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield connection, what the kernel chose and what we choose; the counters are the kernel's."""
    table = Table(kernel)
    for line in scenario["setup"]:
        table.command(line)
    for event in scenario["events"]:
        if event[0] == "cmd":
            table.command(event[1])
        elif event[0] == "open":
            _, number, client, client_port, address, port, chosen, counters = event
            assert table.pool is not None
            for name, (_, active, inactive) in (counters or {}).items():
                member = table.members[name]
                before = (member.active, member.inactive)
                member.active, member.inactive = active, inactive
                if (active, inactive) > before:
                    table.pool.opened(member)
                elif (active, inactive) < before:
                    table.pool.closed(member)
            picked = table.pool.pick(
                Connection(client, client_port, address, port, scenario["proto"]), 0.5
            )
            ours = None if picked is None else f"{picked.address}:{picked.port or port}"
            yield number, chosen, ours


class LiveTable:
    """A whole virtual service as the engine runs it: rules read by the ipvsadm reader."""

    def __init__(self, setup: list[str], protocol: str, kernel: str) -> None:
        form = codec(Host().formats()["ipvsadm"])
        rules = [line for line in setup if line.startswith("ipvsadm")]
        text = "\n".join(rules) + "\n"
        topology = form.read(form.expand(form.parse(Source("rules.sh", text)), Place())).topology
        (service,), (pool,) = topology.services, topology.pools
        listener = service.listeners[0]
        self.pool = KernelPool(
            pool,
            SCHEDULERS[pool.scheduler.name],
            protocol=protocol,
            programs={"kernel": kernel},
            mark=listener.mark,
            all_ports=listener.ports is None,
            sysctl=Sysctl(expire_quiescent_template=any("quiescent" in line for line in setup)),
        )
        self.open: dict[int, tuple[Connection, Member]] = {}

    def command(self, line: str) -> None:
        words = shlex.split(line)
        host = option(words, "-r").partition(":")[0]
        name = next(label for label in self.pool.members if label.startswith(host))
        subject = f"{self.pool.name}/{name}"
        if words[1] in ("-e", "-a"):  # -a: one that was there before comes back
            details: dict[str, object] = {"weight": int(option(words, "-w", default="1"))}
            list(self.pool.handle(Event(0.0, "weight", subject, details)))
        if words[1] in ("-d", "-a"):
            state = "ready" if words[1] == "-a" else "maintenance"
            list(self.pool.handle(Event(0.0, "state", subject, {"state": state})))


def live_decisions(
    scenario: dict[str, Any], kernel: str
) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield connection, the kernel's choice and ours; the counters are our own and must agree."""
    table = LiveTable(scenario["setup"], scenario["proto"], kernel)
    for event in scenario["events"]:
        if event[0] == "cmd":
            table.command(event[1])
        elif event[0] in ("close", "abort"):
            if event[1] in table.open:
                connection, server = table.open.pop(event[1])
                table.pool.finish(connection, server, aborted=event[0] == "abort")
        else:
            _, number, client, client_port, address, port, chosen, counters = event
            for name, (weight, active, inactive) in (counters or {}).items():
                host = name.partition(":")[0]
                member = next(one for one in table.pool.members.values() if one.address == host)
                assert (member.weight, member.active, member.inactive) == (weight, active, inactive)
            connection = Connection(client, client_port, address, port, scenario["proto"])
            picked = table.pool.open(connection, 0.5)
            if picked is not None:
                table.open[number] = (connection, picked)
            yield number, chosen, picked and f"{picked.address}:{picked.port or port}"
