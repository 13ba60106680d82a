"""What a tracker watches may fail, and the role stays where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity, Span
from hatools_peers.trials import Trial, circumstances, trials
from hatools_peers.unread import unread

# Commands that can only look: nothing in them can stop keepalived.
HARMLESS = re.compile(
    r"^[\"']?(?:(?:/usr)?/bin/)?(?:(?:ba|da)?sh\s+-c\s+)?[\"']?(?:(?:/usr)?/s?bin/)?"
    r"(?:killall\s+-0|pkill\s+-0|kill\s+-0|pidof|pgrep|ping6?|curl|wget|nc|ncat|test|\[|true|false"
    r"|systemctl\s+(?:-\S+\s+)*is-active|systemctl\s+status|service\s+\S+\s+status"
    r"|rc-service\s+\S+\s+status|ss|mysqladmin\b.*\bping|redis-cli)"
    r"(?=\s|$|[\"'])[^;&|`$()]*$"
)


class FailoverNeverHappens:
    """What a tracker watches may fail, and the role stays where it is.

    The weight is too small to reverse the order of priorities, or the other node
    has nopreempt: the check runs, fails, is logged, and the addresses stay on the
    node that cannot serve. This is worked out by letting every tracker of every
    node fail in the engine that hatools simulate --what-if uses. A tie is not
    enough: while a MASTER advertises, one of the same priority stays BACKUP,
    whatever the addresses. What is tracked as a file is left out, for it may
    hold any number.

    Instead: a weight larger than the difference of priorities, so that the
    failing node falls below the other; or no weight, which puts it into FAULT,
    also where the other has nopreempt. With priorities 150 and 100, weight -60.
    A script that itself stops keepalived moves the role, too: where hatools
    cannot see that it does not, this is a warning; so it is where a line about virtual
    routers was not understood, or a file not included, which may say otherwise.

    Reference: keepalived.conf(5), vrrp_script and track_script; RFC 9568 section 6.4.
    """

    code = "XN014"
    severity = Severity.ERROR
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each tracker whose failing moves nothing."""
        never = [trial for trial in trials(subject) if trial.failure.takeover.never]
        gap = unread(subject) if never else None
        for trial in never:
            yield self._told(trial, gap)

    def _told(self, trial: Trial, gap: Span | None) -> Diagnostic:
        failure, tracker = trial.failure, trial.tracker
        node, tracking = failure.node, failure.tracking
        severity, advice = self.severity, _advice(failure.takeover.reason)
        script = tracker.command if tracker is not None and tracker.kind == "script" else ""
        if script and not HARMLESS.match(script):
            severity = Severity.WARNING
            advice += "; it is as it should be only if the script itself stops keepalived"
        when = circumstances(failure)
        if gap is not None:
            severity = Severity.WARNING
            advice += f"; {gap.path}:{gap.line} was not understood and may change this"
        if failure.away:
            severity = Severity.WARNING  # something else has failed before
        fails = "fails" if not tracking.reverse else "passes"
        return Diagnostic(
            self.code,
            severity,
            f"{node} stays MASTER when {tracking.kind} {tracking.name} {fails}{when}:"
            f" {failure.takeover.reason}",
            trial.span,
            advice,
        )


def _advice(reason: str) -> str:
    if "owner" in reason:
        return "give it a priority below 255"
    if "nopreempt" in reason:
        return "take the weight away: a FAULT moves the role in spite of nopreempt"
    return "give it a larger weight, or none: then it is a FAULT"
