"""The thread that decides what is mailed, and sends it."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from hatools.model import Mail
from hatools.model.event import Event
from hatools_email import letters
from hatools_email.delivery import REFUSED, SENT, Access, Delivery
from hatools_email.incidents import Incidents, Letter
from hatools_email.meaning import WELL, Report, report, role_of
from hatools_email.settings import EmailSettings, password, sending
from hatools_email.spool import Place, Spool

SAVED_EVERY = 60.0  # seconds after which what was read of the journal is decided on disk
GATHERED = 0.05  # seconds: events that come together are taken together
TRIED = 10  # attempts of this process before a letter is given up
LAST_MOMENT = 0.8  # of the deadline, for a letter under way
Log = Callable[[str, str], None]


@dataclass(slots=True)
class Queued:
    """A letter that waits: *due* is when it is tried (again), *kept* whether the disk has it."""

    to: tuple[str, ...]
    sender: str
    created: float
    mail: bytes
    due: float = 0.0
    attempts: int = 0
    kept: bool = True

    @property
    def envelope(self) -> dict[str, Any]:
        """Return what is written down beside the mail."""
        return {"to": self.to, "sender": self.sender, "created": self.created}


class MailRoom:
    """Hears of events, and sees to it that people are told.

    *mails* returns the configurations' mail settings, *tell* takes the state
    of the queue.  A disk that cannot be written to is reported, and everything
    goes on in memory.
    """

    def __init__(
        self,
        settings: EmailSettings,
        mails: Callable[[], Iterable[Mail]],
        node: str,
        folder: str,
        log: Log,
        tell: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self._settings = settings
        self._mails = mails
        self._node = node
        self._log = log
        self._tell = tell
        self._incidents = Incidents(settings)
        self._heard: SimpleQueue[tuple[Mapping[str, Any], Place]] = SimpleQueue()
        self._queue: dict[str, Queued] = {}
        self._place = Place()
        self._saved = Place()
        self._saved_at = 0.0
        self._sent = 0
        self._troubles: dict[str, bool] = {}  # what was reported, so that it is reported once
        self._failing: frozenset[str] = frozenset()
        self._zero = time.time() - time.monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._spool: Spool | None = None
        try:
            self._spool = Spool(folder)
        except OSError as error:
            self._trouble(f"mail is kept in memory only: {folder}: {error.strerror or error}")
        self._thread = threading.Thread(target=self._run, name="hatools-email", daemon=True)

    # From the watch's thread --------------------------------------------------------------------

    def start(self) -> None:
        """Take up what was left, and begin to work."""
        if self._spool is not None:
            try:
                self._take_up(self._spool)
            except (OSError, ValueError, KeyError, TypeError) as error:
                self._trouble(f"what mail knew cannot be read: {error}")
        self._failing = self._incidents.failing()
        self._thread.start()

    def hear(self, kind: str, subject: str, moment: float, details: Mapping[str, Any]) -> None:
        """Take note of an event, in the journal first."""
        record = {"now": self._now(), "time": moment, "kind": kind, "subject": subject,
                  "details": details}  # fmt: skip
        place = self._place
        if self._spool is not None:
            try:
                place = self._spool.note(record)
            except (OSError, ValueError) as error:
                self._trouble(f"the mail journal cannot be written: {error}")
        self._heard.put((record, place))
        self._wake()

    def failing(self) -> frozenset[str]:
        """Return the objects that are down, as far as the mail room knows."""
        return self._failing

    def close(self, deadline: float) -> None:
        """End; what was heard is on disk afterwards."""
        self._stopping = True
        self._wake()
        self._thread.join(deadline)
        if self._spool is not None and not self._thread.is_alive():
            self._spool.close()

    def _wake(self) -> None:
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with contextlib.suppress(RuntimeError):  # it ended in between
                loop.call_soon_threadsafe(self._awake.set)

    # What is decided ----------------------------------------------------------------------------

    def _now(self) -> float:
        """Return seconds that never go back; the clock on the wall may."""
        return self._zero + time.monotonic()

    def _take_up(self, spool: Spool) -> None:
        """Bring everything to where it was when the process before us ended."""
        state, heard = spool.load()
        if state:
            self._incidents.load(state, self._now())
            for name, envelope, mail in spool.letters(state["queued"]):
                to, sender = tuple(envelope["to"]), str(envelope["sender"])
                self._queue[name] = Queued(to, sender, float(envelope["created"]), mail)
        else:
            spool.letters(())
        written = []
        for record in heard:
            written += self._take(record)
        self._place = spool.place
        self._decide(written)

    def _take(self, record: Mapping[str, Any]) -> list[Letter]:
        """Take one record of the journal; return what was due before it."""
        now = min(float(record["now"]), self._now())
        written = self._incidents.advance(now)
        event = Event(float(record["time"]), record["kind"], record["subject"], record["details"])
        told: Report | None
        if event.kind == "gone":
            text = str(event.details.get("text", "is no longer configured"))
            told = Report(event.subject, "", WELL, text, event.time)
        else:
            role = role_of(event)
            told = report(event, self._incidents.roles.get(role[0], "") if role else "")
            if role:
                self._incidents.roles[role[0]] = role[1]
        if told is not None and (event.kind != "role" or told.state != "note"
                                 or self._settings.takeovers):  # fmt: skip
            self._incidents.handle(now, told)
        return written

    def _decide(self, written: list[Letter]) -> None:
        """Queue the letters *written*: on disk first, then the decision, then they count."""
        fresh = {f"{one.incident}.{one.number}": self._queued(one) for one in written}
        for name, queued in list(fresh.items()):
            if queued is None:
                del fresh[name]
                continue
            self._keep(name, queued)
        names = [*self._queue, *(name for name, one in fresh.items() if one is not None)]
        stale = self._place != self._saved and self._now() > self._saved_at + SAVED_EVERY
        if self._spool is not None and (written or stale or self._stopping):
            try:
                self._spool.save(self._incidents.dump(), self._place, names)
                self._saved, self._saved_at = self._place, self._now()
                self._troubles.pop("state", None)
            except OSError as error:
                self._trouble(f"the mail state cannot be written: {error}", "state")
        self._queue.update((name, one) for name, one in fresh.items() if one is not None)

    def _queued(self, letter: Letter) -> Queued | None:
        """Return *letter* as a mail to whoever is told now, None where nobody is."""
        whom = sending(self._settings, self._mails(), self._node)
        if not whom.to:
            return None
        mail = letters.write(letter, self._node, whom.sender, whom.to, time.time())
        return Queued(whom.to, whom.sender, self._now(), mail)

    def _keep(self, name: str, queued: Queued) -> None:
        try:
            if self._spool is not None:
                self._spool.put(name, queued.envelope, queued.mail)
                self._troubles.pop("queue", None)
        except OSError as error:
            queued.kept = False
            self._trouble(f"the mail queue cannot be written: {error}", "queue")

    # The thread ---------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            asyncio.run(self._work())
        except Exception as error:  # the thread's border: without a word nobody would know
            self._log("error", f"mail has ended: {type(error).__name__}: {error}")

    async def _work(self) -> None:
        self._awake = asyncio.Event()
        self._sendable = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._handing_over = asyncio.Lock()
        sender = self._loop.create_task(self._send_all())
        self._awake.set()
        while not self._stopping:
            pause = min(self._incidents.due() - self._now(), SAVED_EVERY)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(pause, 0.0)):
                    await self._awake.wait()
            if self._awake.is_set() and not self._stopping:
                await asyncio.sleep(GATHERED)
            self._awake.clear()
            self._catch_up()
        self._catch_up()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_MOMENT / 2):
                await self._handing_over.acquire()
        sender.cancel()

    def _catch_up(self) -> None:
        """Take everything that was heard, and queue what is to be told."""
        written: list[Letter] = []
        with contextlib.suppress(Empty):
            while True:
                record, place = self._heard.get_nowait()
                written += self._take(record)
                self._place = place
        written += self._incidents.advance(self._now())
        self._failing = self._incidents.failing()
        self._decide(written)
        if written:
            self._sendable.set()
            self._tell_queue("")

    # Sending ------------------------------------------------------------------------------------

    async def _send_all(self) -> None:
        """Send what is due, for ever."""
        delivery = Delivery(self._now)
        try:
            while True:
                now = self._now()
                due = [name for name, one in self._queue.items() if one.due <= now]
                for name in due:
                    await self._send(delivery, name)
                await delivery.disconnect()
                waits = [one.due - self._now() for one in self._queue.values()]
                self._sendable.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(min(waits, default=3600.0), 0.0)):
                        await self._sendable.wait()
        finally:
            await delivery.disconnect()

    async def _send(self, delivery: Delivery, name: str) -> None:
        queued = self._queue[name]
        whom = sending(self._settings, self._mails(), self._node)
        access = Access(whom.helo, whom.timeout, self._settings.user, password(self._settings),
                        self._settings.ca_file)  # fmt: skip
        async with self._handing_over:
            outcome = await delivery.send(
                whom.servers, access, queued.sender, queued.to, queued.mail
            )
            if outcome.state == SENT and not outcome.to:
                self._forget(name)
        if outcome.state == SENT:
            self._sent += 1
            if outcome.reason and outcome.to:
                self._log("warning", f"mail {name}: {outcome.reason}")
            if outcome.to:
                queued.to = outcome.to
                self._keep(name, queued)
        elif outcome.state == REFUSED:
            self._log("error", f"mail {name} is refused by every server: {outcome.reason}")
            del self._queue[name]
            if self._spool is not None:
                with contextlib.suppress(OSError):
                    self._spool.refuse(name)
        if name in self._queue:
            self._put_off(name, queued, outcome.reason)
        self._tell_queue("" if outcome.state == SENT else outcome.reason)

    def _put_off(self, name: str, queued: Queued, reason: str) -> None:
        """Try again later, ever more rarely; give up after *keep* seconds."""
        settings = self._settings
        old = self._now() - queued.created > settings.keep
        if old and queued.attempts >= TRIED:  # a clock that jumped makes nothing old by itself
            self._log("error", f"mail {name} is given up: {reason}")
            self._forget(name)
            return
        pause = min(settings.retry_first * 2.0 ** min(queued.attempts, 30), settings.retry_most)
        queued.attempts += 1
        queued.due = self._now() + pause
        if queued.attempts == 1:
            self._log("warning", f"mail {name} waits: {reason}")

    def _forget(self, name: str) -> None:
        """Drop a letter that is done with."""
        self._queue.pop(name, None)
        if self._spool is not None:
            try:
                self._spool.drop(name)
            except OSError as error:
                self._trouble(f"mail {name} was sent and cannot be removed: {error}")

    def _tell_queue(self, problem: str) -> None:
        self._tell({"queued": len(self._queue), "sent": self._sent, "problem": problem})

    def _trouble(self, text: str, about: str = "") -> None:
        """Report *text*, once for as long as it lasts."""
        if not self._troubles.get(about or text):
            self._troubles[about or text] = True
            self._log("error", text)
