"""A million events for the measured availability, and the least that reading them takes."""

from __future__ import annotations

import csv
import os
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from costs import Work, inside

from hatools.plugin.history import SCHEMA, VERSION
from hatools_availability.measuring import Chosen, Sources, gathered

EVENTS = 1_000_000
OBJECTS = 1000
EVERY = 30.0  # seconds between two events: a million in eleven months
BEGIN, NOW = 1_769_299_200.0, 1_799_971_200.0  # 25 January 2026 to 15 January 2027
DOWN = (
    'DOWN, reason: Layer4 connection problem, info: "Connection refused", check duration: {}ms. '
    "{} active and 0 backup servers left. 0 sessions active, 0 requeued, 0 remaining in queue."
)
UP = (
    "UP, reason: Layer4 check passed, check duration: {}ms. {} active and 0 backup servers online."
    " 0 sessions requeued, 0 total in queue."
)
# What any reader of syslog must do: time, host, program, process, message.
FIELDS = re.compile(r"(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([\w.-]+)\[(\d+)\]: (.*)")


def events() -> Iterator[tuple[float, int, bool]]:
    """Yield (time, object, up) in order; each object goes down and up by turns."""
    chance = random.Random(7)
    up = [True] * OBJECTS
    time = BEGIN
    for _ in range(EVENTS):
        time += chance.expovariate(1 / EVERY)
        which = chance.randrange(OBJECTS)
        up[which] = not up[which]
        yield time, which, up[which]


def table(path: Path) -> None:
    """Write the events as a table."""
    with path.open("w") as file:
        file.write("time,object,state\n")
        for time, which, up in events():
            at = datetime.fromtimestamp(time, UTC).isoformat(timespec="seconds")
            file.write(f"{at},pool{which % 50}/s{which},{'up' if up else 'down'}\n")


def haproxy(path: Path) -> None:
    """Write the events as haproxy logs them through syslog."""
    chance = random.Random(8)
    with path.open("w") as file:
        for time, which, up in events():
            at = datetime.fromtimestamp(time, UTC).strftime("%b %e %H:%M:%S")
            says = (UP if up else DOWN).format(chance.randrange(10), chance.randrange(1, 20))
            file.write(f"{at} lb1 haproxy[812]: Server pool{which % 50}/s{which} is {says}\n")


def keepalived(path: Path) -> None:
    """Write the events as keepalived logs them through syslog."""
    with path.open("w") as file:
        for time, which, up in events():
            at = datetime.fromtimestamp(time, UTC).strftime("%b %e %H:%M:%S")
            server = f"[192.0.2.{which % 250}]:tcp:{8000 + which // 250}"
            says = f"Adding service {server} to" if up else f"Removing service {server} from"
            head = f"{at} lb1 Keepalived_healthcheckers[733]"
            file.write(f"{head}: {says} VS [198.51.100.1]:tcp:80\n")


def history(path: Path) -> None:
    """Write the events as the history of a watch."""
    began: dict[int, float] = {}
    rows = []
    for time, which, up in events():
        if up:
            rows.append((which + 1, began[which], time, 0, "connection refused"))
        else:
            began[which] = time
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(SCHEMA)
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("INSERT INTO sessions VALUES (1, 'lb1', ?, ?)", (BEGIN, NOW))
        names = ((n + 1, "server", f"pool{n % 50}/s{n}") for n in range(OBJECTS))
        base.executemany("INSERT INTO objects VALUES (?, ?, ?)", names)
        spans = ((n + 1, BEGIN, None, 1) for n in range(OBJECTS))
        base.executemany("INSERT INTO spans VALUES (?, ?, ?, ?)", spans)
        base.executemany("INSERT INTO outages VALUES (?, ?, ?, ?, ?)", rows)


def _rows(path: Path) -> None:
    with path.open() as file:
        for _ in csv.reader(file):
            pass


def _lines(path: Path) -> None:
    parted = FIELDS.match
    with path.open() as file:
        for line in file:
            parted(line)


def _records(path: Path) -> None:
    with closing(sqlite3.connect(path)) as base:
        for _ in base.execute("SELECT object, began, ended, continued, reason FROM outages"):
            pass


# name -> what writes it, how it is given, the least that reading takes
KINDS: dict[
    str, tuple[Callable[[Path], None], Callable[[str], Sources], Callable[[Path], None]]
] = {
    "csv": (table, lambda path: Sources(tables=[path]), _rows),
    "haproxy": (haproxy, lambda path: Sources(logs=[path]), _lines),
    "keepalived": (keepalived, lambda path: Sources(logs=[path]), _lines),
    "history": (history, lambda path: Sources(history=path), _records),
}


def works(folder: Path, kind: str) -> tuple[Work, Work]:
    """Return the measuring of a million events of *kind*, and the reading of their rows."""
    write, given, read = KINDS[kind]
    path = folder / f"events.{kind}"
    if not path.exists():
        write(path)
        os.utime(path, (NOW, NOW))  # when the last line was written, which tells the year
    sources = given(str(path))
    return inside(lambda: gathered(sources, Chosen(), NOW, UTC)), inside(lambda: read(path))
