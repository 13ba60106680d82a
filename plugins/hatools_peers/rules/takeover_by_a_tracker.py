"""A tracker moves the role: to whom, how fast, and back."""

from __future__ import annotations

from collections.abc import Iterable

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_peers.trials import Trial, circumstances, trials


class TakeoverByATracker:
    """When a tracker fails the role moves: this is to whom, how fast, and whether it comes back.

    Nothing is wrong here: it is what the engine of hatools simulate --what-if
    says of each tracker, so that the times can be held against what clients
    bear. They count from the moment when what is tracked begins to fail, and
    take in the runs of a script (interval and fall), the advertisements that
    are waited for, and the moment at which it happens. A script that hangs
    takes up to its timeout longer.

    Instead: where it takes too long, a shorter interval, a smaller fall, a shorter
    advert_int (below one second with VRRP version 3), or weight 0: a node in
    FAULT says so at once, one whose priority sinks is waited for. Silence this
    with ignore = ["XN016"] in hatools.toml.

    Reference: docs/simulate.md; RFC 9568 section 6.1.
    """

    code = "XN016"
    severity = Severity.INFO
    looks_at = "cluster"
    formats = ()
    claims_absence = False

    def check(self, subject: Subject) -> Iterable[Diagnostic]:
        """Yield one diagnostic for each tracker whose failing moves the role."""
        alike: dict[str, list[Trial]] = {}
        for trial in trials(subject):
            if not trial.failure.takeover.never:
                alike.setdefault(_said(trial), []).append(trial)
        for said, (first, *others) in alike.items():
            more = f" (so do {len(others)} more virtual routers)" if others else ""
            yield Diagnostic(self.code, self.severity, said + more, first.span)


def _said(trial: Trial) -> str:
    failure = trial.failure
    takeover, tracking = failure.takeover, failure.tracking
    assert takeover.worst is not None
    assert takeover.typical is not None
    when = circumstances(failure)
    fails, passes = ("passes", "fails") if tracking.reverse else ("fails", "passes")
    what = f"when {tracking.kind} {tracking.name} {fails} on {failure.node}{when}"
    new = [one for one in takeover.holders if one != failure.node]
    if not new:
        return f"{what}, nobody has its addresses ({takeover.reason})"
    if failure.node in takeover.holders:
        return f"{what}, {' and '.join(takeover.holders)} are MASTER at once: {takeover.reason}"
    back = f"{' and '.join(new)} keeps the role when it {passes} again"
    if failure.back is not None:
        back = f"when it {passes} again, {failure.node} is MASTER within {failure.back:.1f} s"
    return (
        f"{what}, {' and '.join(new)} takes over within {takeover.worst:.1f} s"
        f" (typically {takeover.typical:.1f} s); {back}"
    )
