"""What pen's command lines mean.

``pen [-r] [-e HOST:PORT] [HOST:]PORT SERVER…``, one service a line: ``-r`` takes
the servers in turn (otherwise a client stays with its server), ``-e`` names the
server for when all others are down, a SERVER is ``HOST:PORT[:MAX]``.
"""

from __future__ import annotations

from hatools.model import (
    Fate,
    Listener,
    Origin,
    Outcome,
    Persistence,
    Pool,
    RealServer,
    Scheduler,
    Service,
    Topology,
)
from hatools.plugin import Reading
from hatools.text import Diagnostic, Document, Expansion, Severity, Source, Statement

# Everything stands on one line, so every field's statement is the one that opens the object.
LISTENER = dict.fromkeys(("", "address", "ports"), (0,))
SERVICE = dict.fromkeys(("", "default_pool"), (0,))
POOL = dict.fromkeys(("", "scheduler", "persistence"), (0,))
SERVER = dict.fromkeys(("", "address", "port"), (0,))
LIMITED = {**SERVER, "upper_threshold": (0,)}


def parse(source: Source) -> Document:
    """Return the statements of *source*: its lines that are no comments."""
    statements, rows, remarks = [], [], {}
    for row, line in enumerate(source.lines):
        text = line.strip()
        if text.startswith("#"):
            remarks[row] = text[1:].strip()
        elif text:
            start = line.index(text)
            statements.append(Statement(tuple(text.split()), start, start + len(text)))
            rows.append(row)
    return Document(source, statements, rows, [], remarks)


def read(expansion: Expansion) -> Reading:
    """Return the services, and a diagnostic for each line that pen would refuse."""
    reading = Reading(Topology(), expansion)
    for index, statement in enumerate(expansion.statements):
        try:
            service, pool = _line(statement.words, expansion, index)
        except ValueError as error:
            span = expansion.span(index)
            reading.fates[index] = Fate(Outcome.DROPPED, f"not understood: {error}")
            reading.diagnostics.append(
                Diagnostic("PEN001", Severity.ERROR, str(error), span, "see pen(1)")
            )
            continue
        reading.topology.services.append(service)
        reading.topology.pools.append(pool)
    return reading


def _line(words: tuple[str, ...], expansion: Expansion, at: int) -> tuple[Service, Pool]:
    """Return the service of one command line; raises ValueError on what pen would refuse."""
    rest = list(words[1:])
    in_turn, emergency = False, ""
    while rest and rest[0].startswith("-"):
        option = rest.pop(0)
        if option == "-r":
            in_turn = True
        elif option == "-e" and rest:
            emergency = rest.pop(0)
        else:
            raise ValueError(f"unknown option {option}")
    if len(rest) < 2:
        raise ValueError("a listener and a server are needed")
    host, port = rest[0].rpartition(":")[::2]
    origin = Origin(expansion, at, LISTENER)
    listener = Listener(host or None, (int(port), int(port)), family=4, origin=origin)
    pool = Pool(rest[0], Scheduler("rr"), origin=Origin(expansion, at, POOL))
    if not in_turn:
        pool.persistence = Persistence("address")
    pool.servers = [_server(text, expansion, at) for text in rest[1:]]
    if emergency:
        pool.servers.append(_server(emergency, expansion, at, "sorry"))
    origin = Origin(expansion, at, SERVICE)
    return Service(pool.name, [listener], default_pool=pool.name, origin=origin), pool


def _server(text: str, expansion: Expansion, at: int, role: str = "active") -> RealServer:
    host, port, *limit = text.split(":")
    most = int(limit[0]) if limit else None
    origin = Origin(expansion, at, LIMITED if limit else SERVER)
    return RealServer(host, int(port), role=role, upper_threshold=most, origin=origin)
