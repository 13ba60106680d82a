"""A dead MASTER is noticed after more than half a minute."""

from __future__ import annotations

from collections.abc import Iterator

from hatools.plugin import Subject
from hatools.text import Diagnostic, Severity
from hatools_keepalived.rules.keepalived_rule import KeepalivedRule, topology

LONGEST = 30.0  # seconds


class TakeoverTooSlow(KeepalivedRule):
    """A dead MASTER is noticed after more than half a minute.

    Why: a BACKUP waits for several advertisements, and a skew besides, before it takes
    over: down_timer_adverts x advert_int + (256 - priority) / 256 x advert_int seconds.

    Instead: a shorter advert_int; the usual 1 makes that less than four seconds.

    Reference: RFC 9568 section 6.1 (Master_Down_Interval).
    """

    code = "KA325"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each mistake found."""
        for router in topology(subject).routers:
            interval = router.advertisement_interval
            waits = (router.down_timer_adverts + (256 - router.priority) / 256) * interval
            if waits > LONGEST:
                yield self.found(
                    f"{router.name} notices a dead MASTER after {waits:.1f} s",
                    router.origin.span("advertisement_interval"),
                    "take a shorter advert_int",
                )
