"""The exporter ``email``: takes events from the watch and hands them to the mail room's thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hatools.model.event import Event
from hatools.plugin.outage import WORKS, present
from hatools_email.meaning import name_of

if TYPE_CHECKING:
    from hatools_email.mail_room import MailRoom

TOLD = ("up", "checked", "reached", "weight", "needed", "role", "verdict", "cause", "reachable",
        "reason", "problem")  # fmt: skip
KINDS = frozenset((*WORKS, "daemon"))
CONFIGURED = ("server ", "pool ", "virtual router ")  # that these exist configurations say,
SEEN = ("bond ", "peer ", "split brain ")  # … and these those who see them, within a while:
SETTLED = 300.0  # seconds


class EmailExporter:
    """Mails what fails and what works again.

    `export` writes what it hears into a journal and returns; all else happens
    in a thread of its own, so that no mail server, resolver or slow disk is
    waited for.  Without recipients or servers it does nothing.
    """

    name = "email"

    def __init__(self) -> None:
        self._given: Mapping[str, Any] = {}
        self._room: MailRoom | None = None
        self._told = False
        self._inherited: frozenset[str] = frozenset()  # what failed when the watch before us ended
        self._later: asyncio.TimerHandle | None = None

    def check(self, settings: Mapping[str, object]) -> None:
        """Raise `BadSetting` for what is wrong in ``[plugin.email]``."""
        from hatools_email.settings import read

        read(settings)

    def start(self, settings: Mapping[str, object]) -> None:
        """Begin, where there is somebody to tell; raises `BadSetting`."""
        from hatools_email.settings import read

        self._given = {"mail": list, "log": _silent, "node": "", "state": "", **settings}
        self._settings = read(settings)
        self._begin()

    def _begin(self) -> None:
        """Open the mail room, where somebody is to be told."""
        from hatools_email.settings import sending

        mails: Callable[[], Iterable[Any]] = self._given["mail"]
        node = str(self._given["node"])
        whom = sending(self._settings, mails(), node)
        log: Callable[[str, str], None] = self._given["log"]
        if not whom.to or not whom.servers:
            if whom.to or self._settings.servers:
                lacking = "server is" if whom.to else "recipients are"
                if not self._told:
                    log("warning", f"no mail is sent: no {lacking} named ([plugin.email])")
                self._told = True
            return
        from hatools_email.mail_room import MailRoom

        folder = os.path.join(str(self._given["state"]), "mail")
        self._room = MailRoom(self._settings, mails, node, folder, log, _teller(self._given))
        self._room.start()
        self._inherited = self._room.failing()
        with contextlib.suppress(RuntimeError):  # nobody has a loop: there is no such watch
            self._later = asyncio.get_running_loop().call_later(SETTLED, self._forget_past)

    def export(self, events: Iterable[Event]) -> None:
        """Take note of *events*; they outlive this process from here on."""
        for event in events:
            if event.kind not in KINDS:
                continue
            if self._room is None and event.kind == "daemon":
                self._begin()  # the configuration may name somebody now
            if self._room is None:
                continue
            details = {key: event.details[key] for key in TOLD if key in event.details}
            self._room.hear(event.kind, event.subject, event.time, details)
            if event.kind == "daemon":
                self._forget_unknown(event.time)

    def _forget_unknown(self, now: float) -> None:
        """Close what is said of things that no configuration names any more.

        Peers, bonds and split brains are told of by those who see them.
        """
        assert self._room is not None
        standings = getattr(self._given.get("board"), "standings", None)
        if standings is None:
            return
        there = present(standings)
        routers = {("role", subject) for kind, subject in there if kind == "router"}
        known = {name_of(*one) for one in there | routers}
        for key in sorted(self._room.failing()):
            if key.startswith(CONFIGURED) and key not in known:
                self._room.hear("gone", key, now, {})

    def _forget_past(self) -> None:
        """Close what failed before this watch began, and what nobody has seen since."""
        standings = getattr(self._given.get("board"), "standings", None)
        if self._room is None or standings is None:
            return
        known = {name_of(*one) for one in present(standings)}
        for key in sorted(self._inherited & self._room.failing() - known):
            if key.startswith(SEEN):
                self._room.hear("gone", key, time.time(), {"text": "is not seen any more"})

    def close(self, deadline: float) -> None:
        """End within *deadline* seconds; a letter under way may still be handed over."""
        if self._later is not None:
            self._later.cancel()
        if self._room is not None:
            self._room.close(deadline)
            self._room = None


def _silent(level: str, message: str) -> None:
    """Say nothing: nobody gave us a log."""


def _teller(given: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], None]:
    """Return what makes the state of the queue known to the board, from any thread."""
    board, node = given.get("board"), str(given.get("node", ""))
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        loop = None

    def tell(details: Mapping[str, Any]) -> None:
        if board is None or loop is None or loop.is_closed():
            return
        with contextlib.suppress(RuntimeError):  # it ended in between
            loop.call_soon_threadsafe(board.note, Event(time.time(), "mail", node, details))

    return tell
