"""The SQLite file: events are appended, outages closed, old things forgotten."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from hatools.plugin.history import SCHEMA, VERSION, Known, Measured, measure_all

FORGOTTEN_AT_ONCE = 5000  # rows that retention takes in one step
LOCK = "history.lock"
BUSY = 2.0  # seconds to wait for somebody who reads


class Change(NamedTuple):
    """One event to keep: *works* is None where it does not tell whether its object works."""

    time: float
    kind: str
    subject: str
    details: Mapping[str, Any]
    works: bool | None
    reason: str = ""


class Store:
    """The history in the file *path*, in one session of *node*.

    What it is told is on disk after each call, or it raises `sqlite3.Error`
    and has kept nothing of it.
    """

    def __init__(self, path: str, node: str, now: float) -> None:
        self._path = path
        self._objects: dict[tuple[str, str], int] = {}
        self._down: dict[int, bool] = {}  # objects in a span -> not working
        self._interrupted: set[int] = set()  # objects that did not work when the last watch ended
        self.session = 0
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.close(opened)
        self._base = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
        try:
            self._open(node, now)
        except sqlite3.Error:
            self._base.close()
            raise

    def _open(self, node: str, now: float) -> None:
        base = self._base
        base.execute("PRAGMA auto_vacuum = INCREMENTAL")
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")  # kill -9 takes nothing; a power cut a second
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise sqlite3.DatabaseError("it was written by a newer hatools")
        base.executescript(SCHEMA)
        base.execute(f"PRAGMA user_version = {VERSION}")
        with self._whole():
            self._end_sessions()
            made = base.execute(
                "INSERT INTO sessions (node, began, seen) VALUES (?, ?, ?)", (node, now, now)
            )
            self.session = made.lastrowid or 0
        rows = base.execute("SELECT kind, subject, id FROM objects")
        self._objects = {(kind, subject): number for kind, subject, number in rows}

    def _end_sessions(self) -> None:
        """End what a watch before us left open: all that is known ended when it was last seen."""
        base = self._base
        last = base.execute("SELECT seen FROM sessions ORDER BY id DESC LIMIT 1").fetchone()
        seen = last[0] if last else 0.0
        left = base.execute("SELECT object FROM outages WHERE ended IS NULL").fetchall()
        self._interrupted = {number for (number,) in left}
        for table in ("outages", "spans"):
            base.execute(f"UPDATE {table} SET ended = MAX(began, ?) WHERE ended IS NULL", (seen,))

    # Writing ------------------------------------------------------------------------------------

    def add(self, changes: Iterable[Change], now: float) -> None:
        """Keep *changes*; the watch is alive at *now*."""
        down, interrupted = dict(self._down), set(self._interrupted)
        known = dict(self._objects)
        try:
            with self._whole():
                self._base.execute(
                    "UPDATE sessions SET seen = MAX(seen, ?) WHERE id = ?", (now, self.session)
                )
                for change in changes:
                    self._add(change)
        except sqlite3.Error:
            self._down, self._interrupted, self._objects = down, interrupted, known
            raise

    def _add(self, change: Change) -> None:
        base, number = self._base, self._number(change.kind, change.subject)
        details = json.dumps(dict(change.details), ensure_ascii=True, default=str)
        base.execute(
            "INSERT INTO events (time, object, details) VALUES (?, ?, ?)",
            (change.time, number, details),
        )
        if change.works is None:
            return
        if number not in self._down:
            self._begin_span(number, change)
        if change.works is self._down[number]:  # it changed
            self._down[number] = not change.works
            if change.works:
                base.execute(
                    "UPDATE outages INDEXED BY open_outages SET ended = MAX(began, ?)"
                    " WHERE object = ? AND ended IS NULL",
                    (change.time, number),
                )
            else:
                self._begin_outage(number, change, False)

    def _begin_span(self, number: int, change: Change) -> None:
        """Note that an object is watched from now on, and how it is."""
        self._base.execute(
            "INSERT OR REPLACE INTO spans (object, began, session) VALUES (?, ?, ?)",
            (number, change.time, self.session),
        )
        self._down[number] = not change.works
        if not change.works:
            self._begin_outage(number, change, number in self._interrupted)
        self._interrupted.discard(number)

    def _begin_outage(self, number: int, change: Change, continued: bool) -> None:
        self._base.execute(
            "INSERT OR REPLACE INTO outages (object, began, continued, reason) VALUES (?, ?, ?, ?)",
            (number, change.time, continued, change.reason[:500]),
        )

    def jump(self, before: float, now: float) -> None:
        """Go on at *now* where it was *before*: the clock was set, or the machine slept.

        What lies between is nobody's time: neither watched nor down.
        """
        watched = list(self._down)
        with self._whole():
            self._end(watched, before)
            for number in watched:
                self._base.execute(
                    "INSERT OR REPLACE INTO spans (object, began, session) VALUES (?, ?, ?)",
                    (number, now, self.session),
                )
                if self._down[number]:
                    self._base.execute(
                        "INSERT OR REPLACE INTO outages (object, began, continued, reason)"
                        " VALUES (?, ?, 1, ?)",
                        (number, now, "the clock was set"),
                    )
            self._base.execute("UPDATE sessions SET seen = ? WHERE id = ?", (now, self.session))

    def leave(self, keep: Collection[tuple[str, str]], now: float) -> None:
        """End the spans of objects other than *keep*: nobody watches them any more.

        *keep* are kinds and subjects.
        """
        gone = [
            number
            for name, number in self._objects.items()
            if number in self._down and name not in keep
        ]
        with self._whole():
            self._end(gone, now)
        for number in gone:
            del self._down[number]

    def _end(self, numbers: Iterable[int], now: float) -> None:
        for number in numbers:
            for table in ("outages", "spans"):
                self._base.execute(
                    f"UPDATE {table} INDEXED BY open_{table} SET ended = MAX(began, ?)"
                    " WHERE object = ? AND ended IS NULL",
                    (now, number),
                )

    def measured(self, since: float, until: float) -> dict[Known, Measured]:
        """Return what is known of each object that was watched between *since* and *until*."""
        return measure_all(self._base, since, until)

    def forget(self, before: float) -> bool:
        """Drop what ended before *before*, a piece at a time; tell whether there is more."""
        more = False
        with self._whole():
            for table, column, key in (
                ("events", "time", "id"),
                ("outages", "ended", "object, began"),
                ("spans", "ended", "object, began"),
                ("maintenance", "ended", "id"),
            ):
                done = self._base.execute(
                    f"DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table}"
                    f" WHERE {column} < ? LIMIT {FORGOTTEN_AT_ONCE})",
                    (before,),
                )
                more = more or done.rowcount == FORGOTTEN_AT_ONCE
        self._base.execute("PRAGMA incremental_vacuum(1000)").fetchall()
        return more

    def close(self, now: float) -> None:
        """End everything at *now*, and let go of the file."""
        try:
            with contextlib.suppress(sqlite3.Error):
                self.add((), now)
        finally:
            self._base.close()

    def _number(self, kind: str, subject: str) -> int:
        found = self._objects.get((kind, subject))
        if found is None:
            made = self._base.execute(
                "INSERT INTO objects (kind, subject) VALUES (?, ?)", (kind, subject)
            )
            found = self._objects[(kind, subject)] = made.lastrowid or 0
        return found

    @contextlib.contextmanager
    def _whole(self) -> Any:
        """Do all of it or nothing."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._base.execute("ROLLBACK")
            raise


def claim(folder: str) -> int:
    """Return an open file that keeps other watches out of *folder* until it is closed.

    Raises `BlockingIOError` where another one is there, `OSError` where no file can be.
    """
    os.makedirs(folder, mode=0o700, exist_ok=True)
    lock = os.open(os.path.join(folder, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise
    except OSError:  # a file system without locks: then nobody is kept out
        pass
    return lock


def set_aside(path: str, now: float) -> str:
    """Rename a file that is no history, with its companions; return its new name."""
    aside = f"{path}.broken-{int(now)}"
    for tail in ("", "-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            os.replace(path + tail, aside + tail)
    return aside
