"""Replays recorded IPVS scenarios through a scheduler: rules in, every connection's choice out."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from hatools.model import Scheduler as Named
from hatools.plugin import Balancing, Connection, Member, Pool
from hatools.plugin_host import Host

SCHEDULERS = {name: record for name, (_, record) in Host().named("hatools_schedulers").items()}


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
