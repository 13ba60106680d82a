"""The history's shape, and what may be asked of it.

A watch with the exporter ``history`` keeps it in ``STATE/history.db``; whoever
wants availability opens that file with `sqlite3` and asks here.  All times are
seconds of the clock on the wall.

An *outage* is a closed or open interval in which an object did not work, as
far as it was watched; a *span* is an interval in which it was watched.  What
happened while nobody watched is not known, and counts neither way: an outage
under way when the watch ended ends there, and where it goes on when the next
watch begins the second interval has ``continued``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlite3 import Connection

FILE = "history.db"
VERSION = 1  # PRAGMA user_version
SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, UNIQUE (kind, subject));
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, time REAL NOT NULL, object INTEGER NOT NULL, details TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outages (
    object INTEGER NOT NULL, began REAL NOT NULL, ended REAL, continued INTEGER NOT NULL,
    reason TEXT NOT NULL, PRIMARY KEY (object, began)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spans (
    object INTEGER NOT NULL, began REAL NOT NULL, ended REAL, session INTEGER NOT NULL,
    PRIMARY KEY (object, began)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS open_outages ON outages (object) WHERE ended IS NULL;
CREATE INDEX IF NOT EXISTS open_spans ON spans (object) WHERE ended IS NULL;
CREATE TABLE IF NOT EXISTS sessions (
    id INTEGER PRIMARY KEY, node TEXT NOT NULL, began REAL NOT NULL, seen REAL NOT NULL);
CREATE TABLE IF NOT EXISTS maintenance (
    id INTEGER PRIMARY KEY, began REAL NOT NULL, ended REAL, reason TEXT NOT NULL);
"""


class Known(NamedTuple):
    """An object of which there is history."""

    kind: str
    subject: str


class Measured(NamedTuple):
    """What the history says of one object; times in seconds.

    *watched* is how long it was watched, *down* how long of that it did not
    work, *failures* how often it began not to; maintenance is in neither.
    """

    watched: float
    down: float
    failures: int

    @property
    def availability(self) -> float | None:
        """Return the share of *watched* in which it worked, None where nobody watched."""
        return 1.0 - self.down / self.watched if self.watched > 0 else None

    @property
    def mttr(self) -> float | None:
        """Return the mean time to repair, None where it never failed."""
        return self.down / self.failures if self.failures else None

    @property
    def mttf(self) -> float | None:
        """Return the mean time to failure, None where it never failed."""
        return (self.watched - self.down) / self.failures if self.failures else None


def objects(history: Connection) -> list[Known]:
    """Return everything of which there is history, in order."""
    rows = history.execute("SELECT kind, subject FROM objects ORDER BY kind, subject")
    return [Known(*row) for row in rows]


def outages(
    history: Connection, kind: str, subject: str, since: float, until: float
) -> Iterator[tuple[float, float, bool, str]]:
    """Yield (began, ended, continued, reason) of an object's outages, cut to *since* … *until*."""
    for began, ended, continued, reason in history.execute(
        """SELECT MAX(began, :since), MIN(COALESCE(ended, :until), :until),
                  continued OR began < :since, reason
           FROM outages WHERE object = (SELECT id FROM objects WHERE kind = :kind
                                        AND subject = :subject)
             AND began < :until AND COALESCE(ended, :until) > :since ORDER BY began""",
        {"kind": kind, "subject": subject, "since": since, "until": until},
    ):
        yield began, ended, bool(continued), reason


def spans(
    history: Connection, kind: str, subject: str, since: float, until: float
) -> Iterator[tuple[float, float]]:
    """Yield (began, ended) of when an object was watched, cut to *since* … *until*."""
    names: dict[str, str | float] = {"kind": kind, "subject": subject}
    yield from _spans(history, {**names, "since": since, "until": until})


def measure(history: Connection, kind: str, subject: str, since: float, until: float) -> Measured:
    """Return what the history says of an object between *since* and *until*.

    *until* is no later than now.  Planned maintenance is taken out: neither
    watched nor down.
    """
    names: dict[str, str | float] = {
        "kind": kind,
        "subject": subject,
        "since": since,
        "until": until,
    }
    (watched,) = history.execute(
        """SELECT TOTAL(MIN(COALESCE(s.ended, n.seen, :until), :until) - MAX(s.began, :since))
           FROM spans s LEFT JOIN sessions n ON n.id = s.session
           WHERE s.object = (SELECT id FROM objects WHERE kind = :kind AND subject = :subject)
             AND s.began < :until AND COALESCE(s.ended, n.seen, :until) > :since""",
        names,
    ).fetchone()
    down, failures = history.execute(
        """SELECT TOTAL(MIN(COALESCE(ended, :until), :until) - MAX(began, :since)),
                  TOTAL(NOT continued AND began >= :since)
           FROM outages WHERE object = (SELECT id FROM objects WHERE kind = :kind
                                        AND subject = :subject)
             AND began < :until AND COALESCE(ended, :until) > :since""",
        names,
    ).fetchone()
    planned = list(maintenance(history, since, until))
    if planned:
        down = failures = 0
        for began, ended, continued, _ in outages(history, kind, subject, since, until):
            down += ended - began - overlap(planned, began, ended)
            inside = any(first <= began < last for first, last in planned)
            failures += not continued and not inside
        for began, ended in _spans(history, names):
            watched -= overlap(planned, began, ended)
    return Measured(watched, down, int(failures))


def measure_all(history: Connection, since: float, until: float) -> dict[Known, Measured]:
    """Return what `measure` says, for every object that was watched between *since* and *until*."""
    names = {"since": since, "until": until}
    watched = history.execute(
        """SELECT o.kind, o.subject,
                  TOTAL(MIN(COALESCE(s.ended, n.seen, :until), :until) - MAX(s.began, :since))
           FROM spans s JOIN objects o ON o.id = s.object
                LEFT JOIN sessions n ON n.id = s.session
           WHERE s.began < :until AND COALESCE(s.ended, n.seen, :until) > :since
           GROUP BY s.object""",
        names,
    ).fetchall()
    if next(maintenance(history, since, until), None) is not None:
        return {Known(k, name): measure(history, k, name, since, until) for k, name, _ in watched}
    down = {
        (kind, subject): (lost, int(failures))
        for kind, subject, lost, failures in history.execute(
            """SELECT o.kind, o.subject,
                      TOTAL(MIN(COALESCE(ended, :until), :until) - MAX(began, :since)),
                      TOTAL(NOT continued AND began >= :since)
               FROM outages JOIN objects o ON o.id = object
               WHERE began < :until AND COALESCE(ended, :until) > :since GROUP BY object""",
            names,
        )
    }
    return {
        Known(kind, subject): Measured(time, *down.get((kind, subject), (0.0, 0)))
        for kind, subject, time in watched
    }


def plan(history: Connection, now: float, reason: str = "") -> bool:
    """Begin planned maintenance at *now*; tell whether it had not begun yet."""
    with history:
        if history.execute("SELECT 1 FROM maintenance WHERE ended IS NULL").fetchone():
            return False
        history.execute("INSERT INTO maintenance (began, reason) VALUES (?, ?)", (now, reason))
    return True


def finish(history: Connection, now: float) -> float | None:
    """End planned maintenance at *now*; return since when it was, None where there was none."""
    with history:
        found = history.execute("SELECT MIN(began) FROM maintenance WHERE ended IS NULL").fetchone()
        history.execute("UPDATE maintenance SET ended = MAX(began, ?) WHERE ended IS NULL", (now,))
    return None if found[0] is None else float(found[0])


def _spans(history: Connection, names: dict[str, str | float]) -> Iterable[tuple[float, float]]:
    return history.execute(
        """SELECT MAX(s.began, :since), MIN(COALESCE(s.ended, n.seen, :until), :until)
           FROM spans s LEFT JOIN sessions n ON n.id = s.session
           WHERE s.object = (SELECT id FROM objects WHERE kind = :kind AND subject = :subject)
             AND s.began < :until AND COALESCE(s.ended, n.seen, :until) > :since
           ORDER BY s.began""",
        names,
    )


def maintenance(history: Connection, since: float, until: float) -> Iterator[tuple[float, float]]:
    """Yield the intervals of planned maintenance between *since* and *until*, merged, in order."""
    last: tuple[float, float] | None = None
    for began, ended in history.execute(
        """SELECT MAX(began, :since), MIN(COALESCE(ended, :until), :until) FROM maintenance
           WHERE began < :until AND COALESCE(ended, :until) > :since ORDER BY began""",
        {"since": since, "until": until},
    ):
        if last is not None and began <= last[1]:
            last = (last[0], max(last[1], ended))
            continue
        if last is not None:
            yield last
        last = (began, ended)
    if last is not None:
        yield last


def overlap(intervals: Iterable[tuple[float, float]], began: float, ended: float) -> float:
    """Return how many seconds of *began* … *ended* lie in *intervals*, which do not overlap."""
    return sum(max(0.0, min(last, ended) - max(first, began)) for first, last in intervals)
