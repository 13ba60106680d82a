"""The exporter ``history``: hands what changes to a thread that writes it down in batches."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting
from hatools.model.event import Event
from hatools.plugin.clocks import Clocks
from hatools.plugin.history import FILE, Measured
from hatools.plugin.outage import WORKS, present, works
from hatools.plugin.tables import fill
from hatools_history.store import Change, Store, claim, set_aside

KEPT = frozenset((*WORKS, "sorry", "daemon", "address"))
BATCH = 0.1  # seconds that events wait for each other
ALIVE = 5.0  # seconds between two signs of life
TOLD_EVERY = 60.0  # seconds between two words on availability
AGAIN = 5.0  # seconds after which a disk that refused is asked again
MOST = 100_000  # events that wait in memory while the disk refuses
TOLD_AT_ONCE = 500  # objects in one turn of the watch's event loop
HOUR, DAY = 3600.0, 86400.0


class HistorySettings(NamedTuple):
    """The keys of ``[plugin.history]``: days that are kept, and that availability is told of."""

    days: float = 400.0
    availability_days: float = 30.0


class HistoryExporter:
    """Keeps every change of state, and the outages that follow, in ``STATE/history.db``."""

    name = "history"

    def __init__(self) -> None:
        self._waiting: deque[Change | tuple[float, set[tuple[str, str]]]] = deque()
        self._lost = 0
        self._wake = threading.Event()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._store: Store | None = None
        self._refused = ""
        self._lock = -1
        self._loop: asyncio.AbstractEventLoop | None = None
        self._log: Callable[[str, str], None] = lambda level, text: None

    def check(self, settings: Mapping[str, object]) -> None:
        """Raise `BadSetting` for what is wrong in ``[plugin.history]``."""
        fill(HistorySettings, settings, "plugin.history")

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin to keep what is exported; raises `BadSetting`."""
        self._settings = fill(HistorySettings, settings, "plugin.history")
        log = settings.get("log")
        self._log = log if callable(log) else self._log
        self._board: Any = settings.get("board")
        with contextlib.suppress(RuntimeError):  # nobody has a loop: nobody is told
            self._loop = asyncio.get_running_loop()
        self._node = str(settings.get("node", ""))
        folder = str(settings.get("state", "")) or "."
        self._path = os.path.join(folder, FILE)
        try:
            self._lock = claim(folder)
        except BlockingIOError:
            raise BadSetting(
                f"another watch keeps its history in {folder}",
                'give this one a folder of its own: [watch] state = "…"',
            ) from None
        except OSError:  # it is said when the history is opened
            pass
        self._clocks = Clocks(time.time(), time.monotonic())
        self._thread = threading.Thread(target=self._work, name="hatools-history", daemon=True)
        self._thread.start()

    def export(self, events: Iterable[Event]) -> None:
        """Take *events*; they are written within a moment."""
        for event in events:
            if event.kind not in KEPT or event.details.get("checked") is False:
                continue
            if len(self._waiting) >= MOST:
                self._lost += 1
                continue
            details = event.details
            reason = str(details.get("reason") or details.get("cause") or "")
            self._waiting.append(
                Change(event.time, event.kind, event.subject, details, works(event), reason)
            )
            if event.kind == "daemon":  # begun, or begun anew: who is watched now?
                standings = getattr(self._board, "standings", {})
                self._waiting.append((event.time, present(standings)))
        self._wake.set()

    def close(self, deadline: float) -> None:
        """Write what waits, within *deadline* seconds."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(deadline)
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    # The thread ---------------------------------------------------------------------------------

    def _work(self) -> None:
        forget_at = seen = tried = told = 0.0
        while not self._stopping:
            self._wake.wait(min(ALIVE, AGAIN) if self._refused else ALIVE)
            if not self._stopping:
                time.sleep(BATCH)
            self._wake.clear()
            self._heed_clock()
            now = time.monotonic()
            if self._refused and now < tried + AGAIN and not self._stopping:
                continue
            if self._waiting or now >= seen + ALIVE:
                tried = now
                if self._write():
                    seen = now
            if self._store is not None and now >= forget_at and not self._refused:
                forget_at = now + (0.0 if self._forget() else HOUR)
            if self._store is not None and now >= told + TOLD_EVERY and not self._refused:
                told = now
                self._tell(self._store)
        self._heed_clock()
        self._write()
        if self._store is not None:
            with contextlib.suppress(sqlite3.Error):
                self._store.close(time.time())

    def _heed_clock(self) -> None:
        """Leave out of all times what the clock on the wall was set by."""
        if self._store is None or self._refused:
            return
        steady = time.monotonic()
        before = self._clocks.old(steady)
        if by := self._clocks.jump(time.time(), steady):
            self._shift(before, by)
            try:
                self._store.jump(before, before + by)
            except sqlite3.Error as error:
                self._log("error", f"the history does not know that the clock was set: {error}")

    def _shift(self, before: float, by: float) -> None:
        """Say in the new time when that happened which waits since before the clock was set."""

        def shifted(at: float) -> float:
            return at + by if abs(at - before) < abs(at - before - by) else at

        for number in range(len(self._waiting)):  # others only append to it
            one = self._waiting[number]
            if isinstance(one, Change):
                self._waiting[number] = one._replace(time=shifted(one.time))
            else:
                self._waiting[number] = shifted(one[0]), one[1]

    def _write(self) -> bool:
        """Write what waits; tell whether the disk took it."""
        batch = list(self._waiting)
        try:
            if self._store is None:
                self._store = self._opened()
            changes: list[Change] = []
            for one in batch:
                if isinstance(one, Change):
                    changes.append(one)
                else:
                    self._store.add(changes, time.time())
                    self._written(len(changes))
                    changes = []
                    self._store.leave(one[1], one[0])
                    self._written(1)
            self._store.add(changes, time.time())
            self._written(len(changes))
        except (sqlite3.Error, OSError) as error:
            if not self._refused:
                why = (isinstance(error, OSError) and error.strerror) or str(error)
                self._log("error", f"the history cannot be written: {self._path}: {why}")
            self._refused = str(error)
            return False
        if self._refused:
            lost = f"; {self._lost} changes are lost" if self._lost else ""
            self._log("info", f"the history is written again{lost}")
        self._refused, self._lost = "", 0
        return True

    def _written(self, count: int) -> None:
        for _ in range(count):
            self._waiting.popleft()

    def _opened(self) -> Store:
        """Return the store; a file that is no history is put aside, not overwritten."""
        if self._lock < 0:
            self._lock = claim(os.path.dirname(self._path))
        try:
            return Store(self._path, self._node, time.time())
        except sqlite3.OperationalError:
            raise  # full, read-only, locked: it may be well again
        except sqlite3.DatabaseError as error:
            aside = set_aside(self._path, time.time())
            self._log("error", f"{self._path} is no history ({error}): it is {aside} now")
            return Store(self._path, self._node, time.time())

    def _tell(self, store: Store) -> None:
        """Make availability known to the board."""
        if self._board is None or self._loop is None:
            return
        now, there = time.time(), present(self._board.standings)
        with contextlib.suppress(sqlite3.Error, RuntimeError):  # the next write says; it ended
            measured = store.measured(now - self._settings.availability_days * DAY, now)
            events = [
                Event(now, "availability", f"{known.kind} {known.subject}", _details(one))
                for known, one in measured.items()
                if one.availability is not None and tuple(known) in there  # not what is past
            ]
            for at in range(0, len(events), TOLD_AT_ONCE):
                piece = events[at : at + TOLD_AT_ONCE]
                self._loop.call_soon_threadsafe(self._note, piece)

    def _note(self, events: Iterable[Event]) -> None:
        for event in events:
            self._board.note(event)

    def _forget(self) -> bool:
        """Drop what is too old; tell whether there is more of it."""
        assert self._store is not None
        try:
            return self._store.forget(time.time() - self._settings.days * DAY)
        except sqlite3.Error:
            return False  # the next write says what is wrong


def _details(one: Measured) -> dict[str, float | None]:
    return {
        "ratio": one.availability,
        "downtime": one.down,
        "failures": one.failures,
        "mttr": one.mttr,
        "mttf": one.mttf,
    }
