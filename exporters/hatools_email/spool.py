"""Keeps on disk what mail must not forget: what was heard, what was decided, what is not sent.

::

    mail/lock           one process at a time
    mail/journal.N      what was heard, a line of JSON each, written before anything is done
    mail/state.json     the incidents, how far the journals were read, the letters that count
    mail/queue/NAME     letters to be sent: a line of JSON (the envelope), then the mail
    mail/refused/NAME   letters that every server refused for good

A letter whose name is not in state.json was written by somebody who crashed
before that was decided: the journal makes it anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hatools.errors import BadSetting

LONGEST_JOURNAL = 1 << 20  # bytes, after which a new one is begun
FORMAT = 1


class Place(NamedTuple):
    """How far the journals were read: the number of one, and bytes of it."""

    journal: int = 0
    offset: int = 0


class Spool:
    """The files in *folder*; every write raises `OSError` where the disk refuses it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.queue = os.path.join(folder, "queue")
        self._journal = -1
        self._number = 0
        self._torn = False
        self._size = 0
        for one in (folder, self.queue):
            os.makedirs(one, mode=0o700, exist_ok=True)
        self._lock = os.open(os.path.join(folder, "lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise BadSetting(
                f"another watch keeps its mail in {folder}",
                'give this one a folder of its own: [watch] state = "…"',
            ) from None

    @property
    def place(self) -> Place:
        """Return how far the journal goes."""
        return Place(self._number, self._size)

    def close(self) -> None:
        """Let go of the folder."""
        for one in (self._journal, self._lock):
            if one >= 0:
                os.close(one)
        self._journal = self._lock = -1

    # What was heard -----------------------------------------------------------------------------

    def load(self) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """Return what was last decided, and what was heard after that."""
        state: Mapping[str, Any] = {}
        with contextlib.suppress(FileNotFoundError, ValueError):
            with open(self._path("state.json"), encoding="utf-8") as file:
                told = json.load(file)
            if isinstance(told, dict) and told.get("format_version") == FORMAT:
                state = told
        number, offset = state.get("place", (0, 0))
        heard: list[Mapping[str, Any]] = []
        journals = sorted(self._journals())
        for one in journals:
            if one < number:
                os.unlink(self._path(f"journal.{one}"))
                continue
            with open(self._path(f"journal.{one}"), "rb") as file:
                file.seek(offset if one == number else 0)
                heard += _records(file)
        self._begin(max([number, *journals]) + 1)
        return state, heard

    def note(self, record: Mapping[str, Any]) -> Place:
        """Write down what was heard, and return how far the journal goes.

        It is with the kernel then, so it outlives this process.
        """
        line = json.dumps(record, ensure_ascii=True).encode("ascii") + b"\n"
        line = b"\n" + line if self._torn else line
        self._torn = True  # until it is known to be whole
        written = os.write(self._journal, line)
        self._size += written
        if written < len(line):
            raise OSError(28, "the disk took a part of it")
        self._torn = False
        if self._size > LONGEST_JOURNAL:
            self._begin(self._number + 1)
        return self.place

    def _begin(self, number: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        opened = os.open(self._path(f"journal.{number}"), flags, 0o600)
        if self._journal >= 0:
            os.close(self._journal)
        self._journal, self._number, self._torn = opened, number, False
        self._size = os.fstat(opened).st_size

    def _journals(self) -> list[int]:
        parts = (name.partition("journal.") for name in os.listdir(self.folder))
        return [int(tail) for head, dot, tail in parts if dot and not head and tail.isdigit()]

    # What was decided ---------------------------------------------------------------------------

    def save(self, state: Mapping[str, Any], place: Place, queued: Iterable[str]) -> None:
        """Write down what was decided after reading as far as *place*; the *queued* letters count.

        It is on the disk afterwards.
        """
        whole = {"format_version": FORMAT, "place": place, "queued": sorted(queued), **state}
        self._write(self._path("state.json"), json.dumps(whole).encode("ascii"))
        for one in self._journals():
            if one < place.journal:
                os.unlink(self._path(f"journal.{one}"))

    # Letters ------------------------------------------------------------------------------------

    def put(self, name: str, envelope: Mapping[str, Any], mail: bytes) -> None:
        """Write down a letter; it is on the disk afterwards."""
        head = json.dumps(envelope).encode("ascii")
        self._write(os.path.join(self.queue, name), head + b"\n" + mail)

    def drop(self, name: str) -> None:
        """Forget a letter; that is on the disk afterwards."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.queue, name))
            _sync_folder(self.queue)

    def refuse(self, name: str) -> None:
        """Put a letter aside that nobody will take."""
        aside = self._path("refused")
        os.makedirs(aside, mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            os.replace(os.path.join(self.queue, name), os.path.join(aside, name))

    def letters(self, counting: Iterable[str]) -> list[tuple[str, dict[str, Any], bytes]]:
        """Return the letters (name, envelope, mail) that are to be sent.

        Those that are not among *counting* go: nobody decided on them.
        """
        counting, found = set(counting), []
        for name in sorted(os.listdir(self.queue)):
            path = os.path.join(self.queue, name)
            if name not in counting:
                os.unlink(path)
                continue
            with open(path, "rb") as file:
                head, _, mail = file.read().partition(b"\n")
            with contextlib.suppress(ValueError):
                found.append((name, json.loads(head), mail))
        return found

    def _path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def _write(self, path: str, content: bytes) -> None:
        """Write a file so that there is the old one or the new one, whatever happens."""
        new = path + ".new"
        opened = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(opened, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, path)
        except OSError:
            with contextlib.suppress(OSError):
                os.unlink(new)  # half a file would keep a full disk full
            raise
        _sync_folder(os.path.dirname(path))


def _records(lines: Iterable[bytes]) -> list[Mapping[str, Any]]:
    """Return what whole *lines* of a journal say."""
    found: list[Mapping[str, Any]] = []
    for line in lines:
        with contextlib.suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict):
                found.append(record)
    return found


def _sync_folder(path: str) -> None:
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
