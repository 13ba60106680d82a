"""Writes metrics: here, or as the process that `Writer` begins (``python -m``)."""

from __future__ import annotations

import contextlib
import os
import sys
from multiprocessing.connection import Connection

from prometheus_client.exposition import choose_encoder

from hatools_prometheus import compat, families
from hatools_prometheus.collector import KnownCollector
from hatools_prometheus.state import Known

Page = tuple[str, bytes]  # Content-Type and text
MODEST = 10  # nice(1): checks come first where processors are few


def written(known: Known, compatible: bool, accept: str) -> Page:
    """Return *known* in the format that ``Accept`` asks for, also by others' names if so wanted."""
    encode, kind = choose_encoder(accept)
    wanted = families.FAMILIES + (compat.FAMILIES if compatible else ())
    return kind, encode(KnownCollector(known, wanted))


def serve(connection: Connection, compatible: bool) -> None:
    """Write what is asked for until nobody can ask any more."""
    while True:
        try:
            known, accept = connection.recv()
        except EOFError:
            return
        kind, text = written(known, compatible, accept)
        connection.send(kind)
        connection.send_bytes(text)


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # a service may be forbidden even that
        os.nice(MODEST)
    serve(Connection(int(sys.argv[1])), sys.argv[2] == "compatible")
