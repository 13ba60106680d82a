"""What the API tells, made of the board: the shapes of docs/status.schema.json and its like.

It is read in a thread of its own while the daemon goes on: everything is taken
at once from the daemon's containers (one step of the interpreter), and the
records in them are never changed.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hatools import __version__
from hatools.watch.board import RECENT, Board

FORMAT = 1
AT_ONCE = 100  # objects that are written before the daemon gets its turn
DEEPEST = 20  # levels of a value that is mended


@dataclass
class Api:
    """What is told of the watch on *node*, which began at *started*.

    *run* names this run of it: its events are numbered from 1.  *problem* says
    what is wrong with its configuration, if anything.
    """

    node: str
    board: Board
    run: str
    started: float
    problem: Callable[[], str]

    def status(self, kinds: Collection[str] = ()) -> Iterator[bytes]:
        """Yield the status in pieces; of *kinds*, none: of all.

        The number of the last event is taken before the objects: who goes on
        from it with `events` hears some change twice perhaps, and misses none.
        """
        head = {**self._head(), "version": __version__, "started": self.started,
                "now": time.time(), "as_of": self.board.as_of or time.time(),
                "problem": self.problem(), "last": self.board.last}  # fmt: skip
        yield encode(head)[:-1] + b', "objects": ['
        standings = [
            one for one in list(self.board.standings.values()) if not kinds or one.kind in kinds
        ]
        for at in range(0, len(standings), AT_ONCE):
            piece = [
                {"kind": one.kind, "subject": one.subject, "since": one.since, **one.details}
                for one in standings[at : at + AT_ONCE]
            ]
            yield (b", " if at else b"") + encode(piece)[1:-1]
        yield b"]}"

    def events(
        self, since: int = 0, run: str = "", limit: int = RECENT, kinds: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return what happened after event *since* of *run*, at most *limit* events of *kinds*.

        ``next`` is what to ask for then.  Of another run's number all is told
        that is known; ``missed`` is how many events are not known any more.
        """
        known = list(self.board.events)
        first = known[0][0] if known else 1
        last = known[-1][0] if known else 0
        if since > last or (run and run != self.run):
            since = 0
        found: list[dict[str, Any]] = []
        at = max(since, first - 1)
        for number, event in known[at - first + 1 :]:
            if len(found) == limit:
                break
            at = number
            if not kinds or event.kind in kinds:
                found.append(
                    {"number": number, "time": event.time, "kind": event.kind,
                     "subject": event.subject, "details": dict(event.details)}
                )  # fmt: skip
        missed = max(first - 1 - since, 0)
        return {**self._head(), "first": first, "last": last, "next": at, "missed": missed,
                "events": found}  # fmt: skip

    def _head(self) -> dict[str, Any]:
        return {"format_version": FORMAT, "node": self.node, "run": self.run}


def encode(content: Any) -> bytes:
    """Return *content* as JSON that every reader takes; what JSON cannot say is made null."""
    try:
        return json.dumps(content, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        return json.dumps(_sound(content), allow_nan=False).encode("ascii")


def _sound(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if depth == DEEPEST:
        return None
    if isinstance(value, Mapping):
        return {str(key): _sound(one, depth + 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_sound(one, depth + 1) for one in value]
    return str(value)
