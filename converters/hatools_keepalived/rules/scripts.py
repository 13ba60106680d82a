"""Which scripts a keepalived.conf has keepalived run, and where it says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from hatools.model import Origin, ScriptRun, Topology
from hatools.plugin import Subject
from hatools.text import Span
from hatools_keepalived.rules.keepalived_rule import Owner, balanced, said, topology

_NOTIFY = (
    "notify",
    "notify_master",
    "notify_backup",
    "notify_fault",
    "notify_stop",
    "notify_deleted",
    "notify_master_rx_lower_pri",
    "notify_up",
    "notify_down",
)
_GLOBAL = ("startup_script", "shutdown_script")


class Script(NamedTuple):
    """A script: the *keyword* that names it, its *command*, the *user* it runs as, its place."""

    keyword: str
    command: str
    user: str
    origin: Origin
    field: str

    @property
    def path(self) -> str:
        """Return the program, without its arguments."""
        return self.command.split()[0].strip("\"'") if self.command.split() else ""

    @property
    def span(self) -> Span | None:
        """Return where it is named."""
        return self.origin.span(self.field)


_known: tuple[Topology | None, tuple[Script, ...]] = (None, ())


def scripts(subject: Subject) -> tuple[Script, ...]:
    """Return every script of the document; servers that look alike tell theirs once.

    It is kept for the next rule that asks.
    """
    global _known  # rules look at one document after the other: the last one is enough
    found = topology(subject)
    if _known[0] is not found:
        _known = (found, tuple(_scripts(found)))
    return _known[1]


def _scripts(found: Topology) -> Iterator[Script]:
    """Yield the scripts of *found*."""
    for tracker in found.trackers:
        if tracker.kind == "script":
            user = next((words[1] for words, _ in said(tracker, "user") if len(words) > 1), "")
            yield Script("vrrp_script", tracker.command, user, tracker.origin, "command")
    for section in found.sections:
        if section.kind == "global_defs":
            yield from _own(section, _GLOBAL)
    routing: list[Owner] = [*found.routers, *found.groups]
    for owner in routing:
        yield from _own(owner, _NOTIFY)
    for _, pool, _, kinds in balanced(found):
        yield from _own(pool, _NOTIFY)
        quorum = pool.quorum
        if quorum is not None:
            for name, command in (("up", quorum.up_script), ("down", quorum.down_script)):
                if command:
                    field = f"quorum.{name}_script"
                    yield Script(f"quorum_{name}", command, "", pool.origin, field)
        for server in kinds:
            for number, check in enumerate(server.checks):
                run = check.detail
                if isinstance(run, ScriptRun):
                    field = f"checks.{number}.detail.command"
                    yield Script("MISC_CHECK", run.command, run.user, server.origin, field)
            yield from _own(server, _NOTIFY)


def _own(owner: Owner, keywords: tuple[str, ...]) -> Iterator[Script]:
    for number, words in enumerate(owner.own):
        if words[0] in keywords and len(words) > 1:
            user = words[2] if len(words) > 2 else ""
            yield Script(words[0], words[1], user, owner.origin, f"own.{number}")
