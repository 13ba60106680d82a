"""Decides when people are told: one incident, one thread of mails.

What fails within *group_wait* seconds of a first failure is one incident, and
so is what fails later in a group that is already in it.  It ends when all of
it has worked for *recovery_wait* seconds.  What fails *flap_count* times
within *flap_window* is flapping: that is said once, and nothing more of it
until it has been still for *flap_quiet* seconds.

Nothing here knows a clock: *now* is handed in, in seconds, and never goes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, NamedTuple
from zlib import crc32

from hatools_email.meaning import FAILED, NOTE, WELL, Report
from hatools_email.settings import EmailSettings

FLAPPING = "flapping"
OPENED, UPDATED, REMINDER, RECOVERED = "opened", "updated", "reminder", "recovered"
NEVER = float("inf")
LISTED = 50  # objects that a letter lists


@dataclass(slots=True)
class Trouble:
    """One object of an incident: *said* is its state as people were last told."""

    group: str
    state: str
    text: str
    time: float  # on the wall, of the last word on it
    changed: float
    failed_at: float  # on the wall
    said: str = ""
    flapping: bool = False


@dataclass(slots=True)
class Incident:
    """What failed together, by object, and how many letters were written about it."""

    name: str
    opened: float
    began: float  # on the wall
    letters: int = 0
    last_letter: float = 0.0
    subject: str = ""
    groups: dict[str, bool] = field(default_factory=dict)
    troubles: dict[str, Trouble] = field(default_factory=dict)


class Letter(NamedTuple):
    """What is to be told of an incident: *lines* are (object, its trouble), what is new first."""

    incident: str
    number: int
    kind: str
    subject: str
    began: float
    lines: tuple[tuple[str, Trouble], ...]  # of the first objects
    tally: Mapping[str, int]  # state -> how many objects are said to have it


class Incidents:
    """The incidents that are open.

    `handle` takes a report, `advance` returns what is to be told by *now*, and
    `due` the moment at which to call it again.
    """

    def __init__(self, settings: EmailSettings) -> None:
        self._settings = settings
        self.open: dict[str, Incident] = {}
        self.roles: dict[str, str] = {}
        self._of: dict[str, str] = {}  # object -> its incident
        self._due = NEVER
        self._soon = min(settings.group_wait, settings.recovery_wait, settings.flap_quiet)
        self._falls: dict[str, list[float]] = {}  # object -> when it failed lately

    # Reports ------------------------------------------------------------------------------------

    def handle(self, now: float, report: Report) -> None:
        """Take in *report*."""
        incident = self.open.get(self._of.get(report.key, ""))
        if incident is None:
            if report.state == WELL:
                return
            incident = self._incident(now, report)
            trouble = Trouble(report.group, "", "", report.time, now, report.time)
            incident.troubles[report.key] = trouble
            incident.groups[report.group] = True
            self._of[report.key] = incident.name
        trouble = incident.troubles[report.key]
        if report.state == trouble.state and report.state != NOTE:
            return  # heard that already
        if report.state == FAILED:
            self._note_fall(now, report.key, trouble)
            trouble.failed_at = report.time
        if report.state == NOTE:
            trouble.said = ""
        trouble.state, trouble.text = report.state, report.text
        trouble.time, trouble.changed = report.time, now
        self._due = min(self._due, now + self._soon)

    def _incident(self, now: float, report: Report) -> Incident:
        """Return the incident that a new trouble belongs to."""
        for incident in self.open.values():
            gathering = not incident.letters and now < incident.opened + self._settings.group_wait
            if gathering or report.group in incident.groups:
                return incident
        milliseconds = max(int(report.time * 1000), 0)
        name = f"{milliseconds:x}-{crc32(report.key.encode('utf-8', 'replace')):08x}"
        while name in self.open:
            name += "x"
        self.open[name] = Incident(name, now, report.time)
        return self.open[name]

    def _note_fall(self, now: float, key: str, trouble: Trouble) -> None:
        falls = [at for at in self._falls.get(key, ()) if at > now - self._settings.flap_window]
        self._falls[key] = [*falls, now][-self._settings.flap_count :]
        if len(self._falls[key]) >= self._settings.flap_count:
            trouble.flapping = True

    # Letters ------------------------------------------------------------------------------------

    def advance(self, now: float) -> list[Letter]:
        """Return what is to be told by *now*; call it whenever `due` says."""
        letters: list[Letter] = []
        if now < self._due:
            return letters
        for incident in list(self.open.values()):
            for trouble in incident.troubles.values():
                if trouble.flapping and now >= trouble.changed + self._settings.flap_quiet:
                    trouble.flapping = False
            letters += self._write(now, incident)
            if self._over(now, incident):
                self._close(incident)
        window = self._settings.flap_window
        self._falls = {k: falls for k, falls in self._falls.items() if falls[-1] > now - window}
        self._due = self._next_moment(now)
        return letters

    def _write(self, now: float, incident: Incident) -> Iterator[Letter]:
        kind, due = self._next(now, incident)
        if due > now:
            return
        fresh = [k for k, one in incident.troubles.items() if self._picture(now, one) != one.said]
        rest = [k for k in incident.troubles if k not in set(fresh)]
        incident.letters += 1
        incident.last_letter = now
        for one in incident.troubles.values():
            one.said = self._picture(now, one)
        lines = tuple((key, replace(incident.troubles[key])) for key in (*fresh, *rest)[:LISTED])
        incident.subject = incident.subject or _subject(lines, len(incident.troubles) - 1)
        tally = Counter(one.said for one in incident.troubles.values())
        yield Letter(
            incident.name, incident.letters, kind, incident.subject, incident.began, lines, tally
        )

    def _next(self, now: float, incident: Incident) -> tuple[str, float]:
        """Return which letter comes next, and when at the earliest as things are now."""
        settings, troubles = self._settings, incident.troubles.values()
        if not incident.letters:
            return OPENED, incident.opened + settings.group_wait
        if all(self._settled(now, one) for one in troubles):
            unsaid = any(one.said != WELL and one.state != NOTE for one in troubles)
            noted = any(one.state == NOTE and one.said != NOTE for one in troubles)
            return (RECOVERED if unsaid else UPDATED), (now if unsaid or noted else NEVER)
        update = min(
            (max(one.changed + settings.group_wait, incident.last_letter + settings.update_every)
             for one in troubles if self._picture(now, one) != one.said),
            default=NEVER,
        )  # fmt: skip
        remind = incident.last_letter + settings.remind_every if settings.remind_every else NEVER
        if all(one.said in (WELL, NOTE) for one in troubles):
            remind = NEVER
        return (UPDATED, update) if update <= remind else (REMINDER, remind)

    def _picture(self, now: float, trouble: Trouble) -> str:
        """Return what is said of *trouble*: what just began to work counts when it stays so."""
        if trouble.flapping:
            return FLAPPING
        if trouble.state == WELL and trouble.said and not self._settled(now, trouble):
            return trouble.said
        return trouble.state

    def _settled(self, now: float, trouble: Trouble) -> bool:
        calm = now >= trouble.changed + self._settings.recovery_wait
        return trouble.state != FAILED and not trouble.flapping and calm

    def _over(self, now: float, incident: Incident) -> bool:
        return bool(incident.letters) and all(
            self._settled(now, one) and one.said in (WELL, NOTE)
            for one in incident.troubles.values()
        )

    def _close(self, incident: Incident) -> None:
        del self.open[incident.name]
        for key in incident.troubles:
            del self._of[key]

    def due(self) -> float:
        """Return when `advance` may have something to tell, infinity for never."""
        return self._due

    def _next_moment(self, now: float) -> float:
        settings = self._settings
        moments = [NEVER]
        for incident in self.open.values():
            if not incident.letters:
                moments.append(incident.opened + settings.group_wait)
                continue
            after = [incident.last_letter + settings.update_every]
            if settings.remind_every:
                after.append(incident.last_letter + settings.remind_every)
            for one in incident.troubles.values():
                after.append(one.changed + settings.group_wait)
                after.append(one.changed + settings.recovery_wait)
                if one.flapping:
                    after.append(one.changed + settings.flap_quiet)
            moments += [moment for moment in after if moment > now]
        return min(moments)

    # State --------------------------------------------------------------------------------------

    def failing(self) -> frozenset[str]:
        """Return the objects that are down, as far as is known."""
        return frozenset(
            key for one in self.open.values() for key, it in one.troubles.items()
            if it.state == FAILED
        )  # fmt: skip

    def dump(self) -> dict[str, Any]:
        """Return all that `load` needs."""
        incidents = [asdict(one) for one in self.open.values()]
        return {"incidents": incidents, "falls": self._falls, "roles": self.roles}

    def load(self, told: Mapping[str, Any], now: float) -> None:
        """Take up what `dump` returned; moments after *now* (the clock was set back) become now."""
        self.roles = dict(told["roles"])
        self._falls = {k: [min(at, now) for at in falls] for k, falls in told["falls"].items()}
        for one in told["incidents"]:
            incident = Incident(**{**one, "troubles": {}})
            incident.opened = min(incident.opened, now)
            incident.last_letter = min(incident.last_letter, now)
            for key, trouble in one["troubles"].items():
                trouble = Trouble(**trouble)
                trouble.changed = min(trouble.changed, now)
                incident.troubles[key] = trouble
                self._of[key] = incident.name
            self.open[incident.name] = incident
        self._due = now if self.open else NEVER


def _subject(lines: tuple[tuple[str, Trouble], ...], more: int) -> str:
    key, trouble = lines[0]
    said = "failed for a moment" if trouble.said == WELL else trouble.text.partition(":")[0]
    return f"{key} {said}" + (f", and {more} more" if more else "")
